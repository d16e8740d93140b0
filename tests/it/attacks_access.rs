//! Who gets at what: every route against every kind of token, other people's conversations, orders and streams.

use std::time::Duration;

use frontdesk::http::{Caller, Route, inventory};
use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};

use crate::support::{TestApp, fresh_id, problem};

/// The routes that ask for a token.
fn protected(app: &TestApp) -> Vec<Route> {
    let open = |route: &Route| matches!(route.caller, Caller::Page | Caller::Anyone);
    inventory(&app.app)
        .into_iter()
        .filter(|route| !open(route))
        .collect()
}

/// A request to a route, with its path filled in and a body that it takes.
fn request(app: &TestApp, route: &Route, conversation: &str) -> RequestBuilder {
    let id = if route.path.contains("orders") {
        "A1042"
    } else {
        conversation
    };
    let path = route
        .path
        .replace("{id}", id)
        .replace("{form}", "transcript.json");
    let request = app.request(route.method.clone(), &path);
    match (route.method.clone(), route.path) {
        (Method::GET, _) => request,
        (_, path) if path.ends_with("/messages") || path.ends_with("/notes") => {
            request.json(&json!({"client_id": fresh_id(), "text": "hello"}))
        }
        (_, path) if path.ends_with("/snooze") => {
            request.json(&json!({"until": "2026-12-01T00:00:00Z"}))
        }
        (_, path) if path.contains("orders") => request
            .json(&json!({"id": "A1042", "status": "processing",
            "amount": "1.00", "currency": "GBP", "created_at": "2026-11-01T00:00:00Z"})),
        _ => request.json(&json!({})),
    }
}

#[tokio::test]
async fn row_10_no_token_or_a_senseless_one_opens_no_route() {
    let app = TestApp::start().await;
    let (_, conversation) = app.waiting("linden").await;
    for route in protected(&app) {
        let asked = request(&app, &route, &conversation).send().await.unwrap();
        assert_eq!(
            problem(asked).await,
            (401, "token_missing".to_owned()),
            "{} {}",
            route.method,
            route.path
        );
        for header in [
            "Bearer ",
            "Bearer",
            "Basic YTpi",
            "Bearer null",
            "Bearer []",
            "Bearer {\"$ne\":1}",
            "bearer undefined",
            &format!("Bearer {}", "x".repeat(5_000)),
        ] {
            let asked = request(&app, &route, &conversation).header("authorization", header);
            let (status, code) = problem(asked.send().await.unwrap()).await;
            assert_eq!(
                (status, code.as_str()),
                (401, "token_invalid"),
                "{} {} {header}",
                route.method,
                route.path
            );
        }
        let twice = request(&app, &route, &conversation)
            .header("authorization", "Bearer a")
            .header("authorization", "Bearer b");
        assert_eq!(twice.send().await.unwrap().status(), 401, "{}", route.path);
    }
}

#[tokio::test]
async fn row_45_a_token_opens_the_routes_of_its_kind_and_no_others() {
    let app = TestApp::start().await;
    let (visitor, conversation) = app.waiting("linden").await;
    let agent = app.agent("li", None).await;
    let key = app.api_key("m_linden").await;
    let tokens = [
        (Caller::Visitor, &visitor.token),
        (Caller::Agent, &agent),
        (Caller::Shop, &key),
    ];
    for route in protected(&app) {
        for (caller, token) in tokens {
            let asked = request(&app, &route, &conversation).bearer_auth(token);
            let status = asked.send().await.unwrap().status().as_u16();
            let is_its_kind = caller == route.caller;
            assert_eq!(
                status != 401,
                is_its_kind,
                "{:?} at {} {}: {status}",
                caller,
                route.method,
                route.path
            );
            assert!(status < 500, "{} {}: {status}", route.method, route.path);
        }
    }
}

