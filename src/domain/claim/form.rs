//! An application with all its fields at once: checked whole, so that whoever filled it in learns of every mistake at the same time.

use std::collections::BTreeSet;

use rust_decimal::{Decimal, RoundingStrategy};

use super::{Application, ClaimCause, MAX_EVIDENCE, OrderClaims};
use crate::domain::money::{InvalidMoney, Money};
use crate::domain::order::Order;

/// Characters of a note.
const NOTE: usize = 1_000;

/// What somebody filled in.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ClaimForm {
    /// Why: `damaged`, `changed_mind` ...
    pub cause: String,
    /// The items that it is about, by name; none means all of the order.
    pub items: Vec<String>,
    /// How much: `20.00`, or `50%` of what was paid for the items, or for the order where that is not known; none means all of it that
    /// is left.
    pub amount: Option<String>,
    /// In which currency; none means the order's.
    pub currency: Option<String>,
    /// The customer's own words.
    pub note: Option<String>,
    /// What was handed in to prove it, by hash.
    pub evidence: Vec<String>,
}

/// A field of the form.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Field {
    /// The order.
    Order,
    /// The cause.
    Cause,
    /// One of the items, from 0.
    Item(usize),
    /// The amount.
    Amount,
    /// The currency.
    Currency,
    /// The note.
    Note,
    /// One of the files, from 0.
    Evidence(usize),
}

impl Field {
    /// Where it stands in the form: `items[1]`.
    #[must_use]
    pub fn path(self) -> String {
        match self {
            Self::Order => "order".to_owned(),
            Self::Cause => "cause".to_owned(),
            Self::Item(at) => format!("items[{at}]"),
            Self::Amount => "amount".to_owned(),
            Self::Currency => "currency".to_owned(),
            Self::Note => "note".to_owned(),
            Self::Evidence(at) => format!("evidence[{at}]"),
        }
    }
}

/// What is wrong with a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// Nobody here has shown that an order with this number is theirs; whether there is one is not said.
    OrderNotShown,
    /// All that was paid is claimed or paid back.
    NothingLeft,
    /// None of the causes.
    CauseUnknown,
    /// Not an item of the order.
    ItemUnknown,
    /// Claimed already, or named more often than it was bought.
    ItemClaimed,
    /// No amount.
    AmountUnreadable,
    /// Nothing.
    AmountNothing,
    /// More than is left, which is so much.
    AmountTooMuch(Money),
    /// More than was paid for the items that are named, which is so much.
    AmountAboveItems(Money),
    /// What some of the items cost is not known: it has to be said.
    AmountNeeded,
    /// The order was paid in this currency.
    CurrencyOther(&'static str),
    /// Too long.
    NoteTooLong,
    /// What happened has to be told where no cause tells it.
    NoteMissing,
    /// No file that was handed in here.
    EvidenceUnknown,
    /// More files than a claim can have.
    EvidenceTooMany,
}

/// A field and what is wrong with it.
pub type FormFault = (Field, Fault);

impl ClaimForm {
    /// Checks the form against an order that is shown to be the customer's, with what is claimed on it already; without one, everything
    /// that can be checked without it. `files` are those that were handed in.
    ///
    /// # Errors
    /// Every mistake, in the order of the fields.
    pub fn check(
        &self,
        order: Option<(&Order, &OrderClaims)>,
        files: &BTreeSet<String>,
    ) -> Result<Application, Vec<FormFault>> {
        let mut faults = Vec::new();
        let cause = ClaimCause::ALL
            .into_iter()
            .find(|cause| cause.name() == self.cause.trim());
        if cause.is_none() {
            faults.push((Field::Cause, Fault::CauseUnknown));
        }
        let note = self.note(cause, &mut faults);
        self.check_evidence(files, &mut faults);
        let wanted = match order {
            Some((order, claims)) => self.wanted(order, claims, &mut faults),
            None => {
                faults.push((Field::Order, Fault::OrderNotShown));
                None
            }
        };
        faults.sort_by_key(|(field, _)| *field);
        match (faults.is_empty(), cause, wanted) {
            (true, Some(cause), Some((items, amount))) => Ok(Application {
                conversation: None,
                amount,
                items,
                cause,
                note,
                evidence: self.evidence.clone(),
            }),
            _ => Err(faults),
        }
    }

    fn note(&self, cause: Option<ClaimCause>, faults: &mut Vec<FormFault>) -> Option<String> {
        let note = self.note.as_deref().map(str::trim);
        let note = note.filter(|note| !note.is_empty());
        match note {
            None if cause == Some(ClaimCause::Other) => {
                faults.push((Field::Note, Fault::NoteMissing));
            }
            Some(note) if note.chars().count() > NOTE => {
                faults.push((Field::Note, Fault::NoteTooLong));
            }
            _ => {}
        }
        note.map(str::to_owned)
    }

