//! Typing mistakes in Latin words: the word of the rules that was meant by one that is known nowhere.
//!
//! Only words of five letters and more are corrected, and the first letter is taken to be right. Chinese words are never touched:
//! one character makes another word.

use std::cmp::Ordering;

use rustc_hash::{FxHashMap, FxHashSet};
use smallvec::SmallVec;

use super::familiar::{self, SHORTEST};
use super::hit::Unknown;
use super::shortened::{Shortened, Table};
use crate::engine::text::Normalised;

/// Words longer than this may have two mistakes.
const ONE_MISTAKE_UP_TO: usize = 8;
/// Longer strings of letters are no words.
const LONGEST: usize = 24;
/// So many unknown words of a message are looked at: the cost of a long text stays in bounds.
const MOST: usize = 64;

/// The vocabulary, as a guard against and a target for corrections.
#[derive(Debug, Default)]
pub(super) struct Typos {
    known: FxHashSet<Box<str>>,
    /// Words that people write on purpose though no rule has them.
    familiar: FxHashSet<Box<str>>,
    /// What is meant by the ways in which people write words.
    spellings: FxHashMap<Box<str>, Box<str>>,
    targets: Vec<Target>,
    table: Table,
}

/// A word that may have been meant.
#[derive(Debug)]
struct Target {
    word: Box<str>,
    letters: u32,
}

impl Typos {
    /// An index over the Latin words of the rules. `real_words` are known, but nothing is taken for them; those that are `familiar`
    /// are no mistakes.
    pub(super) fn new<'a>(
        words: impl Iterator<Item = &'a str>,
        real_words: impl Iterator<Item = &'a str>,
        familiar: FxHashSet<Box<str>>,
        spellings: FxHashMap<Box<str>, Box<str>>,
    ) -> Self {
        let mut known = FxHashSet::default();
        let mut targets: Vec<Target> = Vec::new();
        for word in words {
            let is_target = is_word(word) && (SHORTEST..=LONGEST).contains(&word.len());
            if known.insert(word.into()) && is_target {
                targets.push(Target {
                    word: word.into(),
                    letters: letters(word.as_bytes()),
                });
            }
        }
        known.extend(real_words.map(Into::into));
        let table = Table::of(targets.iter().map(|it| shortened(it.word.as_bytes())));
        Self {
            known,
            familiar,
            spellings,
            targets,
            table,
        }
    }

    /// Puts the words that were meant in the place of mistyped ones among `unknown`; says whether there were any.
    pub(super) fn correct(
        &self,
        unknown: &[Unknown],
        original: &str,
        text: &mut Normalised,
    ) -> bool {
        let stretched = text.is_stretched();
        let mut corrected = false;
        // from the end, so that the places before stay where they are
        for word in unknown.iter().take(MOST).rev() {
            let typed = &text.text()[word.span.start as usize..word.span.end as usize];
            let meant = match self.spellings.get(typed) {
                Some(meant) => Some(meant.to_string()),
                None if familiar::is_name(text, word.span, original) => None,
                None => self.meant(typed, word.right as usize, stretched),
            };
            if let Some(meant) = meant {
                text.replace(word.span, &meant, original);
                corrected = true;
            }
        }
        corrected
    }

    /// The word that was meant, when it is another than the one typed. The first `right` letters are not changed.
    fn meant(&self, typed: &str, right: usize, stretched: bool) -> Option<String> {
        let word = self.corrected(typed, right, stretched)?;
        Some(match self.spellings.get(word.as_str()) {
            Some(meant) => meant.to_string(),
            None => word,
        })
    }

    /// The known word, which may be a way of writing another, that was to be typed.
    fn corrected(&self, typed: &str, right: usize, stretched: bool) -> Option<String> {
        if typed.len() > LONGEST || !is_word(typed) {
            return None;
        }
        if stretched {
            if self.known.contains(typed) {
                return None;
            }
            if let Some(squeezed) = self.squeezed(typed) {
                return Some(squeezed);
            }
        }
        if typed.len() < SHORTEST {
            return None;
        }
        if self.familiar.contains(typed) {
            return self.other_form(typed).map(str::to_owned);
        }
        self.nearest(typed.as_bytes(), right).map(str::to_owned)
    }

    /// The word of the rules that a familiar one is only another form of: the plural, or the past.
    fn other_form(&self, typed: &str) -> Option<&str> {
        let shorter = typed.strip_suffix(['s', 'd']).map(str::to_owned);
        let longer = ["s", "d"].map(|ending| format!("{typed}{ending}"));
        let mut forms = shorter.into_iter().chain(longer);
        forms.find_map(|form| self.known.get(form.as_str()).map(|it| &**it))
    }

    /// The known word that is left when doubled letters are made single ones.
    fn squeezed(&self, typed: &str) -> Option<String> {
        let bytes = typed.as_bytes();
        let doubles: Vec<usize> = (1..bytes.len())
            .filter(|at| bytes[*at] == bytes[at - 1])
            .take(4)
            .collect();
        let combinations = 1..1_u32 << doubles.len();
        combinations
            .map(|left_out| {
                let is_left_out = |at: usize| {
                    let nth = doubles.iter().position(|double| *double == at);
                    nth.is_some_and(|nth| left_out & (1 << nth) != 0)
                };
                let kept = typed.char_indices().filter(|(at, _)| !is_left_out(*at));
                kept.map(|(_, c)| c).collect::<String>()
            })
            .find(|word| self.known.contains(word.as_str()))
    }

    /// The known word with the fewest mistakes between, then the one with the likeliest mistake, then the first in the alphabet.
    fn nearest(&self, typed: &[u8], right: usize) -> Option<&str> {
        let allowed = mistakes(typed.len());
        let typed_letters = letters(typed);
        let mut best: Option<(usize, Mistake, &str)> = None;
        // a word is found by several of its forms
        let mut compared: SmallVec<[u32; 8]> = SmallVec::new();
        shortened(typed).for_each(|key| {
            for number in self.table.get(key) {
                let Target { word, letters } = &self.targets[number as usize];
                // a mistake takes one letter away and brings another in, at most
                let other_letters = (letters ^ typed_letters).count_ones() as usize;
                let apart = word.len().abs_diff(typed.len());
                if other_letters > 2 * allowed
                    || apart > allowed
                    || word.as_bytes()[0] != typed[0]
                    || (right > 1 && !word.as_bytes().starts_with(&typed[..right]))
                {
                    continue;
                }
                if compared.contains(&number) {
                    continue;
                }
                compared.push(number);
                let mistakes = distance(typed, word.as_bytes(), allowed);
                if mistakes > allowed || best.is_some_and(|(fewest, ..)| fewest < mistakes) {
                    continue;
                }
                let rank = (mistakes, Mistake::between(typed, word.as_bytes()), &**word);
                if best.is_none_or(|best| rank < best) {
                    best = Some(rank);
                }
            }
        });
        best.map(|(_, _, word)| word)
    }
}

