//! Notices over the API: a shop's program declares what does not work, confirms what the desk proposes, and says when it is over.
//!
//! Every call may be made twice: the second one is answered like the first and changes nothing.

use axum::extract::State;
use axum::http::StatusCode;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::refunds::Nothing;
use crate::desk::DeskError;
use crate::domain::ids::{ClientId, IntentId, NoticeId, SiteId};
use crate::domain::notice::{Affected, Declaration, Notice, NoticeMove, NoticeState};
use crate::domain::trouble::Cause;
use crate::domain::wording::Texts;
use crate::http::App;
use crate::http::error::{Problem, ProblemDetails, Result};
use crate::http::gate::bearer::Shop;
use crate::http::gate::body::{Asked, Json, Named, OptionalJson};

/// A page has so many notices that are over unless it asks for another number.
const NOTICES: usize = 50;
/// No page has more.
const MAX_NOTICES: usize = 200;

/// Texts for customers by language: `zh-Hans`, `zh-Hant`, `en`. A language that is left out gets the desk's own sentence.
#[derive(Clone, Debug, Default, Deserialize, Serialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NoticeTexts {
    /// In simplified Chinese.
    #[serde(rename = "zh-Hans", skip_serializing_if = "Option::is_none")]
    zh_hans: Option<String>,
    /// In traditional Chinese.
    #[serde(rename = "zh-Hant", skip_serializing_if = "Option::is_none")]
    zh_hant: Option<String>,
    /// In English.
    #[serde(skip_serializing_if = "Option::is_none")]
    en: Option<String>,
}

/// Something that does not work.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewNotice {
    /// The caller's own name for it: sent again, it is the same notice.
    client_id: ClientId,
    /// What people come with, such as `payment_system_fault`, `refund_status`, `payout_missing`, `delivery_problem`.
    #[serde(default)]
    intents: Vec<IntentId>,
    /// What is found to be the cause: `platform_fault`, `network`, `merchant_error` ...
    #[serde(default)]
    #[schema(value_type = Vec<String>)]
    causes: Vec<Cause>,
    /// Only with these payment methods or banks, as orders and customers call them, in every language.
    #[serde(default)]
    methods: Vec<String>,
    /// Only on this storefront.
    site: Option<SiteId>,
    /// Since when (RFC 3339); without it, now.
    #[schema(value_type = Option<String>, format = DateTime)]
    since: Option<Timestamp>,
    /// What customers read.
    #[serde(default)]
    texts: NoticeTexts,
}

/// What a person says who confirms a proposal.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Confirmation {
    /// What customers read.
    texts: NoticeTexts,
    /// Since when (RFC 3339); without it, since the desk saw it.
    #[schema(value_type = Option<String>, format = DateTime)]
    since: Option<Timestamp>,
}

/// What is said when it is over.
#[derive(Debug, Default, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Ending {
    /// What customers read who had asked.
    #[serde(default)]
    texts: NoticeTexts,
}

/// Which notices.
#[derive(Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct NoticesQuery {
    /// Only those that stand here: `proposed`, `open`, `ended`, `dismissed`.
    state: Option<String>,
    /// `next` of the page before.
    #[param(value_type = Option<String>)]
    after: Option<NoticeId>,
    /// So many that are over, at most 200.
    limit: Option<usize>,
}

/// A page of notices.
#[derive(Serialize, utoipa::ToSchema)]
pub struct NoticesAnswer {
    /// On the first page those that are open or proposed, then those that are over.
    notices: Vec<NoticeView>,
    /// `after` of the next page; none after the last.
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<NoticeId>,
}

