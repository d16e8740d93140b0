//! "Send again": what was given up goes out once more when an agent says so, and its fate is told anew.

use frontdesk::delivery::{Progress, Sender};
use frontdesk::domain::account::TokenHash;
use frontdesk::domain::ids::EndpointId;
use serde_json::{Value, json};

use super::platform::{Does, HOME, Loopback};
use super::*;

const USER: &str = "16505551234";

async fn conversation_of(app: &TestApp) -> String {
    let outbox = EndpointId::parse("whatsapp.shop").unwrap();
    let token = TokenHash::of_platform_user(&outbox, USER);
    let session = app.store.session(&token).await.unwrap().unwrap();
    session.conversation.unwrap().to_string()
}

async fn drain(sender: &Sender, app: &TestApp) {
    loop {
        match sender.deliver_next(app.clock.now()).await.unwrap() {
            Progress::Idle | Progress::NotBefore(_) => return,
            _ => {}
        }
    }
}

async fn fates(app: &TestApp, id: &str, agent: &str) -> Vec<(u64, String)> {
    let path = format!("/v1/conversations/{id}/events?limit=500");
    let answer = app.get(&path).bearer_auth(agent).send().await.unwrap();
    let events: Value = answer.json().await.unwrap();
    let all = events["events"].as_array().unwrap().iter();
    all.filter(|event| event["kind"] == "delivery")
        .map(|event| {
            let state = event["state"].as_str().unwrap().to_owned();
            (event["message"].as_u64().unwrap(), state)
        })
        .collect()
}

#[tokio::test]
async fn what_was_given_up_goes_out_again_once_for_those_who_may_say_so() {
    let app = desk().await;
    let platform = Loopback::start(Channel::WhatsApp).await;
    let sender = platform.sender(&app, &HOME);
    let user = first_text(Channel::WhatsApp).messages()[0]["user"].clone();
    assert_eq!(user, USER);
    send(&app, &first_text(Channel::WhatsApp)).await;
    let blocked = json!({"error": {"code": 131_026, "message": "undeliverable"}}).to_string();
    platform.plan([Does::Say(400, "", blocked)]);
    drain(&sender, &app).await;
    let id = conversation_of(&app).await;
    let agent = app.agent("mei", None).await;
    let failed = fates(&app, &id, &agent).await.remove(0);
    assert_eq!(failed.1, "failed");
    let before = platform.got().len();
    let again = async |token: &str, seq: u64| {
        let path = format!("/v1/conversations/{id}/messages/{seq}/resend");
        let answer = app.post(&path).bearer_auth(token).send().await.unwrap();
        answer.status().as_u16()
    };
    let stranger = app.agent("liu", Some("m_other")).await;
    assert_eq!(again(&stranger, failed.0).await, 404);
    assert_eq!(again(&agent, failed.0 + 1).await, 404);
    assert_eq!(again(&agent, failed.0).await, 200);
    assert_eq!(again(&agent, failed.0).await, 404, "it is on its way");
    drain(&sender, &app).await;
    let got = platform.got();
    assert_eq!(got.len(), before + 1);
    assert_eq!(got[before].raw, got[before - 1].raw);
    // What the platform tells of it counts, though it had failed before.
    let receipt = json!({"object": "whatsapp_business_account", "entry": [{"id": "W", "changes": [{"field": "messages", "value": {
        "messaging_product": "whatsapp", "metadata": {"phone_number_id": "106540352242922"},
        "statuses": [{"id": "wamid.OUT", "status": "delivered", "timestamp": "1749416383", "recipient_id": USER}]}}]}]});
    let body = receipt.to_string().into_bytes();
    let headers = signed(Channel::WhatsApp, SECRET, "", &body, app.clock.now());
    post(&app, Channel::WhatsApp, &headers, &body).await;
    let states: Vec<String> = fates(&app, &id, &agent)
        .await
        .into_iter()
        .filter(|(seq, _)| *seq == failed.0)
        .map(|(_, state)| state)
        .collect();
    assert_eq!(states, ["failed", "queued", "sent", "delivered"]);
}
