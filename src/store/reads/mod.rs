//! The reads: small, each the cost of what it returns; one file for each kind of record. Pages have a limit; nothing here counts or scans a whole
//! kind, and nothing writes.

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
