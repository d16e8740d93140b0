//! People work: what agents look at, and what they do with it.
//!
//! `lists` what they look at, `search` what is found by its words, `lookers` who has what open; `handling` what they do with one
//! conversation, `bulk` with many, `undo` how it is taken back, `merge` how two become one, `colleagues` what they do among each other;
//! `written_drafts` what they have begun to write, `canned` what they have ready, `look_over` what is about to go out, `saved_filters` what
//! they look for again and again, `reviews` where the bot was wrong, `reports` what days added up to. Who they are and how they come in is
//! the business of `access`.

pub(in crate::desk) mod bulk;
pub(in crate::desk) mod canned;
pub(in crate::desk) mod colleagues;
pub(in crate::desk) mod handling;
pub(in crate::desk) mod lists;
pub(in crate::desk) mod look_over;
pub(in crate::desk) mod lookers;
pub(in crate::desk) mod merge;
pub(in crate::desk) mod reports;
pub mod reviews;
pub(in crate::desk) mod saved_filters;
pub(in crate::desk) mod search;
pub(in crate::desk) mod undo;
pub(in crate::desk) mod written_drafts;
