//! The reads: small, each the cost of what it returns. Pages have a limit; nothing here counts or scans a whole kind.

use jiff::Timestamp;
use serde::de::DeserializeOwned;

use super::error::StoreError;
use super::inbox::{self, Cursor, InboxPage, Scope, View};
use super::keys;
use super::local::Local;
use super::record;
use crate::domain::account::{Agent, ApiKey, Session, TokenHash};
use crate::domain::conversation::{Conversation, Event, Seq};
use crate::domain::ids::{AgentId, ClientId, ConversationId, MerchantId, OrderId};
use crate::domain::order::{Order, fold_email, fold_phone};
use crate::domain::tally::{Tally, TallyKey};

/// No page is longer, whatever is asked for.
pub const MAX_PAGE: usize = 200;

/// Something whose time has come.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Due {
    /// A snoozed conversation comes back.
    Snoozed(ConversationId),
    /// A session has ended.
    Session(TokenHash),
}

/// How a customer's address is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Address<'a> {
    /// An e-mail address, in any case.
    Email(&'a str),
    /// A phone number, however it is written.
    Phone(&'a str),
}

impl Local {
    fn record<T: DeserializeOwned>(&self, key: &[u8]) -> Result<Option<T>, StoreError> {
        self.get(key)?
            .map(|bytes| record::decode(&bytes))
            .transpose()
    }

    fn records<T: DeserializeOwned>(
        &self,
        from: &[u8],
        to: &[u8],
        limit: usize,
    ) -> Result<Vec<T>, StoreError> {
        let page = self.page(from, to, limit.min(MAX_PAGE))?;
        page.iter()
            .map(|(_, bytes)| record::decode(bytes))
            .collect()
    }

    pub(crate) fn conversation(
        &self,
        id: &ConversationId,
    ) -> Result<Option<Conversation>, StoreError> {
        self.record(&keys::conversation(id))
    }

    pub(crate) fn conversations(
        &self,
        after: Option<&ConversationId>,
        limit: usize,
    ) -> Result<Vec<Conversation>, StoreError> {
        let from = after.map_or_else(|| b"c".to_vec(), |id| keys::after(&keys::conversation(id)));
        self.records(&from, b"d", limit)
    }

    pub(crate) fn events(
        &self,
        id: &ConversationId,
        after: Seq,
        limit: usize,
    ) -> Result<Vec<Event>, StoreError> {
        let from = keys::event(id, after.next());
        let to = [&keys::event(id, Seq(u64::MAX))[..], &[0]].concat();
        self.records(&from, &to, limit)
    }

    pub(crate) fn event(&self, id: &ConversationId, seq: Seq) -> Result<Option<Event>, StoreError> {
        self.record(&keys::event(id, seq))
    }

    pub(crate) fn message_by_client_id(
        &self,
        id: &ConversationId,
        sender: &str,
        name: &ClientId,
    ) -> Result<Option<Event>, StoreError> {
        match self.get(&keys::sent(id, sender, name))? {
            None => Ok(None),
            Some(seq) => self.event(id, Seq(inbox::number(Some(seq))?)),
        }
    }

    pub(crate) fn order(
        &self,
        merchant: &MerchantId,
        id: &OrderId,
    ) -> Result<Option<Order>, StoreError> {
        self.record(&keys::order(merchant, id))
    }

    pub(crate) fn orders(
        &self,
        merchant: &MerchantId,
        after: Option<&OrderId>,
        limit: usize,
    ) -> Result<Vec<Order>, StoreError> {
        let all = keys::orders(merchant);
        let from = after.map_or_else(|| all.clone(), |id| keys::after(&keys::order(merchant, id)));
        self.records(&from, &keys::after(&all), limit)
    }

    pub(crate) fn orders_of_contact(
        &self,
        merchant: &MerchantId,
        address: Address<'_>,
        limit: usize,
    ) -> Result<Vec<Order>, StoreError> {
        let folded = match address {
            Address::Email(email) => fold_email(email),
            Address::Phone(phone) => fold_phone(phone),
        };
        let prefix = keys::contact(merchant, &folded).done();
        let limit = limit.min(MAX_PAGE);
        let mut orders = Vec::new();
        for (key, _) in self.keys(&prefix, &keys::after(&prefix), limit)? {
            let id = key.get(prefix.len() + 8..).and_then(keys::id_of);
            let id = id.and_then(|(id, _)| OrderId::parse(id).ok());
            if let Some(id) = id {
                orders.extend(self.order(merchant, &id)?);
            }
        }
        Ok(orders)
    }

    pub(crate) fn session(&self, token: &TokenHash) -> Result<Option<Session>, StoreError> {
        self.record(&keys::session(token))
    }

    pub(crate) fn agent(&self, id: &AgentId) -> Result<Option<Agent>, StoreError> {
        self.record(&keys::agent(id))
    }

    pub(crate) fn agents(
        &self,
        after: Option<&AgentId>,
        limit: usize,
    ) -> Result<Vec<Agent>, StoreError> {
        let from = after.map_or_else(|| b"a".to_vec(), |id| keys::after(&keys::agent(id)));
        self.records(&from, b"b", limit)
    }

    pub(crate) fn agent_by_token(&self, token: &TokenHash) -> Result<Option<Agent>, StoreError> {
        match self.record::<AgentId>(&keys::agent_token(token))? {
            None => Ok(None),
            Some(id) => self.agent(&id),
        }
    }

    pub(crate) fn api_key(&self, token: &TokenHash) -> Result<Option<ApiKey>, StoreError> {
        self.record(&keys::api_key(token))
    }

    pub(crate) fn api_keys(&self) -> Result<Vec<ApiKey>, StoreError> {
        self.records(b"k", b"l", MAX_PAGE)
    }

    pub(crate) fn tally(&self, key: &TallyKey) -> Result<Option<Tally>, StoreError> {
        self.record(&keys::tally(key))
    }

    pub(crate) fn inbox(
        &self,
        scope: &Scope,
        view: &View,
        cursor: Option<&Cursor>,
        limit: usize,
    ) -> Result<InboxPage, StoreError> {
        let list = inbox::list(scope, view);
        let limit = limit.clamp(1, MAX_PAGE);
        let from = match cursor {
            Some(Cursor(rest)) => [&list[..], rest].concat(),
            None => list.clone(),
        };
        let mut page = self.page(&from, &keys::after(&list), limit + 1)?;
        let next = (page.len() > limit)
            .then(|| page.pop())
            .flatten()
            .map(|(key, _)| Cursor(key[list.len()..].to_vec()));
        let rows = page.iter().map(|(_, line)| record::decode(line));
        Ok(InboxPage {
            rows: rows.collect::<Result<_, _>>()?,
            next,
        })
    }

    pub(crate) fn inbox_count(&self, scope: &Scope, view: &View) -> Result<u64, StoreError> {
        inbox::number(self.get(&inbox::count(scope, view))?)
    }

    pub(crate) fn pending_bursts(
        &self,
        limit: usize,
    ) -> Result<Vec<(Timestamp, ConversationId)>, StoreError> {
        let found = self.keys(b"b", b"c", limit)?;
        Ok(found
            .iter()
            .filter_map(|(key, _)| {
                let at = keys::time_of(key.get(1..)?)?;
                let (id, _) = keys::id_of(key.get(9..)?)?;
                Some((at, ConversationId::parse(id).ok()?))
            })
            .collect())
    }

    pub(crate) fn due(
        &self,
        until: Timestamp,
        limit: usize,
    ) -> Result<Vec<(Timestamp, Due)>, StoreError> {
        let to = keys::after(&keys::Key::new(b't').time(until).done());
        let found = self.keys(b"t", &to, limit)?;
        Ok(found.iter().filter_map(|(key, _)| due(key)).collect())
    }
}

fn due(key: &[u8]) -> Option<(Timestamp, Due)> {
    let at = keys::time_of(key.get(1..)?)?;
    let (kind, rest) = key.get(9..)?.split_first()?;
    let due = match kind {
        b'c' => Due::Snoozed(ConversationId::parse(keys::id_of(rest)?.0).ok()?),
        b's' => Due::Session(TokenHash(rest.try_into().ok()?)),
        _ => return None,
    };
    Some((at, due))
}
