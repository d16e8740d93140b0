//! Attacks on what platforms send and on what is sent to them. RELIABILITY B rows 21, 22, 23, 24, 25, 30, 38.

use std::time::Duration;

use frontdesk::delivery::Progress;
use frontdesk::domain::channel::MessageState;
use serde_json::{Value, json};

use super::platform::{Does, Loopback};
use super::*;

/// How many conversations there are.
async fn conversations(app: &TestApp) -> usize {
    app.store.conversations(None, 200).await.unwrap().len()
}

/// Every way to send a request that the platform did not sign.
fn forgeries(case: &Case, at: Timestamp) -> Vec<(String, BTreeMap<&'static str, String>, Vec<u8>)> {
    let channel = case.channel;
    let good = signed(channel, secret_of(channel), "msg_x", &case.body, at);
    let mut all = vec![("no header".to_owned(), BTreeMap::new(), case.body.clone())];
    for name in good.keys() {
        let mut headers = good.clone();
        headers.remove(name);
        all.push((format!("without {name}"), headers, case.body.clone()));
        for value in ["", "0", "null", "sha256=", "v1,", "v0="] {
            let mut headers = good.clone();
            headers.insert(name, value.to_owned());
            all.push((format!("{name}: {value}"), headers, case.body.clone()));
        }
    }
    let other = match channel {
        Channel::Webhook => OTHER_STANDARD_SECRET,
        _ => "fedcba9876543210fedcba9876543210",
    };
    all.push((
        "another secret".to_owned(),
        signed(channel, other, "msg_x", &case.body, at),
        case.body.clone(),
    ));
    if signs_its_body(channel) {
        let mut changed = case.body.clone();
        let last = changed.len() - 2;
        changed[last] ^= 1;
        all.push(("a changed byte".to_owned(), good.clone(), changed));
        // One platform signs what is inside of its envelope, and not the envelope.
        if !matches!(channel, Channel::Wechat | Channel::Wecom) {
            let longer = [&case.body[..], b" "].concat();
            all.push(("one byte more".to_owned(), good.clone(), longer));
        }
        all.push(("no body".to_owned(), good, Vec::new()));
    }
    all
}

#[tokio::test]
async fn row_22_what_a_platform_did_not_sign_is_refused_on_every_channel_and_changes_nothing() {
    let app = desk().await;
    let at = app.clock.now();
    for channel in Channel::ALL {
        let case = first_text(*channel);
        for (what, headers, body) in forgeries(&case, at) {
            let answer = post(&app, *channel, &headers, &body).await;
            let status = answer.status().as_u16();
            assert_eq!(status, 401, "{channel}, {what}");
            let text = answer.text().await.unwrap();
            assert!(!text.contains(SECRET) && !text.contains("[{"), "{text}");
        }
    }
    assert_eq!(conversations(&app).await, 0);
    // The same request, signed by the platform for another of its accounts.
    for channel in Channel::ALL {
        let case = first_text(*channel);
        let mut one = account(*channel, "https://platform.example");
        let secret_of_another = match channel {
            Channel::Webhook => OTHER_STANDARD_SECRET,
            _ => "fedcba9876543210fedcba9876543210",
        };
        one.secrets = vec![known(*channel, secret_of_another)];
        app.app.accounts.set(vec![Arc::new(one)]);
        assert_eq!(send(&app, &case).await.status(), 401, "{channel}");
    }
    assert_eq!(conversations(&app).await, 0);
}

#[tokio::test]
async fn row_22_while_a_secret_is_changed_both_are_good_and_afterwards_the_old_one_is_not() {
    let app = desk().await;
    // One platform encrypts with its secret, too: its request is of the one or the other, and not of both.
    let all = Channel::ALL
        .iter()
        .filter(|channel| **channel != Channel::Feishu);
    for channel in all {
        let case = first_text(*channel);
        let (old, new) = match channel {
            Channel::Webhook => (STANDARD_SECRET, OTHER_STANDARD_SECRET),
            _ => (SECRET, "fedcba9876543210fedcba9876543210"),
        };
        let with = |secrets: &[&str]| {
            let mut one = account(*channel, "https://platform.example");
            one.secrets = secrets.iter().map(|text| known(*channel, text)).collect();
            app.app.accounts.set(vec![Arc::new(one)]);
        };
        let status = async |secret: &str| {
            let headers = signed(*channel, secret, "msg_1", &case.body, app.clock.now());
            post(&app, *channel, &headers, &case.body)
                .await
                .status()
                .as_u16()
        };
        with(&[new, old]);
        assert_eq!(
            (status(old).await, status(new).await),
            (200, 200),
            "{channel}"
        );
        with(&[new]);
        assert_eq!(
            (status(old).await, status(new).await),
            (401, 200),
            "{channel}"
        );
    }
}

