//! Too much, too slow, too large, too broken: what comes over the wire that no honest client sends.

use std::time::{Duration, Instant};

use frontdesk::http::{Caller, Rates, inventory, rate};
use reqwest::{Method, header};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

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

#[tokio::test]
async fn row_11_and_36_rubbish_is_refused_by_every_route_with_a_problem_and_nothing_breaks() {
    let app = TestApp::start().await;
    let (visitor, conversation) = app.waiting("linden").await;
    let agent = app.agent("li", None).await;
    let key = app.api_key("m_linden").await;
    let mut seed = 7_u64;
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
        for _ in 0..200 {
            bodies.push(mutant(&mut seed));
        }
        for body in bodies {
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
            }
        }
    }
    app.send(&app.visitor_of("linden").await, "still there?")
        .await;
}

/// A good message with a few bytes changed, always the same ones for the same seed.
fn mutant(seed: &mut u64) -> Vec<u8> {
    let mut body = br#"{"client_id":"a-b.c","text":"where is my refund","choice":1}"#.to_vec();
    for _ in 0..3 {
        *seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        let at = (*seed >> 33) as usize % body.len();
        body[at] = (*seed >> 24) as u8;
    }
    body
}

#[tokio::test]
async fn row_38_bodies_over_the_limit_packed_or_deep_are_refused_quickly() {
    let app = TestApp::start().await;
    let visitor = app.visitor().await;
    let began = Instant::now();
    let send = |body: Vec<u8>| {
        app.post("/v1/messages")
            .bearer_auth(&visitor.token)
            .header("content-type", "application/json")
            .body(body)
    };
    let announced = send(vec![b' '; 65 * 1024]).send().await.unwrap();
    assert_eq!(problem(announced).await, (413, "body_too_large".to_owned()));
    let parts: Vec<Result<Vec<u8>, std::io::Error>> =
        (0..80).map(|_| Ok(vec![b' '; 1024])).collect();
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
    assert!(
        began.elapsed() < Duration::from_secs(2),
        "{:?}",
        began.elapsed()
    );
}

#[tokio::test]
async fn the_wrong_kind_of_body_method_or_address_is_told_what_is_right() {
    let app = TestApp::start().await;
    let visitor = app.visitor().await;
    for kind in [
        "text/plain",
        "application/x-www-form-urlencoded",
        "multipart/form-data",
        "application/xml",
    ] {
        let sent = app
            .post("/v1/messages")
            .bearer_auth(&visitor.token)
            .header("content-type", kind)
            .body("{}");
        assert_eq!(
            problem(sent.send().await.unwrap()).await,
            (415, "unsupported_media_type".to_owned())
        );
    }
    let wrong = app
        .request(Method::DELETE, "/v1/messages")
        .send()
        .await
        .unwrap();
    assert_eq!(wrong.headers()["allow"], "POST");
    assert_eq!(problem(wrong).await, (405, "method_not_allowed".to_owned()));
    for path in ["/", "/v1", "/v1/nothing", "/admin"] {
        let sent = app.get(path).send().await.unwrap();
        assert_eq!(problem(sent).await.0, 404, "{path}");
    }
    let sent = app
        .get("/v1/events?after=x")
        .bearer_auth(&visitor.token)
        .send()
        .await
        .unwrap();
    assert_eq!(problem(sent).await, (400, "invalid_request".to_owned()));
    let sent = app
        .get("/v1/events?unknown=1")
        .bearer_auth(&visitor.token)
        .send()
        .await
        .unwrap();
    assert_eq!(problem(sent).await, (400, "invalid_request".to_owned()));
}

/// Sends bytes as they are and reads until the other side closes or half a second has passed without a byte.
async fn raw(app: &TestApp, bytes: &[u8]) -> String {
    let mut socket = TcpStream::connect(app.address).await.unwrap();
    let _ = socket.write_all(bytes).await;
    let mut all = Vec::new();
    let mut part = [0; 4096];
    while let Ok(Ok(read)) =
        tokio::time::timeout(Duration::from_millis(500), socket.read(&mut part)).await
    {
        if read == 0 {
            break;
        }
        all.extend_from_slice(&part[..read]);
    }
    String::from_utf8_lossy(&all).into_owned()
}

