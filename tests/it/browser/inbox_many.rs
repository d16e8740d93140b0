//! Many conversations at once: picked and changed with the keyboard and taken back, merged, and a list of ten thousand.

use serde_json::{Value, json};

use super::inbox::Inbox;
use super::scene::ENTER;

const ESCAPE: &str = "\u{e00c}";

#[test]
fn conversations_are_picked_changed_and_put_back_without_a_mouse_and_each_that_was_not_says_why() {
    let Some(inbox) = Inbox::begin() else { return };
    for n in 1..=4 {
        inbox.customer(&format!("where is my order A100{n}"));
    }
    inbox.enter();
    inbox.until("document.querySelectorAll('.line').length === 4");
    inbox.keys("jxjjX");
    inbox.until("document.querySelector('.bulk b')?.textContent === '3 selected'");
    inbox
        .scene
        .run("document.querySelector('[data-bulk=label]').focus()");
    inbox.keys(&format!("late{ENTER}"));
    let labelled = "[...document.querySelectorAll('.line')].filter(one => one.textContent.includes('# late')).length";
    inbox.until(&format!("{labelled} === 3"));
    inbox.scene.run("document.activeElement.blur()");
    inbox.control('z');
    inbox.until(&format!("{labelled} === 0"));
    inbox.until("[...document.querySelectorAll('.toast')].some(one => one.textContent.includes('Put back: 3'))");
    // Nobody calls done what is not theirs: each says so, and stays picked.
    inbox.until("!document.querySelector('.bulk:not([hidden])')");
    inbox.keys("*");
    inbox.until("document.querySelector('.bulk b')?.textContent === '4 selected'");
    inbox.clicks("[data-bulk=resolve]");
    inbox.until("document.querySelector('.toast li')?.textContent.match(/Visitor/g).length === 4");
    assert_eq!(
        inbox.see("document.querySelector('[data-view=done] i').textContent"),
        json!("0")
    );
    inbox.scene.run("document.querySelector('.line').focus()");
    inbox.keys(ESCAPE);
    inbox.until("document.querySelector('.bulk').hidden");
}

#[test]
fn two_conversations_of_one_person_are_merged_from_the_facts_and_the_other_is_read_in_place() {
    let Some(inbox) = Inbox::begin() else { return };
    let token = inbox.desk().sign("u77", "mia@example.com", 600);
    let talk = |text: &str| {
        let opened = inbox.post(
            "/v1/sessions",
            None,
            &json!({"site": "linden", "token": token}),
        );
        let session = opened["session"].as_str().unwrap().to_owned();
        for text in [text, "I want to talk to a human"] {
            let body = json!({"client_id": crate::support::fresh_id(), "text": text});
            inbox.post("/v1/messages", Some(&session), &body);
        }
        let body = json!({"client_id": crate::support::fresh_id(), "text": "hello?"});
        let said = inbox.post("/v1/messages", Some(&session), &body);
        super::inbox::Customer {
            token: session,
            conversation: said["conversation"].as_str().unwrap().to_owned(),
        }
    };
    let first = talk("the lamp of the laptop is broken");
    let second = talk("my parcel is late");
    // What was said is read for its words every half minute, and before a search.
    let found = inbox
        .desk()
        .as_agent("GET", "/v1/inbox?q=lamp", &Value::Null);
    assert_eq!(found["rows"].as_array().unwrap().len(), 1, "{found}");
    inbox.enter();
    inbox.open(&second);
    inbox.keys("a");
    inbox.until("document.querySelector('[data-do=resolve]') && true");
    let merge = format!(
        "document.querySelector('[data-merge=\"{}\"]')",
        first.conversation
    );
    inbox.until(&format!("{merge} && true"));
    inbox.scene.run(&format!("{merge}.click()"));
    inbox.until("document.querySelector('dialog [type=submit]') && true");
    inbox.clicks("dialog [type=submit]");
    inbox.until("document.querySelector('details.merged') && true");
    inbox
        .scene
        .run("document.querySelector('details.merged').open = true");
    inbox.until(
        "document.querySelector('.thread.inner')?.textContent.includes('the lamp of the laptop')",
    );
    let said = inbox.says(&first, "I write here now");
    assert_eq!(said["conversation"], json!(second.conversation));
    inbox.until("[...document.querySelectorAll('.thread > .said.customer')].some(one => one.textContent.includes('I write here now'))");
}

