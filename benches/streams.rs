//! The memory of idle event streams.
//!
//! `cargo bench --bench streams`. The server is a process of its own, so that the clients' memory is not counted: first a desk, whose
//! streams each follow a conversation of their own and have shown what was said in it; then a bare axum with the same number of its
//! own event streams, for the floor. `BENCH_STREAMS` says how many, up to what `ulimit -n` allows.

#[path = "support/client.rs"]
#[allow(dead_code)] // shared by the benches, none of which needs all of it
mod client;
#[path = "support/desk.rs"]
#[allow(dead_code)] // shared by the benches, none of which needs all of it
mod desk;
#[path = "support/numbers.rs"]
#[allow(dead_code)] // shared by the benches, none of which needs all of it
mod numbers;
#[path = "support/process.rs"]
#[allow(dead_code)] // shared by the benches, none of which needs all of it
mod process;
#[path = "support/usage.rs"]
#[allow(dead_code)] // shared by the benches, none of which needs all of it
mod usage;

use std::convert::Infallible;
use std::path::Path;
use std::time::Duration;

use anyhow::{Context as _, Result, bail};
use axum::Router;
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::routing::get;
use client::Connection;
use numbers::setting;
use process::Role;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio_stream::StreamExt as _;

fn main() -> Result<()> {
    match process::role() {
        Some((role, folder)) => {
            let folder = folder.first().context("no folder")?;
            let runtime = tokio::runtime::Runtime::new()?;
            runtime.block_on(play(&role, Path::new(folder)))
        }
        None if std::env::args().any(|argument| argument == "--bench") => measure(),
        // Something else that runs all targets, such as `cargo test --all-targets`.
        None => Ok(()),
    }
}

/// A server, in a process of its own.
async fn play(role: &str, folder: &Path) -> Result<()> {
    let port = if role == "bare" {
        serve_bare().await?
    } else {
        desk::serve(folder).await?.port
    };
    process::serve_until_dropped(&port.to_string()).await
}

/// axum's own event streams: one event, then silence.
async fn serve_bare() -> Result<u16> {
    let listen = || async {
        let hello = tokio_stream::once(Ok::<_, Infallible>(Event::default().data("hello")));
        let stream = hello.chain(tokio_stream::pending());
        Sse::new(stream).keep_alive(KeepAlive::new().interval(Duration::from_secs(20)))
    };
    let router = Router::new().route("/v1/events", get(listen));
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let port = listener.local_addr()?.port();
    tokio::spawn(async move { axum::serve(listener, router).await });
    Ok(port)
}

fn measure() -> Result<()> {
    process::pin(process::CLIENT)?;
    let count = setting("BENCH_STREAMS", 2_000);
    let folder = desk::folder()?;
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    println!("{count} idle event streams             KB a stream");
    for (role, name) in [("desk", "desk (budget: at most 19)"), ("bare", "bare axum")] {
        let data = folder.path().join(role);
        let server = Role::start(role, &[&data.to_string_lossy()], process::SERVER)?;
        let bytes = runtime.block_on(streams(&server, role == "desk", count))?;
        println!("{name:<38}{:>10.1}", bytes as f64 / 1e3);
    }
    Ok(())
}

/// Opens the streams and says how many bytes each added to the server.
async fn streams(server: &Role, is_desk: bool, count: usize) -> Result<u64> {
    let port = server.ready.parse()?;
    let mut tokens = vec![String::new(); count];
    if is_desk {
        talk(port, &mut tokens).await?;
    }
    // One stream first: what is set up once is not a stream's.
    let mut open = vec![listen(port, &tokens[0]).await?];
    let before = settled(server).await?;
    for token in &tokens[1..] {
        open.push(listen(port, token).await?);
    }
    let after = settled(server).await?;
    Ok(after.saturating_sub(before) / (count - 1) as u64)
}

/// Begins a conversation for each token.
async fn talk(port: u16, tokens: &mut [String]) -> Result<()> {
    let mut connection = Connection::open(port).await?;
    let site = json!({"site": desk::SITE}).to_string();
    for (number, token) in tokens.iter_mut().enumerate() {
        connection.post("/v1/sessions", None, &site).await?;
        let answer: Value = serde_json::from_slice(connection.body())?;
        *token = answer["session"].as_str().context("no token")?.to_owned();
        let message = json!({"client_id": format!("message-{number}"), "text": "How long does a refund take?"});
        let message = message.to_string();
        connection
            .post("/v1/messages", Some(token), &message)
            .await?;
    }
    Ok(())
}

/// Opens a stream and waits for its first event.
async fn listen(port: u16, token: &str) -> Result<TcpStream> {
    let mut socket = TcpStream::connect(("127.0.0.1", port)).await?;
    let request = format!(
        "GET /v1/events HTTP/1.1\r\nhost: localhost\r\naccept: text/event-stream\r\nauthorization: Bearer {token}\r\n\r\n"
    );
    socket.write_all(request.as_bytes()).await?;
    let mut seen = Vec::new();
    while !seen.windows(5).any(|part| part == b"data:") {
        if socket.read_buf(&mut seen).await? == 0 {
            bail!("{}", String::from_utf8_lossy(&seen));
        }
    }
    Ok(socket)
}

/// The server's memory when it has come to rest.
async fn settled(server: &Role) -> Result<u64> {
    tokio::time::sleep(Duration::from_secs(2)).await;
    usage::resident(server.id())
}
