//! `GET /inbox`: the agents' page, its script and its looks, and its words in a language as the rules in force have them.

use std::collections::BTreeMap;

use axum::extract::{Path, State};
use axum::http::HeaderMap;
use axum::response::{IntoResponse as _, Response};
use serde::Serialize;

use super::packed::{self, kept, made_once, pack_tight};
use super::page;
use super::script::{bundled, small};
use super::widget::without_comments;
use crate::domain::language::Language;
use crate::domain::wording::{INBOX, INBOX_NAMES, WIDGET_NAMES, word};
use crate::http::App;
use crate::http::error::{Problem, Result};

/// Nothing but the desk itself, and no markup from text.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' blob: data:; base-uri 'none'; \
                      form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'";

/// The script as browsers get it: all its parts in one, which is a fifth less than each by itself.
const SCRIPT: &str = "inbox.js";
/// How it looks.
const STYLE: &str = "inbox.css";
/// The part that needs the others.
const MAIN: &str = "main.js";
/// The parts of the page's script.
#[rustfmt::skip]
const PARTS: [&str; 25] = [
    "alerts.js", "change.js", "conversation.js", "desk.js", "facts.js", "files.js", "find.js", "keys.js", "list.js", "live.js", "main.js", "many.js", "outbox.js",
    "over.js", "page.js", "person.js", "place.js", "ready.js", "refunds.js", "report.js", "row.js", "supposed.js", "thread.js", "words.js", "write.js",
];

/// What the page says in one language.
#[derive(Serialize)]
struct InLanguage<'a> {
    /// Its own words.
    words: BTreeMap<&'a str, &'a str>,
    /// What each matter is called.
    topics: BTreeMap<&'a str, &'a str>,
    /// Why a person has a conversation.
    reasons: BTreeMap<&'static str, &'a str>,
    /// What the lines of a brief are called.
    brief: BTreeMap<&'static str, &'a str>,
    /// Short sentences of briefs in other languages, and what they are in this one.
    sentences: BTreeMap<String, String>,
    /// The states of orders and claims, as customers read them.
    states: BTreeMap<&'static str, &'a str>,
}

/// The page.
pub async fn serve(State(app): State<App>, headers: HeaderMap) -> Result<Response> {
    let text = page::text("inbox.html").ok_or_else(Problem::not_found)?;
    let packed = kept(&app, "inbox.html", text).ok_or_else(Problem::not_found)?;
    Ok(page::html_packed(&packed, POLICY, &headers))
}

/// What the page loads.
pub async fn file(
    State(app): State<App>,
    Path(name): Path<String>,
    headers: HeaderMap,
) -> Result<Response> {
    let (packed, media_type) = match name.as_str() {
        SCRIPT => (
            made_once(&app, SCRIPT, script),
            "text/javascript; charset=utf-8",
        ),
        STYLE => (made_once(&app, STYLE, style), "text/css; charset=utf-8"),
        name => return words(&app, name, &headers),
    };
    let packed = packed.ok_or_else(Problem::not_found)?;
    Ok(page::own_packed(&packed, media_type, &headers))
}

fn script() -> Option<String> {
    let part = |name| Some((name, page::text(&format!("inbox/{name}"))?));
    let parts: Option<Vec<_>> = PARTS.into_iter().map(part).collect();
    Some(small(&bundled(&parts?, MAIN)))
}

fn style() -> Option<String> {
    page::text(STYLE).map(|text| without_comments(&text))
}

fn words(app: &App, name: &str, headers: &HeaderMap) -> Result<Response> {
    let mut languages = Language::ALL.into_iter();
    let language = languages.find(|one| name.strip_suffix(".json") == Some(one.tag()));
    let language = language.ok_or_else(Problem::not_found)?;
    let kept_as = match language {
        Language::ZhHans => "inbox-zh-Hans",
        Language::ZhHant => "inbox-zh-Hant",
        Language::En => "inbox-en",
    };
    let text = in_language(app, language);
    let packed = packed::kept_as(app, kept_as, text, pack_tight);
    let packed = packed.ok_or_else(Problem::not_found)?;
    Ok(page::own_packed(&packed, "application/json", headers).into_response())
}

fn in_language(app: &App, language: Language) -> String {
    let (words, topics, labels) = app.desk.inbox_words(language);
    let fallback = app.pages.words();
    let named = |name: &'static str| {
        let full = format!("{INBOX}{name}");
        (name, word(&words, fallback, &full, language))
    };
    let topics = topics
        .iter()
        .filter_map(|(id, texts)| Some((id.as_str(), texts.get(&language)?.as_str())));
    let reasons = labels.reasons.iter();
    let brief = labels.brief.iter();
    let of_states = |name: &&'static str| name.starts_with("order_") || name.starts_with("claim_");
    let states = WIDGET_NAMES.into_iter().filter(|name| of_states(name));
    let said = InLanguage {
        sentences: app.desk.brief_words(language),
        states: states
            .map(|name| (name, word(&words, fallback, name, language)))
            .collect(),
        words: INBOX_NAMES.iter().copied().map(named).collect(),
        topics: topics.collect(),
        reasons: reasons
            .map(|(reason, text)| (reason.code(), text.as_str()))
            .collect(),
        brief: brief
            .map(|(label, text)| (label.name(), text.as_str()))
            .collect(),
    };
    serde_json::to_string(&said).unwrap_or_default()
}
