//! What agents narrow their lists by is theirs, in their order, on whatever machine.

use frontdesk::domain::rights::AgentRole;
use serde_json::{Value, json};

use crate::support::{TestApp, problem};

async fn kept(app: &TestApp, token: &str) -> Value {
    app.read(token, "/v1/filters").await["filters"].clone()
}

#[tokio::test]
async fn filters_are_kept_in_order_for_their_agent_alone() {
    let app = TestApp::start().await;
    let (mei, lin) = (app.agent("mei", None).await, app.agent("lin", None).await);
    let keep = async |body: Value| {
        let asked = app
            .request(reqwest::Method::PUT, "/v1/filters")
            .bearer_auth(&mei);
        asked.json(&body).send().await.unwrap()
    };
    let angry = json!({"name": "Angry", "view": "waiting", "only": {"reason": "angry"}});
    let late = json!({"name": "晚到", "view": "open", "only": {"q": "late"}});
    let both = json!({"filters": [late, angry]});
    assert_eq!(keep(both.clone()).await.status(), 200);
    assert_eq!(kept(&app, &mei).await, both["filters"]);
    assert_eq!(kept(&app, &lin).await, json!([]), "nobody else's");
    let turned = json!({"filters": [angry, late]});
    keep(turned.clone()).await;
    assert_eq!(kept(&app, &mei).await, turned["filters"]);
    let twice = problem(keep(json!({"filters": [angry, angry]})).await).await;
    assert_eq!(twice, (422, "invalid_value".to_owned()));
    assert_eq!(
        kept(&app, &mei).await,
        turned["filters"],
        "a refused change changes nothing"
    );
    let secret = json!({"name": "card", "view": "open", "only": {"q": "4111 1111 1111 1111"}});
    keep(json!({"filters": [secret]})).await;
    assert!(!kept(&app, &mei).await.to_string().contains("4111 1111"));
    keep(json!({"filters": []})).await;
    assert_eq!(kept(&app, &mei).await, json!([]));
}

pub async fn keeps(app: &TestApp, token: &str, filters: &[(&str, Value)]) {
    let each = filters
        .iter()
        .map(|(name, only)| json!({"name": name, "view": "open", "only": only}));
    let body = json!({"filters": each.collect::<Vec<_>>()});
    let kept = app.request(reqwest::Method::PUT, "/v1/filters");
    let kept = kept.bearer_auth(token).json(&body).send().await.unwrap();
    assert_eq!(kept.status(), 200, "{body}");
}

pub async fn names(app: &TestApp, token: &str) -> Vec<String> {
    let kept = kept(app, token).await;
    let kept = kept.as_array().unwrap().iter();
    kept.map(|one| one["name"].as_str().unwrap().to_owned())
        .collect()
}

#[tokio::test]
async fn the_admin_of_one_merchant_neither_sees_nor_takes_what_agents_of_another_look_for() {
    let app = TestApp::start().await;
    let admin = app
        .agent_as("root", Some("m_linden"), AgentRole::Admin)
        .await;
    let own = app.agent("own", Some("m_linden")).await;
    let foreign = app.agent("foreign", Some("m_other")).await;
    let all = app.agent("all", None).await;
    let who = json!({"sub": "u9", "name": "Mia Field", "email": "mia@example.org"});
    let visitor = app.signed_in(&who).await;
    let said = app.send(&visitor, "I want to talk to a human").await;
    let id = said["conversation"].as_str().unwrap();
    let mia = ("Mia Field", json!({"q": "mia@example.org"}));
    keeps(&app, &own, std::slice::from_ref(&mia)).await;
    keeps(&app, &foreign, std::slice::from_ref(&mia)).await;
    let elsewhere = ("x", json!({"q": "mia field", "merchant": "m_other"}));
    keeps(&app, &all, &[mia.clone(), elsewhere]).await;
    let held = app.read(&admin, &format!("/v1/people/{id}")).await;
    assert_eq!(held["filters"], 2, "{held}");
    let export = app.get(&format!("/v1/people/{id}/export"));
    let export = export.bearer_auth(&admin).send().await.unwrap();
    let export = export.text().await.unwrap();
    assert!(!export.contains("foreign"), "{export}");
    let erase = json!({"conversations": 1});
    app.does(&admin, &format!("/v1/people/{id}/erase"), erase)
        .await;
    assert_eq!(names(&app, &own).await, [""; 0]);
    assert_eq!(names(&app, &all).await, ["x"]);
    assert_eq!(names(&app, &foreign).await, ["Mia Field"]);
}

#[tokio::test]
async fn what_looks_for_everybody_stays_when_a_person_goes_and_what_goes_is_named_before() {
    let app = TestApp::start().await;
    let admin = app.agent_as("root", None, AgentRole::Admin).await;
    let mei = app.agent("mei", None).await;
    // Their name is two words that others say, their order's number one that stands for many things.
    let who = json!({"sub": "u9", "name": "May Late", "email": "may@example.org"});
    let visitor = app.signed_in(&who).await;
    let order = json!({"id": "12", "merchant": "m_linden", "status": "shipped", "amount": "64.00", "currency": "GBP",
        "created_at": "2026-11-10T08:00:00Z", "customer": {"name": "May Late", "email": "may@example.org"}});
    let key = app.api_key("m_linden").await;
    let put = app.request(reqwest::Method::PUT, "/v1/orders/12");
    let put = put.bearer_auth(&key).json(&order).send().await.unwrap();
    assert_eq!(put.status(), 200);
    let said = app.send(&visitor, "I want to talk to a human").await;
    let id = said["conversation"].as_str().unwrap();
    let other = app.visitor_of("linden").await;
    let asked = "may I ask why my parcel is late? a human please";
    app.send(&other, asked).await;
    let filters = [
        ("Late", json!({"q": "late"})),
        ("May sales", json!({"q": "sale"})),
        ("12 days", json!({"q": "12 days late"})),
        ("Somebody", json!({"q": "refund may late"})),
        ("Their address", json!({"q": "may@example.org"})),
    ];
    keeps(&app, &mei, &filters).await;
    let held = app.read(&admin, &format!("/v1/people/{id}")).await;
    let theirs = json!(["Somebody", "Their address"]);
    assert_eq!(held["filter_names"], theirs, "{held}");
    assert_eq!(held["filters"], 2);
    let erase = json!({"conversations": 1});
    app.does(&admin, &format!("/v1/people/{id}/erase"), erase)
        .await;
    assert_eq!(names(&app, &mei).await, ["Late", "May sales", "12 days"]);
}
