//! What the log and the metrics learn of requests: the route's own pattern, the status, the time. Never a path as it was sent, a
//! query, a header, a body or a token: nothing that a caller writes reaches a log line.

use std::any::Any;
use std::time::Instant;

use axum::extract::{MatchedPath, Request};
use axum::http::Method;
use axum::response::{IntoResponse, Response};
use metrics::Counter;

use super::outage::Outage;
use super::peer::Client;
use crate::http::code::Code;
use crate::http::error::{Cause, Problem};

/// A request that is being answered.
pub struct Observed {
    began: Instant,
    method: &'static str,
    route: Option<MatchedPath>,
    client: Client,
}

impl Observed {
    /// Takes note of what may be known of a request.
    pub fn begin(request: &Request, client: Client) -> Self {
        Self {
            began: Instant::now(),
            method: known_method(request.method()),
            route: request.extensions().get::<MatchedPath>().cloned(),
            client,
        }
    }

    /// Tells log and metrics how it was answered.
    pub fn end(self, response: &Response, outage: &Outage) {
        let took = self.began.elapsed();
        if let Some(Cause(cause)) = response.extensions().get() {
            outage.refused(cause, self.began + took);
        }
        let took = took.as_secs_f64();
        let status = response.status();
        let route = self.route.as_ref().map_or("unmatched", MatchedPath::as_str);
        let code = response.extensions().get::<Code>();
        if let Some(code) = code {
            problems(*code).increment(1);
        }
        let code = code.map_or("", |code| code.as_str());
        metrics::histogram!("frontdesk_http_request_seconds", "method" => self.method, "route" => route.to_owned(), "status" => status.as_str().to_owned())
            .record(took);
        tracing::debug!(
            http.method = self.method,
            http.route = route,
            http.status = status.as_u16(),
            http.code = code,
            http.client = %self.client.0,
            http.duration_ms = took * 1_000.0,
            "answered"
        );
    }
}

/// How many answers were problems of a kind.
pub fn problems(code: Code) -> Counter {
    metrics::counter!("frontdesk_http_problems_total", "code" => code.as_str())
}

/// How many requests made the desk panic.
pub fn panics() -> Counter {
    metrics::counter!("frontdesk_panics_total")
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
    panics().increment(1);
    tracing::error!(panic.words = ?words, "a request made the desk panic");
    let detail = "the desk failed at this request: it has been logged";
    Problem::new(Code::Internal, detail).into_response()
}
