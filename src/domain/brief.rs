//! The brief: at most ten lines that tell an agent all that the customer already told the bot. Facts only, no free invention.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::ids::{IntentId, OrderId};
use super::language::Language;
use super::order::OrderStatus;
use super::proof::ProofLevel;

/// What an agent reads first. A field that is empty is left out, never filled with a guess.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Brief {
    /// Who it is, as far as is known: a name from the shop's token, or nothing.
    pub who: Option<String>,
    /// How far they have proven that the order is theirs.
    pub proof: ProofLevel,
    /// What they want, the latest last.
    pub wants: Vec<IntentId>,
    /// Their own last words on it, secrets masked.
    pub in_their_words: Option<String>,
    /// The cause they chose on a refund application.
    pub cause: Option<String>,
    /// The order they speak of.
    pub order: Option<OrderId>,
    /// Its state.
    pub order_status: Option<OrderStatus>,
    /// Why it probably hangs, as a sentence of the rules.
    pub likely_cause: Option<String>,
    /// What the bot said last.
    pub bot_said: Option<String>,
    /// What the bot promised, and by when.
    pub promised: Vec<(String, Timestamp)>,
    /// What has been tried: intents the bot already answered.
    pub tried: Vec<IntentId>,
    /// What the bot asked for and did not get.
    pub missing: Vec<String>,
    /// Their mood: `calm`, `worried`, `angry`.
    pub mood: Mood,
    /// The language to answer in.
    pub language: Option<Language>,
    /// A reply to begin with, in that language.
    pub suggested_reply: Option<String>,
}

/// How somebody feels, as far as words show it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Mood {
    /// Nothing shows.
    #[default]
    Calm,
    /// Worried or in distress.
    Worried,
    /// Angry.
    Angry,
}
