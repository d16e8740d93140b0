//! What a shop's program does: hands in orders, one or many, and reads them back.

use axum::extract::{FromRequest, Path, Request, State};
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use serde::Serialize;
use serde_json::Value;

use crate::domain::account::ApiKey;
use crate::domain::ids::OrderId;
use crate::domain::order::Order;
use crate::domain::order_record::{self, Defaults, FieldProblem};
use crate::http::App;
use crate::http::code::Code;
use crate::http::error::{Problem, ProblemDetails, Result};
use crate::http::gate::bearer::Shop;
use crate::http::gate::body::{Json, check_type, read};

/// A batch has at most so many rows.
const MAX_ROWS: usize = 10_000;

/// What became of a batch.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct BatchResult {
    /// How many orders are on disk.
    stored: usize,
    /// How many rows were refused.
    refused: usize,
    /// Each row, in order.
    rows: Vec<RowResult>,
}

/// What became of one row of a batch.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct RowResult {
    /// Its place: the number of the entry, or of the line, from 1.
    row: u64,
    /// The order's number, where it was stored.
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<String>,
    /// What is wrong with it, where it was refused.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    problems: Vec<FieldProblem>,
}

/// Hands in one order. Fields that are not known are kept and given back. Sent again, it replaces the one before.
#[utoipa::path(put, path = "/v1/orders/{id}", tag = "merchant", params(("id" = OrderId, Path)), request_body = Object, responses(
    (status = 200, body = Object, description = "The order as it is stored"),
    (status = "4XX", body = ProblemDetails, content_type = "application/problem+json"),
))]
pub async fn put_order(
    State(app): State<App>,
    Shop(key): Shop,
    Path(id): Path<String>,
    Json(mut record): Json<Value>,
) -> Result<axum::Json<Value>> {
    let id = order_id(&id)?;
    if let Some(map) = record.as_object_mut() {
        map.entry("id").or_insert_with(|| Value::from(id.as_str()));
    }
    let order = order_record::parse(&record, &defaults(&key)).map_err(|found| refused(&found))?;
    if order.id != id {
        let detail = "it is another order number than the one in the address";
        return Err(Problem::invalid("id", detail));
    }
    let stored = order_record::to_json(&order);
    app.desk.put_orders(&key, vec![order]).await?;
    Ok(axum::Json(stored))
}

/// Reads one order.
#[utoipa::path(get, path = "/v1/orders/{id}", tag = "merchant", params(("id" = OrderId, Path)), responses(
    (status = 200, body = Object),
    (status = "4XX", body = ProblemDetails, content_type = "application/problem+json"),
))]
pub async fn get_order(
    State(app): State<App>,
    Shop(key): Shop,
    Path(id): Path<String>,
) -> Result<axum::Json<Value>> {
    let id = order_id(&id).map_err(|_| Problem::not_found())?;
    let order = app.desk.order(&key, &id).await?;
    Ok(axum::Json(order_record::to_json(&order)))
}

/// Hands in many orders: a JSON array, or one order a line. What is wrong with one row does not touch the others. An
/// order that stands there twice is taken once: its second row is refused.
#[utoipa::path(post, path = "/v1/orders/batch", tag = "merchant", request_body(content(
    (Vec<Object> = "application/json"), (String = "application/x-ndjson"))), responses(
    (status = 200, body = BatchResult, description = "All rows are stored"),
    (status = 207, body = BatchResult, description = "Some rows were refused"),
    (status = "4XX", body = ProblemDetails, content_type = "application/problem+json"),
))]
pub async fn put_orders(
    State(app): State<App>,
    Shop(key): Shop,
    Batch(text): Batch,
) -> Result<(StatusCode, axum::Json<BatchResult>)> {
    let parsed = order_record::parse_all(&text, &defaults(&key));
    if parsed.len() > MAX_ROWS {
        let detail = format!("a batch has at most {MAX_ROWS} rows: send it in parts");
        return Err(Problem::new(Code::BodyTooLarge, detail));
    }
    let mut orders = Vec::with_capacity(parsed.len());
    let mut seen = order_record::Seen::default();
    let rows: Vec<RowResult> = parsed
        .into_iter()
        .map(
            |(row, order)| match order.and_then(|order| seen.take(row, order)) {
                Ok(order) => stored(row, order, &mut orders),
                Err(problems) => RowResult {
                    row,
                    id: None,
                    problems,
                },
            },
        )
        .collect();
    let stored = orders.len();
    if stored > 0 {
        app.desk.put_orders(&key, orders).await?;
    }
    let refused = rows.len() - stored;
    let status = if refused == 0 {
        StatusCode::OK
    } else {
        StatusCode::MULTI_STATUS
    };
    Ok((
        status,
        axum::Json(BatchResult {
            stored,
            refused,
            rows,
        }),
    ))
}

fn stored(row: u64, order: Order, orders: &mut Vec<Order>) -> RowResult {
    let id = Some(order.written_id.clone());
    orders.push(order);
    RowResult {
        row,
        id,
        problems: Vec::new(),
    }
}

/// The text of a batch.
pub struct Batch(String);

impl FromRequest<App> for Batch {
    type Rejection = Problem;

    async fn from_request(request: Request, app: &App) -> Result<Self> {
        let taken = [
            "application/json",
            "application/x-ndjson",
            "application/jsonl",
        ];
        check_type(request.headers(), &taken)?;
        let is_array = request.headers().get(CONTENT_TYPE).is_some_and(|kind| {
            kind.to_str()
                .is_ok_and(|kind| kind.to_ascii_lowercase().starts_with("application/json"))
                && !kind
                    .to_str()
                    .is_ok_and(|kind| kind.to_ascii_lowercase().contains("jsonl"))
        });
        let bytes = read(request, app, app.options.max_batch).await?;
        let text = String::from_utf8(bytes.into()).map_err(|error| {
            let from = error.utf8_error().valid_up_to();
            Problem::new(
                Code::InvalidUtf8,
                format!("the body is no UTF-8 from byte {from} on"),
            )
        })?;
        if is_array {
            is_json(&text)?;
        }
        Ok(Self(text))
    }
}

fn is_json(text: &str) -> Result<()> {
    serde_json::from_str::<serde::de::IgnoredAny>(text)
        .map(|_| ())
        .map_err(|error| {
            let (line, column) = (error.line(), error.column());
            let detail = format!("the body is no JSON: see line {line}, column {column}");
            Problem::new(Code::MalformedJson, detail)
        })
}

/// The tenant comes from the key and from nothing that was sent.
fn defaults(key: &ApiKey) -> Defaults {
    Defaults {
        merchant: Some(key.merchant.clone()),
        ..Defaults::default()
    }
}

fn order_id(id: &str) -> Result<OrderId> {
    OrderId::parse(id).map_err(|error| Problem::invalid("id", error.to_string()))
}

/// All that is wrong with a record, the first of it with its place.
fn refused(problems: &[FieldProblem]) -> Problem {
    let detail: Vec<String> = problems.iter().map(ToString::to_string).collect();
    let path = problems.first().map_or("", |problem| &problem.field);
    Problem::invalid(path, detail.join("; "))
}
