//! What an event says: thin, so that it can go to any program of the merchant's. No words of customers, no contacts; who needs more
//! asks the API for it.

use jiff::Timestamp;
use serde::Serialize;

use super::{EventKind, Told};
use crate::domain::claim::{Claim, ClaimCause, ClaimState};
use crate::domain::conversation::{Conversation, Event, EventBody, Handoff, Priority};
use crate::domain::correction::Detail;
use crate::domain::handoff::HandoffReason;
use crate::domain::ids::{ConversationId, MerchantId, OrderId};
use crate::domain::payment_link::{LinkId, LinkState};

#[derive(Serialize)]
struct Body<'a, D> {
    #[serde(rename = "type")]
    kind: EventKind,
    timestamp: Timestamp,
    data: &'a D,
}

#[derive(Serialize)]
struct ClaimData<'a> {
    claim: String,
    /// Whoever pays, pays under this, once.
    idempotency_key: String,
    merchant: &'a MerchantId,
    order: &'a OrderId,
    amount: String,
    currency: &'static str,
    cause: ClaimCause,
    state: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    code: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reference: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    conversation: Option<&'a ConversationId>,
}

#[derive(Serialize)]
struct CorrectionData<'a> {
    /// The same however often it is told.
    idempotency_key: String,
    merchant: &'a MerchantId,
    order: &'a OrderId,
    field: Detail,
    value: &'a str,
    conversation: &'a ConversationId,
}

#[derive(Serialize)]
struct LinkData<'a> {
    /// Answered under this number.
    link: String,
    merchant: &'a MerchantId,
    order: &'a OrderId,
    conversation: &'a ConversationId,
}

#[derive(Serialize)]
struct HandoffData<'a> {
    conversation: &'a ConversationId,
    merchant: &'a MerchantId,
    /// None where an agent had taken it from the bot without one.
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<HandoffReason>,
    priority: Priority,
    #[serde(skip_serializing_if = "Option::is_none")]
    team: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    due_by: Option<Timestamp>,
    #[serde(skip_serializing_if = "Option::is_none")]
    order: Option<&'a OrderId>,
}

#[derive(Serialize)]
struct MerchantData<'a> {
    conversation: &'a ConversationId,
    merchant: &'a MerchantId,
    #[serde(skip_serializing_if = "Option::is_none")]
    order: Option<&'a OrderId>,
    /// In the agent's words.
    text: &'a str,
}

/// What is told of a claim that came to stand where it stands; none where it concerns nobody but the desk.
#[must_use]
pub fn claim_moved(merchant: &MerchantId, claim: &Claim, at: Timestamp) -> Option<Told> {
    let kind = EventKind::of_claim(&claim.state)?;
    let data = ClaimData {
        claim: claim.id.to_string(),
        idempotency_key: claim.idempotency_key(),
        merchant,
        order: claim.id.order(),
        amount: claim.amount.amount.to_string(),
        currency: claim.amount.currency.code(),
        cause: claim.cause,
        state: claim.state.name(),
        code: match &claim.state {
            ClaimState::Failed { code, .. } => Some(code),
            _ => None,
        },
        reference: match &claim.state {
            ClaimState::Paid { reference } => reference.as_deref(),
            _ => None,
        },
        conversation: claim.conversation.as_ref(),
    };
    told(kind, claim.id.order().as_str(), at, &data)
}

/// What is told of a conversation that waits for a person.
pub(super) fn handed_off(row: &Conversation, handoff: &Handoff, at: Timestamp) -> Option<Told> {
    let data = HandoffData {
        conversation: &row.id,
        merchant: &row.merchant,
        reason: Some(handoff.reason),
        priority: handoff.priority,
        team: handoff.team.as_deref(),
        due_by: handoff.due_by,
        order: handoff.brief.order.as_ref(),
    };
    told(EventKind::HandoffCreated, row.id.as_str(), at, &data)
}

