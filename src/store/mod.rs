//! The store: small reads, one write door, and nothing acknowledged that is not on disk.
//!
//! sled 0.34 is the sorted map that everything is read from; the journal is what makes an acknowledgement true; backups and the
//! journal together can rebuild the map at any time. Bottom up: `folder` (paths, lock, permissions), `temporary` (copies to look at), `journal`, `engine` (all that knows
//! sled), `values` (long values in parts), `batch` (what a journal record says), `layered` and `applier` (what is journalled, and its way
//! into the engine), `tx` (what a commit sees), `writer` (the one thread that commits), `backup`, `open` (recovery); then what knows the domain: `record`, `log` (the events
//! of a commit as one record), `memo` (what was decoded a moment ago), `in_force` (the open notices), `touched` (what of what waits has changed), `keys`, `commit`, `apply` and `incoming` (records to keys
//! and indexes), `inbox`, `outbox`, `known` (messages of platforms by their names), `reads`, `import`, `evidence` (files and where they were handed in), and `local`, which puts all of
//! it together behind `door`, the [`Store`]; beside it `verify`, `restore`, `read_only`, `schedule` (when a backup is due) and
//! `log_ins` agents' log-ins and the audit log, `facets` the lists by what conversations have, `search` the index of words, `reviews` where the bot was wrong, `drafts` what agents have begun to write, `saved_filters` what they narrow their lists by, `choices` what they chose to be, `contact` whose address a customer left, `room` whether they have any, `policies` how they were worded, `erase` what goes with a conversation, `reports` what days added up to, and
//! `control` (a backup asked for by another process). No sled type is public, no clock is read.

mod agreement;
mod applier;
mod apply;
mod backup;
mod batch;
mod canned;
mod choices;
mod claimants;
mod commit;
mod contact;
mod control;
mod door;
mod drafts;
mod engine;
mod erase;
mod error;
mod evidence;
mod facets;
mod folder;
mod import;
mod in_force;
mod inbox;
mod incoming;
mod journal;
mod keys;
mod known;
mod last_said;
mod layered;
mod layout;
mod local;
mod log;
mod log_ins;
mod memo;
mod notices;
mod open;
mod options;
mod outbox;
mod page;
mod policies;
mod read_only;
mod reads;
mod record;
mod reports;
mod restore;
mod reviews;
mod room;
mod safekeeping;
mod saved_filters;
mod schedule;
mod search;
mod sorting;
mod stop;
mod temporary;
mod touched;
mod tx;
mod values;
mod verify;
mod writer;

pub use backup::{Backup, Contents, Kept, verify as verify_backup};
pub use commit::{Commit, CommitError};
pub use control::{Control, Others, request, request_backup};
pub use door::Store;
pub use error::StoreError;
pub use facets::Filter;
pub use import::OrderImport;
pub use inbox::{Counts, InboxRow, View};
pub use last_said::Snippet;
pub use local::Local;
pub use log_ins::AuditSpan;
pub use options::{Options, Rebuilt, Report};
pub use page::{Cursor, InvalidCursor, Page};
pub use read_only::{ReadOnly, open_to_read};
pub use reads::{Due, MAX_PAGE};
pub use restore::{Restored, restore};
pub use schedule::{Due as BackupDue, Past, Schedule};
pub use search::{IndexChange, Indexed, Indexing};
pub use sorting::Sort;
pub use stop::OnStop;
pub use touched::{Followed, Touched};
pub use verify::{Tallied, Verification, verify};

#[cfg(test)]
mod tests;
