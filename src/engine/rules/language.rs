//! The language itself: `[negation]`, `[questions]`, `[asks]`, `[adds]`, `[breaks]`, `[masks]`, `[signals.…]`, `[acts.…]` and their like.

use std::collections::BTreeMap;

use crate::engine::rules::book::{Act, ClauseWords, LanguageWords, Located, Signal, Term};
use crate::engine::rules::diagnostic::{Diagnostic, code};
use crate::engine::rules::fields::Fields;
use crate::engine::rules::source::Source;
use crate::engine::rules::spelling;

/// The tables of `words.toml`.
pub const WORD_TABLES: [&str; 13] = [
    "negation",
    "questions",
    "asks",
    "adds",
    "breaks",
    "fillers",
    "masks",
    "real_words",
    "spellings",
    "joins",
    "promises",
    "signals",
    "acts",
];

/// Reads what a file says about the language.
pub fn read(source: &mut Source<'_>, root: &Fields<'_, '_>) -> LanguageWords {
    let mut words = LanguageWords {
        questions: clause_words(source, root, "questions"),
        asks: clause_words(source, root, "asks"),
        adds: clause_words(source, root, "adds"),
        breaks: word_list(source, root, "breaks"),
        fillers: word_list(source, root, "fillers"),
        masks: word_list(source, root, "masks"),
        real_words: values(text_list(source, root, "real_words")),
        spellings: spelling::read_all(source, root),
        joins: text_list(source, root, "joins"),
        promises: text_list(source, root, "promises"),
        signals: named(
            source,
            root,
            "signals",
            "signal",
            &Signal::ALL.map(|it| (it.name(), it)),
        ),
        acts: named(
            source,
            root,
            "acts",
            "act",
            &Act::ALL.map(|it| (it.name(), it)),
        ),
        ..LanguageWords::default()
    };
    negation(source, root, &mut words);
    words
}

fn negation(source: &mut Source<'_>, root: &Fields<'_, '_>, words: &mut LanguageWords) {
    let Some((table, at)) = root.table(source, "negation") else {
        return;
    };
    let known = ["words", "reach", "nothing"];
    let fields = Fields::new(source, "`negation`", table, at, &known);
    words.negation = self::words(source, &fields, "words");
    words.not_negation = self::words(source, &fields, "nothing");
    words.negation_reach = fields
        .number(source, "reach", 1..=20)
        .and_then(|reach| u8::try_from(reach).ok())
        .unwrap_or_default();
}

/// `[key]` with what makes something of a clause.
fn clause_words(source: &mut Source<'_>, root: &Fields<'_, '_>, key: &str) -> ClauseWords {
    let Some((table, at)) = root.table(source, key) else {
        return ClauseWords::default();
    };
    let known = ["words", "begins", "ends", "nothing"];
    let fields = Fields::new(source, &format!("`{key}`"), table, at, &known);
    ClauseWords {
        words: words(source, &fields, "words"),
        begins: words(source, &fields, "begins"),
        ends: words(source, &fields, "ends"),
        nothing: words(source, &fields, "nothing"),
    }
}

/// `[key] words = [...]` as words that are looked for.
fn word_list(source: &mut Source<'_>, root: &Fields<'_, '_>, key: &str) -> Vec<Located<Term>> {
    match only_words(source, root, key) {
        Some(fields) => words(source, &fields, "words"),
        None => Vec::new(),
    }
}

/// A list of the language; what is no word has nothing to do in it.
fn words(source: &mut Source<'_>, fields: &Fields<'_, '_>, key: &str) -> Vec<Located<Term>> {
    let mut words = fields.terms(source, key);
    words.retain(|word| {
        let Term::Feature(feature) = word.value else {
            return true;
        };
        source.complain(
            Diagnostic::new(
                code::BAD_WORD,
                format!("`{}` can only stand in rules and concepts", feature.name()),
            )
            .at(word.at, "this list is made of words"),
        );
        false
    });
    words
}

/// `[key] words = [...]` as plain texts.
fn text_list(source: &mut Source<'_>, root: &Fields<'_, '_>, key: &str) -> Vec<Located<String>> {
    match only_words(source, root, key) {
        Some(fields) => fields.texts(source, "words"),
        None => Vec::new(),
    }
}

fn only_words<'v, 'i>(
    source: &mut Source<'_>,
    owner: &Fields<'v, 'i>,
    key: &str,
) -> Option<Fields<'v, 'i>> {
    let (table, at) = owner.table(source, key)?;
    let what = format!("`{key}`");
    Some(Fields::new(source, &what, table, at, &["words"]))
}

/// `[key.NAME] words = [...]` for each of a fixed set of names.
fn named<T: Copy + Ord>(
    source: &mut Source<'_>,
    root: &Fields<'_, '_>,
    key: &str,
    what: &str,
    choices: &[(&str, T)],
) -> BTreeMap<T, Vec<Located<Term>>> {
    let mut lists = BTreeMap::new();
    let Some((table, at)) = root.table(source, key) else {
        return lists;
    };
    let names: Vec<&str> = choices.iter().map(|(name, _)| *name).collect();
    let fields = Fields::new(source, &format!("`{key}` (a {what})"), table, at, &names);
    for (name, choice) in choices {
        if fields.get(name).is_some() {
            lists.insert(*choice, word_list(source, &fields, name));
        }
    }
    lists
}

fn values(texts: Vec<Located<String>>) -> Vec<String> {
    texts.into_iter().map(|text| text.value).collect()
}
