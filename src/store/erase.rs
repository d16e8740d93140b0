//! Taking a conversation out of the store: its row, its log, and every place in every index that led to it, in one commit.

use std::collections::BTreeSet;

use serde::de::DeserializeOwned;

use super::apply::{Done, Rows, stored};
use super::door::Store;
use super::drafts;
use super::error::StoreError;
use super::evidence;
use super::facets;
use super::inbox;
use super::keys;
use super::local::Local;
use super::log;
use super::reads::MAX_PAGE;
use super::record;
use super::reviews;
use super::search;
use super::tx::{Tx, WorkError};
use crate::domain::account::Session;
use crate::domain::evidence::EvidenceHash;
use crate::domain::ids::ConversationId;
use crate::domain::search::Words;
use crate::domain::webhook::Delivery;

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
        .chain(super::apply::times(&row));
    marks.for_each(|place| tx.unmark(place));
    remove_all(tx, &reviews::of(id))?;
    remove_all(tx, &drafts::of(id))?;
    search::remove(tx, id, words)?;
    Ok(tx.delete(&keys::conversation(id))?)
}

/// Removes what begins so.
fn remove_all(tx: &mut Tx<'_>, prefix: &[u8]) -> Result<(), WorkError<super::apply::Refusal>> {
    let (mut from, end) = (prefix.to_vec(), keys::after(prefix));
    while let Some(key) = tx.next_key(&from, &end)? {
        tx.delete(&key)?;
        from = [&key[..], &[0]].concat();
    }
    Ok(())
}

impl Local {
    fn sessions_that(
        &self,
        are_meant: impl Fn(&Session) -> bool,
    ) -> Result<Vec<Session>, StoreError> {
        let mut found = Vec::new();
        self.each_record::<Session>(b's', |session| {
            found.extend(Some(session).filter(&are_meant));
        })?;
        Ok(found)
    }

    fn deliveries_about(
        &self,
        all: &BTreeSet<ConversationId>,
    ) -> Result<Vec<(ConversationId, Delivery)>, StoreError> {
        let mut found = Vec::new();
        for kind in [b'w', b'g', b'D'] {
            self.each_record::<Delivery>(kind, |delivery| {
                let about = delivery.conversation().filter(|id| all.contains(id));
                found.extend(about.map(|id| (id, delivery)));
            })?;
        }
        Ok(found)
    }

    /// All records that begin so: a handful.
    pub(super) fn records_of<T: DeserializeOwned>(
        &self,
        prefix: &[u8],
    ) -> Result<Vec<T>, StoreError> {
        let (mut found, mut from, end) = (Vec::new(), prefix.to_vec(), keys::after(prefix));
        loop {
            let page = self.page(&from, &end, MAX_PAGE)?;
            let Some((last, _)) = page.last() else {
                return Ok(found);
            };
            from = [last.as_slice(), &[0]].concat();
            for (_, bytes) in &page {
                found.push(record::decode(bytes)?);
            }
        }
    }

    /// Reads all records of a kind.
    pub(super) fn each_record<T: DeserializeOwned>(
        &self,
        kind: u8,
        mut each: impl FnMut(T),
    ) -> Result<(), StoreError> {
        let (mut from, end) = (vec![kind], keys::after(&[kind]));
        loop {
            let page = self.page(&from, &end, MAX_PAGE)?;
            let Some((last, _)) = page.last() else {
                return Ok(());
            };
            from = [last.as_slice(), &[0]].concat();
            for (_, bytes) in &page {
                each(record::decode(bytes)?);
            }
        }
    }

    /// Removes a file that no event names any more.
    fn remove_unused(&self, hash: &EvidenceHash) -> Result<bool, StoreError> {
        let named = evidence::used_by_anybody(hash);
        if !self.keys(&named, &keys::after(&named), 1)?.is_empty() {
            return Ok(false);
        }
        let path = evidence::files::path_of(&self.evidence_folder(), hash);
        match std::fs::remove_file(&path) {
            Ok(()) => Ok(true),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(false),
            Err(error) => Err(StoreError::io("remove", &path, error)),
        }
    }
}

impl Store {
    /// The sessions that something is said of. Reads all sessions: for what is rarely done.
    ///
    /// # Errors
    /// As every read.
    pub async fn sessions_that(
        &self,
        are_meant: impl Fn(&Session) -> bool,
    ) -> Result<Vec<Session>, StoreError> {
        match self {
            Self::Sled(local) => local.sessions_that(are_meant),
        }
    }

    /// All that endpoints and platforms were told of these conversations, or are to be told. Reads all that is kept of that: for what
    /// is rarely done.
    ///
    /// # Errors
    /// As every read.
    pub async fn deliveries_about(
        &self,
        all: &BTreeSet<ConversationId>,
    ) -> Result<Vec<(ConversationId, Delivery)>, StoreError> {
        match self {
            Self::Sled(local) => local.deliveries_about(all),
        }
    }

    /// Removes a file of evidence from the disk if no event names it; says whether one was there. Nobody may be handing it in.
    ///
    /// # Errors
    /// When the disk refuses.
    pub async fn remove_unused_file(&self, hash: &EvidenceHash) -> Result<bool, StoreError> {
        match self {
            Self::Sled(local) => local.remove_unused(hash),
        }
    }
}
