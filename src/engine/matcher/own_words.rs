//! The customer's own words where the matcher saw something, with their places.

use super::{Scratch, Span};
use crate::engine::reading::Matched;
use crate::engine::text::Normalised;

/// The customer's own words in a run of the evidence.
pub(super) fn words((from, to): (u32, u32), text: &str, scratch: &Scratch) -> Vec<Matched> {
    let evidence = &scratch.evidence[from as usize..to as usize];
    in_order(evidence.iter().map(|it| it.span), text, scratch)
}

pub(super) fn in_order(
    spans: impl Iterator<Item = Span>,
    text: &str,
    scratch: &Scratch,
) -> Vec<Matched> {
    let mut spans: Vec<Span> = spans.collect();
    spans.sort_unstable();
    spans.dedup();
    let spans = spans.into_iter();
    spans
        .map(|span| matched(span, text, &scratch.text))
        .collect()
}

/// The customer's own words for a range of the normal form.
pub(super) fn matched(span: Span, text: &str, normal: &Normalised) -> Matched {
    let original = normal.original(span, text);
    let (start, end) = (original.start as usize, original.end as usize);
    Matched {
        text: text[start..end].to_owned(),
        start,
        end,
    }
}
