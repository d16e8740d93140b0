//! The words of a rule folder, each with a number: once as a whole word, and once as the beginning of one.

use std::collections::BTreeSet;

use rustc_hash::FxHashMap;

use super::program::{Key, KeyId, Roles, Run, TermId};
use super::trie::{Trie, TrieBuilder};
use crate::engine::rules::book::{Book, Pattern, Rule, Spelling, Term};
use crate::engine::text::{Normaliser, is_han};

/// Words that have been given numbers, while rules are compiled.
pub(super) struct Vocabulary {
    pub normaliser: Normaliser,
    /// What is meant by the ways in which people write words.
    spellings: FxHashMap<Box<str>, Box<str>>,
    /// Those of Chinese characters among them, the longest first.
    chinese: Vec<(Box<str>, Box<str>)>,
    numbers: FxHashMap<(String, bool), KeyId>,
    entries: Vec<Entry>,
}

struct Entry {
    text: String,
    /// The last word goes on at will.
    is_stem: bool,
    roles: Roles,
    terms: Vec<TermId>,
}

impl Vocabulary {
    pub(super) fn new(normaliser: Normaliser, spellings: &[Spelling]) -> Self {
        let folded = |text: &str| normaliser.word(text).into_boxed_str();
        let typed_and_meant: Vec<(Box<str>, Box<str>)> = spellings
            .iter()
            .map(|it| (folded(&it.typed.value), folded(&it.meant.value)))
            .collect();
        let chinese = (typed_and_meant.iter()).filter(|(typed, _)| typed.starts_with(is_han));
        let mut chinese: Vec<_> = chinese.cloned().collect();
        chinese.sort_by_key(|(typed, _)| std::cmp::Reverse(typed.len()));
        let mut vocabulary = Self {
            normaliser,
            spellings: FxHashMap::default(),
            chinese,
            numbers: FxHashMap::default(),
            entries: Vec::new(),
        };
        for (typed, meant) in typed_and_meant {
            let key = vocabulary.key(typed.to_string(), false);
            vocabulary.add_role(key, Roles::SPELLING);
            vocabulary.spellings.insert(typed, meant);
        }
        vocabulary
    }

    /// What is meant by the ways in which people write words.
    pub(super) fn spellings(&self) -> &FxHashMap<Box<str>, Box<str>> {
        &self.spellings
    }

    /// The key of a word as people write it in rules.
    pub(super) fn word(&mut self, word: &str) -> KeyId {
        let (text, is_stem) = self.latin_respelt(word);
        let text = self.chinese_respelt(&text);
        self.key(text, is_stem)
    }

    /// The key of a word that keeps what looks like a spelling in it from being read as one.
    pub(super) fn mask(&mut self, word: &str) -> KeyId {
        let (text, is_stem) = self.latin_respelt(word);
        self.key(text, is_stem)
    }

    fn latin_respelt(&self, word: &str) -> (String, bool) {
        let (stem, is_stem) = match word.trim().strip_suffix('*') {
            Some(stem) => (stem, true),
            None => (word, false),
        };
        let text = self.normaliser.word(stem);
        (self.respelt(&text, is_stem), is_stem)
    }

    /// A word of a rule with the characters that are meant in it.
    fn chinese_respelt(&self, text: &str) -> String {
        if text.is_ascii() {
            return text.to_owned();
        }
        let mut respelt = String::with_capacity(text.len());
        let mut rest = text;
        while let Some(next) = rest.chars().next() {
            let mut spellings = self.chinese.iter();
            match spellings.find(|(typed, _)| rest.starts_with(&**typed)) {
                Some((typed, meant)) => {
                    respelt.push_str(meant);
                    rest = &rest[typed.len()..];
                }
                None => {
                    respelt.push(next);
                    rest = &rest[next.len_utf8()..];
                }
            }
        }
        respelt
    }

    /// A word of a rule with the words that are meant in it, as they stand in a message. The beginning of a word is left alone.
    fn respelt(&self, text: &str, is_stem: bool) -> String {
        let mut respelt = String::with_capacity(text.len());
        let mut rest = text;
        while !rest.is_empty() {
            let length = rest
                .find(|c: char| !c.is_ascii_alphanumeric())
                .unwrap_or(rest.len());
            let (word, after) = rest.split_at(length);
            let may_be_one = !(is_stem && after.is_empty());
            let meant = self.spellings.get(word).filter(|_| may_be_one);
            respelt.push_str(meant.map_or(word, |meant| meant));
            let other = after
                .find(|c: char| c.is_ascii_alphanumeric())
                .unwrap_or(after.len());
            respelt.push_str(&after[..other]);
            rest = &after[other..];
        }
        respelt
    }

    /// The key of a literal, which may end inside a word.
    pub(super) fn literal(&mut self, literal: &str) -> KeyId {
        let text = self.normaliser.word(literal);
        let in_word = text.ends_with(|c: char| c.is_ascii_alphanumeric());
        self.key(text, in_word)
    }

