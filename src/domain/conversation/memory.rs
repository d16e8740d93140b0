//! What the bot remembers of a conversation between two messages. Plain data: the rules for using it are the dialogue's.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use serde::{Deserialize, Deserializer, Serialize};

use super::outcome::Outcome;
use crate::domain::correction::Correction;
use crate::domain::ids::{IntentId, OrderId};
use crate::domain::is_default;
use crate::domain::language::Language;
use crate::domain::proof::ProofLevel;
use crate::domain::sequence::Seq;

/// What the bot remembers.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Memory {
    /// The matter at hand, if one waits for something.
    #[serde(skip_serializing_if = "is_default")]
    pub topic: Option<Topic>,
    /// Matters left for another question, the latest last.
    #[serde(skip_serializing_if = "is_default")]
    pub parked: Vec<Topic>,
    /// The order that is talked about.
    #[serde(skip_serializing_if = "is_default")]
    pub order: Option<OrderId>,
    /// How far the customer has proven which orders.
    #[serde(skip_serializing_if = "is_default")]
    pub proven: BTreeMap<OrderId, ProofLevel>,
    /// The contact data that the customer gave last, which may prove an order that is named later.
    #[serde(skip_serializing_if = "is_default")]
    pub given: Given,
    /// Orders that it did not prove.
    #[serde(skip_serializing_if = "is_default")]
    pub tried: BTreeSet<OrderId>,
    /// Wrong proofs so far, whatever the order.
    #[serde(skip_serializing_if = "is_default")]
    pub failed_proofs: u8,
    /// Messages in a row that were not understood.
    #[serde(skip_serializing_if = "is_default")]
    pub misunderstood: u8,
    /// Times in a row that a matter which the words named was asked about, because the message is like another.
    #[serde(skip_serializing_if = "is_default")]
    pub doubted: u8,
    /// Angry messages since a person last had the conversation.
    #[serde(skip_serializing_if = "is_default")]
    pub angry: u8,
    /// Turns of the bot since a person last had the conversation.
    #[serde(skip_serializing_if = "is_default")]
    pub turns: u16,
    /// The last message, if it was not understood: the next one may complete it.
    #[serde(skip_serializing_if = "is_default")]
    pub unclear: Option<String>,
    /// What was offered as choices, in the order of their numbers.
    #[serde(skip_serializing_if = "is_default")]
    pub offered: Vec<Offer>,
    /// What the bot said last, for "say that again".
    #[serde(skip_serializing_if = "is_default")]
    pub last_said: Vec<String>,
    /// What that came to.
    #[serde(skip_serializing_if = "is_default")]
    pub last_outcome: Option<Outcome>,
    /// The intents that were answered, the latest last, each once.
    #[serde(skip_serializing_if = "is_default")]
    pub answered: Vec<IntentId>,
    /// How often in a row the same intent was answered.
    #[serde(skip_serializing_if = "is_default")]
    pub same_again: u8,
    /// What the customer wrote when they brought the last matter, cut.
    #[serde(skip_serializing_if = "is_default")]
    pub asked: Option<String>,
    /// What the customer was promised: what, and by when.
    #[serde(skip_serializing_if = "is_default")]
    pub promised: Vec<(String, Timestamp)>,
    /// What the customer was told to wait for, and until when.
    #[serde(skip_serializing_if = "is_default")]
    pub awaited: BTreeMap<OrderId, Awaited>,
    /// How often the customer was told why an order or its refund was refused.
    #[serde(skip_serializing_if = "is_default")]
    pub told_why: BTreeMap<OrderId, u8>,
    /// Customer messages that wait for an answer together.
    #[serde(skip_serializing_if = "is_default")]
    pub unanswered: Vec<Seq>,
    /// Whether the last of them was written on a page, though the customer is one of a platform.
    #[serde(skip_serializing_if = "is_default")]
    pub unanswered_on_page: bool,
    /// Whether the last message said something else than the yes that is waited for: an "ok" may belong to the answer to that.
    #[serde(skip_serializing_if = "is_default")]
    pub strayed: bool,
    /// When the customer last wrote.
    #[serde(skip_serializing_if = "is_default")]
    pub heard_at: Option<Timestamp>,
    /// The Chinese script that was spoken last, for words that are the same in both.
    #[serde(skip_serializing_if = "is_default")]
    pub script: Option<Language>,
    /// Whether the bot has said who it is.
    #[serde(skip_serializing_if = "is_default")]
    pub greeted: bool,
}

/// Something that a choice stands for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Offer {
    /// A matter.
    Intent(IntentId),
    /// One of the customer's orders.
    Order(OrderId),
    /// A cause of a refund application, by its number from 1.
    Cause(u8),
    /// One of the items of the order at hand.
    Item(String),
    /// All of the order at hand.
    Whole,
    /// None of the others.
    Else,
}

impl Offer {
    /// The order it stands for, if it stands for one.
    #[must_use]
    pub const fn order(&self) -> Option<&OrderId> {
        match self {
            Self::Order(order) => Some(order),
            Self::Intent(_) | Self::Cause(_) | Self::Item(_) | Self::Whole | Self::Else => None,
        }
    }
}

impl Memory {
    /// Notes that an intent was taken up, and how often in a row.
    pub fn note_answered(&mut self, intent: &IntentId) {
        self.same_again = if self.answered.last() == Some(intent) {
            self.same_again.saturating_add(1)
        } else {
            0
        };
        self.answered.retain(|known| known != intent);
        self.answered.push(intent.clone());
    }

    /// What goes on into the next conversation: the order, who proved what and who could not, and what was promised about orders.
    #[must_use]
    pub fn carried(&self) -> Self {
        Self {
            order: self.order.clone(),
            proven: self.proven.clone(),
            given: self.given.clone(),
            tried: self.tried.clone(),
            failed_proofs: self.failed_proofs,
            awaited: self.awaited.clone(),
            script: self.script,
            greeted: self.greeted,
            ..Self::default()
        }
    }

