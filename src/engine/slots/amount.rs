//! Amounts of money: a number with a currency beside it.

use super::lexicon::LEXICON;
use super::number::{Number, digits, numerals};
use super::plain::Plain;
use super::values::Amount;

/// An amount whose currency stands in front: `$64`, `HK$ 64`.
pub(super) fn currency_first(text: &Plain, at: usize) -> Option<(usize, Amount)> {
    if text.at(at).is_ascii_alphabetic() && text.before(at).is_ascii_alphanumeric() {
        return None;
    }
    let (end, currency) = text.word_at(at, &LEXICON.currency_before)?;
    let number = digits(text, text.skip_spaces(end))?;
    let (end, said_after) = currency_after(text, number.end).unwrap_or((number.end, None));
    Some((
        end,
        Amount {
            value: number.value,
            currency: currency.or(said_after),
        },
    ))
}

/// An amount whose currency stands behind; or a number with exactly two places after the point, which is money too.
pub(super) fn number_first(text: &Plain, number: &Number) -> Option<(usize, Amount)> {
    let amount = |currency| Amount {
        value: number.value,
        currency,
    };
    match currency_after(text, number.end) {
        Some((end, currency)) => Some((end, amount(currency))),
        None if number.places == 2 && text.at(number.end) != '%' => {
            Some((number.end, amount(None)))
        }
        None => None,
    }
}

/// An amount in Chinese numerals. One of the smaller unit alone is the word for "together".
pub(super) fn in_numerals(text: &Plain, at: usize) -> Option<(usize, Amount)> {
    let number = numerals(text, at)?;
    let (end, amount) = number_first(text, &number)?;
    let is_together = number.end == at + 1 && amount.value == 1.into() && end == number.end + 1;
    (!is_together).then_some((end, amount))
}

fn currency_after(text: &Plain, end: usize) -> Option<(usize, Option<iso_currency::Currency>)> {
    let (end, currency) = text.word_at(text.skip_spaces(end), &LEXICON.currency_after)?;
    (!text.at(end).is_ascii_alphanumeric()).then_some((end, *currency))
}