    fn check_evidence(&self, files: &BTreeSet<String>, faults: &mut Vec<FormFault>) {
        for (at, hash) in self.evidence.iter().enumerate() {
            if at >= MAX_EVIDENCE {
                faults.push((Field::Evidence(at), Fault::EvidenceTooMany));
                return;
            }
            if !files.contains(hash) || self.evidence.iter().take(at).any(|one| one == hash) {
                faults.push((Field::Evidence(at), Fault::EvidenceUnknown));
            }
        }
    }

    /// Which items, and how much. No amount means all that is left.
    fn wanted(
        &self,
        order: &Order,
        claims: &OrderClaims,
        faults: &mut Vec<FormFault>,
    ) -> Option<(Vec<String>, Option<Money>)> {
        let left = claims.left(order);
        if left.amount.is_zero() {
            faults.push((Field::Order, Fault::NothingLeft));
            return None;
        }
        let items = self.check_items(order, claims, faults);
        let currency = self.currency.as_deref().unwrap_or(left.currency.code());
        if !currency.trim().eq_ignore_ascii_case(left.currency.code()) {
            faults.push((Field::Currency, Fault::CurrencyOther(left.currency.code())));
        }
        let all = items.is_empty() || items.len() == order.items.len();
        let amount = self.amount.as_deref().map(str::trim);
        let price = order.price_of(&items).filter(|_| !all);
        let amount = match amount.filter(|amount| !amount.is_empty()) {
            Some(text) => Some(amount_of(text, price.unwrap_or(order.amount))),
            None if all => None,
            None => Some(price.ok_or(Fault::AmountNeeded)),
        };
        let checked = amount.map(|amount| {
            let amount = amount.and_then(|amount| within(amount, left));
            amount.and_then(|amount| for_items(amount, price, order))
        });
        match checked.transpose() {
            Ok(amount) => Some((items, amount)),
            Err(fault) => {
                faults.push((Field::Amount, fault));
                None
            }
        }
    }

    /// The items as the order calls them.
    fn check_items(
        &self,
        order: &Order,
        claims: &OrderClaims,
        faults: &mut Vec<FormFault>,
    ) -> Vec<String> {
        let mut free = claims.free_items(order);
        let mut items = Vec::new();
        for (at, named) in self.items.iter().enumerate() {
            let is_named = |item: &&String| fold(item) == fold(named);
            let Some(item) = order.items.iter().find(is_named) else {
                faults.push((Field::Item(at), Fault::ItemUnknown));
                continue;
            };
            match free.iter().position(|one| one == item) {
                Some(found) => items.push(free.swap_remove(found)),
                None => faults.push((Field::Item(at), Fault::ItemClaimed)),
            }
        }
        items
    }
}

impl OrderClaims {
    /// The items of an order that no claim is about.
    #[must_use]
    pub fn free_items(&self, order: &Order) -> Vec<String> {
        let mut free = order.items.clone();
        let bound = self.claims.iter().filter(|claim| claim.state.is_bound());
        for item in bound.flat_map(|claim| &claim.items) {
            if let Some(at) = free.iter().position(|one| one == item) {
                free.swap_remove(at);
            }
        }
        free
    }
}

fn fold(name: &str) -> String {
    name.trim().to_lowercase()
}

/// `20.00`, or `50%` of what was paid, in whole units of the currency and never more than that part.
fn amount_of(text: &str, paid: Money) -> Result<Money, Fault> {
    let Some(part) = text.strip_suffix(['%', '\u{ff05}']) else {
        return Money::parse(text, paid.currency.code()).map_err(|error| match error {
            InvalidMoney::Negative(_) => Fault::AmountNothing,
            _ => Fault::AmountUnreadable,
        });
    };
    let part = Decimal::from_str_exact(part.trim()).map_err(|_| Fault::AmountUnreadable)?;
    if part.is_sign_negative() || part > Decimal::ONE_HUNDRED {
        return Err(Fault::AmountUnreadable);
    }
    let places = u32::from(paid.currency.exponent().unwrap_or(2));
    let amount = paid
        .amount
        .checked_mul(part)
        .ok_or(Fault::AmountUnreadable)?
        / Decimal::ONE_HUNDRED;
    Ok(Money {
        amount: amount.round_dp_with_strategy(places, RoundingStrategy::ToZero),
        currency: paid.currency,
    })
}

fn within(amount: Money, left: Money) -> Result<Money, Fault> {
    if amount.amount <= Decimal::ZERO {
        Err(Fault::AmountNothing)
    } else if amount.amount > left.amount {
        Err(Fault::AmountTooMuch(left))
    } else {
        Ok(amount)
    }
}

/// No more than was paid for the items, unless it is that and the postage: what is left of an order may be the price of something else.
fn for_items(amount: Money, price: Option<Money>, order: &Order) -> Result<Money, Fault> {
    let Some(price) = price.filter(|price| amount.amount > price.amount) else {
        return Ok(amount);
    };
    let postage = order.shipping.as_ref().and_then(|it| it.amount);
    let with_postage = postage.and_then(|it| price.amount.checked_add(it.amount));
    match with_postage == Some(amount.amount) {
        true => Ok(amount),
        false => Err(Fault::AmountAboveItems(price)),
    }
}

#[cfg(test)]
mod tests;
