//! The index of words: which conversations have a word, the newest first, in all history.
//!
//! Every conversation gets a number when it is first read for its words. For each word there is a block of at most 512 bytes per 4096
//! conversations that says which of them have it (`block`), so that a word that all conversations have takes a bit each, and a question is
//! answered by laying blocks over each other.
//!
//! A commit that says something only marks its conversation, in the same commit: a turn pays for one key. The desk reads what is marked
//! soon after, many conversations at a time, and before every search. What a word stands for is the desk's to say; here a word is text.

mod block;

use serde::{Deserialize, Serialize};

use crate::domain::conversation::Seq;
use crate::domain::ids::ConversationId;
use crate::domain::search::Words;
use crate::store::disk::tx::Tx;
use crate::store::error::StoreError;
use crate::store::keys::Key;
use crate::store::record;
use crate::store::records::rows::{Done, Rows, stored};

pub(in crate::store) use block::{Block, SPAN};

/// How far a conversation can be found by its words.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Indexed {
    /// Its number in the index.
    pub number: u32,
    /// The last event that was read.
    pub seq: Seq,
}

/// What a conversation is to be found by from now on, beside what it was found by before.
#[derive(Clone, Debug)]
pub struct Indexing {
    /// Which conversation.
    pub conversation: ConversationId,
    /// The last event that was read.
    pub seq: Seq,
    /// The words.
    pub words: Words,
}

/// A change of the index, ready to be written.
#[derive(Clone, Debug, Default)]
pub struct IndexChange {
    pub(in crate::store) blocks: Vec<(Vec<u8>, Block)>,
    pub(crate) seen: Vec<(ConversationId, Indexed)>,
    /// Marked, and not there any more.
    pub(crate) gone: Vec<ConversationId>,
    pub(crate) count: u32,
}

/// Something was said in a conversation that it is not found by yet.
pub(crate) fn to_index(conversation: &ConversationId) -> Vec<u8> {
    Key::new(b'N').id(conversation.as_str()).done()
}

/// How far a conversation is found by its words.
pub(crate) fn indexed(conversation: &ConversationId) -> Vec<u8> {
    Key::new(b'm').id(conversation.as_str()).done()
}

/// The conversation with a number.
pub(crate) fn numbered(number: u32) -> Vec<u8> {
    Key::new(b'M').fixed(&number.to_be_bytes()).done()
}

/// How many are numbered.
pub(crate) const COUNT: &[u8] = b"Q";

/// The blocks of a word; of words that begin so, without the end.
pub(crate) fn word(word: &str) -> Key {
    Key::new(b'z').id(word)
}

/// One of them: the newest first.
pub(crate) fn block(of: &str, range: u32) -> Vec<u8> {
    word(of).fixed(&(!range).to_be_bytes()).done()
}

/// Where a number stands: in which block, and there.
pub(crate) fn place(number: u32) -> (u32, u16) {
    #[allow(clippy::cast_possible_truncation)] // below 4096
    let within = (number % SPAN) as u16;
    (number / SPAN, within)
}

/// Writes a change of the index. A conversation in which more was said meanwhile stays marked.
pub(crate) fn apply(tx: &mut Tx<'_>, rows: &Rows, change: IndexChange) -> Done {
    for (key, block) in change.blocks {
        match block.is_empty() {
            true => tx.unmark(key),
            false => drop(tx.put_new(&key, &block.encode())),
        }
    }
    for (id, read) in change.seen {
        tx.put_new(&indexed(&id), &record::encode(&read)?);
        tx.put_new(&numbered(read.number), &record::encode(&id)?);
        let row = stored(tx, rows, &id)?;
        if row.is_none_or(|now| now.row.last_seq == read.seq) {
            tx.unmark(to_index(&id));
        }
    }
    change.gone.iter().for_each(|id| tx.unmark(to_index(id)));
    tx.put_new(COUNT, &record::encode(&change.count)?);
    Ok(())
}

/// Takes a conversation out of the blocks of these words.
pub(crate) fn remove(tx: &mut Tx<'_>, id: &ConversationId, words: &Words) -> Done {
    tx.unmark(to_index(id));
    let Some(bytes) = tx.get(&indexed(id))? else {
        return Ok(());
    };
    let read: Indexed = record::decode(&bytes)?;
    let (range, within) = place(read.number);
    for word in words {
        let key = block(word, range);
        let Some(bytes) = tx.get(&key)? else {
            continue;
        };
        let mut left = Block::decode(&bytes)
            .ok_or_else(|| StoreError::damaged("a block of the index of words is none"))?;
        if left.remove(within) {
            match left.is_empty() {
                true => tx.unmark(key),
                false => drop(tx.put_new(&key, &left.encode())),
            }
        }
    }
    tx.delete(&numbered(read.number))?;
    Ok(tx.delete(&indexed(id))?)
}
