//! `channel test`: whether each platform knows the account, asked so that no customer hears of it; and the token that is fetched for an
//! account, by one for all.

use std::sync::Mutex;
use std::time::Duration;

use frontdesk::delivery::{Allowed, FileTaken, Platform, Puller, Take, Token, check};
use reqwest::Url;
use serde_json::{Value, json};

use super::platform::{Does, HOME, Loopback};
use super::*;

fn platform(account: Account) -> Platform {
    let url = Url::parse(&account.base).unwrap();
    Platform {
        account: Arc::new(account),
        allowed: Allowed::new(&url, &[HOME[0].parse().unwrap()]),
        timeout: Duration::from_secs(10),
        on_change: Arc::new(|_| {}),
        on_file: Arc::new(|_, _, _| Box::pin(async { FileTaken::Later })),
        who_speaks: Arc::new(|_, _| Box::pin(async { None })),
        more_on_page: Arc::new(|_, _| Box::pin(async { None })),
        brief: Arc::new(|_, _| String::new()),
        sent: Mutex::default(),
        quiet_until: Mutex::default(),
        token: Token::default(),
    }
}

/// What a platform says to whom it knows, and to whom it does not.
fn answers(channel: Channel) -> ((u16, Value), (u16, Value)) {
    let yes = match channel {
        Channel::Telegram | Channel::Slack => (200, json!({"ok": true})),
        Channel::Feishu => (
            200,
            json!({"code": 0, "tenant_access_token": "t", "expire": 7200}),
        ),
        Channel::Wechat | Channel::Wecom => (200, json!({"access_token": "t", "expires_in": 7200})),
        Channel::Dingtalk => (200, json!({"accessToken": "t", "expireIn": 7200})),
        Channel::Mailgun => (400, json!({"message": "from parameter is missing"})),
        Channel::Chatwoot => (
            401,
            json!({"error": "Access to this endpoint is not authorized for bots"}),
        ),
        Channel::Discord => (
            200,
            json!({"id": "1", "verify_key": discord::public_key(SECRET)}),
        ),
        _ => (200, json!({})),
    };
    let no = match channel {
        Channel::Telegram | Channel::Slack => (200, json!({"ok": false})),
        Channel::Feishu => (200, json!({"code": 10_014, "msg": "app secret invalid"})),
        Channel::Wechat | Channel::Wecom => (200, json!({"errcode": 40_001})),
        Channel::Dingtalk => (400, json!({"code": "invalidClientIdOrSecret"})),
        Channel::Chatwoot => (401, json!({"error": "Invalid Access Token"})),
        Channel::Discord => {
            let other = discord::public_key("fedcba9876543210fedcba9876543210");
            (200, json!({"id": "2", "verify_key": other}))
        }
        _ => (401, json!({"error": "who is this?"})),
    };
    (yes, no)
}

#[tokio::test]
async fn every_platform_is_asked_whether_it_knows_the_account_and_no_customer_hears_of_it() {
    for channel in Channel::ALL {
        let loopback = Loopback::start(*channel).await;
        let one = platform(account(*channel, &loopback.base));
        let ((known, yes), (unknown, no)) = answers(*channel);
        let says = |status, body: Value| Does::Say(status, "", body.to_string());
        loopback.plan([says(known, yes), says(unknown, no)]);
        assert_eq!(check(&one, Timestamp::now()).await, Ok(true), "{channel}");
        let refused = check(&one, Timestamp::now()).await.unwrap_err();
        assert!(refused.contains("does not know"), "{channel}: {refused}");
        for got in loopback.got() {
            assert!(
                !got.raw.contains(TOKEN) || token_in_body(*channel),
                "{channel}"
            );
            let to = [
                "/to",
                "/chat_id",
                "/channel",
                "/touser",
                "/recipient",
                "/To",
            ];
            let to = to.iter().find(|place| got.body.pointer(place).is_some());
            assert_eq!(to, None, "{channel}: {}", got.raw);
        }
    }
}

/// Where a token is fetched, the app secret is what it is fetched with.
fn token_in_body(channel: Channel) -> bool {
    matches!(
        channel,
        Channel::Feishu | Channel::Wechat | Channel::Dingtalk | Channel::Wecom
    )
}

#[tokio::test]
async fn what_ones_own_programs_are_asked_with_is_taken_for_nothing() {
    let loopback = Loopback::start(Channel::Webhook).await;
    let one = platform(account(Channel::Webhook, &loopback.base));
    let now = Timestamp::now();
    assert_eq!(check(&one, now).await, Ok(true));
    let got = loopback.got().remove(0);
    assert_eq!(got.body["type"], "channel.test");
    let key = SigningSecret::parse(STANDARD_SECRET).unwrap();
    let expected = signatures(&[key], got.header("webhook-id"), now.as_second(), &got.raw);
    assert_eq!(got.header("webhook-signature"), expected);

    // The letter is the desk's own, to itself: when it comes in, nobody is answered.
    let loopback = Loopback::start(Channel::Email).await;
    let one = platform(account(Channel::Email, &loopback.base));
    assert_eq!(check(&one, now).await, Ok(true));
    let got = loopback.got().remove(0);
    assert_eq!(got.header("authorization"), format!("Bearer {TOKEN}"));
    assert!(
        got.raw.contains("To: shop@linden.example\r\n"),
        "{}",
        got.raw
    );
    let app = desk().await;
    let letter = got.raw.as_bytes();
    let headers = signed(Channel::Email, SECRET, "", letter, app.clock.now());
    assert_eq!(
        post(&app, Channel::Email, &headers, letter).await.status(),
        200
    );
    assert!(app.store.conversations(None, 9).await.unwrap().is_empty());
}

#[tokio::test]
async fn an_application_at_discord_without_a_bots_token_has_nothing_to_be_asked() {
    let mut account = account(Channel::Discord, "https://discord.com/api/v10");
    account.token = None;
    assert_eq!(check(&platform(account), Timestamp::now()).await, Ok(false));
}

#[tokio::test]
async fn whoever_sends_and_whoever_asks_at_the_same_moment_have_one_token_fetched() {
    let app = desk().await;
    let loopback = Loopback::start(Channel::Wecom).await;
    let sender = loopback.sender(&app, &HOME);
    let nothing: Take = Arc::new(|_, _| Box::pin(async { true }));
    let all = (0..8).map(|_| Puller::new(sender.clone(), Arc::clone(&nothing)));
    app.app
        .desk
        .note_news(sender.outbox(), "wkA", "hint")
        .await
        .unwrap();
    let asked = all.map(|puller| {
        let now = app.clock.now();
        async move { puller.ask_next(now, true).await.unwrap() }
    });
    futures_util::future::join_all(asked).await;
    let got = loopback.got();
    let fetched = got
        .iter()
        .filter(|got| got.path == "/cgi-bin/gettoken")
        .count();
    assert_eq!(fetched, 1);
    assert!(got.len() > 2, "and all asked with it");
}