/// A trouble that is known, or that the desk believes to see.
#[derive(Serialize, utoipa::ToSchema)]
pub struct NoticeView {
    /// Its number.
    id: NoticeId,
    /// `proposed`, `open`, `ended` or `dismissed`.
    state: &'static str,
    /// Who said so first: `merchant`, `operator`, or `desk`, which only ever proposes.
    by: &'static str,
    /// Whether it is for everybody's customers: then only the operator can end it.
    for_all: bool,
    /// Only on this storefront.
    #[serde(skip_serializing_if = "Option::is_none")]
    site: Option<SiteId>,
    /// What people come with.
    intents: Vec<IntentId>,
    /// What is found to be the cause.
    #[schema(value_type = Vec<String>)]
    causes: Vec<Cause>,
    /// Only with these payment methods or banks.
    methods: Vec<String>,
    /// Since when (RFC 3339).
    #[schema(value_type = String, format = DateTime)]
    since: Timestamp,
    /// What customers read while it lasts.
    #[schema(value_type = BTreeMap<String, String>)]
    texts: Texts,
    /// What they read when it is over.
    #[schema(value_type = BTreeMap<String, String>)]
    end_texts: Texts,
    /// How many people came with it in the quarter of an hour since then, where the desk proposes it.
    #[serde(skip_serializing_if = "Option::is_none")]
    count: Option<u32>,
    /// How many usually do.
    #[serde(skip_serializing_if = "Option::is_none")]
    usual: Option<f64>,
    /// When it was declared or proposed (RFC 3339).
    #[schema(value_type = String, format = DateTime)]
    created_at: Timestamp,
    /// When it last moved (RFC 3339).
    #[schema(value_type = String, format = DateTime)]
    updated_at: Timestamp,
}

impl From<Notice> for NoticeView {
    fn from(notice: Notice) -> Self {
        let (count, usual) = match notice.state {
            NoticeState::Proposed { count, usual } => (Some(count), Some(usual)),
            _ => (None, None),
        };
        Self {
            id: notice.id,
            state: notice.state.name(),
            by: notice.by.name(),
            for_all: notice.affected.merchant.is_none(),
            site: notice.affected.site,
            intents: notice.affected.intents,
            causes: notice.affected.causes,
            methods: notice.affected.methods,
            since: notice.since,
            texts: notice.texts,
            end_texts: notice.end_texts,
            count,
            usual,
            created_at: notice.created_at,
            updated_at: notice.updated_at,
        }
    }
}

impl From<NoticeTexts> for Texts {
    fn from(texts: NoticeTexts) -> Self {
        use crate::domain::language::Language::{En, ZhHans, ZhHant};
        let each = [
            (ZhHans, texts.zh_hans),
            (ZhHant, texts.zh_hant),
            (En, texts.en),
        ];
        let each = each.into_iter();
        each.filter_map(|(language, text)| Some((language, text?)))
            .collect()
    }
}

impl From<NewNotice> for Declaration {
    fn from(new: NewNotice) -> Self {
        Self {
            name: new.client_id,
            affected: Affected {
                merchant: None,
                site: new.site,
                methods: new.methods,
                intents: new.intents,
                causes: new.causes,
            },
            since: new.since,
            texts: new.texts.into(),
        }
    }
}

type Answer = Result<axum::Json<NoticeView>>;

/// Declares a notice: whoever asks about it gets it as the answer from now on.
#[utoipa::path(post, path = "/v1/notices", tag = "merchant", request_body = NewNotice, responses(
    (status = 201, body = NoticeView, description = "It holds from now on."),
    (status = 200, body = NoticeView, description = "It was declared before."),
    (status = "4XX", body = ProblemDetails, content_type = "application/problem+json"),
))]
pub async fn declare(
    State(app): State<App>,
    Shop(key): Shop,
    Json(new): Json<NewNotice>,
) -> Result<(StatusCode, axum::Json<NoticeView>)> {
    let (notice, is_new) = app.desk.declare_notice(&key, new.into()).await?;
    let status = match is_new {
        true => StatusCode::CREATED,
        false => StatusCode::OK,
    };
    Ok((status, axum::Json(notice.into())))
}

