//! The store: small reads, one write door, and nothing acknowledged that is not on disk.
//!
//! sled 0.34 is the sorted map that everything is read from; the journal is what makes an acknowledgement true; backups and the
//! journal together can rebuild the map at any time. Bottom up: `folder` (paths, lock, permissions), `journal`, `engine` (all that knows
//! sled), `values` (long values in parts), `batch` (what a journal record says), `tx` (what a commit sees), `writer` (the one thread
//! that writes), `backup`, `open` (recovery).

mod backup;
mod batch;
mod engine;
mod error;
mod folder;
mod journal;
mod keys;
mod open;
mod options;
mod stop;
mod tx;
mod values;
mod writer;

pub use backup::{Backup, Counts};
pub use error::StoreError;
pub use options::{Options, Rebuilt, Report};
pub use stop::OnStop;
