//! What an agent sees of an event, as a line of text.

use jiff::Timestamp;

use super::super::customer::{file_in_words, rating_in_words, with_choices};
use super::super::reuse::EarlierUse;
use super::AgentSees;
use crate::domain::conversation::Because;
use crate::domain::correction::Corrected;

impl AgentSees {
    /// The event as text, in the terms of the API: agents read these in reports too. A table, and so kept short.
    #[rustfmt::skip]
    pub(super) fn in_words(self) -> String {
        match self {
            Self::Started { previous } => {
                let from = previous.map(|id| format!(", goes on from {id}"));
                format!("started{}", from.unwrap_or_default())
            }
            Self::Message { text, .. } | Self::Note { text, .. } => text,
            Self::Reply { text, choices, because, .. } => with_reason(with_choices(text, &choices), because.as_ref()),
            Self::ProofGained { order, level } => format!("proof level {level} for {order}"),
            Self::ProofFailed { order } => format!("wrong proof for {order}"),
            Self::HandedOff(handed) => handed.reason.to_string(),
            Self::Claim { claim, state, amount, text, .. } => {
                let told = text.map(|text| format!(": {text}")).unwrap_or_default();
                format!("claim {claim} ({amount}) is {state}{told}")
            }
            Self::ApprovedOnce { claim, amount } => format!("claim {claim} ({amount}) is approved by the first of two"),
            Self::Attached { sha256, media_type, bytes, claim, .. } => file_in_words(&sha256, media_type, bytes, claim.as_deref()),
            Self::EvidenceReused { sha256, uses } => {
                let uses: String = uses.iter().map(EarlierUse::in_words).collect();
                format!("file {sha256} was handed in before:{uses}")
            }
            Self::OrderCorrected(Corrected { order, detail, value }) => format!("{} of {order} corrected to {value}", detail.name()),
            Self::PaymentLink(moved) => {
                format!("payment link for {} is {}", moved.order, moved.state)
            }
            Self::MerchantTold { order, text } => {
                let about = order.map(|order| format!(" of {order}")).unwrap_or_default();
                format!("the merchant was told{about}: {text}")
            }
            Self::Notice { notice, state } => format!("notice {notice} is {state}"),
            Self::Triaged { priority, labels } => {
                format!("priority: {}, labels: {}", priority.name(), labels.join(", "))
            }
            Self::ServiceLevel { goal, stage, due } => format!("{} due {due}: {}", goal.name(), stage.name()),
            Self::Contact { email } => format!("contact: {email}"),
            Self::RatingAsked { of } => format!("asked to rate: {}", of.name()),
            Self::Rated { of, score, text } => {
                format!("{}: {}", of.name(), rating_in_words(score, text))
            }
            Self::Delivery { message, state, why } => {
                let why = why.map(|why| format!(": {why}")).unwrap_or_default();
                format!("message {message} is {}{why}", state.name())
            }
            Self::Merged { from } => format!("goes on here, too: {from}"),
            Self::MergedInto { into } => format!("goes on in {into}"),
            Self::Owner { owner, to } => moved("owner", owner, to.map(|to| to.to_string())),
            Self::Status { status, until, snoozed_for } => {
                moved("status", status, until.map(|until| left_until(until, snoozed_for)))
            }
        }
    }
}

/// What a snoozed conversation is left until.
fn left_until(until: Timestamp, snoozed_for: Option<&str>) -> String {
    let before = match snoozed_for {
        Some("message") => " or the next message",
        Some("refund") => " or a change of a refund",
        _ => "",
    };
    format!("until {until}{before}")
}

/// What holds from now on, and more about it.
fn moved(what: &str, to: &str, more: Option<String>) -> String {
    let more = more.map(|more| format!(" {more}")).unwrap_or_default();
    format!("{what}: {to}{more}")
}

/// A reply of the bot and the rule that made it.
fn with_reason(text: String, because: Option<&Because>) -> String {
    match because.and_then(|because| because.rule.as_deref()) {
        Some(rule) => format!("{text}\n[{rule}]"),
        None => text,
    }
}
