//! Agents come in with a password, work, and leave; and those who try to come in without. RELIABILITY B rows 6, 14, 15, 46; who guesses at
//! passwords is in `guesses`.

use frontdesk::domain::account::LogIn;
use frontdesk::domain::ids::AgentId;
use frontdesk::domain::rights::AgentRole;
use frontdesk::store::Commit;
use jiff::SignedDuration;
use reqwest::{RequestBuilder, Response};
use serde_json::{Value, json};

use crate::attacks::operations;
use crate::http_stream::Listener;
use crate::support::{PASSWORD, TestApp, problem};

/// A log-in from the desk's own page.
pub fn entering(app: &TestApp, agent: &str, password: &str) -> RequestBuilder {
    app.post("/v1/login")
        .header("origin", &app.base)
        .json(&json!({"agent": agent, "password": password}))
}

/// Comes in, and gives the cookie as it is sent back.
pub async fn enter(app: &TestApp, agent: &str) -> String {
    let entered = entering(app, agent, PASSWORD).send().await.unwrap();
    assert_eq!(entered.status(), 200);
    cookie(&entered)
}

fn cookie(response: &Response) -> String {
    let set = response.headers()["set-cookie"].to_str().unwrap();
    set.split(';').next().unwrap().to_owned()
}

pub async fn me(app: &TestApp, cookie: &str) -> u16 {
    still_there(app, cookie, 0).await
}

/// The same, as a page asks that nobody has touched for so many seconds.
async fn still_there(app: &TestApp, cookie: &str, idle: u32) -> u16 {
    let asked = app.get("/v1/me").header("cookie", cookie);
    let asked = asked.header("x-idle-seconds", idle.to_string());
    asked.send().await.unwrap().status().as_u16()
}

pub fn pass(app: &TestApp, time: SignedDuration) {
    app.clock.move_to(app.clock.now() + time);
}

#[tokio::test]
async fn an_agent_comes_in_works_and_leaves() {
    let app = TestApp::start().await;
    app.agent("mei", None).await;
    let (_, id) = app.waiting("linden").await;
    let entered = entering(&app, "mei", PASSWORD).send().await.unwrap();
    let set = entered.headers()["set-cookie"].to_str().unwrap();
    assert!(set.contains("HttpOnly; SameSite=Lax"), "{set}");
    let cookie = cookie(&entered);
    let who: Value = entered.json().await.unwrap();
    assert_eq!(who["agent"]["id"], "mei");
    assert_eq!(who["agent"]["role"], "agent");
    let claim = app
        .post(&format!("/v1/conversations/{id}/claim"))
        .header("cookie", &cookie)
        .header("origin", &app.base);
    let claimed: Value = claim.send().await.unwrap().json().await.unwrap();
    assert_eq!(claimed["agent"], "mei");
    let leave = app.post("/v1/logout").header("cookie", &cookie);
    let left = leave.header("origin", &app.base).send().await.unwrap();
    let set = left.headers()["set-cookie"].to_str().unwrap();
    assert!(set.contains("Max-Age=0"), "{set}");
    assert_eq!(me(&app, &cookie).await, 401);
}

#[tokio::test]
async fn leaving_everywhere_ends_all_log_ins_of_the_agent_and_nobody_elses() {
    let app = TestApp::start().await;
    app.agent("mei", None).await;
    app.agent("lin", None).await;
    let (desktop, phone) = (enter(&app, "mei").await, enter(&app, "mei").await);
    let other = enter(&app, "lin").await;
    let leave = app.post("/v1/logout").header("cookie", &phone);
    let leave = leave.header("origin", &app.base);
    leave
        .json(&json!({"everywhere": true}))
        .send()
        .await
        .unwrap();
    assert_eq!(me(&app, &desktop).await, 401);
    assert_eq!(me(&app, &phone).await, 401);
    assert_eq!(me(&app, &other).await, 200);
}

