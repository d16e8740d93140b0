//! What people write and what machines send: rubbish and templates. RELIABILITY B rows 11, 20, 36, 46.

use frontdesk::domain::ids::ConversationId;
use frontdesk::http::{Caller, inventory};
use reqwest::Method;
use serde_json::{Value, json};

use crate::attacks::{Dice, World, operations};
use crate::support::{TestApp, problem};

/// Bodies that no route should take, most of them no JSON, all of them sent as JSON.
fn rubbish() -> Vec<Vec<u8>> {
    let mut all: Vec<Vec<u8>> = [
        "",
        "null",
        "[]",
        "0",
        "\"x\"",
        "{",
        "}",
        "{]",
        "{\"a\":}",
        "{\"client_id\":{}}",
        "{\"client_id\":[],\"text\":[]}",
        "{\"client_id\":\"a\",\"text\":{\"$gt\":\"\"}}",
        "{\"client_id\":\"a\",\"text\":1e999}",
        "{\"client_id\":\"../../x\",\"text\":\"x\"}",
        "{\"client_id\":\"a\",\"text\":\"\\ud800\"}",
        "{\"client_id\":\"a\",\"text\":\"x\",\"choice\":-1}",
        "{\"client_id\":\"a\",\"text\":\"x\",\"choice\":256}",
        "{\"client_id\":\"a\",\"text\":\"x\",\"choice\":0}",
        "{\"client_id\":\"a\",\"text\":\"x\",\"choice\":1.5}",
        "{\"site\":[\"linden\"]}",
        "{\"site\":null}",
        "{\"site\":\"linden\",\"token\":7}",
        "{\"until\":\"never\"}",
        "{\"until\":0}",
        "{\"based_on\":-1}",
        "{\"based_on\":\"1\"}",
        "{\"based_on\":1e300}",
        "<xml/>",
        "client_id=a&text=b",
        "{\"client_id\":\"a\",\"client_id\":\"b\",\"text\":\"x\"}",
        "\u{feff}{}",
        "//",
        "NaN",
        "{\"a\":'b'}",
    ]
    .iter()
    .map(|text| text.as_bytes().to_vec())
    .collect();
    all.push(vec![0xff, 0xfe, 0x00]);
    all.push(b"{\"client_id\":\"a\",\"text\":\"\xc3\x28\"}".to_vec());
    all.push("[".repeat(60_000).into_bytes());
    all.push("{\"a\":".repeat(10_000).into_bytes());
    all
}

