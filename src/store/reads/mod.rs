//! The reads: small, each the cost of what it returns; one file for each kind of record. Pages have a limit; nothing here counts or scans a whole
//! kind, and no record is written. Beside them: the files that were handed in are kept and let go (`evidence`, `erase`), since they are no
//! records, and what is to be indexed is worked out (`search`) for a commit to write.

mod canned;
mod choices;
mod claimants;
mod contact;
mod drafts;
mod erase;
mod evidence;
mod find;
mod in_force;
mod known;
mod log_ins;
mod notices;
mod outbox;
mod plain;
mod policies;
mod reports;
mod reviews;
mod saved_filters;
mod search;
mod sorting;
mod touched;
