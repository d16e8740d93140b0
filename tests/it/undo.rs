//! An agent takes back what they have just done to a conversation: it is whose it was, with its place in the queue and what is owed.

use frontdesk::desk::accounts;
use frontdesk::domain::conversation::{Asking, Conversation, Revision, Seq};
use frontdesk::domain::ids::{AgentId, ConversationId};
use frontdesk::domain::rights::AgentRole;
use jiff::SignedDuration;
use serde_json::{Value, json};

use crate::log_ins::pass;
use crate::support::{TestApp, problem};

/// All that there is to know of a conversation but how much has happened to it, and when it last did.
async fn stands(app: &TestApp, id: &str) -> Conversation {
    let id = ConversationId::parse(id).unwrap();
    let row = app.store.conversation(&id).await.unwrap().unwrap();
    Conversation {
        revision: Revision::default(),
        last_seq: Seq::default(),
        updated_at: row.created_at,
        // Whoever has been asked how it was has seen the question: that is not taken back.
        asking: Asking::default(),
        ..row
    }
}

/// What is done to a conversation; gives the revision that it led to.
async fn does(app: &TestApp, token: &str, id: &str, what: &str, body: Value) -> Value {
    let path = format!("/v1/conversations/{id}/{what}");
    app.does(token, &path, body).await["revision"].clone()
}

/// Asks for it to be taken back: 200, or why not.
async fn undo(app: &TestApp, token: &str, id: &str, revision: &Value) -> (u16, String) {
    let path = format!("/v1/conversations/{id}/undo");
    let body = json!({"based_on": revision});
    let asked = app.post(&path).bearer_auth(token).json(&body);
    let answer = asked.send().await.unwrap();
    match answer.status().as_u16() {
        200 => (200, String::new()),
        _ => problem(answer).await,
    }
}

const DONE: (u16, String) = (200, String::new());

#[tokio::test]
async fn whoever_did_something_by_mistake_takes_it_back_and_all_is_as_it_was() {
    let app = TestApp::start().await;
    let mei = app.agent("mei", None).await;
    let lead = app.agent_as("lead", None, AgentRole::Lead).await;
    let (_, waits) = app.waiting("linden").await;
    let (_, other) = app.waiting("linden").await;
    let (_, own) = app.waiting("linden").await;
    does(&app, &mei, &own, "claim", json!({})).await;
    let (_, done) = app.waiting("linden").await;
    does(&app, &mei, &done, "claim", json!({})).await;
    does(&app, &mei, &done, "resolve", json!({})).await;
    let visitor = app.visitor_of("linden").await;
    let said = app.send(&visitor, "where is my order A1001?").await;
    let with_bot = said["conversation"].as_str().unwrap();
    let table = [
        (&mei, waits.as_str(), "claim", json!({})),
        (&mei, with_bot, "takeover", json!({})),
        (&lead, other.as_str(), "assign", json!({"agent": "mei"})),
        (&mei, own.as_str(), "snooze", json!({"waits_for": "refund"})),
        (
            &mei,
            own.as_str(),
            "priority",
            json!({"priority": "urgent"}),
        ),
        (&mei, own.as_str(), "labels", json!({"add": ["late"]})),
        (&mei, own.as_str(), "return", json!({})),
        (&mei, own.as_str(), "resolve", json!({})),
        (&lead, own.as_str(), "takeover", json!({})),
        (&lead, done.as_str(), "reopen", json!({})),
    ];
    for (token, id, what, body) in table {
        let before = stands(&app, id).await;
        pass(&app, SignedDuration::from_secs(20));
        let revision = does(&app, token, id, what, body).await;
        assert_ne!(stands(&app, id).await, before, "{what}");
        pass(&app, SignedDuration::from_secs(5));
        assert_eq!(undo(&app, token, id, &revision).await, DONE, "{what}");
        assert_eq!(stands(&app, id).await, before, "{what}");
    }
    // Their place in the queue is theirs: whoever came first is first.
    let lists = app.read(&mei, "/v1/inbox?view=waiting").await;
    let rows = lists["rows"].as_array().unwrap().iter();
    let ids: Vec<&str> = rows.map(|row| row["id"].as_str().unwrap()).collect();
    assert_eq!(ids, [waits.as_str(), other.as_str()]);
}

