//! Slots: order numbers, amounts, dates, phones, e-mails and card tails in a message.
//!
//! A hand-written scanner that looks at a message only when it has a digit, an `@` or a Chinese numeral. The words around numbers
//! are data (`lexicon.txt`). Knows nothing about rules and intents.

mod amount;
mod choice;
mod date;
mod email;
mod lexicon;
mod number;
mod order;
mod phone;
mod plain;
mod scan;
mod values;

pub use choice::choice;
pub use values::{Amount, SaidDate, Slot, Slots};

use std::sync::LazyLock;

use lexicon::LEXICON;
use plain::Plain;

use crate::engine::text::Normalised;

/// Takes slots out of messages; keeps its room from one to the next.
#[derive(Debug, Default)]
pub struct Scanner {
    plain: Plain,
}

impl Scanner {
    /// Takes the slots out of a message into `out`. `normal` is the normal form of `text`.
    pub fn take(&mut self, text: &str, normal: &Normalised, out: &mut Slots) {
        out.clear();
        if may_have_slots(normal) {
            self.plain.take(text);
            scan::scan(&self.plain, out);
        }
    }
}

/// Words that name a day, with the days from today.
pub fn day_words() -> impl Iterator<Item = (String, i32)> {
    LEXICON.days.iter().map(|(word, days)| (word, *days))
}

/// Whether there is anything in a message from which a slot could start: a digit, an `@`, or a Chinese numeral with something
/// behind it that is counted.
fn may_have_slots(normal: &Normalised) -> bool {
    let text = normal.text();
    let has_sign = |byte: u8| byte.is_ascii_digit() || byte == b'@';
    if text.bytes().any(has_sign) {
        return true;
    }
    normal.scripts().han > 1 && {
        let mut after_numeral = false;
        text.chars().any(|c| {
            let counts = after_numeral && COUNTED.has(c);
            after_numeral = NUMERALS.has(c);
            counts
        })
    }
}

/// The Chinese numerals.
static NUMERALS: LazyLock<Chars> = LazyLock::new(|| {
    let digits = LEXICON.numerals.words().into_iter();
    Chars::of(digits.chain(LEXICON.multipliers.words()))
});

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

/// A few characters, and the low bits that they have, which rule out most others at once.
struct Chars {
    bits: u64,
    chars: Vec<char>,
}

impl Chars {
    /// The first ones of some words.
    fn of(words: impl Iterator<Item = String>) -> Self {
        let chars: Vec<char> = words.filter_map(|word| word.chars().next()).collect();
        let bits = chars.iter().fold(0, |bits, c| bits | Self::bit(*c));
        Self { bits, chars }
    }

    fn bit(c: char) -> u64 {
        1 << (u32::from(c) % 64)
    }

    fn has(&self, c: char) -> bool {
        self.bits & Self::bit(c) != 0 && self.chars.contains(&c)
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
        scanner.take("A1042", &normal("A1042"), &mut slots);
        assert_eq!(slots.orders.len(), 1);
        scanner.take("hello", &normal("hello"), &mut slots);
        assert_eq!(slots, Slots::default());
    }
}
