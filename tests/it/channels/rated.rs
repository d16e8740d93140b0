//! How the help was, asked and answered on a messaging platform: in the language of the conversation, once, and never in a dispute.

use serde_json::{Value, json};

use super::delivery::{conversation_of, drain, say};
use super::platform::{HOME, Loopback};
use super::*;

const ASKS: &str = "How was the help you got from our team?";

async fn does(app: &TestApp, agent: &str, id: &str, what: &str) {
    let asked = app.post(&format!("/v1/conversations/{id}/{what}"));
    let done = asked.bearer_auth(agent).json(&json!({})).send().await;
    assert_eq!(done.unwrap().status(), 200, "{what}");
}

/// What stands in the log of a conversation, of a kind.
async fn log(app: &TestApp, agent: &str, id: &str, kind: &str) -> Vec<Value> {
    let path = format!("/v1/conversations/{id}/events");
    let all: Value = app
        .get(&path)
        .bearer_auth(agent)
        .send()
        .await
        .unwrap()
        .json()
        .await
        .unwrap();
    let all = all["events"].as_array().unwrap().iter();
    all.filter(|event| event["kind"] == kind).cloned().collect()
}

#[tokio::test]
async fn a_customer_is_asked_there_how_it_was_once_and_a_number_is_the_answer() {
    let app = desk().await;
    let platform = Loopback::start(Channel::Telegram).await;
    let sender = platform.sender(&app, &HOME);
    let mei = app.agent("mei", None).await;
    for (number, user, asks_for, answer, score) in [
        (1, 1, "I want to talk to a human", "4", 4),
        (
            10,
            2,
            "\u{6211}\u{8981}\u{8f6c}\u{4eba}\u{5de5}",
            "\u{975e}\u{5e38}\u{6ee1}\u{610f}",
            5,
        ),
    ] {
        say(&app, user, number, asks_for).await;
        let id = conversation_of(&app, Channel::Telegram, &user.to_string())
            .await
            .to_string();
        does(&app, &mei, &id, "claim").await;
        does(&app, &mei, &id, "resolve").await;
        // Taken back and done again, it is the same resolution.
        does(&app, &mei, &id, "undo").await;
        does(&app, &mei, &id, "resolve").await;
        drain(&sender, &app).await;
        let asked = match user {
            1 => ASKS,
            _ => {
                "\u{60a8}\u{5bf9}\u{8fd9}\u{6b21}\u{4eba}\u{5de5}\u{670d}\u{52a1}\u{6ee1}\u{610f}\u{5417}\u{ff1f}"
            }
        };
        let texts = platform.texts();
        assert_eq!(
            texts.iter().filter(|text| text.contains(asked)).count(),
            1,
            "{texts:?}"
        );
        say(&app, user, number + 1, answer).await;
        drain(&sender, &app).await;
        let rated = log(&app, &mei, &id, "rated").await;
        assert_eq!(rated.len(), 1, "{rated:?}");
        assert_eq!(
            (&rated[0]["score"], &rated[0]["of"]),
            (&json!(score), &json!("agent"))
        );
        assert_eq!(log(&app, &mei, &id, "rating_asked").await.len(), 1);
        let seen: Value = app
            .get(&format!("/v1/conversations/{id}"))
            .bearer_auth(&mei)
            .send()
            .await
            .unwrap()
            .json()
            .await
            .unwrap();
        assert_eq!(seen["status"], "resolved", "a score brings nothing back");
        // A second number is no second score, whatever it is; it brings the conversation back, and its next end is asked about anew.
        say(&app, user, number + 2, "1").await;
        assert_eq!(log(&app, &mei, &id, "rated").await.len(), 1);
        say(&app, user, number + 3, asks_for).await;
        does(&app, &mei, &id, "claim").await;
        does(&app, &mei, &id, "resolve").await;
        drain(&sender, &app).await;
        say(&app, user, number + 4, "2").await;
        let rated = log(&app, &mei, &id, "rated").await;
        assert_eq!(rated.len(), 2, "{rated:?}");
        assert_eq!(rated[1]["score"], json!(2));
    }
}

#[tokio::test]
async fn nobody_is_asked_there_in_a_dispute() {
    let app = desk().await;
    let platform = Loopback::start(Channel::Telegram).await;
    let sender = platform.sender(&app, &HOME);
    let mei = app.agent("mei", None).await;
    say(
        &app,
        1,
        1,
        "I will call my lawyer if I am not refunded today",
    )
    .await;
    let id = conversation_of(&app, Channel::Telegram, "1")
        .await
        .to_string();
    does(&app, &mei, &id, "claim").await;
    does(&app, &mei, &id, "resolve").await;
    drain(&sender, &app).await;
    let texts = platform.texts();
    assert!(!texts.iter().any(|text| text.contains(ASKS)), "{texts:?}");
}
