//! Slots: order numbers, amounts, dates, phones, e-mails and card tails in a message.
//!
//! A hand-written scanner that looks at a message only when it has a digit, an `@`, a Chinese numeral or digits in words. The words around numbers
//! are data (`lexicon.txt`). Knows nothing about rules and intents.

mod amount;
mod choice;
mod date;
pub mod details;
mod email;
mod into;
mod lexicon;
mod number;
mod order;
mod phone;
mod plain;
mod scan;
mod spoken;
mod values;

pub use choice::choice;
pub use into::{bare_value, new_value};
pub use values::{Amount, SaidDate, Slot, Slots};

use std::sync::LazyLock;

use lexicon::{LEXICON, LowBits};
use plain::Plain;

use crate::engine::text::Normalised;

/// Takes slots out of messages; keeps its room from one to the next.
#[derive(Debug, Default)]
pub struct Scanner {
    plain: Plain,
}

impl Scanner {
    /// Takes the slots out of a message into `out`. `normal` is the normal form of `text`, which may have a Chinese numeral in it
    /// or not.
    pub fn take(&mut self, text: &str, normal: &Normalised, has_numeral: bool, out: &mut Slots) {
        out.clear();
        let reads_out = has_numeral && spoken::reads_out(normal.text());
        if has_sign(normal.text()) || reads_out || has_numeral && counts(normal.text()) {
            self.plain.take(text);
            scan::scan(&self.plain, reads_out, out);
        }
    }
}

/// Words that name a day, with the days from today.
pub fn day_words() -> impl Iterator<Item = (String, i32)> {
    LEXICON.days.iter().map(|(word, days)| (word, *days))
}

/// Whether there is a digit or an `@` in a text. All bytes are looked at, without a way out in the middle: so the processor takes
/// many at once.
fn has_sign(text: &str) -> bool {
    text.bytes().fold(false, |has, byte| {
        has | byte.is_ascii_digit() | (byte == b'@')
    })
}

/// Whether there is a Chinese numeral with something behind it that is counted.
fn counts(text: &str) -> bool {
    let (numerals, counted) = (&*NUMERALS, &*COUNTED);
    let mut after_numeral = false;
    text.chars().any(|c| {
        let counts = after_numeral && counted.has(c);
        after_numeral = numerals.has(c);
        counts
    })
}

/// The numerals with which a slot may start.
pub fn numerals() -> impl Iterator<Item = String> {
    chinese_numerals().chain(LEXICON.spoken_digits.words())
}

fn chinese_numerals() -> impl Iterator<Item = String> {
    let digits = LEXICON.numerals.words().into_iter();
    digits.chain(LEXICON.multipliers.words())
}

/// The Chinese numerals.
static NUMERALS: LazyLock<Chars> = LazyLock::new(|| Chars::of(chinese_numerals()));

/// Characters behind a numeral that make a number, a date or an amount of it.
static COUNTED: LazyLock<Chars> = LazyLock::new(|| {
    let words = [
        LEXICON.numerals.words(),
        LEXICON.multipliers.words(),
        LEXICON.currency_after.words(),
        LEXICON.year_sign.words(),
        LEXICON.month_sign.words(),
        LEXICON.day_sign.words(),
        LEXICON.hour_sign.words(),
        LEXICON.ago.words(),
    ];
    Chars::of(words.concat().into_iter())
});

/// A few characters.
struct Chars {
    low: LowBits,
    chars: Vec<char>,
}

impl Chars {
    /// The first ones of some words.
    fn of(words: impl Iterator<Item = String>) -> Self {
        let mut chars: Vec<char> = words.filter_map(|word| word.chars().next()).collect();
        chars.sort_unstable();
        chars.dedup();
        let low = LowBits::of(chars.iter().copied());
        Self { low, chars }
    }

    fn has(&self, c: char) -> bool {
        self.low.may_have(c) && self.chars.binary_search(&c).is_ok()
    }
}

#[cfg(test)]
mod tests {
    use super::{SaidDate, Scanner, Slots, choice};
    use crate::engine::text::{Normalised, Normaliser};

    /// The rows of a data file: a text, and what is expected of it.
    fn rows(data: &str) -> impl Iterator<Item = (&str, &str)> {
        let rows = data.lines().filter(|line| !line.starts_with("# "));
        rows.filter_map(|row| row.split_once('\t'))
    }

    fn normal(text: &str) -> Normalised {
        let mut normal = Normalised::default();
        Normaliser::default().normalise(text, &mut normal);
        normal
    }

    /// The slots in short, leaving out the words for days, which the matcher finds.
    fn in_short(text: &str, slots: &Slots) -> Vec<String> {
        let mut all = Vec::new();
        all.extend(slots.orders.iter().map(|it| format!("order {}", it.value)));
        for it in &slots.amounts {
            let currency = it.value.currency.map_or("", |it| it.code());
            all.push(
                format!("amount {} {currency}", it.value.value)
                    .trim()
                    .to_owned(),
            );
        }
        for it in &slots.dates {
            all.push(match it.value {
                SaidDate::FromToday(days) => format!("date {days}"),
                SaidDate::Day { year, month, day } => {
                    let year = year.map_or("?".to_owned(), |it| it.to_string());
                    let month = month.map_or("?".to_owned(), |it| it.to_string());
                    format!("date {year}-{month}-{day}")
                }
            });
        }
        all.extend(slots.phones.iter().map(|it| format!("phone {}", it.value)));
        all.extend(slots.emails.iter().map(|it| format!("email {}", it.value)));
        all.extend(slots.tails.iter().map(|it| format!("tail {}", it.value)));
        all.extend(
            slots
                .numbers
                .iter()
                .map(|it| format!("number {}", it.value)),
        );
        for it in &slots.orders {
            assert!(text.get(it.start..it.end).is_some(), "{text}");
        }
        all
    }

    #[test]
    fn slots_are_taken_out_as_people_type_them() {
        let matcher =
            crate::engine::matcher::Matcher::build(&crate::engine::rules::book::Book::default());
        let wrong: Vec<(&str, String)> =
            rows(include_str!("../../../tests/data/readings/slots.tsv"))
                .map(|(text, expected)| {
                    (
                        text,
                        expected,
                        in_short(text, &matcher.read(text).slots).join("; "),
                    )
                })
                .filter(|(_, expected, found)| expected != found)
                .map(|(text, _, found)| (text, found))
                .collect();
        assert_eq!(wrong, []);
    }

    #[test]
    fn a_message_that_only_picks_is_a_choice() {
        for (text, expected) in rows(include_str!("../../../tests/data/readings/choices.tsv")) {
            let expected = expected.parse::<u8>().ok();
            assert_eq!(choice(&normal(text)), expected, "{text}");
        }
    }

    #[test]
    fn slots_of_an_earlier_message_are_forgotten() {
        let mut slots = Slots::default();
        let mut scanner = Scanner::default();
        scanner.take("A1042", &normal("A1042"), false, &mut slots);
        assert_eq!(slots.orders.len(), 1);
        scanner.take("hello", &normal("hello"), false, &mut slots);
        assert_eq!(slots, Slots::default());
    }
}
