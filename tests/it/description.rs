//! `/openapi.json` says what happens: what a route really answers is among the answers that are described.

use std::collections::BTreeSet;
use std::time::Duration;

use frontdesk::domain::rights::AgentRole;
use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{TestApp, problem};

/// Whether a status is described, by itself or by its class.
fn is_described(operation: &Value, status: u16) -> bool {
    let responses = operation["responses"].as_object().unwrap();
    let class = format!("{}XX", status / 100);
    responses.contains_key(&status.to_string()) || responses.contains_key(&class)
}

#[tokio::test]
async fn every_refusal_that_a_route_gives_is_described_for_it() {
    let app = TestApp::start().await;
    let agent = app.agent("li", None).await;
    let document = app.read(&agent, "/openapi.json").await;
    let mut refused = 0;
    for (path, methods) in document["paths"].as_object().unwrap() {
        let parts = path.split('/').map(|part| match part.starts_with('{') {
            true => "nothing",
            false => part,
        });
        let address = parts.collect::<Vec<_>>().join("/");
        for (name, operation) in methods.as_object().unwrap() {
            let method: Method = name.to_uppercase().parse().unwrap();
            for token in [None, Some(&agent)] {
                let mut request = app.request(method.clone(), &address);
                if method != Method::GET {
                    request = request.json(&json!({"no_such_field": 1}));
                }
                if let Some(token) = token {
                    request = request.bearer_auth(token);
                }
                let status = request.send().await.unwrap().status();
                refused += u32::from(status.is_client_error());
                assert!(
                    is_described(operation, status.as_u16()),
                    "{method} {path}: {status} is not described"
                );
            }
        }
    }
    assert!(refused > 100, "only {refused} were refused");
}

#[tokio::test]
async fn the_description_names_no_part_that_it_does_not_have() {
    let app = TestApp::start().await;
    let agent = app.agent("li", None).await;
    let document = app.read(&agent, "/openapi.json").await;
    let text = document.to_string();
    let named: BTreeSet<&str> = text
        .split("\"$ref\":\"#")
        .skip(1)
        .filter_map(|rest| rest.split('"').next())
        .collect();
    assert!(named.len() > 40, "{named:?}");
    let missing: Vec<_> = named
        .iter()
        .filter(|place| document.pointer(place).is_none())
        .collect();
    assert!(missing.is_empty(), "{missing:?}");
}

#[tokio::test]
async fn what_says_nothing_more_and_what_an_agent_notes_are_described_as_what_they_are() {
    let app = TestApp::start().await;
    let agent = app.agent("li", None).await;
    let document = app.read(&agent, "/openapi.json").await;
    let schema = |path: &str| {
        let at = document.pointer(path).unwrap();
        let name = at["$ref"].as_str().unwrap().trim_start_matches('#');
        document.pointer(name).unwrap()
    };
    let rated = "/paths/~1v1~1csat/post/responses/201/content/application~1json/schema";
    assert!(schema(rated)["properties"].get("client_id").is_none());
    let noted =
        "/paths/~1v1~1conversations~1{id}~1notes/post/requestBody/content/application~1json/schema";
    assert!(schema(noted)["properties"].get("text").is_some());
}

#[tokio::test]
async fn a_choice_that_the_description_allows_is_taken_and_the_next_one_is_not() {
    let app = TestApp::start().await;
    let agent = app.agent("li", None).await;
    let document = app.read(&agent, "/openapi.json").await;
    let choice = &document["components"]["schemas"]["MessageRequest"]["properties"]["choice"];
    let (least, most) = (&choice["minimum"], &choice["maximum"]);
    assert_eq!((least, most), (&json!(1), &json!(255)));
    let visitor = app.visitor().await;
    for (choice, status) in [(0, 422), (1, 200), (255, 200), (256, 422)] {
        let body = json!({"client_id": format!("c{choice}"), "text": "this one", "choice": choice});
        let sent = app
            .post("/v1/messages")
            .bearer_auth(&visitor.token)
            .json(&body);
        assert_eq!(sent.send().await.unwrap().status(), status, "{choice}");
    }
}

