//! What the phrases say to what the rules decided: a wording that no rule knows may be like many that are known, and a rule whose
//! words are there may have met them in a message like none of its own.
//!
//! A sure likeness answers where rules are silent; a rule that is unlike its phrases is not acted on but asked about.

use super::Matcher;
use super::decide::{Choice, SURE_FROM};
use super::evidence::Evidence;
use super::program::{ACT_FROM, ASK_FROM, Group, OwnerId};
use super::scratch::Scratch;
use crate::engine::reading::Decision;
use crate::engine::text::{Span, is_han};

/// As likely as this, the desk acts on what no rule knows.
const SURE: f32 = 0.85;
/// As likely as this, it acts on that instead of a rule that is doubted.
const SURE_INSTEAD: f32 = 0.95;
/// As likely as this, it acts on one of those that rules would ask about.
const PREFERRED: f32 = 0.7;
/// Less likely than this, a rule is doubted.
const DOUBTFUL: f32 = 0.03;
/// As likely as this by what several phrases have in common, it does not rest on one rare word.
const BORNE_OUT: f32 = 0.4;
/// As likely as this, something is asked about.
const LIKELY: f32 = 0.4;
/// As likely as this by its own clause, a rule is not doubted for the story around it.
const POSSIBLE: f32 = 0.1;
/// Shorter messages are left to the rules.
const SHORTEST: usize = 3;
/// Shorter messages are fragments: what they go on with says more than what they are like.
const FRAGMENT: usize = 6;
/// As likely as this, a fragment is asked about.
const LIKELY_FRAGMENT: f32 = 0.6;

impl Matcher {
    /// Looks at a message and a decision once more.
    pub(super) fn look_again(&self, scratch: &mut Scratch) {
        let verdict = &scratch.verdict;
        let is_silent = verdict.decision == Decision::None && verdict.off_topic.is_none();
        let look: fn(&Self, &mut Scratch) = match (verdict.decision, verdict.chosen.len()) {
            (Decision::None, _) if is_silent => Self::propose,
            (Decision::Answer, 1) => Self::doubt,
            (Decision::Clarify, _) => Self::prefer,
            (Decision::Answer | Decision::None, _) => return,
        };
        if self.likeness.is_empty() || words(scratch) < SHORTEST {
            return;
        }
        let Scratch {
            text, hits, alike, ..
        } = scratch;
        self.likeness.compare(text.text(), &hits.tokens, alike);
        look(self, scratch);
    }

    /// Of what rules would ask about, the one that the message is like.
    fn prefer(&self, scratch: &mut Scratch) {
        let verdict = &mut scratch.verdict;
        let best = self.likeness.best(&scratch.alike);
        let sure = best.filter(|(_, likely)| *likely >= PREFERRED);
        let is_sure = |it: &Choice| sure.is_some_and(|(owner, _)| OwnerId(owner) == it.owner);
        if verdict.chosen.iter().any(is_sure) {
            verdict.chosen.retain(is_sure);
            verdict.decision = Decision::Answer;
            verdict.by_likeness = true;
        }
    }

    /// Acts on what no rule knows, or keeps it in mind, to be asked about.
    fn propose(&self, scratch: &mut Scratch) {
        let Some((owner, likely)) = self.likeness.best(&scratch.alike) else {
            return;
        };
        let is_fragment = words(scratch) < FRAGMENT;
        if likely < LIKELY || is_fragment && likely < LIKELY_FRAGMENT {
            return;
        }
        let owner = OwnerId(owner);
        let is_sure = likely >= SURE && self.is_borne_out(owner, scratch);
        let liked = self.liked(owner, likely, scratch);
        let verdict = &mut scratch.verdict;
        if !is_sure {
            verdict.runner_up = liked.or(verdict.runner_up);
            return;
        }
        if let Some(choice) = liked {
            verdict.decision = Decision::Answer;
            verdict.chosen.push(choice);
            verdict.by_likeness = true;
        }
    }

    /// Whether a likeness rests on more than one rare word, and on nothing that is denied.
    fn is_borne_out(&self, owner: OwnerId, scratch: &mut Scratch) -> bool {
        let common = self.likeness.of_common(owner.0, &mut scratch.alike);
        common >= BORNE_OUT && !self.is_denied(owner, scratch)
    }

