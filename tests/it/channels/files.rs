//! Files that customers send on platforms become evidence: fetched from the platform alone, of a limited size, and looked at like any other.

use frontdesk::delivery::{Progress, Sender};
use frontdesk::domain::conversation::{EventBody, Seq};
use frontdesk::domain::ids::EndpointId;
use serde_json::json;

use super::platform::{Does, HOME, Loopback};
use super::*;
use crate::evidence::{pdf, png};

/// Sends until nothing more is due.
async fn drain(sender: &Sender, app: &TestApp) -> Vec<Progress> {
    let mut all = Vec::new();
    loop {
        match sender.deliver_next(app.clock.now()).await.unwrap() {
            Progress::Idle | Progress::NotBefore(_) => return all,
            done => all.push(done),
        }
    }
}

/// The media types of the files that are in any conversation.
pub async fn kept(app: &TestApp) -> Vec<&'static str> {
    let mut found = Vec::new();
    for row in app.store.conversations(None, 50).await.unwrap() {
        let events = app.store.events(&row.id, Seq(0), 200).await.unwrap();
        found.extend(events.into_iter().filter_map(|event| match event.body {
            EventBody::Attached { file, .. } => Some(file.kind.extension()),
            _ => None,
        }));
    }
    found
}

/// The request of a platform that brings a picture.
fn picture_on(channel: Channel) -> Case {
    let body = match channel {
        Channel::Line => {
            json!({"destination": "U0", "events": [{"type": "message", "mode": "active", "webhookEventId": "01HF",
                "replyToken": "r1", "source": {"type": "user", "userId": "U1"}, "timestamp": 1_795_168_800_000_i64,
                "message": {"type": "image", "id": "m9"}}]})
        }
        Channel::Slack => {
            json!({"type": "event_callback", "event_id": "Ev9", "event": {"type": "message", "subtype": "file_share",
                "channel": "D1", "channel_type": "im", "user": "U1", "text": "", "ts": "9.9",
                "files": [{"id": "F9", "mimetype": "image/png"}]}})
        }
        _ => Value::Null,
    };
    if !body.is_null() {
        return Case {
            channel,
            name: "a picture".to_owned(),
            body: body.to_string().into_bytes(),
            expected: body,
        };
    }
    let has_picture = |case: &Case| {
        let said = case.expected["messages"].to_string();
        ["[photo]", "[image]", "[image/png]", "[document]", "[file]"]
            .iter()
            .any(|kind| said.contains(kind))
    };
    let found = cases_of(channel).into_iter().find(has_picture);
    found.unwrap_or_else(|| panic!("{channel} has no picture"))
}

#[tokio::test]
async fn a_picture_is_fetched_from_its_platform_and_kept_as_evidence() {
    let where_it_is = |channel, base: &str| match channel {
        Channel::Telegram => {
            Some(json!({"ok": true, "result": {"file_path": "photos/file_1.png"}}))
        }
        Channel::WhatsApp => {
            Some(json!({"url": format!("{base}/elsewhere/1"), "mime_type": "image/png"}))
        }
        Channel::Slack => {
            Some(json!({"ok": true, "file": {"url_private": format!("{base}/elsewhere/1")}}))
        }
        _ => None,
    };
    for channel in [
        Channel::Telegram,
        Channel::WhatsApp,
        Channel::Slack,
        Channel::Line,
        Channel::Feishu,
    ] {
        let app = desk().await;
        let platform = Loopback::start(channel).await;
        let sender = platform.sender(&app, &HOME);
        assert_eq!(send(&app, &picture_on(channel)).await.status(), 200);
        let token = (channel == Channel::Feishu)
            .then(|| json!({"code": 0, "tenant_access_token": "t", "expire": 7200}));
        let before = token
            .into_iter()
            .chain(where_it_is(channel, &platform.base));
        let says = before.map(|body| Does::Say(200, "", body.to_string()));
        platform.plan(says.chain([Does::Bytes(png(1))]));
        let progress = sender.deliver_next(app.clock.now()).await.unwrap();
        assert!(
            matches!(progress, Progress::Delivered(_)),
            "{channel}: {progress:?}"
        );
        assert_eq!(kept(&app).await, ["png"], "{channel}");
        let got = platform.got();
        let last = got.last().unwrap();
        let in_place = match channel {
            Channel::Telegram => last.path == format!("/file/bot{TOKEN}/photos/file_1.png"),
            Channel::Feishu => last.header("authorization") == "Bearer t",
            _ => last.header("authorization") == format!("Bearer {TOKEN}"),
        };
        assert!(in_place, "{channel}: {last:?}");
        assert!(
            !drain(&sender, &app).await.is_empty(),
            "{channel}: the answer goes out, too"
        );
    }
}

