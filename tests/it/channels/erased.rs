//! Of somebody who wrote on a platform, or by letter, nothing is left once they are erased. RELIABILITY B row 35.

use std::collections::BTreeSet;

use frontdesk::delivery::Progress;
use frontdesk::domain::rights::AgentRole;
use serde_json::json;

use super::platform::{Does, HOME, Loopback};
use super::*;
use crate::erased::{left_in, word};

/// A letter whose every part has a word of its own.
fn letter() -> Vec<u8> {
    let headers = json!([
        {"Name": "Message-ID", "Value": format!("<{}@mail.example>", word("id"))},
        {"Name": "References", "Value": format!("<{}@mail.example>", word("before"))},
    ]);
    json!({"FromFull": {"Email": format!("{}@example.com", word("address")), "Name": word("sender")}, "MessageID": word("message"),
        "Subject": word("letter"), "TextBody": format!("I want to talk to a human {}", word("text")), "StrippedTextReply": "", "Headers": headers,
        "Attachments": []})
    .to_string()
    .into_bytes()
}

async fn erase_the_only_one(app: &TestApp) {
    let admin = app.agent_as("root", None, AgentRole::Admin).await;
    let id = app.store.conversations(None, 1).await.unwrap()[0]
        .id
        .clone();
    let erase = json!({"conversations": 1});
    app.does(&admin, &format!("/v1/people/{id}/erase"), erase)
        .await;
}

#[tokio::test]
async fn row_35_of_a_letter_no_name_and_no_subject_outlives_its_writer() {
    let app = desk().await;
    let mail = Loopback::start(Channel::Postmark).await;
    let sender = mail.sender(&app, &HOME);
    let body = letter();
    let headers = signed(Channel::Postmark, SECRET, "", &body, app.clock.now());
    let taken = post(&app, Channel::Postmark, &headers, &body).await;
    assert_eq!(taken.status(), 200);
    // What the bot answers is refused, in words that name the writer.
    let refused = format!("{}@example.com is no mailbox", word("refused"));
    mail.plan([Does::Say(
        422,
        "",
        json!({"ErrorCode": 300, "Message": refused}).to_string(),
    )]);
    let sent = sender.deliver_next(app.clock.now()).await.unwrap();
    assert!(!matches!(sent, Progress::Delivered(_)), "{sent:?}");
    let before = left_in(&app.data());
    for name in ["address", "letter", "text", "before", "id"] {
        assert!(before.contains(&word(name)), "{name}: {before:?}");
    }
    erase_the_only_one(&app).await;
    assert_eq!(left_in(&app.data()), BTreeSet::new());
}

#[tokio::test]
async fn row_35_a_file_that_was_still_to_be_fetched_is_not_fetched_for_whoever_was_erased() {
    let app = desk().await;
    let line = Loopback::start(Channel::Line).await;
    let sender = line.sender(&app, &HOME);
    let event = |message: Value| {
        let event = json!({"type": "message", "webhookEventId": word("event"), "deliveryContext": {"isRedelivery": false},
            "timestamp": app.clock.now().as_millisecond(), "mode": "active", "replyToken": word("token"),
            "source": {"type": "user", "userId": word("user")}, "message": message});
        json!({"destination": "U1", "events": [event]})
            .to_string()
            .into_bytes()
    };
    let picture =
        json!({"type": "image", "id": word("picture"), "contentProvider": {"type": "line"}});
    let body = event(picture);
    let headers = signed(Channel::Line, SECRET, "", &body, app.clock.now());
    let taken = post(&app, Channel::Line, &headers, &body).await;
    assert_eq!(taken.status(), 200);
    let before = left_in(&app.data());
    for name in ["user", "picture"] {
        assert!(before.contains(&word(name)), "{name}: {before:?}");
    }
    erase_the_only_one(&app).await;
    assert_eq!(left_in(&app.data()), BTreeSet::new());
    let next = sender.deliver_next(app.clock.now()).await.unwrap();
    assert_eq!(next, Progress::Idle);
}
