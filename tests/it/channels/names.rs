//! Customers whose platform begins to call them by another name in the middle of a conversation.

use frontdesk::domain::conversation::Owner;
use frontdesk::domain::ids::ConversationId;
use jiff::SignedDuration;
use serde_json::json;

use super::delivery::{conversation_of, drain, log_of};
use super::platform::{HOME, Loopback};
use super::*;
use crate::support::fresh_id;

const NUMBER: &str = "16505551234";
const NAME: &str = "US.13491208655302741918";

/// Somebody wants a person on WhatsApp, by their number and perhaps by the name that the platform gave them.
async fn write(app: &TestApp, id: &str, from: Option<&str>, named: Option<&str>) {
    says(app, (id, "I want to talk to a human"), (from, named)).await;
}

/// Somebody writes on WhatsApp.
pub(super) async fn says(
    app: &TestApp,
    (id, text): (&str, &str),
    (from, named): (Option<&str>, Option<&str>),
) {
    let mut message = json!({"id": id, "timestamp": app.clock.now().as_second().to_string(), "type": "text",
        "text": {"body": text}});
    for (field, name) in [("from", from), ("from_user_id", named)] {
        if let Some(name) = name {
            message[field] = json!(name);
        }
    }
    tell_of(app, &message).await;
}

/// Somebody writes on WhatsApp by their number alone.
pub(super) async fn number_writes(app: &TestApp, id: &str, number: &str) {
    write(app, id, Some(number), None).await;
}

