//! What is handed over to people at the platform where its customer writes: they are told behind what was said, the bot is silent while they
//! have it, and it is the bot's again when the platform says so.

use std::sync::atomic::AtomicBool;
use std::time::Duration;

use frontdesk::delivery::{Asked, Progress, Puller, Sender};
use frontdesk::domain::channel::MessageState;
use frontdesk::domain::conversation::{Conversation, EventBody, Owner, Status};
use frontdesk::domain::ids::EndpointId;
use frontdesk::domain::rights::AgentRole;
use serde_json::json;

use super::delivery::{conversation_of, drain, fates, log_of, said};
use super::platform::{Does, Got, HOME, Loopback};
use super::pulling::{item, page, says, taking, token};
use super::told::tell;
use super::*;

mod ends;
mod forwarded;
mod late;
mod order;
mod spoken;
mod taken_back;
mod unreached;
mod wecom;

/// A desk with one account, and its platform.
struct Shop {
    app: TestApp,
    platform: Loopback,
    sender: Sender,
    user: &'static str,
}

impl Shop {
    async fn start(channel: Channel, takes_over: bool) -> Self {
        let app = desk().await;
        let mut platform = Loopback::start(channel).await;
        platform.takes_over = takes_over;
        let switched = platform.account();
        let outbox = switched.key.outbox.clone();
        app.app.accounts.set(vec![Arc::new(switched)]);
        app.app.desk.set_hands_over(takes_over.then_some(outbox));
        Self {
            sender: platform.sender(&app, &HOME),
            app,
            platform,
            user: match channel {
                Channel::Wecom => "wmMia",
                Channel::Wechat => "open_1",
                _ => "2/5",
            },
        }
    }

    fn channel(&self) -> Channel {
        self.platform.channel
    }

    async fn row(&self) -> Conversation {
        let id = conversation_of(&self.app, self.channel(), self.user).await;
        self.app.store.conversation(&id).await.unwrap().unwrap()
    }

    async fn owner(&self) -> Owner {
        self.row().await.owner
    }

    async fn said(&self) -> Vec<String> {
        said(&log_of(&self.app, self.channel(), self.user).await)
    }

    async fn fates(&self) -> Vec<MessageState> {
        let log = log_of(&self.app, self.channel(), self.user).await;
        fates(&log).into_iter().map(|(state, _)| state).collect()
    }

    async fn drain(&self) -> Vec<Progress> {
        drain(&self.sender, &self.app).await
    }

    fn later(&self, seconds: u64) {
        let now = self.app.clock.now();
        self.app.clock.move_to(now + Duration::from_secs(seconds));
    }

    /// Somebody writes in a Chatwoot conversation that has a status.
    async fn write(&self, id: u64, text: &str, status: &str) {
        let body = json!({"event": "message_created", "id": id, "content": text, "message_type": "incoming", "private": false,
            "sender": {"id": 5}, "conversation": {"id": 9, "status": status}, "account": {"id": 2}});
        tell(&self.app, self.channel(), &json!({"body": body})).await;
    }

    /// A lead here takes the conversation over.
    async fn taken_over(&self) -> String {
        let mei = self.app.agent_as("mei", None, AgentRole::Lead).await;
        let path = format!("/v1/conversations/{}/takeover", self.row().await.id);
        let taken = self.app.post(&path).bearer_auth(&mei).send().await.unwrap();
        assert_eq!(taken.status(), 200);
        mei
    }

    async fn reply(&self, token: &str, text: &str) {
        let path = format!("/v1/conversations/{}/messages", self.row().await.id);
        let body = json!({"client_id": crate::support::fresh_id(), "text": text});
        let asked = self.app.post(&path).bearer_auth(token).json(&body);
        assert_eq!(asked.send().await.unwrap().status(), 201);
    }

    /// What the customer wrote, as it stands in the log.
    async fn written(&self) -> Vec<String> {
        let log = log_of(&self.app, self.channel(), self.user).await;
        let texts = log.into_iter().filter_map(|event| match event.body {
            EventBody::Message { text, .. } => Some(text),
            _ => None,
        });
        texts.collect()
    }

    /// Chatwoot tells that a conversation has another status.
    async fn becomes(&self, event: &str, status: &str) {
        let body = json!({"event": event, "id": 9, "status": status, "meta": {"sender": {"id": 5}},
            "messages": [{"account_id": 2}]});
        tell(&self.app, self.channel(), &json!({"body": body})).await;
    }

    /// What was asked behind so many requests: where, and with what.
    fn asked(&self, after: usize) -> Vec<(String, Value)> {
        let got = self.platform.got().into_iter().skip(after);
        let last = |got: Got| {
            let what = got.path.rsplit('/').next().unwrap().to_owned();
            (what, got.body)
        };
        got.map(last).collect()
    }
}

const PERSON: &str = "I want to talk to a human";

async fn handed_over() -> Shop {
    let shop = Shop::start(Channel::Chatwoot, true).await;
    shop.write(1, PERSON, "pending").await;
    shop.drain().await;
    shop
}

