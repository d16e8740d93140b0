//! Platforms that are asked for their messages: what their answers are read as, and Telegram, which is asked all the time.

use frontdesk::channels::{Accepted, Pull, Pulled, Responded, pulled};
use frontdesk::delivery::{Asked, Puller, Take};
use frontdesk::domain::account::TokenHash;
use frontdesk::domain::conversation::{EventBody, Seq};
use frontdesk::domain::ids::EndpointId;
use frontdesk::http::take_all;
use serde_json::json;
use std::sync::atomic::{AtomicBool, Ordering};

use super::platform::{Does, HOME, Loopback};
use super::*;

/// Takes what was read into the desk, unless it is told to fail.
pub(super) fn taking(app: &TestApp, fails: &Arc<AtomicBool>) -> Take {
    let (desk, fails) = (Arc::clone(&app.app.desk), Arc::clone(fails));
    Arc::new(move |account: Arc<Account>, accepted: Accepted| {
        let (desk, fails) = (Arc::clone(&desk), Arc::clone(&fails));
        Box::pin(async move {
            !fails.load(Ordering::Relaxed) && take_all(&desk, &account, &accepted).await.is_ok()
        })
    })
}

pub(super) fn says(answer: &Value) -> Does {
    Does::Say(200, "", answer.to_string())
}

pub(super) fn item(id: &str, text: &str, at: Timestamp) -> Value {
    json!({"msgid": id, "open_kfid": "wkA", "external_userid": "wmMia", "send_time": at.as_second(),
           "origin": 3, "msgtype": "text", "text": {"content": text}})
}

pub(super) fn page(cursor: &str, more: u8, items: &[Value]) -> Does {
    says(&json!({"errcode": 0, "next_cursor": cursor, "has_more": more, "msg_list": items}))
}

pub(super) fn token() -> Does {
    says(&json!({"errcode": 0, "access_token": "t", "expires_in": 7200}))
}

/// When the answers of the data were given.
const ANSWERED: i64 = 1_795_168_800;

/// What `tests/data/hooks/wecom_pulled.json` has WeCom answer to whoever asks for messages.
pub(super) fn answers() -> Vec<Value> {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/hooks/wecom_pulled.json");
    serde_json::from_str(&std::fs::read_to_string(file).unwrap()).unwrap()
}

fn pulled_of(case: &Value) -> Pulled {
    let body = json!({"errcode": 0, "next_cursor": "c2", "has_more": 1, "msg_list": case["items"]});
    let account = account(Channel::Wecom, "");
    let pull = Pull {
        account: &account,
        place: "wkA",
        cursor: case["cursor"].as_str().unwrap_or("c1"),
        hint: "",
        token: "",
        second: ANSWERED,
    };
    let body = body.to_string();
    let responded = Responded {
        status: 200,
        body: body.as_bytes(),
    };
    pulled(&pull, &responded).unwrap_or_else(|error| panic!("{}: {error:?}", case["name"]))
}

/// Has the desk take the first text of the data.
pub(super) async fn tell_first(app: &TestApp) {
    let text = answers().into_iter().find(|case| case["name"] == "a text");
    let accepted = pulled_of(&text.unwrap()).accepted;
    let account = account(Channel::Wecom, "https://platform.example");
    take_all(&app.app.desk, &account, &accepted).await.unwrap();
}

#[test]
fn every_answer_of_the_data_is_read_as_what_it_is() {
    for case in answers() {
        let found = pulled_of(&case);
        let (name, accepted) = (&case["name"], &found.accepted);
        let read = |one: &frontdesk::channels::Inbound| {
            let mut value = hooks::read(one);
            if let Some(person) = &one.person {
                value["by"] = json!(person.name);
            }
            value
        };
        let messages: Vec<Value> = accepted.messages.iter().map(read).collect();
        assert_eq!(json!(messages), case["messages"], "{name}");
        let receipts = case["receipts"].as_u64().unwrap_or(0);
        assert_eq!(accepted.receipts.len() as u64, receipts, "{name}");
        let held: Vec<&str> = accepted.held.iter().map(|one| one.hands.name()).collect();
        let none = json!([]);
        assert_eq!(&json!(held), case.get("held").unwrap_or(&none), "{name}");
        // Whatever is in it, it is read on behind it.
        assert_eq!(
            (found.cursor.as_deref(), found.more),
            (Some("c2"), true),
            "{name}"
        );
    }
}

