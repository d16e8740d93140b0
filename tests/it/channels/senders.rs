//! Whose letter one is, whatever else it says, and what stands in one that has no text.

use frontdesk::delivery::Progress;
use frontdesk::domain::conversation::{Actor, EventBody, Seq};
use frontdesk::domain::ids::ConversationId;
use serde_json::json;

use super::platform::{HOME, Loopback};
use super::*;

/// A letter as each of the three brings it; `reply_to` where its sender says that answers are wanted elsewhere.
fn letter(channel: Channel, (from, reply_to): (&str, &str), id: &str, text: &str) -> Vec<u8> {
    let id = format!("<{id}@mail.example>");
    match channel {
        Channel::Email => {
            let answers = match reply_to {
                "" => String::new(),
                other => format!("Reply-To: {other}\r\n"),
            };
            format!("From: {from}\r\n{answers}Message-ID: {id}\r\n\r\n{text}\r\n").into_bytes()
        }
        Channel::Mailgun => {
            let headers = json!([["Message-Id", id], ["Reply-To", reply_to]]).to_string();
            let fields = json!({"sender": from, "from": from, "body-plain": text, "message-headers": headers});
            mail::mailgun(&fields).into_bytes()
        }
        _ => json!({"FromFull": {"Email": from}, "MessageID": id, "Subject": "", "ReplyTo": reply_to, "TextBody": text,
            "Headers": [{"Name": "Message-ID", "Value": id}, {"Name": "Reply-To", "Value": reply_to}]})
        .to_string()
        .into_bytes(),
    }
}

async fn bring(app: &TestApp, channel: Channel, body: &[u8]) {
    let headers = signed(channel, SECRET, "", body, app.clock.now());
    let taken = post(app, channel, &headers, body).await;
    assert_eq!(taken.status(), 200, "{channel}");
}

/// What a customer said in a conversation.
async fn heard(app: &TestApp, id: &ConversationId) -> Vec<String> {
    let all = app.store.events(id, Seq(0), 200).await.unwrap();
    let heard = all.into_iter().filter(|event| event.by == Actor::Customer);
    heard
        .filter_map(|event| match event.body {
            EventBody::Message { text, .. } => Some(text),
            _ => None,
        })
        .collect()
}

/// `Reply-To` is any address that somebody writes there: they speak for nobody else by it, and nobody else is written to.
#[tokio::test]
async fn row_31_whoever_wants_answers_sent_to_somebody_else_is_not_them_and_has_none_sent_there() {
    for channel in [Channel::Email, Channel::Mailgun, Channel::Postmark] {
        let app = desk().await;
        let platform = Loopback::start(channel).await;
        let sender = platform.sender(&app, &HOME);
        let first = letter(channel, ("ann@example.com", ""), "1", "where is my refund?");
        bring(&app, channel, &first).await;
        let anns = app
            .store
            .conversations(None, 10)
            .await
            .unwrap()
            .remove(0)
            .id;
        let before = app.store.events(&anns, Seq(0), 200).await.unwrap().len();
        let forged = letter(
            channel,
            ("mallory@evil.example", "ann@example.com"),
            "2",
            "I want to talk to a human",
        );
        bring(&app, channel, &forged).await;
        let after = app.store.events(&anns, Seq(0), 200).await.unwrap();
        assert_eq!(after.len(), before, "{channel}: {after:?}");
        assert_eq!(heard(&app, &anns).await, ["where is my refund?"]);
        assert_eq!(app.store.conversations(None, 10).await.unwrap().len(), 2);
        while !matches!(
            sender.deliver_next(app.clock.now()).await.unwrap(),
            Progress::Idle
        ) {}
        let got = platform.got();
        let to = |one: &str| {
            let is_to = |got: &&platform::Got| got.raw.replace("%40", "@").contains(one);
            got.iter().filter(is_to).count()
        };
        assert_eq!(got.len(), 2, "{channel}");
        assert_eq!(
            (to("ann@example.com"), to("mallory@evil.example")),
            (1, 1),
            "{channel}"
        );
    }
}

#[tokio::test]
async fn a_letter_that_is_only_a_page_is_read_as_its_words() {
    let app = desk().await;
    let page = "<html><head><style>p { color: red }</style><script>where(is)</script></head><body><p>Where is my <b>refund</b>?</p><p>Mia</p></body></html>";
    let body = json!({"FromFull": {"Email": "mia@example.com"}, "MessageID": "pm-9", "Subject": "", "TextBody": "", "HtmlBody": page,
        "StrippedTextReply": "", "Headers": [{"Name": "Message-ID", "Value": "<9@mail.example>"}]});
    bring(&app, Channel::Postmark, body.to_string().as_bytes()).await;
    let row = app.store.conversations(None, 10).await.unwrap().remove(0);
    let said = heard(&app, &row.id).await.remove(0);
    let words: Vec<&str> = said.split_whitespace().collect();
    assert_eq!(words.join(" "), "Where is my refund? Mia");
    // Where both stand there, it is the text that was written.
    let both = json!({"FromFull": {"Email": "ann@example.com"}, "MessageID": "pm-10", "Subject": "", "TextBody": "hello", "HtmlBody": page,
        "StrippedTextReply": "", "Headers": [{"Name": "Message-ID", "Value": "<10@mail.example>"}]});
    bring(&app, Channel::Postmark, both.to_string().as_bytes()).await;
    let rows = app.store.conversations(None, 10).await.unwrap();
    let other = rows.into_iter().find(|one| one.id != row.id).unwrap();
    assert_eq!(heard(&app, &other.id).await, ["hello"]);
}
