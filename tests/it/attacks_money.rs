//! Attacks on amounts: more digits than there are, amounts below zero, another currency, halves of the smallest unit.

use std::collections::BTreeSet;

use frontdesk::domain::claim::{
    Claim, ClaimForm, ClaimId, ClaimState, DecidedBy, Fault, Field, OrderClaims,
};
use frontdesk::domain::money::{InvalidMoney, Money};
use frontdesk::domain::order::Order;
use frontdesk::domain::order_record::{Defaults, parse};
use frontdesk::domain::verdict::{Decision, Verdict, VerdictReason};
use jiff::Timestamp;
use proptest::prelude::*;
use rust_decimal::Decimal;
use serde_json::json;

/// An order of two items in a currency, with their prices.
fn order(amount: &str, currency: &str, prices: [&str; 2]) -> Order {
    let record = json!({"id": "A1", "merchant": "m", "status": "delivered", "amount": amount, "currency": currency,
        "created_at": "2026-11-01", "paid_at": "2026-11-01",
        "items": [{"name": "Kettle", "price": prices[0]}, {"name": "Mug", "price": prices[1]}]});
    parse(&record, &Defaults::default()).unwrap()
}

fn asked(
    order: &Order,
    items: &[&str],
    amount: &str,
    currency: Option<&str>,
) -> Result<Option<Money>, Vec<(Field, Fault)>> {
    let form = ClaimForm {
        cause: "damaged".to_owned(),
        items: items.iter().map(ToString::to_string).collect(),
        amount: Some(amount.to_owned()),
        currency: currency.map(str::to_owned),
        ..ClaimForm::default()
    };
    let claims = OrderClaims::none(order.merchant.clone(), order.id.clone());
    let asked = form.check(Some((order, &claims)), &BTreeSet::new());
    asked.map(|asked| asked.amount)
}

#[test]
fn row_28_no_amount_is_taken_that_is_too_large_below_zero_too_fine_or_in_another_currency() {
    let order = order("61.00", "GBP", ["35.50", "12.00"]);
    let max = Decimal::MAX.to_string();
    let refused = [
        "-1",
        "-0.01",
        "0",
        "61.01",
        max.as_str(),
        "99999999999999999999999999999999",
        "1e2",
        "0x10",
        "NaN",
        "1,000",
        "0.005",
        "-50%",
        "101%",
        "99999999999999999999999999999%",
    ];
    for amount in refused {
        assert!(asked(&order, &[], amount, None).is_err(), "{amount}");
        assert!(
            asked(&order, &["Kettle"], amount, None).is_err(),
            "{amount}"
        );
    }
    for currency in ["EUR", "JPY", "usd"] {
        let wrong = asked(&order, &[], "1", Some(currency)).unwrap_err();
        assert_eq!(wrong, [(Field::Currency, Fault::CurrencyOther("GBP"))]);
    }
    assert_eq!(
        asked(&order, &[], "1", Some(" gbp ")).unwrap(),
        Money::parse("1", "GBP").ok()
    );
}

#[test]
fn row_28_each_currency_has_its_own_smallest_unit_and_a_share_never_rounds_up() {
    let table = [
        ("JPY", "101", "50%", "50"),
        ("TWD", "990", "33.33%", "329.96"),
        ("CNY", "0.01", "100%", "0.01"),
        ("GBP", "0.03", "50%", "0.01"),
        ("KWD", "1.001", "50%", "0.500"),
    ];
    for (currency, paid, share, expected) in table {
        // Of what was paid for the order, and of an item that cost all of it.
        let order = order(paid, currency, [paid, "0"]);
        let expected = Decimal::from_str_exact(expected).unwrap();
        for items in [&[][..], &["Kettle"][..]] {
            let amount = asked(&order, items, share, None).unwrap().unwrap().amount;
            assert_eq!(amount, expected, "{currency} {share} {items:?}");
        }
    }
    assert!(matches!(
        Money::parse("0.5", "JPY"),
        Err(InvalidMoney::TooPrecise { .. })
    ));
    assert!(matches!(
        Money::parse("1.005", "CNY"),
        Err(InvalidMoney::TooPrecise { .. })
    ));
}