/// A desk that has more to do than it can, is stopping or cannot write says so on every route, and a program knows it from the description.
#[tokio::test]
async fn what_a_desk_answers_that_cannot_write_is_described_on_every_route() {
    let app = TestApp::start().await;
    let agent = app.agent("li", None).await;
    let document = app.read(&agent, "/openapi.json").await;
    let (visitor, id) = app.waiting("linden").await;
    let key = app.api_key("m_linden").await;
    app.store.close();
    let mut unable = 0;
    for (path, methods) in document["paths"].as_object().unwrap() {
        for (name, operation) in methods.as_object().unwrap() {
            let responses = operation["responses"].as_object().unwrap();
            for status in ["500", "503"] {
                assert!(responses.contains_key(status), "{name} {path}: {status}");
            }
            let method: Method = name.to_uppercase().parse().unwrap();
            let address = path.replace("{id}", &id);
            for token in [&agent, &visitor.token, &key] {
                let request = app.request(method.clone(), &address).bearer_auth(token);
                let request = match method {
                    Method::GET => request,
                    _ => request.json(&json!({"client_id": "c1", "text": "hello"})),
                };
                let Ok(Ok(answer)) =
                    tokio::time::timeout(Duration::from_secs(5), request.send()).await
                else {
                    continue;
                };
                let status = answer.status().as_u16();
                unable += u32::from(status == 503);
                assert!(is_described(operation, status), "{name} {path}: {status}");
            }
        }
    }
    assert!(unable > 4, "only {unable} could not be done");
}

#[tokio::test]
async fn a_query_that_cannot_be_taken_is_refused_with_the_parameter_and_what_would_be_right() {
    let app = TestApp::start().await;
    let agent = app.agent("li", None).await;
    let admin = app.agent_as("root", None, AgentRole::Admin).await;
    let (visitor, id) = app.waiting("linden").await;
    let events = format!("/v1/conversations/{id}/events");
    let table = [
        (
            "/v1/inbox".to_owned(),
            &agent,
            "limit=canary",
            "limit",
            "a whole number, 0 or more",
        ),
        (
            "/v1/inbox".to_owned(),
            &agent,
            "limit=-1",
            "limit",
            "a whole number, 0 or more",
        ),
        (
            "/v1/inbox".to_owned(),
            &agent,
            "limit=99999999999999999999999",
            "limit",
            "a smaller number",
        ),
        (
            "/v1/inbox".to_owned(),
            &agent,
            "view=canary",
            "view",
            "expected one of `",
        ),
        (
            "/v1/inbox".to_owned(),
            &agent,
            "canary=1",
            "canary",
            "known are: ",
        ),
        (
            "/v1/inbox".to_owned(),
            &agent,
            "limit=1&limit=2",
            "limit",
            "is there twice",
        ),
        (
            "/v1/audit".to_owned(),
            &admin,
            "since=canary",
            "since",
            "2026-11-29T08:00:00Z",
        ),
        (
            "/v1/events".to_owned(),
            &visitor.token,
            "after=canary",
            "after",
            "a whole number, 0 or more",
        ),
        (
            events,
            &agent,
            "after=canary",
            "after",
            "a whole number, 0 or more",
        ),
    ];
    for (path, token, query, name, right) in table {
        let sent = app.get(&format!("{path}?{query}")).bearer_auth(token);
        let answer = sent.send().await.unwrap();
        assert_eq!(answer.status(), 400, "{path}?{query}");
        let told: Value = answer.json().await.unwrap();
        assert_eq!(told["path"], name, "{told}");
        let detail = told["detail"].as_str().unwrap();
        assert!(detail.contains(right), "{query}: {detail}");
        assert!(
            !detail.contains("canary"),
            "what was sent may be a secret: {detail}"
        );
    }
}

#[tokio::test]
async fn a_path_that_is_no_text_is_a_problem_on_every_route_and_one_with_escapes_is_a_path() {
    let app = TestApp::start().await;
    let agent = app.agent("li", None).await;
    let document = app.read(&agent, "/openapi.json").await;
    let paths = document["paths"].as_object().unwrap().keys();
    let of_pages = ["/{x}", "/shop/{x}", "/inbox/{x}", "/widget/{x}"].map(str::to_owned);
    for path in paths.cloned().chain(of_pages) {
        let parts = path.split('/').map(|part| match part.starts_with('{') {
            true => "a%ffb",
            false => part,
        });
        let address = parts.collect::<Vec<_>>().join("/");
        if address == path {
            continue;
        }
        let answer = app.get(&address).bearer_auth(&agent).send().await.unwrap();
        let refused = problem(answer).await;
        assert_eq!(refused, (400, "invalid_request".to_owned()), "{address}");
    }
    let escaped = app.get("/v1/orders/%E2%91%A0").bearer_auth(&agent);
    assert_ne!(escaped.send().await.unwrap().status(), 400);
}
