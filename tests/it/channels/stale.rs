//! Requests that were signed too long ago, or in the future, on every platform that signs a time; and the same message again, days later,
//! on all of them.

use jiff::SignedDuration;

use super::*;

/// For how long a signed request is good, on the platforms that sign when it was made.
const GOOD_FOR: [(Channel, i64); 8] = [
    (Channel::Webhook, 300),
    (Channel::Slack, 300),
    (Channel::Discord, 300),
    (Channel::Chatwoot, 300),
    (Channel::Wechat, 300),
    (Channel::Wecom, 300),
    (Channel::Dingtalk, 3600),
    (Channel::Mailgun, 9 * 3600),
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
        let case = first_text(*channel);
        if case.messages().is_empty() {
            continue;
        }
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
            assert_eq!(send(&app, &case).await.status(), 200, "{channel}");
            assert_eq!(count().await, 1, "{channel}");
            app.clock
                .move_to(app.clock.now() + day - SignedDuration::from_mins(1));
        }
    }
}