/// Lists the notices for the shop's customers.
#[utoipa::path(get, path = "/v1/notices", tag = "merchant", params(NoticesQuery), responses(
    (status = 200, body = NoticesAnswer),
    (status = "4XX", body = ProblemDetails, content_type = "application/problem+json"),
))]
pub async fn list(
    State(app): State<App>,
    Shop(key): Shop,
    Asked(query): Asked<NoticesQuery>,
) -> Result<axum::Json<NoticesAnswer>> {
    let limit = query.limit.unwrap_or(NOTICES).clamp(1, MAX_NOTICES);
    let after = query.after.as_ref();
    let (live, settled) = app.desk.notices(&key, after, limit).await?;
    let full = settled.len() == limit;
    let next = settled.last().filter(|_| full).map(|last| last.id.clone());
    let live = live.into_iter().filter(|_| after.is_none());
    let wanted = |notice: &Notice| {
        let state = query.state.as_deref();
        state.is_none_or(|state| state == notice.state.name())
    };
    let notices = live.chain(settled).filter(wanted);
    let notices = notices.map(NoticeView::from).collect();
    Ok(axum::Json(NoticesAnswer { notices, next }))
}

/// Reads one notice.
#[utoipa::path(get, path = "/v1/notices/{id}", tag = "merchant", params(("id" = String, Path)), responses(
    (status = 200, body = NoticeView),
    (status = "4XX", body = ProblemDetails, content_type = "application/problem+json"),
))]
pub async fn show(State(app): State<App>, Shop(key): Shop, Named(id): Named<NoticeId>) -> Answer {
    Ok(axum::Json(app.desk.notice(&key, &id).await?.into()))
}

/// Confirms what the desk proposes: customers are told from now on.
#[utoipa::path(post, path = "/v1/notices/{id}/confirm", tag = "merchant", params(("id" = String, Path)), request_body = Confirmation, responses(
    (status = 200, body = NoticeView),
    (status = "4XX", body = ProblemDetails, content_type = "application/problem+json"),
))]
pub async fn confirm(
    State(app): State<App>,
    Shop(key): Shop,
    Named(id): Named<NoticeId>,
    Json(said): Json<Confirmation>,
) -> Answer {
    let to = NoticeMove::Confirm {
        since: said.since,
        texts: said.texts.into(),
    };
    moved(app.desk.move_notice(&key, &id, &to).await)
}

/// Says that it is over: whoever asked about it is told once. A proposal that nobody confirmed is dismissed.
#[utoipa::path(post, path = "/v1/notices/{id}/end", tag = "merchant", params(("id" = String, Path)), request_body = Ending, responses(
    (status = 200, body = NoticeView),
    (status = "4XX", body = ProblemDetails, content_type = "application/problem+json"),
))]
pub async fn end(
    State(app): State<App>,
    Shop(key): Shop,
    Named(id): Named<NoticeId>,
    OptionalJson(said): OptionalJson<Ending>,
) -> Answer {
    let texts = said.texts.into();
    moved(
        app.desk
            .move_notice(&key, &id, &NoticeMove::End { texts })
            .await,
    )
}

/// As `end`, with the desk's own sentence.
#[utoipa::path(delete, path = "/v1/notices/{id}", tag = "merchant", params(("id" = String, Path)), responses(
    (status = 200, body = NoticeView),
    (status = "4XX", body = ProblemDetails, content_type = "application/problem+json"),
))]
pub async fn remove(
    State(app): State<App>,
    Shop(key): Shop,
    Named(id): Named<NoticeId>,
    OptionalJson(Nothing {}): OptionalJson<Nothing>,
) -> Answer {
    let texts = Texts::new();
    moved(
        app.desk
            .move_notice(&key, &id, &NoticeMove::End { texts })
            .await,
    )
}

fn moved(result: std::result::Result<Notice, DeskError>) -> Answer {
    Ok(axum::Json(result.map_err(Problem::from)?.into()))
}