#[tokio::test]
async fn row_4_nobody_takes_back_what_another_did_what_is_long_ago_or_what_something_has_happened_to()
 {
    let app = TestApp::start().await;
    let (mei, lin) = (app.agent("mei", None).await, app.agent("lin", None).await);
    let foreign = app.agent("fo", Some("m_other")).await;
    let (visitor, id) = app.waiting("linden").await;
    let refused = |status, code: &str| (status, code.to_owned());
    let late = refused(409, "too_late_to_undo");
    assert_eq!(undo(&app, &mei, &id, &Value::Null).await, late, "nothing");
    let claimed = does(&app, &mei, &id, "claim", json!({})).await;
    assert_eq!(undo(&app, &lin, &id, &claimed).await, late, "another's");
    let there = refused(404, "not_found");
    assert_eq!(undo(&app, &foreign, &id, &claimed).await, there);
    // The customer has written: whoever takes it back has not read that.
    app.send(&visitor, "are you there?").await;
    let stale = refused(409, "stale_revision");
    assert_eq!(undo(&app, &mei, &id, &claimed).await, stale);
    assert_eq!(undo(&app, &mei, &id, &Value::Null).await, stale);
    // Of two things the last is taken back, and the one before it is not.
    let sorted = does(&app, &mei, &id, "labels", json!({"add": ["late"]})).await;
    let left = does(&app, &mei, &id, "snooze", json!({})).await;
    assert_eq!(undo(&app, &mei, &id, &sorted).await, stale);
    assert_eq!(undo(&app, &mei, &id, &left).await, DONE);
    assert_eq!(undo(&app, &mei, &id, &left).await, late, "once");
    assert_eq!(stands(&app, &id).await.labels.len(), 1);
    let sorted = does(&app, &mei, &id, "labels", json!({"add": ["later"]})).await;
    pass(&app, SignedDuration::from_secs(61));
    assert_eq!(undo(&app, &mei, &id, &sorted).await, late, "a minute ago");
    // Who may only read takes nothing back either.
    let viewer = app.agent_as("vi", None, AgentRole::Viewer).await;
    let viewed = undo(&app, &viewer, &id, &sorted).await;
    assert_eq!(viewed, refused(403, "role_too_low"));
}

#[tokio::test]
async fn what_was_taken_back_is_in_no_report() {
    let app = TestApp::start().await;
    let mei = app.agent("mei", None).await;
    let lead = app.agent_as("lead", None, AgentRole::Lead).await;
    let visitor = app.visitor_of("linden").await;
    let said = app.send(&visitor, "where is my order A1001?").await;
    let id = said["conversation"].as_str().unwrap();
    let report = async || {
        let all = app.read(&lead, "/v1/reports/report.json").await;
        let total = &all["total"];
        (
            total["to_people"].clone(),
            total["resolved_by_people"].clone(),
            total["reopened"].clone(),
        )
    };
    let is = |people: u64, resolved: u64| (json!(people), json!(resolved), json!(0));
    let taken = does(&app, &mei, id, "takeover", json!({})).await;
    assert_eq!(report().await, is(1, 0));
    assert_eq!(undo(&app, &mei, id, &taken).await, DONE);
    assert_eq!(report().await, is(0, 0), "no person had it");
    does(&app, &mei, id, "takeover", json!({})).await;
    let done = does(&app, &mei, id, "resolve", json!({})).await;
    assert_eq!(report().await, is(1, 1));
    assert_eq!(undo(&app, &mei, id, &done).await, DONE);
    assert_eq!(report().await, is(1, 0), "it was never done");
    does(&app, &mei, id, "resolve", json!({})).await;
    assert_eq!(report().await, is(1, 1), "done once");
    let again = does(&app, &lead, id, "reopen", json!({})).await;
    assert_eq!(report().await.2, json!(1));
    assert_eq!(undo(&app, &lead, id, &again).await, DONE);
    assert_eq!(report().await, is(1, 1), "it never went on");
}

#[tokio::test]
async fn what_was_taken_up_again_by_mistake_is_done_again_even_where_whoever_did_it_has_left() {
    let app = TestApp::start().await;
    let lead = app.agent_as("lead", None, AgentRole::Lead).await;
    let mei = app.agent("mei", None).await;
    let (_, id) = app.waiting("linden").await;
    does(&app, &mei, &id, "claim", json!({})).await;
    does(&app, &mei, &id, "resolve", json!({})).await;
    let before = stands(&app, &id).await;
    accounts::disable_agent(&app.store, &AgentId::parse("mei").unwrap())
        .await
        .unwrap();
    let again = does(&app, &lead, &id, "reopen", json!({})).await;
    assert_eq!(undo(&app, &lead, &id, &again).await, DONE);
    assert_eq!(stands(&app, &id).await, before);
}
