//! Files that were handed in: keeping them, and reading where they were handed in.

use std::sync::Arc;

use jiff::Timestamp;

use crate::domain::conversation::{Actor, Event, Seq};
use crate::domain::evidence::{Attachment, EvidenceHash, Look};
use crate::domain::ids::{ConversationId, MerchantId};
use crate::store::disk::engine::Pair;
use crate::store::disk::files;
use crate::store::door::Store;
use crate::store::error::StoreError;
use crate::store::keys::files::{handed_in, looks, used};
use crate::store::keys::{self, Key};
use crate::store::local::Local;

/// So many places of one file, or of one band of looks, are read.
const PLACES: usize = 1_000;

/// A conversation and the number of an event, which end a key.
fn event_at(end: &[u8]) -> Option<(ConversationId, Seq)> {
    let (id, rest) = keys::id_of(end)?;
    let seq = u64::from_be_bytes(rest.try_into().ok()?);
    Some((ConversationId::parse(id).ok()?, Seq(seq)))
}

impl Local {
    fn all(&self, prefix: &[u8], limit: usize) -> Result<Vec<Pair>, StoreError> {
        self.keys(prefix, &keys::after(prefix), limit)
    }

    fn attached(
        &self,
        conversation: &ConversationId,
        hash: &EvidenceHash,
    ) -> Result<Option<Event>, StoreError> {
        let prefix = handed_in(conversation, hash).done();
        let first = self.all(&prefix, 1)?.pop();
        let seq = first.and_then(|(key, _)| key.last_chunk().map(|seq| u64::from_be_bytes(*seq)));
        match seq {
            None => Ok(None),
            Some(seq) => Ok(self.attachment_event(conversation, Seq(seq))?),
        }
    }

    fn attachment_event(
        &self,
        conversation: &ConversationId,
        seq: Seq,
    ) -> Result<Option<Event>, StoreError> {
        let before = Seq(seq.0.saturating_sub(1));
        Ok(self.events(conversation, before, 1)?.pop())
    }

    /// How many files the customer handed in since a time.
    fn attached_since(
        &self,
        conversation: &ConversationId,
        since: Timestamp,
    ) -> Result<usize, StoreError> {
        let prefix = Key::new(b'f').id(conversation.as_str()).done();
        let found = self.all(&prefix, usize::MAX)?;
        let numbers = found.iter().filter_map(|(key, _)| key.last_chunk());
        let mut numbers: Vec<u64> = numbers.map(|seq| u64::from_be_bytes(*seq)).collect();
        numbers.sort_unstable();
        let mut count = 0;
        for seq in numbers.into_iter().rev() {
            match self.attachment_event(conversation, Seq(seq))? {
                Some(event) if event.at >= since => {
                    count += usize::from(event.by == Actor::Customer)
                }
                _ => break,
            }
        }
        Ok(count)
    }

    /// The events with this file, or with a picture that looks the same, of one merchant's customers.
    fn alike(&self, merchant: &MerchantId, file: &Attachment) -> Result<Vec<Event>, StoreError> {
        let prefix = used(&file.hash, merchant).done();
        let mut found: Vec<(ConversationId, Seq)> = self
            .all(&prefix, PLACES)?
            .iter()
            .filter_map(|(key, _)| event_at(&key[prefix.len()..]))
            .collect();
        if let Some(look) = file.look {
            found.extend(self.looking_alike(merchant, look)?);
        }
        found.sort();
        found.dedup();
        let mut events = Vec::new();
        for (conversation, seq) in found {
            events.extend(self.attachment_event(&conversation, seq)?);
        }
        Ok(events)
    }

    fn looking_alike(
        &self,
        merchant: &MerchantId,
        look: Look,
    ) -> Result<Vec<(ConversationId, Seq)>, StoreError> {
        let mut found = Vec::new();
        for band in look.bands_of_alike() {
            let prefix = looks(merchant, band).done();
            for (key, _) in self.all(&prefix, PLACES)? {
                let rest = key[prefix.len()..].split_first_chunk::<8>();
                let Some((other, end)) = rest else { continue };
                if look.is_like(Look(u64::from_be_bytes(*other))) {
                    found.extend(event_at(end));
                }
            }
        }
        Ok(found)
    }
}

impl Store {
    /// Puts a file on disk under its hash. When this returns, it is durable; nothing names it yet.
    ///
    /// # Errors
    /// When the disk refuses, or is nearly full.
    pub async fn keep_evidence(
        &self,
        hash: EvidenceHash,
        bytes: Vec<u8>,
    ) -> Result<(), StoreError> {
        match self {
            Self::Sled(local) => {
                let local = Arc::clone(local);
                local.check_room()?;
                blocking(move || files::keep(&local.evidence_folder(), &hash, &bytes)).await
            }
        }
    }

    /// A file by its hash, if it is there and whole. Who may have it, is for the caller to know.
    ///
    /// # Errors
    /// When the disk refuses.
    pub async fn evidence(&self, hash: EvidenceHash) -> Result<Option<Vec<u8>>, StoreError> {
        match self {
            Self::Sled(local) => {
                let local = Arc::clone(local);
                blocking(move || files::read(&local.evidence_folder(), &hash)).await
            }
        }
    }

    /// The event by which a file first came into a conversation.
    ///
    /// # Errors
    /// As every read.
    pub async fn attached(
        &self,
        conversation: &ConversationId,
        hash: &EvidenceHash,
    ) -> Result<Option<Event>, StoreError> {
        match self {
            Self::Sled(local) => local.attached(conversation, hash),
        }
    }

    /// How many files came into a conversation since a time.
    ///
    /// # Errors
    /// As every read.
    pub async fn attached_since(
        &self,
        conversation: &ConversationId,
        since: Timestamp,
    ) -> Result<usize, StoreError> {
        match self {
            Self::Sled(local) => local.attached_since(conversation, since),
        }
    }

    /// The events by which a file, or a picture that looks the same, came from a merchant's customers.
    ///
    /// # Errors
    /// As every read.
    pub async fn alike(
        &self,
        merchant: &MerchantId,
        file: &Attachment,
    ) -> Result<Vec<Event>, StoreError> {
        match self {
            Self::Sled(local) => local.alike(merchant, file),
        }
    }
}

/// Runs what waits for the disk where it keeps nobody else waiting.
async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, StoreError> + Send + 'static,
) -> Result<T, StoreError> {
    let done = tokio::task::spawn_blocking(work).await;
    done.unwrap_or_else(|_| Err(StoreError::misused("work on a file did not end")))
}
