//! Rule files: what they may say (`book`), how they are read and what is wrong with them.

pub mod book;
