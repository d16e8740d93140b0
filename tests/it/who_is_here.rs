//! Who has gone and what that does: what customers are told, what leads can give them, and what each of an agent's browsers says.

use frontdesk::desk::accounts;
use frontdesk::desk::{Desk, DeskError, Pass, Says};
use frontdesk::domain::availability::Availability;
use frontdesk::domain::ids::{AgentId, ConversationId};
use frontdesk::domain::rights::AgentRole;
use frontdesk::store::View;
use jiff::{SignedDuration, Timestamp};
use secrecy::SecretString;
use serde_json::{Value, json};

use crate::http_stream::Listener;
use crate::log_ins::{enter, pass};
use crate::support::{TestApp, problem};
use crate::waiting::{post, told, wait_of};

const HOUR: SignedDuration = SignedDuration::from_hours(1);

async fn says(app: &TestApp, token: &str, availability: &str) {
    let body = json!({"availability": availability});
    assert_eq!(post(app, token, "/v1/availability", &body).await.0, 200);
}

async fn owner(app: &TestApp, token: &str, id: &str) -> String {
    let row = app.read(token, &format!("/v1/conversations/{id}")).await;
    let owner = row["agent"].as_str().or(row["owner"].as_str());
    owner.unwrap().to_owned()
}

/// A browser of Mei's does something.
async fn from(app: &TestApp, cookie: &str, path: &str, body: Value) {
    let asked = app.post(path).header("cookie", cookie);
    let asked = asked.header("origin", &app.base).json(&body);
    assert!(asked.send().await.unwrap().status().is_success(), "{path}");
}

/// What Mei is, as a colleague sees it.
async fn is(app: &TestApp, token: &str) -> Value {
    let all = app.read(token, "/v1/agents").await;
    let mut all = all.as_array().unwrap().iter();
    all.find(|one| one["id"] == "mei").unwrap()["availability"].clone()
}

#[tokio::test]
async fn nobody_is_here_for_customers_while_somebody_only_reads_and_when_the_last_one_goes() {
    let app = TestApp::start().await;
    let reader = app.agent_as("reads", None, AgentRole::Viewer).await;
    let (visitor, _) = app.waiting("linden").await;
    app.read(&reader, "/v1/me").await;
    assert_eq!(wait_of(&app, &visitor).await["people"], "away");
    let elsewhere = app.agent("elsewhere", Some("m_other")).await;
    app.read(&elsewhere, "/v1/me").await;
    assert_eq!(wait_of(&app, &visitor).await["people"], "away");
    let mei = app.agent("mei", None).await;
    let lin = app.agent("lin", Some("m_linden")).await;
    says(&app, &mei, "online").await;
    says(&app, &lin, "paused").await;
    says(&app, &mei, "offline").await;
    assert_eq!(
        wait_of(&app, &visitor).await["people"],
        "here",
        "Lin only pauses"
    );
    // Whoever waits hears of it at once.
    let mut stream = Listener::of(&app, &visitor).await;
    says(&app, &lin, "offline").await;
    stream.until(|said| said.contains("\"away\"")).await;
    let stream = stream.all().await;
    let people: Vec<Value> = told(&stream, "waiting")
        .iter()
        .map(|wait| wait["people"].clone())
        .collect();
    assert_eq!(people, [json!("here"), json!("away")]);
}

