//! Notices to the groups of those who work here: in words, signed, and tried again like any other event.

use std::time::Duration;

use frontdesk::channels::Robot;
use frontdesk::delivery::{Allowed, Endpoint, GroupRobot, Progress, Sender};
use frontdesk::domain::ids::{EndpointId, MerchantId};
use frontdesk::domain::language::Language;
use frontdesk::domain::webhook::{EventKind, Subscription};
use reqwest::Url;
use serde_json::json;

use super::platform::{Does, Loopback};
use super::*;
use crate::process::Desk;
use crate::support::fresh_id;

const INBOX: &str = "https://support.example/inbox";

fn key() -> EndpointId {
    EndpointId::parse("group").unwrap()
}

/// A desk whose hand-overs are told to a group.
async fn desk_with_a_group() -> TestApp {
    let app = TestApp::start().await;
    app.app.desk.set_subscriptions(vec![Subscription {
        endpoint: key(),
        merchant: MerchantId::parse("m_linden").unwrap(),
        events: vec![EventKind::HandoffCreated],
    }]);
    app
}

fn sender(app: &TestApp, platform: &Loopback, robot: Robot, language: Language) -> Sender {
    let url = Url::parse(&format!("{}/robot?access_token=s3cr3t", platform.base)).unwrap();
    let desk = Arc::clone(&app.app.desk);
    let endpoint = Endpoint {
        id: key(),
        allowed: Allowed::new(&url, &["127.0.0.0/8".parse().unwrap()]),
        url,
        secrets: Vec::new(),
        timeout: Duration::from_millis(300),
        robot: Some(GroupRobot {
            robot,
            secret: Some(secret("SEC-of-the-group")),
            in_words: Arc::new(move |event| desk.in_words(event, language, INBOX)),
        }),
        others: Vec::new(),
    };
    Sender::new(app.store.clone(), app.clock.clone(), endpoint).unwrap()
}

#[tokio::test]
async fn a_hand_over_is_said_in_the_words_of_the_group_on_every_platform() {
    let taken = r#"{"errcode":0,"code":0}"#;
    let table = [
        (Robot::Slack, "/text", Language::En, "asked for a person"),
        (
            Robot::Feishu,
            "/content/text",
            Language::ZhHans,
            "\u{8981}\u{6c42}\u{4eba}\u{5de5}",
        ),
        (
            Robot::Dingtalk,
            "/text/content",
            Language::ZhHans,
            "\u{8981}\u{6c42}\u{4eba}\u{5de5}",
        ),
        (
            Robot::Wecom,
            "/text/content",
            Language::ZhHant,
            "\u{8981}\u{6c42}\u{771f}\u{4eba}",
        ),
    ];
    for (robot, place, language, why) in table {
        let app = desk_with_a_group().await;
        let platform = Loopback::start(Channel::Webhook).await;
        let (_, conversation) = app.waiting("linden").await;
        platform.plan([Does::Say(200, "", taken.to_owned())]);
        let sender = sender(&app, &platform, robot, language);
        let progress = sender.deliver_next(app.clock.now()).await.unwrap();
        assert!(
            matches!(progress, Progress::Delivered(_)),
            "{robot:?}: {progress:?}"
        );
        let got = platform.got().remove(0);
        let body: Value = serde_json::from_str(&got.raw).unwrap();
        let said = body.pointer(place).unwrap().as_str().unwrap();
        assert!(said.contains(why), "{said}");
        let link = format!("{INBOX}#v=waiting&c={conversation}").replace('&', "&amp;");
        assert!(
            said.replace("&amp;", "&")
                .contains(&link.replace("&amp;", "&")),
            "{said}"
        );
        assert!(!said.contains('{') && !got.raw.contains("SEC-of"), "{said}");
    }
}

#[tokio::test]
async fn every_event_is_said_in_words_and_a_disabled_endpoint_by_its_name_and_why() {
    let app = desk_with_a_group().await;
    let data = json!({"conversation": "c-1", "claim": "A1-1", "amount": "40.00", "currency": "GBP", "order": "A1",
        "code": "card_void", "text": "look {reason} up", "notice": "n-1", "endpoint": "linden-pay", "reason": "it answered 410"});
    for language in Language::ALL {
        for kind in EventKind::ALL {
            let event = json!({"type": kind, "data": data}).to_string();
            let said = app.app.desk.in_words(&event, language, INBOX);
            assert!(!said.contains(kind.name()), "{said}");
            let said = said.replace("{reason}", "");
            assert!(!said.contains('{') && !said.contains('}'), "{said}");
        }
        let off = json!({"type": EventKind::EndpointDisabled, "data": {"endpoint": "linden-pay", "merchant": "m_linden",
            "reason": "it answered 410"}});
        let said = app.app.desk.in_words(&off.to_string(), language, INBOX);
        assert!(
            said.contains("linden-pay") && said.contains("it answered 410"),
            "{said}"
        );
    }
}

#[tokio::test]
async fn a_group_hears_of_a_customer_who_comes_back_even_if_nobody_said_why() {
    let app = desk_with_a_group().await;
    let platform = Loopback::start(Channel::Webhook).await;
    let visitor = app.visitor_of("linden").await;
    let said = app.send(&visitor, "hello").await;
    let conversation = said["conversation"].as_str().unwrap();
    let agent = app.agent("mei", None).await;
    for step in ["takeover", "resolve"] {
        let path = format!("/v1/conversations/{conversation}/{step}");
        let done = app.post(&path).bearer_auth(&agent).json(&json!({}));
        assert_eq!(done.send().await.unwrap().status(), 200, "{step}");
    }
    app.say_as(&visitor, "it is still broken").await;
    let sender = sender(&app, &platform, Robot::Slack, Language::En);
    platform.plan([Does::Say(200, "", "ok".to_owned())]);
    let progress = sender.deliver_next(app.clock.now()).await.unwrap();
    assert!(matches!(progress, Progress::Delivered(_)), "{progress:?}");
    let got = platform.got().remove(0).raw;
    assert!(
        got.contains("waits for a person again (") && got.contains(conversation),
        "{got}"
    );
}

