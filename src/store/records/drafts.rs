//! Agents' drafts, under the conversation: there are as many as agents write at a time, and they go with it.

use crate::domain::ids::ConversationId;
use crate::domain::written_draft::WrittenDraft;
use crate::store::disk::tx::Tx;
use crate::store::keys::Key;
use crate::store::record;
use crate::store::records::rows::Done;

/// All of a conversation.
pub(crate) fn of(conversation: &ConversationId) -> Vec<u8> {
    Key::new(b'G').id(conversation.as_str()).done()
}

/// Writes a draft; an empty one is none.
pub(crate) fn put(tx: &mut Tx<'_>, draft: &WrittenDraft) -> Done {
    let key = Key::from(&of(&draft.conversation))
        .id(draft.agent.as_str())
        .done();
    match draft.is_empty() {
        true => tx.delete(&key)?,
        false => tx.put(&key, &record::encode(draft)?)?,
    }
    Ok(())
}