#[tokio::test]
async fn nothing_is_given_to_somebody_who_has_left_and_taken_back_it_waits_for_anybody() {
    let app = TestApp::start().await;
    let lead = app.agent_as("lead", None, AgentRole::Lead).await;
    let (mei, lin) = (app.agent("mei", None).await, app.agent("lin", None).await);
    let (_, id) = app.waiting("linden").await;
    let path = format!("/v1/conversations/{id}/assign");
    says(&app, &mei, "offline").await;
    let to_mei = json!({"agent": "mei"});
    let (status, told) = post(&app, &lead, &path, &to_mei).await;
    assert_eq!((status, &told["code"]), (422, &json!("agent_away")));
    let give =
        |agent: &str| json!({"conversations": [id], "change": {"do": "assign", "agent": agent}});
    let many = app.does(&lead, "/v1/bulk", give("mei")).await;
    assert_eq!(many["failed"][0]["code"], "agent_away");
    assert_eq!(owner(&app, &lead, &id).await, "queue");
    says(&app, &mei, "paused").await;
    assert_eq!(
        post(&app, &lead, &path, &to_mei).await.0,
        200,
        "a pause is no leave"
    );
    let given = app.does(&lead, "/v1/bulk", give("lin")).await;
    assert_eq!(owner(&app, &lead, &id).await, "lin");
    says(&app, &mei, "offline").await;
    let back = json!({"done": given["done"]});
    let back = app.does(&lead, "/v1/bulk/undo", back).await;
    assert_eq!(back["failed"], json!([]));
    assert_eq!(owner(&app, &lead, &id).await, "queue", "Mei has gone since");
    // Whoever gives themselves something is here, whatever they have said.
    says(&app, &lead, "offline").await;
    let to_lead = json!({"agent": "lead"});
    assert_eq!(post(&app, &lead, &path, &to_lead).await.0, 200);
    says(&app, &lin, "offline").await;
    let asked = app
        .post(&path)
        .bearer_auth(&lead)
        .json(&json!({"agent": "lin"}));
    let refused = problem(asked.send().await.unwrap()).await;
    assert_eq!(refused, (422, "agent_away".to_owned()));
}

#[tokio::test]
async fn a_log_out_says_that_an_agent_has_gone_only_where_it_is_their_last_log_in() {
    let app = TestApp::start().await;
    let lin = app.agent("lin", None).await;
    app.agent("mei", None).await;
    let from = async |cookie: &str, path: &str, body: Value| from(&app, cookie, path, body).await;
    let is = async || is(&app, &lin).await;
    let (desktop, phone) = (enter(&app, "mei").await, enter(&app, "mei").await);
    from(
        &desktop,
        "/v1/availability",
        json!({"availability": "online"}),
    )
    .await;
    let (_, id) = app.waiting("linden").await;
    let claim = format!("/v1/conversations/{id}/claim");
    from(&desktop, &claim, json!({})).await;
    from(&phone, "/v1/logout", json!({})).await;
    assert_eq!(is().await, "online", "Mei works on at the desktop");
    assert_eq!(owner(&app, &lin, &id).await, "mei");
    from(&desktop, "/v1/logout", json!({})).await;
    assert_eq!(is().await, "offline");
    assert_eq!(owner(&app, &lin, &id).await, "queue");
    // Leaving everywhere leaves no log-in, however many there were.
    let (desktop, phone) = (enter(&app, "mei").await, enter(&app, "mei").await);
    from(
        &desktop,
        "/v1/availability",
        json!({"availability": "online"}),
    )
    .await;
    from(&phone, "/v1/logout", json!({"everywhere": true})).await;
    assert_eq!(is().await, "offline");
}

