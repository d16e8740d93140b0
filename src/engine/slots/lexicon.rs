//! The words around numbers, as data: currencies, months, what order and phone numbers are called.

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
    /// The low bits that their first and last characters have, which rule out most places at once.
    first: u64,
    last: u64,
}

impl<T> Words<T> {
    fn of(text: &str, section: &str, value: impl Fn(&str) -> Option<T>) -> Self {
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
        let bits = |c: Option<&char>| c.map_or(0, |c| low_bit(*c));
        Self {
            first: words
                .iter()
                .fold(0, |all, (word, _)| all | bits(word.first())),
            last: words
                .iter()
                .fold(0, |all, (word, _)| all | bits(word.last())),
            words,
        }
    }

    /// Whether a word may start with a character.
    pub(super) fn may_start(&self, c: char) -> bool {
        self.first & low_bit(c) != 0
    }

    /// Whether a word may end with a character.
    pub(super) fn may_end(&self, c: char) -> bool {
        self.last & low_bit(c) != 0
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

fn low_bit(c: char) -> u64 {
    1 << (u32::from(c) % 64)
}

/// All lists.
#[derive(Debug)]
pub(super) struct Lexicon {
    pub numerals: Words<u32>,
    pub multipliers: Words<u64>,
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
}

impl Lexicon {
    fn read(text: &str) -> Self {
        let plain = |section: &str| Words::of(text, section, |_| Some(()));
        let currency = |said: &str| Some(Currency::from_str(said).ok());
        Self {
            numerals: Words::of(text, "numerals", number),
            multipliers: Words::of(text, "multipliers", number),
            short_multipliers: Words::of(text, "short multipliers", number),
            currency_before: Words::of(text, "currency before", currency),
            currency_after: Words::of(text, "currency after", currency),
            months: Words::of(text, "months", number),
            year_sign: plain("year sign"),
            month_sign: plain("month sign"),
            day_sign: plain("day sign"),
            hour_sign: plain("hour sign"),
            ordinal_sign: plain("ordinal sign"),
            day_preposition: plain("day preposition"),
            ago: Words::of(text, "ago", number),
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
        }
    }
}

fn number<T: FromStr>(said: &str) -> Option<T> {
    said.parse().ok()
}
