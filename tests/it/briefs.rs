//! What a person is told who takes a conversation over.

use frontdesk::domain::conversation::{EventBody, Seq};
use frontdesk::domain::handoff::HandoffReason;
use frontdesk::domain::ids::OrderId;

use crate::shop::Shop;

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
