//! What stands before every route: who asks, whether they may, how often, and with what.
//!
//! `around` all of it in its order; `peer` who is at the other end, `site` and `origin` which page asks, `bearer`, `staff` and `cookie` who says so, `limit` how
//! often, `body` and `misread` what comes in, `observe` what is noted of it, `outage` what the log says while nobody can be served. It decides
//! nothing about a conversation, and no route is named here.

pub(in crate::http) mod around;
pub(in crate::http) mod bearer;
pub(in crate::http) mod body;
pub(in crate::http) mod cookie;
pub(in crate::http) mod limit;
pub(in crate::http) mod misread;
pub(in crate::http) mod observe;
pub(in crate::http) mod origin;
pub(in crate::http) mod outage;
pub(in crate::http) mod peer;
pub(in crate::http) mod site;
pub(in crate::http) mod staff;
