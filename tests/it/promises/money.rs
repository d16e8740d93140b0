//! What is promised about claims and money: a decision, a payment, and one that failed.

use super::*;

/// Jo applies for a refund that a person decides about.
async fn claim(shop: &Shop) -> (Session, ConversationId) {
    let visitor = shop
        .visit_as(Some(signed_in("jo@example.com")))
        .await
        .session;
    shop.send(&visitor, "I want a refund for A1003").await;
    shop.send(&visitor, "1").await;
    let said = shop
        .send(&visitor, "the lid was cracked when I opened the box")
        .await;
    assert_eq!(row(shop, &said.conversation).await.owner, Owner::Queue);
    (visitor, said.conversation)
}

#[tokio::test]
async fn the_shops_decision_about_a_claim_is_the_answer_that_was_promised() {
    let shop = Shop::open().await;
    let (_, id) = claim(&shop).await;
    let order = OrderId::parse("A1003").unwrap();
    let key = shop.key("m_linden");
    let claims = shop.desk.claims(&key, None, 10).await.unwrap();
    let claim = claims.iter().find(|it| it.order == order).unwrap().claims[0]
        .id
        .clone();
    let worn = ClaimMove::Reject("The box shows signs of use.".to_owned());
    shop.desk.move_claim(&key, &claim, worn).await.unwrap();
    assert_eq!(states(&shop, &id).await, ["kept"]);
    assert_eq!(look(&shop, "2026-12-12T12:00:00Z").await, 0);
}

#[tokio::test]
async fn a_claim_that_nobody_decides_about_is_late_like_any_answer() {
    let shop = Shop::open().await;
    let (_, id) = claim(&shop).await;
    look(&shop, LOOK).await;
    assert_eq!(told(&shop, &id).await.len(), 1);
    assert_eq!(states(&shop, &id).await, ["told_late"]);
}

/// Asks where the money is, and is told the 25th.
async fn asks_for_money(shop: &Shop) -> (Session, ConversationId) {
    let visitor = shop
        .visit_as(Some(signed_in("wang@example.com")))
        .await
        .session;
    let said = shop
        .send(&visitor, "订单 88412033 的退款什么时候到账")
        .await;
    let id = said.conversation;
    assert_eq!(states(shop, &id).await, ["open"]);
    (visitor, id)
}

async fn refund_is(shop: &Shop, state: RefundState) {
    let key = shop.key("m_linden");
    let id = OrderId::parse("88412033").unwrap();
    let mut order = shop.desk.order(&key, &id).await.unwrap();
    order.refunds[0].state = state;
    shop.desk.put_orders(&key, vec![order]).await.unwrap();
}

#[tokio::test]
async fn money_that_is_there_by_its_day_keeps_the_promise_in_silence() {
    let shop = Shop::open().await;
    let (_, id) = asks_for_money(&shop).await;
    refund_is(&shop, RefundState::Paid).await;
    assert_eq!(look(&shop, "2026-11-25T15:59:59Z").await, 0);
    assert_eq!(look(&shop, "2026-11-25T16:00:00Z").await, 1);
    assert_eq!(states(&shop, &id).await, ["kept"]);
    assert_eq!(told(&shop, &id).await, Vec::<String>::new());
    assert_eq!(row(&shop, &id).await.owner, Owner::Bot);
}

#[tokio::test]
async fn money_that_is_late_is_told_of_and_looked_for_by_a_person_whose_answer_counts() {
    let shop = Shop::open().await;
    let (_, id) = asks_for_money(&shop).await;
    look(&shop, "2026-11-25T16:00:00Z").await;
    let said = told(&shop, &id).await;
    assert!(
        said[0].contains("88412033") && said[0].contains("抱歉"),
        "{said:?}"
    );
    let waiting = row(&shop, &id).await;
    assert_eq!(
        (waiting.owner, waiting.priority),
        (Owner::Queue, Priority::High)
    );
    let lee = shop.agent("lee", None).await;
    shop.desk.claim(&lee, &id, None).await.unwrap();
    reply(&shop, &lee, &id).await;
    assert_eq!(states(&shop, &id).await, ["kept"]);
    assert_eq!(look(&shop, "2026-12-12T12:00:00Z").await, 0);
}

