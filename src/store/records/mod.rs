//! How what the desk decides becomes keys and values: a `commit` says what is to be written, `apply` checks what it expects, puts the records, and
//! lets the indexes follow from them; one file for each kind of record. Runs on the writer's thread and sees what a `tx` shows: nothing here reads
//! the store as others do.

pub(crate) mod apply;
pub(crate) mod canned;
pub(crate) mod choices;
pub(crate) mod claimants;
pub(crate) mod commit;
pub(crate) mod drafts;
pub(crate) mod erase;
pub(crate) mod evidence;
pub(crate) mod faceted;
pub(crate) mod facets;
pub(crate) mod inbox;
pub(crate) mod incoming;
pub(crate) mod known;
pub(crate) mod last_said;
pub(crate) mod log;
pub(crate) mod log_ins;
pub(crate) mod notices;
pub(crate) mod outbox;
pub(crate) mod places;
pub(crate) mod policies;
pub(crate) mod reports;
pub(crate) mod reviews;
pub(crate) mod room;
pub(crate) mod rows;
pub(crate) mod saved_filters;
pub(crate) mod search;
pub(crate) mod sorting;
