//! Which conversations have all that is asked for, the newest first.

use std::collections::BTreeMap;

use crate::domain::ids::ConversationId;
use crate::domain::search::Term;
use crate::store::door::Store;
use crate::store::error::StoreError;
use crate::store::keys::{self, Key};
use crate::store::local::Local;
use crate::store::records::search::{Block, COUNT, SPAN, block, numbered, word};

/// So many blocks of a word are laid over the others at a time.
const WINDOW: u32 = 32;
/// So many words are looked at that begin as somebody typed.
const BEGINNINGS: usize = 32;

/// Blocks by their range.
type Blocks = BTreeMap<u32, Block>;

impl Local {
    fn find(
        &self,
        terms: &[Term],
        before: Option<u32>,
        limit: usize,
    ) -> Result<Vec<(u32, ConversationId)>, StoreError> {
        let count: u32 = self.record(COUNT)?.unwrap_or_default();
        let end = before.unwrap_or(count).min(count);
        let terms = terms.iter().map(|term| self.words_of(term));
        let terms: Vec<Vec<String>> = terms.collect::<Result<_, _>>()?;
        let mut found = Vec::new();
        let mut above = end.div_ceil(SPAN);
        while above > 0 && found.len() < limit {
            let from = above.saturating_sub(WINDOW);
            let blocks = self.all_of(&terms, from, above)?;
            for (range, block) in blocks.into_iter().rev() {
                let numbers = block.numbers().rev();
                let numbers = numbers.map(|within| range * SPAN + u32::from(within));
                for number in numbers.filter(|number| *number < end) {
                    if found.len() == limit {
                        return Ok(found);
                    }
                    let id: Option<ConversationId> = self.record(&numbered(number))?;
                    found.extend(id.map(|id| (number, id)));
                }
            }
            above = from;
        }
        Ok(found)
    }

    /// Who has all terms, within some ranges.
    fn all_of(&self, terms: &[Vec<String>], from: u32, above: u32) -> Result<Blocks, StoreError> {
        let mut all: Option<Blocks> = None;
        for words in terms {
            let mut has = Blocks::new();
            for word in words {
                self.add_blocks(word, from, above, &mut has)?;
            }
            if let Some(before) = all {
                has.retain(|range, block| {
                    before.get(range).is_some_and(|other| {
                        block.keep(other);
                        !block.is_empty()
                    })
                });
            }
            if has.is_empty() {
                return Ok(has);
            }
            all = Some(has);
        }
        Ok(all.unwrap_or_default())
    }

    fn add_blocks(
        &self,
        word: &str,
        from: u32,
        above: u32,
        has: &mut Blocks,
    ) -> Result<(), StoreError> {
        // The newest range comes first.
        let newest = block(word, above.saturating_sub(1));
        let oldest = keys::after(&block(word, from));
        for (key, bytes) in self.page(&newest, &oldest, WINDOW as usize)? {
            let range = key.last_chunk().map(|bytes| !u32::from_be_bytes(*bytes));
            let block = Block::decode(&bytes)
                .ok_or_else(|| StoreError::damaged("a block of the index of words is none"))?;
            if let Some(range) = range {
                has.entry(range).or_default().add(&block);
            }
        }
        Ok(())
    }

    /// The words that a term stands for.
    fn words_of(&self, term: &Term) -> Result<Vec<String>, StoreError> {
        let begin = match term {
            Term::Word(word) => return Ok(vec![word.clone()]),
            Term::Begins(begin) => begin,
        };
        let all = Key::new(b'z').fixed(begin.as_bytes()).done();
        let (mut from, to) = (all.clone(), keys::after(&all));
        let mut words = Vec::new();
        while words.len() < BEGINNINGS {
            let Some((key, _)) = self.keys(&from, &to, 1)?.pop() else {
                break;
            };
            let Some((found, _)) = keys::id_of(&key[1..]) else {
                break;
            };
            words.push(found.to_owned());
            from = keys::after(&word(found).done());
        }
        Ok(words)
    }
}

impl Store {
    /// Up to `limit` conversations that have all terms, the newest first, each with its number; from below a number on.
    ///
    /// # Errors
    /// As every read.
    pub async fn find(
        &self,
        terms: &[Term],
        before: Option<u32>,
        limit: usize,
    ) -> Result<Vec<(u32, ConversationId)>, StoreError> {
        match self {
            Self::Sled(local) => local.find(terms, before, limit),
        }
    }
}
