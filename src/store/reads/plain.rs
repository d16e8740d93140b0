//! The reads: small, each the cost of what it returns. Pages have a limit; nothing here counts or scans a whole kind.

use std::hint::black_box;
use std::sync::Arc;

use jiff::Timestamp;
use serde::de::DeserializeOwned;

use crate::domain::account::{Agent, ApiKey, Session, TokenHash};
use crate::domain::channel::PlatformId;
use crate::domain::claim::OrderClaims;
use crate::domain::conversation::{Conversation, Event, Seq};
use crate::domain::ids::{AgentId, ClientId, ConversationId, EndpointId, MerchantId, OrderId};
use crate::domain::order::Order;
use crate::domain::tally::{Tally, TallyKey};
use crate::store::due::Due;
use crate::store::error::StoreError;
use crate::store::keys;
use crate::store::local::Local;
use crate::store::memory::memo::Memo;
use crate::store::page::{Cursor, MAX_PAGE, Page};
use crate::store::record;
use crate::store::records::inbox::{self, Counts, InboxRow, View};
use crate::store::records::last_said::last_said;
use crate::store::records::log;
use crate::store::records::places;

/// A conversation in a list, and its line if the list keeps it.
type Place = (ConversationId, Option<Vec<u8>>);

impl Local {
    pub(in crate::store) fn record<T: DeserializeOwned>(
        &self,
        key: &[u8],
    ) -> Result<Option<T>, StoreError> {
        self.get(key)?
            .map(|bytes| record::decode(&bytes))
            .transpose()
    }

    /// As [`Self::record`], for what is read again and again.
    fn remembered<T: DeserializeOwned + Clone>(
        &self,
        memo: &Memo<T>,
        key: &[u8],
    ) -> Result<Option<T>, StoreError> {
        let bytes = self.get(key)?;
        let value = bytes.map(|bytes| memo.decode(key, bytes)).transpose()?;
        Ok(value.map(Arc::unwrap_or_clone))
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
        self.remembered(&self.rows, &keys::conversation(id))
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
        let limit = limit.min(MAX_PAGE);
        let mut events = Vec::new();
        for (_, bytes) in self.page(&from, &keys::log_end(id), limit)? {
            events.extend(log::decode(&bytes)?.into_iter().filter(|e| e.seq > after));
            if events.len() >= limit {
                break;
            }
        }
        events.truncate(limit);
        Ok(events)
    }

    fn event(&self, id: &ConversationId, seq: Seq) -> Result<Option<Event>, StoreError> {
        let found = self.page(&keys::event(id, seq), &keys::log_end(id), 1)?;
        match found.first() {
            Some((_, bytes)) => log::find(bytes, seq),
            None => Ok(None),
        }
    }

    pub(crate) fn sent(
        &self,
        id: &ConversationId,
        sender: &str,
        client_id: &ClientId,
    ) -> Result<Option<Seq>, StoreError> {
        match self.get(&keys::sent(id, sender, client_id))? {
            None => Ok(None),
            seq => Ok(Some(Seq(inbox::number(seq)?))),
        }
    }

    /// An order that is not there takes as long as one that is: its neighbour is read in its stead, and forgotten.
    pub(crate) fn order(
        &self,
        merchant: &MerchantId,
        id: &OrderId,
    ) -> Result<Option<Order>, StoreError> {
        let (key, all) = (keys::order(merchant, id), keys::orders(merchant));
        let mut nearest = self.page(&key, &keys::after(&all), 1)?;
        if nearest.is_empty() {
            nearest = self.page(&all, &key, 1)?;
        }
        let Some((place, bytes)) = nearest.pop() else {
            return Ok(None);
        };
        let order = record::decode(&bytes);
        if place == key {
            return order.map(Some);
        }
        drop(black_box(order));
        Ok(None)
    }

    pub(crate) fn orders(
        &self,
        merchant: &MerchantId,
        after: Option<&OrderId>,
        limit: usize,
    ) -> Result<Vec<Order>, StoreError> {
        let all = keys::orders(merchant);
        let from = match after {
            Some(id) => keys::after(&keys::order(merchant, id)),
            None => all.clone(),
        };
        self.records(&from, &keys::after(&all), limit)
    }

    pub(crate) fn claims(
        &self,
        merchant: &MerchantId,
        order: &OrderId,
    ) -> Result<Option<OrderClaims>, StoreError> {
        self.record(&keys::claims(merchant, order))
    }

    pub(crate) fn claims_of(
        &self,
        merchant: &MerchantId,
        after: Option<&OrderId>,
        limit: usize,
    ) -> Result<Vec<OrderClaims>, StoreError> {
        let all = keys::claims_of(merchant);
        let from = match after {
            Some(order) => keys::after(&keys::claims(merchant, order)),
            None => all.clone(),
        };
        self.records(&from, &keys::after(&all), limit)
    }

    pub(crate) fn orders_of(
        &self,
        merchant: &MerchantId,
        email: Option<&str>,
        phone: Option<&str>,
        limit: usize,
    ) -> Result<Vec<Order>, StoreError> {
        let mut found = Vec::new();
        let addresses = places::addresses(email, phone);
        for address in &addresses {
            let contact = keys::contact(merchant, address);
            let places = self.keys(&contact, &keys::after(&contact), limit)?;
            let places = places.iter().filter_map(|(key, _)| {
                let (time, id) = keys::order_at(key, &contact)?;
                Some((time.to_vec(), id))
            });
            found.extend(places);
        }
        // An order that both addresses lead to stands at the same time in both.
        found.sort();
        found.dedup();
        let mut orders = Vec::new();
        for (_, id) in found.iter().take(limit) {
            let order = self.order(merchant, id)?;
            orders.extend(order.filter(|order| {
                let own = places::contact_addresses(&order.customer);
                own.iter().any(|address| addresses.contains(address))
            }));
        }
        Ok(orders)
    }

