//! Reading notices, and who waits to hear of their end.

use crate::domain::ids::{ConversationId, MerchantId, NoticeId};
use crate::domain::notice::Notice;
use crate::domain::notice::surge::Rates;
use crate::store::door::Store;
use crate::store::error::StoreError;
use crate::store::keys;
use crate::store::local::Local;
use crate::store::page::MAX_PAGE;
use crate::store::record;

impl Local {
    fn notices(&self, from: &[u8], to: &[u8], limit: usize) -> Result<Vec<Notice>, StoreError> {
        let page = self.page(from, to, limit.min(MAX_PAGE))?;
        page.iter()
            .map(|(_, bytes)| record::decode(bytes))
            .collect()
    }

    fn notices_among(
        &self,
        all: &[u8],
        after: Option<&NoticeId>,
        limit: usize,
    ) -> Result<Vec<Notice>, StoreError> {
        let from = match after {
            Some(id) => keys::after(&keys::Key::from(all).id(id.as_str()).done()),
            None => all.to_vec(),
        };
        self.notices(&from, &keys::after(all), limit)
    }

    fn notice(
        &self,
        merchant: Option<&MerchantId>,
        id: &NoticeId,
    ) -> Result<Option<Notice>, StoreError> {
        for key in keys::notice_places(merchant, id) {
            if let Some(bytes) = self.get(&key)? {
                return Ok(Some(record::decode(&bytes)?));
            }
        }
        Ok(None)
    }

    pub(crate) fn unsettled_notices(
        &self,
        after: Option<&Notice>,
        limit: usize,
    ) -> Result<Vec<Notice>, StoreError> {
        let all = keys::all_live_notices();
        let from = after.map(|last| keys::after(&keys::notice(last)));
        self.notices(from.as_deref().unwrap_or(all.start), all.end, limit)
    }

    fn linked(
        &self,
        id: &NoticeId,
        after: Option<&ConversationId>,
        limit: usize,
    ) -> Result<Vec<ConversationId>, StoreError> {
        let all = keys::linked_to(id);
        let from = after.map(|last| keys::after(&keys::linked(id, last)));
        let from = from.as_deref().unwrap_or(&all);
        let found = self.keys(from, &keys::after(&all), limit)?;
        let ids = found.iter();
        let ids = ids.filter_map(|(key, _)| keys::id_of(key.get(all.len()..)?));
        Ok(ids
            .filter_map(|(id, _)| ConversationId::parse(id).ok())
            .collect())
    }

    fn rates(&self, merchant: &MerchantId) -> Result<Option<Rates>, StoreError> {
        let stored = self.get(&keys::rates(merchant))?;
        stored.map(|bytes| record::decode(&bytes)).transpose()
    }
}

/// The notices as others see them.
impl Store {
    /// A notice of a merchant, or one for everybody.
    ///
    /// # Errors
    /// As every read.
    pub async fn notice(
        &self,
        merchant: Option<&MerchantId>,
        id: &NoticeId,
    ) -> Result<Option<Notice>, StoreError> {
        match self {
            Self::Sled(local) => local.notice(merchant, id),
        }
    }

    /// Up to `limit` notices (at most [`crate::store::MAX_PAGE`]) of a merchant, or of those for everybody, about which something is left to
    /// be done, after one of them.
    ///
    /// # Errors
    /// As every read.
    pub async fn live_notices(
        &self,
        merchant: Option<&MerchantId>,
        after: Option<&NoticeId>,
        limit: usize,
    ) -> Result<Vec<Notice>, StoreError> {
        match self {
            Self::Sled(local) => local.notices_among(&keys::live_notices(merchant), after, limit),
        }
    }

    /// As [`Self::live_notices`], of those that are settled.
    ///
    /// # Errors
    /// As every read.
    pub async fn settled_notices(
        &self,
        merchant: Option<&MerchantId>,
        after: Option<&NoticeId>,
        limit: usize,
    ) -> Result<Vec<Notice>, StoreError> {
        match self {
            Self::Sled(local) => {
                local.notices_among(&keys::settled_notices(merchant), after, limit)
            }
        }
    }

    /// Up to `limit` notices (at most [`crate::store::MAX_PAGE`]), whosever, about which something is left to be done, behind one of them.
    ///
    /// # Errors
    /// As every read.
    pub async fn unsettled_notices(
        &self,
        after: Option<&Notice>,
        limit: usize,
    ) -> Result<Vec<Notice>, StoreError> {
        match self {
            Self::Sled(local) => local.unsettled_notices(after, limit),
        }
    }

    /// The open notices of a merchant, then those for everybody. Asked for in every turn, they are kept in memory.
    ///
    /// # Errors
    /// As every read.
    pub async fn open_notices(&self, merchant: &MerchantId) -> Result<Vec<Notice>, StoreError> {
        match self {
            Self::Sled(local) => local.open_notices(merchant),
        }
    }

    /// Up to `limit` conversations whose customers are to be told when a notice ends, and have not been, after one of
    /// them.
    ///
    /// # Errors
    /// As every read.
    pub async fn linked(
        &self,
        notice: &NoticeId,
        after: Option<&ConversationId>,
        limit: usize,
    ) -> Result<Vec<ConversationId>, StoreError> {
        match self {
            Self::Sled(local) => local.linked(notice, after, limit),
        }
    }

    /// How often troubles come to a merchant, as it was last written.
    ///
    /// # Errors
    /// As every read.
    pub async fn rates(&self, merchant: &MerchantId) -> Result<Option<Rates>, StoreError> {
        match self {
            Self::Sled(local) => local.rates(merchant),
        }
    }
}
