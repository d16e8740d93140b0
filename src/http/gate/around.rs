//! What happens around every route, in this order and in one place: who asks, a secret in the address refused, an answer in time and
//! without a panic, every refusal a problem, what log and metrics learn, the headers of every answer.
//!
//! It is one layer and not one for each of these: every layer clones all that is inside it, for every request.

use std::any::Any;
use std::panic::AssertUnwindSafe;
use std::time::Duration;

use axum::extract::{Request, State};
use axum::http::header::{
    ALLOW, CACHE_CONTROL, CONTENT_SECURITY_POLICY, HeaderName, REFERRER_POLICY,
    X_CONTENT_TYPE_OPTIONS,
};
use axum::http::{HeaderValue, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use futures_util::FutureExt as _;

use super::observe::{Observed, panicked};
use super::peer::Client;
use crate::http::App;
use crate::http::code::Code;
use crate::http::error::{Problem, Result};
use crate::http::options::seconds;

/// The layer.
pub async fn around(State(app): State<App>, mut request: Request, next: Next) -> Response {
    let client = Client::of(&request, &app.options.trusted_proxies);
    request.extensions_mut().insert(client);
    let observed = Observed::begin(&request, client);
    let response = match refuse_secret(&request).and_then(|()| refuse_path(&request)) {
        Ok(()) => as_problem(answer(&app, request, next).await),
        Err(problem) => problem.into_response(),
    };
    observed.end(&response, app.outage());
    with_headers(response)
}

/// An answer begins in time or is given up; what was accepted stays accepted. A panic is answered, too.
async fn answer(app: &App, request: Request, next: Next) -> Response {
    let limit = seconds(app.options.answer_seconds) + seconds(app.options.body_seconds);
    let caught = AssertUnwindSafe(next.run(request)).catch_unwind();
    match tokio::time::timeout(limit, caught).await {
        Ok(Ok(response)) => response,
        Ok(Err(cause)) => {
            let cause: &(dyn Any + Send) = &*cause;
            panicked(cause)
        }
        Err(_) => {
            let detail = "the answer took too long: send the same again, it is not done twice";
            let problem = Problem::new(Code::Busy, detail);
            problem.retry_after(Duration::from_secs(2)).into_response()
        }
    }
}

/// Parameters in which people put secrets.
const SECRET_PARAMETERS: [&str; 10] = [
    "token",
    "access_token",
    "auth",
    "authorization",
    "session",
    "key",
    "api_key",
    "apikey",
    "jwt",
    "secret",
];

/// A secret in an address is in logs, histories and `Referer` headers: it is refused, so that nobody gets used to it.
fn refuse_secret(request: &Request) -> Result<()> {
    let query = request.uri().query().unwrap_or("");
    let mut names = query.split('&').filter_map(|pair| pair.split('=').next());
    let is_secret = |name: &str| {
        SECRET_PARAMETERS
            .iter()
            .any(|s| s.eq_ignore_ascii_case(name))
    };
    if !names.any(is_secret) {
        return Ok(());
    }
    tracing::warn!(
        "refused a request with a secret in its address: that secret is leaked, change it"
    );
    let detail = "a secret does not belong in an address: send it as `Authorization: Bearer <token>`, and change this one";
    Err(Problem::new(Code::TokenInQuery, detail))
}

/// A path that is no text names nothing, whatever the address: the router would say so in its own way, and each route in another.
fn refuse_path(request: &Request) -> Result<()> {
    let path = request.uri().path();
    if !path.contains('%') || std::str::from_utf8(&decoded(path)).is_ok() {
        return Ok(());
    }
    let detail = "the path is no UTF-8: what stands in it after `%` is to be the bytes of a text";
    Err(Problem::new(Code::InvalidRequest, detail))
}

/// The bytes of a path. What is no escape stays as it is, as in the router.
fn decoded(path: &str) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(path.len());
    let mut rest = path.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        let escaped = after.get(..2).filter(|_| *first == b'%');
        let digits = escaped.and_then(|two| std::str::from_utf8(two).ok());
        let byte = digits.and_then(|two| u8::from_str_radix(two, 16).ok());
        bytes.push(byte.unwrap_or(*first));
        rest = if byte.is_some() { &after[2..] } else { after };
    }
    bytes
}

/// The router's own refusal of a method, in our words.
fn as_problem(response: Response) -> Response {
    if response.status() != StatusCode::METHOD_NOT_ALLOWED {
        return response;
    }
    let detail = "this address knows other methods: see `Allow`";
    let problem = Problem::new(Code::MethodNotAllowed, detail);
    match response.headers().get(ALLOW) {
        Some(allow) => problem.allow(allow.clone()).into_response(),
        None => problem.into_response(),
    }
}

/// Headers of every answer that has not set its own.
const HEADERS: [(HeaderName, HeaderValue); 4] = [
    (CACHE_CONTROL, HeaderValue::from_static("no-store")),
    (X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
    (REFERRER_POLICY, HeaderValue::from_static("no-referrer")),
    (
        CONTENT_SECURITY_POLICY,
        HeaderValue::from_static("default-src 'none'; frame-ancestors 'none'"),
    ),
];

fn with_headers(mut response: Response) -> Response {
    let headers = response.headers_mut();
    headers.reserve(HEADERS.len());
    for (name, value) in HEADERS {
        headers.entry(name).or_insert(value);
    }
    response
}
