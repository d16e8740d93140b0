//! A merchant's refund policy as it is known to the desk: when, what, by whom. Texts are the merchant's own words.
//!
//! Policies stand in `intents/policies/`; `engine::rules` reads them. `json` takes those of another program.

mod all;
mod alone;
mod clause;
mod excluded;
mod json;
mod words;

use std::collections::BTreeMap;

use iso_currency::Currency;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

pub use all::Policies;
pub use alone::{Alone, Approval};
pub use clause::{AppliedClause, Clause, InForce, PolicyPlace, PolicyText, Written};
pub use excluded::Excluded;
pub(crate) use excluded::has_word;
pub use json::{InvalidPolicy, parse_many};
pub use words::Words;

use super::abuse::Thresholds;
use super::claim_cause::ClaimCause;
use super::language::Language;
use super::money::Money;
use super::rights::AgentRole;

/// What a merchant promises about refunds. A field that is not known is none; nothing is assumed for it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Policy {
    /// The merchant's name as customers know it.
    pub name: Option<String>,
    /// The language the merchant's customers mostly read.
    pub language: Option<Language>,
    /// For how many days after `window_starts` a refund may be asked for.
    pub refund_window_days: Option<u32>,
    /// What the window is counted from.
    pub window_starts: WindowStart,
    /// Full, partial, exchange …
    pub refund_types: Vec<String>,
    /// What is never taken back because somebody changed their mind.
    pub excluded: Vec<Excluded>,
    /// Who pays for sending things back.
    pub return_shipping: ReturnShipping,
    /// How long the money takes.
    pub refund_time: Words,
    /// Up to how much a claim needs no person.
    pub auto_accept: AutoAccept,
    /// Above how much two people have to approve, in each currency that has such a limit.
    pub two_people: Vec<Money>,
    /// Up to how much a role approves alone, where it is not what all may.
    pub alone: BTreeMap<AgentRole, Alone>,
    /// What has to be shown for a claim with this cause, one thing after the other.
    pub evidence: BTreeMap<ClaimCause, Vec<Words>>,
    /// What else the merchant wants to be known.
    pub note: Words,
    /// What is done about an unusual history of claims; nothing, where the policy does not say.
    pub review: Thresholds,
    /// Where it stands; none for one that is in no file of ours.
    pub written: Option<Written>,
}

/// What a refund window is counted from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum WindowStart {
    /// The delivery.
    #[default]
    #[serde(rename = "delivered_at")]
    Delivered,
    /// The dispatch.
    #[serde(rename = "shipped_at")]
    Shipped,
    /// The payment.
    #[serde(rename = "paid_at")]
    Paid,
    /// The placing of the order.
    #[serde(rename = "created_at")]
    Created,
}

/// Who pays for sending something back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Payer {
    /// The merchant.
    Shop,
    /// The customer.
    Customer,
}

/// Who pays for sending things back, and when.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ReturnShipping {
    /// Where the thing is faulty, or another one came.
    pub faulty: Option<Payer>,
    /// Where somebody changed their mind.
    pub changed_mind: Option<Payer>,
    /// The same in the merchant's own words, which are said instead.
    pub words: Words,
}

/// Up to how much a claim needs no person.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AutoAccept {
    /// In each currency that has a limit.
    pub limits: Vec<Money>,
    /// In whatever currency the order is in, where nobody named one.
    pub any_currency: Option<Decimal>,
}

impl AutoAccept {
    /// The limit for claims in this currency; none where a person always decides.
    #[must_use]
    pub fn limit(&self, currency: Currency) -> Option<Decimal> {
        let mut limits = self.limits.iter();
        let named = limits.find(|limit| limit.currency == currency);
        named.map(|limit| limit.amount).or(self.any_currency)
    }
}

impl Policy {
    /// What is never taken back, as customers read it.
    #[must_use]
    pub fn excluded_in(&self, language: Language) -> Vec<&str> {
        let labels = self.excluded.iter().map(|excluded| &excluded.label);
        labels
            .filter_map(|label| label.in_language(language))
            .collect()
    }

    /// Whether a part of what was paid is given back: yes or no, or none where the policy does not say which refunds there are.
    #[must_use]
    pub fn gives_parts(&self) -> Option<bool> {
        let mut kinds = self.refund_types.iter();
        (!self.refund_types.is_empty()).then(|| kinds.any(|kind| kind == "partial"))
    }

    /// What has to be shown next for a claim with this cause, when so many things have been; none where that is enough.
    #[must_use]
    pub fn wants(&self, cause: ClaimCause, shown: usize) -> Option<&Words> {
        self.evidence.get(&cause)?.get(shown)
    }

    /// Where a clause stands.
    #[must_use]
    pub fn place(&self, clause: &Clause) -> Option<PolicyPlace> {
        Some(self.written.as_ref()?.place(clause))
    }
}
