//! Refund applications from the first word to the money: filed in chat, decided and paid over the API, told to the customer.

use futures_util::future::join_all;
use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{TestApp, Visitor, problem};

/// An order of Jo's that was delivered a few days ago.
async fn deliver(app: &TestApp, key: &str, id: &str, amount: &str) {
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

async fn jo(app: &TestApp) -> Visitor {
    app.signed_in(&json!({"sub": "jo", "email": "jo@example.com"}))
        .await
}

/// Fills the form in; returns what was said last.
async fn apply(app: &TestApp, visitor: &Visitor, order: &str, cause: &str) -> Vec<String> {
    app.say_as(visitor, &format!("I want a refund for {order}"))
        .await;
    app.say_as(visitor, cause).await;
    app.say_as(visitor, story(cause)).await
}

/// What a reason is handed in with: that somebody changed their mind needs no story.
fn story(cause: &str) -> &str {
    match cause {
        "4" => "yes",
        _ => "the lid was cracked when I opened the box",
    }
}

async fn refunds(app: &TestApp, key: &str, query: &str) -> Vec<Value> {
    let path = format!("/v1/refunds{query}");
    let answer = app.get(&path).bearer_auth(key).send().await.unwrap();
    assert_eq!(answer.status(), 200);
    let answer: Value = answer.json().await.unwrap();
    answer["refunds"].as_array().unwrap().clone()
}

async fn report(app: &TestApp, key: &str, path: &str, body: Option<Value>) -> (u16, Value) {
    let request = app.post(&format!("/v1/refunds/{path}")).bearer_auth(key);
    let request = match body {
        Some(body) => request.json(&body),
        None => request,
    };
    let answer = request.send().await.unwrap();
    let status = answer.status().as_u16();
    (status, answer.json().await.unwrap_or_default())
}

/// The states of the claim that the customer's own transcript tells of, with the words.
async fn told(app: &TestApp, conversation: &str, agent: &str) -> Vec<(String, String)> {
    let path = format!("/v1/conversations/{conversation}/events");
    let answer = app.get(&path).bearer_auth(agent).send().await.unwrap();
    let answer: Value = answer.json().await.unwrap();
    let events = answer["events"].as_array().unwrap().iter();
    let claims = events.filter(|event| event["kind"] == "claim");
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    claims
        .map(|event| (text(&event["state"]), text(&event["text"])))
        .collect()
}

#[tokio::test]
async fn inside_the_policy_a_claim_is_accepted_paid_once_and_the_customer_is_told() {
    let app = TestApp::start().await;
    let key = app.api_key("m_linden").await;
    let agent = app.agent("li", None).await;
    deliver(&app, &key, "A1", "40.00").await;
    let visitor = jo(&app).await;
    let said = apply(&app, &visitor, "A1", "4").await.join(" ");
    assert!(
        said.contains("A1-1") && said.contains("40.00 GBP"),
        "{said}"
    );
    let found = refunds(&app, &key, "?state=accepted").await;
    assert_eq!(found.len(), 1);
    let mistyped = app.get("/v1/refunds?state=acepted").bearer_auth(&key);
    let refused = problem(mistyped.send().await.unwrap()).await;
    assert_eq!(refused, (422, "invalid_value".to_owned()));
    assert_eq!(
        (
            &found[0]["id"],
            &found[0]["verdict"],
            &found[0]["idempotency_key"]
        ),
        (&json!("A1-1"), &json!("within_policy"), &json!("A1:A1-1"))
    );
    let conversation = found[0]["conversation"].as_str().unwrap();
    // Every report may come twice.
    for _ in 0..2 {
        assert_eq!(report(&app, &key, "A1-1/paying", None).await.0, 200);
    }
    // Another amount is a report about something else.
    for wrong in [
        json!({"amount": "41.00"}),
        json!({"amount": "40.00", "currency": "EUR"}),
        json!({"currency": "USD"}),
    ] {
        assert_eq!(report(&app, &key, "A1-1/paid", Some(wrong)).await.0, 422);
    }
    let paid = json!({"reference": "tx-7", "amount": "40.00", "currency": "gbp"});
    for _ in 0..2 {
        let (status, claim) = report(&app, &key, "A1-1/paid", Some(paid.clone())).await;
        assert_eq!(
            (status, &claim["state"], &claim["detail"]),
            (200, &json!("paid"), &json!("tx-7"))
        );
    }
    let told = told(&app, conversation, &agent).await;
    let states: Vec<&str> = told.iter().map(|(state, _)| state.as_str()).collect();
    assert_eq!(states, ["accepted", "paying", "paid"]);
    assert!(told[2].1.contains("40.00 GBP"), "{told:?}");
    // It can be neither refused, nor called off, nor asked for again.
    assert_eq!(
        report(&app, &key, "A1-1/reject", Some(json!({"reason": "no"})))
            .await
            .0,
        409
    );
    app.say_as(&visitor, "I want to withdraw my refund for A1")
        .await;
    apply(&app, &visitor, "A1", "4").await;
    let states: Vec<Value> = refunds(&app, &key, "")
        .await
        .iter()
        .map(|claim| claim["state"].clone())
        .collect();
    assert_eq!(states, ["paid"]);
}

#[tokio::test]
async fn a_claim_that_was_called_off_is_never_paid() {
    let app = TestApp::start().await;
    let key = app.api_key("m_linden").await;
    deliver(&app, &key, "A2", "40.00").await;
    let visitor = jo(&app).await;
    apply(&app, &visitor, "A2", "4").await;
    let said = app
        .say_as(&visitor, "please withdraw my refund request for A2")
        .await
        .join(" ");
    assert!(said.contains("A2-1"), "{said}");
    for path in ["A2-1/paying", "A2-1/approve"] {
        assert_eq!(report(&app, &key, path, None).await.0, 409, "{path}");
    }
    assert_eq!(
        report(&app, &key, "A2-1/paid", Some(json!({}))).await.0,
        409
    );
    assert_eq!(refunds(&app, &key, "").await[0]["state"], "withdrawn");
    // What was called off can be asked for again, under a number of its own.
    apply(&app, &visitor, "A2", "4").await;
    assert_eq!(
        refunds(&app, &key, "?state=accepted").await[0]["id"],
        "A2-2"
    );
}

#[tokio::test]
async fn above_the_limit_an_agent_decides_with_a_reason_the_customer_reads() {
    let app = TestApp::start().await;
    let key = app.api_key("m_linden").await;
    let agent = app.agent("li", Some("m_linden")).await;
    let stranger = app.agent("wu", Some("m_other")).await;
    deliver(&app, &key, "A3", "140.00").await;
    apply(&app, &jo(&app).await, "A3", "1").await;
    let claim = refunds(&app, &key, "?state=submitted").await.remove(0);
    assert_eq!(claim["verdict"], "over_limit");
    let conversation = claim["conversation"].as_str().unwrap();
    let decide = |token: String, body: Value| {
        app.post(&format!("/v1/conversations/{conversation}/refunds/A3-1"))
            .bearer_auth(token)
            .json(&body)
            .send()
    };
    let approve = json!({"decision": "approve"});
    assert_eq!(
        problem(decide(stranger, approve.clone()).await.unwrap()).await,
        (404, "not_found".to_owned())
    );
    let unknown = json!({"decision": "approve", "amount": "1"});
    assert_eq!(decide(agent.clone(), unknown).await.unwrap().status(), 422);
    let asked = json!({"decision": "request_evidence", "what": "a photo of the lid"});
    assert_eq!(decide(agent.clone(), asked).await.unwrap().status(), 200);
    let reject = json!({"decision": "reject", "reason": "the photo shows another kettle"});
    assert_eq!(decide(agent.clone(), reject).await.unwrap().status(), 200);
    assert_eq!(
        decide(agent.clone(), approve).await.unwrap().status(),
        409,
        "decided already"
    );
    let told = told(&app, conversation, &agent).await;
    assert!(told[1].1.contains("a photo of the lid"), "{told:?}");
    assert!(
        told[2].1.contains("the photo shows another kettle"),
        "{told:?}"
    );
}

#[tokio::test]
async fn a_payment_that_fails_brings_a_person_in_and_can_be_tried_again() {
    let app = TestApp::start().await;
    let key = app.api_key("m_linden").await;
    deliver(&app, &key, "A4", "40.00").await;
    apply(&app, &jo(&app).await, "A4", "4").await;
    report(&app, &key, "A4-1/paying", None).await;
    let failed = json!({"code": "expired_or_canceled_card", "reason": "card is void"});
    let (status, claim) = report(&app, &key, "A4-1/failed", Some(failed)).await;
    assert_eq!((status, &claim["state"]), (200, &json!("failed")));
    let agent = app.agent("li", None).await;
    let inbox: Value = app
        .get("/v1/inbox")
        .bearer_auth(&agent)
        .send()
        .await
        .unwrap()
        .json()
        .await
        .unwrap();
    assert_eq!(
        (&inbox["rows"][0]["id"], &inbox["rows"][0]["reason"]),
        (&claim["conversation"], &json!("system_fault"))
    );
    assert_eq!(report(&app, &key, "A4-1/paying", None).await.0, 200);
    assert_eq!(report(&app, &key, "A4-1/paid", None).await.0, 200);
}

#[tokio::test]
async fn row_27_sixty_four_decisions_and_reports_at_once_make_one_refund() {
    let app = TestApp::start().await;
    let key = app.api_key("m_linden").await;
    let agent = app.agent("li", None).await;
    deliver(&app, &key, "A5", "140.00").await;
    apply(&app, &jo(&app).await, "A5", "1").await;
    let racers = (0..64).map(|n| {
        let body = (n % 4 == 1).then(|| json!({"reason": "worn"}));
        let path = ["A5-1/approve", "A5-1/reject", "A5-1/paying", "A5-1/paid"][n % 4];
        report(
            &app,
            &key,
            path,
            body.or(Some(json!({})).filter(|_| n % 4 == 3)),
        )
    });
    let answers = join_all(racers).await;
    assert!(
        answers
            .iter()
            .all(|(status, _)| matches!(status, 200 | 409)),
        "{answers:?}"
    );
    let claim = refunds(&app, &key, "").await.remove(0);
    let conversation = claim["conversation"].as_str().unwrap();
    let told = told(&app, conversation, &agent).await;
    let decisions = told
        .iter()
        .filter(|(state, _)| matches!(state.as_str(), "approved" | "rejected"));
    assert_eq!(decisions.count(), 1, "{told:?}");
    let paid = told.iter().filter(|(state, _)| state == "paid").count();
    assert!(paid <= 1, "{told:?}");
}

#[tokio::test]
async fn row_3_a_claim_of_another_shop_is_not_there() {
    let app = TestApp::start().await;
    let (key, other) = (app.api_key("m_linden").await, app.api_key("m_other").await);
    deliver(&app, &key, "A6", "40.00").await;
    apply(&app, &jo(&app).await, "A6", "4").await;
    assert!(refunds(&app, &other, "").await.is_empty());
    for path in [
        "A6-1/approve",
        "A6-1/paying",
        "A6-1/paid",
        "B1-1/approve",
        "rubbish/approve",
    ] {
        assert_eq!(report(&app, &other, path, None).await.0, 404, "{path}");
    }
    let shown = app
        .get("/v1/refunds/A6-1")
        .bearer_auth(&other)
        .send()
        .await
        .unwrap();
    assert_eq!(problem(shown).await, (404, "not_found".to_owned()));
}
