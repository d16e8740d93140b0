//! The operator's own listener: `GET /metrics` as Prometheus text, and nothing else. The public one does not know the address.

use std::sync::Arc;

use axum::Router;
use axum::extract::State;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use tokio::net::TcpListener;

use super::backups::Backups;
use crate::http;
use crate::live::Live;
use crate::store::Store;
use crate::telemetry::Metrics;

/// What is measured.
#[derive(Clone)]
pub struct Measured {
    /// What is counted as it happens.
    pub metrics: Metrics,
    /// Looked at when somebody asks.
    pub store: Store,
    /// Looked at, too; none if they are switched off.
    pub backups: Option<Arc<Backups>>,
}

/// Serves until the process ends.
pub async fn serve(listener: TcpListener, measured: Measured) {
    let router = Router::new()
        .route("/metrics", get(render))
        .with_state(measured);
    let options = http::Options::default();
    http::serve(
        listener,
        router,
        options,
        Live::new(),
        std::future::pending(),
    )
    .await;
}

async fn render(State(measured): State<Measured>) -> Response {
    measure(&measured.store);
    measure_outboxes(&measured.store).await;
    if let Some(backups) = &measured.backups {
        backups.measure();
    }
    let kind = "text/plain; version=0.0.4; charset=utf-8";
    ([(CONTENT_TYPE, kind)], measured.metrics.render()).into_response()
}

/// How much waits in each outbox, also in those of accounts that are off, which nobody empties.
async fn measure_outboxes(store: &Store) {
    for outbox in store.outboxes().await.unwrap_or_default() {
        let Ok(waiting) = store.count_waiting(&outbox).await else {
            continue;
        };
        let endpoint = outbox.to_string();
        #[allow(clippy::cast_precision_loss)] // exact up to 2^53
        metrics::gauge!("frontdesk_outbox_waiting", "endpoint" => endpoint).set(waiting as f64);
    }
}

/// What is not counted as it happens is looked up when somebody asks.
fn measure(store: &Store) {
    let report = store.report();
    let writable = if store.is_writable() { 1.0 } else { 0.0 };
    metrics::gauge!("frontdesk_store_writable").set(writable);
    #[allow(clippy::cast_precision_loss)] // exact up to 2^53 bytes
    if let Some(free) = report.free {
        metrics::gauge!("frontdesk_disk_free_bytes").set(free as f64);
    }
    metrics::counter!("frontdesk_store_commits_applied").absolute(report.applied);
    metrics::counter!("frontdesk_store_records_read").absolute(report.records_read);
}
