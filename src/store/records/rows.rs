//! What a change of records answers, and the row of a conversation as changes find it.

use std::sync::Arc;

use crate::domain::conversation::Conversation;
use crate::domain::ids::ConversationId;
use crate::store::disk::tx::{Tx, WorkError};
use crate::store::keys;
use crate::store::memory::memo::Memo;

/// What a commit was based on has changed: the conversation as it is now, or none if there is none.
pub(crate) type Refusal = Option<Box<Conversation>>;

/// Rows that were decoded a moment ago.
pub(crate) type Rows = Arc<Memo<Conversation>>;

/// Whether a change could be made.
pub(crate) type Done = Result<(), WorkError<Refusal>>;

/// A conversation's row as it is stored.
pub(crate) struct Stored {
    pub(crate) row: Arc<Conversation>,
    /// How many further parts its value has.
    pub(crate) parts: u16,
}

/// The conversation as it is now.
pub(crate) fn stored(
    tx: &Tx<'_>,
    rows: &Rows,
    id: &ConversationId,
) -> Result<Option<Stored>, WorkError<Refusal>> {
    let key = keys::conversation(id);
    let Some((bytes, parts)) = tx.get_parts(&key)? else {
        return Ok(None);
    };
    let row = rows.decode(&key, bytes)?;
    Ok(Some(Stored { row, parts }))
}
