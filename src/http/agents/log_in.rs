//! Agents come in, say who they are, and leave.

use axum::Extension;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Response};
use jiff::Timestamp;
use secrecy::SecretString;
use serde::{Deserialize, Serialize};

use crate::desk::{DeskError, Pass, Says};
use crate::domain::account::Agent;
use crate::domain::availability::Availability;
use crate::domain::ids::{AgentId, EndpointId, MerchantId};
use crate::domain::language::Language;
use crate::domain::rights::AgentRole;
use crate::http::App;
use crate::http::customer::said::Done;
use crate::http::error::{Problem, ProblemDetails, Result};
use crate::http::gate::body::{Json, OptionalJson};
use crate::http::gate::peer::Client;
use crate::http::gate::staff::{Acting, Staff};
use crate::http::gate::{cookie, origin};

/// Who wants to come in.
#[derive(Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Credentials {
    /// The agent's id.
    agent: String,
    /// Their password.
    #[schema(value_type = String)]
    password: SecretString,
    /// The code that their phone shows, if they have a second factor: without it the answer is `code_needed`.
    #[schema(max_length = 16)]
    code: Option<String>,
}

/// Which log-ins end.
#[derive(Default, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Leaving {
    /// All of the agent's, on every machine.
    #[serde(default)]
    everywhere: bool,
}

/// Another password.
#[derive(Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewPassword {
    /// The one so far.
    #[schema(value_type = String)]
    old: SecretString,
    /// The one from now on, 10 characters at least.
    #[schema(value_type = String)]
    new: SecretString,
}

/// Somebody who answers customers.
#[derive(Serialize, utoipa::ToSchema)]
pub struct AgentView {
    /// Their id, which is also their log-in.
    pub id: AgentId,
    /// The name that customers see.
    pub name: String,
    /// What they may do.
    pub role: AgentRole,
    /// The team that they belong to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub team: Option<String>,
    /// Sees this merchant's conversations only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub merchant: Option<MerchantId>,
    /// The languages that they answer in (BCP 47); none said is all.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(value_type = Vec<String>)]
    pub languages: Vec<Language>,
    /// They are given no more conversations than so many at a time.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cap: Option<u16>,
    /// Whether they take new conversations.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub availability: Option<Availability>,
    /// Whether a code is asked for beside their password, told to themselves.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub second_factor: Option<bool>,
    /// The endpoints of merchants that get nothing any more, told to leads and admins when they ask who they are.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub disabled_webhooks: Vec<DisabledView>,
}

/// An endpoint that gets nothing any more.
#[derive(Serialize, utoipa::ToSchema)]
pub struct DisabledView {
    /// Its key in the configuration.
    pub id: EndpointId,
    /// Why.
    pub reason: String,
    /// Since when (RFC 3339).
    #[schema(value_type = String, format = DateTime)]
    pub since: Timestamp,
}

/// Whom the desk has let in.
#[derive(Serialize, utoipa::ToSchema)]
pub struct Entered {
    /// Who.
    agent: AgentView,
    /// When the log-in ends, whatever happens (RFC 3339); without a request for half an hour it ends sooner.
    #[schema(value_type = String, format = DateTime)]
    expires_at: Timestamp,
}

impl From<Agent> for AgentView {
    fn from(agent: Agent) -> Self {
        Self {
            id: agent.id,
            name: agent.name,
            role: agent.rights.role,
            team: agent.rights.team,
            merchant: agent.merchant,
            languages: agent.rights.languages,
            cap: agent.rights.cap,
            availability: None,
            second_factor: None,
            disabled_webhooks: Vec::new(),
        }
    }
}

/// Comes in: the answer brings a cookie that only this desk gets back.
#[utoipa::path(post, path = "/v1/login", tag = "agent", request_body = Credentials, security(()), responses(
    (status = 200, body = Entered),
    (status = "4XX", body = ProblemDetails, content_type = "application/problem+json"),
))]
pub async fn enter(
    State(app): State<App>,
    Extension(client): Extension<Client>,
    headers: HeaderMap,
    Json(given): Json<Credentials>,
) -> Result<Response> {
    origin::check_own(&app, &headers)?;
    // What cannot be a name is nobody's.
    let id = AgentId::parse(&given.agent).map_err(|_| DeskError::WrongPassword)?;
    let from = client.network().to_string();
    let code = given.code.as_deref();
    let entered = app.desk.log_in(&id, given.password, code, &from).await?;
    let lasts = entered.expires_at.duration_since(app.desk.clock().now());
    let set = cookie::keep(&entered.token, lasts, app.options.https);
    let body = Entered {
        agent: entered.agent.into(),
        expires_at: entered.expires_at,
    };
    Ok((set, axum::Json(body)).into_response())
}

