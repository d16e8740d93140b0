//! The agents' lists: what waits, what is theirs, and a stream that says when to look again.

use axum::extract::State;
use axum::response::Response;
use serde::{Deserialize, Serialize};

use super::App;
use super::body::Asked;
use super::code::Code;
use super::error::{Problem, ProblemDetails, Result};
use super::staff::Staff;
use super::stream::{self, Seen, Source};
use super::view::{InboxCounts, InboxView, RowView};
use crate::desk::{self, Pass};
use crate::domain::audit::Audited;
use crate::domain::ids::MerchantId;
use crate::live::Wakes;
use crate::store::Cursor;

/// A page has so many rows unless it asks for another number.
const ROWS: usize = 50;
/// No page has more rows.
const MAX_ROWS: usize = 200;

/// Which page of which list.
#[derive(Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct InboxQuery {
    /// Which list.
    #[serde(default)]
    view: InboxView,
    /// Where the page begins: `next` of the page before.
    cursor: Option<String>,
    /// How many rows, at most 200.
    limit: Option<usize>,
}

/// A page of a list.
#[derive(Serialize, utoipa::ToSchema)]
pub struct InboxAnswer {
    /// The conversations, the most urgent first.
    rows: Vec<RowView>,
    /// Where the next page begins; none after the last.
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<String>,
    /// How many conversations each list has.
    counts: InboxCounts,
}

/// A page of the inbox.
#[utoipa::path(get, path = "/v1/inbox", tag = "agent", params(InboxQuery), responses(
    (status = 200, body = InboxAnswer),
    (status = "4XX", body = ProblemDetails, content_type = "application/problem+json"),
))]
pub async fn list(
    State(app): State<App>,
    staff: Staff,
    Asked(query): Asked<InboxQuery>,
) -> Result<axum::Json<InboxAnswer>> {
    let view = Some(query.view.name().to_owned());
    app.desk
        .looked(&staff.agent.id, Audited::Listed, view)
        .await?;
    let query = desk::InboxQuery {
        view: query.view.of(&staff.agent.id),
        cursor: query.cursor.as_deref().map(cursor).transpose()?,
        limit: query.limit.unwrap_or(ROWS).clamp(1, MAX_ROWS),
    };
    let page = app.desk.inbox(&staff.agent, query).await?;
    let (counts, mine) = app.desk.inbox_counts(&staff.agent).await?;
    Ok(axum::Json(InboxAnswer {
        rows: page.rows.into_iter().map(RowView::from).collect(),
        next: page.next.map(|next| next.to_string()),
        counts: InboxCounts::of(counts, mine),
    }))
}

/// A place in a list, from its text.
///
/// # Errors
/// When it is none.
pub(super) fn cursor(text: &str) -> Result<Cursor> {
    text.parse::<Cursor>()
        .map_err(|error| Problem::new(Code::InvalidRequest, error.to_string()))
}

/// Says when to look at the inbox again: `event: inbox` without data to keep.
#[utoipa::path(get, path = "/v1/inbox/events", tag = "agent", responses(
    (status = 200, content_type = "text/event-stream", body = String),
    (status = "4XX", body = ProblemDetails, content_type = "application/problem+json"),
))]
pub async fn listen(State(app): State<App>, staff: Staff) -> Result<Response> {
    let caller = format!("agent {}", staff.agent.id);
    let watcher = Watcher {
        app: app.clone(),
        merchant: staff.agent.merchant,
        pass: staff.pass,
        wakes: None,
        woken: false,
    };
    stream::respond(&app, watcher, &caller)
}

/// An agent's stream of wake-ups.
struct Watcher {
    app: App,
    pass: Pass,
    merchant: Option<MerchantId>,
    wakes: Option<Wakes>,
    woken: bool,
}

impl Source for Watcher {
    const NAME: &'static str = "inbox";

    async fn look(&mut self) -> Result<Seen> {
        let agent = self.app.desk.agent_with(&self.pass).await?;
        if self.wakes.is_none() || agent.merchant != self.merchant {
            self.wakes = Some(
                self.app
                    .desk
                    .live()
                    .subscribe_inbox(agent.merchant.as_ref()),
            );
            self.merchant = agent.merchant;
            self.woken = true;
        }
        let woken = std::mem::take(&mut self.woken);
        let frames = if woken {
            stream::frame("inbox", None, &serde_json::json!({}))
        } else {
            String::new()
        };
        Ok(Seen {
            frames,
            more: false,
        })
    }

    fn wakes(&mut self) -> Option<&mut Wakes> {
        self.wakes.as_mut()
    }

    fn woken(&mut self) {
        self.woken = true;
    }
}
