//! The same done to many conversations, taken back, and what each of them says that cannot be changed; and who else has one open.

use frontdesk::domain::rights::AgentRole;
use jiff::SignedDuration;
use serde_json::{Value, json};

use crate::support::{TestApp, problem};

/// A conversation as an agent sees it.
async fn row(app: &TestApp, token: &str, id: &str) -> Value {
    app.read(token, &format!("/v1/conversations/{id}")).await
}

async fn waiting(app: &TestApp, number: usize) -> Vec<String> {
    let mut ids = Vec::new();
    for _ in 0..number {
        ids.push(app.waiting("linden").await.1);
    }
    ids
}

#[tokio::test]
async fn many_are_sorted_assigned_resolved_and_left_at_once_and_all_of_it_is_taken_back() {
    let app = TestApp::start().await;
    let lead = app.agent_as("lead", None, AgentRole::Lead).await;
    app.agent("mei", None).await;
    let ids = waiting(&app, 3).await;
    let many = async |change: Value| {
        let body = json!({"conversations": ids, "change": change});
        let answer = app.does(&lead, "/v1/bulk", body).await;
        assert_eq!(answer["failed"], json!([]), "{change}");
        assert_eq!(answer["done"].as_array().unwrap().len(), 3, "{change}");
        answer
    };
    let undo = async |answer: &Value| {
        let back = json!({"done": answer["done"]});
        let back = app.does(&lead, "/v1/bulk/undo", back).await;
        assert_eq!(back["failed"], json!([]));
    };
    let sorted = many(json!({"do": "labels", "add": ["late"]})).await;
    assert_eq!(row(&app, &lead, &ids[1]).await["labels"], json!(["late"]));
    undo(&sorted).await;
    assert_eq!(row(&app, &lead, &ids[1]).await["labels"], Value::Null);
    let urgent = many(json!({"do": "priority", "priority": "urgent"})).await;
    assert_eq!(row(&app, &lead, &ids[2]).await["priority"], "urgent");
    undo(&urgent).await;
    assert_eq!(row(&app, &lead, &ids[2]).await["priority"], "normal");
    let given = many(json!({"do": "assign", "agent": "mei"})).await;
    assert_eq!(row(&app, &lead, &ids[0]).await["agent"], "mei");
    undo(&given).await;
    assert_eq!(row(&app, &lead, &ids[0]).await["owner"], "queue");
    many(json!({"do": "assign", "agent": "lead"})).await;
    let left = many(json!({"do": "snooze", "waits_for": "refund"})).await;
    assert_eq!(row(&app, &lead, &ids[0]).await["snoozed_for"], "refund");
    undo(&left).await;
    assert_eq!(row(&app, &lead, &ids[0]).await["status"], "active");
    let done = many(json!({"do": "resolve"})).await;
    assert_eq!(row(&app, &lead, &ids[0]).await["status"], "resolved");
    undo(&done).await;
    let back = row(&app, &lead, &ids[0]).await;
    assert_eq!(
        (&back["status"], &back["agent"]),
        (&json!("active"), &json!("lead"))
    );
}

#[tokio::test]
async fn one_that_cannot_be_changed_says_why_and_holds_up_no_other() {
    let app = TestApp::start().await;
    let mei = app.agent("mei", None).await;
    let lin = app.agent("lin", Some("m_linden")).await;
    let ids = waiting(&app, 2).await;
    let foreign = app.waiting("other").await.1;
    app.does(
        &lin,
        &format!("/v1/conversations/{}/claim", ids[0]),
        json!({}),
    )
    .await;
    let all = [&ids[0], &ids[1], &foreign];
    let resolve = json!({"conversations": all, "change": {"do": "resolve"}});
    let answer = app.does(&lin, "/v1/bulk", resolve).await;
    assert_eq!(answer["done"][0]["id"], json!(ids[0]));
    let failed = answer["failed"].as_array().unwrap();
    let codes: Vec<&Value> = failed.iter().map(|one| &one["code"]).collect();
    assert_eq!(codes, [&json!("conflict"), &json!("not_found")]);
    // What has changed since is not taken back.
    let undo = json!({"done": answer["done"]});
    app.does(
        &mei,
        &format!("/v1/conversations/{}/labels", ids[0]),
        json!({"add": ["seen"]}),
    )
    .await;
    let back = app.does(&lin, "/v1/bulk/undo", undo).await;
    assert_eq!(back["failed"][0]["code"], "stale_revision");
    assert_eq!(row(&app, &lin, &ids[0]).await["status"], "resolved");
    // Giving away is for leads.
    let assign = json!({"conversations": all, "change": {"do": "assign", "agent": "mei"}});
    let answer = app.does(&lin, "/v1/bulk", assign).await;
    assert_eq!(answer["failed"][0]["code"], "role_too_low");
    let said = answer["failed"][0]["detail"].as_str().unwrap();
    assert!(said.contains("only leads and admins give"), "{said}");
    let many = json!({"conversations": vec!["c"; 201], "change": {"do": "resolve"}});
    let asked = app.post("/v1/bulk").bearer_auth(&lin).json(&many);
    assert_eq!(problem(asked.send().await.unwrap()).await.0, 422);
}

