//! `GET /chat`: the widget's panel as a whole page, for links, QR codes and browsers inside other programs. Only pages of the site's
//! own origins may frame it.

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use serde::Deserialize;

use super::page;
use crate::domain::ids::SiteId;
use crate::http::App;
use crate::http::error::Problem;
use crate::http::gate::body::Asked;

/// Which chat is wanted. The script on the page reads the rest.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ChatQuery {
    /// The site's key; may be left out where there is only one.
    site: Option<String>,
    /// The language.
    #[serde(rename = "locale")]
    _locale: Option<String>,
    /// The order that it is about.
    #[serde(rename = "order")]
    _order: Option<String>,
}

/// The page.
pub async fn serve(
    State(app): State<App>,
    Asked(query): Asked<ChatQuery>,
) -> Result<Response, Problem> {
    let mut sites = app.desk.sites();
    let site = match query.site {
        Some(key) => SiteId::parse(&key).ok(),
        None => sites
            .next()
            .filter(|_| sites.next().is_none())
            .map(|site| site.id.clone()),
    };
    let access = site.and_then(|site| app.sites.get(&site));
    let access = access.ok_or_else(Problem::not_found)?;
    let text = page::text("chat.html").ok_or_else(Problem::not_found)?;
    Ok(page::html(text, &policy(&access.origins)).into_response())
}

fn policy(origins: &[String]) -> String {
    format!(
        "default-src 'none'; script-src 'self'; connect-src 'self'; img-src data:; base-uri 'none'; form-action 'none'; \
         require-trusted-types-for 'script'; trusted-types 'none'; frame-ancestors 'self' {}",
        origins.join(" ")
    )
}
