//! Showing that an order is theirs: by the shop's signature, or by contact data that only the buyer and the shop know.

use super::speaker::Speaker;
use super::turn::Move;
use crate::domain::conversation::{Identity, Outcome};
use crate::domain::ids::OrderId;
use crate::domain::order::{Contact, fold_email, fold_phone};
use crate::domain::proof::ProofLevel;
use crate::engine::say::Say;
use crate::engine::slots::Slots;

/// What a message offers as proof.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Offered {
    emails: Vec<String>,
    phones: Vec<String>,
    tails: Vec<String>,
}

impl Offered {
    /// E-mail addresses, phone numbers and four digits that stand in a message.
    pub(super) fn from(slots: &Slots) -> Self {
        Self {
            emails: slots
                .emails
                .iter()
                .map(|slot| fold_email(&slot.value))
                .collect(),
            phones: slots
                .phones
                .iter()
                .map(|slot| fold_phone(&slot.value))
                .collect(),
            tails: slots.tails.iter().map(|slot| slot.value.clone()).collect(),
        }
    }

    pub(super) const fn is_empty(&self) -> bool {
        self.emails.is_empty() && self.phones.is_empty() && self.tails.is_empty()
    }

    /// Whether any of it belongs to this buyer.
    fn fits(&self, contact: &Contact) -> bool {
        let email = contact.email.as_deref().map(fold_email).unwrap_or_default();
        let phone = contact.phone.as_deref().map(fold_phone).unwrap_or_default();
        let by_email = self
            .emails
            .iter()
            .any(|given| !email.is_empty() && same(given, &email));
        let by_phone = self.phones.iter().any(|given| same_number(given, &phone));
        let by_tail = self
            .tails
            .iter()
            .any(|given| phone.len() >= 8 && phone.ends_with(given.as_str()));
        by_email | by_phone | by_tail
    }
}

/// Compares in a time that does not depend on where two texts differ.
fn same(a: &str, b: &str) -> bool {
    a.len() == b.len()
        && a.bytes()
            .zip(b.bytes())
            .fold(0u8, |seen, (a, b)| seen | (a ^ b))
            == 0
}

/// Phone numbers are the same when their last eight digits are: one may have a country code and the other not.
fn same_number(a: &str, b: &str) -> bool {
    let tail = |number: &str| {
        number
            .len()
            .checked_sub(8)
            .and_then(|start| number.get(start..).map(str::to_owned))
    };
    matches!((tail(a), tail(b)), (Some(a), Some(b)) if same(&a, &b))
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
            .filter(|phone| phone.len() >= 8)
    };
    let by_email =
        matches!((email(&identity.email), email(&contact.email)), (Some(a), Some(b)) if a == b);
    let by_phone = matches!((phone(&identity.phone), phone(&contact.phone)), (Some(a), Some(b)) if same_number(&a, &b));
    by_email || by_phone
}

impl Speaker<'_> {
    /// The shop's signature proves an order without a question.
    pub(super) fn prove_by_identity(&mut self, order: &OrderId) {
        let buyer = self
            .conversation
            .identity
            .as_ref()
            .zip(self.facts.orders.get(order));
        if buyer.is_some_and(|(identity, order)| is_buyer(identity, &order.customer)) {
            self.gain(order, ProofLevel::Owner);
        }
    }

    /// Contact data in the message proves an order, or fails to. Gives whether the order is proven now.
    pub(super) fn prove_by_contact(&mut self, order: &OrderId, offered: &Offered) -> bool {
        let locked = self.facts.address_locked || self.facts.locked.contains(order);
        let fits = self
            .facts
            .orders
            .get(order)
            .is_some_and(|order| offered.fits(&order.customer));
        if fits && !locked {
            self.gain(order, ProofLevel::Contact);
            return true;
        }
        self.memory.failed_proofs = self.memory.failed_proofs.saturating_add(1);
        self.moves.push(Move::ProofFailed {
            order: order.clone(),
        });
        false
    }

    fn gain(&mut self, order: &OrderId, level: ProofLevel) {
        if self.level(order) < level {
            self.memory.proven.insert(order.clone(), level);
            self.moves.push(Move::ProofGained {
                order: order.clone(),
                level,
            });
        }
    }

    /// Asks for proof, in the same words whether the order exists, is somebody else's, or not.
    pub(super) fn ask_proof(&mut self, again: bool) {
        let say = match (&self.conversation.identity, again) {
            (Some(_), false) => Say::OrderNotYours,
            (_, true) => Say::ProofFailed,
            (None, false) => Say::AskProof,
        };
        self.say(say, None, Outcome::AskVerification);
    }
}
