//! The answers that agents have ready: as the rules in force have them, and those that agents wrote themselves.

use std::collections::BTreeMap;

use axum::extract::{Path, State};
use serde::{Deserialize, Serialize};

use crate::desk::Desk;
use crate::domain::account::Agent;
use crate::domain::canned::{Canned, CannedName, OwnCanned};
use crate::domain::ids::{AgentId, MerchantId};
use crate::domain::language::Language;
use crate::domain::wording::Texts;
use crate::http::App;
use crate::http::customer::said::{Done, NoFields};
use crate::http::error::{Problem, ProblemDetails, Result};
use crate::http::gate::body::{Json, OptionalJson};
use crate::http::gate::staff::{Acting, Staff};

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
    /// The agent who wrote it last; none for one of the rules.
    #[serde(skip_serializing_if = "Option::is_none")]
    by: Option<AgentId>,
    /// Whose customers it is for; none for everybody's.
    #[serde(skip_serializing_if = "Option::is_none")]
    merchant: Option<MerchantId>,
    /// Whether the caller may change it.
    changeable: bool,
}

/// An answer that an agent wants to have ready.
#[derive(Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewCanned {
    /// What it is found by beside its name and its words: at most 12.
    #[serde(default)]
    keys: Vec<String>,
    /// What it says, by language (BCP 47): at least one.
    #[schema(value_type = BTreeMap<String, String>)]
    texts: BTreeMap<Language, String>,
}

impl From<Canned> for CannedView {
    fn from(canned: Canned) -> Self {
        Self {
            name: canned.name,
            keys: canned.keys,
            texts: by_tag(canned.texts),
            by: None,
            merchant: None,
            changeable: false,
        }
    }
}

impl CannedView {
    fn own(own: OwnCanned, agent: &Agent) -> Self {
        Self {
            changeable: Desk::may_change(agent, &own),
            name: own.name.into(),
            keys: own.keys,
            texts: by_tag(own.texts),
            by: Some(own.by),
            merchant: own.merchant,
        }
    }
}

fn by_tag(texts: Texts) -> BTreeMap<&'static str, String> {
    let texts = texts.into_iter();
    texts
        .map(|(language, text)| (language.tag(), text))
        .collect()
}

/// All answers that are ready: those of the rules, then those that agents wrote.
#[utoipa::path(get, path = "/v1/canned", tag = "agent", responses(
    (status = 200, body = Vec<CannedView>),
    (status = "4XX", body = ProblemDetails, content_type = "application/problem+json"),
))]
pub async fn list(State(app): State<App>, staff: Staff) -> Result<axum::Json<Vec<CannedView>>> {
    let rules = app.desk.rules();
    let of_rules = rules.canned.iter().cloned().map(CannedView::from);
    let own = app.desk.own_canned(&staff.agent).await?.into_iter();
    let own = own.map(|one| CannedView::own(one, &staff.agent));
    Ok(axum::Json(of_rules.chain(own).collect()))
}

/// Keeps an answer for all who see the same merchants, in the place of the one that was called so.
#[utoipa::path(put, path = "/v1/canned/{name}", tag = "agent", params(("name" = String, Path)), request_body = NewCanned, responses(
    (status = 200, body = CannedView), (status = "4XX", body = ProblemDetails, content_type = "application/problem+json"),
))]
pub async fn keep(
    State(app): State<App>,
    staff: Acting,
    Path(name): Path<String>,
    Json(new): Json<NewCanned>,
) -> Result<axum::Json<CannedView>> {
    let name = CannedName::parse(&name);
    let name = name.map_err(|error| Problem::invalid("name", error.to_string()))?;
    let desk = &app.desk;
    let own = desk
        .keep_canned(&staff.agent, name, new.keys, new.texts)
        .await?;
    Ok(axum::Json(CannedView::own(own, &staff.agent)))
}

/// Takes out an answer that an agent wrote.
#[utoipa::path(delete, path = "/v1/canned/{name}", tag = "agent", params(("name" = String, Path)), responses(
    (status = 200, body = Done), (status = "4XX", body = ProblemDetails, content_type = "application/problem+json"),
))]
pub async fn remove(
    State(app): State<App>,
    staff: Acting,
    Path(name): Path<String>,
    OptionalJson(NoFields {}): OptionalJson<NoFields>,
) -> Result<axum::Json<Done>> {
    let name = CannedName::parse(&name).map_err(|_| Problem::not_found())?;
    app.desk.remove_canned(&staff.agent, &name).await?;
    Ok(axum::Json(Done {}))
}
