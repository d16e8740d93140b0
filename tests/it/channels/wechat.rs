//! WeChat official accounts: the introduction, plain only where it is switched on, the answer within the answer, and what is wrong inside
//! of what is signed. RELIABILITY B row 39.

use std::time::Duration;

use frontdesk::channels::{Incoming, Refusal, accept};
use frontdesk::domain::channel::{Channel, MessageState};
use frontdesk::domain::conversation::{EventBody, Seq};
use frontdesk::domain::ids::SiteId;
use frontdesk::engine::Rules;
use frontdesk::engine::rules::check::accept as accept_rules;
use serde_json::json;

use super::platform::{Does, Loopback};
use super::*;
use crate::support::files_in_force;

pub(super) async fn ask(app: &TestApp, body: &str) -> (u16, String) {
    ask_on(app, Channel::Wechat, body).await
}

async fn ask_on(app: &TestApp, channel: Channel, body: &str) -> (u16, String) {
    let headers = signed(channel, SECRET, "", body.as_bytes(), app.clock.now());
    let answer = post(app, channel, &headers, body.as_bytes()).await;
    (answer.status().as_u16(), answer.text().await.unwrap())
}

pub(super) fn text(id: u64, content: &str) -> String {
    format!(
        "<xml><ToUserName><![CDATA[gh_1]]></ToUserName><FromUserName><![CDATA[open_1]]></FromUserName><CreateTime>1</CreateTime><MsgType><![CDATA[text]]></MsgType><Content><![CDATA[{content}]]></Content><MsgId>{id}</MsgId></xml>"
    )
}

/// What stands in an element.
pub(super) fn inside<'a>(xml: &'a str, name: &str) -> &'a str {
    let rest = xml
        .split(&format!("<{name}><![CDATA["))
        .nth(1)
        .unwrap_or_else(|| panic!("no {name} in {xml}"));
    rest.split("]]>").next().unwrap()
}

#[tokio::test]
async fn the_introduction_is_answered_to_whoever_knows_the_token() {
    let app = desk().await;
    let second = app.clock.now().as_second().to_string();
    let get = |signature: String| {
        let query = format!("signature={signature}&timestamp={second}&nonce=7&echostr=echo%2B1");
        app.get(&format!("/hooks/wechat/shop?{query}")).send()
    };
    let known = get(sealed::sha1_of(&[SECRET, &second, "7"])).await.unwrap();
    assert_eq!(
        (known.status().as_u16(), known.text().await.unwrap()),
        (200, "echo+1".to_owned())
    );
    for wrong in [
        String::new(),
        "0".repeat(40),
        sealed::sha1_of(&["another-token-of-16", &second, "7"]),
    ] {
        assert_eq!(get(wrong).await.unwrap().status(), 401);
    }
}

#[tokio::test]
async fn plain_requests_are_taken_only_where_that_is_switched_on() {
    let app = desk().await;
    let body = text(1, "hello");
    let second = app.clock.now().as_second().to_string();
    let signature = sealed::sha1_of(&[SECRET, &second, "7"]);
    let path = format!("/hooks/wechat/shop?signature={signature}&timestamp={second}&nonce=7");
    let send = || app.post(&path).body(body.clone()).send();
    assert_eq!(send().await.unwrap().status(), 401);
    let mut plain = account(Channel::Wechat, "");
    plain.plain = true;
    app.app.accounts.set(vec![Arc::new(plain)]);
    let answer = send().await.unwrap();
    assert_eq!(answer.status(), 200);
    assert_eq!(answer.headers()["content-type"], "text/xml");
    let said = answer.text().await.unwrap();
    assert_eq!(
        (inside(&said, "ToUserName"), inside(&said, "FromUserName")),
        ("open_1", "gh_1")
    );
    assert!(!inside(&said, "Content").is_empty());
}