#[tokio::test]
async fn row_23_a_signed_request_about_another_account_is_taken_and_changes_nothing() {
    let app = desk().await;
    for case in cases()
        .iter()
        .filter(|case| case.name.starts_with("another"))
    {
        assert_eq!(send(&app, case).await.status(), 200, "{}", case.at());
    }
    assert_eq!(conversations(&app).await, 0);
    // What became of a message that another account sent.
    let told = json!({"object": "whatsapp_business_account", "entry": [{"changes": [{"field": "messages", "value": {
        "metadata": {"phone_number_id": "106540352242922"}, "statuses": [{"id": "wamid.FOREIGN", "status": "failed"}]}}]}]});
    let body = told.to_string().into_bytes();
    let headers = signed(Channel::WhatsApp, SECRET, "", &body, app.clock.now());
    assert_eq!(
        post(&app, Channel::WhatsApp, &headers, &body)
            .await
            .status(),
        200
    );
    assert_eq!(conversations(&app).await, 0);
}

#[tokio::test]
async fn row_24_a_request_that_was_signed_with_its_time_is_good_for_five_minutes_and_done_once() {
    for channel in [Channel::Webhook, Channel::Slack, Channel::Discord] {
        let app = desk().await;
        let case = first_text(channel);
        let now = app.clock.now();
        let at = |seconds: i64| now + jiff::SignedDuration::from_secs(seconds);
        for (seconds, expected) in [(-301, 401), (301, 401), (-299, 200), (299, 200), (0, 200)] {
            let headers = signed(
                channel,
                secret_of(channel),
                "msg_1",
                &case.body,
                at(seconds),
            );
            let status = post(&app, channel, &headers, &case.body).await.status();
            assert_eq!(status, expected, "{channel} {seconds}");
        }
        // A thousand times, as many at once as there may be connections on a slow machine.
        for _ in 0..20 {
            let again = (0..50).map(|_| send(&app, &case));
            for answer in futures_util::future::join_all(again).await {
                assert_eq!(answer.status(), 200, "{channel}");
            }
        }
        let all = app.store.conversations(None, 200).await.unwrap();
        let events = app
            .store
            .events(&all[0].id, frontdesk::domain::conversation::Seq(0), 200)
            .await
            .unwrap();
        let heard = events
            .iter()
            .filter(|event| event.by == frontdesk::domain::conversation::Actor::Customer)
            .count();
        // `send` has a name of its own: one message from the window, one from the thousand. The others' names are in the body: one of all.
        assert_eq!(
            (all.len(), heard),
            (1, if channel == Channel::Webhook { 2 } else { 1 }),
            "{channel}"
        );
    }
}

#[tokio::test]
async fn row_21_nothing_is_sent_to_a_platform_in_a_network_that_is_not_allowed_and_no_redirect_is_followed()
 {
    let app = desk().await;
    let platform = Loopback::start(Channel::Telegram).await;
    assert_eq!(
        send(&app, &first_text(Channel::Telegram)).await.status(),
        200
    );
    for allow in [&[][..], &["10.0.0.0/8"]] {
        let sender = platform.sender(&app, allow);
        let progress = sender.deliver_next(app.clock.now()).await.unwrap();
        assert!(matches!(progress, Progress::Retrying(_)), "{progress:?}");
        app.clock
            .move_to(app.clock.now() + Duration::from_secs(400));
    }
    assert!(platform.got().is_empty(), "the desk connected all the same");
    let inside = Loopback::start(Channel::Telegram).await;
    platform.plan([Does::Say(302, "", String::new())]);
    let sender = platform.sender(&app, &["127.0.0.0/8"]);
    sender.deliver_next(app.clock.now()).await.unwrap();
    assert_eq!((platform.got().len(), inside.got().len()), (1, 0));
}

#[tokio::test]
async fn row_25_what_goes_out_to_a_program_is_signed_under_both_secrets_while_one_is_changed() {
    let app = desk().await;
    let platform = Loopback::start(Channel::Webhook).await;
    assert_eq!(
        send(&app, &first_text(Channel::Webhook)).await.status(),
        200
    );
    let mut account = platform.account();
    account.secrets = [OTHER_STANDARD_SECRET, STANDARD_SECRET]
        .map(secret)
        .to_vec();
    let sender = platform.sender_of(&app, account, &["127.0.0.0/8"]);
    platform.plan([Does::Say(500, "", String::new())]);
    sender.deliver_next(app.clock.now()).await.unwrap();
    app.clock.move_to(app.clock.now() + Duration::from_secs(10));
    sender.deliver_next(app.clock.now()).await.unwrap();
    let got = platform.got();
    assert_eq!(got[0].header("webhook-id"), got[1].header("webhook-id"));
    assert_eq!(
        got[0].raw.replace(char::is_numeric, ""),
        got[1].raw.replace(char::is_numeric, "")
    );
    let mut seconds = Vec::new();
    for one in &got {
        let (id, second) = (one.header("webhook-id"), one.header("webhook-timestamp"));
        assert!(!id.contains('.'));
        let under = |secret: &str| {
            let key = SigningSecret::parse(secret).unwrap();
            signatures(&[key], id, second.parse().unwrap(), &one.raw)
        };
        let both = [OTHER_STANDARD_SECRET, STANDARD_SECRET].map(under);
        assert_eq!(one.header("webhook-signature"), both.join(" "));
        seconds.push(second.parse::<i64>().unwrap());
    }
    assert!(seconds[0] < seconds[1], "signed afresh");
}

