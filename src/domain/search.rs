//! What texts are found by: the words of those that have words, and pairs of neighbours where a script writes none between them.
//!
//! Texts come in folded: one case, one width, one script of Chinese. A word is letters and digits in a row; parts that hyphens join
//! are words, and so is the whole without the hyphens (`A-1042` is `a`, `1042` and `a1042`). Of a row of Chinese characters each pair
//! is a word, and the last one by itself, so that every character begins one.

use std::collections::BTreeSet;

/// What a text, or several, are found by.
pub type Words = BTreeSet<String>;

/// No word is longer, in bytes: what is longer is nothing that somebody types.
const LONGEST: usize = 64;
/// So many words of one text are kept.
const MOST: usize = 2_000;
/// So many terms of a question are looked at.
const TERMS: usize = 24;

/// One thing that a conversation must have to be found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Term {
    /// This word.
    Word(String),
    /// A word that begins so: what is still being typed.
    Begins(String),
}

/// What somebody looks for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Asked {
    /// All of these are needed.
    pub terms: Vec<Term>,
    /// Rows of Chinese characters that must stand in one text as they are: their pairs alone may come from anywhere.
    rows: Vec<String>,
    /// Words that show where it was found.
    marks: Vec<String>,
}

/// A piece of a folded text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Piece<'t> {
    /// Letters and digits in a row, with hyphens between them.
    Word(&'t str),
    /// Characters of a script that puts no blanks between words.
    Row(&'t str),
}

/// Adds what a folded text is found by.
pub fn add_words(folded: &str, words: &mut Words) {
    let mut left = MOST;
    let mut add = |word: &str| {
        if left > 0 && !word.is_empty() && word.len() <= LONGEST && words.insert(word.to_owned()) {
            left -= 1;
        }
    };
    for piece in pieces(folded) {
        match piece {
            Piece::Word(word) if word.contains('-') => {
                word.split('-').for_each(&mut add);
                add(&word.replace('-', ""));
            }
            Piece::Word(word) => add(word),
            Piece::Row(row) => pairs(row).for_each(&mut add),
        }
    }
}

/// Each character with the one after it, and the last one by itself.
fn pairs(row: &str) -> impl Iterator<Item = &str> {
    row.char_indices().map(move |(at, _)| {
        let mut after = row[at..].char_indices().skip(2);
        let end = after.next().map_or(row.len(), |(end, _)| at + end);
        &row[at..end]
    })
}

impl Asked {
    /// What a folded text asks for; what is typed last may go on. Nothing if there is no word in it.
    #[must_use]
    pub fn parse(folded: &str) -> Option<Self> {
        let mut asked = Self::default();
        let pieces = pieces(folded);
        let last = pieces.len().checked_sub(1)?;
        for (at, piece) in pieces.into_iter().enumerate() {
            match piece {
                Piece::Word(word) => asked.word(word.replace('-', ""), at == last),
                Piece::Row(row) => asked.row(row),
            }
        }
        asked.terms.truncate(TERMS);
        (!asked.terms.is_empty()).then_some(asked)
    }

    fn word(&mut self, word: String, goes_on: bool) {
        if word.is_empty() || word.len() > LONGEST {
            return;
        }
        self.marks.push(word.clone());
        self.terms.push(if goes_on {
            Term::Begins(word)
        } else {
            Term::Word(word)
        });
    }

    fn row(&mut self, row: &str) {
        self.marks.push(row.to_owned());
        match row.chars().count() {
            1 => self.terms.push(Term::Begins(row.to_owned())),
            length => {
                let pairs = pairs(row).take(length - 1);
                self.terms
                    .extend(pairs.map(|pair| Term::Word(pair.to_owned())));
            }
        }
        if row.chars().count() > 2 {
            self.rows.push(row.to_owned());
        }
    }

    /// Whether some folded texts of a conversation that has all the words have the rows as they were asked for.
    #[must_use]
    pub fn stands_in(&self, texts: &[impl AsRef<str>]) -> bool {
        let stands = |row: &String| {
            texts
                .iter()
                .any(|text| text.as_ref().contains(row.as_str()))
        };
        self.rows.iter().all(stands)
    }

    /// Where the first of the words stands in a folded text, in characters.
    #[must_use]
    pub fn first_in(&self, folded: &str) -> Option<usize> {
        let found = self
            .marks
            .iter()
            .filter_map(|mark| folded.find(mark.as_str()));
        Some(folded[..found.min()?].chars().count())
    }

    /// How many of the words a folded text shows.
    #[must_use]
    pub fn shown_in(&self, folded: &str) -> usize {
        let plain = folded.replace('-', "");
        let shows =
            |mark: &&String| folded.contains(mark.as_str()) || plain.contains(mark.as_str());
        self.marks.iter().filter(shows).count()
    }
}

/// What a folded text is made of, without what stands between.
#[must_use]
pub fn pieces(folded: &str) -> Vec<Piece<'_>> {
    let mut pieces = Vec::new();
    let mut rest = folded;
    while let Some(begin) = rest.find(|c: char| c.is_alphanumeric()) {
        rest = &rest[begin..];
        let in_rows = rest.starts_with(is_written_in_rows);
        let goes_on = |c: char| match in_rows {
            true => is_written_in_rows(c),
            false => (c.is_alphanumeric() && !is_written_in_rows(c)) || c == '-',
        };
        let end = rest.find(|c: char| !goes_on(c)).unwrap_or(rest.len());
        let (piece, after) = rest.split_at(end);
        pieces.push(match in_rows {
            true => Piece::Row(piece),
            false => Piece::Word(piece.trim_end_matches('-')),
        });
        rest = after;
    }
    pieces
}

