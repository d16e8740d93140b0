//! What an agent needs to know to decide: the orders that a conversation is about, what is claimed on them, what the same person
//! claimed before, and their other conversations.

use std::collections::BTreeSet;

use jiff::tz::TimeZone;
use rust_decimal::Decimal;

use crate::desk::{Desk, DeskError};
use crate::domain::abuse::Meter;
use crate::domain::account::Agent;
use crate::domain::claim::{Claim, ClaimId, OrderClaims};
use crate::domain::conversation::Conversation;
use crate::domain::ids::{AgentId, ConversationId, OrderId};
use crate::domain::order::{Order, RefundState};
use crate::domain::trouble::{Case, Finding, Subject, find};
use crate::engine::dialogue::rejection;
use crate::store::InboxRow;

/// So many orders are shown; whoever asks about more is asked which one it is.
const ORDERS: usize = 5;
/// So many other conversations are shown.
const EARLIER: usize = 8;

/// One order of a conversation, and what is claimed on it.
#[derive(Debug)]
pub struct OrderFacts {
    /// The order.
    pub order: Order,
    /// What is claimed on it, the oldest first.
    pub claims: Vec<Claim>,
    /// What the claims of whoever placed it look like.
    pub meter: Meter,
    /// Why something hangs with it, as far as the facts show it.
    pub finding: Option<Finding>,
    /// For each claim that waits for a decision: why it may be rejected, in the customer's language, and whether two people have to approve.
    pub deciding: Vec<Deciding>,
}

/// What somebody who decides on a claim begins with.
#[derive(Debug)]
pub struct Deciding {
    /// Which.
    pub claim: ClaimId,
    /// Why it may be rejected, in words for the customer, in their language.
    pub rejection: String,
    /// Whether it is more than whoever looks approves alone.
    pub needs_two: bool,
    /// Up to how much they approve alone, in its currency; none where there is no limit.
    pub alone_up_to: Option<Decimal>,
    /// Whether of two who approve it one has to be a lead, and neither who looks nor who has approved it is.
    pub needs_lead: bool,
    /// Who has approved it, where another agent has to.
    pub approved_once: Option<AgentId>,
}

/// What is known about a conversation beside its log.
#[derive(Debug)]
pub struct CaseFacts {
    /// Its row.
    pub conversation: Conversation,
    /// The orders, that which is talked about first.
    pub orders: Vec<OrderFacts>,
    /// Whether there are more than these.
    pub more_orders: bool,
    /// Other conversations of the same person, the latest first.
    pub earlier: Vec<Conversation>,
    /// Whether there are more than these.
    pub more_earlier: bool,
    /// The time zone that its customer is told times in.
    pub zone: TimeZone,
}

impl Desk {
    /// What is known about a conversation, for an agent who may see it.
    ///
    /// # Errors
    /// [`DeskError::NotFound`] as for [`Self::conversation`].
    pub async fn case_facts(
        &self,
        agent: &Agent,
        id: &ConversationId,
    ) -> Result<CaseFacts, DeskError> {
        let conversation = self.conversation(agent, id).await?;
        let mut orders = Vec::new();
        let (at_hand, more_orders) = self.orders_at_hand(&conversation).await?;
        for order in at_hand {
            orders.push(self.order_facts(agent, &conversation, order).await?);
        }
        let (earlier, more_earlier) = self.earlier(agent, &conversation).await?;
        Ok(CaseFacts {
            earlier,
            more_earlier,
            more_orders,
            zone: self.calendar(&conversation).zone().clone(),
            conversation,
            orders,
        })
    }

