//! What goes out: in order for each conversation, again until it is taken, and what became of it in the log.

use std::time::Duration;

use frontdesk::delivery::{Progress, Sender};
use frontdesk::domain::account::TokenHash;
use frontdesk::domain::channel::MessageState;
use frontdesk::domain::conversation::{Event, EventBody, Seq};
use frontdesk::domain::ids::{ConversationId, EndpointId};
use serde_json::{Value, json};

use super::platform::{Does, HOME, Loopback};
use super::*;

/// Sends a text of somebody to the account `shop` of Telegram.
pub(super) async fn say(app: &TestApp, user: u64, update: u64, text: &str) {
    let body = json!({"update_id": update, "message": {"from": {"id": user}, "chat": {"id": user, "type": "private"}, "text": text}});
    let body = body.to_string().into_bytes();
    let headers = signed(Channel::Telegram, SECRET, "", &body, app.clock.now());
    assert_eq!(
        post(app, Channel::Telegram, &headers, &body).await.status(),
        200
    );
}

pub(super) async fn conversation_of(app: &TestApp, channel: Channel, user: &str) -> ConversationId {
    let outbox = EndpointId::parse(&format!("{channel}.shop")).unwrap();
    let token = TokenHash::of_platform_user(&outbox, user);
    let session = app.store.session(&token).await.unwrap().unwrap();
    session.conversation.unwrap()
}

pub(super) async fn log_of(app: &TestApp, channel: Channel, user: &str) -> Vec<Event> {
    let id = conversation_of(app, channel, user).await;
    app.store.events(&id, Seq(0), 200).await.unwrap()
}

/// What was said to the customer, in order.
pub(super) fn said(events: &[Event]) -> Vec<String> {
    let texts = events.iter().filter_map(Event::said);
    texts.map(|(text, _)| text.to_owned()).collect()
}

/// What became of what was said, with the reasons.
pub(super) fn fates(events: &[Event]) -> Vec<(MessageState, Option<String>)> {
    let fate = |event: &Event| match &event.body {
        EventBody::MessageMoved { state, why, .. } => Some((*state, why.clone())),
        _ => None,
    };
    events.iter().filter_map(fate).collect()
}

/// Sends until nothing more is due.
pub(super) async fn drain(sender: &Sender, app: &TestApp) -> Vec<Progress> {
    let mut all = Vec::new();
    loop {
        let progress = sender.deliver_next(app.clock.now()).await.unwrap();
        match progress {
            Progress::Idle | Progress::NotBefore(_) | Progress::Gone => return all,
            done => all.push(done),
        }
    }
}