/// Whether a character is of a script that puts no blanks between words: Chinese, Japanese, Thai and their neighbours.
fn is_written_in_rows(c: char) -> bool {
    matches!(u32::from(c), 0x0e00..=0x0eff | 0x1000..=0x109f | 0x1780..=0x17ff | 0x3005..=0x30ff | 0x3400..=0x4dbf | 0x4e00..=0x9fff
        | 0xf900..=0xfaff | 0x2_0000..=0x3_ffff)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str) -> Vec<String> {
        let mut words = Words::new();
        add_words(text, &mut words);
        words.into_iter().collect()
    }

    #[test]
    fn words_are_letters_and_digits_in_a_row_and_pairs_of_chinese_characters() {
        assert_eq!(
            words("where is order #a-1042?"),
            ["1042", "a", "a1042", "is", "order", "where"]
        );
        assert_eq!(words("mia@example.com"), ["com", "example", "mia"]);
        let row = "\u{9000}\u{6b3e}\u{5230}";
        assert_eq!(
            words(row),
            ["\u{5230}", "\u{6b3e}\u{5230}", "\u{9000}\u{6b3e}"]
        );
        assert_eq!(
            words(&format!("{row}ok")),
            ["ok", "\u{5230}", "\u{6b3e}\u{5230}", "\u{9000}\u{6b3e}"]
        );
        assert!(words("?! -- \u{3002}").is_empty());
        assert!(words(&"x".repeat(65)).is_empty());
        let many: String = (0..3_000).map(|n| format!("w{n} ")).collect();
        assert_eq!(words(&many).len(), MOST);
    }

    #[test]
    fn a_question_needs_all_its_words_and_the_last_one_may_go_on() {
        let asked = Asked::parse("refund a-10").unwrap();
        assert_eq!(
            asked.terms,
            [Term::Word("refund".into()), Term::Begins("a10".into())]
        );
        assert_eq!(Asked::parse(" - ?"), None);
        let one = Asked::parse("\u{6b3e}").unwrap();
        assert_eq!(one.terms, [Term::Begins("\u{6b3e}".into())]);
        let three = Asked::parse("\u{9000}\u{6b3e}\u{5230}").unwrap();
        assert_eq!(three.terms.len(), 2);
        let apart = ["\u{9000}\u{6b3e}", "\u{6b3e}\u{5230}"];
        assert!(!three.stands_in(&apart));
        assert!(three.stands_in(&["\u{597d}\u{9000}\u{6b3e}\u{5230}"]));
        assert_eq!(asked.shown_in("the refund of a-1042"), 2);
        assert_eq!(asked.shown_in("hello"), 0);
    }
}
