//! Too much, too large: floods, forged addresses, bombs. RELIABILITY B rows 29, 30, 38.

use frontdesk::engine::matcher::Scratch;
use frontdesk::http::{Rates, inventory, rate};
use reqwest::header;
use serde_json::json;

use crate::support::{TestApp, fresh_id, no_limits, problem};

fn tight() -> frontdesk::http::LimitOptions {
    let all = Rates {
        network: rate(1, 4),
        caller: rate(1, 2),
    };
    frontdesk::http::LimitOptions {
        session: all,
        message: all,
        stream: all,
        agent: all,
        order: all,
        batch: all,
        probe: all,
        hook: all,
    }
}

#[tokio::test]
async fn row_29_every_route_has_a_limit_and_says_when_to_come_back() {
    let app = TestApp::with(|options| {
        options.limits = tight();
        options.trusted_proxies = vec!["127.0.0.0/8".parse().unwrap()];
    })
    .await;
    for (n, route) in inventory(&app.app).into_iter().enumerate() {
        let path = route
            .path
            .replace("{id}", "x")
            .replace("{form}", "transcript.txt");
        let ask = || {
            app.request(route.method.clone(), &path)
                .header("x-forwarded-for", format!("198.51.100.{n}"))
                .send()
        };
        for _ in 0..4 {
            assert_ne!(ask().await.unwrap().status(), 429, "{path}");
        }
        let over = ask().await.unwrap();
        let after = over
            .headers()
            .get(header::RETRY_AFTER)
            .map(|after| after.to_str().unwrap().to_owned());
        assert!(
            after.is_some_and(|after| after.parse::<u64>().unwrap() >= 1),
            "{path} has no Retry-After"
        );
        assert_eq!(
            problem(over).await,
            (429, "rate_limited".to_owned()),
            "{path}"
        );
        assert_eq!(
            ask()
                .await
                .unwrap()
                .headers()
                .get("access-control-allow-origin"),
            None
        );
    }
}

#[tokio::test]
async fn row_29_one_visitor_is_limited_wherever_they_come_from() {
    let app = TestApp::with(|options| {
        options.limits = no_limits();
        options.limits.message.caller = rate(1, 2);
        options.trusted_proxies = vec!["127.0.0.0/8".parse().unwrap()];
    })
    .await;
    let visitor = app.visitor().await;
    let send = |n: u32| {
        let body = json!({"client_id": fresh_id(), "text": "hello"});
        let request = app
            .post("/v1/messages")
            .bearer_auth(&visitor.token)
            .json(&body);
        request
            .header("x-forwarded-for", format!("198.51.100.{n}"))
            .header("origin", "https://linden.example")
            .send()
    };
    assert_eq!(send(1).await.unwrap().status(), 200);
    assert_eq!(send(2).await.unwrap().status(), 200);
    let refused = send(3).await.unwrap();
    assert_eq!(
        refused.headers()["access-control-allow-origin"],
        "https://linden.example",
        "the page cannot read when to come back"
    );
    assert_eq!(problem(refused).await, (429, "rate_limited".to_owned()));
    let other = app.visitor_of("linden").await;
    app.send(&other, "hello").await;
}

#[tokio::test]
async fn row_30_a_forwarded_address_from_nobody_we_trust_changes_nothing() {
    let app = TestApp::with(|options| options.limits = tight()).await;
    for n in 0..20 {
        let asked = app
            .get("/healthz")
            .header("x-forwarded-for", format!("198.51.100.{n}"));
        let asked = asked
            .header("x-real-ip", format!("198.51.100.{n}"))
            .header("forwarded", format!("for=198.51.100.{n}"));
        let status = asked.send().await.unwrap().status();
        assert_eq!(status == 429, n >= 4, "request {n}: {status}");
    }
}

#[tokio::test]
async fn row_30_behind_a_proxy_of_ours_the_address_that_it_saw_counts_and_not_what_it_was_told() {
    let app = TestApp::with(|options| {
        options.limits = tight();
        options.trusted_proxies = vec!["127.0.0.0/8".parse().unwrap()];
    })
    .await;
    for n in 0..6 {
        let asked = app
            .get("/healthz")
            .header("x-forwarded-for", format!("10.9.9.{n}, 198.51.100.1"));
        assert_eq!(asked.send().await.unwrap().status() == 429, n >= 4);
    }
}

