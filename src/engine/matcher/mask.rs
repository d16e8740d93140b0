//! Masks: words that hold a shorter word and mean something else, against the words of the rules that overlap them.
//!
//! Where Chinese words overlap, the characters do not say which of them was meant. The longer one is taken to be: of a mask of two
//! characters and a word of three that begins with the second of them, the word.

use super::hit::{Hit, LONGEST};
use super::program::{Program, Roles};
use crate::engine::text::{Normalised, Span, is_han};

/// A mask in a message.
#[derive(Clone, Copy, Debug)]
pub(super) struct Mask {
    span: Span,
    /// A word of the rules begins inside it and goes on behind it, so that it may not be the word that was meant.
    is_doubtful: bool,
}

/// The masks among hits, which come in the order of their starts. Those that a longer word contradicts are left out.
pub(super) fn collect(masks: &mut Vec<Mask>, hits: &[Hit], program: &Program, text: &Normalised) {
    masks.clear();
    let with_role = hits
        .iter()
        .filter(|hit| program.keys[hit.key as usize].roles.has(Roles::MASK));
    for Hit { span, .. } in with_role {
        let inside = hits.partition_point(|hit| hit.span.start <= span.start)
            ..hits.partition_point(|hit| hit.span.start < span.end);
        let longest = hits[inside]
            .iter()
            .filter(|hit| hit.span.end > span.end)
            .map(|hit| hit.span.end - hit.span.start)
            .max();
        let is_chinese = text.text()[span.start as usize..].starts_with(is_han);
        if !is_chinese || longest.is_none_or(|longest| longest <= span.end - span.start) {
            masks.push(Mask {
                span: *span,
                is_doubtful: longest.is_some(),
            });
        }
    }
}

/// Whether a word stands inside a mask and is shorter, or begins before one that is beyond doubt and ends inside it.
pub(super) fn hides(masks: &[Mask], word: Span) -> bool {
    let before = masks.partition_point(|mask| mask.span.start < word.end);
    masks[..before]
        .iter()
        .rev()
        .take_while(|mask| mask.span.start + LONGEST > word.start)
        .any(|mask| mask.span.hides(word) || (!mask.is_doubtful && ends_in(word, mask.span)))
}

fn ends_in(word: Span, mask: Span) -> bool {
    word.start < mask.start && mask.start < word.end && word.end < mask.end
}
