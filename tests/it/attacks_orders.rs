//! Getting at orders without being their buyer, and doing twice what may be done once. RELIABILITY B rows 1, 2 and 27.
//!
//! 2,000 guesses in the suite; `FRONTDESK_GUESSES=10000 cargo test --test it attacks_orders` for ten thousand.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Instant;

use frontdesk::desk::{Desk, Inbound, Received, Visit};
use frontdesk::domain::account::Session;
use frontdesk::domain::conversation::{EventBody, Role, Seq};
use frontdesk::domain::ids::{ClientId, MerchantId, OrderId, SiteId};
use frontdesk::domain::language::Language;
use frontdesk::domain::tally::TallyKey;
use serde_json::{Value, json};
use tokio::task::JoinSet;

use crate::attacks::Dice;
use crate::load::number;
use crate::support::{TestApp, fresh_id};

/// A desk in which every seventh order number from A1000 on is an order of this shop, and every seventh from A1003 of another's.
async fn shop_with_orders() -> TestApp {
    let app = TestApp::start().await;
    for n in 0..20 {
        app.order("m_linden", &format!("A{}", 1_000 + n * 7)).await;
        app.order("m_other", &format!("A{}", 1_003 + n * 7)).await;
    }
    app
}

async fn session(desk: &Desk) -> Session {
    let visit = Visit {
        site: SiteId::parse("linden").unwrap(),
        identity: None,
        role: Role::Customer,
        language: Some(Language::En),
    };
    desk.open_session(visit).await.unwrap().session
}

async fn send(desk: &Desk, session: &Session, address: &str, text: &str) -> Received {
    let inbound = Inbound {
        client_id: ClientId::parse(&fresh_id()).unwrap(),
        text: text.to_owned(),
        choice: None,
        address: Some(address.to_owned()),
    };
    desk.receive(session, inbound).await.unwrap()
}

/// What is said to somebody new who says this, with the order number taken out.
async fn said(desk: &Desk, address: &str, order: &str, messages: &[&str]) -> Vec<String> {
    let session = session(desk).await;
    let mut all = Vec::new();
    for message in messages {
        let received = send(desk, &session, address, &message.replace("ORDER", order)).await;
        all.extend(received.replies.into_iter().map(|event| match event.body {
            EventBody::Reply { text, choices, .. } => {
                format!("{text} {choices:?}").replace(order, "ORDER")
            }
            other => format!("{other:?}"),
        }));
    }
    all
}

/// What only the buyer of an order may hear: all orders of these tests have the same facts.
const FACTS: [&str; 9] = [
    "64.00",
    "lamp",
    "Ann",
    "Lee",
    "GBP",
    "7700",
    "0123",
    "10 November",
    "@example.org",
];

/// Messages that say nothing right about an order.
const WAYS: [&[&str]; 6] = [
    &["what is the state of order ORDER"],
    &["ORDER"],
    &["Where is my order ORDER?", "wrong@example.org"],
    &["has ORDER been shipped? my mail is nobody@example.net"],
    &["refund for ORDER please", "9999", "8888"],
    &["cancel order ORDER", "my phone is +447700900555"],
];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn row_1_thousands_of_guesses_from_a_hundred_addresses_hear_one_answer_and_no_fact() {
    let app = shop_with_orders().await;
    let guesses = number("FRONTDESK_GUESSES", 2_000);
    let mut answers: [BTreeMap<Vec<String>, String>; WAYS.len()] = Default::default();
    let mut running = JoinSet::new();
    for guess in 0..guesses {
        let desk = app.app.desk.clone();
        running.spawn(async move {
            let way = usize::try_from(guess).unwrap() % WAYS.len();
            // 7 and 3 meet every kind of number, real ones too, in every way.
            let order = format!("A{}", 1_000 + guess % 150);
            let address = format!("198.51.100.{}", guess % 100);
            (way, said(&desk, &address, &order, WAYS[way]).await, order)
        });
        if running.len() >= 32 {
            note(&mut answers, running.join_next().await.unwrap().unwrap());
        }
    }
    while let Some(done) = running.join_next().await {
        note(&mut answers, done.unwrap());
    }
    for (way, heard) in WAYS.iter().zip(&answers) {
        assert_eq!(heard.len(), 1, "{way:?} can be told apart: {heard:#?}");
        let all = format!("{:?}", heard.keys());
        let fact = FACTS.iter().find(|fact| all.contains(*fact));
        assert!(fact.is_none(), "{way:?}: {fact:?} was said: {all}");
    }
}

fn note(
    answers: &mut [BTreeMap<Vec<String>, String>],
    (way, heard, order): (usize, Vec<String>, String),
) {
    answers[way].entry(heard).or_insert(order);
}

