//! A platform that gives no token to send with: an agent sees why in its own words, and nobody asks oftener than it likes.

use std::sync::atomic::AtomicBool;
use std::time::Duration;

use frontdesk::delivery::{Asked, Puller};
use frontdesk::domain::channel::MessageState;
use frontdesk::domain::ids::EndpointId;

use super::delivery::{drain, fates, log_of};
use super::platform::{Does, HOME, Loopback};
use super::pulling::taking;
use super::unheard::answered;
use super::*;

/// What is said of the first message once it was tried twice.
async fn seen(channel: Channel, says: Does) -> String {
    let (app, platform, sender, user) = answered(channel).await;
    // What may go back with the answer to the request is left to it for some seconds.
    for seconds in [0, 10, 10] {
        app.clock
            .move_to(app.clock.now() + Duration::from_secs(seconds));
        platform.plan([says.clone(), says.clone()]);
        drain(&sender, &app).await;
    }
    let (state, why) = fates(&log_of(&app, channel, &user).await).remove(0);
    assert_eq!(state, MessageState::Queued, "{channel}");
    why.unwrap()
}

fn says(body: &str) -> Does {
    Does::Say(200, "", body.to_owned())
}

#[tokio::test]
async fn why_there_is_no_token_is_seen_in_the_platforms_words_and_never_with_the_secret() {
    let feishu = format!(r#"{{"code":10014,"msg":"app secret invalid: {TOKEN}"}}"#);
    for (channel, says, expected) in [
        (
            Channel::Feishu,
            says(&feishu),
            "no token: error 10014: app secret invalid: *",
        ),
        (
            Channel::Dingtalk,
            Does::Say(
                400,
                "",
                r#"{"code":"invalidClientSecret","message":"the secret is wrong"}"#.to_owned(),
            ),
            "no token: invalidClientSecret: the secret is wrong",
        ),
        (
            Channel::Feishu,
            says("{}"),
            "no token: its answer cannot be read",
        ),
    ] {
        let why = seen(channel, says).await;
        assert!(why.ends_with(expected), "{channel}: {why}");
        assert!(!why.contains(TOKEN), "{channel}: {why}");
    }
}

#[tokio::test]
async fn why_wecom_cannot_be_asked_for_messages_is_said_in_its_words() {
    let app = desk().await;
    let platform = Loopback::start(Channel::Wecom).await;
    let fails = Arc::new(AtomicBool::new(false));
    let puller = Puller::new(platform.sender(&app, &HOME), taking(&app, &fails));
    let outbox = EndpointId::parse("wecom.shop").unwrap();
    let news = app.app.desk.note_news(&outbox, "wkA", "h");
    news.await.unwrap();
    platform.plan([says(
        r#"{"errcode":40164,"errmsg":"invalid ip, not in whitelist"}"#,
    )]);
    let asked = puller.ask_next(app.clock.now(), false).await.unwrap();
    let why = "no token: error 40164: invalid ip, not in whitelist";
    assert_eq!(asked, Asked::Failed(why.to_owned()));
}

#[tokio::test]
async fn whoever_gives_no_token_for_a_while_is_not_asked_before() {
    let (app, platform, sender, user) = answered(Channel::Feishu).await;
    platform.plan([Does::Say(429, "7200", "{}".to_owned())]);
    drain(&sender, &app).await;
    let fates = fates(&log_of(&app, Channel::Feishu, &user).await);
    assert_eq!(fates[0].0, MessageState::Queued, "{fates:?}");
    app.clock
        .move_to(app.clock.now() + Duration::from_secs(7100));
    drain(&sender, &app).await;
    assert_eq!(platform.got().len(), 1, "it is left alone");
    app.clock
        .move_to(app.clock.now() + Duration::from_secs(200));
    drain(&sender, &app).await;
    assert!(platform.got().len() > 2, "and asked then");
}
