//! Waiting for a person, and what customers say by a button: the line, an address, what the page shows.

use frontdesk::domain::ids::ConversationId;
use jiff::SignedDuration;
use reqwest::Method;
use serde_json::{Value, json};

use crate::http_stream::{Listener, read_whole};
use crate::support::{SECRET, TestApp, Visitor, fresh_id, problem};

/// What a stream said beside the log, under a name.
pub fn told(text: &str, name: &str) -> Vec<Value> {
    let begin = format!("event: {name}\ndata: ");
    let blocks = text.split("\n\n");
    blocks
        .filter_map(|block| block.strip_prefix(&begin))
        .map(|data| serde_json::from_str(data).unwrap())
        .collect()
}

/// How a visitor's wait stands for who looks now.
pub async fn wait_of(app: &TestApp, visitor: &Visitor) -> Value {
    let mut told = told(&read_whole(app, visitor).await, "waiting");
    assert!(told.len() <= 1, "told twice: {told:?}");
    told.pop().unwrap_or_default()
}

pub async fn post(app: &TestApp, token: &str, path: &str, body: &Value) -> (u16, Value) {
    let sent = app.request(Method::POST, path).bearer_auth(token);
    let answer = sent.json(body).send().await.unwrap();
    let status = answer.status().as_u16();
    (status, answer.json().await.unwrap_or_default())
}

/// Lets time go by, in seconds.
pub fn later(app: &TestApp, seconds: i64) {
    app.clock
        .move_to(app.clock.now() + SignedDuration::from_secs(seconds));
}

pub async fn act(app: &TestApp, agent: &str, conversation: &str, what: &str) -> u16 {
    let path = format!("/v1/conversations/{conversation}/{what}");
    post(app, agent, &path, &json!({})).await.0
}

#[tokio::test]
async fn a_customer_is_told_how_many_are_before_them_and_hears_when_that_changes() {
    let app = TestApp::start().await;
    let mei = app.agent("mei", Some("m_linden")).await;
    act(&app, &mei, "nobody", "claim").await;
    let (first, first_id) = app.waiting("linden").await;
    let (second, _) = app.waiting("linden").await;
    let (_, elsewhere) = app.waiting("other").await;
    assert_eq!(
        wait_of(&app, &first).await,
        json!({"ahead": 0, "people": "here", "may_leave": true})
    );
    let mut stream = Listener::of(&app, &second).await;
    assert_eq!(act(&app, &mei, &first_id, "claim").await, 200);
    stream.until(|said| said.contains("\"ahead\":0")).await;
    let stream = stream.all().await;
    let ahead: Vec<_> = told(&stream, "waiting")
        .iter()
        .map(|w| w["ahead"].clone())
        .collect();
    assert_eq!(ahead, [json!(1), json!(0)]);
    assert_eq!(
        wait_of(&app, &first).await,
        Value::Null,
        "who is served waits no more"
    );
    assert!(!stream.contains(&elsewhere));
}

#[tokio::test]
async fn a_wait_is_estimated_from_how_long_others_waited_and_not_told_without_ground() {
    let app = TestApp::start().await;
    let mei = app.agent("mei", Some("m_linden")).await;
    for minutes in [4, 6, 6] {
        let (_, id) = app.waiting("linden").await;
        later(&app, 60 * minutes);
        assert_eq!(act(&app, &mei, &id, "claim").await, 200);
    }
    let (visitor, _) = app.waiting("linden").await;
    assert_eq!(wait_of(&app, &visitor).await["minutes"], 6);
    later(&app, 5 * 60);
    assert_eq!(wait_of(&app, &visitor).await["minutes"], 1);
    later(&app, 5 * 60);
    act(&app, &mei, "nobody", "claim").await;
    assert_eq!(wait_of(&app, &visitor).await["minutes"], Value::Null);
}

