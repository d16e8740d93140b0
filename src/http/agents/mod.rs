//! What the agents' page asks for, by a log-in and with the rights of a role.
//!
//! Coming in: `log_in`, `second_factor`. Lists: `inbox` with `row`, `outline` and `saved_filters`, `bulk` for many at once. One conversation:
//! `conversation` with `view`, `moving`, `transcript` and `shared`, `facts` with `owed` and `rated`; `follower` its stream, `looking` who else is at it, `drafts`,
//! `canned` and `look_over` what is being written, `colleagues` what is done with others' conversations, `again` what is sent once more,
//! `corrections`. For leads and admins: `reports`, `reviews`, `audit`, `people`.

pub(in crate::http) mod again;
pub(in crate::http) mod audit;
pub(in crate::http) mod bulk;
pub(in crate::http) mod canned;
pub(in crate::http) mod colleagues;
pub(in crate::http) mod conversation;
pub(in crate::http) mod corrections;
pub(in crate::http) mod drafts;
pub(in crate::http) mod facts;
pub(in crate::http) mod follower;
pub(in crate::http) mod inbox;
pub(in crate::http) mod log_in;
pub(in crate::http) mod look_over;
pub(in crate::http) mod looking;
pub(in crate::http) mod moving;
pub(in crate::http) mod outline;
pub(in crate::http) mod owed;
pub(in crate::http) mod people;
pub(in crate::http) mod rated;
pub(in crate::http) mod reports;
pub(in crate::http) mod reviews;
pub(in crate::http) mod row;
pub(in crate::http) mod saved_filters;
pub(in crate::http) mod second_factor;
pub(in crate::http) mod shared;
pub(in crate::http) mod transcript;
pub(in crate::http) mod view;