#[tokio::test]
async fn a_promise_comes_along_into_the_conversation_that_goes_on() {
    let shop = Shop::open().await;
    let (visitor, first) = asks_for_money(&shop).await;
    let done = shop.send(&visitor, "谢谢，再见").await;
    assert_eq!(done.conversation, first);
    assert!(row(&shop, &first).await.status.is_done());
    shop.wait(80);
    let next = shop.send(&visitor, "你们几点上班").await.conversation;
    assert_ne!(next, first);
    look(&shop, "2026-11-25T16:00:00Z").await;
    assert_eq!(told(&shop, &first).await, Vec::<String>::new());
    assert_eq!(told(&shop, &next).await.len(), 1);
    let folder = shop.closed();
    check_whole(&folder.path().join("data"));
}

/// Jo's claim inside the policy, of which the payment side then says that it failed.
async fn failed_payment(shop: &Shop) -> (ConversationId, ClaimId) {
    let visitor = shop
        .visit_as(Some(signed_in("una@example.com")))
        .await
        .session;
    shop.send(&visitor, "I want a refund for A1053").await;
    shop.send(&visitor, "1").await;
    let said = shop.send(&visitor, "the spout is broken off").await;
    let id = said.conversation;
    let claim: ClaimId = "A1053-1".parse().unwrap();
    let key = shop.key("m_linden");
    let failed = ClaimMove::Failed("expired_or_canceled_card".to_owned(), None);
    for to in [ClaimMove::Approve, ClaimMove::Paying, failed] {
        shop.desk.move_claim(&key, &claim, to).await.unwrap();
    }
    (id, claim)
}

async fn repairs(shop: &Shop, id: &ConversationId) -> Vec<&'static str> {
    let row = row(shop, id).await;
    let promises = row.promises.iter();
    let repairs = promises.filter(|promise| matches!(promise.what, Promised::Repair { .. }));
    repairs.map(|promise| promise.state.name()).collect()
}

#[tokio::test]
async fn a_payment_that_failed_is_promised_to_be_seen_to_by_a_time_and_told_late_first() {
    let shop = Shop::open().await;
    let (id, _) = failed_payment(&shop).await;
    assert_eq!(repairs(&shop, &id).await, ["open"]);
    let events = log(&shop, &id).await;
    let words = events.iter().filter_map(Event::said).map(|(text, _)| text);
    let mut failed = words.filter(|text| text.contains("did not go through"));
    assert!(failed.next_back().unwrap().contains("24 November at 18:00"));
    look(&shop, LOOK).await;
    assert_eq!(
        told(&shop, &id).await.len(),
        1,
        "the customer hears it first"
    );
    assert_eq!(repairs(&shop, &id).await, ["told_late"]);
    assert_eq!(row(&shop, &id).await.priority, Priority::High);
    look(&shop, LATER).await;
    assert_eq!(repairs(&shop, &id).await, ["raised"]);
    assert_eq!(row(&shop, &id).await.priority, Priority::Urgent);
}

#[tokio::test]
async fn money_that_is_sent_again_keeps_the_promise_and_one_that_fails_again_makes_another() {
    let shop = Shop::open().await;
    let key = shop.key("m_linden");
    let (id, claim) = failed_payment(&shop).await;
    shop.wait(1);
    shop.desk
        .move_claim(&key, &claim, ClaimMove::Paying)
        .await
        .unwrap();
    assert_eq!(repairs(&shop, &id).await, ["kept"]);
    let failed = ClaimMove::Failed("api_error".to_owned(), None);
    shop.desk.move_claim(&key, &claim, failed).await.unwrap();
    assert_eq!(repairs(&shop, &id).await, ["kept", "open"]);
    let lee = shop.agent("lee", None).await;
    shop.desk.claim(&lee, &id, None).await.unwrap();
    reply(&shop, &lee, &id).await;
    assert_eq!(repairs(&shop, &id).await, ["kept", "kept"]);
}
