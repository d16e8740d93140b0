//! What the desk keeps whatever happens: each message once, one answer, nobody else's orders.

use std::time::Duration;

use frontdesk::domain::conversation::{Identity, Owner, Seq, Status};

use crate::shop::{Shop, texts};

#[tokio::test]
async fn a_message_sent_twice_is_one_message_with_the_first_answer() {
    let shop = Shop::open().await;
    let visitor = shop.visit().await;
    let first = shop
        .send_as(&visitor, "once", "where is my order A1002")
        .await;
    let again = shop
        .send_as(&visitor, "once", "where is my order A1002")
        .await;
    assert!(again.repeated && !first.repeated);
    assert_eq!((first.seq, &first.replies), (again.seq, &again.replies));
    assert!(!first.replies.is_empty());
    let all = shop
        .store
        .events(&first.conversation, Seq(0), 100)
        .await
        .unwrap();
    assert_eq!(
        all.last().map(|event| event.seq),
        first.replies.last().map(|event| event.seq)
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn the_same_first_message_from_many_at_once_begins_one_conversation() {
    let shop = std::sync::Arc::new(Shop::open().await);
    let visitor = shop.visit().await;
    let sends = (0..32).map(|_| {
        let (shop, visitor) = (shop.clone(), visitor.clone());
        tokio::spawn(async move { shop.send_as(&visitor, "first", "where is my refund").await })
    });
    let mut conversations = std::collections::BTreeSet::new();
    let mut new = 0;
    for send in sends.collect::<Vec<_>>() {
        let received = send.await.unwrap();
        new += u32::from(!received.repeated);
        conversations.insert((received.conversation, received.seq));
    }
    assert_eq!((conversations.len(), new), (1, 1));
}

#[tokio::test]
async fn several_short_messages_in_a_row_are_answered_as_one() {
    let shop = std::sync::Arc::new(Shop::with_settle(Duration::from_secs(3600)).await);
    let visitor = shop.visit().await;
    let slow = {
        let (shop, visitor) = (shop.clone(), visitor.clone());
        tokio::spawn(async move { shop.send(&visitor, "the blue lamp").await })
    };
    while slow_part_is_missing(&shop, &visitor).await {
        tokio::task::yield_now().await;
    }
    let second = shop.send(&visitor, "where is my parcel").await;
    assert!(
        slow.await.unwrap().replies.is_empty(),
        "the first half is answered with the second"
    );
    assert!(!second.replies.is_empty());
    let all = shop
        .store
        .events(&second.conversation, Seq(0), 100)
        .await
        .unwrap();
    let asked = shop.desk.rules().replies.say(
        frontdesk::engine::say::Say::NotUnderstood,
        frontdesk::domain::language::Language::En,
        &frontdesk::engine::replies::Values::default(),
    );
    assert!(!texts(&all).contains(&asked.as_str()));
}

async fn slow_part_is_missing(shop: &Shop, visitor: &frontdesk::domain::account::Session) -> bool {
    shop.desk
        .own_events(visitor, Seq(0), 10)
        .await
        .unwrap()
        .1
        .is_empty()
}

#[tokio::test]
async fn half_a_sentence_that_was_left_by_a_crash_is_answered_at_the_next_start() {
    let shop = Shop::with_settle(Duration::from_secs(3600)).await;
    let visitor = shop.visit().await;
    {
        let written = async {
            while slow_part_is_missing(&shop, &visitor).await {
                tokio::task::yield_now().await;
            }
        };
        tokio::select! {
            _ = shop.send(&visitor, "the thing") => panic!("it waits for more"),
            () = written => {}
        }
    }
    let shop = shop.restart(Duration::ZERO);
    assert_eq!(shop.desk.resume().await.unwrap(), 1);
    let (_, events) = shop.desk.own_events(&visitor, Seq(0), 10).await.unwrap();
    assert_eq!(texts(&events).first(), Some(&"the thing"));
    assert!(texts(&events).len() > 1, "an answer follows");
    assert_eq!(shop.desk.resume().await.unwrap(), 0);
}

#[tokio::test]
async fn a_resolved_conversation_goes_on_for_three_days_and_then_a_linked_one_begins() {
    let shop = Shop::open().await;
    let visitor = shop.visit().await;
    let id = shop.send(&visitor, "agent please").await.conversation;
    let lee = shop.agent("lee", None).await;
    shop.desk.claim(&lee, &id, None).await.unwrap();
    let resolved = shop.desk.resolve(&lee, &id, None).await.unwrap();
    assert!(matches!(resolved.status, Status::Resolved { .. }));

    shop.wait(71);
    assert_eq!(
        shop.send(&visitor, "it is still not there")
            .await
            .conversation,
        id
    );
    let open = shop.desk.conversation(&lee, &id).await.unwrap();
    assert_eq!((open.owner, open.status), (Owner::Queue, Status::Active));
    shop.desk.claim(&lee, &id, None).await.unwrap();
    shop.desk.resolve(&lee, &id, None).await.unwrap();

    shop.wait(73);
    let next = shop.send(&visitor, "where is my order").await.conversation;
    assert_ne!(next, id);
    let next = shop.desk.conversation(&lee, &next).await.unwrap();
    assert_eq!((next.previous, next.owner), (Some(id), Owner::Bot));
}

#[tokio::test]
async fn a_card_number_never_reaches_the_store() {
    let shop = Shop::open().await;
    let visitor = shop.visit().await;
    shop.send(
        &visitor,
        "my card 4111 1111 1111 1111 was charged twice, cvv 737",
    )
    .await;
    let folder = shop.folder.path().to_owned();
    shop.store.close();
    for secret in ["4111 1111 1111 1111", "4111111111111111", "cvv 737"] {
        assert!(
            !folder_contains(&folder, secret.as_bytes()),
            "{secret} is on disk"
        );
    }
    assert!(
        folder_contains(&folder, b"charged twice"),
        "the search itself works"
    );
}

fn folder_contains(folder: &std::path::Path, needle: &[u8]) -> bool {
    std::fs::read_dir(folder).unwrap().any(|entry| {
        let path = entry.unwrap().path();
        if path.is_dir() {
            return folder_contains(&path, needle);
        }
        let bytes = std::fs::read(&path).unwrap();
        bytes.windows(needle.len()).any(|window| window == needle)
    })
}

#[tokio::test]
async fn guessing_at_one_order_from_many_sessions_locks_its_proof_for_the_day() {
    let shop = Shop::open().await;
    for guess in 0..3 {
        let visitor = shop.visit().await;
        shop.send(&visitor, "where is my order A1002").await;
        shop.send(&visitor, &format!("a{guess}@example.com")).await;
        shop.send(&visitor, &format!("b{guess}@example.com")).await;
    }
    let owner = shop.visit().await;
    let answer = shop
        .send(&owner, "where is my order A1002, mia@example.com")
        .await;
    assert!(!texts(&answer.replies).concat().contains("RM123456789GB"));
    shop.wait(25);
    let owner = shop.visit().await;
    let answer = shop
        .send(&owner, "where is my order A1002, mia@example.com")
        .await;
    assert!(texts(&answer.replies).concat().contains("RM123456789GB"));
}

#[tokio::test]
async fn a_signed_in_customer_is_known_without_proof_and_an_unsigned_one_gets_nobodys_history() {
    let shop = Shop::open().await;
    let mia = Identity {
        subject: "u1".to_owned(),
        email: Some("mia@example.com".to_owned()),
        ..Identity::default()
    };
    let signed = shop.visit_as(Some(mia)).await.session;
    let answer = shop.send(&signed, "where is my order A1002").await;
    assert!(texts(&answer.replies).concat().contains("RM123456789GB"));
    let other = shop.visit().await;
    assert_eq!(
        shop.desk.own_events(&other, Seq(0), 10).await.unwrap(),
        (None, Vec::new())
    );
}
