//! Transcripts by a signed link: for somebody without a log-in, until a time. Never by the id alone.

use axum::extract::{Path, State};
use axum::response::Response;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::transcript::{For, Form, written};
use crate::desk::Shared;
use crate::domain::evidence::EvidenceHash;
use crate::domain::ids::{AgentId, ConversationId};
use crate::http::App;
use crate::http::customer::attachments::to_look_at;
use crate::http::error::{Problem, ProblemDetails, Result};
use crate::http::gate::body::{Asked, Json, Named};
use crate::http::gate::staff::Acting;

/// A link is good for so many hours unless somebody says otherwise.
const HOURS: u16 = 72;

/// A link that is wanted.
#[derive(Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewLink {
    /// For how many hours it is good, 1 to 720; 72 without it.
    hours: Option<u16>,
}

/// A link to the customer's view of a conversation.
#[derive(Serialize, utoipa::ToSchema)]
pub struct Link {
    /// Where it leads: the path below the desk's own address.
    path: String,
    /// Until when (RFC 3339).
    #[schema(value_type = String, format = DateTime)]
    until: Timestamp,
}

/// What a link says of itself.
#[derive(Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct Signed {
    /// Who gave it out.
    #[serde(default)]
    by: String,
    /// Until when, in seconds since 1970.
    #[serde(default)]
    until: i64,
    /// The signature.
    #[serde(default)]
    sign: String,
}

/// Gives out a link by which anybody reads the customer's view of a conversation for a while, as a page.
#[utoipa::path(post, path = "/v1/conversations/{id}/link", tag = "agent", params(("id" = ConversationId, Path)), request_body = NewLink, responses(
    (status = 200, body = Link), (status = "4XX", body = ProblemDetails, content_type = "application/problem+json"),
))]
pub async fn give(
    State(app): State<App>,
    staff: Acting,
    Named(id): Named<ConversationId>,
    Json(new): Json<NewLink>,
) -> Result<axum::Json<Link>> {
    let lasts = SignedDuration::from_hours(new.hours.unwrap_or(HOURS).into());
    let (shared, sign) = app
        .desk
        .share(&staff.agent, &id, Form::Html.name(), lasts)
        .await?;
    let (form, by, until) = (&shared.form, &shared.by, shared.until.as_second());
    Ok(axum::Json(Link {
        path: format!("/shared/{id}/{form}?by={by}&until={until}&sign={sign}"),
        until: shared.until,
    }))
}

/// What a link opens: the customer's view, in the form that it was signed for, or a file that an agent has shown.
#[utoipa::path(get, path = "/shared/{id}/{form}", tag = "anybody", security(()), params(
    ("id" = String, Path), ("form" = String, Path), Signed), responses(
    (status = 200, body = String, content_type = "text/html"),
    (status = "4XX", body = ProblemDetails, content_type = "application/problem+json"),
))]
pub async fn open(
    State(app): State<App>,
    Path((id, form)): Path<(String, String)>,
    Asked(signed): Asked<Signed>,
) -> Result<Response> {
    let file = EvidenceHash::try_from(form.clone()).ok();
    let shared = Shared {
        conversation: ConversationId::parse(&id).map_err(|_| Problem::not_found())?,
        form: form.clone(),
        by: AgentId::parse(&signed.by).map_err(|_| Problem::not_found())?,
        until: Timestamp::from_second(signed.until).map_err(|_| Problem::not_found())?,
    };
    let agent = app.desk.opened(&shared, &signed.sign).await?;
    if let Some(file) = file {
        let found = app.desk.attachment(&agent, &shared.conversation, &file);
        let (file, bytes) = found.await?;
        return to_look_at(&file, bytes);
    }
    let form = Form::named(&form).ok_or_else(Problem::not_found)?;
    written(
        &app,
        &agent,
        &shared.conversation,
        form,
        (For::Customer, false),
    )
    .await
}
