//! What is remembered of the disk: what was decoded a moment ago, the open notices, and what commits touched. No second truth: each is read again
//! when a commit has changed it.

pub(crate) mod in_force;
pub(crate) mod memo;
pub(crate) mod touched;
