//! Letters that came back: what mail servers report (RFC 3464) and what Mailgun tells is written at the message that it is about, and is
//! never answered.

use frontdesk::domain::channel::MessageState;
use frontdesk::domain::conversation::{EventBody, Seq};
use frontdesk::domain::ids::ConversationId;
use serde_json::{Value, json};

use super::delivery::{fates, log_of};
use super::letters::Talk;
use super::told::{answered_as, last_fate, tell};
use super::*;

/// What our letter was called.
fn name_of(raw: &str) -> String {
    let whole = sealed::unescaped(raw);
    let name = whole.split('<').find(|rest| rest.contains(".fd@linden"));
    format!("<{}>", name.unwrap().split('>').next().unwrap())
}

/// A report of a mail server about one letter.
fn report(action: &str, returned: &str) -> Value {
    let text = format!(
        "From: MAILER-DAEMON@mx.example.com\nTo: shop@linden.example\nSubject: Undelivered Mail Returned to Sender\n\
Message-ID: <r1@mx.example.com>\nMIME-Version: 1.0\nAuto-Submitted: auto-replied\n\
Content-Type: multipart/report; report-type=delivery-status; boundary=\"BB\"\n\n\
--BB\nContent-Type: text/plain\n\nI am sorry: where is my refund?\n\n\
--BB\nContent-Type: message/delivery-status\n\n\
Reporting-MTA: dns; mx.example.com\nArrival-Date: Fri, 20 Nov 2026 10:00:00 +0000\n\n\
Final-Recipient: rfc822; mia@example.com\nAction: {action}\nStatus: 5.1.1\n\
Diagnostic-Code: smtp; 550 5.1.1 <mia@example.com>:\n no such mailbox, card 4111 1111 1111 1111\n\n{returned}--BB--\n"
    );
    json!({"lines": text.split('\n').collect::<Vec<_>>()})
}

fn returned_whole(name: &str) -> String {
    format!(
        "--BB\nContent-Type: message/rfc822\n\nFrom: shop@linden.example\nTo: mia@example.com\nMessage-ID: {name}\nSubject: Re: x\n\nhello\n\n"
    )
}

fn returned_headers(name: &str) -> String {
    format!(
        "--BB\nContent-Type: text/rfc822-headers\n\nFrom: shop@linden.example\nmessage-id:\n {name}\nSubject: Re: x\n\n"
    )
}

async fn conversations(app: &TestApp) -> usize {
    app.store.conversations(None, 200).await.unwrap().len()
}

#[tokio::test]
async fn a_letter_that_came_back_is_marked_as_failed_and_its_report_is_nobodys_message() {
    for quote in [returned_whole, returned_headers] {
        let channel = Channel::Email;
        let (app, platform, user) = answered_as(channel, json!({})).await;
        let name = name_of(&platform.got()[0].raw);
        let before = log_of(&app, channel, &user).await;
        let sent = (MessageState::Sent, None);
        for action in ["delayed", "relayed"] {
            tell(&app, channel, &report(action, &quote(&name))).await;
        }
        let of_others = [
            "<7.fd@else.example>",
            "<1@mail.example>",
            "<7.fd@linden.example>",
        ];
        for other in of_others {
            tell(&app, channel, &report("failed", &quote(other))).await;
        }
        tell(&app, channel, &report("failed", "")).await;
        assert_eq!(last_fate(&app, channel, &user).await, sent);
        assert_eq!(log_of(&app, channel, &user).await.len(), before.len());
        for _ in 0..2 {
            tell(&app, channel, &report("Failed", &quote(&name))).await;
        }
        let (state, why) = last_fate(&app, channel, &user).await;
        let why = why.unwrap();
        assert_eq!(state, MessageState::Failed);
        assert!(why.contains("no such mailbox"), "{why}");
        assert!(!why.contains("4111 1111"), "{why}");
        let after = log_of(&app, channel, &user).await;
        assert_eq!(after.len(), before.len() + 1, "told once, answered never");
        assert_eq!(conversations(&app).await, 1);
    }
}

#[tokio::test]
async fn a_report_that_a_letter_arrived_says_so() {
    let channel = Channel::Email;
    let (app, platform, user) = answered_as(channel, json!({})).await;
    let name = name_of(&platform.got()[0].raw);
    tell(&app, channel, &report("delivered", &returned_whole(&name))).await;
    let delivered = (MessageState::Delivered, None);
    assert_eq!(last_fate(&app, channel, &user).await, delivered);
}

/// An event as Mailgun tells it, under a token of its own.
fn event(token: &str, at: Timestamp, event: &Value) -> Vec<u8> {
    let second = at.as_second().to_string();
    let code = hex(&mac(SECRET, &[second.as_bytes(), token.as_bytes()]));
    json!({"signature": {"timestamp": second, "token": token, "signature": code}, "event-data": event})
        .to_string()
        .into_bytes()
}

async fn told_by_mailgun(app: &TestApp, body: &[u8]) -> u16 {
    let headers = BTreeMap::from([("content-type", "application/json".to_owned())]);
    let answer = post(app, Channel::Mailgun, &headers, body).await;
    answer.status().as_u16()
}