/// Bodies that are taken, by the end of the path: what mutants are made of.
const GOOD: [(&str, &str); 7] = [
    (
        "/sessions",
        r#"{"site":"linden","token":"a.b.c","locale":"zh-TW"}"#,
    ),
    (
        "/messages",
        r#"{"client_id":"a-b.c","text":"where is my refund","choice":1}"#,
    ),
    ("/notes", r#"{"client_id":"a-b.c","text":"call back"}"#),
    (
        "/snooze",
        r#"{"until":"2026-12-01T00:00:00Z","based_on":3}"#,
    ),
    ("/claim", r#"{"based_on":3}"#),
    (
        "/orders/A1",
        r#"{"id":"A1","status":"shipped","amount":"64.00","currency":"GBP","created_at":"2026-11-01","items":["x"],"customer":{"email":"a@b.c"},"refund_history":[{"id":"r","amount":1,"state":"paid"}]}"#,
    ),
    (
        "/batch",
        r#"[{"id":"A1","status":"shipped","amount":"64.00","currency":"GBP","created_at":"2026-11-01"},{"id":7}]"#,
    ),
];

#[tokio::test]
async fn row_11_and_36_rubbish_is_refused_by_every_route_with_a_problem_and_nothing_breaks() {
    let app = TestApp::start().await;
    let (visitor, conversation) = app.waiting("linden").await;
    let agent = app.agent("li", None).await;
    let key = app.api_key("m_linden").await;
    let mut dice = Dice::new(7);
    for route in inventory(&app.app)
        .into_iter()
        .filter(|route| route.method != Method::GET)
    {
        let id = if route.path.contains("orders") {
            "A1"
        } else {
            &conversation
        };
        let path = route.path.replace("{id}", id);
        let mut bodies = rubbish();
        let fixed = bodies.len();
        let good = GOOD.iter().filter(|(end, _)| path.ends_with(end));
        for (_, good) in good {
            bodies.extend((0..300).map(|_| mutant(good, &mut dice)));
        }
        for (n, body) in bodies.into_iter().enumerate() {
            let request = app
                .request(route.method.clone(), &path)
                .header("content-type", "application/json")
                .body(body.clone());
            let request = match route.caller {
                Caller::Visitor => request.bearer_auth(&visitor.token),
                Caller::Agent => request.bearer_auth(&agent),
                Caller::Shop => request.bearer_auth(&key),
                Caller::Page | Caller::Anyone => request,
            };
            let response = request.send().await.unwrap();
            let status = response.status().as_u16();
            assert!(
                status < 500,
                "{path} {status}: {}",
                String::from_utf8_lossy(&body)
            );
            if status >= 400 {
                let (_, code) = problem(response).await;
                assert_ne!(code, "internal");
            } else if n < fixed && !body.is_empty() {
                // A batch is answered row by row; no other route takes any of it.
                let told = response.text().await.unwrap();
                let shown = String::from_utf8_lossy(&body);
                assert!(
                    told.contains("\"stored\":0"),
                    "{path} takes {shown}: {told}"
                );
            }
        }
    }
    app.send(&app.visitor_of("linden").await, "still there?")
        .await;
}

/// A good body with a few bytes changed, cut, doubled or a value replaced.
fn mutant(good: &str, dice: &mut Dice) -> Vec<u8> {
    let mut body = good.as_bytes().to_vec();
    for _ in 0..=dice.below(3) {
        let at = dice.below(body.len());
        match dice.below(5) {
            0 => body[at] = u8::try_from(dice.below(256)).unwrap(),
            1 => body.truncate(at.max(1)),
            2 => body.insert(at, *dice.pick(b"{}[]\",:\\\0\xff")),
            3 => drop(body.remove(at)),
            _ => body.extend_from_within(..at),
        }
        if body.is_empty() {
            body.push(b'{');
        }
    }
    body
}

#[tokio::test]
async fn row_20_templates_in_a_message_are_words_like_any_others_and_come_back_as_they_were() {
    let app = TestApp::start().await;
    let agent = app.agent("li", None).await;
    for (text, made) in [
        ("{{7919*7907}}", "62615533"),
        ("{% for x in range(9) %}bo{{x}}om{% endfor %}", "bo0om"),
        (
            "{{constructor.constructor('return 7919*7907')()}}",
            "62615533",
        ),
        ("${7919*7907}", "62615533"),
        ("<%= 7919*7907 %>", "62615533"),
        ("#{7919*7907}", "62615533"),
        ("{{ order.id }}{{ merchant.name }}", "m_linden"),
        ("{# hidden #}{% if true %}seen{% endif %}", "\"seen\""),
        ("{% include '/etc/passwd' %}", "root:"),
    ] {
        let visitor = app.signed_in(&json!({"sub": "s", "name": text})).await;
        let answer = app.send(&visitor, text).await;
        app.send(&visitor, "I want to talk to a human").await;
        let id = answer["conversation"].as_str().unwrap();
        let read = |path: &str| {
            app.get(&format!("/v1/conversations/{id}{path}"))
                .bearer_auth(&agent)
                .send()
        };
        let events: Value = read("/events").await.unwrap().json().await.unwrap();
        let mut messages = events["events"]
            .as_array()
            .unwrap()
            .iter()
            .filter(|event| event["kind"] == "message");
        assert_eq!(
            messages.next().unwrap()["text"],
            text,
            "it was changed on the way"
        );
        let all = format!(
            "{events} {answer} {}",
            read("").await.unwrap().text().await.unwrap()
        );
        assert!(
            made == "m_linden" || !all.contains(made),
            "{text} was run: {all}"
        );
        assert!(!answer["replies"].to_string().contains(text), "{answer}");
    }
}

#[tokio::test]
async fn row_46_no_body_assigns_what_it_is_not_asked_for() {
    let world = World::begin().await;
    let tokens = [
        ("visitor", &world.owner.token),
        ("agent", &world.platform_agent),
    ];
    for operation in operations(&world.app).await {
        // What a platform sends has fields that nobody here knows, and assigns nothing.
        let is_strict = !matches!(operation.tag.as_str(), "merchant" | "platform");
        if !operation.changes() || !is_strict || operation.takes_files() {
            continue;
        }
        for field in [
            "role",
            "tenant_id",
            "merchant",
            "id",
            "owner",
            "vip",
            "proof",
            "visitor",
            "identity",
            "seq",
            "by",
            "status",
            "site_id",
            "__proto__",
            "constructor",
        ] {
            let mut body = operation.good_body().unwrap();
            body[field] = json!("m_other");
            let path = operation.at(&world.conversation, &world.order);
            let asked = world
                .app
                .request(operation.method.clone(), &path)
                .json(&body);
            let asked = match tokens.iter().find(|(tag, _)| *tag == operation.tag) {
                Some((_, token)) => asked.bearer_auth(token),
                None => asked,
            };
            let refused = problem(asked.send().await.unwrap()).await;
            assert_eq!(
                refused,
                (422, "unknown_field".to_owned()),
                "{} {field}",
                operation.name()
            );
        }
    }
    let id = ConversationId::parse(&world.conversation).unwrap();
    let row = world.app.store.conversation(&id).await.unwrap().unwrap();
    assert_eq!(row.merchant.as_str(), "m_linden");
}
