//! Customers whose platform begins to call them by another name in the middle of a conversation.

use frontdesk::domain::conversation::Owner;
use jiff::SignedDuration;
use serde_json::json;

use super::delivery::{conversation_of, log_of};
use super::*;

const NUMBER: &str = "16505551234";
const NAME: &str = "US.13491208655302741918";

/// Somebody writes on WhatsApp, by their number and perhaps by the name that the platform gave them.
async fn write(app: &TestApp, id: &str, from: Option<&str>, named: Option<&str>) {
    let mut message = json!({"id": id, "timestamp": app.clock.now().as_second().to_string(), "type": "text",
        "text": {"body": "I want to talk to a human"}});
    for (field, name) in [("from", from), ("from_user_id", named)] {
        if let Some(name) = name {
            message[field] = json!(name);
        }
    }
    let value = json!({"messaging_product": "whatsapp", "metadata": {"phone_number_id": "106540352242922"},
        "messages": [message]});
    let body = json!({"object": "whatsapp_business_account", "entry": [{"id": "WABA", "changes": [
        {"field": "messages", "value": value}]}]});
    let body = body.to_string().into_bytes();
    let headers = signed(Channel::WhatsApp, SECRET, "", &body, app.clock.now());
    let answer = post(app, Channel::WhatsApp, &headers, &body).await;
    assert_eq!(answer.status(), 200);
}

#[tokio::test]
async fn a_customer_on_whatsapp_who_gets_a_name_goes_on_in_the_conversation_that_they_have() {
    let app = desk().await;
    write(&app, "wamid.1", Some(NUMBER), None).await;
    let id = conversation_of(&app, Channel::WhatsApp, NUMBER).await;
    let mei = app.agent("mei", None).await;
    let claim = app.post(&format!("/v1/conversations/{id}/claim"));
    assert_eq!(claim.bearer_auth(&mei).send().await.unwrap().status(), 200);

    write(&app, "wamid.2", Some(NUMBER), Some(NAME)).await;
    // The number may stay away from then on.
    write(&app, "wamid.3", None, Some(NAME)).await;
    let rows = app.store.conversations(None, 9).await.unwrap();
    assert_eq!(rows.len(), 1, "{rows:?}");
    assert!(matches!(rows[0].owner, Owner::Agent(_)));
    assert_eq!(conversation_of(&app, Channel::WhatsApp, NAME).await, id);
    assert_eq!(
        rows[0].recipient.as_ref().unwrap().user,
        NAME,
        "and is answered by it"
    );
    let log = log_of(&app, Channel::WhatsApp, NAME).await;
    let by = |event: &&frontdesk::domain::conversation::Event| {
        event.by == frontdesk::domain::conversation::Actor::Customer
    };
    assert_eq!(log.iter().filter(by).count(), 3);
    // Somebody else's name leads nowhere.
    write(&app, "wamid.4", Some("4915112345678"), Some("DE.77")).await;
    assert_eq!(app.store.conversations(None, 9).await.unwrap().len(), 2);
}

#[tokio::test]
async fn a_number_that_somebody_else_has_by_now_leads_to_nothing_of_who_had_it() {
    let app = desk().await;
    write(&app, "wamid.1", Some(NUMBER), None).await;
    write(&app, "wamid.2", Some(NUMBER), Some(NAME)).await;
    let id = conversation_of(&app, Channel::WhatsApp, NAME).await;
    write(&app, "wamid.3", Some(NUMBER), Some("US.22")).await;
    let new = conversation_of(&app, Channel::WhatsApp, "US.22").await;
    assert_ne!(new, id, "two names for one number are two people");
    let row = app.store.conversation(&id).await.unwrap().unwrap();
    assert_eq!(row.recipient.unwrap().user, NAME);
    // Nor does the number alone, once it has a name.
    write(&app, "wamid.4", Some(NUMBER), None).await;
    assert_ne!(conversation_of(&app, Channel::WhatsApp, NUMBER).await, id);
}

#[tokio::test]
async fn a_number_that_was_silent_for_long_is_not_followed() {
    let app = desk().await;
    write(&app, "wamid.1", Some(NUMBER), None).await;
    let id = conversation_of(&app, Channel::WhatsApp, NUMBER).await;
    let later = app.clock.now() + SignedDuration::from_hours(24 * 31);
    app.clock.move_to(later);
    write(&app, "wamid.2", Some(NUMBER), Some(NAME)).await;
    assert_ne!(conversation_of(&app, Channel::WhatsApp, NAME).await, id);
}
