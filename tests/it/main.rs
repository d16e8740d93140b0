//! The tests that drive the real binary and the real router.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod cli;
mod config;
mod desk;
mod dialogues;
mod orders;
mod rules;
mod shop;
mod tidy;
