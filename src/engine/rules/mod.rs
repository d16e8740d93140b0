//! Rule files: what they may say (`book`), how they are read and what is wrong with them.
//!
//! In reading order: [`book`] is the result, [`load`] the way to it, [`diagnostic`] what can be wrong. The rest are the parts of
//! a file from the outside in.

pub mod book;
pub mod changes;
pub mod check;
pub mod diagnostic;
pub mod lint;
pub mod load;

mod canned;
mod concept;
mod fields;
mod file;
mod guide;
mod intent;
mod language;
mod limits;
mod parts;
pub mod pattern;
mod phrases;
mod place;
pub mod policy;
mod resolve;
mod rule;
mod source;
mod spelling;
pub mod suggest;
mod term;
mod walk;
mod widget;

/// The folders below the rule folder: what merchants promise, and what customers write.
pub const FOLDERS: [&str; 2] = [policy::FOLDER, "phrases"];
