//! What the desk keeps whatever happens: each message once, one owner, one answer, nobody else's orders.

use std::time::Duration;

use frontdesk::desk::DeskError;
use frontdesk::domain::conversation::{EventBody, Identity, Owner, Seq, Status};
use frontdesk::domain::handoff::HandoffReason;
use frontdesk::domain::ids::{ClientId, OrderId};

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
        let half = shop.send(&visitor, "the thing");
        let left = tokio::time::timeout(Duration::from_millis(300), half).await;
        assert!(left.is_err(), "it waits for more");
    }
    let shop = shop.restart(Duration::ZERO);
    assert_eq!(shop.desk.resume().await.unwrap(), 1);
    let (_, events) = shop.desk.own_events(&visitor, Seq(0), 10).await.unwrap();
    assert_eq!(texts(&events).first(), Some(&"the thing"));
    assert!(texts(&events).len() > 1, "an answer follows");
    assert_eq!(shop.desk.resume().await.unwrap(), 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_many_agents_who_claim_at_once_one_wins_and_the_others_are_told() {
    let shop = Shop::open().await;
    let visitor = shop.visit().await;
    let id = shop.send(&visitor, "转人工").await.conversation;
    let mut claims = Vec::new();
    for number in 0..16 {
        let agent = shop.agent(&format!("agent{number}"), None).await;
        let (desk, id) = (shop.desk.clone(), id.clone());
        claims.push(tokio::spawn(
            async move { desk.claim(&agent, &id, None).await },
        ));
    }
    let mut won = 0;
    for claim in claims {
        match claim.await.unwrap() {
            Ok(conversation) => {
                assert!(matches!(conversation.owner, Owner::Agent(_)));
                won += 1;
            }
            Err(DeskError::NotAllowed(refused)) => {
                assert!(refused.to_string().contains("agent agent"), "{refused}")
            }
            Err(other) => panic!("{other}"),
        }
    }
    assert_eq!(won, 1);
}

#[tokio::test]
async fn the_bot_is_silent_from_handing_over_until_it_is_given_back() {
    let shop = Shop::open().await;
    let visitor = shop.visit().await;
    let id = shop
        .send(&visitor, "I want to talk to a person")
        .await
        .conversation;
    assert!(
        shop.send(&visitor, "where is my order A1002")
            .await
            .replies
            .is_empty()
    );

    let lee = shop.agent("lee", None).await;
    shop.desk.claim(&lee, &id, None).await.unwrap();
    assert!(
        shop.send(&visitor, "hello? where is it")
            .await
            .replies
            .is_empty()
    );
    shop.desk
        .reply(
            &lee,
            &id,
            ClientId::parse("r1").unwrap(),
            "I am on it.".to_owned(),
            None,
        )
        .await
        .unwrap();

    shop.desk.give_back(&lee, &id, None).await.unwrap();
    assert!(
        !shop
            .send(&visitor, "where is my order A1002")
            .await
            .replies
            .is_empty()
    );
}

#[tokio::test]
async fn only_the_owner_speaks_and_a_repeated_reply_is_one_reply() {
    let shop = Shop::open().await;
    let visitor = shop.visit().await;
    let id = shop.send(&visitor, "agent please").await.conversation;
    let (lee, kim) = (shop.agent("lee", None).await, shop.agent("kim", None).await);
    let name = || ClientId::parse("r1").unwrap();
    let refused = shop
        .desk
        .reply(&lee, &id, name(), "too early".to_owned(), None)
        .await;
    assert!(matches!(refused, Err(DeskError::NotAllowed(_))));
    let claimed = shop.desk.claim(&lee, &id, None).await.unwrap();
    let refused = shop
        .desk
        .reply(&kim, &id, name(), "not mine".to_owned(), None)
        .await;
    assert!(matches!(refused, Err(DeskError::NotAllowed(_))));
    let first = shop
        .desk
        .reply(
            &lee,
            &id,
            name(),
            "Hello".to_owned(),
            Some(claimed.revision),
        )
        .await
        .unwrap();
    let again = shop
        .desk
        .reply(&lee, &id, name(), "Hello".to_owned(), None)
        .await
        .unwrap();
    assert_eq!(first, again);
    let stale = shop
        .desk
        .reply(
            &lee,
            &id,
            ClientId::parse("r2").unwrap(),
            "late".to_owned(),
            Some(claimed.revision),
        )
        .await;
    assert!(
        matches!(stale, Err(DeskError::Conflict { .. })),
        "{stale:?}"
    );
}

#[tokio::test]
async fn an_agent_of_one_merchant_sees_nothing_of_another() {
    let shop = Shop::open().await;
    let visitor = shop.visit().await;
    let id = shop.send(&visitor, "agent please").await.conversation;
    let stranger = shop.agent("stranger", Some("m_other")).await;
    let nothing = shop.desk.conversation(&stranger, &id).await;
    assert!(matches!(nothing, Err(DeskError::NotFound)));
    assert!(matches!(
        shop.desk.claim(&stranger, &id, None).await,
        Err(DeskError::NotFound)
    ));
    assert!(matches!(
        shop.desk.events(&stranger, &id, Seq(0), 10).await,
        Err(DeskError::NotFound)
    ));
    assert_eq!(
        shop.desk.inbox_counts(&stranger).await.unwrap().0.waiting,
        0
    );
    let key = shop.key("m_other");
    assert!(matches!(
        shop.desk
            .order(&key, &OrderId::parse("A1002").unwrap())
            .await,
        Err(DeskError::NotFound)
    ));
}

#[tokio::test]
async fn the_brief_tells_all_that_the_customer_already_told() {
    let shop = Shop::open().await;
    let visitor = shop.visit().await;
    shop.send(&visitor, "where is my order A1002, mia@example.com")
        .await;
    let id = shop.send(&visitor, "转人工").await.conversation;
    let events = shop.store.events(&id, Seq(0), 100).await.unwrap();
    let handoff = events.iter().find_map(|event| match &event.body {
        EventBody::HandedOff(handoff) => Some(handoff),
        _ => None,
    });
    let handoff = handoff.unwrap();
    assert_eq!(handoff.reason, HandoffReason::AskedForHuman);
    assert_eq!(handoff.brief.order, Some(OrderId::parse("A1002").unwrap()));
    assert_eq!(u8::from(handoff.brief.proof), 1);
    let words = handoff.brief.in_their_words.as_deref();
    assert_eq!(
        words,
        Some("where is my order A1002, mia@example.com / 转人工")
    );
    assert!(
        handoff
            .brief
            .wants
            .iter()
            .any(|intent| intent.as_str() == "order_status")
    );
    assert!(
        handoff
            .brief
            .bot_said
            .as_deref()
            .is_some_and(|said| !said.is_empty())
    );
    assert!(
        handoff
            .brief
            .suggested_reply
            .as_deref()
            .is_some_and(|said| !said.is_empty())
    );
}

/// The agent reads the cause, who must act and the payment side's own code, which the customer never hears.
#[tokio::test]
async fn the_brief_names_what_makes_a_refund_hang() {
    let shop = Shop::open().await;
    let visitor = shop.visit().await;
    shop.send(&visitor, "where is my refund for C3007, cy@example.com")
        .await;
    let id = shop
        .send(&visitor, "I want to talk to an agent")
        .await
        .conversation;
    let events = shop.store.events(&id, Seq(0), 100).await.unwrap();
    let cause = events.iter().find_map(|event| match &event.body {
        EventBody::HandedOff(handoff) => handoff.brief.likely_cause.clone(),
        _ => None,
    });
    let cause = cause.unwrap();
    for part in [
        "payment method restricted",
        "customer must act",
        "expired_or_canceled_card",
    ] {
        assert!(cause.contains(part), "{cause}");
    }
}

#[tokio::test]
async fn the_brief_tells_what_was_asked_and_not_the_proof_that_came_last() {
    let shop = Shop::open().await;
    let visitor = shop.visit().await;
    let asked = "please cancel my order A1001 and change its address";
    shop.send(&visitor, asked).await;
    let told = shop.send(&visitor, "mia@example.com").await;
    let events = shop
        .store
        .events(&told.conversation, Seq(0), 100)
        .await
        .unwrap();
    let words = events.iter().find_map(|event| match &event.body {
        EventBody::HandedOff(handoff) => handoff.brief.in_their_words.as_deref(),
        _ => None,
    });
    assert_eq!(words, Some(asked));
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
