//! The demo's storefront: a shop to try the widget in. It is there only while `frontdesk demo` runs.

use std::fmt;

use axum::Router;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use serde::Deserialize;
use serde_json::json;

use super::page;
use crate::http::App;
use crate::http::error::Problem;
use crate::http::gate::body::Json;

/// As strict as a careful shop would be: the widget has to work so.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; base-uri 'none'; \
                      form-action 'none'; frame-ancestors 'self'; require-trusted-types-for 'script'; trusted-types 'none'";

/// Signs a customer in: their token, if the shop knows them.
type Sign = dyn Fn(&str) -> Option<String> + Send + Sync;

/// The shop's own part of the demo.
pub struct DemoShop {
    /// The orders, as JSON.
    orders: String,
    sign: Box<Sign>,
}

impl DemoShop {
    /// A shop with these orders, which signs its customers in so.
    #[must_use]
    pub fn new(
        orders: String,
        sign: impl Fn(&str) -> Option<String> + Send + Sync + 'static,
    ) -> Self {
        Self {
            orders,
            sign: Box::new(sign),
        }
    }
}

impl fmt::Debug for DemoShop {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("DemoShop")
    }
}

/// Somebody logs in at the shop.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SignIn {
    customer: String,
}

/// Its addresses.
pub(in crate::http) fn routes() -> Router<App> {
    Router::new()
        .route("/demo", get(front))
        .route("/demo/{file}", get(file))
        .route("/demo/sign-in", post(sign_in))
}

async fn front() -> Result<Response, Problem> {
    let text = page::text("demo/shop.html").ok_or_else(Problem::not_found)?;
    Ok(page::html(text, POLICY))
}

async fn file(State(app): State<App>, Path(name): Path<String>) -> Result<Response, Problem> {
    let media_type = match name.as_str() {
        "shop.css" => "text/css; charset=utf-8",
        "shop.js" => "text/javascript; charset=utf-8",
        "shop.json" => "application/json",
        "orders.json" => {
            let shop = app.pages.shop().ok_or_else(Problem::not_found)?;
            return Ok(page::own(shop.orders.clone(), "application/json"));
        }
        _ => return Err(Problem::not_found()),
    };
    let text = page::text(&format!("demo/{name}")).ok_or_else(Problem::not_found)?;
    Ok(page::own(text, media_type))
}

async fn sign_in(State(app): State<App>, Json(asked): Json<SignIn>) -> Result<Response, Problem> {
    let shop = app.pages.shop().ok_or_else(Problem::not_found)?;
    let token = (shop.sign)(&asked.customer).ok_or_else(Problem::not_found)?;
    Ok(axum::Json(json!({ "token": token })).into_response())
}
