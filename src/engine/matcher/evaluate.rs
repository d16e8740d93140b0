//! Whether a rule holds, in which sentence or clause, and which words say so.

use super::evidence::Evidence;
use super::negation::Negations;
use super::program::{CompiledRule, Group, Program, TermId};
use super::sightings::{Sighting, Sightings};
use crate::engine::text::{Normalised, Span};

/// Words and gaps that are longer, in units, are not looked for in front of a word that they should be near to.
const LONGEST: u32 = 64;

/// What a rule is held against.
pub(super) struct Message<'a> {
    pub program: &'a Program,
    pub text: &'a Normalised,
    pub seen: &'a Sightings,
    pub negations: &'a Negations,
}

impl Message<'_> {
    /// Whether a rule holds. If so, the words that say so have been appended to `evidence`.
    pub(super) fn holds(&self, rule: &CompiledRule, evidence: &mut Vec<Evidence>) -> bool {
        let is_short = |words| self.text.length(Span::ALL) <= 2 * u32::from(words);
        if !rule.at_most_words.is_none_or(is_short) {
            return false;
        }
        let from = evidence.len();
        let mut units = self.units(rule);
        while units != 0 {
            let unit = Unit {
                message: self,
                rule,
                number: units.trailing_zeros(),
            };
            if unit.holds(evidence, from) {
                return true;
            }
            evidence.truncate(from);
            units &= units - 1;
        }
        false
    }

    /// The sentences or clauses in which all words stand that a rule asks for, and none that it forbids.
    fn units(&self, rule: &CompiledRule) -> u64 {
        let bits = |term: &TermId| self.seen.units(*term, rule.scope);
        let mut units = u64::MAX;
        for term in self.program.required(rule) {
            units &= bits(term);
            if units == 0 {
                return 0;
            }
        }
        let any = self.program.terms_of(rule, Group::Any);
        if !any.is_empty() {
            units &= any.iter().map(bits).fold(0, |all, bits| all | bits);
        }
        let none = self.program.terms_of(rule, Group::None);
        units & !none.iter().map(bits).fold(0, |all, bits| all | bits)
    }

    /// Whether a word that a rule forbids near what it finds stands near this.
    fn is_spoilt(&self, rule: &CompiledRule, found: Span) -> bool {
        let clauses = |span: Span| {
            let last = span.end.saturating_sub(1).max(span.start);
            self.text.clause_at(span.start)..=self.text.clause_at(last)
        };
        let spoils = |word: Span| {
            let (own, others) = (clauses(found), clauses(word));
            let is_one_clause = own.start() <= others.end() && others.start() <= own.end();
            let apart = self.distance(found, word).max(self.distance(word, found));
            is_one_clause
                && rule
                    .none_within
                    .is_none_or(|within| apart <= u32::from(within))
        };
        let terms = self.program.terms_of(rule, Group::NoneNear);
        let mut words = terms.iter().flat_map(|term| self.seen.of(*term));
        words.any(|word| spoils(word.span))
    }

    /// How many units stand between two ranges, the first of which comes first.
    fn distance(&self, first: Span, second: Span) -> u32 {
        let end = self.text.unit_at(first.end);
        self.text.unit_at(second.start).saturating_sub(end)
    }

    /// Whether these terms, words of negation if `negated`, fillers and punctuation are all that the message has.
    pub(super) fn is_covered_by(&self, terms: impl Iterator<Item = TermId>, negated: bool) -> bool {
        let negations = self.negations.iter().filter(|_| negated);
        let mut spans: Vec<Span> = terms
            .chain(self.program.fillers)
            .flat_map(|term| self.seen.of(term).map(|sighting| sighting.span))
            .chain(negations)
            .collect();
        spans.sort_unstable();
        let mut covered = 0;
        for span in spans {
            if self.text.unit_at(span.start) > self.text.unit_at(covered) {
                return false;
            }
            covered = covered.max(span.end);
        }
        self.text.units().len() == self.text.unit_at(covered) as usize
    }
}

/// A rule held against one sentence, clause or message.
struct Unit<'a> {
    message: &'a Message<'a>,
    rule: &'a CompiledRule,
    number: u32,
}

impl<'a> Unit<'a> {
    fn holds(&self, evidence: &mut Vec<Evidence>, from: usize) -> bool {
        self.all(evidence)
            && self.near(evidence)
            && self.order(evidence)
            && self.any(evidence)
            && self.asserted(evidence, from)
            && self.denied(evidence)
            && (!self.rule.whole || self.is_whole())
    }

