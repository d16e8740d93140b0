//! What may not go out now: after a platform's window, beside the answer on the line, faster than an account may.

use std::time::Duration;

use frontdesk::domain::channel::MessageState;
use serde_json::{Value, json};

use super::delivery::{conversation_of, drain, fates, log_of, say};
use super::platform::{Does, HOME, Loopback};
use super::*;

#[tokio::test]
async fn outside_the_window_a_message_is_held_until_the_customer_writes_again() {
    let app = desk().await;
    let platform = Loopback::start(Channel::WhatsApp).await;
    let sender = platform.sender(&app, &HOME);
    let write = async |id: &str, text: &str| {
        let body = json!({"object": "whatsapp_business_account", "entry": [{"changes": [{"field": "messages", "value": {
            "metadata": {"phone_number_id": "106540352242922"}, "messages": [{"from": "1", "id": id, "type": "text", "text": {"body": text}}]}}]}]});
        let body = body.to_string().into_bytes();
        let headers = signed(Channel::WhatsApp, SECRET, "", &body, app.clock.now());
        assert_eq!(
            post(&app, Channel::WhatsApp, &headers, &body)
                .await
                .status(),
            200
        );
    };
    write("wamid.1", "I want to talk to a human").await;
    drain(&sender, &app).await;
    let before = platform.got().len();
    let id = conversation_of(&app, Channel::WhatsApp, "1").await;
    let agent = app.agent("mei", None).await;
    let at = |verb: &str| {
        app.post(&format!("/v1/conversations/{id}/{verb}"))
            .bearer_auth(&agent)
    };
    at("claim").send().await.unwrap();
    app.clock
        .move_to(app.clock.now() + Duration::from_secs(25 * 3600));
    let reply = json!({"client_id": "r1", "text": "The parcel is found"});
    assert_eq!(
        at("messages").json(&reply).send().await.unwrap().status(),
        201
    );
    drain(&sender, &app).await;
    drain(&sender, &app).await;
    assert_eq!(platform.got().len(), before, "nothing may be sent now");
    let held = fates(&log_of(&app, Channel::WhatsApp, "1").await)
        .pop()
        .unwrap();
    assert_eq!(held.0, MessageState::Held);
    assert!(held.1.is_some());
    app.clock.move_to(app.clock.now() + Duration::from_secs(60));
    write("wamid.2", "any news?").await;
    drain(&sender, &app).await;
    assert_eq!(platform.texts()[before], "The parcel is found");
    let fates = fates(&log_of(&app, Channel::WhatsApp, "1").await);
    assert_eq!(
        fates
            .iter()
            .filter(|(state, _)| *state == MessageState::Held)
            .count(),
        1
    );
}

#[tokio::test]
async fn the_first_answer_on_line_is_free_and_what_follows_is_pushed_under_a_key() {
    let app = desk().await;
    let platform = Loopback::start(Channel::Line).await;
    let sender = platform.sender(&app, &HOME);
    send(&app, &first_text(Channel::Line)).await;
    let late = r#"{"message":"Invalid reply token"}"#;
    platform.plan([
        Does::Say(400, "", late.to_owned()),
        Does::Say(500, "", String::new()),
        Does::Say(409, "", String::new()),
    ]);
    for _ in 0..3 {
        sender.deliver_next(app.clock.now()).await.unwrap();
        app.clock
            .move_to(app.clock.now() + Duration::from_secs(400));
    }
    let got = platform.got();
    let paths: Vec<&str> = got.iter().map(|got| got.path.as_str()).collect();
    assert_eq!(
        paths[..3],
        [
            "/v2/bot/message/reply",
            "/v2/bot/message/push",
            "/v2/bot/message/push"
        ]
    );
    assert_eq!(got[0].body["replyToken"], "rt1");
    assert_eq!(
        got[1].header("x-line-retry-key"),
        got[2].header("x-line-retry-key")
    );
    assert_eq!(got[1].header("x-line-retry-key").len(), 36);
    // The key was known: an earlier attempt had arrived.
    assert_eq!(
        fates(&log_of(&app, Channel::Line, "U4af").await)[0].0,
        MessageState::Sent
    );
}

#[tokio::test]
async fn no_more_goes_out_at_once_than_the_platform_takes() {
    let app = desk().await;
    let platform = Loopback::start(Channel::Feishu).await;
    let sender = platform.sender(&app, &HOME);
    let case = first_text(Channel::Feishu);
    assert_eq!(send(&app, &case).await.status(), 200);
    drain(&sender, &app).await;
    let user = case.messages()[0]["user"].as_str().unwrap().to_owned();
    let id = conversation_of(&app, Channel::Feishu, &user).await;
    app.clock.move_to(app.clock.now() + Duration::from_secs(60));
    let agent = app.agent("mei", None).await;
    let say = async |verb: &str, body: Value| {
        let asked = app.post(&format!("/v1/conversations/{id}/{verb}"));
        let answer = asked.bearer_auth(&agent).json(&body).send().await.unwrap();
        assert!(answer.status().is_success(), "{verb}");
    };
    say("takeover", json!({})).await;
    for n in 0..8 {
        say(
            "messages",
            json!({"client_id": format!("m{n}"), "text": format!("line {n}")}),
        )
        .await;
    }
    let texts = || platform.texts_after("line");
    drain(&sender, &app).await;
    assert_eq!(texts().len(), 5, "five a second");
    app.clock
        .move_to(app.clock.now() + Duration::from_millis(1001));
    drain(&sender, &app).await;
    let expected: Vec<String> = (0..8).map(|n| format!("line {n}")).collect();
    assert_eq!(texts(), expected);
}

#[tokio::test]
async fn no_more_goes_out_at_once_than_the_platform_takes_when_the_desk_starts_again() {
    let app = desk().await;
    let platform = Loopback::start(Channel::Telegram).await;
    for user in 1..=35 {
        say(&app, user, user, "hello").await;
    }
    let sender = platform.sender(&app, &HOME);
    drain(&sender, &app).await;
    assert_eq!(platform.got().len(), 30, "thirty a second");
    drop(sender);
    let sender = platform.sender(&app, &HOME);
    assert_eq!(drain(&sender, &app).await, []);
    assert_eq!(platform.got().len(), 30, "as if it had never stopped");
    app.clock
        .move_to(app.clock.now() + Duration::from_millis(1001));
    drain(&sender, &app).await;
    let users: std::collections::BTreeSet<String> = platform
        .got()
        .iter()
        .map(|got| got.body["chat_id"].to_string())
        .collect();
    assert_eq!(users.len(), 35);
}