#[tokio::test]
async fn an_answer_goes_out_with_its_choices_as_the_platforms_own_buttons() {
    for channel in Channel::ALL {
        let brings_none = first_text(*channel).messages().is_empty();
        if channel.answers_inline() || brings_none {
            continue;
        }
        let app = desk().await;
        let platform = Loopback::start(*channel).await;
        let sender = platform.sender(&app, &HOME);
        let case = first_text(*channel);
        let user = case.messages()[0]["user"].as_str().unwrap().to_owned();
        assert_eq!(send(&app, &saying(&case, "hello")).await.status(), 200);
        // Some platforms want to have heard that the message is there before they take an answer.
        app.clock.move_to(app.clock.now() + Duration::from_secs(1));
        drain(&sender, &app).await;
        let events = log_of(&app, *channel, &user).await;
        let spoken: Vec<String> = said(&events);
        assert!(!spoken.is_empty(), "{channel}");
        let offered = events.iter().filter_map(Event::said);
        let choices: Vec<String> = offered
            .flat_map(|(_, choices)| choices.iter().map(|choice| choice.label.clone()))
            .collect();
        assert!(
            !choices.is_empty(),
            "{channel}: a greeting offers what the desk can do"
        );
        let raw: String = platform
            .got()
            .iter()
            .map(|got| got.body.to_string())
            .collect();
        for words in spoken.iter().chain(&choices) {
            let escaped = json!(words.replace('&', "&amp;")).to_string();
            let marked = json!(words.replace('_', "\\_")).to_string();
            let plain = json!(words).to_string();
            let inside = |text: &str| raw.contains(text.trim_matches('"'));
            assert!(
                [&plain, &escaped, &marked].into_iter().any(|it| inside(it)),
                "{channel}: {words} is not in {raw}"
            );
        }
        assert_eq!(
            fates(&events),
            vec![(MessageState::Sent, None); spoken.len()],
            "{channel}"
        );
        let last = platform.got().pop().unwrap();
        let in_place = match channel {
            Channel::Telegram => last.path == format!("/bot{TOKEN}/sendMessage"),
            Channel::Webhook => last.header("webhook-signature").starts_with("v1,"),
            Channel::Feishu => last.header("authorization") == "Bearer t",
            Channel::Twilio => last.header("authorization").starts_with("Basic QUMx"),
            Channel::Dingtalk => last.header("x-acs-dingtalk-access-token") == "t",
            Channel::Mailgun => last.header("authorization").starts_with("Basic YXBp"),
            Channel::Postmark => last.header("x-postmark-server-token") == TOKEN,
            Channel::Chatwoot => last.header("api_access_token") == TOKEN,
            Channel::Discord => last.path.starts_with("/webhooks/1099/aW50ZXJhY3Rpb24_-2"),
            _ => last.header("authorization") == format!("Bearer {TOKEN}"),
        };
        assert!(in_place, "{channel}: {last:?}");
        assert!(
            !last.raw.contains(TOKEN) && !last.raw.contains(SECRET),
            "{channel}"
        );
    }
}

#[tokio::test]
async fn an_agent_sees_that_a_message_waits_because_the_platform_is_down_once() {
    let app = desk().await;
    let platform = Loopback::start(Channel::Telegram).await;
    let sender = platform.sender(&app, &HOME);
    say(&app, 1, 1, "how long does a refund take?").await;
    platform.plan(vec![Does::Say(500, "", "{}".to_owned()); 4]);
    let told = async || {
        let log = log_of(&app, Channel::Telegram, "1").await;
        let fates = fates(&log).into_iter();
        fates
            .map(|(state, why)| (state.name(), why.is_some()))
            .collect::<Vec<_>>()
    };
    let expected = [vec![], vec![("queued", true)], vec![("queued", true)]];
    for (attempt, expected) in expected.into_iter().enumerate() {
        drain(&sender, &app).await;
        assert_eq!(told().await, expected, "after {} attempts", attempt + 1);
        app.clock
            .move_to(app.clock.now() + Duration::from_secs(3600));
    }
    platform.plan([]);
    drain(&sender, &app).await;
    assert_eq!(told().await[..2], [("queued", true), ("sent", false)]);
}

#[tokio::test]
async fn one_who_cannot_be_reached_holds_up_their_own_messages_and_nobody_elses() {
    let app = desk().await;
    let platform = Loopback::start(Channel::Telegram).await;
    let sender = platform.sender(&app, &HOME);
    say(&app, 1, 1, "where is my order A1042").await;
    let wrong = Does::Say(500, "", "{}".to_owned());
    platform.plan([wrong.clone()]);
    assert!(matches!(
        sender.deliver_next(app.clock.now()).await.unwrap(),
        Progress::Retrying(_)
    ));
    say(&app, 1, 2, "hello?").await;
    say(&app, 2, 3, "I want a refund").await;
    drain(&sender, &app).await;
    let to = |user: &str| {
        platform
            .got()
            .into_iter()
            .filter(|got| got.body["chat_id"] == user)
            .count()
    };
    assert_eq!(to("1"), 1, "what follows must not overtake what failed");
    assert!(to("2") >= 1);
    app.clock.move_to(app.clock.now() + Duration::from_secs(7));
    drain(&sender, &app).await;
    let mine: Vec<String> = platform
        .got()
        .iter()
        .filter(|got| got.body["chat_id"] == "1")
        .map(|got| got.body["text"].as_str().unwrap().to_owned())
        .collect();
    let spoken = said(&log_of(&app, Channel::Telegram, "1").await);
    assert_eq!(mine[0], mine[1], "tried again");
    assert_eq!(mine[1..], spoken, "in the order in which it was said");
}

