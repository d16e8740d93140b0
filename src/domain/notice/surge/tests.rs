//! When the desk believes to see a trouble: once, of the narrowest kind, far above what is usual, and never in a small shop.

use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;

use super::*;
use crate::domain::conversation::{Because, Seq};
use crate::domain::ids::ConversationId;
use crate::domain::language::Language;

fn now() -> Timestamp {
    "2026-11-20T10:00:00Z".parse().unwrap()
}

fn intent(name: &str) -> IntentId {
    IntentId::parse(name).unwrap()
}

fn of_intent(name: &str, method: Option<&str>) -> Kind {
    Kind {
        trouble: Trouble::Intent(intent(name)),
        method: method.map(str::to_owned),
    }
}

#[test]
fn the_narrowest_surge_is_proposed_once_and_then_the_kind_is_left_in_peace() {
    let mut rates = Rates::default();
    let seen = kinds(
        vec![Trouble::Intent(intent("payment_frozen"))],
        Some("Visa *0934"),
    );
    let found: Vec<Surge> = (0..60)
        .filter_map(|who| rates.note(&seen, who, now()))
        .collect();
    let [only] = found.as_slice() else {
        panic!("{found:?}")
    };
    assert_eq!(only.kind, of_intent("payment_frozen", Some("visa")));
    assert_eq!((only.count, only.since), (FLOOR, now()));
    // Different methods: no single one is it.
    let mut rates = Rates::default();
    let found: Vec<Surge> = (0..60)
        .filter_map(|who| {
            let method = if who % 2 == 0 { "visa" } else { "amex" };
            let seen = kinds(
                vec![Trouble::Intent(intent("payment_frozen"))],
                Some(method),
            );
            rates.note(&seen, who, now())
        })
        .collect();
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].kind, of_intent("payment_frozen", None));
}

#[test]
fn one_person_who_asks_again_and_again_is_one() {
    let mut rates = Rates::default();
    let seen = kinds(vec![Trouble::Intent(intent("refund_status"))], None);
    assert!((0..500).all(|_| rates.note(&seen, 7, now()).is_none()));
}

#[test]
fn the_log_says_what_people_came_with() {
    let reply = |by, intent_name: &str, facts: &[&str]| Event {
        conversation: ConversationId::parse("c").unwrap(),
        seq: Seq(1),
        at: now(),
        by,
        body: EventBody::Reply {
            text: String::new(),
            language: Language::En,
            choices: Vec::new(),
            because: Some(Because {
                intent: Some(intent(intent_name)),
                facts: facts.iter().map(|fact| (*fact).to_owned()).collect(),
                ..Because::default()
            }),
            client_id: None,
        },
    };
    let events = [
        reply(
            Actor::Bot,
            "refund_status",
            &["order.id", &cause_fact(Cause::Network)],
        ),
        reply(Actor::Bot, "refund_status", &[&cause_fact(Cause::NotStuck)]),
        reply(Actor::Bot, "greeting", &[]),
        reply(Actor::System, "payment_frozen", &[]),
    ];
    let expected = [
        Trouble::Intent(intent("refund_status")),
        Trouble::Cause(Cause::Network),
    ];
    assert_eq!(troubles(&events), expected);
}

/// People who come at these seconds; when surges are seen.
fn surges_of(mut arrivals: Vec<i64>) -> Vec<i64> {
    arrivals.sort_unstable();
    let mut rates = Rates::default();
    let seen = [of_intent("refund_status", None)];
    let mut found = Vec::new();
    for (who, second) in (0..).zip(arrivals) {
        let at = now() + SignedDuration::from_secs(second);
        found.extend(rates.note(&seen, who, at).map(|_| second));
    }
    found
}

proptest! {
    // Each case counts a week of people.
    #![proptest_config(ProptestConfig::with_cases(32))]

    /// Fewer than the floor in any quarter of an hour: no surge, however they come.
    #[test]
    fn a_small_shop_is_left_in_peace(gaps in prop::collection::vec(0_i64..4_000, 0..300)) {
        let mut at = 0;
        let mut in_window = 0;
        let arrivals = gaps.into_iter().filter_map(|gap| {
            let next = at + gap;
            let same = next / WINDOW.as_secs() == at / WINDOW.as_secs();
            in_window = if same { in_window + 1 } else { 1 };
            at = next;
            (in_window < FLOOR).then_some(next)
        });
        prop_assert!(surges_of(arrivals.collect()).is_empty());
    }

    /// What has been usual for a week is no surge, and many times as much is one, within the window.
    #[test]
    fn a_rise_far_above_what_is_usual_is_seen_and_the_usual_is_not(each in 8_i64..40) {
        let window = WINDOW.as_secs();
        let week = 96 * 7;
        let usual = (0..week).flat_map(|n| (0..each).map(move |k| n * window + k));
        let usual: Vec<i64> = usual.collect();
        let quiet = surges_of(usual.clone());
        // At the very beginning nothing is usual yet: a desk that has just begun to count may ask once or twice.
        prop_assert!(quiet.iter().all(|at| *at < 96 * window), "{quiet:?}");
        let many = 6 * each + 40;
        let burst = (0..many).map(|k| week * window + k);
        let found = surges_of(usual.into_iter().chain(burst).collect());
        let seen: Vec<i64> = found.into_iter().filter(|at| *at >= week * window).collect();
        prop_assert_eq!(seen.len(), 1);
    }

    /// At most one surge of a kind in six hours, whatever happens.
    #[test]
    fn nobody_is_asked_again_and_again(arrivals in prop::collection::vec(0_i64..200_000, 0..2_000)) {
        let found = surges_of(arrivals);
        prop_assert!(found.windows(2).all(|pair| pair[1] - pair[0] >= 6 * 3600), "{:?}", found);
    }
}
