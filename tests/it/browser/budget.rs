//! W1: what the widget weighs, how it is served, and what it never does. RELIABILITY B row 42: who may frame what.

use std::io::Read as _;

use super::desk::shared;

/// Words that would let markup or code in from a string, or somebody else's host.
const FORBIDDEN: [&str; 14] = [
    "innerHTML",
    "outerHTML",
    "insertAdjacentHTML",
    "document.write",
    "createContextualFragment",
    "DOMParser",
    "setHTML",
    "eval(",
    "new Function",
    "document.cookie",
    "postMessage(message",
    "importScripts",
    "http://",
    "https://",
];

fn unpacked(bytes: &[u8]) -> String {
    let mut text = String::new();
    flate2::read::GzDecoder::new(bytes)
        .read_to_string(&mut text)
        .unwrap();
    text
}

#[test]
fn w1_the_script_is_small_and_has_no_way_for_markup_or_code_to_come_in() {
    let packed = shared().get("/widget.js", &[("accept-encoding", "gzip")]);
    assert_eq!(packed.header("content-encoding"), Some("gzip"));
    assert!(
        packed.body.len() <= 14 * 1024,
        "{} bytes in gzip",
        packed.body.len()
    );
    let plain = shared().get("/widget.js", &[]);
    assert!(plain.body.len() <= 48 * 1024, "{} bytes", plain.body.len());
    let text = String::from_utf8(plain.body).unwrap();
    assert_eq!(unpacked(&packed.body), text);
    let code = text
        .replace("'http://www.w3.org/2000/svg'", "")
        .replace("(https?:", "");
    for word in FORBIDDEN {
        assert!(!code.contains(word), "{word} is in the widget");
    }
    let chinese = code
        .chars()
        .filter(|c| matches!(c, '\u{4e00}'..='\u{9fff}'))
        .count();
    let source = include_str!("../../../src/web/widget.js");
    let in_source = source
        .chars()
        .filter(|c| matches!(c, '\u{4e00}'..='\u{9fff}'))
        .count();
    assert_eq!(in_source, 0, "what customers read belongs into intents/");
    assert!(chinese > 0, "the first words did not come into the file");
}

#[test]
fn w1_caches_and_other_pages_may_keep_it_and_ask_whether_it_has_changed() {
    let first = shared().get("/widget.js", &[("accept-encoding", "gzip, br")]);
    let header = |name| first.header(name).unwrap_or_default().to_owned();
    assert_eq!(
        header("cache-control"),
        "public, max-age=300, stale-while-revalidate=86400"
    );
    assert_eq!(header("cross-origin-resource-policy"), "cross-origin");
    assert_eq!(header("x-content-type-options"), "nosniff");
    assert_eq!(header("content-type"), "text/javascript; charset=utf-8");
    assert_eq!(header("access-control-allow-origin"), "*");
    assert_eq!(header("vary"), "Accept-Encoding");
    assert_eq!(first.header("set-cookie"), None);
    let tag = header("etag");
    assert!(tag.starts_with('"'), "{tag} is not strong");
    let plain = shared().get("/widget.js", &[]);
    assert_ne!(
        plain.header("etag"),
        Some(&*tag),
        "two sequences of bytes under one strong name"
    );
    let again = [("accept-encoding", "gzip, br"), ("if-none-match", &*tag)];
    let again = shared().get("/widget.js", &again);
    assert_eq!((again.status, again.body.len()), (304, 0));
    assert_eq!(again.header("etag"), Some(&*tag));
    let other = shared().get(
        "/widget.js",
        &[("accept-encoding", "gzip, br"), ("if-none-match", "\"x\"")],
    );
    assert_eq!(other.status, 200);
}

#[test]
fn w1_the_words_of_each_language_come_packed_and_whole() {
    for (tag, close) in [
        ("zh-Hans", "收起客服"),
        ("zh-Hant", "收合客服"),
        ("en", "Close chat"),
    ] {
        let words = shared().get(&format!("/widget/{tag}.json"), &[]);
        let said = words.json();
        assert_eq!(said["words"]["close"], close);
        assert!(said["topics"]["refund_request"].is_string());
        let empty = said["words"]
            .as_object()
            .unwrap()
            .iter()
            .filter(|(_, text)| *text == "");
        assert_eq!(empty.count(), 0, "{tag}");
    }
    for unknown in [
        "/widget/fr.json",
        "/widget/en",
        "/widget/..%2fchat.html",
        "/widget/en.json.json",
    ] {
        assert_eq!(shared().get(unknown, &[]).status, 404, "{unknown}");
    }
}

#[test]
fn row_42_only_the_shops_own_pages_may_frame_the_chat_and_nobody_anything_else() {
    let policy = |path| {
        let answer = shared().get(path, &[]);
        answer.header("content-security-policy").unwrap().to_owned()
    };
    assert!(
        policy("/chat").contains("frame-ancestors 'self' *"),
        "the origins are those of the site"
    );
    for path in [
        "/widget.js",
        "/widget/en.json",
        "/healthz",
        "/v1/inbox",
        "/nothing",
    ] {
        assert!(policy(path).contains("frame-ancestors 'none'"), "{path}");
    }
    assert_eq!(shared().get("/chat?site=nobody", &[]).status, 404);
    assert_eq!(
        shared().get("/demo", &[]).status,
        404,
        "the demo's shop is the demo's"
    );
}