proptest! {
    /// Whatever is asked for, of the order or of an item, is at least the smallest unit, no finer, and no more than was paid.
    #[test]
    fn what_is_granted_is_above_zero_whole_and_at_most_what_was_paid(
        paid in 1u32..100_000, price in 1u32..100_000, share in 0u32..2_000, text in "[-0-9.%]{0,12}", places in 0u32..4, item in any::<bool>(),
    ) {
        let currency = ["JPY", "", "GBP", "KWD"][usize::try_from(places).unwrap()];
        prop_assume!(!currency.is_empty());
        let decimal = |units: u32| Decimal::new(i64::from(units), places).to_string();
        let order = order(&decimal(paid), currency, [&decimal(price), "0"]);
        let items = if item { &["Kettle"][..] } else { &[][..] };
        for amount in [text, format!("{}%", Decimal::new(i64::from(share), 1))] {
            if let Ok(Some(granted)) = asked(&order, items, &amount, None) {
                prop_assert!(granted.amount > Decimal::ZERO && granted.amount <= order.amount.amount);
                prop_assert!(granted.amount.normalize().scale() <= places);
                prop_assert_eq!(granted.currency, order.amount.currency);
                if item && amount.ends_with('%') {
                    prop_assert!(granted.amount <= order.price(0).unwrap().amount);
                }
            }
        }
    }
}

/// What may come of an application next.
#[derive(Clone, Copy, Debug)]
enum Next {
    Leave,
    Reject,
    Withdraw,
    Pay,
    Fail,
}

fn next() -> impl Strategy<Value = Next> {
    use Next::{Fail, Leave, Pay, Reject, Withdraw};
    prop::sample::select(vec![Leave, Reject, Withdraw, Pay, Fail])
}

/// Applies for some of the items, or for an amount of them; gives the new claim.
fn claim(
    order: &Order,
    claims: &mut OrderClaims,
    items: &[&str],
    amount: Option<String>,
) -> Option<ClaimId> {
    let form = ClaimForm {
        cause: "damaged".to_owned(),
        items: items.iter().map(ToString::to_string).collect(),
        amount,
        ..ClaimForm::default()
    };
    let asked = form.check(Some((order, claims)), &BTreeSet::new()).ok()?;
    let draft = claims.draft(order, asked, order.created_at).ok()?;
    let verdict = Verdict {
        decision: Decision::Accept,
        reason: VerdictReason::WithinPolicy,
        clause: "none".to_owned(),
        at: None,
    };
    let filed = claims.submit(order, draft, verdict).ok()?;
    Some(filed.id.clone())
}

/// Takes a claim as far as it goes.
fn go_on(claims: &mut OrderClaims, id: &ClaimId, next: Next, now: Timestamp) {
    match next {
        Next::Leave => {}
        Next::Reject => drop(claims.reject(id, &DecidedBy::Merchant, "no", now)),
        Next::Withdraw => drop(claims.withdraw(id, now)),
        Next::Pay | Next::Fail => {
            drop(claims.begin_paying(id, now));
            if matches!(next, Next::Fail) {
                drop(claims.failed(id, "api_error", None, now));
                drop(claims.begin_paying(id, now));
            }
            drop(claims.paid(id, None, now));
            // Reported twice.
            drop(claims.paid(id, None, now));
        }
    }
}

proptest! {
    /// However many applications come after one another, for whichever items at whatever prices: all that is paid or may still be paid is at
    /// most what was paid, and no item is paid for twice.
    #[test]
    fn never_more_is_refunded_than_was_paid_whatever_the_items_cost(
        paid in 1u32..20_000, prices in [0u32..20_000, 0u32..20_000],
        steps in prop::collection::vec((0usize..4, prop::option::of(0u32..20_000), any::<bool>(), next()), 1..12),
    ) {
        let decimal = |cents: u32| Decimal::new(i64::from(cents), 2).to_string();
        let [kettle, mug] = prices.map(decimal);
        let order = order(&decimal(paid), "GBP", [&kettle, &mug]);
        let mut claims = OrderClaims::none(order.merchant.clone(), order.id.clone());
        for (items, amount, share, next) in steps {
            let items = [&[][..], &["Kettle"][..], &["Mug"][..], &["Kettle", "Mug"][..]][items];
            let amount = amount.map(|cents| match share {
                true => format!("{}%", Decimal::new(i64::from(cents % 1_500), 1)),
                false => decimal(cents),
            });
            if let Some(id) = claim(&order, &mut claims, items, amount) {
                go_on(&mut claims, &id, next, order.created_at);
            }
            prop_assert!(claims.bound() <= order.amount.amount, "{:?}", claims);
            let stands = |claim: &&Claim| !matches!(claim.state, ClaimState::Rejected { .. } | ClaimState::Withdrawn);
            let bound: Decimal = claims.claims.iter().filter(stands).map(|claim| claim.amount.amount).sum();
            prop_assert!(bound <= order.amount.amount);
            let mut seen = BTreeSet::new();
            let of_items = claims.claims.iter().filter(stands).flat_map(|claim| &claim.items);
            for item in of_items {
                prop_assert!(seen.insert(item.clone()), "{item} twice: {:?}", claims);
            }
        }
    }
}
