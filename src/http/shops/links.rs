//! Links to pay by over the API: a shop's program answers what a customer asked for. Every call may be made twice.

use axum::extract::State;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::domain::ids::OrderId;
use crate::domain::payment_link::{LinkId, LinkState, PaymentLink};
use crate::http::App;
use crate::http::error::{ProblemDetails, Result};
use crate::http::gate::bearer::Shop;
use crate::http::gate::body::{Json, Named};

/// A request for a link.
#[derive(Serialize, utoipa::ToSchema)]
pub struct LinkView {
    /// Its number.
    id: String,
    /// The order that is to be paid.
    order: OrderId,
    /// Where it stands: `asked`, `given` or `refused`.
    state: &'static str,
    /// The link, once it was given.
    #[serde(skip_serializing_if = "Option::is_none")]
    url: Option<String>,
    /// When it was asked for (RFC 3339).
    #[schema(value_type = String, format = DateTime)]
    asked_at: Timestamp,
}

/// The link.
#[derive(Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct GivenLink {
    /// An https address on one of the site's `payment_hosts`.
    url: String,
    /// Until when it can be used (RFC 3339).
    #[schema(value_type = Option<String>, format = DateTime)]
    expires_at: Option<Timestamp>,
}

/// Why there is none.
#[derive(Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RefusedLink {
    /// A sentence for the customer, 1 to 300 characters.
    reason: String,
}

type Answer = Result<axum::Json<LinkView>>;

fn view(id: &LinkId, link: PaymentLink) -> axum::Json<LinkView> {
    axum::Json(LinkView {
        id: id.to_string(),
        order: link.order,
        state: link.state.name(),
        asked_at: link.asked_at,
        url: match link.state {
            LinkState::Given { url, .. } => Some(url),
            _ => None,
        },
    })
}

/// Reads a request for a payment link.
#[utoipa::path(get, path = "/v1/payment-links/{id}", tag = "merchant", params(("id" = String, Path)), responses(
    (status = 200, body = LinkView),
    (status = "4XX", body = ProblemDetails, content_type = "application/problem+json"),
))]
pub async fn show(State(app): State<App>, Shop(key): Shop, Named(id): Named<LinkId>) -> Answer {
    Ok(view(&id, app.desk.payment_link(&key, &id).await?))
}

/// Gives the link, which the customer is told in the conversation.
#[utoipa::path(post, path = "/v1/payment-links/{id}", tag = "merchant", params(("id" = String, Path)), request_body = GivenLink, responses(
    (status = 200, body = LinkView),
    (status = "4XX", body = ProblemDetails, content_type = "application/problem+json"),
))]
pub async fn give(
    State(app): State<App>,
    Shop(key): Shop,
    Named(id): Named<LinkId>,
    Json(given): Json<GivenLink>,
) -> Answer {
    let state = LinkState::Given {
        url: given.url,
        expires_at: given.expires_at,
    };
    Ok(view(&id, app.desk.answer_link(&key, &id, state).await?))
}

/// Says that there is none, and why: the customer is told, and a person finds another way.
#[utoipa::path(post, path = "/v1/payment-links/{id}/refuse", tag = "merchant", params(("id" = String, Path)), request_body = RefusedLink, responses(
    (status = 200, body = LinkView),
    (status = "4XX", body = ProblemDetails, content_type = "application/problem+json"),
))]
pub async fn refuse(
    State(app): State<App>,
    Shop(key): Shop,
    Named(id): Named<LinkId>,
    Json(refused): Json<RefusedLink>,
) -> Answer {
    let state = LinkState::Refused {
        reason: refused.reason,
    };
    Ok(view(&id, app.desk.answer_link(&key, &id, state).await?))
}
