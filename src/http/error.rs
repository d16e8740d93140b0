//! Every error as a problem (RFC 9457): a stable code for programs, a sentence for people that says what is wrong and how to mend it.
//!
//! A problem never repeats a value that was sent: it may be a secret. Internals of the desk stay in the log.

use std::time::Duration;

use axum::http::header::{ALLOW, CONTENT_TYPE, RETRY_AFTER, WWW_AUTHENTICATE};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use serde::Serialize;

use super::code::Code;
use crate::desk::{BadField, DeskError, Unfit};
use crate::domain::conversation::{Owner, Revision};
use crate::domain::correction::NotDone;
use crate::domain::notice::InvalidNotice;
use crate::domain::payment_link::InvalidLink;
use crate::domain::redact::{escape_hidden, redact};

/// When the limit of files a day is met: the first of them is a day old before long.
const FILES_AGAIN: Duration = Duration::from_hours(1);

/// What every route gives: a value, or a problem.
pub type Result<T> = std::result::Result<T, Problem>;

/// An error as the caller sees it.
#[derive(Debug)]
pub struct Problem {
    code: Code,
    details: Box<ProblemDetails>,
    headers: HeaderMap,
    /// What the log is to say of it, and nobody else.
    cause: Option<Box<Cause>>,
}

/// Why the store could not do what a request needed.
#[derive(Clone, Debug)]
pub struct Cause(pub String);

/// Problem details as in RFC 9457. `code` is stable; `detail` is for people and may change.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct ProblemDetails {
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
    /// Where in the body: `items[3].id`; or which parameter of the query.
    #[serde(skip_serializing_if = "Option::is_none")]
    path: Option<String>,
    /// Every field that cannot be taken, where several are looked at together.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    errors: Vec<FieldProblem>,
    /// Who owns the conversation now: `bot`, `queue`, `platform` or an agent's name.
    #[serde(skip_serializing_if = "Option::is_none")]
    owner: Option<String>,
    /// The conversation's revision now.
    #[serde(skip_serializing_if = "Option::is_none")]
    revision: Option<u64>,
    /// In how many seconds to try again.
    #[serde(skip_serializing_if = "Option::is_none")]
    retry_after: Option<u64>,
}

/// What is wrong with one field of a form.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct FieldProblem {
    /// Where in the body: `items[1]`.
    path: String,
    /// What is wrong and what to do, in the language of the person who filled the form in: to be shown beside the field.
    detail: String,
}