    fn terms(&self, group: Group) -> &'a [TermId] {
        self.message.program.terms_of(self.rule, group)
    }

    /// Where a term stands in this unit with nothing near it that spoils it.
    fn of(&self, term: TermId) -> impl Iterator<Item = &'a Sighting> + use<'a> {
        let Self {
            message,
            rule,
            number,
        } = *self;
        message
            .seen
            .of(term)
            .filter(move |it| it.is_in(rule.scope, number) && !message.is_spoilt(rule, it.span))
    }

    fn push(&self, evidence: &mut Vec<Evidence>, sighting: &Sighting) {
        let is_word = sighting.is_word;
        let own = std::slice::from_ref(&sighting.span);
        let spans = match self.message.seen.parts(sighting) {
            [] => own,
            parts => parts,
        };
        evidence.extend(spans.iter().map(|span| Evidence {
            span: *span,
            is_word,
        }));
    }

    fn all(&self, evidence: &mut Vec<Evidence>) -> bool {
        self.terms(Group::All).iter().all(|term| {
            let longest = longest(self.of(*term));
            longest.map(|it| self.push(evidence, it)).is_some()
        })
    }

    fn any(&self, evidence: &mut Vec<Evidence>) -> bool {
        let terms = self.terms(Group::Any);
        let longest = longest(terms.iter().flat_map(|term| self.of(*term)));
        longest.map(|it| self.push(evidence, it)).is_some() || terms.is_empty()
    }

    fn asserted(&self, evidence: &mut Vec<Evidence>, from: usize) -> bool {
        self.terms(Group::Asserted).iter().all(|term| {
            let Message {
                negations, text, ..
            } = self.message;
            let asserted = self
                .of(*term)
                .find(|it| !negations.reach(it.span, text, &evidence[from..]));
            asserted.map(|it| self.push(evidence, it)).is_some()
        })
    }

    fn denied(&self, evidence: &mut Vec<Evidence>) -> bool {
        self.terms(Group::Denied).iter().all(|term| {
            let Message {
                negations, text, ..
            } = self.message;
            let denied = self
                .of(*term)
                .find(|it| negations.reach(it.span, text, &[]));
            denied.map(|it| self.push(evidence, it)).is_some()
        })
    }

    fn order(&self, evidence: &mut Vec<Evidence>) -> bool {
        let mut after = 0;
        self.terms(Group::Order).iter().all(|term| {
            let next = self
                .of(*term)
                .filter(|it| it.span.start >= after)
                .min_by_key(|it| it.span.end);
            next.map(|it| {
                after = it.span.end;
                self.push(evidence, it);
            })
            .is_some()
        })
    }

    /// Walks over all places of the words, and back from each to the nearest places of the others, until all stand close enough
    /// together and none in another.
    fn near(&self, evidence: &mut Vec<Evidence>) -> bool {
        let terms = self.terms(Group::Near);
        if terms.is_empty() {
            return true;
        }
        let mut places: Vec<(usize, &Sighting)> = Vec::new();
        for (nth, term) in terms.iter().enumerate() {
            places.extend(self.of(*term).map(|sighting| (nth, sighting)));
        }
        places.sort_unstable_by_key(|(nth, it)| (it.span, *nth));
        let mut chain = Vec::with_capacity(terms.len());
        let found = (0..places.len()).any(|last| {
            chain.clear();
            self.chain_back(&places[..=last], &mut chain);
            chain.len() == terms.len()
        });
        if found {
            chain.iter().for_each(|(_, it)| self.push(evidence, it));
        }
        found
    }

    /// The last of some places, and before it those of the other words, each near enough to the one that follows.
    fn chain_back<'s>(
        &self,
        places: &[(usize, &'s Sighting)],
        chain: &mut Vec<(usize, &'s Sighting)>,
    ) {
        let within = u32::from(self.rule.within);
        for (nth, it) in places.iter().rev() {
            self.message.seen.look();
            let Some((_, next)) = chain.last() else {
                chain.push((*nth, it));
                continue;
            };
            let start = Span {
                end: it.span.start,
                ..it.span
            };
            if self.message.distance(start, next.span) > within + LONGEST {
                return;
            }
            let is_new = chain.iter().all(|(known, _)| known != nth);
            let is_before = it.span.end <= next.span.start;
            if is_new && is_before && self.message.distance(it.span, next.span) <= within {
                chain.push((*nth, it));
            }
        }
    }

    fn is_whole(&self) -> bool {
        let terms = Group::LAYOUT
            .into_iter()
            .filter(|group| !matches!(group, Group::None | Group::NoneNear))
            .flat_map(|group| self.terms(group));
        let negated = !self.terms(Group::Denied).is_empty();
        self.message.is_covered_by(terms.copied(), negated)
    }
}

/// The longest of several; the first of equals.
fn longest<'a>(sightings: impl Iterator<Item = &'a Sighting>) -> Option<&'a Sighting> {
    sightings.reduce(|best, it| {
        let length = |it: &Sighting| it.span.end - it.span.start;
        if length(it) > length(best) { it } else { best }
    })
}