#[tokio::test]
async fn row_4_another_merchants_agent_finds_no_conversation_by_any_route() {
    let app = TestApp::start().await;
    let (_, conversation) = app.waiting("linden").await;
    let stranger = app.agent("wu", Some("m_other")).await;
    let about_one = |route: &Route| route.caller == Caller::Agent && route.path.contains("{id}");
    for route in protected(&app).into_iter().filter(about_one) {
        let theirs = request(&app, &route, &conversation)
            .bearer_auth(&stranger)
            .send()
            .await
            .unwrap();
        let theirs = (theirs.status(), theirs.text().await.unwrap());
        let nobodys =
            request(&app, &route, "01a207b8-0000-7000-8000-000000000000").bearer_auth(&stranger);
        let nobodys = nobodys.send().await.unwrap();
        let nobodys = (nobodys.status(), nobodys.text().await.unwrap());
        assert_eq!(theirs.0, 404, "{} {}", route.method, route.path);
        assert_eq!(
            theirs, nobodys,
            "existence shows at {} {}",
            route.method, route.path
        );
    }
    let inbox: Value = app
        .get("/v1/inbox?view=waiting")
        .bearer_auth(&stranger)
        .send()
        .await
        .unwrap()
        .json()
        .await
        .unwrap();
    assert_eq!(inbox["rows"], json!([]));
    assert_eq!(inbox["counts"]["waiting"], 0);
}

#[tokio::test]
async fn row_3_a_shop_reaches_its_own_orders_only() {
    let app = TestApp::start().await;
    app.order("m_linden", "A1042").await;
    let (ours, theirs) = (app.api_key("m_linden").await, app.api_key("m_other").await);
    let read = |key: &str, id: &str| app.get(&format!("/v1/orders/{id}")).bearer_auth(key).send();
    assert_eq!(read(&ours, "A1042").await.unwrap().status(), 200);
    let foreign = read(&theirs, "A1042").await.unwrap().text().await.unwrap();
    let missing = read(&theirs, "A9999").await.unwrap().text().await.unwrap();
    assert_eq!(foreign, missing, "existence shows");
    let mut record: Value = read(&ours, "A1042").await.unwrap().json().await.unwrap();
    record["merchant"] = json!("m_linden");
    let put = app
        .request(Method::PUT, "/v1/orders/A1042")
        .bearer_auth(&theirs)
        .json(&record);
    assert_eq!(
        problem(put.send().await.unwrap()).await.0,
        422,
        "an order of another merchant was taken"
    );
    record.as_object_mut().unwrap().remove("merchant");
    record["amount"] = json!("1.00");
    let put = app
        .request(Method::PUT, "/v1/orders/A1042")
        .bearer_auth(&theirs)
        .json(&record);
    assert_eq!(put.send().await.unwrap().status(), 200);
    let still: Value = read(&ours, "A1042").await.unwrap().json().await.unwrap();
    assert_eq!(
        still["amount"], "64.00",
        "one shop overwrote another's order"
    );
}

#[tokio::test]
async fn row_6_a_stream_ends_when_its_session_is_withdrawn() {
    let app = TestApp::with(|options| {
        options.limits = crate::support::no_limits();
        options.ping_seconds = 1;
    })
    .await;
    let visitor = app.visitor().await;
    app.send(&visitor, "hello").await;
    let stream = app
        .get("/v1/events")
        .bearer_auth(&visitor.token)
        .send()
        .await
        .unwrap();
    assert_eq!(stream.status(), 200);
    let token = frontdesk::clock::token_hash(&visitor.token.clone().into());
    app.store
        .commit(frontdesk::store::Commit::new().end_session(token))
        .await
        .unwrap();
    let rest = tokio::time::timeout(Duration::from_secs(5), stream.text()).await;
    let rest = rest
        .expect("the stream goes on after its session has ended")
        .unwrap();
    assert!(
        rest.contains("event: end") && rest.contains("token_invalid"),
        "{rest}"
    );
}

#[tokio::test]
async fn row_8_a_secret_in_an_address_is_refused_everywhere() {
    let app = TestApp::start().await;
    let visitor = app.visitor().await;
    for route in inventory(&app.app) {
        for name in ["token", "access_token", "key", "api_key", "SESSION", "jwt"] {
            let path = route
                .path
                .replace("{id}", "x")
                .replace("{form}", "transcript.txt");
            let path = format!("{path}?{name}={}", visitor.token);
            let asked = app
                .request(route.method.clone(), &path)
                .bearer_auth(&visitor.token);
            let response = asked.send().await.unwrap();
            let (status, code) = problem(response).await;
            assert_eq!((status, code.as_str()), (400, "token_in_query"), "{path}");
        }
    }
}

