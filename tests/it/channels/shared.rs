//! Accounts that have one address between them: an app of Meta's has one for all its numbers and pages, and each request says whose it is.

use frontdesk::domain::channel::{KNOWN_FOR, Known, MessageRef, MessageState, PlatformId};
use frontdesk::domain::conversation::{Conversation, Seq};
use frontdesk::domain::ids::EndpointId;
use frontdesk::store::Commit;
use serde_json::json;

use super::*;

const NUMBERS: [&str; 3] = ["106540352242922", "206540352242922", "306540352242922"];

/// A second account of a platform, known there by another name.
fn second(channel: Channel, sender: &str, signs: &str) -> Account {
    let key = AccountKey::new(channel, AccountId::parse("outlet").unwrap()).unwrap();
    Account {
        key,
        sender: Some(sender.to_owned()),
        secrets: vec![secret(signs)],
        ..account(channel, "https://platform.example")
    }
}

/// What WhatsApp tells at once of several numbers, each of which somebody wrote to.
fn batch(id: &str) -> Vec<u8> {
    let changes = NUMBERS.iter().enumerate().map(|(at, number)| {
        let message = json!({"from": format!("4479460000{at}"), "id": format!("wamid.{id}{at}"), "timestamp": "1795168800", "type": "text",
            "text": {"body": "where is my order?"}});
        json!({"field": "messages", "value": {"metadata": {"phone_number_id": number}, "messages": [message]}})
    });
    let changes: Vec<Value> = changes.collect();
    let body =
        json!({"object": "whatsapp_business_account", "entry": [{"id": "W", "changes": changes}]});
    body.to_string().into_bytes()
}

async fn reached(app: &TestApp) -> Vec<(String, String)> {
    let rows = app.store.conversations(None, 50).await.unwrap();
    let to = rows.into_iter().map(|row| row.recipient.unwrap());
    let mut all: Vec<_> = to.map(|to| (to.outbox.to_string(), to.user)).collect();
    all.sort();
    all
}

/// The account `shop` and another one.
fn both(app: &TestApp, other: Account) {
    let first = account(other.key.channel, "https://platform.example");
    let all = vec![Arc::new(first), Arc::new(other)];
    app.app.accounts.set(all);
}

#[tokio::test]
async fn what_is_told_at_the_address_of_one_account_is_taken_for_the_one_that_it_was_written_to() {
    let app = desk().await;
    both(&app, second(Channel::WhatsApp, NUMBERS[1], SECRET));
    let body = batch("a");
    let headers = signed(Channel::WhatsApp, SECRET, "", &body, app.clock.now());
    for _ in 0..2 {
        let taken = post(&app, Channel::WhatsApp, &headers, &body).await;
        assert_eq!(taken.status(), 200);
        // The third number is no account's.
        let expected = [
            ("whatsapp.outlet".to_owned(), "44794600001".to_owned()),
            ("whatsapp.shop".to_owned(), "44794600000".to_owned()),
        ];
        assert_eq!(reached(&app).await, expected);
    }
    let known = |outbox: &str, id: &str| {
        let outbox = EndpointId::parse(outbox).unwrap();
        let id = PlatformId::incoming(&outbox, id);
        let store = app.store.clone();
        async move { store.known(&id).await.unwrap().is_some() }
    };
    assert!(known("whatsapp.outlet", "wamid.a1").await);
    assert!(!known("whatsapp.shop", "wamid.a1").await);
    // What became of an answer of the second account is told at the address of the first, too.
    let rows = app.store.conversations(None, 50).await.unwrap();
    let of_outlet = |row: &&Conversation| {
        let to = row.recipient.as_ref().unwrap();
        to.outbox.as_str() == "whatsapp.outlet"
    };
    let row = rows.iter().find(of_outlet).unwrap();
    let events = app.store.events(&row.id, Seq(0), 50).await.unwrap();
    let said = events.iter().find(|event| event.said().is_some()).unwrap();
    let outbox = EndpointId::parse("whatsapp.outlet").unwrap();
    let answer = Known {
        id: PlatformId::outgoing(&outbox, "wamid.OUT"),
        message: MessageRef {
            conversation: row.id.clone(),
            seq: said.seq,
        },
        with: Vec::new(),
        until: app.clock.now() + KNOWN_FOR,
    };
    app.store.commit(Commit::new().know(answer)).await.unwrap();
    let told = json!({"object": "whatsapp_business_account", "entry": [{"changes": [{"field": "messages", "value": {
        "metadata": {"phone_number_id": NUMBERS[1]}, "statuses": [{"id": "wamid.OUT", "status": "read"}]}}]}]});
    let body = told.to_string().into_bytes();
    let headers = signed(Channel::WhatsApp, SECRET, "", &body, app.clock.now());
    post(&app, Channel::WhatsApp, &headers, &body).await;
    let events = app.store.events(&row.id, Seq(0), 50).await.unwrap();
    let fates = delivery::fates(&events);
    assert_eq!(fates, [(MessageState::Read, None)]);
}

