//! Who waits for people, and who of them gets it.
//!
//! `line` who waits and for how long, `availability` who is there and gets what waits (`roster`, in memory), `service` how soon they
//! answer.

pub(in crate::desk) mod availability;
pub(in crate::desk) mod line;
pub(in crate::desk) mod roster;
pub(in crate::desk) mod service;