pub(super) async fn written(app: &TestApp, channel: Channel, user: &str) -> Vec<String> {
    let outbox = EndpointId::parse(&format!("{channel}.shop")).unwrap();
    let session = TokenHash::of_platform_user(&outbox, user);
    let Some(session) = app.store.session(&session).await.unwrap() else {
        return Vec::new();
    };
    let id = session.conversation.unwrap();
    let events = app.store.events(&id, Seq(0), 200).await.unwrap();
    let texts = events.into_iter().filter_map(|event| match event.body {
        EventBody::Message { text, .. } => Some(text),
        _ => None,
    });
    texts.collect()
}

#[tokio::test]
async fn telegram_is_asked_all_the_time_and_confirms_what_is_on_disk() {
    let app = desk().await;
    let mut platform = Loopback::start(Channel::Telegram).await;
    platform.polls = true;
    let fails = Arc::new(AtomicBool::new(false));
    let puller = Puller::new(platform.sender(&app, &HOME), taking(&app, &fails));
    let update = |id: u64, text: &str| json!({"update_id": id, "message": {"from": {"id": 7}, "chat": {"id": 7, "type": "private"}, "text": text}});
    let some = |updates: &[Value]| says(&json!({"ok": true, "result": updates}));
    let ask = async || puller.ask_next(app.clock.now(), false).await.unwrap();
    platform.plan([some(&[
        update(11, "where is my refund?"),
        update(12, "it is A1001."),
    ])]);
    assert_eq!(ask().await, Asked::Took(2));
    fails.store(true, Ordering::Relaxed);
    platform.plan([some(&[update(13, "hello?")])]);
    assert!(matches!(ask().await, Asked::Failed(_)));
    fails.store(false, Ordering::Relaxed);
    let press = json!({"update_id": 14, "callback_query": {"id": "q1", "from": {"id": 7}, "data": "1",
        "message": {"chat": {"id": 7, "type": "private"}}}});
    platform.plan([some(&[update(13, "hello?"), press])]);
    assert_eq!(ask().await, Asked::Took(2));
    platform.plan([Does::Say(
        409,
        "",
        json!({"ok": false, "description": "Conflict: webhook is active"}).to_string(),
    )]);
    assert_eq!(
        ask().await,
        Asked::Failed("Conflict: webhook is active".to_owned())
    );
    let got = platform.got();
    let offsets: Vec<&Value> = got
        .iter()
        .filter(|got| got.path.ends_with("/getUpdates"))
        .map(|got| &got.body["offset"])
        .collect();
    assert_eq!(offsets, [&json!(0), &json!(13), &json!(13), &json!(15)]);
    assert!(
        got.iter()
            .any(|got| got.path.ends_with("/answerCallbackQuery")
                && got.body["callback_query_id"] == "q1")
    );
    let said = written(&app, Channel::Telegram, "7").await;
    assert_eq!(said[..3], ["where is my refund?", "it is A1001.", "hello?"]);
}

#[tokio::test]
async fn what_is_brought_to_an_account_that_asks_is_refused() {
    let app = desk().await;
    let mut one = account(Channel::Telegram, "https://platform.example");
    one.secrets = Vec::new();
    one.poll = true;
    app.app.accounts.set(vec![Arc::new(one)]);
    let case = first_text(Channel::Telegram);
    for secret in [SECRET, "", "null"] {
        let headers = BTreeMap::from([("x-telegram-bot-api-secret-token", secret.to_owned())]);
        let answer = post(&app, Channel::Telegram, &headers, &case.body).await;
        assert_eq!(answer.status(), 401, "{secret}");
    }
}