    /// The order that a line of a list is about, as it is now.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn order_of(&self, row: &InboxRow) -> Result<Option<Order>, DeskError> {
        Ok(self.store.order_of(row).await?)
    }

    /// The order that a conversation is about.
    pub(in crate::desk) async fn order_at_hand(
        &self,
        row: &Conversation,
    ) -> Result<Option<Order>, DeskError> {
        match &row.memory.order {
            Some(order) => Ok(self.store.order(&row.merchant, order).await?),
            None => Ok(None),
        }
    }

    async fn order_facts(
        &self,
        agent: &Agent,
        row: &Conversation,
        mut order: Order,
    ) -> Result<OrderFacts, DeskError> {
        let now = self.clock.now();
        let claims = self.store.claims(&order.merchant, &order.id).await?;
        if let Some(claims) = &claims {
            claims.show_in(&mut order);
        }
        let mut deciding = Vec::new();
        for claim in claims.iter().flat_map(|on| &on.claims) {
            deciding.push(self.deciding(agent, row, claim).await?);
        }
        Ok(OrderFacts {
            meter: self.history(&order, now).await?.meter,
            finding: self.finding(row, &order, claims.as_ref()).await?,
            deciding,
            claims: claims.map(|claims| claims.claims).unwrap_or_default(),
            order,
        })
    }

    /// The order that is talked about, those that were shown to be the customer's, then the newest of whom the shop signed in; and whether
    /// there are more than these.
    pub(in crate::desk) async fn orders_at_hand(
        &self,
        row: &Conversation,
    ) -> Result<(Vec<Order>, bool), DeskError> {
        let memory = &row.memory;
        let named = memory.order.iter().chain(memory.proven.keys());
        let mut seen: BTreeSet<OrderId> = BTreeSet::new();
        let mut orders = Vec::new();
        for id in named.take(ORDERS + 1) {
            if seen.insert(id.clone()) {
                orders.extend(self.store.order(&row.merchant, id).await?);
            }
        }
        if let Some(who) = &row.identity {
            let (email, phone) = (who.email.as_deref(), who.phone.as_deref());
            let own = self
                .store
                .orders_of(&row.merchant, email, phone, ORDERS + 1);
            let own = own.await?.into_iter();
            orders.extend(own.filter(|order| seen.insert(order.id.clone())));
        }
        let are_more = orders.len() > ORDERS;
        orders.truncate(ORDERS);
        Ok((orders, are_more))
    }

    /// Why something hangs with an order: with its refund where one is under way, else with its payment.
    async fn finding(
        &self,
        row: &Conversation,
        order: &Order,
        claims: Option<&OrderClaims>,
    ) -> Result<Option<Finding>, DeskError> {
        let open = self.open_notices(&row.merchant, &row.site).await?;
        let refund = order.latest_refund();
        let subject = match refund.is_some_and(|it| it.state != RefundState::Withdrawn) {
            true => Subject::Refund,
            false => Subject::Payment,
        };
        let mut notices = open.iter();
        let incident =
            notices.find_map(|one| one.incident(subject, order.payment_method.as_deref()));
        let (calendar, now) = (self.calendar(row), self.clock.now());
        let case = Case::gather(subject, order, claims, &calendar, incident.as_ref(), now);
        Ok(find(&case))
    }

    async fn deciding(
        &self,
        agent: &Agent,
        row: &Conversation,
        claim: &Claim,
    ) -> Result<Deciding, DeskError> {
        let (policy, role) = (self.policy_of(&row.merchant), agent.rights.role);
        let needs_two = policy.needs_two(claim.amount, role);
        let higher = match &claim.approved_once {
            Some(first) => self.role_of(first).await?.max(role),
            None => role,
        };
        Ok(Deciding {
            claim: claim.id.clone(),
            rejection: rejection(&self.rules(), claim, row.language),
            needs_two,
            alone_up_to: policy.alone_up_to(role, claim.amount.currency),
            needs_lead: needs_two && policy.needs_lead(claim.amount, higher),
            approved_once: claim.approved_once.clone(),
        })
    }

    /// The other conversations of the same person, and whether there are more than these.
    async fn earlier(
        &self,
        agent: &Agent,
        row: &Conversation,
    ) -> Result<(Vec<Conversation>, bool), DeskError> {
        let mut ids: BTreeSet<ConversationId> = row.previous.iter().cloned().collect();
        // Of one more than are shown, and of this one.
        ids.extend(self.found_of(row, EARLIER + 2).await?);
        ids.remove(&row.id);
        let mut earlier: Vec<Conversation> = Vec::new();
        for id in ids.iter().rev().take(EARLIER + 1) {
            match self.conversation(agent, id).await {
                Ok(found) if found.is_of_same(row) => earlier.push(found),
                Ok(_) | Err(DeskError::NotFound) => {}
                Err(error) => return Err(error),
            }
        }
        let are_more = earlier.len() > EARLIER;
        earlier.truncate(EARLIER);
        Ok((earlier, are_more))
    }
}
