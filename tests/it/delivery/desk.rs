//! What a desk tells a merchant's endpoint, and whom it tells what.

use super::*;

/// What an endpoint is told that follows claims.
const CLAIMS: [EventKind; 8] = [
    EventKind::RefundSubmitted,
    EventKind::RefundAccepted,
    EventKind::RefundApproved,
    EventKind::RefundRejected,
    EventKind::RefundWithdrawn,
    EventKind::RefundPaid,
    EventKind::RefundFailed,
    EventKind::HandoffCreated,
];

async fn deliver_order(app: &TestApp, key: &str, id: &str, amount: &str) {
    let order = json!({"status": "delivered", "amount": amount, "currency": "GBP", "items": ["Kettle"],
        "created_at": "2026-11-10T08:00:00Z", "paid_at": "2026-11-10T08:01:00Z",
        "shipping": {"carrier": "DPD", "delivered_at": "2026-11-18T12:00:00Z"},
        "customer": {"name": "Jo Field", "email": "jo@example.com", "phone": "+447700900777"}});
    let put = app
        .request(Method::PUT, &format!("/v1/orders/{id}"))
        .bearer_auth(key)
        .json(&order);
    assert_eq!(put.send().await.unwrap().status(), 200);
}

async fn apply(app: &TestApp, order: &str, cause: &str) -> Visitor {
    let visitor = app
        .signed_in(&json!({"sub": "jo", "email": "jo@example.com"}))
        .await;
    app.say_as(&visitor, &format!("I want a refund for {order}"))
        .await;
    app.say_as(&visitor, cause).await;
    // That somebody changed their mind needs no story.
    let story = match cause {
        "4" => "yes",
        _ => "the lid was cracked when I opened the box",
    };
    app.say_as(&visitor, story).await;
    visitor
}

async fn report(app: &TestApp, key: &str, path: &str, body: &Value) -> u16 {
    let request = app.post(&format!("/v1/refunds/{path}")).bearer_auth(key);
    request.json(body).send().await.unwrap().status().as_u16()
}

#[tokio::test]
async fn a_claim_reaches_the_payment_system_signed_with_every_move_and_in_order() {
    let app = TestApp::start().await;
    let receiver = Receiver::start().await;
    app.app.desk.set_subscriptions(vec![subscription(&CLAIMS)]);
    let shop = app.api_key("m_linden").await;
    deliver_order(&app, &shop, "A1041", "40.00").await;
    deliver_order(&app, &shop, "A1042", "140.00").await;
    let visitor = apply(&app, "A1041", "4").await;
    apply(&app, "A1042", "1").await;
    app.say_as(&visitor, "please withdraw my refund request for A1041")
        .await;
    for (path, body) in [
        ("A1042-1/approve", json!({})),
        ("A1042-1/approve", json!({})),
        ("A1042-1/paying", json!({})),
        ("A1042-1/failed", json!({"code": "card_void"})),
        ("A1042-1/paying", json!({})),
        ("A1042-1/paid", json!({"reference": "tx-7"})),
        ("A1042-1/paid", json!({"reference": "tx-7"})),
    ] {
        assert_eq!(report(&app, &shop, path, &body).await, 200, "{path}");
    }
    let sender = receiver.sender(&app.store, &app.clock);
    drain(&sender, &app.clock).await;
    let expected = [
        "refund.accepted",
        "refund.submitted",
        "handoff.created",
        "refund.withdrawn",
        "refund.approved",
        "refund.failed",
        "refund.paid",
    ];
    assert_eq!(receiver.kinds(), expected);
    let got = receiver.got();
    assert!(got.iter().all(|got| got.is_signed_with(SECRET)));
    assert!(
        got.iter()
            .all(|got| !got.id.contains('.') && got.body.len() < 20_000)
    );
    let data = got[0].json()["data"].clone();
    assert_eq!(
        (
            &data["idempotency_key"],
            &data["amount"],
            &data["currency"],
            &data["order"],
            &data["cause"]
        ),
        (
            &json!("A1041:A1041-1"),
            &json!("40.00"),
            &json!("GBP"),
            &json!("A1041"),
            &json!("changed_mind")
        )
    );
    assert_eq!(got[5].json()["data"]["code"], "card_void");
    assert_eq!(got[6].json()["data"]["reference"], "tx-7");
    let bodies: String = got.iter().map(|got| got.body.as_str()).collect();
    assert!(
        !bodies.contains("lid") && !bodies.contains("jo@example.com"),
        "{bodies}"
    );
    assert_eq!(
        sender.deliver_next(app.clock.now()).await.unwrap(),
        Progress::Idle
    );
}

