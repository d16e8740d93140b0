//! WeCom: asked for its messages when it says that there is something, from where it was read last.

use frontdesk::delivery::{Asked, Progress, Puller};
use frontdesk::domain::account::TokenHash;
use frontdesk::domain::conversation::{EventBody, Seq};
use frontdesk::domain::ids::EndpointId;
use serde_json::json;
use std::sync::atomic::{AtomicBool, Ordering};

use super::platform::{Does, HOME, Loopback};
use super::pulling::{item, page, says, taking, token, written};
use super::*;

struct Wecom {
    app: TestApp,
    platform: Loopback,
    puller: Puller,
    fails: Arc<AtomicBool>,
}

impl Wecom {
    async fn start() -> Self {
        let app = desk().await;
        let platform = Loopback::start(Channel::Wecom).await;
        let fails = Arc::new(AtomicBool::new(false));
        let puller = Puller::new(platform.sender(&app, &HOME), taking(&app, &fails));
        Self {
            app,
            platform,
            puller,
            fails,
        }
    }

    /// The platform says that there is something.
    async fn news(&self, hint: &str) {
        let mut case = first_text(Channel::Wecom);
        let xml = case.expected["xml"].as_str().unwrap();
        let xml = xml.replace("ENCtoken1", hint);
        case.body = sealed::wechat(&xml).into_bytes();
        assert_eq!(send(&self.app, &case).await.status(), 200);
    }

    async fn ask(&self) -> Asked {
        let now = self.app.clock.now();
        self.puller.ask_next(now, false).await.unwrap()
    }

    async fn written(&self) -> Vec<String> {
        written(&self.app, Channel::Wecom, "wmMia").await
    }

    /// The questions for messages, without those for a token.
    fn asked(&self) -> Vec<Value> {
        let got = self.platform.got().into_iter();
        let questions = got.filter(|got| got.path.ends_with("sync_msg"));
        questions.map(|got| got.body).collect()
    }
}

#[tokio::test]
async fn wecom_is_asked_from_where_it_was_read_last_and_only_when_it_said_so() {
    let wecom = Wecom::start().await;
    assert_eq!(wecom.ask().await, Asked::Nothing);
    let now = wecom.app.clock.now();
    wecom.news("hint1").await;
    wecom.platform.plan([
        token(),
        page("c1", 1, &[item("m1", "where is my refund?", now)]),
        page("c2", 0, &[item("m2", "it is A1001.", now)]),
    ]);
    assert_eq!(wecom.ask().await, Asked::Took(2));
    assert_eq!(wecom.ask().await, Asked::Nothing, "it was read to its end");
    wecom.news("hint2").await;
    wecom
        .platform
        .plan([page("c3", 0, &[item("m2", "it is A1001.", now)])]);
    assert_eq!(wecom.ask().await, Asked::Took(1));
    assert_eq!(
        wecom.written().await,
        ["where is my refund?", "it is A1001."]
    );
    let asked = wecom.asked();
    let sent: Vec<(&Value, &Value)> = asked
        .iter()
        .map(|one| (&one["cursor"], &one["token"]))
        .collect();
    let (hint1, hint2) = (json!("hint1"), json!("hint2"));
    assert_eq!(
        sent,
        [
            (&json!(""), &hint1),
            (&json!("c1"), &hint1),
            (&json!("c2"), &hint2)
        ]
    );
    assert!(asked.iter().all(|one| one["open_kfid"] == "wkA"));
}

#[tokio::test]
async fn a_later_page_that_cannot_be_read_keeps_nothing_back_that_came_before_it() {
    for broken in [
        Does::Say(500, "", String::new()),
        Does::Say(200, "", "<html>".to_owned()),
    ] {
        let wecom = Wecom::start().await;
        let now = wecom.app.clock.now();
        wecom.news("hint1").await;
        wecom.platform.plan([
            token(),
            page("c1", 1, &[item("m1", "where is my refund?", now)]),
            broken.clone(),
            broken.clone(),
        ]);
        let asked = wecom.ask().await;
        assert!(matches!(asked, Asked::Failed(_)), "{broken:?}: {asked:?}");
        assert_eq!(wecom.written().await, ["where is my refund?"], "{broken:?}");
        let before = wecom.asked().len();
        let rest = page("c2", 0, &[item("m2", "it is A1001.", now)]);
        wecom.platform.plan([rest]);
        assert_eq!(wecom.ask().await, Asked::Took(1));
        let whole = ["where is my refund?", "it is A1001."];
        assert_eq!(wecom.written().await, whole);
        let from = &wecom.asked()[before]["cursor"];
        assert_eq!(from, "c1", "it is read on from there");
    }
}

