//! W1: what the widget weighs, how it is served, and what it never does. RELIABILITY B row 42: who may frame what.

use std::io::Read as _;

use base64::Engine as _;
use frontdesk::domain::wording::WIDGET_NAMES;
use sha2::Digest as _;

use super::desk::shared;
use super::scene::Scene;

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

/// Names that the widget puts together: what stands before the part that comes from the desk.
const PUT_TOGETHER: [&str; 7] = [
    "claim_", "order_", "step_", "status_", "owner_", "people_", "form_",
];

#[test]
fn w1_the_widget_says_every_word_that_has_a_name_and_no_other() {
    let source = include_str!("../../../src/web/widget.js");
    for name in WIDGET_NAMES {
        let is_put_together = PUT_TOGETHER.iter().any(|begin| name.starts_with(begin));
        let is_said = source.contains(&format!("'{name}'"));
        assert!(is_put_together || is_said, "nobody says {name}");
    }
    for call in ["word('", "notice('"] {
        for rest in source.split(call).skip(1) {
            let name = rest.split('\'').next().unwrap();
            let is_known = WIDGET_NAMES.contains(&name) || PUT_TOGETHER.contains(&name);
            assert!(is_known, "there is no word {name}");
        }
    }
}

#[test]
fn what_embed_prints_is_what_is_served_and_can_be_pasted() {
    let Some(scene) = Scene::begin() else { return };
    let desk = shared();
    let printed = desk.command(&["embed", "--json", "--public-url", &desk.origin()]);
    let printed: serde_json::Value = serde_json::from_str(&printed).unwrap();
    let served = desk.get("/widget.js", &[]).body;
    let digest = base64::engine::general_purpose::STANDARD.encode(sha2::Sha384::digest(&served));
    assert_eq!(printed["integrity"], format!("sha384-{digest}"));
    let snippet = printed["snippets"][0].as_str().unwrap();
    assert_eq!(snippet, scene.snippet("").replace(" >", ">"));
    let policy = format!(
        "default-src 'none'; script-src {}; connect-src {}",
        printed["csp"]["script-src"].as_str().unwrap(),
        printed["csp"]["connect-src"].as_str().unwrap()
    );
    let pinned = |hash: &str| {
        let attributes = format!(" integrity=\"{hash}\" crossorigin=\"anonymous\"></script>");
        let page = format!(
            "<!doctype html><title>x</title>{}",
            snippet.replace("></script>", &attributes)
        );
        scene
            .shop
            .put("/", &[("content-security-policy", &policy)], &page);
    };
    pinned(printed["integrity"].as_str().unwrap());
    scene.go("/");
    scene.open();
    pinned("sha384-oqVuAfXRKap7fdgcCY5uykM6+R9GqQ8K/uxy9rx7HNQlGYl1kPzQho1wx4JwY8wC");
    let address = format!("{}/", scene.shop.origin);
    scene
        .turn
        .call("POST", "/url", &serde_json::json!({"url": address}));
    std::thread::sleep(std::time::Duration::from_millis(300));
    assert_eq!(
        scene.see("typeof window.frontdesk"),
        "undefined",
        "another script than the pinned one ran"
    );
}