#[tokio::test]
async fn what_an_agent_chose_holds_in_all_their_browsers_and_no_page_that_opens_sends_them_away() {
    let app = TestApp::start().await;
    let lin = app.agent("lin", None).await;
    app.agent("mei", None).await;
    let (desktop, phone) = (enter(&app, "mei").await, enter(&app, "mei").await);
    let says = async |browser: &str, body: Value| {
        from(&app, browser, "/v1/availability", body).await;
    };
    // A page that opens says what it has kept.
    let opens = async |browser: &str, kept: &str| {
        says(browser, json!({"availability": kept, "remembered": true})).await;
    };
    opens(&phone, "offline").await;
    opens(&desktop, "online").await;
    assert_eq!(is(&app, &lin).await, "online");
    let (_, id) = app.waiting("linden").await;
    from(
        &app,
        &desktop,
        &format!("/v1/conversations/{id}/claim"),
        json!({}),
    )
    .await;
    for kept in ["offline", "paused"] {
        opens(&phone, kept).await;
        assert_eq!(is(&app, &lin).await, "online", "{kept} was yesterday");
    }
    // Of what two browsers have kept the later one counts, whichever is there first; a time that is to come is none.
    let kept = async |browser: &str, is: &str, at: &str| {
        let body = json!({"availability": is, "remembered": true, "chosen_at": at});
        says(browser, body).await;
    };
    for (chosen, at, is_then) in [
        ("paused", "2026-11-18T12:00:00Z", "paused"),
        ("online", "2026-11-18T09:00:00Z", "paused"),
        ("online", "2026-11-18T15:00:00Z", "online"),
        ("offline", "2026-11-18T16:00:00Z", "online"),
    ] {
        kept(&phone, chosen, at).await;
        assert_eq!(is(&app, &lin).await, is_then, "{chosen} at {at}");
    }
    assert_eq!(owner(&app, &lin, &id).await, "mei");
    // What is chosen now holds, wherever it is chosen, until something else is.
    says(&phone, json!({"availability": "offline"})).await;
    assert_eq!(owner(&app, &lin, &id).await, "queue");
    kept(&desktop, "online", "2026-11-19T08:00:00Z").await;
    assert_eq!(is(&app, &lin).await, "offline", "it was chosen here");
    opens(&desktop, "online").await;
    assert_eq!(is(&app, &lin).await, "offline");
    says(&desktop, json!({"availability": "paused"})).await;
    for browser in [&phone, &desktop] {
        from(&app, browser, "/v1/logout", json!({})).await;
    }
    assert_eq!(is(&app, &lin).await, "offline");
    let again = enter(&app, "mei").await;
    opens(&again, "online").await;
    assert_eq!(
        is(&app, &lin).await,
        "paused",
        "whoever leaves chose nothing"
    );
}

#[tokio::test]
async fn whoever_works_in_one_browser_does_not_rest_in_another() {
    let app = TestApp::start().await;
    let lin = app.agent("lin", None).await;
    app.agent("mei", None).await;
    let (desktop, phone) = (enter(&app, "mei").await, enter(&app, "mei").await);
    let says = async |browser: &str, rests: bool| {
        let body = json!({"availability": "online", "remembered": true, "rests": rests});
        from(&app, browser, "/v1/availability", body).await;
        is(&app, &lin).await
    };
    assert_eq!(says(&desktop, false).await, "online");
    assert_eq!(says(&phone, true).await, "online", "Mei is at the desktop");
    assert_eq!(says(&desktop, true).await, "paused");
    let (_, id) = app.waiting("given").await;
    assert_eq!(owner(&app, &lin, &id).await, "queue");
    assert_eq!(says(&phone, false).await, "online");
    assert_eq!(owner(&app, &lin, &id).await, "mei", "a touch is enough");
    // A browser that was shut without a word is soon none that anybody works in.
    pass(&app, SignedDuration::from_mins(4));
    assert_eq!(says(&desktop, true).await, "online");
    pass(&app, SignedDuration::from_mins(2));
    assert_eq!(is(&app, &lin).await, "paused");
}

#[tokio::test]
async fn what_an_agent_chose_holds_after_the_desk_was_started_again() {
    let app = TestApp::start().await;
    let noon = app.clock.now();
    let mut tokens = Vec::new();
    for (agent, chose) in [("mei", "offline"), ("lin", "paused"), ("kim", "online")] {
        let token = app.agent(agent, None).await;
        says(&app, &token, chose).await;
        tokens.push(SecretString::from(token));
    }
    let again = async || {
        let desk = app.desk_anew();
        desk.resume().await.unwrap();
        desk
    };
    // What a page says that opens, and has kept that they were online once.
    let opens = async |desk: &Desk, at: usize, chosen_at: Option<Timestamp>| {
        let agent = desk.agent(&tokens[at]).await.unwrap();
        let kept = Says {
            chose: Availability::Online,
            remembered: true,
            chosen_at,
            rests: false,
        };
        let pass = Pass::Token(tokens[at].clone());
        desk.set_availability(&agent, &pass, kept).await.unwrap();
        desk.availability(&agent.id)
    };
    let desk = again().await;
    let mei = AgentId::parse("mei").unwrap();
    assert!(
        desk.has_left(&mei),
        "nobody waits for somebody who has gone"
    );
    desk.agent(&tokens[0]).await.unwrap();
    assert!(desk.has_left(&mei), "heard of, and gone all the same");
    let chose = [
        Availability::Offline,
        Availability::Paused,
        Availability::Online,
    ];
    for (at, chose) in chose.into_iter().enumerate() {
        assert_eq!(opens(&desk, at, None).await, chose);
    }
    // A telephone that has kept what she was in the morning does not bring Mei back; what she chose while the desk was away does, and that is
    // kept, too.
    pass(&app, SignedDuration::from_hours(2));
    let (before, later) = (noon - HOUR, noon + HOUR);
    assert_eq!(opens(&desk, 0, Some(before)).await, Availability::Offline);
    assert_eq!(opens(&desk, 0, Some(later)).await, Availability::Online);
    let desk = again().await;
    assert!(!desk.has_left(&mei));
    assert_eq!(opens(&desk, 0, None).await, Availability::Online);
}

