//! What a shop's endpoints have been told and have not taken: what waits, what was given up, and "send it again".

use axum::extract::State;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::App;
use super::bearer::Shop;
use super::body::{Asked, Named, OptionalJson};
use super::error::{Problem, ProblemDetails, Result};
use crate::domain::ids::EndpointId;
use crate::domain::webhook::{Delivery, DeliveryId, DeliveryState};

/// A list has so many unless it asks for another number.
const DELIVERIES: usize = 50;
/// No list has more.
const MAX_DELIVERIES: usize = 200;

/// How many.
#[derive(Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct DeliveriesQuery {
    /// So many, at most 200.
    limit: Option<usize>,
}

/// What the endpoints have not taken. What has arrived is not kept.
#[derive(Serialize, utoipa::ToSchema)]
pub struct DeliveriesAnswer {
    /// Endpoint by endpoint: what was given up, then what waits, each in the order in which it is sent.
    deliveries: Vec<DeliveryView>,
}

/// An event on its way to an endpoint.
#[derive(Serialize, utoipa::ToSchema)]
pub struct DeliveryView {
    /// Its number.
    id: String,
    /// The endpoint, by its key in the configuration.
    endpoint: EndpointId,
    /// Whether the endpoint said that it is gone (410): then nothing is sent until something is sent again.
    endpoint_gone: bool,
    /// `webhook-id`, the same on every attempt.
    event: String,
    /// `type`: what happened.
    r#type: &'static str,
    /// `waiting` or `failed`.
    state: &'static str,
    /// How often it was tried.
    attempts: u32,
    /// What the last attempt came to.
    #[serde(skip_serializing_if = "Option::is_none")]
    failure: Option<String>,
    /// When it is tried next, after those before it (RFC 3339).
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    next_at: Option<Timestamp>,
    /// When it happened (RFC 3339).
    #[schema(value_type = String, format = DateTime)]
    created_at: Timestamp,
}

impl DeliveryView {
    fn new(delivery: Delivery, endpoint_gone: bool) -> Self {
        Self {
            id: delivery.id.to_string(),
            endpoint: delivery.id.endpoint,
            endpoint_gone,
            event: delivery.event,
            r#type: delivery.kind.name(),
            state: delivery.state.name(),
            attempts: delivery.attempts,
            failure: delivery.failure,
            next_at: match delivery.state {
                DeliveryState::Waiting { from } => Some(from),
                DeliveryState::Failed { .. } => None,
            },
            created_at: delivery.at,
        }
    }
}

/// Nothing is to be said with it.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Resend {}

/// Lists what the shop's endpoints have not taken.
#[utoipa::path(get, path = "/v1/deliveries", tag = "merchant", params(DeliveriesQuery), responses(
    (status = 200, body = DeliveriesAnswer),
    (status = "4XX", body = ProblemDetails, content_type = "application/problem+json"),
))]
pub async fn list(
    State(app): State<App>,
    Shop(key): Shop,
    Asked(query): Asked<DeliveriesQuery>,
) -> Result<axum::Json<DeliveriesAnswer>> {
    let limit = query.limit.unwrap_or(DELIVERIES).clamp(1, MAX_DELIVERIES);
    let found = app.desk.deliveries(&key, limit).await?.into_iter();
    let deliveries = found.map(|(delivery, gone)| DeliveryView::new(delivery, gone));
    Ok(axum::Json(DeliveriesAnswer {
        deliveries: deliveries.collect(),
    }))
}

/// Sends an event again that waits or was given up, now and from its first attempt on. An endpoint that said that it is gone is taken
/// to be back.
#[utoipa::path(post, path = "/v1/deliveries/{id}/resend", tag = "merchant", params(("id" = String, Path)), responses(
    (status = 200, body = DeliveryView),
    (status = "4XX", body = ProblemDetails, content_type = "application/problem+json"),
))]
pub async fn resend(
    State(app): State<App>,
    Shop(key): Shop,
    Named(id): Named<String>,
    OptionalJson(_nothing): OptionalJson<Resend>,
) -> Result<axum::Json<DeliveryView>> {
    let id: DeliveryId = id.parse().map_err(|_| Problem::not_found())?;
    let again = app.desk.resend(&key, &id).await?;
    Ok(axum::Json(DeliveryView::new(again, false)))
}
