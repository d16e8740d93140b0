//! The words around numbers, as data: currencies, months, what order and phone numbers are called.

use std::ops::BitOr;
use std::str::FromStr;
use std::sync::LazyLock;

use iso_currency::Currency;

/// Read once from `lexicon.txt`.
pub(super) static LEXICON: LazyLock<Lexicon> =
    LazyLock::new(|| Lexicon::read(include_str!("lexicon.txt")));

/// Words with a value each, the longest first.
#[derive(Debug)]
pub struct Words<T> {
    words: Vec<(Vec<char>, T)>,
    first: LowBits,
    last: LowBits,
}

/// The low bits that some characters have: they rule out most others at once.
#[derive(Clone, Copy, Debug)]
pub(super) struct LowBits([u64; 4]);

impl BitOr for LowBits {
    type Output = Self;

    fn bitor(self, other: Self) -> Self {
        Self(std::array::from_fn(|at| self.0[at] | other.0[at]))
    }
}

impl LowBits {
    pub(super) fn of(chars: impl Iterator<Item = char>) -> Self {
        let mut bits = [0; 4];
        for c in chars {
            let (word, bit) = Self::bit(c);
            bits[word] |= bit;
        }
        Self(bits)
    }

    fn bit(c: char) -> (usize, u64) {
        let low = u32::from(c) % 256;
        (low as usize / 64, 1 << (low % 64))
    }

    /// Whether a character may be one of them.
    pub(super) fn may_have(&self, c: char) -> bool {
        let (word, bit) = Self::bit(c);
        self.0[word] & bit != 0
    }
}

impl<T> Words<T> {
    pub(super) fn of(text: &str, section: &str, value: impl Fn(&str) -> Option<T>) -> Self {
        let name = format!("[{section}]");
        let mut words: Vec<(Vec<char>, T)> = text
            .lines()
            .skip_while(|line| *line != name)
            .skip(1)
            .take_while(|line| !line.starts_with('['))
            .flat_map(|line| line.split('\t'))
            .filter_map(|entry| {
                let (word, said) = entry.split_once('=')?;
                Some((word.chars().collect(), value(said)?))
            })
            .collect();
        words.sort_by_key(|(word, _)| std::cmp::Reverse(word.len()));
        let first = words.iter().filter_map(|(word, _)| word.first());
        let last = words.iter().filter_map(|(word, _)| word.last());
        Self {
            first: LowBits::of(first.copied()),
            last: LowBits::of(last.copied()),
            words,
        }
    }

    /// Whether a word may start with a character.
    pub(super) fn may_start(&self, c: char) -> bool {
        self.first.may_have(c)
    }

    /// Whether a word may end with a character.
    pub(super) fn may_end(&self, c: char) -> bool {
        self.last.may_have(c)
    }

    /// The longest word that `accepts`, with its value.
    pub(super) fn find(&self, accepts: impl Fn(&[char]) -> bool) -> Option<(usize, &T)> {
        let found = self.words.iter().find(|(word, _)| accepts(word));
        found.map(|(word, value)| (word.len(), value))
    }

    /// The words alone, as text.
    pub(super) fn words(&self) -> Vec<String> {
        self.iter().map(|(word, _)| word).collect()
    }

    /// Whether a word is one of them.
    pub(super) fn has(&self, word: &str) -> bool {
        word.starts_with(|c| self.may_start(c))
            && self
                .find(|it| it.iter().copied().eq(word.chars()))
                .is_some()
    }

    /// All words.
    pub(super) fn all(&self) -> impl Iterator<Item = (&[char], &T)> {
        self.words
            .iter()
            .map(|(word, value)| (word.as_slice(), value))
    }

    /// All words, as text.
    pub fn iter(&self) -> impl Iterator<Item = (String, &T)> {
        self.all()
            .map(|(word, value)| (word.iter().collect(), value))
    }
}

/// All lists.
#[derive(Debug)]
pub(super) struct Lexicon {
    pub numerals: Words<u32>,
    pub multipliers: Words<u64>,
    pub spoken_digits: Words<u32>,
    pub spoken_times: Words<usize>,
    pub short_multipliers: Words<u64>,
    pub currency_before: Words<Option<Currency>>,
    pub currency_after: Words<Option<Currency>>,
    pub months: Words<u8>,
    pub year_sign: Words<()>,
    pub month_sign: Words<()>,
    pub day_sign: Words<()>,
    pub hour_sign: Words<()>,
    pub ordinal_sign: Words<()>,
    pub day_preposition: Words<()>,
    pub ago: Words<i32>,
    pub days: Words<i32>,
    pub copula: Words<()>,
    pub order_cue: Words<()>,
    pub phone_cue: Words<()>,
    pub tail_cue: Words<()>,
    pub no_order_cue: Words<()>,
    pub spoken_apart: Words<()>,
    pub ordinals: Words<u8>,
    pub before_choice: Words<()>,
    pub after_choice: Words<()>,
    pub into: Words<()>,
    pub before_value: Words<()>,
    pub after_value: Words<()>,
    /// How the words begin that make a date or a time of a number before them.
    pub calendar_signs: LowBits,
    /// How what starts with a Chinese character begins.
    pub han_starts: LowBits,
}

impl Lexicon {
    fn read(text: &str) -> Self {
        let plain = |section: &str| Words::of(text, section, |_| Some(()));
        let currency = |said: &str| Some(Currency::from_str(said).ok());
        let numerals = Words::of(text, "numerals", number);
        let multipliers = Words::of(text, "multipliers", number);
        let currency_before = Words::of(text, "currency before", currency);
        let (year_sign, month_sign) = (plain("year sign"), plain("month sign"));
        let (day_sign, hour_sign) = (plain("day sign"), plain("hour sign"));
        let ago = Words::of(text, "ago", number);
        Self {
            calendar_signs: year_sign.first
                | month_sign.first
                | day_sign.first
                | hour_sign.first
                | ago.first,
            han_starts: numerals.first | multipliers.first | currency_before.first,
            spoken_digits: Words::of(text, "spoken digits", number),
            spoken_times: Words::of(text, "spoken times", number),
            numerals,
            multipliers,
            currency_before,
            year_sign,
            month_sign,
            day_sign,
            hour_sign,
            ago,
            short_multipliers: Words::of(text, "short multipliers", number),
            currency_after: Words::of(text, "currency after", currency),
            months: Words::of(text, "months", number),
            ordinal_sign: plain("ordinal sign"),
            day_preposition: plain("day preposition"),
            days: Words::of(text, "days", number),
            copula: plain("is"),
            order_cue: plain("order cue"),
            phone_cue: plain("phone cue"),
            tail_cue: plain("tail cue"),
            no_order_cue: plain("no order cue"),
            spoken_apart: plain("spoken apart"),
            ordinals: Words::of(text, "ordinals", number),
            before_choice: plain("before a choice"),
            after_choice: plain("after a choice"),
            into: plain("into"),
            before_value: plain("before a value"),
            after_value: plain("after a value"),
        }
    }
}

fn number<T: FromStr>(said: &str) -> Option<T> {
    said.parse().ok()
}
