//! The meter as a table of people: those who must never be stopped, and those whom a person should see. Then what fades and what counts.

use proptest::prelude::*;

use super::*;
use crate::domain::ids::MerchantId;
use crate::domain::money::Money;
use crate::domain::order::{Contact, Order, OrderStatus, Shipping};

const DAY: i64 = 86_400;
const NOW: i64 = 1_000;

fn at(day: i64) -> Timestamp {
    Timestamp::from_second(day * DAY).unwrap()
}

fn id(number: usize) -> OrderId {
    OrderId::parse(&format!("A{number}")).unwrap()
}

/// Claims so many days ago, each on an order of its own.
fn claims(days_ago: &[i64], refunded: bool, approved: bool) -> Vec<PastClaim> {
    let claims = days_ago.iter().enumerate();
    claims
        .map(|(number, days)| PastClaim {
            order: id(number),
            at: at(NOW - days),
            refunded,
            approved_by_person: approved,
        })
        .collect()
}

fn orders(number: i64, over_days: i64) -> Vec<Timestamp> {
    (0..number)
        .map(|n| at(NOW - n * over_days / number))
        .collect()
}

const AT: Thresholds = Thresholds {
    ask: Some(25),
    slow: Some(40),
    review: Some(60),
};

#[test]
fn honest_people_are_not_stopped_and_the_others_go_to_a_person_step_by_step() {
    let twelve: Vec<i64> = (0..12).map(|n| n * 7).collect();
    let table = [
        ("nobody has claimed anything", Past::default(), Step::None),
        (
            "the first order, and it came broken",
            Past {
                claims: claims(&[0], true, false),
                orders: orders(1, 1),
                ..Past::default()
            },
            Step::None,
        ),
        (
            "three orders, all broken: bad luck",
            Past {
                claims: claims(&[9, 5, 1], true, false),
                orders: orders(3, 12),
                ..Past::default()
            },
            Step::None,
        ),
        (
            "one parcel with seven broken things, claimed one by one",
            Past {
                claims: claims(&[0; 7], true, false)
                    .into_iter()
                    .map(|claim| PastClaim {
                        order: id(1),
                        ..claim
                    })
                    .collect(),
                orders: orders(1, 1),
                ..Past::default()
            },
            Step::None,
        ),
        (
            "buys eighty things in three months and gives twelve back",
            Past {
                claims: claims(&twelve, true, false),
                orders: orders(80, 90),
                ..Past::default()
            },
            Step::None,
        ),
        (
            "twelve claims of twenty orders, but a person said yes to each",
            Past {
                claims: claims(&twelve, true, true),
                orders: orders(20, 90),
                ..Past::default()
            },
            Step::None,
        ),
        (
            "lives in a house with nine others who claim",
            Past {
                accounts_behind_address: 10,
                accounts_behind_payment: 2,
                ..Past::default()
            },
            Step::None,
        ),
        (
            "has a card that ends like twenty others",
            Past {
                accounts_behind_payment: 20,
                ..Past::default()
            },
            Step::None,
        ),
        (
            "one picture served another order before",
            Past {
                reused: vec![at(NOW)],
                ..Past::default()
            },
            Step::Ask,
        ),
        (
            "six orders, six claims within ten days",
            Past {
                claims: claims(&[10, 8, 6, 4, 2, 0], true, false),
                orders: orders(6, 12),
                ..Past::default()
            },
            Step::Slow,
        ),
        (
            "the same, with a picture that served before",
            Past {
                claims: claims(&[10, 8, 6, 4, 2, 0], true, false),
                orders: orders(6, 12),
                reused: vec![at(NOW - 1)],
                ..Past::default()
            },
            Step::Review,
        ),
    ];
    for (who, past, expected) in table {
        let meter = measure(&past, at(NOW));
        assert_eq!(meter.step(&AT), expected, "{who}: {meter:?}");
        let sum: u32 = meter
            .signs
            .iter()
            .map(|(_, points)| u32::from(*points))
            .sum();
        assert_eq!(u32::from(meter.score), sum.min(100), "{who}");
    }
}

#[test]
fn the_score_says_what_it_is_made_of() {
    let past = Past {
        claims: claims(&[10, 8, 6, 4, 2, 0], true, false),
        orders: orders(6, 12),
        reused: vec![at(NOW - 1)],
        accounts_behind_address: 4,
        ..Past::default()
    };
    let signs: Vec<Sign> = measure(&past, at(NOW))
        .signs
        .into_iter()
        .map(|(sign, _)| sign)
        .collect();
    let expected = [
        Sign::ClaimsInMonth(6),
        Sign::ShareRefunded(6, 6),
        Sign::EvidenceReused(1),
        Sign::AccountsBehindAddress(4),
    ];
    assert_eq!(signs, expected);
}