/// What fingers do wrong, the likeliest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Mistake {
    /// Two letters changed places.
    Swapped,
    /// A letter was left out.
    LeftOut,
    /// A letter was put in, or typed twice.
    PutIn,
    /// One letter stands for another.
    Changed,
}

impl Mistake {
    fn between(typed: &[u8], meant: &[u8]) -> Self {
        match typed.len().cmp(&meant.len()) {
            Ordering::Less => Self::LeftOut,
            Ordering::Greater => Self::PutIn,
            Ordering::Equal if is_anagram(typed, meant) => Self::Swapped,
            Ordering::Equal => Self::Changed,
        }
    }
}

/// Whether two words have the same letters.
fn is_anagram(one: &[u8], other: &[u8]) -> bool {
    let mut counts = [0_i8; 32];
    one.iter()
        .for_each(|letter| counts[usize::from(letter & 31)] += 1);
    other
        .iter()
        .for_each(|letter| counts[usize::from(letter & 31)] -= 1);
    counts == [0; 32]
}

fn shortened(word: &[u8]) -> Shortened {
    Shortened::new(word, mistakes(word.len()))
}

fn is_word(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_lowercase())
}

/// The letters that a word has, as bits.
fn letters(word: &[u8]) -> u32 {
    word.iter().fold(0, |all, letter| all | 1 << (letter & 31))
}

