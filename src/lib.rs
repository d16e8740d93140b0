//! placeholder: the map of the crate
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]
pub mod cli;
pub mod clock;
pub mod config;
pub mod desk;
pub mod domain;
pub mod engine;
pub mod http;
pub mod live;
pub mod rules_folder;
pub mod store;