/// Somebody opens the place where customers write.
fn entered(id: &str, code: Option<&str>, at: Timestamp) -> Value {
    let mut event = json!({"event_type": "enter_session", "open_kfid": "wkA", "external_userid": "wmMia",
        "scene": "123"});
    if let Some(code) = code {
        event["welcome_code"] = json!(code);
    }
    json!({"msgid": id, "send_time": at.as_second(), "origin": 4, "msgtype": "event", "event": event})
}

#[tokio::test]
async fn whoever_comes_to_write_on_wecom_is_greeted_once_and_at_once_or_not_at_all() {
    let wecom = Wecom::start().await;
    let desk = Arc::clone(&wecom.app.app.desk);
    let site = SiteId::parse("linden").unwrap();
    let words = desk.welcome(&site);
    assert!(words.contains("automatic"), "{words}");
    let say = words.clone();
    let puller = wecom
        .puller
        .clone()
        .welcoming(Arc::new(move || say.clone()));
    let now = wecom.app.clock.now();
    let ago = |seconds: i64| now - jiff::SignedDuration::from_secs(seconds);
    let greeted = async |items: &[Value]| {
        wecom.news("h").await;
        let before = wecom.platform.got().len();
        let cursor = format!("c{before}");
        let found = page(&cursor, 0, items);
        let plan = match before {
            0 => vec![token(), found],
            _ => vec![found],
        };
        wecom.platform.plan(plan);
        puller.ask_next(now, false).await.unwrap();
        let got = wecom.platform.got().into_iter().skip(before);
        let sent = got.filter(|got| got.path.ends_with("/send_msg_on_event"));
        sent.map(|got| got.body).collect::<Vec<_>>()
    };
    let expected = json!({"code": "CODE1", "msgtype": "text", "text": {"content": words}});
    assert_eq!(
        greeted(&[entered("e1", Some("CODE1"), ago(2))]).await,
        [expected]
    );
    assert!(wecom.written().await.is_empty(), "nobody has written");
    // Not without a code, nor when its time is over, nor who is answered anyhow.
    let nothing: [Value; 0] = [];
    assert_eq!(greeted(&[entered("e2", None, now)]).await, nothing);
    assert_eq!(greeted(&[entered("e3", Some("C"), ago(20))]).await, nothing);
    let both = [entered("e4", Some("C"), now), item("m1", "hello", now)];
    assert_eq!(greeted(&both).await, nothing);
    assert_eq!(wecom.written().await, ["hello"]);
}

#[tokio::test]
async fn what_could_not_be_kept_is_read_again_after_a_restart_too() {
    let wecom = Wecom::start().await;
    let now = wecom.app.clock.now();
    wecom.news("hint1").await;
    let first = || page("c1", 0, &[item("m1", "where is my refund?", now)]);
    wecom.platform.plan([token(), first()]);
    wecom.fails.store(true, Ordering::Relaxed);
    assert!(matches!(wecom.ask().await, Asked::Failed(_)));
    wecom.fails.store(false, Ordering::Relaxed);
    // Another process, which remembers nothing but what is on disk.
    let again = Puller::new(
        wecom.platform.sender(&wecom.app, &HOME),
        taking(&wecom.app, &wecom.fails),
    );
    wecom.platform.plan([token(), first()]);
    assert_eq!(again.ask_next(now, false).await.unwrap(), Asked::Took(1));
    assert_eq!(wecom.written().await, ["where is my refund?"]);
    let asked = wecom.asked();
    assert_eq!(
        (&asked[0], asked.len()),
        (&asked[1], 2),
        "from the same place"
    );
}

#[tokio::test]
async fn what_people_and_programs_of_the_company_did_is_not_answered_nor_what_is_days_old() {
    let wecom = Wecom::start().await;
    let now = wecom.app.clock.now();
    let old = now - jiff::SignedDuration::from_hours(30);
    let by = |origin: u8, id: &str| {
        let mut item = item(id, "hello", now);
        item["origin"] = json!(origin);
        item
    };
    wecom.news("hint1").await;
    wecom.platform.plan([
        token(),
        page("c1", 0, &[by(4, "m1"), by(5, "m2"), item("m3", "old", old)]),
    ]);
    assert_eq!(wecom.ask().await, Asked::Took(0));
    assert!(wecom.written().await.is_empty());
}

#[tokio::test]
async fn a_token_that_has_ended_is_fetched_again_and_wrong_answers_lose_nothing() {
    let wecom = Wecom::start().await;
    let now = wecom.app.clock.now();
    wecom.news("hint1").await;
    for wrong in [
        says(&json!({"errcode": 42001, "errmsg": "access_token expired"})),
        Does::Say(500, "", String::new()),
        Does::Say(200, "", "<html>".to_owned()),
        Does::Hang,
    ] {
        wecom.platform.plan([token(), wrong.clone()]);
        let asked = wecom.ask().await;
        assert!(matches!(asked, Asked::Failed(_)), "{wrong:?}");
        // The next one begins with a token of its own, so that each case is the same.
        wecom.platform.plan([says(&json!({"errcode": 40014}))]);
        wecom.ask().await;
    }
    wecom
        .platform
        .plan([token(), page("c1", 0, &[item("m1", "hello there", now)])]);
    assert_eq!(wecom.ask().await, Asked::Took(1));
    assert_eq!(wecom.written().await, ["hello there"]);
}

