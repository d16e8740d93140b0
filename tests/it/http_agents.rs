//! What agents and shops do over HTTP.

use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{TestApp, problem};

#[tokio::test]
async fn an_agent_finds_what_waits_takes_it_answers_and_gives_it_back() {
    let app = TestApp::start().await;
    let (visitor, id) = app.waiting("linden").await;
    let agent = app.agent("li", Some("m_linden")).await;
    let inbox: Value = app
        .get("/v1/inbox")
        .bearer_auth(&agent)
        .send()
        .await
        .unwrap()
        .json()
        .await
        .unwrap();
    assert_eq!(inbox["rows"][0]["id"], json!(id));
    assert_eq!(inbox["rows"][0]["reason"], "asked_for_human");
    assert_eq!(inbox["counts"]["waiting"], 1);
    let at = |verb: &str| {
        app.post(&format!("/v1/conversations/{id}/{verb}"))
            .bearer_auth(&agent)
    };
    let claimed: Value = at("claim").send().await.unwrap().json().await.unwrap();
    assert_eq!(
        (claimed["owner"].as_str(), claimed["agent"].as_str()),
        (Some("agent"), Some("li"))
    );
    let said = at("messages")
        .json(&json!({"client_id": "r1", "text": "Hello, I am Li"}))
        .send()
        .await
        .unwrap();
    assert_eq!(said.status(), 201);
    let again = at("messages")
        .json(&json!({"client_id": "r1", "text": "Hello, I am Li"}))
        .send()
        .await
        .unwrap();
    let (said, again): (Value, Value) = (said.json().await.unwrap(), again.json().await.unwrap());
    assert_eq!(said["seq"], again["seq"], "sent again, written again");
    // Other words under that name are no repetition: whoever wrote them is told that they were not taken.
    for (verb, text) in [("messages", "Something else"), ("notes", "Hello, I am Li")] {
        let body = json!({"client_id": "r1", "text": text});
        let refused = at(verb).json(&body).send().await.unwrap();
        let mismatch = (422, "idempotency_mismatch".to_owned());
        assert_eq!(problem(refused).await, mismatch, "{verb}");
    }
    assert_eq!(
        app.say_as(&visitor, "Hi Li, where is my refund?").await,
        Vec::<String>::new()
    );
    assert_eq!(at("return").send().await.unwrap().status(), 200);
    assert!(
        !app.say_as(&visitor, "How long does a refund take?")
            .await
            .is_empty()
    );
}

#[tokio::test]
async fn a_customer_reads_the_transcript_in_the_words_of_the_rule_files() {
    let app = TestApp::start().await;
    let visitor = app.visitor_of("linden").await;
    let said = app.send(&visitor, "我要找真人客服，退款還沒下來").await;
    let id = said["conversation"].as_str().unwrap();
    let agent = app.agent("li", None).await;
    let claim = format!("/v1/conversations/{id}/claim");
    let claimed = app.post(&claim).bearer_auth(&agent).send().await.unwrap();
    assert_eq!(claimed.status(), 200);
    let path = format!("/v1/conversations/{id}/transcript.txt?view=customer");
    let response = app.get(&path).bearer_auth(&agent).send().await.unwrap();
    let text = response.text().await.unwrap();
    for words in ["顧客", "自動助理", "已轉給客服專員", "Name of li: 已接手"] {
        assert!(text.contains(words), "{words}: {text}");
    }
    assert!(!text.contains("owner"), "{text}");
}

#[tokio::test]
async fn of_two_agents_who_claim_at_once_one_wins_and_the_other_is_told_who() {
    let app = TestApp::start().await;
    let (_, id) = app.waiting("linden").await;
    let (li, wu) = (app.agent("li", None).await, app.agent("wu", None).await);
    let claim = |token: String| {
        app.post(&format!("/v1/conversations/{id}/claim"))
            .bearer_auth(token)
            .send()
    };
    let (one, other) = tokio::join!(claim(li), claim(wu));
    let (one, other) = (one.unwrap(), other.unwrap());
    let mut statuses = [one.status().as_u16(), other.status().as_u16()];
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 409]);
    let (won, lost) = if one.status() == 200 {
        (one, other)
    } else {
        (other, one)
    };
    let (won, lost): (Value, Value) = (won.json().await.unwrap(), lost.json().await.unwrap());
    assert_eq!(lost["owner"], won["agent"], "{lost}");
    assert!(lost["revision"].is_u64(), "{lost}");
}

