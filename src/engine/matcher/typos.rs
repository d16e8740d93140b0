//! Typing mistakes in Latin words: an index of the vocabulary with letters left out, so that a mistyped word finds the one that
//! was meant by leaving out letters too.
//!
//! Only words of five letters and more that are known nowhere are looked up; the first letter is taken to be right. Chinese
//! words are never touched: one character makes another word.

use rustc_hash::{FxHashMap, FxHashSet, FxHasher};
use std::hash::Hasher;

use crate::engine::text::Normalised;

/// Words shorter than this have to be typed right.
const SHORTEST: usize = 5;
/// Words longer than this may have two mistakes.
const ONE_MISTAKE_UP_TO: usize = 8;
/// Longer strings of letters are no words.
const LONGEST: usize = 24;

/// The vocabulary, as a guard against and a target for corrections.
#[derive(Debug, Default)]
pub(super) struct Typos {
    known: FxHashSet<Box<str>>,
    prefixes: FxHashSet<Box<str>>,
    targets: Vec<Box<str>>,
    /// By the hash of a word with letters left out: the words that it can come from.
    index: FxHashMap<u64, Vec<u32>>,
    filter: Filter,
}

/// Bits that say at once that a hash is not in the index.
#[derive(Debug, Default)]
struct Filter {
    bits: Vec<u64>,
}

impl Filter {
    fn with_room_for(entries: usize) -> Self {
        Self {
            bits: vec![0; (entries / 4).next_power_of_two().max(64)],
        }
    }

    fn place(&self, hash: u64) -> (usize, u64) {
        let bit = (hash >> 20) as usize;
        (bit / 64 % self.bits.len(), 1 << (bit % 64))
    }

    fn add(&mut self, hash: u64) {
        let (word, bit) = self.place(hash);
        self.bits[word] |= bit;
    }

    fn may_have(&self, hash: u64) -> bool {
        let (word, bit) = self.place(hash);
        self.bits.get(word).is_some_and(|bits| bits & bit != 0)
    }
}

impl Typos {
    /// An index over the Latin words of the rules; `prefix` says of each whether it goes on at will.
    pub(super) fn new<'a>(
        words: impl Iterator<Item = (&'a str, bool)>,
        real_words: &[String],
    ) -> Self {
        let mut typos = Self::default();
        for (word, prefix) in words {
            if prefix {
                typos.prefixes.insert(word.into());
            }
            if typos.known.insert(word.into()) && is_word(word) && word.len() >= SHORTEST {
                typos.add_target(word);
            }
        }
        let real = real_words.iter().map(|word| word.to_lowercase().into());
        typos.known.extend(real);
        let mut filter = Filter::with_room_for(typos.index.len());
        typos.index.keys().for_each(|hash| filter.add(*hash));
        typos.filter = filter;
        typos
    }

    fn add_target(&mut self, word: &str) {
        let number = self.targets.len() as u32;
        self.targets.push(word.into());
        for_each_shortened(word.as_bytes(), mistakes(word.len()), &mut |hash| {
            let words = self.index.entry(hash).or_default();
            if words.last() != Some(&number) {
                words.push(number);
            }
            false
        });
    }

    /// Puts known words in the place of mistyped ones.
    pub(super) fn correct(&self, original: &str, text: &mut Normalised) {
        let stretched = text.is_stretched();
        let mut from = 0;
        loop {
            let next = text.words_from(from).find(|word| {
                let length = (word.end - word.start) as usize;
                length >= SHORTEST || (stretched && length > 1)
            });
            let Some(word) = next else { return };
            from = word.end;
            let typed = &text.text()[word.start as usize..word.end as usize];
            if let Some(meant) = self.meant(typed, stretched) {
                from = word.start + meant.len() as u32;
                text.replace(word, &meant, original);
            }
        }
    }

    /// The word that was meant, when it is another than the one typed.
    fn meant(&self, typed: &str, stretched: bool) -> Option<String> {
        if typed.len() > LONGEST || !is_word(typed) || self.known.contains(typed) {
            return None;
        }
        if stretched && let Some(squeezed) = self.squeezed(typed) {
            return Some(squeezed);
        }
        if typed.len() < SHORTEST {
            return None;
        }
        let meant = self.nearest(typed)?;
        (!self.has_known_beginning(typed)).then(|| meant.to_owned())
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

    fn has_known_beginning(&self, typed: &str) -> bool {
        (3..=typed.len()).any(|length| self.prefixes.contains(&typed[..length]))
    }

    /// The known word with the fewest mistakes between, if there are few enough; the first in the alphabet of several.
    fn nearest(&self, typed: &str) -> Option<&str> {
        let allowed = mistakes(typed.len());
        // fewest mistakes, then the nearest length, then the alphabet
        let mut best: Option<(usize, usize, &str)> = None;
        for_each_shortened(typed.as_bytes(), allowed, &mut |hash| {
            if self.filter.may_have(hash) {
                let words = self.index.get(&hash).into_iter().flatten();
                for word in words.map(|number| &*self.targets[*number as usize]) {
                    let mistakes = strsim::osa_distance(typed, word);
                    let rank = (mistakes, word.len().abs_diff(typed.len()), word);
                    let is_better = best.is_none_or(|best| rank < best);
                    if mistakes <= allowed && word.as_bytes()[0] == typed.as_bytes()[0] && is_better
                    {
                        best = Some(rank);
                    }
                }
            }
            false
        });
        best.map(|(_, _, word)| word)
    }
}

fn is_word(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_lowercase())
}

/// How many mistakes a word of so many letters may have.
fn mistakes(letters: usize) -> usize {
    if letters > ONE_MISTAKE_UP_TO { 2 } else { 1 }
}

/// Calls `f` with the hash of a word and of all that it becomes when up to `left_out` letters but the first are left out.
fn for_each_shortened(word: &[u8], left_out: usize, f: &mut impl FnMut(u64) -> bool) {
    f(hash(word, usize::MAX, usize::MAX));
    for first in 1..word.len() {
        f(hash(word, first, usize::MAX));
        if left_out > 1 {
            for second in first + 1..word.len() {
                f(hash(word, first, second));
            }
        }
    }
}

/// The hash of a word without two of its letters.
fn hash(word: &[u8], without: usize, and_without: usize) -> u64 {
    let mut hasher = FxHasher::default();
    for (at, byte) in word.iter().enumerate() {
        if at != without && at != and_without {
            hasher.write_u8(*byte);
        }
    }
    hasher.finish()
}
