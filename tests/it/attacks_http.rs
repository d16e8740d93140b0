//! What comes over the wire that no browser and no honest client sends. RELIABILITY B rows 36, 37, 40.

use std::time::{Duration, Instant};

use reqwest::Method;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use crate::attacks::{raw, raw_to_the_end};
use crate::support::{TestApp, no_limits, problem};

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

/// How long what has to happen is waited for.
pub const PATIENCE: Duration = Duration::from_secs(60);

/// What an attacker hides in a body for another reader to take as a request.
const SMUGGLED: &str = "GET /version HTTP/1.1\r\nhost: x\r\n\r\n";

/// A good request for a session with these lines about its length, and the smuggled request behind it.
fn smuggling(lines: &str, body: &str) -> String {
    format!(
        "POST /v1/sessions HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n{lines}\r\n\r\n{body}{SMUGGLED}"
    )
}

/// Requests of which two readers may think differently where they end.
fn smuggling_corpus() -> Vec<String> {
    let json = "{\"site\":\"linden\"}";
    let chunked = format!("{:x}\r\n{json}\r\n0\r\n\r\n", json.len());
    let (own, whole) = (json.len(), chunked.len() + SMUGGLED.len());
    let with_chunks = [
        format!("content-length: {whole}\r\ntransfer-encoding: chunked"),
        format!("transfer-encoding: chunked\r\ncontent-length: {whole}"),
        format!("transfer-encoding: chunked\r\ncontent-length: {own}"),
        "transfer-encoding: chunked\r\ncontent-length: 0".to_owned(),
        format!("Transfer-Encoding: CHUNKED\r\ncontent-length: {whole}"),
        "transfer-encoding: chunked\r\ntransfer-encoding: identity".to_owned(),
        "transfer-encoding: identity\r\ntransfer-encoding: chunked\r\ncontent-length: 4".to_owned(),
        "transfer-encoding: xchunked".to_owned(),
        "transfer-encoding: chunked, identity".to_owned(),
        "transfer-encoding: \"chunked\"".to_owned(),
        "transfer-encoding: chunked;q=1".to_owned(),
        "transfer-encoding: gzip, chunked, gzip".to_owned(),
        "transfer-encoding : chunked".to_owned(),
        " transfer-encoding: chunked".to_owned(),
        "x: y\r\n transfer-encoding: chunked".to_owned(),
        "transfer-encoding:\r\n chunked".to_owned(),
        "transfer-encoding: chunked\u{b}".to_owned(),
        "transfer-encoding:\u{0}chunked".to_owned(),
        "transfer\u{2d}encoding\u{a0}: chunked".to_owned(),
    ];
    let with_length = [
        format!(
            "content-length: {own}\r\ncontent-length: {}",
            own + SMUGGLED.len()
        ),
        format!(
            "content-length: {}\r\ncontent-length: {own}",
            own + SMUGGLED.len()
        ),
        format!("content-length: {own}, {}", own + SMUGGLED.len()),
        format!("content-length: +{own}"),
        format!("content-length: -{own}"),
        format!("content-length: 0x{own:x}"),
        format!("content-length: {own}.0"),
        format!("content-length: {own} 0"),
        format!("content-length : {own}"),
        format!("content-length\t: {own}"),
        "content-length: 99999999999999999999999".to_owned(),
        "content-length: ".to_owned(),
    ];
    let bad_chunks = [
        format!("fffffffffffffffff\r\n{json}\r\n0\r\n\r\n"),
        format!("-1\r\n{json}\r\n0\r\n\r\n"),
        format!("0x{:x}\r\n{json}\r\n0\r\n\r\n", json.len()),
        format!("{:x}\n{json}\n0\n\n", json.len()),
        format!("{:x}\r{json}\r0\r\r", json.len()),
        format!("{:x} \r\r\n{json}\r\n0\r\n\r\n", json.len()),
        format!("{:x}\r\n{json}0\r\n\r\n", json.len()),
    ];
    let framed = with_chunks.iter().map(|lines| smuggling(lines, &chunked));
    let framed = framed.chain(with_length.iter().map(|lines| smuggling(lines, json)));
    let framed = framed.chain(
        bad_chunks
            .iter()
            .map(|body| smuggling("transfer-encoding: chunked", body)),
    );
    framed.collect()
}