#[tokio::test]
async fn row_21_a_file_is_fetched_from_nowhere_but_its_platform() {
    for url in [
        "https://169.254.169.254/latest/meta-data",
        "https://lookaside.fbsbx.com.attacker.example/x",
        "https://lookaside.fbsbx.com@attacker.example/x",
        "http://lookaside.fbsbx.com/x",
        "file:///etc/passwd",
        "",
    ] {
        let app = desk().await;
        let platform = Loopback::start(Channel::WhatsApp).await;
        let sender = platform.sender(&app, &HOME);
        send(&app, &picture_on(Channel::WhatsApp)).await;
        platform.plan([Does::Say(200, "", json!({ "url": url }).to_string())]);
        let progress = sender.deliver_next(app.clock.now()).await.unwrap();
        assert!(
            matches!(progress, Progress::GivenUp(_)),
            "{url}: {progress:?}"
        );
        assert_eq!(platform.got().len(), 1, "{url}");
        assert!(kept(&app).await.is_empty());
    }
    let app = desk().await;
    let platform = Loopback::start(Channel::Telegram).await;
    let sender = platform.sender(&app, &HOME);
    send(&app, &picture_on(Channel::Telegram)).await;
    let out = json!({"ok": true, "result": {"file_path": "../../bot1/getMe?x"}});
    platform.plan([Does::Say(200, "", out.to_string())]);
    let progress = sender.deliver_next(app.clock.now()).await.unwrap();
    assert!(matches!(progress, Progress::GivenUp(_)));
    assert_eq!(platform.got().len(), 1);
}

#[tokio::test]
async fn a_file_that_is_too_large_or_no_evidence_is_given_up_and_one_that_does_not_come_is_asked_for_again()
 {
    for wrong in [
        vec![0xff; 5 * 1024 * 1024 + 1],
        b"MZ not a picture".to_vec(),
        Vec::new(),
    ] {
        let app = desk().await;
        let platform = Loopback::start(Channel::Line).await;
        let sender = platform.sender(&app, &HOME);
        send(&app, &picture_on(Channel::Line)).await;
        platform.plan([Does::Bytes(wrong.clone())]);
        let progress = sender.deliver_next(app.clock.now()).await.unwrap();
        assert!(
            matches!(progress, Progress::GivenUp(_)),
            "{} bytes: {progress:?}",
            wrong.len()
        );
        assert!(kept(&app).await.is_empty());
    }
    let app = desk().await;
    let platform = Loopback::start(Channel::Line).await;
    let sender = platform.sender(&app, &HOME);
    send(&app, &picture_on(Channel::Line)).await;
    platform.plan([Does::Say(503, "", String::new())]);
    let first = sender.deliver_next(app.clock.now()).await.unwrap();
    assert!(matches!(first, Progress::Retrying(_)), "{first:?}");
    // What is said meanwhile does not wait for it.
    let said = drain(&sender, &app).await;
    assert!(said.iter().all(|one| matches!(one, Progress::Delivered(_))) && !said.is_empty());
    app.clock
        .move_to(app.clock.now() + std::time::Duration::from_secs(10));
    platform.plan([Does::Bytes(png(2))]);
    drain(&sender, &app).await;
    assert_eq!(kept(&app).await, ["png"]);
    let outbox = EndpointId::parse("line.shop").unwrap();
    assert!(
        app.store
            .waiting_deliveries(&outbox, 0, 9)
            .await
            .unwrap()
            .is_empty()
    );
}

