//! The matcher: a text against all rules at once.
//!
//! One trie is followed over the tokens of the text whatever the number of rules. What it hits are *sightings* of terms; a rule,
//! a gap or a pattern is looked at only when the rarest word that it needs has been sighted. So the cost of a message grows with its
//! length and with what it hits, not with the rule folder. Building can leave out what a checked book cannot contain; reading cannot
//! fail. The matcher must not know about conversations, orders, or what is said in return.

mod asking;
mod clauses;
mod clues;
mod compile;
mod decide;
mod derive;
mod detail;
mod evaluate;
mod evidence;
mod explain;
mod familiar;
mod features;
mod hit;
mod inflection;
mod lessons;
mod mask;
mod negation;
mod own_words;
mod pattern;
mod program;
mod report;
mod scan;
mod scratch;
mod second_look;
mod several;
mod shortened;
mod sightings;
mod speech;
#[cfg(test)]
mod tests;
mod traces;
mod trie;
mod typos;
mod vocabulary;

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};

pub use explain::Explanation;
pub use scratch::Scratch;

use asking::Asking;
use clauses::Clauses;
use compile::compile;
use decide::Found;
use evaluate::Message;
use program::{OwnerId, Program, Roles, TermId};
use scratch::Standing;
use trie::Trie;
use typos::Typos;
use vocabulary::Vocabulary;

use crate::domain::ids::IntentId;
use crate::engine::likeness::Likeness;
use crate::engine::reading::Reading;
use crate::engine::rules::book::Book;
use crate::engine::slots::{SaidDate, Slot};
use crate::engine::text::{Normaliser, Span};

/// All rules of a book, ready to read messages.
#[derive(Debug)]
pub struct Matcher {
    normaliser: Normaliser,
    trie: Trie,
    typos: Typos,
    program: Program,
    likeness: Likeness,
    names: Names,
    /// Scratches that are not in use.
    spare: Mutex<Vec<Scratch>>,
}

/// What readings name: intents, topics, circumstances and rule files.
#[derive(Debug)]
struct Names {
    intents: Vec<IntentId>,
    /// Each with whether it is news that all is well.
    off_topic: Vec<(String, bool)>,
    circumstances: Vec<IntentId>,
    files: Vec<Arc<str>>,
}

impl Matcher {
    /// Builds the matcher for a checked book.
    #[must_use]
    pub fn build(book: &Book) -> Self {
        Self::build_with(book, None)
    }

    /// Builds the matcher for a checked book, with what was learned from the same one before if it was kept.
    #[must_use]
    pub fn build_with(book: &Book, learned: Option<Likeness>) -> Self {
        let compiled = compile(book);
        let mut vocabulary = compiled.vocabulary;
        let typos = known_words(book, &mut vocabulary);
        let normaliser = vocabulary.normaliser.clone();
        let mut program = compiled.program;
        let trie;
        (trie, program.keys, program.key_terms) = vocabulary.finish();
        let mut matcher = Self {
            normaliser,
            trie,
            typos,
            program,
            likeness: Likeness::default(),
            names: Names {
                intents: (book.intents.iter().map(|it| it.id.value.clone())).collect(),
                off_topic: (book.off_topic.iter())
                    .map(|it| (it.name.value.clone(), it.settled))
                    .collect(),
                circumstances: (book.circumstances.iter().map(|it| it.name.value.clone()))
                    .collect(),
                files: book.files.iter().map(|file| file.name.clone()).collect(),
            },
            spare: Mutex::default(),
        };
        let learned = learned.filter(|it| it.is_whole(book.intents.len() as u32));
        matcher.likeness = learned.unwrap_or_else(|| lessons::learn(book, &matcher));
        matcher
    }

    /// What was learned from the book's phrases.
    #[must_use]
    pub const fn learned(&self) -> &Likeness {
        &self.likeness
    }

    /// Reads a message.
    #[must_use]
    pub fn read(&self, text: &str) -> Reading {
        let mut scratch = self.take_scratch();
        self.read_with(text, &mut scratch);
        let reading = self.report_each(text, &mut scratch);
        self.keep_scratch(scratch);
        reading
    }

    /// Reads a message in room of the caller's: nothing is allocated once the scratch has grown to what messages need, unless a
    /// slot is found or the likeness decides. What came out is taken from the scratch by [`Matcher::report`].
    pub fn read_with(&self, text: &str, scratch: &mut Scratch) {
        self.weigh(text, scratch);
        self.look_again(scratch);
    }

    /// Reads a message by the rules alone.
    fn weigh(&self, text: &str, scratch: &mut Scratch) {
        self.find_words(text, scratch);
        self.sight(scratch);
        self.take_slots(text, scratch);
        self.sight_features(scratch);
        self.derive(scratch);
        self.evaluate(scratch);
        self.decide(scratch);
    }

    /// Finds the words of the rules in a text, also such as are misspelt.
    fn find_words(&self, text: &str, scratch: &mut Scratch) {
        self.normaliser.normalise(text, &mut scratch.text);
        self.scan(scratch);
        scratch.hits.spare_masked(&self.program);
        let unknown = &scratch.hits.unknown;
        if self.typos.correct(unknown, text, &mut scratch.text) {
            self.scan(scratch);
        }
        scratch.hits.hide(&self.program, &scratch.text);
    }

    /// Takes slots out of the text; words that name a day have been sighted with the rest.
    fn take_slots(&self, text: &str, scratch: &mut Scratch) {
        let has_numeral = scratch.hits.has_role(Roles::NUMERAL);
        let Scratch {
            scanner,
            text: normal,
            slots,
            ..
        } = scratch;
        scanner.take(text, normal, has_numeral, slots);
        if scratch.hits.has_role(Roles::DAY) {
            self.take_days(text, scratch);
        }
    }