#[tokio::test]
async fn an_answer_that_is_ready_goes_back_encrypted_and_the_same_one_when_it_is_asked_for_again() {
    let app = desk().await;
    let platform = Loopback::start(Channel::Wechat).await;
    let sender = platform.sender(&app, &["127.0.0.0/8"]);
    let body = sealed::wechat(&text(1, "hello"));
    let (_, first) = ask(&app, &body).await;
    let read = |answer: &str| {
        let sealed = inside(answer, "Encrypt").to_owned();
        let second = answer
            .split("<TimeStamp>")
            .nth(1)
            .unwrap()
            .split('<')
            .next()
            .unwrap();
        let code = sealed::sha1_of(&[SECRET, second, inside(answer, "Nonce"), &sealed]);
        assert_eq!(code, inside(answer, "MsgSignature"));
        sealed::wechat_opened(&sealed)
    };
    let said = read(&first);
    assert!(said.contains("<![CDATA[open_1]]></ToUserName>"), "{said}");
    for _ in 0..3 {
        let (status, again) = ask(&app, &body).await;
        assert_eq!(
            (status, inside(&read(&again), "Content")),
            (200, inside(&said, "Content"))
        );
    }
    app.clock.move_to(app.clock.now() + Duration::from_secs(60));
    while !matches!(
        sender.deliver_next(app.clock.now()).await.unwrap(),
        frontdesk::delivery::Progress::Idle
    ) {}
    assert!(platform.got().is_empty(), "it is not sent a second time");
}

