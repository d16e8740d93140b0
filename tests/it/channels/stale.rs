//! Requests that were signed too long ago, or in the future, on every platform that signs a time; and the same message again, days later,
//! on all of them.

use frontdesk::channels::{Incoming, accept};
use jiff::SignedDuration;

use super::*;
use crate::process::Desk;

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

/// The platform has its acknowledgement, and tells it to nobody again.
#[test]
fn what_is_left_out_is_counted_by_its_reason() {
    let account = account(Channel::Line, "https://platform.example");
    let left_out = |case: &Case, at: Timestamp| {
        let headers = signed(Channel::Line, SECRET, "", &case.body, at);
        let incoming = Incoming {
            headers: headers
                .into_iter()
                .map(|(name, value)| (name.to_owned(), value))
                .collect(),
            body: &case.body,
            ..Incoming::default()
        };
        let accepted = accept(&account, &incoming, at).unwrap();
        let left_out = accepted.left_out;
        let each = accepted.one_by_one().into_iter();
        let again: u64 = each
            .map(|one| one.left_out.old + one.left_out.unnamed + one.left_out.groups)
            .sum();
        assert_eq!(again, left_out.old + left_out.unnamed + left_out.groups);
        (left_out.unnamed, left_out.old)
    };
    let written = Timestamp::from_second(1_795_168_800).unwrap();
    let text = first_text(Channel::Line);
    assert_eq!(left_out(&text, written), (0, 0));
    let late = written + SignedDuration::from_hours(24 * 9);
    assert_eq!(left_out(&text, late), (0, 1));
    let user = text.messages()[0]["user"].as_str().unwrap();
    let long = text.expected.to_string().replace(user, &"u".repeat(300));
    let expected: Value = serde_json::from_str(&long).unwrap();
    let long = Case {
        body: body_of(Channel::Line, &expected),
        expected,
        ..first_text(Channel::Line)
    };
    assert_eq!(left_out(&long, written), (1, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_desk_whose_clock_runs_ahead_says_that_it_takes_nothing() {
    let channel = format!(
        "[[channels]]\nkind = \"line\"\naccount = \"shop\"\nsite = \"linden\"\nsecret = \"{SECRET}\"\ntoken = \"{TOKEN}\"\n"
    );
    let (desk, _, _) = Desk::with(&channel).await;
    let body = first_text(Channel::Line).expected["body"].to_string();
    let long_ago = Timestamp::now() - SignedDuration::from_hours(24 * 9);
    let body = body.replace("1795168800000", &long_ago.as_millisecond().to_string());
    let headers = signed(Channel::Line, SECRET, "", body.as_bytes(), Timestamp::now());
    let hook = desk.http.post(format!("{}/hooks/line/shop", desk.base));
    let hook = hook.header("x-line-signature", &headers["x-line-signature"]);
    assert_eq!(hook.body(body).send().await.unwrap().status(), 200);
    let metrics = desk.http.get(format!("{}/metrics", desk.metrics));
    let metrics = metrics.send().await.unwrap().text().await.unwrap();
    let counted =
        "frontdesk_hooks_left_out_total{channel=\"line\",account=\"line.shop\",reason=\"old\"} 1";
    assert!(metrics.lines().any(|line| line == counted), "{metrics}");
    assert!(desk.log().contains("channel.left_out"), "{}", desk.log());
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
