//! Who asks: a visitor or a shop's program, by the token in the `Authorization` header and nowhere else; agents are in `staff`.
//!
//! Each kind of caller is a type that only a checked token makes. A route that names the type in its arguments cannot be reached
//! without it, be it a plain answer or an event stream.

use axum::extract::FromRequestParts;
use axum::http::HeaderMap;
use axum::http::header::AUTHORIZATION;
use axum::http::request::Parts;
use secrecy::SecretString;

use super::limit::Limit;
use super::origin;
use crate::domain::account::{ApiKey, Session};
use crate::http::App;
use crate::http::code::Code;
use crate::http::error::{Problem, Result};

/// No token of ours is longer.
const MAX_BYTES: usize = 256;

/// A visitor with a session, on a page of the session's site.
pub struct Visitor {
    /// The session.
    pub session: Session,
    /// Its token, to check again later.
    pub token: SecretString,
}

/// A shop's program.
pub struct Shop(pub ApiKey);

impl FromRequestParts<App> for Visitor {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self> {
        let token = bearer(&parts.headers)?;
        let session = app.desk.session(&token).await?;
        origin::check_site(app, &session.site, &parts.headers)?;
        count(parts, app, ("visitor", &session.site, &session.visitor))?;
        Ok(Self { session, token })
    }
}

impl FromRequestParts<App> for Shop {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self> {
        let token = bearer(&parts.headers)?;
        let key = app.desk.api_key(&token).await?;
        count(parts, app, ("shop", &key.token.0))?;
        Ok(Self(key))
    }
}

/// Counts the request for its caller, by the limit that the route declared.
pub(in crate::http) fn count(parts: &Parts, app: &App, caller: impl std::hash::Hash) -> Result<()> {
    match parts.extensions.get::<Limit>() {
        Some(limit) => app.limits.count_caller(*limit, caller),
        None => Ok(()),
    }
}

/// The token in the `Authorization` header.
///
/// # Errors
/// When there is none, or the header is not of that form.
pub(in crate::http) fn bearer(headers: &HeaderMap) -> Result<SecretString> {
    let mut given = headers.get_all(AUTHORIZATION).iter();
    let Some(value) = given.next() else {
        let detail = "send the token as `Authorization: Bearer <token>`";
        return Err(Problem::new(Code::TokenMissing, detail));
    };
    let token = value
        .to_str()
        .ok()
        .filter(|_| given.next().is_none())
        .and_then(|value| value.split_once(' '))
        .filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"))
        .map(|(_, token)| token.trim())
        .filter(|token| !token.is_empty() && token.len() <= MAX_BYTES);
    token.map(SecretString::from).ok_or_else(|| {
        let detail = "the `Authorization` header is not of the form `Bearer <token>`";
        Problem::new(Code::TokenInvalid, detail)
    })
}
