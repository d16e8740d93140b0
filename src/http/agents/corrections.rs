//! What agents have put right at the merchant's.

use axum::response::Response;
use serde::Deserialize;

use super::moving::{Based, Moving};
use super::view::ConversationView;
use crate::desk::PutRight;
use crate::domain::correction::Detail;
use crate::domain::ids::{ConversationId, OrderId};
use crate::http::error::{Problem, ProblemDetails, Result};
use crate::http::gate::body::Json;

/// What is put right about an order: a detail, a link to pay by, or both.
#[derive(Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Righting {
    /// Which order.
    order: OrderId,
    /// Which detail.
    detail: Option<Detail>,
    /// What is right.
    value: Option<String>,
    /// Whether the merchant is asked for a fresh link to pay by.
    #[serde(default)]
    pay_again: bool,
    /// The revision that the change is based on.
    based_on: Option<u64>,
}

/// What the merchant is told.
#[derive(Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MerchantWord {
    /// 1 to 1,000 characters.
    text: String,
    /// The order that it is about.
    order: Option<OrderId>,
    /// The revision that the change is based on.
    based_on: Option<u64>,
}

/// Has a detail of an order corrected, a fresh link to pay by asked for, or both. The customer is told.
#[utoipa::path(post, path = "/v1/conversations/{id}/put-right", tag = "agent", params(("id" = ConversationId, Path)), request_body = Righting, responses(
    (status = 200, body = ConversationView), (status = 409, body = ProblemDetails, content_type = "application/problem+json"),
))]
pub async fn put_right(asked: Moving<Json<Righting>>) -> Result<Response> {
    let Json(new) = &asked.body;
    let detail = match (new.detail, &new.value) {
        (Some(detail), Some(value)) => Some((detail, value.clone())),
        (None, None) => None,
        _ => {
            return Err(Problem::invalid(
                "value",
                "a detail and its value go together",
            ));
        }
    };
    let right = PutRight {
        order: new.order.clone(),
        detail,
        pay_again: new.pay_again,
    };
    let moved = asked
        .desk()
        .put_right(&asked.agent, &asked.id, &right, asked.based_on);
    let moved = moved.await;
    asked.answer(moved).await
}

/// Tells the merchant's programs what only the merchant can do. The customer does not see it.
#[utoipa::path(post, path = "/v1/conversations/{id}/merchant", tag = "agent", params(("id" = ConversationId, Path)), request_body = MerchantWord, responses(
    (status = 200, body = ConversationView), (status = 409, body = ProblemDetails, content_type = "application/problem+json"),
))]
pub async fn tell_merchant(asked: Moving<Json<MerchantWord>>) -> Result<Response> {
    let Json(word) = &asked.body;
    let said = (word.order.clone(), word.text.as_str());
    let moved = asked
        .desk()
        .tell_merchant_of(&asked.agent, &asked.id, said, asked.based_on);
    let moved = moved.await;
    asked.answer(moved).await
}

impl Based for Righting {
    fn based_on(&self) -> Option<u64> {
        self.based_on
    }
}

impl Based for MerchantWord {
    fn based_on(&self) -> Option<u64> {
        self.based_on
    }
}
