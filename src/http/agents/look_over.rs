//! A reply before it goes out: whether there is something in it that may not belong there.

use axum::extract::State;
use serde::{Deserialize, Serialize};

use super::conversation::checked;
use crate::domain::ids::{ConversationId, OrderId};
use crate::http::App;
use crate::http::error::{ProblemDetails, Result};
use crate::http::gate::body::{Json, Named};
use crate::http::gate::staff::Acting;

/// What is about to be sent.
#[derive(Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AboutToSend {
    /// The text.
    text: String,
}

/// What stands in it that may not belong there. Nothing is refused: whoever means it sends it.
#[derive(Serialize, utoipa::ToSchema)]
pub struct OverseenView {
    /// Whether something in it will be masked: a card number, a secret, a code.
    masked: bool,
    /// Orders of this merchant that the conversation is not about.
    others: Vec<OrderId>,
}

/// Looks a reply over that is about to be sent. Nothing of it is kept.
#[utoipa::path(post, path = "/v1/conversations/{id}/look-over", tag = "agent", params(("id" = ConversationId, Path)), request_body = AboutToSend, responses(
    (status = 200, body = OverseenView), (status = "4XX", body = ProblemDetails, content_type = "application/problem+json"),
))]
pub async fn look(
    State(app): State<App>,
    staff: Acting,
    Named(id): Named<ConversationId>,
    Json(sent): Json<AboutToSend>,
) -> Result<axum::Json<OverseenView>> {
    let text = checked(&app, sent.text)?;
    let seen = app.desk.look_over(&staff.agent, &id, &text).await?;
    Ok(axum::Json(OverseenView {
        masked: seen.masked,
        others: seen.others,
    }))
}