#[tokio::test]
async fn a_change_that_is_based_on_an_old_revision_is_refused() {
    let app = TestApp::start().await;
    let (visitor, id) = app.waiting("linden").await;
    let agent = app.agent("li", None).await;
    let shown = app
        .get(&format!("/v1/conversations/{id}"))
        .bearer_auth(&agent)
        .send()
        .await
        .unwrap();
    let tag = shown.headers()["etag"].to_str().unwrap().to_owned();
    app.send(&visitor, "one more thing").await;
    let claim = |tag: &str| {
        app.post(&format!("/v1/conversations/{id}/claim"))
            .bearer_auth(&agent)
            .header("if-match", tag)
            .send()
    };
    let stale: Value = claim(&tag).await.unwrap().json().await.unwrap();
    assert_eq!(stale["code"], "stale_revision");
    let now = stale["revision"].as_u64().unwrap();
    assert_eq!(claim(&format!("\"{now}\"")).await.unwrap().status(), 200);
    assert_eq!(
        problem(claim("rubbish").await.unwrap()).await,
        (400, "invalid_request".to_owned())
    );
}

#[tokio::test]
async fn only_the_owner_speaks() {
    let app = TestApp::start().await;
    let visitor = app.visitor().await;
    let answer = app.send(&visitor, "hello").await;
    let id = answer["conversation"].as_str().unwrap();
    let agent = app.agent("li", None).await;
    let said = app
        .post(&format!("/v1/conversations/{id}/messages"))
        .bearer_auth(&agent)
        .json(&json!({"client_id": "r", "text": "me too"}));
    let refused: Value = said.send().await.unwrap().json().await.unwrap();
    assert_eq!(
        (refused["code"].as_str(), refused["owner"].as_str()),
        (Some("conflict"), Some("bot"))
    );
    let taken = app
        .post(&format!("/v1/conversations/{id}/takeover"))
        .bearer_auth(&agent)
        .send()
        .await
        .unwrap();
    assert_eq!(taken.status(), 200);
}

#[tokio::test]
async fn a_shop_hands_in_orders_and_hears_row_by_row_what_is_wrong() {
    let app = TestApp::start().await;
    let key = app.api_key("m_linden").await;
    let good = |id: &str| json!({"id": id, "status": "processing", "amount": "12.50", "currency": "GBP", "created_at": "2026-11-01T00:00:00Z", "colour": "red"});
    let put = app
        .request(Method::PUT, "/v1/orders/a-1042")
        .bearer_auth(&key)
        .json(&good("A1042"));
    assert_eq!(put.send().await.unwrap().status(), 200);
    let read: Value = app
        .get("/v1/orders/A1042")
        .bearer_auth(&key)
        .send()
        .await
        .unwrap()
        .json()
        .await
        .unwrap();
    assert_eq!(
        (read["amount"].as_str(), read["colour"].as_str()),
        (Some("12.50"), Some("red"))
    );
    let wrong = app
        .request(Method::PUT, "/v1/orders/B1")
        .bearer_auth(&key)
        .json(&good("A1042"));
    assert_eq!(
        problem(wrong.send().await.unwrap()).await,
        (422, "invalid_value".to_owned())
    );
    let rows = json!([good("A1"), {"id": "A2"}, good("A3")]);
    let batch = app
        .post("/v1/orders/batch")
        .bearer_auth(&key)
        .json(&rows)
        .send()
        .await
        .unwrap();
    assert_eq!(batch.status(), 207);
    let batch: Value = batch.json().await.unwrap();
    assert_eq!(
        (batch["stored"].as_u64(), batch["refused"].as_u64()),
        (Some(2), Some(1))
    );
    assert_eq!(batch["rows"][1]["row"], 2);
    assert!(!batch["rows"][1]["problems"].as_array().unwrap().is_empty());
    let twice = json!([good("D1"), good("D2"), good("d-1")]);
    let batch = app.post("/v1/orders/batch").bearer_auth(&key).json(&twice);
    let batch = batch.send().await.unwrap();
    assert_eq!(batch.status(), 207);
    let batch: Value = batch.json().await.unwrap();
    assert_eq!(
        (&batch["stored"], &batch["refused"]),
        (&json!(2), &json!(1))
    );
    let said = &batch["rows"][2]["problems"][0];
    assert_eq!(said["field"], "id");
    assert!(
        said["problem"]
            .as_str()
            .unwrap()
            .contains("the order of row 1 again"),
        "{said}"
    );
    let lines = format!("{}\n{}\n", good("A4"), good("A5"));
    let batch = app
        .post("/v1/orders/batch")
        .bearer_auth(&key)
        .header("content-type", "application/x-ndjson")
        .body(lines);
    assert_eq!(batch.send().await.unwrap().status(), 200);
    assert_eq!(
        app.get("/v1/orders/A5")
            .bearer_auth(&key)
            .send()
            .await
            .unwrap()
            .status(),
        200
    );
}