#[test]
fn without_thresholds_nothing_is_ever_done() {
    let past = Past {
        reused: vec![at(NOW); 9],
        ..Past::default()
    };
    let meter = measure(&past, at(NOW));
    assert!(meter.score >= 50);
    assert_eq!(meter.step(&Thresholds::default()), Step::None);
}

fn pasts() -> impl Strategy<Value = Past> {
    let claims =
        prop::collection::vec((0i64..100, 0usize..20, any::<bool>(), any::<bool>()), 0..20);
    let orders = prop::collection::vec((0i64..100).prop_map(|day| at(NOW - day)), 0..40);
    let reused = prop::collection::vec((0i64..100).prop_map(|day| at(NOW - day)), 0..4);
    (claims, orders, reused, 0u32..9, 0u32..9).prop_map(
        |(claims, orders, reused, payment, address)| Past {
            claims: claims
                .into_iter()
                .map(|(day, order, refunded, approved_by_person)| PastClaim {
                    order: id(order),
                    at: at(NOW - day),
                    refunded,
                    approved_by_person,
                })
                .collect(),
            orders,
            reused,
            accounts_behind_payment: payment,
            accounts_behind_address: address,
            ..Past::default()
        },
    )
}

proptest! {
    /// Somebody who does nothing more is trusted more with every day. What they share with others is not theirs to fade.
    #[test]
    fn what_somebody_did_fades(past in pasts(), later in 1i64..200) {
        let past = Past { accounts_behind_payment: 0, accounts_behind_address: 0, orders: Vec::new(), ..past };
        let (now, then) = (measure(&past, at(NOW)), measure(&past, at(NOW + later)));
        prop_assert!(then.score <= now.score, "{:?} {:?}", now, then);
        prop_assert_eq!(measure(&past, at(NOW + 91)).score, 0);
    }

    /// One more order, or a person's yes, never makes anybody look worse.
    #[test]
    fn buying_more_and_being_believed_never_counts_against_anybody(past in pasts()) {
        let score = measure(&past, at(NOW)).score;
        let mut believed = past.clone();
        for claim in &mut believed.claims {
            claim.approved_by_person = true;
        }
        prop_assert!(measure(&believed, at(NOW)).score <= score);
        // Below five orders the share is not looked at at all, so the fifth may bring it in.
        let mut buys = past.clone();
        buys.orders.extend([at(NOW); 5]);
        let mut more = buys.clone();
        more.orders.push(at(NOW));
        prop_assert!(measure(&more, at(NOW)).score <= measure(&buys, at(NOW)).score);
    }
}

fn order(email: &str, payment: &str, address: &str) -> Order {
    Order {
        id: id(1),
        written_id: "A1".to_owned(),
        merchant: MerchantId::parse("m").unwrap(),
        customer: Contact {
            email: Some(email.to_owned()),
            phone: Some("+447700900777".to_owned()),
            ..Contact::default()
        },
        status: OrderStatus::Delivered,
        amount: Money::parse("5", "GBP").unwrap(),
        payment_method: Some(payment.to_owned()),
        created_at: at(1),
        paid_at: None,
        items: Vec::new(),
        shipping: Some(Shipping {
            address: Some(address.to_owned()),
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

#[test]
fn the_same_person_and_the_same_house_have_the_same_keys_and_a_brand_is_nobody() {
    let one = keys_of(&order("Jo@Example.com", "visa *0934", "1 Long Lane, Leeds"));
    let same = keys_of(&order(
        "jo@example.com ",
        "VISA * 0934",
        "1, long lane Leeds",
    ));
    assert_eq!(one, same);
    assert_eq!(
        one.iter().map(|key| key.is_person()).collect::<Vec<_>>(),
        [true, true, false, false]
    );
    let other = keys_of(&order("al@example.com", "paypal", "Leeds"));
    assert_eq!(
        other.len(),
        2,
        "neither a brand nor a town is somebody: {other:?}"
    );
    for key in one {
        assert_eq!(key.to_string().parse::<CustomerKey>().unwrap(), key);
    }
    assert!("x0".parse::<CustomerKey>().is_err() && "".parse::<CustomerKey>().is_err());
}

#[test]
fn claims_at_many_merchants_are_told_and_weigh_nothing() {
    for (merchants, told) in [(0, false), (1, false), (2, true), (40, true)] {
        let past = Past {
            merchants,
            ..Past::default()
        };
        let meter = measure(&past, at(NOW));
        let sign = (Sign::Merchants(merchants), 0);
        assert_eq!((meter.score, meter.signs.contains(&sign)), (0, told));
    }
}
