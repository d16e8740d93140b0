//! Every error as a problem (RFC 9457): a stable code for programs, a sentence for people that says what is wrong and how to mend it.
//!
//! A problem never repeats a value that was sent: it may be a secret. Internals of the desk stay in the log.

use std::time::Duration;

use axum::Json;
use axum::http::header::{ALLOW, CONTENT_TYPE, RETRY_AFTER, WWW_AUTHENTICATE};
use axum::http::{HeaderMap, HeaderValue};
use axum::response::{IntoResponse, Response};
use serde::Serialize;

use super::code::Code;
use crate::desk::DeskError;
use crate::domain::conversation::{Owner, Revision};

/// What every route gives: a value, or a problem.
pub type Result<T> = std::result::Result<T, Problem>;

/// An error as the caller sees it.
#[derive(Debug)]
pub struct Problem(Box<Body>, HeaderMap);

/// Problem details as in RFC 9457. `code` is stable; `detail` is for people and may change.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
#[schema(as = Problem)]
pub struct Body {
    /// Always `about:blank`: `code` tells problems apart.
    #[serde(rename = "type")]
    #[schema(example = "about:blank")]
    kind: &'static str,
    /// The words of the HTTP status.
    title: &'static str,
    /// The HTTP status.
    status: u16,
    /// What kind of problem it is.
    #[schema(example = "unknown_field")]
    code: &'static str,
    /// What is wrong, and how to mend it.
    detail: String,
    /// Where in the body: `items[3].id`.
    #[serde(skip_serializing_if = "Option::is_none")]
    path: Option<String>,
    /// Who owns the conversation now: `bot`, `queue` or an agent's name.
    #[serde(skip_serializing_if = "Option::is_none")]
    owner: Option<String>,
    /// The conversation's revision now.
    #[serde(skip_serializing_if = "Option::is_none")]
    revision: Option<u64>,
    /// In how many seconds to try again.
    #[serde(skip_serializing_if = "Option::is_none")]
    retry_after: Option<u64>,
    #[serde(skip)]
    of: Option<Code>,
}

impl Problem {
    /// A problem of this kind, with a sentence for people.
    #[must_use]
    pub fn new(code: Code, detail: impl Into<String>) -> Self {
        let status = code.status();
        let body = Body {
            kind: "about:blank",
            title: status.canonical_reason().unwrap_or("Error"),
            status: status.as_u16(),
            code: code.as_str(),
            detail: detail.into(),
            path: None,
            owner: None,
            revision: None,
            retry_after: None,
            of: Some(code),
        };
        let mut headers = HeaderMap::new();
        if code.status() == axum::http::StatusCode::UNAUTHORIZED {
            headers.insert(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        Self(Box::new(body), headers)
    }

    /// Which kind of problem it is.
    #[must_use]
    pub fn code(&self) -> Code {
        self.0.of.unwrap_or(Code::Internal)
    }

    /// Nothing by this name, in the same words whether it does not exist or belongs to somebody else.
    #[must_use]
    pub fn not_found() -> Self {
        Self::new(
            Code::NotFound,
            "there is nothing here by this name that this token may see",
        )
    }

    /// A value that cannot be, and where it stands in the body.
    #[must_use]
    pub fn invalid(path: &str, detail: impl Into<String>) -> Self {
        Self::new(Code::InvalidValue, detail).at(path)
    }

    /// Says where in the body.
    #[must_use]
    pub fn at(mut self, path: &str) -> Self {
        self.0.path = Some(path.to_owned()).filter(|path| !path.is_empty() && path != ".");
        self
    }

    /// Says when to try again, in whole seconds and at least one.
    #[must_use]
    pub fn retry_after(mut self, wait: Duration) -> Self {
        let seconds = wait.as_secs_f64().ceil().max(1.0) as u64;
        self.0.retry_after = Some(seconds);
        self.1.insert(RETRY_AFTER, HeaderValue::from(seconds));
        self
    }

    /// Says which methods the address knows.
    #[must_use]
    pub fn allow(mut self, methods: HeaderValue) -> Self {
        self.1.insert(ALLOW, methods);
        self
    }

    fn standing(mut self, owner: &Owner, revision: Revision) -> Self {
        self.0.owner = Some(match owner {
            Owner::Agent(agent) => agent.as_str().to_owned(),
            other => other.name().to_owned(),
        });
        self.0.revision = Some(revision.0);
        self
    }
}

impl From<DeskError> for Problem {
    fn from(error: DeskError) -> Self {
        match error {
            DeskError::Unauthorized => Self::new(
                Code::TokenInvalid,
                "this token is not known or has ended: get a new one",
            ),
            DeskError::NotFound => Self::not_found(),
            DeskError::Invalid(detail) => Self::new(Code::InvalidValue, detail),
            DeskError::Busy => Self::new(Code::Busy, "the desk is busy: try again shortly")
                .retry_after(Duration::from_secs(1)),
            DeskError::Stopped => Self::new(
                Code::Stopped,
                "the desk is stopping or cannot write: nothing was accepted, try again",
            )
            .retry_after(Duration::from_secs(5)),
        }
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let code = self.code();
        let mut response = (code.status(), Json(&*self.0)).into_response();
        response.headers_mut().insert(
            CONTENT_TYPE,
            HeaderValue::from_static("application/problem+json"),
        );
        response.headers_mut().extend(self.1);
        response.extensions_mut().insert(code);
        response
    }
}