/// The desk's answers, as if there were ten thousand of them: what is under test is the page.
const TEN_THOUSAND: &str = "
    const real = window.fetch, all = 10000;
    const made = n => ({id: 'c' + String(n).padStart(5, '0'), site: 'linden', merchant: 'm_linden', channel: 'widget', vip: false, owner: 'queue', status: 'active',
        revision: 1, last_seq: 2, created_at: '2026-11-20T10:00:00Z', updated_at: '2026-11-20T10:00:00Z', priority: 'normal', language: 'en', last: {from: 'customer', text: 'message ' + n}});
    window.fetch = (path, given) => {
        if (!String(path).startsWith('/v1/inbox?')) return real(path, given);
        const asked = new URLSearchParams(String(path).split('?')[1]);
        const from = Number(asked.get('cursor') || 0), to = Math.min(all, from + Number(asked.get('limit')));
        const rows = Array.from({length: to - from}, (_, at) => made(from + at));
        const counts = {waiting: all, open: 0, mine: 0, pending: 0, bot: 0, done: 0};
        return Promise.resolve(new Response(JSON.stringify({rows, ...to < all && {next: String(to)}, counts}), {headers: {'content-type': 'application/json'}}));
    };";

#[test]
fn i6_ten_thousand_rows_scroll_and_only_those_in_sight_are_in_the_page() {
    let Some(inbox) = Inbox::begin() else { return };
    let early = json!({"source": TEN_THOUSAND});
    let kept = inbox
        .scene
        .turn
        .cdp("Page.addScriptToEvaluateOnNewDocument", &early);
    inbox.enter();
    inbox.until("document.querySelectorAll('.line').length > 5");
    assert_eq!(
        inbox.see("document.querySelector('[data-view=waiting] i').textContent"),
        json!("10000")
    );
    let most = "document.querySelectorAll('.list li').length < 80";
    // Scrolled to the end again and again, until there is no more.
    inbox.until("(box => { box.scrollTop = box.scrollHeight; return Math.round(box.scrollHeight / 104) >= 10000; })(document.querySelector('.list'))");
    inbox.until("[...document.querySelectorAll('.list .last')].some(one => one.textContent === 'message 9999')");
    assert_eq!(inbox.see(most), json!(true));
    inbox
        .scene
        .run("document.querySelector('.list').scrollTop = 5000 * 104");
    inbox.until("[...document.querySelectorAll('.list .last')].some(one => one.textContent === 'message 5001')");
    assert_eq!(inbox.see(most), json!(true));
    // The keys go on from the row that had the focus, wherever it was scrolled to.
    inbox
        .scene
        .run("document.querySelector('[data-id=c05002] .line').focus()");
    inbox.keys("jjk");
    let at: Value = inbox.see("document.activeElement.dataset.id");
    assert_eq!(at, json!("c05003"));
    inbox
        .scene
        .run("document.querySelector('.list').scrollTop = 0");
    inbox.until("[...document.querySelectorAll('.list .last')].some(one => one.textContent === 'message 3')");
    assert_eq!(
        inbox.see("document.activeElement.dataset.id"),
        json!("c05003"),
        "a row that is out of sight keeps the focus"
    );
    inbox.keys("j");
    assert_eq!(
        inbox.see("document.activeElement.dataset.id"),
        json!("c05004")
    );
    inbox.until("(box => box.scrollTop > 4900 * 104)(document.querySelector('.list'))");
    let id = json!({"identifier": kept["identifier"]});
    inbox
        .scene
        .turn
        .cdp("Page.removeScriptToEvaluateOnNewDocument", &id);
}
