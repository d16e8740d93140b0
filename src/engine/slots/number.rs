//! Numbers: in digits with commas, points and short multipliers, or in Chinese numerals.

use rust_decimal::Decimal;

use super::lexicon::LEXICON;
use super::plain::Plain;

/// A number and where it ends.
#[derive(Clone, Copy, Debug)]
pub(super) struct Number {
    pub value: Decimal,
    pub end: usize,
    /// How many places stand after the point.
    pub places: u32,
}

/// Reads digits: `1,234.50`, `1.5` and ten thousands, `2k`.
pub(super) fn digits(text: &Plain, at: usize) -> Option<Number> {
    let mut end = text.run(at, |c| c.is_ascii_digit());
    if end == at {
        return None;
    }
    while text.at(end) == ',' && end - at <= 12 {
        let group = text.run(end + 1, |c| c.is_ascii_digit());
        if group != end + 4 {
            break;
        }
        end = group;
    }
    let mut places = 0;
    if text.at(end) == '.' && text.at(end + 1).is_ascii_digit() {
        let fraction = text.run(end + 1, |c| c.is_ascii_digit());
        places = (fraction - end - 1) as u32;
        end = fraction;
    }
    let written = text.text(at, end).replace(',', "");
    let value = Decimal::from_str_exact(&written).ok()?;
    Some(multiplied(text, Number { value, end, places }))
}

fn multiplied(text: &Plain, number: Number) -> Number {
    match text.word_at(number.end, &LEXICON.short_multipliers) {
        Some((end, by)) => match number.value.checked_mul(Decimal::from(*by)) {
            Some(value) => Number {
                value: value.normalize(),
                end,
                places: 0,
            },
            None => number,
        },
        None => number,
    }
}

/// Reads Chinese numerals: `three hundred and twenty`, `two thousand`, `one five`.
pub(super) fn numerals(text: &Plain, at: usize) -> Option<Number> {
    let (mut total, mut section, mut digit) = (0_u64, 0_u64, None::<u64>);
    let (mut last_by, mut end) = (1_u64, at);
    if !starts_number(text, at) {
        return None;
    }
    loop {
        if let Some((next, value)) = text.word_at(end, &LEXICON.numerals) {
            let value = u64::from(*value);
            digit = Some(match digit {
                Some(before) if before < 1_000_000 => before * 10 + value,
                _ => value,
            });
            end = next;
        } else if let Some((next, by)) = text.word_at(end, &LEXICON.multipliers) {
            if *by >= 10_000 {
                let all = total + section + digit.unwrap_or(0);
                total = all.max(1).checked_mul(*by)?;
                section = 0;
            } else {
                section += digit.unwrap_or(1) * by;
            }
            (digit, last_by, end) = (None, *by, next);
        } else {
            break;
        }
    }
    // "three hundred two" is three hundred and twenty
    let rest = digit.unwrap_or(0);
    let is_short = last_by >= 100 && (1..10).contains(&rest) && !is_zero(text, end);
    let rest = if is_short { rest * last_by / 10 } else { rest };
    (end > at).then(|| Number {
        value: Decimal::from(total + section + rest),
        end,
        places: 0,
    })
}

/// A number starts with a digit or with ten: a hundred, a thousand and so on start other words.
fn starts_number(text: &Plain, at: usize) -> bool {
    let ten = text.word_at(at, &LEXICON.multipliers);
    text.word_at(at, &LEXICON.numerals).is_some() || matches!(ten, Some((_, 10)))
}

/// Whether a zero stands before the last numeral: then nothing was left out.
fn is_zero(text: &Plain, end: usize) -> bool {
    let before = end
        .checked_sub(2)
        .map(|at| text.word_at(at, &LEXICON.numerals));
    matches!(before.flatten(), Some((_, 0)))
}
