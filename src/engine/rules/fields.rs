//! The keys of one table: unknown ones are complained about, known ones are taken by name and type.

use std::collections::BTreeMap;
use std::ops::RangeInclusive;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::domain::language::Language;
use crate::engine::rules::book::{Located, Place, Term};
use crate::engine::rules::diagnostic::{Diagnostic, code};
use crate::engine::rules::limits;
use crate::engine::rules::source::Source;
use crate::engine::rules::suggest;
use crate::engine::rules::term;

/// A key, where it stands, and its value.
pub type Entry<'v, 'i> = (Located<String>, &'v Spanned<DeValue<'i>>);

/// A table whose keys are known.
pub struct Fields<'v, 'i> {
    table: &'v DeTable<'i>,
    /// Where the table begins.
    pub at: Place,
}

impl<'v, 'i> Fields<'v, 'i> {
    /// Takes a table and complains about each key that is not among the known ones.
    pub fn new(
        source: &mut Source<'_>,
        what: &str,
        table: &'v DeTable<'i>,
        at: Place,
        known: &[&str],
    ) -> Self {
        for key in table.keys() {
            let name: &str = key.get_ref();
            if !known.contains(&name) {
                let place = source.place(key.span());
                source.complain(
                    Diagnostic::new(code::UNKNOWN_KEY, format!("unknown key `{name}` in {what}"))
                        .at(place, "not known here")
                        .help(suggest::choose_from(name, known)),
                );
            }
        }
        Self { table, at }
    }

    /// The value of a key.
    pub fn get(&self, key: &str) -> Option<&'v Spanned<DeValue<'i>>> {
        self.table
            .iter()
            .find(|(name, _)| name.get_ref() == key)
            .map(|(_, value)| value)
    }

    /// A text.
    pub fn text(&self, source: &mut Source<'_>, key: &str) -> Option<Located<String>> {
        source.as_text(&format!("`{key}`"), self.get(key)?)
    }

    /// A list of texts; empty when the key is absent.
    pub fn texts(&self, source: &mut Source<'_>, key: &str) -> Vec<Located<String>> {
        match self.get(key) {
            Some(value) => source.as_texts(&format!("`{key}`"), value),
            None => Vec::new(),
        }
    }

    /// A list of words; empty when the key is absent. An empty list is a mistake.
    pub fn terms(&self, source: &mut Source<'_>, key: &str) -> Vec<Located<Term>> {
        match self.get(key) {
            Some(value) => terms(source, &format!("`{key}`"), value),
            None => Vec::new(),
        }
    }

    /// A whole number within a range.
    pub fn number(
        &self,
        source: &mut Source<'_>,
        key: &str,
        allowed: RangeInclusive<i64>,
    ) -> Option<i64> {
        source.as_number(&format!("`{key}`"), self.get(key)?, allowed)
    }

    /// True or false.
    pub fn flag(&self, source: &mut Source<'_>, key: &str) -> Option<bool> {
        source.as_flag(&format!("`{key}`"), self.get(key)?)
    }

    /// A table and its place.
    pub fn table(&self, source: &mut Source<'_>, key: &str) -> Option<(&'v DeTable<'i>, Place)> {
        let value = self.get(key)?;
        let table = source.as_table(&format!("`{key}`"), value)?;
        Some((table, source.place(value.span())))
    }

    /// The tables of `[[key]]`.
    pub fn tables(&self, source: &mut Source<'_>, key: &str) -> Vec<(&'v DeTable<'i>, Place)> {
        match self.get(key) {
            Some(value) => source.as_tables(key, value),
            None => Vec::new(),
        }
    }

    /// The entries of `[key]`, whatever their names.
    pub fn entries(&self, source: &mut Source<'_>, key: &str) -> Vec<Entry<'v, 'i>> {
        match self.table(source, key) {
            Some((table, _)) => entries(source, table),
            None => Vec::new(),
        }
    }

    /// The texts of this table that are keyed by language.
    pub fn languages(&self, source: &mut Source<'_>) -> BTreeMap<Language, Located<String>> {
        let mut texts = BTreeMap::new();
        for language in Language::ALL {
            if let Some(text) = self.text(source, language.tag()) {
                if text.value.chars().count() > limits::TEXT_CHARS {
                    let message = "this text is longer than 4,000 characters";
                    source.complain(Diagnostic::new(code::TOO_MUCH, message).at(text.at, ""));
                }
                if text.value.trim().is_empty() {
                    source.complain(
                        Diagnostic::new(code::OUT_OF_RANGE, "this text is blank")
                            .at(text.at, "nothing would be said")
                            .help("write what is to be said, or take the key out"),
                    );
                }
                texts.insert(language, text);
            }
        }
        texts
    }

    /// The same where all languages have to be there. `why` says so to whoever left one out.
    pub fn all_languages(
        &self,
        source: &mut Source<'_>,
        (what, at): (&str, Place),
        why: &str,
    ) -> BTreeMap<Language, Located<String>> {
        let texts = self.languages(source);
        let missing: Vec<&str> = Language::ALL
            .into_iter()
            .filter(|language| !texts.contains_key(language))
            .map(Language::tag)
            .collect();
        if !missing.is_empty() {
            let message = format!("{what} has no {}", missing.join(", "));
            let found = Diagnostic::new(code::MISSING_LANGUAGE, message);
            source.complain(found.at(at, "").help(why));
        }
        texts
    }
}

/// The entries of a table, whatever their names.
pub fn entries<'v, 'i>(source: &Source<'_>, table: &'v DeTable<'i>) -> Vec<Entry<'v, 'i>> {
    table
        .iter()
        .map(|(key, value)| {
            let name = Located {
                value: key.get_ref().clone().into_owned(),
                at: source.place(key.span()),
            };
            (name, value)
        })
        .collect()
}

/// A value as a list of words. An empty list is a mistake.
pub fn terms(
    source: &mut Source<'_>,
    what: &str,
    value: &Spanned<DeValue<'_>>,
) -> Vec<Located<Term>> {
    let texts = source.as_texts(what, value);
    if matches!(value.get_ref(), DeValue::Array(items) if items.is_empty()) {
        let at = source.place(value.span());
        source.complain(
            Diagnostic::new(code::BAD_WORD, format!("{what} is empty"))
                .at(at, "no words")
                .help("write a word into it, or leave the key out"),
        );
    }
    texts
        .iter()
        .filter_map(|text| term::parse(source, text))
        .collect()
}
