//! The tests that drive the real binary and the real router.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod desk;
mod dialogues;
mod http_visitor;
mod orders;
mod rules;
mod shop;
mod support;
mod tidy;
