//! The form as a table of mistakes, and the property that matters: whatever is filled in, however often, it never comes to more than
//! was paid, and no item is claimed twice.

use jiff::Timestamp;
use proptest::prelude::*;

use super::*;
use crate::domain::claim::{Claim, ClaimState};
use crate::domain::ids::{MerchantId, OrderId};
use crate::domain::order::{Contact, OrderStatus, Shipping};
use crate::domain::verdict::{Decision, Verdict, VerdictReason};

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(second).unwrap()
}

fn order() -> Order {
    let items = ["Blue mug", "Red mug", "Blue mug", "Kettle"];
    Order {
        id: OrderId::parse("A1042").unwrap(),
        written_id: "A1042".to_owned(),
        merchant: MerchantId::parse("m").unwrap(),
        customer: Contact::default(),
        status: OrderStatus::Delivered,
        amount: Money::parse("63.99", "GBP").unwrap(),
        payment_method: None,
        created_at: at(0),
        paid_at: Some(at(1)),
        items: items.map(str::to_owned).to_vec(),
        shipping: None,
        reject_reason: None,
        refunds: Vec::new(),
        payments: Vec::new(),
        note: None,
        prices: Vec::new(),
        extra: None,
    }
}

fn nothing(order: &Order) -> OrderClaims {
    OrderClaims::none(order.merchant.clone(), order.id.clone())
}

fn form(items: &[&str], amount: Option<&str>) -> ClaimForm {
    ClaimForm {
        cause: "damaged".to_owned(),
        items: items.iter().map(ToString::to_string).collect(),
        amount: amount.map(str::to_owned),
        ..ClaimForm::default()
    }
}

fn file(claims: &mut OrderClaims, order: &Order, form: &ClaimForm) -> Result<(), Vec<FormFault>> {
    let asked = form.check(Some((order, claims)), &BTreeSet::new())?;
    let draft = claims.draft(order, asked, at(2)).unwrap();
    let verdict = Verdict {
        decision: Decision::Accept,
        reason: VerdictReason::WithinPolicy,
        clause: "a clause".to_owned(),
        at: None,
    };
    claims.submit(order, draft, verdict).unwrap();
    Ok(())
}

#[test]
fn an_amount_is_what_was_written_or_a_part_or_all_that_is_left() {
    let order = order();
    let table = [
        (form(&[], None), "63.99"),
        (form(&[], Some(" 20 ")), "20"),
        (form(&[], Some("20.50")), "20.50"),
        (form(&[], Some("50%")), "31.99"),
        (form(&[], Some("33.3\u{ff05}")), "21.30"),
        (form(&[], Some("")), "63.99"),
        (form(&["blue MUG "], Some("8")), "8"),
        (
            form(&["Kettle", "Blue mug", "Red mug", "Blue mug"], None),
            "63.99",
        ),
    ];
    for (form, expected) in table {
        let mut claims = nothing(&order);
        file(&mut claims, &order, &form).unwrap_or_else(|faults| panic!("{form:?}: {faults:?}"));
        let claim: &Claim = claims.latest().unwrap();
        assert_eq!(claim.amount.amount.to_string(), expected, "{form:?}");
    }
}

#[test]
fn every_mistake_is_named_with_its_field() {
    let order = order();
    let mut claims = nothing(&order);
    file(&mut claims, &order, &form(&["Kettle"], Some("40"))).unwrap();
    let left = Money::parse("23.99", "GBP").unwrap();
    let many = ["a", "a", "b", "c"].map(str::to_owned).to_vec();
    let bad = ClaimForm {
        cause: "broken".to_owned(),
        items: vec![
            "Teapot".to_owned(),
            "Red mug".to_owned(),
            "Kettle".to_owned(),
        ],
        amount: Some("24".to_owned()),
        currency: Some("EUR".to_owned()),
        note: Some("x".repeat(1_001)),
        evidence: many,
    };
    let files: BTreeSet<String> = ["a", "b"].map(str::to_owned).into();
    let faults = bad.check(Some((&order, &claims)), &files).unwrap_err();
    let expected = [
        (Field::Cause, Fault::CauseUnknown),
        (Field::Item(0), Fault::ItemUnknown),
        (Field::Item(2), Fault::ItemClaimed),
        (Field::Amount, Fault::AmountTooMuch(left)),
        (Field::Currency, Fault::CurrencyOther("GBP")),
        (Field::Note, Fault::NoteTooLong),
        (Field::Evidence(1), Fault::EvidenceUnknown),
        (Field::Evidence(3), Fault::EvidenceTooMany),
    ];
    assert_eq!(faults, expected);
    // Of an order that nobody has shown to be theirs nothing is said but that.
    let faults = form(&["Teapot"], Some("1000000"))
        .check(None, &files)
        .unwrap_err();
    assert_eq!(faults, [(Field::Order, Fault::OrderNotShown)]);
}

#[test]
fn an_amount_that_cannot_be_is_said_to_be_one() {
    let order = order();
    let table = [
        ("0", Fault::AmountNothing),
        ("-1", Fault::AmountNothing),
        ("0%", Fault::AmountNothing),
        ("twenty", Fault::AmountUnreadable),
        ("1e9", Fault::AmountUnreadable),
        ("20.001", Fault::AmountUnreadable),
        ("101%", Fault::AmountUnreadable),
        ("-5%", Fault::AmountUnreadable),
        ("79228162514264337593543950335%", Fault::AmountUnreadable),
    ];
    for (amount, fault) in table {
        let faults = file(&mut nothing(&order), &order, &form(&[], Some(amount))).unwrap_err();
        assert_eq!(faults, [(Field::Amount, fault)], "{amount}");
    }
    let some = form(&["Red mug"], None);
    let faults = file(&mut nothing(&order), &order, &some).unwrap_err();
    assert_eq!(faults, [(Field::Amount, Fault::AmountNeeded)]);
    let other = ClaimForm {
        cause: "other".to_owned(),
        ..ClaimForm::default()
    };
    let faults = file(&mut nothing(&order), &order, &other).unwrap_err();
    assert_eq!(faults, [(Field::Note, Fault::NoteMissing)]);
    let mut all = nothing(&order);
    file(&mut all, &order, &form(&[], None)).unwrap();
    let faults = file(&mut all, &order, &form(&[], Some("1"))).unwrap_err();
    assert_eq!(faults, [(Field::Order, Fault::NothingLeft)]);
}

