//! Money above a limit: the first agent's yes pays nothing, and is worth nothing once the matter has changed.

use frontdesk::domain::rights::AgentRole;
use reqwest::Method;
use serde_json::{Value, json};

use crate::support::TestApp;

/// A claim on an order of this amount that waits for a person: the conversation, and the path to decide on it.
pub async fn claimed(app: &TestApp, amount: &str) -> (String, String) {
    claimed_in(app, amount, "GBP").await
}

async fn claimed_in(app: &TestApp, amount: &str, currency: &str) -> (String, String) {
    let key = app.api_key("m_linden").await;
    let order = json!({"status": "delivered", "amount": amount, "currency": currency, "items": ["Kettle"],
        "created_at": "2026-11-10T08:00:00Z", "paid_at": "2026-11-10T08:01:00Z",
        "shipping": {"carrier": "DPD", "delivered_at": "2026-11-18T12:00:00Z"},
        "customer": {"name": "Jo Field", "email": "jo@example.com", "phone": "+447700900777"}});
    let put = app.request(Method::PUT, "/v1/orders/A1");
    let put = put.bearer_auth(key).json(&order).send().await.unwrap();
    assert_eq!(put.status(), 200);
    let jo = json!({"sub": "jo", "email": "jo@example.com"});
    let jo = app.signed_in(&jo).await;
    let said = app.send(&jo, "I want to talk to a human about A1").await;
    let id = said["conversation"].as_str().unwrap().to_owned();
    let form = json!({"client_id": "c1", "order": "A1", "cause": "changed_mind"});
    let filed = app.post("/v1/claims").bearer_auth(&jo.token).json(&form);
    assert!(filed.send().await.unwrap().status().is_success());
    let path = format!("/v1/conversations/{id}/refunds/A1-1");
    (id, path)
}

async fn decides(app: &TestApp, agent: &str, path: &str, decision: &Value) -> String {
    let answer = app.post(path).bearer_auth(agent).json(decision);
    let answer: Value = answer.send().await.unwrap().json().await.unwrap();
    answer["state"].as_str().unwrap_or("refused").to_owned()
}

#[tokio::test]
async fn above_the_limit_two_agents_approve_and_one_of_them_twice_is_one() {
    let app = TestApp::start().await;
    let (mei, lee) = (app.agent("mei", None).await, app.agent("lee", None).await);
    let (id, path) = claimed(&app, "5000.01").await;
    let yes = json!({"decision": "approve"});
    assert_eq!(decides(&app, &mei, &path, &yes).await, "submitted");
    assert_eq!(decides(&app, &mei, &path, &yes).await, "submitted");
    let facts = app.get(&format!("/v1/conversations/{id}/facts"));
    let facts = facts.bearer_auth(&lee).send().await.unwrap();
    let facts: Value = facts.json().await.unwrap();
    let deciding = &facts["orders"][0]["deciding"][0];
    assert_eq!(deciding["approved_once"], "mei");
    assert_eq!(deciding["needs_two"], true);
    // What has to be shown first is not what the first one saw.
    let ask = json!({"decision": "request_evidence", "what": "a photo"});
    assert_eq!(decides(&app, &lee, &path, &ask).await, "needs_evidence");
    assert_eq!(decides(&app, &lee, &path, &yes).await, "needs_evidence");
    assert_eq!(decides(&app, &mei, &path, &yes).await, "approved");
}

#[tokio::test]
async fn up_to_the_limit_one_agent_is_enough() {
    let app = TestApp::start().await;
    let mei = app.agent("mei", None).await;
    let (_, path) = claimed(&app, "5000.00").await;
    let yes = json!({"decision": "approve"});
    assert_eq!(decides(&app, &mei, &path, &yes).await, "approved");
}

/// What an agent is told before they decide.
async fn deciding(app: &TestApp, agent: &str, id: &str) -> Value {
    let facts = app
        .read(agent, &format!("/v1/conversations/{id}/facts"))
        .await;
    facts["orders"][0]["deciding"][0].clone()
}

