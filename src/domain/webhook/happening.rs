//! What an event says of a conversation: that it began, that something was said in it, who has it, what was promised. Whoever wants the
//! words reads the conversation.

use jiff::Timestamp;
use serde::Serialize;

use super::payload::{handed_off, link_requested, merchant_told, order_corrected, told};
use super::{EventKind, Told};
use crate::domain::conversation::{Conversation, Event, EventBody, Owner, Status};
use crate::domain::ids::{ConversationId, EndpointId, MerchantId, SiteId};
use crate::domain::promise::{Promise, PromiseOutcome};

#[derive(Serialize)]
struct Happened<'a> {
    conversation: &'a ConversationId,
    merchant: &'a MerchantId,
    site: &'a SiteId,
    /// Where the customer writes.
    channel: &'a str,
    /// The number of what happened, in the conversation.
    number: u64,
    /// Who did it: `customer`, `bot`, `agent` or `system`.
    by: &'static str,
}

#[derive(Serialize)]
struct PromiseData<'a> {
    conversation: &'a ConversationId,
    merchant: &'a MerchantId,
    /// Tells it from the others of its conversation.
    promise: u32,
    /// `answer`, `repair`, `link`, `take_up` or `payment`.
    what: &'static str,
    by: Timestamp,
    /// `made`, `kept`, `late` (done, but after its time), `told_late`, `raised` or `void`.
    outcome: &'static str,
}

#[derive(Serialize)]
struct EndpointData<'a> {
    endpoint: &'a EndpointId,
    merchant: &'a MerchantId,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<&'a str>,
}

/// What is told of something that happened in a conversation; none where it concerns nobody but the desk, or is told of elsewhere.
#[must_use]
pub fn happened(row: &Conversation, event: &Event) -> Option<Told> {
    let kind = match &event.body {
        EventBody::HandedOff(handoff) => return handed_off(row, handoff, event.at),
        EventBody::OrderCorrected(_) => return order_corrected(row, event),
        EventBody::MerchantTold { .. } => return merchant_told(row, event),
        EventBody::PaymentLink(_) => return link_requested(row, event),
        EventBody::Started { .. } => EventKind::ConversationCreated,
        EventBody::Message { .. } => EventKind::MessageReceived,
        EventBody::OwnerChanged { to, .. } => of_owner(to)?,
        EventBody::StatusChanged { from, to } => of_status(from, to)?,
        _ if event.said().is_some() => EventKind::MessageSent,
        _ => return None,
    };
    let data = Happened {
        conversation: &row.id,
        merchant: &row.merchant,
        site: &row.site,
        channel: &row.channel,
        number: event.seq.0,
        by: event.by.name(),
    };
    told(kind, row.id.as_str(), event.at, &data)
}

/// Waiting for a person is told by the hand-over itself.
const fn of_owner(to: &Owner) -> Option<EventKind> {
    match to {
        Owner::Agent(_) => Some(EventKind::HandoffClaimed),
        Owner::Bot => Some(EventKind::HandoffResolved),
        Owner::Queue | Owner::Platform => None,
    }
}

const fn of_status(from: &Status, to: &Status) -> Option<EventKind> {
    match (from.is_done(), to.is_done()) {
        (false, true) => Some(EventKind::ConversationResolved),
        (true, false) => Some(EventKind::ConversationReopened),
        _ => None,
    }
}

/// What is told of a promise that came to stand where it stands.
#[must_use]
pub fn promise_moved(row: &Conversation, promise: &Promise, at: Timestamp) -> Option<Told> {
    let outcome = promise.outcome();
    let kind = match outcome {
        PromiseOutcome::Made => EventKind::PromiseMade,
        PromiseOutcome::Kept | PromiseOutcome::Late => EventKind::PromiseKept,
        PromiseOutcome::ToldLate => EventKind::PromiseLate,
        PromiseOutcome::Raised => EventKind::PromiseRaised,
        PromiseOutcome::Void => EventKind::PromiseVoid,
    };
    let data = PromiseData {
        conversation: &row.id,
        merchant: &row.merchant,
        promise: promise.number,
        what: promise.what.name(),
        by: promise.by,
        outcome: outcome.name(),
    };
    told(kind, row.id.as_str(), at, &data)
}

/// What a merchant's other endpoints are told of one that gets no more.
#[must_use]
pub fn endpoint_disabled(
    merchant: &MerchantId,
    endpoint: &EndpointId,
    why: &str,
    at: Timestamp,
) -> Option<Told> {
    let data = EndpointData {
        endpoint,
        merchant,
        reason: Some(why),
    };
    told(EventKind::EndpointDisabled, endpoint.as_str(), at, &data)
}

/// What an endpoint is sent to see whether it takes anything. It waits behind nothing else.
#[must_use]
pub fn endpoint_test(merchant: &MerchantId, endpoint: &EndpointId, at: Timestamp) -> Option<Told> {
    let data = EndpointData {
        endpoint,
        merchant,
        reason: None,
    };
    told(EventKind::Test, EventKind::Test.name(), at, &data)
}
