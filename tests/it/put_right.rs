//! What agents have put right at the merchant's: its programs are told in the same commit, the customer is told, and what nobody would
//! hear of is refused.

use frontdesk::desk::{DeskError, PutRight};
use frontdesk::domain::account::{Agent, Session};
use frontdesk::domain::conversation::{EventBody, Identity, Seq};
use frontdesk::domain::correction::{Detail, NotDone};
use frontdesk::domain::ids::{ConversationId, EndpointId, MerchantId, OrderId};
use frontdesk::domain::order::OrderStatus;
use frontdesk::domain::webhook::{EventKind, Subscription};
use frontdesk::store::Commit;

use crate::shop::Shop;

/// An agent who has the conversation of somebody about an order that waits to be paid.
async fn at_work(identity: Option<Identity>) -> (Shop, Agent, Session, ConversationId) {
    let shop = Shop::open().await;
    let key = shop.key("m_linden");
    let mut order = shop.desk.order(&key, &order()).await.unwrap();
    order.status = OrderStatus::Rejected;
    order.paid_at = None;
    shop.store.commit(Commit::new().order(order)).await.unwrap();
    let session = match identity {
        Some(identity) => shop.visit_as(Some(identity)).await.session,
        None => shop.visit().await,
    };
    let said = shop.send(&session, "I want to talk to a human").await;
    let agent = shop.agent("mei", None).await;
    let id = said.conversation;
    shop.desk.claim(&agent, &id, None).await.unwrap();
    (shop, agent, session, id)
}

fn mia() -> Option<Identity> {
    Some(Identity {
        subject: "mia".to_owned(),
        email: Some("mia@example.com".to_owned()),
        ..Identity::default()
    })
}

fn order() -> OrderId {
    OrderId::parse("A1002").unwrap()
}

fn listens(shop: &Shop, events: Vec<EventKind>) {
    shop.desk.set_subscriptions(vec![Subscription {
        endpoint: EndpointId::parse("linden").unwrap(),
        merchant: MerchantId::parse("m_linden").unwrap(),
        events,
    }]);
}

fn right(value: &str, pay_again: bool) -> PutRight {
    PutRight {
        order: order(),
        detail: Some((Detail::Address, value.to_owned())),
        pay_again,
    }
}

fn refused<T: std::fmt::Debug>(result: Result<T, DeskError>) -> NotDone {
    match result {
        Err(DeskError::NotDone(why)) => why,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn the_merchant_gets_the_new_value_and_the_customer_hears_of_it_and_of_the_link() {
    let (shop, agent, _, id) = at_work(mia()).await;
    listens(&shop, Vec::new());
    let asked = right("7 Mill Lane, Leeds LS1 4AB", true);
    let row = shop
        .desk
        .put_right(&agent, &id, &asked, None)
        .await
        .unwrap();
    let corrected = shop.told(EventKind::OrderCorrected).await;
    assert_eq!(corrected.len(), 1);
    assert_eq!(corrected[0]["data"]["value"], "7 Mill Lane, Leeds LS1 4AB");
    assert_eq!(shop.told(EventKind::PaymentLinkRequested).await.len(), 1);
    let promised: Vec<_> = row.promises.iter().map(|it| it.what.name()).collect();
    assert!(promised.contains(&"link"), "{promised:?}");
    let events = shop.store.events(&id, Seq(0), 200).await.unwrap();
    let last = events.into_iter().rev().find_map(|event| match event.body {
        EventBody::Reply { text, .. } => Some(text),
        _ => None,
    });
    let last = last.unwrap();
    assert!(
        last.contains("A1002") && last.contains("payment link"),
        "{last}"
    );
    assert!(!last.contains("LS1 4AB"), "said back in full: {last}");
    // A second request says that the first one stands, and changes nothing.
    let again = PutRight {
        detail: None,
        ..asked
    };
    let why = refused(shop.desk.put_right(&agent, &id, &again, None).await);
    assert_eq!(why, NotDone::AskedAlready);
    assert_eq!(shop.told(EventKind::PaymentLinkRequested).await.len(), 1);
}

#[tokio::test]
async fn what_cannot_be_done_is_refused_and_says_why() {
    let (shop, agent, _, id) = at_work(mia()).await;
    let asked = right("7 Mill Lane, Leeds LS1 4AB", false);
    let why = refused(shop.desk.put_right(&agent, &id, &asked, None).await);
    assert_eq!(why, NotDone::NobodyListens);
    listens(&shop, Vec::new());
    let odd = right("see https://evil.example/", false);
    let odd = shop.desk.put_right(&agent, &id, &odd, None).await;
    assert!(matches!(odd, Err(DeskError::Invalid(_))), "{odd:?}");
    let other = shop.agent("kim", None).await;
    let theirs = shop.desk.put_right(&other, &id, &asked, None).await;
    assert!(
        matches!(theirs, Err(DeskError::NotAllowed(_))),
        "{theirs:?}"
    );
    let stranger = shop.agent("pat", Some("m_maple")).await;
    let unseen = shop.desk.put_right(&stranger, &id, &asked, None).await;
    assert!(matches!(unseen, Err(DeskError::NotFound)), "{unseen:?}");
    let key = shop.key("m_linden");
    let mut order = shop.desk.order(&key, &order()).await.unwrap();
    order.status = OrderStatus::Shipped;
    shop.store.commit(Commit::new().order(order)).await.unwrap();
    let why = refused(shop.desk.put_right(&agent, &id, &asked, None).await);
    assert_eq!(why, NotDone::Left);
    let paid = PutRight {
        detail: None,
        pay_again: true,
        ..asked
    };
    let why = refused(shop.desk.put_right(&agent, &id, &paid, None).await);
    assert_eq!(why, NotDone::NotUnpaid);
    assert!(shop.told(EventKind::OrderCorrected).await.is_empty());
}

#[tokio::test]
async fn nothing_is_corrected_for_somebody_who_has_not_shown_that_the_order_is_theirs() {
    let (shop, agent, _, id) = at_work(None).await;
    listens(&shop, Vec::new());
    let asked = right("7 Mill Lane, Leeds LS1 4AB", true);
    let why = refused(shop.desk.put_right(&agent, &id, &asked, None).await);
    assert_eq!(why, NotDone::NotShown);
}

#[tokio::test]
async fn the_merchant_is_told_in_the_agents_words_and_the_customer_is_not() {
    let (shop, agent, session, id) = at_work(mia()).await;
    listens(&shop, vec![EventKind::OrderCorrected]);
    let said = (
        Some(order()),
        "Please send it again, card 4111 1111 1111 1111",
    );
    let deaf = shop.desk.tell_merchant_of(&agent, &id, said.clone(), None);
    assert_eq!(refused(deaf.await), NotDone::NobodyListens);
    listens(&shop, vec![EventKind::MerchantTold]);
    let word = shop.desk.tell_merchant_of(&agent, &id, said, None);
    word.await.unwrap();
    let heard = shop.told(EventKind::MerchantTold).await;
    assert_eq!(heard.len(), 1);
    assert_eq!(heard[0]["data"]["order"], "A1002");
    let text = heard[0]["data"]["text"].as_str().unwrap();
    assert!(
        text.contains("send it again") && !text.contains("4111 1111"),
        "{text}"
    );
    let events = shop.store.events(&id, Seq(0), 200).await.unwrap();
    let seen = events.iter().filter_map(|event| {
        frontdesk::domain::transcript::CustomerEvent::of(event, &Default::default())
    });
    let seen = serde_json::to_string(&seen.collect::<Vec<_>>()).unwrap();
    assert!(!seen.contains("send it again"), "{seen}");
    drop(session);
}
