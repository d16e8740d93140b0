//! The events that merchants' programs are told of, by name. The names are a contract.

use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::domain::claim::ClaimState;

/// What happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum EventKind {
    /// An application for a refund waits for a decision.
    #[serde(rename = "refund.submitted")]
    RefundSubmitted,
    /// It is inside the policy: to be paid.
    #[serde(rename = "refund.accepted")]
    RefundAccepted,
    /// Somebody decided for it: to be paid.
    #[serde(rename = "refund.approved")]
    RefundApproved,
    /// Somebody decided against it.
    #[serde(rename = "refund.rejected")]
    RefundRejected,
    /// The customer called it off: not to be paid.
    #[serde(rename = "refund.withdrawn")]
    RefundWithdrawn,
    /// It was reported as paid.
    #[serde(rename = "refund.paid")]
    RefundPaid,
    /// Its payment was reported as failed.
    #[serde(rename = "refund.failed")]
    RefundFailed,
    /// A customer corrected a detail of an order.
    #[serde(rename = "order.corrected")]
    OrderCorrected,
    /// A customer needs a fresh link to pay by.
    #[serde(rename = "payment_link.requested")]
    PaymentLinkRequested,
    /// An agent asks the merchant for something.
    #[serde(rename = "merchant.told")]
    MerchantTold,
    /// Somebody began to write.
    #[serde(rename = "conversation.created")]
    ConversationCreated,
    /// Nothing more is to be done.
    #[serde(rename = "conversation.resolved")]
    ConversationResolved,
    /// Something is to be done again.
    #[serde(rename = "conversation.reopened")]
    ConversationReopened,
    /// The customer wrote.
    #[serde(rename = "message.received")]
    MessageReceived,
    /// Something was said to the customer. On the way to the customer of a messaging platform it has the same name.
    #[serde(rename = "message.sent")]
    MessageSent,
    /// A conversation waits for a person: for the first time, or once more.
    #[serde(rename = "handoff.created")]
    HandoffCreated,
    /// An agent has it.
    #[serde(rename = "handoff.claimed")]
    HandoffClaimed,
    /// It is with the bot again, or done.
    #[serde(rename = "handoff.resolved")]
    HandoffResolved,
    /// The customer was told to count on something.
    #[serde(rename = "promise.made")]
    PromiseMade,
    /// It was done.
    #[serde(rename = "promise.kept")]
    PromiseKept,
    /// The customer was told that it is late, and a new time.
    #[serde(rename = "promise.late")]
    PromiseLate,
    /// It was not done, and a person is asked to.
    #[serde(rename = "promise.raised")]
    PromiseRaised,
    /// There is nothing left to be done.
    #[serde(rename = "promise.void")]
    PromiseVoid,
    /// The desk believes to see a trouble, and asks a person.
    #[serde(rename = "notice.proposed")]
    NoticeProposed,
    /// A trouble is known from now on.
    #[serde(rename = "notice.declared")]
    NoticeDeclared,
    /// It is over, or was none.
    #[serde(rename = "notice.ended")]
    NoticeEnded,
    /// Nothing more is sent to an endpoint, for it took nothing: its merchant's other endpoints are told.
    #[serde(rename = "webhook.endpoint.disabled")]
    EndpointDisabled,
    /// Somebody tries an endpoint. It comes whatever the endpoint asked for: it is not among [`Self::ALL`].
    #[serde(rename = "webhook.test")]
    Test,
}

/// A name that no event has.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("there is no event `{0}`")]
pub struct UnknownEvent(pub String);

