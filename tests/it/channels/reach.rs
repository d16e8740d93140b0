//! An agent knows before they write whether it would reach the customer: not only from what becomes of it.

use std::time::Duration;

use serde_json::json;

use super::counted::{say_many, write};
use super::delivery::{conversation_of, drain};
use super::platform::{HOME, Loopback};
use super::*;

/// What stands beside the conversation of a customer, as an agent reads it.
async fn unreached(app: &TestApp, channel: Channel, user: &str) -> Value {
    let id = conversation_of(app, channel, user).await;
    let agent = app.agent("ana", None).await;
    let path = format!("/v1/conversations/{id}/facts");
    app.read(&agent, &path).await["unreached"].clone()
}

/// With an account of a platform that has something else than `account` says.
fn only(app: &TestApp, channel: Channel, changed: impl Fn(&mut Account)) {
    let mut one = account(channel, "https://platform.example");
    changed(&mut one);
    app.app.accounts.set(vec![Arc::new(one)]);
}

#[tokio::test]
async fn a_wechat_account_without_an_app_secret_says_that_nothing_written_will_arrive() {
    let app = desk().await;
    write(&app, 1, "I want to talk to a human").await;
    assert_eq!(
        unreached(&app, Channel::Wechat, "open_1").await,
        Value::Null
    );
    only(&app, Channel::Wechat, |one| one.token = None);
    assert_eq!(unreached(&app, Channel::Wechat, "open_1").await, "never");
    app.app.accounts.set(Vec::new());
    assert_eq!(unreached(&app, Channel::Wechat, "open_1").await, "off");
}

#[tokio::test]
async fn what_a_platform_will_not_take_before_the_customer_writes_is_known_before_it_is_written() {
    for (channel, open, shut) in [(Channel::WhatsApp, 23, 25), (Channel::Messenger, 25, 169)] {
        let app = desk().await;
        tell(&app, channel).await;
        let user = first_text(channel).messages()[0]["user"].clone();
        let user = user.as_str().unwrap();
        let begun = app.clock.now();
        for (hours, expected) in [(open, Value::Null), (shut, json!("held"))] {
            app.clock.move_to(begun + Duration::from_secs(hours * 3600));
            let said = unreached(&app, channel, user).await;
            assert_eq!(said, expected, "{channel} after {hours} hours");
        }
    }
}

#[tokio::test]
async fn answers_that_are_used_up_are_known_before_the_next_one_is_written() {
    let app = desk().await;
    let platform = Loopback::start(Channel::Wechat).await;
    write(&app, 1, "hello").await;
    say_many(&app, Channel::Wechat, "open_1", 5).await;
    assert_eq!(
        unreached(&app, Channel::Wechat, "open_1").await,
        Value::Null
    );
    drain(&platform.sender(&app, &HOME), &app).await;
    assert_eq!(unreached(&app, Channel::Wechat, "open_1").await, "held");
    write(&app, 2, "are you there?").await;
    assert_eq!(
        unreached(&app, Channel::Wechat, "open_1").await,
        Value::Null
    );
}
