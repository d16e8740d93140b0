//! The policy as a table: one case for each clause and its edges.

use super::*;
use crate::domain::claim::{Application, OrderClaims};
use crate::domain::ids::{MerchantId, OrderId};
use crate::domain::money::Money;
use crate::domain::order::{Contact, Shipping};

const DAY: i64 = 86_400;

fn at(day: i64) -> Timestamp {
    Timestamp::from_second(day * DAY).unwrap()
}

fn merchant() -> MerchantId {
    MerchantId::parse("m").unwrap()
}

/// Delivered on day 10.
fn order() -> Order {
    Order {
        id: OrderId::parse("A1042").unwrap(),
        written_id: "A1042".to_owned(),
        merchant: merchant(),
        customer: Contact::default(),
        status: OrderStatus::Delivered,
        amount: Money::parse("40", "GBP").unwrap(),
        payment_method: None,
        created_at: at(1),
        paid_at: Some(at(2)),
        items: vec!["Gift card 40".to_owned()],
        shipping: Some(Shipping {
            shipped_at: Some(at(5)),
            delivered_at: Some(at(10)),
            ..Shipping::default()
        }),
        reject_reason: None,
        refunds: Vec::new(),
        payments: Vec::new(),
        note: None,
        extra: None,
    }
}

/// Two weeks from delivery, up to 50 without a person.
fn policy() -> Policy {
    Policy {
        refund_window_days: Some(14),
        auto_refund_limit: Some(50.into()),
        ..Policy::unknown(merchant())
    }
}

struct Scene {
    policy: Policy,
    order: Order,
    cause: ClaimCause,
    evidence: Vec<String>,
    history: History,
    day: i64,
}

impl Scene {
    fn new(cause: ClaimCause, day: i64) -> Self {
        Self {
            policy: policy(),
            order: order(),
            cause,
            evidence: Vec::new(),
            history: History::default(),
            day,
        }
    }

    fn with(mut self, change: impl FnOnce(&mut Self)) -> Self {
        change(&mut self);
        self
    }

    fn verdict(&self) -> (&'static str, &'static str) {
        let claims = OrderClaims::none(merchant(), self.order.id.clone());
        let asked = Application {
            conversation: None,
            amount: None,
            items: Vec::new(),
            cause: self.cause,
            note: None,
            evidence: self.evidence.clone(),
        };
        let claim = claims.draft(&self.order, asked, at(self.day)).unwrap();
        let verdict = judge(
            &self.policy,
            &self.order,
            &claims,
            &claim,
            self.history,
            at(self.day),
        );
        let decision = match verdict.decision {
            Decision::Accept => "accept",
            Decision::NeedsEvidence(_) => "evidence",
            Decision::Person => "person",
            Decision::Refuse => "refuse",
        };
        assert!(!verdict.clause.is_empty());
        (decision, verdict.reason.code())
    }
}

#[test]
fn the_first_clause_that_applies_decides() {
    use ClaimCause::{ChangedMind, Damaged, NotArrived, Other, PaidTwice};
    let scene = Scene::new;
    let gift = |s: &mut Scene| s.policy.non_refundable = vec!["gift card".to_owned()];
    let photo = |s: &mut Scene| {
        s.policy.evidence.insert(Damaged, "a photo".to_owned());
    };
    let table = [
        (scene(ChangedMind, 20), ("accept", "within_policy")),
        (scene(ChangedMind, 24), ("accept", "within_policy")),
        (scene(ChangedMind, 25), ("refuse", "window_ended")),
        (scene(Damaged, 25), ("person", "window_ended")),
        (scene(NotArrived, 99), ("accept", "within_policy")),
        (scene(PaidTwice, 99), ("accept", "within_policy")),
        (scene(Other, 20), ("person", "not_covered")),
        (scene(ChangedMind, 20).with(gift), ("refuse", "final_sale")),
        (scene(Damaged, 20).with(gift), ("person", "final_sale")),
        (
            scene(Damaged, 20).with(photo),
            ("evidence", "evidence_missing"),
        ),
        (
            scene(ChangedMind, 20).with(photo),
            ("accept", "within_policy"),
        ),
        (
            scene(Damaged, 20)
                .with(photo)
                .with(|s| s.evidence.push("hash".to_owned())),
            ("accept", "within_policy"),
        ),
        (
            scene(Damaged, 20).with(|s| s.history.needs_review = true),
            ("person", "abuse_review"),
        ),
        (
            scene(Damaged, 20).with(|s| s.policy.auto_refund_limit = Some(39.into())),
            ("person", "over_limit"),
        ),
        (
            scene(Damaged, 20).with(|s| s.policy.auto_refund_limit = Some(40.into())),
            ("accept", "within_policy"),
        ),
        (
            scene(Damaged, 20).with(|s| s.policy.auto_refund_limit = None),
            ("person", "no_limit"),
        ),
        (
            scene(ChangedMind, 20).with(|s| s.policy.refund_window_days = None),
            ("person", "not_covered"),
        ),
        (
            scene(ChangedMind, 20).with(|s| {
                s.order.paid_at = None;
                s.order.status = OrderStatus::Processing;
            }),
            ("refuse", "not_paid"),
        ),
        (
            scene(ChangedMind, 30).with(|s| s.order.shipping = None),
            ("accept", "within_policy"),
        ),
    ];
    for (number, (scene, expected)) in table.iter().enumerate() {
        assert_eq!(scene.verdict(), *expected, "row {number}");
    }
}

#[test]
fn the_window_is_counted_from_what_the_policy_names() {
    for (start, last_day) in [
        (WindowStart::Created, 15),
        (WindowStart::Paid, 16),
        (WindowStart::Shipped, 19),
        (WindowStart::Delivered, 24),
    ] {
        let on = |day| {
            let scene = Scene::new(ClaimCause::ChangedMind, day);
            scene.with(|s| s.policy.window_starts = start).verdict().0
        };
        assert_eq!(
            (on(last_day), on(last_day + 1)),
            ("accept", "refuse"),
            "{start:?}"
        );
    }
}
