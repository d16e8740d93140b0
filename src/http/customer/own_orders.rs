//! The orders that a visitor has shown to be theirs, as cards.

use axum::extract::State;
use serde::Serialize;

use crate::domain::order_card::OrderCard;
use crate::http::App;
use crate::http::error::{ProblemDetails, Result};
use crate::http::gate::bearer::Visitor;

/// Cards.
#[derive(Serialize, utoipa::ToSchema)]
pub struct OwnOrders {
    /// One for each order that has been proven in the conversation.
    orders: Vec<OrderCard>,
}

/// The orders that this visitor has shown to be theirs in the conversation, with no more of each than they have shown.
#[utoipa::path(get, path = "/v1/own-orders", tag = "visitor", responses(
    (status = 200, body = OwnOrders),
    (status = "4XX", body = ProblemDetails, content_type = "application/problem+json"),
))]
pub async fn list(State(app): State<App>, visitor: Visitor) -> Result<axum::Json<OwnOrders>> {
    let orders = app.desk.order_cards(&visitor.session).await?;
    Ok(axum::Json(OwnOrders { orders }))
}
