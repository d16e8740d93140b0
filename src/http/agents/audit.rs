//! The audit log, for leads and admins: who looked at whom, who changed what, who came in and who was refused.

use axum::extract::State;
use axum::response::Response;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::inbox::cursor;
use super::reports::attached_csv;
use crate::desk::AuditAsked;
use crate::domain::audit::{AuditEntry, Audited};
use crate::domain::ids::{AgentId, ConversationId};
use crate::domain::transcript::csv;
use crate::http::App;
use crate::http::code::Code;
use crate::http::error::{Problem, ProblemDetails, Result};
use crate::http::gate::body::Asked;
use crate::http::gate::staff::Leading;

/// A page has so many lines unless it asks for another number.
const LINES: usize = 100;
/// No page has more.
const MOST: usize = 200;

/// Which lines.
#[derive(Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct AuditQuery {
    /// From when on (RFC 3339); from the first one if it is left out.
    #[param(value_type = Option<String>)]
    since: Option<Timestamp>,
    /// Before when (RFC 3339); to the last one if it is left out.
    #[param(value_type = Option<String>)]
    until: Option<Timestamp>,
    /// What this agent did.
    agent: Option<AgentId>,
    /// What was done with the conversations of whoever speaks in this one.
    person: Option<ConversationId>,
    /// Searches for these words, or for how each of them begins: a search leaves marks of its words and not the words, so that only who knows
    /// what to ask for finds it.
    searched: Option<String>,
    /// `next` of the page before.
    cursor: Option<String>,
    /// How many, at most 200.
    limit: Option<usize>,
}

/// A page of the audit log.
#[derive(Serialize, utoipa::ToSchema)]
pub struct AuditAnswer {
    /// The lines, the newest first. A page may have none, and not be the last.
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
    /// Who; `operator` from the `command line` is whoever works there, `shop` from a `key …` a shop's program.
    agent: AgentId,
    /// What they did.
    what: Audited,
    /// With what: the id of a conversation, a file, a claim, an order or an agent, a key, or the marks of what was searched for.
    #[serde(skip_serializing_if = "Option::is_none")]
    about: Option<String>,
    /// The network that it came from, `command line`, or the beginning of a shop's key.
    #[serde(skip_serializing_if = "Option::is_none")]
    from: Option<String>,
}

impl AuditQuery {
    fn asked(&self) -> AuditAsked {
        AuditAsked {
            since: self.since.unwrap_or(Timestamp::UNIX_EPOCH),
            until: self.until,
            by: self.agent.clone(),
            person: self.person.clone(),
            searched: self.searched.clone(),
        }
    }
}

/// Whoever leads for one merchant does not read what is done for the others.
fn check(lead: &Leading) -> Result<()> {
    if lead.agent.merchant.is_none() {
        return Ok(());
    }
    let detail = "the audit log is of all merchants, so only a lead or an admin of all may read it";
    Err(Problem::new(Code::RoleTooLow, detail))
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
    lead: Leading,
    Asked(query): Asked<AuditQuery>,
) -> Result<axum::Json<AuditAnswer>> {
    check(&lead)?;
    let cursor = query.cursor.as_deref().map(cursor).transpose()?;
    let limit = query.limit.unwrap_or(LINES).clamp(1, MOST);
    let page = app
        .desk
        .audit(&lead.agent, &query.asked(), cursor.as_ref(), limit)
        .await?;
    Ok(axum::Json(AuditAnswer {
        lines: page.rows.into_iter().map(AuditLine::from).collect(),
        next: page.next.map(|next| next.to_string()),
    }))
}

/// The same lines for spreadsheets, all of them, the oldest first. `cursor` and `limit` have no meaning here.
#[utoipa::path(get, path = "/v1/audit.csv", tag = "agent", params(AuditQuery), responses(
    (status = 200, body = String, content_type = "text/csv"),
    (status = "4XX", body = ProblemDetails, content_type = "application/problem+json"),
))]
pub async fn table(
    State(app): State<App>,
    lead: Leading,
    Asked(query): Asked<AuditQuery>,
) -> Result<Response> {
    check(&lead)?;
    let lines = app.desk.audit_export(&lead.agent, &query.asked()).await?;
    let mut out = csv::row(&["at", "agent", "what", "about", "from"]);
    for line in &lines {
        let at = line.at.to_string();
        let (about, from) = (line.about.as_deref(), line.from.as_deref());
        out += &csv::row(&[
            at.as_str(),
            line.agent.as_str(),
            line.what.name(),
            about.unwrap_or_default(),
            from.unwrap_or_default(),
        ]);
    }
    Ok(attached_csv("audit.csv", &out))
}
