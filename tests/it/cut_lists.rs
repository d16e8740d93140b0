//! What is cut because there is too much of it says so: to whoever decides, takes along, erases or disputes by it.

use frontdesk::clock::conversation_id;
use frontdesk::domain::conversation::{Actor, Conversation, EventBody, Opening, Role};
use frontdesk::domain::ids::{ClientId, ConversationId, MerchantId, SiteId};
use frontdesk::domain::language::Language;
use frontdesk::domain::order_record::{self, Defaults};
use frontdesk::domain::rights::AgentRole;
use frontdesk::store::Commit;
use serde_json::{Value, json};

use crate::support::{TestApp, Visitor};

/// So many orders of one address.
async fn orders(app: &TestApp, count: usize) {
    let merchant = MerchantId::parse("m_linden").unwrap();
    for numbers in (0..count).collect::<Vec<_>>().chunks(500) {
        let commit = numbers.iter().fold(Commit::new(), |commit, number| {
            let at = app.clock.now() - jiff::SignedDuration::from_mins(i64::try_from(*number).unwrap());
            let record = json!({"id": format!("B{number:05}"), "merchant": "m_linden", "status": "shipped", "amount": "5.00", "currency": "GBP",
                "created_at": at, "customer": {"email": "jo@example.com"}});
            let defaults = Defaults { merchant: Some(merchant.clone()), ..Defaults::default() };
            commit.order(order_record::parse(&record, &defaults).unwrap())
        });
        app.store.commit(commit).await.unwrap();
    }
}

async fn jo(app: &TestApp) -> (Visitor, String) {
    let jo = app
        .signed_in(&json!({"sub": "jo", "email": "jo@example.com"}))
        .await;
    let said = app
        .send(&jo, "I want to talk to a human about B00007")
        .await;
    let id = said["conversation"].as_str().unwrap().to_owned();
    (jo, id)
}

async fn head(app: &TestApp, agent: &str, path: &str) -> Value {
    let asked = app.get(path).bearer_auth(agent).send().await.unwrap();
    assert_eq!(asked.status(), 200, "{path}");
    let text = asked.text().await.unwrap();
    serde_json::from_str(text.lines().next().unwrap()).unwrap()
}

#[tokio::test]
async fn whoever_has_more_orders_than_are_shown_or_looked_at_it_is_said_wherever_they_are_cut() {
    let app = TestApp::start().await;
    let admin = app.agent_as("root", None, AgentRole::Admin).await;
    orders(&app, 5).await;
    let (_, id) = jo(&app).await;
    let [facts, person, export, pack] = [
        format!("/v1/conversations/{id}/facts"),
        format!("/v1/people/{id}"),
        format!("/v1/people/{id}/export"),
        format!("/v1/conversations/{id}/pack.jsonl"),
    ];
    let seen = app.read(&admin, &facts).await;
    assert_eq!(
        (
            seen["orders"].as_array().unwrap().len(),
            &seen["more_orders"]
        ),
        (5, &Value::Null)
    );
    orders(&app, 6).await;
    let seen = app.read(&admin, &facts).await;
    assert_eq!(
        (
            seen["orders"].as_array().unwrap().len(),
            &seen["more_orders"]
        ),
        (5, &json!(true))
    );
    orders(&app, 10_000).await;
    let held = app.read(&admin, &person).await;
    assert_eq!(
        (&held["orders_kept"], &held["more_orders"]),
        (&json!(10_000), &Value::Null)
    );
    assert_eq!(
        head(&app, &admin, &export).await["body"]["orders_left_out"],
        Value::Null
    );
    assert_eq!(
        head(&app, &admin, &pack).await["body"]["orders_looked_through"],
        Value::Null
    );
    orders(&app, 10_001).await;
    let held = app.read(&admin, &person).await;
    assert_eq!(
        (&held["orders_kept"], &held["more_orders"]),
        (&json!(10_000), &json!(true))
    );
    let said = head(&app, &admin, &export).await;
    assert_eq!(said["body"]["orders_left_out"], "all but the newest 10000");
    let said = head(&app, &admin, &pack).await;
    assert_eq!(
        said["body"]["orders_looked_through"],
        "the newest 10000 of an address"
    );
}

/// Writes more conversations of the same person as the desk would.
async fn conversations(app: &TestApp, of: &Visitor, count: usize) {
    let token = frontdesk::clock::token_hash(&of.token.clone().into());
    let session = app.store.session(&token).await.unwrap().unwrap();
    for number in 0..count {
        let opening = Opening {
            id: conversation_id(),
            site: SiteId::parse("linden").unwrap(),
            merchant: MerchantId::parse("m_linden").unwrap(),
            channel: "widget".to_owned(),
            visitor: session.visitor.clone(),
            role: Role::Customer,
            identity: session.identity.clone(),
            language: Language::En,
            previous: None,
        };
        let mut row = Conversation::open(opening, app.clock.now());
        let (id, revision): (ConversationId, _) = (row.id.clone(), row.revision);
        let question = EventBody::Message {
            client_id: ClientId::parse(&format!("more-{number}")).unwrap(),
            text: "hello".to_owned(),
            choice: None,
            by_letter: false,
        };
        let event = row.next_event(Actor::Customer, question, app.clock.now());
        let commit = Commit::new().expecting(&id, revision).events(vec![event]);
        app.store.commit(commit.conversation(row)).await.unwrap();
    }
    // What they are found by is read when it is due.
    app.app.desk.look_at_due().await.unwrap();
}

#[tokio::test]
async fn whoever_has_more_conversations_than_are_shown_or_erased_at_once_it_is_said() {
    let app = TestApp::start().await;
    let admin = app.agent_as("root", None, AgentRole::Admin).await;
    let (visitor, id) = jo(&app).await;
    let facts = format!("/v1/conversations/{id}/facts");
    conversations(&app, &visitor, 8).await;
    let seen = app.read(&admin, &facts).await;
    assert_eq!(
        (
            seen["earlier"].as_array().unwrap().len(),
            &seen["more_earlier"]
        ),
        (8, &Value::Null)
    );
    conversations(&app, &visitor, 1).await;
    let seen = app.read(&admin, &facts).await;
    assert_eq!(
        (
            seen["earlier"].as_array().unwrap().len(),
            &seen["more_earlier"]
        ),
        (8, &json!(true))
    );
    conversations(&app, &visitor, 990).await;
    let person = format!("/v1/people/{id}");
    let held = app.read(&admin, &person).await;
    let all = |held: &Value| held["conversations"].as_array().unwrap().len();
    assert_eq!(
        (all(&held), &held["more_conversations"]),
        (1_000, &Value::Null)
    );
    conversations(&app, &visitor, 1).await;
    let held = app.read(&admin, &person).await;
    assert_eq!(
        (all(&held), &held["more_conversations"]),
        (1_000, &json!(true))
    );
    let said = head(&app, &admin, &format!("{person}/export")).await;
    assert_eq!(
        said["body"]["conversations_left_out"],
        "all but the newest 1000"
    );
}
