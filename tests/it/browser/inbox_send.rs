//! Sending: what may not belong into a reply is said first, Enter sends for whoever wants it, and what could not be sent goes out from wherever
//! somebody is when the desk is back.

use serde_json::json;

use super::inbox::Inbox;
use super::scene::ENTER;

fn replies(inbox: &Inbox, customer: &super::inbox::Customer) -> Vec<String> {
    let log = inbox.log(customer).into_iter();
    let own = log.filter(|event| event["kind"] == "reply" && event["from"] == "agent");
    own.map(|event| event["text"].as_str().unwrap().to_owned())
        .collect()
}

#[test]
fn a_reply_that_names_anothers_order_or_a_card_goes_out_only_when_it_is_sent_once_more() {
    let Some(inbox) = Inbox::begin() else { return };
    let customer = inbox.opened("where is my order A1001");
    inbox.keys("a");
    inbox.types("A1002 leaves today, paid with 4111 1111 1111 1111");
    inbox.control(ENTER);
    inbox.until("(hint => hint.includes('A1002') && hint.includes('masked'))(document.querySelector('.compose .hint').textContent)");
    inbox.until("document.querySelector('.compose .send').textContent.includes('anyway')");
    assert_eq!(replies(&inbox, &customer).len(), 0);
    inbox.control(ENTER);
    inbox.until("document.querySelectorAll('.said.agent').length === 1");
    assert!(!replies(&inbox, &customer)[0].contains("4111 1111 1111"));
    inbox.types("A1001 leaves today");
    inbox.control(ENTER);
    inbox.until("document.querySelectorAll('.said.agent').length === 2");
    inbox.scene.assert_quiet();
}

#[test]
fn enter_sends_a_reply_for_whoever_wants_it_and_makes_a_line_for_all_others() {
    let Some(inbox) = Inbox::begin() else { return };
    let customer = inbox.opened("where is my order A1001");
    inbox.keys("a");
    inbox.types(&format!("first{ENTER}second"));
    assert_eq!(
        inbox.see("document.querySelector('.compose textarea').value"),
        json!("first\nsecond")
    );
    inbox.keys("\u{e00c}?");
    inbox.until("document.querySelector('dialog [name=enter]') && true");
    inbox.clicks("dialog [name=enter]");
    inbox.keys("\u{e00c}r");
    inbox.types(&ENTER.to_string());
    inbox.until("document.querySelectorAll('.said.agent').length === 1");
    assert_eq!(replies(&inbox, &customer), ["first\nsecond"]);
}

#[test]
fn what_could_not_be_sent_goes_out_from_another_conversation_when_the_desk_is_back() {
    let Some(inbox) = Inbox::begin() else { return };
    let other = inbox.customer("the kettle leaks");
    let customer = inbox.opened("where is my order A1001");
    inbox.keys("a");
    inbox.types("It left today.");
    inbox.scene.run("const real = window.fetch; window.back = () => { window.fetch = real; }; window.fetch = (to, given) => given?.method === 'POST' ? Promise.reject(new TypeError('gone')) : real(to, given)");
    inbox.control(ENTER);
    inbox.until("document.querySelector('.compose .hint').textContent.length > 0");
    inbox.scene.turn.run(
        "location.hash = '#v=waiting&c=' + arguments[0]",
        &[json!(other.conversation)],
    );
    inbox.until("[...document.querySelectorAll('.thread .said')].some(one => one.textContent.includes('kettle leaks'))");
    assert_eq!(replies(&inbox, &customer).len(), 0);
    inbox.scene.run("back()");
    inbox.says(&other, "hello?");
    inbox.until("[...document.querySelectorAll('.thread .said')].some(one => one.textContent.includes('hello?'))");
    let deadline = std::time::Instant::now() + std::time::Duration::from_secs(60);
    while replies(&inbox, &customer).is_empty() && std::time::Instant::now() < deadline {
        std::thread::sleep(std::time::Duration::from_millis(100));
    }
    assert_eq!(replies(&inbox, &customer), ["It left today."]);
}

/// The desk takes nothing until `back()`.
const AWAY: &str = "const real = window.fetch; window.back = () => { window.fetch = real; }; \
                    window.fetch = (to, given) => given?.method === 'POST' ? Promise.reject(new TypeError('gone')) : real(to, given)";

/// The desk is there again, and something else happens that every page hears of.
fn is_back(inbox: &Inbox, other: &super::inbox::Customer) {
    inbox.scene.run("back(); window.heard = performance.getEntriesByType('resource').filter(one => one.name.includes('/v1/inbox?')).length");
    inbox.says(other, "hello?");
    inbox.until("performance.getEntriesByType('resource').filter(one => one.name.includes('/v1/inbox?')).length > heard");
}

