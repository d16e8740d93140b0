//! Which events there are, what they say, and what becomes of the others when one of them, or an endpoint, fails.

use frontdesk::domain::rights::AgentRole;

use super::*;

/// An event about something.
async fn tell(store: &Store, clock: &Clock, about: &str, name: &str) {
    let told = Told {
        kind: EventKind::RefundPaid,
        about: about.to_owned(),
        body: json!({"type": name}).to_string(),
    };
    let event = frontdesk::clock::event_name();
    let delivery = Delivery::new(&subscription(&[]), event, &told, clock.now());
    store.commit(Commit::new().send(delivery)).await.unwrap();
}

async fn asked(app: &TestApp, key: &str, path: &str) -> Value {
    let answer = app.get(path).bearer_auth(key).send().await.unwrap();
    assert_eq!(answer.status(), 200, "{path}");
    answer.json().await.unwrap()
}

#[tokio::test]
async fn one_event_that_is_refused_holds_up_its_own_story_only() {
    let desk = Desk::open();
    let receiver = Receiver::start().await;
    let sender = receiver.sender(&desk.store, &desk.clock);
    for (about, name) in [("A1", "a1"), ("A1", "a2"), ("B1", "b1"), ("", "c1")] {
        tell(&desk.store, &desk.clock, about, name).await;
    }
    receiver.plan(&[Answer::Head("HTTP/1.1 422 Unprocessable Content")]);
    assert!(matches!(desk.next(&sender).await, Progress::Retrying(_)));
    assert_eq!(drain(&sender, &desk.clock).await.len(), 2);
    assert_eq!(
        receiver.kinds(),
        ["a1", "b1", "c1"],
        "a2 waits for what was before it"
    );
    desk.wait(&sender).await;
    assert_eq!(drain(&sender, &desk.clock).await.len(), 2);
    assert_eq!(receiver.kinds()[3..], ["a1", "a2"]);
}

#[tokio::test]
async fn an_endpoint_that_is_down_is_not_tried_with_one_event_after_the_other() {
    let desk = Desk::open();
    let receiver = Receiver::start().await;
    let sender = receiver.sender(&desk.store, &desk.clock);
    for n in 0..20 {
        tell(&desk.store, &desk.clock, &format!("A{n}"), &format!("n{n}")).await;
    }
    receiver.plan(&[Answer::Head("HTTP/1.1 503 Service Unavailable"); 5]);
    let mut waits = Vec::new();
    for _ in 0..5 {
        assert!(matches!(desk.next(&sender).await, Progress::Retrying(_)));
        waits.push(desk.wait(&sender).await);
    }
    for (wait, least) in waits.iter().zip([5, 30, 120, 300, 300]) {
        let most = least + (least / 5).min(30);
        assert!((least..=most + 1).contains(wait), "{waits:?}");
    }
    assert_eq!(receiver.got().len(), 5);
    // Whatever fails longest, all of it is there within minutes of the endpoint's coming back.
    drain(&sender, &desk.clock).await;
    let arrived = desk
        .store
        .delivered_deliveries(&key(), u64::MAX, 50)
        .await
        .unwrap();
    assert!(arrived.len() >= 16, "{}", arrived.len());
}

/// The endpoint, told of everything, and another one of the same merchant.
fn with_another(app: &TestApp) -> Subscription {
    let other = Subscription {
        endpoint: EndpointId::parse("linden-ops").unwrap(),
        ..subscription(&[EventKind::EndpointDisabled])
    };
    let told = vec![subscription(&[]), other.clone()];
    app.app.desk.set_subscriptions(told);
    other
}

