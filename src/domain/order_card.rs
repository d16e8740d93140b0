//! An order as a card that its customer sees: no more of it than they have shown to be theirs.

use jiff::Timestamp;
use serde::Serialize;

use super::order::{Order, OrderStatus, Refund, RefundState};
use super::proof::ProofLevel;

/// A card.
#[derive(Clone, Debug, PartialEq, Serialize, utoipa::ToSchema)]
pub struct OrderCard {
    /// Its number, as the shop writes it.
    pub id: String,
    /// Where it stands.
    pub status: OrderStatus,
    /// What was bought; only for somebody whom the shop has signed in.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub items: Vec<String>,
    /// What it costs, as a decimal; only for somebody whom the shop has signed in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub amount: Option<String>,
    /// In which currency.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub currency: Option<String>,
    /// Why it was rejected, in the shop's words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reject_reason: Option<String>,
    /// Who carries it, and the carrier's number for it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tracking: Option<String>,
    /// What has happened and is to happen, in the order of time.
    pub steps: Vec<Step>,
    /// The matters that make sense for it now, by the ids of intents.
    pub offers: Vec<&'static str>,
}

/// A point in an order's life.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct Step {
    /// What: `placed`, `paid`, `shipped`, `delivered`, `refund_requested`, `refund_approved`, `refund_expected`.
    pub what: &'static str,
    /// When (RFC 3339).
    #[schema(value_type = String, format = DateTime)]
    pub at: Timestamp,
}

impl OrderCard {
    /// What somebody with this proof may see of an order; nothing for somebody without any.
    #[must_use]
    pub fn of(order: &Order, proof: ProofLevel) -> Option<Self> {
        if proof < ProofLevel::Contact {
            return None;
        }
        let is_owner = proof >= ProofLevel::Owner;
        let amount = is_owner.then_some(order.amount);
        let shipping = order.shipping.as_ref();
        let tracking = shipping.and_then(|shipping| {
            let parts = [shipping.carrier.as_deref(), shipping.tracking.as_deref()];
            let parts: Vec<&str> = parts.into_iter().flatten().collect();
            (!parts.is_empty()).then(|| parts.join(" "))
        });
        Some(Self {
            id: order.written_id.clone(),
            status: order.status,
            items: if is_owner {
                order.items.clone()
            } else {
                Vec::new()
            },
            currency: amount.map(|amount| amount.currency.code().to_owned()),
            amount: amount.map(|amount| amount.amount.to_string()),
            reject_reason: order.reject_reason.clone(),
            tracking,
            steps: steps(order),
            offers: offers(order),
        })
    }
}

fn steps(order: &Order) -> Vec<Step> {
    let shipping = order.shipping.as_ref();
    let refund = order.latest_refund();
    let of_refund = |at: fn(&Refund) -> Option<Timestamp>| refund.and_then(at);
    // What is only expected is told while it is still to come.
    let expected = refund
        .filter(|refund| refund.state.is_open() && refund.state != RefundState::Requested)
        .and_then(|refund| refund.expected_by);
    let known = [
        ("placed", Some(order.created_at)),
        ("paid", order.paid_at),
        ("shipped", shipping.and_then(|shipping| shipping.shipped_at)),
        ("delivered", order.delivered_at()),
        ("refund_requested", of_refund(|refund| refund.requested_at)),
        ("refund_approved", of_refund(|refund| refund.approved_at)),
        ("refund_expected", expected),
    ];
    let known = known.into_iter();
    let mut steps: Vec<Step> = known
        .filter_map(|(what, at)| Some(Step { what, at: at? }))
        .collect();
    steps.sort_by_key(|step| step.at);
    steps
}

/// The next questions. The desk decides when one is asked; a card only offers what is not refused out of hand.
fn offers(order: &Order) -> Vec<&'static str> {
    let refund_is_open = order
        .latest_refund()
        .is_some_and(|refund| refund.state.is_open());
    match order.status {
        OrderStatus::Rejected => vec!["payment_resubmit", "talk_to_human"],
        OrderStatus::Refunding => vec!["refund_status", "talk_to_human"],
        _ if refund_is_open => vec!["refund_status", "talk_to_human"],
        OrderStatus::Refunded | OrderStatus::Cancelled => vec!["talk_to_human"],
        _ if order.paid_at.is_some() => vec!["refund_request", "talk_to_human"],
        _ => vec!["talk_to_human"],
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::OrderCard;
    use crate::domain::order::Order;
    use crate::domain::order_record::{Defaults, parse};
    use crate::domain::proof::ProofLevel;

    fn order(status: &str) -> Order {
        let record = json!({"id": "A1", "merchant": "m_x", "status": status, "amount": "20.50", "currency": "GBP",
            "payment_method": "visa *0934", "created_at": "2026-11-01T00:00:00Z", "paid_at": "2026-11-01T00:01:00Z", "items": ["mug"],
            "customer": {"name": "Ann Lee", "email": "ann@example.org", "phone": "+447700900123"},
            "shipping": {"carrier": "DPD", "tracking": "1550", "address": "1 Long Lane", "shipped_at": "2026-11-03T00:00:00Z"},
            "note": "watch out"});
        parse(&record, &Defaults::default()).unwrap()
    }

    #[test]
    fn each_level_of_proof_sees_what_it_may_and_nobody_sees_who_lives_where() {
        let order = order("shipped");
        assert_eq!(OrderCard::of(&order, ProofLevel::Nothing), None);
        let shown = |proof| json!(OrderCard::of(&order, proof)).to_string();
        let contact = shown(ProofLevel::Contact);
        assert!(contact.contains("DPD 1550") && contact.contains("shipped"));
        for hidden in ["20.5", "mug", "visa"] {
            assert!(!contact.contains(hidden), "{hidden} in {contact}");
        }
        let owner = shown(ProofLevel::Owner);
        assert!(owner.contains("20.50") && owner.contains("mug") && owner.contains("GBP"));
        for hidden in ["Ann", "ann@", "7700", "Long Lane", "watch out", "m_x"] {
            assert!(!owner.contains(hidden), "{hidden} in {owner}");
        }
    }

    #[test]
    fn steps_come_in_the_order_of_time_and_offers_fit_the_state() {
        let card = OrderCard::of(&order("shipped"), ProofLevel::Contact).unwrap();
        let steps: Vec<&str> = card.steps.iter().map(|step| step.what).collect();
        assert_eq!(steps, ["placed", "paid", "shipped"]);
        assert_eq!(card.offers, ["refund_request", "talk_to_human"]);
        let table = [
            ("rejected", "payment_resubmit"),
            ("refunding", "refund_status"),
            ("cancelled", "talk_to_human"),
        ];
        for (status, first) in table {
            let card = OrderCard::of(&order(status), ProofLevel::Contact).unwrap();
            assert_eq!(card.offers[0], first, "{status}");
        }
    }
}
