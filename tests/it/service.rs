//! Service levels: what is owed, by when, and what the desk says when it is late, with nobody looking. Nine to six, Monday to Friday.

use frontdesk::clock::token_hash;
use frontdesk::domain::ids::ConversationId;
use frontdesk::domain::rights::AgentRole;
use jiff::SignedDuration;
use secrecy::SecretString;
use serde_json::{Value, json};

use crate::evidence::{attach, form, png};
use crate::support::{TestApp, Visitor};

async fn get(app: &TestApp, token: &str, path: &str) -> Value {
    let asked = app.get(path).bearer_auth(token).send().await.unwrap();
    assert_eq!(asked.status(), 200, "{path}");
    asked.json().await.unwrap()
}

async fn act(app: &TestApp, token: &str, id: &str, what: &str, body: &Value) -> u16 {
    let path = format!("/v1/conversations/{id}/{what}");
    let asked = app.post(&path).bearer_auth(token).json(body);
    asked.send().await.unwrap().status().as_u16()
}

/// What the log says about what is owed.
async fn levels(app: &TestApp, token: &str, id: &str) -> Vec<(String, String)> {
    let log = get(app, token, &format!("/v1/conversations/{id}/events")).await;
    let events = log["events"].as_array().unwrap().iter();
    let of = events.filter(|event| event["kind"] == "service_level");
    let word = |event: &Value, name: &str| event[name].as_str().unwrap().to_owned();
    of.map(|event| (word(event, "goal"), word(event, "stage")))
        .collect()
}

/// Moves the clock, and lets the desk look at what is due. Every test begins on a Friday at ten.
async fn at(app: &TestApp, time: &str) {
    app.clock
        .move_to(format!("2026-11-{time}:00Z").parse().unwrap());
    app.app.desk.look_at_due().await.unwrap();
}

#[tokio::test]
async fn an_answer_that_is_late_is_said_to_be_soon_late_and_late_once_each_though_nobody_looks() {
    let app = TestApp::start().await;
    let mei = app.agent("mei", None).await;
    let (_, id) = app.waiting("timed").await;
    let row = get(&app, &mei, "/v1/inbox").await["rows"][0].clone();
    assert_eq!(row["owed"]["goal"], "first_response");
    assert_eq!(row["owed"]["due"], "2026-11-20T11:00:00Z");
    assert_eq!(row["owed"]["warn_at"], "2026-11-20T10:48:00Z");
    at(&app, "20T10:47").await;
    assert_eq!(levels(&app, &mei, &id).await, []);
    // Whoever sleeps until the next thing is due wakes for the warning, not at the next round of looking.
    let next = app.app.desk.next_due(SignedDuration::from_mins(5)).await;
    assert_eq!(next.unwrap(), Some(SignedDuration::from_mins(1)));
    let near = app.app.desk.next_due(SignedDuration::from_secs(30)).await;
    assert_eq!(near.unwrap(), None);
    let says = |goal: &str, stage: &str| (goal.to_owned(), stage.to_owned());
    let expected = [
        says("first_response", "warned"),
        says("first_response", "breached"),
    ];
    at(&app, "20T10:49").await;
    assert_eq!(levels(&app, &mei, &id).await, expected[..1]);
    for time in ["20T11:00", "20T11:01", "20T12:00"] {
        at(&app, time).await;
        assert_eq!(levels(&app, &mei, &id).await, expected);
    }
    let row = get(&app, &mei, "/v1/inbox").await["rows"][0].clone();
    assert_eq!(
        (&row["owed"]["stage"], &row["priority"]),
        (&json!("breached"), &json!("high"))
    );
}

#[tokio::test]
async fn nobody_wakes_for_what_may_wait_for_the_next_round() {
    let app = TestApp::start().await;
    let visitor = app.visitor_of("linden").await;
    app.send(&visitor, "hello").await;
    let token = token_hash(&SecretString::from(visitor.token.clone()));
    let session = app.store.session(&token).await.unwrap().unwrap();
    let minute = SignedDuration::from_mins(1);
    app.clock.move_to(session.expires_at - minute);
    app.app.desk.do_what_is_due().await.unwrap();
    let next = app.app.desk.next_due(5 * minute).await;
    assert_eq!(next.unwrap(), None, "a session that ends is in no hurry");
}