    pub(crate) fn session(&self, token: &TokenHash) -> Result<Option<Session>, StoreError> {
        self.remembered(&self.sessions, &keys::session(token))
    }

    pub(crate) fn agent(&self, id: &AgentId) -> Result<Option<Agent>, StoreError> {
        self.record(&keys::agent(id))
    }

    pub(crate) fn agents(&self) -> Result<Vec<Agent>, StoreError> {
        self.records(b"a", b"b", MAX_PAGE)
    }

    pub(crate) fn agent_of(&self, token: &TokenHash) -> Result<Option<Agent>, StoreError> {
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
        view: &View,
        merchant: Option<&MerchantId>,
        cursor: Option<&Cursor>,
        limit: usize,
    ) -> Result<Page<Conversation>, StoreError> {
        let (ids, next) = self.places(view, merchant, cursor, limit)?;
        let rows = ids.iter().map(|(id, _)| self.conversation(id));
        Ok(Page {
            rows: rows
                .filter_map(Result::transpose)
                .collect::<Result<_, _>>()?,
            next,
        })
    }

    pub(crate) fn inbox_rows(
        &self,
        view: &View,
        merchant: Option<&MerchantId>,
        cursor: Option<&Cursor>,
        limit: usize,
    ) -> Result<Page<InboxRow>, StoreError> {
        let (places, next) = self.places(view, merchant, cursor, limit)?;
        let rows = places.into_iter().map(|(id, line)| match line {
            Some(line) => record::decode(&line).map(Some),
            None => self.line(&id),
        });
        Ok(Page {
            rows: rows
                .filter_map(Result::transpose)
                .collect::<Result<_, _>>()?,
            next,
        })
    }

    /// The line of a conversation whose list keeps none.
    pub(in crate::store) fn line(
        &self,
        id: &ConversationId,
    ) -> Result<Option<InboxRow>, StoreError> {
        let Some(conversation) = self.conversation(id)? else {
            return Ok(None);
        };
        let said = last_said(&conversation, |seq| self.event(id, seq))?;
        Ok(Some(inbox::row(&conversation, said)))
    }

    /// The conversations of a page with their lines, where the list keeps them, and where the next page begins.
    fn places(
        &self,
        view: &View,
        merchant: Option<&MerchantId>,
        cursor: Option<&Cursor>,
        limit: usize,
    ) -> Result<(Vec<Place>, Option<Cursor>), StoreError> {
        let list = inbox::list(merchant, view);
        let limit = limit.clamp(1, MAX_PAGE);
        let from = match cursor {
            Some(Cursor(rest)) => [&list[..], rest].concat(),
            None => list.clone(),
        };
        let mut found = self.keys(&from, &keys::after(&list), limit + 1)?;
        let more = (found.len() > limit).then(|| found.pop()).flatten();
        let next = more.map(|(key, _)| Cursor(key[list.len()..].to_vec()));
        let mut places = Vec::with_capacity(found.len());
        for (key, line) in found {
            let Some(id) = inbox::conversation_at(view, &key[list.len()..]) else {
                continue;
            };
            if line.is_empty() {
                places.push((id, None));
            } else if let Some(line) = self.whole(&key, line)? {
                places.push((id, Some(line)));
            }
        }
        Ok((places, next))
    }

    pub(crate) fn counts(&self, merchant: Option<&MerchantId>) -> Result<Counts, StoreError> {
        let count = |view| self.inbox_count(&view, merchant);
        Ok(Counts {
            waiting: count(View::Waiting)?,
            open: count(View::Open)?,
            pending: count(View::Pending)?,
            bot: count(View::Bot)?,
            done: count(View::Done)?,
        })
    }

    pub(crate) fn inbox_count(
        &self,
        view: &View,
        merchant: Option<&MerchantId>,
    ) -> Result<u64, StoreError> {
        inbox::number(self.get(&inbox::count(merchant, view))?)
    }

    pub(crate) fn unanswered(&self) -> Result<Vec<ConversationId>, StoreError> {
        let found = self.keys(b"b", b"c", usize::MAX)?;
        let ids = found
            .iter()
            .filter_map(|(key, _)| keys::id_of(key.get(9..)?));
        Ok(ids
            .filter_map(|(id, _)| ConversationId::parse(id).ok())
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
        b'p' => Due::Promise(ConversationId::parse(keys::id_of(rest)?.0).ok()?),
        b'l' => Due::Service(ConversationId::parse(keys::id_of(rest)?.0).ok()?),
        b's' => Due::Session(TokenHash(rest.try_into().ok()?)),
        b'm' => {
            let (outbox, hash) = keys::id_of(rest)?;
            Due::Known(PlatformId {
                outbox: EndpointId::parse(outbox).ok()?,
                hash: hash.try_into().ok()?,
            })
        }
        b'v' => Due::LogIn(TokenHash(rest.try_into().ok()?)),
        _ => return None,
    };
    Some((at, due))
}