#[tokio::test]
async fn an_answer_on_wecom_is_a_menu_under_a_name_that_stays_and_a_failure_is_told() {
    let wecom = Wecom::start().await;
    let now = wecom.app.clock.now();
    wecom.news("hint1").await;
    wecom
        .platform
        .plan([token(), page("c1", 0, &[item("m1", "hello", now)])]);
    wecom.ask().await;
    let sender = wecom.platform.sender(&wecom.app, &HOME);
    let full = says(&json!({"errcode": 95001, "errmsg": "send msg count limit"}));
    wecom.platform.plan([
        token(),
        Does::Say(500, "", String::new()),
        says(&json!({"errcode": 0, "msgid": "OUT1"})),
        full,
    ]);
    assert!(matches!(
        sender.deliver_next(now).await.unwrap(),
        Progress::Retrying(_)
    ));
    let later = now + std::time::Duration::from_secs(60);
    wecom.app.clock.move_to(later);
    assert!(matches!(
        sender.deliver_next(later).await.unwrap(),
        Progress::Delivered(_)
    ));
    let sent: Vec<Value> = wecom
        .platform
        .got()
        .into_iter()
        .filter(|got| got.path.ends_with("send_msg"))
        .map(|got| got.body)
        .collect();
    assert_eq!(sent[0], sent[1], "an attempt is the same message again");
    let name = sent[0]["msgid"].as_str().unwrap();
    assert!(name.len() <= 32 && name.bytes().all(|byte| byte.is_ascii_alphanumeric()));
    assert_eq!(
        (&sent[0]["msgtype"], &sent[0]["open_kfid"]),
        (&json!("msgmenu"), &json!("wkA"))
    );
    assert_eq!(sent[0]["msgmenu"]["list"][0]["click"]["id"], "1");
    // The button comes back with its number.
    wecom.news("hint2").await;
    let mut pressed = item(
        "m2",
        sent[0]["msgmenu"]["list"][1]["click"]["content"]
            .as_str()
            .unwrap(),
        later,
    );
    pressed["text"]["menu_id"] = json!("2");
    let failed = json!({"msgid": "m3", "origin": 4, "msgtype": "event", "event": {"event_type": "msg_send_fail", "fail_msgid": "OUT1", "fail_type": 4}});
    wecom.platform.plan([page("c2", 0, &[pressed, failed])]);
    assert_eq!(wecom.ask().await, Asked::Took(1));
    let outbox = EndpointId::parse("wecom.shop").unwrap();
    let session = TokenHash::of_platform_user(&outbox, "wmMia");
    let id = wecom
        .app
        .store
        .session(&session)
        .await
        .unwrap()
        .unwrap()
        .conversation
        .unwrap();
    let events = wecom.app.store.events(&id, Seq(0), 200).await.unwrap();
    assert!(events.iter().any(|event| matches!(
        &event.body,
        EventBody::Message {
            choice: Some(2),
            ..
        }
    )));
    let fates: Vec<_> = events
        .iter()
        .filter_map(|event| match &event.body {
            EventBody::MessageMoved { state, why, .. } => Some((state.name(), why.clone())),
            _ => None,
        })
        .collect();
    assert_eq!(fates[0].0, "sent");
    assert_eq!(fates[1].0, "failed");
}

#[tokio::test]
async fn wecoms_introduction_is_sealed_and_answered_open() {
    let app = desk().await;
    let now = app.clock.now().as_second().to_string();
    let body = sealed::wechat("1616140317555161061");
    let echo = body
        .split("<Encrypt><![CDATA[")
        .nth(1)
        .unwrap()
        .split(']')
        .next()
        .unwrap()
        .to_owned();
    let code = sealed::sha1_of(&[SECRET, &now, "n", &echo]);
    let ask = async |code: &str| {
        let path = format!(
            "/hooks/wecom/shop?msg_signature={code}&timestamp={now}&nonce=n&echostr={}",
            sealed::escaped(&echo)
        );
        let answer = app.get(&path).send().await.unwrap();
        (answer.status().as_u16(), answer.text().await.unwrap())
    };
    assert_eq!(ask(&code).await, (200, "1616140317555161061".to_owned()));
    assert_eq!(ask(&"0".repeat(40)).await.0, 401);
}
