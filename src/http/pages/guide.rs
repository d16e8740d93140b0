//! The refund guide of a shop as a page, for anybody: what its policy says, in the language that the reader's browser asks for.

use axum::extract::{Path, State};
use axum::http::HeaderMap;
use axum::http::header::{
    ACCEPT_LANGUAGE, CONTENT_LANGUAGE, CONTENT_SECURITY_POLICY, CONTENT_TYPE, VARY,
};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;

use crate::domain::guide::STYLE_HASH;
use crate::domain::language::Language;
use crate::http::App;
use crate::http::error::{Problem, ProblemDetails, Result};
use crate::http::gate::body::Asked;

/// So many languages of a browser's list are looked at.
const MAX_LANGUAGES: usize = 32;

/// Which language.
#[derive(Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct GuideQuery {
    /// `zh-Hans`, `zh-Hant` or `en`; without it, the first of `Accept-Language` that the desk speaks.
    lang: Option<String>,
}

/// The refund guide of a site (by its key) or of a merchant.
#[utoipa::path(get, path = "/guide/{shop}", tag = "anybody", params(("shop" = String, Path), GuideQuery), security(()), responses(
    (status = 200, body = String, content_type = "text/html"),
    (status = "4XX", body = ProblemDetails, content_type = "application/problem+json"),
))]
pub async fn read(
    State(app): State<App>,
    Path(shop): Path<String>,
    headers: HeaderMap,
    Asked(query): Asked<GuideQuery>,
) -> Result<Response> {
    let language = match &query.lang {
        Some(tag) => Some(named(tag)?),
        None => accepted(&headers),
    };
    let guide = app.desk.guide(&shop, language)?;
    let headers = [
        (CONTENT_TYPE, "text/html; charset=utf-8".to_owned()),
        (CONTENT_LANGUAGE, guide.language.tag().to_owned()),
        (VARY, ACCEPT_LANGUAGE.to_string()),
        (
            CONTENT_SECURITY_POLICY,
            format!(
                "default-src 'none'; style-src '{STYLE_HASH}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
            ),
        ),
    ];
    Ok((headers, guide.page()).into_response())
}

fn named(tag: &str) -> Result<Language> {
    Language::from_locale(tag).ok_or_else(|| {
        Problem::invalid(
            "lang",
            "the guide is there in `zh-Hans`, `zh-Hant` and `en`",
        )
    })
}

/// The language that a browser likes best of those that we speak.
pub(in crate::http) fn accepted(headers: &HeaderMap) -> Option<Language> {
    let list = headers.get(ACCEPT_LANGUAGE)?.to_str().ok()?;
    let wishes = list.split(',').take(MAX_LANGUAGES).filter_map(|one| {
        let mut parts = one.split(';');
        let language = Language::from_locale(parts.next()?.trim())?;
        let weight = parts.find_map(|part| part.trim().strip_prefix("q="));
        let weight: f32 = weight.map_or(Some(1.0), |weight| weight.parse().ok())?;
        (weight > 0.0).then_some((language, weight))
    });
    // Of several that are liked as well, the first.
    let best = wishes.reduce(|best, next| if next.1 > best.1 { next } else { best });
    best.map(|(language, _)| language)
}

#[cfg(test)]
mod tests {
    use axum::http::{HeaderMap, HeaderValue};

    use super::accepted;
    use crate::domain::language::Language::{En, ZhHans, ZhHant};

    #[test]
    fn the_language_that_is_liked_best_and_spoken_is_taken() {
        let table = [
            ("en-GB,en;q=0.9", Some(En)),
            ("fr, zh-TW;q=0.8, en;q=0.7", Some(ZhHant)),
            ("en;q=0.5, zh-CN", Some(ZhHans)),
            ("en;q=0, zh;q=0.1", Some(ZhHans)),
            ("fr, de", None),
            ("*", None),
            ("en;q=much", None),
            ("", None),
        ];
        for (list, expected) in table {
            let mut headers = HeaderMap::new();
            headers.insert("accept-language", HeaderValue::from_static(list));
            assert_eq!(accepted(&headers), expected, "{list}");
        }
        assert_eq!(accepted(&HeaderMap::new()), None);
    }
}