    fn take_days(&self, text: &str, scratch: &mut Scratch) {
        let Scratch {
            text: normal,
            seen,
            slots,
            ..
        } = scratch;
        let days = &self.program.days;
        let found = days
            .iter()
            .flat_map(|(days, term)| seen.of(*term).map(|it| (it.span, *days)));
        let is_part = |span: Span| {
            let mut all = days.iter().flat_map(|(_, term)| seen.of(*term));
            all.any(|it| it.span.hides(span))
        };
        let whole = found.filter(|(span, _)| !is_part(*span));
        slots.dates.extend(whole.map(|(span, days)| {
            let original = normal.original(span, text);
            Slot {
                value: SaidDate::FromToday(days),
                start: original.start as usize,
                end: original.end as usize,
            }
        }));
        slots.dates.sort_by_key(|date| date.start);
    }

    fn take_scratch(&self) -> Scratch {
        let spare = self.spare.lock().ok().and_then(|mut spare| spare.pop());
        spare.unwrap_or_default()
    }

    fn keep_scratch(&self, scratch: Scratch) {
        if let Ok(mut spare) = self.spare.lock() {
            spare.push(scratch);
        }
    }

    /// Finds the strings of the rules.
    fn scan(&self, scratch: &mut Scratch) {
        let Scratch { hits, text, .. } = scratch;
        hits.scan(&self.trie, &self.program, text);
    }

    /// Sorts the hits and notes what they mean.
    fn sight(&self, scratch: &mut Scratch) {
        let program = &self.program;
        scratch.seen.begin(program.terms.len());
        scratch.waiting.begin(program);
        scratch.hits.break_clauses(program, &mut scratch.text);
        scratch
            .hits
            .negate(program, &scratch.text, &mut scratch.negations);
        for hit in scratch.hits.list.iter().filter(|hit| !hit.hidden) {
            let key = &program.keys[hit.key as usize];
            let place = scratch.seen.place(hit.span, &[], &scratch.text);
            for term in key.terms.of(&program.key_terms) {
                if scratch.seen.add(*term, place) {
                    scratch.waiting.wake(*term, program);
                }
            }
        }
    }

    /// Finds the gaps and patterns whose words have been seen.
    fn derive(&self, scratch: &mut Scratch) {
        let program = &self.program;
        scratch.traces.begin();
        while let Some(id) = scratch.waiting.next_derived() {
            let derived = &program.derived[id.0 as usize];
            scratch.found.clear();
            derive::find(
                &derived.kind,
                &scratch.seen,
                &scratch.text,
                &mut scratch.traces,
                &mut scratch.found,
            );
            for (span, words) in &scratch.found {
                let place = scratch.seen.place(*span, words, &scratch.text);
                for term in &derived.feeds {
                    if scratch.seen.add(*term, place) {
                        scratch.waiting.wake(*term, program);
                    }
                }
            }
        }
    }

    /// Holds the rules whose words have been seen against the message.
    fn evaluate(&self, scratch: &mut Scratch) {
        scratch.standings.begin();
        scratch.evidence.clear();
        let message = Message {
            program: &self.program,
            text: &scratch.text,
            seen: &scratch.seen,
            negations: &scratch.negations,
        };
        for id in &scratch.waiting.rules {
            let rule = &self.program.rules[id.0 as usize];
            let from = scratch.evidence.len() as u32;
            if message.holds(rule, &mut scratch.evidence) {
                let evidence = (from, scratch.evidence.len() as u32);
                let standing = Standing::new(*id, rule, evidence);
                scratch.standings.add(rule.owner, standing);
            }
        }
    }

    /// The clauses, to be asked what they do.
    fn clauses<'a>(&'a self, scratch: &'a Scratch) -> Clauses<'a> {
        Clauses {
            program: &self.program,
            hits: &scratch.hits,
            seen: &scratch.seen,
            text: &scratch.text,
        }
    }

    /// The clauses that ask.
    fn asking(&self, scratch: &mut Scratch) -> Asking {
        let clauses = Clauses {
            program: &self.program,
            hits: &scratch.hits,
            seen: &scratch.seen,
            text: &scratch.text,
        };
        Asking::of(&clauses, &mut scratch.features)
    }

    fn decide(&self, scratch: &mut Scratch) {
        scratch.verdict.begin();
        for (owner, standing) in scratch.standings.iter() {
            scratch.verdict.add(standing.choice(owner), &self.program);
        }
        let asking = self.asking(scratch);
        let found = Found {
            program: &self.program,
            text: &scratch.text,
            evidence: &scratch.evidence,
            asking,
        };
        scratch.verdict.decide(&found);
    }
}

/// Lets the trie know all words that people write on purpose, and the typos which of them may be meant.
fn known_words(book: &Book, vocabulary: &mut Vocabulary) -> Typos {
    let words = vocabulary.latin_words();
    let real_words: BTreeSet<String> = (book.language.real_words.iter())
        .map(|word| vocabulary.normaliser.word(word))
        .collect();
    for word in words.iter().chain(&real_words) {
        if word.len() >= familiar::SHORTEST {
            let key = vocabulary.word(word);
            vocabulary.add_role(key, Roles::KNOWN);
        }
    }
    let is_known = |word: &str| words.contains(word) || real_words.contains(word);
    let familiar = familiar::words(book, is_known);
    let spellings = vocabulary.spellings().clone();
    let words = words.iter().map(String::as_str);
    let real_words = real_words.iter().map(String::as_str);
    Typos::new(words, real_words, familiar, spellings)
}