async fn tell_of(app: &TestApp, message: &Value) {
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

/// The platform says that somebody is called by another name: what stands beside `system`, and what in it.
async fn rename(app: &TestApp, id: &str, beside: &Value, system: &Value) {
    let mut message = json!({"id": id, "timestamp": app.clock.now().as_second().to_string(), "type": "system",
        "system": system});
    for (field, value) in beside.as_object().unwrap() {
        message[field] = value.clone();
    }
    tell_of(app, &message).await;
}

#[tokio::test]
async fn a_customer_on_whatsapp_whose_number_or_id_changes_goes_on_and_is_answered_by_the_new_one()
{
    let other = "US.999999999999999999999";
    let changed_id = json!({"type": "user_changed_user_id", "user_id": other, "previous_user_id": NAME,
        "body": "User A user changed"});
    let changed_number = json!({"type": "user_changed_number", "wa_id": "12195555358", "user_id": other,
        "body": "User A changed from 16505551234 to 12195555358"});
    let without_id = json!({"type": "user_changed_number", "wa_id": "12195555358"});
    let from = json!({ "from": NUMBER });
    for (number, name, beside, system, then) in [
        (None, Some(NAME), json!({}), &changed_id, other),
        (Some(NUMBER), None, from.clone(), &changed_number, other),
        (Some(NUMBER), None, from, &without_id, "12195555358"),
    ] {
        let app = desk().await;
        write(&app, "wamid.1", number, name).await;
        let before = name.or(number).unwrap();
        let id = conversation_of(&app, Channel::WhatsApp, before).await;
        let mei = app.agent("mei", None).await;
        let claim = app.post(&format!("/v1/conversations/{id}/claim"));
        assert_eq!(claim.bearer_auth(&mei).send().await.unwrap().status(), 200);
        let heard = app.store.conversation(&id).await.unwrap().unwrap();

        app.clock
            .move_to(app.clock.now() + SignedDuration::from_hours(1));
        rename(&app, "wamid.2", &beside, system).await;
        let row = app.store.conversation(&id).await.unwrap().unwrap();
        let to = row.recipient.unwrap();
        assert_eq!(to.user, then, "{system}");
        assert_eq!(
            to.heard_at,
            heard.recipient.unwrap().heard_at,
            "nobody has written"
        );
        // What the agent says goes there.
        let platform = Loopback::start(Channel::WhatsApp).await;
        let sender = platform.sender(&app, &HOME);
        let say = app.post(&format!("/v1/conversations/{id}/messages"));
        let words = json!({"client_id": fresh_id(), "text": "I am on it."});
        let said = say.bearer_auth(&mei).json(&words).send().await.unwrap();
        assert_eq!(said.status(), 201);
        drain(&sender, &app).await;
        let last = platform.got().pop().unwrap();
        let field = if then == other { "recipient" } else { "to" };
        assert_eq!(last.body[field], then, "{}", last.raw);
        // And what they write next is part of it.
        let (number, name) = match then == other {
            true => (None, Some(other)),
            false => (Some(then), None),
        };
        write(&app, "wamid.3", number, name).await;
        assert_eq!(conversation_of(&app, Channel::WhatsApp, then).await, id);
        assert_eq!(app.store.conversations(None, 9).await.unwrap().len(), 1);
    }
}

#[tokio::test]
async fn a_change_of_names_that_is_told_again_leads_nobody_to_what_somebody_else_has() {
    let app = desk().await;
    write(&app, "wamid.1", Some(NUMBER), None).await;
    let id = conversation_of(&app, Channel::WhatsApp, NUMBER).await;
    let system = json!({"type": "user_changed_number", "wa_id": "12195555358"});
    let beside = json!({ "from": NUMBER, "timestamp": app.clock.now().as_second().to_string() });
    rename(&app, "wamid.2", &beside, &system).await;
    let again = json!({"type": "user_changed_number", "wa_id": "12195550000"});
    rename(&app, "wamid.2b", &json!({"from": "12195555358"}), &again).await;
    let new = || conversation_of(&app, Channel::WhatsApp, "12195550000");
    assert_eq!(new().await, id);
    // The first number is somebody else's now.
    write(&app, "wamid.3", Some(NUMBER), None).await;
    let theirs = conversation_of(&app, Channel::WhatsApp, NUMBER).await;
    assert_ne!(theirs, id);
    for later in [0, 24 * 9] {
        app.clock
            .move_to(app.clock.now() + SignedDuration::from_hours(later));
        rename(&app, "wamid.2", &beside, &system).await;
        assert_eq!(
            conversation_of(&app, Channel::WhatsApp, NUMBER).await,
            theirs
        );
        assert_eq!(new().await, id);
    }
    // Whoever never wrote is nobody, and one that says nothing changes nothing.
    rename(&app, "wamid.4", &json!({"from": "1"}), &system).await;
    rename(
        &app,
        "wamid.5",
        &beside,
        &json!({"type": "user_changed_number"}),
    )
    .await;
    assert_eq!(app.store.conversations(None, 9).await.unwrap().len(), 2);
}

/// Somebody whom Mei has under their number, and the bot under their name.
async fn torn() -> (TestApp, String, [ConversationId; 2]) {
    let app = desk().await;
    write(&app, "wamid.1", Some(NUMBER), None).await;
    let with_mei = conversation_of(&app, Channel::WhatsApp, NUMBER).await;
    let mei = app.agent("mei", None).await;
    let claim = app.post(&format!("/v1/conversations/{with_mei}/claim"));
    assert_eq!(claim.bearer_auth(&mei).send().await.unwrap().status(), 200);
    says(&app, ("wamid.2", "hello"), (None, Some(NAME))).await;
    let with_bot = conversation_of(&app, Channel::WhatsApp, NAME).await;
    assert_ne!(with_bot, with_mei, "nobody knows that they are one");
    (app, mei, [with_mei, with_bot])
}

#[tokio::test]
async fn somebody_with_a_conversation_under_each_name_goes_on_in_the_one_that_people_have() {
    for told in [false, true] {
        let (app, mei, [with_mei, with_bot]) = torn().await;
        let both = (Some(NUMBER), Some(NAME));
        if told {
            let system = json!({"type": "user_changed_number", "user_id": NAME});
            rename(&app, "wamid.3", &json!({ "from": NUMBER }), &system).await;
        } else {
            says(&app, ("wamid.3", "are you there?"), both).await;
        }
        for (id, names) in [("wamid.4", both), ("wamid.5", (None, Some(NAME)))] {
            says(&app, (id, "it is about A1042"), names).await;
            let now = conversation_of(&app, Channel::WhatsApp, NAME).await;
            assert_eq!(now, with_mei, "{id}");
        }
        assert_eq!(app.store.conversations(None, 9).await.unwrap().len(), 2);
        // What Mei says goes to the name, since the number may be seen no more.
        let platform = Loopback::start(Channel::WhatsApp).await;
        let sender = platform.sender(&app, &HOME);
        let say = app.post(&format!("/v1/conversations/{with_mei}/messages"));
        let words = json!({"client_id": fresh_id(), "text": "I am on it."});
        let said = say.bearer_auth(&mei).json(&words).send().await.unwrap();
        assert_eq!(said.status(), 201);
        drain(&sender, &app).await;
        assert_eq!(platform.got().pop().unwrap().body["recipient"], NAME);
        // She sees the other, and makes one of the two.
        let facts = app
            .read(&mei, &format!("/v1/conversations/{with_mei}/facts"))
            .await;
        assert!(
            facts["earlier"].to_string().contains(with_bot.as_str()),
            "{facts}"
        );
        let merge = app.post(&format!("/v1/conversations/{with_mei}/merge"));
        let merge = merge.bearer_auth(&mei).json(&json!({"from": with_bot}));
        assert_eq!(merge.send().await.unwrap().status(), 200);
    }
}

#[tokio::test]
async fn what_the_bot_has_under_both_names_goes_on_under_the_newer_one() {
    let app = desk().await;
    says(&app, ("wamid.1", "hello"), (Some(NUMBER), None)).await;
    says(&app, ("wamid.2", "hello"), (None, Some(NAME))).await;
    let newer = conversation_of(&app, Channel::WhatsApp, NAME).await;
    says(&app, ("wamid.3", "hello"), (Some(NUMBER), Some(NAME))).await;
    assert_eq!(conversation_of(&app, Channel::WhatsApp, NAME).await, newer);
    // By the number alone nobody gets to what they have.
    says(&app, ("wamid.4", "hello"), (Some(NUMBER), None)).await;
    let alone = conversation_of(&app, Channel::WhatsApp, NUMBER).await;
    assert_eq!(app.store.conversations(None, 9).await.unwrap().len(), 3);
    assert_ne!(alone, newer);
}
