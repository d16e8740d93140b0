//! What the phrases say to what the rules decided: a wording that no rule knows may be like many that are known, and a rule whose
//! words are there may have met them in a message like none of its own.
//!
//! A sure likeness answers where rules are silent; a rule that is unlike its phrases is not acted on but asked about.

use super::Matcher;
use super::decide::{Choice, Verdict};
use super::evidence::Evidence;
use super::program::{ACT_FROM, OwnerId};
use super::scratch::Scratch;
use crate::engine::likeness::{Lesson, Likeness};
use crate::engine::reading::Decision;
use crate::engine::rules::book::Book;
use crate::engine::text::{Normaliser, is_han};

/// As likely as this, the desk acts on what no rule knows.
const SURE: f32 = 0.6;
/// Less likely than this, a rule is doubted.
const DOUBTFUL: f32 = 0.02;
/// As likely as this, something is offered in place of what is doubted.
const LIKELY: f32 = 0.2;
/// What a likeness of 1 scores more than one that is just sure.
const SCORES: f32 = 12.0;
/// Shorter messages are left to the rules.
const SHORTEST: usize = 3;

/// Learns from a book: from its lists, and from the examples of its rules.
pub(super) fn learn(book: &Book, normaliser: &Normaliser) -> Likeness {
    if book.phrases.is_empty() {
        return Likeness::default();
    }
    let mut nobodys = Lesson {
        owner: None,
        phrases: Vec::new(),
    };
    let mut lessons = Vec::new();
    for (owner, intent) in (0..).zip(&book.intents) {
        let lists = book.phrases.iter();
        let own = lists.filter(|list| list.intent.as_ref() == Some(&intent.id.value));
        let mut phrases: Vec<&str> = own
            .flat_map(|list| &list.sentences)
            .map(|sentence| sentence.value.as_str())
            .collect();
        let is_learned = !phrases.is_empty();
        let examples = intent.examples.matching.iter();
        phrases.extend(examples.map(|example| example.value.as_str()));
        if is_learned {
            let owner = Some(owner);
            lessons.push(Lesson { owner, phrases });
        } else {
            // What only rules tell is claimed by no list.
            nobodys.phrases.append(&mut phrases);
        }
    }
    let others = book.off_topic.iter().flat_map(|it| &it.examples.matching);
    let lists = book.phrases.iter().filter(|list| list.intent.is_none());
    let more = lists.flat_map(|list| &list.sentences).chain(others);
    nobodys.phrases.extend(more.map(|it| it.value.as_str()));
    lessons.push(nobodys);
    Likeness::learn(&lessons, normaliser)
}

impl Matcher {
    /// Looks at a message and a decision once more.
    pub(super) fn look_again(&self, scratch: &mut Scratch) {
        let verdict = &scratch.verdict;
        let is_silent = verdict.decision == Decision::None && verdict.off_topic.is_none();
        let chosen = match verdict.chosen.as_slice() {
            [] if is_silent => None,
            [choice] if verdict.decision == Decision::Answer => Some(*choice),
            _ => return,
        };
        if self.likeness.is_empty() || is_short(scratch) {
            return;
        }
        let Scratch {
            text, hits, alike, ..
        } = scratch;
        self.likeness.compare(text.text(), &hits.tokens, alike);
        match chosen {
            None => self.propose(scratch),
            Some(choice) => self.doubt(choice, scratch),
        }
    }

    fn propose(&self, scratch: &mut Scratch) {
        let Some((owner, likely)) = self.likeness.best(&scratch.alike) else {
            return;
        };
        if likely < SURE {
            return;
        }
        if let Some(choice) = self.liked(OwnerId(owner), likely, scratch) {
            let Verdict {
                decision, chosen, ..
            } = &mut scratch.verdict;
            *decision = Decision::Answer;
            chosen.push(choice);
            scratch.verdict.by_likeness = true;
        }
    }

    fn doubt(&self, choice: Choice, scratch: &mut Scratch) {
        let likely = self.likeness.of(choice.owner.0, &scratch.alike);
        if likely.is_none_or(|likely| likely >= DOUBTFUL) {
            return;
        }
        let best = self.likeness.best(&scratch.alike);
        let other = best.filter(|(_, likely)| *likely >= LIKELY);
        let other = other.and_then(|(owner, likely)| self.liked(OwnerId(owner), likely, scratch));
        scratch.verdict.decision = Decision::Clarify;
        scratch.verdict.by_likeness = true;
        scratch.verdict.chosen.extend(other);
    }

    /// A choice by likeness, with the words that say so.
    fn liked(&self, owner: OwnerId, likely: f32, scratch: &mut Scratch) -> Option<Choice> {
        let lists = &self.program.phrases;
        let (_, rule) = lists.iter().find(|(whose, _)| *whose == owner)?;
        let from = scratch.evidence.len() as u32;
        let telling = self.likeness.telling(owner.0, &scratch.alike);
        let words = telling.into_iter().map(|span| Evidence {
            span,
            is_word: true,
        });
        scratch.evidence.extend(words);
        let surer = (likely - SURE).max(0.0) / (1.0 - SURE) * SCORES;
        Some(Choice {
            owner,
            rule: *rule,
            score: ACT_FROM + surer as u8,
            priority: 0,
            evidence: (from, scratch.evidence.len() as u32),
        })
    }
}

/// Whether a message has too few words to be like anything. One of Chinese characters has a word for about each two.
fn is_short(scratch: &Scratch) -> bool {
    let text = scratch.text.text();
    let characters = text.chars().filter(|c| is_han(*c)).count();
    scratch.text.latin_words() + characters.div_ceil(2) < SHORTEST
}
