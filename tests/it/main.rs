//! The tests that drive the real binary and the real router.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod crash;
mod desk;
mod dialogues;
mod disk_faults;
mod ledger;
mod load;
mod http_visitor;
mod orders;
mod power_cut;
mod rules;
mod shop;
mod support;
mod tidy;