#[tokio::test]
async fn an_account_of_another_app_takes_nothing_that_its_own_secret_has_not_signed() {
    let app = desk().await;
    let other = "another-secret-of-another-app-01";
    both(&app, second(Channel::WhatsApp, NUMBERS[1], other));
    let body = batch("b");
    let headers = signed(Channel::WhatsApp, SECRET, "", &body, app.clock.now());
    assert_eq!(
        post(&app, Channel::WhatsApp, &headers, &body)
            .await
            .status(),
        200
    );
    assert_eq!(
        reached(&app).await,
        [("whatsapp.shop".to_owned(), "44794600000".to_owned())]
    );
    let headers = signed(Channel::WhatsApp, other, "", &body, app.clock.now());
    assert_eq!(
        post(&app, Channel::WhatsApp, &headers, &body)
            .await
            .status(),
        401
    );
    assert_eq!(reached(&app).await.len(), 1);
}

#[tokio::test]
async fn pages_and_accounts_on_instagram_share_an_address_too() {
    for channel in [Channel::Messenger, Channel::Instagram] {
        let app = desk().await;
        both(&app, second(channel, "PAGE2", SECRET));
        let object = if channel == Channel::Messenger {
            "page"
        } else {
            "instagram"
        };
        let entry = |page: &str| {
            let message = json!({"mid": format!("m_{page}"), "text": "where is my order?"});
            json!({"id": page, "time": 1, "messaging": [{"sender": {"id": format!("by-{page}")}, "recipient": {"id": page},
                "timestamp": app.clock.now().as_millisecond(), "message": message}]})
        };
        let body =
            json!({"object": object, "entry": [entry("PAGE2"), entry("PAGE1"), entry("PAGE3")]});
        let body = body.to_string().into_bytes();
        let headers = signed(channel, SECRET, "", &body, app.clock.now());
        assert_eq!(post(&app, channel, &headers, &body).await.status(), 200);
        let expected = [
            (format!("{channel}.outlet"), "by-PAGE2".to_owned()),
            (format!("{channel}.shop"), "by-PAGE1".to_owned()),
        ];
        assert_eq!(reached(&app).await, expected);
    }
}

#[test]
fn what_is_for_no_account_is_counted_and_what_is_for_another_is_not() {
    let incoming = |body: &[u8], sender: &str| {
        let headers = signed(
            Channel::WhatsApp,
            SECRET,
            "",
            body,
            "2026-11-20T10:00:00Z".parse().unwrap(),
        );
        let headers = headers
            .into_iter()
            .map(|(name, value)| (name.to_owned(), value));
        let incoming = frontdesk::channels::Incoming {
            headers: headers.collect(),
            body,
            ..frontdesk::channels::Incoming::default()
        };
        let account = second(Channel::WhatsApp, sender, SECRET);
        let now = "2026-11-20T10:00:00Z".parse().unwrap();
        frontdesk::channels::accept(&account, &incoming, now).unwrap()
    };
    let accepted = incoming(&batch("c"), NUMBERS[1]);
    assert_eq!((accepted.messages.len(), accepted.left_out.others), (1, 2));
}
