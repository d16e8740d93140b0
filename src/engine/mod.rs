//! Text in, decisions out: rule files, the matcher, slots, the dialogue, replies.
//!
//! Pure, synchronous, and after loading infallible. Nothing here does I/O (reading the rule folder is `rules::load`'s caller's
//! business up to the bytes), reads a clock, or knows about stores and channels.

pub mod matcher;
pub mod reading;
pub mod replies;
pub mod rules;
pub mod say;
pub mod slots;
pub mod text;
