//! What is refused: an account as a whole, until its owner has mended it, or one message, which holds up no other; and whoever wrote what
//! waits behind it sees why.

use std::time::Duration;

use frontdesk::channels::{Judgement, Responded, judge};
use frontdesk::delivery::{Progress, Sender};
use frontdesk::domain::channel::MessageState;
use frontdesk::domain::ids::EndpointId;
use frontdesk::domain::webhook::EndpointChange;
use frontdesk::store::Commit;
use jiff::SignedDuration;
use serde_json::json;

use super::delivery::{conversation_of, drain, fates, log_of, say};
use super::platform::{Does, HOME, Loopback};
use super::*;
use crate::support::fresh_id;

const MENDED: &str = "the platform takes nothing from the account before its owner has mended it";
const BEHIND: &str = "what its customer is told first was not taken";

fn no_such_token() -> Does {
    let body = r#"{"ok":false,"error_code":401,"description":"Unauthorized"}"#;
    Does::Say(401, "", body.to_owned())
}

async fn start() -> (TestApp, Loopback, Sender) {
    let app = desk().await;
    let platform = Loopback::start(Channel::Telegram).await;
    let sender = platform.sender(&app, &HOME);
    (app, platform, sender)
}

async fn seen(app: &TestApp, user: &str) -> Vec<(MessageState, Option<String>)> {
    fates(&log_of(app, Channel::Telegram, user).await)
}

/// What is written of one that waits lets the next look find the others.
async fn again_and_again(sender: &Sender, app: &TestApp) {
    for _ in 0..3 {
        drain(sender, app).await;
    }
}

fn later(app: &TestApp, seconds: u64) {
    app.clock
        .move_to(app.clock.now() + Duration::from_secs(seconds));
}

#[tokio::test]
async fn an_account_that_is_refused_is_left_alone_costs_no_message_and_everybody_sees_why() {
    let (app, platform, sender) = start().await;
    for user in 1..=3 {
        say(&app, user, user, "hello").await;
    }
    platform.plan([no_such_token()]);
    drain(&sender, &app).await;
    assert_eq!(platform.got().len(), 1, "nobody else is tried with it");
    for user in ["1", "2", "3"] {
        let (state, why) = seen(&app, user).await.remove(0);
        let why = why.unwrap();
        assert_eq!(state, MessageState::Queued, "{user}");
        assert!(
            why.starts_with(MENDED) && why.ends_with("Unauthorized"),
            "{user}: {why}"
        );
    }
    // For two days nobody mends it.
    for _ in 0..(48 * 6) {
        later(&app, 600);
        platform.plan(vec![no_such_token(); 9]);
        drain(&sender, &app).await;
    }
    assert!(
        platform.got().len() <= 48 * 6 + 1,
        "it is tried now and then"
    );
    let said: usize = seen(&app, "1").await.len();
    assert_eq!(said, 1, "the same again is no news");
    platform.plan([]);
    later(&app, 600);
    drain(&sender, &app).await;
    for user in ["1", "2", "3"] {
        let fate = seen(&app, user).await.pop().unwrap();
        assert_eq!(fate, (MessageState::Sent, None), "{user}");
    }
    let outbox = EndpointId::parse("telegram.shop").unwrap();
    assert_eq!(app.store.count_waiting(&outbox).await.unwrap(), 0);
}

#[tokio::test]
async fn an_account_that_nobody_mends_for_days_gives_up_what_was_tried_and_says_so() {
    let (app, platform, sender) = start().await;
    say(&app, 1, 1, "hello").await;
    for _ in 0..(73 * 6) {
        platform.plan(vec![no_such_token(); 9]);
        drain(&sender, &app).await;
        later(&app, 600);
    }
    let (state, why) = seen(&app, "1").await.pop().unwrap();
    assert_eq!(state, MessageState::Failed);
    assert!(why.unwrap().starts_with(MENDED));
}

