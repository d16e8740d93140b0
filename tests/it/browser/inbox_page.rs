//! What the page weighs, what it may load, what it shows of what others write, and on which screens.

use std::collections::BTreeSet;
use std::io::Read as _;

use frontdesk::domain::wording::INBOX_NAMES;
use serde_json::json;

use super::desk::shared;
use super::inbox::Inbox;

/// What people try, as for the widget.
const CORPUS: &str = include_str!("../../data/browser/markup.txt");
/// Where the parts of the script are.
const PARTS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/src/web/inbox");
/// Words that would let markup or code in from a string, or somebody else's host.
const FORBIDDEN: [&str; 12] = [
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
    "importScripts",
    "https://",
];

/// The parts of the script: their names, and what they say.
fn parts() -> Vec<(String, String)> {
    let files = std::fs::read_dir(PARTS).unwrap();
    let files = files.map(|file| file.unwrap().path());
    let mut parts: Vec<(String, String)> = files
        .map(|file| {
            let name = file.file_name().unwrap().to_str().unwrap().to_owned();
            (name, std::fs::read_to_string(&file).unwrap())
        })
        .collect();
    parts.sort();
    parts
}

#[test]
fn the_page_loads_one_script_of_all_its_parts_once() {
    let Some(inbox) = Inbox::begin() else { return };
    let script = inbox.desk().get("/inbox/inbox.js", &[]).body;
    let script = String::from_utf8(script).unwrap();
    assert!(!script.contains("import{") && !script.contains("export "));
    // Whatever a part says, it says there.
    for (name, text) in parts() {
        for rest in text.split("t('").skip(1) {
            let word = format!("'{}'", rest.split('\'').next().unwrap());
            assert!(script.contains(&word), "{name}: {word}");
        }
    }
    inbox.customer("hello");
    inbox.enter();
    let loaded = inbox.see(
        "performance.getEntriesByType('resource').map(one => new URL(one.name).pathname).filter(one => one.endsWith('.js')).sort()",
    );
    assert_eq!(loaded, json!(["/inbox/inbox.js"]));
    inbox.scene.assert_quiet();
}

#[test]
fn the_page_with_its_words_is_small_says_only_what_intents_say_and_lets_no_markup_in() {
    let mut size = 0;
    let parts = parts();
    let languages = ["en", "zh-Hans", "zh-Hant"];
    let words = languages.map(|tag| format!("/inbox/{tag}.json"));
    let largest = words.into_iter().max_by_key(|file| {
        let packed = shared().get(file, &[("accept-encoding", "gzip")]);
        packed.body.len()
    });
    let files = ["/inbox", "/inbox/inbox.css", "/inbox/inbox.js"];
    for file in files.into_iter().chain(largest.as_deref()) {
        let packed = shared().get(file, &[("accept-encoding", "gzip")]);
        assert_eq!(packed.status, 200, "{file}");
        size += packed.body.len();
        if packed.header("content-encoding") == Some("gzip") {
            let mut text = String::new();
            let mut unpacked = flate2::read::GzDecoder::new(&packed.body[..]);
            unpacked.read_to_string(&mut text).unwrap();
            let plain = shared().get(file, &[]);
            assert_eq!(text.as_bytes(), plain.body, "{file}");
        }
    }
    assert!(size <= 60 * 1024, "{size} bytes in gzip");
    let script: String = parts.into_iter().map(|(_, text)| text).collect();
    for word in FORBIDDEN {
        assert!(!script.contains(word), "{word} is in the inbox");
    }
    let han = |c: &char| matches!(c, '\u{4e00}'..='\u{9fff}');
    assert_eq!(script.chars().find(han), None);
    // What is said in groups of agents is said by the desk and not by the page.
    let on_the_page = INBOX_NAMES
        .iter()
        .filter(|name| !name.starts_with("robot_"));
    for name in on_the_page {
        // Of one thing some sentences speak otherwise.
        let name = name.strip_suffix("_one").unwrap_or(name);
        // Some names are put together of two parts: `status_` and the status.
        let whole =
            script.contains(&format!("'{name}'")) || script.contains(&format!(": '{name}'"));
        let part = name.match_indices('_').any(|(at, _)| {
            let prefix = &name[..=at];
            script.contains(&format!("'{prefix}'"))
        });
        let ending = name
            .split_once('_')
            .is_some_and(|(_, ending)| script.contains(&format!("'_{ending}'")));
        assert!(whole || part || ending, "nobody says `{name}`");
    }
}

#[test]
fn i12_the_page_works_under_a_policy_that_allows_nothing_but_itself() {
    let Some(inbox) = Inbox::begin() else { return };
    let page = inbox.desk().get("/inbox", &[]);
    let policy = page.header("content-security-policy").unwrap();
    for part in [
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "frame-ancestors 'none'",
        "require-trusted-types-for 'script'",
        "trusted-types 'none'",
    ] {
        assert!(policy.contains(part), "{part} is not in {policy}");
    }
    inbox.opened("where is my order A1001");
    inbox.keys("a");
    inbox.types("One moment");
    inbox.keys("\u{e00c}?");
    inbox.until("document.querySelector('dialog') && true");
    inbox.keys("\u{e00c}");
    inbox.scene.assert_quiet();
}

