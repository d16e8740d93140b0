//! What agents narrow their lists by again and again: all of the caller's at once, in their order.

use axum::extract::State;
use serde::{Deserialize, Serialize};

use crate::domain::saved_filter::SavedFilter;
use crate::http::App;
use crate::http::error::{ProblemDetails, Result};
use crate::http::gate::body::Json;
use crate::http::gate::staff::Staff;

/// The caller's filters, in their order.
#[derive(Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct OwnFilters {
    /// At most 30.
    filters: Vec<SavedFilter>,
}

/// The caller's filters.
#[utoipa::path(get, path = "/v1/filters", tag = "agent", responses(
    (status = 200, body = OwnFilters), (status = "4XX", body = ProblemDetails, content_type = "application/problem+json"),
))]
pub async fn list(State(app): State<App>, staff: Staff) -> Result<axum::Json<OwnFilters>> {
    let filters = app.desk.saved_filters(&staff.agent).await?;
    Ok(axum::Json(OwnFilters { filters }))
}

/// Keeps these filters in the place of those that were kept.
#[utoipa::path(put, path = "/v1/filters", tag = "agent", request_body = OwnFilters, responses(
    (status = 200, body = OwnFilters), (status = "4XX", body = ProblemDetails, content_type = "application/problem+json"),
))]
pub async fn keep(
    State(app): State<App>,
    staff: Staff,
    Json(new): Json<OwnFilters>,
) -> Result<axum::Json<OwnFilters>> {
    let filters = app.desk.keep_filters(&staff.agent, new.filters).await?;
    Ok(axum::Json(OwnFilters { filters }))
}