#[tokio::test]
async fn row_30_a_platform_is_known_by_its_signature_and_not_by_where_it_says_it_comes_from() {
    let app = desk().await;
    for channel in Channel::ALL {
        let case = first_text(*channel);
        for header in [
            "x-forwarded-for",
            "x-real-ip",
            "forwarded",
            "x-original-host",
        ] {
            let request = app
                .post(&format!("/hooks/{channel}/shop"))
                .header(header, "149.154.167.197");
            let refused = request.body(case.body.clone()).send().await.unwrap();
            assert_eq!(refused.status(), 401, "{channel} {header}");
        }
    }
    assert_eq!(conversations(&app).await, 0);
}

#[tokio::test]
async fn row_38_bodies_that_are_bombs_broken_or_no_text_are_refused_and_nothing_breaks() {
    let app = desk().await;
    let deep = [
        b"{\"a\":".repeat(100_000),
        b"1".to_vec(),
        b"}".repeat(100_000),
    ]
    .concat();
    let wide = format!("{{\"events\":[{}0]}}", "0,".repeat(400_000));
    let bodies: [&[u8]; 9] = [
        b"",
        b"{",
        b"[]",
        b"null",
        b"\"x\"",
        b"{\"a\":\"\xff\xfe\"}",
        b"\x1f\x8b\x08\x00",
        &deep,
        wide.as_bytes(),
    ];
    // What is not in its platform's envelope was not signed; a form or a letter may say anything; of all others an object is read.
    let expected = |channel: Channel, at: usize| match (channel, at) {
        (Channel::Feishu | Channel::Wechat | Channel::Wecom, _) => 401,
        // Signed as text.
        (Channel::Webhook | Channel::Twilio, 5 | 6) => 401,
        // Without a line and without a header.
        (Channel::Email, 0 | 5) => 400,
        (Channel::Twilio | Channel::Mailgun | Channel::Email, _) | (_, 8) => 200,
        _ => 400,
    };
    for channel in Channel::ALL {
        for (at, body) in bodies.into_iter().enumerate() {
            let headers = signed(
                *channel,
                secret_of(*channel),
                "msg_1",
                body,
                app.clock.now(),
            );
            let status = post(&app, *channel, &headers, body).await.status().as_u16();
            assert_eq!(status, expected(*channel, at), "{channel}: body {at}");
        }
        let huge = vec![b' '; frontdesk::channels::body_limit(*channel) + 1];
        let headers = signed(
            *channel,
            secret_of(*channel),
            "msg_1",
            &huge,
            app.clock.now(),
        );
        assert_eq!(
            post(&app, *channel, &headers, &huge).await.status(),
            413,
            "{channel}"
        );
    }
    assert_eq!(conversations(&app).await, 0);
    // Texts and names longer than anything that the desk keeps.
    let said = |update: u64, user: Value, text: &str| json!({"update_id": update, "message": {"from": {"id": user}, "chat": {"id": 1, "type": "private"}, "text": text}});
    for (body, expected) in [
        (said(1, json!(1), &"x".repeat(100_000)), 1),
        (said(2, json!("u".repeat(5_000)), "hello"), 1),
        (said(3, json!({"$ne": 1}), "hello"), 1),
        (said(4, json!(1), ""), 1),
    ] {
        let body = body.to_string().into_bytes();
        let headers = signed(Channel::Telegram, SECRET, "", &body, app.clock.now());
        assert_eq!(
            post(&app, Channel::Telegram, &headers, &body)
                .await
                .status(),
            200
        );
        assert_eq!(conversations(&app).await, expected);
    }
}

#[tokio::test]
async fn what_a_platform_says_about_a_failure_is_masked_like_everything_else() {
    let app = desk().await;
    let platform = Loopback::start(Channel::Telegram).await;
    assert_eq!(
        send(&app, &first_text(Channel::Telegram)).await.status(),
        200
    );
    let leaky = r#"{"ok":false,"description":"card 4111 1111 1111 1111 refused"}"#;
    platform.plan([Does::Say(400, "", leaky.to_owned())]);
    let sender = platform.sender(&app, &["127.0.0.0/8"]);
    sender.deliver_next(app.clock.now()).await.unwrap();
    let all = app.store.conversations(None, 200).await.unwrap();
    let events = app
        .store
        .events(&all[0].id, frontdesk::domain::conversation::Seq(0), 200)
        .await
        .unwrap();
    let failed = events.iter().find_map(|event| match &event.body {
        frontdesk::domain::conversation::EventBody::MessageMoved {
            state: MessageState::Failed,
            why,
            ..
        } => why.clone(),
        _ => None,
    });
    assert!(!failed.unwrap().contains("4111"));
}
