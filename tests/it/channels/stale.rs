//! Requests that were signed too long ago, or in the future, on every platform that signs a time; and the same message again, days later,
//! on all of them.

use jiff::SignedDuration;

use super::*;

/// For how long a signed request is good, on the platforms that sign when it was made.
const GOOD_FOR: [(Channel, i64); 9] = [
    (Channel::Webhook, 300),
    (Channel::Slack, 300),
    (Channel::Discord, 300),
    (Channel::Chatwoot, 300),
    (Channel::Wechat, 300),
    (Channel::Wecom, 300),
    (Channel::Dingtalk, 3600),
    (Channel::Mailgun, 9 * 3600),
    (Channel::Feishu, 8 * 24 * 3600),
];

#[tokio::test]
async fn what_was_signed_too_long_ago_or_in_the_future_is_refused_wherever_a_time_is_signed() {
    for (channel, seconds) in GOOD_FOR {
        let app = desk().await;
        let case = first_text(channel);
        let now = app.clock.now();
        for (ago, expected) in [
            (seconds + 1, 401),
            (-seconds - 1, 401),
            (i64::from(i32::MAX), 401),
            (seconds, 200),
        ] {
            let at = now - SignedDuration::from_secs(ago);
            let headers = signed(channel, secret_of(channel), "msg_1", &case.body, at);
            let status = post(&app, channel, &headers, &case.body).await.status();
            assert_eq!(status, expected, "{channel}: {ago} s");
        }
    }
}

#[tokio::test]
async fn a_message_that_comes_again_within_eight_days_is_done_once_on_every_platform() {
    let day = SignedDuration::from_hours(24);
    for channel in Channel::ALL {
        let app = desk().await;
        let count = async || {
            let mut heard = 0;
            for row in app.store.conversations(None, 9).await.unwrap() {
                let from = frontdesk::domain::conversation::Seq(0);
                let log = app.store.events(&row.id, from, 200).await.unwrap();
                let by = |event: &&frontdesk::domain::conversation::Event| {
                    event.by == frontdesk::domain::conversation::Actor::Customer
                };
                heard += log.iter().filter(by).count();
            }
            heard
        };
        // The last of them a few minutes before the eight days are over.
        for _ in 0..=8 {
            app.app.desk.look_at_due().await.unwrap();
            tell(&app, *channel).await;
            assert_eq!(count().await, 1, "{channel}");
            app.clock
                .move_to(app.clock.now() + day - SignedDuration::from_mins(1));
        }
    }
}

/// Nothing but the time within the message tells a request that somebody kept from a new one, once its name is forgotten.
#[tokio::test]
async fn what_was_written_more_than_eight_days_ago_is_no_message_where_no_time_of_the_request_is_signed()
 {
    for channel in [
        Channel::Line,
        Channel::WhatsApp,
        Channel::Messenger,
        Channel::Instagram,
    ] {
        let app = desk().await;
        let late = SignedDuration::from_hours(24 * 8);
        let begun = app.clock.now();
        let rows = async || app.store.conversations(None, 9).await.unwrap().len();
        app.clock.move_to(begun + late);
        tell(&app, channel).await;
        assert_eq!(rows().await, 0, "{channel}");
        let app = desk().await;
        app.clock
            .move_to(begun + late - SignedDuration::from_secs(1));
        tell(&app, channel).await;
        let heard = app.store.conversations(None, 9).await.unwrap().len();
        assert_eq!(heard, 1, "{channel}: it may be tried again for a week");
    }
}

/// A conversation knows its own messages for ever. Behind one that is over, nothing but the kept name knows them.
#[tokio::test]
async fn a_message_of_a_matter_that_is_over_is_known_for_exactly_eight_days_though_another_has_begun()
 {
    let day = SignedDuration::from_hours(24);
    let app = desk().await;
    let begun = app.clock.now();
    let first = first_text(Channel::Telegram);
    let mut later = first.expected.clone();
    later["body"]["update_id"] = serde_json::json!(20_002);
    let later = Case {
        body: body_of(Channel::Telegram, &later),
        expected: later,
        ..first_text(Channel::Telegram)
    };
    assert_eq!(send(&app, &first).await.status(), 200);
    let agent = app.agent("mei", None).await;
    let id = app.store.conversations(None, 9).await.unwrap()[0]
        .id
        .clone();
    for verb in ["takeover", "resolve"] {
        let asked = app.post(&format!("/v1/conversations/{id}/{verb}"));
        let answer = asked.bearer_auth(&agent).send().await.unwrap();
        assert_eq!(answer.status(), 200, "{verb}");
    }
    app.clock.move_to(begun + day * 5);
    assert_eq!(send(&app, &later).await.status(), 200);
    // How much was heard in the first conversation, and in the one that began behind it.
    let heard = async || {
        let mut all = Vec::new();
        for row in app.store.conversations(None, 9).await.unwrap() {
            let from = frontdesk::domain::conversation::Seq(0);
            let log = app.store.events(&row.id, from, 200).await.unwrap();
            let by = |event: &&frontdesk::domain::conversation::Event| {
                event.by == frontdesk::domain::conversation::Actor::Customer
            };
            all.push((row.created_at, log.iter().filter(by).count()));
        }
        all.sort();
        all.into_iter().map(|(_, count)| count).collect::<Vec<_>>()
    };
    assert_eq!(heard().await, [1, 1]);
    app.clock
        .move_to(begun + day * 8 - SignedDuration::from_secs(1));
    app.app.desk.look_at_due().await.unwrap();
    assert_eq!(send(&app, &first).await.status(), 200);
    assert_eq!(heard().await, [1, 1], "a second before they are over");
    app.clock.move_to(begun + day * 8);
    app.app.desk.look_at_due().await.unwrap();
    assert_eq!(send(&app, &first).await.status(), 200);
    assert_eq!(heard().await, [1, 2], "it is kept no longer");
}
