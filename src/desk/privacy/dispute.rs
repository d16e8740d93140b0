//! What a dispute is about: the conversation that is asked for and those that are one with it, the orders that were shown to be its
//! customer's or that something was claimed on in it, all claims on these, and the conversations that these were made in.
//!
//! An order that somebody only named may be anybody's: of such a one there is no more than that it was named.

use std::collections::{BTreeMap, BTreeSet};

use super::filters_with::has;
use super::within::claims_in;
use crate::desk::agents::search::fold;
use crate::desk::customers::apply::shown;
use crate::desk::{Desk, DeskError};
use crate::domain::account::Agent;
use crate::domain::claim::Claim;
use crate::domain::conversation::{Conversation, Event, EventBody, Seq};
use crate::domain::ids::{ConversationId, OrderId};
use crate::domain::order::Order;
use crate::domain::proof::ProofLevel;

/// So many events are read at a time.
const EVENTS: usize = 200;

/// The slot of a number that the bot took for an order's.
const TYPED: &str = "order";

/// What a dispute is about.
pub(in crate::desk) struct Dispute {
    /// The conversation that was asked for.
    pub(in crate::desk) asked: Conversation,
    /// All conversations, the oldest first.
    pub(in crate::desk) parts: Vec<Part>,
    /// The orders, with what is claimed on them.
    pub(in crate::desk) orders: Vec<(Order, Vec<Claim>)>,
    /// Conversations that belong to it and have been erased.
    pub(in crate::desk) gone: BTreeSet<ConversationId>,
    /// Orders that were named and not shown to be theirs.
    pub(in crate::desk) unproven: BTreeSet<OrderId>,
    /// Whether there were more of their orders than were looked through for those that were spoken of.
    pub(in crate::desk) more_orders: bool,
}

/// One of its conversations.
pub(in crate::desk) struct Part {
    /// Its row.
    pub(in crate::desk) row: Conversation,
    /// Why it is one of them: `asked_for`, `merged`, or the claim that was made in it.
    pub(in crate::desk) why: BTreeSet<String>,
    /// Whether the same person speaks in it, as far as that is known.
    pub(in crate::desk) is_same_person: bool,
    /// Its log.
    pub(in crate::desk) events: Vec<Event>,
}

/// The conversations as they are found.
#[derive(Default)]
struct Found {
    parts: BTreeMap<ConversationId, Part>,
    gone: BTreeSet<ConversationId>,
    more_orders: bool,
}

impl Desk {
    /// All events of a conversation, for an agent who may see it.
    ///
    /// # Errors
    /// [`DeskError::NotFound`] as for [`Self::conversation`].
    pub async fn whole_log(
        &self,
        agent: &Agent,
        id: &ConversationId,
    ) -> Result<Vec<Event>, DeskError> {
        let mut events: Vec<Event> = Vec::new();
        loop {
            let after = events.last().map_or(Seq::default(), |event| event.seq);
            let page = self.events(agent, id, after, EVENTS).await?;
            let is_last = page.len() < EVENTS;
            events.extend(page);
            if is_last {
                return Ok(events);
            }
        }
    }

    /// What happened in a conversation and in those that were merged into it, in the order of time: to whoever wrote in them they are one.
    ///
    /// # Errors
    /// [`DeskError::NotFound`] as for [`Self::conversation`].
    pub async fn whole_story(
        &self,
        agent: &Agent,
        id: &ConversationId,
    ) -> Result<Vec<Event>, DeskError> {
        let row = self.conversation(agent, id).await?;
        let ids: BTreeSet<ConversationId> = row.merged.iter().chain([id]).cloned().collect();
        let mut story = Vec::new();
        for one in &ids {
            match self.whole_log(agent, one).await {
                Ok(log) => story.extend(log),
                // It has been erased.
                Err(DeskError::NotFound) if one != id => {}
                Err(error) => return Err(error),
            }
        }
        story.sort_by_key(|event: &Event| event.at);
        Ok(story)
    }

    /// What the dispute in a conversation is about.
    pub(in crate::desk) async fn dispute(
        &self,
        agent: &Agent,
        id: &ConversationId,
    ) -> Result<Dispute, DeskError> {
        let asked = self.conversation(agent, id).await?;
        let mut found = Found::default();
        self.find_family(agent, &asked, (id, "merged"), &mut found)
            .await?;
        if let Some(part) = found.parts.get_mut(id) {
            part.why = BTreeSet::from(["asked_for".to_owned()]);
        }
        let (orders, unproven) = self.orders_disputed(&asked, &mut found).await?;
        for claim in orders.iter().flat_map(|(_, claims)| claims) {
            let Some(made_in) = &claim.conversation else {
                continue;
            };
            let why = format!("claim {}", claim.id);
            match found.parts.get_mut(made_in) {
                Some(part) => drop(part.why.insert(why)),
                None => {
                    self.find_family(agent, &asked, (made_in, &why), &mut found)
                        .await?;
                }
            }
        }
        Ok(Dispute {
            asked,
            parts: found.parts.into_values().collect(),
            orders,
            gone: found.gone,
            unproven,
            more_orders: found.more_orders,
        })
    }

