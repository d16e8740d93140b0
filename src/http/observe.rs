//! What the log and the metrics learn of requests: the route's own pattern, the status, the time. Never a path as it was sent, a
//! query, a header, a body or a token: nothing that a caller writes reaches a log line.

use std::any::Any;
use std::time::Instant;

use axum::extract::{MatchedPath, Request};
use axum::http::Method;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use super::code::Code;
use super::error::Problem;
use super::peer::Client;

/// The layer that sees every request first and every answer last.
pub async fn observe(request: Request, next: Next) -> Response {
    let began = Instant::now();
    let method = known_method(request.method());
    let route = request
        .extensions()
        .get::<MatchedPath>()
        .map_or_else(|| "unmatched".to_owned(), |path| path.as_str().to_owned());
    let client = request.extensions().get::<Client>().copied();
    let response = next.run(request).await;
    let status = response.status().as_u16();
    let took = began.elapsed();
    let code = response
        .extensions()
        .get::<Code>()
        .map_or("", |code| code.as_str());
    metrics::histogram!("frontdesk_http_request_seconds", "method" => method, "route" => route.clone(), "status" => status.to_string())
        .record(took.as_secs_f64());
    if !code.is_empty() {
        metrics::counter!("frontdesk_http_problems_total", "code" => code).increment(1);
    }
    let client = client
        .map(|client| client.0.to_string())
        .unwrap_or_default();
    tracing::debug!(
        http.method = method,
        http.route = route,
        http.status = status,
        http.code = code,
        http.client = client,
        http.duration_ms = took.as_secs_f64() * 1_000.0,
        "answered"
    );
    response
}

/// A method that is none of these is some caller's own word.
fn known_method(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::HEAD => "HEAD",
        Method::POST => "POST",
        Method::PUT => "PUT",
        Method::PATCH => "PATCH",
        Method::DELETE => "DELETE",
        Method::OPTIONS => "OPTIONS",
        _ => "OTHER",
    }
}

/// A panic is a fault of ours: it is logged, counted, and answered without internals.
pub fn panicked(cause: &(dyn Any + Send)) -> Response {
    let words = cause
        .downcast_ref::<String>()
        .map(String::as_str)
        .or_else(|| cause.downcast_ref::<&str>().copied())
        .unwrap_or("no words");
    metrics::counter!("frontdesk_panics_total").increment(1);
    tracing::error!(panic.words = ?words, "a request made the desk panic");
    let detail = "the desk failed at this request: it has been logged";
    Problem::new(Code::Internal, detail).into_response()
}
