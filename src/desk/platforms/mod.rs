//! Messaging platforms and e-mail: what comes in from there, what may be said there, and what became of it.
//!
//! `arrivals` takes messages (`arrival` is one of them, `arrived` what it changes, `answered` answers to letters, `aside` what is set aside meanwhile), `fates` what
//! became of what was sent (`again` sends it once more), `openings` what may be said though nobody wrote, `off` accounts that are off,
//! `renaming` who is called by another name, `pulls` what is to be fetched, `there` what is handed to people there and `said_there` what
//! they say, `rated` how customers there rated the help, `letters` e-mail to those who left an address, `way_back` links to a page,
//! `who_speaks` that it is a program. It knows no platform's format: `channels` reads and writes those.

pub(in crate::desk) mod again;
pub(in crate::desk) mod answered;
pub(in crate::desk) mod arrival;
pub(in crate::desk) mod arrivals;
pub(in crate::desk) mod arrived;
pub(in crate::desk) mod aside;
pub(in crate::desk) mod fates;
pub(in crate::desk) mod letters;
pub(in crate::desk) mod off;
pub(in crate::desk) mod openings;
pub(in crate::desk) mod pulls;
pub(in crate::desk) mod rated;
pub(in crate::desk) mod renaming;
pub(in crate::desk) mod said_there;
pub(in crate::desk) mod there;
pub(in crate::desk) mod way_back;
pub(in crate::desk) mod who_speaks;
