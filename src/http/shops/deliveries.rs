//! A shop's endpoints and what they have been told: what waits, what was given up, what has arrived, "send it again" and "try it".

use axum::extract::State;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::desk::{DeliveryStand, Place, Wanted};
use crate::domain::ids::EndpointId;
use crate::domain::webhook::{
    Delivery, DeliveryId, DeliveryState, EndpointRecord, EventKind, Subscription,
};
use crate::http::App;
use crate::http::code::Code;
use crate::http::error::{Problem, ProblemDetails, Result};
use crate::http::gate::bearer::Shop;
use crate::http::gate::body::{Asked, Named, OptionalJson};

/// A list has so many unless it asks for another number.
const DELIVERIES: usize = 50;
/// No list has more.
const MAX_DELIVERIES: usize = 200;

/// Which, and how many.
#[derive(Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct DeliveriesQuery {
    /// So many, at most 200.
    limit: Option<usize>,
    /// Those to this endpoint only.
    #[param(value_type = Option<String>)]
    endpoint: Option<EndpointId>,
    /// Those that stand so; without it what was given up and what waits.
    state: Option<DeliveryStand>,
    /// `next` of the page before.
    cursor: Option<String>,
}

/// What the endpoints were told.
#[derive(Serialize, utoipa::ToSchema)]
pub struct DeliveriesAnswer {
    /// Endpoint by endpoint: what was given up, then what waits, each in the order in which it is sent; of what has arrived the last
    /// thousand are kept, the newest first.
    deliveries: Vec<DeliveryView>,
    /// `cursor` of the next page; none after the last.
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<String>,
}

/// An event on its way to an endpoint.
#[derive(Serialize, utoipa::ToSchema)]
pub struct DeliveryView {
    /// Its number.
    id: String,
    /// The endpoint, by its key in the configuration.
    endpoint: EndpointId,
    /// Whether nothing is sent to the endpoint, for it said that it is gone (410) or took nothing for days, until something is sent again.
    endpoint_gone: bool,
    /// `webhook-id`, the same on every attempt.
    event: String,
    /// `type`: what happened.
    r#type: &'static str,
    /// `waiting`, `failed` or `delivered`.
    state: &'static str,
    /// How often it was tried.
    attempts: u32,
    /// What the last attempt came to.
    #[serde(skip_serializing_if = "Option::is_none")]
    failure: Option<String>,
    /// Its last attempts, the newest last.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    tries: Vec<TryView>,
    /// When it is tried next, after those before it (RFC 3339).
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    next_at: Option<Timestamp>,
    /// When it happened (RFC 3339).
    #[schema(value_type = String, format = DateTime)]
    created_at: Timestamp,
}

/// An attempt.
#[derive(Serialize, utoipa::ToSchema)]
pub struct TryView {
    /// When (RFC 3339).
    #[schema(value_type = String, format = DateTime)]
    at: Timestamp,
    /// `taken`, or why not.
    outcome: String,
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
            tries: delivery.tries.into_iter().map(TryView::from).collect(),
            next_at: match delivery.state {
                DeliveryState::Waiting { from } => Some(from),
                DeliveryState::Failed { .. } | DeliveryState::Delivered { .. } => None,
            },
            created_at: delivery.at,
        }
    }
}

impl From<crate::domain::webhook::Try> for TryView {
    fn from(one: crate::domain::webhook::Try) -> Self {
        Self {
            at: one.at,
            outcome: one.outcome,
        }
    }
}

/// Nothing is to be said with it.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Resend {}

/// Lists what the shop's endpoints were told.
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
    let wanted = Wanted {
        endpoint: query.endpoint,
        state: query.state,
        behind: query.cursor.as_deref().map(place).transpose()?,
    };
    let (found, end) = app.desk.deliveries(&key, &wanted, limit).await?;
    let deliveries = found.into_iter();
    let deliveries = deliveries.map(|(delivery, gone)| DeliveryView::new(delivery, gone));
    Ok(axum::Json(DeliveriesAnswer {
        deliveries: deliveries.collect(),
        next: end.map(|end| end.to_string()),
    }))
}

