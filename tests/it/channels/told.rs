//! What platforms tell of messages that were sent: delivered, read, or failed and why, at the message that it is about.

use std::time::Duration;

use frontdesk::domain::channel::MessageState;
use serde_json::{Value, json};

use super::delivery::{conversation_of, drain, fates, log_of};
use super::platform::{Does, HOME, Loopback};
use super::*;

/// Says hello on a platform; the first of the answer is taken under a name, the rest of it without one.
pub(super) async fn answered_as(channel: Channel, taken: Value) -> (TestApp, Loopback, String) {
    let app = desk().await;
    let platform = Loopback::start(channel).await;
    let sender = platform.sender(&app, &HOME);
    let case = saying(&first_text(channel), "hello");
    let user = case.messages()[0]["user"].as_str().unwrap().to_owned();
    assert_eq!(send(&app, &case).await.status(), 200);
    let token = r#"{"code":0,"tenant_access_token":"t","expire":7200}"#;
    let before = (channel == Channel::Feishu).then(|| Does::Say(200, "", token.to_owned()));
    let says = Does::Say(200, "", taken.to_string());
    platform.plan(before.into_iter().chain([says]));
    drain(&sender, &app).await;
    (app, platform, user)
}

pub(super) async fn tell(app: &TestApp, channel: Channel, expected: &Value) {
    let body = body_of(channel, expected);
    let headers = signed(channel, SECRET, "", &body, app.clock.now());
    let answer = post(app, channel, &headers, &body).await;
    assert_eq!(answer.status(), 200, "{channel}");
}

/// The fate of the first message, after what was sent.
pub(super) async fn last_fate(
    app: &TestApp,
    channel: Channel,
    user: &str,
) -> (MessageState, Option<String>) {
    fates(&log_of(app, channel, user).await).pop().unwrap()
}

#[tokio::test]
async fn twilio_tells_at_the_address_that_each_message_is_sent_with() {
    let channel = Channel::Twilio;
    let (app, platform, user) = answered_as(channel, json!({"sid": "SM77"})).await;
    let got = platform.got();
    assert_eq!(
        got[0].body["StatusCallback"],
        format!("{PUBLIC}/hooks/twilio/shop")
    );
    let status = |state: &str, sid: &str| json!({"fields": {"MessageSid": sid, "MessageStatus": state, "ErrorCode": "30003"}});
    // One that is on its way, one that nobody knows.
    let before = fates(&log_of(&app, channel, &user).await).len();
    tell(&app, channel, &status("sent", "SM77")).await;
    tell(&app, channel, &status("delivered", "SM99")).await;
    assert_eq!(fates(&log_of(&app, channel, &user).await).len(), before);
    tell(&app, channel, &status("delivered", "SM77")).await;
    let delivered = (MessageState::Delivered, None);
    assert_eq!(last_fate(&app, channel, &user).await, delivered);
    tell(&app, channel, &status("undelivered", "SM77")).await;
    let failed = (MessageState::Failed, Some("error 30003".to_owned()));
    assert_eq!(last_fate(&app, channel, &user).await, failed);
}

#[tokio::test]
async fn postmark_tells_that_a_letter_came_or_came_back_and_no_machine_that_answered_it() {
    let channel = Channel::Postmark;
    let taken = json!({"ErrorCode": 0, "MessageID": "pm-out-1"});
    let (app, _platform, user) = answered_as(channel, taken).await;
    let told = |record: &str, kind: &str| json!({"body": {"RecordType": record, "MessageID": "pm-out-1", "Type": kind, "Description": "no such mailbox"}});
    tell(&app, channel, &told("Delivery", "")).await;
    let delivered = (MessageState::Delivered, None);
    assert_eq!(last_fate(&app, channel, &user).await, delivered);
    tell(&app, channel, &told("Bounce", "AutoResponder")).await;
    tell(&app, channel, &told("Open", "")).await;
    assert_eq!(last_fate(&app, channel, &user).await, delivered);
    tell(&app, channel, &told("Bounce", "HardBounce")).await;
    let failed = (MessageState::Failed, Some("no such mailbox".to_owned()));
    assert_eq!(last_fate(&app, channel, &user).await, failed);
}

#[tokio::test]
async fn instagram_and_feishu_tell_what_was_read() {
    let channel = Channel::Instagram;
    let (app, _platform, user) = answered_as(channel, json!({"message_id": "m-out-1"})).await;
    let read = json!({"body": {"object": "instagram", "entry": [{"id": "PAGE1", "messaging": [
        {"sender": {"id": user}, "read": {"mid": "m-out-1"}}]}]}});
    tell(&app, channel, &read).await;
    let read = (MessageState::Read, None);
    assert_eq!(last_fate(&app, channel, &user).await, read);

    let channel = Channel::Feishu;
    let taken = json!({"code": 0, "data": {"message_id": "om_out_1"}});
    let (app, _platform, user) = answered_as(channel, taken).await;
    let told = json!({"body": {"schema": "2.0", "header": {"event_id": "e-read", "event_type": "im.message.message_read_v1", "token": VERIFY},
        "event": {"message_id_list": ["om_out_1"], "reader": {"reader_id": {"open_id": user}}}}});
    tell(&app, channel, &told).await;
    assert_eq!(last_fate(&app, channel, &user).await, read);
}

