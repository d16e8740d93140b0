//! Doing twice, at the same moment, what may be done once. RELIABILITY B row 27.

use std::collections::BTreeSet;
use std::sync::Arc;

use frontdesk::domain::conversation::{EventBody, Seq};
use frontdesk::domain::ids::{MerchantId, OrderId};
use frontdesk::domain::tally::TallyKey;
use serde_json::json;
use tokio::sync::Barrier;
use tokio::task::JoinSet;

use crate::attacks_orders::{send, session};
use crate::support::TestApp;

/// So many do the same thing at the same moment.
const RACERS: usize = 64;

/// Does something many times, all of them released at the same moment.
async fn at_once<T: Send + 'static, F: Future<Output = T> + Send + 'static>(
    count: usize,
    mut what: impl FnMut(usize) -> F,
) -> Vec<T> {
    let start = Arc::new(Barrier::new(count));
    let mut racers = JoinSet::new();
    for n in 0..count {
        let (start, one) = (start.clone(), what(n));
        racers.spawn(async move {
            start.wait().await;
            one.await
        });
    }
    racers.join_all().await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn row_27_sixty_four_tabs_and_as_many_agents_at_once_write_each_thing_once_and_leave_one_owner()
 {
    let app = Arc::new(TestApp::start().await);
    let (visitor, id) = app.waiting("linden").await;
    let newcomer = app.visitor_of("linden").await;
    let tabs = at_once(RACERS, |_| {
        let (visitor, newcomer) = (visitor.clone(), newcomer.clone());
        let app = app.clone();
        async move {
            let mut answers = Vec::new();
            for visitor in [visitor, newcomer] {
                let body = json!({"client_id": "one", "text": "TABS"});
                let sent = app.post("/v1/messages").bearer_auth(&visitor.token);
                let sent = sent.json(&body).send().await.unwrap();
                answers.push(sent.text().await.unwrap());
            }
            answers
        }
    });
    let answers: BTreeSet<_> = tabs.await.into_iter().collect();
    assert_eq!(answers.len(), 1, "{answers:?}");
    let begun = app.store.conversations(None, 200).await.unwrap();
    assert_eq!(begun.len(), 2, "a second conversation was begun");
    let mut tokens = Vec::new();
    for n in 0..RACERS {
        tokens.push(app.agent(&format!("a{n}"), None).await);
    }
    let agents = at_once(RACERS, |n| {
        let (app, id, token) = (app.clone(), id.clone(), tokens[n].clone());
        async move {
            let mut done = Vec::new();
            for (verb, body) in [
                ("claim", json!({})),
                (
                    "messages",
                    json!({"client_id": "same-for-all", "text": "AGENT"}),
                ),
            ] {
                let asked = app.post(&format!("/v1/conversations/{id}/{verb}"));
                let asked = asked.bearer_auth(&token).json(&body).send().await.unwrap();
                done.push(asked.status().as_u16());
            }
            done
        }
    });
    let mut done = agents.await;
    done.sort();
    assert_eq!(
        done.iter().filter(|one| **one == [200, 201]).count(),
        1,
        "{done:?}"
    );
    assert_eq!(
        done.iter().filter(|one| **one == [409, 409]).count(),
        RACERS - 1,
        "{done:?}"
    );
    let events = app.store.events(&id.try_into().unwrap(), Seq(0), 200).await;
    let events = events.unwrap();
    let texts = |wanted: &str| {
        events
            .iter()
            .filter(|event| {
                matches!(&event.body,
            EventBody::Message { text, .. } | EventBody::Reply { text, .. } if text == wanted)
            })
            .count()
    };
    assert_eq!((texts("TABS"), texts("AGENT")), (1, 1));
    assert!(
        events
            .windows(2)
            .all(|pair| pair[1].seq.0 == pair[0].seq.0 + 1),
        "a gap"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn row_1_and_27_guesses_at_the_same_moment_are_all_counted_and_the_right_one_among_them_is_late()
 {
    // The right digits are 0123. They come last.
    guess_at_once(|n| match n {
        63 => "0123".to_owned(),
        n => format!("{}", 4_000 + n),
    })
    .await;
}

/// A whole phone number by itself could be the number of an order, too: it is a guess all the same.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn row_1_and_27_whole_phone_numbers_guessed_at_the_same_moment_are_all_counted() {
    guess_at_once(|n| format!("{}", 91_234_000 + n)).await;
}

/// Has as many people as race guess what proves one order, all at the same moment, and holds that every wrong guess was counted.
async fn guess_at_once(guess: impl Fn(usize) -> String) {
    let app = Arc::new(TestApp::start().await);
    app.order("m_linden", "A1042").await;
    let mut sessions = Vec::new();
    for n in 0..RACERS {
        let (session, address) = (session(&app.app.desk).await, format!("192.0.2.{n}"));
        let asked = "Where is my order A1042?";
        send(&app.app.desk, &session, &address, asked).await;
        sessions.push((session, address));
    }
    let mut guesses = JoinSet::new();
    for (n, (session, address)) in sessions.into_iter().enumerate() {
        let (app, digits) = (app.clone(), guess(n));
        guesses.spawn(async move { send(&app.app.desk, &session, &address, &digits).await });
    }
    let mut failed = 0;
    while let Some(done) = guesses.join_next().await {
        let conversation = done.unwrap().conversation;
        let events = app.store.events(&conversation, Seq(0), 100).await.unwrap();
        failed += events
            .iter()
            .filter(|event| matches!(event.body, EventBody::ProofFailed { .. }))
            .count();
    }
    let key = TallyKey::Order(
        MerchantId::parse("m_linden").unwrap(),
        OrderId::parse("A1042").unwrap(),
    );
    let tally = app.store.tally(&key).await.unwrap().unwrap();
    assert!(failed > 0, "no guess was counted");
    assert_eq!(
        tally.count as usize, failed,
        "wrong proofs at the same moment were not all counted"
    );
}
