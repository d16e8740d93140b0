//! Showing that an order is theirs: by the shop's signature, or by contact data that only the buyer and the shop know.

use std::sync::LazyLock;

use super::circumstances::NEW_DETAILS;
use super::facts::typed_order;
use super::speaker::Speaker;
use super::turn::Move;
use crate::domain::constant_time::same;
use crate::domain::conversation::{Given, Identity, Need, Offer, Outcome, Role, Topic};
use crate::domain::correction::Detail;
use crate::domain::handoff::HandoffReason;
use crate::domain::ids::{IntentId, OrderId};
use crate::domain::order::{Contact, Order, fold_email, fold_phone};
use crate::domain::proof::ProofLevel;
use crate::engine::reading::Decision;
use crate::engine::rules::book::Action;
use crate::engine::say::Say;
use crate::engine::slots::Slots;

/// So many wrong proofs, and a person has to look.
const PROOFS: u8 = 3;
/// Whoever gives more than this at once is guessing: none of it is compared.
const GIVEN_AT_ONCE: usize = 3;
/// The circumstance of somebody who asks after another person's order.
const FOR_ANOTHER: &str = "for_another";
/// So many digits at its end make a phone number.
const PHONE: usize = 8;
/// Numbers of orders that a shop gives one after the other have so many digits at their beginning in common.
const BEGINS: usize = 4;

/// The e-mail addresses, phone numbers and four digits that stand in a message. Of many, a few more than are compared are kept.
fn given(slots: &Slots) -> Given {
    let few = GIVEN_AT_ONCE + 1;
    let emails = slots.emails.iter().map(|slot| fold_email(&slot.value));
    let phones = slots.phones.iter().map(|slot| fold_phone(&slot.value));
    let tails = slots.tails.iter().map(|slot| slot.value.clone());
    Given {
        emails: emails.take(few).collect(),
        phones: phones.take(few).collect(),
        tails: tails.take(few).collect(),
    }
}

/// Who is compared with when there is no such order, so that it takes as long as if there were one.
static NOBODY: LazyLock<Contact> = LazyLock::new(|| Contact {
    email: Some("nobody@example.invalid".to_owned()),
    phone: Some("+000000000000".to_owned()),
    ..Contact::default()
});

fn buyer(order: Option<&Order>) -> &Contact {
    order.map_or(&NOBODY, |order| &order.customer)
}

/// Whether any of it belongs to this buyer.
fn fits(given: &Given, contact: &Contact) -> bool {
    let email = contact.email.as_deref().map(fold_email).unwrap_or_default();
    let phone = contact.phone.as_deref().map(fold_phone).unwrap_or_default();
    let by_email = given
        .emails
        .iter()
        .any(|given| !email.is_empty() && same(given.as_bytes(), email.as_bytes()));
    let by_phone = given.phones.iter().any(|given| same_number(given, &phone));
    let by_tail = given
        .tails
        .iter()
        .any(|given| phone.len() >= PHONE && same_end(given, &phone, given.len()));
    given.len() <= GIVEN_AT_ONCE && (by_email | by_phone | by_tail)
}

/// Phone numbers are the same when their last eight digits are: one may have a country code and the other not.
fn same_number(a: &str, b: &str) -> bool {
    same_end(a, b, PHONE)
}

/// Whether two numbers have at least so many digits, and the last so many are the same.
fn same_end(a: &str, b: &str, digits: usize) -> bool {
    let end = |number: &'_ str| number.len().checked_sub(digits);
    let (Some(from_a), Some(from_b)) = (end(a), end(b)) else {
        return false;
    };
    same(&a.as_bytes()[from_a..], &b.as_bytes()[from_b..])
}

/// Whether the person whom the shop signed in is the buyer.
#[must_use]
pub fn is_buyer(identity: &Identity, contact: &Contact) -> bool {
    let email = |text: &Option<String>| {
        text.as_deref()
            .map(fold_email)
            .filter(|email| !email.is_empty())
    };
    let phone = |text: &Option<String>| {
        text.as_deref()
            .map(fold_phone)
            .filter(|phone| phone.len() >= PHONE)
    };
    let by_email = matches!((email(&identity.email), email(&contact.email)), (Some(a), Some(b)) if same(a.as_bytes(), b.as_bytes()));
    let by_phone = matches!((phone(&identity.phone), phone(&contact.phone)), (Some(a), Some(b)) if same_number(&a, &b));
    by_email || by_phone
}

