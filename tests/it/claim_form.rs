//! Refund applications as a form in one go: some items, a part of the money, every mistake at once, several on one order.

use futures_util::future::join_all;
use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{TestApp, Visitor, fresh_id};

/// An order of Jo's with three things in it, which came two days ago.
async fn deliver(app: &TestApp, id: &str, amount: &str) -> String {
    let key = app.api_key("m_linden").await;
    let order = json!({"status": "delivered", "amount": amount, "currency": "GBP",
        "items": ["Blue mug", "Red mug", "Kettle"],
        "created_at": "2026-11-10T08:00:00Z", "paid_at": "2026-11-10T08:01:00Z",
        "shipping": {"carrier": "DPD", "delivered_at": "2026-11-18T12:00:00Z"},
        "customer": {"name": "Jo Field", "email": "jo@example.com", "phone": "+447700900777"}});
    let put = app.request(Method::PUT, &format!("/v1/orders/{id}"));
    let put = put.bearer_auth(&key).json(&order).send().await.unwrap();
    assert_eq!(put.status(), 200);
    key
}

async fn jo(app: &TestApp) -> Visitor {
    app.signed_in(&json!({"sub": "jo", "email": "jo@example.com"}))
        .await
}

/// Sends a form; the fields are those given and what it lacks.
async fn apply(app: &TestApp, visitor: &Visitor, fields: Value) -> (u16, Value) {
    let mut form = json!({"client_id": fresh_id(), "order": "A1001", "cause": "damaged"});
    for (name, value) in fields.as_object().unwrap() {
        form[name] = value.clone();
    }
    let sent = app.post("/v1/claims").bearer_auth(&visitor.token);
    let answer = sent.json(&form).send().await.unwrap();
    let status = answer.status().as_u16();
    (status, answer.json().await.unwrap())
}

#[tokio::test]
async fn some_items_a_part_and_the_rest_are_claimed_one_after_the_other_and_never_more_than_was_paid()
 {
    let app = TestApp::start().await;
    let key = deliver(&app, "A1001", "40.00").await;
    let jo = jo(&app).await;
    let (status, first) = apply(&app, &jo, json!({"items": ["blue mug"], "amount": "8.50"})).await;
    assert_eq!(status, 201, "{first}");
    assert_eq!(
        first["claim"],
        json!({"id": "A1001-1", "state": "accepted", "amount": "8.50", "currency": "GBP", "items": ["Blue mug"]})
    );
    let said = first["replies"][0]["text"].as_str().unwrap();
    assert!(
        said.contains("A1001-1") && said.contains("8.50 GBP"),
        "{said}"
    );
    let (status, half) = apply(&app, &jo, json!({"amount": "50%"})).await;
    assert_eq!(
        (status, &half["claim"]["amount"]),
        (201, &json!("20.00")),
        "{half}"
    );
    let (status, again) = apply(&app, &jo, json!({"items": ["Blue mug"], "amount": "1"})).await;
    assert_eq!(
        (status, &again["errors"][0]["path"]),
        (422, &json!("items[0]")),
        "{again}"
    );
    let (status, much) = apply(&app, &jo, json!({"amount": "11.51"})).await;
    let detail = much["errors"][0]["detail"].as_str().unwrap();
    assert!(status == 422 && detail.contains("11.50 GBP"), "{much}");
    let (status, rest) = apply(&app, &jo, json!({})).await;
    assert_eq!(
        (status, &rest["claim"]["amount"]),
        (201, &json!("11.50")),
        "{rest}"
    );
    let (status, none) = apply(&app, &jo, json!({})).await;
    assert_eq!(
        (status, &none["errors"][0]["path"]),
        (422, &json!("order")),
        "{none}"
    );

    let list = app
        .get("/v1/refunds")
        .bearer_auth(&key)
        .send()
        .await
        .unwrap();
    let list: Value = list.json().await.unwrap();
    let amounts: Vec<&str> = list["refunds"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["amount"].as_str().unwrap())
        .collect();
    assert_eq!(amounts, ["8.50", "20.00", "11.50"]);
    assert_eq!(list["refunds"][0]["items"], json!(["Blue mug"]));
}

#[tokio::test]
async fn every_mistake_is_told_at_once_in_the_customers_language_and_nothing_is_filed() {
    let app = TestApp::start().await;
    deliver(&app, "A1001", "40.00").await;
    let jo = jo(&app).await;
    app.say_as(&jo, "你好").await;
    let bad = json!({"cause": "because", "items": ["Teapot", "Kettle"], "currency": "EUR", "evidence": ["0".repeat(64)]});
    let (status, told) = apply(&app, &jo, bad).await;
    assert_eq!((status, &told["code"]), (422, &json!("invalid_value")));
    let errors = told["errors"].as_array().unwrap();
    let paths: Vec<&str> = errors
        .iter()
        .map(|one| one["path"].as_str().unwrap())
        .collect();
    assert_eq!(
        paths,
        ["cause", "items[0]", "amount", "currency", "evidence[0]"]
    );
    for error in errors {
        let detail = error["detail"].as_str().unwrap();
        assert!(
            detail.contains('。') && !detail.contains("Teapot"),
            "{detail}"
        );
    }
    let (status, fine) = apply(&app, &jo, json!({"items": ["Kettle"], "amount": "15"})).await;
    assert_eq!(
        (status, &fine["claim"]["id"]),
        (201, &json!("A1001-1")),
        "{fine}"
    );
}