    /// The matter is done: the next one has a fresh budget of turns and patience.
    pub fn settle(&mut self) {
        self.topic = None;
        self.parked.clear();
        self.asked = None;
        self.turns = 0;
        self.angry = 0;
        self.same_again = 0;
        self.misunderstood = 0;
    }
}

/// Contact data as a customer gives it to show that an order is theirs, folded for comparison.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Given {
    /// E-mail addresses.
    #[serde(skip_serializing_if = "is_default")]
    pub emails: Vec<String>,
    /// Phone numbers.
    #[serde(skip_serializing_if = "is_default")]
    pub phones: Vec<String>,
    /// Last four digits.
    #[serde(skip_serializing_if = "is_default")]
    pub tails: Vec<String>,
}

impl Given {
    /// How many there are.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.emails.len() + self.phones.len() + self.tails.len()
    }

    /// Whether there is none.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// What a customer was told to wait for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Awaited {
    /// The sentence that told so.
    pub said: String,
    /// Until when.
    pub by: Timestamp,
}

/// A matter that waits for something from the customer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Topic {
    /// What it is about.
    pub intent: IntentId,
    /// The order it is about, once that is known.
    #[serde(default, skip_serializing_if = "is_default")]
    pub order: Option<OrderId>,
    /// What is asked for.
    pub need: Need,
    /// How often it has been asked for in vain.
    #[serde(default, skip_serializing_if = "is_default")]
    pub tries: u8,
    /// What has been collected.
    #[serde(default, skip_serializing_if = "is_default")]
    pub form: Form,
    /// The rule that began it, for the explanation.
    #[serde(default, skip_serializing_if = "is_default")]
    pub rule: Option<String>,
}

/// What a matter waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Need {
    /// An order number.
    Order,
    /// The e-mail address or last four digits of the phone.
    Proof,
    /// That the customer signs in at the shop.
    SignIn,
    /// Why the money is wanted back: a choice or a sentence.
    Cause,
    /// What is to be changed, or what happened, in the customer's words.
    Details,
    /// How much of the order is wanted back: which items, an amount, a share; or a yes to what was said back.
    Portion,
    /// A yes to a correction that was said back.
    Confirm,
}

impl Need {
    /// What asking for it comes to.
    #[must_use]
    pub const fn outcome(self) -> Outcome {
        match self {
            Self::Order => Outcome::AskOrderId,
            Self::Proof | Self::SignIn => Outcome::AskVerification,
            Self::Cause | Self::Portion => Outcome::OpenRefundForm,
            Self::Details | Self::Confirm => Outcome::Answer,
        }
    }
}

/// What a matter has collected.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Form {
    /// The cause that was chosen, by its number from 1.
    pub cause: Option<u8>,
    /// The customer's own words.
    pub details: Option<String>,
    /// Both were taken from what the customer said before being asked, and not yet confirmed.
    #[serde(default, skip_serializing_if = "is_default")]
    pub told: bool,
    /// Nobody asked for it: it was offered after a report of trouble.
    #[serde(default, skip_serializing_if = "is_default")]
    pub offered: bool,
    /// What of the order is wanted back, where that was spoken of.
    #[serde(default, skip_serializing_if = "is_default")]
    pub portion: Option<Portion>,
    /// What items cost of which the order does not say it, as the customer told.
    #[serde(default, skip_serializing_if = "is_default")]
    pub prices: Vec<Price>,
    /// What of the order's details is to be corrected. Records from before it could be several have one.
    #[serde(
        default,
        alias = "correction",
        deserialize_with = "one_or_more",
        skip_serializing_if = "is_default"
    )]
    pub corrections: Vec<Correction>,
}

/// A list, or the one that stood alone in records of before.
fn one_or_more<'de, D: Deserializer<'de>>(from: D) -> Result<Vec<Correction>, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum OneOrMore {
        One(Correction),
        More(Vec<Correction>),
    }
    Ok(match Option::<OneOrMore>::deserialize(from)? {
        None => Vec::new(),
        Some(OneOrMore::One(one)) => vec![one],
        Some(OneOrMore::More(more)) => more,
    })
}

/// What a customer said that items cost together.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Price {
    /// The items, as the order calls them.
    pub items: Vec<String>,
    /// How much, as a decimal.
    pub amount: String,
    /// In which currency, where that was said.
    #[serde(default, skip_serializing_if = "is_default")]
    pub currency: Option<String>,
}

impl Form {
    /// What was said back is right.
    pub fn agree(&mut self) {
        self.told = false;
        if let Some(portion) = &mut self.portion {
            portion.agreed = true;
        }
    }
}

/// What of an order is wanted back. With nothing in it, all that is left.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Portion {
    /// Words that may name it, written before the order was known.
    #[serde(skip_serializing_if = "is_default")]
    pub said: Option<String>,
    /// The items, as the order calls them.
    #[serde(skip_serializing_if = "is_default")]
    pub items: Vec<String>,
    /// How much: `20.00`, or `50%` of what was paid.
    #[serde(skip_serializing_if = "is_default")]
    pub amount: Option<String>,
    /// In which currency, where that was said.
    #[serde(skip_serializing_if = "is_default")]
    pub currency: Option<String>,
    /// What was paid for the delivery is meant, which the order does not say.
    #[serde(skip_serializing_if = "is_default")]
    pub postage: bool,
    /// A part is meant, but not yet which.
    #[serde(skip_serializing_if = "is_default")]
    pub open: bool,
    /// The customer heard it said back and agreed.
    #[serde(skip_serializing_if = "is_default")]
    pub agreed: bool,
}
