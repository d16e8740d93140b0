//! What agents narrow their lists by is theirs, in their order, on whatever machine.

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
