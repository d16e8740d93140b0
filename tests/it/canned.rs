//! Answers that agents have ready: those of the rules, and those that they wrote, for whoever sees the same merchants.

use frontdesk::domain::rights::AgentRole;
use reqwest::{Method, Response};
use serde_json::{Value, json};

use crate::support::{TestApp, problem};

async fn keep(app: &TestApp, token: &str, name: &str, body: Value) -> Response {
    let path = format!("/v1/canned/{name}");
    let asked = app.request(Method::PUT, &path).bearer_auth(token);
    asked.json(&body).send().await.unwrap()
}

async fn remove(app: &TestApp, token: &str, name: &str) -> Response {
    let asked = app.request(Method::DELETE, &format!("/v1/canned/{name}"));
    asked.bearer_auth(token).send().await.unwrap()
}

/// Those that agents wrote, as an agent sees them.
async fn own(app: &TestApp, token: &str) -> Vec<Value> {
    let all = app.get("/v1/canned").bearer_auth(token);
    let all: Vec<Value> = all.send().await.unwrap().json().await.unwrap();
    let of_rules = all.iter().filter(|one| one["by"].is_null());
    assert!(of_rules.count() >= 5, "those of the rules are there, too");
    all.into_iter().filter(|one| !one["by"].is_null()).collect()
}

#[tokio::test]
async fn an_answer_that_an_agent_wrote_is_there_for_colleagues_and_changed_by_its_author_and_leads()
{
    let app = TestApp::start().await;
    let (mei, lin) = (app.agent("mei", None).await, app.agent("lin", None).await);
    let lead = app.agent_as("lead", None, AgentRole::Lead).await;
    let viewer = app.agent_as("viewer", None, AgentRole::Viewer).await;
    let text =
        json!({"keys": ["wd"], "texts": {"en": "Late, {customer.name}. 4111 1111 1111 1111"}});
    assert_eq!(keep(&app, &mei, "late", text.clone()).await.status(), 200);
    let seen = own(&app, &lin).await;
    assert_eq!(seen.len(), 1);
    assert_eq!(
        (&seen[0]["name"], &seen[0]["by"]),
        (&json!("late"), &json!("mei"))
    );
    assert_eq!(seen[0]["changeable"], json!(false));
    assert!(!seen[0].to_string().contains("4111 1111"), "{}", seen[0]);
    for refused in [
        keep(&app, &lin, "late", text.clone()).await,
        remove(&app, &lin, "late").await,
        keep(&app, &viewer, "other", text).await,
    ] {
        assert_eq!(problem(refused).await, (403, "role_too_low".to_owned()));
    }
    let better = json!({"texts": {"en": "Sorry!", "zh-Hans": "\u{62b1}\u{6b49}"}});
    assert_eq!(keep(&app, &lead, "LATE", better).await.status(), 200);
    let seen = own(&app, &lead).await;
    assert_eq!((seen.len(), &seen[0]["texts"]["en"]), (1, &json!("Sorry!")));
    assert_eq!(remove(&app, &lead, "late").await.status(), 200);
    assert_eq!(own(&app, &lin).await, Vec::<Value>::new());
    assert_eq!(problem(remove(&app, &lead, "late").await).await.0, 404);
}

#[tokio::test]
async fn an_answer_that_leaves_something_to_fill_in_that_nobody_knows_is_not_kept() {
    let app = TestApp::start().await;
    let mei = app.agent("mei", None).await;
    let en = |text: &str| json!({"texts": {"en": text}});
    for (name, body) in [
        ("late", en("Hello {order.ammount}")),
        ("late", en("  ")),
        ("late", json!({"texts": {}})),
        ("late", json!({"texts": {"fr": "bonjour"}})),
        ("late", en(&"x".repeat(10_001))),
        ("late", json!({"texts": {"en": "x"}, "keys": vec!["k"; 13]})),
        ("two%20words", en("hello")),
        ("hello", en("the rules have one of this name")),
    ] {
        let refused = keep(&app, &mei, name, body.clone()).await;
        assert_eq!(problem(refused).await.0, 422, "{name}: {body}");
    }
    assert_eq!(own(&app, &mei).await, Vec::<Value>::new());
}

#[tokio::test]
async fn row_3_a_merchants_answers_are_seen_and_changed_by_nobody_of_another_merchant() {
    let app = TestApp::start().await;
    let root = app.agent_as("root", None, AgentRole::Lead).await;
    let ours = app
        .agent_as("ours", Some("m_linden"), AgentRole::Lead)
        .await;
    let theirs = app
        .agent_as("theirs", Some("m_other"), AgentRole::Lead)
        .await;
    let en = |text: &str| json!({"texts": {"en": text}});
    keep(&app, &root, "both", en("for everybody")).await;
    keep(&app, &ours, "late", en("CANARY of linden")).await;
    let names = |seen: Vec<Value>| {
        let names = seen.into_iter();
        let mut names: Vec<_> = names.map(|one| one["name"].clone()).collect();
        names.sort_by_key(ToString::to_string);
        names
    };
    assert_eq!(
        names(own(&app, &ours).await),
        [json!("both"), json!("late")]
    );
    assert_eq!(names(own(&app, &theirs).await), [json!("both")]);
    assert_eq!(
        names(own(&app, &root).await),
        [json!("both"), json!("late")]
    );
    // The same name is another answer there.
    assert_eq!(problem(remove(&app, &theirs, "late").await).await.0, 404);
    keep(&app, &theirs, "late", en("of the other")).await;
    let seen = own(&app, &ours).await;
    let late = seen.iter().find(|one| one["name"] == "late").unwrap();
    assert_eq!(late["texts"]["en"], "CANARY of linden");
    assert_eq!(problem(remove(&app, &ours, "both").await).await.0, 404);
}
