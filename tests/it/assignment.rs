//! Who is there, and who gets what waits where a site gives it out.

use std::time::Duration;

use frontdesk::desk::accounts;
use frontdesk::domain::ids::AgentId;
use frontdesk::domain::language::Language;
use frontdesk::domain::rights::AgentRole;
use jiff::SignedDuration;
use secrecy::SecretString;
use serde_json::{Value, json};

use crate::log_ins::enter;
use crate::support::{TestApp, Visitor};

async fn says(app: &TestApp, token: &str, availability: &str) {
    let said = app.post("/v1/availability").bearer_auth(token);
    let said = said
        .json(&json!({"availability": availability}))
        .send()
        .await
        .unwrap();
    assert_eq!(said.status(), 200);
    let seen: Value = said.json().await.unwrap();
    assert_eq!(seen["availability"], availability);
}

/// Who has a conversation: an agent's id, `queue` or `bot`.
async fn owner(app: &TestApp, token: &str, id: &str) -> String {
    let seen = app
        .get(&format!("/v1/conversations/{id}"))
        .bearer_auth(token);
    let seen: Value = seen.send().await.unwrap().json().await.unwrap();
    let owner = seen["agent"].as_str().or(seen["owner"].as_str());
    owner.unwrap().to_owned()
}

async fn act(app: &TestApp, token: &str, id: &str, what: &str, body: &Value) {
    let path = format!("/v1/conversations/{id}/{what}");
    let done = app
        .post(&path)
        .bearer_auth(token)
        .json(body)
        .send()
        .await
        .unwrap();
    assert!(done.status().is_success(), "{what}: {}", done.status());
}

async fn ahead(app: &TestApp, visitor: &Visitor) -> Value {
    let stream = app
        .get("/v1/events")
        .bearer_auth(&visitor.token)
        .send()
        .await
        .unwrap();
    let mut text = String::new();
    let mut stream = stream;
    while let Some(chunk) = stream.chunk().await.unwrap() {
        text.push_str(&String::from_utf8_lossy(&chunk));
        let found = text.lines().rev().find_map(|line| {
            line.strip_prefix("data: ")
                .filter(|data| data.contains("\"ahead\""))
        });
        if let Some(data) = found {
            return serde_json::from_str::<Value>(data).unwrap()["ahead"].clone();
        }
    }
    Value::Null
}

#[tokio::test]
async fn what_waits_is_given_to_who_is_there_and_has_least_in_the_order_of_the_line() {
    let app = TestApp::start().await;
    let mei = app.agent("mei", None).await;
    let (_, first) = app.waiting("given").await;
    app.clock
        .move_to(app.clock.now() + SignedDuration::from_secs(60));
    let (second_visitor, second) = app.waiting("given").await;
    assert_eq!(owner(&app, &mei, &first).await, "queue", "nobody is there");
    assert_eq!(ahead(&app, &second_visitor).await, 1);
    accounts::set_load(&app.store, &AgentId::parse("mei").unwrap(), Some(1), vec![])
        .await
        .unwrap();
    says(&app, &mei, "online").await;
    assert_eq!(
        owner(&app, &mei, &first).await,
        "mei",
        "who waited longest comes first"
    );
    assert_eq!(
        owner(&app, &mei, &second).await,
        "queue",
        "one is all that Mei has room for"
    );
    assert_eq!(ahead(&app, &second_visitor).await, 0);
    act(&app, &mei, &first, "resolve", &json!({})).await;
    assert_eq!(
        owner(&app, &mei, &second).await,
        "mei",
        "there is room again"
    );
    let lin = app.agent("lin", None).await;
    says(&app, &lin, "online").await;
    let (_, third) = app.waiting("given").await;
    assert_eq!(owner(&app, &mei, &third).await, "lin");
    // A shop that does not give anything out is left alone, and so is what somebody else may not see.
    let (_, manual) = app.waiting("linden").await;
    assert_eq!(owner(&app, &mei, &manual).await, "queue");
}

#[tokio::test]
async fn a_language_and_a_merchant_decide_who_may_get_it_and_viewers_get_nothing() {
    let app = TestApp::start().await;
    let reader = app.agent_as("reads", None, AgentRole::Viewer).await;
    let refused = app.post("/v1/availability").bearer_auth(&reader);
    let refused = refused
        .json(&json!({"availability": "online"}))
        .send()
        .await
        .unwrap();
    assert_eq!(refused.status(), 403);
    let foreign = app.agent("foreign", Some("m_linden")).await;
    let english = app.agent("english", Some("m_given")).await;
    let id = AgentId::parse("english").unwrap();
    accounts::set_load(&app.store, &id, None, vec![Language::En])
        .await
        .unwrap();
    says(&app, &foreign, "online").await;
    says(&app, &english, "online").await;
    let visitor = app.visitor_of("given").await;
    let chinese = app.send(&visitor, "我要找真人客服").await;
    let chinese = chinese["conversation"].as_str().unwrap();
    assert_eq!(owner(&app, &english, chinese).await, "queue");
    let (_, other) = app.waiting("given").await;
    assert_eq!(owner(&app, &english, &other).await, "english");
    let both = app.agent("both", None).await;
    says(&app, &both, "online").await;
    assert_eq!(owner(&app, &both, chinese).await, "both");
}

