//! The answers that agents have ready, as the rules in force have them.

use std::collections::BTreeMap;

use axum::extract::State;
use serde::Serialize;

use super::App;
use super::error::{ProblemDetails, Result};
use super::staff::Staff;
use crate::domain::canned::Canned;

/// An answer that is ready.
#[derive(Serialize, utoipa::ToSchema)]
pub struct CannedView {
    /// What it is called by.
    name: String,
    /// What it is found by beside its name and its words.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    keys: Vec<String>,
    /// What it says, by language (BCP 47). `{order.id}` and the like are filled in by whoever shows it.
    texts: BTreeMap<&'static str, String>,
}

impl From<Canned> for CannedView {
    fn from(canned: Canned) -> Self {
        let texts = canned.texts.into_iter();
        Self {
            name: canned.name,
            keys: canned.keys,
            texts: texts
                .map(|(language, text)| (language.tag(), text))
                .collect(),
        }
    }
}

/// All answers that are ready.
#[utoipa::path(get, path = "/v1/canned", tag = "agent", responses(
    (status = 200, body = Vec<CannedView>),
    (status = "4XX", body = ProblemDetails, content_type = "application/problem+json"),
))]
pub async fn list(State(app): State<App>, _: Staff) -> Result<axum::Json<Vec<CannedView>>> {
    let all = app.desk.rules();
    let all = all.canned.iter().cloned();
    Ok(axum::Json(all.map(CannedView::from).collect()))
}
