//! What the phrases say to what the rules decided: a wording that no rule knows may be like many that are known, and a rule whose
//! words are there may have met them in a message like none of its own.
//!
//! What a message is like and what the rules say of it are believed together: a rule's word counts as so much likelihood, and what comes
//! out as likely enough is acted on. Where nothing does, the desk asks.

use smallvec::SmallVec;

use super::Matcher;
use super::decide::{Choice, SURE_FROM, Verdict};
use super::evidence::Evidence;
use super::program::{ACT_FROM, ASK_FROM, Group, OwnerId};
use super::scratch::Scratch;
use crate::engine::likeness::Said;
use crate::engine::reading::Decision;
use crate::engine::text::{Span, is_han};

/// As likely as this, what a rule decided stands.
const STANDS: f32 = 0.4;
/// As likely as this, the desk acts on something else instead.
const ACT: f32 = 0.6;
/// As likely as this, it acts on what no rule knows.
const SURE: f32 = 0.75;
/// As likely as this, something is asked about.
const LIKELY: f32 = 0.4;
/// As likely as this by its own clause, a rule is not doubted for the story around it.
const POSSIBLE: f32 = 0.1;
/// How much more likely an intent is for the rule that decides for it, as a logarithm: about thirty times.
const DECIDED: f32 = 3.5;
/// How much more likely it is that a message is nobody's for no rule knowing it.
const UNKNOWN: f32 = 2.5;
/// Shorter messages are left to the rules.
const SHORTEST: usize = 3;
/// Shorter messages are fragments: what they go on with says more than what they are like, and nothing is asked for that.
const FRAGMENT: usize = 6;

/// What is most likely.
#[derive(Clone, Copy)]
struct Best {
    /// None where it is nobody's, or a negation turns it round.
    owner: Option<OwnerId>,
    likely: f32,
}

impl Best {
    /// Whose it is, if that is likely enough.
    fn from(self, likely: f32) -> Option<OwnerId> {
        self.owner.filter(|_| self.likely >= likely)
    }
}

impl Matcher {
    /// Looks at a message and a decision once more.
    pub(super) fn look_again(&self, scratch: &mut Scratch) {
        if self.likeness.is_empty() || words(scratch) < SHORTEST {
            return;
        }
        let look: fn(&Self, Best, &mut Scratch) =
            match (scratch.verdict.decision, scratch.verdict.chosen.len()) {
                (Decision::None, _) if scratch.verdict.off_topic.is_none() => Self::propose,
                (Decision::Answer, 1) => Self::doubt,
                (Decision::Clarify, _) => Self::prefer,
                (Decision::Answer | Decision::None, _) => return,
            };
        scratch.take_meanings(&self.program, |_| true);
        let Scratch {
            text,
            hits,
            meanings,
            alike,
            verdict,
            ..
        } = scratch;
        let said = Said {
            text: text.text(),
            tokens: &hits.tokens,
            meanings,
        };
        self.likeness.compare(said, alike);
        self.likeness
            .believe(alike, |owner| say(verdict, owner.map(OwnerId)));
        let best = self.best(scratch);
        look(self, best, scratch);
    }

    /// What is most likely of all.
    fn best(&self, scratch: &Scratch) -> Best {
        let best = self.likeness.best(&scratch.alike);
        let owner = best.map(|(owner, _)| OwnerId(owner));
        let verdict = &scratch.verdict;
        let mut by_rule = (verdict.chosen.iter())
            .chain(&verdict.ranked)
            .chain(&verdict.runner_up);
        // A rule has its own eyes for what is denied.
        let is_heard = by_rule.any(|it| Some(it.owner) == owner && it.score >= ASK_FROM);
        Best {
            owner: owner.filter(|owner| is_heard || !self.is_denied(*owner, scratch)),
            likely: best.map_or(0.0, |(_, likely)| likely),
        }
    }

    /// Of what rules would ask about, or instead of that, the one that the message is like.
    fn prefer(&self, best: Best, scratch: &mut Scratch) {
        if let Some(owner) = best.from(ACT) {
            self.act_on(owner, best.likely, scratch);
        }
    }

    /// Acts on what no rule knows, or keeps it in mind, to be asked about.
    fn propose(&self, best: Best, scratch: &mut Scratch) {
        if let Some(owner) = best.from(SURE) {
            self.act_on(owner, best.likely, scratch);
        } else if let Some(owner) = best.from(LIKELY)
            && words(scratch) >= FRAGMENT
        {
            let liked = self.liked(owner, asked_about(best.likely), scratch);
            scratch.verdict.runner_up = liked.or(scratch.verdict.runner_up);
        }
    }

