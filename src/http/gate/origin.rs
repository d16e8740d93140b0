//! Which pages may ask: cross-origin requests by site, from an exact list, without credentials.
//!
//! A preflight has no token, so it is answered for any page that belongs to some site; the request itself is then held to the list
//! of the site whose session it uses. The desk's own pages are of its own origin and need no list.

use axum::extract::Request;
use axum::http::header::{
    ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS, ACCESS_CONTROL_ALLOW_ORIGIN,
    ACCESS_CONTROL_EXPOSE_HEADERS, ACCESS_CONTROL_MAX_AGE, ACCESS_CONTROL_REQUEST_METHOD, HOST,
    ORIGIN, VARY,
};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode};
use axum::response::{IntoResponse, Response};

use crate::domain::ids::SiteId;
use crate::http::App;
use crate::http::code::Code;
use crate::http::error::{Problem, Result};

/// Stands before all routes that pages call.
pub async fn guard<F>(app: &App, request: Request, next: impl FnOnce(Request) -> F) -> Response
where
    F: Future<Output = Response>,
{
    let Some(origin) = request.headers().get(ORIGIN).cloned() else {
        return with_vary(next(request).await);
    };
    if let Err(problem) = check(request.headers(), |origin| app.sites.know(origin)) {
        return with_vary(problem.into_response());
    }
    let mut response = if is_preflight(&request) {
        preflight()
    } else {
        next(request).await
    };
    if response.extensions().get::<Code>() != Some(&Code::OriginNotAllowed) {
        let headers = response.headers_mut();
        headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, origin);
        headers.insert(
            ACCESS_CONTROL_EXPOSE_HEADERS,
            HeaderValue::from_static("retry-after"),
        );
    }
    with_vary(response)
}

/// Holds a request to the pages of one site.
///
/// # Errors
/// When a page of another site, or of none, asks.
pub fn check_site(app: &App, site: &SiteId, headers: &HeaderMap) -> Result<()> {
    check(headers, |origin| app.sites.allow(site, origin))
}

/// Holds a page that asks to the desk's own ones.
///
/// # Errors
/// When another page asks.
pub fn check_own_page(headers: &HeaderMap) -> Result<()> {
    check(headers, |_| false)
}

/// Holds a change that a browser sends with its log-in to the desk's own pages.
///
/// # Errors
/// When another page asks, or the browser does not say which.
pub fn check_own(app: &App, headers: &HeaderMap) -> Result<()> {
    let from = headers.get("sec-fetch-site").map(HeaderValue::as_bytes);
    let elsewhere = from.is_some_and(|from| from != b"same-origin");
    if elsewhere || !headers.contains_key(ORIGIN) {
        return Err(not_own());
    }
    let own = app.options.own_origin.as_deref();
    check(headers, |origin| own == Some(origin)).map_err(|_| not_own())
}

fn not_own() -> Problem {
    let detail = "this is taken from the desk's own page only: send its `Origin`, or a token as `Authorization: Bearer <token>`";
    Problem::new(Code::OriginNotAllowed, detail)
}

fn check(headers: &HeaderMap, is_allowed: impl Fn(&str) -> bool) -> Result<()> {
    let mut origins = headers.get_all(ORIGIN).iter();
    let (Some(origin), None) = (origins.next(), origins.next()) else {
        return match headers.get(ORIGIN) {
            None => Ok(()),
            Some(_) => Err(refused()),
        };
    };
    let origin = origin.to_str().map_err(|_| refused())?;
    if is_allowed(origin) || is_own(origin, headers) {
        return Ok(());
    }
    Err(refused())
}

/// Whether the page came from this very address.
fn is_own(origin: &str, headers: &HeaderMap) -> bool {
    let authority = origin.split_once("://").map(|(_, authority)| authority);
    let host = headers.get(HOST).and_then(|host| host.to_str().ok());
    authority.is_some() && authority == host
}

fn refused() -> Problem {
    let detail = "this page is not one of the site's own: add its origin to the site's `origins`";
    Problem::new(Code::OriginNotAllowed, detail)
}

fn is_preflight(request: &Request) -> bool {
    request.method() == Method::OPTIONS
        && request
            .headers()
            .contains_key(ACCESS_CONTROL_REQUEST_METHOD)
}

fn preflight() -> Response {
    let headers = [
        (ACCESS_CONTROL_ALLOW_METHODS, "GET, POST"),
        (
            ACCESS_CONTROL_ALLOW_HEADERS,
            "authorization, content-type, last-event-id",
        ),
        (ACCESS_CONTROL_MAX_AGE, "7200"),
    ];
    (StatusCode::NO_CONTENT, headers).into_response()
}

fn with_vary(mut response: Response) -> Response {
    response
        .headers_mut()
        .append(VARY, HeaderValue::from_static("Origin"));
    response
}