#[tokio::test]
async fn those_whom_nobody_can_help_hold_up_nobody_behind_them() {
    let app = TestApp::start().await;
    // More than are looked at at once.
    for n in 0..101 {
        let visitor = app.visitor_of("given").await;
        let said = app.send(&visitor, "我要找真人客服").await;
        assert!(said["conversation"].is_string(), "{n}");
    }
    let later = app.clock.now() + SignedDuration::from_secs(60);
    app.clock.move_to(later);
    let (_, behind) = app.waiting("given").await;
    let (_, last) = app.waiting("given").await;
    let english = app.agent("english", None).await;
    let id = AgentId::parse("english").unwrap();
    accounts::set_load(&app.store, &id, Some(1), vec![Language::En])
        .await
        .unwrap();
    says(&app, &english, "online").await;
    assert_eq!(owner(&app, &english, &behind).await, "english");
    assert_eq!(owner(&app, &english, &last).await, "queue", "no room");
    act(&app, &english, &behind, "resolve", &json!({})).await;
    assert_eq!(owner(&app, &english, &last).await, "english");
}

#[tokio::test]
async fn who_goes_or_is_lost_hands_back_those_who_wait_and_the_same_agent_gets_them_again() {
    let app = TestApp::start().await;
    let mei = app.agent("mei", None).await;
    says(&app, &mei, "online").await;
    let (visitor, waits) = app.waiting("given").await;
    let (_, asked) = app.waiting("given").await;
    act(
        &app,
        &mei,
        &asked,
        "messages",
        &json!({"client_id": "r1", "text": "Which one?"}),
    )
    .await;
    says(&app, &mei, "offline").await;
    assert_eq!(owner(&app, &mei, &waits).await, "queue");
    assert_eq!(
        owner(&app, &mei, &asked).await,
        "mei",
        "the customer is asked: nobody waits"
    );
    let lin = app.agent("lin", None).await;
    says(&app, &lin, "paused").await;
    assert_eq!(
        owner(&app, &lin, &waits).await,
        "queue",
        "who pauses gets nothing new"
    );
    says(&app, &mei, "online").await;
    assert_eq!(owner(&app, &mei, &waits).await, "mei");
    says(&app, &lin, "online").await;
    act(&app, &mei, &waits, "resolve", &json!({})).await;
    // Lin has nothing and Mei has one: but Mei knows this customer.
    app.send(&visitor, "It is broken again, a person please")
        .await;
    assert_eq!(owner(&app, &mei, &waits).await, "mei");
    // Both pages are gone. Nobody says so.
    app.clock
        .move_to(app.clock.now() + SignedDuration::from_mins(6));
    app.app.desk.look_at_due().await.unwrap();
    let row = app
        .store
        .conversation(&waits.parse_id())
        .await
        .unwrap()
        .unwrap();
    assert_eq!(row.owner.name(), "queue");
}

#[tokio::test]
async fn a_customer_whom_the_shop_signed_in_has_the_same_agent_in_another_browser() {
    let app = TestApp::start().await;
    let mei = app.agent("mei", None).await;
    says(&app, &mei, "online").await;
    let ask = async || {
        let jo = json!({"sub": "u99", "aud": "given"});
        let token = app.sign(&jo, "given-secret-0123456789abcdef01234");
        let visitor = app.open(&json!({"site": "given", "token": token})).await;
        let said = app.send(&visitor, "I want to talk to a human").await;
        said["conversation"].as_str().unwrap().to_owned()
    };
    let first = ask().await;
    assert_eq!(owner(&app, &mei, &first).await, "mei");
    act(&app, &mei, &first, "resolve", &json!({})).await;
    app.waiting("given").await;
    app.app.desk.look_at_due().await.unwrap();
    // Lin has nothing and Mei has one: but Mei knows this customer.
    let lin = app.agent("lin", None).await;
    says(&app, &lin, "online").await;
    let again = ask().await;
    assert_eq!(owner(&app, &mei, &again).await, "mei");
}

#[tokio::test]
async fn who_writes_to_an_agent_that_has_gone_waits_for_anybody() {
    let app = TestApp::start().await;
    let mei = app.agent("mei", None).await;
    let lin = app.agent("lin", None).await;
    says(&app, &mei, "online").await;
    let (visitor, asked) = app.waiting("given").await;
    let which = json!({"client_id": "r1", "text": "Which one?"});
    act(&app, &mei, &asked, "messages", &which).await;
    // A pause keeps one's own customers, and so it does when they write.
    says(&app, &mei, "paused").await;
    app.send(&visitor, "The blue one").await;
    assert_eq!(owner(&app, &mei, &asked).await, "mei");
    act(
        &app,
        &mei,
        &asked,
        "messages",
        &json!({"client_id": "r2", "text": "And the size?"}),
    )
    .await;
    says(&app, &mei, "offline").await;
    assert_eq!(owner(&app, &mei, &asked).await, "mei");
    app.send(&visitor, "The large one").await;
    assert_eq!(owner(&app, &mei, &asked).await, "queue", "Mei is not there");
    says(&app, &lin, "online").await;
    assert_eq!(owner(&app, &mei, &asked).await, "lin");
}

