//! The storefront widget: `GET /widget.js`, one file, and `GET /widget/{language}.json`, the words and looks of its panel, which it fetches
//! when that is first needed. Both say what the rules in force say.

use std::collections::BTreeMap;

use axum::extract::{Path, State};
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Response};
use serde::Serialize;

use super::packed::{Packed, kept, kept_as, pack_tight};
use super::page;
use super::script::small;
use crate::desk::cause_in_words;
use crate::domain::claim::ClaimCause;
use crate::domain::language::Language;
use crate::domain::site::Site;
use crate::domain::wording::{WIDGET_NAMES, Wording, word};
use crate::http::App;
use crate::http::customer::forms;
use crate::http::error::{Problem, Result};

/// Where the words come into the file.
const PLACE: &str = "/*{*/{}/*}*/";
/// What is said before the other words have come, or when they do not come: in the file itself.
const FIRST_WORDS: [&str; 3] = ["open", "open_unread", "reconnecting"];
/// What most customers come for.
const FIRST_TOPICS: [&str; 4] = [
    "order_status",
    "refund_request",
    "payment_system_fault",
    "talk_to_human",
];
/// Matters that nobody begins a conversation with, so that no button for them is needed.
const SMALL_TALK: [&str; 3] = ["greeting", "thanks", "goodbye"];

/// What the script says beside its code.
#[derive(Serialize)]
struct InScript<'a> {
    /// The site's key, where there is only one.
    site: Option<&'a str>,
    /// Its shop's name.
    shop: Option<&'a str>,
    /// Which program this is: words that a browser has kept from an earlier one are not for this script.
    version: &'static str,
    /// The first words, in each language.
    words: BTreeMap<&'a str, [&'a str; 3]>,
}

/// What the widget says in one language.
#[derive(Serialize)]
struct InLanguage<'a> {
    /// Its own words.
    words: BTreeMap<&'a str, &'a str>,
    /// What each matter is called on its button.
    topics: BTreeMap<&'a str, &'a str>,
    /// The matters that are offered first.
    first: [&'static str; 4],
    /// What in a text is more than text, as patterns: marks and links (its repeats are bounded, so that no text makes it slow), a digit, what
    /// may stand between the digits of a card number, the card numbers of the networks, and the characters that turn text around or hide.
    marks: Vec<String>,
    /// The lines of its icons.
    icons: BTreeMap<String, String>,
    /// The forms that it fills in for customers.
    forms: BTreeMap<&'static str, forms::Form>,
    /// How the panel looks.
    style: String,
}

/// The script.
pub async fn serve(State(app): State<App>, headers: HeaderMap) -> Result<Response> {
    let (words, _) = app.desk.widget_words();
    let text = script(&words, app.desk.sites(), app.pages.words());
    let text = text.ok_or_else(Problem::not_found)?;
    let file = kept_as(&app, "script", text, pack_tight).ok_or_else(Problem::not_found)?;
    Ok(page::shared(
        &file,
        "text/javascript; charset=utf-8",
        &headers,
    ))
}

/// The words of a language.
pub async fn serve_words(
    State(app): State<App>,
    Path(name): Path<String>,
    headers: HeaderMap,
) -> Result<Response> {
    let language = Language::ALL
        .into_iter()
        .find(|language| name.strip_suffix(".json") == Some(language.tag()));
    let language = language.ok_or_else(Problem::not_found)?;
    let rules = app.desk.rules();
    let causes = |cause| cause_in_words(&rules, cause, language);
    let words = rules.widget_words();
    let text = in_language(&words, app.pages.words(), language, causes);
    let file = kept(&app, language.tag(), text).ok_or_else(Problem::not_found)?;
    Ok(page::shared(&file, "application/json", &headers).into_response())
}

