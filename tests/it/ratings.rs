//! How customers rate the bot and the people who answered them: asked once for each resolution, never in a dispute.

use serde_json::{Value, json};

use crate::http_stream::{events, read_whole};
use crate::support::{TestApp, Visitor};
use crate::waiting::{act, post};

/// A conversation that Mei has resolved.
async fn resolved(app: &TestApp, mei: &str) -> (Visitor, String) {
    let (visitor, id) = app.waiting("linden").await;
    assert_eq!(act(app, mei, &id, "claim").await, 200);
    assert_eq!(act(app, mei, &id, "resolve").await, 200);
    (visitor, id)
}

async fn rate(app: &TestApp, visitor: &Visitor, name: &str, score: u8, text: &str) -> u16 {
    let body = json!({"client_id": name, "score": score, "text": text});
    post(app, &visitor.token, "/v1/csat", &body).await.0
}

#[tokio::test]
async fn a_customer_is_asked_once_for_each_resolution_and_rates_once() {
    let app = TestApp::start().await;
    let mei = app.agent("mei", Some("m_linden")).await;
    let (visitor, id) = resolved(&app, &mei).await;
    let asked = |stream: &str| -> Vec<Value> {
        let all = events(stream).into_iter().map(|(_, event)| event);
        all.filter(|event| event["kind"] == "rating_asked")
            .collect()
    };
    let stream = read_whole(&app, &visitor).await;
    assert_eq!(asked(&stream).len(), 1);
    assert_eq!(asked(&stream)[0]["of"], "agent");
    assert_eq!(rate(&app, &visitor, "r0", 6, "").await, 422);
    let text = "fine, my card is 4111 1111 1111 1111";
    assert_eq!(rate(&app, &visitor, "r1", 4, text).await, 201);
    assert_eq!(rate(&app, &visitor, "r1", 4, text).await, 201, "sent again");
    assert_eq!(rate(&app, &visitor, "r2", 1, "").await, 409, "said already");
    let stream = read_whole(&app, &visitor).await;
    let rated: Vec<_> = events(&stream)
        .into_iter()
        .filter(|(_, e)| e["kind"] == "rated")
        .collect();
    assert_eq!(rated.len(), 1);
    assert_eq!(
        (&rated[0].1["score"], &rated[0].1["of"]),
        (&json!(4), &json!("agent"))
    );
    assert!(!stream.contains("4111 1111"));
    let path = format!("/v1/conversations/{id}/transcript.txt");
    let text = app
        .get(&path)
        .bearer_auth(&mei)
        .send()
        .await
        .unwrap()
        .text()
        .await
        .unwrap();
    assert!(text.contains("4/5: fine"), "{text}");
    let row = app.read(&mei, &format!("/v1/conversations/{id}")).await;
    let page = app.read(&mei, "/v1/inbox?view=done").await;
    for seen in [&row["rated"], &page["rows"][0]["rated"]] {
        assert_eq!(*seen, json!({"of": "agent", "score": 4}));
    }
    // Another resolution is another question.
    app.send(&visitor, "one more thing about it").await;
    assert_eq!(rate(&app, &visitor, "r3", 5, "").await, 409, "it goes on");
    assert_eq!(act(&app, &mei, &id, "claim").await, 200);
    assert_eq!(act(&app, &mei, &id, "resolve").await, 200);
    assert_eq!(rate(&app, &visitor, "r4", 5, "").await, 201);
}

#[tokio::test]
async fn the_bot_is_rated_apart_and_nobody_is_asked_in_a_dispute() {
    let app = TestApp::start().await;
    let visitor = app.visitor_of("linden").await;
    app.send(&visitor, "How long does a refund take?").await;
    app.send(&visitor, "thanks, bye").await;
    let stream = read_whole(&app, &visitor).await;
    assert!(stream.contains("\"of\":\"bot\""), "{stream}");
    let mei = app.agent("mei", Some("m_linden")).await;
    let threat = app.visitor_of("linden").await;
    let answer = app
        .send(&threat, "I will sue you, my lawyer will write to you")
        .await;
    let id = answer["conversation"].as_str().unwrap();
    assert_eq!(act(&app, &mei, id, "claim").await, 200);
    assert_eq!(act(&app, &mei, id, "resolve").await, 200);
    let stream = read_whole(&app, &threat).await;
    assert!(
        stream.contains("\"resolved\"") && !stream.contains("rating_asked"),
        "{stream}"
    );
    assert_eq!(rate(&app, &threat, "r1", 1, "").await, 409);
}

#[tokio::test]
async fn to_whom_a_refund_was_refused_nobody_asks_how_good_the_help_was() {
    let app = TestApp::start().await;
    let mei = app.agent("mei", Some("m_linden")).await;
    app.order("m_linden", "A1042").await;
    let (visitor, id) = app.waiting("linden").await;
    app.claim("m_linden", "A1042", &id).await;
    assert_eq!(act(&app, &mei, &id, "claim").await, 200);
    let rejects = json!({"decision": "reject", "reason": "it was worn"});
    let path = format!("/v1/conversations/{id}/refunds/A1042-1");
    assert_eq!(post(&app, &mei, &path, &rejects).await.0, 200);
    assert_eq!(act(&app, &mei, &id, "resolve").await, 200);
    let stream = read_whole(&app, &visitor).await;
    assert!(
        stream.contains("\"resolved\"") && !stream.contains("rating_asked"),
        "{stream}"
    );
    assert_eq!(rate(&app, &visitor, "r1", 1, "").await, 409);
}

#[tokio::test]
async fn the_card_speaks_the_language_of_the_conversation_and_comes_once_a_resolution() {
    let app = TestApp::start().await;
    let mei = app.agent("mei", Some("m_linden")).await;
    let visitor = app.visitor_of("linden").await;
    let said = app
        .send(&visitor, "\u{8f49}\u{771f}\u{4eba}\u{5ba2}\u{670d}")
        .await;
    let id = said["conversation"].as_str().unwrap().to_owned();
    for what in ["claim", "resolve", "undo", "resolve"] {
        assert_eq!(act(&app, &mei, &id, what).await, 200, "{what}");
    }
    let stream = read_whole(&app, &visitor).await;
    let asked: Vec<Value> = events(&stream)
        .into_iter()
        .map(|(_, event)| event)
        .filter(|event| event["kind"] == "rating_asked")
        .collect();
    let [asked] = asked.as_slice() else {
        panic!("{asked:?}")
    };
    let form = &asked["form"];
    assert_eq!(asked["language"], "zh-Hant");
    assert_eq!(form["to"], "/v1/csat");
    assert_eq!(
        form["title"],
        "\u{60a8}\u{5c0d}\u{9019}\u{6b21}\u{5ba2}\u{670d}\u{5c08}\u{54e1}\u{7684}\u{670d}\u{52d9}\u{6eff}\u{610f}\u{55ce}\u{ff1f}"
    );
    assert_eq!(form["fields"][0]["options"].as_array().unwrap().len(), 5);
    assert_eq!(rate(&app, &visitor, "r1", 5, "").await, 201);
    // Nothing more is asked about the same resolution, and a later one is another.
    app.send(&visitor, "\u{6211}\u{60f3}\u{554f}\u{8a02}\u{55ae}")
        .await;
    for what in ["claim", "resolve"] {
        assert_eq!(act(&app, &mei, &id, what).await, 200, "{what}");
    }
    let stream = read_whole(&app, &visitor).await;
    assert_eq!(stream.matches("rating_asked").count(), 2);
}