#[tokio::test]
async fn row_14_a_log_in_begins_anew_each_time_and_ends_with_the_password_the_role_and_the_time() {
    let app = TestApp::start().await;
    app.agent("mei", None).await;
    let mei = AgentId::parse("mei").unwrap();
    let planted = format!("frontdesk=fdl_{}", "0".repeat(64));
    let entered = entering(&app, "mei", PASSWORD).header("cookie", &planted);
    let first = cookie(&entered.send().await.unwrap());
    assert_ne!(first, planted);
    assert_eq!(me(&app, &planted).await, 401);

    let change = app.post("/v1/password").header("cookie", &first);
    let change = change.header("origin", &app.base);
    let body = json!({"old": PASSWORD, "new": "another password"});
    assert_eq!(change.json(&body).send().await.unwrap().status(), 200);
    assert_eq!(me(&app, &first).await, 401);
    let old = entering(&app, "mei", PASSWORD).send().await.unwrap();
    assert_eq!(problem(old).await, (401, "wrong_password".to_owned()));

    let new = entering(&app, "mei", "another password").send().await;
    let second = cookie(&new.unwrap());
    let role = Some(AgentRole::Lead);
    frontdesk::desk::accounts::set_rights(&app.store, &mei, role, None)
        .await
        .unwrap();
    assert_eq!(me(&app, &second).await, 401, "it was opened as an agent");

    let new = entering(&app, "mei", "another password").send().await;
    let third = cookie(&new.unwrap());
    for _ in 0..3 {
        pass(&app, SignedDuration::from_mins(25));
        assert_eq!(me(&app, &third).await, 200, "it is used");
    }
    pass(&app, SignedDuration::from_mins(31));
    assert_eq!(me(&app, &third).await, 401, "it was left alone");

    let new = entering(&app, "mei", "another password").send().await;
    let fourth = cookie(&new.unwrap());
    for _ in 0..29 {
        pass(&app, SignedDuration::from_mins(24));
        assert_eq!(me(&app, &fourth).await, 200);
    }
    pass(&app, SignedDuration::from_mins(25));
    assert_eq!(me(&app, &fourth).await, 401, "twelve hours are over");
    app.app.desk.look_at_due().await.unwrap();
    let token = fourth.trim_start_matches("frontdesk=").to_owned().into();
    let kept = app
        .store
        .log_in(&frontdesk::clock::token_hash(&token))
        .await;
    assert_eq!(kept.unwrap(), None, "what has ended is not kept");
}

#[tokio::test]
async fn row_14_a_page_that_asks_by_itself_keeps_nobodys_log_in_alive() {
    let app = TestApp::start().await;
    app.agent("mei", None).await;
    let (_, id) = app.waiting("linden").await;
    let cookie = enter(&app, "mei").await;
    let looks = async |idle: u32| {
        let asked = app.post(&format!("/v1/conversations/{id}/looking"));
        let asked = asked.header("cookie", &cookie).header("origin", &app.base);
        let asked = asked.header("x-idle-seconds", idle.to_string());
        asked
            .json(&json!({}))
            .send()
            .await
            .unwrap()
            .status()
            .as_u16()
    };
    // Touched a moment ago: it goes on, whatever the page asks.
    pass(&app, SignedDuration::from_mins(20));
    assert_eq!(looks(30).await, 200);
    // Then they went for lunch, and the page stays open: it says every few minutes that nobody has touched it.
    for minutes in [6, 12, 18, 24] {
        pass(&app, SignedDuration::from_mins(6));
        assert_eq!(looks(minutes * 60 + 30).await, 200, "{minutes}");
        let stream = app.get("/v1/inbox/events").header("cookie", &cookie);
        assert_eq!(stream.send().await.unwrap().status(), 200);
    }
    pass(&app, SignedDuration::from_mins(6));
    assert_eq!(still_there(&app, &cookie, 1_830).await, 401);
    // Nor does what is no number of seconds, or more than there are.
    let cookie = enter(&app, "mei").await;
    pass(&app, SignedDuration::from_mins(29));
    for said in ["now", "-1", "1e9", "99999999999999999999"] {
        let asked = app.get("/v1/me").header("cookie", &cookie);
        let asked = asked.header("x-idle-seconds", said).send().await;
        assert_eq!(asked.unwrap().status(), 200);
    }
    pass(&app, SignedDuration::from_mins(1));
    assert_eq!(still_there(&app, &cookie, 0).await, 401);
}

#[tokio::test]
async fn row_14_a_log_in_ends_half_an_hour_after_the_last_touch_and_no_sooner() {
    let app = TestApp::start().await;
    app.agent("mei", None).await;
    let cookie = enter(&app, "mei").await;
    for seconds in [299, 299, 50] {
        pass(&app, SignedDuration::from_secs(seconds));
        assert_eq!(still_there(&app, &cookie, 0).await, 200);
    }
    pass(&app, SignedDuration::from_secs(30 * 60 - 1));
    assert_eq!(still_there(&app, &cookie, 30 * 60 - 1).await, 200);
    pass(&app, SignedDuration::from_secs(1));
    assert_eq!(still_there(&app, &cookie, 30 * 60).await, 401);
}

