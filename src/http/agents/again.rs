//! "Send again", for an agent: what was said to the customer of a platform and was given up.

use axum::extract::{Path, State};
use axum::response::Response;

use super::moving::answer;
use super::view::ConversationView;
use crate::domain::conversation::Seq;
use crate::domain::ids::ConversationId;
use crate::http::App;
use crate::http::customer::said::NoFields;
use crate::http::error::{Problem, ProblemDetails, Result};
use crate::http::gate::body::OptionalJson;
use crate::http::gate::staff::Acting;

/// Sends a message again that was given up (`delivery`, `failed`), by its number.
#[utoipa::path(post, path = "/v1/conversations/{id}/messages/{seq}/resend", tag = "agent", params(("id" = ConversationId, Path), ("seq" = u64, Path)), responses(
    (status = 200, body = ConversationView), (status = 404, body = ProblemDetails, content_type = "application/problem+json"),
))]
pub async fn resend(
    State(app): State<App>,
    staff: Acting,
    Path((id, seq)): Path<(String, String)>,
    OptionalJson(NoFields {}): OptionalJson<NoFields>,
) -> Result<Response> {
    let id = ConversationId::parse(&id).map_err(|_| Problem::not_found())?;
    let seq = seq.parse().map_err(|_| Problem::not_found())?;
    let sent = app.desk.send_again(&staff.agent, &id, Seq(seq)).await;
    answer(&app, &staff.agent, &id, sent).await
}
