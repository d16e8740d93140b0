//! Correcting a detail and paying again: the shop's program is told in the same commit, answers with a link once, and the customer is
//! told in the conversation; a link leads to the site's own host or is not taken.

use frontdesk::desk::DeskError;
use frontdesk::domain::account::{ApiKey, Session};
use frontdesk::domain::conversation::{Actor, EventBody, Identity, Owner, Seq};
use frontdesk::domain::ids::{ConversationId, EndpointId, MerchantId, OrderId};
use frontdesk::domain::order::OrderStatus;
use frontdesk::domain::payment_link::{InvalidLink, LinkId, LinkState};
use frontdesk::domain::webhook::{EventKind, Subscription};
use frontdesk::store::{Commit, Store};

use crate::shop::Shop;

const LINK: &str = "https://pay.linden.example/p/abc";

/// A shop whose order A1002 was rejected and waits to be paid, and its customer, signed in.
async fn unpaid() -> (Shop, Session, ApiKey) {
    let shop = Shop::open().await;
    let key = shop.key("m_linden");
    let id = OrderId::parse("A1002").unwrap();
    let mut order = shop.desk.order(&key, &id).await.unwrap();
    order.status = OrderStatus::Rejected;
    order.paid_at = None;
    shop.store.commit(Commit::new().order(order)).await.unwrap();
    shop.desk.set_subscriptions(vec![Subscription {
        endpoint: EndpointId::parse("linden").unwrap(),
        merchant: MerchantId::parse("m_linden").unwrap(),
        events: Vec::new(),
    }]);
    let identity = Identity {
        subject: "mia".to_owned(),
        email: Some("mia@example.com".to_owned()),
        ..Identity::default()
    };
    let opened = shop.visit_as(Some(identity)).await;
    (shop, opened.session, key)
}

/// What the desk told the customer without being asked.
async fn unasked(shop: &Shop, id: &ConversationId) -> Vec<String> {
    unasked_in(&shop.store, id).await
}

async fn unasked_in(store: &Store, id: &ConversationId) -> Vec<String> {
    let events = store.events(id, Seq(0), 200).await.unwrap();
    let replies = events.into_iter().filter_map(|event| match event.body {
        EventBody::Reply { text, .. } if event.by == Actor::System => Some(text),
        _ => None,
    });
    replies.collect()
}

fn given(url: &str) -> LinkState {
    LinkState::Given {
        url: url.to_owned(),
        expires_at: None,
    }
}

#[tokio::test]
async fn a_correction_reaches_the_shop_in_full_and_the_customer_in_part() {
    let (shop, visitor, _) = unpaid().await;
    for text in [
        "I want to change the address of A1002",
        "7 Mill Lane, Leeds LS1 4AB",
    ] {
        shop.send(&visitor, text).await;
    }
    assert!(shop.told(EventKind::OrderCorrected).await.is_empty());
    shop.send(&visitor, "yes").await;
    let corrected = shop.told(EventKind::OrderCorrected).await;
    assert_eq!(corrected.len(), 1);
    assert_eq!(corrected[0]["data"]["order"], "A1002");
    assert_eq!(corrected[0]["data"]["field"], "address");
    assert_eq!(corrected[0]["data"]["value"], "7 Mill Lane, Leeds LS1 4AB");
    // The order waits to be paid, so that a link is asked for in the same breath.
    assert_eq!(shop.told(EventKind::PaymentLinkRequested).await.len(), 1);
}

#[tokio::test]
async fn a_link_is_asked_for_once_given_once_and_told_in_the_conversation() {
    let (shop, visitor, key) = unpaid().await;
    let received = shop
        .send(&visitor, "the payment link of A1002 has expired")
        .await;
    shop.send(&visitor, "can I get a new payment link for A1002?")
        .await;
    let asked = shop.told(EventKind::PaymentLinkRequested).await;
    assert_eq!(asked.len(), 1, "{asked:?}");
    let id: LinkId = asked[0]["data"]["link"].as_str().unwrap().parse().unwrap();
    assert_eq!(id.conversation, received.conversation);
    for _ in 0..2 {
        let link = shop.desk.answer_link(&key, &id, given(LINK)).await.unwrap();
        assert_eq!(link.state.name(), "given");
    }
    let said = unasked(&shop, &id.conversation).await;
    assert_eq!(said.len(), 1, "{said:?}");
    assert!(
        said[0].contains(LINK) && said[0].contains("A1002"),
        "{said:?}"
    );
    let other = given("https://pay.linden.example/p/other");
    let refused = shop.desk.answer_link(&key, &id, other).await;
    assert!(matches!(
        refused,
        Err(DeskError::Link(InvalidLink::Answered))
    ));
    let row = shop
        .store
        .conversation(&id.conversation)
        .await
        .unwrap()
        .unwrap();
    let states: Vec<_> = row.promises.iter().map(|it| it.state.name()).collect();
    assert_eq!(states, ["kept"]);
}