/// Leaves, here or everywhere.
#[utoipa::path(post, path = "/v1/logout", tag = "agent", request_body = Option<Leaving>, responses(
    (status = 200, body = Done),
    (status = "4XX", body = ProblemDetails, content_type = "application/problem+json"),
))]
pub async fn leave(
    State(app): State<App>,
    staff: Staff,
    OptionalJson(leaving): OptionalJson<Leaving>,
) -> Result<Response> {
    let everywhere = leaving.everywhere;
    app.desk
        .log_out(&staff.agent, &staff.pass, everywhere)
        .await?;
    Ok(left(&app, &staff.pass))
}

/// What a browser has kept is forgotten; a program has kept nothing.
pub(in crate::http) fn left(app: &App, pass: &Pass) -> Response {
    match pass {
        Pass::LogIn(_) => (cookie::forget(app.options.https), axum::Json(Done {})).into_response(),
        Pass::Token(_) => axum::Json(Done {}).into_response(),
    }
}

/// Chooses another password. All log-ins end, this one too.
#[utoipa::path(post, path = "/v1/password", tag = "agent", request_body = NewPassword, responses(
    (status = 200, body = Done),
    (status = "4XX", body = ProblemDetails, content_type = "application/problem+json"),
))]
pub async fn change_password(
    State(app): State<App>,
    staff: Staff,
    Extension(client): Extension<Client>,
    Json(given): Json<NewPassword>,
) -> Result<Response> {
    let from = client.network().to_string();
    app.desk
        .change_password(&staff.agent, given.old, given.new, &from)
        .await
        .map_err(|error| match error {
            DeskError::Invalid(why) => Problem::invalid("new", why),
            // Who asks is known: what does not fit is a field of the form.
            DeskError::WrongPassword => Problem::invalid("old", error.to_string()),
            other => other.into(),
        })?;
    Ok(left(&app, &staff.pass))
}

/// Says whom the desk takes the caller for.
#[utoipa::path(get, path = "/v1/me", tag = "agent", responses(
    (status = 200, body = AgentView),
    (status = "4XX", body = ProblemDetails, content_type = "application/problem+json"),
))]
pub async fn me(State(app): State<App>, staff: Staff) -> Result<axum::Json<AgentView>> {
    let disabled = app.desk.disabled_endpoints(&staff.agent).await?;
    let disabled = disabled.into_iter().map(|(id, disabled)| DisabledView {
        id,
        reason: disabled.why,
        since: disabled.at,
    });
    let second_factor = Some(staff.agent.rights.totp.is_some());
    Ok(axum::Json(AgentView {
        second_factor,
        disabled_webhooks: disabled.collect(),
        ..seen(&app, staff.agent)
    }))
}

/// An agent, and whether they take new conversations.
fn seen(app: &App, agent: Agent) -> AgentView {
    AgentView {
        availability: Some(app.desk.availability(&agent.id)),
        ..AgentView::from(agent)
    }
}

/// Whether an agent takes new conversations from now on.
#[derive(Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewAvailability {
    /// `online`, `paused` (keeps their own) or `offline` (those of theirs who wait go back into the queue).
    availability: Availability,
    /// Whether nobody chose it just now: a page that opens says what it has kept. It counts where the desk knows of no choice of the agent's,
    /// and that they are `offline` never does; the answer says what they are.
    #[serde(default)]
    remembered: bool,
    /// When that was chosen (RFC 3339): of what several browsers have kept the latest counts.
    #[serde(default)]
    #[schema(value_type = Option<String>, format = DateTime)]
    chosen_at: Option<Timestamp>,
    /// Whether nobody has touched the browser for a while. Who is online and touches none of their browsers is paused meanwhile.
    #[serde(default)]
    rests: bool,
}

/// Comes, pauses or goes.
#[utoipa::path(post, path = "/v1/availability", tag = "agent", request_body = NewAvailability, responses(
    (status = 200, body = AgentView),
    (status = "4XX", body = ProblemDetails, content_type = "application/problem+json"),
))]
pub async fn come_or_go(
    State(app): State<App>,
    staff: Acting,
    Json(new): Json<NewAvailability>,
) -> Result<axum::Json<AgentView>> {
    let says = Says {
        chose: new.availability,
        remembered: new.remembered,
        chosen_at: new.chosen_at,
        rests: new.rests,
    };
    app.desk
        .set_availability(&staff.agent, &staff.pass, says)
        .await?;
    Ok(axum::Json(seen(&app, staff.agent)))
}

/// The colleagues: those who may see what the caller sees, without those who have left.
#[utoipa::path(get, path = "/v1/agents", tag = "agent", responses(
    (status = 200, body = Vec<AgentView>),
    (status = "4XX", body = ProblemDetails, content_type = "application/problem+json"),
))]
pub async fn colleagues(
    State(app): State<App>,
    staff: Staff,
) -> Result<axum::Json<Vec<AgentView>>> {
    let colleagues = app.desk.colleagues(&staff.agent).await?;
    let all = colleagues.into_iter().map(|agent| seen(&app, agent));
    Ok(axum::Json(all.collect()))
}