#[tokio::test]
async fn row_40_requests_that_two_readers_would_split_differently_are_refused() {
    let app = TestApp::start().await;
    let smuggled = "GET /version HTTP/1.1\r\nhost: x\r\n\r\n";
    let corpus = [
        format!(
            "POST /v1/sessions HTTP/1.1\r\nhost: x\r\ncontent-length: {}\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n{smuggled}",
            smuggled.len() + 5
        ),
        format!(
            "POST /v1/sessions HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\ncontent-length: 4\r\n\r\n0\r\n\r\n{smuggled}"
        ),
        format!(
            "POST /v1/sessions HTTP/1.1\r\nhost: x\r\ncontent-length: 0\r\ncontent-length: 44\r\n\r\n{smuggled}"
        ),
        format!(
            "POST /v1/sessions HTTP/1.1\r\nhost: x\r\ntransfer-encoding: xchunked\r\n\r\n0\r\n\r\n{smuggled}"
        ),
        format!(
            "POST /v1/sessions HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked, identity\r\n\r\n0\r\n\r\n{smuggled}"
        ),
        format!(
            "POST /v1/sessions HTTP/1.1\r\nhost: x\r\ncontent-length: +5\r\n\r\nabcde{smuggled}"
        ),
        format!(
            "POST /v1/sessions HTTP/1.1\r\nhost: x\r\ncontent-length : 5\r\n\r\nabcde{smuggled}"
        ),
        format!(
            "POST /v1/sessions HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\nfffffffffffffffff\r\n{smuggled}"
        ),
    ];
    for request in corpus {
        let answer = raw(&app, request.as_bytes()).await;
        assert!(
            !answer.contains("\"name\":\"frontdesk\""),
            "smuggled through: {request:?}\n{answer}"
        );
        let statuses = answer.matches("HTTP/1.1 ").count();
        assert!(statuses <= 1, "{statuses} answers to {request:?}\n{answer}");
    }
}

#[tokio::test]
async fn row_36_what_is_no_http_closes_its_own_connection_and_no_other() {
    let app = TestApp::start().await;
    let corpus: [Vec<u8>; 6] = [
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03".to_vec(),
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".to_vec(),
        vec![0; 100_000],
        format!("GET /{} HTTP/1.1\r\nhost: x\r\n\r\n", "a".repeat(100_000)).into_bytes(),
        format!(
            "GET / HTTP/1.1\r\nhost: x\r\n{}\r\n",
            "x: y\r\n".repeat(1_000)
        )
        .into_bytes(),
        format!(
            "GET / HTTP/1.1\r\nhost: x\r\nx: {}\r\n\r\n",
            "y".repeat(100_000)
        )
        .into_bytes(),
    ];
    for bytes in corpus {
        let answer = raw(&app, &bytes).await;
        assert!(
            answer.is_empty() || answer.starts_with("HTTP/1.1 4"),
            "{answer:.200}"
        );
    }
    assert_eq!(app.get("/healthz").send().await.unwrap().status(), 200);
}

#[tokio::test]
async fn row_37_a_head_that_does_not_come_and_a_body_that_does_not_end_are_given_up() {
    let app = TestApp::with(|options| {
        options.limits = no_limits();
        options.head_seconds = 1;
        options.body_seconds = 1;
    })
    .await;
    let visitor = app.visitor().await;
    let mut slow = TcpStream::connect(app.address).await.unwrap();
    slow.write_all(b"GET /healthz HTTP/1.1\r\nhost: x\r\nx-slow: ")
        .await
        .unwrap();
    let mut rest = Vec::new();
    let ended = tokio::time::timeout(Duration::from_secs(4), slow.read_to_end(&mut rest)).await;
    assert!(ended.is_ok(), "a slow head holds its connection");
    let mut slow = TcpStream::connect(app.address).await.unwrap();
    let head = format!(
        "POST /v1/messages HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {}\r\ncontent-type: application/json\r\ncontent-length: 100\r\n\r\n{{",
        visitor.token
    );
    slow.write_all(head.as_bytes()).await.unwrap();
    let mut answer = vec![0; 12];
    tokio::time::timeout(Duration::from_secs(4), slow.read_exact(&mut answer))
        .await
        .expect("a slow body holds its connection")
        .unwrap();
    assert_eq!(answer, b"HTTP/1.1 408");
}

