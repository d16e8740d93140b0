//! Why the bot said something. Exact, because it goes by rules.

use serde::{Deserialize, Serialize};

use super::memory::Need;
use super::outcome::Outcome;
use crate::domain::ids::{IntentId, OrderId};
use crate::domain::is_default;
use crate::domain::policy::AppliedClause;
use crate::domain::proof::ProofLevel;

/// Why the bot said something: the rule, the words, the facts, the clause.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Because {
    /// What the bot was doing.
    pub outcome: Outcome,
    /// The intent it answered, if the message had one.
    pub intent: Option<IntentId>,
    /// What gave the occasion, where it was no message of the customer's.
    #[serde(default, skip_serializing_if = "is_default")]
    pub prompt: Prompt,
    /// What the message was read as: the intent, or what steers a dialogue, as it is called in `intents/`: `acts.no`,
    /// `circumstance.all_well`, `off_topic.weather`. None where no rule and no phrase knew it.
    #[serde(default, skip_serializing_if = "is_default")]
    pub read_as: Option<String>,
    /// It is like phrases, and no rule has its words.
    #[serde(default, skip_serializing_if = "is_default")]
    pub by_likeness: bool,
    /// `file:line` of the rule, or of the phrases.
    pub rule: Option<String>,
    /// The customer's words that made the rule match; the message itself where no rule did.
    pub matched: Vec<String>,
    /// The rule's score, 0 to 100.
    pub score: u8,
    /// The name of the sentence in `intents/` that was said.
    pub said: String,
    /// `file:line` of that sentence, in the language in which it was said.
    #[serde(default, skip_serializing_if = "is_default")]
    pub at: Option<String>,
    /// Where the dialogue stood.
    #[serde(default, skip_serializing_if = "is_default")]
    pub step: Box<Step>,
    /// The facts it used, by placeholder name.
    pub facts: Vec<String>,
    /// The clauses of the merchant's policy that it told, and where they stand.
    #[serde(default, skip_serializing_if = "is_default")]
    pub policy: Vec<AppliedClause>,
    /// What the message could have meant as well, and lost.
    #[serde(default, skip_serializing_if = "is_default")]
    pub runner_up: Option<RunnerUp>,
    /// What was read out of the message: order numbers, amounts, days.
    #[serde(default, skip_serializing_if = "is_default")]
    pub slots: Vec<Slotted>,
}

/// What gave the occasion for saying something.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Prompt {
    /// A message of the customer's.
    #[default]
    Message,
    /// A form that the customer filled in.
    Form,
    /// A claim that somebody else moved.
    Claim,
    /// A promise that will not be kept in time.
    Promise,
    /// What the merchant answered about a link to pay by.
    Link,
    /// The end of a known trouble.
    Notice,
}

/// Where the dialogue stood when something was said.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Step {
    /// What the customer had been asked for when they wrote.
    #[serde(default, skip_serializing_if = "is_default")]
    pub asked: Option<Asked>,
    /// What they chose of what was offered: the button's words.
    #[serde(default, skip_serializing_if = "is_default")]
    pub chose: Option<String>,
    /// The matter that was answered last, where nothing was asked for and the message names none of its own.
    #[serde(default, skip_serializing_if = "is_default")]
    pub follows: Option<IntentId>,
    /// What is asked for now.
    #[serde(default, skip_serializing_if = "is_default")]
    pub asks: Option<Asked>,
}

/// What a customer is asked for, and what for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Asked {
    /// What is asked for.
    pub need: Need,
    /// The matter that needs it.
    pub intent: IntentId,
    /// How far an order has to be proven for that matter.
    #[schema(value_type = u8)]
    pub proof: ProofLevel,
    /// The order, once it is known.
    #[serde(default, skip_serializing_if = "is_default")]
    pub order: Option<OrderId>,
    /// `file:line` of the rule that began the matter.
    #[serde(default, skip_serializing_if = "is_default")]
    pub rule: Option<String>,
}

/// The best of the intents that matched and lost.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct RunnerUp {
    /// Which.
    pub intent: IntentId,
    /// `file:line` of its rule.
    pub rule: String,
    /// Its score.
    pub score: u8,
}

/// A value that was read out of a message.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Slotted {
    /// What it was taken for: `order`, `amount`, `date`, `phone`, `email`, `tail` (the end of a number) or `number`.
    pub slot: String,
    /// As the customer typed it.
    pub text: String,
}