#[tokio::test]
async fn each_role_approves_its_own_limit_alone_and_two_agents_are_no_lead() {
    let app = TestApp::start().await;
    let (mei, lee) = (app.agent("mei", None).await, app.agent("lee", None).await);
    let lead = app.agent_as("lea", None, AgentRole::Lead).await;
    let (id, path) = claimed_in(&app, "1000.00", "EUR").await;
    let seen = deciding(&app, &mei, &id).await;
    assert_eq!(
        (
            &seen["needs_two"],
            &seen["alone_up_to"],
            &seen["needs_lead"]
        ),
        (&json!(true), &json!("100.00"), &json!(true))
    );
    let seen = deciding(&app, &lead, &id).await;
    assert_eq!(
        (
            &seen["needs_two"],
            &seen["alone_up_to"],
            &seen["needs_lead"]
        ),
        (&json!(false), &json!("1000.00"), &json!(false))
    );
    let yes = json!({"decision": "approve"});
    assert_eq!(decides(&app, &mei, &path, &yes).await, "submitted");
    let second = app.post(&path).bearer_auth(&lee).json(&yes);
    let second = second.send().await.unwrap();
    assert_eq!(second.status(), 403);
    let told: Value = second.json().await.unwrap();
    assert_eq!(told["code"], "lead_needed");
    let detail = told["detail"].as_str().unwrap();
    assert!(
        detail.contains("100.00 EUR") && detail.contains("mei"),
        "{detail}"
    );
    assert_eq!(decides(&app, &lead, &path, &yes).await, "approved");
}

#[tokio::test]
async fn above_the_limit_of_a_lead_a_lead_and_an_agent_are_two_whoever_comes_first() {
    for lead_first in [true, false] {
        let app = TestApp::start().await;
        let mei = app.agent("mei", None).await;
        let lead = app.agent_as("lea", None, AgentRole::Lead).await;
        let (id, path) = claimed_in(&app, "1000.01", "EUR").await;
        let (first, second) = match lead_first {
            true => (&lead, &mei),
            false => (&mei, &lead),
        };
        let yes = json!({"decision": "approve"});
        assert_eq!(decides(&app, first, &path, &yes).await, "submitted");
        assert_eq!(
            deciding(&app, second, &id).await["needs_lead"],
            json!(false)
        );
        assert_eq!(decides(&app, second, &path, &yes).await, "approved");
    }
}

#[tokio::test]
async fn who_has_no_limit_approves_any_sum_alone() {
    let app = TestApp::start().await;
    let root = app.agent_as("root", None, AgentRole::Admin).await;
    let (id, path) = claimed(&app, "90000.00").await;
    let seen = deciding(&app, &root, &id).await;
    assert_eq!(
        (&seen["needs_two"], &seen["alone_up_to"]),
        (&json!(false), &Value::Null)
    );
    let yes = json!({"decision": "approve"});
    assert_eq!(decides(&app, &root, &path, &yes).await, "approved");
}

#[tokio::test]
async fn an_agent_is_told_why_an_order_hangs_and_where_the_customer_is() {
    let app = TestApp::start().await;
    let mei = app.agent("mei", None).await;
    let key = app.api_key("m_linden").await;
    let order = json!({"status": "rejected", "amount": "64.00", "currency": "GBP", "items": ["lamp"], "reject_reason": "card declined", "payments": [{"ref": "p1", "amount": "64.00", "status": "expired_card", "at": "2026-11-10T08:00:00Z"}],
        "created_at": "2026-11-10T08:00:00Z", "customer": {"name": "Jo", "email": "jo@example.com"}});
    let put = app.request(Method::PUT, "/v1/orders/A7001");
    let put = put.bearer_auth(key).json(&order).send().await.unwrap();
    assert_eq!(put.status(), 200);
    let visitor = app.visitor().await;
    let page = json!({"page": "https://shop.example/cart?token=1", "zone": "Asia/Shanghai"});
    let sent = app
        .post("/v1/context")
        .bearer_auth(&visitor.token)
        .json(&page);
    assert_eq!(sent.send().await.unwrap().status(), 200);
    app.send(&visitor, "why was my order A7001 rejected?").await;
    let said = app.send(&visitor, "I want to talk to a human").await;
    let id = said["conversation"].as_str().unwrap();
    let read = async |more: &str| -> Value {
        let asked = app.get(&format!("/v1/conversations/{id}{more}"));
        let answer = asked.bearer_auth(&mei).send().await.unwrap();
        answer.json().await.unwrap()
    };
    let row = read("").await;
    assert_eq!(
        row["page"],
        json!({"page": "https://shop.example/cart", "zone": "Asia/Shanghai"})
    );
    let finding = read("/facts").await["orders"][0]["finding"].clone();
    assert_eq!(finding["cause"], "method_restricted", "{finding}");
    assert_eq!(
        finding["speaks_for"][0]["fact"], "payment_code",
        "{finding}"
    );
    let odd = json!({"zone": "<script>"});
    let sent = app
        .post("/v1/context")
        .bearer_auth(&visitor.token)
        .json(&odd);
    assert_eq!(sent.send().await.unwrap().status(), 422);
}