/// A photo that was asked for is an answer, and owed one: in the list, in the order of urgency, and by the clock.
#[tokio::test]
async fn a_file_of_the_customers_is_owed_an_answer_as_words_are() {
    let app = TestApp::start().await;
    let mei = app.agent("mei", None).await;
    let (visitor, id) = app.waiting("timed").await;
    assert_eq!(act(&app, &mei, &id, "claim", &json!({})).await, 200);
    let reply = json!({"client_id": "r1", "text": "Please send a photo of it"});
    assert_eq!(act(&app, &mei, &id, "messages", &reply).await, 201);
    at(&app, "20T11:00").await;
    let file = attach(&app, &visitor, &png(7), None).await;
    let row = get(&app, &mei, "/v1/inbox?view=mine").await["rows"][0].clone();
    assert_eq!(row["unheard"], json!([file["seq"]]), "{row}");
    assert_eq!(row["asked_since"], "2026-11-20T11:00:00Z", "{row}");
    assert_eq!(row["status"], "active");
    let owed = (&row["owed"]["goal"], &row["owed"]["due"]);
    let expected = (&json!("next_response"), &json!("2026-11-20T13:00:00Z"));
    assert_eq!(owed, expected);
    // A file of the agent's answers it.
    let path = format!("/v1/conversations/{id}/attachments");
    let sent = form(
        app.post(&path).bearer_auth(&mei),
        &[("file", "; filename=\"a.png\"", &png(8))],
    );
    assert!(sent.send().await.unwrap().status().is_success());
    let row = get(&app, &mei, "/v1/inbox?view=mine").await["rows"][0].clone();
    assert_eq!(
        (&row["unheard"], &row["asked_since"]),
        (&Value::Null, &Value::Null)
    );
}

#[tokio::test]
async fn what_is_answered_in_time_is_never_late_and_the_end_waits_while_the_customer_is_asked() {
    let app = TestApp::start().await;
    let mei = app.agent("mei", None).await;
    let (visitor, id) = app.waiting("timed").await;
    let shown = format!("/v1/conversations/{id}");
    at(&app, "20T10:30").await;
    assert_eq!(act(&app, &mei, &id, "claim", &json!({})).await, 200);
    let reply = json!({"client_id": "r1", "text": "Which lamp is it?"});
    assert_eq!(act(&app, &mei, &id, "messages", &reply).await, 201);
    assert_eq!(
        get(&app, &mei, &shown).await["owed"],
        Value::Null,
        "nothing while the customer is asked"
    );
    // The weekend and Monday go by.
    at(&app, "24T10:00").await;
    assert_eq!(levels(&app, &mei, &id).await, []);
    app.send(&visitor, "The blue one").await;
    let owed = get(&app, &mei, &shown).await["owed"].clone();
    assert_eq!(
        (&owed["goal"], &owed["due"]),
        (&json!("next_response"), &json!("2026-11-24T12:00:00Z"))
    );
    let reply = json!({"client_id": "r2", "text": "A new one is on its way"});
    assert_eq!(act(&app, &mei, &id, "messages", &reply).await, 201);
    app.send(&visitor, "When?").await;
    let reply = json!({"client_id": "r3", "text": "Tomorrow"});
    at(&app, "24T11:00").await;
    assert_eq!(act(&app, &mei, &id, "messages", &reply).await, 201);
    assert_eq!(act(&app, &mei, &id, "resolve", &json!({})).await, 200);
    at(&app, "30T10:00").await;
    assert_eq!(levels(&app, &mei, &id).await, []);
}

