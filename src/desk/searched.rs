//! What the audit log says of a search: whether somebody looked for a certain person, and nothing to somebody who does not ask for that one.
//!
//! The words themselves would be one more place where a name stands, one that is never erased and that every lead reads. No word at all would
//! tell an auditor nothing. So each word leaves a mark: a hash under a key that only this desk has. Whoever knows for whom they ask finds the
//! search by the same words (`Desk::sought`); whoever reads the log, or a copy of it, finds no name in it and can try none. What is typed is
//! searched for while it is not finished: a word is therefore found by its beginnings, too.

use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;

use super::search::fold;
use super::{Desk, DeskError};
use crate::domain::audit::Audited;
use crate::domain::ids::AgentId;
use crate::domain::search::{Asked, Term};

/// So much of a hash tells the words of one desk apart, and is too little to tell them by.
const BYTES: usize = 5;
/// The shortest beginning of a word that counts as a search for it, in characters.
const BEGINS: usize = 2;
/// The key also signs links: what is hashed for a mark is nothing that a link could be.
const PURPOSE: &str = "searched\0";

/// Words that searches are looked for by: for each of them, the marks that it may have left.
#[derive(Debug)]
pub(super) struct Sought(Vec<Vec<String>>);

impl Sought {
    /// Whether a line with these marks is of a search for all of the words. Where there is no word, it is of none.
    pub(super) fn is_in(&self, marks: &str) -> bool {
        let left: Vec<&str> = marks.split(' ').collect();
        let is_left = |word: &Vec<String>| word.iter().any(|mark| left.contains(&mark.as_str()));
        !self.0.is_empty() && self.0.iter().all(is_left)
    }
}

impl Desk {
    /// Writes down that an agent searched, and the marks of what for; once for a while for the same.
    ///
    /// # Errors
    /// When the store cannot write: then nothing is to be shown.
    pub async fn searched(&self, agent: &AgentId, asked: &str) -> Result<(), DeskError> {
        let key = self.key_of_links().await?;
        let mut marks: Vec<String> = Vec::new();
        for word in words(asked) {
            let mark = mark(&key, &word);
            if !marks.contains(&mark) {
                marks.push(mark);
            }
        }
        let about = Some(marks.join(" ")).filter(|marks| !marks.is_empty());
        self.looked(agent, Audited::Searched, about).await
    }

    /// By which marks a search for these words is found.
    pub(super) async fn sought(&self, asked: &str) -> Result<Sought, DeskError> {
        let key = self.key_of_links().await?;
        let marks = |word: &String| {
            let whole = mark(&key, word);
            let begins = word.char_indices().skip(BEGINS);
            let begins = begins.map(|(end, _)| mark(&key, &word[..end]));
            std::iter::once(whole).chain(begins).collect()
        };
        Ok(Sought(words(asked).iter().map(marks).collect()))
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
        let left = |asked: &str| {
            let marks: Vec<String> = words(asked).iter().map(|word| mark(&key, word)).collect();
            marks.join(" ")
        };
        let sought = |word: &str| {
            let ends = (2..=word.len()).map(|end| mark(&key, &word[..end]));
            Sought(vec![ends.collect()])
        };
        assert!(sought("field").is_in(&left("Mia FIELD")));
        assert!(sought("field").is_in(&left("mia fie")));
        assert!(!sought("field").is_in(&left("mia fielding")));
        assert!(!sought("field").is_in(&left("mia")));
        assert!(!Sought(Vec::new()).is_in(&left("mia")));
        assert!(!left("Mia Field").to_lowercase().contains("mia"));
        let other = [8; 32];
        assert_ne!(mark(&key, "mia"), mark(&other, "mia"));
    }
}