#[tokio::test]
async fn a_link_to_anywhere_else_or_of_another_merchant_is_not_taken() {
    let (shop, visitor, key) = unpaid().await;
    shop.send(&visitor, "the payment link of A1002 has expired")
        .await;
    let asked = shop.told(EventKind::PaymentLinkRequested).await;
    let id: LinkId = asked[0]["data"]["link"].as_str().unwrap().parse().unwrap();
    for wrong in [
        "https://pay.linden.example.evil.example/p",
        "https://pay.linden.example@evil.example/p",
        "http://pay.linden.example/p",
        "javascript:alert(1)",
    ] {
        let refused = shop.desk.answer_link(&key, &id, given(wrong)).await;
        assert!(matches!(refused, Err(DeskError::Link(_))), "{wrong}");
    }
    let stranger = shop.key("m_other");
    let refused = shop.desk.answer_link(&stranger, &id, given(LINK)).await;
    assert!(matches!(refused, Err(DeskError::NotFound)));
    assert!(unasked(&shop, &id.conversation).await.is_empty());
}

#[tokio::test]
async fn where_there_is_no_link_a_person_finds_another_way() {
    let (shop, visitor, key) = unpaid().await;
    shop.send(&visitor, "the payment link of A1002 has expired")
        .await;
    let asked = shop.told(EventKind::PaymentLinkRequested).await;
    let id: LinkId = asked[0]["data"]["link"].as_str().unwrap().parse().unwrap();
    let reason = LinkState::Refused {
        reason: "it has been closed".to_owned(),
    };
    shop.desk.answer_link(&key, &id, reason).await.unwrap();
    let said = unasked(&shop, &id.conversation).await;
    assert!(said[0].contains("it has been closed"), "{said:?}");
    let row = shop
        .store
        .conversation(&id.conversation)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(row.owner, Owner::Queue);
    assert_eq!(shop.told(EventKind::HandoffCreated).await.len(), 1);
}

#[tokio::test]
async fn a_link_that_does_not_come_is_told_late_and_then_raised() {
    let (shop, visitor, _) = unpaid().await;
    let received = shop
        .send(&visitor, "the payment link of A1002 has expired")
        .await;
    shop.clock.move_to("2026-11-24T16:00:00Z".parse().unwrap());
    assert_eq!(shop.desk.look_at_due().await.unwrap(), 1);
    assert_eq!(unasked(&shop, &received.conversation).await.len(), 1);
    let row = shop
        .store
        .conversation(&received.conversation)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(row.owner, Owner::Queue);
}

/// What only the merchant can decide goes to the merchant's own team, with a time by which it is answered.
#[tokio::test]
async fn what_a_merchant_asks_goes_to_the_merchants_own_team_with_a_deadline() {
    let shop = Shop::open().await;
    for (text, team) in [
        (
            "I set the wrong price in the back office by mistake",
            Some("linden-merchant"),
        ),
        ("I want to talk to a human", None),
    ] {
        let visitor = shop.visit().await;
        let received = shop.send(&visitor, text).await;
        let events = shop
            .store
            .events(&received.conversation, Seq(0), 50)
            .await
            .unwrap();
        let handed = events.into_iter().find_map(|event| match event.body {
            EventBody::HandedOff(handoff) => Some(*handoff),
            _ => None,
        });
        let handed = handed.unwrap();
        assert_eq!(handed.team.as_deref(), team, "{text}");
        let due = handed.due_by.map(|at| at.to_string());
        assert_eq!(due.as_deref(), Some("2026-11-24T18:00:00Z"), "{text}");
    }
}

/// Over the API: another host is refused with the field's name, an unknown number is 404, and a key is needed.
#[tokio::test]
async fn the_api_refuses_links_to_other_hosts_by_name() {
    let app = crate::support::TestApp::start().await;
    let key = app.api_key("m_linden").await;
    let unknown = format!("/v1/payment-links/{}.1", crate::support::fresh_id());
    let body = serde_json::json!({ "url": LINK });
    let answer = app
        .post(&unknown)
        .bearer_auth(&key)
        .json(&body)
        .send()
        .await;
    assert_eq!(crate::support::problem(answer.unwrap()).await.0, 404);
    let answer = app.post(&unknown).json(&body).send().await;
    assert_eq!(crate::support::problem(answer.unwrap()).await.0, 401);
}

