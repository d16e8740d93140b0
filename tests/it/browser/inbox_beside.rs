//! Beside a conversation: what an agent has in their hands stays there while it goes on, and is about no other one.

use frontdesk::domain::order::RefundState;
use serde_json::{Value, json};

use super::inbox::Inbox;
use super::scene::ENTER;

const LABEL: &str = "document.querySelector('.right .label')";

#[test]
fn a_label_that_is_half_written_stays_while_the_customer_writes_and_when_it_is_refused() {
    let Some(inbox) = Inbox::begin() else { return };
    let customer = inbox.opened("where is my order A1001");
    inbox.until("document.querySelector('.right .label') && true");
    inbox.scene.run(&format!("{LABEL}.focus()"));
    inbox.keys("late par");
    inbox.says(&customer, "any news?");
    inbox.until(
        "[...document.querySelectorAll('.thread .said')].at(-1).textContent.includes('any news?')",
    );
    inbox.keys("cel");
    assert_eq!(
        inbox.see(&format!("{LABEL}.value")),
        json!("late parcel"),
        "under the hands of whoever writes it"
    );
    // A word that is being composed is not broken off, and the facts are drawn when it is there.
    inbox.scene.run(&format!(
        "window.field = {LABEL}; field.dispatchEvent(new CompositionEvent('compositionstart'))"
    ));
    inbox.says(&customer, "hello?");
    inbox.until(
        "[...document.querySelectorAll('.thread .said')].at(-1).textContent.includes('hello?')",
    );
    assert_eq!(inbox.see(&format!("{LABEL} === field")), json!(true));
    inbox
        .scene
        .run("field.dispatchEvent(new CompositionEvent('compositionend'))");
    inbox.until(&format!(
        "{LABEL} !== field && {LABEL}.value === 'late parcel' && document.activeElement === {LABEL}"
    ));
    // The desk says no, and what was written is still there.
    inbox.scene.run("const real = fetch; window.fetch = (path, given) => /labels/.test(path) ? Promise.resolve(new Response('{\"detail\":\"no room\"}', {status: 422})) : real(path, given); window.back = () => { window.fetch = real; }");
    inbox.keys(&ENTER.to_string());
    inbox.until("[...document.querySelectorAll('.toast')].at(-1)?.textContent.includes('no room')");
    inbox.until(&format!(
        "{LABEL}.value === 'late parcel' && document.activeElement === {LABEL}"
    ));
    inbox.scene.run("back()");
    inbox.keys(&ENTER.to_string());
    inbox.until(&format!("[...document.querySelectorAll('.right .sorting .chip')].some(one => one.textContent.includes('late parcel')) && {LABEL}.value === ''"));
    inbox.scene.assert_quiet();
}

#[test]
fn a_dialog_about_one_conversation_does_not_stay_over_another() {
    let Some(inbox) = Inbox::begin() else { return };
    let other = inbox.customer("where is my order A1001");
    let customer = inbox.with_claim();
    inbox.enter();
    inbox.open(&other);
    inbox.open(&customer);
    inbox.until("document.querySelector('[data-claim=reject]') && true");
    inbox.clicks("[data-claim=reject]");
    inbox.until("document.querySelector('dialog textarea') && true");
    inbox.scene.run("history.back()");
    inbox.until(&format!(
        "location.hash.includes('{}') && document.querySelector('.thread .said') && !document.querySelector('dialog')",
        other.conversation
    ));
    inbox.scene.assert_quiet();
}

#[test]
fn what_is_said_while_a_conversation_is_being_opened_stands_in_it() {
    let Some(inbox) = Inbox::begin() else { return };
    let customer = inbox.customer("where is my order A1001");
    inbox.enter();
    inbox.until("document.querySelector('.line') && true");
    // How it stands is told late, and knows of what the log, read before, did not.
    inbox.scene.run(
        "window.held = []; const real = window.fetch; window.fetch = (path, given) => \
           given?.method === 'GET' && /^\\/v1\\/conversations\\/[^/]+$/.test(path) && !window.let_go \
           ? new Promise(go => held.push([performance.now(), go])).then(() => real(path, given)) : real(path, given);",
    );
    inbox.scene.turn.run(
        "location.hash = '#v=waiting&c=' + arguments[0]",
        &[json!(customer.conversation)],
    );
    inbox.until("held.length === 1 && performance.now() - held[0][0] > 500");
    inbox.says(&customer, "said meanwhile");
    inbox
        .scene
        .run("window.let_go = true; held.forEach(([, go]) => go())");
    inbox.until("document.querySelector('.thread')?.textContent.includes('said meanwhile')");
}

#[test]
fn the_line_of_a_conversation_that_has_left_the_list_says_how_it_stands_now() {
    let Some(inbox) = Inbox::begin() else { return };
    let customer = inbox.opened("where is my order A1001");
    inbox.keys("a");
    inbox.until("document.querySelector('.line.gone') && true");
    let path = format!("/v1/conversations/{}/snooze", customer.conversation);
    let left = json!({"waits_for": "message"});
    inbox.desk().as_agent("POST", &path, &left);
    inbox.until("document.querySelector('.line.gone')?.textContent.includes('snoozed')");
    inbox.says(&customer, "are you there?");
    inbox.until("document.querySelector('.line.gone') && !document.querySelector('.line.gone').textContent.includes('snoozed')");
}

#[test]
fn every_state_of_a_refund_that_a_shop_tells_of_is_said_in_the_language_of_the_page() {
    let Some(inbox) = Inbox::begin() else { return };
    let names = [
        "requested",
        "approved",
        "paying",
        "paid",
        "rejected",
        "failed",
        "withdrawn",
    ];
    let history: Vec<Value> = names
        .into_iter()
        .inspect(|name| assert_eq!(RefundState::from_name(name).unwrap().name(), *name))
        .map(|name| json!({"id": name, "amount": "9.00", "reason": "worn", "requested_at": "2026-11-11T00:00:00Z", "state": name}))
        .collect();
    let record = json!({"id": "A9010", "status": "refunding", "amount": "90.00", "currency": "GBP",
        "created_at": "2026-11-01T00:00:00Z", "paid_at": "2026-11-01T00:00:00Z", "items": ["Kettle"], "refund_history": history,
        "customer": {"name": "Jo", "email": "jo@example.com", "phone": "+447700900123"}});
    inbox.desk().as_shop("PUT", "/v1/orders/A9010", &record);
    let customer = inbox.signed_in("I want to talk to a human about A9010");
    inbox.visit(&format!("{}/inbox", inbox.desk().origin()));
    inbox
        .scene
        .run("localStorage.setItem('frontdesk.inbox.language', '\"zh-Hans\"')");
    inbox.enter();
    inbox.open(&customer);
    let all = "[...document.querySelectorAll('.right dd')].map(one => one.textContent).find(one => one.split(';').length > 6)";
    let said = inbox.until(all);
    let said = said.as_str().unwrap();
    assert_eq!(said.split(';').count(), names.len(), "{said}");
    let raw = said.chars().find(char::is_ascii_lowercase);
    assert_eq!(raw, None, "{said}");
}
