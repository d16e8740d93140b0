//! What the audit log says of a search: whether somebody looked for a certain person, and nothing to somebody who does not ask for that one.
//!
//! The words themselves would be one more place where a name stands, one that is never erased and that every lead reads. No word at all would
//! tell an auditor nothing. So each word leaves a mark: a hash under a key that only this desk has. Whoever knows for whom they ask finds the
//! search by the same words (`Desk::sought`); whoever reads the log, or a copy of it, finds no name in it and can try none. What is typed is
//! searched for while it is not finished: a word is therefore found by its beginnings, too.

use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;

use crate::desk::agents::search::fold;
use crate::desk::{Desk, DeskError};
use crate::domain::audit::Audited;
use crate::domain::ids::AgentId;
use crate::domain::search::{Asked, Piece, Term, pieces};

/// So much of a hash tells the words of one desk apart, and is too little to tell them by.
const BYTES: usize = 5;
/// The shortest beginning of a word that counts as a search for it, in characters.
const BEGINS: usize = 2;
/// So many rows of one search leave a mark of their own.
const ROWS: usize = 8;
/// The key also signs links: what is hashed for a mark is nothing that a link could be.
const PURPOSE: &str = "searched\0";

/// A row of Chinese characters leaves, beside the marks of its pairs, one of the whole row: from the pairs alone nobody could tell a name that was
/// typed in part from another name that begins so.
const ROW: char = '\u{4}';

/// Words that searches are looked for by: for each of them, what it may have left.
#[derive(Debug)]
pub(in crate::desk) struct Sought(Vec<Vec<Left>>);

/// What a search for a word leaves in a line.
#[derive(Debug)]
enum Left {
    /// All of these marks.
    All(Vec<String>),
    /// These at its end, as lines had them that have no mark of a row: what was typed last may be unfinished.
    Last(Vec<String>),
}

impl Sought {
    fn of(key: &[u8; 32], asked: &str) -> Self {
        let folded = fold(asked);
        let pieces = pieces(&folded).into_iter();
        let left = pieces.filter_map(|piece| match piece {
            Piece::Word(word) => left_by_word(key, word),
            Piece::Row(row) => Some(left_by_row(key, row)),
        });
        Self(left.collect())
    }

    /// Whether a line with these marks is of a search for all of the words. Where there is no word, it is of none.
    pub(in crate::desk) fn is_in(&self, marks: &str) -> bool {
        let marks: Vec<&str> = marks.split(' ').collect();
        let is_left = |left: &Left| match left {
            Left::All(all) => all.iter().all(|mark| marks.contains(&mark.as_str())),
            Left::Last(last) => {
                let end = marks.len().checked_sub(last.len());
                end.is_some_and(|end| last.iter().eq(&marks[end..]))
            }
        };
        !self.0.is_empty() && self.0.iter().all(|word| word.iter().any(is_left))
    }
}

/// A word, or how it begins.
fn left_by_word(key: &[u8; 32], word: &str) -> Option<Vec<Left>> {
    let word = words(word).pop()?;
    let begins = word.char_indices().skip(BEGINS).map(|(end, _)| end);
    let ends = begins.chain([word.len()]);
    let left = ends.map(|end| Left::All(vec![mark(key, &word[..end])]));
    Some(left.collect())
}

/// A row, wherever it stands in a longer one, or how it begins.
fn left_by_row(key: &[u8; 32], row: &str) -> Vec<Left> {
    let pairs: Vec<String> = words(row).iter().map(|pair| mark(key, pair)).collect();
    let ends = row.char_indices().skip(BEGINS).map(|(end, _)| end);
    let begins = ends.map(|end| Left::All(vec![mark(key, &whole_row(&row[..end]))]));
    let last = (1..pairs.len()).map(|count| Left::Last(pairs[..count].to_vec()));
    let all = std::iter::once(Left::All(pairs.clone()));
    all.chain(begins).chain(last).collect()
}

fn whole_row(row: &str) -> String {
    format!("{ROW}{row}")
}

