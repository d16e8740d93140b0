//! Getting at orders without being their buyer, and doing twice what may be done once. RELIABILITY B rows 1, 2, 27 and 30.
//!
//! `FRONTDESK_GUESSES=100000 cargo test --test it attacks_orders` guesses more often.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use frontdesk::desk::{Desk, Inbound, Received, Visit};
use frontdesk::domain::account::Session;
use frontdesk::domain::conversation::{EventBody, Role, Seq};
use frontdesk::domain::ids::{ClientId, MerchantId, OrderId, SiteId};
use frontdesk::domain::language::Language;
use frontdesk::domain::tally::TallyKey;
use serde_json::{Value, json};
use tokio::sync::Barrier;
use tokio::task::JoinSet;

use crate::load::number;
use crate::support::{TestApp, fresh_id};

/// A desk in which every seventh order number from A1000 on is an order of this shop, and every seventh from A1003 of another's.
pub async fn shop_with_orders() -> TestApp {
    let app = TestApp::start().await;
    for n in 0..20 {
        app.order("m_linden", &format!("A{}", 1_000 + n * 7)).await;
        app.order("m_other", &format!("A{}", 1_003 + n * 7)).await;
    }
    app
}

pub async fn session(desk: &Desk) -> Session {
    let visit = Visit {
        site: SiteId::parse("linden").unwrap(),
        identity: None,
        role: Role::Customer,
        language: Some(Language::En),
    };
    desk.open_session(visit).await.unwrap().session
}

pub async fn send(desk: &Desk, session: &Session, address: &str, text: &str) -> Received {
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
async fn row_1_ten_thousand_guesses_from_a_hundred_addresses_hear_one_answer_and_no_fact() {
    let app = shop_with_orders().await;
    let guesses = number("FRONTDESK_GUESSES", 10_000);
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
        let proven = gained_proof(&app, answer["conversation"].as_str().unwrap()).await;
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

/// So many do the same thing at the same moment.
const RACERS: usize = 64;

/// Does something many times, all of them released at the same moment.
async fn at_once<T: Send + 'static, F: Future<Output = T> + Send + 'static>(
    count: usize,
    mut what: impl FnMut(usize) -> F,
) -> Vec<T> {
    let start = Arc::new(Barrier::new(count));
    let mut racers = JoinSet::new();
    for n in 0..count {
        let (start, one) = (start.clone(), what(n));
        racers.spawn(async move {
            start.wait().await;
            one.await
        });
    }
    racers.join_all().await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn row_27_64_tabs_and_64_agents_at_once_write_each_thing_once_and_leave_one_owner() {
    let app = Arc::new(TestApp::start().await);
    let (visitor, id) = app.waiting("linden").await;
    let newcomer = app.visitor_of("linden").await;
    let tabs = at_once(RACERS, |_| {
        let (visitor, newcomer) = (visitor.clone(), newcomer.clone());
        let app = app.clone();
        async move {
            let mut answers = Vec::new();
            for visitor in [visitor, newcomer] {
                let body = json!({"client_id": "one", "text": "TABS"});
                let sent = app.post("/v1/messages").bearer_auth(&visitor.token);
                let sent = sent.json(&body).send().await.unwrap();
                answers.push(sent.text().await.unwrap());
            }
            answers
        }
    });
    let answers: BTreeSet<_> = tabs.await.into_iter().collect();
    assert_eq!(answers.len(), 1, "{answers:?}");
    let begun = app.store.conversations(None, 200).await.unwrap();
    assert_eq!(begun.len(), 2, "a second conversation was begun");
    let mut tokens = Vec::new();
    for n in 0..RACERS {
        tokens.push(app.agent(&format!("a{n}"), None).await);
    }
    let agents = at_once(RACERS, |n| {
        let (app, id, token) = (app.clone(), id.clone(), tokens[n].clone());
        async move {
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
        }
    });
    let mut done = agents.await;
    done.sort();
    assert_eq!(
        done.iter().filter(|one| **one == [200, 201]).count(),
        1,
        "{done:?}"
    );
    assert_eq!(
        done.iter().filter(|one| **one == [409, 409]).count(),
        RACERS - 1,
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

/// Twenty wrong proofs for as many orders, each from another address if the header is believed; then the right one for another.
async fn proves_after_guessing(app: &TestApp) -> bool {
    let mut last = Value::Null;
    for n in 0..=20 {
        let order = format!("a{}", 1_000 + n);
        app.order("m_linden", &order.to_uppercase()).await;
        let visitor = app.visitor_of("linden").await;
        let mail = if n < 20 { "wrong" } else { &*order };
        let text = format!("where is order {order}? my mail is {mail}@example.org");
        let body = json!({"client_id": fresh_id(), "text": text});
        let asked = app.post("/v1/messages").bearer_auth(&visitor.token);
        let asked = [
            "x-forwarded-for",
            "x-real-ip",
            "forwarded",
            "true-client-ip",
        ]
        .into_iter()
        .fold(asked, |asked, name| {
            asked.header(name, format!("198.51.100.{n}"))
        });
        last = asked
            .json(&body)
            .send()
            .await
            .unwrap()
            .json()
            .await
            .unwrap();
    }
    let id = last["conversation"].as_str().unwrap().to_owned();
    gained_proof(app, &id).await
}

/// Whether somebody has shown in a conversation that an order is theirs.
async fn gained_proof(app: &TestApp, conversation: &str) -> bool {
    let id = conversation.to_owned().try_into().unwrap();
    let events = app.store.events(&id, Seq(0), 200).await.unwrap();
    let gained = |body: &EventBody| matches!(body, EventBody::ProofGained { .. });
    events.iter().any(|event| gained(&event.body))
}

#[tokio::test]
async fn row_30_wrong_proofs_count_for_the_address_that_really_asked() {
    let app = TestApp::start().await;
    assert!(
        !proves_after_guessing(&app).await,
        "a forged address starts a new count"
    );
    let behind_a_proxy = TestApp::with(|options| {
        options.limits = crate::support::no_limits();
        options.trusted_proxies = vec!["127.0.0.0/8".parse().unwrap()];
    })
    .await;
    let proven = proves_after_guessing(&behind_a_proxy).await;
    assert!(
        proven,
        "an honest customer behind our own proxy is shut out with the others"
    );
}
