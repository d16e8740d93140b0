//! The one cookie of the desk: an agent's log-in. No script can read it, no other page can have it sent with a change, and over HTTPS
//! it is bound to this very host.

use axum::http::header::{COOKIE, SET_COOKIE};
use axum::http::{HeaderMap, HeaderName, HeaderValue};
use jiff::SignedDuration;
use secrecy::{ExposeSecret as _, SecretString};

/// No token of ours is longer.
const MAX_BYTES: usize = 128;

const fn name(https: bool) -> &'static str {
    if https {
        "__Host-frontdesk"
    } else {
        "frontdesk"
    }
}

/// The log-in that a browser shows; none where it shows two.
pub fn log_in(headers: &HeaderMap, https: bool) -> Option<SecretString> {
    let shown = headers.get_all(COOKIE).iter();
    let mut found = shown
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .filter(|(shown, _)| *shown == name(https))
        .map(|(_, value)| value);
    let one = found.next().filter(|_| found.next().is_none())?;
    let fits = !one.is_empty() && one.len() <= MAX_BYTES;
    fits.then(|| SecretString::from(one))
}

/// Gives a browser its log-in.
pub fn keep(
    token: &SecretString,
    lasts: SignedDuration,
    https: bool,
) -> [(HeaderName, HeaderValue); 1] {
    set(token.expose_secret(), lasts.as_secs(), https)
}

/// Takes it away.
pub fn forget(https: bool) -> [(HeaderName, HeaderValue); 1] {
    set("", 0, https)
}

fn set(value: &str, seconds: i64, https: bool) -> [(HeaderName, HeaderValue); 1] {
    let secure = if https { "; Secure" } else { "" };
    let text = format!(
        "{}={value}; Path=/; Max-Age={seconds}; HttpOnly; SameSite=Lax{secure}",
        name(https)
    );
    // Our own tokens are letters and digits: this cannot fail.
    let value = HeaderValue::try_from(text).unwrap_or(HeaderValue::from_static(""));
    [(SET_COOKIE, value)]
}

#[cfg(test)]
mod tests {
    use axum::http::header::COOKIE;
    use axum::http::{HeaderMap, HeaderValue};
    use jiff::SignedDuration;
    use secrecy::{ExposeSecret as _, SecretString};

    use super::{keep, log_in};

    #[test]
    fn a_log_in_is_found_among_other_cookies_and_two_are_none() {
        let table = [
            ("frontdesk=a", Some("a")),
            ("x=1; frontdesk=a; y=2", Some("a")),
            ("frontdesk=a; frontdesk=b", None),
            ("frontdesk=", None),
            ("Frontdesk=a", None),
            ("__Host-frontdesk=a", None),
        ];
        for (shown, expected) in table {
            let mut headers = HeaderMap::new();
            headers.insert(COOKIE, HeaderValue::from_static(shown));
            let found = log_in(&headers, false);
            let found = found.as_ref().map(SecretString::expose_secret);
            assert_eq!(found, expected, "{shown}");
        }
    }

    #[test]
    fn over_https_it_is_bound_to_the_host() {
        let token = SecretString::from("fdl_1");
        let [(_, value)] = keep(&token, SignedDuration::from_secs(60), true);
        assert_eq!(
            value,
            "__Host-frontdesk=fdl_1; Path=/; Max-Age=60; HttpOnly; SameSite=Lax; Secure"
        );
    }
}
