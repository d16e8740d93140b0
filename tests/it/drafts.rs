//! What agents have begun to write is theirs, on whatever machine, and goes with the conversation.

use jiff::SignedDuration;
use serde_json::{Value, json};

use crate::support::{TestApp, problem};
use crate::waiting::post;

#[tokio::test]
async fn a_draft_is_not_put_in_the_place_of_one_that_was_written_elsewhere_since() {
    let app = TestApp::start().await;
    let mei = app.agent("mei", None).await;
    let (_, id) = app.waiting("linden").await;
    let keep = async |browser: &str, based_on: &str, reply: &str| {
        let body = json!({"browser": browser, "based_on": based_on, "reply": reply});
        let path = format!("/v1/conversations/{id}/draft");
        app.clock
            .move_to(app.clock.now() + SignedDuration::from_secs(1));
        post(&app, &mei, &path, &body).await
    };
    let at = |kept: &(u16, Value)| kept.1["at"].as_str().unwrap().to_owned();
    let nothing = "1970-01-01T00:00:00Z";
    let first = keep("one", nothing, "Dear Mia").await;
    assert_eq!(first.0, 200);
    assert_eq!(
        keep("two", nothing, "Hello").await.0,
        409,
        "it has seen nothing"
    );
    let second = keep("two", &at(&first), "Dear Mia, hello").await;
    assert_eq!(second.0, 200);
    let refused = keep("one", &at(&first), "Dear").await;
    assert_eq!((refused.0, &refused.1["code"]), (409, &json!("conflict")));
    let kept = app.read(&mei, "/v1/drafts").await;
    assert_eq!(kept[0]["reply"], "Dear Mia, hello");
    assert_eq!(kept[0]["at"], second.1["at"]);
    // What a browser has not heard of may be its own.
    assert_eq!(keep("two", nothing, "Dear Mia, hello again").await.0, 200);
    assert_eq!(keep(&"x".repeat(65), nothing, "x").await.0, 422);
}

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