impl Problem {
    /// A problem of this kind, with a sentence for people.
    #[must_use]
    pub fn new(code: Code, detail: impl Into<String>) -> Self {
        let status = code.status();
        let details = ProblemDetails {
            kind: "about:blank",
            title: status.canonical_reason().unwrap_or("Error"),
            status: status.as_u16(),
            code: code.as_str(),
            detail: detail.into(),
            path: None,
            errors: Vec::new(),
            owner: None,
            revision: None,
            retry_after: None,
        };
        let mut headers = HeaderMap::new();
        if status == StatusCode::UNAUTHORIZED {
            headers.insert(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        Self {
            code,
            details: Box::new(details),
            headers,
            cause: None,
        }
    }

    /// Which kind of problem it is.
    #[must_use]
    pub const fn code(&self) -> Code {
        self.code
    }

    /// The sentence for people.
    #[must_use]
    pub fn detail(&self) -> &str {
        &self.details.detail
    }

    /// The body of the answer.
    #[must_use]
    pub const fn details(&self) -> &ProblemDetails {
        &self.details
    }

    /// Nothing by this name, in the same words whether it does not exist or belongs to somebody else.
    #[must_use]
    pub fn not_found() -> Self {
        let detail = "there is nothing here by this name that this token may see";
        Self::new(Code::NotFound, detail)
    }

    /// A value that cannot be, and where it stands in the body.
    #[must_use]
    pub fn invalid(path: &str, detail: impl Into<String>) -> Self {
        Self::new(Code::InvalidValue, detail).at(path)
    }

    /// Says where in the body.
    #[must_use]
    pub fn at(mut self, path: &str) -> Self {
        // A field that is not known has a name of the sender's own choice.
        let path = escape_hidden(&redact(path).text).into_owned();
        self.details.path = Some(path).filter(|path| !path.is_empty() && path != ".");
        self
    }

    /// Says what is wrong with each field.
    #[must_use]
    fn in_fields(mut self, fields: Vec<BadField>) -> Self {
        let fields = fields.into_iter().map(|field| FieldProblem {
            path: field.path,
            detail: field.words,
        });
        self.details.errors = fields.collect();
        self
    }

    /// Says when to try again, in whole seconds and at least one.
    #[must_use]
    pub fn retry_after(mut self, wait: Duration) -> Self {
        let seconds = wait.as_secs() + u64::from(wait.subsec_nanos() > 0);
        let seconds = seconds.max(1);
        self.details.retry_after = Some(seconds);
        self.headers.insert(RETRY_AFTER, HeaderValue::from(seconds));
        self
    }

    /// Says which methods the address knows.
    #[must_use]
    pub fn allow(mut self, methods: HeaderValue) -> Self {
        self.headers.insert(ALLOW, methods);
        self
    }

    /// Says who owns the conversation now.
    #[must_use]
    pub fn owned_by(mut self, owner: &Owner) -> Self {
        self.details.owner = Some(match owner {
            Owner::Agent(agent) => agent.as_str().to_owned(),
            other => other.name().to_owned(),
        });
        self
    }

    /// Says which revision the conversation has now.
    #[must_use]
    pub fn at_revision(mut self, revision: Revision) -> Self {
        self.details.revision = Some(revision.0);
        self
    }
}

impl From<DeskError> for Problem {
    fn from(error: DeskError) -> Self {
        let detail = error.to_string();
        match error {
            DeskError::SignedForAnother => Self::new(Code::SignatureInvalid, detail),
            DeskError::Unauthorized => Self::new(Code::TokenInvalid, detail),
            DeskError::CodeNeeded => Self::new(Code::CodeNeeded, detail),
            DeskError::WrongCode => Self::new(Code::WrongCode, detail),
            DeskError::WrongPassword => Self::new(Code::WrongPassword, detail),
            DeskError::LockedOut(wait) => {
                let wait = Duration::try_from(wait).unwrap_or_default();
                Self::new(Code::RateLimited, detail).retry_after(wait)
            }
            DeskError::NotFound => Self::not_found(),
            DeskError::Conflict { owner, revision } => Self::new(Code::StaleRevision, detail)
                .owned_by(&owner)
                .at_revision(revision),
            DeskError::NotAllowed(refused) => {
                Self::new(Code::Conflict, detail).owned_by(&refused.owner)
            }
            DeskError::Link(InvalidLink::Answered) => Self::new(Code::Conflict, detail),
            DeskError::Link(InvalidLink::Expired) => Self::invalid("expires_at", detail),
            DeskError::Link(_) => Self::invalid("url", detail),
            DeskError::NotDone(why) => Self::new(not_done(why), detail),
            DeskError::Merge(_) => Self::new(Code::Conflict, detail),
            DeskError::ClaimRefused(_) => Self::new(Code::Conflict, detail),
            DeskError::Notice(InvalidNotice::Refused { .. }) => Self::new(Code::Conflict, detail),
            DeskError::Notice(_) => Self::new(Code::InvalidValue, detail),
            DeskError::Unfit(unfit) => Self::new(unfit_code(unfit), detail).at("file"),
            DeskError::TooManyFiles => {
                Self::new(Code::RateLimited, detail).retry_after(FILES_AGAIN)
            }
            DeskError::Form(fields) => Self::new(Code::InvalidValue, detail).in_fields(fields),
            DeskError::AtCap(_) => Self::new(Code::AgentAtCap, detail),
            DeskError::Away => Self::new(Code::AgentAway, detail),
            DeskError::DraftChanged => Self::new(Code::Conflict, detail),
            DeskError::TooLateToUndo => Self::new(Code::TooLateToUndo, detail),
            DeskError::OnlyLeads(_) => Self::new(Code::RoleTooLow, detail),
            DeskError::NeedsLead { .. } => Self::new(Code::LeadNeeded, detail),
            DeskError::Invalid(_) => Self::new(Code::InvalidValue, detail),
            DeskError::NamedAlready => Self::new(Code::IdempotencyMismatch, detail).at("client_id"),
            DeskError::Busy | DeskError::SessionChanged => {
                Self::new(Code::Busy, detail).retry_after(Duration::from_secs(1))
            }
            DeskError::Stopped(cause) => {
                let detail =
                    "the desk cannot write at the moment: nothing was accepted, send it again";
                let mut problem =
                    Self::new(Code::Stopped, detail).retry_after(Duration::from_secs(5));
                problem.cause = Some(Box::new(Cause(cause)));
                problem
            }
        }
    }
}

const fn unfit_code(unfit: Unfit) -> Code {
    match unfit {
        Unfit::Kind | Unfit::TwoThings | Unfit::Animated => Code::UnsupportedMediaType,
        Unfit::TooLarge => Code::BodyTooLarge,
        Unfit::Empty | Unfit::TooManyPixels | Unfit::Broken => Code::InvalidValue,
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let body = serde_json::to_vec(&self.details).unwrap_or_default();
        let mut response = (self.code.status(), body).into_response();
        let headers = response.headers_mut();
        headers.insert(
            CONTENT_TYPE,
            HeaderValue::from_static("application/problem+json"),
        );
        headers.extend(self.headers);
        // For the log, the metrics and the CORS layer, which look at answers and not at bodies.
        response.extensions_mut().insert(self.code);
        if let Some(cause) = self.cause {
            response.extensions_mut().insert(*cause);
        }
        response
    }
}
const fn not_done(why: NotDone) -> Code {
    match why {
        NotDone::NotShown => Code::OrderNotShown,
        NotDone::Left => Code::OrderLeft,
        NotDone::NotUnpaid => Code::OrderNotUnpaid,
        NotDone::NoLinks => Code::NoPaymentLinks,
        NotDone::AskedAlready => Code::LinkAskedAlready,
        NotDone::NobodyListens => Code::NobodyListens,
    }
}
