//! What a visitor says by a button or a form: how the help was, where else to write, that the bot may go on, what the page shows.

use axum::extract::State;
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};

use crate::desk::Rating;
use crate::domain::conversation::Seq;
use crate::domain::email::Email;
use crate::domain::ids::ClientId;
use crate::domain::page_facts::{InvalidFact, PageFacts};
use crate::domain::rating::Score;
use crate::http::App;
use crate::http::error::{Problem, ProblemDetails, Result};
use crate::http::gate::bearer::Visitor;
use crate::http::gate::body::{Json, OptionalJson};

/// Characters of a customer's own words about the help.
const TEXT: usize = 1_000;

/// How the help was.
#[derive(Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RatingRequest {
    /// The sender's own name for it, such as a UUID: sent again under the same name, it changes nothing.
    client_id: ClientId,
    /// From 1, bad, to 5, good.
    #[schema(minimum = 1, maximum = 5)]
    score: u8,
    /// In their own words, at most 1,000 characters.
    #[schema(max_length = 1_000)]
    text: Option<String>,
}

/// Where else a customer can be written to.
#[derive(Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ContactRequest {
    /// The sender's own name for it, such as a UUID: sent again under the same name, it changes nothing.
    client_id: ClientId,
    /// An e-mail address.
    email: String,
}

/// Up to where a customer has read.
#[derive(Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReadRequest {
    /// The number of the last event that they have seen.
    up_to: u64,
}

/// What the page says that a visitor comes from. Each replaces what was said before; what is left out is forgotten.
#[derive(Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PageRequest {
    /// The order that it shows. It proves nothing.
    order: Option<String>,
    /// What the cart comes to, as the page writes it; at most 40 characters.
    #[schema(max_length = 40)]
    cart_total: Option<String>,
    /// Its address, at most 300 characters; what follows `?` or `#` is not kept.
    #[schema(max_length = 300)]
    page: Option<String>,
    /// The zone of the customer's clock, by its IANA name, such as `Asia/Shanghai`.
    #[schema(max_length = 50)]
    zone: Option<String>,
}

/// Nothing has to be said with it.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NoFields {}

/// Nothing more is to be said.
#[derive(Serialize, utoipa::ToSchema)]
pub struct Done {}

/// Says how the help was, once for each `rating_asked` of the conversation; 409 when nobody asked.
#[utoipa::path(post, path = "/v1/csat", tag = "visitor", request_body = RatingRequest, responses(
    (status = 201, body = Done),
    (status = "4XX", body = ProblemDetails, content_type = "application/problem+json"),
))]
pub async fn rate(
    State(app): State<App>,
    visitor: Visitor,
    Json(sent): Json<RatingRequest>,
) -> Result<(StatusCode, axum::Json<Done>)> {
    let score = Score::try_from(sent.score);
    let score = score.map_err(|error| Problem::invalid("score", error.to_string()))?;
    if sent
        .text
        .as_deref()
        .is_some_and(|text| text.chars().nth(TEXT).is_some())
    {
        let detail = "a rating has at most 1,000 characters";
        return Err(Problem::invalid("text", detail));
    }
    let rating = Rating {
        client_id: sent.client_id,
        score,
        text: sent.text,
    };
    app.desk.rate(&visitor.session, rating).await?;
    Ok((StatusCode::CREATED, axum::Json(Done {})))
}

/// Leaves an e-mail address, so that the answer finds the customer when they have gone.
#[utoipa::path(post, path = "/v1/contact", tag = "visitor", request_body = ContactRequest, responses(
    (status = 201, body = Done),
    (status = "4XX", body = ProblemDetails, content_type = "application/problem+json"),
))]
pub async fn leave_contact(
    State(app): State<App>,
    visitor: Visitor,
    Json(sent): Json<ContactRequest>,
) -> Result<(StatusCode, axum::Json<Done>)> {
    let session = &visitor.session;
    let Ok(email) = Email::parse(&sent.email) else {
        return Err(app.desk.no_email(session).await?.into());
    };
    let desk = &app.desk;
    desk.leave_contact(session, &sent.client_id, &email).await?;
    Ok((StatusCode::CREATED, axum::Json(Done {})))
}

/// Leaves the line before people and goes on with the bot; 409 for who does not wait, or whose matter a person has to look at.
#[utoipa::path(post, path = "/v1/waiting/leave", tag = "visitor", responses(
    (status = 200, body = Done),
    (status = "4XX", body = ProblemDetails, content_type = "application/problem+json"),
))]
pub async fn leave_queue(
    State(app): State<App>,
    visitor: Visitor,
    OptionalJson(NoFields {}): OptionalJson<NoFields>,
) -> Result<axum::Json<Done>> {
    app.desk.leave_queue(&visitor.session).await?;
    Ok(axum::Json(Done {}))
}

/// Says up to where a customer who left an address has read, so that it is not sent there as well.
#[utoipa::path(post, path = "/v1/read", tag = "visitor", request_body = ReadRequest, responses(
    (status = 200, body = Done),
    (status = "4XX", body = ProblemDetails, content_type = "application/problem+json"),
))]
pub async fn note_read(
    State(app): State<App>,
    visitor: Visitor,
    Json(sent): Json<ReadRequest>,
) -> Result<axum::Json<Done>> {
    app.desk.has_read(&visitor.session, Seq(sent.up_to)).await?;
    Ok(axum::Json(Done {}))
}

/// Says that the customer is writing, again every few seconds: agents see it for 8 seconds, and nothing of what is written.
#[utoipa::path(post, path = "/v1/typing", tag = "visitor", responses(
    (status = 200, body = Done),
    (status = "4XX", body = ProblemDetails, content_type = "application/problem+json"),
))]
pub async fn types(
    State(app): State<App>,
    visitor: Visitor,
    OptionalJson(NoFields {}): OptionalJson<NoFields>,
) -> Result<axum::Json<Done>> {
    app.desk.customer_types(&visitor.session).await?;
    Ok(axum::Json(Done {}))
}

/// Says what the page shows that a visitor comes from: agents see it with the conversation from the next message on.
#[utoipa::path(post, path = "/v1/context", tag = "visitor", request_body = PageRequest, responses(
    (status = 200, body = Done),
    (status = "4XX", body = ProblemDetails, content_type = "application/problem+json"),
))]
pub async fn keep_page(
    State(app): State<App>,
    visitor: Visitor,
    Json(sent): Json<PageRequest>,
) -> Result<axum::Json<Done>> {
    let facts = PageFacts::parse(
        sent.order.as_deref(),
        sent.cart_total.as_deref(),
        sent.page.as_deref(),
    )
    .and_then(|facts| facts.in_zone(sent.zone.as_deref()));
    let facts = facts.map_err(|fault| {
        let InvalidFact(name) = fault;
        Problem::invalid(name, fault.to_string())
    })?;
    app.desk.keep_page(&visitor.session, &facts).await?;
    Ok(axum::Json(Done {}))
}
