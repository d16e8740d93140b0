//! What an event says of a conversation: that it began, that something was said in it, who has it, what was promised. Whoever wants the
//! words reads the conversation.

use jiff::Timestamp;
use serde::Serialize;

use super::payload::{handed_off, link_requested, merchant_told, order_corrected, told, waits};
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

/// What is told of what happened in a conversation in one commit, in its order, each with its time. What concerns nobody but the desk, or
/// is told of elsewhere, is left out.
#[must_use]
pub fn happened(row: &Conversation, events: &[&Event]) -> Vec<(Told, Timestamp)> {
    let is_handed_off = |event: &&Event| matches!(event.body, EventBody::HandedOff(_));
    let is_told_waiting = events.iter().any(is_handed_off);
    let mut all = Vec::new();
    for (at, event) in events.iter().enumerate() {
        let first = match &event.body {
            EventBody::HandedOff(handoff) => handed_off(row, handoff, event.at),
            EventBody::OrderCorrected(_) => order_corrected(row, event),
            EventBody::MerchantTold { .. } => merchant_told(row, event),
            EventBody::PaymentLink(_) => link_requested(row, event),
            _ => kind_of(event).and_then(|kind| plain(row, event, kind)),
        };
        let then = match of_people(row, event, &events[at + 1..]) {
            Some(EventKind::HandoffCreated) if is_told_waiting => None,
            Some(EventKind::HandoffCreated) => waits(row, event.at),
            Some(kind) => plain(row, event, kind),
            None => None,
        };
        all.extend(first.into_iter().chain(then).map(|told| (told, event.at)));
    }
    all
}

/// The thin event that most of what happens becomes.
fn plain(row: &Conversation, event: &Event, kind: EventKind) -> Option<Told> {
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

fn kind_of(event: &Event) -> Option<EventKind> {
    match &event.body {
        EventBody::Started { .. } => Some(EventKind::ConversationCreated),
        EventBody::Message { .. } => Some(EventKind::MessageReceived),
        EventBody::StatusChanged { from, to, .. } => of_status(from, to),
        _ => event.said().map(|_| EventKind::MessageSent),
    }
}

const fn of_status(from: &Status, to: &Status) -> Option<EventKind> {
    match (from.is_done(), to.is_done()) {
        (false, true) => Some(EventKind::ConversationResolved),
        (true, false) => Some(EventKind::ConversationReopened),
        _ => None,
    }
}

/// What an event means for whoever follows which conversations people have: that it waits for one, that one has it, or that none has to
/// any more. A conversation that is done is with nobody, whoever owned it last. `later` is what follows in the same commit, by which it
/// is known how things stood at this event.
fn of_people(row: &Conversation, event: &Event, later: &[&Event]) -> Option<EventKind> {
    let owner = || {
        let mut owners = later.iter().filter_map(|event| match &event.body {
            EventBody::OwnerChanged { from, .. } => Some(from),
            _ => None,
        });
        owners.next().unwrap_or(&row.owner)
    };
    let is_done = || {
        let mut statuses = later.iter().filter_map(|event| match &event.body {
            EventBody::StatusChanged { from, .. } => Some(from),
            _ => None,
        });
        statuses.next().unwrap_or(&row.status).is_done()
    };
    match &event.body {
        EventBody::OwnerChanged { from, to, .. } if !is_done() => match to {
            // Of their own accord, and handed over by nobody.
            Owner::Platform if *from == Owner::Bot => Some(EventKind::HandoffClaimed),
            Owner::Agent(_) => Some(EventKind::HandoffClaimed),
            Owner::Bot => Some(EventKind::HandoffResolved),
            Owner::Queue => Some(EventKind::HandoffCreated),
            // They are told by the hand-over itself.
            Owner::Platform => None,
        },
        EventBody::StatusChanged { from, to, .. } => match (of_status(from, to)?, owner()) {
            (_, Owner::Bot) => None,
            (EventKind::ConversationResolved, _) => Some(EventKind::HandoffResolved),
            (_, Owner::Agent(_)) => Some(EventKind::HandoffClaimed),
            (_, Owner::Queue | Owner::Platform) => Some(EventKind::HandoffCreated),
        },
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
