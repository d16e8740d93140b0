//! What a platform counts for one customer: so many answers to each message of theirs, and so many within some time, also when the desk
//! starts again in between.

use std::time::Duration;

use frontdesk::domain::channel::MessageState;
use serde_json::json;

use super::delivery::{conversation_of, drain, fates, log_of};
use super::platform::{HOME, Loopback};
use super::*;

const SEND: &str = "/cgi-bin/message/custom/send";

/// Says something on WeChat; the answer goes back with the answer to the request.
pub(super) async fn write(app: &TestApp, id: u64, text: &str) {
    let body = format!(
        "<xml><ToUserName>gh_1</ToUserName><FromUserName>open_1</FromUserName><CreateTime>1</CreateTime><MsgType>text</MsgType><Content>{text}</Content><MsgId>{id}</MsgId></xml>"
    );
    let body = sealed::wechat(&body).into_bytes();
    let headers = signed(Channel::Wechat, SECRET, "", &body, app.clock.now());
    let answer = post(app, Channel::Wechat, &headers, &body).await;
    assert_eq!(answer.status(), 200);
}

/// An agent takes a conversation over and says so many things.
pub(super) async fn say_many(app: &TestApp, channel: Channel, user: &str, many: usize) {
    let id = conversation_of(app, channel, user).await;
    let agent = app.agent("mei", None).await;
    let say = async |verb: &str, body: Value| {
        let asked = app.post(&format!("/v1/conversations/{id}/{verb}"));
        let answer = asked.bearer_auth(&agent).json(&body).send().await.unwrap();
        assert!(answer.status().is_success(), "{verb}");
    };
    say("takeover", json!({})).await;
    for n in 0..many {
        let body = json!({"client_id": format!("m{n}"), "text": format!("line {n}")});
        say("messages", body).await;
    }
}

fn sent_on(platform: &Loopback) -> Vec<String> {
    let got = platform.got().into_iter();
    let sent = got.filter(|got| got.path == SEND);
    sent.map(|got| got.body["text"]["content"].as_str().unwrap().to_owned())
        .collect()
}

#[tokio::test]
async fn the_sixth_answer_on_wechat_is_held_until_the_customer_writes_again_and_the_agent_sees_why()
{
    let app = desk().await;
    let platform = Loopback::start(Channel::Wechat).await;
    write(&app, 1, "hello").await;
    say_many(&app, Channel::Wechat, "open_1", 8).await;
    let sender = platform.sender(&app, &HOME);
    for _ in 0..3 {
        sender.deliver_next(app.clock.now()).await.unwrap();
    }
    assert_eq!(sent_on(&platform).len(), 3);
    // It is counted on when the desk starts again.
    drop(sender);
    let sender = platform.sender(&app, &HOME);
    drain(&sender, &app).await;
    let lines = |range: std::ops::Range<usize>| -> Vec<String> {
        range.map(|n| format!("line {n}")).collect()
    };
    assert_eq!(sent_on(&platform), lines(0..5));
    let log = log_of(&app, Channel::Wechat, "open_1").await;
    let held: Vec<_> = fates(&log)
        .into_iter()
        .filter(|(state, _)| *state == MessageState::Held)
        .collect();
    assert_eq!(held.len(), 3, "at each it is seen why");
    for (_, why) in &held {
        let why = why.as_deref().unwrap();
        assert!(why.contains("takes 5 answers"), "{why}");
    }
    app.clock.move_to(app.clock.now() + Duration::from_secs(60));
    drain(&sender, &app).await;
    assert_eq!(sent_on(&platform).len(), 5, "time alone changes nothing");
    write(&app, 2, "and?").await;
    drain(&sender, &app).await;
    assert_eq!(sent_on(&platform), lines(0..8));
}

#[tokio::test]
async fn no_more_goes_to_a_customer_at_once_than_the_platform_takes_when_the_desk_starts_again() {
    let app = desk().await;
    let platform = Loopback::start(Channel::Feishu).await;
    let case = first_text(Channel::Feishu);
    assert_eq!(send(&app, &case).await.status(), 200);
    let user = case.messages()[0]["user"].as_str().unwrap().to_owned();
    let sender = platform.sender(&app, &HOME);
    drain(&sender, &app).await;
    app.clock.move_to(app.clock.now() + Duration::from_secs(60));
    say_many(&app, Channel::Feishu, &user, 8).await;
    drain(&sender, &app).await;
    let texts = || platform.texts_after("line");
    assert_eq!(texts().len(), 5, "five a second to one customer");
    drop(sender);
    let sender = platform.sender(&app, &HOME);
    assert_eq!(drain(&sender, &app).await, []);
    assert_eq!(texts().len(), 5, "as if it had never stopped");
    app.clock
        .move_to(app.clock.now() + Duration::from_millis(1001));
    drain(&sender, &app).await;
    assert_eq!(texts().len(), 8);
}

#[tokio::test]
async fn what_went_out_to_a_customer_counts_on_when_they_write_again() {
    let app = desk().await;
    let platform = Loopback::start(Channel::Feishu).await;
    let case = first_text(Channel::Feishu);
    assert_eq!(send(&app, &case).await.status(), 200);
    let user = case.messages()[0]["user"].as_str().unwrap().to_owned();
    let sender = platform.sender(&app, &HOME);
    drain(&sender, &app).await;
    let id = conversation_of(&app, Channel::Feishu, &user).await;
    let before = app.store.conversation(&id).await.unwrap().unwrap();
    let before = before.recipient.unwrap();
    assert!(before.answered > 0 && !before.spoken.is_empty());
    let mut again = saying(&case, "hello again");
    again.body = body_of(Channel::Feishu, &renamed(&again.expected));
    assert_eq!(send(&app, &again).await.status(), 200);
    let after = app.store.conversation(&id).await.unwrap().unwrap();
    let after = after.recipient.unwrap();
    assert_eq!((after.answered, after.spoken), (0, before.spoken));
}

/// The same message under another name.
fn renamed(expected: &Value) -> Value {
    let mut again = expected.clone();
    again["body"]["header"]["event_id"] = json!("e-again");
    again["body"]["event"]["message"]["message_id"] = json!("om-again");
    again
}
