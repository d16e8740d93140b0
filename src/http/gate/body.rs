//! What comes in: bodies, path parts and queries, taken strictly and refused with the place and the cure.

use axum::body::{Body, Bytes, to_bytes};
use axum::extract::{FromRequest, FromRequestParts, Path, Query, Request};
use axum::http::header::{CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE, IF_MATCH};
use axum::http::request::Parts;
use axum::http::{HeaderMap, Uri};
use serde::de::DeserializeOwned;

use super::misread::{Misread, misread};
use crate::domain::conversation::Revision;
use crate::http::App;
use crate::http::code::Code;
use crate::http::error::{Problem, Result};
use crate::http::options::seconds;

/// What the reader of queries begins its words with.
const QUERY: &str = "Failed to deserialize query string: ";

/// A JSON body.
pub struct Json<T>(pub T);

/// A JSON body that may be left out.
pub struct OptionalJson<T>(pub T);

/// A path part that names something. What cannot be a name names nothing: 404.
pub struct Named<T>(pub T);

/// The query.
pub struct Asked<T>(pub T);

impl<T: DeserializeOwned> FromRequest<App> for Json<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, app: &App) -> Result<Self> {
        check_type(request.headers(), &["application/json"])?;
        let bytes = read(request, app, app.options.max_body).await?;
        parse(&bytes).map(Self)
    }
}

impl<T: DeserializeOwned + Default> FromRequest<App> for OptionalJson<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, app: &App) -> Result<Self> {
        let typed = request.headers().contains_key(CONTENT_TYPE);
        if typed {
            check_type(request.headers(), &["application/json"])?;
        }
        let bytes = read(request, app, app.options.max_body).await?;
        if bytes.is_empty() {
            return Ok(Self(T::default()));
        }
        if !typed {
            return Err(unsupported(&["application/json"]));
        }
        parse(&bytes).map(Self)
    }
}

impl<T: TryFrom<String> + Send> FromRequestParts<App> for Named<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self> {
        let Path(name) = Path::<String>::from_request_parts(parts, app)
            .await
            .map_err(|_| Problem::not_found())?;
        T::try_from(name)
            .map(Self)
            .map_err(|_| Problem::not_found())
    }
}

impl<T: DeserializeOwned> FromRequestParts<App> for Asked<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &App) -> Result<Self> {
        let query = Query::<T>::try_from_uri(&parts.uri);
        let query = query.map_err(|error| refused_query(&parts.uri, &error.body_text()))?;
        Ok(Self(query.0))
    }
}

/// Which parameter of a query cannot be taken, and what would be right.
fn refused_query(uri: &Uri, words: &str) -> Problem {
    let words = words.strip_prefix(QUERY).unwrap_or(words);
    let sent = Query::<Vec<(String, String)>>::try_from_uri(uri);
    let sent = sent.map(|query| query.0).unwrap_or_default();
    let about = |(name, _): &(String, String)| {
        let words = words.strip_prefix(name.as_str())?.strip_prefix(": ")?;
        Some((name.clone(), words))
    };
    let (name, words) = sent
        .iter()
        .find_map(about)
        .unwrap_or((String::new(), words));
    let Misread { place, detail, .. } = misread(&name, words, "parameter");
    Problem::new(Code::InvalidRequest, detail).at(&place)
}

/// The revision that a change was based on, from the body or from `If-Match`.
///
/// # Errors
/// When the header is no revision, or the two differ.
pub fn based_on(headers: &HeaderMap, body: Option<u64>) -> Result<Option<Revision>> {
    let refuse = |detail| Err(Problem::new(Code::InvalidRequest, detail));
    let header = match headers.get(IF_MATCH).map(|value| value.to_str()) {
        None | Some(Ok("*")) => None,
        Some(value) => match value.ok().and_then(revision) {
            Some(revision) => Some(revision),
            None => {
                return refuse(
                    "`If-Match` is no revision: send the `ETag` that came with the conversation",
                );
            }
        },
    };
    match (header, body) {
        (Some(header), Some(body)) if header != body => {
            refuse("`If-Match` and `based_on` name different revisions")
        }
        (header, body) => Ok(header.or(body).map(Revision)),
    }
}

fn revision(tag: &str) -> Option<u64> {
    tag.strip_prefix('"')?.strip_suffix('"')?.parse().ok()
}