#[tokio::test]
async fn who_may_not_answer_any_more_keeps_nobodys_customers() {
    let app = TestApp::start().await;
    let (mei, lin) = (app.agent("mei", None).await, app.agent("lin", None).await);
    let (_, waits) = app.waiting("linden").await;
    let (_, others) = app.waiting("linden").await;
    act(&app, &mei, &waits, "claim", &json!({})).await;
    act(&app, &lin, &others, "claim", &json!({})).await;
    // Nobody has said that they are there: this shop gives nothing out.
    accounts::disable_agent(&app.store, &AgentId::parse("mei").unwrap())
        .await
        .unwrap();
    app.app.desk.look_at_due().await.unwrap();
    assert_eq!(owner(&app, &lin, &waits).await, "queue");
    assert_eq!(owner(&app, &lin, &others).await, "lin");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn nobody_is_given_to_an_agent_who_goes_at_that_moment() {
    let app = TestApp::start().await;
    let mei = app.agent("mei", None).await;
    for n in 0..40u64 {
        says(&app, &mei, "online").await;
        let ((_, id), ()) = tokio::join!(app.waiting("given"), async {
            // Somewhere between the message and its last commit.
            tokio::time::sleep(Duration::from_micros(n % 40 * 250)).await;
            says(&app, &mei, "offline").await;
        });
        assert_eq!(owner(&app, &mei, &id).await, "queue", "round {n}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn who_writes_at_the_moment_their_agent_goes_waits_for_anybody() {
    let app = TestApp::start().await;
    let mei = app.agent("mei", None).await;
    says(&app, &mei, "online").await;
    for n in 0..30u64 {
        says(&app, &mei, "online").await;
        let (visitor, id) = app.waiting("given").await;
        let which = json!({"client_id": "r1", "text": "Which one?"});
        act(&app, &mei, &id, "messages", &which).await;
        tokio::join!(app.send(&visitor, "The blue one"), async {
            tokio::time::sleep(Duration::from_micros(n % 30 * 250)).await;
            says(&app, &mei, "offline").await;
        });
        assert_eq!(owner(&app, &mei, &id).await, "queue", "round {n}");
    }
}

#[tokio::test]
async fn after_a_restart_who_does_not_come_back_in_time_hands_back_and_who_does_keeps_theirs() {
    let app = TestApp::start().await;
    let (mei, lin) = (app.agent("mei", None).await, app.agent("lin", None).await);
    let kim = app.agent("kim", None).await;
    let (_, lost) = app.waiting("linden").await;
    let (_, asked) = app.waiting("linden").await;
    let (_, kept) = app.waiting("linden").await;
    let (_, by_program) = app.waiting("linden").await;
    // Mei and Lin have come in with browsers; Kim's program has said nothing of whether anybody is there.
    enter(&app, "mei").await;
    enter(&app, "lin").await;
    act(&app, &kim, &by_program, "claim", &json!({})).await;
    act(&app, &mei, &lost, "claim", &json!({})).await;
    act(&app, &mei, &asked, "claim", &json!({})).await;
    let which = json!({"client_id": "r1", "text": "Which one?"});
    act(&app, &mei, &asked, "messages", &which).await;
    act(&app, &lin, &kept, "claim", &json!({})).await;
    let desk = app.desk_anew();
    desk.resume().await.unwrap();
    let minutes_later = async |minutes: i64| {
        let then = app.clock.now() + SignedDuration::from_mins(minutes);
        app.clock.move_to(then);
        desk.look_at_due().await.unwrap();
    };
    minutes_later(4).await;
    assert_eq!(owner(&app, &kim, &lost).await, "mei", "there is time yet");
    // Lin's page is back, and says no more than that.
    desk.agent(&SecretString::from(lin.clone())).await.unwrap();
    minutes_later(2).await;
    assert_eq!(owner(&app, &kim, &lost).await, "queue");
    assert_eq!(owner(&app, &kim, &asked).await, "mei", "nobody waits there");
    assert_eq!(owner(&app, &kim, &kept).await, "lin");
    assert_eq!(owner(&app, &kim, &by_program).await, "kim");
    assert!(!desk.has_left(&AgentId::parse("kim").unwrap()));
    // Mei is missed, not gone: once heard of, she is as she was before she said anything.
    assert!(desk.has_left(&AgentId::parse("mei").unwrap()));
    desk.agent(&SecretString::from(mei.clone())).await.unwrap();
    assert!(!desk.has_left(&AgentId::parse("mei").unwrap()));
}

trait ParseId {
    fn parse_id(&self) -> frontdesk::domain::ids::ConversationId;
}

impl ParseId for String {
    fn parse_id(&self) -> frontdesk::domain::ids::ConversationId {
        frontdesk::domain::ids::ConversationId::parse(self).unwrap()
    }
}
