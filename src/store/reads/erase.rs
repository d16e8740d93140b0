//! Reading what else goes with a conversation, and letting files go that nobody uses.

use std::collections::BTreeSet;

use serde::de::DeserializeOwned;

use crate::domain::account::Session;
use crate::domain::evidence::EvidenceHash;
use crate::domain::ids::ConversationId;
use crate::domain::webhook::Delivery;
use crate::store::disk::files;
use crate::store::door::Store;
use crate::store::error::StoreError;
use crate::store::keys;
use crate::store::keys::files::used_by_anybody;
use crate::store::local::Local;
use crate::store::page::MAX_PAGE;
use crate::store::record;

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
    pub(in crate::store) fn records_of<T: DeserializeOwned>(
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
    pub(in crate::store) fn each_record<T: DeserializeOwned>(
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
        let named = used_by_anybody(hash);
        if !self.keys(&named, &keys::after(&named), 1)?.is_empty() {
            return Ok(false);
        }
        let path = files::path_of(&self.evidence_folder(), hash);
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