#[tokio::test]
async fn an_endpoint_that_takes_nothing_for_three_days_gets_no_more_and_the_merchant_is_told() {
    let app = TestApp::start().await;
    let receiver = Receiver::start().await;
    let other = with_another(&app);
    let shop = app.api_key("m_linden").await;
    let endpoint = Endpoint {
        others: vec![other.clone()],
        ..receiver.endpoint(&["127.0.0.0/8"])
    };
    let sender = Sender::new(app.store.clone(), app.clock.clone(), endpoint).unwrap();
    fill(&app.store, &app.clock, 2).await;
    receiver.plan(&[Answer::Head("HTTP/1.1 401 Unauthorized"); 100]);
    let end = loop {
        match sender.deliver_next(app.clock.now()).await.unwrap() {
            Progress::NotBefore(at) => app.clock.move_to(at),
            Progress::Retrying(_) | Progress::GivenUp(_) => {}
            other => break other,
        }
    };
    assert_eq!(end, Progress::Gone);
    assert_eq!(receiver.got().len(), 10, "what is behind it is not tried");
    let told = app.store.waiting_deliveries(&other.endpoint, 0, 10).await;
    let told = told.unwrap();
    let body: Value = serde_json::from_str(&told[0].body).unwrap();
    assert_eq!(told.len(), 1);
    assert_eq!(body["type"], "webhook.endpoint.disabled");
    assert_eq!(body["data"]["endpoint"], "linden-pay");
    let listed = asked(&app, &shop, "/v1/webhooks").await;
    let pay = &listed["webhooks"][0];
    assert_eq!(
        (&pay["id"], &pay["state"]),
        (&json!("linden-pay"), &json!("disabled"))
    );
    assert!(
        pay["reason"].as_str().unwrap().ends_with("it answered 401"),
        "{pay}"
    );
    assert!(!listed.to_string().contains("s3cr3t"), "{listed}");
    let sees = async |merchant: Option<&str>, role| {
        let name = format!("a{}", crate::support::fresh_id());
        let agent = app.agent_as(&name, merchant, role).await;
        let mine = asked(&app, &agent, "/v1/me").await;
        mine["disabled_webhooks"][0]["id"] == "linden-pay"
    };
    for (merchant, role, should) in [
        (None, AgentRole::Admin, true),
        (Some("m_linden"), AgentRole::Lead, true),
        (Some("m_other"), AgentRole::Lead, false),
        (Some("m_linden"), AgentRole::Agent, false),
    ] {
        let does = sees(merchant, role).await;
        assert_eq!(does, should, "{merchant:?} {role:?}");
    }
    // Somebody tries it: what waits comes along.
    receiver.plan(&[]);
    let test = app.post("/v1/webhooks/linden-pay/test").bearer_auth(&shop);
    let test: Value = test.send().await.unwrap().json().await.unwrap();
    drain(&sender, &app.clock).await;
    let kinds = receiver.kinds().split_off(10);
    assert_eq!(kinds, ["n2", "webhook.test"]);
    let id = test["id"].as_str().unwrap();
    let shown = asked(&app, &shop, &format!("/v1/deliveries/{id}")).await;
    assert_eq!(
        (&shown["state"], &shown["tries"][0]["outcome"]),
        (&json!("delivered"), &json!("taken"))
    );
    let listed = asked(&app, &shop, "/v1/webhooks").await;
    assert_eq!(listed["webhooks"][0]["state"], "working");
}

#[tokio::test]
async fn an_endpoint_that_has_moved_begins_anew() {
    let app = TestApp::start().await;
    let (old, new) = (Receiver::start().await, Receiver::start().await);
    app.app.desk.set_subscriptions(vec![subscription(&[])]);
    let shop = app.api_key("m_linden").await;
    let sender = old.sender(&app.store, &app.clock);
    fill(&app.store, &app.clock, 2).await;
    old.plan(&[Answer::Head("HTTP/1.1 500 Internal Server Error"); 100]);
    while sender.deliver_next(app.clock.now()).await.unwrap() != Progress::Gone {
        let later = Duration::from_secs(3600);
        app.clock.move_to(app.clock.now() + later);
    }
    let seen = async || asked(&app, &shop, "/v1/webhooks").await["webhooks"][0].clone();
    assert_eq!(seen().await["state"], "disabled");
    new.plan(&[Answer::Head("HTTP/1.1 500 Internal Server Error")]);
    let sender = new.sender(&app.store, &app.clock);
    let first = sender.deliver_next(app.clock.now()).await.unwrap();
    assert!(matches!(first, Progress::Retrying(_)), "{first:?}");
    let moved = seen().await;
    assert_eq!(
        (&moved["state"], &moved["reason"]),
        (&json!("failing"), &Value::Null)
    );
    let since: jiff::Timestamp = moved["since"].as_str().unwrap().parse().unwrap();
    assert_eq!(
        since,
        app.clock.now(),
        "the old address is not held against it"
    );
}

#[tokio::test]
async fn one_refused_event_does_not_disable_an_endpoint_that_takes_the_others() {
    let desk = Desk::open();
    let receiver = Receiver::start().await;
    let sender = receiver.sender(&desk.store, &desk.clock);
    tell(&desk.store, &desk.clock, "A1", "bad").await;
    let end = loop {
        // What answers to `bad` is always refused, and one other event comes along each time.
        receiver.plan(&[Answer::Head("HTTP/1.1 400 Bad Request")]);
        match desk.next(&sender).await {
            Progress::NotBefore(at) => {
                desk.clock.move_to(at);
                receiver.plan(&[Answer::Head("HTTP/1.1 400 Bad Request")]);
            }
            Progress::Retrying(_) => {
                receiver.plan(&[]);
                tell(&desk.store, &desk.clock, "B1", "good").await;
                assert!(matches!(desk.next(&sender).await, Progress::Delivered(_)));
            }
            other => break other,
        }
    };
    assert!(matches!(end, Progress::GivenUp(_)), "{end:?}");
    let known = desk.store.endpoint(&key()).await.unwrap();
    assert_eq!((known.gone, known.disabled), (None, None));
}

