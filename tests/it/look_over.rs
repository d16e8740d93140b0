//! A reply before it goes out: another customer's order, a card number. It is said; nothing is refused, nothing is kept.

use serde_json::{Value, json};

use crate::support::TestApp;

#[tokio::test]
async fn what_may_not_belong_into_a_reply_is_said_before_it_goes_out() {
    let app = TestApp::start().await;
    let mei = app.agent("mei", None).await;
    for order in ["A7001", "A7002"] {
        app.order("m_linden", order).await;
    }
    app.order("m_other", "A7003").await;
    let visitor = app.visitor().await;
    app.send(&visitor, "where is my order A7001").await;
    let said = app.send(&visitor, "I want to talk to a human").await;
    let id = said["conversation"].as_str().unwrap();
    let path = format!("/v1/conversations/{id}/look-over");
    let look = async |text: &str| -> Value {
        let asked = app.post(&path).bearer_auth(&mei);
        let answer = asked.json(&json!({"text": text})).send().await.unwrap();
        assert_eq!(answer.status(), 200);
        answer.json().await.unwrap()
    };
    let table = [
        ("Your order A7001 leaves today", false, json!([])),
        ("Your order A7002 leaves today", false, json!(["A7002"])),
        ("Another shop's A7003, and A9999", false, json!([])),
        ("Is it 4111 1111 1111 1111?", true, json!([])),
        ("Hello", false, json!([])),
    ];
    for (text, masked, others) in table {
        let expected = json!({"masked": masked, "others": others});
        assert_eq!(look(text).await, expected, "{text}");
    }
}
