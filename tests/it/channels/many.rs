//! Outboxes in which much waits: what is due is found without looking through it, and nothing of it is overlooked.

use std::time::Duration;

use frontdesk::delivery::Progress;
use frontdesk::domain::channel::MessageState;
use frontdesk::domain::conversation::{EventBody, Seq};
use frontdesk::domain::ids::{ConversationId, EndpointId};
use frontdesk::domain::webhook::Delivery;
use frontdesk::store::Commit;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use super::delivery::{conversation_of, drain, log_of, say};
use super::names::{number_writes, says};
use super::platform::{Does, HOME, Loopback};
use super::wechat::{ask, text};
use super::*;
use crate::support::fresh_id;

/// How many records of the store have been read: what a look costs, on whatever machine and whatever else it does.
fn records_read(app: &TestApp) -> u64 {
    app.store.report().records_read
}

/// How many records are read to send one more, behind so many of other conversations that wait as they were `left`.
async fn send_behind(many: u64, left: impl Fn(Delivery, Timestamp) -> Delivery) -> u64 {
    let app = desk().await;
    let platform = Loopback::start(Channel::Telegram).await;
    let sender = platform.sender(&app, &HOME);
    say(&app, 1, 1, "hello").await;
    let outbox = EndpointId::parse("telegram.shop").unwrap();
    let waiting = app.store.waiting_deliveries(&outbox, 0, 1).await.unwrap();
    let one = waiting.into_iter().next().unwrap();
    drain(&sender, &app).await;
    for from in (0..many).step_by(100) {
        let mut commit = Commit::new();
        for n in from..from + 100 {
            let mut next = left(one.clone(), app.clock.now());
            let to = next.message.as_mut().unwrap();
            to.message.conversation = ConversationId::parse(&format!("c{n}")).unwrap();
            commit = commit.send(next);
        }
        app.store.commit(commit).await.unwrap();
    }
    // The first look reads what is there.
    drain(&sender, &app).await;
    let before = platform.got().len();
    let mut most = 0;
    for update in 2..7 {
        app.clock.move_to(app.clock.now() + Duration::from_secs(2));
        say(&app, 1, update, "hello").await;
        let read = records_read(&app);
        let progress = sender.deliver_next(app.clock.now()).await.unwrap();
        most = most.max(records_read(&app) - read);
        assert!(matches!(progress, Progress::Delivered(_)), "{progress:?}");
        drain(&sender, &app).await;
    }
    assert!(platform.got().len() >= before + 5);
    most
}

#[tokio::test]
async fn what_is_due_is_found_without_reading_what_waits_before_it_however_much_it_is() {
    let for_another_time =
        |one: Delivery, now: Timestamp| one.not_before(now + SignedDuration::from_hours(20));
    let for_the_customer =
        |one: Delivery, now: Timestamp| one.held(("too late".to_owned(), false), now);
    let table: [fn(Delivery, Timestamp) -> Delivery; 2] = [for_another_time, for_the_customer];
    for left in table {
        let (few, many) = (send_behind(100, left).await, send_behind(8000, left).await);
        assert_eq!(
            few, many,
            "records read behind a hundred, and behind eighty times as many"
        );
    }
}

/// Numbers that look like chance, the same on every run.
struct Chance(u64);

impl Chance {
    fn below(&mut self, end: u64) -> u64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        (self.0 >> 33) % end
    }
}

/// Has whatever was given up in a conversation sent again.
async fn send_again(app: &TestApp, mei: &str, number: &str) {
    let id = conversation_of(app, Channel::WhatsApp, number).await;
    for event in log_of(app, Channel::WhatsApp, number).await {
        if let EventBody::MessageMoved {
            message,
            state: MessageState::Failed,
            ..
        } = event.body
        {
            let path = format!("/v1/conversations/{id}/messages/{}/resend", message.0);
            // One that has been sent meanwhile is not sent again.
            app.post(&path).bearer_auth(mei).send().await.unwrap();
        }
    }
}

