//! What the states and error codes of payment platforms mean: for whom they stop what, who must act, and how long it usually takes.
//!
//! The codes are data: one table for each platform, read once. They are what the platforms publish; the meanings are ours.
//! WeChat Pay: the refund and payment pages of API v3 (`pay.weixin.qq.com/doc/v3/merchant/4012552567`, asking for a refund;
//! `…/4012810603`, a refund whose bank card is void; `…/4013070356`, a payment by its order number; `…/doc/global/v3/zh/4014096468`,
//! one refund). Alipay: `opendocs.alipay.com/open/…alipay.trade.refund`; Antom: `docs.antom.com/ac/ams/refund_online`,
//! `…/ac/ams/notify_refund`, `…/ac/marketplace/refund`. Stripe: `docs.stripe.com/api/refunds/object` (states, `failure_reason`,
//! `pending_reason`), `docs.stripe.com/refunds`, `docs.stripe.com/declines/codes`.
//!
//! The same word can mean different things on the way out and on the way back (`insufficient_funds`: the customer's card, or the
//! merchant's balance), so that a code is always read together with the direction of the money. A code that no table has is
//! [`Meaning::Unknown`], never an error.

mod table;
mod usual_time;

#[cfg(test)]
mod tests;

use serde::{Deserialize, Serialize};

pub use usual_time::UsualTime;

/// Which way the money was to go.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Direction {
    /// From the customer to the merchant.
    Payment,
    /// Back to the customer.
    Refund,
}

/// What a code means to the people concerned.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Meaning {
    /// Nothing is wrong, the money is moving.
    OnItsWay,
    /// It is done.
    Succeeded,
    /// The card or account that was paid with takes nothing any more.
    CardVoidNeedsOtherAccount,
    /// There is not enough money: the customer's for a payment, the merchant's for a refund.
    BalanceShort,
    /// The amount is more than is allowed.
    LimitExceeded,
    /// The payment method, or the account behind it, does not allow this.
    MethodRestricted,
    /// Something that was typed or sent is wrong.
    WrongDetails,
    /// The same was asked for before.
    Duplicate,
    /// The platform does not know what it was asked about.
    NotFound,
    /// Nothing is decided; it has to be tried once more.
    TryAgainLater,
    /// The platform has a fault of its own.
    ProviderFault,
    /// It is over without money having moved, and this way stays shut.
    Closed,
    /// No table has the code, or the platform itself gives no reason.
    Unknown,
}

impl Meaning {
    /// All meanings, in the order in which they are documented.
    pub const ALL: [Self; 13] = [
        Self::OnItsWay,
        Self::Succeeded,
        Self::CardVoidNeedsOtherAccount,
        Self::BalanceShort,
        Self::LimitExceeded,
        Self::MethodRestricted,
        Self::WrongDetails,
        Self::Duplicate,
        Self::NotFound,
        Self::TryAgainLater,
        Self::ProviderFault,
        Self::Closed,
        Self::Unknown,
    ];

    /// The name in tables, records and the API.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::OnItsWay => "on_its_way",
            Self::Succeeded => "succeeded",
            Self::CardVoidNeedsOtherAccount => "card_void_needs_other_account",
            Self::BalanceShort => "balance_short",
            Self::LimitExceeded => "limit_exceeded",
            Self::MethodRestricted => "method_restricted",
            Self::WrongDetails => "wrong_details",
            Self::Duplicate => "duplicate",
            Self::NotFound => "not_found",
            Self::TryAgainLater => "try_again_later",
            Self::ProviderFault => "provider_fault",
            Self::Closed => "closed",
            Self::Unknown => "unknown",
        }
    }
}

/// Who must act before anything moves.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Actor {
    /// Who bought.
    Customer,
    /// Who sold.
    Merchant,
    /// The payment platform, or the desk's own.
    Platform,
    /// The customer's bank, or who issued the card.
    Bank,
    /// Nobody: it goes on, or is over, by itself.
    Nobody,
}

impl Actor {
    /// All of them.
    pub const ALL: [Self; 5] = [
        Self::Customer,
        Self::Merchant,
        Self::Platform,
        Self::Bank,
        Self::Nobody,
    ];

    /// The name in tables, records and the API.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Customer => "customer",
            Self::Merchant => "merchant",
            Self::Platform => "platform",
            Self::Bank => "bank",
            Self::Nobody => "nobody",
        }
    }
}

/// A code as it was reported, with what it means.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PaymentCode {
    /// The platform's own word.
    pub code: String,
    /// What it means.
    pub meaning: Meaning,
    /// Who must act.
    pub actor: Actor,
}

impl PaymentCode {
    /// What a code means, whoever it comes from. Upper and lower case are the same, and spaces around it are nothing.
    #[must_use]
    pub fn read(code: &str, direction: Direction) -> Self {
        let (meaning, actor) =
            table::find(code, direction).unwrap_or((Meaning::Unknown, Actor::Platform));
        Self {
            code: code.trim().to_owned(),
            meaning,
            actor,
        }
    }

    /// Whether it says why something does not move.
    #[must_use]
    pub const fn explains(&self) -> bool {
        !matches!(
            self.meaning,
            Meaning::Unknown | Meaning::OnItsWay | Meaning::Succeeded
        )
    }
}