#[tokio::test]
async fn mailgun_tells_that_a_letter_arrived_or_came_back_and_nothing_of_those_on_their_way() {
    let channel = Channel::Mailgun;
    let (app, platform, user) = answered_as(channel, json!({})).await;
    let bare = name_of(&platform.got()[0].raw);
    let bare = bare.trim_matches(['<', '>']);
    let of = |kind: &str, severity: &str| {
        json!({"event": kind, "severity": severity, "recipient": user, "message": {"headers": {"message-id": bare}},
            "delivery-status": {"code": 550, "message": "no such mailbox"}})
    };
    let at = app.clock.now();
    let begun = log_of(&app, channel, &user).await.len();
    for (token, kind, severity) in [
        ("t1", "accepted", ""),
        ("t2", "failed", "temporary"),
        ("t3", "opened", ""),
    ] {
        assert_eq!(
            told_by_mailgun(&app, &event(token, at, &of(kind, severity))).await,
            200
        );
    }
    let mut foreign = of("failed", "permanent");
    foreign["message"]["headers"]["message-id"] = json!("another@linden.example");
    assert_eq!(told_by_mailgun(&app, &event("t4", at, &foreign)).await, 200);
    assert_eq!(log_of(&app, channel, &user).await.len(), begun);
    assert_eq!(
        told_by_mailgun(&app, &event("t5", at, &of("delivered", ""))).await,
        200
    );
    let delivered = (MessageState::Delivered, None);
    assert_eq!(last_fate(&app, channel, &user).await, delivered);
    let failed = event("t6", at, &of("failed", "permanent"));
    assert_eq!(told_by_mailgun(&app, &failed).await, 200);
    assert_eq!(told_by_mailgun(&app, &failed).await, 200, "told again");
    let fate = last_fate(&app, channel, &user).await;
    assert_eq!(
        fate,
        (MessageState::Failed, Some("no such mailbox".to_owned()))
    );
    assert_eq!(log_of(&app, channel, &user).await.len(), begun + 2);
}

#[tokio::test]
async fn what_mailgun_did_not_sign_is_refused_and_a_token_of_an_event_is_good_for_that_alone() {
    let channel = Channel::Mailgun;
    let (app, platform, user) = answered_as(channel, json!({})).await;
    let bare = name_of(&platform.got()[0].raw);
    let failed = json!({"event": "failed", "severity": "permanent", "message": {"headers": {"message-id": bare}}});
    let at = app.clock.now();
    let good = event("t1", at, &failed);
    let forged = String::from_utf8(good.clone())
        .unwrap()
        .replace("\"t1\"", "\"t2\"");
    let stale = event("t3", at - jiff::SignedDuration::from_hours(10), &failed);
    for wrong in [
        forged.as_bytes(),
        &stale,
        b"{}",
        b"[]",
        b"",
        b"{\"signature\":7}",
    ] {
        assert_eq!(told_by_mailgun(&app, wrong).await, 401);
    }
    assert_eq!(
        fates(&log_of(&app, channel, &user).await).pop().unwrap().0,
        MessageState::Sent
    );
    // Whoever saw a signed event cannot sign a letter with it, and whoever saw a letter cannot sign an event.
    let unknown =
        json!({"event": "delivered", "message": {"headers": {"message-id": "of@another"}}});
    for (token, body) in [("t1", good), ("t4", event("t4", at, &unknown))] {
        assert_eq!(told_by_mailgun(&app, &body).await, 200);
        let second = at.as_second().to_string();
        let code = hex(&mac(SECRET, &[second.as_bytes(), token.as_bytes()]));
        let letter = format!(
            "sender=mallory%40example.com&body-plain=hello&timestamp={second}&token={token}&signature={code}"
        );
        let headers = BTreeMap::from([(
            "content-type",
            "application/x-www-form-urlencoded".to_owned(),
        )]);
        let answer = post(&app, channel, &headers, letter.as_bytes()).await;
        assert_eq!(answer.status(), 401, "{token}");
    }
    assert_eq!(told_by_mailgun(&app, &event("t1", at, &unknown)).await, 401);
    // Nor with a report that came as a letter.
    let lines = report("failed", &returned_whole(&bare));
    let whole = String::from_utf8(mail::letter(&lines["lines"])).unwrap();
    let fields = json!({ "body-mime": whole });
    let headers = mail::signed_with(SECRET, "t5", at);
    let body = mail::mailgun(&fields).into_bytes();
    assert_eq!(post(&app, channel, &headers, &body).await.status(), 200);
    let forged = json!({"sender": "mallory@example.com", "body-plain": "hello"});
    let forged = mail::mailgun(&forged).into_bytes();
    assert_eq!(post(&app, channel, &headers, &forged).await.status(), 401);
    assert_eq!(conversations(&app).await, 1);
}

#[tokio::test]
async fn of_a_letter_that_says_several_things_each_is_marked_when_it_came_back() {
    let talk = Talk::begin(Channel::Email).await;
    talk.says("Your refund was sent today.").await;
    talk.says("It takes two days.").await;
    assert_eq!(talk.after(10).await, 1);
    let name = name_of(&talk.mail.got()[0].raw);
    tell(
        &talk.app,
        Channel::Email,
        &report("failed", &returned_whole(&name)),
    )
    .await;
    let id = ConversationId::parse(&talk.id).unwrap();
    let log = talk.app.store.events(&id, Seq(0), 200).await.unwrap();
    let failed = log.iter().filter(|event| {
        matches!(
            event.body,
            EventBody::MessageMoved {
                state: MessageState::Failed,
                ..
            }
        )
    });
    assert_eq!(failed.count(), 2);
}