    /// Asks instead of acting on a rule whose message is like none of its intent, or acts on what it is surely like.
    fn doubt(&self, scratch: &mut Scratch) {
        let Some(choice) = scratch.verdict.chosen.first().copied() else {
            return;
        };
        let likely = self.likeness.of(choice.owner.0, &scratch.alike);
        if likely.is_none_or(|likely| likely >= DOUBTFUL) {
            return;
        }
        let best = self.likeness.best(&scratch.alike);
        if self.is_asked_apart(choice, scratch) {
            return;
        }
        if let Some(other) = self.agreed(best, scratch) {
            scratch.verdict.chosen.clear();
            scratch.verdict.chosen.push(other);
            scratch.verdict.runner_up = Some(choice);
            scratch.verdict.by_likeness = true;
            return;
        }
        let other = best.filter(|(owner, likely)| {
            *likely >= LIKELY && !self.is_denied(OwnerId(*owner), scratch)
        });
        let is_sure = other.is_some_and(|(owner, likely)| {
            likely >= SURE_INSTEAD && self.is_borne_out(OwnerId(owner), scratch)
        });
        let other = other.and_then(|(owner, likely)| self.liked(OwnerId(owner), likely, scratch));
        scratch.verdict.by_likeness = true;
        match other.filter(|_| is_sure) {
            Some(other) => {
                scratch.verdict.chosen.clear();
                scratch.verdict.chosen.push(other);
                scratch.verdict.runner_up = Some(choice);
            }
            None => {
                scratch.verdict.decision = Decision::Clarify;
                scratch.verdict.chosen.extend(other);
            }
        }
    }

    /// The choice of a rule that lost, and that the message is surely like.
    fn agreed(&self, best: Option<(u32, f32)>, scratch: &Scratch) -> Option<Choice> {
        let (owner, _) = best.filter(|(_, likely)| *likely >= SURE)?;
        let verdict = &scratch.verdict;
        let mut lost = verdict.ranked.iter().chain(&verdict.runner_up);
        let other = lost.find(|it| it.owner == OwnerId(owner) && it.score >= ACT_FROM);
        other.copied()
    }

    /// Whether a negation turns round what a rule of an intent wants to hear said: "I do not want to cancel" shares its words with "I
    /// want to cancel".
    fn is_denied(&self, owner: OwnerId, scratch: &Scratch) -> bool {
        let Scratch {
            seen,
            negations,
            text,
            ..
        } = scratch;
        let rules = self.program.rules.iter().filter(|it| it.owner == owner);
        let mut wanted = rules.flat_map(|rule| self.program.terms_of(rule, Group::Asserted));
        wanted.any(|term| {
            let is_denied = |span: Span| negations.reach(span, text, &[]);
            seen.has(*term) && seen.of(*term).all(|it| is_denied(it.span))
        })
    }

    /// Whether a choice, unlike the message as a whole, is like the clauses that its words stand in: after a long story one of them asks.
    fn is_asked_apart(&self, choice: Choice, scratch: &mut Scratch) -> bool {
        let Scratch {
            text,
            hits,
            apart,
            evidence,
            clauses: tokens,
            ..
        } = scratch;
        let (from, to) = choice.evidence;
        let clause = |span: Span| text.clause_at(span.start);
        let words = &evidence[from as usize..to as usize];
        tokens.clear();
        let all = hits.tokens.iter();
        tokens.extend(all.filter(|it| {
            words
                .iter()
                .any(|word| clause(word.span) == clause(it.span))
        }));
        if tokens.len() == hits.tokens.len() {
            return false;
        }
        self.likeness.compare(text.text(), tokens, apart);
        let likely = self.likeness.of(choice.owner.0, apart);
        likely.is_some_and(|likely| likely >= POSSIBLE)
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
        Some(Choice {
            owner,
            rule: *rule,
            score: score(likely),
            priority: 0,
            evidence: (from, scratch.evidence.len() as u32),
        })
    }
}

/// What a rule would score that is as sure: it acts where this acts, and asks where this asks.
fn score(likely: f32) -> u8 {
    let (from, to, share) = if likely < SURE {
        (ASK_FROM, ACT_FROM - 1, (likely - LIKELY) / (SURE - LIKELY))
    } else {
        (ACT_FROM, SURE_FROM - 1, (likely - SURE) / (1.0 - SURE))
    };
    from + (f32::from(to - from) * share.max(0.0)) as u8
}

/// How many words a message has. One of Chinese characters has a word for about each two.
fn words(scratch: &Scratch) -> usize {
    let text = scratch.text.text();
    let characters = text.chars().filter(|c| is_han(*c)).count();
    scratch.text.latin_words() + characters.div_ceil(2)
}
