//! What commits touched of late: rows of conversations, and what waits in outboxes. Whoever keeps in mind what waits looks again at that, and
//! not at all of it.
//!
//! There is no second truth: what is kept is where something changed, and never to what. Who was away for too long looks at everything.

use std::collections::VecDeque;
use std::ops::Bound;
use std::sync::{Mutex, PoisonError};

use crate::domain::ids::{ConversationId, EndpointId};
use crate::store::batch::Changes;
use crate::store::keys;

#[cfg(test)]
mod tests {
    use super::*;

    fn outbox(name: &str) -> EndpointId {
        EndpointId::parse(name).unwrap()
    }

    fn row(id: &str) -> (ConversationId, Vec<u8>) {
        let id = ConversationId::parse(id).unwrap();
        (id.clone(), keys::conversation(&id))
    }

    fn waits(at: &EndpointId, number: u64) -> Vec<u8> {
        [&keys::waiting_at(at)[..], &number.to_be_bytes()].concat()
    }

    #[test]
    fn who_follows_hears_of_their_own_outbox_and_of_every_conversation_and_of_each_once() {
        let (touches, own, other) = (Touches::default(), outbox("a"), outbox("ab"));
        let (followed, all) = touches.since(None, &own);
        assert_eq!(all, None, "whoever has followed nothing reads everything");
        let (id, key) = row("c1");
        let mut changes = Changes::new();
        for key in [waits(&own, 7), waits(&other, 8), key, b"e1".to_vec()] {
            changes.insert(key, None);
        }
        touches.note(among(&changes));
        let (followed, some) = touches.since(Some(followed), &own);
        assert_eq!(some, Some(vec![Touched::Row(id), Touched::Waiting(7)]));
        assert_eq!(touches.since(Some(followed), &own).1, Some(Vec::new()));
    }

    #[test]
    fn who_was_away_for_longer_than_is_remembered_reads_everything() {
        let (touches, own) = (Touches::default(), outbox("a"));
        let (followed, _) = touches.since(None, &own);
        touches.note((0..KEPT as u64).map(|n| waits(&own, n)).collect());
        assert_eq!(touches.since(Some(followed), &own).1.unwrap().len(), KEPT);
        touches.note(vec![waits(&own, 1)]);
        assert_eq!(touches.since(Some(followed), &own).1, None);
    }
}

/// So many places are remembered.
const KEPT: usize = 8192;

/// How far somebody has followed what commits touch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Followed(u64);

/// What a commit touched.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Touched {
    /// The row of a conversation.
    Row(ConversationId),
    /// What waits, or waited, in the outbox that was asked about, under this number.
    Waiting(u64),
}

/// Where the last commits changed something.
#[derive(Debug, Default)]
pub(crate) struct Touches(Mutex<Last>);

#[derive(Debug, Default)]
struct Last {
    /// So many there were since the store was opened.
    count: u64,
    keys: VecDeque<Vec<u8>>,
}

/// The places among the changes that somebody may follow.
pub(crate) fn among(changes: &Changes) -> Vec<Vec<u8>> {
    let all = keys::waited_for().into_iter().flat_map(|kind| {
        let kind = (Bound::Included(kind.start), Bound::Excluded(kind.end));
        changes.range(kind).map(|(key, _)| key.clone())
    });
    all.collect()
}

impl Touches {
    /// These have changed, and every read sees it. Called before anybody is told that they have.
    pub(crate) fn note(&self, touched: Vec<Vec<u8>>) {
        let mut last = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        last.count += u64::try_from(touched.len()).unwrap_or(u64::MAX);
        last.keys.extend(touched);
        let surplus = last.keys.len().saturating_sub(KEPT);
        last.keys.drain(..surplus);
    }

    /// What was touched since then; none where more was than is remembered, or nothing was followed yet.
    pub(crate) fn since(
        &self,
        followed: Option<Followed>,
        outbox: &EndpointId,
    ) -> (Followed, Option<Vec<Touched>>) {
        let last = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let missed = followed.and_then(|Followed(at)| usize::try_from(last.count - at).ok());
        let first = missed.and_then(|missed| last.keys.len().checked_sub(missed));
        let touched = first.map(|first| {
            let keys = last.keys.range(first..);
            let found = keys.filter_map(|key| match keys::waiting_number(key, outbox) {
                Some(number) => Some(Touched::Waiting(number)),
                None => keys::conversation_at(key).map(Touched::Row),
            });
            found.collect()
        });
        (Followed(last.count), touched)
    }
}
