//! What was said is found by its words, or marked to be read.

use super::records::{Check, Outcome};
use crate::domain::conversation::Conversation;
use crate::domain::ids::ConversationId;
use crate::store::keys;
use crate::store::record;
use crate::store::records::facets;
use crate::store::records::search::{self, Block, Indexed};

impl Check<'_, '_> {
    /// What agents wrote beside a conversation goes with it.
    pub(super) fn is_of(&mut self, id: &ConversationId, name: &str) -> Outcome {
        if self.merged.raw(&keys::conversation(id))?.is_none() {
            self.found.problem(format!(
                "{name} is of conversation {id}, which is not there"
            ));
        }
        Ok(())
    }

    /// The places of a conversation in the lists by facet, and in the index of words or before it.
    pub(super) fn found_by(&mut self, row: &Conversation, name: &str) -> Outcome {
        let about = match facets::about_key(row) {
            Some(key) => self.record(&key)?,
            None => None,
        };
        for place in facets::places(row, about.as_ref()) {
            self.expect(&place, name)?;
        }
        let read: Option<Indexed> = self.record(&search::indexed(&row.id))?;
        if let Some(read) = read {
            let number = search::numbered(read.number);
            self.expect(&number, name)?;
            if self.record(&number)?.as_ref() != Some(&row.id) {
                let words = format!("{name}: another has its number in the index of words");
                self.found.problem(words);
            }
        }
        let is_read = read.is_some_and(|read| read.seq == row.last_seq) || row.last_seq.0 == 0;
        if !is_read && self.merged.raw(&search::to_index(&row.id))?.is_none() {
            let words = format!("{name}: not all of it is found by its words, and nothing says so");
            self.found.problem(words);
        }
        Ok(())
    }

    /// Every block is one, and its numbers are given.
    pub(super) fn words(&mut self) -> Outcome {
        let count = self.merged.raw(search::COUNT)?.and_then(|bytes| {
            let bytes = self.merged.whole(search::COUNT, bytes).ok()??;
            record::decode::<u32>(&bytes).ok()
        });
        let (count, merged) = (count.unwrap_or(0), self.merged);
        self.each::<ConversationId>(b'M', "number of a conversation", |_, _| Ok(()))?;
        merged.walk(b"z", b"{", |key, bytes| {
            let range = key
                .last_chunk()
                .map_or(0, |last| !u32::from_be_bytes(*last));
            let block = merged.whole(&key, bytes)?;
            let block = block.and_then(|bytes| Block::decode(&bytes));
            let last = block.and_then(|block| block.numbers().next_back());
            let last = last.map(|last| range * search::SPAN + u32::from(last));
            if last.is_none_or(|last| last >= count) {
                let words = "a block of the index of words names nobody".to_owned();
                self.found.problem(words);
            }
            Ok(())
        })
    }
}
