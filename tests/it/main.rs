//! The tests that drive the real binary and the real router.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod attacks;
mod attacks_access;
mod attacks_http;
mod attacks_identity;
mod attacks_inputs;
mod attacks_limits;
mod attacks_logs;
mod attacks_markup;
mod attacks_operator;
mod attacks_orders;
mod attacks_pages;
mod attacks_revoked;
mod attacks_timing;
mod binary;
mod cli;
mod config;
mod crash;
mod crash_http;
mod desk;
mod dialogues;
mod disk_faults;
mod http_agents;
mod http_binary;
mod http_stream;
mod http_visitor;
mod ledger;
mod load;
mod operator;
mod orders;
mod power_cut;
mod process;
mod rules;
mod shop;
mod support;
mod tidy;
