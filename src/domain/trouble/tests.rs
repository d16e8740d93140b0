//! What follows from which facts, as a table; and how the facts are gathered.

use std::collections::BTreeSet;

use jiff::Timestamp;

use super::refusal::{REFUSALS, cause, refusal, rows};
use super::*;
use crate::domain::calendar::Calendar;
use crate::domain::claim::{Application, ClaimCause, ClaimState, OrderClaims};
use crate::domain::ids::{MerchantId, OrderId};
use crate::domain::money::Money;
use crate::domain::order::{Contact, Order, OrderStatus, Payment, Refund, RefundState, Shipping};
use crate::domain::payment_code::Direction;
use crate::domain::verdict::{Decision, Verdict, VerdictReason};

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

/// A Friday; the calendar is Monday to Friday from nine to six, UTC.
fn now() -> Timestamp {
    at("2026-11-20T10:00:00Z")
}

fn order(status: OrderStatus) -> Order {
    Order {
        id: OrderId::parse("A1042").unwrap(),
        written_id: "A1042".to_owned(),
        merchant: MerchantId::parse("m").unwrap(),
        customer: Contact {
            email: Some("a@example.com".to_owned()),
            ..Contact::default()
        },
        status,
        amount: Money::parse("64.00", "GBP").unwrap(),
        payment_method: None,
        created_at: at("2026-11-02T09:00:00Z"),
        paid_at: None,
        items: vec!["Desk lamp".to_owned()],
        shipping: None,
        reject_reason: None,
        refunds: Vec::new(),
        payments: Vec::new(),
        note: None,
        prices: Vec::new(),
        extra: None,
    }
}

/// What is known, as a row of the table writes it.
fn case(known: &str) -> Case {
    let mut parts = known.split("; ");
    let (subject, state) = parts.next().unwrap().split_once(' ').unwrap();
    let subject = match subject {
        "payment" => Subject::Payment,
        "refund" => Subject::Refund,
        other => panic!("{other}"),
    };
    let mut order = match subject {
        Subject::Payment => order(OrderStatus::from_name(state).unwrap()),
        Subject::Refund => order(OrderStatus::Refunding),
    };
    if subject == Subject::Refund {
        order.refunds.extend(refund(state));
    }
    let parts: Vec<&str> = parts.collect();
    for part in &parts {
        set(&mut order, subject, part);
    }
    let given = |name: &str| parts.iter().find_map(|part| part.strip_prefix(name));
    let incident = given("incident ").map(|since| Incident {
        since: at(since),
        notice: NoticeId::parse("n_1").unwrap(),
    });
    let calendar = Calendar::default();
    let mut case = Case::gather(subject, &order, None, &calendar, incident.as_ref(), now());
    if let Some(refund) = &mut case.refund {
        refund.verdict = given("verdict ").map(|code| {
            let code = serde_json::Value::String(code.to_owned());
            serde_json::from_value(code).unwrap()
        });
        refund.evidence_asked = given("evidence asked").is_some();
    }
    case
}

fn refund(state: &str) -> Option<Refund> {
    (state != "none").then(|| Refund {
        id: "R1".to_owned(),
        amount: None,
        reason: None,
        requested_at: None,
        approved_at: None,
        expected_by: None,
        state: RefundState::from_name(state).unwrap(),
    })
}

/// Sets one thing that is known.
fn set(order: &mut Order, subject: Subject, part: &str) {
    let (name, value) = part.split_once(' ').unwrap();
    let when = || Some(at(value));
    match (name, subject) {
        ("code", Subject::Payment) => order.payments.push(Payment {
            reference: "P1".to_owned(),
            amount: None,
            status: Some(value.to_owned()),
            at: Some(at("2026-11-20T09:00:00Z")),
        }),
        ("code", Subject::Refund) => order.refunds[0].reason = Some(value.to_owned()),
        ("at", Subject::Payment) => order.payments[0].at = when(),
        ("at", Subject::Refund) => {
            order.refunds[0].requested_at = when();
            order.refunds[0].approved_at = when();
        }
        ("by", _) => order.refunds[0].expected_by = when(),
        ("paid", _) => order.paid_at = when(),
        ("reason", _) => order.reject_reason = Some(value.to_owned()),
        ("method", _) => order.payment_method = Some(value.to_owned()),
        ("no", _) => order.customer = Contact::default(),
        ("phone", _) => {
            order.customer.email = None;
            order.customer.phone = Some(value.to_owned());
        }
        ("address", _) => {
            order.shipping = Some(Shipping {
                carrier: Some("DPD".to_owned()),
                address: Some(value.to_owned()).filter(|value| value != "none"),
                ..Shipping::default()
            });
        }
        ("incident" | "verdict" | "evidence", _) => {}
        _ => panic!("{part}"),
    }
}

/// What was found, as a row of the table writes it.
fn written(found: Option<&Finding>) -> String {
    let Some(found) = found else {
        return "-".to_owned();
    };
    let step = serde_json::to_value(found.next_step).unwrap();
    let (cause, actor) = (found.cause.name(), found.actor.name());
    format!("{cause} / {actor} / {}", step.as_str().unwrap())
}

