//! What agents have begun to write is theirs, on whatever machine, and goes with the conversation.

use serde_json::{Value, json};

use crate::support::{TestApp, problem};

#[tokio::test]
async fn a_draft_is_kept_for_its_agent_alone_and_goes_when_it_is_emptied() {
    let app = TestApp::start().await;
    let (mei, lin) = (app.agent("mei", None).await, app.agent("lin", None).await);
    let (_, id) = app.waiting("linden").await;
    let keep = async |token: &str, body: Value| {
        let path = format!("/v1/conversations/{id}/draft");
        app.post(&path)
            .bearer_auth(token)
            .json(&body)
            .send()
            .await
            .unwrap()
    };
    let drafts = async |token: &str| {
        let all = app
            .get("/v1/drafts")
            .bearer_auth(token)
            .send()
            .await
            .unwrap();
        all.json::<Value>().await.unwrap()
    };
    assert_eq!(
        keep(
            &mei,
            json!({"reply": "Dear Mia, 4111 1111 1111 1111", "note": "ask Lin"})
        )
        .await
        .status(),
        200
    );
    let own = drafts(&mei).await;
    assert_eq!(
        (&own[0]["conversation"], &own[0]["note"]),
        (&json!(id), &json!("ask Lin"))
    );
    assert!(!own.to_string().contains("4111 1111 1111"), "{own}");
    assert_eq!(drafts(&lin).await, json!([]), "nobody else's");
    assert_eq!(keep(&mei, json!({"reply": "Dear Mia"})).await.status(), 200);
    assert_eq!(drafts(&mei).await[0]["note"], Value::Null);
    assert_eq!(keep(&mei, json!({})).await.status(), 200);
    assert_eq!(drafts(&mei).await, json!([]));
    let foreign = app.agent("foreign", Some("m_other")).await;
    assert_eq!(
        problem(keep(&foreign, json!({"reply": "x"})).await).await.0,
        404
    );
    assert_eq!(
        problem(keep(&mei, json!({"reply": "x".repeat(10_001)})).await)
            .await
            .0,
        422
    );
}