#[tokio::test]
async fn an_endpoint_is_told_what_it_asked_for_and_of_its_own_merchant_only() {
    let app = TestApp::start().await;
    let receiver = Receiver::start().await;
    let wanted = subscription(&[EventKind::HandoffCreated]);
    app.app.desk.set_subscriptions(vec![wanted]);
    let shop = app.api_key("m_linden").await;
    deliver_order(&app, &shop, "A1041", "40.00").await;
    apply(&app, "A1041", "4").await;
    app.waiting("other").await;
    let (_, conversation) = app.waiting("linden").await;
    drain(&receiver.sender(&app.store, &app.clock), &app.clock).await;
    assert_eq!(receiver.kinds(), ["handoff.created"]);
    let data = receiver.got()[0].json()["data"].clone();
    assert_eq!(data["conversation"], json!(conversation));
    assert_eq!(data["reason"], "asked_for_human");
}

#[tokio::test]
async fn a_working_desk_sends_by_itself_and_one_that_hangs_holds_up_no_other() {
    let app = TestApp::start().await;
    let (stuck, mut receiver) = (Receiver::start().await, Receiver::start().await);
    stuck.plan(&[Answer::Hang; 100]);
    let slow = Subscription {
        endpoint: EndpointId::parse("slow").unwrap(),
        ..subscription(&CLAIMS)
    };
    let hanging = Endpoint {
        id: slow.endpoint.clone(),
        timeout: Duration::from_secs(600),
        ..stuck.endpoint(&["127.0.0.0/8"])
    };
    app.app
        .desk
        .set_subscriptions(vec![slow, subscription(&CLAIMS)]);
    let senders = vec![
        Sender::new(app.store.clone(), app.clock.clone(), hanging).unwrap(),
        receiver.sender(&app.store, &app.clock),
    ];
    let _running = delivery::run(senders);
    for n in 1..=3 {
        app.waiting("linden").await;
        let arrived = tokio::time::timeout(Duration::from_secs(60), receiver.arrivals.recv());
        assert!(arrived.await.unwrap().is_some(), "{n}");
    }
    assert_eq!(receiver.kinds(), ["handoff.created"; 3]);
    let ids: Vec<String> = receiver.got().iter().map(|one| one.id.clone()).collect();
    assert_eq!(stuck.got()[0].id, ids[0], "one event has one name for all");
}

#[tokio::test]
async fn row_27_of_many_decisions_at_once_one_is_told_and_what_lost_leaves_nothing() {
    let app = TestApp::start().await;
    app.app.desk.set_subscriptions(vec![subscription(&[])]);
    let shop = app.api_key("m_linden").await;
    deliver_order(&app, &shop, "A1042", "140.00").await;
    apply(&app, "A1042", "1").await;
    let (yes, no) = (json!({}), json!({"reason": "worn"}));
    let asked = (0..24).map(|n| match n % 2 {
        0 => report(&app, &shop, "A1042-1/approve", &yes),
        _ => report(&app, &shop, "A1042-1/reject", &no),
    });
    let answers = futures_util::future::join_all(asked).await;
    assert!(answers.iter().all(|status| matches!(status, 200 | 409)));
    let waiting = app.store.waiting_deliveries(&key(), 0, 100).await.unwrap();
    let decided = waiting.iter().filter(|one| {
        matches!(
            one.kind,
            EventKind::RefundApproved | EventKind::RefundRejected
        )
    });
    assert_eq!(decided.count(), 1);
    let numbers: Vec<u64> = waiting.iter().map(|one| one.id.number).collect();
    let expected: Vec<u64> = (1..=waiting.len() as u64).collect();
    assert_eq!(numbers, expected, "numbered without a gap");
}
