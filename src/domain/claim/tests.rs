//! Claims: a table of all moves, and properties of the money: never more than was paid, never twice, never after it was called off.

use proptest::prelude::*;

use super::*;
use crate::domain::order::{Contact, Order, OrderStatus, RefundState};
use crate::domain::verdict::{Decision, VerdictReason};

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(second).unwrap()
}

fn order(amount: &str) -> Order {
    Order {
        id: OrderId::parse("A1042").unwrap(),
        written_id: "A-1042".to_owned(),
        merchant: MerchantId::parse("m").unwrap(),
        customer: Contact::default(),
        status: OrderStatus::Delivered,
        amount: Money::parse(amount, "GBP").unwrap(),
        payment_method: None,
        created_at: at(0),
        paid_at: Some(at(1)),
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

fn asks(amount: Option<&str>) -> Application {
    Application {
        conversation: None,
        amount: amount.map(|amount| Money::parse(amount, "GBP").unwrap()),
        items: Vec::new(),
        cause: ClaimCause::Damaged,
        note: None,
        evidence: Vec::new(),
    }
}

fn verdict(decision: Decision) -> Verdict {
    Verdict {
        decision,
        reason: VerdictReason::WithinPolicy,
        clause: "a clause".to_owned(),
        at: None,
    }
}

fn file(
    claims: &mut OrderClaims,
    order: &Order,
    amount: Option<&str>,
    decision: Decision,
) -> Result<ClaimId, InvalidClaim> {
    let draft = claims.draft(order, asks(amount), at(2))?;
    Ok(claims.submit(order, draft, verdict(decision))?.id.clone())
}

fn nothing(order: &Order) -> OrderClaims {
    OrderClaims::none(order.merchant.clone(), order.id.clone())
}

#[test]
fn a_claim_number_is_the_orders_and_a_count() {
    let id: ClaimId = "#a-1042-3".parse().unwrap();
    assert_eq!(id.to_string(), "A1042-3");
    assert_eq!(id.order().as_str(), "A1042");
    for wrong in ["A1042", "A1042-0", "A1042-x", "-1", "", "A1042-"] {
        assert!(wrong.parse::<ClaimId>().is_err(), "{wrong}");
    }
}

#[test]
fn partial_claims_add_up_to_what_was_paid_and_no_further() {
    let order = order("64.00");
    let mut claims = nothing(&order);
    file(&mut claims, &order, Some("40"), Decision::Person).unwrap();
    assert_eq!(claims.left(&order).to_string(), "24.00 GBP");
    let refused = file(&mut claims, &order, Some("24.01"), Decision::Accept);
    assert!(matches!(refused, Err(InvalidClaim::TooMuch { .. })));
    let second = file(&mut claims, &order, None, Decision::Accept).unwrap();
    assert_eq!(claims.get(&second).unwrap().amount.to_string(), "24.00 GBP");
    assert_eq!(
        file(&mut claims, &order, None, Decision::Accept),
        Err(InvalidClaim::Nothing)
    );
    // What was called off can be claimed again.
    assert_eq!(claims.withdraw(&second, at(3)), Ok(Moved::Yes));
    assert_eq!(claims.left(&order).to_string(), "24.00 GBP");
}

#[test]
fn what_the_shop_has_refunded_by_itself_is_gone_too() {
    let mut order = order("64.00");
    let refund = Refund {
        id: "R1".to_owned(),
        amount: Some(Money::parse("60", "GBP").unwrap()),
        reason: None,
        requested_at: None,
        approved_at: None,
        expected_by: None,
        state: RefundState::Paid,
    };
    order.refunds.push(refund);
    assert_eq!(nothing(&order).left(&order).to_string(), "4.00 GBP");
    order.refunds[0].amount = None;
    assert_eq!(nothing(&order).left(&order).to_string(), "0.00 GBP");
}

#[test]
fn another_currency_and_nothing_are_refused() {
    let order = order("64.00");
    let claims = nothing(&order);
    let mut asked = asks(None);
    asked.amount = Some(Money::parse("1", "EUR").unwrap());
    assert_eq!(
        claims.draft(&order, asked, at(2)),
        Err(InvalidClaim::Currency("GBP".to_owned()))
    );
    assert_eq!(
        claims.draft(&order, asks(Some("0")), at(2)),
        Err(InvalidClaim::Nothing)
    );
}

/// A move by its name.
fn step(claims: &mut OrderClaims, id: &ClaimId, name: &str) -> Result<Moved, InvalidMove> {
    match name {
        "evidence" => claims.add_evidence(id, "hash", None, at(9)),
        "approve" => claims.approve(id, &DecidedBy::Merchant, at(9)),
        "reject" => claims.reject(id, &DecidedBy::Merchant, "worn", at(9)),
        "ask" => claims.request_evidence(id, "a photo", at(9)),
        "pay" => claims.begin_paying(id, at(9)),
        "paid" => claims.paid(id, Some("tx"), at(9)),
        "failed" => claims.failed(id, "CARD_VOID", None, at(9)),
        "withdraw" => claims.withdraw(id, at(9)),
        other => panic!("{other}"),
    }
}

#[test]
fn every_move_from_every_state_is_as_the_table_says() {
    // The state a claim is brought to, and what each move makes of it: the new state, `=` for no change, `-` for refused.
    let moves = [
        "evidence", "approve", "reject", "ask", "pay", "paid", "failed", "withdraw",
    ];
    let table = [
        (
            Decision::Person,
            "",
            [
                "submitted",
                "approved",
                "rejected",
                "needs_evidence",
                "-",
                "-",
                "-",
                "withdrawn",
            ],
        ),
        (
            Decision::NeedsEvidence("it".to_owned()),
            "",
            [
                "submitted",
                "approved",
                "rejected",
                "needs_evidence",
                "-",
                "-",
                "-",
                "withdrawn",
            ],
        ),
        (
            Decision::Accept,
            "",
            ["-", "=", "-", "-", "paying", "paid", "failed", "withdrawn"],
        ),
        (
            Decision::Person,
            "approve",
            ["-", "=", "-", "-", "paying", "paid", "failed", "withdrawn"],
        ),
        (
            Decision::Refuse,
            "",
            ["-", "-", "=", "-", "-", "-", "-", "-"],
        ),
        (
            Decision::Accept,
            "pay",
            ["-", "-", "-", "-", "=", "paid", "failed", "-"],
        ),
        (
            Decision::Accept,
            "paid",
            ["-", "-", "-", "-", "=", "=", "-", "-"],
        ),
        (
            Decision::Accept,
            "failed",
            ["-", "-", "-", "-", "paying", "paid", "=", "withdrawn"],
        ),
        (
            Decision::Accept,
            "withdraw",
            ["-", "-", "-", "-", "-", "-", "-", "="],
        ),
    ];
    for (decision, first, row) in table {
        for (name, expected) in moves.iter().zip(row) {
            let order = order("64.00");
            let mut claims = nothing(&order);
            let id = file(&mut claims, &order, None, decision.clone()).unwrap();
            if !first.is_empty() {
                assert_eq!(step(&mut claims, &id, first), Ok(Moved::Yes));
            }
            let before = claims.get(&id).unwrap().state.name();
            let moved = step(&mut claims, &id, name);
            let now = claims.get(&id).unwrap().state.name();
            let found = match moved {
                Ok(Moved::Yes) => now,
                Ok(Moved::Already) => "=",
                Err(_) => "-",
            };
            assert_eq!(found, expected, "{name} from {before}");
            assert!(
                found != "-" || now == before,
                "a refused move changed something"
            );
        }
    }
}

#[derive(Clone, Debug)]
enum Act {
    File(u32, bool),
    Move(u8, &'static str),
}

fn acts() -> impl Strategy<Value = Vec<Act>> {
    let moves = prop::sample::select(vec![
        "evidence", "approve", "reject", "ask", "pay", "paid", "failed", "withdraw",
    ]);
    let act = prop_oneof![
        (1..8000_u32, any::<bool>()).prop_map(|(cents, person)| Act::File(cents, person)),
        (1..6_u8, moves).prop_map(|(claim, name)| Act::Move(claim, name)),
    ];
    prop::collection::vec(act, 1..60)
}

proptest! {
    #[test]
    fn whatever_comes_in_whatever_order_the_money_is_right(acts in acts()) {
        let order = order("64.00");
        let mut claims = nothing(&order);
        let mut withdrawn = Vec::new();
        for act in acts {
            match act {
                Act::File(cents, person) => {
                    let amount = format!("{}.{:02}", cents / 100, cents % 100);
                    let decision = if person { Decision::Person } else { Decision::Accept };
                    let _ = file(&mut claims, &order, Some(&amount), decision);
                }
                Act::Move(number, name) => {
                    let id = ClaimId::new(order.id.clone(), number.into());
                    let before = claims.clone();
                    let moved = step(&mut claims, &id, name);
                    // A retry of the same is harmless.
                    let once = claims.clone();
                    if moved.is_ok() && name != "pay" {
                        prop_assert_eq!(step(&mut claims, &id, name), Ok(Moved::Already), "{} again", name);
                    }
                    prop_assert_eq!(&claims, &once);
                    if moved.is_err() {
                        prop_assert_eq!(&claims, &before);
                    }
                    if name == "withdraw" && moved == Ok(Moved::Yes) {
                        withdrawn.push(id);
                    }
                }
            }
            let paid: Decimal = claims.claims.iter()
                .filter(|claim| matches!(claim.state, ClaimState::Paid { .. }))
                .map(|claim| claim.amount.amount)
                .sum();
            prop_assert!(paid <= claims.bound() && claims.bound() <= order.amount.amount);
            for id in &withdrawn {
                prop_assert_eq!(&claims.get(id).unwrap().state, &ClaimState::Withdrawn);
            }
        }
    }
}