#[tokio::test]
async fn who_begins_anew_finds_nothing_to_send_that_who_was_there_all_the_time_has_overlooked() {
    let numbers = ["4915110000001", "4915110000002", "4915110000003"];
    for seed in 0..4 {
        let mut chance = Chance(seed);
        let app = desk().await;
        let platform = Loopback::start(Channel::WhatsApp).await;
        let sender = platform.sender(&app, &HOME);
        let mei = app.agent("mei", None).await;
        for (at, number) in numbers.iter().enumerate() {
            number_writes(&app, &format!("wamid.{at}"), number).await;
            let id = conversation_of(&app, Channel::WhatsApp, number).await;
            let claim = app.post(&format!("/v1/conversations/{id}/claim"));
            assert_eq!(claim.bearer_auth(&mei).send().await.unwrap().status(), 200);
        }
        for step in 0..60 {
            let number = numbers[usize::try_from(chance.below(3)).unwrap()];
            match chance.below(6) {
                0 => number_writes(&app, &format!("wamid.s{step}"), number).await,
                1 | 2 => {
                    let id = conversation_of(&app, Channel::WhatsApp, number).await;
                    let words = json!({"client_id": fresh_id(), "text": format!("word {step}")});
                    let say = app.post(&format!("/v1/conversations/{id}/messages"));
                    say.bearer_auth(&mei).json(&words).send().await.unwrap();
                }
                3 => send_again(&app, &mei, number).await,
                4 => {
                    let answers = [
                        (500, r#"{"error":{"code":2}}"#),
                        (400, r#"{"error":{"code":131026}}"#),
                        (400, r#"{"error":{"code":131047}}"#),
                    ];
                    let does = (0..chance.below(4)).map(|_| {
                        let (status, body) = answers[usize::try_from(chance.below(3)).unwrap()];
                        Does::Say(status, "", body.to_owned())
                    });
                    let does: Vec<Does> = does.collect();
                    platform.plan(does);
                }
                _ => {
                    let hours = [0, 1, 3, 30][usize::try_from(chance.below(4)).unwrap()];
                    let later = SignedDuration::from_hours(hours) + SignedDuration::from_mins(6);
                    app.clock.move_to(app.clock.now() + later);
                }
            }
            drain(&sender, &app).await;
            let now = app.clock.now();
            let known = sender.deliver_next(now).await.unwrap();
            let anew = platform.sender(&app, &HOME);
            let found = anew.deliver_next(now).await.unwrap();
            assert_eq!(found, known, "seed {seed}, step {step}");
            let is_idle = matches!(known, Progress::Idle | Progress::NotBefore(_));
            assert!(is_idle, "{known:?}");
        }
        assert!(platform.got().len() > 10, "something went out");
    }
}

#[tokio::test]
async fn what_is_held_goes_out_when_its_customer_writes_again_though_that_begins_another_conversation()
 {
    let number = "4915110000001";
    let app = desk().await;
    let platform = Loopback::start(Channel::WhatsApp).await;
    let sender = platform.sender(&app, &HOME);
    let mei = app.agent("mei", None).await;
    number_writes(&app, "wamid.1", number).await;
    let first = conversation_of(&app, Channel::WhatsApp, number).await;
    let at = |what: &str, body: Value| {
        let asked = app.post(&format!("/v1/conversations/{first}/{what}"));
        asked.bearer_auth(&mei).json(&body).send()
    };
    at("claim", json!({})).await.unwrap();
    drain(&sender, &app).await;
    app.clock
        .move_to(app.clock.now() + Duration::from_secs(25 * 3600));
    let words = json!({"client_id": "r1", "text": "Your parcel is found."});
    assert_eq!(at("messages", words).await.unwrap().status(), 201);
    drain(&sender, &app).await;
    assert_eq!(at("resolve", json!({})).await.unwrap().status(), 200);
    let before = platform.got().len();
    app.clock
        .move_to(app.clock.now() + Duration::from_secs(80 * 3600));
    says(&app, ("wamid.2", "hello"), (Some(number), None)).await;
    let second = conversation_of(&app, Channel::WhatsApp, number).await;
    assert_ne!(second, first, "it is another matter");
    drain(&sender, &app).await;
    let said = platform.texts()[before..].join("\n");
    assert!(said.contains("Your parcel is found."), "{said}");
    let log = app.store.events(&first, Seq(0), 200).await.unwrap();
    let words = |body: &EventBody| serde_json::to_string(body).unwrap();
    let parcel = log
        .iter()
        .find(|it| words(&it.body).contains("parcel is found"));
    let parcel = parcel.unwrap().seq;
    let mut moved = log.iter().filter_map(|event| match &event.body {
        EventBody::MessageMoved { message, state, .. } => Some((message, *state)),
        _ => None,
    });
    let last = moved.rfind(|(message, _)| **message == parcel);
    assert_eq!(last.unwrap().1, MessageState::Sent);
}

/// How many records are read for the answer within the answer to a request, beside so many that are held for others.
async fn inline_beside(many: u64) -> u64 {
    let app = desk().await;
    ask(&app, &sealed::wechat(&text(1, "hello"))).await;
    let outbox = EndpointId::parse("wechat.shop").unwrap();
    let (id, at) = (ConversationId::parse("c1").unwrap(), app.clock.now());
    let row = conversation_of(&app, Channel::Wechat, "open_1").await;
    let row = app.store.conversation(&row).await.unwrap().unwrap();
    let log = app.store.events(&row.id, Seq(0), 200).await.unwrap();
    let said = log.iter().find(|event| event.said().is_some()).unwrap();
    let one = Delivery::to_customer(&row, &outbox, said, false, "evt_x".to_owned());
    for from in (0..many).step_by(100) {
        let mut commit = Commit::new();
        for _ in from..from + 100 {
            let mut next = one.clone().held(("too late".to_owned(), false), at);
            next.message.as_mut().unwrap().message.conversation = id.clone();
            commit = commit.send(next);
        }
        app.store.commit(commit).await.unwrap();
    }
    let mut most = 0;
    for id in 2..7 {
        app.clock.move_to(app.clock.now() + Duration::from_secs(90));
        let read = records_read(&app);
        let (status, body) = ask(&app, &sealed::wechat(&text(id, "hello"))).await;
        most = most.max(records_read(&app) - read);
        assert!(status == 200 && body.contains("MsgSignature"), "{body}");
    }
    // All that went back so is out of the outbox.
    let waiting = app.store.count_waiting(&outbox).await.unwrap();
    assert_eq!(u64::try_from(waiting).unwrap(), many);
    most
}

#[tokio::test]
async fn an_answer_within_the_answer_does_not_cost_all_that_is_held_for_others() {
    let (few, many) = (inline_beside(100).await, inline_beside(8000).await);
    assert_eq!(
        few, many,
        "records read beside a hundred, and beside eighty times as many"
    );
}