#[tokio::test]
async fn a_platform_that_asks_for_patience_gets_it_for_the_whole_account() {
    let app = desk().await;
    let platform = Loopback::start(Channel::Telegram).await;
    let sender = platform.sender(&app, &HOME);
    say(&app, 1, 1, "hello").await;
    say(&app, 2, 2, "hello").await;
    let busy = r#"{"ok":false,"error_code":429,"description":"Too Many Requests: retry after 40","parameters":{"retry_after":40}}"#;
    platform.plan([Does::Say(429, "", busy.to_owned())]);
    drain(&sender, &app).await;
    assert_eq!(platform.got().len(), 1, "nobody else is tried meanwhile");
    let now = app.clock.now();
    let Progress::NotBefore(at) = sender.deliver_next(now).await.unwrap() else {
        panic!("it does not wait");
    };
    assert_eq!(at.duration_since(now).as_secs(), 40);
    app.clock.move_to(at);
    drain(&sender, &app).await;
    assert!(platform.texts().len() >= 3);
    // The header says the same where there are no words.
    say(&app, 1, 3, "where is my order").await;
    platform.plan([Does::Say(429, "90", String::new())]);
    drain(&sender, &app).await;
    let Progress::NotBefore(at) = sender.deliver_next(app.clock.now()).await.unwrap() else {
        panic!("it does not wait");
    };
    assert_eq!(at.duration_since(app.clock.now()).as_secs(), 90);
}

#[tokio::test]
async fn whatever_the_platform_does_it_is_sent_again_and_once_more_never() {
    let app = desk().await;
    let platform = Loopback::start(Channel::Telegram).await;
    let sender = platform.sender(&app, &HOME);
    say(&app, 1, 1, "where is my order A1042").await;
    let bad = [
        Does::Say(500, "", String::new()),
        Does::Say(
            401,
            "",
            r#"{"ok":false,"description":"Unauthorized"}"#.to_owned(),
        ),
        Does::Hang,
        Does::Say(301, "", String::new()),
        Does::Say(200, "", "no json".to_owned()),
        Does::Say(200, "", "x".repeat(1 << 20)),
    ];
    platform.plan(bad.clone());
    for n in 0..bad.len() {
        let progress = sender.deliver_next(app.clock.now()).await.unwrap();
        assert!(
            matches!(progress, Progress::Retrying(_)),
            "{n}: {progress:?}"
        );
        let Progress::NotBefore(at) = sender.deliver_next(app.clock.now()).await.unwrap() else {
            panic!("{n}: it does not wait");
        };
        app.clock.move_to(at);
    }
    drain(&sender, &app).await;
    let events = log_of(&app, Channel::Telegram, "1").await;
    let fates = fates(&events);
    let waits = |(state, _): &&(MessageState, Option<String>)| *state == MessageState::Queued;
    let (waited, sent): (Vec<_>, Vec<_>) = fates.iter().partition(waits);
    assert!(fates.starts_with(&waited.iter().copied().cloned().collect::<Vec<_>>()));
    assert!(!waited.is_empty() && waited.windows(2).all(|two| two[0] != two[1]));
    assert!(!sent.is_empty() && sent.iter().all(|(state, _)| *state == MessageState::Sent));
    let before = platform.got().len();
    app.clock
        .move_to(app.clock.now() + Duration::from_secs(7 * 24 * 3600));
    drain(&sender, &app).await;
    assert_eq!(platform.got().len(), before);
}