#[tokio::test]
async fn row_1_the_same_over_http_from_forged_addresses_and_by_a_signed_in_stranger() {
    let app = shop_with_orders().await;
    let mut answers = BTreeSet::new();
    for guess in 0..120 {
        let order = format!("A{}", 1_000 + guess);
        let claims = json!({"sub": "eve", "email": "eve@example.net", "phone": "+447700900999"});
        let visitor = app.signed_in(&claims).await;
        let body = json!({"client_id": "c", "text": format!("what is the state of order {order}")});
        let sent = app.post("/v1/messages").bearer_auth(&visitor.token);
        let sent = sent
            .header("x-forwarded-for", format!("203.0.113.{guess}"))
            .header("forwarded", format!("for=203.0.113.{guess}"));
        let sent: Value = sent.json(&body).send().await.unwrap().json().await.unwrap();
        let replies = sent["replies"].as_array().unwrap().iter();
        let texts = replies.map(|reply| reply["text"].as_str().unwrap().replace(&order, "ORDER"));
        answers.insert(texts.collect::<Vec<_>>());
    }
    assert_eq!(answers.len(), 1, "{answers:#?}");
    let all = format!("{answers:?}");
    assert!(!FACTS.iter().any(|fact| all.contains(fact)), "{all}");
}

#[tokio::test]
async fn row_1_many_proofs_in_one_message_prove_nothing() {
    let app = TestApp::start().await;
    app.order("m_linden", "A1042").await;
    let tails: Vec<String> = (0..1_500).map(|n| format!("*{n:04}")).collect();
    let phones: Vec<String> = (0..200).map(|n| format!("+4477009000{n:02}")).collect();
    let mails: Vec<String> = (0..150).map(|n| format!("a{n}@example.org")).collect();
    for (flood, right) in [
        (tails, "*0123"),
        (phones, "+447700900123"),
        (mails, "a1042@example.org"),
    ] {
        let visitor = app.visitor_of("linden").await;
        let answer = app.send(&visitor, "Where is my order A1042?").await;
        let text = format!("{right} {} {right}", flood.join(" "));
        app.send(&visitor, &text).await;
        app.send(&visitor, &format!("A1042 {text}")).await;
        let id = answer["conversation"]
            .as_str()
            .unwrap()
            .to_owned()
            .try_into();
        let events = app.store.events(&id.unwrap(), Seq(0), 100).await.unwrap();
        let gained = |body: &EventBody| matches!(body, EventBody::ProofGained { .. });
        let proven = events.iter().any(|event| gained(&event.body));
        assert!(
            !proven,
            "a flood of guesses with {right} in it was taken as proof"
        );
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn row_1_and_27_guesses_at_the_same_moment_are_all_counted_and_the_right_one_among_them_is_late()
 {
    let app = Arc::new(TestApp::start().await);
    app.order("m_linden", "A1042").await;
    let mut sessions = Vec::new();
    for n in 0..64 {
        let (session, address) = (session(&app.app.desk).await, format!("192.0.2.{n}"));
        send(
            &app.app.desk,
            &session,
            &address,
            "Where is my order A1042?",
        )
        .await;
        sessions.push((session, address));
    }
    let mut guesses = JoinSet::new();
    for (n, (session, address)) in sessions.into_iter().enumerate() {
        let app = app.clone();
        // The right digits are 0123. They come last.
        let digits = if n == 63 {
            "0123".to_owned()
        } else {
            format!("{}", 4_000 + n)
        };
        guesses.spawn(async move { send(&app.app.desk, &session, &address, &digits).await });
    }
    let mut failed = 0;
    while let Some(done) = guesses.join_next().await {
        let conversation = done.unwrap().conversation;
        let events = app.store.events(&conversation, Seq(0), 100).await.unwrap();
        failed += events
            .iter()
            .filter(|event| matches!(event.body, EventBody::ProofFailed { .. }))
            .count();
    }
    let key = TallyKey::Order(
        MerchantId::parse("m_linden").unwrap(),
        OrderId::parse("A1042").unwrap(),
    );
    let tally = app.store.tally(&key).await.unwrap().unwrap();
    assert_eq!(
        tally.count as usize, failed,
        "wrong proofs at the same moment were not all counted"
    );
}

#[tokio::test]
async fn row_2_an_order_of_nobody_of_another_shop_and_of_somebody_else_answer_alike_in_every_language()
 {
    let app = TestApp::start().await;
    app.order("m_linden", "A1042").await;
    app.order("m_other", "A2042").await;
    let ways: [&[&str]; 9] = [
        WAYS[0],
        WAYS[1],
        WAYS[2],
        WAYS[3],
        WAYS[4],
        WAYS[5],
        &["订单 ORDER 到哪了", "wrong@example.org", "9999"],
        &["我要退款 訂單編號 ORDER", "電話末四碼 9999"],
        &["pay again for ORDER", "no", "转人工"],
    ];
    for way in ways {
        let desk = &app.app.desk;
        let there = said(desk, "192.0.2.1", "A1042", way).await;
        let foreign = said(desk, "192.0.2.2", "A2042", way).await;
        let nowhere = said(desk, "192.0.2.3", "A3042", way).await;
        assert_eq!(there, nowhere, "an order that is there shows: {way:?}");
        assert_eq!(foreign, nowhere, "another shop's order shows: {way:?}");
    }
}

/// How often, of all pairs, the first of two samples is the greater: 0.5 when nobody can tell them apart.
fn greater(first: &[u128], second: &[u128]) -> f64 {
    let mut all: Vec<(u128, bool)> = first.iter().map(|time| (*time, true)).collect();
    all.extend(second.iter().map(|time| (*time, false)));
    all.sort_unstable();
    let (mut below, mut wins) = (0_u64, 0_u64);
    for (_, is_first) in all {
        if is_first {
            wins += below;
        } else {
            below += 1;
        }
    }
    wins as f64 / (first.len() * second.len()) as f64
}

#[test]
fn the_rank_test_of_row_2_sees_a_difference_of_a_tenth_of_the_noise() {
    let mut dice = Dice::new(7);
    let mut noisy = |more: u128| {
        (0..2_000)
            .map(|_| more + dice.below(1_000) as u128)
            .collect()
    };
    let (one, two, slower): (Vec<_>, Vec<_>, Vec<_>) = (noisy(0), noisy(0), noisy(150));
    assert!((greater(&one, &two) - 0.5).abs() < 0.05);
    assert!((greater(&slower, &one) - 0.5).abs() > 0.1);
}

#[tokio::test]
async fn row_2_the_time_of_an_answer_does_not_tell_whether_there_is_such_an_order() {
    let app = shop_with_orders().await;
    let desk = &app.app.desk;
    let mut dice = Dice::new(2);
    let (mut there, mut nowhere) = (Vec::new(), Vec::new());
    for round in 0..1_000 {
        let exists = dice.below(2) == 0;
        let kinds = if exists { [true, false] } else { [false, true] };
        for exists in kinds {
            let visitor = session(desk).await;
            // A1007 and the like are orders; A1008 and the like are not.
            let order = 1_007 + 7 * (round % 19) + usize::from(!exists);
            let text = format!("what is the state of order A{order}");
            let began = Instant::now();
            send(desk, &visitor, "192.0.2.9", &text).await;
            let took = began.elapsed().as_nanos();
            if exists { &mut there } else { &mut nowhere }.push(took);
        }
    }
    let greater = greater(&there, &nowhere);
    assert!(
        // A look-up that is left out for one of them shows as 0.9 and more, a busy machine as up to 0.7.
        (greater - 0.5).abs() < 0.3,
        "order exists: slower in {greater:.3} of pairs"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn row_27_many_tabs_and_many_agents_at_once_write_each_thing_once_and_leave_one_owner() {
    let app = Arc::new(TestApp::start().await);
    let (visitor, id) = app.waiting("linden").await;
    let mut tabs = JoinSet::new();
    for _ in 0..24 {
        let (app, visitor) = (app.clone(), visitor.clone());
        tabs.spawn(async move {
            let body = json!({"client_id": "one", "text": "TABS"});
            let sent = app.post("/v1/messages").bearer_auth(&visitor.token);
            sent.json(&body).send().await.unwrap().text().await.unwrap()
        });
    }
    let answers: BTreeSet<String> = tabs.join_all().await.into_iter().collect();
    assert_eq!(answers.len(), 1, "{answers:?}");
    let mut agents = JoinSet::new();
    for n in 0..16 {
        let token = app.agent(&format!("a{n}"), None).await;
        let (app, id) = (app.clone(), id.clone());
        agents.spawn(async move {
            let mut done = Vec::new();
            for (verb, body) in [
                ("claim", json!({})),
                (
                    "messages",
                    json!({"client_id": "same-for-all", "text": "AGENT"}),
                ),
            ] {
                let asked = app.post(&format!("/v1/conversations/{id}/{verb}"));
                let asked = asked.bearer_auth(&token).json(&body).send().await.unwrap();
                done.push(asked.status().as_u16());
            }
            done
        });
    }
    let mut done = agents.join_all().await;
    done.sort();
    assert_eq!(
        done.iter().filter(|one| **one == [200, 201]).count(),
        1,
        "{done:?}"
    );
    assert_eq!(
        done.iter().filter(|one| **one == [409, 409]).count(),
        15,
        "{done:?}"
    );
    let events = app.store.events(&id.try_into().unwrap(), Seq(0), 200).await;
    let events = events.unwrap();
    let texts = |wanted: &str| {
        events
            .iter()
            .filter(|event| {
                matches!(&event.body,
            EventBody::Message { text, .. } | EventBody::Reply { text, .. } if text == wanted)
            })
            .count()
    };
    assert_eq!((texts("TABS"), texts("AGENT")), (1, 1));
    assert!(
        events
            .windows(2)
            .all(|pair| pair[1].seq.0 == pair[0].seq.0 + 1),
        "a gap"
    );
}