#[tokio::test]
async fn who_is_handed_back_keeps_their_place_and_is_told_how_long_it_takes_from_there() {
    let app = TestApp::start().await;
    let mei = app.agent("mei", Some("m_linden")).await;
    let lin = app.agent("lin", Some("m_linden")).await;
    for minutes in [10, 12, 14] {
        let (_, id) = app.waiting("linden").await;
        later(&app, 60 * minutes);
        assert_eq!(act(&app, &lin, &id, "claim").await, 200);
    }
    let (first, first_id) = app.waiting("linden").await;
    later(&app, 4 * 60);
    let (second, _) = app.waiting("linden").await;
    assert_eq!(act(&app, &mei, &first_id, "claim").await, 200);
    later(&app, 60);
    let goes = json!({"availability": "offline"});
    assert_eq!(post(&app, &mei, "/v1/availability", &goes).await.0, 200);
    act(&app, &lin, "nobody", "claim").await;
    let wait = wait_of(&app, &first).await;
    assert_eq!(
        (&wait["ahead"], &wait["minutes"]),
        (&json!(0), &json!(7)),
        "of 4, 10, 12 and 14 minutes those who waited longer than 5: {wait}"
    );
    assert_eq!(wait_of(&app, &second).await["ahead"], 1);
    let inbox = app.get("/v1/inbox").bearer_auth(&lin).send().await.unwrap();
    let inbox: Value = inbox.json().await.unwrap();
    assert_eq!(
        inbox["rows"][0]["id"],
        json!(first_id),
        "agents see the same"
    );
}

#[tokio::test]
async fn who_comes_outside_the_hours_or_when_nobody_works_is_told_so() {
    let app = TestApp::start().await;
    let (visitor, _) = app.waiting("linden").await;
    let away = wait_of(&app, &visitor).await;
    assert_eq!(
        (&away["people"], &away["back_at"]),
        (&json!("away"), &Value::Null)
    );
    later(&app, 9 * 3600);
    let closed = wait_of(&app, &visitor).await;
    assert_eq!(closed["people"], "closed");
    assert_eq!(
        closed["back_at"], "2026-11-23T09:00:00Z",
        "after the weekend"
    );
    let opened = app
        .post("/v1/sessions")
        .json(&json!({"site": "linden"}))
        .send();
    let opened: Value = opened.await.unwrap().json().await.unwrap();
    assert_eq!(
        (&opened["people"], &opened["back_at"]),
        (&closed["people"], &closed["back_at"])
    );
}

#[tokio::test]
async fn a_customer_may_go_on_with_the_bot_unless_a_person_has_to_look() {
    let app = TestApp::start().await;
    let (visitor, id) = app.waiting("linden").await;
    let leave = async |visitor: &Visitor| {
        post(&app, &visitor.token, "/v1/waiting/leave", &json!({}))
            .await
            .0
    };
    assert_eq!(leave(&visitor).await, 200);
    assert_eq!(leave(&visitor).await, 409, "who does not wait cannot leave");
    let replies = app.say_as(&visitor, "How long does a refund take?").await;
    assert!(!replies.is_empty(), "the bot is back");
    let row = app
        .store
        .conversation(&ConversationId::parse(&id).unwrap())
        .await
        .unwrap()
        .unwrap();
    assert_eq!((row.waiting_since, row.reason), (None, None));
    let mei = app.agent("mei", Some("m_linden")).await;
    assert_eq!(
        act(&app, &mei, &id, "claim").await,
        409,
        "it is out of the line"
    );
    let threat = app.visitor_of("linden").await;
    app.send(&threat, "I will sue you, my lawyer will write to you")
        .await;
    assert_eq!(wait_of(&app, &threat).await["may_leave"], false);
    assert_eq!(leave(&threat).await, 409);
}

#[tokio::test]
async fn an_address_is_seen_whole_by_agents_and_masked_by_everybody_else() {
    let app = TestApp::start().await;
    let (visitor, id) = app.waiting("linden").await;
    let leave = async |name: &str, email: &str| {
        let body = json!({"client_id": name, "email": email});
        post(&app, &visitor.token, "/v1/contact", &body).await
    };
    let (status, problem) = leave("c1", "mia@").await;
    assert_eq!(
        (status, &problem["errors"][0]["path"]),
        (422, &json!("email"))
    );
    assert!(
        problem["errors"][0]["detail"]
            .as_str()
            .unwrap()
            .contains("e-mail")
    );
    for _ in 0..2 {
        assert_eq!(leave("c2", " Mia@Example.com").await.0, 201);
    }
    let stream = read_whole(&app, &visitor).await;
    assert_eq!(told(&stream, "waiting")[0]["email"], "m***@example.com");
    assert_eq!(
        stream.matches("\"kind\":\"contact\"").count(),
        1,
        "sent twice, noted once"
    );
    assert!(!stream.contains("mia@example.com"));
    let root = app.agent("root", None).await;
    let seen = app
        .get(&format!("/v1/conversations/{id}"))
        .bearer_auth(&root);
    let seen: Value = seen.send().await.unwrap().json().await.unwrap();
    assert_eq!(seen["contact"], "mia@example.com");
}