#[tokio::test]
async fn a_file_that_breaks_off_is_not_taken_for_the_whole_and_is_asked_for_again() {
    for whole in [pdf("a receipt of some length"), png(1)] {
        let app = desk().await;
        let platform = Loopback::start(Channel::Line).await;
        let sender = platform.sender(&app, &HOME);
        send(&app, &picture_on(Channel::Line)).await;
        platform.plan([Does::Half(whole.clone())]);
        let first = sender.deliver_next(app.clock.now()).await.unwrap();
        assert!(matches!(first, Progress::Retrying(_)), "{first:?}");
        assert!(kept(&app).await.is_empty());
        app.clock
            .move_to(app.clock.now() + std::time::Duration::from_secs(10));
        platform.plan([Does::Bytes(whole)]);
        drain(&sender, &app).await;
        assert_eq!(kept(&app).await.len(), 1);
    }
}

#[tokio::test]
async fn a_letter_brings_its_files_along_once_however_often_it_comes() {
    let app = desk().await;
    let encoded = STANDARD.encode(pdf("a receipt"));
    let letter = format!(
        "From: mia@example.com\r\nMessage-ID: <9@x>\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\nmy receipt\r\n--b\r\nContent-Type: application/pdf; name=r.pdf\r\nContent-Disposition: attachment; filename=r.pdf\r\nContent-Transfer-Encoding: base64\r\n\r\n{encoded}\r\n--b\r\nContent-Type: application/x-msdownload\r\nContent-Disposition: attachment; filename=x.exe\r\n\r\nMZ\r\n--b--\r\n"
    );
    let headers = signed(
        Channel::Email,
        SECRET,
        "",
        letter.as_bytes(),
        app.clock.now(),
    );
    for _ in 0..2 {
        let answer = post(&app, Channel::Email, &headers, letter.as_bytes()).await;
        assert_eq!(answer.status(), 200);
    }
    assert_eq!(kept(&app).await, ["pdf"]);
    let postmark = json!({"FromFull": {"Email": "joe@example.com"}, "MessageID": "pm9", "TextBody": "my receipt",
        "Attachments": [{"Name": "a.png", "ContentType": "image/png", "Content": STANDARD.encode(png(3))}]});
    let body = postmark.to_string().into_bytes();
    let headers = signed(Channel::Postmark, SECRET, "", &body, app.clock.now());
    assert_eq!(
        post(&app, Channel::Postmark, &headers, &body)
            .await
            .status(),
        200
    );
    let mut all = kept(&app).await;
    all.sort_unstable();
    assert_eq!(all, ["pdf", "png"]);
}

#[tokio::test]
async fn a_program_of_ones_own_brings_its_files_along_and_no_address_of_its_is_followed() {
    let app = desk().await;
    let platform = Loopback::start(Channel::Webhook).await;
    let attached = json!([
        {"type": "image", "content": STANDARD.encode(png(1))},
        {"type": "file", "content": STANDARD.encode(pdf("receipt"))},
        {"type": "image", "url": format!("{}/a.png", platform.base)},
        {"type": "image", "content": "!"},
        {"type": "image", "content": STANDARD.encode(b"GIF89a no picture")},
        {"type": "image", "content": STANDARD.encode(png(2))},
    ]);
    let body = json!({"type": "message.created", "data": {"message_id": "m1", "sender": {"id": "u1"},
        "text": "it came broken", "attachments": attached}});
    let body = body.to_string().into_bytes();
    for _ in 0..2 {
        let now = app.clock.now();
        let headers = signed(Channel::Webhook, STANDARD_SECRET, "msg_files", &body, now);
        let answer = post(&app, Channel::Webhook, &headers, &body).await;
        assert_eq!(answer.status(), 200);
    }
    let mut found = kept(&app).await;
    found.sort_unstable();
    assert_eq!(found, ["pdf", "png"], "once each, and of six files five");
    // An agent sees what came along, whether or not it was kept.
    let log = delivery::log_of(&app, Channel::Webhook, "u1").await;
    let heard = log.iter().find_map(|event| match &event.body {
        EventBody::Message { text, .. } => Some(text.clone()),
        _ => None,
    });
    let kinds = "[image]\n[file]\n[image]\n[image]\n[image]";
    assert_eq!(heard.unwrap(), format!("it came broken\n{kinds}"));
    drain(&platform.sender(&app, &HOME), &app).await;
    assert!(platform.got().iter().all(|got| got.path != "/a.png"));
}
