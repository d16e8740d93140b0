//! Reading a whole log: the names of those who speak in it, and the transcript in its three forms.

use axum::extract::{Path, State};
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_SECURITY_POLICY, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;

use crate::domain::account::Agent;
use crate::domain::audit::Audited;
use crate::domain::conversation::{Actor, Event, EventBody, Owner};
use crate::domain::ids::ConversationId;
use crate::domain::transcript::{self, Names, Reader, STYLE_HASH};
use crate::http::App;
use crate::http::error::{Problem, ProblemDetails, Result};
use crate::http::gate::body::Asked;
use crate::http::gate::staff::Staff;

/// The name of the dispute pack.
const PACK: &str = "pack.jsonl";

/// How a transcript is wanted.
#[derive(Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct TranscriptQuery {
    /// For whom: `agent` (all of it) or `customer` (without notes and reasons); a pack is for agents.
    #[serde(default)]
    view: For,
    /// Whether the agents' notes are in it: only when somebody asks for them, and never for customers.
    #[serde(default)]
    notes: bool,
}

/// For whom a transcript is.
#[derive(Clone, Copy, Default, PartialEq, Eq, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum For {
    /// All of it.
    #[default]
    Agent,
    /// Without notes, reasons and log-ins.
    Customer,
}

/// The transcript of a conversation: `transcript.json` (one event a line), `transcript.txt`, `transcript.html` or `transcript.csv`; or
/// `pack.jsonl`, one file with transcript, files, orders, refund applications and the policy in force, its lines chained by hashes.
#[utoipa::path(get, path = "/v1/conversations/{id}/{form}", tag = "agent", params(
    ("id" = ConversationId, Path), ("form" = String, Path, description = "`transcript.json`, `.txt`, `.html` or `.csv`, or `pack.jsonl`"),
    TranscriptQuery), responses(
    (status = 200, content((String = "application/x-ndjson"), (String = "text/plain"), (String = "text/html"), (String = "text/csv"))),
    (status = "4XX", body = ProblemDetails, content_type = "application/problem+json"),
))]
pub async fn read(
    State(app): State<App>,
    staff: Staff,
    Path((id, form)): Path<(String, String)>,
    Asked(query): Asked<TranscriptQuery>,
) -> Result<Response> {
    let id = ConversationId::parse(&id).map_err(|_| Problem::not_found())?;
    if form == PACK {
        if query.view == For::Customer {
            let detail = "a dispute pack has what agents see: leave `view` out, or take a transcript for the customer";
            return Err(Problem::invalid("view", detail));
        }
        let text = app.desk.pack(&staff.agent, &id, query.notes).await?;
        return Ok(pack(&id, text));
    }
    let form = Form::named(&form).ok_or_else(Problem::not_found)?;
    app.desk.conversation(&staff.agent, &id).await?;
    let about = Some(id.to_string());
    app.desk
        .note_down(&staff.agent.id, Audited::Exported, about)
        .await?;
    written(&app, &staff.agent, &id, form, (query.view, query.notes)).await
}

/// A transcript in a form, for a reader, with notes if they are wanted.
///
/// # Errors
/// When the desk cannot read.
pub(in crate::http) async fn written(
    app: &App,
    agent: &Agent,
    id: &ConversationId,
    form: Form,
    (view, notes): (For, bool),
) -> Result<Response> {
    let row = app.desk.conversation(agent, id).await?;
    let mut events = app.desk.whole_story(agent, id).await?;
    events.retain(|event| notes || !matches!(event.body, EventBody::Note { .. }));
    let names = names_in(app, &events).await?;
    let reader = match view {
        For::Agent => Reader::Agent,
        For::Customer => Reader::Customer,
    };
    let labels = app.desk.transcript_labels(row.language);
    let text = match form {
        Form::Json => transcript::json_lines(&events, reader, &names),
        Form::Text => transcript::plain_text(&events, reader, &names, &labels),
        Form::Html => transcript::page(&events, reader, &names, &labels),
        Form::Csv => transcript::table(&events, reader, &names, &labels),
    };
    Ok(form.answer(id, text))
}

/// One file with all that a dispute is about.
fn pack(id: &ConversationId, text: String) -> Response {
    let headers = [
        (CONTENT_TYPE, "application/x-ndjson".to_owned()),
        (
            CONTENT_DISPOSITION,
            format!("attachment; filename=\"{id}.pack.jsonl\""),
        ),
    ];
    (headers, text).into_response()
}

/// How a transcript is written.
#[derive(Clone, Copy)]
pub(in crate::http) enum Form {
    Json,
    Text,
    Html,
    Csv,
}

impl Form {
    pub(in crate::http) fn named(name: &str) -> Option<Self> {
        match name {
            "transcript.json" => Some(Self::Json),
            "transcript.txt" => Some(Self::Text),
            "transcript.html" => Some(Self::Html),
            "transcript.csv" => Some(Self::Csv),
            _ => None,
        }
    }

    pub(in crate::http) const fn name(self) -> &'static str {
        match self {
            Self::Json => "transcript.json",
            Self::Text => "transcript.txt",
            Self::Html => "transcript.html",
            Self::Csv => "transcript.csv",
        }
    }

    fn answer(self, id: &ConversationId, text: String) -> Response {
        let (kind, extension) = match self {
            Self::Json => ("application/x-ndjson", "json"),
            Self::Text => ("text/plain; charset=utf-8", "txt"),
            Self::Html => ("text/html; charset=utf-8", "html"),
            Self::Csv => ("text/csv; charset=utf-8", "csv"),
        };
        let headers = [
            (CONTENT_TYPE, kind.to_owned()),
            (
                CONTENT_DISPOSITION,
                format!("inline; filename=\"{id}.{extension}\""),
            ),
            (
                CONTENT_SECURITY_POLICY,
                format!("default-src 'none'; style-src '{STYLE_HASH}'; frame-ancestors 'none'"),
            ),
        ];
        (headers, text).into_response()
    }
}

/// The display names of the agents in some events.
///
/// # Errors
/// When the desk cannot read.
pub async fn names_in(app: &App, events: &[Event]) -> Result<Names> {
    let mut names = Names::new();
    for event in events {
        let by = match &event.by {
            Actor::Agent(agent) => Some(agent),
            _ => None,
        };
        let to = match &event.body {
            EventBody::OwnerChanged {
                to: Owner::Agent(agent),
                ..
            } => Some(agent),
            _ => None,
        };
        for agent in by.into_iter().chain(to) {
            if !names.contains_key(agent)
                && let Some(name) = app.desk.agent_name(agent).await?
            {
                names.insert(agent.clone(), name);
            }
        }
    }
    Ok(names)
}