/// The marks of a search, each once.
fn marks_of(key: &[u8; 32], asked: &str) -> Vec<String> {
    let folded = fold(asked);
    let rows = pieces(&folded).into_iter().filter_map(|piece| match piece {
        Piece::Row(row) if row.chars().count() >= BEGINS => Some(whole_row(row)),
        Piece::Row(_) | Piece::Word(_) => None,
    });
    let rows: Vec<String> = rows.take(ROWS).collect();
    let mut marks: Vec<String> = Vec::new();
    for word in words(asked).iter().chain(&rows) {
        let mark = mark(key, word);
        if !marks.contains(&mark) {
            marks.push(mark);
        }
    }
    marks
}

impl Desk {
    /// Writes down that an agent searched, and the marks of what for; once for a while for the same.
    ///
    /// # Errors
    /// When the store cannot write: then nothing is to be shown.
    pub async fn searched(&self, agent: &AgentId, asked: &str) -> Result<(), DeskError> {
        let key = self.key_of_links().await?;
        let marks = marks_of(&key, asked);
        let about = Some(marks.join(" ")).filter(|marks| !marks.is_empty());
        self.looked(agent, Audited::Searched, about).await
    }

    /// By which marks a search for these words is found.
    pub(in crate::desk) async fn sought(&self, asked: &str) -> Result<Sought, DeskError> {
        let key = self.key_of_links().await?;
        Ok(Sought::of(&key, asked))
    }
}

/// The words that are looked for, as the search itself reads them.
fn words(asked: &str) -> Vec<String> {
    let asked = Asked::parse(&fold(asked)).unwrap_or_default();
    let word = |term| match term {
        Term::Word(word) | Term::Begins(word) => word,
    };
    asked.terms.into_iter().map(word).collect()
}

fn mark(key: &[u8; 32], word: &str) -> String {
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(key) else {
        return String::new();
    };
    mac.update(PURPOSE.as_bytes());
    mac.update(word.as_bytes());
    let hash = mac.finalize().into_bytes();
    let hash = hash.iter().take(BYTES);
    hash.map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_search_is_found_by_its_words_and_their_beginnings_and_by_no_others() {
        let key = [7; 32];
        let left = |asked: &str| marks_of(&key, asked).join(" ");
        let sought = |words: &str| Sought::of(&key, words);
        assert!(sought("field").is_in(&left("Mia FIELD")));
        assert!(sought("field").is_in(&left("mia fie")));
        assert!(!sought("field").is_in(&left("mia fielding")));
        assert!(!sought("field").is_in(&left("mia")));
        assert!(!sought("?").is_in(&left("mia")));
        assert!(!left("Mia Field").to_lowercase().contains("mia"));
        let other = [8; 32];
        assert_ne!(mark(&key, "mia"), mark(&other, "mia"));
    }

    #[test]
    fn a_chinese_name_that_was_typed_in_part_is_found_and_another_that_begins_so_is_not() {
        let key = [7; 32];
        let left = |asked: &str| marks_of(&key, asked).join(" ");
        let name = Sought::of(&key, "\u{674e}\u{5c0f}\u{9f99}");
        for asked in [
            "\u{674e}\u{5c0f}\u{9f99}",
            "\u{674e}\u{5c0f}",
            "\u{674e}\u{5c0f} refund",
            "refund \u{674e}\u{5c0f}",
            "\u{627e}\u{674e}\u{5c0f}\u{9f99}",
        ] {
            assert!(name.is_in(&left(asked)), "{asked}");
        }
        for asked in [
            "\u{674e}\u{5c0f}\u{660e}",
            "\u{674e}",
            "\u{5c0f}\u{9f99}",
            "refund",
        ] {
            assert!(!name.is_in(&left(asked)), "{asked}");
        }
        // Lines of before there was a mark of a row.
        let pair = mark(&key, "\u{674e}\u{5c0f}");
        let other = mark(&key, "\u{5c0f}\u{660e}");
        assert!(name.is_in(&pair));
        assert!(!name.is_in(&format!("{pair} {other}")));
    }
}
