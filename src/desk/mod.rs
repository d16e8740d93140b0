//! The application: what can be done with the desk, whoever asks.

pub mod turn;

mod stub;
pub use stub::*;
