//! Which names of a script are its own, and short ones for them.
//!
//! The same name is the same everywhere, whatever it is inside of: nothing has to be known of scopes. A name that is ever a property, a
//! key or a part of a short-hand is one that others may see, and so is a name that is nowhere declared.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::words::{Kind, Word};

const KEYWORDS: &str = "arguments async await break case catch class const continue default delete do else extends false finally for \
    function get if in instanceof let new null of return set static super switch this throw true try typeof undefined var void while yield";
/// After these a brace opens a block; after any other it may open an object.
const BEFORE_BLOCK: [&str; 6] = [")", "=>", "else", "try", "finally", "do"];
const FIRST: &[u8] = b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_$";

/// A short name for each that may have one.
pub(super) fn short_names<'a>(words: &[Word<'a>]) -> HashMap<&'a str, String> {
    let text = |at: usize| words.get(at).map_or("", |word| word.text);
    let mut seen = Seen::default();
    let mut open: Vec<&str> = Vec::new();
    for (at, word) in words.iter().enumerate() {
        let (before, after) = (if at == 0 { "" } else { text(at - 1) }, text(at + 1));
        match word.kind {
            Kind::Sign => follow(&mut open, word.text, before),
            Kind::Text => follow_template(&mut open, word.text),
            Kind::Number => {}
            Kind::Name if is_keyword(word.text) => seen.declare(words, at),
            Kind::Name => {
                *seen.uses.entry(word.text).or_default() += 1;
                let in_braces = open.last() == Some(&"{") && matches!(before, "{" | ",");
                let as_key = in_braces && matches!(after, "," | "}" | ":" | "(" | "=");
                if as_key || matches!(before, "." | "?.") {
                    seen.public.insert(word.text);
                }
                if after == "=>" {
                    seen.own.insert(word.text);
                }
            }
        }
        if word.text == "=>" && at > 0 && text(at - 1) == ")" {
            seen.declare_back(words, at - 1);
        }
    }
    seen.shortened()
}

fn is_keyword(name: &str) -> bool {
    KEYWORDS.split_whitespace().any(|keyword| keyword == name)
}

/// What is open after a sign: `{` where keys may stand, `block` where statements do.
fn follow<'a>(open: &mut Vec<&'a str>, sign: &'a str, before: &str) {
    match sign {
        "{" if BEFORE_BLOCK.contains(&before) => open.push("block"),
        "(" | "[" | "{" => open.push(sign),
        ")" | "]" | "}" => drop(open.pop()),
        _ => {}
    }
}

fn follow_template<'a>(open: &mut Vec<&'a str>, text: &'a str) {
    if text.starts_with('}') {
        open.pop();
    }
    if text.ends_with("${") {
        open.push("${");
    }
}

#[derive(Default)]
struct Seen<'a> {
    uses: BTreeMap<&'a str, usize>,
    own: BTreeSet<&'a str>,
    public: BTreeSet<&'a str>,
}

impl<'a> Seen<'a> {
    /// Notes what a keyword declares. What a part of the script gives out is known to the others.
    fn declare(&mut self, words: &[Word<'a>], at: usize) {
        let mut before = words[..at].iter().rev().map(|word| word.text);
        if before.find(|word| *word != "async") == Some("export") {
            self.public.extend(words.get(at + 1).map(|word| word.text));
        }
        match words[at].text {
            "const" | "let" => self.declare_row(words, at + 1),
            "function" => {
                self.own.extend(words.get(at + 1).map(|word| word.text));
                self.declare_list(words, at + 2);
            }
            "catch" if words.get(at + 1).is_some_and(|word| word.text == "(") => {
                self.declare_list(words, at + 1);
            }
            _ => {}
        }
    }

    /// The names between an opening bracket and the closing one, not deeper.
    fn declare_list(&mut self, words: &[Word<'a>], from: usize) {
        let mut depth = 0_usize;
        for (at, word) in words.iter().enumerate().skip(from) {
            match word.text {
                "(" | "[" | "{" => depth += 1,
                ")" | "]" | "}" if depth <= 1 => return,
                ")" | "]" | "}" => depth -= 1,
                _ if depth == 1 && is_part(words, at) => drop(self.own.insert(word.text)),
                _ => {}
            }
        }
    }

    /// As [`Self::declare_list`], from the closing bracket back.
    fn declare_back(&mut self, words: &[Word<'a>], close: usize) {
        let mut depth = 0_usize;
        for (at, word) in words[..=close].iter().enumerate().rev() {
            match word.text {
                ")" | "]" | "}" => depth += 1,
                "(" | "[" | "{" if depth <= 1 => return,
                "(" | "[" | "{" => depth -= 1,
                _ if depth == 1 && is_part(words, at) => drop(self.own.insert(word.text)),
                _ => {}
            }
        }
    }

    /// `const a = 1, b = 2`, `let [a, b] = c`.
    fn declare_row(&mut self, words: &[Word<'a>], from: usize) {
        if words.get(from).is_some_and(|word| word.text == "[") {
            return self.declare_list(words, from);
        }
        let mut depth = 0_usize;
        for (at, word) in words.iter().enumerate().skip(from) {
            let begins = at == from || words[at - 1].text == ",";
            match word.text {
                ";" | "of" | "in" if depth == 0 => return,
                "(" | "[" | "{" => depth += 1,
                ")" | "]" | "}" if depth == 0 => return,
                ")" | "]" | "}" => depth -= 1,
                _ if depth == 0 && begins && word.kind == Kind::Name => {
                    self.own.insert(word.text);
                }
                _ => {}
            }
        }
    }

    /// The most used ones get the shortest names; none that stands anywhere in the script.
    fn shortened(self) -> HashMap<&'a str, String> {
        let mut own: Vec<&str> = self.own.difference(&self.public).copied().collect();
        own.retain(|name| !is_keyword(name) && self.uses.contains_key(name));
        own.sort_by_key(|name| (std::cmp::Reverse(self.uses[name]), *name));
        let free = candidates().filter(|name| !self.uses.contains_key(name.as_str()));
        let free = free.filter(|name| !is_keyword(name));
        own.into_iter()
            .zip(free)
            .filter(|(name, short)| short.len() < name.len())
            .collect()
    }
}

/// Whether a name stands in a list as it is, or with what it is by default.
fn is_part(words: &[Word<'_>], at: usize) -> bool {
    let near = |at: usize| words.get(at).map_or("", |word| word.text);
    words[at].kind == Kind::Name
        && at > 0
        && matches!(near(at - 1), "(" | "[" | "," | "...")
        && matches!(near(at + 1), ")" | "]" | "," | "=")
}

/// All short names, the shortest first.
fn candidates() -> impl Iterator<Item = String> {
    let letter = |byte: &u8| char::from(*byte);
    let one = FIRST.iter().map(move |a| letter(a).to_string());
    let two = FIRST.iter().flat_map(move |a| {
        FIRST
            .iter()
            .map(move |b| format!("{}{}", letter(a), letter(b)))
    });
    one.chain(two)
}
