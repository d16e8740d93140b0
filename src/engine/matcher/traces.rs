//! What a text is made of, and what a pattern cannot do without: most patterns need not be tried, for the text lacks one of their parts.
//!
//! A pattern is woken by one literal, which is often a common word. What else each match of it contains (a digit, one of some
//! characters, a pair of neighbours) can be told from the expression alone, and whether a text has it at all from one walk over the text.
//! Both are noted as bits of a small table, so that different things can share a bit: a text that lacks a part is told for certain, one
//! that seems to have it is tried.

use regex_syntax::hir::{Class, Hir, HirKind};
use smallvec::SmallVec;

/// Bits of the table.
const BITS: u32 = 512;
/// Of more characters than these, most texts have one.
const MOST: usize = 48;

/// A bit of the table.
type Bit = u16;
/// Things of which a match has one at least.
type OneOf = SmallVec<[Bit; 8]>;

/// The characters of a text and its pairs of neighbours, noted when they are first asked for.
#[derive(Debug, Default)]
pub(super) struct Traces {
    bits: [u64; (BITS / 64) as usize],
    taken: bool,
}

impl Traces {
    /// Another text comes.
    pub(super) fn begin(&mut self) {
        self.taken = false;
    }

    /// Those of the text, which is in normal form.
    pub(super) fn of(&mut self, text: &str) -> &Self {
        if !self.taken {
            self.take(text);
            self.taken = true;
        }
        self
    }

    fn take(&mut self, text: &str) {
        self.bits = Default::default();
        let mut before = None;
        for now in text.chars() {
            self.add(of_char(now));
            if is_digit(now) {
                self.add(DIGIT);
            }
            if let Some(before) = before {
                self.add(of_pair(before, now));
            }
            before = Some(now);
        }
    }

    fn add(&mut self, bit: Bit) {
        self.bits[usize::from(bit / 64)] |= 1 << (bit % 64);
    }

    fn has(&self, bit: Bit) -> bool {
        self.bits[usize::from(bit / 64)] & (1 << (bit % 64)) != 0
    }
}

/// What every match of an expression contains.
#[derive(Debug, Default)]
pub(super) struct Required(Box<[OneOf]>);

impl Required {
    /// Told from the expression; of one that cannot be read, nothing is known.
    pub(super) fn of(regex: &str) -> Self {
        let hir = regex_syntax::parse(regex).ok();
        let mut all = hir.map(|hir| parts(&hir)).unwrap_or_default();
        // What fewest texts have is asked first.
        all.sort_by_key(SmallVec::len);
        all.dedup();
        Self(all.into())
    }

    /// Whether a text may hold a match.
    pub(super) fn may_be_in(&self, traces: &Traces) -> bool {
        self.0
            .iter()
            .all(|one| one.iter().any(|bit| traces.has(*bit)))
    }
}

/// Any digit, of whatever script.
const DIGIT: Bit = 0;

fn of_char(it: char) -> Bit {
    spread(u32::from(it))
}

fn of_pair(before: char, now: char) -> Bit {
    spread(
        u32::from(before)
            .wrapping_mul(0x0001_F123)
            .wrapping_add(u32::from(now) ^ 0x55AA_0000),
    )
}

/// A bit that has nothing to do with the number's own order, and is not that of the digits.
fn spread(number: u32) -> Bit {
    let mixed = number.wrapping_mul(0x9E37_79B1);
    ((mixed >> 16) % (BITS - 1)) as Bit + 1
}

/// Digits of scripts that no Han character belongs to.
fn is_digit(it: char) -> bool {
    it.is_ascii_digit()
        || (!it.is_ascii() && !('\u{2E80}'..='\u{9FFF}').contains(&it) && it.is_numeric())
}

/// What every match contains, each with its alternatives.
fn parts(hir: &Hir) -> Vec<OneOf> {
    match hir.kind() {
        HirKind::Empty | HirKind::Look(_) => Vec::new(),
        HirKind::Literal(literal) => literal_parts(&String::from_utf8_lossy(&literal.0)),
        HirKind::Class(class) => one_of_class(class).into_iter().collect(),
        HirKind::Repetition(repetition) if repetition.min == 0 => Vec::new(),
        HirKind::Repetition(repetition) => parts(&repetition.sub),
        HirKind::Capture(capture) => parts(&capture.sub),
        HirKind::Concat(concat) => concat.iter().flat_map(parts).collect(),
        HirKind::Alternation(choices) => one_of_choices(choices).into_iter().collect(),
    }
}

/// A literal's pairs of neighbours, or its one character. Texts are in lower case.
fn literal_parts(literal: &str) -> Vec<OneOf> {
    let chars: Vec<char> = literal.to_lowercase().chars().collect();
    let bits: Vec<Bit> = match chars[..] {
        [one] => vec![of_char(one)],
        _ => chars
            .windows(2)
            .map(|two| of_pair(two[0], two[1]))
            .collect(),
    };
    bits.into_iter()
        .map(|bit| SmallVec::from_slice(&[bit]))
        .collect()
}

fn one_of_class(class: &Class) -> Option<OneOf> {
    let Class::Unicode(class) = class else {
        return None;
    };
    let chars = || class.iter().flat_map(|range| range.start()..=range.end());
    if chars().all(is_digit) {
        return Some(SmallVec::from_slice(&[DIGIT]));
    }
    let few: Vec<char> = chars().take(MOST + 1).collect();
    let bits = few.iter().flat_map(|it| it.to_lowercase()).map(of_char);
    (few.len() <= MOST).then(|| bits.collect())
}

/// One part of each choice, the one with fewest alternatives: a match has one of them.
fn one_of_choices(choices: &[Hir]) -> Option<OneOf> {
    let mut all = OneOf::new();
    for choice in choices {
        all.extend(parts(choice).into_iter().min_by_key(SmallVec::len)?);
    }
    (all.len() <= MOST).then_some(all)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// An expression, a text, and whether the text seems to have what a match needs.
    const ROWS: &str = include_str!("../../../tests/data/readings/traces.tsv");

    #[test]
    fn a_text_that_lacks_what_every_match_contains_is_told_and_none_is_kept_from_a_match() {
        for row in ROWS.lines().skip(1) {
            let [regex, text, may] = row.split('\t').collect::<Vec<_>>()[..] else {
                panic!("{row}");
            };
            let required = Required::of(regex);
            let is_tried = required.may_be_in(Traces::default().of(text));
            assert_eq!(is_tried, may == "tried", "{row}");
            let holds_match = regex::Regex::new(regex).unwrap().is_match(text);
            assert!(is_tried || !holds_match, "{row}");
        }
    }
}