#[tokio::test]
async fn a_lead_gives_somebody_more_than_their_cap_only_by_saying_so() {
    let app = TestApp::start().await;
    let lead = app.agent_as("lead", None, AgentRole::Lead).await;
    app.agent("mei", None).await;
    let mei = AgentId::parse("mei").unwrap();
    accounts::set_load(&app.store, &mei, Some(1), Vec::new())
        .await
        .unwrap();
    let mut paths = Vec::new();
    for _ in 0..2 {
        let (_, id) = app.waiting("linden").await;
        paths.push((format!("/v1/conversations/{id}/assign"), id));
    }
    let to_mei = json!({"agent": "mei"});
    assert_eq!(post(&app, &lead, &paths[0].0, &to_mei).await.0, 200);
    let (status, told) = post(&app, &lead, &paths[1].0, &to_mei).await;
    assert_eq!((status, &told["code"]), (422, &json!("agent_at_cap")));
    let many = json!({"conversations": [paths[1].1], "change": {"do": "assign", "agent": "mei"}});
    let many = app.does(&lead, "/v1/bulk", many).await;
    assert_eq!(many["failed"][0]["code"], "agent_at_cap");
    assert_eq!(owner(&app, &lead, &paths[1].1).await, "queue");
    let over = json!({"agent": "mei", "over_cap": true});
    assert_eq!(post(&app, &lead, &paths[1].0, &over).await.0, 200);
    assert_eq!(owner(&app, &lead, &paths[1].1).await, "mei");
    // Who means it says so of many as of one.
    let (_, third) = app.waiting("linden").await;
    let many = json!({"conversations": [third], "change": {"do": "assign", "agent": "mei", "over_cap": true}});
    let many = app.does(&lead, "/v1/bulk", many).await;
    assert_eq!(many["failed"], json!([]));
    assert_eq!(owner(&app, &lead, &third).await, "mei");
}

#[tokio::test]
async fn of_several_that_are_given_at_once_somebody_gets_no_more_than_their_cap() {
    let app = TestApp::start().await;
    app.agent_as("lead", None, AgentRole::Lead).await;
    app.agent("mei", None).await;
    let (lead, mei) = ["lead", "mei"].map(|id| AgentId::parse(id).unwrap()).into();
    accounts::set_load(&app.store, &mei, Some(1), Vec::new())
        .await
        .unwrap();
    let lead = app.store.agent(&lead).await.unwrap().unwrap();
    let mut ids = Vec::new();
    for _ in 0..3 {
        let (_, id) = app.waiting("linden").await;
        ids.push(ConversationId::parse(&id).unwrap());
    }
    let give = |at: usize| app.app.desk.assign(&lead, &ids[at], (&mei, false), None);
    let given = tokio::join!(give(0), give(1), give(2));
    let given = [given.0, given.1, given.2];
    let at_cap = |one: &&Result<_, DeskError>| matches!(one, Err(DeskError::AtCap(1)));
    assert_eq!(given.iter().filter(|one| one.is_ok()).count(), 1);
    assert_eq!(given.iter().filter(at_cap).count(), 2, "{given:?}");
    let theirs = app.store.inbox_count(View::Mine(mei), None).await;
    assert_eq!(theirs.unwrap(), 1);
}
