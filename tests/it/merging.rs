//! Two conversations of one person become one: nothing is lost, whoever writes goes on in it, and two people stay two.

use frontdesk::domain::ids::ConversationId;
use frontdesk::domain::rights::AgentRole;
use jiff::SignedDuration;
use reqwest::Response;
use serde_json::{Value, json};

use crate::support::{TestApp, Visitor, problem};

/// A conversation of somebody whom the shop signed in, which waits for a person.
async fn of(app: &TestApp, subject: &str, text: &str) -> (Visitor, String) {
    let visitor = app.signed_in(&json!({"sub": subject})).await;
    app.send(&visitor, text).await;
    let said = app.send(&visitor, "I want to talk to a human").await;
    (visitor, said["conversation"].as_str().unwrap().to_owned())
}

async fn post(app: &TestApp, token: &str, id: &str, what: &str, body: Value) -> Response {
    let path = format!("/v1/conversations/{id}/{what}");
    let asked = app.post(&path).bearer_auth(token).json(&body);
    asked.send().await.unwrap()
}

/// A conversation, or what belongs to it.
async fn read(app: &TestApp, token: &str, path: &str) -> Value {
    app.read(token, &format!("/v1/conversations/{path}")).await
}

fn kinds(log: &Value) -> Vec<&str> {
    let events = log["events"].as_array().unwrap().iter();
    events
        .map(|event| event["kind"].as_str().unwrap())
        .collect()
}

#[tokio::test]
async fn whoever_wrote_in_the_other_conversation_goes_on_in_the_one_that_is_left() {
    let app = TestApp::start().await;
    let mei = app.agent("mei", None).await;
    let (phone, on_phone) = of(&app, "u1", "my parcel is late").await;
    let (laptop, on_laptop) = of(&app, "u1", "the lamp is broken").await;
    post(&app, &mei, &on_phone, "claim", json!({})).await;
    let before = read(&app, &mei, &format!("{on_laptop}/events")).await;
    let label = json!({"add": ["lamp"]});
    post(&app, &mei, &on_laptop, "labels", label).await;
    let facts = read(&app, &mei, &format!("{on_phone}/facts")).await;
    let merged = post(&app, &mei, &on_phone, "merge", json!({"from": on_laptop})).await;
    assert_eq!(merged.status(), 200);
    let merged: Value = merged.json().await.unwrap();
    assert_eq!(merged["merged"], json!([on_laptop]));
    assert_eq!(merged["labels"], json!(["lamp"]));
    let closed = read(&app, &mei, &on_laptop).await;
    assert_eq!(closed["status"], "closed");
    assert_eq!(closed["merged_into"], json!(on_phone));
    // The log of the other stays as it was, and says where it goes on.
    let after = read(&app, &mei, &format!("{on_laptop}/events")).await;
    assert_eq!(kinds(&after)[..kinds(&before).len()], kinds(&before)[..]);
    assert!(kinds(&after).contains(&"merged_into"));
    assert!(kinds(&read(&app, &mei, &format!("{on_phone}/events")).await).contains(&"merged"));
    // From either browser it is one conversation now, answered by one agent.
    for (visitor, text) in [(&laptop, "from the laptop"), (&phone, "from the phone")] {
        let said = app.send(visitor, text).await;
        assert_eq!(said["conversation"], json!(on_phone), "{text}");
    }
    let said = read(&app, &mei, &format!("{on_phone}/events"))
        .await
        .to_string();
    assert!(said.contains("from the laptop") && said.contains("from the phone"));
    let count = read(&app, &mei, &on_phone).await;
    assert_eq!(count["owner"], "agent");
    assert!(facts["earlier"].is_array(), "{facts}");
    // Neither is it merged again, nor with itself.
    for from in [&on_laptop, &on_phone] {
        let again = post(&app, &mei, &on_phone, "merge", json!({"from": from})).await;
        assert_eq!(problem(again).await.0, 409);
    }
}

#[tokio::test]
async fn a_refund_application_goes_on_in_the_conversation_that_is_left() {
    let app = TestApp::start().await;
    let mei = app.agent("mei", None).await;
    let (_, here) = of(&app, "u1", "hello").await;
    let (_, there) = of(&app, "u1", "hello again").await;
    app.order("m_linden", "A1042").await;
    app.claim("m_linden", "A1042", &there).await;
    post(&app, &mei, &here, "claim", json!({})).await;
    let decide =
        async |id: &str, body: Value| post(&app, &mei, id, "refunds/A1042-1", body).await.status();
    let asks = json!({"decision": "request_evidence", "what": "a photo"});
    assert_eq!(decide(&there, asks).await, 200);
    assert_eq!(decide(&here, json!({"decision": "approve"})).await, 404);
    let merged = post(&app, &mei, &here, "merge", json!({"from": there})).await;
    assert_eq!(merged.status(), 200);
    // It is decided here from now on, and here the customer is told.
    let rejects = json!({"decision": "reject", "reason": "it was worn"});
    assert_eq!(decide(&there, rejects.clone()).await, 404);
    assert_eq!(decide(&here, rejects).await, 200);
    let log = read(&app, &mei, &format!("{here}/events")).await;
    assert!(kinds(&log).contains(&"claim"), "{log}");
}

