//! The tests that drive the real binary and the real router.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod crash;
mod desk;
mod dialogues;
mod ledger;
mod load;
mod orders;
mod rules;
mod shop;
mod tidy;
