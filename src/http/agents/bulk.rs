//! What agents do to many conversations at once, and take back: an answer for each, so that one which cannot be changed holds up no other.

use axum::extract::State;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::desk::{BulkChange, Changed, Left};
use crate::domain::conversation::{
    Label, LeftFor, Owner, Priority, Revision, Status, Stood, Triage,
};
use crate::domain::ids::{AgentId, ConversationId};
use crate::http::App;
use crate::http::error::{Problem, ProblemDetails, Result};
use crate::http::gate::body::Json;
use crate::http::gate::staff::Acting;

/// So many are changed at a time.
const MOST: usize = 200;

/// What is to be done, and to which conversations.
#[derive(Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Bulk {
    /// Which: at most 200.
    conversations: Vec<ConversationId>,
    /// What.
    change: BulkDo,
}

/// What can be done to many conversations.
#[derive(Deserialize, utoipa::ToSchema)]
#[serde(tag = "do", rename_all = "snake_case", deny_unknown_fields)]
pub enum BulkDo {
    /// Labels that they get and lose.
    Labels {
        /// Labels that they get.
        #[serde(default)]
        #[schema(value_type = Vec<String>)]
        add: Vec<Label>,
        /// Labels that they lose.
        #[serde(default)]
        #[schema(value_type = Vec<String>)]
        remove: Vec<Label>,
    },
    /// How urgent they are.
    Priority {
        /// `urgent`, `high` or `normal`.
        priority: Priority,
    },
    /// Given to a colleague, by a lead.
    Assign {
        /// The agent's id.
        agent: AgentId,
        /// Also where they have as many as they are given at a time; otherwise those are not changed, with `agent_at_cap`.
        #[serde(default)]
        over_cap: bool,
    },
    /// Called done, by whoever has them.
    Resolve,
    /// Left until a time, by whoever has them; without a time until something happens.
    Snooze {
        /// Until when (RFC 3339).
        #[schema(value_type = Option<String>, format = DateTime)]
        until: Option<Timestamp>,
        /// What brings it back before.
        #[serde(default)]
        waits_for: LeftFor,
    },
}

/// What became of each.
#[derive(Serialize, utoipa::ToSchema)]
pub struct BulkAnswer {
    /// Those that were changed, each with what takes it back.
    done: Vec<Undo>,
    /// Those that were not, and why.
    failed: Vec<NotDone>,
}

/// A conversation that was changed, and how it stood: sent to `/v1/bulk/undo`, it stands so again.
#[derive(Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Undo {
    /// Which.
    id: ConversationId,
    /// Its revision since. What has changed after that is not taken back.
    revision: u64,
    /// Who had it: `bot`, `queue`, `platform`, or an agent.
    #[schema(value_type = String)]
    owner: Owner,
    /// Where it stood.
    #[schema(value_type = String)]
    status: Status,
    /// How urgent it was.
    priority: Priority,
    /// What it was sorted by.
    #[schema(value_type = Vec<String>)]
    labels: Vec<Label>,
}

/// A conversation that was not changed.
#[derive(Serialize, utoipa::ToSchema)]
pub struct NotDone {
    /// Which.
    id: ConversationId,
    /// Why, as a code of problem details.
    code: &'static str,
    /// Why, for people.
    detail: String,
}

/// What is to be taken back.
#[derive(Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct UndoRequest {
    /// What `/v1/bulk` said was done: at most 200.
    done: Vec<Undo>,
}

impl From<BulkDo> for BulkChange {
    fn from(what: BulkDo) -> Self {
        match what {
            BulkDo::Labels { add, remove } => Self::Sort(Triage {
                priority: None,
                add,
                remove,
            }),
            BulkDo::Priority { priority } => Self::Sort(Triage {
                priority: Some(priority),
                ..Triage::default()
            }),
            BulkDo::Assign { agent, over_cap } => Self::Assign(agent, over_cap),
            BulkDo::Resolve => Self::Resolve,
            BulkDo::Snooze { until, waits_for } => Self::Snooze(Left {
                until,
                for_what: waits_for,
            }),
        }
    }
}

impl Undo {
    fn of(id: ConversationId, changed: Changed) -> Self {
        let Stood {
            owner,
            status,
            priority,
            labels,
        } = changed.stood;
        Self {
            id,
            revision: changed.revision.0,
            owner,
            status,
            priority,
            labels: labels.into_iter().collect(),
        }
    }

    fn into_parts(self) -> (ConversationId, Changed) {
        let stood = Stood {
            owner: self.owner,
            status: self.status,
            priority: self.priority,
            labels: self.labels.into_iter().collect(),
        };
        let revision = Revision(self.revision);
        (self.id, Changed { stood, revision })
    }
}

impl NotDone {
    fn because(id: ConversationId, problem: &Problem) -> Self {
        Self {
            id,
            code: problem.code().as_str(),
            detail: problem.detail().to_owned(),
        }
    }
}

fn check(number: usize, path: &str) -> Result<()> {
    if number <= MOST {
        return Ok(());
    }
    let detail = format!("at most {MOST} conversations are changed at a time");
    Err(Problem::invalid(path, detail))
}

/// Does the same to many conversations: each is changed by itself.
#[utoipa::path(post, path = "/v1/bulk", tag = "agent", request_body = Bulk, responses(
    (status = 200, body = BulkAnswer), (status = "4XX", body = ProblemDetails, content_type = "application/problem+json"),
))]
pub async fn change(
    State(app): State<App>,
    staff: Acting,
    Json(bulk): Json<Bulk>,
) -> Result<axum::Json<BulkAnswer>> {
    check(bulk.conversations.len(), "conversations")?;
    let what = BulkChange::from(bulk.change);
    let (mut done, mut failed) = (Vec::new(), Vec::new());
    for id in bulk.conversations {
        match app.desk.change_one(&staff.agent, &id, &what).await {
            Ok(changed) => done.push(Undo::of(id, changed)),
            Err(error) => failed.push(NotDone::because(id, &error.into())),
        }
    }
    Ok(axum::Json(BulkAnswer { done, failed }))
}

/// Takes back what was done to many conversations, as far as nothing has happened to them since.
#[utoipa::path(post, path = "/v1/bulk/undo", tag = "agent", request_body = UndoRequest, responses(
    (status = 200, body = BulkAnswer), (status = "4XX", body = ProblemDetails, content_type = "application/problem+json"),
))]
pub async fn undo(
    State(app): State<App>,
    staff: Acting,
    Json(asked): Json<UndoRequest>,
) -> Result<axum::Json<BulkAnswer>> {
    check(asked.done.len(), "done")?;
    let (mut done, mut failed) = (Vec::new(), Vec::new());
    for one in asked.done {
        let (id, was) = one.into_parts();
        match app.desk.take_back(&staff.agent, &id, &was).await {
            Ok(row) => {
                let (stood, revision) = (row.stands(), row.revision);
                done.push(Undo::of(id, Changed { stood, revision }));
            }
            Err(error) => failed.push(NotDone::because(id, &error.into())),
        }
    }
    Ok(axum::Json(BulkAnswer { done, failed }))
}
