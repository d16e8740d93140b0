//! What a shop sees of its endpoints' deliveries: all of them, page by page, and nothing that is not a program's.

use frontdesk::domain::ids::ConversationId;
use frontdesk::domain::webhook::ToFetch;

use super::*;

async fn asked(app: &TestApp, key: &str, path: &str) -> Value {
    let answer = app.get(path).bearer_auth(key).send().await.unwrap();
    assert_eq!(answer.status(), 200, "{path}");
    answer.json().await.unwrap()
}

/// The numbers of all that a list has, page by page.
async fn leafed(app: &TestApp, key: &str, list: &str) -> Vec<u64> {
    let (mut numbers, mut path) = (Vec::new(), list.to_owned());
    loop {
        let page = asked(app, key, &path).await;
        for one in page["deliveries"].as_array().unwrap() {
            let id = one["id"].as_str().unwrap();
            let (_, number) = id.rsplit_once('-').unwrap();
            numbers.push(number.parse().unwrap());
        }
        let Some(next) = page["next"].as_str() else {
            return numbers;
        };
        path = format!("{list}&cursor={next}");
    }
}

#[tokio::test]
async fn what_arrived_is_listed_to_its_oldest_whatever_waits_behind_it() {
    let app = TestApp::start().await;
    let receiver = Receiver::start().await;
    app.app.desk.set_subscriptions(vec![subscription(&[])]);
    let shop = app.api_key("m_linden").await;
    let sender = receiver.sender(&app.store, &app.clock);
    fill(&app.store, &app.clock, 11).await;
    drain(&sender, &app.clock).await;
    fill(&app.store, &app.clock, 7).await;
    let newest = asked(&app, &shop, "/v1/deliveries?state=delivered&limit=1").await;
    assert_eq!(newest["deliveries"][0]["id"], "linden-pay-11");
    let arrived: Vec<u64> = (1..=11).rev().collect();
    for limit in [1, 4, 11, 50] {
        let list = format!("/v1/deliveries?state=delivered&limit={limit}");
        assert_eq!(leafed(&app, &shop, &list).await, arrived, "{limit}");
        let list = format!("/v1/deliveries?limit={limit}");
        let waiting: Vec<u64> = (12..=18).collect();
        assert_eq!(leafed(&app, &shop, &list).await, waiting, "{limit}");
    }
    let other = app.api_key("m_other").await;
    let theirs = "/v1/deliveries?state=delivered&cursor=delivered.linden-pay-9";
    assert_eq!(asked(&app, &other, theirs).await["deliveries"], json!([]));
    for rubbish in ["x", "delivered.x", "lost.linden-pay-9"] {
        let path = format!("/v1/deliveries?cursor={rubbish}");
        let refused = app.get(&path).bearer_auth(&shop).send().await.unwrap();
        assert_eq!(refused.status(), 400, "{rubbish}");
    }
}

#[tokio::test]
async fn what_was_given_up_comes_before_what_waits_and_no_page_loses_any() {
    let app = TestApp::start().await;
    app.app.desk.set_subscriptions(vec![subscription(&[])]);
    let shop = app.api_key("m_linden").await;
    fill(&app.store, &app.clock, 6).await;
    for mut waiting in app.store.waiting_deliveries(&key(), 1, 3).await.unwrap() {
        let at = app.clock.now();
        waiting.state = frontdesk::domain::webhook::DeliveryState::Failed { at };
        let commit = Commit::new().delivery(waiting);
        app.store.commit(commit).await.unwrap();
    }
    for limit in [1, 2, 3, 4, 6] {
        let list = format!("/v1/deliveries?limit={limit}");
        let all = leafed(&app, &shop, &list).await;
        assert_eq!(all, [2, 3, 4, 1, 5, 6], "{limit}");
    }
}

#[tokio::test]
async fn an_attempt_that_was_answered_with_gone_is_in_the_log() {
    let app = TestApp::start().await;
    let receiver = Receiver::start().await;
    app.app.desk.set_subscriptions(vec![subscription(&[])]);
    let shop = app.api_key("m_linden").await;
    fill(&app.store, &app.clock, 1).await;
    receiver.plan(&[Answer::Head("HTTP/1.1 410 Gone")]);
    let sender = receiver.sender(&app.store, &app.clock);
    drain(&sender, &app.clock).await;
    let shown = asked(&app, &shop, "/v1/deliveries/linden-pay-1").await;
    assert_eq!(
        (&shown["state"], &shown["attempts"], &shown["endpoint_gone"]),
        (&json!("waiting"), &json!(1), &json!(true))
    );
    assert_eq!(shown["tries"][0]["outcome"], "it answered 410");
}

#[tokio::test]
async fn a_shop_sees_and_sends_again_nothing_of_what_is_a_platforms() {
    let app = TestApp::start().await;
    let shop = app.api_key("m_linden").await;
    app.app.desk.set_subscriptions(vec![subscription(&[])]);
    let (_, conversation) = app.waiting("linden").await;
    let before = app.store.endpoint(&key()).await.unwrap().last;
    let told = Told {
        kind: EventKind::MessageReceived,
        about: "file:c1".to_owned(),
        body: String::new(),
    };
    let file = |subscription: &Subscription| Delivery {
        fetch: Some(ToFetch {
            conversation: ConversationId::parse(&conversation).unwrap(),
            user: "9001".to_owned(),
            file: "f1".to_owned(),
            reply: None,
        }),
        ..Delivery::new(subscription, "e1".to_owned(), &told, app.clock.now())
    };
    // In the outbox of an account; and in one that has the name of an endpoint.
    let account = Subscription {
        endpoint: EndpointId::parse("telegram.shop").unwrap(),
        ..subscription(&[])
    };
    let commit = Commit::new().send(file(&account));
    let commit = commit.send(file(&subscription(&[])));
    // What an account says that is nobody's file, either.
    let commit = commit.send(Delivery::new(
        &account,
        "e2".to_owned(),
        &told,
        app.clock.now(),
    ));
    app.store.commit(commit).await.unwrap();
    let own = format!("linden-pay-{}", before + 1);
    for id in ["telegram.shop-1", "telegram.shop-2", &own] {
        let shown = app.get(&format!("/v1/deliveries/{id}")).bearer_auth(&shop);
        assert_eq!(shown.send().await.unwrap().status(), 404, "{id}");
        let again = format!("/v1/deliveries/{id}/resend");
        let again = app.post(&again).bearer_auth(&shop);
        assert_eq!(again.send().await.unwrap().status(), 404, "{id}");
    }
}
