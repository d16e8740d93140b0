//! The policy as a table: one case for each clause and its edges.

use super::*;
use crate::domain::claim::{Application, OrderClaims};
use crate::domain::ids::{MerchantId, OrderId};
use crate::domain::money::Money;
use crate::domain::order::{Contact, Payment, Shipping};
use crate::domain::policy::{AutoAccept, Excluded, Words, Written};

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
        prices: Vec::new(),
        extra: None,
    }
}

fn up_to(limit: i64) -> AutoAccept {
    AutoAccept {
        limits: vec![Money::parse(&limit.to_string(), "GBP").unwrap()],
        any_currency: None,
    }
}

/// Two weeks from delivery, up to 50 without a person.
fn policy() -> Policy {
    Policy {
        refund_window_days: Some(14),
        auto_accept: up_to(50),
        ..Policy::default()
    }
}

struct Scene {
    policy: Policy,
    order: Order,
    cause: ClaimCause,
    items: Vec<String>,
    amount: Option<&'static str>,
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
            items: Vec::new(),
            amount: None,
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
        let verdict = self.judged();
        let decision = match verdict.decision {
            Decision::Accept => "accept",
            Decision::NeedsEvidence(_) => "evidence",
            Decision::Person => "person",
            Decision::Refuse => "refuse",
        };
        assert!(!verdict.clause.is_empty());
        (decision, verdict.reason.code())
    }

    fn judged(&self) -> Verdict {
        let claims = OrderClaims::none(merchant(), self.order.id.clone());
        let asked = Application {
            conversation: None,
            amount: self
                .amount
                .map(|amount| Money::parse(amount, "GBP").unwrap()),
            items: self.items.clone(),
            cause: self.cause,
            note: None,
            evidence: self.evidence.clone(),
        };
        let claim = claims.draft(&self.order, asked, at(self.day)).unwrap();
        judge(
            &self.policy,
            &self.order,
            &claims,
            &claim,
            Asking {
                history: &self.history,
                anything: "anything",
                language: Language::En,
                now: at(self.day),
            },
        )
    }
}

#[test]
fn the_first_clause_that_applies_decides() {
    use ClaimCause::{ChangedMind, Damaged, NotArrived, Other, PaidTwice};
    let scene = Scene::new;
    let gift = |s: &mut Scene| {
        let word = "gift card".to_owned();
        let label = Words::plain(word.clone());
        let words = vec![word.clone()];
        s.policy.excluded = vec![Excluded {
            kind: word,
            label,
            words,
        }];
    };
    let half = |s: &mut Scene| s.amount = Some("20");
    let two_payments = |s: &mut Scene| {
        let payment = |reference: &str| Payment {
            reference: reference.to_owned(),
            amount: None,
            status: None,
            at: None,
        };
        s.order.payments = vec![payment("one"), payment("two")];
    };
    let photo = |s: &mut Scene| {
        s.policy
            .evidence
            .insert(Damaged, vec![Words::plain("a photo".to_owned())]);
    };
    let parcel = |s: &mut Scene| {
        let asked = s.policy.evidence.entry(Damaged).or_default();
        asked.push(Words::plain("the parcel".to_owned()));
    };
    let shows = |s: &mut Scene| s.evidence.push("hash".to_owned());
    let table = [
        (scene(ChangedMind, 20), ("accept", "within_policy")),
        (scene(ChangedMind, 24), ("accept", "within_policy")),
        (scene(ChangedMind, 25), ("refuse", "window_ended")),
        (scene(Damaged, 25), ("person", "window_ended")),
        (scene(NotArrived, 99), ("accept", "within_policy")),
        (scene(PaidTwice, 99), ("person", "not_covered")),
        (
            scene(PaidTwice, 99).with(two_payments),
            ("accept", "within_policy"),
        ),
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
            scene(Damaged, 20).with(photo).with(shows),
            ("accept", "within_policy"),
        ),
        (
            scene(Damaged, 20).with(photo).with(parcel).with(shows),
            ("evidence", "evidence_missing"),
        ),
        (
            scene(Damaged, 20)
                .with(photo)
                .with(parcel)
                .with(shows)
                .with(shows),
            ("accept", "within_policy"),
        ),
        (
            scene(Damaged, 20).with(|s| s.history.step = Step::Review),
            ("person", "abuse_review"),
        ),
        (
            scene(Damaged, 20).with(|s| s.policy.auto_accept = up_to(39)),
            ("person", "over_limit"),
        ),
        (
            scene(Damaged, 20).with(|s| s.policy.auto_accept = up_to(40)),
            ("accept", "within_policy"),
        ),
        (
            scene(Damaged, 20).with(|s| s.policy.auto_accept = AutoAccept::default()),
            ("person", "no_limit"),
        ),
        (
            scene(Damaged, 20).with(|s| s.order.amount = Money::parse("40", "CNY").unwrap()),
            ("person", "no_limit"),
        ),
        // An unusual history asks for more, or for a person; it refuses nobody, and what it asks for is enough.
        (
            scene(Damaged, 20).with(|s| s.history.step = Step::Slow),
            ("person", "slowed_down"),
        ),
        (
            scene(Damaged, 20).with(|s| s.history.step = Step::Ask),
            ("evidence", "evidence_missing"),
        ),
        (
            scene(Damaged, 20).with(|s| {
                s.history.step = Step::Ask;
                s.evidence.push("hash".to_owned());
            }),
            ("accept", "within_policy"),
        ),
        // Half of the money, where the policy is silent about parts, rules them out, gives them.
        (scene(Damaged, 20).with(half), ("person", "not_covered")),
        (
            scene(Damaged, 20)
                .with(half)
                .with(|s| s.policy.refund_types = vec!["full".to_owned()]),
            ("person", "not_covered"),
        ),
        (
            scene(Damaged, 20)
                .with(half)
                .with(|s| s.policy.refund_types = vec!["partial".to_owned()]),
            ("accept", "within_policy"),
        ),
        // The gift card stays with its buyer, the mug of the same order does not have to.
        (
            scene(ChangedMind, 20)
                .with(gift)
                .with(|s| s.items = vec!["Blue mug".to_owned()]),
            ("accept", "within_policy"),
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

/// Whoever asks later why a claim was decided so has to find the very line, in the very version of the file.
#[test]
fn a_verdict_names_the_line_of_the_clause_that_decided() {
    let lines = [
        (Clause::Policy, 1),
        (Clause::Window, 7),
        (Clause::AutoAccept("GBP"), 12),
    ];
    let written = Written {
        file: "policies/m.toml".into(),
        version: "abc".into(),
        lines: lines.into_iter().collect(),
    };
    let scene = |cause, day| {
        let scene = Scene::new(cause, day);
        scene.with(|s| s.policy.written = Some(written.clone()))
    };
    let table = [
        (
            scene(ClaimCause::ChangedMind, 20),
            "auto_accept.GBP = 50",
            12,
        ),
        (scene(ClaimCause::ChangedMind, 25), "window.days = 14", 7),
        // No clause is about it: the file as a whole is what to look at.
        (scene(ClaimCause::Other, 20), "none", 1),
    ];
    for (scene, clause, line) in table {
        let verdict = scene.judged();
        let at = verdict.at.as_ref().map(ToString::to_string);
        assert_eq!(verdict.clause, clause);
        assert_eq!(at, Some(format!("policies/m.toml:{line}@abc")), "{clause}");
    }
    let nowhere = Scene::new(ClaimCause::ChangedMind, 20).judged();
    assert_eq!(nowhere.applied().at, None);
}
