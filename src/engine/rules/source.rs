//! One file while it is being read: byte ranges become places, mistakes are collected.

use std::ops::Range;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::engine::rules::diagnostic::{Diagnostic, code};
use crate::engine::rules::limits;
use crate::engine::rules::place::{Located, Place, narrow, part_of};
use crate::engine::rules::suggest;

/// A file and what has been found wrong with it so far.
pub struct Source<'t> {
    /// Index of the file in the book.
    pub file: u16,
    /// Its text.
    pub text: &'t str,
    /// First byte of each line.
    lines: Vec<u32>,
    /// What is wrong.
    pub found: Vec<Diagnostic>,
    /// Intents that this file names without defining them.
    pub named_intents: Vec<Located<String>>,
    /// How many more patterns all files together may have.
    pub patterns_left: usize,
}

impl<'t> Source<'t> {
    /// A file that nothing has been read from yet.
    pub fn new(file: u16, text: &'t str, patterns_left: usize) -> Self {
        let mut lines = vec![0];
        lines.extend(memchr::memchr_iter(b'\n', text.as_bytes()).map(|at| narrow(at + 1)));
        Self {
            file,
            text,
            lines,
            found: Vec::new(),
            named_intents: Vec::new(),
            patterns_left,
        }
    }

    /// The place of a byte range.
    pub fn place(&self, range: Range<usize>) -> Place {
        let start = narrow(range.start);
        let line = self.lines.partition_point(|&first| first <= start);
        Place {
            file: self.file,
            start,
            end: narrow(range.end.max(range.start)),
            line: narrow(line),
        }
    }

    /// The place of a part of a text value.
    pub fn part(&self, text: &Located<String>, part: Range<usize>) -> Place {
        part_of(self.text, text, part)
    }

    /// Notes a mistake. One that has been noted is not noted again: what two parts of a file depend on may be read for each of them.
    pub fn complain(&mut self, diagnostic: Diagnostic) {
        if self.found.len() < limits::DIAGNOSTICS && !self.found.contains(&diagnostic) {
            self.found.push(diagnostic);
        }
    }

    fn wrong_type(&mut self, what: &str, wanted: &str, value: &Spanned<DeValue<'_>>) {
        let at = self.place(value.span());
        self.complain(
            Diagnostic::new(code::WRONG_TYPE, format!("{what} must be {wanted}"))
                .at(at, format!("this is {}", type_name(value.get_ref()))),
        );
    }

    /// Takes a value as text.
    pub fn as_text(&mut self, what: &str, value: &Spanned<DeValue<'_>>) -> Option<Located<String>> {
        let DeValue::String(text) = value.get_ref() else {
            self.wrong_type(what, "a text in quotes", value);
            return None;
        };
        Some(Located {
            value: text.clone().into_owned(),
            at: self.place(value.span()),
        })
    }

    /// Takes a value as a list of texts.
    pub fn as_texts(&mut self, what: &str, value: &Spanned<DeValue<'_>>) -> Vec<Located<String>> {
        let DeValue::Array(items) = value.get_ref() else {
            self.wrong_type(what, "a list of texts, such as [\"refund\"]", value);
            return Vec::new();
        };
        items
            .iter()
            .filter_map(|item| self.as_text(&format!("each entry of {what}"), item))
            .collect()
    }

    /// Takes a value as a whole number within a range.
    pub fn as_number(
        &mut self,
        what: &str,
        value: &Spanned<DeValue<'_>>,
        allowed: std::ops::RangeInclusive<i64>,
    ) -> Option<i64> {
        let DeValue::Integer(number) = value.get_ref() else {
            self.wrong_type(what, "a whole number", value);
            return None;
        };
        let parsed = i64::from_str_radix(number.as_str(), number.radix()).ok();
        let inside = parsed.filter(|number| allowed.contains(number));
        if inside.is_none() {
            let at = self.place(value.span());
            let (low, high) = (allowed.start(), allowed.end());
            self.complain(
                Diagnostic::new(
                    code::OUT_OF_RANGE,
                    format!("{what} must be between {low} and {high}"),
                )
                .at(at, "out of range"),
            );
        }
        inside
    }

    /// Takes a value as true or false.
    pub fn as_flag(&mut self, what: &str, value: &Spanned<DeValue<'_>>) -> Option<bool> {
        let DeValue::Boolean(flag) = value.get_ref() else {
            self.wrong_type(what, "true or false", value);
            return None;
        };
        Some(*flag)
    }

    /// Takes a value as a table.
    pub fn as_table<'v, 'i>(
        &mut self,
        what: &str,
        value: &'v Spanned<DeValue<'i>>,
    ) -> Option<&'v DeTable<'i>> {
        let DeValue::Table(table) = value.get_ref() else {
            self.wrong_type(what, "a table", value);
            return None;
        };
        Some(table)
    }

    /// Takes a value as a list of tables: `[[…]]`.
    pub fn as_tables<'v, 'i>(
        &mut self,
        what: &str,
        value: &'v Spanned<DeValue<'i>>,
    ) -> Vec<(&'v DeTable<'i>, Place)> {
        let DeValue::Array(items) = value.get_ref() else {
            self.wrong_type(what, &format!("a list: write `[[{what}]]`"), value);
            return Vec::new();
        };
        items
            .iter()
            .filter_map(|item| {
                let table = self.as_table(what, item)?;
                Some((table, self.place(item.span())))
            })
            .collect()
    }

    /// Takes a text as one of a fixed set of names.
    pub fn one_of<T: Copy>(
        &mut self,
        what: &str,
        name: &Located<String>,
        choices: &[(&str, T)],
    ) -> Option<T> {
        let found = choices.iter().find(|(key, _)| *key == name.value);
        if found.is_none() {
            let names: Vec<&str> = choices.iter().map(|(key, _)| *key).collect();
            self.complain(
                Diagnostic::new(code::UNKNOWN_NAME, format!("`{}` is no {what}", name.value))
                    .at(name.at, format!("no such {what}"))
                    .help(suggest::choose_from(&name.value, &names)),
            );
        }
        found.map(|(_, choice)| *choice)
    }

    /// Complains about a key that must be there and is not.
    pub fn missing(&mut self, key: &str, owner: &str, at: Place, help: &str) {
        self.complain(
            Diagnostic::new(code::MISSING_KEY, format!("{owner} has no `{key}`"))
                .at(at, "")
                .help(help),
        );
    }
}

/// What TOML calls it, in words of people who do not program.
fn type_name(value: &DeValue<'_>) -> &'static str {
    match value {
        DeValue::String(_) => "a text",
        DeValue::Integer(_) => "a whole number",
        DeValue::Float(_) => "a number with a point",
        DeValue::Boolean(_) => "true or false",
        DeValue::Datetime(_) => "a date",
        DeValue::Array(_) => "a list",
        DeValue::Table(_) => "a table",
    }
}
