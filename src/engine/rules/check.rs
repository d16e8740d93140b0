//! All that can be said about rule files without a message: mistakes, texts, lints.

use std::sync::Arc;

use crate::engine::replies::Replies;
use crate::engine::rules::book::Book;
use crate::engine::rules::diagnostic::Report;
use crate::engine::rules::lint;
use crate::engine::rules::load::{Loaded, Partial, load, load_partly};

/// Rules that the desk may work with.
#[derive(Clone, Debug)]
pub struct Accepted {
    /// The rules; shared, for a large folder is megabytes.
    pub book: Arc<Book>,
    /// Their texts, ready to be said.
    pub replies: Replies,
}

/// Takes files if there is no mistake in them. Lints are not run.
///
/// # Errors
/// All mistakes.
pub fn accept(files: Vec<(String, String)>) -> Result<Accepted, Report> {
    let Loaded { book, report } = load(files);
    let book = book.ok_or(report)?;
    let replies = Replies::build(&book)?;
    Ok(Accepted {
        book: book.into(),
        replies,
    })
}

/// What came of checking.
#[derive(Debug)]
pub struct Checked {
    /// The rules, if they could be read, even where their texts are wrong.
    pub book: Option<Book>,
    /// All that is wrong.
    pub report: Report,
}

/// Checks files, given as names below the rule folder and texts.
///
/// Texts are looked at even where rules are wrong, so that one run shows all mistakes; what is probably not meant is only
/// looked for in rules without a mistake.
#[must_use]
pub fn check(files: Vec<(String, String)>) -> Checked {
    let Partial {
        book,
        mut report,
        complete,
    } = load_partly(files);
    let readable = report.errors() == 0;
    if complete && let Err(texts) = Replies::build(&book) {
        report.extend(texts.diagnostics);
    }
    if readable {
        report.extend(lint::lint(&book));
    }
    Checked {
        book: readable.then_some(book),
        report,
    }
}
