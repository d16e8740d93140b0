//! From a messaging platform to the chat on a page: `GET /continue` is where a link leads, and its script trades what the link holds
//! for a session in the same conversation.

use axum::extract::State;
use axum::http::HeaderMap;
use axum::http::header::{ACCEPT_LANGUAGE, VARY};
use axum::response::{IntoResponse as _, Response};
use serde::{Deserialize, Serialize};

use super::guide::accepted;
use super::page;
use crate::domain::ids::SiteId;
use crate::domain::language::Language;
use crate::http::App;
use crate::http::customer::visitor::SessionOpened;
use crate::http::error::{Problem, ProblemDetails, Result};
use crate::http::gate::body::Json;
use crate::http::gate::origin;

/// Nothing but the desk itself, within no other page.
const POLICY: &str = "default-src 'none'; script-src 'self'; connect-src 'self'; img-src data:; base-uri 'none'; form-action 'none'; \
                      require-trusted-types-for 'script'; trusted-types 'none'; frame-ancestors 'none'";
/// No link of ours is longer.
const LONGEST: usize = 200;

/// What a link holds.
#[derive(Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct LinkHeld {
    /// What stands behind the `#` of the link.
    link: String,
}

/// A session in the conversation that the link was signed for.
#[derive(Serialize, utoipa::ToSchema)]
pub struct CameBack {
    /// The site's key.
    site: SiteId,
    /// The language of the conversation.
    locale: &'static str,
    /// The session.
    #[serde(flatten)]
    session: SessionOpened,
}

/// Opens a session for the customer of a messaging platform who comes by a link that the desk sent there: the same conversation, with no
/// more shown to be theirs than there, for 24 hours.
#[utoipa::path(post, path = "/v1/continue", tag = "visitor", request_body = LinkHeld, security(()), responses(
    (status = 200, body = CameBack),
    (status = "4XX", body = ProblemDetails, content_type = "application/problem+json"),
))]
pub async fn go_on(
    State(app): State<App>,
    headers: HeaderMap,
    Json(held): Json<LinkHeld>,
) -> Result<axum::Json<CameBack>> {
    // No shop's page has a use for it.
    origin::check_own_page(&headers)?;
    if held.link.len() > LONGEST {
        return Err(Problem::not_found());
    }
    let (site, opened) = app.desk.come_by(&held.link).await?;
    let presence = app.desk.presence(app.desk.site(&site)?).into();
    let language = opened.session.language.unwrap_or(Language::En);
    Ok(axum::Json(CameBack {
        site,
        locale: language.tag(),
        session: SessionOpened::of(&opened, presence),
    }))
}

/// Where a link leads.
pub async fn serve(State(app): State<App>, headers: HeaderMap) -> Result<Response> {
    let language = accepted(&headers).unwrap_or(Language::En);
    let text = page::text("continue.html").ok_or_else(Problem::not_found)?;
    let ended = in_markup(&app.desk.page_ended(language));
    let text = text
        .replace("{{language}}", language.tag())
        .replace("{{ended}}", &ended);
    let mut response = page::html(text, POLICY);
    response.headers_mut().append(VARY, ACCEPT_LANGUAGE.into());
    Ok(response)
}

/// What the page loads.
pub async fn script() -> Result<Response> {
    let text = page::text("continue.js").ok_or_else(Problem::not_found)?;
    Ok(page::own(text, "text/javascript; charset=utf-8").into_response())
}

fn in_markup(text: &str) -> String {
    let text = text.replace('&', "&amp;");
    text.replace('<', "&lt;").replace('>', "&gt;")
}