#[test]
fn what_was_sent_while_the_desk_was_away_does_not_go_out_with_what_was_typed_on_since() {
    let Some(inbox) = Inbox::begin() else { return };
    let other = inbox.customer("the kettle leaks");
    let customer = inbox.opened("where is my order A1001");
    inbox.keys("a");
    inbox.types("Yes, you get it.");
    inbox.scene.run(AWAY);
    inbox.control(ENTER);
    inbox.until("document.querySelector('.compose .hint').textContent.startsWith('Not sent yet')");
    inbox.types(" Wait, I mean you do n");
    inbox.until("document.querySelector('.compose .hint').textContent.startsWith('Changed')");
    is_back(&inbox, &other);
    std::thread::sleep(std::time::Duration::from_secs(2));
    assert_eq!(replies(&inbox, &customer), [""; 0]);
    let stands = "document.querySelector('.compose textarea').value";
    assert_eq!(
        inbox.see(stands),
        json!("Yes, you get it. Wait, I mean you do n")
    );
    // What is not changed goes out by itself, and is as resolved as it was to be.
    inbox.types("ot.");
    inbox.scene.run(AWAY);
    inbox
        .scene
        .turn
        .chord(&[super::inbox::CONTROL, super::scene::SHIFT], ENTER);
    inbox.until("document.querySelector('.compose .hint').textContent.startsWith('Not sent yet')");
    is_back(&inbox, &other);
    inbox.until(&format!("{stands} === ''"));
    assert_eq!(
        replies(&inbox, &customer),
        ["Yes, you get it. Wait, I mean you do not."]
    );
    inbox.until("document.querySelector('[data-do=reopen]') && true");
    assert!(
        inbox
            .see("location.hash")
            .as_str()
            .unwrap()
            .contains(&customer.conversation)
    );
}

#[test]
fn a_note_that_waits_for_the_desk_is_kept_as_a_note_while_a_reply_is_begun() {
    let Some(inbox) = Inbox::begin() else { return };
    let other = inbox.customer("the kettle leaks");
    let customer = inbox.opened("where is my order A1001");
    inbox.keys("a");
    inbox.until(
        "document.querySelector('.compose:not(.notes) textarea') === document.activeElement",
    );
    inbox.clicks("[data-tab=note]");
    inbox.types("Known chargeback abuser.");
    inbox.scene.run(AWAY);
    inbox.control(ENTER);
    inbox.until("document.querySelector('.compose .hint').textContent.startsWith('Not sent yet')");
    inbox.clicks("[data-tab=reply]");
    inbox.types("Dear customer, unfortun");
    is_back(&inbox, &other);
    inbox.until("[...document.querySelectorAll('.note')].some(one => one.textContent.includes('Known chargeback abuser.'))");
    std::thread::sleep(std::time::Duration::from_secs(1));
    assert_eq!(replies(&inbox, &customer), [""; 0]);
    let composer = "[document.querySelector('.compose textarea').value, document.querySelector('.compose').classList.contains('notes')]";
    assert_eq!(
        inbox.see(composer),
        json!(["Dear customer, unfortun", false])
    );
    // What was noted stands in the composer no more.
    inbox.clicks("[data-tab=note]");
    assert_eq!(inbox.see(composer), json!(["", true]));
}

#[test]
fn who_sends_and_goes_on_at_once_has_sent_it() {
    let Some(inbox) = Inbox::begin() else { return };
    let other = inbox.customer("the kettle leaks");
    let customer = inbox.opened("where is my order A1001");
    inbox.keys("a");
    inbox.types("It left today.");
    // The desk takes its time to look the words over.
    inbox.scene.run("const real = window.fetch; window.fetch = (to, given) => String(to).endsWith('/look-over') ? new Promise(go => { window.letGo = go; }).then(() => real(to, given)) : real(to, given)");
    inbox.control(ENTER);
    inbox.until("window.letGo && true");
    inbox.scene.turn.run(
        "location.hash = '#v=waiting&c=' + arguments[0]",
        &[json!(other.conversation)],
    );
    inbox.until("[...document.querySelectorAll('.thread .said')].some(one => one.textContent.includes('kettle leaks'))");
    assert_eq!(replies(&inbox, &customer).len(), 0);
    inbox.scene.run("letGo()");
    let deadline = std::time::Instant::now() + std::time::Duration::from_secs(60);
    while replies(&inbox, &customer).is_empty() && std::time::Instant::now() < deadline {
        std::thread::sleep(std::time::Duration::from_millis(100));
    }
    assert_eq!(replies(&inbox, &customer), ["It left today."]);
}

#[test]
fn what_the_browser_cannot_keep_is_written_and_sent_all_the_same() {
    let Some(inbox) = Inbox::begin() else { return };
    let customer = inbox.opened("where is my order A1001");
    inbox.keys("a");
    inbox.types("It ");
    inbox.scene.run("Storage.prototype.setItem = () => { throw new DOMException('full', 'QuotaExceededError'); }");
    inbox.types("left today.");
    inbox.clicks("[data-tab=note]");
    inbox.until("document.querySelector('.compose.notes') && true");
    inbox.clicks("[data-tab=reply]");
    inbox.until(
        "document.querySelector('.compose:not(.notes) textarea')?.value === 'It left today.'",
    );
    inbox.control(ENTER);
    inbox.until("document.querySelectorAll('.said.agent').length === 1");
    assert_eq!(replies(&inbox, &customer), ["It left today."]);
    inbox.until("document.querySelector('.compose textarea').value === ''");
}