#[tokio::test]
async fn row_37_who_does_not_read_is_cut_off_and_others_are_not_kept_waiting() {
    let app = TestApp::with(|options| {
        options.limits = no_limits();
        options.write_seconds = 1;
    })
    .await;
    let mut deaf = TcpStream::connect(app.address).await.unwrap();
    let request = b"GET /openapi.json HTTP/1.1\r\nhost: x\r\n\r\n";
    let deadline = Instant::now() + Duration::from_secs(10);
    let cut_off = loop {
        match tokio::time::timeout(
            Duration::from_millis(200),
            deaf.write_all(&request.repeat(50)),
        )
        .await
        {
            Ok(Err(_)) => break true,
            _ if Instant::now() > deadline => break false,
            _ => {}
        }
        let began = Instant::now();
        assert_eq!(app.get("/healthz").send().await.unwrap().status(), 200);
        assert!(began.elapsed() < Duration::from_secs(1));
    };
    assert!(cut_off, "a reader who does not read is kept for ever");
}

#[tokio::test]
async fn row_37_one_network_has_so_many_connections() {
    let app = TestApp::with(|options| {
        options.limits = no_limits();
        options.max_connections_per_network = 3;
    })
    .await;
    let mut held = Vec::new();
    for _ in 0..3 {
        held.push(TcpStream::connect(app.address).await.unwrap());
    }
    tokio::time::sleep(Duration::from_millis(100)).await;
    let refused = raw(&app, b"GET /healthz HTTP/1.1\r\nhost: x\r\n\r\n").await;
    assert!(
        refused.is_empty() || refused.starts_with("HTTP/1.1 503"),
        "{refused}"
    );
    drop(held);
    tokio::time::sleep(Duration::from_millis(200)).await;
    assert_eq!(app.get("/healthz").send().await.unwrap().status(), 200);
}

#[tokio::test]
async fn row_41_a_foreign_host_is_never_repeated_and_nothing_is_cached() {
    let app = TestApp::start().await;
    for route in inventory(&app.app) {
        let path = route
            .path
            .replace("{id}", "x")
            .replace("{form}", "transcript.html");
        let asked = app
            .request(route.method.clone(), &path)
            .header("host", "evil.example")
            .header("x-forwarded-host", "evil.example");
        let response = asked.send().await.unwrap();
        let headers = response.headers().clone();
        assert_eq!(headers["cache-control"], "no-store", "{path}");
        assert_eq!(headers["x-content-type-options"], "nosniff", "{path}");
        assert_eq!(headers["referrer-policy"], "no-referrer", "{path}");
        assert!(
            headers["content-security-policy"]
                .to_str()
                .unwrap()
                .contains("frame-ancestors 'none'"),
            "{path}"
        );
        assert!(!format!("{headers:?}").contains("evil.example"), "{path}");
        assert!(
            !response.text().await.unwrap().contains("evil.example"),
            "{path}"
        );
    }
}

#[tokio::test]
async fn row_50_metrics_and_the_like_are_not_on_the_public_port() {
    let app = TestApp::start().await;
    for path in [
        "/metrics",
        "/debug",
        "/debug/pprof",
        "/actuator",
        "/console",
        "/.env",
        "/.git/config",
        "/server-status",
    ] {
        assert_eq!(
            problem(app.get(path).send().await.unwrap()).await,
            (404, "unknown_route".to_owned()),
            "{path}"
        );
    }
    let described: Value = app
        .get("/openapi.json")
        .send()
        .await
        .unwrap()
        .json()
        .await
        .unwrap();
    assert!(described["paths"].get("/metrics").is_none());
}
