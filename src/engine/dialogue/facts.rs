//! What a turn needs to know: which look-ups a message asks for, and their results.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::circumstances::CLAIMS_AGAINST_ME;
use super::turn::Heard;
use crate::domain::calendar::Calendar;
use crate::domain::claim::{OpenClaims, OrderClaims};
use crate::domain::conversation::{Conversation, Memory, Need, Role};
use crate::domain::ids::OrderId;
use crate::domain::judge::History;
use crate::domain::notice::Notice;
use crate::domain::order::Order;
use crate::domain::policy::Policy;
use crate::domain::proof::ProofLevel;

/// So many order numbers of one message are looked up; more is a list, not a question.
pub(super) const ORDERS_PER_MESSAGE: usize = 3;

/// What must be looked up before [`super::step()`].
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Needs {
    /// These orders of the conversation's merchant.
    pub orders: BTreeSet<OrderId>,
    /// The orders of the person whom the shop signed in.
    pub own_orders: bool,
    /// The open claims of the merchant who speaks, whom the shop signed in.
    pub open_claims: bool,
}

/// What was looked up, and what holds now.
#[derive(Clone, Debug)]
pub struct Facts {
    /// The time of the turn.
    pub now: Timestamp,
    /// The storefront.
    pub site: SiteFacts,
    /// The orders that were asked for; one that is not there has no entry.
    pub orders: BTreeMap<OrderId, Order>,
    /// The claims on these orders; one without any has no entry. They also stand among the refunds of `orders`.
    pub claims: BTreeMap<OrderId, OrderClaims>,
    /// What whoever placed these orders claimed before, for those on which something may be claimed now.
    pub histories: BTreeMap<OrderId, History>,
    /// The orders of the signed-in person, latest first.
    pub own_orders: Vec<OrderId>,
    /// The open claims on the orders of the merchant who speaks, where they ask for them and are signed in.
    pub open_claims: Option<OpenClaims>,
    /// Order numbers that can no longer be proven by contact data today, because somebody guessed too often.
    pub locked: BTreeSet<OrderId>,
    /// Whether nothing can be proven by contact data from this address today.
    pub address_locked: bool,
}

/// What holds for a storefront.
#[derive(Clone, Debug)]
pub struct SiteFacts {
    /// The merchant's name as customers know it.
    pub merchant_name: String,
    /// The merchant's refund policy, as far as it is known.
    pub policy: Arc<Policy>,
    /// The level that a refund application needs.
    pub refund_proof: ProofLevel,
    /// Whether the merchant can be asked for links to pay by.
    pub gives_links: bool,
    /// The team that takes handed-over conversations.
    pub team: Option<String>,
    /// The shop's time zone, in which dates are said.
    pub zone: TimeZone,
    /// When people work, by which waiting is measured.
    pub calendar: Arc<Calendar>,
    /// The troubles that are known now.
    pub notices: Vec<Notice>,
    /// The merchant's own team, for what only the merchant can decide.
    pub merchant_team: Option<String>,
    /// Whether people are at work now.
    pub open: bool,
    /// When people work today, as the hours of a day; none on a day off.
    pub hours_today: Option<String>,
    /// When people are next at work.
    pub next_open: Timestamp,
    /// By when a person has answered what is handed over now.
    pub due_by: Timestamp,
    /// So many turns of the bot, then a person.
    pub turn_budget: u16,
}

/// An order number that would not be taken for one unless it had been asked for: the whole of a short message with three digits.
pub(super) fn typed_order(memory: &Memory, heard: &Heard<'_>) -> Option<OrderId> {
    let asked = memory
        .topic
        .as_ref()
        .is_some_and(|topic| topic.need == Need::Order);
    let text = heard.text.trim();
    let digits = text.chars().filter(char::is_ascii_digit).count();
    let short = text.chars().count() <= 32 && digits >= 3;
    // "I paid 120" is no number.
    let words = text
        .split_whitespace()
        .filter(|word| !word.contains(|c: char| c.is_ascii_digit()));
    if !asked || !short || words.count() > 1 || !heard.reading.slots.orders.is_empty() {
        return None;
    }
    OrderId::parse(text).ok()
}

/// Which look-ups a message asks for.
#[must_use]
pub fn needs(conversation: &Conversation, heard: &Heard<'_>) -> Needs {
    let (memory, reading) = (&conversation.memory, heard.reading);
    let mut orders: BTreeSet<OrderId> = reading
        .slots
        .orders
        .iter()
        .take(ORDERS_PER_MESSAGE)
        .map(|slot| slot.value.clone())
        .collect();
    orders.extend(memory.order.clone());
    let matters = memory.topic.iter().chain(&memory.parked);
    orders.extend(matters.filter_map(|topic| topic.order.clone()));
    orders.extend(typed_order(memory, heard));
    orders.extend(
        memory
            .offered
            .iter()
            .filter_map(|offer| offer.order().cloned()),
    );
    let is_merchant = conversation.role == Role::Merchant && conversation.identity.is_some();
    Needs {
        open_claims: is_merchant && reading.tells(CLAIMS_AGAINST_ME),
        // Any message may mean one of them: a name for an invoice, a payment that failed, the thing they bought.
        own_orders: conversation.identity.is_some(),
        orders,
    }
}