#[tokio::test]
async fn one_message_that_is_refused_as_if_it_were_the_account_holds_up_nobody_else_for_long() {
    let (app, platform, sender) = start().await;
    say(&app, 1, 1, "hello").await;
    platform.plan([no_such_token()]);
    drain(&sender, &app).await;
    say(&app, 2, 2, "hello").await;
    later(&app, 301);
    drain(&sender, &app).await;
    let fate = seen(&app, "2").await.pop().unwrap();
    assert_eq!(
        fate,
        (MessageState::Sent, None),
        "what waits behind it is tried first"
    );
    later(&app, 60);
    platform.plan([no_such_token()]);
    drain(&sender, &app).await;
    say(&app, 3, 3, "hello").await;
    drain(&sender, &app).await;
    let fate = seen(&app, "3").await.pop().unwrap();
    assert_eq!(
        fate,
        (MessageState::Sent, None),
        "others were taken, so that it is not the account"
    );
}

#[tokio::test]
async fn whoever_writes_behind_a_message_that_waits_sees_why_theirs_waits_and_until_when() {
    let (app, platform, sender) = start().await;
    say(&app, 1, 1, "I want to talk to a human").await;
    let spoken = seen(&app, "1").await.len();
    assert_eq!(spoken, 0);
    platform.plan([
        Does::Say(500, "", String::new()),
        Does::Say(500, "", String::new()),
    ]);
    drain(&sender, &app).await;
    later(&app, 10);
    drain(&sender, &app).await;
    let id = conversation_of(&app, Channel::Telegram, "1").await;
    let mei = app.agent("mei", None).await;
    let at = |verb: &str| app.post(&format!("/v1/conversations/{id}/{verb}"));
    let claimed = at("claim").bearer_auth(&mei).send().await.unwrap();
    assert_eq!(claimed.status(), 200);
    let body = json!({"client_id": fresh_id(), "text": "I am on it"});
    let said = at("messages").bearer_auth(&mei).json(&body);
    assert_eq!(said.send().await.unwrap().status(), 201);
    let waits = async || {
        let all = seen(&app, "1").await.into_iter();
        let behind = all.filter_map(|(state, why)| {
            let why = why?;
            (state == MessageState::Queued && why.starts_with(BEHIND)).then_some(why)
        });
        behind.collect::<Vec<_>>()
    };
    again_and_again(&sender, &app).await;
    let first = waits().await;
    assert!(!first.is_empty(), "{:?}", seen(&app, "1").await);
    again_and_again(&sender, &app).await;
    assert_eq!(waits().await, first, "once");
    // Tried in vain once more, it waits for longer, and so does what stands behind.
    later(&app, 400);
    platform.plan([Does::Say(500, "", String::new())]);
    again_and_again(&sender, &app).await;
    let then = waits().await;
    assert_eq!(then.len(), first.len() * 2, "{then:?}");
    assert_ne!(then.last(), first.last(), "the time is another");
}

#[tokio::test]
async fn what_waited_for_days_because_its_account_was_off_expires_and_goes_out_only_if_somebody_says_so()
 {
    let (app, platform, sender) = start().await;
    say(&app, 1, 1, "I want to talk to a human").await;
    drain(&sender, &app).await;
    let id = conversation_of(&app, Channel::Telegram, "1").await;
    let mei = app.agent("mei", None).await;
    let at = |verb: &str| {
        let asked = app.post(&format!("/v1/conversations/{id}/{verb}"));
        asked.bearer_auth(&mei)
    };
    assert_eq!(at("claim").send().await.unwrap().status(), 200);
    app.app.desk.set_on([]);
    let write = async |text: &str| {
        let body = json!({"client_id": fresh_id(), "text": text});
        let said = at("messages").json(&body).send().await.unwrap();
        assert_eq!(said.status(), 201);
        let said: Value = said.json().await.unwrap();
        said["seq"].as_u64().unwrap()
    };
    let old = write("It comes tomorrow").await;
    later(&app, 71 * 3600);
    write("It comes on Monday").await;
    later(&app, 2 * 3600);
    let outbox = EndpointId::parse("telegram.shop").unwrap();
    app.app.desk.set_on([outbox]);
    let before = platform.got().len();
    drain(&sender, &app).await;
    let texts = platform.texts().split_off(before);
    assert_eq!(texts, ["It comes on Monday"]);
    let expired = seen(&app, "1")
        .await
        .into_iter()
        .find(|(state, _)| *state == MessageState::Failed);
    let why = expired.unwrap().1.unwrap();
    assert!(why.starts_with("expired: it waited for 73 hours"), "{why}");
    // It is seen like all that failed, and can be sent all the same.
    let again = at(&format!("messages/{old}/resend")).send().await.unwrap();
    assert_eq!(again.status(), 200);
    drain(&sender, &app).await;
    assert_eq!(platform.texts().last().unwrap(), "It comes tomorrow");
}