#[tokio::test]
async fn a_robot_that_refuses_or_slows_down_is_tried_again_and_never_shows_its_address() {
    let app = desk_with_a_group().await;
    let platform = Loopback::start(Channel::Webhook).await;
    app.waiting("linden").await;
    let sender = sender(&app, &platform, Robot::Dingtalk, Language::En);
    let said = |body: Value| Does::Say(200, "", body.to_string());
    platform.plan([
        said(json!({"errcode": 310_000, "errmsg": "sign not match"})),
        said(json!({"errcode": 130_101, "errmsg": "send too fast"})),
        said(json!({"errcode": -1, "errmsg": "system busy"})),
        said(json!({"errcode": 0})),
    ]);
    for expected in [
        "error 310000: sign not match",
        "error 130101: send too fast",
        "error -1: system busy",
    ] {
        let progress = sender.deliver_next(app.clock.now()).await.unwrap();
        assert!(matches!(progress, Progress::Retrying(_)), "{progress:?}");
        let waiting = app.store.waiting_deliveries(&key(), 0, 1).await.unwrap();
        assert_eq!(waiting[0].failure.as_deref(), Some(expected));
        let Progress::NotBefore(at) = sender.deliver_next(app.clock.now()).await.unwrap() else {
            panic!("it is tried again at once")
        };
        app.clock.move_to(at);
    }
    let progress = sender.deliver_next(app.clock.now()).await.unwrap();
    assert!(matches!(progress, Progress::Delivered(_)));
    assert_eq!(platform.got().len(), 4);
}

#[tokio::test]
async fn a_notice_that_a_group_will_not_have_holds_up_none_behind_it() {
    let app = desk_with_a_group().await;
    let platform = Loopback::start(Channel::Webhook).await;
    let (_, conversation) = app.waiting("linden").await;
    let sender = sender(&app, &platform, Robot::Wecom, Language::En);
    let too_long = json!({"errcode": 45_002, "errmsg": "content size out of limit"});
    platform.plan([Does::Say(200, "", too_long.to_string())]);
    let progress = sender.deliver_next(app.clock.now()).await.unwrap();
    assert!(matches!(progress, Progress::GivenUp(_)), "{progress:?}");
    let failed = app.store.failed_deliveries(&key(), 0, 9).await.unwrap();
    let why = failed[0].failure.as_deref();
    assert_eq!(why, Some("error 45002: content size out of limit"));
    // The next one of the same conversation goes out at once.
    let event = failed[0].clone();
    let again = frontdesk::domain::webhook::Delivery {
        state: frontdesk::domain::webhook::DeliveryState::Waiting {
            from: app.clock.now(),
        },
        ..event
    };
    assert!(again.about.contains(&conversation), "{}", again.about);
    let commit = frontdesk::store::Commit::new().send(again);
    app.store.commit(commit).await.unwrap();
    platform.plan([Does::Say(200, "", json!({"errcode": 0}).to_string())]);
    let progress = sender.deliver_next(app.clock.now()).await.unwrap();
    assert!(matches!(progress, Progress::Delivered(_)), "{progress:?}");
}

#[tokio::test]
async fn a_group_that_will_not_have_some_notices_days_apart_gets_the_next_ones_all_the_same() {
    let app = desk_with_a_group().await;
    let platform = Loopback::start(Channel::Webhook).await;
    let sender = sender(&app, &platform, Robot::Wecom, Language::En);
    for _ in 0..2 {
        app.waiting("linden").await;
        let too_long = json!({"errcode": 45_002, "errmsg": "content size out of limit"});
        platform.plan([Does::Say(200, "", too_long.to_string())]);
        let progress = sender.deliver_next(app.clock.now()).await.unwrap();
        assert!(matches!(progress, Progress::GivenUp(_)), "{progress:?}");
        app.clock
            .move_to(app.clock.now() + Duration::from_secs(80 * 3600));
    }
    app.waiting("linden").await;
    platform.plan([Does::Say(200, "", json!({"errcode": 0}).to_string())]);
    let progress = sender.deliver_next(app.clock.now()).await.unwrap();
    assert!(matches!(progress, Progress::Delivered(_)), "{progress:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_desk_that_knows_no_public_address_leads_the_group_to_where_it_listens() {
    let group = Loopback::start(Channel::Webhook).await;
    group.plan([Does::Say(200, "", "ok".to_owned())]);
    let webhook = format!(
        "[[webhooks]]\nkey = \"group\"\nmerchant = \"m_linden\"\nrobot = \"slack\"\nurl = \"{}/robot\"\nallow = [\"127.0.0.0/8\"]\n",
        group.base
    );
    let (desk, _, _) = Desk::with(&webhook).await;
    let session = desk.session(None).await;
    let body = json!({"client_id": fresh_id(), "text": "I want to talk to a human"}).to_string();
    let path = "/v1/messages";
    let answer = desk.ask(
        reqwest::Method::POST,
        path,
        &session,
        Some(body.into_bytes()),
    );
    let answer = answer.await;
    for _ in 0..3_000 {
        if !group.got().is_empty() {
            break;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    let got = group.got();
    let said = &got
        .first()
        .unwrap_or_else(|| panic!("{answer}\n{}", desk.log()))
        .raw;
    let link = format!("{}/inbox#v=waiting", desk.base);
    assert!(said.contains(&link), "{said}");
}
