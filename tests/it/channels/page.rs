//! What a platform cannot show, an order as a card and an application as a form, is text with a link: into the same conversation, for a
//! day, with nothing shown to be the customer's beyond what was shown on the platform.

use std::time::Duration;

use frontdesk::domain::ids::SiteId;
use serde_json::{Value, json};

use super::delivery::{conversation_of, drain, say};
use super::platform::{HOME, Loopback};
use super::*;
use crate::support::problem;

/// A desk with a public address, and an order.
async fn public_desk() -> TestApp {
    let app = desk().await;
    app.app.desk.set_public(Some(PUBLIC.to_owned()));
    app.order("m_linden", "A1042").await;
    app
}

/// What the link in a text holds.
fn held(text: &str) -> Option<&str> {
    let begin = format!("{PUBLIC}/continue#");
    text.lines().find_map(|line| line.strip_prefix(&begin))
}

async fn come_by(app: &TestApp, link: &str) -> Response {
    let asked = app.post("/v1/continue").json(&json!({"link": link}));
    asked.send().await.unwrap()
}

/// Asks after an order on Telegram and proves it; gives all that was said there.
async fn ask_for_order(app: &TestApp, platform: &Loopback) -> Vec<String> {
    let sender = platform.sender(app, &HOME);
    say(app, 1, 1, "where is my order A1042?").await;
    drain(&sender, app).await;
    assert!(platform.texts().iter().all(|text| held(text).is_none()));
    say(app, 1, 2, "a1042@example.org").await;
    drain(&sender, app).await;
    platform.texts()
}

async fn own_orders(app: &TestApp, session: &str) -> Value {
    let asked = app.get("/v1/own-orders").bearer_auth(session);
    asked.send().await.unwrap().json().await.unwrap()
}

#[tokio::test]
async fn a_link_behind_an_order_opens_the_same_conversation_with_what_was_proven_there_and_no_more()
{
    let app = public_desk().await;
    let platform = Loopback::start(Channel::Telegram).await;
    let texts = ask_for_order(&app, &platform).await;
    let links: Vec<&str> = texts.iter().filter_map(|text| held(text)).collect();
    let [link] = links[..] else {
        panic!("one link in {texts:?}");
    };
    let came: Value = come_by(&app, link).await.json().await.unwrap();
    let id = conversation_of(&app, Channel::Telegram, "1").await;
    assert_eq!(came["conversation"], id.as_str());
    assert_eq!(came["site"], "linden");
    let session = came["session"].as_str().unwrap();
    let orders = own_orders(&app, session).await;
    assert_eq!(orders["orders"][0]["id"], "A1042");
    assert_eq!(orders["orders"].as_array().unwrap().len(), 1);
    // The e-mail address shows where it is; what it cost only whoever the shop has signed in may see.
    assert_eq!(orders["orders"][0].get("amount"), None, "{orders}");
    // No agent reads the link: whoever has it speaks as the customer.
    let agent = app.agent("mei", None).await;
    let path = format!("/v1/conversations/{id}/events?limit=500");
    let log = app.get(&path).bearer_auth(&agent).send().await.unwrap();
    assert!(!log.text().await.unwrap().contains("/continue"));
    // The one above is still good.
    let sender = platform.sender(&app, &HOME);
    say(&app, 1, 3, "where is my order A1042?").await;
    drain(&sender, &app).await;
    let texts = platform.texts();
    assert_eq!(texts.iter().filter_map(|text| held(text)).count(), 1);
}

