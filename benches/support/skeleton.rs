//! The least that a durable answer over HTTP can cost with these parts: axum, one writer thread that commits what waits as one batch,
//! sled, `flush` and `fdatasync`. No rules, no reads, no checks: one value of some 400 bytes for each request.

use std::fs::File;
use std::path::Path;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};

use anyhow::Result;
use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use axum::serve::ListenerExt as _;
use tokio::net::TcpListener;
use tokio::sync::oneshot;

/// Bytes written for each request.
const WRITTEN: usize = 400;
/// Bytes answered: as many as a turn's answer has on average.
const ANSWERED: usize = 420;
/// Requests in one batch, as in the store.
const BATCH: usize = 256;

type Waiting = (Vec<u8>, oneshot::Sender<()>);

/// Serves on the runtime of the caller. Returns the port.
pub async fn serve(folder: &Path) -> Result<u16> {
    let config = sled::Config::new().path(folder).cache_capacity(64 << 20);
    let db = config.open()?;
    let file = File::options().write(true).open(folder.join("db"))?;
    let (queue, waiting) = sync_channel(1024);
    std::thread::spawn(move || write(&db, &file, &waiting));
    let router = Router::new()
        .route("/v1/messages", post(message))
        .with_state(queue);
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let port = listener.local_addr()?.port();
    let listener = listener.tap_io(|socket| {
        let _ = socket.set_nodelay(true);
    });
    tokio::spawn(async move { axum::serve(listener, router).await });
    Ok(port)
}

async fn message(State(queue): State<SyncSender<Waiting>>, body: Bytes) -> Response {
    let mut value = body.to_vec();
    value.resize(WRITTEN, b' ');
    let (done, durable) = oneshot::channel();
    if queue.try_send((value, done)).is_err() || durable.await.is_err() {
        return StatusCode::SERVICE_UNAVAILABLE.into_response();
    }
    ([(CONTENT_TYPE, "application/json")], vec![b' '; ANSWERED]).into_response()
}

/// The one thread that writes.
fn write(db: &sled::Db, file: &File, waiting: &Receiver<Waiting>) {
    let mut number = 0_u64;
    while let Ok(first) = waiting.recv() {
        let mut batch = sled::Batch::default();
        let mut answers = Vec::new();
        let more = std::iter::from_fn(|| waiting.try_recv().ok());
        for (value, done) in std::iter::once(first).chain(more).take(BATCH) {
            number += 1;
            batch.insert(&number.to_be_bytes(), value);
            answers.push(done);
        }
        let durable = db.apply_batch(batch).is_ok() && db.flush().is_ok();
        if !durable || file.sync_data().is_err() {
            return;
        }
        for done in answers {
            let _ = done.send(());
        }
    }
}