/// The script as a desk with these words and sites serves it.
#[must_use]
pub fn script_for<'a>(
    words: &Wording,
    sites: impl Iterator<Item = &'a Site>,
    fallback: &Wording,
) -> Option<Packed> {
    Packed::new(script(words, sites, fallback)?, pack_tight)
}

fn script<'a>(
    words: &Wording,
    mut sites: impl Iterator<Item = &'a Site>,
    fallback: &Wording,
) -> Option<String> {
    let only = sites.next().filter(|_| sites.next().is_none());
    let in_all = |name| Language::ALL.map(|language| word(words, fallback, name, language));
    let said = InScript {
        site: only.map(|site| site.id.as_str()),
        shop: only.map(|site| site.merchant_name.as_str()),
        version: env!("CARGO_PKG_VERSION"),
        words: FIRST_WORDS
            .into_iter()
            .map(|name| (name, in_all(name)))
            .collect(),
    };
    let said = as_script(&serde_json::to_string(&said).ok()?);
    let code = page::text("widget.js")?;
    Some(small(&code.replacen(PLACE, &said, 1)))
}

fn in_language(
    (words, topics): &(Wording, Wording),
    fallback: &Wording,
    language: Language,
    cause: impl Fn(ClaimCause) -> String,
) -> String {
    let names = WIDGET_NAMES.into_iter();
    let topics = topics
        .iter()
        .filter(|(id, _)| !SMALL_TALK.contains(&id.as_str()))
        .filter_map(|(id, texts)| Some((id.as_str(), texts.get(&language)?.as_str())));
    let said = InLanguage {
        words: names
            .filter(|name| !name.starts_with("form_"))
            .map(|name| (name, word(words, fallback, name, language)))
            .collect(),
        topics: topics.collect(),
        first: FIRST_TOPICS,
        marks: lines("marks.txt").collect(),
        icons: lines("icons.txt")
            .filter_map(|line| {
                let (name, path) = line.split_once(' ')?;
                Some((name.to_owned(), path.to_owned()))
            })
            .collect(),
        forms: forms::all(
            |name| word(words, fallback, name, language).to_owned(),
            cause,
        ),
        style: without_comments(&page::text("widget.css").unwrap_or_default()),
    };
    serde_json::to_string(&said).unwrap_or_default()
}

/// The lines of a file that the program brings along.
fn lines(file: &str) -> impl Iterator<Item = String> {
    let text = page::text(file).unwrap_or_default();
    let lines: Vec<String> = text.lines().map(str::to_owned).collect();
    lines.into_iter()
}

/// A style without its comments and its indentation, which are for those who read the source. A comment has lines of its own.
pub(in crate::http) fn without_comments(code: &str) -> String {
    let lines = code.lines().map(str::trim);
    let kept = lines.filter(|line| {
        !(line.is_empty()
            || line.starts_with("//")
            || line.starts_with("/*") && line.ends_with("*/"))
    });
    let mut out = String::with_capacity(code.len());
    for line in kept {
        out.push_str(line);
        out.push('\n');
    }
    out
}

/// JSON as a part of a script: characters that some parsers take for the end of a line or of an element are written by number.
fn as_script(json: &str) -> String {
    json.replace('<', "\\u003c")
        .replace('\u{2028}', "\\u2028")
        .replace('\u{2029}', "\\u2029")
}

#[cfg(test)]
mod tests {
    use super::{as_script, without_comments};

    #[test]
    fn comments_that_have_lines_of_their_own_go_and_rules_stay() {
        let style = "/* why */\n\n  a { color: red; }\n\n";
        assert_eq!(without_comments(style), "a { color: red; }\n");
        let script = "// why\nconst a = 'https://x';\n";
        assert_eq!(without_comments(script), "const a = 'https://x';\n");
    }

    #[test]
    fn words_cannot_end_the_script_that_they_are_in() {
        assert_eq!(
            as_script("\"</script>\u{2028}\""),
            "\"\\u003c/script>\\u2028\""
        );
    }
}