#[tokio::test]
async fn the_answer_that_is_owed_in_a_conversation_is_owed_where_it_was_merged_into() {
    let app = TestApp::start().await;
    let mei = app.agent("mei", None).await;
    let secret = "timed-secret-0123456789abcdef01234";
    let token = app.sign(&json!({"sub": "u1", "aud": "timed"}), secret);
    let mut ids = Vec::new();
    for _ in 0..2 {
        let body = json!({"site": "timed", "token": token});
        let session = app.post("/v1/sessions").json(&body).send().await.unwrap();
        let session: Value = session.json().await.unwrap();
        let token = session["session"].as_str().unwrap().to_owned();
        let visitor = Visitor { token };
        let said = app.send(&visitor, "I want to talk to a human").await;
        ids.push(said["conversation"].as_str().unwrap().to_owned());
    }
    let (answered, waits) = (&ids[0], &ids[1]);
    assert_eq!(act(&app, &mei, answered, "claim", &json!({})).await, 200);
    let reply = json!({"client_id": "r1", "text": "Which lamp is it?"});
    assert_eq!(act(&app, &mei, answered, "messages", &reply).await, 201);
    at(&app, "20T10:49").await;
    let says = |stage: &str| ("first_response".to_owned(), stage.to_owned());
    assert_eq!(levels(&app, &mei, waits).await, [says("warned")]);
    let from = json!({"from": waits});
    assert_eq!(act(&app, &mei, answered, "merge", &from).await, 200);
    let shown = format!("/v1/conversations/{answered}");
    let owed = get(&app, &mei, &shown).await["owed"].clone();
    assert_eq!(
        (&owed["goal"], &owed["due"], &owed["stage"]),
        (
            &json!("first_response"),
            &json!("2026-11-20T11:00:00Z"),
            &json!("warned")
        )
    );
    at(&app, "20T11:01").await;
    assert_eq!(levels(&app, &mei, answered).await, [says("breached")]);
    assert_eq!(levels(&app, &mei, waits).await, [says("warned")]);
}

#[tokio::test]
async fn what_becomes_urgent_is_owed_sooner_and_without_levels_nothing_is_owed() {
    let app = TestApp::start().await;
    let mei = app.agent("mei", None).await;
    let (_, id) = app.waiting("timed").await;
    assert_eq!(
        act(&app, &mei, &id, "priority", &json!({"priority": "urgent"})).await,
        200
    );
    let owed = get(&app, &mei, &format!("/v1/conversations/{id}")).await["owed"].clone();
    assert_eq!(owed["due"], "2026-11-20T10:10:00Z");
    let (_, other) = app.waiting("linden").await;
    let shown = get(&app, &mei, &format!("/v1/conversations/{other}")).await;
    assert_eq!(shown["owed"], Value::Null);
    at(&app, "27T10:00").await;
    assert_eq!(levels(&app, &mei, &other).await, []);
}

#[tokio::test]
async fn a_snoozed_conversation_comes_back_at_its_time_when_the_customer_writes_or_the_refund_moves()
 {
    let app = TestApp::start().await;
    let mei = app.agent("mei", None).await;
    let mut left = Vec::new();
    for body in [
        json!({"until": "2026-11-20T15:00:00Z"}),
        json!({}),
        json!({}),
    ] {
        let (visitor, id) = app.waiting("linden").await;
        assert_eq!(act(&app, &mei, &id, "claim", &json!({})).await, 200);
        assert_eq!(act(&app, &mei, &id, "snooze", &body).await, 200);
        left.push((visitor, id));
    }
    let status = async |at: usize| {
        let id = ConversationId::parse(&left[at].1).unwrap();
        let row = app.store.conversation(&id).await.unwrap().unwrap();
        row.status.name()
    };
    at(&app, "20T14:59").await;
    for one in 0..3 {
        assert_eq!(status(one).await, "snoozed");
    }
    at(&app, "20T15:00").await;
    assert_eq!(status(0).await, "active");
    app.send(&left[1].0, "Any news?").await;
    assert_eq!(status(1).await, "active");
    app.order("m_linden", "A5001").await;
    app.claim("m_linden", "A5001", &left[2].1).await;
    app.clock
        .move_to(app.clock.now() + SignedDuration::from_hours(1));
    let key = app.api_key("m_linden").await;
    let approve = app.post("/v1/refunds/A5001-1/approve").bearer_auth(&key);
    assert_eq!(approve.json(&json!({})).send().await.unwrap().status(), 200);
    assert_eq!(status(2).await, "active");
}

