//! Taking a conversation out of the store: its row, its log, and every place in every index that led to it, in one commit.

use crate::domain::ids::ConversationId;
use crate::domain::search::Words;
use crate::store::disk::tx::{Tx, WorkError};
use crate::store::keys;
use crate::store::records::drafts;
use crate::store::records::evidence;
use crate::store::records::facets;
use crate::store::records::inbox;
use crate::store::records::log;
use crate::store::records::reviews;
use crate::store::records::rows::{Done, Rows, stored};
use crate::store::records::search;

/// Removes a conversation, which is found by these words. What is not there needs no removing.
pub(crate) fn apply(tx: &mut Tx<'_>, rows: &Rows, id: &ConversationId, words: &Words) -> Done {
    let Some(found) = stored(tx, rows, id)? else {
        return Ok(());
    };
    let row = found.row;
    let mut from = keys::event(id, crate::domain::conversation::Seq(0));
    let end = keys::log_end(id);
    while let Some(key) = tx.next_key(&from, &end)? {
        if let Some(bytes) = tx.get(&key)? {
            for event in log::decode(&bytes)? {
                if let Some((sender, name)) = event.sent_as() {
                    tx.delete(&keys::sent(id, &sender, name))?;
                }
                evidence::places(&row.merchant, &event)
                    .into_iter()
                    .for_each(|place| tx.unmark(place));
            }
            tx.delete(&key)?;
        }
        from = [&key[..], &[0]].concat();
    }
    for place in inbox::places(&row) {
        tx.delete(&place)?;
    }
    for list in inbox::counts(&row) {
        let now = inbox::number(tx.get(&list)?)?.saturating_sub(1);
        tx.put(&list, &now.to_be_bytes())?;
    }
    let marks = facets::current(tx, &row)?
        .into_iter()
        .chain(crate::store::records::places::times(&row));
    marks.for_each(|place| tx.unmark(place));
    remove_all(tx, &reviews::of(id))?;
    remove_all(tx, &drafts::of(id))?;
    search::remove(tx, id, words)?;
    Ok(tx.delete(&keys::conversation(id))?)
}

/// Removes what begins so.
fn remove_all(
    tx: &mut Tx<'_>,
    prefix: &[u8],
) -> Result<(), WorkError<crate::store::records::rows::Refusal>> {
    let (mut from, end) = (prefix.to_vec(), keys::after(prefix));
    while let Some(key) = tx.next_key(&from, &end)? {
        tx.delete(&key)?;
        from = [&key[..], &[0]].concat();
    }
    Ok(())
}