/// What is told of a conversation that waits for a person once more, without being handed over anew.
pub(super) fn waits(row: &Conversation, at: Timestamp) -> Option<Told> {
    let data = HandoffData {
        conversation: &row.id,
        merchant: &row.merchant,
        reason: row.reason,
        priority: row.priority,
        team: row.team.as_deref(),
        due_by: None,
        order: row.memory.order.as_ref(),
    };
    told(EventKind::HandoffCreated, row.id.as_str(), at, &data)
}

/// What is told of a correction: the new value in full, for the shop's program has to write it down.
pub(super) fn order_corrected(row: &Conversation, event: &Event) -> Option<Told> {
    let EventBody::OrderCorrected(corrected) = &event.body else {
        return None;
    };
    let data = CorrectionData {
        idempotency_key: format!("{}:{}", row.id, event.seq.0),
        merchant: &row.merchant,
        order: &corrected.order,
        field: corrected.detail,
        value: &corrected.value,
        conversation: &row.id,
    };
    let order = corrected.order.as_str();
    told(EventKind::OrderCorrected, order, event.at, &data)
}

/// What is told of a request for a link.
pub(super) fn link_requested(row: &Conversation, event: &Event) -> Option<Told> {
    let EventBody::PaymentLink(moved) = &event.body else {
        return None;
    };
    let link = LinkId {
        conversation: row.id.clone(),
        number: moved.number,
    };
    let data = LinkData {
        link: link.to_string(),
        merchant: &row.merchant,
        order: &moved.order,
        conversation: &row.id,
    };
    let asked = moved.state == LinkState::Asked.name();
    let order = moved.order.as_str();
    asked.then(|| told(EventKind::PaymentLinkRequested, order, event.at, &data))?
}

/// What an agent tells the merchant: their words, for they are meant for nobody else.
pub(super) fn merchant_told(row: &Conversation, event: &Event) -> Option<Told> {
    let EventBody::MerchantTold { order, text } = &event.body else {
        return None;
    };
    let data = MerchantData {
        conversation: &row.id,
        merchant: &row.merchant,
        order: order.as_ref(),
        text,
    };
    told(EventKind::MerchantTold, row.id.as_str(), event.at, &data)
}

/// None of these values can fail to be written as JSON.
pub(super) fn told<D: Serialize>(
    kind: EventKind,
    about: &str,
    at: Timestamp,
    data: &D,
) -> Option<Told> {
    let timestamp = at;
    let body = serde_json::to_string(&Body {
        kind,
        timestamp,
        data,
    });
    Some(Told {
        kind,
        about: about.to_owned(),
        body: body.ok()?,
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::domain::money::Money;

    #[test]
    fn a_claim_is_told_with_what_the_payment_side_needs_and_without_the_customers_words() {
        let at: Timestamp = "2026-11-20T10:00:00Z".parse().unwrap();
        let claim = Claim {
            id: "A1-1".parse().unwrap(),
            conversation: None,
            amount: Money::parse("40.00", "GBP").unwrap(),
            items: vec!["Kettle".to_owned()],
            cause: ClaimCause::ChangedMind,
            note: Some("my own words".to_owned()),
            evidence: Vec::new(),
            by: Vec::new(),
            verdict: None,
            approved_once: None,
            decided_under: None,
            state: ClaimState::Accepted,
            created_at: at,
            updated_at: at,
        };
        let merchant = MerchantId::parse("m_linden").unwrap();
        let told = claim_moved(&merchant, &claim, at).unwrap();
        let body: serde_json::Value = serde_json::from_str(&told.body).unwrap();
        let expected = json!({"type": "refund.accepted", "timestamp": "2026-11-20T10:00:00Z", "data": {
            "claim": "A1-1", "idempotency_key": "A1:A1-1", "merchant": "m_linden", "order": "A1",
            "amount": "40.00", "currency": "GBP", "cause": "changed_mind", "state": "accepted"}});
        assert_eq!((told.kind, body), (EventKind::RefundAccepted, expected));
        let draft = Claim {
            state: ClaimState::Draft,
            ..claim
        };
        assert_eq!(claim_moved(&merchant, &draft, at), None);
    }
}
