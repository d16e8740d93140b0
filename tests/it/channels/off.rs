//! An account that is off, or taken out of the configuration, while its customers are still talked to: whoever writes to them sees that it
//! waits, and whoever runs the desk sees how much.

use std::fs;

use frontdesk::domain::channel::MessageState;
use frontdesk::domain::conversation::Owner;
use frontdesk::domain::ids::EndpointId;
use reqwest::Method;
use serde_json::json;

use super::delivery::{conversation_of, drain, fates, log_of, said, say};
use super::platform::{Does, HOME, Loopback};
use super::*;
use crate::process::Desk;

const OFF: &str = "the account is off";

fn outbox() -> EndpointId {
    EndpointId::parse("telegram.shop").unwrap()
}

/// What became of what was said to the customer, without what is said of it in between.
async fn told(app: &TestApp) -> Vec<(MessageState, Option<String>)> {
    fates(&log_of(app, Channel::Telegram, "1").await)
}

#[tokio::test]
async fn what_an_agent_says_while_the_account_is_off_is_seen_to_wait_and_goes_out_when_it_is_back()
{
    let app = desk().await;
    let platform = Loopback::start(Channel::Telegram).await;
    let sender = platform.sender(&app, &HOME);
    say(&app, 1, 1, "I want to talk to a human").await;
    drain(&sender, &app).await;
    let before = told(&app).await.len();
    app.app.desk.set_on([]);
    let id = conversation_of(&app, Channel::Telegram, "1").await;
    let mei = app.agent("mei", None).await;
    let at = |verb: &str| app.post(&format!("/v1/conversations/{id}/{verb}"));
    let taken = at("takeover").bearer_auth(&mei).send().await.unwrap();
    assert_eq!(taken.status(), 200);
    let body = json!({"client_id": "r1", "text": "The parcel is found"});
    let sent = at("messages").json(&body).bearer_auth(&mei);
    assert_eq!(sent.send().await.unwrap().status(), 201);
    let waiting = app.store.count_waiting(&outbox()).await.unwrap();
    let held = vec![(MessageState::Held, Some(OFF.to_owned())); waiting];
    assert!(waiting > 0);
    assert_eq!(told(&app).await[before..], held);
    // Started again, the desk does not say it twice.
    assert_eq!(app.app.desk.look_at_off().await.unwrap(), waiting);
    assert_eq!(told(&app).await.len(), before + waiting);

    app.app.desk.set_on([outbox()]);
    drain(&sender, &app).await;
    let sent = vec![(MessageState::Sent, None); waiting];
    assert_eq!(told(&app).await[before + waiting..], sent);
    let last = platform.got().pop().unwrap();
    assert_eq!(last.body["text"], "The parcel is found");
    assert_eq!(app.store.count_waiting(&outbox()).await.unwrap(), 0);
}

#[tokio::test]
async fn what_was_left_when_an_account_was_switched_off_is_said_to_wait_once() {
    let app = desk().await;
    say(&app, 1, 1, "I want to talk to a human").await;
    let spoken = said(&log_of(&app, Channel::Telegram, "1").await).len();
    assert!(told(&app).await.is_empty());
    assert_eq!(app.app.desk.look_at_off().await.unwrap(), 0, "all are on");
    app.app.desk.set_on([]);
    for _ in 0..2 {
        assert_eq!(app.app.desk.look_at_off().await.unwrap(), spoken);
        let held = (MessageState::Held, Some(OFF.to_owned()));
        assert_eq!(told(&app).await, vec![held; spoken]);
    }
}

#[tokio::test]
async fn a_hand_over_that_nobody_there_can_be_told_of_waits_for_people_here() {
    let app = desk().await;
    let mut platform = Loopback::start(Channel::Chatwoot).await;
    platform.takes_over = true;
    let account = platform.account();
    app.app.desk.set_hands_over([account.key.outbox.clone()]);
    app.app.accounts.set(vec![Arc::new(account)]);
    let body = json!({"event": "message_created", "id": 1, "content": "I want to talk to a human",
        "message_type": "incoming", "private": false, "sender": {"id": 5},
        "conversation": {"id": 9, "status": "pending"}, "account": {"id": 2}});
    told::tell(&app, Channel::Chatwoot, &json!({"body": body})).await;
    let id = conversation_of(&app, Channel::Chatwoot, "2/5").await;
    let owner = async || app.store.conversation(&id).await.unwrap().unwrap().owner;
    assert_eq!(owner().await, Owner::Platform);
    app.app.desk.set_on([]);
    app.app.desk.look_at_off().await.unwrap();
    assert_eq!(owner().await, Owner::Queue);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_desk_whose_account_was_removed_says_how_much_waits_in_the_log_and_as_a_metric() {
    let mut platform = Loopback::start(Channel::Telegram).await;
    platform.plan(vec![Does::Hang; 9]);
    let channel = format!(
        "[[channels]]\nkind = \"telegram\"\naccount = \"shop\"\nsite = \"linden\"\nsecret = \"{SECRET}\"\ntoken = \"{TOKEN}\"\napi_base = \"{}\"\nallow = [\"127.0.0.0/8\"]\n",
        platform.base
    );
    let (mut desk, agent, _) = Desk::with(&channel).await;
    let body = json!({"update_id": 1, "message": {"from": {"id": 1}, "chat": {"id": 1, "type": "private"}, "text": "hello"}});
    let hook = desk.http.post(format!("{}/hooks/telegram/shop", desk.base));
    let hook = hook.header("x-telegram-bot-api-secret-token", SECRET);
    assert_eq!(hook.json(&body).send().await.unwrap().status(), 200);
    platform.arrivals.recv().await.unwrap();
    desk.kill();
    let config = desk.folder.path().join("frontdesk.toml");
    let text = fs::read_to_string(&config).unwrap();
    fs::write(&config, text.replace(&channel, "")).unwrap();
    desk.start_again().await;
    let metrics = desk.http.get(format!("{}/metrics", desk.metrics));
    let metrics = metrics.send().await.unwrap().text().await.unwrap();
    assert!(desk.log().contains("channel.off_while_messages_wait"));
    let list = desk.ask(Method::GET, "/v1/inbox?view=bot", &agent, None);
    let list: Value = serde_json::from_str(list.await.split_once('\n').unwrap().1).unwrap();
    let id = list["rows"][0]["id"].as_str().unwrap();
    let path = format!("/v1/conversations/{id}/events?limit=200");
    let events = desk.ask(Method::GET, &path, &agent, None).await;
    let held = events.matches(OFF).count();
    assert!(held > 0, "{events}");
    let waiting = format!("frontdesk_outbox_waiting{{endpoint=\"telegram.shop\"}} {held}");
    assert!(metrics.lines().any(|line| line == waiting), "{metrics}");
}
