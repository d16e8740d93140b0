//! `/openapi.json` says what happens: what a route really answers is among the answers that are described.

use std::collections::BTreeSet;

use reqwest::Method;
use serde_json::{Value, json};

use crate::support::TestApp;

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
