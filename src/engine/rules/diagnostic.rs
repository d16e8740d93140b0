//! What is wrong with rule files, as values: code, words, places, hints.
//!
//! It knows nothing about how a diagnostic is printed.

use crate::engine::rules::place::{Place, SourceFile};

/// How bad it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// The files are not used as they are.
    Error,
    /// The files work, but probably not as meant.
    Warning,
}

/// A part of a file with what there is to say about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mark {
    /// Where.
    pub at: Place,
    /// What is said beside the underline; may be empty.
    pub text: String,
}

/// One thing that is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// `E…` is an error, `W…` a warning; see [`code`].
    pub code: &'static str,
    /// What is wrong, in one line.
    pub message: String,
    /// Where; the first mark is the place itself, the others belong to it. Empty where something is missing from all files.
    pub marks: Vec<Mark>,
    /// What else is worth knowing.
    pub notes: Vec<String>,
    /// What to do.
    pub help: Vec<String>,
}

impl Diagnostic {
    /// A diagnostic without a place.
    #[must_use]
    pub fn new(code: &'static str, message: impl Into<String>) -> Self {
        Self {
            code,
            message: message.into(),
            marks: Vec::new(),
            notes: Vec::new(),
            help: Vec::new(),
        }
    }

    /// Underlines a place, with words beside it. The first call names the place itself.
    #[must_use]
    pub fn at(mut self, at: Place, text: impl Into<String>) -> Self {
        let text = text.into();
        self.marks.push(Mark { at, text });
        self
    }

    /// Adds a note.
    #[must_use]
    pub fn note(mut self, note: impl Into<String>) -> Self {
        self.notes.push(note.into());
        self
    }

    /// Adds a hint.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help.push(help.into());
        self
    }

    /// Adds a hint if there is one.
    #[must_use]
    pub fn maybe_help(self, help: Option<String>) -> Self {
        match help {
            Some(help) => self.help(help),
            None => self,
        }
    }

    /// How bad it is, as the code says.
    #[must_use]
    pub fn severity(&self) -> Severity {
        if self.code.starts_with('W') {
            Severity::Warning
        } else {
            Severity::Error
        }
    }

    /// The place itself.
    #[must_use]
    pub fn place(&self) -> Option<Place> {
        self.marks.first().map(|mark| mark.at)
    }
}

/// All that is wrong with a set of files, and the files, so that it can be shown.
#[derive(Clone, Debug, Default)]
pub struct Report {
    /// The files that the places point into.
    pub files: Vec<SourceFile>,
    /// In the order of files and places, once [`Report::sort`] has run.
    pub diagnostics: Vec<Diagnostic>,
}

impl Report {
    /// How many errors there are.
    #[must_use]
    pub fn errors(&self) -> usize {
        self.count(Severity::Error)
    }

    /// How many warnings there are.
    #[must_use]
    pub fn warnings(&self) -> usize {
        self.count(Severity::Warning)
    }

    fn count(&self, severity: Severity) -> usize {
        self.diagnostics
            .iter()
            .filter(|d| d.severity() == severity)
            .count()
    }

    /// Adds what another look at the same files found.
    pub fn extend(&mut self, found: impl IntoIterator<Item = Diagnostic>) {
        self.diagnostics.extend(found);
        self.sort();
    }

    /// Puts diagnostics in the order of files and places; those without a place come last.
    pub fn sort(&mut self) {
        self.diagnostics.sort_by_key(|d| match d.place() {
            Some(at) => (at.file, at.start, d.code),
            None => (u16::MAX, u32::MAX, d.code),
        });
    }

    /// The file that a place points into.
    #[must_use]
    pub fn file(&self, at: Place) -> Option<&SourceFile> {
        self.files.get(usize::from(at.file))
    }

    /// The column of a place, in characters from 1.
    #[must_use]
    pub fn column(&self, at: Place) -> usize {
        let before = self
            .file(at)
            .and_then(|file| file.text.get(..at.start as usize))
            .unwrap_or_default();
        let line = before.rsplit('\n').next().unwrap_or_default();
        line.chars().count() + 1
    }

    /// `file:line:column` of a place.
    #[must_use]
    pub fn position(&self, at: Place) -> String {
        let name = self.file(at).map_or("?", |file| &*file.name);
        format!("{name}:{}:{}", at.line, self.column(at))
    }
}