    /// A conversation and all that are one with it.
    async fn find_family(
        &self,
        agent: &Agent,
        asked: &Conversation,
        (id, why): (&ConversationId, &str),
        found: &mut Found,
    ) -> Result<(), DeskError> {
        let (mut ids, mut seen) = (vec![id.clone()], BTreeSet::new());
        while let Some(id) = ids.pop() {
            if !seen.insert(id.clone()) || found.parts.contains_key(&id) {
                continue;
            }
            let row = match self.conversation(agent, &id).await {
                Err(DeskError::NotFound) => {
                    found.gone.insert(id);
                    continue;
                }
                other => other?,
            };
            ids.extend(row.merged.iter().cloned().chain(row.merged_into.clone()));
            let part = Part {
                why: BTreeSet::from([why.to_owned()]),
                is_same_person: row.id == asked.id || row.is_of_same(asked),
                events: self.whole_log(agent, &id).await?,
                row,
            };
            found.parts.insert(id, part);
        }
        Ok(())
    }

    /// Of the orders of whoever the shop signed in, those whose numbers were said.
    /// And whether there are more orders than were looked through.
    async fn own_orders_spoken_of(&self, part: &Part) -> Result<(Vec<OrderId>, bool), DeskError> {
        let Some(who) = &part.row.identity else {
            return Ok((Vec::new(), false));
        };
        let (own, are_more) = self.all_orders_of(&part.row.merchant, who).await?;
        let texts = part.events.iter().filter_map(|event| match &event.body {
            EventBody::Message { text, .. } | EventBody::Reply { text, .. } => Some(fold(text)),
            _ => None,
        });
        let texts: Vec<String> = texts.collect();
        let is_said = |number: &str| texts.iter().any(|text| has(text, &fold(number)));
        let said = own
            .into_iter()
            .filter(|order| is_said(order.id.as_str()) || is_said(&order.written_id));
        Ok((said.map(|order| order.id).collect(), are_more))
    }

    /// The orders that the conversations are about, with their claims; and those that were only named.
    async fn orders_disputed(
        &self,
        asked: &Conversation,
        found: &mut Found,
    ) -> Result<(Vec<(Order, Vec<Claim>)>, BTreeSet<OrderId>), DeskError> {
        let Found {
            parts, more_orders, ..
        } = found;
        let parts = || parts.values();
        let claimed = parts().flat_map(|part| claims_in(&part.events));
        let claimed: BTreeSet<OrderId> = claimed.map(|claim| claim.order().clone()).collect();
        let mut named: BTreeSet<OrderId> = claimed.clone();
        for part in parts() {
            named.extend(part.row.memory.order.clone());
            named.extend(part.events.iter().flat_map(orders_in));
            let (spoken_of, are_more) = self.own_orders_spoken_of(part).await?;
            named.extend(spoken_of);
            *more_orders |= are_more;
        }
        let (mut orders, mut unproven) = (Vec::new(), BTreeSet::new());
        for id in named {
            let order = self.store.order(&asked.merchant, &id).await?;
            let is_shown =
                |order: &Order| parts().any(|part| shown(&part.row, order) > ProofLevel::Nothing);
            let was_shown = || {
                let mut events = parts().flat_map(|part| &part.events);
                events.any(|event| is_proof_of(event, &id))
            };
            match order {
                Some(order) if claimed.contains(&id) || is_shown(&order) || was_shown() => {
                    let on = self.store.claims(&asked.merchant, &id).await?;
                    orders.push((order, on.map(|on| on.claims).unwrap_or_default()));
                }
                _ => drop(unproven.insert(id)),
            }
        }
        Ok((orders, unproven))
    }
}

/// The orders that something is about.
fn orders_in(event: &Event) -> Vec<OrderId> {
    let one = match &event.body {
        EventBody::ProofGained { order, .. } | EventBody::ProofFailed { order } => Some(order),
        EventBody::Attached { order, .. } | EventBody::MerchantTold { order, .. } => order.as_ref(),
        EventBody::OrderCorrected(corrected) => Some(&corrected.order),
        EventBody::PaymentLink(moved) => Some(&moved.order),
        EventBody::HandedOff(handoff) => {
            let brief = &handoff.brief;
            return brief
                .order
                .iter()
                .chain(&brief.other_orders)
                .cloned()
                .collect();
        }
        EventBody::Reply {
            because: Some(because),
            ..
        } => {
            let typed = because.slots.iter().filter(|slot| slot.slot == TYPED);
            let typed = typed.filter_map(|slot| OrderId::parse(&slot.text).ok());
            return typed.collect();
        }
        _ => None,
    };
    one.cloned().into_iter().collect()
}

fn is_proof_of(event: &Event, id: &OrderId) -> bool {
    matches!(&event.body, EventBody::ProofGained { order, .. } if order == id)
}