/// Refuses a body of another kind, and one that is packed: nothing is unpacked here, so nothing can swell.
///
/// # Errors
/// 415 with the kinds that are taken.
pub fn check_type(headers: &HeaderMap, taken: &[&str]) -> Result<()> {
    let kind = headers
        .get(CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .map(|value| value.split(';').next().unwrap_or(value).trim());
    let is_taken = kind.is_some_and(|kind| taken.iter().any(|one| kind.eq_ignore_ascii_case(one)));
    if !is_taken || headers.contains_key(CONTENT_ENCODING) {
        return Err(unsupported(taken));
    }
    Ok(())
}

fn unsupported(taken: &[&str]) -> Problem {
    let detail = format!(
        "send the body as `Content-Type: {}`, without `Content-Encoding`",
        taken.join("` or `")
    );
    Problem::new(Code::UnsupportedMediaType, detail)
}

/// Reads a body to its end, or to the limit.
///
/// # Errors
/// When it is over the limit, does not come in time, or breaks off.
pub async fn read(request: Request, app: &App, limit: usize) -> Result<Bytes> {
    let announced = request
        .headers()
        .get(CONTENT_LENGTH)
        .and_then(|value| value.to_str().ok()?.parse::<u64>().ok());
    if announced.is_some_and(|announced| announced > limit as u64) {
        return Err(too_large(limit));
    }
    let whole = read_all(request.into_body(), limit);
    match tokio::time::timeout(seconds(app.options.body_seconds), whole).await {
        Ok(result) => result,
        Err(_) => {
            let detail = "the body did not come in time: send it again, faster or smaller";
            Err(Problem::new(Code::BodyTooSlow, detail))
        }
    }
}

async fn read_all(body: Body, limit: usize) -> Result<Bytes> {
    to_bytes(body, limit).await.map_err(|error| {
        let mut cause: Option<&dyn std::error::Error> = Some(&error);
        while let Some(source) = cause {
            if source.to_string().contains("length limit exceeded") {
                return too_large(limit);
            }
            cause = source.source();
        }
        Problem::new(Code::InvalidRequest, "the body broke off: send it again")
    })
}

fn too_large(limit: usize) -> Problem {
    let detail = format!("the body is over the limit of {limit} bytes: send less");
    Problem::new(Code::BodyTooLarge, detail)
}

/// Reads JSON strictly.
///
/// # Errors
/// A problem with the place in the body.
pub fn parse<T: DeserializeOwned>(bytes: &[u8]) -> Result<T> {
    let text = std::str::from_utf8(bytes).map_err(|error| {
        let detail = format!("the body is no UTF-8 from byte {} on", error.valid_up_to());
        Problem::new(Code::InvalidUtf8, detail)
    })?;
    if text.trim_start().starts_with('[') {
        // The parser would take a list for the fields in their order.
        return Err(Problem::invalid("", "expected an object: `{..}`"));
    }
    let mut json = serde_json::Deserializer::from_str(text);
    let value = serde_path_to_error::deserialize(&mut json)
        .map_err(|error| refused(&error.path().to_string(), error.inner()))?;
    json.end().map_err(|error| refused("", &error))?;
    Ok(value)
}

/// Turns the parser's words into ours. Its words repeat the value that was sent, which may be a secret, so only what was expected
/// is taken from them.
fn refused(path: &str, error: &serde_json::Error) -> Problem {
    if !error.is_data() {
        let (line, column) = (error.line(), error.column());
        let detail = format!("the body is no JSON: see line {line}, column {column}");
        return Problem::new(Code::MalformedJson, detail);
    }
    let words = error.to_string();
    let words = words
        .rsplit_once(" at line ")
        .map_or(&*words, |(words, _)| words);
    let Misread {
        code,
        place,
        detail,
    } = misread(path, words, "field");
    Problem::new(code, detail).at(&place)
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::parse;
    use crate::domain::ids::ClientId;

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    #[allow(dead_code)]
    struct Sent {
        client_id: ClientId,
        #[serde(default)]
        items: Vec<Item>,
    }

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    #[allow(dead_code)]
    struct Item {
        number: u8,
    }

    #[test]
    fn every_mistake_has_a_code_and_a_place_and_repeats_no_value() {
        let table: [(&[u8], &str, &str); 12] = [
            (b"{", "malformed_json", ""),
            (b"", "malformed_json", ""),
            (b"{} {}", "missing_field", "client_id"),
            (br#"{"client_id":"a"} x"#, "malformed_json", ""),
            (b"\xff\xfe", "invalid_utf8", ""),
            (
                br#"{"client_id":"a","canary":1}"#,
                "unknown_field",
                "canary",
            ),
            (br#"{"client_id":7}"#, "invalid_value", "client_id"),
            (
                br#"{"client_id":{"$ne":"canary"}}"#,
                "invalid_value",
                "client_id",
            ),
            (
                br#"{"client_id":"a","items":[{"number":"canary"}]}"#,
                "invalid_value",
                "items[0].number",
            ),
            (
                br#"{"client_id":"a","items":[{"number":1},{}]}"#,
                "missing_field",
                "items[1].number",
            ),
            (
                br#"{"client_id":"a","client_id":"b"}"#,
                "invalid_value",
                "client_id",
            ),
            (br#""canary""#, "invalid_value", ""),
        ];
        for (body, code, path) in table {
            let problem = parse::<Sent>(body).expect_err("taken");
            let shown = format!("{problem:?}");
            assert_eq!(problem.code().as_str(), code, "{shown}");
            assert!(!problem.detail().contains("canary"), "{shown}");
            assert!(
                shown.contains(&format!("{path:?}")) || path.is_empty(),
                "{path} in {shown}"
            );
        }
    }

    #[test]
    fn what_was_expected_is_said_without_the_names_of_types() {
        let table = [
            (
                r#"{"client_id":"a","items":[{"number":1.5}]}"#,
                "a whole number from 0 to 255",
            ),
            (
                r#"{"client_id":"a","items":[{"number":300}]}"#,
                "a whole number from 0 to 255",
            ),
            (r#"{"client_id":"a","items":7}"#, "a list"),
            (r#"{"client_id":7}"#, "a text"),
            ("7", "an object"),
        ];
        for (body, expected) in table {
            let problem = parse::<Sent>(body.as_bytes()).expect_err("taken");
            assert!(
                problem.detail().contains(expected),
                "{body}: {}",
                problem.detail()
            );
        }
        let time = parse::<When>(br#"{"since":"yesterday"}"#).expect_err("taken");
        assert!(
            time.detail().contains("2026-11-29T08:00:00Z"),
            "{}",
            time.detail()
        );
    }

    #[derive(Debug, Deserialize)]
    #[allow(dead_code)]
    struct When {
        since: jiff::Timestamp,
    }

    #[test]
    fn deep_nesting_is_refused_and_not_followed() {
        let deep = "{\"a\":".repeat(100_000);
        assert!(parse::<serde_json::Value>(deep.as_bytes()).is_err());
    }

    #[test]
    fn a_list_does_not_pass_for_an_object() {
        assert!(parse::<Sent>(br#"["a",[]]"#).is_err());
    }
}