    /// Asks instead of acting on a rule whose message is like none of its intent, or acts on what it is like.
    fn doubt(&self, best: Best, scratch: &mut Scratch) {
        let Some(choice) = scratch.verdict.chosen.first().copied() else {
            return;
        };
        // Of what nothing was learned about, nothing is known.
        let is_known = self.likeness.of(choice.owner.0, &scratch.alike).is_some();
        let sure = best.from(ACT);
        let stands = best.from(STANDS) == Some(choice.owner);
        if stands || !is_known || self.is_asked_apart(choice, scratch) {
            return;
        }
        scratch.verdict.by_likeness = true;
        if let Some(owner) = sure {
            self.act_on(owner, best.likely, scratch);
            scratch.verdict.runner_up = Some(choice);
            return;
        }
        let other = best.from(LIKELY).filter(|owner| *owner != choice.owner);
        let other = other.and_then(|owner| self.liked(owner, asked_about(best.likely), scratch));
        scratch.verdict.decision = Decision::Clarify;
        scratch.verdict.chosen.extend(other);
    }

    /// Decides for what a message is like: by the rule that would, if there is one.
    fn act_on(&self, owner: OwnerId, likely: f32, scratch: &mut Scratch) {
        let verdict = &scratch.verdict;
        let mut others = (verdict.chosen.iter())
            .chain(&verdict.ranked)
            .chain(&verdict.runner_up);
        let by_rule = others.find(|it| it.owner == owner && it.score >= ASK_FROM);
        let Some(choice) =
            (by_rule.copied()).or_else(|| self.liked(owner, acted_on(likely), scratch))
        else {
            return;
        };
        scratch.verdict.decision = Decision::Answer;
        scratch.verdict.chosen.clear();
        scratch.verdict.chosen.push(choice);
        scratch.verdict.by_likeness = true;
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
        let (from, to) = choice.evidence;
        let words = &scratch.evidence[from as usize..to as usize];
        let clause = |word: &Evidence| scratch.text.clause_at(word.span.start);
        let clauses: SmallVec<[_; 8]> = words.iter().map(clause).collect();
        scratch.take_clauses(|clause| clauses.contains(&clause));
        scratch.take_meanings(&self.program, |clause| clauses.contains(&clause));
        let Scratch {
            text,
            hits,
            meanings,
            apart,
            clauses: tokens,
            ..
        } = scratch;
        if tokens.len() == hits.tokens.len() {
            return false;
        }
        let said = Said {
            text: text.text(),
            tokens,
            meanings,
        };
        self.likeness.compare(said, apart);
        let likely = self.likeness.of(choice.owner.0, apart);
        likely.is_some_and(|likely| likely >= POSSIBLE)
    }

    /// A choice by likeness, with the words that say so.
    fn liked(&self, owner: OwnerId, score: u8, scratch: &mut Scratch) -> Option<Choice> {
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
            score,
            priority: 0,
            evidence: (from, scratch.evidence.len() as u32),
        })
    }
}

/// What the rules say for an owner, as a logarithm.
fn say(verdict: &Verdict, owner: Option<OwnerId>) -> f32 {
    let decides = |it: &Choice| Some(it.owner) == owner;
    match verdict.decision {
        Decision::None if owner.is_none() => UNKNOWN,
        Decision::Answer if verdict.chosen.iter().any(decides) => DECIDED,
        Decision::Answer | Decision::Clarify | Decision::None => 0.0,
    }
}

/// What a rule would score that is acted on and as sure.
fn acted_on(likely: f32) -> u8 {
    between(ACT_FROM, SURE_FROM - 1, (likely - ACT) / (1.0 - ACT))
}

/// What a rule would score that is asked about and as sure.
fn asked_about(likely: f32) -> u8 {
    between(ASK_FROM, ACT_FROM - 1, (likely - LIKELY) / (SURE - LIKELY))
}

fn between(from: u8, to: u8, share: f32) -> u8 {
    from + (f32::from(to - from) * share.clamp(0.0, 1.0)) as u8
}

/// How many words a message has. One of Chinese characters has a word for about each two.
fn words(scratch: &Scratch) -> usize {
    let text = scratch.text.text();
    let characters = text.chars().filter(|c| is_han(*c)).count();
    scratch.text.latin_words() + characters.div_ceil(2)
}
