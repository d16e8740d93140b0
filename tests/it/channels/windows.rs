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
    let fates = fates(&log_of(&app, Channel::Line, "U4af").await).into_iter();
    let fates: Vec<_> = fates.map(|(state, _)| state).take(2).collect();
    assert_eq!(fates, [MessageState::Queued, MessageState::Sent]);
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

/// One who wrote a day and more ago, and an agent who has them.
async fn left_alone(channel: Channel) -> (TestApp, Loopback, String, String) {
    let app = desk().await;
    let platform = Loopback::start(channel).await;
    let sender = platform.sender(&app, &HOME);
    let case = first_text(channel);
    let user = case.messages()[0]["user"].as_str().unwrap().to_owned();
    let asks = saying(&case, "I want to talk to a human");
    assert_eq!(send(&app, &asks).await.status(), 200);
    drain(&sender, &app).await;
    let agent = app.agent("mei", None).await;
    let id = conversation_of(&app, channel, &user).await.to_string();
    let claimed = app.post(&format!("/v1/conversations/{id}/claim"));
    claimed.bearer_auth(&agent).send().await.unwrap();
    (app, platform, user, agent)
}

async fn agent_says(app: &TestApp, agent: &str, id: &str, text: &str) {
    let body = json!({"client_id": crate::support::fresh_id(), "text": text});
    let said = app.post(&format!("/v1/conversations/{id}/messages"));
    let said = said.bearer_auth(agent).json(&body).send().await.unwrap();
    assert_eq!(said.status(), 201);
}

#[tokio::test]
async fn what_a_person_writes_goes_out_on_messenger_and_instagram_for_a_week_and_says_that_a_person_wrote_it()
 {
    for channel in [Channel::Messenger, Channel::Instagram] {
        let (app, platform, user, agent) = left_alone(channel).await;
        let sender = platform.sender(&app, &HOME);
        let before = platform.got();
        let program = before.iter().map(|got| &got.body["messaging_type"]);
        assert!(program.into_iter().all(|kind| kind == "RESPONSE"));
        let id = conversation_of(&app, channel, &user).await.to_string();
        let hours = |n: i64| app.clock.now() + jiff::SignedDuration::from_hours(n);
        app.clock.move_to(hours(25));
        agent_says(&app, &agent, &id, "The parcel is found").await;
        drain(&sender, &app).await;
        let got = platform.got();
        assert_eq!(got.len(), before.len() + 1, "{channel}");
        let last = &got[before.len()].body;
        assert_eq!(last["messaging_type"], "MESSAGE_TAG", "{channel}");
        assert_eq!(last["tag"], "HUMAN_AGENT", "{channel}");
        app.clock.move_to(hours(7 * 24));
        agent_says(&app, &agent, &id, "Are you there?").await;
        drain(&sender, &app).await;
        assert_eq!(platform.got().len(), before.len() + 1, "{channel}: a week");
        let (state, why) = fates(&log_of(&app, channel, &user).await).pop().unwrap();
        assert_eq!(state, MessageState::Held, "{channel}");
        assert!(why.unwrap().contains("not written for too long"));
    }
}

#[tokio::test]
async fn what_a_program_says_after_a_day_is_held_on_messenger_and_an_agents_words_pass_it_by() {
    let channel = Channel::Messenger;
    let app = desk().await;
    let platform = Loopback::start(channel).await;
    let case = first_text(channel);
    let user = case.messages()[0]["user"].as_str().unwrap().to_owned();
    assert_eq!(send(&app, &saying(&case, "hello")).await.status(), 200);
    app.clock
        .move_to(app.clock.now() + Duration::from_secs(25 * 3600));
    let agent = app.agent("mei", None).await;
    let id = conversation_of(&app, channel, &user).await.to_string();
    let taken = app.post(&format!("/v1/conversations/{id}/takeover"));
    taken
        .bearer_auth(&agent)
        .json(&json!({}))
        .send()
        .await
        .unwrap();
    agent_says(&app, &agent, &id, "I am here now").await;
    let sender = platform.sender(&app, &HOME);
    drain(&sender, &app).await;
    assert_eq!(platform.texts(), ["I am here now"]);
    let log = log_of(&app, channel, &user).await;
    let held = fates(&log)
        .into_iter()
        .filter(|(state, _)| *state == MessageState::Held);
    assert!(held.count() > 0, "the bot's own greeting waits");
    let mut again = case.expected.clone();
    again["body"]["entry"][0]["messaging"][0]["message"]["mid"] = json!("m-again");
    let body = body_of(channel, &again);
    let headers = signed(channel, SECRET, "", &body, app.clock.now());
    app.clock.move_to(app.clock.now() + Duration::from_secs(1));
    assert_eq!(post(&app, channel, &headers, &body).await.status(), 200);
    drain(&sender, &app).await;
    assert!(
        platform.texts().len() > 1,
        "and goes out when they are back"
    );
}

/// A click on WeChat's menu, which is no message.
async fn click(app: &TestApp, user: &str, event: &str) {
    let xml = format!(
        "<xml><ToUserName><![CDATA[gh_1]]></ToUserName><FromUserName><![CDATA[{user}]]></FromUserName><CreateTime>1763632800</CreateTime><MsgType><![CDATA[event]]></MsgType><Event><![CDATA[{event}]]></Event><EventKey><![CDATA[help]]></EventKey></xml>"
    );
    let body = sealed::wechat(&xml).into_bytes();
    let headers = signed(Channel::Wechat, SECRET, "", &body, app.clock.now());
    let answer = post(app, Channel::Wechat, &headers, &body).await;
    assert_eq!(answer.status(), 200);
    assert_eq!(answer.text().await.unwrap(), "success");
}

#[tokio::test]
async fn a_click_in_wechats_menu_lets_three_of_what_was_held_out_for_a_minute() {
    let channel = Channel::Wechat;
    let (app, platform, user, agent) = left_alone(channel).await;
    let sender = platform.sender(&app, &HOME);
    drain(&sender, &app).await;
    let id = conversation_of(&app, channel, &user).await.to_string();
    app.clock
        .move_to(app.clock.now() + Duration::from_secs(49 * 3600));
    for n in 0..5 {
        agent_says(&app, &agent, &id, &format!("line {n}")).await;
    }
    drain(&sender, &app).await;
    let lines = || {
        let got = platform.got().into_iter();
        let texts = got.filter_map(|got| got.body["text"]["content"].as_str().map(str::to_owned));
        texts
            .filter(|text| text.starts_with("line"))
            .collect::<Vec<_>>()
    };
    assert!(lines().is_empty());
    let held = fates(&log_of(&app, channel, &user).await);
    let held = held
        .iter()
        .filter(|(state, _)| *state == MessageState::Held);
    assert_eq!(held.count(), 5, "at each it is seen why");
    let later = |seconds| {
        let now = app.clock.now() + Duration::from_secs(seconds);
        app.clock.move_to(now);
    };
    later(1);
    click(&app, &user, "VIEW").await;
    click(&app, "somebody", "CLICK").await;
    drain(&sender, &app).await;
    assert!(lines().is_empty());
    click(&app, &user, "CLICK").await;
    drain(&sender, &app).await;
    assert_eq!(lines(), ["line 0", "line 1", "line 2"]);
    later(5);
    drain(&sender, &app).await;
    assert_eq!(lines().len(), 3);
    click(&app, &user, "SCAN").await;
    later(61);
    drain(&sender, &app).await;
    assert_eq!(lines().len(), 3, "a minute is over");
    later(1);
    click(&app, &user, "CLICK").await;
    drain(&sender, &app).await;
    assert_eq!(lines().len(), 5);
}