#[tokio::test]
async fn what_comes_later_is_sent_with_a_token_that_is_fetched_once_and_again_when_it_has_ended() {
    let app = desk().await;
    let platform = Loopback::start(Channel::Wechat).await;
    let sender = platform.sender(&app, &["127.0.0.0/8"]);
    ask(&app, &sealed::wechat(&text(1, "I want to talk to a human"))).await;
    let conversation = app.store.conversations(None, 1).await.unwrap().remove(0).id;
    let agent = app.agent("mei", None).await;
    let at = |verb: &str| {
        app.post(&format!("/v1/conversations/{conversation}/{verb}"))
            .bearer_auth(&agent)
    };
    assert_eq!(at("claim").send().await.unwrap().status(), 200);
    for n in 1..=3 {
        let reply = json!({"client_id": format!("r{n}"), "text": format!("answer {n}")});
        assert_eq!(
            at("messages").json(&reply).send().await.unwrap().status(),
            201
        );
    }
    let token = |name: &str| {
        Does::Say(
            200,
            "",
            json!({"access_token": name, "expires_in": 7200}).to_string(),
        )
    };
    let say = |body: &str| Does::Say(200, "", body.to_owned());
    platform.plan([
        token("one"),
        say(r#"{"errcode":0,"errmsg":"ok"}"#),
        say(r#"{"errcode":42001,"errmsg":"access_token expired"}"#),
        token("two"),
        say(r#"{"errcode":0}"#),
        say(r#"{"errcode":45015,"errmsg":"response out of time limit"}"#),
    ]);
    for _ in 0..5 {
        sender.deliver_next(app.clock.now()).await.unwrap();
        app.clock.move_to(app.clock.now() + Duration::from_secs(30));
    }
    let got = platform.got();
    let asked: Vec<String> = got
        .iter()
        .map(|got| {
            format!(
                "{}{}",
                got.path.rsplit('/').next().unwrap(),
                got.body["text"]["content"].as_str().unwrap_or("")
            )
        })
        .collect();
    assert_eq!(
        asked,
        [
            "stable_token",
            "sendanswer 1",
            "sendanswer 2",
            "stable_token",
            "sendanswer 2",
            "sendanswer 3"
        ]
    );
    assert_eq!(got[0].body["appid"], "wx2c2769f8efd9abc2");
}

#[test]
fn the_example_that_goes_round_with_the_platforms_own_library_is_read() {
    let mut account = account(Channel::Wechat, "");
    account.secrets = vec![secret("spamtest")];
    let sealed = "hyzAe4OzmOMbd6TvGdIOO6uBmdJoD0Fk53REIHvxYtJlE2B655HuD0m8KUePWB3+LrPXo87wzQ1QLvbeUgmBM4x6F8PGHQHFVAFmOD2LdJF9FrXpbUAh0B5GIItb52sn896wVsMSHGuPE328HnRGBcrS7C41IzDWyWNlZkyyXwon8T332jisa+h6tEDYsVticbSnyU8dKOIbgU6ux5VTjg3yt+WGzjlpKn6NPhRjpA912xMezR4kw6KWwMrCVKSVCZciVGCgavjIQ6X8tCOp3yZbGpy0VxpAe+77TszTfRd5RJSVO/HTnifJpXgCSUdUue1v6h0EIBYYI1BD1DlD+C0CR8e6OewpusjZ4uBl9FyJvnhvQl+q5rv1ixrcpCumEPo5MJSgM9ehVsNPfUM669WuMyVWQLCzpu9GhglF2PE=";
    let body = format!(
        "<xml><ToUserName><![CDATA[gh_10f6c3c3ac5a]]></ToUserName><Encrypt><![CDATA[{sealed}]]></Encrypt></xml>"
    );
    let query = [
        ("encrypt_type", "aes"),
        ("timestamp", "1409735669"),
        ("nonce", "1320562132"),
        ("msg_signature", "5d197aaffba7e9b25a30732f161a50dee96bd5fa"),
    ];
    let incoming = Incoming {
        query: query
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect(),
        body: body.as_bytes(),
        ..Incoming::default()
    };
    let read = |at: i64| accept(&account, &incoming, Timestamp::from_second(at).unwrap());
    let message = read(1_409_735_669).unwrap().messages.remove(0);
    assert_eq!(
        (
            message.text.as_str(),
            message.id.as_str(),
            message.user.as_str()
        ),
        (
            "abcdteT",
            "6054768590064713728",
            "oyORnuP8q7ou2gfYjqLzSIWZf0rs"
        )
    );
    assert_eq!(read(1_409_735_669 + 301), Err(Refusal::Stale));
}

#[tokio::test]
async fn row_39_entities_and_definitions_are_refused_at_once_and_nothing_tells_what_was_wrong_inside()
 {
    let app = desk().await;
    // Forty times ten laughs within each other: whoever begins to laugh never ends.
    let laughs: String = (1..=40)
        .map(|n| format!("<!ENTITY l{n} \"{}\">", format!("&l{};", n - 1).repeat(10)))
        .collect();
    let bombs = [
        format!("<!DOCTYPE xml [<!ENTITY l0 \"lol\">{laughs}]><xml><MsgType>&l40;</MsgType></xml>"),
        "<!DOCTYPE xml [<!ENTITY x SYSTEM \"file:///etc/passwd\">]><xml><MsgType>&x;</MsgType></xml>".to_owned(),
        "<!DOCTYPE xml SYSTEM \"http://127.0.0.1:1/x.dtd\"><xml><MsgType>text</MsgType></xml>".to_owned(),
        "<xml><MsgType>&x;</MsgType></xml>".to_owned(),
        "<xml".to_owned(),
        "{}".to_owned(),
    ];
    for channel in [Channel::Wechat, Channel::Wecom] {
        let mut answers = std::collections::BTreeSet::new();
        for bomb in &bombs {
            // In the open, and inside of what the platform signed.
            let (status, _) = ask_on(&app, channel, bomb).await;
            assert!(
                matches!(status, 400 | 401),
                "{channel}: {status} for {bomb}"
            );
            answers.insert(ask_on(&app, channel, &sealed::wechat(bomb)).await);
        }
        let good = text(1, "hello");
        let key = sealed::wechat_key();
        let unpadded = [&[b'r'; 16][..], &[0, 0, 0, 9], b"too short"].concat();
        for inside in [
            sealed::wechat_for(&good, "wx_another_app_id_"),
            sealed::wechat_of(b"short"),
            sealed::wechat_of(&[&[b'r'; 16][..], &[255; 4], good.as_bytes()].concat()),
            sealed::wechat_of(&unpadded),
            sealed::wechat_raw(&[0; 32]),
            sealed::wechat_raw(&[7; 31]),
            sealed::wechat_raw(&[]),
            sealed::wechat_raw(&key),
        ] {
            answers.insert(ask_on(&app, channel, &inside).await);
        }
        assert_eq!(
            answers.len(),
            1,
            "{channel}: an answer tells what was wrong: {answers:?}"
        );
        assert_eq!(answers.first().unwrap().0, 400, "{channel}");
    }
    assert!(app.store.conversations(None, 10).await.unwrap().is_empty());
}

/// An account that can do no more than answer, at a desk whose greeting is long.
async fn without_secret() -> TestApp {
    let app = desk().await;
    let long = "This goes on. ".repeat(160);
    let files = files_in_force().into_iter().map(|(name, text)| {
        let text = text.replace(
            "I can check orders and refunds, ",
            &format!("{long} I can check orders, "),
        );
        (name, text)
    });
    let accepted =
        accept_rules(files.collect()).unwrap_or_else(|_| panic!("a mistake in the rules"));
    app.app
        .desk
        .set_rules(Rules::new(&accepted.book, accepted.replies));
    let mut account = account(Channel::Wechat, "");
    account.token = None;
    app.app.accounts.set(vec![Arc::new(account)]);
    app
}

async fn content(app: &TestApp, body: &str) -> String {
    let (status, answer) = ask(app, &sealed::wechat(body)).await;
    assert_eq!(status, 200);
    let read = sealed::wechat_opened(inside(&answer, "Encrypt"));
    inside(&read, "Content").to_owned()
}

#[tokio::test]
async fn an_answer_that_is_too_long_for_an_account_without_a_secret_ends_at_a_sentence_with_the_way_to_the_rest()
 {
    let app = without_secret().await;
    app.app
        .desk
        .set_public(Some("https://desk.example".to_owned()));
    let said = content(&app, &text(1, "hello")).await;
    assert!(said.len() <= 2048, "{}", said.len());
    let (whole, link) = said.rsplit_once("https://desk.example/continue#").unwrap();
    assert!(whole.contains("goes on.\n\n"), "{whole}");
    assert_eq!(content(&app, &text(1, "hello")).await, said, "asked again");
    let came = app.post("/v1/continue").json(&json!({"link": link}));
    assert!(came.send().await.unwrap().status().is_success());
    assert_eq!(moved(&app).await, [(MessageState::Sent, None)]);
}

#[tokio::test]
async fn without_a_page_for_the_rest_the_conversation_says_that_only_the_beginning_got_through() {
    let app = without_secret().await;
    let said = content(&app, &text(1, "hello")).await;
    assert!(
        said.len() <= 2048 && said.ends_with("goes on.\u{2026}"),
        "{said}"
    );
    let moved = moved(&app).await;
    let [(MessageState::Failed, Some(why))] = &moved[..] else {
        panic!("{moved:?}");
    };
    assert!(why.contains("app secret"), "{why}");
}

/// What became of what was said.
async fn moved(app: &TestApp) -> Vec<(MessageState, Option<String>)> {
    let row = app.store.conversations(None, 1).await.unwrap().remove(0);
    let events = app.store.events(&row.id, Seq(0), 200).await.unwrap();
    let moved = events.into_iter().filter_map(|event| match event.body {
        EventBody::MessageMoved { state, why, .. } => Some((state, why)),
        _ => None,
    });
    moved.collect()
}

#[tokio::test]
async fn who_begins_to_follow_the_account_is_greeted_and_who_scans_or_chooses_is_not() {
    let app = desk().await;
    let event = |name: &str| {
        format!(
            "<xml><ToUserName><![CDATA[gh_1]]></ToUserName><FromUserName><![CDATA[open_9]]></FromUserName><CreateTime>1</CreateTime><MsgType><![CDATA[event]]></MsgType><Event><![CDATA[{name}]]></Event></xml>"
        )
    };
    let said = content(&app, &event("subscribe")).await;
    let site = SiteId::parse("linden").unwrap();
    assert_eq!(said, app.app.desk.welcome(&site));
    for name in ["SCAN", "CLICK", "unsubscribe"] {
        let (status, answer) = ask(&app, &sealed::wechat(&event(name))).await;
        assert_eq!((status, &answer[..]), (200, "success"), "{name}");
    }
    assert!(app.store.conversations(None, 1).await.unwrap().is_empty());
}