impl Speaker<'_> {
    /// Whether somebody speaks whom the shop named as its merchant.
    pub(super) fn is_merchant(&self) -> bool {
        self.conversation.role == Role::Merchant
    }

    /// Remembers the contact data of this message: it may prove an order that is named later.
    pub(super) fn remember_contact(&mut self) {
        let given = self.contact_of_message().or_else(|| self.number_as_phone());
        if let Some(given) = given {
            self.memory.given = given;
            self.memory.tried.clear();
        }
    }

    /// Nothing but a long number, where proof is asked for: it may be the phone number in full rather than another order's. It is taken for
    /// it only where it proves the order that waits; else it counts as a guess for that one, and is what it would have been.
    fn number_as_phone(&mut self) -> Option<Given> {
        let topic = self
            .memory
            .topic
            .as_ref()
            .filter(|it| it.need == Need::Proof);
        let waiting = topic.and_then(|it| it.order.clone())?;
        let only = match self.heard.reading.slots.orders.as_slice() {
            [only] if self.heard.says_only_orders() => only.value.to_string(),
            _ => return None,
        };
        let digits = only.chars().all(|c| c.is_ascii_digit());
        if !digits
            || only.len() < PHONE
            || self.is_number_of_order(&only, &waiting)
            || !self.failed_proofs_left()
        {
            return None;
        }
        let given = Given {
            phones: std::iter::once(fold_phone(&only)).collect(),
            ..Given::default()
        };
        let before = std::mem::replace(&mut self.memory.given, given.clone());
        let proves = self.would_prove(&waiting);
        self.memory.given = before;
        if !proves {
            self.count_wrong(waiting);
        }
        proves.then_some(given)
    }

    /// Whether digits are the number of an order rather than a guess at a phone: one that was talked about, one of their own, or one that
    /// begins as the order that waits does and is as long. Never whether there is such an order: that could be seen by what is counted.
    fn is_number_of_order(&self, digits: &str, waiting: &OrderId) -> bool {
        let waits = waiting.to_string();
        let alike = waits.len() == digits.len() && waits.get(..BEGINS) == digits.get(..BEGINS);
        let before = &self.conversation.memory;
        let matters = before.topic.iter().chain(&before.parked);
        let mut known = matters
            .filter_map(|it| it.order.as_ref())
            .chain(&before.order)
            .chain(before.offered.iter().filter_map(Offer::order))
            .chain(before.proven.keys())
            .chain(&self.facts.own_orders);
        alike || known.any(|it| it.to_string() == digits)
    }

    /// Counts a wrong proof of an order, here and with the order.
    fn count_wrong(&mut self, order: OrderId) {
        self.memory.failed_proofs = self.memory.failed_proofs.saturating_add(1);
        self.moves.push(Move::ProofFailed { order });
    }

    /// Whether the number in a message was the phone number that proves the order which waits for it.
    pub(super) fn gave_number_as_phone(&self, topic: &Topic) -> bool {
        let only_number = self.heard.says_only_orders() && self.contact_of_message().is_none();
        let proves = topic.order.as_ref().is_some_and(|id| self.would_prove(id));
        topic.need == Need::Proof && only_number && proves && self.memory.tried.is_empty()
    }

    /// The contact data in this message. Digits that were asked for as an order number are none.
    pub(super) fn contact_of_message(&self) -> Option<Given> {
        let mut given = given(&self.heard.reading.slots);
        self.leave_out_new_details(&mut given);
        let is_order = typed_order(&self.conversation.memory, &self.heard).is_some();
        (!given.is_empty() && !is_order).then_some(given)
    }

    /// What an order is to be changed into proves nothing, and is no wrong proof. It goes by the words alone: whether it stands on record
    /// must make no difference, or it could be guessed.
    fn leave_out_new_details(&self, given: &mut Given) {
        let reading = self.heard.reading;
        let mut asked = reading.intents.iter();
        let changes = reading.decision == Decision::Answer
            && asked.any(|it| self.action(&it.intent) == Some(Action::ChangeOrder));
        if !changes || !self.tells(NEW_DETAILS) {
            return;
        }
        for detail in self.details_named() {
            match detail {
                Detail::Phone => given.phones.clear(),
                Detail::Email => given.emails.clear(),
                Detail::Address | Detail::Recipient => {}
            }
        }
    }

    /// The shop's signature proves an order without a question: to its buyer, and to the merchant whose order it is.
    pub(super) fn prove_by_identity(&mut self, id: &OrderId) {
        let Some(identity) = &self.conversation.identity else {
            return;
        };
        let order = self.facts.orders.get(id);
        let sells =
            |order: &Order| self.is_merchant() && order.merchant == self.conversation.merchant;
        let buys = is_buyer(identity, buyer(order));
        if order.is_some_and(|order| buys || sells(order)) {
            self.gain(id, ProofLevel::Owner);
        }
    }

    /// Contact data prove the order; without any, or with wrong ones, the customer is asked. Gives whether it is proven.
    pub(super) fn prove_by_contact(&mut self, id: &OrderId, topic: &Topic) -> bool {
        let untried = !self.memory.given.is_empty() && !self.memory.tried.contains(id);
        let compares = untried && self.failed_proofs_left();
        if compares && self.compare(id) {
            return true;
        }
        if !self.failed_proofs_left() {
            self.hand_over(HandoffReason::IdentityNotVerified, Say::HandedOver);
            return false;
        }
        if self.is_merchant() && self.conversation.identity.is_some() {
            self.memory.topic = Some(Topic {
                need: Need::Order,
                order: None,
                ..topic.clone()
            });
            self.say(Say::MerchantNoOrder, None, Outcome::AskOrderId);
            return false;
        }
        let tries = if topic.need == Need::Proof {
            topic.tries
        } else {
            0
        };
        self.memory.topic = Some(Topic {
            need: Need::Proof,
            tries,
            ..topic.clone()
        });
        let never_right = compares && self.memory.proven.is_empty();
        let fits_another = self
            .moves
            .iter()
            .any(|done| matches!(done, Move::ProofGained { .. }));
        let given_for_this = self.contact_of_message().is_some() && !fits_another;
        let failed = never_right || given_for_this;
        self.ask_proof(failed && !self.may_be_new(topic));
        false
    }

    /// Whether what was compared may be what the order is to have from now on ("change the phone to …"): it was compared like any other, and
    /// counts, but nobody is told that they got wrong what they never gave as theirs.
    fn may_be_new(&self, topic: &Topic) -> bool {
        let changes = |intent: &IntentId| self.action(intent) == Some(Action::ChangeOrder);
        let mut intents = self.heard.reading.intents.iter();
        let says_so = intents.any(|it| changes(&it.intent));
        changes(&topic.intent) && (says_so || self.contact_of_message().is_none())
    }

    /// What was given was compared with the orders of matters that wait, too: each of them counts the guess.
    pub(super) fn note_failed_for_parked(&mut self) {
        let parked = self.memory.parked.iter();
        let orders: Vec<OrderId> = parked.filter_map(|topic| topic.order.clone()).collect();
        for order in orders {
            if self.level(&order) == ProofLevel::Nothing && self.memory.tried.insert(order.clone())
            {
                self.moves.push(Move::ProofFailed { order });
            }
        }
    }

    /// Whether what was given belongs to the buyer of this order. Says nothing and counts nothing.
    pub(super) fn would_prove(&self, id: &OrderId) -> bool {
        let order = self.facts.orders.get(id);
        let locked = self.facts.address_locked || self.facts.locked.contains(id);
        fits(&self.memory.given, buyer(order)) & order.is_some() & !locked
    }

    const fn failed_proofs_left(&self) -> bool {
        self.memory.failed_proofs < PROOFS
    }

    /// Compares what was given with the order. An order that does not exist is one that nothing fits.
    fn compare(&mut self, id: &OrderId) -> bool {
        let locked = self.facts.address_locked || self.facts.locked.contains(id);
        let order = self.facts.orders.get(id);
        let fits = fits(&self.memory.given, buyer(order)) & order.is_some();
        if fits && !locked {
            self.gain(id, ProofLevel::Contact);
            return true;
        }
        self.memory.tried.insert(id.clone());
        self.count_wrong(id.clone());
        false
    }

    fn gain(&mut self, order: &OrderId, level: ProofLevel) {
        if self.level(order) < level {
            self.memory.proven.insert(order.clone(), level);
            self.adopt_script(order);
            self.moves.push(Move::ProofGained {
                order: order.clone(),
                level,
            });
        }
    }

    /// Whether it is asked for somebody else, whose contact data may not be known to whoever asks.
    pub(super) fn asks_for_another(&self) -> bool {
        let asks = self.tells(FOR_ANOTHER) || self.brought().tells(FOR_ANOTHER);
        // Who sends their own order to somebody else names that person, too.
        let topic = self.memory.topic.as_ref();
        let sends = topic.is_some_and(|it| self.action(&it.intent) == Some(Action::ChangeOrder));
        asks && !sends && !self.is_merchant()
    }

    /// Whether they have just heard that the person who ordered has to ask.
    pub(super) fn heard_that_other_must_ask(&self) -> bool {
        let replies = &self.rules.replies;
        let text = replies.say(Say::OtherMustAsk, self.language, &self.values(None));
        self.has_just_said(&text)
    }

    /// Asks for proof, in the same words whether the order exists, is somebody else's, or not.
    pub(super) fn ask_proof(&mut self, again: bool) {
        let say = match &self.conversation.identity {
            None if self.is_merchant() => Say::MerchantSignIn,
            _ if again => Say::ProofFailed,
            _ if self.asks_for_another() => Say::AskProofOfOther,
            Some(_) => Say::OrderNotYours,
            None => Say::AskProof,
        };
        self.say(say, None, Outcome::AskVerification);
    }
}
