//! What a visitor's page does, and what it gets back.

use serde_json::{Value, json};

use crate::support::{TestApp, fresh_id, problem};

#[tokio::test]
async fn a_visitor_opens_a_session_says_something_and_is_answered() {
    let app = TestApp::start().await;
    let visitor = app.visitor().await;
    let answer = app.send(&visitor, "How long does a refund take?").await;
    assert!(
        !answer["replies"].as_array().unwrap().is_empty(),
        "{answer}"
    );
    assert_eq!(answer["replies"][0]["from"], "bot");
    assert!(answer["seq"].as_u64().unwrap() >= 1);
    assert!(
        answer["replies"][0].get("because").is_none(),
        "a reason reached the customer: {answer}"
    );
}

#[tokio::test]
async fn the_bot_asks_for_the_order_and_remembers_what_it_asked() {
    let app = TestApp::start().await;
    let asked = app.say("I want my money back for my order").await;
    assert!(
        asked
            .iter()
            .any(|reply| reply.to_lowercase().contains("order")),
        "{asked:?}"
    );
    let next = app.say("A1042").await;
    assert!(!next.is_empty() && next != asked, "{next:?}");
}

#[tokio::test]
async fn a_message_sent_again_gets_the_first_answer_and_is_written_once() {
    let app = TestApp::start().await;
    let visitor = app.visitor().await;
    let body = json!({"client_id": fresh_id(), "text": "Where is my refund?"});
    let mut answers: Vec<Value> = Vec::new();
    for _ in 0..3 {
        let sent = app
            .post("/v1/messages")
            .bearer_auth(&visitor.token)
            .json(&body)
            .send()
            .await
            .unwrap();
        answers.push(sent.json().await.unwrap());
    }
    assert_eq!(answers[0], answers[1]);
    assert_eq!(answers[0], answers[2]);
    // Other words under the same name would be lost if they were answered like the first.
    for (field, value) in [("text", json!("Where is my order?")), ("choice", json!(1))] {
        let mut other = body.clone();
        other[field] = value;
        let sent = app
            .post("/v1/messages")
            .bearer_auth(&visitor.token)
            .json(&other);
        let mismatch = (422, "idempotency_mismatch".to_owned());
        assert_eq!(
            problem(sent.send().await.unwrap()).await,
            mismatch,
            "{field}"
        );
    }
    let after = app.send(&visitor, "Hello?").await;
    let last = answers[0]["replies"].as_array().unwrap().last().unwrap()["seq"]
        .as_u64()
        .unwrap();
    assert!(after["seq"].as_u64().unwrap() > last);
    assert!(
        after["seq"].as_u64().unwrap() <= last + 3,
        "the repeated message was written again"
    );
}

#[tokio::test]
async fn a_handed_over_conversation_is_answered_by_people_alone() {
    let app = TestApp::start().await;
    let (visitor, _) = app.waiting("linden").await;
    let answer = app.send(&visitor, "How long does a refund take?").await;
    assert_eq!(
        answer["replies"],
        json!([]),
        "the bot spoke after it had handed over"
    );
}

#[tokio::test]
async fn an_unknown_site_is_not_found_and_a_locale_too_long_is_refused() {
    let app = TestApp::start().await;
    let sent = app
        .post("/v1/sessions")
        .json(&json!({"site": "nobody"}))
        .send()
        .await
        .unwrap();
    assert_eq!(problem(sent).await, (404, "not_found".to_owned()));
    let sent = app
        .post("/v1/sessions")
        .json(&json!({"site": "linden", "locale": "x".repeat(36)}))
        .send()
        .await
        .unwrap();
    assert_eq!(problem(sent).await, (422, "invalid_value".to_owned()));
}

#[tokio::test]
async fn ten_thousand_characters_are_taken_and_one_more_is_not() {
    let app = TestApp::start().await;
    let visitor = app.visitor().await;
    app.send(&visitor, &"x".repeat(10_000)).await;
    let body = json!({"client_id": fresh_id(), "text": "x".repeat(10_001)});
    let sent = app
        .post("/v1/messages")
        .bearer_auth(&visitor.token)
        .json(&body)
        .send()
        .await
        .unwrap();
    assert_eq!(problem(sent).await, (422, "invalid_value".to_owned()));
}
