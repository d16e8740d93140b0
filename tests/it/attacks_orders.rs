//! Getting at orders without being their buyer. RELIABILITY B rows 1, 2 and 30.
//!
//! `FRONTDESK_GUESSES=100000 cargo test --test it attacks_orders` guesses more often.

use std::collections::{BTreeMap, BTreeSet};

use frontdesk::desk::{Desk, Inbound, Received, Visit};
use frontdesk::domain::account::Session;
use frontdesk::domain::conversation::{EventBody, Role, Seq};
use frontdesk::domain::ids::{ClientId, SiteId};
use frontdesk::domain::language::Language;
use serde_json::{Value, json};
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
        page: Default::default(),
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

/// A thousand of the ten thousand possible last digits of the buyer's phone number, the right ones in the middle, from a hundred
/// addresses: too few from each to be shut out, and too many for the order.
#[tokio::test]
async fn row_1_who_tries_all_last_digits_of_a_phone_number_is_not_told_when_they_are_right() {
    let app = TestApp::start().await;
    for order in ["A1042", "A1043"] {
        app.order("m_linden", order).await;
    }
    let ask = async |n: usize, order: &str, digits: &str| {
        let session = session(&app.app.desk).await;
        let address = format!("198.51.100.{}", n % 100);
        let text = format!("where is my order {order}? last digits *{digits}");
        let received = send(&app.app.desk, &session, &address, &text).await;
        gained_proof(&app, received.conversation.as_str()).await
    };
    assert!(
        ask(0, "A1043", "0123").await,
        "the buyer is not told, so this test sees nothing"
    );
    for n in 0..1_000 {
        let digits = if n == 500 { 123 } else { 3_000 + n };
        let told = ask(n, "A1042", &format!("{digits:04}")).await;
        assert!(!told, "guess {n} was told that it is right");
    }
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

#[tokio::test]
async fn row_20_templates_in_an_order_come_back_as_the_shop_wrote_them_and_are_not_run() {
    let app = TestApp::start().await;
    let (agent, key) = (app.agent("li", None).await, app.api_key("m_linden").await);
    for (n, (template, made)) in [
        ("{{7*191}}", "1337"),
        ("{{ order.note }}{{ customer.email }}", "NOTE-CANARY"),
        ("{% for x in range(9) %}bo{{x}}om{% endfor %}", "bo0om"),
        ("{% if true %}seen{% endif %}", "\"seen\""),
        ("{# hidden #}x", "\"x\""),
    ]
    .into_iter()
    .enumerate()
    {
        let order = format!("A200{n}");
        let record = json!({"status": "shipped", "amount": "64.00", "currency": "GBP", "created_at": "2026-11-10",
            "items": [template], "reject_reason": template, "payment_method": template, "note": "NOTE-CANARY",
            "shipping": {"carrier": template, "tracking": template, "shipped_at": "2026-11-12"},
            "customer": {"email": "ann@example.org"}});
        let put = app.request(reqwest::Method::PUT, &format!("/v1/orders/{order}"));
        let put = put.bearer_auth(&key).json(&record).send().await.unwrap();
        assert_eq!(put.status(), 200);
        let claims = json!({"sub": "ann", "email": "ann@example.org"});
        let visitor = app.signed_in(&claims).await;
        let mut heard = Vec::new();
        for text in [
            format!("where is my order {order}?"),
            "talk to a human".to_owned(),
        ] {
            heard.push(app.send(&visitor, &text).await);
        }
        let told = heard[0]["replies"].to_string();
        assert!(
            told.contains(template),
            "{template} was changed or is not said: {told}"
        );
        let id = heard[0]["conversation"].as_str().unwrap();
        let shown = app
            .get(&format!("/v1/conversations/{id}"))
            .bearer_auth(&agent);
        let shown = shown.send().await.unwrap().text().await.unwrap();
        assert!(
            !format!("{told}{shown}").contains(made),
            "{template} was run: {told}{shown}"
        );
    }
}
