//! What leaves the desk for programs: `notify` what merchants' programs are told, `endpoints` where that goes, `robots` what a group's robot says.

pub(in crate::desk) mod endpoints;
pub(in crate::desk) mod notify;
pub(in crate::desk) mod robots;
