//! What a line of the inbox says of what was said, and of what is still owed an answer.

use serde_json::json;

use crate::inbox_lists::{later, page};
use crate::support::TestApp;

/// That the bot has passed it on stands under every conversation that waits. What tells them apart is what their customers said.
#[tokio::test]
async fn the_line_of_a_conversation_that_people_have_says_what_people_said() {
    let app = TestApp::start().await;
    let mei = app.agent("mei", None).await;
    let visitor = app.visitor_of("linden").await;
    app.send(
        &visitor,
        "The lamp hums all night. I want to talk to a human",
    )
    .await;
    let last = async |view: &str| page(&app, &mei, view).await["rows"][0]["last"].clone();
    let said =
        json!({"from": "customer", "text": "The lamp hums all night. I want to talk to a human"});
    assert_eq!(last("view=waiting").await, said);
    let id = page(&app, &mei, "view=waiting").await["rows"][0]["id"].clone();
    let path = format!("/v1/conversations/{}", id.as_str().unwrap());
    app.does(&mei, &format!("{path}/claim"), json!({})).await;
    app.does(
        &mei,
        &format!("{path}/messages"),
        json!({"client_id": "1", "text": "Which lamp?"}),
    )
    .await;
    assert_eq!(
        last("view=mine").await,
        json!({"from": "agent", "text": "Which lamp?"})
    );
    // What the bot has, it says itself.
    app.does(&mei, &format!("{path}/return"), json!({})).await;
    app.send(&visitor, "how long does a refund take?").await;
    assert_eq!(last("view=bot").await["from"], "bot");
}

#[tokio::test]
async fn what_nobody_has_answered_is_counted_until_a_person_does() {
    let app = TestApp::start().await;
    let mei = app.agent("mei", None).await;
    let (visitor, id) = app.waiting("linden").await;
    for text in ["are you there?", "hello?"] {
        app.send(&visitor, text).await;
    }
    let unheard = async || {
        let rows = page(&app, &mei, "view=waiting").await["rows"].clone();
        let rows = match rows.as_array().unwrap().is_empty() {
            true => page(&app, &mei, "view=mine").await["rows"].clone(),
            false => rows,
        };
        rows[0]["unheard"].as_array().map_or(0, Vec::len)
    };
    assert_eq!(unheard().await, 2);
    for (act, body) in [
        ("claim", json!({})),
        ("messages", json!({"client_id": "1", "text": "Here I am"})),
    ] {
        let path = format!("/v1/conversations/{id}/{act}");
        let done = app.post(&path).bearer_auth(&mei).json(&body).send().await;
        assert!(done.unwrap().status().is_success());
    }
    assert_eq!(unheard().await, 0);
    app.send(&visitor, "thank you").await;
    assert_eq!(unheard().await, 1);
}

#[tokio::test]
async fn what_an_agent_owes_an_answer_to_is_not_last_though_nothing_is_promised_by_a_time() {
    let app = TestApp::start().await;
    let mei = app.agent("mei", None).await;
    let mut ids = Vec::new();
    for _ in 0..3 {
        let (_, id) = app.waiting("linden").await;
        later(&app, 10);
        let path = format!("/v1/conversations/{id}/claim");
        app.does(&mei, &path, json!({})).await;
        ids.push(id);
    }
    let [answered, first, second] = &ids[..] else {
        unreachable!()
    };
    let path = format!("/v1/conversations/{answered}/messages");
    let reply = json!({"client_id": crate::support::fresh_id(), "text": "It is on its way."});
    app.does(&mei, &path, reply).await;
    let mine = async |query: &str| {
        let page = app
            .read(&mei, &format!("/v1/inbox?view=mine&{query}"))
            .await;
        let rows = page["rows"].as_array().unwrap().iter();
        let ids = rows.map(|row| row["id"].as_str().unwrap().to_owned());
        ids.collect::<Vec<String>>()
    };
    let urgent = [first.clone(), second.clone(), answered.clone()];
    assert_eq!(mine("sort=urgent").await, urgent);
    later(&app, 240);
    assert_eq!(mine("overdue=true&sort=urgent").await, urgent[..2]);
}
