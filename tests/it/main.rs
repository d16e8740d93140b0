//! The tests that drive the real binary and the real router.

mod dialogues;
mod tidy;
