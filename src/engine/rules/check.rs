//! All that can be said about rule files without a message: mistakes, texts, lints.

use crate::engine::replies::Replies;
use crate::engine::rules::book::Book;
use crate::engine::rules::diagnostic::Report;
use crate::engine::rules::lint;
use crate::engine::rules::load::{Loaded, load};

/// What came of checking.
#[derive(Debug)]
pub struct Checked {
    /// The rules, if they could be read, even where their texts are wrong.
    pub book: Option<Book>,
    /// All that is wrong.
    pub report: Report,
}

/// Checks files, given as names below the rule folder and texts.
#[must_use]
pub fn check(files: Vec<(String, String)>) -> Checked {
    let Loaded { book, mut report } = load(files);
    if let Some(book) = &book {
        if let Err(texts) = Replies::build(book) {
            report.extend(texts.diagnostics);
        }
        report.extend(lint::lint(book));
    }
    Checked { book, report }
}