#[tokio::test]
async fn row_14_a_touch_that_comes_after_the_end_of_a_log_in_does_not_begin_it_again() {
    let app = TestApp::start().await;
    app.agent("mei", None).await;
    let cookie = enter(&app, "mei").await;
    let token = cookie.trim_start_matches("frontdesk=").to_owned().into();
    let token = frontdesk::clock::token_hash(&token);
    let kept = async || app.store.log_in(&token).await.unwrap();
    let touch = async |seen| {
        let commit = Commit::new().touch_log_in(seen);
        app.store.commit(commit).await.unwrap();
    };
    // A request had read the log-in, and writes that it was touched.
    let began = kept().await.unwrap();
    let at = |mins| LogIn {
        seen_at: began.seen_at + SignedDuration::from_mins(mins),
        ..began.clone()
    };
    touch(at(9)).await;
    touch(at(7)).await;
    assert_eq!(kept().await, Some(at(9)), "the later of two");
    let leave = app.post("/v1/logout").header("cookie", &cookie);
    leave.header("origin", &app.base).send().await.unwrap();
    touch(at(10)).await;
    assert_eq!(kept().await, None);
    assert_eq!(me(&app, &cookie).await, 401);
}

#[tokio::test]
async fn row_15_a_change_with_the_cookie_is_taken_from_the_desks_own_page_only() {
    let app = TestApp::start().await;
    app.agent_as("mei", None, AgentRole::Admin).await;
    let (_, id) = app.waiting("linden").await;
    let cookie = enter(&app, "mei").await;
    let host = app.base.trim_start_matches("http://");
    let elsewhere = [
        "null".to_owned(),
        "https://linden.example".to_owned(),
        format!("{}.evil.example", app.base),
        format!("http://evil.example/{host}"),
        format!("http://{host}@evil.example"),
        "http://127.0.0.1".to_owned(),
        String::new(),
    ];
    let changes = operations(&app).await.into_iter();
    for operation in changes.filter(|one| one.tag == "agent" && one.changes()) {
        let ask = || operation.request(&app, &id, "A1").header("cookie", &cookie);
        let mut refused = vec![
            ask(),
            ask()
                .header("origin", &app.base)
                .header("sec-fetch-site", "cross-site"),
            ask()
                .header("origin", &app.base)
                .header("sec-fetch-site", "same-site"),
            ask()
                .header("origin", &app.base)
                .header("origin", "https://linden.example"),
        ];
        refused.extend(
            elsewhere
                .iter()
                .map(|origin| ask().header("origin", origin)),
        );
        for request in refused {
            let answered = problem(request.send().await.unwrap()).await;
            let expected = (403, "origin_not_allowed".to_owned());
            assert_eq!(answered, expected, "{}", operation.name());
        }
        // A form of another page can send text, but no JSON.
        let form = app
            .request(operation.method.clone(), &operation.at(&id, "A1"))
            .header("cookie", &cookie)
            .header("origin", &app.base)
            .header("content-type", "text/plain")
            .body("{\"text\":\"hi\"}");
        assert_eq!(form.send().await.unwrap().status(), 415);
    }
    assert_eq!(me(&app, &cookie).await, 200, "nothing of it was done");
}

#[tokio::test]
async fn row_46_nobody_gives_themselves_a_role_and_a_viewer_changes_nothing() {
    let app = TestApp::start().await;
    let token = app.agent_as("vic", None, AgentRole::Viewer).await;
    let (_, id) = app.waiting("linden").await;
    for more in [
        json!({"role": "admin"}),
        json!({"merchant": null}),
        json!({"team": "x"}),
        json!({"id": "root"}),
    ] {
        let mut body = json!({"agent": "vic", "password": PASSWORD});
        body.as_object_mut()
            .unwrap()
            .extend(more.as_object().unwrap().clone());
        let tried = app.post("/v1/login").header("origin", &app.base);
        let answered = problem(tried.json(&body).send().await.unwrap()).await;
        assert_eq!(answered, (422, "unknown_field".to_owned()), "{more}");
    }
    let seen = app.get(&format!("/v1/conversations/{id}"));
    let seen = seen.bearer_auth(&token).send().await.unwrap();
    assert_eq!(seen.status(), 200);
    let changes = operations(&app).await.into_iter();
    for operation in changes.filter(|one| one.tag == "agent" && one.changes() && one.names_one()) {
        let asked = operation.request(&app, &id, "A1").bearer_auth(&token);
        let answered = problem(asked.send().await.unwrap()).await;
        assert_eq!(
            answered,
            (403, "role_too_low".to_owned()),
            "{}",
            operation.name()
        );
    }
}

#[tokio::test]
async fn row_6_and_14_a_stream_that_a_log_in_opened_ends_with_it() {
    let app = TestApp::start().await;
    app.agent("mei", None).await;
    let cookie = enter(&app, "mei").await;
    let open = app.get("/v1/inbox/events").header("cookie", &cookie);
    let stream = Listener::open(open).await;
    let leave = app.post("/v1/logout").header("cookie", &cookie);
    leave
        .header("origin", &app.base)
        .send()
        .await
        .unwrap()
        .error_for_status()
        .unwrap();
    let text = stream.till_it_ends().await;
    assert!(text.contains("event: end"), "{text}");
}