#[tokio::test]
async fn a_refund_application_goes_along_however_often_its_conversation_is_merged() {
    let app = TestApp::start().await;
    let mei = app.agent("mei", None).await;
    let (_, last) = of(&app, "u1", "hello").await;
    let (_, middle) = of(&app, "u1", "hello again").await;
    let (_, first) = of(&app, "u1", "and once more").await;
    app.order("m_linden", "A1042").await;
    app.claim("m_linden", "A1042", &first).await;
    let asks = json!({"decision": "request_evidence", "what": "a photo"});
    let asked = post(&app, &mei, &first, "refunds/A1042-1", asks).await;
    assert_eq!(asked.status(), 200);
    for (into, from) in [(&middle, &first), (&last, &middle)] {
        post(&app, &mei, into, "claim", json!({})).await;
        let merged = post(&app, &mei, into, "merge", json!({"from": from})).await;
        assert_eq!(merged.status(), 200);
    }
    let approve = json!({"decision": "approve"});
    let decided = post(&app, &mei, &last, "refunds/A1042-1", approve).await;
    assert_eq!(decided.status(), 200, "it is decided where it goes on");
}

#[tokio::test]
async fn row_3_two_people_stay_two_and_so_do_the_conversations_of_two_merchants() {
    let app = TestApp::start().await;
    let mei = app.agent_as("mei", None, AgentRole::Admin).await;
    let (_, ann) = of(&app, "ann", "hello").await;
    let (_, bob) = of(&app, "bob", "hello").await;
    let (_, nobody) = app.waiting("linden").await;
    let (_, elsewhere) = app.waiting("other").await;
    post(&app, &mei, &ann, "claim", json!({})).await;
    for from in [&bob, &nobody, &elsewhere] {
        let refused = post(&app, &mei, &ann, "merge", json!({"from": from})).await;
        assert_eq!(problem(refused).await.0, 409, "{from}");
        assert_ne!(read(&app, &mei, from).await["status"], "closed");
    }
    // Nor does an agent of another merchant reach either of them.
    let foreign = app.agent("wu", Some("m_other")).await;
    for (into, from) in [(&ann, &elsewhere), (&elsewhere, &ann)] {
        let refused = post(&app, &foreign, into, "merge", json!({"from": from})).await;
        assert_eq!(problem(refused).await.0, 404);
    }
}

#[tokio::test]
async fn row_4_conversations_in_which_orders_of_different_people_were_proven_stay_two() {
    let app = TestApp::start().await;
    let mei = app.agent("mei", None).await;
    let order = |id: &str, email: &str| {
        json!({"id": id, "customer": {"name": "X", "email": email, "phone": null}, "status": "shipped",
            "amount": "9.00", "currency": "GBP", "created_at": "2026-11-01T00:00:00Z"})
    };
    let key = app.api_key("m_linden").await;
    for (id, email) in [("A1001", "ann@example.com"), ("A1002", "bob@example.com")] {
        let asked = app.request(reqwest::Method::PUT, &format!("/v1/orders/{id}"));
        let put = asked.bearer_auth(&key).json(&order(id, email));
        assert!(put.send().await.unwrap().status().is_success());
    }
    // One browser, two people: the second asks about their own order after the first one's matter is done.
    let shared = app.visitor_of("linden").await;
    let mut ids = Vec::new();
    for (order, email) in [("A1001", "ann@example.com"), ("A1002", "bob@example.com")] {
        app.send(&shared, &format!("where is my order {order}"))
            .await;
        app.send(&shared, email).await;
        let said = app.send(&shared, "I want to talk to a human").await;
        let id = said["conversation"].as_str().unwrap().to_owned();
        let log = read(&app, &mei, &format!("{id}/events")).await;
        assert!(kinds(&log).contains(&"proof_gained"), "{log}");
        post(&app, &mei, &id, "claim", json!({})).await;
        if order == "A1001" {
            post(&app, &mei, &id, "resolve", json!({})).await;
        }
        ids.insert(0, id);
    }
    assert_ne!(ids[0], ids[1]);
    let refused = post(&app, &mei, &ids[0], "merge", json!({"from": ids[1]})).await;
    assert_eq!(problem(refused).await.0, 409);
    assert_ne!(read(&app, &mei, &ids[1]).await["status"], "closed");
}

#[tokio::test]
async fn what_a_refund_application_began_in_is_kept_as_long_as_the_conversation_it_goes_on_in() {
    let app = TestApp::keeping(30).await;
    let (mei, key) = (app.agent("mei", None).await, app.api_key("m_linden").await);
    let (_, here) = of(&app, "u1", "hello").await;
    let (_, there) = of(&app, "u1", "hello again").await;
    app.order("m_linden", "A1042").await;
    app.claim("m_linden", "A1042", &there).await;
    let asks = json!({"decision": "request_evidence", "what": "a photo"});
    for (id, what, body) in [
        (&there, "refunds/A1042-1", asks),
        (&here, "claim", json!({})),
        (&here, "merge", json!({"from": there})),
        (&here, "resolve", json!({})),
    ] {
        assert_eq!(post(&app, &mei, id, what, body).await.status(), 200);
    }
    let are_there_in = async |days: i64| {
        let then = app.clock.now() + SignedDuration::from_hours(24 * days);
        app.clock.move_to(then);
        // Once through all that is kept, and once more for what waited for something that went.
        for _ in 0..4 {
            app.app.desk.look_at_due().await.unwrap();
        }
        let mut are = [true, true];
        for (is, id) in are.iter_mut().zip([&here, &there]) {
            let id = ConversationId::parse(id).unwrap();
            *is = app.store.conversation(&id).await.unwrap().is_some();
        }
        are
    };
    assert_eq!(are_there_in(31).await, [true, true], "nobody has decided");
    let rejects = json!({"reason": "worn"});
    app.does(&key, "/v1/refunds/A1042-1/reject", rejects).await;
    assert_eq!(are_there_in(29).await, [true, true]);
    let claim = app.read(&key, "/v1/refunds/A1042-1").await;
    assert_eq!(claim["conversation"], json!(here));
    assert_eq!(are_there_in(2).await, [false, false]);
    let claim = app.read(&key, "/v1/refunds/A1042-1").await;
    assert_eq!(claim["conversation"], Value::Null);
}
