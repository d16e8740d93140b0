//! An endpoint that is gone or comes back, what was given up, and a secret that is being changed.

use super::*;

#[tokio::test]
async fn an_endpoint_that_is_gone_is_left_alone_until_it_is_said_to_be_back() {
    let app = TestApp::start().await;
    let receiver = Receiver::start().await;
    app.app.desk.set_subscriptions(vec![subscription(&[])]);
    let (shop, other) = (app.api_key("m_linden").await, app.api_key("m_other").await);
    let sender = receiver.sender(&app.store, &app.clock);
    fill(&app.store, &app.clock, 2).await;
    receiver.plan(&[Answer::Head("HTTP/1.1 410 Gone")]);
    for _ in 0..3 {
        assert_eq!(
            sender.deliver_next(app.clock.now()).await.unwrap(),
            Progress::Gone
        );
    }
    assert_eq!(receiver.got().len(), 1);
    let list = async |key: &str| {
        let asked = app.get("/v1/deliveries").bearer_auth(key).send();
        let answer: Value = asked.await.unwrap().json().await.unwrap();
        answer["deliveries"].as_array().unwrap().clone()
    };
    let listed = list(&shop).await;
    assert_eq!(listed.len(), 2);
    assert_eq!(
        (&listed[0]["id"], &listed[0]["endpoint_gone"]),
        (&json!("linden-pay-1"), &json!(true))
    );
    assert!(
        !json!(listed).to_string().contains("s3cr3t"),
        "the address is shown"
    );
    assert!(list(&other).await.is_empty());
    let resend = |key: String, id: &str| {
        let path = format!("/v1/deliveries/{id}/resend");
        app.post(&path).bearer_auth(key).send()
    };
    for id in ["linden-pay-1", "linden-pay-9", "rubbish"] {
        let refused = resend(other.clone(), id).await.unwrap();
        assert_eq!(
            problem(refused).await,
            (404, "not_found".to_owned()),
            "{id}"
        );
    }
    assert_eq!(
        resend(shop.clone(), "linden-pay-1").await.unwrap().status(),
        200
    );
    assert_eq!(drain(&sender, &app.clock).await.len(), 2);
    assert_eq!(receiver.kinds(), ["n1", "n1", "n2"]);
}

#[tokio::test]
async fn what_was_given_up_is_sent_again_when_the_shop_asks() {
    let app = TestApp::start().await;
    let receiver = Receiver::start().await;
    app.app.desk.set_subscriptions(vec![subscription(&[])]);
    let shop = app.api_key("m_linden").await;
    let sender = receiver.sender(&app.store, &app.clock);
    fill(&app.store, &app.clock, 1).await;
    receiver.plan(&[Answer::Head("HTTP/1.1 500 Internal Server Error"); 10]);
    loop {
        match sender.deliver_next(app.clock.now()).await.unwrap() {
            Progress::GivenUp(_) => break,
            Progress::NotBefore(at) => app.clock.move_to(at),
            _ => {}
        }
    }
    let asked = app
        .post("/v1/deliveries/linden-pay-1/resend")
        .bearer_auth(&shop);
    let answer: Value = asked.send().await.unwrap().json().await.unwrap();
    assert_eq!(
        (&answer["state"], &answer["attempts"]),
        (&json!("waiting"), &json!(0))
    );
    assert_eq!(drain(&sender, &app.clock).await.len(), 1);
    let got = receiver.got();
    assert!(got.iter().all(|one| one.id == got[0].id));
}

#[tokio::test]
async fn row_25_both_secrets_sign_while_one_is_changed() {
    let desk = Desk::open();
    let receiver = Receiver::start().await;
    fill(&desk.store, &desk.clock, 1).await;
    let mut endpoint = receiver.endpoint(&["127.0.0.0/8"]);
    endpoint.secrets = [SECRET, OLD_SECRET]
        .map(|secret| SigningSecret::parse(secret).unwrap())
        .into();
    let sender = Sender::new(desk.store.clone(), desk.clock.clone(), endpoint).unwrap();
    desk.next(&sender).await;
    let got = receiver.got().remove(0);
    assert!(got.is_signed_with(SECRET) && got.is_signed_with(OLD_SECRET));
    assert!(!got.is_signed_with("whsec_bm9ib2R5cy1zZWNyZXQtMDEyMzQ1Njc4OTA="));
}
