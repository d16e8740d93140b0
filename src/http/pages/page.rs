//! What browsers load from the desk: files that are part of the program, with the headers that let them be kept, asked for again and
//! carried by other pages, or forbid it.

use axum::http::header::{
    ACCEPT_ENCODING, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_SECURITY_POLICY, CONTENT_TYPE, ETAG,
    HeaderName, IF_NONE_MATCH, VARY,
};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use rust_embed::RustEmbed;

use super::packed::Packed;

/// Asked for again each time, so that an answer that is kept for going back is no old one.
const ASK_AGAIN: &str = "no-cache";
/// Kept for five minutes, and used a day longer while a new one is fetched.
const KEEP: &str = "public, max-age=300, stale-while-revalidate=86400";

/// The files. A debug build reads them from disk, so that a change needs no build.
#[derive(RustEmbed)]
#[folder = "src/web"]
struct Files;

/// The text of a file.
pub(in crate::http) fn text(name: &str) -> Option<String> {
    let file = Files::get(name)?;
    String::from_utf8(file.data.into_owned()).ok()
}

/// A page with its policy.
pub(in crate::http) fn html(text: String, policy: &str) -> Response {
    let Ok(policy) = HeaderValue::try_from(policy) else {
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    };
    let fixed = HeaderValue::from_static;
    let headers = [
        (CONTENT_TYPE, fixed("text/html; charset=utf-8")),
        (CACHE_CONTROL, fixed(ASK_AGAIN)),
        (CONTENT_SECURITY_POLICY, policy),
    ];
    (headers, text).into_response()
}

/// The same, packed where the browser takes it so.
pub(in crate::http) fn html_packed(file: &Packed, policy: &str, asked: &HeaderMap) -> Response {
    let Ok(policy) = HeaderValue::try_from(policy) else {
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    };
    let mut headers = HeaderMap::new();
    headers.insert(CACHE_CONTROL, HeaderValue::from_static(ASK_AGAIN));
    headers.insert(CONTENT_SECURITY_POLICY, policy);
    packed(file, "text/html; charset=utf-8", asked, headers)
}

/// A file for pages of our own.
pub(in crate::http) fn own(text: String, media_type: &'static str) -> Response {
    (
        [(CONTENT_TYPE, media_type), (CACHE_CONTROL, ASK_AGAIN)],
        text,
    )
        .into_response()
}

/// A file for the pages of others, packed where the browser takes it so, or word that it has not changed.
pub(in crate::http) fn shared(
    file: &Packed,
    media_type: &'static str,
    asked: &HeaderMap,
) -> Response {
    let fixed = HeaderValue::from_static;
    let mut headers = HeaderMap::new();
    headers.insert(CACHE_CONTROL, fixed(KEEP));
    headers.insert(
        HeaderName::from_static("cross-origin-resource-policy"),
        fixed("cross-origin"),
    );
    // A page that pins the script by its hash has to fetch it as a stranger, and read it.
    headers.insert(
        HeaderName::from_static("access-control-allow-origin"),
        fixed("*"),
    );
    packed(file, media_type, asked, headers)
}

/// A file for a page of our own, packed where the browser takes it so: asked for again each time.
pub(in crate::http) fn own_packed(
    file: &Packed,
    media_type: &'static str,
    asked: &HeaderMap,
) -> Response {
    let mut headers = HeaderMap::new();
    headers.insert(CACHE_CONTROL, HeaderValue::from_static(ASK_AGAIN));
    packed(file, media_type, asked, headers)
}

fn packed(
    file: &Packed,
    media_type: &'static str,
    asked: &HeaderMap,
    mut headers: HeaderMap,
) -> Response {
    let packed = accepts_gzip(asked);
    let tag = file.tag(packed);
    let fixed = HeaderValue::from_static;
    headers.insert(VARY, fixed("Accept-Encoding"));
    if let Ok(tag) = HeaderValue::try_from(&tag) {
        headers.insert(ETAG, tag);
    }
    if is_known(asked, &tag) {
        return (StatusCode::NOT_MODIFIED, headers).into_response();
    }
    headers.insert(CONTENT_TYPE, fixed(media_type));
    if !packed {
        return (headers, file.plain.clone()).into_response();
    }
    headers.insert(CONTENT_ENCODING, fixed("gzip"));
    (headers, file.packed.clone()).into_response()
}

/// Whether the browser unpacks gzip. One that refuses it says `gzip;q=0`.
fn accepts_gzip(asked: &HeaderMap) -> bool {
    let accepted = asked.get_all(ACCEPT_ENCODING).iter();
    let mut accepted = accepted
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .map(|one| one.split_once(';').unwrap_or((one, "")));
    accepted.any(|(name, weight)| {
        let zero = matches!(weight.trim(), "q=0" | "q=0.0" | "q=0.00" | "q=0.000");
        name.trim().eq_ignore_ascii_case("gzip") && !zero
    })
}

fn is_known(asked: &HeaderMap, tag: &str) -> bool {
    let known = asked.get_all(IF_NONE_MATCH).iter();
    let mut known = known
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .map(|one| one.trim().trim_start_matches("W/"));
    known.any(|one| one == tag || one == "*")
}

#[cfg(test)]
mod tests {
    use axum::http::header::{ACCEPT_ENCODING, IF_NONE_MATCH};
    use axum::http::{HeaderMap, HeaderValue};

    use super::{accepts_gzip, is_known};

    #[test]
    fn only_a_browser_that_unpacks_gets_it_packed() {
        let table = [
            ("gzip, deflate, br", true),
            ("br;q=1.0, GZIP;q=0.5", true),
            ("gzip;q=0", false),
            ("identity", false),
            ("", false),
        ];
        for (accepted, expected) in table {
            let mut headers = HeaderMap::new();
            headers.insert(ACCEPT_ENCODING, HeaderValue::from_static(accepted));
            assert_eq!(accepts_gzip(&headers), expected, "{accepted}");
        }
        assert!(!accepts_gzip(&HeaderMap::new()));
    }

    #[test]
    fn a_tag_is_known_among_others_and_when_a_proxy_has_weakened_it() {
        let table = [
            ("\"a\"", true),
            ("\"x\", W/\"a\"", true),
            ("*", true),
            ("\"ab\"", false),
        ];
        for (known, expected) in table {
            let mut headers = HeaderMap::new();
            headers.insert(IF_NONE_MATCH, HeaderValue::from_static(known));
            assert_eq!(is_known(&headers, "\"a\""), expected, "{known}");
        }
    }
}
