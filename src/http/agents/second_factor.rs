//! The second factor of an agent: shown, confirmed with a code of their phone, and turned off with one.

use axum::Extension;
use axum::extract::State;
use axum::response::Response;
use serde::{Deserialize, Serialize};

use super::log_in::left;
use crate::desk::DeskError;
use crate::http::App;
use crate::http::customer::said::{Done, NoFields};
use crate::http::error::{Problem, ProblemDetails, Result};
use crate::http::gate::body::{Json, OptionalJson};
use crate::http::gate::peer::Client;
use crate::http::gate::staff::Staff;

/// What a phone is to keep: shown this once.
#[derive(Serialize, utoipa::ToSchema)]
pub struct OfferedFactor {
    /// The secret, as people type it.
    secret: String,
    /// The same as an address that a phone opens.
    address: String,
}

/// A code of the phone.
#[derive(Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct FactorCode {
    /// Six digits.
    #[schema(max_length = 16)]
    code: String,
}

/// Makes a secret for the caller's phone, which can be confirmed within ten minutes. Nothing asks for its codes before that.
#[utoipa::path(post, path = "/v1/second-factor", tag = "agent", responses(
    (status = 200, body = OfferedFactor), (status = "4XX", body = ProblemDetails, content_type = "application/problem+json"),
))]
pub async fn offer(
    State(app): State<App>,
    staff: Staff,
    OptionalJson(NoFields {}): OptionalJson<NoFields>,
) -> Result<axum::Json<OfferedFactor>> {
    let (secret, address) = app.desk.offer_second_factor(&staff.agent)?;
    Ok(axum::Json(OfferedFactor { secret, address }))
}

/// Asks for a code beside the password from now on: the phone has the secret, for this is its code. All log-ins end, this one too.
#[utoipa::path(post, path = "/v1/second-factor/confirm", tag = "agent", request_body = FactorCode, responses(
    (status = 200, body = Done), (status = "4XX", body = ProblemDetails, content_type = "application/problem+json"),
))]
pub async fn confirm(
    State(app): State<App>,
    staff: Staff,
    Extension(client): Extension<Client>,
    Json(given): Json<FactorCode>,
) -> Result<Response> {
    set(&app, &staff, client, (given.code.as_str(), true)).await
}

/// Asks for no code any more. All log-ins end, this one too.
#[utoipa::path(post, path = "/v1/second-factor/off", tag = "agent", request_body = FactorCode, responses(
    (status = 200, body = Done), (status = "4XX", body = ProblemDetails, content_type = "application/problem+json"),
))]
pub async fn end(
    State(app): State<App>,
    staff: Staff,
    Extension(client): Extension<Client>,
    Json(given): Json<FactorCode>,
) -> Result<Response> {
    set(&app, &staff, client, (given.code.as_str(), false)).await
}

async fn set(
    app: &App,
    staff: &Staff,
    client: Client,
    (code, on): (&str, bool),
) -> Result<Response> {
    let from = client.network().to_string();
    let set = match on {
        true => {
            app.desk
                .confirm_second_factor(&staff.agent, code, &from)
                .await
        }
        false => app.desk.end_second_factor(&staff.agent, code, &from).await,
    };
    match set {
        Ok(()) => Ok(left(app, &staff.pass)),
        // Who asks is known: what does not fit is a field of the form.
        Err(error @ DeskError::WrongCode) => Err(Problem::invalid("code", error.to_string())),
        Err(other) => Err(other.into()),
    }
}
