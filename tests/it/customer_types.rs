//! That a customer is writing: seen by agents while people have the conversation, for a few seconds, and nothing of what is written.

use jiff::SignedDuration;
use serde_json::{Value, json};

use crate::support::{TestApp, Visitor};

async fn types(app: &TestApp, visitor: &Visitor) -> u16 {
    let said = app.post("/v1/typing").bearer_auth(&visitor.token);
    said.send().await.unwrap().status().as_u16()
}

/// What agents see: in the list, and beside the conversation that they have open.
async fn seen(app: &TestApp, agent: &str, id: &str) -> (Option<i64>, Option<i64>) {
    let list = app.get("/v1/inbox").bearer_auth(agent).send().await;
    let list: Value = list.unwrap().json().await.unwrap();
    let mut rows = list["rows"].as_array().unwrap().iter();
    let row = rows.find(|row| row["id"] == id);
    let path = format!("/v1/conversations/{id}/looking");
    let here = app.post(&path).bearer_auth(agent).json(&json!({}));
    let here: Value = here.send().await.unwrap().json().await.unwrap();
    (
        row.and_then(|row| row["writes_for_ms"].as_i64()),
        here["writes_for_ms"].as_i64(),
    )
}

#[tokio::test]
async fn agents_see_that_a_customer_writes_until_they_stop_or_send_it() {
    let app = TestApp::start().await;
    let mei = app.agent("mei", None).await;
    let (visitor, id) = app.waiting("linden").await;
    assert_eq!(seen(&app, &mei, &id).await, (None, None));
    assert_eq!(types(&app, &visitor).await, 200);
    assert_eq!(seen(&app, &mei, &id).await, (Some(8000), Some(8000)));
    let later = SignedDuration::from_secs(8);
    app.clock.move_to(app.clock.now() + later);
    assert_eq!(seen(&app, &mei, &id).await, (None, None));
    types(&app, &visitor).await;
    app.send(&visitor, "hello?").await;
    assert_eq!(seen(&app, &mei, &id).await, (None, None));
    // The bot hears what is sent and no more: nobody is told of somebody who talks to it.
    let alone = app.visitor().await;
    let said = app.send(&alone, "hello").await;
    let with_bot = said["conversation"].as_str().unwrap();
    assert_eq!(types(&app, &alone).await, 200);
    assert_eq!(seen(&app, &mei, with_bot).await, (None, None));
    // Nobody else's agent learns of it, and nobody can say it for another.
    let other = app.agent("oda", Some("m_other")).await;
    types(&app, &visitor).await;
    assert_eq!(seen(&app, &other, &id).await, (None, None));
    let stranger = app.post("/v1/typing").bearer_auth("fdv_nobody");
    assert_eq!(stranger.send().await.unwrap().status(), 401);
}