#[tokio::test]
async fn chatwoot_is_opened_behind_what_was_said_with_the_brief_as_a_note() {
    let shop = Shop::start(Channel::Chatwoot, true).await;
    shop.write(1, PERSON, "pending").await;
    assert_eq!(shop.owner().await, Owner::Platform, "by the same commit");
    let spoken = shop.said().await.len();
    shop.drain().await;
    let got = shop.platform.got();
    assert!(
        got.iter()
            .all(|got| got.header("api_access_token") == TOKEN)
    );
    let base = "/api/v1/accounts/2/conversations/9";
    let open = &got[spoken];
    assert_eq!(open.path, format!("{base}/toggle_status"));
    assert_eq!(open.body, json!({"status": "open"}));
    for public in &got[..spoken] {
        assert_eq!(public.body["private"], false);
    }
    let note = &got[spoken + 1];
    assert_eq!(note.path, format!("{base}/messages"));
    assert_eq!(
        (&note.body["private"], got.len()),
        (&json!(true), spoken + 2)
    );
    let brief = note.body["content"].as_str().unwrap();
    assert!(
        brief.contains("asked_for_human") && brief.contains(PERSON),
        "{brief}"
    );
    let sent = vec![MessageState::Sent; spoken + 1];
    assert_eq!(
        shop.fates().await,
        sent,
        "and it is known that they were told"
    );
    let row = shop.row().await;
    assert_eq!((row.owner, row.waiting_since), (Owner::Platform, None));
}

#[tokio::test]
async fn without_the_switch_a_hand_over_stays_with_people_here() {
    let shop = Shop::start(Channel::Chatwoot, false).await;
    shop.write(1, PERSON, "pending").await;
    shop.drain().await;
    assert!(shop.asked(0).iter().all(|(what, _)| what == "messages"));
    assert_eq!(shop.owner().await, Owner::Queue);
    // Nor does it matter who has it there.
    shop.later(60);
    shop.becomes("conversation_status_changed", "pending").await;
    assert_eq!(shop.owner().await, Owner::Queue);
}

#[tokio::test]
async fn the_bot_is_silent_while_people_there_have_it_and_speaks_when_it_is_given_back() {
    let shop = handed_over().await;
    let (before, spoken) = (shop.platform.got().len(), shop.said().await);
    shop.write(2, "hello?", "open").await;
    // What had been written before it was opened comes behind.
    shop.write(3, "where is my refund?", "pending").await;
    shop.later(60);
    shop.write(4, "hello?", "open").await;
    shop.becomes("conversation_status_changed", "open").await;
    shop.drain().await;
    assert_eq!(
        (shop.said().await, shop.owner().await),
        (spoken.clone(), Owner::Platform)
    );
    assert_eq!(shop.platform.got().len(), before);

    shop.becomes("conversation_status_changed", "pending").await;
    assert_eq!(shop.owner().await, Owner::Bot);
    assert_eq!(shop.said().await, spoken, "nobody was asked anything");
    shop.write(5, "where is my refund?", "pending").await;
    shop.drain().await;
    assert!(shop.said().await.len() > spoken.len());
    assert_eq!(shop.asked(before).first().unwrap().0, "messages");
    // A second hand-over is one like the first.
    let before = shop.platform.got().len();
    shop.write(6, PERSON, "pending").await;
    shop.drain().await;
    assert_eq!(
        shop.asked(before)
            .iter()
            .filter(|(what, _)| what == "toggle_status")
            .count(),
        1
    );
    // A message alone says that it was given back, too: the bots of older versions are told nothing else.
    shop.later(60);
    let spoken = shop.said().await.len();
    shop.write(7, "where is my refund?", "pending").await;
    assert!(shop.said().await.len() > spoken);
}

#[tokio::test]
async fn what_people_there_called_done_is_done_here_and_the_next_message_is_the_bots() {
    let shop = handed_over().await;
    shop.later(60);
    shop.becomes("conversation_resolved", "resolved").await;
    let row = shop.row().await;
    assert!(matches!(row.status, Status::Resolved { .. }), "{row:?}");
    let spoken = shop.said().await.len();
    shop.later(60);
    shop.write(2, "where is my refund?", "pending").await;
    assert_eq!(shop.owner().await, Owner::Bot);
    assert!(shop.said().await.len() > spoken);
}

