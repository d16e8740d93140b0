//! What a reading does not say: what was asked and what only told, which words were negated, hidden by longer ones, or read as others.

use super::own_words::matched;
use super::{Matcher, Span};
use crate::engine::reading::{Matched, Reading, Scored};

/// A reading with what happened on the way to it.
#[derive(Clone, Debug)]
pub struct Explanation {
    /// The reading.
    pub reading: Reading,
    /// The clauses that ask, where the others told of something else.
    pub asked: Vec<Matched>,
    /// What was only told there.
    pub told: Vec<Scored>,
    /// Words of rules that a negation in front of them turned round.
    pub negated: Vec<Matched>,
    /// Words of rules that stand inside a longer word with a meaning of its own.
    pub hidden: Vec<Matched>,
    /// Mistyped words, and what they were read as.
    pub corrected: Vec<(Matched, String)>,
}

impl Matcher {
    /// Reads a message and tells how.
    #[must_use]
    pub fn explain(&self, text: &str) -> Explanation {
        let mut scratch = self.take_scratch();
        self.read_with(text, &mut scratch);
        let reading = self.report_each(text, &mut scratch);
        let normal = &scratch.text;
        let of = |spans: Vec<Span>| -> Vec<Matched> {
            let mut spans = spans;
            spans.sort_unstable();
            spans.dedup();
            spans
                .iter()
                .map(|span| matched(*span, text, normal))
                .collect()
        };
        let hits = &scratch.hits.list;
        let told = &scratch.verdict.told;
        let negated = hits.iter().filter(|hit| {
            let terms = self.program.keys[hit.key as usize].terms;
            !hit.hidden
                && !terms.of(&self.program.key_terms).is_empty()
                && scratch.negations.reach(hit.span, normal, &[])
        });
        let explanation = Explanation {
            reading,
            asked: of(if told.is_empty() {
                Vec::new()
            } else {
                scratch.verdict.asking.spans(normal)
            }),
            told: (told.iter())
                .map(|it| self.scored(it, text, &scratch))
                .collect(),
            negated: of(negated.map(|hit| hit.span).collect()),
            hidden: of(hits
                .iter()
                .filter(|hit| hit.hidden)
                .map(|hit| hit.span)
                .collect()),
            corrected: normal
                .replaced()
                .map(|span| {
                    let read_as = &normal.text()[span.start as usize..span.end as usize];
                    (matched(span, text, normal), read_as.to_owned())
                })
                .collect(),
        };
        self.keep_scratch(scratch);
        explanation
    }
}