#[tokio::test]
async fn what_can_never_be_delivered_is_given_up_and_the_agent_sees_why() {
    let app = desk().await;
    let platform = Loopback::start(Channel::Telegram).await;
    let sender = platform.sender(&app, &HOME);
    say(&app, 1, 1, "I want to talk to a human").await;
    let blocked =
        r#"{"ok":false,"error_code":403,"description":"Forbidden: bot was blocked by the user"}"#;
    platform.plan([Does::Say(403, "", blocked.to_owned())]);
    let progress = sender.deliver_next(app.clock.now()).await.unwrap();
    assert!(matches!(progress, Progress::GivenUp(_)), "{progress:?}");
    let id = conversation_of(&app, Channel::Telegram, "1").await;
    let agent = app.agent("mei", None).await;
    let seen = app
        .get(&format!("/v1/conversations/{id}/events"))
        .bearer_auth(&agent)
        .send()
        .await
        .unwrap();
    let seen: Value = seen.json().await.unwrap();
    let found = seen["events"]
        .as_array()
        .unwrap()
        .iter()
        .find(|event| event["kind"] == "delivery")
        .cloned()
        .unwrap();
    assert_eq!(
        (&found["state"], &found["why"]),
        (
            &json!("failed"),
            &json!("Forbidden: bot was blocked by the user")
        )
    );
    let outbox = EndpointId::parse("telegram.shop").unwrap();
    assert_eq!(
        app.store
            .failed_deliveries(&outbox, 0, 10)
            .await
            .unwrap()
            .len(),
        1
    );
}

#[tokio::test]
async fn an_agents_words_and_a_decision_reach_the_customer_the_same_way() {
    let app = desk().await;
    let platform = Loopback::start(Channel::Telegram).await;
    let sender = platform.sender(&app, &HOME);
    say(&app, 1, 1, "I want to talk to a human").await;
    let id = conversation_of(&app, Channel::Telegram, "1").await;
    let agent = app.agent("mei", None).await;
    let at = |verb: &str| {
        app.post(&format!("/v1/conversations/{id}/{verb}"))
            .bearer_auth(&agent)
    };
    assert_eq!(at("claim").send().await.unwrap().status(), 200);
    let note = json!({"client_id": "n1", "text": "NOTE-CANARY"});
    assert_eq!(at("notes").json(&note).send().await.unwrap().status(), 201);
    let reply = json!({"client_id": "r1", "text": "I am Mei, I will look into it"});
    for _ in 0..2 {
        at("messages").json(&reply).send().await.unwrap();
    }
    drain(&sender, &app).await;
    let texts = platform.texts();
    assert_eq!(
        texts
            .iter()
            .filter(|text| text.contains("I am Mei"))
            .count(),
        1,
        "{texts:?}"
    );
    assert!(!texts.concat().contains("NOTE-CANARY"));
}

#[tokio::test]
async fn a_long_answer_goes_on_where_it_broke_off() {
    let app = desk().await;
    let platform = Loopback::start(Channel::Telegram).await;
    let sender = platform.sender(&app, &HOME);
    say(&app, 1, 1, "I want to talk to a human").await;
    drain(&sender, &app).await;
    let before = platform.got().len();
    let id = conversation_of(&app, Channel::Telegram, "1").await;
    let agent = app.agent("mei", None).await;
    let at = |verb: &str| {
        app.post(&format!("/v1/conversations/{id}/{verb}"))
            .bearer_auth(&agent)
    };
    at("claim").send().await.unwrap();
    let long: String = (0..450)
        .map(|n| format!("This is sentence {n:03}. "))
        .collect();
    let reply = json!({"client_id": "r1", "text": long});
    assert_eq!(
        at("messages").json(&reply).send().await.unwrap().status(),
        201
    );
    let good = Does::Say(200, "", r#"{"ok":true}"#.to_owned());
    platform.plan([good, Does::Say(502, "", String::new())]);
    drain(&sender, &app).await;
    app.clock.move_to(app.clock.now() + Duration::from_secs(7));
    drain(&sender, &app).await;
    let parts: Vec<String> = platform.texts().split_off(before);
    assert_eq!(parts.len(), 4, "three parts, one of them twice");
    assert_eq!(parts[1], parts[2]);
    let whole = [&parts[0], &parts[1], &parts[3]]
        .map(String::as_str)
        .join(" ");
    assert_eq!(whole, long.trim());
    assert!(
        parts
            .iter()
            .all(|part| part.ends_with('.') && part.len() <= 4096)
    );
}