#[tokio::test]
async fn row_40_requests_that_two_readers_would_split_differently_are_refused() {
    let app = TestApp::start().await;
    let honest = smuggling("content-length: 17", "{\"site\":\"linden\"}");
    let answer = raw(&app, honest.as_bytes()).await;
    assert!(
        answer.starts_with("HTTP/1.1 201") && answer.contains("\"name\":\"frontdesk\""),
        "two requests in a row are two requests, or this test sees nothing: {answer}"
    );
    for request in smuggling_corpus() {
        let (answer, closed) = raw_to_the_end(&app, request.as_bytes()).await;
        let hidden = answer.contains("\"name\":\"frontdesk\"");
        assert!(!hidden, "smuggled through: {request:?}\n{answer}");
        let statuses = answer.matches("HTTP/1.1 ").count();
        assert_eq!(statuses, 1, "{request:?}\n{answer}");
        assert!(closed, "the connection goes on after {request:?}");
        // With both lengths, the chunks count, and nothing more is read from that connection (RFC 9112, 6.3).
        let lower = request.to_lowercase();
        let both = lower.contains("content-length:") && lower.contains("\r\ntransfer-encoding:");
        assert!(
            both || answer.starts_with("HTTP/1.1 400"),
            "{request:?}\n{answer}"
        );
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
    let ended = tokio::time::timeout(PATIENCE, slow.read_to_end(&mut rest)).await;
    assert!(ended.is_ok(), "a slow head holds its connection");
    let mut slow = TcpStream::connect(app.address).await.unwrap();
    let head = format!(
        "POST /v1/messages HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {}\r\ncontent-type: application/json\r\ncontent-length: 100\r\n\r\n{{",
        visitor.token
    );
    slow.write_all(head.as_bytes()).await.unwrap();
    let mut answer = vec![0; 12];
    tokio::time::timeout(PATIENCE, slow.read_exact(&mut answer))
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
    let deadline = Instant::now() + PATIENCE;
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
        let others = tokio::time::timeout(PATIENCE, app.get("/healthz").send()).await;
        assert_eq!(others.unwrap().unwrap().status(), 200);
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
    let refused = raw(&app, b"GET /healthz HTTP/1.1\r\nhost: x\r\n\r\n").await;
    assert!(
        refused.is_empty() || refused.starts_with("HTTP/1.1 503"),
        "{refused}"
    );
    drop(held);
    // The desk sees in its own time that they are gone.
    let deadline = Instant::now() + PATIENCE;
    let is_let_in = async || {
        let answer = app.get("/healthz").send().await;
        answer.is_ok_and(|answer| answer.status() == 200)
    };
    while !is_let_in().await {
        assert!(Instant::now() < deadline, "those that are gone are counted");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

#[tokio::test]
async fn row_40_requests_in_a_row_on_one_connection_are_each_answered_for_their_own_token() {
    let app = TestApp::start().await;
    let (mei, wu) = (
        app.visitor_of("linden").await,
        app.visitor_of("other").await,
    );
    app.send(&mei, "I am mei").await;
    let get = |token: &str| {
        format!("GET /v1/inbox HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {token}\r\n\r\n")
    };
    let (all, other) = (
        app.agent("all", None).await,
        app.agent("wu", Some("m_other")).await,
    );
    let row = [
        get(&all),
        get(&other),
        get("nobody"),
        get(&wu.token),
        get(&all),
    ]
    .concat();
    let answer = raw(&app, row.as_bytes()).await;
    let statuses: Vec<&str> = answer
        .split("HTTP/1.1 ")
        .skip(1)
        .map(|part| &part[..3])
        .collect();
    assert_eq!(statuses, ["200", "200", "401", "401", "200"]);
}