#[tokio::test]
async fn a_link_from_a_platform_is_good_for_one_conversation_for_its_time_and_for_nothing_else() {
    let app = public_desk().await;
    let platform = Loopback::start(Channel::Telegram).await;
    let texts = ask_for_order(&app, &platform).await;
    let link = texts.iter().find_map(|text| held(text)).unwrap();
    let id = conversation_of(&app, Channel::Telegram, "1").await;
    say(&app, 2, 9, "hello").await;
    let other = conversation_of(&app, Channel::Telegram, "2").await;
    let until = link.split('.').nth(1).unwrap();
    let later = until.parse::<i64>().unwrap() + 1;
    // The id alone, another conversation, more time, another code, and a code that an agent was given for a transcript.
    let agent = app.agent("mei", None).await;
    let give = app.post(&format!("/v1/conversations/{id}/link"));
    let given = give.bearer_auth(&agent).json(&json!({"hours": 24}));
    let given: Value = given.send().await.unwrap().json().await.unwrap();
    let given = given["path"].as_str().unwrap();
    let sign = given.split("sign=").nth(1).unwrap();
    for wrong in [
        id.to_string(),
        format!("{id}.{until}"),
        format!("{id}.{until}."),
        link.replace(id.as_str(), other.as_str()),
        link.replace(until, &later.to_string()),
        format!("{link}A"),
        link[..link.len() - 1].to_owned(),
        format!("{id}.{until}.{sign}"),
        "x".repeat(5000),
        String::new(),
    ] {
        let refused = come_by(&app, &wrong).await;
        assert_eq!(problem(refused).await.0, 404, "{wrong}");
    }
    let code = link.rsplit('.').next().unwrap();
    let (shared, _) = given.split_once("sign=").unwrap();
    let read = app.get(&format!("{shared}sign={code}")).send().await;
    assert_eq!(read.unwrap().status(), 404, "it opens no transcript");
    // A page of somebody else gets nothing by it, not even one of the shop.
    let asked = app.post("/v1/continue").json(&json!({"link": link}));
    let asked = asked.header("origin", "https://linden.example");
    assert_eq!(problem(asked.send().await.unwrap()).await.0, 403);
    let came: Value = come_by(&app, link).await.json().await.unwrap();
    let session = came["session"].as_str().unwrap();
    app.clock
        .move_to(app.clock.now() + Duration::from_secs(24 * 3600));
    assert_eq!(problem(come_by(&app, link).await).await.0, 404);
    let late = app.get("/v1/own-orders").bearer_auth(session);
    assert_eq!(problem(late.send().await.unwrap()).await.0, 401);
}

#[tokio::test]
async fn what_is_asked_on_the_page_is_answered_there_and_what_people_say_goes_to_both() {
    let app = public_desk().await;
    let platform = Loopback::start(Channel::Telegram).await;
    let texts = ask_for_order(&app, &platform).await;
    let link = texts.iter().find_map(|text| held(text)).unwrap();
    let came: Value = come_by(&app, link).await.json().await.unwrap();
    let token = came["session"].as_str().unwrap().to_owned();
    let visitor = crate::support::Visitor { token };
    let answer = app.send(&visitor, "how long does a refund take?").await;
    assert!(!answer["replies"].as_array().unwrap().is_empty());
    let sender = platform.sender(&app, &HOME);
    drain(&sender, &app).await;
    assert_eq!(platform.texts().len(), texts.len(), "nothing went there");
    let id = conversation_of(&app, Channel::Telegram, "1").await;
    let agent = app.agent("mei", None).await;
    for (verb, body) in [
        ("takeover", json!({})),
        (
            "messages",
            json!({"client_id": "r1", "text": "It is on its way"}),
        ),
    ] {
        let asked = app.post(&format!("/v1/conversations/{id}/{verb}"));
        let asked = asked.bearer_auth(&agent).json(&body);
        assert!(asked.send().await.unwrap().status().is_success());
    }
    drain(&sender, &app).await;
    assert_eq!(platform.texts().pop().unwrap(), "It is on its way");
}

#[tokio::test]
async fn an_application_that_begins_on_a_platform_can_be_filled_in_on_the_page() {
    let app = public_desk().await;
    app.order_as("m_easy", "E7001", "delivered").await;
    let platform = Loopback::start(Channel::Telegram).await;
    let easy = Account {
        site: SiteId::parse("easy").unwrap(),
        ..account(Channel::Telegram, &platform.base)
    };
    app.app.accounts.set(vec![Arc::new(easy)]);
    let sender = platform.sender(&app, &HOME);
    for (update, text) in [
        (1, "I want a refund for order E7001"),
        (2, "e7001@example.org"),
    ] {
        say(&app, 5, update, text).await;
        drain(&sender, &app).await;
    }
    let texts = platform.texts();
    let link = texts.iter().find_map(|text| held(text));
    let link = link.unwrap_or_else(|| panic!("no link in {texts:?}"));
    let came: Value = come_by(&app, link).await.json().await.unwrap();
    let form = json!({"client_id": "f1", "order": "E7001", "cause": "damaged", "note": "cracked"});
    let filed = app.post("/v1/claims").json(&form);
    let filed = filed.bearer_auth(came["session"].as_str().unwrap());
    let filed = filed.send().await.unwrap();
    assert_eq!(filed.status(), 201);
    let filed: Value = filed.json().await.unwrap();
    let id = conversation_of(&app, Channel::Telegram, "5").await;
    assert_eq!(filed["conversation"], id.as_str());
}

