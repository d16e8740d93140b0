//! What a policy wants to see for a cause, one thing after the other.

use serde_json::json;

use crate::evidence::{applied, attach, events, png, refund, text_of};
use crate::guide::enforce;
use crate::support::TestApp;

const TWO_THINGS: &str = r#"merchant = "m_linden"
[window]
days = 30
[auto_accept]
GBP = "500.00"
[[evidence.damaged]]
zh-Hans = "损坏处的照片"
zh-Hant = "損壞處的照片"
en      = "a photo of the damage"
[[evidence.damaged]]
zh-Hans = "外包装的照片"
zh-Hant = "外包裝的照片"
en      = "a photo of the parcel"
"#;

#[tokio::test]
async fn of_several_things_one_is_asked_for_at_a_time_and_a_person_decides_when_all_are_there() {
    let app = TestApp::start().await;
    enforce(&app, TWO_THINGS);
    let key = app.api_key("m_linden").await;
    let (visitor, claim) = applied(&app, &key, ("jo", "A1"), "1").await;
    let wanted = async || {
        let now = refund(&app, &key, &claim).await;
        (now["state"].clone(), now["detail"].clone())
    };
    let needs = |what: &str| (json!("needs_evidence"), json!(what));
    assert_eq!(wanted().await, needs("a photo of the damage"));
    let kept = attach(&app, &visitor, &png(1), None).await;
    assert_eq!(wanted().await, needs("a photo of the parcel"));
    // The same file again shows nothing else.
    attach(&app, &visitor, &png(1), None).await;
    assert_eq!(wanted().await, needs("a photo of the parcel"));
    let agent = app.agent("li", Some("m_linden")).await;
    let said = events(&app, &agent, text_of(&kept, "conversation")).await;
    let asked = said.iter().filter(|event| {
        let text = event["text"].as_str().unwrap_or_default();
        text.contains("a photo of the parcel")
    });
    assert_eq!(asked.count(), 1, "{said:?}");
    attach(&app, &visitor, &png(2), None).await;
    assert_eq!(wanted().await.0, json!("submitted"));
}

#[tokio::test]
async fn what_an_agent_asks_for_instead_is_looked_at_by_them_when_it_comes() {
    let app = TestApp::start().await;
    enforce(&app, TWO_THINGS);
    let key = app.api_key("m_linden").await;
    let (visitor, claim) = applied(&app, &key, ("jo", "A1"), "1").await;
    let ask = app.post(&format!("/v1/refunds/{claim}/request-evidence"));
    let ask = ask
        .bearer_auth(&key)
        .json(&json!({"what": "the serial number"}));
    assert_eq!(ask.send().await.unwrap().status(), 200);
    attach(&app, &visitor, &png(1), None).await;
    assert_eq!(refund(&app, &key, &claim).await["state"], "submitted");
}