#[tokio::test]
async fn the_description_names_every_route_and_every_route_is_described() {
    let app = TestApp::start().await;
    let described: Value = app
        .get("/openapi.json")
        .send()
        .await
        .unwrap()
        .json()
        .await
        .unwrap();
    assert!(
        described["openapi"].as_str().unwrap().starts_with("3.1"),
        "{}",
        described["openapi"]
    );
    let mut paths = Vec::new();
    for (path, methods) in described["paths"].as_object().unwrap() {
        paths.extend(
            methods
                .as_object()
                .unwrap()
                .keys()
                .map(|method| format!("{} {path}", method.to_uppercase())),
        );
    }
    paths.sort();
    let mut routes: Vec<String> = frontdesk::http::inventory(&app.app)
        .iter()
        .map(|route| format!("{} {}", route.method, route.path))
        .collect();
    routes.sort();
    assert_eq!(paths, routes);
}

/// The fields that an answer may have by its description, and those that it must have.
fn described(document: &Value, schema: &Value) -> (Vec<String>, Vec<String>) {
    let named = schema["$ref"].as_str().map(|name| {
        let name = name.trim_start_matches("#/components/schemas/");
        described(document, &document["components"]["schemas"][name])
    });
    let names = |list: Option<&serde_json::Map<String, Value>>| {
        list.into_iter().flat_map(|it| it.keys().cloned()).collect()
    };
    let texts = |list: Option<&Vec<Value>>| {
        let all = list.into_iter().flatten();
        all.map(|one| one.as_str().unwrap().to_owned()).collect()
    };
    let mut own: (Vec<String>, Vec<String>) = named.unwrap_or_else(|| {
        let fields = names(schema["properties"].as_object());
        (fields, texts(schema["required"].as_array()))
    });
    for part in schema["allOf"].as_array().into_iter().flatten() {
        let (may, must) = described(document, part);
        own.0.extend(may);
        own.1.extend(must);
    }
    own
}

#[tokio::test]
async fn a_line_and_a_conversation_have_what_their_description_says_and_nothing_else() {
    let app = TestApp::start().await;
    let mei = app.agent("mei", None).await;
    let (_, id) = app.waiting("linden").await;
    let document = app.read(&mei, "/openapi.json").await;
    let line = app.read(&mei, "/v1/inbox").await["rows"][0].clone();
    let whole = app.read(&mei, &format!("/v1/conversations/{id}")).await;
    for (name, answer, some) in [
        (
            "RowView",
            line,
            ["writes_for_ms", "looking", "waiting_since"],
        ),
        (
            "ConversationView",
            whole,
            ["snoozed_until", "customer", "waiting_since"],
        ),
    ] {
        let schema = &document["components"]["schemas"][name];
        let (may, must) = described(&document, schema);
        let answer = answer.as_object().unwrap();
        for field in answer.keys() {
            assert!(may.contains(field), "{name} does not tell of {field}");
        }
        for field in must.iter().map(String::as_str).chain(["id", "revision"]) {
            assert!(answer.contains_key(field), "{name} has no {field}");
        }
        for field in some {
            assert!(may.iter().any(|one| one == field), "{name}: {field}");
        }
        assert!(must.len() >= 12, "{name}: {must:?}");
    }
}

#[tokio::test]
async fn labels_and_priority_sort_a_conversation_for_agents_and_are_not_the_customers_to_see() {
    let app = TestApp::start().await;
    let token = app.agent("mei", None).await;
    let (first, _) = app.waiting("linden").await;
    let (second, id) = app.waiting("linden").await;
    drop((first, second));
    let post = |what: &str, body: Value| {
        let path = format!("/v1/conversations/{id}/{what}");
        app.post(&path).bearer_auth(&token).json(&body).send()
    };
    let row: Value = post("priority", json!({"priority": "urgent"}))
        .await
        .unwrap()
        .json()
        .await
        .unwrap();
    assert_eq!(row["priority"], "urgent");
    let labels = json!({"add": [" Carrier ", "late"]});
    assert_eq!(post("labels", labels).await.unwrap().status(), 200);
    let labels = json!({"remove": ["late"]});
    assert_eq!(post("labels", labels).await.unwrap().status(), 200);
    let page = app.get("/v1/inbox?view=waiting").bearer_auth(&token);
    let page: Value = page.send().await.unwrap().json().await.unwrap();
    assert_eq!(page["rows"][0]["id"], id, "the urgent one comes first");
    assert_eq!(page["rows"][0]["labels"], json!(["carrier"]));
    let many: Vec<String> = (0..13).map(|n| format!("label {n}")).collect();
    let refused = post("labels", json!({"add": many})).await.unwrap();
    assert_eq!(refused.status(), 409);
    for bad in ["", " ", "a\u{202e}b", &"x".repeat(41)] {
        let refused = post("labels", json!({"add": [bad]})).await.unwrap();
        assert_eq!(refused.status(), 422, "{bad:?}");
    }
    let path = format!("/v1/conversations/{id}/transcript.json?view=customer");
    let seen = app.get(&path).bearer_auth(&token).send().await.unwrap();
    let seen = seen.text().await.unwrap();
    assert!(
        !seen.contains("carrier") && !seen.contains("triaged"),
        "{seen}"
    );
}