/// For somebody else's order, one that is not there and one that cannot be: the same words, and nothing about what else is in the form.
#[tokio::test]
async fn of_an_order_that_is_not_shown_to_be_theirs_nothing_is_said() {
    let app = TestApp::start().await;
    deliver(&app, "A1001", "40.00").await;
    let stranger = app
        .signed_in(&json!({"sub": "x", "email": "x@example.com"}))
        .await;
    let nobody = app.visitor_of("linden").await;
    let mut told = Vec::new();
    for visitor in [&stranger, &nobody] {
        for order in ["A1001", "A9999", "?"] {
            let (status, body) = apply(
                &app,
                visitor,
                json!({"order": order, "items": ["Teapot"], "amount": "999"}),
            )
            .await;
            assert_eq!(status, 422, "{order}");
            told.push(body["errors"].to_string());
        }
    }
    told.dedup();
    assert_eq!(told.len(), 1, "{told:?}");
    assert!(told[0].contains("\"path\":\"order\""), "{told:?}");
}

#[tokio::test]
async fn a_form_that_is_sent_twice_is_filed_once() {
    let app = TestApp::start().await;
    let key = deliver(&app, "A1001", "40.00").await;
    let jo = jo(&app).await;
    let form = json!({"client_id": "form-1", "amount": "5"});
    let (first, told) = apply(&app, &jo, form.clone()).await;
    let (second, again) = apply(&app, &jo, form.clone()).await;
    assert_eq!((first, second), (201, 200));
    assert_eq!(
        (&told["claim"]["id"], &told["replies"]),
        (&again["claim"]["id"], &again["replies"])
    );
    // At the same moment, too; and several at once share what was paid.
    let many = join_all((0..12).map(|n| {
        let id = format!("form-{}", n / 2);
        apply(&app, &jo, json!({"client_id": id, "amount": "15"}))
    }));
    for (status, body) in many.await {
        assert!(matches!(status, 200 | 201 | 422), "{status} {body}");
    }
    let list = app
        .get("/v1/refunds")
        .bearer_auth(&key)
        .send()
        .await
        .unwrap();
    let list: Value = list.json().await.unwrap();
    let amounts: Vec<f64> = list["refunds"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["amount"].as_str().unwrap().parse().unwrap())
        .collect();
    assert!(
        amounts.len() == 3 && amounts.iter().sum::<f64>() <= 40.0,
        "{amounts:?}"
    );
}

#[tokio::test]
async fn what_the_policy_rules_out_is_explained_and_not_filed() {
    let app = TestApp::start().await;
    let key = deliver(&app, "A1001", "40.00").await;
    let jo = jo(&app).await;
    app.clock.move_to("2027-01-20T10:00:00Z".parse().unwrap());
    let jo_later = self::jo(&app).await;
    drop(jo);
    let (status, told) = apply(&app, &jo_later, json!({"cause": "changed_mind"})).await;
    assert_eq!(
        (status, &told["refused"], &told["claim"]),
        (200, &json!("window_ended"), &Value::Null),
        "{told}"
    );
    assert!(
        told["replies"][0]["text"]
            .as_str()
            .unwrap()
            .contains("30-day"),
        "{told}"
    );
    let list = app
        .get("/v1/refunds")
        .bearer_auth(&key)
        .send()
        .await
        .unwrap();
    assert_eq!(list.json::<Value>().await.unwrap()["refunds"], json!([]));
}

/// A person has the conversation: the application is filed, and the bot stays silent.
#[tokio::test]
async fn while_a_person_has_the_conversation_the_form_is_taken_and_the_bot_says_nothing() {
    let app = TestApp::start().await;
    deliver(&app, "A1001", "40.00").await;
    let jo = jo(&app).await;
    app.say_as(&jo, "I want to talk to a human").await;
    let (status, told) = apply(
        &app,
        &jo,
        json!({"amount": "5", "note": "cracked, card 4242 4242 4242 4242"}),
    )
    .await;
    assert_eq!(
        (status, &told["claim"]["state"]),
        (201, &json!("accepted")),
        "{told}"
    );
    assert_eq!(told["replies"], json!([]));
    let agent = app.agent("li", None).await;
    let path = format!(
        "/v1/conversations/{}/events",
        told["conversation"].as_str().unwrap()
    );
    let events = app.get(&path).bearer_auth(&agent).send().await.unwrap();
    let events = events.text().await.unwrap();
    assert!(
        events.contains("A1001 · Faulty or damaged · 5 GBP · cracked"),
        "{events}"
    );
    assert!(!events.contains("4242 4242"), "{events}");
}