#[tokio::test]
async fn a_platform_that_cannot_be_told_leaves_it_to_people_here_until_it_can() {
    let shop = Shop::start(Channel::Chatwoot, true).await;
    shop.write(1, PERSON, "pending").await;
    let spoken = shop.said().await.len();
    let fails = || Does::Say(500, "", String::new());
    let fine = || Does::Say(200, "", "{}".to_owned());
    let before = std::iter::repeat_with(fine).take(spoken);
    shop.platform.plan(before.chain([fails(), fails()]));
    shop.drain().await;
    assert_eq!(shop.owner().await, Owner::Platform, "once is no trouble");
    // What is said meanwhile waits behind it, and people here may see the queue fill.
    shop.later(60);
    shop.drain().await;
    let row = shop.row().await;
    assert_eq!(row.owner, Owner::Queue, "people here are to see it");
    assert!(row.waiting_since.is_some());
    assert_eq!(shop.fates().await.last(), Some(&MessageState::Queued));
    shop.write(2, "anybody?", "pending").await;
    assert_eq!(shop.said().await.len(), spoken, "nor does the bot go on");
    shop.later(3600);
    shop.drain().await;
    assert_eq!(shop.owner().await, Owner::Platform);
    let asked = shop.asked(spoken);
    let what: Vec<&str> = asked.iter().map(|(what, _)| what.as_str()).collect();
    let thrice = [
        "toggle_status",
        "toggle_status",
        "toggle_status",
        "messages",
    ];
    assert_eq!(what, thrice, "the note once, behind the opening");
}

/// The platform takes what is said and refuses the hand-over: it waits for people here.
async fn refused() -> Shop {
    let shop = Shop::start(Channel::Chatwoot, true).await;
    shop.write(1, PERSON, "pending").await;
    let spoken = shop.said().await.len();
    let fine = std::iter::repeat_with(|| Does::Say(200, "", "{}".to_owned())).take(spoken);
    let gone = Does::Say(404, "", String::new());
    shop.platform.plan(fine.chain([gone]));
    shop.drain().await;
    assert_eq!(shop.owner().await, Owner::Queue);
    shop
}

#[tokio::test]
async fn what_the_platform_refuses_is_waiting_here_and_can_be_told_again() {
    let shop = refused().await;
    assert_eq!(shop.fates().await.last(), Some(&MessageState::Failed));
    let mei = shop.app.agent("mei", None).await;
    let log = log_of(&shop.app, shop.channel(), shop.user).await;
    let handed = log.iter().rev().find_map(|event| match &event.body {
        EventBody::MessageMoved { message, .. } => Some(*message),
        _ => None,
    });
    let id = shop.row().await.id;
    let path = format!(
        "/v1/conversations/{id}/messages/{}/resend",
        handed.unwrap().0
    );
    let again = shop.app.post(&path).bearer_auth(&mei).send().await.unwrap();
    assert_eq!(again.status(), 200);
    shop.drain().await;
    assert_eq!(shop.owner().await, Owner::Platform);
}

#[tokio::test]
async fn people_there_who_open_it_before_they_were_told_have_it() {
    let shop = refused().await;
    shop.becomes("conversation_opened", "open").await;
    assert_eq!(shop.owner().await, Owner::Platform);
}

#[tokio::test]
async fn an_agent_here_who_takes_it_over_keeps_it_and_is_seen_by_the_customer() {
    let shop = handed_over().await;
    let mei = shop.app.agent_as("mei", None, AgentRole::Lead).await;
    let id = shop.row().await.id;
    let at = |verb: &str| {
        let asked = shop.app.post(&format!("/v1/conversations/{id}/{verb}"));
        asked.bearer_auth(&mei)
    };
    let claimed = at("claim").send().await.unwrap();
    assert_eq!(claimed.status(), 409, "it waits for nobody here");
    assert_eq!(at("takeover").send().await.unwrap().status(), 200);
    shop.drain().await;
    shop.later(60);
    for (event, status) in [
        ("conversation_status_changed", "pending"),
        ("conversation_opened", "open"),
    ] {
        shop.becomes(event, status).await;
        assert!(matches!(shop.owner().await, Owner::Agent(_)), "{event}");
    }
    let before = shop.platform.got().len();
    let reply = json!({"client_id": "r1", "text": "The parcel is found"});
    assert_eq!(
        at("messages").json(&reply).send().await.unwrap().status(),
        201
    );
    shop.drain().await;
    assert_eq!(shop.asked(before)[0].1["content"], "The parcel is found");
}

#[tokio::test]
async fn whoever_answers_here_before_the_platform_was_told_has_it_alone() {
    let shop = Shop::start(Channel::Chatwoot, true).await;
    shop.write(1, PERSON, "pending").await;
    let mei = shop.app.agent_as("mei", None, AgentRole::Lead).await;
    let path = format!("/v1/conversations/{}/takeover", shop.row().await.id);
    let taken = shop.app.post(&path).bearer_auth(&mei).send().await.unwrap();
    assert_eq!(taken.status(), 200);
    shop.drain().await;
    let asked = shop.asked(0);
    assert!(
        asked
            .iter()
            .all(|(what, body)| what == "messages" && body["private"] == false)
    );
    assert!(matches!(shop.owner().await, Owner::Agent(_)));
}

#[tokio::test]
async fn an_account_that_is_switched_back_leaves_nobody_without_anybody() {
    let shop = handed_over().await;
    let off = Account {
        hands_over: false,
        ..shop.platform.account()
    };
    shop.app.app.accounts.set(vec![Arc::new(off)]);
    shop.app.app.desk.set_hands_over([]);
    shop.later(60);
    shop.write(2, "hello?", "pending").await;
    assert_eq!(shop.owner().await, Owner::Queue);
}
