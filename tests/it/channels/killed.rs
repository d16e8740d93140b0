//! A sender that dies at any moment: nothing is lost, and nothing but what was under way goes out twice.

use std::collections::BTreeMap;
use std::time::Duration;

use frontdesk::delivery::{self};
use frontdesk::domain::ids::EndpointId;

use super::delivery::{log_of, said, say};
use super::platform::{Does, HOME, Loopback};
use super::*;

/// The sender is cut off at any moment: before the request, while it is under way, after the platform has it and before that is
/// written down.
#[tokio::test(flavor = "multi_thread")]
async fn a_sender_that_dies_at_any_moment_loses_nothing_and_repeats_only_what_was_under_way() {
    let app = desk().await;
    let mut platform = Loopback::start(Channel::Telegram).await;
    for update in 0..12 {
        say(&app, 1 + update % 3, update, "where is my order A1042").await;
    }
    let waiting = async || {
        let outbox = EndpointId::parse("telegram.shop").unwrap();
        app.store
            .waiting_deliveries(&outbox, 0, 200)
            .await
            .unwrap()
            .len()
    };
    let mut deaths = 0;
    while waiting().await > 0 && deaths < 200 {
        let good = Does::Say(200, "", r#"{"ok":true}"#.to_owned());
        let plan: Vec<Does> = (0..deaths % 3)
            .map(|_| good.clone())
            .chain([Does::Hang])
            .collect();
        let expected = plan.len();
        platform.plan(plan);
        let running = delivery::run(vec![platform.sender(&app, &HOME)]);
        for _ in 0..expected {
            let arrived = tokio::time::timeout(Duration::from_secs(2), platform.arrivals.recv());
            if arrived.await.is_err() {
                break;
            }
        }
        running.stop().await;
        // What was cut off may have been noted as a failure: its next attempt is due in a moment of the desk's time.
        app.clock.move_to(app.clock.now() + Duration::from_secs(60));
        deaths += 1;
    }
    assert!(deaths > 5, "{deaths}");
    assert_eq!(waiting().await, 0);
    let mut by_user: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for got in platform.got() {
        let texts = by_user
            .entry(got.body["chat_id"].as_str().unwrap().to_owned())
            .or_default();
        texts.push(got.body["text"].as_str().unwrap().to_owned());
    }
    let sent = platform.got().len();
    let mut spoken_in_all = 0;
    for user in ["1", "2", "3"] {
        let spoken = said(&log_of(&app, Channel::Telegram, user).await);
        spoken_in_all += spoken.len();
        let mut rest = by_user[user].iter();
        for text in &spoken {
            assert!(
                rest.any(|sent| sent == text),
                "{user}: {text} is lost or out of order"
            );
        }
    }
    assert!(
        sent <= spoken_in_all + deaths as usize,
        "{sent} requests for {spoken_in_all} messages and {deaths} deaths"
    );
}