#[tokio::test]
async fn row_4_taking_back_gives_no_right_that_the_change_did_not_have() {
    let app = TestApp::start().await;
    let (mei, lin) = (app.agent("mei", None).await, app.agent("lin", None).await);
    let id = waiting(&app, 1).await.remove(0);
    app.does(&lin, &format!("/v1/conversations/{id}/claim"), json!({}))
        .await;
    let now = row(&app, &mei, &id).await;
    let forged = |owner: Value, status: Value| json!({"done": [{"id": id, "revision": now["revision"], "owner": owner, "status": status, "priority": "normal", "labels": []}]});
    let until = "2026-11-21T00:00:00Z";
    for (owner, status) in [
        (json!({"agent": "mei"}), json!("active")),
        (json!("queue"), json!("active")),
        (
            json!({"agent": "lin"}),
            json!({"snoozed": {"until": until}}),
        ),
        (json!({"agent": "lin"}), json!({"resolved": {"at": until}})),
    ] {
        let answer = app.does(&mei, "/v1/bulk/undo", forged(owner, status)).await;
        assert_eq!(answer["failed"][0]["code"], "role_too_low");
    }
    // Nor does it get more labels than anybody can give.
    let labels: Vec<String> = (0..13).map(|number| format!("label{number}")).collect();
    let mut done = forged(json!({"agent": "lin"}), json!("active"));
    done["done"][0]["labels"] = json!(labels);
    let answer = app.does(&mei, "/v1/bulk/undo", done).await;
    assert_eq!(answer["failed"][0]["code"], "conflict", "{answer}");
    let lead = app.agent_as("lead", None, AgentRole::Lead).await;
    let nobody = forged(json!({"agent": "nobody"}), json!("active"));
    let answer = app.does(&lead, "/v1/bulk/undo", nobody).await;
    assert_eq!(answer["failed"][0]["code"], "invalid_value");
    assert_eq!(row(&app, &mei, &id).await, now);
}

#[tokio::test]
async fn colleagues_see_who_has_a_conversation_open_and_who_writes_until_they_leave_or_fall_silent()
{
    let app = TestApp::start().await;
    let (mei, lin) = (app.agent("mei", None).await, app.agent("lin", None).await);
    let id = waiting(&app, 1).await.remove(0);
    let path = format!("/v1/conversations/{id}/looking");
    let nobody = app.does(&mei, &path, json!({})).await;
    assert_eq!(nobody["others"], json!([]), "oneself is nobody else");
    let seen = app.does(&lin, &path, json!({"writes": true})).await;
    assert_eq!(seen["others"][0]["agent"], "mei");
    assert_eq!(seen["others"][0]["writes"], false);
    let list = async |token: &str| {
        let asked = app.get("/v1/inbox?view=waiting").bearer_auth(token);
        let list: Value = asked.send().await.unwrap().json().await.unwrap();
        list["rows"][0]["looking"].clone()
    };
    assert_eq!(list(&mei).await[0]["writes"], true);
    app.clock
        .move_to(app.clock.now() + SignedDuration::from_secs(9));
    assert_eq!(list(&mei).await[0]["writes"], false);
    app.does(&lin, &path, json!({"left": true})).await;
    assert_eq!(list(&mei).await, Value::Null);
    app.does(&lin, &path, json!({})).await;
    app.clock
        .move_to(app.clock.now() + SignedDuration::from_secs(61));
    assert_eq!(list(&mei).await, Value::Null, "who fell silent is gone");
    let foreign = app.agent("foreign", Some("m_other")).await;
    let asked = app.post(&path).bearer_auth(&foreign).json(&json!({}));
    assert_eq!(problem(asked.send().await.unwrap()).await.0, 404);
    let seen = app.does(&mei, &path, json!({})).await;
    assert_eq!(seen["others"], json!([]));
}

#[tokio::test]
async fn what_is_left_for_a_message_alone_is_not_brought_back_by_a_refund_and_by_a_message_always()
{
    let app = TestApp::start().await;
    let mei = app.agent("mei", None).await;
    let key = app.api_key("m_linden").await;
    let ways = [
        ("A1", "message", "snoozed"),
        ("A2", "refund", "active"),
        ("A3", "anything", "active"),
    ];
    for (order, waits_for, after_refund) in ways {
        let (visitor, id) = app.waiting("linden").await;
        app.order("m_linden", order).await;
        app.claim("m_linden", order, &id).await;
        let path = |what: &str| format!("/v1/conversations/{id}/{what}");
        app.does(&mei, &path("claim"), json!({})).await;
        app.does(&mei, &path("snooze"), json!({"waits_for": waits_for}))
            .await;
        let rejected = json!({"reason": "worn"});
        app.does(&key, &format!("/v1/refunds/{order}-1/reject"), rejected)
            .await;
        let now = row(&app, &mei, &id).await;
        assert_eq!(now["status"], after_refund, "{waits_for}");
        app.send(&visitor, "are you there?").await;
        let now = row(&app, &mei, &id).await;
        assert_eq!(now["status"], "active", "{waits_for}");
    }
}

#[tokio::test]
async fn a_time_that_has_come_meanwhile_is_not_waited_for_again() {
    let app = TestApp::start().await;
    let mei = app.agent("mei", None).await;
    let id = waiting(&app, 1).await.remove(0);
    let path = |what: &str| format!("/v1/conversations/{id}/{what}");
    app.does(&mei, &path("claim"), json!({})).await;
    let soon = app.clock.now() + SignedDuration::from_mins(10);
    for (minutes, stands) in [(5, "snoozed"), (20, "active")] {
        app.does(&mei, &path("snooze"), json!({"until": soon}))
            .await;
        let resolve = json!({"conversations": [id], "change": {"do": "resolve"}});
        let done = app.does(&mei, "/v1/bulk", resolve).await;
        app.clock
            .move_to(app.clock.now() + SignedDuration::from_mins(minutes));
        let undo = json!({"done": done["done"]});
        let back = app.does(&mei, "/v1/bulk/undo", undo).await;
        assert_eq!(back["failed"], json!([]));
        assert_eq!(row(&app, &mei, &id).await["status"], stands);
    }
}