#[test]
fn i11_the_list_of_keys_is_the_table_that_they_work_by() {
    let Some(inbox) = Inbox::begin() else { return };
    let customer = inbox.customer("hello");
    inbox.enter();
    inbox.until("document.querySelector('.line') && true");
    inbox.keys("?");
    let shown: BTreeSet<String> = inbox.texts("dialog dt").into_iter().collect();
    let all = [
        "*",
        "/",
        "?",
        "Ctrl+.",
        "Ctrl+Enter",
        "Ctrl+Shift+Enter",
        "Ctrl+k",
        "Ctrl+z",
        "Enter",
        "[",
        "]",
        "E",
        "Escape",
        "X",
        "a",
        "b",
        "e",
        "g a",
        "g b",
        "g d",
        "g m",
        "g p",
        "g w",
        "i",
        "j",
        "k",
        "n",
        "o",
        "p",
        "r",
        "t",
        "u",
        "x",
        "z",
    ];
    assert_eq!(shown, all.map(str::to_owned).into());
    inbox.keys("\u{e00c}");
    inbox.until("!document.querySelector('dialog')");
    inbox.keys("gm");
    inbox.until("document.querySelector('.views [aria-current]').dataset.view === 'mine'");
    inbox.keys("gw");
    inbox.until("document.querySelectorAll('.line').length === 1");
    inbox.keys("j");
    inbox.until("document.activeElement.matches('.line')");
    inbox.keys("o");
    inbox.until(&format!(
        "location.hash.includes('{}')",
        customer.conversation
    ));
    inbox.until("document.querySelector('.compose') && true");
    inbox.keys("n");
    inbox.types("gm? not keys here");
    assert_eq!(
        inbox.see("document.querySelector('.compose textarea').value"),
        json!("gm? not keys here")
    );
    inbox.keys("\u{e00c}\u{e00c}");
    inbox.until("document.querySelector('.mid .none') && true");
    // Whoever speaks to the machine switches single letters off.
    inbox.keys("?");
    inbox.clicks("dialog input");
    inbox.keys("\u{e00c}");
    inbox.keys("gm");
    assert_eq!(
        inbox.see("document.querySelector('.views [aria-current]').dataset.view"),
        json!("waiting")
    );
}

#[test]
fn i10_on_a_phone_the_list_and_the_conversation_are_one_after_the_other() {
    let Some(inbox) = Inbox::begin() else { return };
    inbox.customer("where is my order A1001");
    inbox.scene.size(320, 640);
    inbox.enter();
    inbox.until("document.querySelector('.line')?.offsetParent && true");
    inbox.clicks(".line");
    inbox.until("document.querySelector('.thread .said')?.offsetParent && true");
    assert_eq!(
        inbox.see("document.documentElement.scrollWidth <= innerWidth"),
        json!(true)
    );
    inbox.clicks("[data-do=claim]");
    inbox.types("On a phone");
    inbox.clicks(".compose .send");
    inbox.until("[...document.querySelectorAll('.said.agent .bubble')].some(one => one.textContent === 'On a phone')");
    inbox.clicks(".back");
    inbox.until("document.querySelector('.left').offsetParent && true");
    inbox.scene.own_size();
}

#[test]
fn row_17_and_18_whatever_customers_and_shops_write_stays_text_in_the_inbox() {
    let Some(inbox) = Inbox::begin() else { return };
    let corpus: Vec<&str> = CORPUS.lines().filter(|line| !line.is_empty()).collect();
    let name = "<img src=x onerror=alert(1)>";
    let record = json!({"id": "A9009", "customer": {"name": name, "email": "x@example.com", "phone": "+447700900123"}, "status": "delivered",
        "amount": "9.00", "currency": "GBP", "created_at": "2026-11-01T00:00:00Z", "paid_at": "2026-11-01T00:00:00Z",
        "items": corpus.iter().take(20).collect::<Vec<_>>(), "note": name, "payment_method": name});
    inbox.desk().as_shop("PUT", "/v1/orders/A9009", &record);
    let customer = inbox.customer("where is my order A9009");
    for text in &corpus {
        inbox.says(&customer, text);
    }
    inbox.enter();
    inbox.scene.run("window.hit = 0; window.alert = window.confirm = window.prompt = () => { hit++; }; addEventListener('securitypolicyviolation', () => hit++)");
    inbox.open(&customer);
    inbox.keys("a");
    inbox.types("x");
    let shown = inbox.texts(".said.customer .bubble");
    assert!(shown.len() > corpus.len());
    let strange = inbox.see("[...document.querySelectorAll('.bubble *')].map(one => one.localName).filter(name => name !== 'a')");
    assert_eq!(strange, json!([]));
    let links = inbox.see("[...new Set([...document.querySelectorAll('.bubble a')].map(one => [/^https?:$/.test(one.protocol), one.rel, one.target].join(' ')))]");
    let known = json!(["true noopener noreferrer nofollow _blank"]);
    assert!(links == known || links == json!([]), "{links}");
    assert_eq!(
        inbox.see("document.querySelectorAll('.right img, .right script').length"),
        json!(0)
    );
    assert_eq!(inbox.see("window.hit"), json!(0));
    inbox.scene.assert_quiet();
}
