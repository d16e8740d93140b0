//! What comes over the wire that no browser and no honest client sends. RELIABILITY B rows 36, 37, 40.

use std::time::{Duration, Instant};

use reqwest::Method;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use crate::attacks::raw;
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

#[tokio::test]
async fn row_37_a_hundred_connections_that_trickle_do_not_keep_a_good_client_waiting() {
    let app = TestApp::with(|options| {
        options.limits = no_limits();
        options.head_seconds = 2;
    })
    .await;
    let mut slow = Vec::new();
    for _ in 0..100 {
        let mut socket = TcpStream::connect(app.address).await.unwrap();
        socket
            .write_all(b"GET /healthz HTTP/1.1\r\nhost: x\r\nx-a: ")
            .await
            .unwrap();
        slow.push(socket);
    }
    let began = Instant::now();
    for _ in 0..5 {
        for socket in &mut slow {
            let _ = socket.write_all(b"a").await;
        }
        app.send(&app.visitor_of("linden").await, "hello").await;
    }
    assert!(
        began.elapsed() < Duration::from_secs(5),
        "{:?}",
        began.elapsed()
    );
    let mut given_up = 0;
    for mut socket in slow {
        let mut rest = Vec::new();
        let rest = tokio::time::timeout(Duration::from_secs(4), socket.read_to_end(&mut rest));
        given_up += usize::from(rest.await.is_ok());
    }
    assert_eq!(
        given_up, 100,
        "a byte now and then keeps a connection for ever"
    );
}