fn forms() -> impl Strategy<Value = Vec<(ClaimForm, bool)>> {
    let item = prop::sample::select(vec!["Blue mug", "Red mug", "Kettle", "Teapot"]);
    let items = prop::collection::vec(item, 0..4);
    let cents = (0u32..9_000).prop_map(|cents| format!("{}.{:02}", cents / 100, cents % 100));
    let part = (0u32..120).prop_map(|part| format!("{part}%"));
    let amount = prop::option::of(prop_oneof![cents, part]);
    let one = (items, amount).prop_map(|(items, amount)| form(&items, amount.as_deref()));
    prop::collection::vec((one, any::<bool>()), 1..24)
}

proptest! {
    #[test]
    fn whatever_is_filled_in_never_comes_to_more_than_was_paid(forms in forms()) {
        let order = order();
        let mut claims = nothing(&order);
        for (form, withdraws) in forms {
            let before = claims.clone();
            let filed = file(&mut claims, &order, &form);
            if filed.is_err() {
                prop_assert_eq!(&claims, &before);
            } else if withdraws {
                let id = claims.latest().unwrap().id.clone();
                let _ = claims.withdraw(&id, at(3)).unwrap();
                prop_assert_eq!(&claims.get(&id).unwrap().state, &ClaimState::Withdrawn);
            }
            prop_assert!(claims.bound() <= order.amount.amount);
            let bound = claims.claims.iter().filter(|claim| claim.state.is_bound());
            let mut named: Vec<&String> = bound.flat_map(|claim| &claim.items).collect();
            for item in &order.items {
                if let Some(at) = named.iter().position(|one| *one == item) {
                    named.swap_remove(at);
                }
            }
            prop_assert!(named.is_empty(), "claimed twice: {:?}", named);
        }
    }
}

fn priced() -> Order {
    let prices = ["10.00", "12.01", "10.00", "31.98"];
    let price = |price: &str| Some(Money::parse(price, "GBP").unwrap());
    Order {
        prices: prices.map(price).to_vec(),
        ..order()
    }
}

#[test]
fn items_come_to_their_prices_and_to_shares_of_these() {
    let order = priced();
    let table = [
        (form(&["Kettle"], None), Ok("31.98")),
        (form(&["red mug", "Blue mug"], None), Ok("22.01")),
        (form(&["Blue mug", "Blue mug"], None), Ok("20.00")),
        (form(&["Red mug"], Some("50%")), Ok("6.00")),
        (form(&["Red mug"], Some("3")), Ok("3")),
        (form(&[], Some("50%")), Ok("31.99")),
        (form(&[], None), Ok("63.99")),
    ];
    for (form, expected) in table {
        let asked = form.check(Some((&order, &nothing(&order))), &BTreeSet::new());
        let amount = asked.map(|asked| asked.amount.unwrap_or(order.amount).amount.to_string());
        assert_eq!(amount, expected.map(str::to_owned), "{form:?}");
    }
}

#[test]
fn a_price_in_another_currency_or_more_than_is_left_is_no_amount() {
    let mut order = priced();
    order.prices[3] = Some(Money::parse("31.98", "EUR").unwrap());
    let kettle = form(&["Kettle"], None);
    let check = |order: &Order| kettle.check(Some((order, &nothing(order))), &BTreeSet::new());
    assert_eq!(
        check(&order),
        Err(vec![(Field::Amount, Fault::AmountNeeded)])
    );
    let dear = Money::parse("64.00", "GBP").unwrap();
    order.prices[3] = Some(dear);
    let too_much = Fault::AmountTooMuch(order.amount);
    assert_eq!(check(&order), Err(vec![(Field::Amount, too_much)]));
    order.prices = vec![
        Some(Money {
            amount: Decimal::MAX,
            ..dear
        });
        4
    ];
    let two = form(&["Kettle", "Red mug"], None);
    let asked = two.check(Some((&order, &nothing(&order))), &BTreeSet::new());
    assert_eq!(asked, Err(vec![(Field::Amount, Fault::AmountNeeded)]));
}

#[test]
fn no_more_comes_back_for_items_than_was_paid_for_them_and_the_postage() {
    let mut order = priced();
    let price = order.price_of(&["Kettle".to_owned()]).unwrap();
    let ask = |order: &Order, amount: Decimal| {
        let form = form(&["Kettle"], Some(amount.to_string().as_str()));
        form.check(Some((order, &nothing(order))), &BTreeSet::new())
    };
    let more = price.amount + Decimal::ONE;
    let above = Err(vec![(Field::Amount, Fault::AmountAboveItems(price))]);
    assert!(ask(&order, price.amount).is_ok());
    assert_eq!(ask(&order, more), above);
    let postage = Money {
        amount: Decimal::TWO,
        ..price
    };
    order.shipping = Some(Shipping {
        amount: Some(postage),
        ..Shipping::default()
    });
    assert_eq!(ask(&order, more), above);
    assert!(ask(&order, price.amount + Decimal::TWO).is_ok());
}
