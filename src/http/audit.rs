//! The audit log, for admins: who looked at whom, who changed what, who came in and who was refused.

use axum::extract::State;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::App;
use super::body::Asked;
use super::code::Code;
use super::error::{Problem, ProblemDetails, Result};
use super::inbox::cursor;
use super::staff::Admin;
use crate::domain::audit::{AuditEntry, Audited};
use crate::domain::ids::AgentId;

/// A page has so many lines unless it asks for another number.
const LINES: usize = 100;

/// Which lines.
#[derive(Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct AuditQuery {
    /// From when on (RFC 3339); from the first one if it is left out.
    #[param(value_type = Option<String>)]
    since: Option<Timestamp>,
    /// `next` of the page before.
    cursor: Option<String>,
    /// How many, at most 200.
    limit: Option<usize>,
}

/// A page of the audit log.
#[derive(Serialize, utoipa::ToSchema)]
pub struct AuditAnswer {
    /// The lines, the oldest first.
    lines: Vec<AuditLine>,
    /// `cursor` of the next page; none after the last.
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<String>,
}

/// A line of the audit log.
#[derive(Serialize, utoipa::ToSchema)]
pub struct AuditLine {
    /// When (RFC 3339).
    #[schema(value_type = String, format = DateTime)]
    at: Timestamp,
    /// Who; `operator` from the `command line` is whoever works there.
    agent: AgentId,
    /// What they did.
    what: Audited,
    /// With what: the id of a conversation, a file, a claim or an agent, or a key.
    #[serde(skip_serializing_if = "Option::is_none")]
    about: Option<String>,
    /// The network that it came from, or `command line`.
    #[serde(skip_serializing_if = "Option::is_none")]
    from: Option<String>,
}

impl From<AuditEntry> for AuditLine {
    fn from(entry: AuditEntry) -> Self {
        Self {
            at: entry.at,
            agent: entry.agent,
            what: entry.what,
            about: entry.about,
            from: entry.from,
        }
    }
}

/// A page of the audit log. That it was read is written down, too.
#[utoipa::path(get, path = "/v1/audit", tag = "agent", params(AuditQuery), responses(
    (status = 200, body = AuditAnswer),
    (status = "4XX", body = ProblemDetails, content_type = "application/problem+json"),
))]
pub async fn read(
    State(app): State<App>,
    admin: Admin,
    Asked(query): Asked<AuditQuery>,
) -> Result<axum::Json<AuditAnswer>> {
    if admin.agent.merchant.is_some() {
        let detail = "the audit log is of all merchants, so only an admin of all may read it";
        return Err(Problem::new(Code::RoleTooLow, detail));
    }
    let since = query.since.unwrap_or(Timestamp::UNIX_EPOCH);
    let cursor = query.cursor.as_deref().map(cursor).transpose()?;
    let limit = query.limit.unwrap_or(LINES);
    let page = app
        .desk
        .audit(&admin.agent, since, cursor.as_ref(), limit)
        .await?;
    Ok(axum::Json(AuditAnswer {
        lines: page.rows.into_iter().map(AuditLine::from).collect(),
        next: page.next.map(|next| next.to_string()),
    }))
}