#[test]
fn the_facts_show_the_cause_or_nothing_is_said() {
    let rows = include_str!("../../../tests/data/trouble/causes.tsv").lines();
    let mut wrong = String::new();
    let mut shown = BTreeSet::new();
    for row in rows.filter(|row| !row.starts_with('#')) {
        let cells: Vec<&str> = row.split('\t').collect();
        let [name, known, expected] = cells.as_slice() else {
            panic!("{row}");
        };
        let found = find(&case(known));
        let got = written(found.as_ref());
        if got != *expected {
            wrong.push_str(&format!("{name}: expected {expected}, got {got}\n"));
        }
        let Some(found) = found else { continue };
        let founded = found.cause == Cause::NotStuck || !found.speaks_for.is_empty();
        assert!(founded, "{name}: a cause without evidence");
        shown.insert(found.cause);
    }
    assert!(wrong.is_empty(), "\n{wrong}");
    assert_eq!(shown, BTreeSet::from(Cause::ALL), "a row for each cause");
}

#[test]
fn what_speaks_against_a_cause_is_kept_beside_it() {
    let found = |known| find(&case(known)).unwrap();
    let torn = found("payment rejected; code incorrect_zip; reason card expired");
    let read = PaymentCode::read("incorrect_zip", Direction::Payment);
    assert_eq!(torn.speaks_for, [Evidence::PaymentCode(read)]);
    let against = [Evidence::RefusalWords(Cause::MethodRestricted)];
    assert_eq!(torn.speaks_against, against);

    let agreed = found("payment rejected; code incorrect_zip; reason address mismatch");
    assert_eq!(agreed.speaks_against, []);
    assert_eq!(agreed.speaks_for.len(), 2);

    let incident = found("refund failed; code NOT_ENOUGH; incident 2026-11-16T09:30:00Z");
    let names: Vec<_> = incident.speaks_against.iter().map(Evidence::name).collect();
    assert_eq!(names, ["trouble.incident"]);

    let late = found("refund requested; at 2026-10-20T09:30:00Z; by 2026-11-16T09:30:00Z");
    let names: Vec<_> = late.speaks_for.iter().map(Evidence::name).collect();
    assert_eq!(names, ["trouble.day_passed", "trouble.waited"]);
}

#[test]
fn waiting_is_counted_in_working_time() {
    let table = [
        // Friday to Monday: the weekend is nothing.
        ("2026-11-20T10:00:00Z", "2026-11-23T10:00:00Z", 9, 0),
        ("2026-11-20T10:00:00Z", "2026-11-23T18:00:00Z", 17, 1),
        ("2026-11-16T17:00:00Z", "2026-11-19T18:00:00Z", 28, 3),
        ("2026-11-21T10:00:00Z", "2026-11-22T10:00:00Z", 0, 0),
        ("2026-11-20T10:00:00Z", "2026-11-19T10:00:00Z", 0, 0),
        ("1990-01-01T00:00:00Z", "2026-11-20T10:00:00Z", 396, 20),
    ];
    for (from, to, hours, days) in table {
        let waited = Waited::between(&Calendar::default(), at(from), at(to));
        assert_eq!(waited, Waited { hours, days }, "{from} {to}");
    }
}

/// The claim knows more than the shop's books: the code of the failure, what the policy said, when it moved.
#[test]
fn a_claim_is_asked_about_its_refund() {
    let mut order = order(OrderStatus::Delivered);
    order.paid_at = Some(at("2026-10-20T09:30:00Z"));
    let mut claims = OrderClaims::none(order.merchant.clone(), order.id.clone());
    let asked = Application {
        conversation: None,
        amount: None,
        items: Vec::new(),
        cause: ClaimCause::Damaged,
        note: None,
        evidence: Vec::new(),
    };
    let draft = claims
        .draft(&order, asked, at("2026-11-16T09:30:00Z"))
        .unwrap();
    let verdict = Verdict {
        decision: Decision::Accept,
        reason: VerdictReason::WithinPolicy,
        clause: "auto_accept.GBP = 100".to_owned(),
        at: None,
    };
    let id = claims.submit(&order, draft, verdict).unwrap().id.clone();
    let find_for = |claims: &OrderClaims| {
        let mut order = order.clone();
        claims.show_in(&mut order);
        let calendar = Calendar::default();
        let case = Case::gather(
            Subject::Refund,
            &order,
            Some(claims),
            &calendar,
            None,
            now(),
        );
        (case.refund.clone().unwrap(), find(&case))
    };

    let (known, found) = find_for(&claims);
    assert_eq!(known.verdict, Some(VerdictReason::WithinPolicy));
    assert_eq!(found.unwrap().next_step, NextStep::MerchantSends);

    let _ = claims
        .failed(&id, "NOT_ENOUGH", None, at("2026-11-20T09:30:00Z"))
        .unwrap();
    assert_eq!(
        find_for(&claims).1.unwrap().next_step,
        NextStep::MerchantTopsUp
    );

    let _ = claims
        .begin_paying(&id, at("2026-11-20T09:30:00Z"))
        .unwrap();
    assert_eq!(find_for(&claims).1.unwrap().cause, Cause::NotStuck);

    claims.claims[0].state = ClaimState::NeedsEvidence {
        what: "a photo".to_owned(),
    };
    assert_eq!(
        find_for(&claims).1.unwrap().next_step,
        NextStep::ShowEvidence
    );
}

#[test]
fn the_words_of_refusals_are_a_table() {
    let lines = REFUSALS.lines().filter(|line| !line.starts_with('#'));
    assert_eq!(lines.count(), rows().count());
    for (name, words) in rows() {
        let found = refusal(words).map(|it| it.cause);
        assert_eq!(found, cause(name), "{words}");
        assert!(found.is_some() || name == "card_address", "{words}");
        assert_eq!(words, words.to_lowercase(), "{words}");
    }
    assert_eq!(refusal("unmismatched"), None);
}