#[tokio::test]
async fn row_9_no_answer_but_the_opening_of_a_session_has_a_token() {
    let app = TestApp::start().await;
    let (visitor, conversation) = app.waiting("linden").await;
    let agent = app.agent("li", None).await;
    let hash = frontdesk::clock::token_hash(&visitor.token.clone().into());
    let hash: String = hash.0.iter().map(|byte| format!("{byte:02x}")).collect();
    for path in [
        "/v1/inbox".to_owned(),
        format!("/v1/conversations/{conversation}"),
        format!("/v1/conversations/{conversation}/events"),
        format!("/v1/conversations/{conversation}/transcript.json"),
    ] {
        let text = app
            .get(&path)
            .bearer_auth(&agent)
            .send()
            .await
            .unwrap()
            .text()
            .await
            .unwrap();
        for secret in [&visitor.token, &agent, &hash] {
            assert!(!text.contains(secret.as_str()), "{path} shows a token");
        }
    }
}

#[tokio::test]
async fn row_32_a_customers_transcript_and_stream_have_no_note_no_log_in_and_no_reason() {
    let app = TestApp::with(|options| {
        options.limits = crate::support::no_limits();
        options.ping_seconds = 1;
    })
    .await;
    let (visitor, conversation) = app.waiting("linden").await;
    let agent = app.agent("zhang.login", None).await;
    let at = |verb: &str| {
        app.post(&format!("/v1/conversations/{conversation}/{verb}"))
            .bearer_auth(&agent)
    };
    assert_eq!(at("claim").send().await.unwrap().status(), 200);
    let note = json!({"client_id": "n1", "text": "NOTE-CANARY"});
    assert_eq!(at("notes").json(&note).send().await.unwrap().status(), 201);
    let reply = json!({"client_id": "r1", "text": "I am looking into it"});
    assert_eq!(
        at("messages").json(&reply).send().await.unwrap().status(),
        201
    );
    let mut seen = Vec::new();
    for form in ["json", "txt", "html"] {
        let path = format!("/v1/conversations/{conversation}/transcript.{form}?view=customer");
        let response = app.get(&path).bearer_auth(&agent).send().await.unwrap();
        let policy = response.headers()["content-security-policy"]
            .to_str()
            .unwrap()
            .to_owned();
        assert!(
            policy.starts_with("default-src 'none'") && policy.contains("frame-ancestors 'none'")
        );
        seen.push(response.text().await.unwrap());
    }
    seen.push(crate::http_stream::read_for(&app, &visitor, Duration::from_millis(500)).await);
    for text in seen {
        assert!(
            text.contains("I am looking into it") && text.contains("Name of zhang.login"),
            "{text}"
        );
        for secret in [
            "NOTE-CANARY",
            "\"zhang.login\"",
            "asked_for_human",
            "intents/",
            ".toml:",
            "brief",
        ] {
            assert!(!text.contains(secret), "{secret} in {text}");
        }
    }
}

#[tokio::test]
async fn row_46_nothing_is_assigned_that_is_not_asked_for() {
    let app = TestApp::start().await;
    let (visitor, conversation) = app.waiting("linden").await;
    let agent = app.agent("li", None).await;
    let fields = [
        "role",
        "tenant_id",
        "id",
        "merchant",
        "owner",
        "vip",
        "proof",
        "visitor",
        "site_id",
        "__proto__",
    ];
    for field in fields {
        let cases = [
            (
                app.post("/v1/sessions"),
                json!({"site": "linden", field: "x"}),
            ),
            (
                app.post("/v1/messages").bearer_auth(&visitor.token),
                json!({"client_id": "c", "text": "t", field: "x"}),
            ),
            (
                app.post(&format!("/v1/conversations/{conversation}/claim"))
                    .bearer_auth(&agent),
                json!({field: "x"}),
            ),
            (
                app.post(&format!("/v1/conversations/{conversation}/messages"))
                    .bearer_auth(&agent),
                json!({"client_id": "c", "text": "t", field: "x"}),
            ),
        ];
        for (request, body) in cases {
            let refused = problem(request.json(&body).send().await.unwrap()).await;
            assert_eq!(refused, (422, "unknown_field".to_owned()), "{body}");
        }
    }
}