/// The account has said as much as it may for now.
async fn has_said_enough(app: &TestApp, outbox: &EndpointId) {
    for _ in 0..30 {
        let change = EndpointChange::Spoke {
            at: app.clock.now(),
            within: SignedDuration::from_secs(1),
        };
        let commit = Commit::new().endpoint(outbox.clone(), change);
        app.store.commit(commit).await.unwrap();
    }
}

/// How many records are read by a look at an account that has said as much as it may, with so many that wait.
async fn look_with(many: u64) -> u64 {
    let (app, platform, sender) = start().await;
    say(&app, 1, 1, "hello").await;
    let outbox = EndpointId::parse("telegram.shop").unwrap();
    let waiting = app.store.waiting_deliveries(&outbox, 0, 1).await.unwrap();
    let one = waiting.into_iter().next().unwrap();
    for from in (0..many).step_by(100) {
        let mut commit = Commit::new();
        for n in from..from + 100 {
            let mut next = one.clone();
            let id = format!("c{n}");
            let to = next.message.as_mut().unwrap();
            to.message.conversation = frontdesk::domain::ids::ConversationId::parse(&id).unwrap();
            commit = commit.send(next);
        }
        app.store.commit(commit).await.unwrap();
    }
    let at = app.clock.now();
    has_said_enough(&app, &outbox).await;
    // The first look reads what is there.
    sender.deliver_next(at).await.unwrap();
    let mut most = 0;
    for _ in 0..5 {
        let read = app.store.report().records_read;
        let progress = sender.deliver_next(at).await.unwrap();
        assert!(matches!(progress, Progress::NotBefore(_)), "{progress:?}");
        most = most.max(app.store.report().records_read - read);
    }
    assert!(platform.got().is_empty());
    most
}

#[tokio::test]
async fn a_look_at_an_account_that_waits_for_its_turn_does_not_cost_all_that_waits() {
    let (few, many) = (look_with(100).await, look_with(4000).await);
    assert_eq!(
        few, many,
        "records read with a hundred, and with forty times as many"
    );
}

#[tokio::test]
async fn a_file_of_a_customer_is_fetched_though_the_account_waits_for_its_turn() {
    let (app, platform, sender) = start().await;
    let outbox = EndpointId::parse("telegram.shop").unwrap();
    let at = app.clock.now();
    has_said_enough(&app, &outbox).await;
    let body = json!({"update_id": 1, "message": {"from": {"id": 1}, "chat": {"id": 1, "type": "private"},
        "caption": "the receipt", "photo": [{"file_id": "f1", "width": 1, "height": 1}]}});
    let body = body.to_string().into_bytes();
    let headers = signed(Channel::Telegram, SECRET, "", &body, at);
    assert_eq!(
        post(&app, Channel::Telegram, &headers, &body)
            .await
            .status(),
        200
    );
    drain(&sender, &app).await;
    let paths: Vec<String> = platform.got().into_iter().map(|got| got.path).collect();
    assert!(
        paths[0].ends_with("/getFile"),
        "the file, and nothing that is said: {paths:?}"
    );
    assert!(paths.iter().all(|path| !path.ends_with("/sendMessage")));
    later(&app, 2);
    drain(&sender, &app).await;
    let last = platform.got().pop().unwrap();
    assert!(last.path.ends_with("/sendMessage"), "{}", last.path);
}