#[tokio::test]
async fn what_arrived_is_listed_and_sent_again_and_the_oldest_is_forgotten() {
    let app = TestApp::start().await;
    let receiver = Receiver::start().await;
    app.app.desk.set_subscriptions(vec![subscription(&[])]);
    let (shop, other) = (app.api_key("m_linden").await, app.api_key("m_other").await);
    fill(&app.store, &app.clock, 3).await;
    let sender = receiver.sender(&app.store, &app.clock);
    drain(&sender, &app.clock).await;
    let listed = asked(&app, &shop, "/v1/deliveries?state=delivered&limit=2").await;
    let ids: Vec<&str> = listed["deliveries"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["id"].as_str().unwrap())
        .collect();
    assert_eq!(ids, ["linden-pay-3", "linden-pay-2"]);
    let others = asked(&app, &other, "/v1/deliveries?state=delivered").await;
    assert_eq!(others["deliveries"], json!([]));
    let none = asked(
        &app,
        &shop,
        "/v1/deliveries?state=delivered&endpoint=linden-ops",
    )
    .await;
    assert_eq!(none["deliveries"], json!([]));
    let again = app
        .post("/v1/deliveries/linden-pay-2/resend")
        .bearer_auth(&shop);
    assert_eq!(again.send().await.unwrap().status(), 200);
    drain(&sender, &app.clock).await;
    let got = receiver.got();
    assert_eq!(
        (got.len(), &got[3].id, &got[3].body),
        (4, &got[1].id, &got[1].body)
    );
    // A thousand numbers later nothing is left of them.
    fill(&app.store, &app.clock, 1000).await;
    for waiting in app.store.waiting_deliveries(&key(), 0, 1000).await.unwrap() {
        let arrived = waiting.arrived(app.clock.now());
        app.store
            .commit(Commit::new().delivery(arrived))
            .await
            .unwrap();
    }
    while let Some(waiting) = app
        .store
        .waiting_deliveries(&key(), 0, 1)
        .await
        .unwrap()
        .pop()
    {
        let arrived = waiting.arrived(app.clock.now());
        app.store
            .commit(Commit::new().delivery(arrived))
            .await
            .unwrap();
    }
    let kept = app.store.delivered_deliveries(&key(), 5, 2).await.unwrap();
    assert_eq!(kept.len(), 1);
    assert_eq!(kept[0].id.number, 4);
}

#[tokio::test]
async fn a_conversation_is_told_from_its_beginning_to_its_end_without_a_word_of_it() {
    let app = TestApp::start().await;
    let receiver = Receiver::start().await;
    app.app.desk.set_subscriptions(vec![subscription(&[])]);
    let (_, conversation) = app.waiting("linden").await;
    let agent = app.agent("mei", None).await;
    for (step, body) in [
        ("takeover", json!({})),
        (
            "messages",
            json!({"client_id": "1", "text": "looking into it"}),
        ),
        ("resolve", json!({})),
        ("reopen", json!({})),
        ("return", json!({})),
    ] {
        let path = format!("/v1/conversations/{conversation}/{step}");
        let done = app
            .post(&path)
            .bearer_auth(&agent)
            .json(&body)
            .send()
            .await
            .unwrap();
        assert!(
            done.status().is_success(),
            "{step}: {}",
            done.text().await.unwrap()
        );
    }
    drain(&receiver.sender(&app.store, &app.clock), &app.clock).await;
    let expected = [
        "conversation.created",
        "message.received",
        "message.sent",
        "handoff.created",
        "promise.made",
    ];
    let kinds = receiver.kinds();
    let (begun, later) = kinds.split_at(expected.len());
    let (mut sorted, mut wanted) = (begun.to_vec(), expected.to_vec());
    sorted.sort();
    wanted.sort_unstable();
    assert_eq!(sorted, wanted, "{kinds:?}");
    assert_eq!(
        later,
        [
            "handoff.claimed",
            "message.sent",
            "promise.kept",
            "conversation.resolved",
            "handoff.resolved",
            "conversation.reopened",
            "handoff.claimed",
            "handoff.resolved"
        ]
    );
    for got in receiver.got() {
        assert_eq!(got.json()["data"]["conversation"], json!(conversation));
        assert!(
            !got.body.contains("talk to") && !got.body.contains("looking"),
            "{}",
            got.body
        );
    }
}