/// Over HTTP, for an order that was rejected and waits to be paid: asked for, refused for another host, given, and told in the
/// conversation in its language.
#[tokio::test]
async fn over_http_only_the_shops_own_host_is_taken_and_the_customer_is_told_in_their_language() {
    let app = crate::support::TestApp::start().await;
    let key = app.api_key("m_linden").await;
    for (order, asks, promised, told) in [
        (
            "PE1001",
            "the payment link of PE1001 has expired",
            "asked the shop for a fresh payment link",
            "Here is the fresh payment link for order PE1001",
        ),
        (
            "PS1001",
            "订单 PS1001 的付款链接过期了，能重新发一个吗",
            "我已请商家为订单 PS1001 发一个新的付款链接",
            "这是订单 PS1001 的新付款链接",
        ),
        (
            "PT1001",
            "訂單 PT1001 的付款連結過期了，可以重新給我一個嗎",
            "我已請商家為訂單 PT1001 提供新的付款連結",
            "這是訂單 PT1001 的新付款連結",
        ),
    ] {
        let email = format!("{}@example.com", order.to_lowercase());
        let record = serde_json::json!({"status": "rejected", "amount": "20.00", "currency": "GBP", "items": ["Kettle"],
            "created_at": "2026-11-18T08:00:00Z", "customer": {"name": "Jo Field", "email": email}});
        let put = app.request(reqwest::Method::PUT, &format!("/v1/orders/{order}"));
        let put = put.bearer_auth(&key).json(&record).send().await.unwrap();
        assert_eq!(put.status(), 200);
        let claims = serde_json::json!({"sub": order, "email": email});
        let visitor = app.signed_in(&claims).await;
        let answer = app.send(&visitor, asks).await;
        assert!(answer["replies"].to_string().contains(promised), "{answer}");
        let id = answer["conversation"].as_str().unwrap();
        let conversation = ConversationId::parse(id).unwrap();
        let path = format!("/v1/payment-links/{id}.1");
        let give = async |url: &str| {
            let body = serde_json::json!({ "url": url });
            let request = app.post(&path).bearer_auth(&key).json(&body);
            request.send().await.unwrap()
        };
        for wrong in [
            "https://evil.example/pay",
            "https://pay.linden.example.evil.example/p",
            "https://pay.linden.example@evil.example/p",
            "http://pay.linden.example/p",
        ] {
            let (status, _) = crate::support::problem(give(wrong).await).await;
            assert_eq!(status, 422, "{wrong}");
        }
        let said = unasked_in(&app.store, &conversation).await;
        assert_eq!(said, Vec::<String>::new());
        // Given twice, told once.
        for _ in 0..2 {
            assert_eq!(give(LINK).await.status(), 200);
        }
        let said = unasked_in(&app.store, &conversation).await;
        assert_eq!(said.len(), 1, "{said:?}");
        assert!(said[0].contains(told) && said[0].contains(LINK), "{said:?}");
    }
}

#[tokio::test]
async fn a_link_that_works_is_given_again_as_often_as_it_is_asked_for() {
    let (shop, visitor, key) = unpaid().await;
    shop.send(&visitor, "can I get a new payment link for A1002?")
        .await;
    let asked = shop.told(EventKind::PaymentLinkRequested).await;
    let id: LinkId = asked[0]["data"]["link"].as_str().unwrap().parse().unwrap();
    shop.desk.answer_link(&key, &id, given(LINK)).await.unwrap();
    let again = [
        "send me the payment link again",
        "can you send the payment link again please",
        "give me the payment link again",
        "please send the payment link again",
    ];
    for text in again {
        let received = shop.send(&visitor, text).await;
        let said = received.replies.iter().filter_map(|event| event.said());
        let said: Vec<&str> = said.map(|(text, _)| text).collect();
        assert!(said.iter().any(|it| it.contains(LINK)), "{text}: {said:?}");
    }
    let row = shop.store.conversation(&id.conversation).await.unwrap();
    assert_eq!(row.unwrap().owner, Owner::Bot);
    let asked = shop.told(EventKind::PaymentLinkRequested).await;
    assert_eq!(asked.len(), 1, "the shop is not asked again");
}

/// Whoever says that the link they were given fails gets another one, not the same again; who has had two that fail gets a person.
#[tokio::test]
async fn a_link_that_fails_is_replaced_once_and_then_a_person_takes_over() {
    for (asks, fails, still) in [
        (
            "can I get a new payment link for A1002?",
            "the link doesn't work",
            "still broken, same page",
        ),
        ("A1002 的付款链接过期了", "链接打不开", "还是打不开"),
        ("A1002 的付款連結失效了", "連結點了沒反應", "連結還是打不開"),
    ] {
        let (shop, visitor, key) = unpaid().await;
        let conversation = shop.send(&visitor, asks).await.conversation;
        let said_to = async |text: &str| {
            let received = shop.send(&visitor, text).await;
            let said = received.replies.iter().filter_map(|event| event.said());
            said.map(|(text, _)| text.to_owned()).collect::<String>()
        };
        for (number, complaint) in [(1, fails), (2, still)] {
            let asked = shop.told(EventKind::PaymentLinkRequested).await;
            assert_eq!(asked.len(), number, "{complaint}");
            let id: LinkId = asked[number - 1]["data"]["link"]
                .as_str()
                .unwrap()
                .parse()
                .unwrap();
            let link = given(&format!("{LINK}{number}"));
            shop.desk.answer_link(&key, &id, link).await.unwrap();
            let said = said_to(complaint).await;
            assert!(
                !said.is_empty() && !said.contains(LINK),
                "{complaint}: {said}"
            );
        }
        let row = shop
            .store
            .conversation(&conversation)
            .await
            .unwrap()
            .unwrap();
        assert_eq!(row.owner, Owner::Queue, "{still}");
        let asked = shop.told(EventKind::PaymentLinkRequested).await;
        assert_eq!(asked.len(), 2, "no third link is asked for");
    }
}