#[tokio::test]
async fn without_a_public_address_there_is_no_link_and_wechat_has_it_within_its_answer() {
    let app = desk().await;
    app.order("m_linden", "A1042").await;
    let platform = Loopback::start(Channel::Telegram).await;
    let texts = ask_for_order(&app, &platform).await;
    assert!(texts.iter().all(|text| !text.contains("http")), "{texts:?}");

    let app = public_desk().await;
    let mut plain = account(Channel::Wechat, "");
    plain.plain = true;
    app.app.accounts.set(vec![Arc::new(plain)]);
    let second = app.clock.now().as_second().to_string();
    let signature = sealed::sha1_of(&[SECRET, &second, "7"]);
    let path = format!("/hooks/wechat/shop?signature={signature}&timestamp={second}&nonce=7");
    let mut said = String::new();
    for (id, text) in [(1, "where is my order A1042?"), (2, "a1042@example.org")] {
        let body = format!(
            "<xml><ToUserName>gh_1</ToUserName><FromUserName>open_1</FromUserName><CreateTime>1</CreateTime><MsgType>text</MsgType><Content>{text}</Content><MsgId>{id}</MsgId></xml>"
        );
        let answer = app.post(&path).body(body).send().await.unwrap();
        said = answer.text().await.unwrap();
    }
    let link = said.split("/continue#").nth(1);
    let link = link.unwrap_or_else(|| panic!("no link in {said}"));
    let link = link.split(['\n', ']']).next().unwrap();
    assert_eq!(come_by(&app, link).await.status(), 200);
}

#[tokio::test]
async fn the_page_says_in_the_readers_language_that_a_link_has_ended_and_runs_nothing_but_its_own_script()
 {
    let app = desk().await;
    for (accepted, language, words) in [
        ("zh-TW", "zh-Hant", "連結已失效"),
        ("zh-CN", "zh-Hans", "链接已失效"),
        ("fr", "en", "This link has ended"),
    ] {
        let page = app.get("/continue").header("accept-language", accepted);
        let page = page.send().await.unwrap();
        let policy = page.headers()["content-security-policy"].to_str().unwrap();
        assert!(policy.starts_with("default-src 'none'; script-src 'self'"));
        let text = page.text().await.unwrap();
        assert!(text.contains(&format!("lang=\"{language}\"")), "{text}");
        assert!(text.contains(words), "{text}");
    }
    let script = app.get("/continue.js").send().await.unwrap();
    assert_eq!(script.status(), 200);
}

#[tokio::test]
async fn where_others_read_along_there_is_no_link() {
    for (place, is_private) in [("D1", true), ("C1", false)] {
        let app = public_desk().await;
        let platform = Loopback::start(Channel::Slack).await;
        let sender = platform.sender(&app, &HOME);
        for (id, text) in [
            ("Ev1", "where is my order A1042?"),
            ("Ev2", "a1042@example.org"),
        ] {
            let kind = if is_private { "message" } else { "app_mention" };
            let channel_type = if is_private { "im" } else { "channel" };
            let body = json!({"type": "event_callback", "event_id": id, "event": {"type": kind, "channel": place,
                "channel_type": channel_type, "user": "U1", "text": text, "ts": "9.9"}});
            let body = body.to_string().into_bytes();
            let headers = signed(Channel::Slack, SECRET, "", &body, app.clock.now());
            let answer = post(&app, Channel::Slack, &headers, &body).await;
            assert_eq!(answer.status(), 200);
            drain(&sender, &app).await;
        }
        let texts = platform.texts();
        assert!(texts.iter().any(|text| text.contains("A1042")), "{texts:?}");
        let has_link = texts.iter().any(|text| text.contains("/continue#"));
        assert_eq!(has_link, is_private, "{place}: {texts:?}");
    }
}

