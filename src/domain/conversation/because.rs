//! Why the bot said something. Exact, because it goes by rules.

use serde::{Deserialize, Serialize};

use crate::domain::ids::IntentId;
use crate::domain::is_default;
use crate::domain::policy::AppliedClause;

/// Why the bot said something: the rule, the words, the facts, the clause.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Because {
    /// What the bot was doing.
    pub outcome: Outcome,
    /// The intent it answered, if the message had one.
    pub intent: Option<IntentId>,
    /// `file:line` of the rule.
    pub rule: Option<String>,
    /// The customer's words that made the rule match.
    pub matched: Vec<String>,
    /// The rule's score, 0 to 100.
    pub score: u8,
    /// The name of the sentence in `intents/` that was said.
    pub said: String,
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

/// What a turn of the bot came to. The names are a contract with other programs.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize, utoipa::ToSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// Said what it knows.
    #[default]
    Answer,
    /// Asked for an order number.
    AskOrderId,
    /// Asked for proof that the order is the customer's.
    AskVerification,
    /// Explained the state of an order or a refund.
    GiveOrderStatus,
    /// Began or went on with a refund application.
    OpenRefundForm,
    /// Calmed somebody, then answered.
    ApologiseAnswer,
    /// Asked what was meant.
    Clarify,
    /// Handed over to a person, or left the message to one.
    Escalate,
    /// Ended the matter.
    End,
}
