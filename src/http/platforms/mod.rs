//! What messaging platforms tell: `hooks` takes and checks it over the bytes as they came, `accounts` knows whose it is, `arriving` hands it to
//! the desk. No platform's format is known here: that is for `channels`.

pub(in crate::http) mod accounts;
pub(in crate::http) mod arriving;
pub(in crate::http) mod hooks;
