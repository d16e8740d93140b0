//! A platform that takes a message and does not say so: where it would be a second message, it goes out once more and no oftener. One that
//! could not be connected to has nothing, and is tried for days.

use std::time::Duration;

use frontdesk::delivery::{Progress, Sender};
use frontdesk::domain::channel::MessageState;
use serde_json::json;

use super::delivery::{conversation_of, drain, fates, log_of};
use super::platform::{Does, HOME, Loopback};
use super::*;

/// Somebody has written, and the answer waits.
pub(super) async fn answered(channel: Channel) -> (TestApp, Loopback, Sender, String) {
    let app = desk().await;
    let platform = Loopback::start(channel).await;
    let sender = platform.sender(&app, &HOME);
    let case = first_text(channel);
    let user = case.messages()[0]["user"].as_str().unwrap().to_owned();
    assert_eq!(send(&app, &case).await.status(), 200);
    (app, platform, sender, user)
}

/// Tries what is due until so much time has passed.
async fn for_hours(sender: &Sender, app: &TestApp, hours: u64) {
    let until = app.clock.now() + Duration::from_secs(hours * 3600);
    while app.clock.now() < until {
        drain(sender, app).await;
        app.clock
            .move_to(app.clock.now() + Duration::from_secs(1800));
    }
}

/// How often the platform was sent the same as the first time.
fn times(platform: &Loopback) -> usize {
    let got = platform.got();
    got.iter().filter(|one| one.raw == got[0].raw).count()
}

#[tokio::test]
async fn what_was_taken_without_a_word_goes_out_once_more_and_then_an_agent_decides() {
    for channel in [Channel::Telegram, Channel::Twilio, Channel::WhatsApp] {
        let (app, platform, sender, user) = answered(channel).await;
        platform.plan([Does::Hang, Does::Hang]);
        let first = sender.deliver_next(app.clock.now()).await.unwrap();
        assert!(
            matches!(first, Progress::Retrying(_)),
            "{channel}: {first:?}"
        );
        for_hours(&sender, &app, 12).await;
        assert_eq!(times(&platform), 2, "{channel}");
        let log = log_of(&app, channel, &user).await;
        let (state, why) = fates(&log).remove(0);
        assert_eq!(state, MessageState::Failed, "{channel}");
        let why = why.unwrap();
        assert!(
            why.starts_with("nobody knows whether it arrived: it did not answer within"),
            "{channel}: {why}"
        );
        let failed = log
            .iter()
            .find_map(|event| event.said().map(|_| event.seq.0));
        let id = conversation_of(&app, channel, &user).await;
        let agent = app.agent("mei", None).await;
        let path = format!("/v1/conversations/{id}/messages/{}/resend", failed.unwrap());
        let again = app.post(&path).bearer_auth(&agent).send().await.unwrap();
        assert_eq!(again.status(), 200, "{channel}");
        // Sent again, it begins anew: once, and once more.
        platform.plan([Does::Hang]);
        for_hours(&sender, &app, 2).await;
        assert_eq!(times(&platform), 4, "{channel}");
        let last = fates(&log_of(&app, channel, &user).await).pop().unwrap();
        assert_eq!(last, (MessageState::Sent, None), "{channel}");
    }
}

#[tokio::test]
async fn an_answer_that_breaks_off_says_no_more_than_silence() {
    let (app, platform, sender, user) = answered(Channel::Telegram).await;
    let half = || Does::Half(json!({"ok": true, "result": {}}).to_string().into_bytes());
    platform.plan([half(), half()]);
    for_hours(&sender, &app, 96).await;
    assert_eq!(times(&platform), 2);
    let (state, why) = fates(&log_of(&app, Channel::Telegram, &user).await).remove(0);
    let why = why.unwrap();
    assert_eq!(state, MessageState::Failed);
    assert_eq!(why, "nobody knows whether it arrived: its answer broke off");
}

#[tokio::test]
async fn somebody_in_between_who_had_no_answer_says_no_more_than_silence() {
    for status in [504, 522, 524, 598, 599] {
        let (app, platform, sender, user) = answered(Channel::Telegram).await;
        let late = || Does::Say(status, "", String::new());
        platform.plan([late(), late()]);
        for_hours(&sender, &app, 96).await;
        assert_eq!(times(&platform), 2, "{status}");
        let (state, why) = fates(&log_of(&app, Channel::Telegram, &user).await).remove(0);
        let expected = format!("nobody knows whether it arrived: it answered {status}");
        assert_eq!((state, why), (MessageState::Failed, Some(expected)));
    }
}

#[tokio::test]
async fn a_platform_that_knows_a_message_again_is_told_until_it_answers() {
    for channel in [Channel::Webhook, Channel::Line] {
        let (app, platform, sender, user) = answered(channel).await;
        platform.plan(vec![Does::Hang; 5]);
        for_hours(&sender, &app, 48).await;
        assert!(platform.got().len() > 5, "{channel}");
        let fates = fates(&log_of(&app, channel, &user).await);
        let failed = fates
            .iter()
            .any(|(state, _)| *state == MessageState::Failed);
        assert!(!failed, "{channel}: {fates:?}");
        assert_eq!(fates.last().unwrap().0, MessageState::Sent, "{channel}");
    }
}

#[tokio::test]
async fn one_that_could_not_be_connected_to_has_nothing_and_is_tried_for_days() {
    let (app, mut platform, _, user) = answered(Channel::Telegram).await;
    let there = platform.base.clone();
    platform.base = "http://127.0.0.1:1".to_owned();
    for_hours(&platform.sender(&app, &HOME), &app, 24).await;
    let waits = fates(&log_of(&app, Channel::Telegram, &user).await);
    assert_eq!(waits.last().unwrap().0, MessageState::Queued);
    platform.base = there;
    for_hours(&platform.sender(&app, &HOME), &app, 48).await;
    let sent = fates(&log_of(&app, Channel::Telegram, &user).await);
    assert_eq!(sent.last().unwrap().0, MessageState::Sent);
}