    fn key(&mut self, text: String, is_stem: bool) -> KeyId {
        let entries = &mut self.entries;
        *self
            .numbers
            .entry((text, is_stem))
            .or_insert_with_key(|(text, is_stem)| {
                entries.push(Entry {
                    text: text.clone(),
                    is_stem: *is_stem,
                    roles: Roles::default(),
                    terms: Vec::new(),
                });
                entries.len() - 1
            })
    }

    /// Lets a key mean a term.
    pub(super) fn feed(&mut self, key: KeyId, term: TermId) {
        let terms = &mut self.entries[key].terms;
        if !terms.contains(&term) {
            terms.push(term);
        }
    }

    /// Gives a key something to do beside meaning terms.
    pub(super) fn add_role(&mut self, key: KeyId, role: Roles) {
        self.entries[key].roles.add(role);
    }

    /// How often a key is to be expected in messages: short words are frequent, long ones and phrases rare.
    pub(super) fn frequency(&self, key: KeyId) -> u32 {
        let text = &self.entries[key].text;
        let chars = text.chars().count();
        match (text.chars().next().is_some_and(is_han), chars) {
            (true, 1) => 60,
            (true, 2) => 6,
            (true, _) => 1,
            (false, 0..=3) => 60,
            (false, 4) => 20,
            (false, 5..=7) => 4,
            (false, _) => 2,
        }
    }

    /// The Latin words in all keys, each once.
    pub(super) fn latin_words(&self) -> BTreeSet<String> {
        let texts = self.entries.iter().map(|entry| entry.text.as_str());
        texts
            .flat_map(|text| text.split(|c: char| !c.is_ascii_alphanumeric()))
            .filter(|word| !word.is_empty())
            .map(str::to_owned)
            .collect()
    }

    /// The trie, its keys, and the runs of terms that they point into.
    pub(super) fn finish(self) -> (Trie, Vec<Key>, Vec<TermId>) {
        let mut trie = TrieBuilder::default();
        let mut key_terms = Vec::new();
        let keys = (self.entries.into_iter().enumerate())
            .map(|(number, entry)| {
                trie.add(&entry.text, number, entry.is_stem);
                let start = key_terms.len() as u32;
                key_terms.extend(entry.terms);
                Key {
                    roles: entry.roles,
                    terms: Run {
                        start,
                        end: key_terms.len() as u32,
                    },
                }
            })
            .collect();
        (trie.finish(), keys, key_terms)
    }
}

/// Every word of a book as it was written.
pub(super) fn written_words(book: &Book) -> Vec<&str> {
    let mut words = Vec::new();
    let concepts = book.concepts.values();
    for concept in concepts {
        let terms = concept.words.iter().map(|word| &word.value);
        terms.for_each(|term| push_words(term, &mut words));
        words.extend(concept.patterns.iter().flat_map(needed));
    }
    let rules = (book.intents.iter().flat_map(|intent| &intent.rules))
        .chain(book.off_topic.iter().flat_map(|topic| &topic.rules))
        .chain(book.circumstances.iter().flat_map(|it| &it.rules));
    for rule in rules {
        terms_of(rule).for_each(|term| push_words(term, &mut words));
    }
    let language = &book.language;
    let lists = [
        &language.negation,
        &language.not_negation,
        &language.breaks,
        &language.fillers,
        &language.masks,
    ];
    for list in lists
        .into_iter()
        .chain(language.questions.lists())
        .chain(language.asks.lists())
        .chain(language.adds.lists())
        .chain(language.signals.values())
        .chain(language.acts.values())
    {
        list.iter()
            .for_each(|word| push_words(&word.value, &mut words));
    }
    words.extend(language.joins.iter().map(|join| join.value.as_str()));
    words.extend(book.guide.values().flatten().map(String::as_str));
    words
}

fn needed(pattern: &Pattern) -> impl Iterator<Item = &str> {
    pattern.needs.iter().map(String::as_str)
}

fn terms_of(rule: &Rule) -> impl Iterator<Item = &Term> {
    let near = rule.near.iter().flat_map(|near| &near.words);
    let none_near = rule.none_near.iter().flat_map(|near| &near.words);
    [
        &rule.all,
        &rule.any,
        &rule.none,
        &rule.asserted,
        &rule.denied,
        &rule.order,
        &rule.aside,
    ]
    .into_iter()
    .flatten()
    .chain(near.chain(none_near))
    .map(|term| &term.value)
}

fn push_words<'a>(term: &'a Term, words: &mut Vec<&'a str>) {
    match term {
        Term::Word(word) => words.push(word),
        Term::Concept(_) | Term::Feature(_) => {}
        Term::Gap(parts) => parts.iter().for_each(|part| push_words(part, words)),
    }
}
