//! A program of one's own that wants the answer within the answer to its request.

use frontdesk::domain::ids::EndpointId;
use serde_json::json;

use super::*;

/// Answers that wait to be sent to the program.
async fn waiting(app: &TestApp) -> usize {
    let outbox = EndpointId::parse("webhook.shop").unwrap();
    let waiting = app.store.waiting_deliveries(&outbox, 0, 9).await.unwrap();
    waiting.len()
}

#[tokio::test]
async fn a_program_that_asks_for_it_has_the_answer_at_once_the_same_when_it_asks_again_and_in_no_other_way()
 {
    let app = desk().await;
    let ask = async |n: u8, query: &str| {
        let body = json!({"type": "message.created", "timestamp": app.clock.now(), "data": {
            "message_id": format!("m{n}"), "conversation_id": "c1", "sender": {"id": "u1", "locale": "en"},
            "text": "What is your refund policy?"}});
        let body = body.to_string().into_bytes();
        let id = format!("msg_{n}");
        let mut headers = signed(
            Channel::Webhook,
            STANDARD_SECRET,
            &id,
            &body,
            app.clock.now(),
        );
        headers.insert("query", query.to_owned());
        let answer = post(&app, Channel::Webhook, &headers, &body).await;
        assert_eq!(answer.status(), 200);
        answer.json::<Value>().await.unwrap()
    };
    let said = ask(1, "?sync=1").await;
    assert_eq!(said["accepted"], true);
    assert!(said["text"].as_str().unwrap().contains("30 days"), "{said}");
    assert_eq!(waiting(&app).await, 0, "it is not sent once more");
    assert_eq!(ask(1, "?sync=1").await, said);
    // Whoever does not ask for it gets it as ever.
    assert_eq!(ask(2, "").await, json!({"accepted": true}));
    assert_eq!(waiting(&app).await, 1);
}
