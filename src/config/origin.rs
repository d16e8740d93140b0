//! The origins of a site's pages, written as browsers send them (RFC 6454): what differs by a letter would never match.

const EXPECTED: &str = "an origin is written as https://shop.example, or \"*\" for every page";

/// Scheme, host and port in the form of the `Origin` header: lower case, without the scheme's own port.
pub(super) fn normalise(text: &str) -> Result<String, &'static str> {
    if text == "*" {
        return Ok(text.to_owned());
    }
    let text = text.to_lowercase();
    let (scheme, host) = text.split_once("://").ok_or(EXPECTED)?;
    let own_port = match scheme {
        "https" => ":443",
        "http" => ":80",
        _ => return Err(EXPECTED),
    };
    if host.ends_with('/') && !host.trim_end_matches('/').contains('/') {
        return Err("an origin has no slash at its end: write https://shop.example");
    }
    if !host.is_ascii() {
        return Err("an origin is sent in ASCII: write the host in its xn-- form");
    }
    let strange = |c: char| !(c.is_ascii_alphanumeric() || "-._:[]".contains(c));
    if host.is_empty() || host.starts_with(':') || host.contains(strange) {
        return Err(EXPECTED);
    }
    let host = host.strip_suffix(own_port).unwrap_or(host);
    Ok(format!("{scheme}://{host}"))
}

#[cfg(test)]
mod tests {
    use super::normalise;

    #[test]
    fn origins_are_kept_as_browsers_send_them() {
        for (text, kept) in [
            ("https://shop.example", "https://shop.example"),
            ("HTTPS://Shop.Example:443", "https://shop.example"),
            ("http://127.0.0.1:8787", "http://127.0.0.1:8787"),
            ("http://[::1]:80", "http://[::1]"),
            ("*", "*"),
        ] {
            assert_eq!(normalise(text).as_deref(), Ok(kept));
        }
    }

    #[test]
    fn what_no_browser_would_send_is_refused() {
        for text in [
            "",
            "shop.example",
            "https://",
            "https://a/",
            "https://a/b",
            "https://*.a",
            "ftp://a",
            "https://a?b",
            "https://u@a",
            "https://a b",
            "null",
            "https://:80",
            "https://\u{fc}.example",
        ] {
            assert!(normalise(text).is_err(), "{text}");
        }
    }
}
