//! What people do on platforms beside writing: they open the chat by its button, use commands, want no more messages, and come back later.

use std::time::Duration;

use frontdesk::domain::conversation::{EventBody, Seq};
use serde_json::{Value, json};

use super::discord::{ask, assert_written, drain, move_on};
use super::platform::{HOME, Loopback};
use super::*;

/// What Telegram tells of somebody who writes, with the language of their app.
fn update(number: u64, user: u64, language: &str, text: &str) -> Vec<u8> {
    let from = json!({"id": user, "is_bot": false, "language_code": language});
    let chat = json!({"id": user, "type": "private"});
    let message =
        json!({"message_id": number, "from": from, "chat": chat, "date": 1, "text": text});
    let update = json!({"update_id": number, "message": message});
    update.to_string().into_bytes()
}

async fn brought(app: &TestApp, channel: Channel, id: &str, body: &[u8]) -> u16 {
    let headers = signed(channel, secret_of(channel), id, body, app.clock.now());
    post(app, channel, &headers, body).await.status().as_u16()
}

async fn conversations(app: &TestApp) -> usize {
    app.store.conversations(None, 200).await.unwrap().len()
}

#[tokio::test]
async fn who_opens_the_chat_by_its_button_is_greeted_in_the_language_of_their_app() {
    let app = desk().await;
    let platform = Loopback::start(Channel::Telegram).await;
    let sender = platform.sender(&app, &HOME);
    for (at, (language, text, greeting)) in [
        ("zh-hans", "/start", "自动客服助手"),
        ("zh-hant", "/start", "自動客服助理"),
        ("en", "/start", "automatic assistant"),
        ("zh-hans", "/start order_A1042", "自动客服助手"),
        ("zh-hans", "/help", "自动客服助手"),
    ]
    .into_iter()
    .enumerate()
    {
        let user = u64::try_from(at).unwrap() + 1;
        let body = update(100 + user, user, language, text);
        assert_eq!(brought(&app, Channel::Telegram, "x", &body).await, 200);
        drain(&sender, &app).await;
        let said = platform.got().pop().unwrap().body;
        let words = said["text"].as_str().unwrap();
        assert!(words.contains(greeting), "{language} {text}: {words}");
        // What stood in the link that led there was written by nobody.
        assert!(!words.contains("A1042"), "{words}");
    }
}

#[tokio::test]
async fn who_wants_no_more_text_messages_gets_none_and_an_order_that_is_to_be_cancelled_is_heard_of()
 {
    let app = desk().await;
    let says = |id: &str, from: &str, more: &str| {
        let form = format!(
            "MessageSid={id}&From={}&To=%2B2&NumMedia=0&{more}",
            sealed::escaped(from)
        );
        form.into_bytes()
    };
    for (at, (from, more)) in [
        ("+1", "Body=STOP"),
        ("+1", "Body=%20stop%20"),
        ("+1", "Body=Unsubscribe"),
        ("+1", "Body=cancel&OptOutType=STOP"),
        ("+1", "Body=hello&OptOutType=HELP"),
    ]
    .into_iter()
    .enumerate()
    {
        let body = says(&format!("SM{at}"), from, more);
        assert_eq!(brought(&app, Channel::Twilio, "x", &body).await, 200);
        assert_eq!(conversations(&app).await, 0, "{more}");
    }
    // It may be about an order; over WhatsApp Twilio does nothing by itself.
    for (id, from, more) in [
        ("SMa", "+1", "Body=Cancel"),
        ("SMb", "whatsapp:+1", "Body=Stop"),
    ] {
        let before = conversations(&app).await;
        let body = says(id, from, more);
        assert_eq!(brought(&app, Channel::Twilio, "x", &body).await, 200);
        assert_eq!(conversations(&app).await, before + 1, "{more}");
    }
}

#[tokio::test]
async fn a_command_and_a_button_that_are_none_of_the_desks_are_taken_on_slack_and_come_to_nothing()
{
    let app = desk().await;
    let home = json!({"type": "block_actions", "user": {"id": "U1"}, "view": {"type": "home"},
        "actions": [{"action_id": "other", "action_ts": "1.1", "value": "1"}]});
    for body in [
        "command=%2Fask&text=where&user_id=U1&channel_id=C1".to_owned(),
        as_form(&home),
    ] {
        let body = body.into_bytes();
        let mut headers = signed(
            Channel::Slack,
            secret_of(Channel::Slack),
            "x",
            &body,
            app.clock.now(),
        );
        headers.insert(
            "content-type",
            "application/x-www-form-urlencoded".to_owned(),
        );
        assert_eq!(
            post(&app, Channel::Slack, &headers, &body).await.status(),
            200
        );
    }
    assert_eq!(conversations(&app).await, 0);
}

/// An agent's words in a conversation, and what else an agent does with it.
async fn by_agent(app: &TestApp, agent: &str, id: &str, verb: &str, body: Value) {
    let asked = app.post(&format!("/v1/conversations/{id}/{verb}"));
    let answer = asked.bearer_auth(agent).json(&body).send().await.unwrap();
    assert!(answer.status().is_success(), "{verb}");
}

#[tokio::test]
async fn what_was_held_on_discord_follows_the_answer_to_a_command_of_a_later_conversation() {
    let app = desk().await;
    let platform = Loopback::start(Channel::Discord).await;
    let sender = platform.sender(&app, &HOME);
    ask(&app, 1, "I want to talk to a human").await;
    move_on(&app, 1);
    drain(&sender, &app).await;
    let row = app.store.conversations(None, 1).await.unwrap().remove(0);
    let agent = app.agent("mei", None).await;
    by_agent(&app, &agent, row.id.as_str(), "claim", json!({})).await;
    move_on(&app, 16 * 60);
    let says = json!({"client_id": crate::support::fresh_id(), "text": "It was sent today"});
    by_agent(&app, &agent, row.id.as_str(), "messages", says).await;
    drain(&sender, &app).await;
    by_agent(&app, &agent, row.id.as_str(), "resolve", json!({})).await;
    let before = platform.got().len();
    // They are back about something else, which is another conversation.
    app.clock
        .move_to(app.clock.now() + Duration::from_secs(80 * 3600));
    ask(&app, 2, "hello").await;
    assert_eq!(conversations(&app).await, 2);
    // Nothing is written into the line that waits but what answers the command.
    drain(&sender, &app).await;
    assert_eq!(platform.got().len(), before);
    move_on(&app, 1);
    drain(&sender, &app).await;
    let got = platform.got().split_off(before);
    assert_written(&got[0], "token2", true);
    assert_ne!(got[0].body["content"], "It was sent today");
    let last = got.last().unwrap();
    assert_written(last, "token2", false);
    assert_eq!(last.body["content"], "It was sent today");
    let events = app.store.events(&row.id, Seq(0), 200).await.unwrap();
    let moved = events.iter().rev().find_map(|event| match &event.body {
        EventBody::MessageMoved { state, .. } => Some(state.name()),
        _ => None,
    });
    assert_eq!(moved, Some("sent"));
}
