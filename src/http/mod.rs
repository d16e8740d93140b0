//! The web surface.
pub mod code;