/// Returns when half a sentence is on disk.
async fn half_is_there(app: &TestApp) {
    let id = conversation_of(app, Channel::Telegram, "1").await;
    for _ in 0..6000 {
        let row = app.store.conversation(&id).await.unwrap().unwrap();
        if !row.memory.unanswered.is_empty() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("it is no half of a sentence");
}

/// Nothing is being talked about any more: short words are half a sentence again.
async fn matter_is_done(app: &TestApp) {
    let id = conversation_of(app, Channel::Telegram, "1").await;
    let mut row = app.store.conversation(&id).await.unwrap().unwrap();
    row.memory.topic = None;
    row.memory.offered.clear();
    let commit = frontdesk::store::Commit::new().expecting(&id, row.revision);
    app.store.commit(commit.conversation(row)).await.unwrap();
}

#[tokio::test]
async fn half_a_sentence_is_answered_where_the_last_of_it_was_written() {
    const HALF: &str = "the blue lamp";
    const REST: &str = "how long does a refund take?";
    let app = with_accounts(TestApp::settling(Duration::from_secs(3600)).await);
    app.app.desk.set_public(Some(PUBLIC.to_owned()));
    app.order("m_linden", "A1042").await;
    let platform = Loopback::start(Channel::Telegram).await;
    let texts = ask_for_order(&app, &platform).await;
    let link = texts.iter().find_map(|text| held(text)).unwrap();
    let came: Value = come_by(&app, link).await.json().await.unwrap();
    let token = came["session"].as_str().unwrap().to_owned();
    let visitor = crate::support::Visitor { token };
    let sender = platform.sender(&app, &HOME);
    let sent = async || {
        drain(&sender, &app).await;
        platform.texts().len()
    };
    matter_is_done(&app).await;
    // Nothing follows on the page; nor does the desk forget where it was when it starts again.
    let waits = app.send(&visitor, HALF);
    let settles = async {
        half_is_there(&app).await;
        app.app.desk.resume().await.unwrap();
    };
    tokio::join!(waits, settles);
    assert_eq!(sent().await, texts.len(), "nothing went there");
    // Begun on the platform, and ended on the page.
    matter_is_done(&app).await;
    say(&app, 1, 20, HALF).await;
    half_is_there(&app).await;
    let answer = app.send(&visitor, REST).await;
    assert!(!answer["replies"].as_array().unwrap().is_empty());
    assert_eq!(sent().await, texts.len(), "it was asked on the page");
    // Begun on the page, and ended on the platform.
    matter_is_done(&app).await;
    let waits = app.send(&visitor, HALF);
    let goes_on = async {
        half_is_there(&app).await;
        say(&app, 1, 21, REST).await;
    };
    tokio::join!(waits, goes_on);
    let after = sent().await;
    assert!(after > texts.len(), "it was asked there");
    // Begun and left on the platform.
    matter_is_done(&app).await;
    say(&app, 1, 22, HALF).await;
    app.app.desk.resume().await.unwrap();
    assert!(sent().await > after);
}

#[tokio::test]
async fn how_the_help_was_is_asked_where_the_customer_wrote_last() {
    let app = public_desk().await;
    let platform = Loopback::start(Channel::Telegram).await;
    let sender = platform.sender(&app, &HOME);
    let agent = app.agent("mei", None).await;
    let texts = ask_for_order(&app, &platform).await;
    let link = texts.iter().find_map(|text| held(text)).unwrap();
    let came: Value = come_by(&app, link).await.json().await.unwrap();
    let token = came["session"].as_str().unwrap().to_owned();
    let visitor = crate::support::Visitor { token };
    let id = conversation_of(&app, Channel::Telegram, "1").await;
    let asked_there = async || {
        drain(&sender, &app).await;
        let texts = platform.texts();
        let asks = |text: &&String| {
            text.contains("How was the help") || text.contains("Did the assistant help?")
        };
        texts.iter().filter(asks).count()
    };
    let resolved = async || {
        for verb in ["takeover", "resolve"] {
            let asked = app.post(&format!("/v1/conversations/{id}/{verb}"));
            let asked = asked.bearer_auth(&agent).json(&json!({}));
            assert!(asked.send().await.unwrap().status().is_success(), "{verb}");
        }
    };
    // By the bot, and by people: the card is on the page.
    for text in ["how long does a refund take?", "thanks, bye"] {
        app.send(&visitor, text).await;
    }
    let row = app.store.conversation(&id).await.unwrap().unwrap();
    assert!(row.asked_about.is_some());
    assert_eq!(asked_there().await, 0);
    app.send(&visitor, "how long does a refund take?").await;
    resolved().await;
    assert_eq!(asked_there().await, 0);
    // Back on the platform they are asked there.
    say(&app, 1, 3, "how long does a refund take?").await;
    app.clock.move_to(app.clock.now() + Duration::from_secs(2));
    resolved().await;
    assert_eq!(asked_there().await, 1);
    // A file that they hand in on the page says where they are as well as a message.
    say(&app, 1, 4, "how long does a refund take?").await;
    let png = crate::evidence::png(9);
    crate::evidence::attach(&app, &visitor, &png, None).await;
    resolved().await;
    assert_eq!(asked_there().await, 1, "the card is on the page");
}