/// How many mistakes a word of so many letters may have.
fn mistakes(letters: usize) -> usize {
    if letters > ONE_MISTAKE_UP_TO { 2 } else { 1 }
}

/// How many letters have to be put in, left out, changed, or change places with their neighbour, to make one word of the other.
/// Stops counting beyond `most`.
fn distance(a: &[u8], b: &[u8], most: usize) -> usize {
    let (a, b) = without_common_ends(a, b);
    if a.is_empty() || b.is_empty() {
        return a.len().max(b.len());
    }
    // the row at hand, the one before it and the one before that take turns
    let mut rows = [
        std::array::from_fn(|at| at as u8),
        [0_u8; LONGEST + 1],
        [0; LONGEST + 1],
    ];
    for (i, letter) in a.iter().enumerate() {
        let [last, before, mut row] = rows;
        row[0] = i as u8 + 1;
        for (j, other) in b.iter().enumerate() {
            let changed = last[j] + u8::from(letter != other);
            let mut cost = changed.min(last[j + 1] + 1).min(row[j] + 1);
            if i > 0 && j > 0 && *letter == b[j - 1] && a[i - 1] == *other {
                cost = cost.min(before[j - 1] + 1);
            }
            row[j + 1] = cost;
        }
        if row[..=b.len()].iter().all(|cost| usize::from(*cost) > most) {
            return most + 1;
        }
        rows = [row, last, before];
    }
    usize::from(rows[0][b.len()])
}

/// Two words without the letters that both begin and both end with: of a mistyped one, little is left.
fn without_common_ends<'a>(a: &'a [u8], b: &'a [u8]) -> (&'a [u8], &'a [u8]) {
    let same = |(one, other): &(&u8, &u8)| one == other;
    let start = a.iter().zip(b).take_while(same).count();
    let (a, b) = (&a[start..], &b[start..]);
    let end = a.iter().rev().zip(b.iter().rev()).take_while(same).count();
    (&a[..a.len() - end], &b[..b.len() - end])
}

#[cfg(test)]
mod tests {
    use rustc_hash::FxHashMap;

    use super::{Typos, distance};

    #[test]
    fn mistakes_are_counted_as_people_make_them() {
        let table = [
            ("refund", "refund", 0),
            ("refnud", "refund", 1),
            ("refnd", "refund", 1),
            ("reffund", "refund", 1),
            ("refand", "refund", 1),
            ("erfund", "refund", 1),
            ("cancelation", "cancellation", 1),
            ("delivrey", "delivery", 1),
            ("recieved", "received", 1),
            ("refudn", "refill", 3),
        ];
        for (typed, meant, mistakes) in table {
            let found = distance(typed.as_bytes(), meant.as_bytes(), 2);
            assert_eq!(found, mistakes, "{typed} {meant}");
        }
    }

    #[test]
    fn the_word_that_was_meant_is_the_nearest_one() {
        let words = [
            "refund",
            "refnd",
            "cancellation",
            "delivery",
            "order",
            "transaction",
            "transition",
            "account",
            "amount",
            "angle",
            "angel",
            "angled",
        ];
        let familiar = ["amounts", "ankle", "refine"];
        let familiar = familiar.into_iter().map(Into::into).collect();
        let typos = Typos::new(
            words.into_iter(),
            std::iter::empty(),
            familiar,
            FxHashMap::default(),
        );
        let table = [
            ("refnud", Some("refund")),
            ("cancelaton", Some("cancellation")),
            ("camcelation", Some("cancellation")),
            ("dilevery", None),
            ("ordr", None),
            ("oreder", Some("order")),
            ("transaciton", Some("transaction")),
            ("transaxtoin", Some("transaction")),
            // of several that are one mistake away: letters swapped, left out, put in, changed
            ("acount", Some("account")),
            ("anlge", Some("angle")),
            ("angele", Some("angel")),
            ("zefund", None),
            ("completely", None),
            // familiar words are no mistakes, though one may be a plural of ours
            ("ankle", None),
            ("refine", None),
            ("amounts", Some("amount")),
        ];
        for (typed, meant) in table {
            assert_eq!(typos.meant(typed, 1, false).as_deref(), meant, "{typed}");
        }
    }
}
