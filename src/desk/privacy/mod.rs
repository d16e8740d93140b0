//! What is held on people: shown, given out, erased.
//!
//! `kinds` the one list of what that is, `holdings` all of it as it is read, `within` what stands in a log, `erasure` all of it to be taken along, `erasing` how it goes, `retention` what was kept long
//! enough, `filters_with` people in what agents look for, `dispute` what a dispute is about and `pack` what is given out for it, `shares`
//! links to a transcript.

pub(in crate::desk) mod dispute;
pub(in crate::desk) mod erasing;
pub(in crate::desk) mod erasure;
pub(in crate::desk) mod filters_with;
pub(in crate::desk) mod holdings;
pub(in crate::desk) mod kinds;
pub(in crate::desk) mod pack;
pub(in crate::desk) mod retention;
pub(in crate::desk) mod shares;
pub(in crate::desk) mod within;