#[tokio::test]
async fn chatwoot_tells_the_state_of_a_message_when_it_changes() {
    let channel = Channel::Chatwoot;
    let (app, _platform, user) = answered_as(channel, json!({"id": 77})).await;
    let told = |id: u64, status: &str| {
        json!({"body": {"event": "message_updated", "id": id, "message_type": "outgoing",
        "account": {"id": 2}, "conversation": {"id": 9, "status": "pending", "messages": [{"id": 77, "status": status,
            "content_attributes": {"external_error": "no such number"}}]}}})
    };
    let sent = (MessageState::Sent, None);
    tell(&app, channel, &told(78, "read")).await;
    tell(&app, channel, &told(77, "sent")).await;
    // What became of another message is nothing to this one, though it is told along.
    let mut another = told(77, "failed");
    another["body"]["conversation"]["messages"][0]["id"] = json!(78);
    tell(&app, channel, &another).await;
    assert_eq!(last_fate(&app, channel, &user).await, sent);
    tell(&app, channel, &told(77, "read")).await;
    assert_eq!(
        last_fate(&app, channel, &user).await,
        (MessageState::Read, None)
    );
    tell(&app, channel, &told(77, "failed")).await;
    let failed = (MessageState::Failed, Some("no such number".to_owned()));
    assert_eq!(last_fate(&app, channel, &user).await, failed);
}

/// What Messenger tells of somebody, up to a time.
fn up_to(what: &str, user: &str, at: Timestamp) -> Value {
    let mut event = json!({"sender": {"id": user}, "recipient": {"id": "PAGE1"}});
    event[what] = json!({ "watermark": at.as_millisecond() });
    json!({"body": {"object": "page", "entry": [{"id": "PAGE1", "messaging": [event]}]}})
}

#[tokio::test]
async fn messenger_tells_up_to_when_all_has_come_and_was_read() {
    let channel = Channel::Messenger;
    let (app, platform, user) = answered_as(channel, json!({"message_id": "m-out-1"})).await;
    let said = log_of(&app, channel, &user).await;
    let count = said.iter().filter(|event| event.said().is_some()).count();
    let told = async || {
        let log = log_of(&app, channel, &user).await;
        let fates = fates(&log).into_iter().map(|(state, _)| state.name());
        fates.skip(count).collect::<Vec<_>>()
    };
    let now = app.clock.now();
    let hour = jiff::SignedDuration::from_hours(1);
    let moment = jiff::SignedDuration::from_secs(5);
    for before in [
        up_to("read", &user, now - hour),
        up_to("read", &user, now - moment),
        up_to("read", "somebody", now),
    ] {
        tell(&app, channel, &before).await;
    }
    assert!(told().await.is_empty(), "nothing had been said by then");
    tell(&app, channel, &up_to("delivery", &user, now)).await;
    assert_eq!(told().await, vec!["delivered"; count]);
    for _ in 0..2 {
        tell(&app, channel, &up_to("read", &user, now)).await;
        tell(&app, channel, &up_to("delivery", &user, now)).await;
    }
    let all = [vec!["delivered"; count], vec!["read"; count]].concat();
    assert_eq!(told().await, all, "each once, and never backwards");

    // What is said later, and what was said before and went out later, was not seen by then.
    let sender = platform.sender(&app, &HOME);
    let again = saying(&first_text(channel), "hello");
    let mut body = again.expected.clone();
    body["body"]["entry"][0]["messaging"][0]["message"]["mid"] = json!("m-again");
    app.clock.move_to(app.clock.now() + Duration::from_secs(60));
    tell(&app, channel, &body).await;
    let heard = app.clock.now();
    app.clock.move_to(app.clock.now() + Duration::from_secs(60));
    drain(&sender, &app).await;
    let before = told().await;
    tell(&app, channel, &up_to("read", &user, now)).await;
    tell(&app, channel, &up_to("read", &user, heard)).await;
    assert_eq!(told().await, before);
    tell(&app, channel, &up_to("read", &user, app.clock.now())).await;
    assert!(told().await.len() > before.len());
}

#[tokio::test]
async fn over_twilio_whatsapp_is_closed_after_a_day_and_sms_never() {
    for (from, is_held) in [("whatsapp:+1", true), ("+1", false)] {
        let app = desk().await;
        let platform = Loopback::start(Channel::Twilio).await;
        let sender = platform.sender(&app, &HOME);
        let case = json!({"fields": {"MessageSid": "SM5", "From": from, "To": "+2", "Body": "I want to talk to a human"}});
        tell(&app, Channel::Twilio, &case).await;
        drain(&sender, &app).await;
        let before = platform.got().len();
        let id = conversation_of(&app, Channel::Twilio, from).await;
        let agent = app.agent("mei", None).await;
        let at = |verb: &str| {
            let asked = app.post(&format!("/v1/conversations/{id}/{verb}"));
            asked.bearer_auth(&agent)
        };
        at("claim").send().await.unwrap();
        app.clock
            .move_to(app.clock.now() + Duration::from_secs(25 * 3600));
        let reply = json!({"client_id": "r1", "text": "The parcel is found"});
        let said = at("messages").json(&reply).send().await.unwrap();
        assert_eq!(said.status(), 201);
        drain(&sender, &app).await;
        assert_eq!(platform.got().len() == before, is_held, "{from}");
        let state = last_fate(&app, Channel::Twilio, from).await.0;
        assert_eq!(state == MessageState::Held, is_held, "{from}: {state:?}");
    }
}