#[tokio::test]
async fn what_was_owed_is_owed_again_by_its_time_when_a_resolve_is_taken_back() {
    let app = TestApp::start().await;
    let lead = app.agent_as("lead", None, AgentRole::Lead).await;
    let (visitor, id) = app.waiting("timed").await;
    let stands = async || {
        let row = get(&app, &lead, &format!("/v1/conversations/{id}")).await;
        let facts = get(&app, &lead, &format!("/v1/conversations/{id}/facts")).await;
        (row["owed"].clone(), facts["promises"].clone())
    };
    let days = async || {
        let report = get(&app, &lead, "/v1/reports/report.json").await;
        report["days"][0].clone()
    };
    assert_eq!(act(&app, &lead, &id, "claim", &json!({})).await, 200);
    at(&app, "20T10:20").await;
    let before = stands().await;
    assert_eq!(before.0["goal"], "first_response");
    assert_eq!(before.1[0]["state"], "open", "{}", before.1);
    let resolve = json!({"conversations": [id], "change": {"do": "resolve"}});
    let done = app.does(&lead, "/v1/bulk", resolve).await;
    let (owed, promises) = stands().await;
    assert_eq!((owed, &promises[0]["state"]), (Value::Null, &json!("void")));
    at(&app, "20T10:30").await;
    let undo = json!({"done": done["done"]});
    let back = app.does(&lead, "/v1/bulk/undo", undo).await;
    assert_eq!(back["failed"], json!([]));
    assert_eq!(stands().await, before);
    assert_eq!(days().await["reopened"], 0, "nothing was begun again");
    // So it is where somebody takes it up again to whom nobody has answered.
    assert_eq!(act(&app, &lead, &id, "resolve", &json!({})).await, 200);
    assert_eq!(act(&app, &lead, &id, "reopen", &json!({})).await, 200);
    assert_eq!(stands().await, before);
    assert_eq!(days().await["reopened"], 1);
    at(&app, "20T10:49").await;
    let warned = ("first_response".to_owned(), "warned".to_owned());
    assert_eq!(levels(&app, &lead, &id).await, [warned]);
    let reply = json!({"client_id": "r1", "text": "Which lamp is it?"});
    assert_eq!(act(&app, &lead, &id, "messages", &reply).await, 201);
    assert_eq!(stands().await.1[0]["state"], "kept");
    let waited = days().await["first_response_p50"].as_i64().unwrap();
    assert!((49 * 60..70 * 60).contains(&waited), "{waited}");
    // Once answered, nothing but the end is owed; and what the customer asks later is owed anew.
    assert_eq!(act(&app, &lead, &id, "resolve", &json!({})).await, 200);
    assert_eq!(act(&app, &lead, &id, "reopen", &json!({})).await, 200);
    assert_eq!(stands().await.0["goal"], "resolution");
    assert_eq!(act(&app, &lead, &id, "resolve", &json!({})).await, 200);
    at(&app, "20T12:00").await;
    app.send(&visitor, "It is broken again").await;
    let owed = stands().await.0;
    assert_eq!(
        (&owed["goal"], &owed["due"]),
        (&json!("next_response"), &json!("2026-11-20T14:00:00Z"))
    );
}

#[tokio::test]
async fn thanks_for_what_is_done_owe_nobody_an_answer() {
    let app = TestApp::start().await;
    let mei = app.agent("mei", None).await;
    let (visitor, id) = app.waiting("timed").await;
    assert_eq!(act(&app, &mei, &id, "claim", &json!({})).await, 200);
    let reply = json!({"client_id": "r1", "text": "It is on its way again."});
    assert_eq!(act(&app, &mei, &id, "messages", &reply).await, 201);
    assert_eq!(act(&app, &mei, &id, "resolve", &json!({})).await, 200);
    app.send(&visitor, "thanks").await;
    at(&app, "20T15:00").await;
    let seen = get(&app, &mei, &format!("/v1/conversations/{id}")).await;
    assert_eq!(
        (&seen["status"], &seen["owed"], &seen["priority"]),
        (&json!("resolved"), &Value::Null, &json!("normal"))
    );
    assert_eq!(levels(&app, &mei, &id).await, []);
    // Who asks again is owed an answer.
    app.send(&visitor, "It is still not here").await;
    let seen = get(&app, &mei, &format!("/v1/conversations/{id}")).await;
    assert_eq!(seen["owed"]["goal"], "next_response");
}

