//! The store: small reads, one write door, and nothing acknowledged that is not on disk.
//!
//! sled 0.34 is the sorted map that everything is read from; the journal is what makes an acknowledgement true; backups and the
//! journal together can rebuild the map at any time. Bottom up: `error`, `batch` (what a journal record says), `keys` (where everything is) and
//! `record` (what stands there); `disk`, which brings bytes there and back; `memory`, what is remembered of it; `records`, how what the desk
//! decides becomes keys and values; `open` (recovery, with `layout`), `local`, which puts it together behind `door`, the [`Store`]; `reads`; beside
//! them `import` (many orders), `verify`, `restore`, `read_only`, `safekeeping` (backups), `schedule` (when one is due) and `control` (what another
//! process asks for). No sled type is public, no clock is read.

mod batch;
mod control;
mod disk;
mod door;
mod due;
mod error;
mod import;
mod keys;
mod layout;
mod local;
mod memory;
mod open;
mod options;
mod page;
mod read_only;
mod reads;
mod record;
mod records;
mod restore;
mod safekeeping;
mod schedule;
mod verify;

pub use control::{Control, Others, request, request_backup};
pub use disk::backup::{Backup, Contents, Kept, verify as verify_backup};
pub use disk::stop::OnStop;
pub use door::Store;
pub use due::Due;
pub use error::StoreError;
pub use import::OrderImport;
pub use local::Local;
pub use memory::touched::{Followed, Touched};
pub use options::{Options, Rebuilt, Report};
pub use page::{Cursor, InvalidCursor, MAX_PAGE, Page};
pub use read_only::{ReadOnly, open_to_read};
pub use records::commit::{Commit, CommitError};
pub use records::facets::Filter;
pub use records::inbox::{Counts, InboxRow, View};
pub use records::last_said::Snippet;
pub use records::log_ins::AuditSpan;
pub use records::search::{IndexChange, Indexed, Indexing};
pub use records::sorting::Sort;
pub use restore::{Restored, restore};
pub use schedule::{Due as BackupDue, Past, Schedule};
pub use verify::{Tallied, Verification, verify};

#[cfg(test)]
mod tests;
