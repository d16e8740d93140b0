//! What a turn of the bot came to.

use serde::{Deserialize, Serialize};

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
