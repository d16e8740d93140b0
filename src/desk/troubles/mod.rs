//! Troubles that concern many: `notices` of those that are known, `surges` that the desk believes to see.

pub mod notices;
pub(in crate::desk) mod surges;