impl EventKind {
    /// All that a merchant's program can be told.
    pub const ALL: [Self; 27] = [
        Self::RefundSubmitted,
        Self::RefundAccepted,
        Self::RefundApproved,
        Self::RefundRejected,
        Self::RefundWithdrawn,
        Self::RefundPaid,
        Self::RefundFailed,
        Self::OrderCorrected,
        Self::PaymentLinkRequested,
        Self::MerchantTold,
        Self::ConversationCreated,
        Self::ConversationResolved,
        Self::ConversationReopened,
        Self::MessageReceived,
        Self::MessageSent,
        Self::HandoffCreated,
        Self::HandoffClaimed,
        Self::HandoffResolved,
        Self::PromiseMade,
        Self::PromiseKept,
        Self::PromiseLate,
        Self::PromiseRaised,
        Self::PromiseVoid,
        Self::NoticeProposed,
        Self::NoticeDeclared,
        Self::NoticeEnded,
        Self::EndpointDisabled,
    ];

    /// Its name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::RefundSubmitted => "refund.submitted",
            Self::RefundAccepted => "refund.accepted",
            Self::RefundApproved => "refund.approved",
            Self::RefundRejected => "refund.rejected",
            Self::RefundWithdrawn => "refund.withdrawn",
            Self::RefundPaid => "refund.paid",
            Self::RefundFailed => "refund.failed",
            Self::OrderCorrected => "order.corrected",
            Self::PaymentLinkRequested => "payment_link.requested",
            Self::MerchantTold => "merchant.told",
            Self::ConversationCreated => "conversation.created",
            Self::ConversationResolved => "conversation.resolved",
            Self::ConversationReopened => "conversation.reopened",
            Self::MessageReceived => "message.received",
            Self::MessageSent => "message.sent",
            Self::HandoffCreated => "handoff.created",
            Self::HandoffClaimed => "handoff.claimed",
            Self::HandoffResolved => "handoff.resolved",
            Self::PromiseMade => "promise.made",
            Self::PromiseKept => "promise.kept",
            Self::PromiseLate => "promise.late",
            Self::PromiseRaised => "promise.raised",
            Self::PromiseVoid => "promise.void",
            Self::NoticeProposed => "notice.proposed",
            Self::NoticeDeclared => "notice.declared",
            Self::NoticeEnded => "notice.ended",
            Self::EndpointDisabled => "webhook.endpoint.disabled",
            Self::Test => "webhook.test",
        }
    }

    /// Whether it says where a claim stands.
    #[must_use]
    pub const fn is_of_claim(self) -> bool {
        matches!(
            self,
            Self::RefundSubmitted
                | Self::RefundAccepted
                | Self::RefundApproved
                | Self::RefundRejected
                | Self::RefundWithdrawn
                | Self::RefundPaid
                | Self::RefundFailed
        )
    }

    /// What merchants are told when a claim comes to stand here; none where it concerns nobody but the desk.
    #[must_use]
    pub const fn of_claim(state: &ClaimState) -> Option<Self> {
        match state {
            ClaimState::Submitted => Some(Self::RefundSubmitted),
            ClaimState::Accepted => Some(Self::RefundAccepted),
            ClaimState::Approved { .. } => Some(Self::RefundApproved),
            ClaimState::Rejected { .. } => Some(Self::RefundRejected),
            ClaimState::Withdrawn => Some(Self::RefundWithdrawn),
            ClaimState::Paid { .. } => Some(Self::RefundPaid),
            ClaimState::Failed { .. } => Some(Self::RefundFailed),
            ClaimState::Draft | ClaimState::NeedsEvidence { .. } | ClaimState::Paying { .. } => {
                None
            }
        }
    }
}

impl FromStr for EventKind {
    type Err = UnknownEvent;

    fn from_str(name: &str) -> Result<Self, UnknownEvent> {
        let known = Self::ALL.into_iter().find(|kind| kind.name() == name);
        known.ok_or_else(|| UnknownEvent(name.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::EventKind;

    #[test]
    fn an_event_has_one_name_in_records_in_the_configuration_and_on_the_wire() {
        for kind in EventKind::ALL {
            assert_eq!(kind.name().parse(), Ok(kind));
            let stored = serde_json::to_value(kind).unwrap();
            assert_eq!(stored, kind.name());
        }
        assert!("refund.lost".parse::<EventKind>().is_err());
    }
}
