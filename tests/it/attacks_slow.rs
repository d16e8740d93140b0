//! Who sends a byte now and then, and who does not read what is sent. RELIABILITY B row 37.

use std::time::{Duration, Instant};

use serde_json::json;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use crate::attacks_http::PATIENCE;
use crate::support::{TestApp, no_limits};

/// A desk that waits so many seconds for a head, and a hundred connections whose heads do not end.
async fn trickling_for(seconds: u16) -> (TestApp, Vec<TcpStream>) {
    let app = TestApp::with(|options| {
        options.limits = no_limits();
        options.head_seconds = seconds;
    })
    .await;
    let mut slow = Vec::new();
    for _ in 0..100 {
        let mut socket = TcpStream::connect(app.address).await.unwrap();
        let head = b"GET /healthz HTTP/1.1\r\nhost: x\r\nx-a: ";
        socket.write_all(head).await.unwrap();
        slow.push(socket);
    }
    (app, slow)
}

#[tokio::test]
async fn row_37_a_hundred_connections_that_trickle_do_not_keep_a_good_client_waiting() {
    // Those that would be waited for longer than this test has patience, and those that are given up soon.
    let (held, mut trickling) = trickling_for(u16::MAX).await;
    let served = async {
        for _ in 0..5 {
            for socket in &mut trickling {
                socket.write_all(b"a").await.unwrap();
            }
            let visitor = held.visitor_of("linden").await;
            held.send(&visitor, "hello").await;
        }
    };
    let served = tokio::time::timeout(PATIENCE, served).await;
    assert!(served.is_ok(), "a good client is kept waiting");
    let (_app, trickling) = trickling_for(1).await;
    let mut given_up = 0;
    for mut socket in trickling {
        let _ = socket.write_all(b"a").await;
        let mut rest = Vec::new();
        let rest = tokio::time::timeout(PATIENCE, socket.read_to_end(&mut rest));
        given_up += usize::from(rest.await.is_ok());
    }
    assert_eq!(
        given_up, 100,
        "a byte now and then keeps a connection for ever"
    );
}

#[tokio::test]
async fn row_37_a_stream_that_nobody_reads_is_given_up_and_holds_no_queue() {
    let app = TestApp::with(|options| {
        options.limits = no_limits();
        options.write_seconds = 1;
        options.max_streams_per_caller = 1;
    })
    .await;
    let (visitor, conversation) = app.waiting("linden").await;
    let agent = app.agent("li", None).await;
    let socket = tokio::net::TcpSocket::new_v4().unwrap();
    socket.set_recv_buffer_size(4_096).unwrap();
    let mut deaf = socket.connect(app.address).await.unwrap();
    let token = &visitor.token;
    let head =
        format!("GET /v1/events HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {token}\r\n\r\n");
    deaf.write_all(head.as_bytes()).await.unwrap();
    let at = |verb: &str| app.post(&format!("/v1/conversations/{conversation}/{verb}"));
    let taken = at("takeover").bearer_auth(&agent).send().await.unwrap();
    assert_eq!(taken.status(), 200);
    // More than any socket buffers: 30 KB each.
    let (text, count) = ("\u{9000}".repeat(10_000), 300);
    for n in 0..count {
        let body = json!({"client_id": n.to_string(), "text": text});
        let sent = at("messages").bearer_auth(&agent).json(&body).send();
        assert_eq!(sent.await.unwrap().status(), 201);
    }
    // While it is held, its visitor may open no other.
    let deadline = Instant::now() + PATIENCE;
    let is_held = async || {
        let other = app.get("/v1/events").bearer_auth(token).send();
        other.await.unwrap().status() == 429
    };
    while is_held().await {
        assert!(
            Instant::now() < deadline,
            "a stream that nobody reads is kept for ever"
        );
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    let mut all = Vec::new();
    let rest = tokio::time::timeout(PATIENCE, deaf.read_to_end(&mut all)).await;
    assert!(rest.is_ok(), "a stream that nobody reads is kept for ever");
    assert!(
        all.len() < count * text.len(),
        "all of it was sent: the sockets buffer {} bytes",
        all.len()
    );
    let again = crate::http_stream::read_whole(&app, &visitor).await;
    assert_eq!(
        again.matches(&text[..300]).count() / 100,
        count,
        "something was lost for who comes back"
    );
}
