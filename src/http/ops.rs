//! What an operator's machines ask: does it live, can it take work, which version is it, what can it do.

use std::fmt;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::Serialize;

use super::App;

/// One thing that must hold for the desk to take work.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct Check {
    /// What: `store`, `rules`, `disk`.
    pub name: &'static str,
    /// Whether it holds.
    pub ok: bool,
    /// What is the matter, without internals.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
}

/// Looks whether the desk can take work.
pub struct Readiness(Box<dyn Fn() -> Vec<Check> + Send + Sync>);

impl Readiness {
    /// Looks with this function, which must not block.
    #[must_use]
    pub fn new(look: impl Fn() -> Vec<Check> + Send + Sync + 'static) -> Self {
        Self(Box::new(look))
    }
}

impl fmt::Debug for Readiness {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Readiness")
    }
}

/// That the process lives.
#[derive(Serialize, utoipa::ToSchema)]
pub struct Health {
    /// Always `ok`.
    status: &'static str,
}

/// Whether the desk can take work.
#[derive(Serialize, utoipa::ToSchema)]
pub struct Ready {
    /// Whether all of it holds.
    ready: bool,
    /// Each thing that must hold.
    checks: Vec<Check>,
}

/// Which program this is.
#[derive(Serialize, utoipa::ToSchema)]
pub struct Version {
    /// `frontdesk`.
    name: &'static str,
    /// Its version.
    version: &'static str,
}

/// Says that the process lives.
#[utoipa::path(get, path = "/healthz", tag = "operator", security(()), responses((status = 200, body = Health)))]
pub async fn health() -> axum::Json<Health> {
    axum::Json(Health { status: "ok" })
}

/// Says whether the desk can take work: the store writes, rules are loaded, the disk has room.
#[utoipa::path(get, path = "/readyz", tag = "operator", security(()), responses(
    (status = 200, body = Ready), (status = 503, body = Ready),
))]
pub async fn ready(State(app): State<App>) -> Response {
    let checks = (app.readiness.0)();
    let ready = checks.iter().all(|check| check.ok);
    let status = if ready {
        StatusCode::OK
    } else {
        StatusCode::SERVICE_UNAVAILABLE
    };
    (status, axum::Json(Ready { ready, checks })).into_response()
}

/// Says which program this is.
#[utoipa::path(get, path = "/version", tag = "operator", security(()), responses((status = 200, body = Version)))]
pub async fn version() -> axum::Json<Version> {
    axum::Json(Version {
        name: env!("CARGO_PKG_NAME"),
        version: env!("CARGO_PKG_VERSION"),
    })
}