#[test]
fn what_an_owner_has_to_mend_is_told_from_what_is_wrong_with_one_message_and_from_what_passes() {
    let judged = |channel: Channel, status: u16, body: &str| {
        let body = body.as_bytes();
        judge(channel, &Responded { status, body })
    };
    for (channel, status, body) in [
        (Channel::Telegram, 401, r#"{"ok":false}"#),
        (Channel::Telegram, 404, r#"{"ok":false}"#),
        (
            Channel::Slack,
            200,
            r#"{"ok":false,"error":"token_revoked"}"#,
        ),
        (Channel::Line, 401, "{}"),
        (Channel::Line, 403, "{}"),
        (Channel::Feishu, 400, r#"{"code":99991672}"#),
        (Channel::Wechat, 200, r#"{"errcode":48001}"#),
        (Channel::Wecom, 200, r#"{"errcode":60020}"#),
        (Channel::Twilio, 401, r#"{"code":20003}"#),
        (Channel::Twilio, 400, r#"{"code":21606}"#),
        (
            Channel::Dingtalk,
            403,
            r#"{"code":"Forbidden.AccessDenied.AccessTokenPermissionDenied"}"#,
        ),
        (Channel::WhatsApp, 400, r#"{"error":{"code":131042}}"#),
        (Channel::Chatwoot, 401, "{}"),
        (Channel::Mailgun, 402, "{}"),
        (Channel::Postmark, 401, r#"{"ErrorCode":10}"#),
        (Channel::Postmark, 422, r#"{"ErrorCode":405}"#),
    ] {
        let found = judged(channel, status, body);
        assert!(
            matches!(found, Judgement::Account(_)),
            "{channel} {status} {body}: {found:?}"
        );
    }
    // What nobody has heard of is a refusal of this one message.
    for (channel, status, body) in [
        (Channel::Telegram, 413, r#"{"ok":false}"#),
        (
            Channel::Slack,
            200,
            r#"{"ok":false,"error":"something_new"}"#,
        ),
        (Channel::Line, 422, "{}"),
        (Channel::Feishu, 400, r#"{"code":239999}"#),
        (Channel::Wechat, 200, r#"{"errcode":40066}"#),
        (Channel::Wecom, 200, r#"{"errcode":41001}"#),
        (Channel::Twilio, 400, r#"{"code":29999}"#),
        (Channel::WhatsApp, 400, r#"{"error":{"code":131999}}"#),
        (Channel::Discord, 418, "{}"),
        (Channel::Chatwoot, 410, "{}"),
        (Channel::Mailgun, 451, "{}"),
    ] {
        let found = judged(channel, status, body);
        assert!(
            matches!(found, Judgement::Never(_)),
            "{channel} {status} {body}: {found:?}"
        );
    }
    for channel in Channel::ALL {
        for status in [429, 503] {
            let found = judged(*channel, status, "{}");
            assert!(
                matches!(found, Judgement::Later(..)),
                "{channel} {status}: {found:?}"
            );
        }
    }
    for (channel, status, body) in [
        (Channel::WhatsApp, 400, r#"{"error":{"code":131048}}"#),
        (
            Channel::Slack,
            200,
            r#"{"ok":false,"error":"service_unavailable"}"#,
        ),
        (Channel::Feishu, 400, r#"{"code":99991400}"#),
        (Channel::Wechat, 200, r#"{"errcode":45011}"#),
        (Channel::Twilio, 400, r#"{"code":21611}"#),
    ] {
        let found = judged(channel, status, body);
        assert!(
            matches!(found, Judgement::Later(..)),
            "{channel} {status} {body}: {found:?}"
        );
    }
}