#[tokio::test]
async fn row_38_bodies_over_the_limit_packed_or_deep_are_refused_before_they_are_read() {
    let app = TestApp::start().await;
    let visitor = app.visitor().await;
    let send = |body: Vec<u8>| {
        app.post("/v1/messages")
            .bearer_auth(&visitor.token)
            .header("content-type", "application/json")
            .body(body)
    };
    let announced = send(vec![b' '; 129 * 1024]).send().await.unwrap();
    assert_eq!(problem(announced).await, (413, "body_too_large".to_owned()));
    // The longest text is taken however it is written: each of these characters is two escapes.
    let longest = "\\ud83d\\ude80".repeat(10_000);
    let written = send(format!(r#"{{"client_id":"long","text":"{longest}"}}"#).into_bytes());
    assert!(written.send().await.unwrap().status().is_success());
    // Of a terabyte that is announced no byte is waited for: none ever comes.
    let nothing = tokio_stream::pending::<Result<Vec<u8>, std::io::Error>>();
    let endless = send(Vec::new())
        .header("content-length", "1000000000000")
        .body(reqwest::Body::wrap_stream(nothing));
    let refused = endless.send().await.unwrap();
    assert_eq!(problem(refused).await, (413, "body_too_large".to_owned()));
    let parts: Vec<Result<Vec<u8>, std::io::Error>> =
        (0..160).map(|_| Ok(vec![b' '; 1024])).collect();
    let chunked = app
        .post("/v1/messages")
        .bearer_auth(&visitor.token)
        .header("content-type", "application/json");
    let chunked = chunked
        .body(reqwest::Body::wrap_stream(tokio_stream::iter(parts)))
        .send()
        .await
        .unwrap();
    assert_eq!(problem(chunked).await, (413, "body_too_large".to_owned()));
    for packing in ["gzip", "br", "deflate", "zstd"] {
        let packed = send(vec![0x1f, 0x8b, 8])
            .header("content-encoding", packing)
            .send()
            .await
            .unwrap();
        assert_eq!(
            problem(packed).await,
            (415, "unsupported_media_type".to_owned())
        );
    }
    let deep = send("{\"a\":".repeat(10_000).into_bytes())
        .send()
        .await
        .unwrap();
    assert!((400..500).contains(&problem(deep).await.0));
}

#[tokio::test]
async fn row_38_ten_thousand_characters_of_any_kind_cost_as_many_steps_as_they_have_characters() {
    let app = TestApp::start().await;
    let rules = app.app.desk.rules();
    let piece = [
        "a",
        "0",
        "4111 ",
        "@.",
        "no not ",
        "退",
        "退款 不 ",
        "refund ",
        "a1 ",
        "\u{1f621}",
        "{{",
        "e\u{301}",
        "*0123 ",
        "2026-01-01 ",
        "1 ",
        "\u{5bc6}\u{7801} ",
        "password x ",
        // Words that are looked for behind each other, and stand the other way round.
        "back. send. ",
        "pieces of what is in. ",
    ];
    let mut most = 0;
    for piece in piece {
        let text: String = piece.chars().cycle().take(10_000).collect();
        let short: String = text.chars().take(1_000).collect();
        let steps = |text: &str| {
            let mut scratch = Scratch::default();
            rules.matcher.read_with(text, &mut scratch);
            std::hint::black_box(frontdesk::domain::redact::redact(text));
            scratch.steps()
        };
        // As many characters in one piece as in ten: quadratic work would take ten times the steps.
        let (ten, one) = (10 * steps(&short), steps(&text));
        most = most.max(one);
        assert!(
            one <= 2 * ten.max(1_000),
            "{piece:?}: {one} steps for 10,000 characters, {ten} for ten times 1,000"
        );
    }
    assert!(most >= 10_000, "no more than {most} steps are counted");
}

/// What is looked at piece by piece while a form or a correction waits: each piece once, however many there are. With work that grows with
/// the square of them, one of these messages takes minutes.
#[tokio::test]
async fn row_38_a_message_of_nothing_but_sums_names_or_clauses_is_answered_while_a_form_waits() {
    let app = TestApp::start().await;
    let pieces = [
        "5% ",
        "12 34 5 ",
        "a. ",
        "scarf, ",
        "\u{9000}12\u{5143}",
        "my address, ",
    ];
    for opening in [
        "refund A1001, the scarf has holes",
        "change the address of A1002",
    ] {
        for piece in pieces {
            let jo = app
                .signed_in(&json!({"sub": "mia", "email": "mia@example.com"}))
                .await;
            app.say_as(&jo, opening).await;
            let text: String = piece.chars().cycle().take(9_000).collect();
            let said = app.say_as(&jo, &text).await;
            assert!(!said.is_empty(), "{opening:?}, then {piece:?}");
        }
    }
}

/// Orders that want to take the desk's time or memory.
fn heavy_orders() -> Vec<(&'static str, String)> {
    let order = |field: &str, value: &str| {
        let rest = r#""status":"processing","currency":"GBP","created_at":"2026-11-10""#;
        let amount = if field == "amount" {
            ""
        } else {
            r#","amount":"1.00""#
        };
        format!("{{\"{field}\":{value},{rest}{amount}}}")
    };
    vec![
        (
            "a number with a huge exponent",
            order("amount", "1e1000000000"),
        ),
        (
            "a number with a tiny exponent",
            order("amount", "1e-1000000000"),
        ),
        (
            "a text with a huge exponent",
            order("amount", "\"1e1000000000\""),
        ),
        (
            "a number of fifty thousand digits",
            order("amount", &"9".repeat(50_000)),
        ),
        (
            "a fraction of fifty thousand digits",
            order("amount", &format!("0.{}", "1".repeat(50_000))),
        ),
        (
            "fifty thousand noughts",
            order("amount", &format!("\"{}1\"", "0".repeat(50_000))),
        ),
        (
            "a name of sixty thousand signs",
            order("note", &format!("\"{}\"", "\\u0041".repeat(10_000))),
        ),
        (
            "a field that is deep",
            order(
                "extra",
                &format!("{}1{}", "[".repeat(20_000), "]".repeat(20_000)),
            ),
        ),
        (
            "ten thousand items",
            order("items", &format!("[{}\"x\"]", "\"x\",".repeat(10_000))),
        ),
        (
            "ten thousand fields",
            format!(
                "{{{}\"z\":1}}",
                (0..5_000)
                    .map(|n| format!("\"f{n}\":1,"))
                    .collect::<String>()
            ),
        ),
        (
            "a date far away",
            order("paid_at", "\"+999999999-01-01T00:00:00Z\""),
        ),
    ]
}

#[tokio::test]
async fn row_38_orders_that_are_bombs_are_refused_and_cost_nothing() {
    let app = TestApp::start().await;
    let key = app.api_key("m_linden").await;
    let send = async |method: reqwest::Method, path: &str, kind: &str, body: String| {
        let asked = app.request(method, path).bearer_auth(&key);
        let asked = asked.header("content-type", kind).body(body);
        asked.send().await.unwrap()
    };
    for (what, order) in heavy_orders() {
        let put = send(
            reqwest::Method::PUT,
            "/v1/orders/B1",
            "application/json",
            order.clone(),
        )
        .await;
        let (status, code) = problem(put).await;
        assert!((400..500).contains(&status), "{what}: {status} {code}");
        let lines = format!("{order}\n").repeat(20);
        let batch = send(
            reqwest::Method::POST,
            "/v1/orders/batch",
            "application/x-ndjson",
            lines,
        )
        .await;
        let told: serde_json::Value = batch.json().await.unwrap();
        assert_eq!(told["stored"], 0, "{what}: {told:.300}");
        assert!(
            told.to_string().len() < 20_000,
            "{what} is repeated to its sender"
        );
    }
    let many = "{}\n".repeat(10_001);
    let refused = send(
        reqwest::Method::POST,
        "/v1/orders/batch",
        "application/x-ndjson",
        many,
    )
    .await;
    assert_eq!(problem(refused).await, (413, "body_too_large".to_owned()));
    let deep = "[".repeat(4_000_000);
    let refused = send(
        reqwest::Method::POST,
        "/v1/orders/batch",
        "application/json",
        deep,
    )
    .await;
    assert_eq!(problem(refused).await.0, 400);
    let visitor = app.visitor_of("linden").await;
    app.send(&visitor, "still there?").await;
}
