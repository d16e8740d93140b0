//! What is held on a person, read and written out. A kind that is in the list (`kinds`) is in the preview, in the export and in the erasure, or
//! the program does not compile.
//!
//! A person is whoever speaks in a conversation: all conversations of the same visitor, or of the same person as the shop signed them in.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;
use serde_json::{Value, json};

use super::kinds::{Holdings, Kind, ORDERS, Traces};
use super::pack::Files;
use super::within::{claim_without_person, claims_in};
use crate::desk::customers::apply::shown;
use crate::desk::{Desk, DeskError};
use crate::domain::account::{Agent, Session};
use crate::domain::claim::Claim;
use crate::domain::conversation::{Conversation, Event, Identity};
use crate::domain::ids::{ConversationId, MerchantId, OrderId};
use crate::domain::order::Order;
use crate::domain::order_record;
use crate::domain::pack::Pack;
use crate::domain::proof::ProofLevel;
use crate::domain::transcript::{AgentEvent, Names};

impl Desk {
    /// All that is held on whoever speaks in a conversation.
    ///
    /// # Errors
    /// [`DeskError::NotFound`] as for [`Self::conversation`].
    pub(in crate::desk) async fn holdings(
        &self,
        agent: &Agent,
        id: &ConversationId,
    ) -> Result<Holdings, DeskError> {
        let (rows, more_conversations) = self.conversations_of(agent, id).await?;
        let Traces {
            sessions,
            deliveries: told,
        } = self.traces_of_person(&rows).await?;
        let (mut logs, mut drafts, mut reviews) = (Vec::new(), Vec::new(), Vec::new());
        for row in rows {
            let events = self.whole_log(agent, &row.id).await?;
            drafts.extend(self.store.drafts_of(&row.id).await?);
            reviews.extend(self.store.reviews_of(&row.id).await?);
            logs.push((row, events));
        }
        let (orders, more_orders) = self.orders_of_person(&logs).await?;
        Ok(Holdings {
            claims: self.claims_of_person(&logs, &orders).await?,
            filters: self.filters_with(&logs, &orders).await?,
            logs,
            more_conversations,
            drafts,
            reviews,
            sessions,
            told,
            orders,
            more_orders,
        })
    }

    /// The orders that are theirs as far as anybody has shown, or that they have claimed something on. What they only named may be
    /// somebody else's. And whether there are more of them.
    pub(super) async fn orders_of_person(
        &self,
        logs: &[(Conversation, Vec<Event>)],
    ) -> Result<(Vec<Order>, bool), DeskError> {
        let mut more = false;
        let mut orders: BTreeMap<OrderId, Order> = BTreeMap::new();
        for (row, events) in logs {
            if let Some(who) = &row.identity {
                let (own, are_more) = self.all_orders_of(&row.merchant, who).await?;
                more |= are_more;
                orders.extend(own.into_iter().map(|order| (order.id.clone(), order)));
            }
            let claimed = claims_in(events);
            let claimed: BTreeSet<&OrderId> = claimed.iter().map(|claim| claim.order()).collect();
            let proven = row.memory.proven.keys().chain(&row.memory.order);
            for id in proven.chain(claimed.iter().copied()) {
                if orders.contains_key(id) {
                    continue;
                }
                let order = self.store.order(&row.merchant, id).await?;
                let is_theirs =
                    |order: &Order| claimed.contains(id) || shown(row, order) > ProofLevel::Nothing;
                if let Some(order) = order.filter(is_theirs) {
                    orders.insert(id.clone(), order);
                }
            }
        }
        Ok((orders.into_values().collect(), more))
    }

    /// The orders of whoever the shop signed in, and whether there are more than are looked at.
    pub(in crate::desk) async fn all_orders_of(
        &self,
        merchant: &MerchantId,
        who: &Identity,
    ) -> Result<(Vec<Order>, bool), DeskError> {
        let (email, phone) = (who.email.as_deref(), who.phone.as_deref());
        let own = self.store.orders_of(merchant, email, phone, ORDERS + 1);
        let mut own = own.await?;
        let are_more = own.len() > ORDERS;
        own.truncate(ORDERS);
        Ok((own, are_more))
    }

