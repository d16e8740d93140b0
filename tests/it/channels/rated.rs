//! How the help was, asked and answered on a messaging platform: in the language of the conversation, once, and never in a dispute.

use frontdesk::domain::channel::MessageState;
use jiff::SignedDuration;
use serde_json::{Value, json};

use super::delivery::{conversation_of, drain, fates, log_of, say};
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

/// Sends a text of somebody to the account `shop` of WhatsApp.
async fn writes(app: &TestApp, id: &str, text: &str) {
    let body = json!({"object": "whatsapp_business_account", "entry": [{"changes": [{"field": "messages", "value": {
        "metadata": {"phone_number_id": "106540352242922"}, "messages": [{"from": "1", "id": id, "type": "text", "text": {"body": text}}]}}]}]});
    let body = body.to_string().into_bytes();
    let headers = signed(Channel::WhatsApp, SECRET, "", &body, app.clock.now());
    let taken = post(app, Channel::WhatsApp, &headers, &body).await;
    assert_eq!(taken.status(), 200);
}

fn later(app: &TestApp, hours: i64) {
    app.clock
        .move_to(app.clock.now() + SignedDuration::from_hours(hours));
}

/// A customer of WhatsApp whose matter was resolved when the platform took nothing any more: the question is held.
async fn asked_too_late(about: &str) -> (TestApp, Loopback, String, String) {
    let app = desk().await;
    let platform = Loopback::start(Channel::WhatsApp).await;
    let mei = app.agent("mei", None).await;
    app.order("m_linden", "A1001").await;
    writes(&app, "wamid.0", about).await;
    writes(&app, "wamid.1", "I want to talk to a human").await;
    drain(&platform.sender(&app, &HOME), &app).await;
    let id = conversation_of(&app, Channel::WhatsApp, "1").await;
    let id = id.to_string();
    does(&app, &mei, &id, "claim").await;
    later(&app, 25);
    does(&app, &mei, &id, "resolve").await;
    drain(&platform.sender(&app, &HOME), &app).await;
    let (state, _) = fates(&log_of(&app, Channel::WhatsApp, "1").await)
        .pop()
        .unwrap();
    assert_eq!(state, MessageState::Held);
    (app, platform, mei, id)
}

#[tokio::test]
async fn a_question_that_could_not_be_sent_is_not_asked_when_the_customer_comes_with_something_new()
{
    let (hello, order) = ("hello", "Where is my order A1001?");
    // More on the same matter, something so late that it is another conversation, and another order.
    for (about, hours, is_another) in [(hello, 1, false), (hello, 80, true), (order, 1, true)] {
        let (app, platform, mei, id) = asked_too_late(about).await;
        later(&app, hours);
        writes(&app, "wamid.2", "Where is my order A1042?").await;
        let current = conversation_of(&app, Channel::WhatsApp, "1").await;
        assert_eq!(current.to_string() != id, is_another, "{about} {hours}");
        drain(&platform.sender(&app, &HOME), &app).await;
        let texts = platform.texts();
        assert!(
            !texts.iter().any(|text| text.contains(ASKS)),
            "{about} {hours}: {texts:?}"
        );
        assert!(
            texts.len() > 1,
            "{about} {hours}: what they asked is answered: {texts:?}"
        );
        // Who was told that it waits is told that it does not any more.
        let moved = log(&app, &mei, &id, "delivery").await;
        assert_eq!(moved.last().unwrap()["state"], "dropped", "{moved:?}");
        writes(&app, "wamid.3", "1").await;
        assert_eq!(log(&app, &mei, &id, "rated").await.len(), 0, "{about}");
    }
}

#[tokio::test]
async fn what_nobody_was_asked_is_no_score_and_thanks_let_the_question_out() {
    let (app, platform, mei, id) = asked_too_late("hello").await;
    later(&app, 1);
    writes(&app, "wamid.2", "thanks").await;
    drain(&platform.sender(&app, &HOME), &app).await;
    let texts = platform.texts();
    assert!(texts.iter().any(|text| text.contains(ASKS)), "{texts:?}");
    writes(&app, "wamid.3", "4").await;
    assert_eq!(log(&app, &mei, &id, "rated").await[0]["score"], json!(4));
    let (app, _platform, mei, id) = asked_too_late("hello").await;
    writes(&app, "wamid.2", "1").await;
    assert_eq!(log(&app, &mei, &id, "rated").await.len(), 0);
}

#[tokio::test]
async fn a_number_is_a_score_for_three_days_after_the_question() {
    for (hours, scores) in [(72, 1), (73, 0)] {
        let app = desk().await;
        let platform = Loopback::start(Channel::Telegram).await;
        let mei = app.agent("mei", None).await;
        say(&app, 1, 1, "I want to talk to a human").await;
        let id = conversation_of(&app, Channel::Telegram, "1").await;
        let id = id.to_string();
        does(&app, &mei, &id, "claim").await;
        does(&app, &mei, &id, "resolve").await;
        drain(&platform.sender(&app, &HOME), &app).await;
        later(&app, hours);
        say(&app, 1, 2, "4").await;
        let rated = log(&app, &mei, &id, "rated").await;
        assert_eq!(rated.len(), scores, "{hours}: {rated:?}");
    }
}

/// A customer may read the question and answer it before the platform has said that it took it.
#[tokio::test]
async fn a_score_that_comes_before_the_platform_has_said_that_it_sent_the_question_is_a_score() {
    for (seconds, scores) in [(1, 1), (121, 0)] {
        let app = desk().await;
        let platform = Loopback::start(Channel::Telegram).await;
        let mei = app.agent("mei", None).await;
        say(&app, 1, 1, "I want to talk to a human").await;
        drain(&platform.sender(&app, &HOME), &app).await;
        let id = conversation_of(&app, Channel::Telegram, "1").await;
        let id = id.to_string();
        does(&app, &mei, &id, "claim").await;
        does(&app, &mei, &id, "resolve").await;
        app.clock
            .move_to(app.clock.now() + SignedDuration::from_secs(seconds));
        say(&app, 1, 2, "4").await;
        let rated = log(&app, &mei, &id, "rated").await;
        assert_eq!(rated.len(), scores, "{seconds}: {rated:?}");
        if scores == 1 {
            drain(&platform.sender(&app, &HOME), &app).await;
            let texts = platform.texts();
            assert!(
                !texts.iter().any(|text| text.contains(ASKS)),
                "asked again: {texts:?}"
            );
        }
    }
}