fn place(text: &str) -> Result<Place> {
    text.parse::<Place>()
        .map_err(|error| Problem::new(Code::InvalidRequest, error.to_string()))
}

/// An event on its way to an endpoint, with what its attempts came to.
#[utoipa::path(get, path = "/v1/deliveries/{id}", tag = "merchant", params(("id" = String, Path)), responses(
    (status = 200, body = DeliveryView),
    (status = "4XX", body = ProblemDetails, content_type = "application/problem+json"),
))]
pub async fn show(
    State(app): State<App>,
    Shop(key): Shop,
    Named(id): Named<String>,
) -> Result<axum::Json<DeliveryView>> {
    let id: DeliveryId = id.parse().map_err(|_| Problem::not_found())?;
    let delivery = app.desk.delivery(&key, &id).await?;
    let endpoints = app.desk.endpoints(&key).await?;
    let mut gone = endpoints.iter().filter(|(_, known)| known.gone.is_some());
    let gone = gone.any(|(one, _)| one.endpoint == id.endpoint);
    Ok(axum::Json(DeliveryView::new(delivery, gone)))
}

/// The shop's endpoints.
#[derive(Serialize, utoipa::ToSchema)]
pub struct EndpointsAnswer {
    /// As they stand in the configuration.
    webhooks: Vec<EndpointView>,
}

/// An endpoint. Its address is not shown, for it may hold a secret.
#[derive(Serialize, utoipa::ToSchema)]
pub struct EndpointView {
    /// Its key in the configuration.
    id: String,
    /// What it wants to be told of.
    events: Vec<&'static str>,
    /// `unused`, `working`, `failing`, or `disabled`: then nothing is sent until something is sent again.
    state: &'static str,
    /// Why it is disabled.
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
    /// Since when it is so, where it is failing or disabled (RFC 3339).
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    since: Option<Timestamp>,
    /// When it last took something (RFC 3339).
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    taken_at: Option<Timestamp>,
}

impl EndpointView {
    fn new(one: &Subscription, known: EndpointRecord) -> Self {
        let state = known.state();
        let failing_since = known.failing.map(|failing| failing.since);
        let (since, reason) = match known.disabled {
            Some(disabled) => (Some(disabled.at), Some(disabled.why)),
            None => (failing_since, None),
        };
        Self {
            id: one.endpoint.to_string(),
            events: one.wanted().map(EventKind::name).collect(),
            state,
            reason,
            since,
            taken_at: known.taken_at,
        }
    }
}

/// Lists the shop's endpoints and whether they take what they are told.
#[utoipa::path(get, path = "/v1/webhooks", tag = "merchant", responses(
    (status = 200, body = EndpointsAnswer),
    (status = "4XX", body = ProblemDetails, content_type = "application/problem+json"),
))]
pub async fn endpoints(
    State(app): State<App>,
    Shop(key): Shop,
) -> Result<axum::Json<EndpointsAnswer>> {
    let found = app.desk.endpoints(&key).await?.into_iter();
    let webhooks = found.map(|(one, known)| EndpointView::new(&one, known));
    Ok(axum::Json(EndpointsAnswer {
        webhooks: webhooks.collect(),
    }))
}

/// Sends an endpoint a `webhook.test`, whatever it wants to be told of: `GET /v1/deliveries/{id}` says what came of it. An endpoint to
/// which nothing was sent any more is taken to be back.
#[utoipa::path(post, path = "/v1/webhooks/{id}/test", tag = "merchant", params(("id" = String, Path)), responses(
    (status = 200, body = DeliveryView),
    (status = "4XX", body = ProblemDetails, content_type = "application/problem+json"),
))]
pub async fn test(
    State(app): State<App>,
    Shop(key): Shop,
    Named(id): Named<String>,
    OptionalJson(_nothing): OptionalJson<Resend>,
) -> Result<axum::Json<DeliveryView>> {
    let id = EndpointId::parse(&id).map_err(|_| Problem::not_found())?;
    let delivery = app.desk.test_endpoint(&key, &id).await?;
    Ok(axum::Json(DeliveryView::new(delivery, false)))
}

/// Sends an event again, wherever it stands, now and from its first attempt on. An endpoint to which nothing was sent any more is taken
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