    /// Their refund applications: those that they made, and those on their orders that nobody else did.
    async fn claims_of_person(
        &self,
        logs: &[(Conversation, Vec<Event>)],
        orders: &[Order],
    ) -> Result<Vec<Claim>, DeskError> {
        let made: BTreeSet<_> = logs
            .iter()
            .flat_map(|(_, events)| claims_in(events))
            .collect();
        let own: BTreeSet<_> = logs.iter().map(|(row, _)| &row.id).collect();
        let mut claims = Vec::new();
        for order in orders {
            let on = self.store.claims(&order.merchant, &order.id).await?;
            let on = on.into_iter().flat_map(|on| on.claims);
            claims.extend(on.filter(|claim| {
                let made_in = claim.conversation.as_ref();
                made.contains(&claim.id) || made_in.is_none_or(|id| own.contains(id))
            }));
        }
        Ok(claims)
    }

    /// Takes a kind along.
    pub(in crate::desk) async fn add_kind(
        &self,
        kind: Kind,
        held: &Holdings,
        pack: &mut Pack,
    ) -> Result<(), DeskError> {
        let name = kind.line();
        match kind {
            Kind::Conversations => {
                for (row, _) in &held.logs {
                    pack.add(name, Some(&row.id), &conversation(row));
                }
            }
            Kind::Events => {
                for (row, events) in &held.logs {
                    for event in events {
                        let seen = AgentEvent::of(event, &Names::new());
                        pack.add(name, Some(&row.id), &value(&seen));
                    }
                }
            }
            Kind::Files => {
                let mut files = Files::default();
                for (row, events) in &held.logs {
                    self.add_files(&row.id, events, &mut files, pack).await?;
                }
            }
            Kind::Drafts => held.drafts.iter().for_each(|one| {
                pack.add(name, Some(&one.conversation), &value(one));
            }),
            Kind::Reviews => held.reviews.iter().for_each(|one| {
                pack.add(name, Some(&one.conversation), &value(one));
            }),
            Kind::Sessions => held.sessions.iter().for_each(|one| {
                pack.add(name, one.conversation.as_ref(), &session(one));
            }),
            Kind::Told => held.told.iter().for_each(|(id, one)| {
                pack.add(name, Some(id), &value(one));
            }),
            Kind::Filters => held.filters.iter().for_each(|(agent, one)| {
                pack.add(name, None, &json!({"agent": agent, "filter": one}));
            }),
            Kind::Orders => held.orders.iter().for_each(|one| {
                pack.add(name, None, &order_record::to_json(one));
            }),
            Kind::Claims => held.claims.iter().for_each(|one| {
                pack.add(name, one.conversation.as_ref(), &claim_without_person(one));
            }),
        }
        Ok(())
    }
}

/// Plain data with text keys: this cannot fail.
fn value(one: &impl Serialize) -> Value {
    serde_json::to_value(one).unwrap_or_default()
}

fn conversation(row: &Conversation) -> Value {
    json!({
        "conversation": row.id, "site": row.site, "channel": row.channel, "customer": row.identity, "contact": row.contact,
        "reached_at": row.recipient.as_ref().map(|it| json!({"channel": it.channel, "user": it.user, "place": it.place})), "page": row.page, "language": row.language, "began_at": row.created_at, "labels": row.labels,
        "rated": row.rated,
    })
}

/// A session without the hash of its token, which is nobody's business.
fn session(one: &Session) -> Value {
    json!({
        "visitor": one.visitor, "site": one.site, "conversation": one.conversation, "customer": one.identity, "language": one.language,
        "page": one.page, "created_at": one.created_at, "expires_at": one.expires_at,
    })
}
