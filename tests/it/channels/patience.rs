//! A platform that asks for patience: for a day at most, and an agent sees at what waits why it does.

use std::time::Duration;

use frontdesk::delivery::Progress;
use frontdesk::domain::channel::MessageState;
use serde_json::json;

use super::delivery::{drain, fates, log_of};
use super::platform::{Does, HOME, Loopback};
use super::*;

#[tokio::test]
async fn the_message_that_was_put_off_itself_is_seen_with_the_reason_too() {
    for asks in [busy(7200), Does::Say(503, "7200", "{}".to_owned())] {
        let app = desk().await;
        let platform = Loopback::start(Channel::Telegram).await;
        let sender = platform.sender(&app, &HOME);
        say(&app, 1, 1).await;
        platform.plan([asks.clone(), asks]);
        for _ in 0..2 {
            drain(&sender, &app).await;
        }
        let waits = states(&app, "1").await;
        let [(MessageState::Queued, Some(why))] = &waits[..] else {
            panic!("{waits:?}")
        };
        // The same again is no news.
        app.clock
            .move_to(app.clock.now() + Duration::from_secs(7300));
        drain(&sender, &app).await;
        assert_eq!(platform.got().len(), 2, "{why}");
        assert_eq!(states(&app, "1").await, waits);
    }
}

#[tokio::test]
async fn what_was_tried_before_its_platform_asked_for_patience_is_seen_with_the_reason() {
    let app = desk().await;
    let platform = Loopback::start(Channel::Telegram).await;
    let sender = platform.sender(&app, &HOME);
    say(&app, 2, 2).await;
    platform.plan([Does::Say(500, "", String::new()), busy(600)]);
    drain(&sender, &app).await;
    say(&app, 1, 1).await;
    for _ in 0..2 {
        drain(&sender, &app).await;
    }
    let waits = states(&app, "2").await;
    let [(MessageState::Queued, Some(why))] = &waits[..] else {
        panic!("{waits:?}")
    };
    assert!(why.contains("patience"), "{why}");
}

/// Somebody says something on Telegram.
async fn say(app: &TestApp, user: u64, update: u64) {
    let body = json!({"update_id": update, "message": {"from": {"id": user}, "chat": {"id": user, "type": "private"}, "text": "hello"}});
    let body = body.to_string().into_bytes();
    let headers = signed(Channel::Telegram, SECRET, "", &body, app.clock.now());
    let answer = post(app, Channel::Telegram, &headers, &body).await;
    assert_eq!(answer.status(), 200);
}

async fn states(app: &TestApp, user: &str) -> Vec<(MessageState, Option<String>)> {
    fates(&log_of(app, Channel::Telegram, user).await)
}

fn busy(seconds: u64) -> Does {
    let body = json!({"ok": false, "error_code": 429, "description": "Too Many Requests", "parameters": {"retry_after": seconds}});
    Does::Say(429, "", body.to_string())
}

#[tokio::test]
async fn no_platform_silences_an_account_for_longer_than_a_day() {
    for asks in [
        busy(4_294_967_295),
        Does::Say(429, "4294967295", String::new()),
    ] {
        let app = desk().await;
        let platform = Loopback::start(Channel::Telegram).await;
        let sender = platform.sender(&app, &HOME);
        say(&app, 1, 1).await;
        platform.plan([asks]);
        let begun = app.clock.now();
        drain(&sender, &app).await;
        say(&app, 2, 2).await;
        drain(&sender, &app).await;
        assert_eq!(platform.got().len(), 1, "it is left alone");
        let Progress::NotBefore(at) = sender.deliver_next(app.clock.now()).await.unwrap() else {
            panic!("it does not wait")
        };
        assert_eq!(at.duration_since(begun).as_hours(), 24);
        app.clock.move_to(at + Duration::from_secs(6 * 3600));
        drain(&sender, &app).await;
        assert!(platform.got().len() > 2, "and then not any more");
    }
}

#[tokio::test]
async fn what_waits_because_its_platform_asks_for_patience_is_seen_with_the_reason_once() {
    let app = desk().await;
    let platform = Loopback::start(Channel::Telegram).await;
    let sender = platform.sender(&app, &HOME);
    say(&app, 1, 1).await;
    platform.plan([busy(600)]);
    drain(&sender, &app).await;
    say(&app, 2, 2).await;
    for _ in 0..3 {
        drain(&sender, &app).await;
    }
    let waits = states(&app, "2").await;
    let [(MessageState::Queued, Some(why))] = &waits[..] else {
        panic!("{waits:?}")
    };
    assert!(
        why.contains("patience") && why.contains("2026-11-20T10:10:00Z"),
        "{why}"
    );
    app.clock
        .move_to(app.clock.now() + Duration::from_secs(700));
    drain(&sender, &app).await;
    let (state, why) = states(&app, "2").await.pop().unwrap();
    assert_eq!((state, why), (MessageState::Sent, None));
    // A moment is nobody's news.
    say(&app, 1, 3).await;
    platform.plan([busy(20)]);
    drain(&sender, &app).await;
    let before = states(&app, "2").await.len();
    say(&app, 2, 4).await;
    drain(&sender, &app).await;
    assert_eq!(states(&app, "2").await.len(), before);
}