#[tokio::test]
async fn a_reply_to_what_was_called_done_takes_it_up_again_and_is_the_answer_that_was_owed() {
    let app = TestApp::start().await;
    let lead = app.agent_as("lead", None, AgentRole::Lead).await;
    let (visitor, id) = app.waiting("timed").await;
    assert_eq!(act(&app, &lead, &id, "claim", &json!({})).await, 200);
    let row = get(&app, &lead, &format!("/v1/conversations/{id}")).await;
    let asked = row["asked_since"].clone();
    assert_eq!(row["waiting_since"], Value::Null);
    assert!(asked.is_string(), "{row}");
    assert_eq!(act(&app, &lead, &id, "resolve", &json!({})).await, 200);
    let line = get(&app, &lead, "/v1/inbox?view=done").await["rows"][0].clone();
    assert_eq!(line["asked_since"], Value::Null, "it is called done");
    at(&app, "20T10:20").await;
    let reply = json!({"client_id": "r1", "text": "One more thing: it is sent."});
    assert_eq!(act(&app, &lead, &id, "messages", &reply).await, 201);
    let row = get(&app, &lead, &format!("/v1/conversations/{id}")).await;
    assert_eq!(
        (&row["status"], &row["asked_since"], &row["owed"]),
        (&json!("waiting_customer"), &Value::Null, &Value::Null)
    );
    let facts = get(&app, &lead, &format!("/v1/conversations/{id}/facts")).await;
    assert_eq!(facts["promises"][0]["state"], "kept");
    let report = get(&app, &lead, "/v1/reports/report.json").await;
    assert_eq!(report["days"][0]["reopened"], 1);
    let waited = report["days"][0]["first_response_p50"].as_i64().unwrap();
    assert!((20 * 60..30 * 60).contains(&waited), "{waited}");
    // The end is owed by the time that it was: to call it done and write is no way to more of it.
    app.send(&visitor, "Thank you, and the other one?").await;
    let owed = get(&app, &lead, &format!("/v1/conversations/{id}")).await["owed"].clone();
    assert_eq!(owed["goal"], "next_response");
    let log = get(&app, &lead, &format!("/v1/conversations/{id}/events")).await;
    let kinds: Vec<&str> = log["events"]
        .as_array()
        .unwrap()
        .iter()
        .map(|event| event["kind"].as_str().unwrap())
        .collect();
    let reply = kinds.iter().rposition(|kind| *kind == "reply").unwrap();
    assert_eq!(kinds[reply - 1..=reply + 1], ["status", "reply", "status"]);
}

#[tokio::test]
async fn how_long_somebody_waits_is_known_until_a_person_answers_whoever_takes_it() {
    let app = TestApp::start().await;
    let lead = app.agent_as("lead", None, AgentRole::Lead).await;
    let (_, id) = app.waiting("timed").await;
    let line = async |view: &str| {
        get(&app, &lead, &format!("/v1/inbox?view={view}")).await["rows"][0].clone()
    };
    let since = line("waiting").await["waiting_since"].clone();
    assert!(since.is_string());
    at(&app, "20T10:30").await;
    assert_eq!(act(&app, &lead, &id, "claim", &json!({})).await, 200);
    assert_eq!(line("mine").await["asked_since"], since);
    at(&app, "20T10:40").await;
    let resolve = json!({"conversations": [id], "change": {"do": "resolve"}});
    let done = app.does(&lead, "/v1/bulk", resolve).await;
    assert_eq!(line("done").await["asked_since"], Value::Null);
    app.does(&lead, "/v1/bulk/undo", json!({"done": done["done"]}))
        .await;
    assert_eq!(line("mine").await["asked_since"], since);
    let reply = json!({"client_id": "r1", "text": "Which lamp is it?"});
    assert_eq!(act(&app, &lead, &id, "messages", &reply).await, 201);
    assert_eq!(line("mine").await["asked_since"], Value::Null);
}
