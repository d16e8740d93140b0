//! Numbers as people read them out: digit by digit in words, as dictation writes them, and with the letter for a nought.

use super::lexicon::LEXICON;
use super::plain::Plain;

/// So many digits read out one by one are a number, and count nothing.
const READ_OUT: usize = 6;
/// So many behind one letter or two.
const BEHIND_LETTERS: usize = 3;
/// So many alone in a message are the end of a phone number.
pub(super) const TAIL: usize = 4;
/// Nobody reads out more.
const MOST: usize = 20;
/// So many words of digits in a row are worth a look.
const IN_A_ROW: usize = 3;

/// What is read out, and where it ends.
#[derive(Debug)]
pub(super) struct Spoken {
    /// Letters and digits.
    pub written: String,
    /// Where it ends.
    pub end: usize,
}

/// Whether a text in its normal form has digits in English words, one after another.
pub(super) fn reads_out(text: &str) -> bool {
    let mut row = 0;
    text.split([' ', '-', ',']).any(|word| {
        row = match word {
            digit if LEXICON.spoken_digits.has(digit) => row + 1,
            // "double oh" goes on with the row.
            times if LEXICON.spoken_times.has(times) => row,
            _ => 0,
        };
        row >= IN_A_ROW
    })
}

/// A number that is read out from here on, with one letter or two in front of it or none; `ends_a_number`: it was said that the end of one
/// follows.
pub(super) fn number(text: &Plain, at: usize, ends_a_number: bool) -> Option<Spoken> {
    // The `s` of "it's" is none of its letters.
    if text.before(at) == '\'' {
        return None;
    }
    let (letters, start) = letters(text, at);
    let (digits, end) = digits(text, start)?;
    let least = match letters.len() {
        0 if at == 0 && end == text.len() && digits.len() == TAIL => TAIL,
        0 if ends_a_number && digits.len() == TAIL => TAIL,
        0 => READ_OUT,
        _ => BEHIND_LETTERS,
    };
    // What is counted is an amount, a date or a number of things.
    let counted = text.word_at(end, &LEXICON.multipliers).is_some()
        || text.word_at(end, &LEXICON.currency_after).is_some();
    let fits = (least..=MOST).contains(&digits.len()) && !counted;
    fits.then(|| Spoken {
        written: letters + &digits,
        end,
    })
}

/// "a", "t w": letters that stand apart or right before Chinese digits; none where digits begin at once.
fn letters(text: &Plain, at: usize) -> (String, usize) {
    let mut letters = String::new();
    let mut from = at;
    while letters.len() < 2 && text.at(from).is_ascii_alphabetic() {
        let next = text.at(from + 1);
        let alone = !next.is_ascii_alphanumeric() && next != '\'';
        if !alone || digit(text, from).is_some() || letters.is_empty() && text.at(from) == 'i' {
            break;
        }
        letters.push(text.at(from));
        from = text.skip_spaces(from + 1);
    }
    (letters, from)
}

/// The digits from here on, of which one at least is a word.
fn digits(text: &Plain, at: usize) -> Option<(String, usize)> {
    let (mut digits, mut end, mut next) = (String::new(), at, at);
    let (mut times, mut in_words) = (1, false);
    loop {
        if let Some((to, by)) = text.word_at(next, &LEXICON.spoken_times) {
            (times, next) = (*by, skip(text, to));
            continue;
        }
        let Some((to, value, is_word)) = digit(text, next) else {
            break;
        };
        in_words |= is_word;
        (0..times).for_each(|_| digits.push(value));
        (times, end, next) = (1, to, skip(text, to));
        if digits.len() > MOST {
            return None;
        }
    }
    in_words.then_some((digits, end))
}

/// One digit: a word, or a figure that stands apart.
fn digit(text: &Plain, at: usize) -> Option<(usize, char, bool)> {
    let figure = |value: u32| char::from_digit(value, 10);
    let word = text.word_at(at, &LEXICON.spoken_digits);
    if let Some((end, value)) = word.filter(|(end, _)| !text.at(*end).is_ascii_alphanumeric()) {
        return Some((end, figure(*value)?, true));
    }
    if let Some((end, value)) = text.word_at(at, &LEXICON.numerals) {
        return Some((end, figure(*value)?, true));
    }
    let alone = text.at(at).is_ascii_digit() && !text.at(at + 1).is_ascii_alphanumeric();
    alone.then(|| (at + 1, text.at(at), false))
}

fn skip(text: &Plain, at: usize) -> usize {
    text.run(at, |c| matches!(c, ' ' | '-' | ','))
}

/// A number with the letter in the place of a nought: `a1oo2`, `884120o3`.
pub(super) fn with_letter_for_nought(text: &Plain, at: usize) -> Option<Spoken> {
    let end = text.run(at, |c| c.is_ascii_alphanumeric());
    let letters = text.run(at, |c| c.is_ascii_alphabetic());
    let rest = text.text(letters.min(end), end);
    let figures = rest.chars().filter(char::is_ascii_digit).count();
    let least = if letters == at { READ_OUT } else { TAIL };
    let fits = letters - at <= 3
        && rest.len() >= least
        && rest.starts_with(|c: char| c.is_ascii_digit())
        && rest.contains('o')
        && rest.chars().all(|c| c.is_ascii_digit() || c == 'o')
        && 2 * figures >= rest.len();
    fits.then(|| Spoken {
        written: text.text(at, letters) + &rest.replace('o', "0"),
        end,
    })
}
