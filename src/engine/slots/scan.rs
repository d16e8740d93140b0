//! The walk over a message that tries what may start at each place, the surest kind first.

use super::amount;
use super::date;
use super::email;
use super::lexicon::LEXICON;
use super::number::{Number, digits, numerals};
use super::order;
use super::phone;
use super::plain::Plain;
use super::spoken::{self, Spoken};
use super::values::{Slot, Slots};
use crate::domain::ids::OrderId;
use crate::engine::text::is_han;

/// Takes the slots out of a message; `reads_out`: it may have digits in English words.
pub(super) fn scan(text: &Plain, reads_out: bool, out: &mut Slots) {
    let has_address = (0..text.len()).any(|at| text.at(at) == '@');
    let mut walk = Walk {
        text,
        out,
        has_address,
        reads_out,
    };
    let mut at = 0;
    while at < text.len() {
        at = walk.step(at).unwrap_or(at + 1);
    }
}

struct Walk<'a> {
    text: &'a Plain,
    out: &'a mut Slots,
    /// There may be an e-mail address in it.
    has_address: bool,
    /// There may be digits in English words.
    reads_out: bool,
}

impl Walk<'_> {
    /// What starts here is taken and stepped over.
    fn step(&mut self, at: usize) -> Option<usize> {
        let c = self.text.at(at);
        if c.is_ascii_alphanumeric() {
            if self.text.before(at).is_ascii_alphanumeric() {
                return None;
            }
            if let Some(end) = self.read_out(at).or_else(|| self.ordinary(at)) {
                return Some(end);
            }
            self.address(at).or_else(|| self.calendar(at)).or_else(|| {
                if c.is_ascii_digit() {
                    self.digits(at)
                } else {
                    self.money(at)
                        .or_else(|| self.order(at))
                        .or_else(|| self.word(at))
                }
            })
        } else if is_han(c) {
            (LEXICON.han_starts.may_have(c))
                .then(|| {
                    (self.money(at))
                        .or_else(|| self.read_out(at))
                        .or_else(|| self.numerals(at))
                })
                .flatten()
        } else {
            match c {
                '+' | '(' => self.phone(at),
                '#' => self.order(at),
                _ => self.money(at),
            }
        }
    }

    /// Where a word ends that is nothing but a word: most are.
    fn ordinary(&self, at: usize) -> Option<usize> {
        let text = self.text;
        let end = text.run(at, |c| c.is_ascii_alphabetic());
        let goes_on = match text.at(end) {
            ' ' => end == at + 1,
            next => next.is_ascii_graphic() && !matches!(next, ',' | '!' | '?' | '\'' | ')'),
        };
        let first = text.at(at);
        let names = LEXICON.months.may_start(first) && text.word_at(at, &LEXICON.months).is_some()
            || LEXICON.currency_before.may_start(first)
                && text.word_at(at, &LEXICON.currency_before).is_some();
        (end > at && !goes_on && !names).then_some(end)
    }

    /// E-mail addresses; web addresses hold nothing that we look for.
    fn address(&mut self, at: usize) -> Option<usize> {
        if self.has_address
            && let Some(end) = email::email(self.text, at)
        {
            let value = self.text.text(at, end);
            let slot = self.slot(at, end, value);
            self.out.emails.push(slot);
            return Some(end);
        }
        let is_link = ["http://", "https://", "www."]
            .iter()
            .any(|sign| self.text.starts_with(at, sign));
        is_link.then(|| self.text.run(at, |c| c.is_ascii_graphic()))
    }

    fn calendar(&mut self, at: usize) -> Option<usize> {
        if let Some((end, value)) = date::date(self.text, at) {
            let slot = self.slot(at, end, value);
            self.out.dates.push(slot);
            return Some(end);
        }
        date::time(self.text, at)
    }

    /// What starts with a digit and is no date.
    fn digits(&mut self, at: usize) -> Option<usize> {
        if let Some(end) = order::card(self.text, at) {
            return Some(end);
        }
        let number = digits(self.text, at)?;
        if let Some((end, value)) = amount::number_first(self.text, &number) {
            let slot = self.slot(at, end, value);
            self.out.amounts.push(slot);
            return Some(end);
        }
        self.tail(at, true)
            .or_else(|| self.phone(at))
            .or_else(|| self.order(at))
            .or_else(|| self.tail(at, false))
            .or_else(|| self.number(at, &number))
    }

    fn money(&mut self, at: usize) -> Option<usize> {
        let (end, value) = amount::currency_first(self.text, at)?;
        let slot = self.slot(at, end, value);
        self.out.amounts.push(slot);
        Some(end)
    }

    fn phone(&mut self, at: usize) -> Option<usize> {
        let (end, value) = phone::phone(self.text, at)?;
        let slot = self.slot(at, end, value);
        self.out.phones.push(slot);
        Some(end)
    }

    fn order(&mut self, at: usize) -> Option<usize> {
        if !self.text.cue_before(at, &LEXICON.no_order_cue)
            && let Some(found) = spoken::with_letter_for_nought(self.text, at)
        {
            return self.order_of(at, &found);
        }
        let end = order::order(self.text, at)?;
        let written = self.text.text(at, end);
        self.order_of(at, &Spoken { written, end })
    }

    fn order_of(&mut self, at: usize, found: &Spoken) -> Option<usize> {
        let value = OrderId::parse(&found.written).ok()?;
        let slot = self.slot(at, found.end, value);
        self.out.orders.push(slot);
        Some(found.end)
    }

    /// Digits in words: an order's number, or the end of a phone number where nothing else is said.
    fn read_out(&mut self, at: usize) -> Option<usize> {
        let text = self.text;
        let is_letter = text.at(at).is_ascii_alphabetic();
        let cued = |cue| text.cue_before(at, cue);
        let found = (self.reads_out || !is_letter || is_han(text.at(at + 1)))
            .then(|| spoken::number(text, at, cued(&LEXICON.tail_cue)))
            .flatten()?;
        if cued(&LEXICON.no_order_cue) || cued(&LEXICON.phone_cue) {
            return None;
        }
        if found.written.len() == spoken::TAIL && !is_letter_first(&found.written)
            || cued(&LEXICON.tail_cue)
        {
            let slot = self.slot(at, found.end, found.written);
            self.out.tails.push(slot);
            return Some(found.end);
        }
        self.order_of(at, &found)
    }

    /// Four digits: `cued` when they are said to be the end of a number, else when they stand alone and are no year.
    fn tail(&mut self, at: usize, cued: bool) -> Option<usize> {
        let text = self.text;
        let end = text.run(at, |c| c.is_ascii_digit());
        if end != at + 4
            || text.at(end).is_ascii_alphabetic()
            || matches!(text.at(end), '.' | '-' | '/' | ':' if text.at(end + 1).is_ascii_digit())
        {
            return None;
        }
        let fits = if cued {
            text.cue_before(at, &LEXICON.tail_cue) || matches!(text.before(at), '*')
        } else {
            let alone = at == 0 && end == text.len();
            let is_year = matches!(text.text(at, end).parse(), Ok(1950..=2049));
            alone || self.stands_apart(at, end) && !is_year
        };
        fits.then(|| {
            let slot = self.slot(at, end, self.text.text(at, end));
            self.out.tails.push(slot);
            end
        })
    }

    /// Whether nothing is counted or named by these digits.
    fn stands_apart(&self, at: usize, end: usize) -> bool {
        let text = self.text;
        let after = text.at(end);
        let before = text.before(at);
        let follows = !is_han(after) || text.word_at(end, &LEXICON.spoken_apart).is_some();
        let next = text.skip_spaces(end);
        let counts = next > end && text.at(next).is_ascii_alphabetic() && text.at(next) != 'i';
        let named = text.cue_before(at, &LEXICON.no_order_cue);
        follows && !counts && !named && !matches!(before, '-' | '/' | '.' | '_' | '$')
    }

    fn number(&mut self, at: usize, number: &Number) -> Option<usize> {
        let text = self.text;
        let glued = matches!(text.before(at), '-' | '/' | '.' | '_')
            || text.at(number.end).is_ascii_alphabetic();
        if glued || text.at(number.end) == '%' {
            return Some(text.run(number.end, |c| c.is_ascii_alphanumeric() || c == '%'));
        }
        let slot = self.slot(at, number.end, number.value);
        self.out.numbers.push(slot);
        Some(number.end)
    }

    /// What starts with a Chinese numeral; one numeral alone counts nothing that anybody asks about.
    fn numerals(&mut self, at: usize) -> Option<usize> {
        let number = numerals(self.text, at)?;
        let next = self.text.at(self.text.skip_spaces(number.end));
        if (next == ':' || LEXICON.calendar_signs.may_have(next))
            && let Some(end) = self.calendar(at)
        {
            return Some(end);
        }
        if let Some((end, value)) = amount::in_numerals(self.text, at) {
            let slot = self.slot(at, end, value);
            self.out.amounts.push(slot);
        } else if number.end - at >= 2 {
            let slot = self.slot(at, number.end, number.value);
            self.out.numbers.push(slot);
        }
        Some(number.end)
    }

    /// Other words are stepped over whole.
    fn word(&self, at: usize) -> Option<usize> {
        let end = self.text.run(at, |c| c.is_ascii_alphabetic());
        let end = if self.text.at(end).is_ascii_digit() {
            self.text.run(end, |c| c.is_ascii_alphanumeric())
        } else {
            end
        };
        Some(end)
    }

    fn slot<T>(&self, at: usize, end: usize, value: T) -> Slot<T> {
        let (start, end) = self.text.bytes(at, end);
        Slot { value, start, end }
    }
}

fn is_letter_first(written: &str) -> bool {
    written.starts_with(|c: char| c.is_ascii_alphabetic())
}