#[tokio::test]
async fn a_customer_sees_that_the_agent_who_has_them_is_writing_and_nobody_else() {
    let app = TestApp::start().await;
    let mei = app.agent("mei", Some("m_linden")).await;
    let wu = app.agent("wu", Some("m_linden")).await;
    let (visitor, id) = app.waiting("linden").await;
    assert_eq!(act(&app, &mei, &id, "typing").await, 409, "nobody has it");
    assert_eq!(act(&app, &mei, &id, "claim").await, 200);
    assert_eq!(
        act(&app, &wu, &id, "typing").await,
        409,
        "somebody else has it"
    );
    let mut stream = Listener::of(&app, &visitor).await;
    for _ in 0..5 {
        assert_eq!(act(&app, &mei, &id, "typing").await, 200);
    }
    stream.until(|said| said.contains("event: typing")).await;
    let typing = told(&stream.all().await, "typing");
    assert_eq!(
        typing,
        [json!({"name": "Name of mei", "for_ms": 6000})],
        "once, however often it is said"
    );
    later(&app, 7);
    assert!(
        told(&read_whole(&app, &visitor).await, "typing").is_empty(),
        "it is over"
    );
}

#[tokio::test]
async fn what_the_page_shows_stands_in_the_brief_and_opens_nothing() {
    let app = TestApp::start().await;
    app.order("m_linden", "A1042").await;
    let visitor = app.visitor_of("linden").await;
    let say = async |body: Value| post(&app, &visitor.token, "/v1/context", &body).await;
    let (status, refused) = say(json!({"page": "x".repeat(301)})).await;
    assert_eq!((status, &refused["path"]), (422, &json!("page")));
    let facts = json!({"order": "A1042", "cart_total": "64.00 GBP",
        "page": "https://linden.example/cart?card=4111111111111111"});
    assert_eq!(say(facts).await.0, 200);
    let told = app
        .say_as(&visitor, "where is my order A1042?")
        .await
        .join(" ");
    assert!(
        !told.contains("lamp") && !told.contains("64.00"),
        "a page's word is no proof: {told}"
    );
    let answer = app.send(&visitor, "I want to talk to a human").await;
    let root = app.agent("root", None).await;
    let path = format!(
        "/v1/conversations/{}",
        answer["conversation"].as_str().unwrap()
    );
    let all = app
        .get(&format!("{path}/events"))
        .bearer_auth(&root)
        .send()
        .await
        .unwrap();
    let all = all.text().await.unwrap();
    assert!(
        all.contains("cart 64.00 GBP \u{b7} page https://linden.example/cart"),
        "{all}"
    );
    assert!(!all.contains("4111111111111111"));
    let seen: Value = app
        .get(&path)
        .bearer_auth(&root)
        .send()
        .await
        .unwrap()
        .json()
        .await
        .unwrap();
    assert_eq!(
        seen["page"],
        json!({"order": "A1042", "cart_total": "64.00 GBP", "page": "https://linden.example/cart"})
    );
}

#[tokio::test]
async fn what_is_said_by_a_button_needs_a_conversation() {
    let app = TestApp::start().await;
    let visitor = app.visitor_of("linden").await;
    for (path, body) in [
        ("/v1/csat", json!({"client_id": fresh_id(), "score": 5})),
        (
            "/v1/contact",
            json!({"client_id": fresh_id(), "email": "mia@example.com"}),
        ),
        ("/v1/waiting/leave", json!({})),
    ] {
        let sent = app.post(path).bearer_auth(&visitor.token).json(&body);
        assert_eq!(problem(sent.send().await.unwrap()).await.0, 404, "{path}");
    }
}

#[tokio::test]
async fn row_12_a_session_is_said_to_be_its_customers_only_when_the_shop_says_so() {
    let app = TestApp::start().await;
    let mia = app.signed_in(&json!({"sub": "mia"})).await;
    let nobody = app.visitor_of("linden").await;
    let ask = async |visitor: &Visitor, sub: &str, secret: &str| {
        let token = app.sign(&json!({"sub": sub}), secret);
        let body = json!({"token": token});
        let (status, answer) = post(&app, &visitor.token, "/v1/identity", &body).await;
        (
            status,
            answer["code"].as_str().unwrap_or_default().to_owned(),
        )
    };
    assert_eq!(ask(&mia, "mia", SECRET).await.0, 200);
    assert_eq!(ask(&mia, "jo", SECRET).await.0, 409);
    assert_eq!(ask(&nobody, "mia", SECRET).await.0, 409);
    let (status, code) = ask(&mia, "mia", "another-secret-0123456789abcdef0123").await;
    assert!(
        status == 401 && code.starts_with("identity"),
        "{status} {code}"
    );
}