/// The codes. They are a contract: people search for them.
pub mod code {
    /// Not TOML.
    pub const SYNTAX: &str = "E001";
    /// A key that does not exist here.
    pub const UNKNOWN_KEY: &str = "E002";
    /// A text where a number should be, and the like.
    pub const WRONG_TYPE: &str = "E003";
    /// A key that must be here.
    pub const MISSING_KEY: &str = "E004";
    /// A number outside its range.
    pub const OUT_OF_RANGE: &str = "E005";
    /// A name that none of a fixed set has: action, slot, language, scope, sentence.
    pub const UNKNOWN_NAME: &str = "E006";
    /// Too large or too many.
    pub const TOO_MUCH: &str = "E007";
    /// The same name twice.
    pub const DEFINED_TWICE: &str = "E008";
    /// Not UTF-8.
    pub const ENCODING: &str = "E009";
    /// A concept that no file defines.
    pub const UNKNOWN_CONCEPT: &str = "E010";
    /// Concepts that use one another in a circle.
    pub const CONCEPT_CIRCLE: &str = "E011";
    /// Two intents that answer the same words.
    pub const TIE: &str = "E012";
    /// An intent that no file defines.
    pub const UNKNOWN_INTENT: &str = "E013";
    /// A name with characters that names do not have.
    pub const BAD_NAME: &str = "E014";
    /// A regular expression with a mistake in it.
    pub const BAD_PATTERN: &str = "E015";
    /// A pattern that can match without the literal it says it needs.
    pub const PATTERN_WITHOUT_LITERAL: &str = "E016";
    /// A pattern that matches every message.
    pub const PATTERN_MATCHES_ALL: &str = "E017";
    /// A rule that asks for nothing.
    pub const EMPTY_RULE: &str = "E018";
    /// An empty or impossible word.
    pub const BAD_WORD: &str = "E019";
    /// A reply that is no template.
    pub const BAD_TEMPLATE: &str = "E020";
    /// A placeholder that does not exist.
    pub const UNKNOWN_PLACEHOLDER: &str = "E021";
    /// A placeholder above the proof level.
    pub const PLACEHOLDER_ABOVE_PROOF: &str = "E022";
    /// A text without one of the languages.
    pub const MISSING_LANGUAGE: &str = "E023";
    /// A sentence of the desk that no file has.
    pub const MISSING_SENTENCE: &str = "E024";
    /// An intent that answers and has no reply.
    pub const MISSING_REPLY: &str = "E025";
    /// The same sentence must and must not match.
    pub const EXAMPLE_CONTRADICTS: &str = "E026";
    /// A key that does nothing without another one.
    pub const IDLE_KEY: &str = "E027";
    /// No amount of money.
    pub const BAD_AMOUNT: &str = "E028";

    /// An intent without examples.
    pub const NO_EXAMPLES: &str = "W001";
    /// The same example in two intents.
    pub const SHARED_EXAMPLE: &str = "W002";
    /// A rule that never decides.
    pub const SHADOWED_RULE: &str = "W003";
    /// A keyword or rule that can never match.
    pub const NEVER_MATCHES: &str = "W004";
    /// An intent that can never be acted on.
    pub const UNREACHABLE_INTENT: &str = "W005";
    /// A word so short that it is found everywhere.
    pub const GREEDY_WORD: &str = "W006";
    /// The same word twice.
    pub const DUPLICATE_WORD: &str = "W007";
    /// A reply that nobody reads to its end.
    pub const LONG_REPLY: &str = "W008";
    /// A link that is not https.
    pub const INSECURE_LINK: &str = "W009";
    /// A word that promises what a person has to decide.
    pub const PROMISE: &str = "W010";
    /// A concept that nothing uses.
    pub const UNUSED_CONCEPT: &str = "W011";
    /// An intent that people may have to choose and that has no name on a button.
    pub const NO_LABEL: &str = "W012";
    /// A window in which nobody can apply.
    pub const EMPTY_WINDOW: &str = "W013";
    /// A limit that accepts nothing.
    pub const EMPTY_LIMIT: &str = "W014";
    /// A limit in a currency that the merchant does not use.
    pub const UNUSED_CURRENCY: &str = "W015";
    /// A higher score for which less is done.
    pub const SCORES_FALL: &str = "W018";
    /// A higher role that may approve less.
    pub const LIMITS_FALL: &str = "W019";
    /// A policy of a merchant that no site of the configuration has.
    pub const POLICY_FOR_NOBODY: &str = "W016";
    /// A site whose merchant no policy is about.
    pub const SITE_WITHOUT_POLICY: &str = "W017";
}
