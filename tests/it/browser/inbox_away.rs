//! What an agent sends through a line that fails: it waits and says so, goes out once, and never into what has changed since.

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::between::{Between, Way};
use super::inbox::{CONTROL, Customer, Inbox};
use super::scene::{ENTER, SHIFT};

const HINT: &str = "document.querySelector('.compose .hint').textContent";
const STANDS: &str = "document.querySelector('.compose textarea').value";

/// Mei behind a proxy, with a conversation that is hers.
fn behind() -> Option<(Inbox, Between, Customer)> {
    let inbox = Inbox::begin()?;
    let between = Between::to(&inbox.desk().address);
    let customer = inbox.customer("where is my order A1001");
    inbox.enter_as(&between.origin(), "mei", &inbox.password);
    inbox.open(&customer);
    inbox.keys("a");
    inbox.until(
        "document.querySelector('.compose:not(.notes) textarea') === document.activeElement",
    );
    Some((inbox, between, customer))
}

/// What agents have said, and noted.
fn said(inbox: &Inbox, customer: &Customer, kind: &str) -> Vec<String> {
    let log = inbox.log(customer).into_iter();
    let own = log.filter(|event| event["kind"] == kind && event["from"] != "bot");
    own.map(|event| event["text"].as_str().unwrap().to_owned())
        .collect()
}

fn until_said(inbox: &Inbox, customer: &Customer, texts: &[&str]) {
    let deadline = Instant::now() + Duration::from_secs(60);
    while said(inbox, customer, "reply") != texts {
        assert!(
            Instant::now() < deadline,
            "{:?}",
            said(inbox, customer, "reply")
        );
        std::thread::sleep(Duration::from_millis(100));
    }
}

fn hint_begins(inbox: &Inbox, words: &str) {
    inbox.until(&format!("{HINT}.startsWith('{words}')"));
}

#[test]
fn behind_a_proxy_a_desk_that_is_away_is_away_and_what_was_sent_waits_for_it() {
    let Some((inbox, between, customer)) = behind() else {
        return;
    };
    inbox.types("It left today.");
    between.is(Way::BadGateway, "");
    inbox.until("!document.querySelector('.banner').hidden");
    inbox.control(ENTER);
    hint_begins(&inbox, "Not sent yet");
    // Tried again into the same wall, it still waits.
    std::thread::sleep(Duration::from_secs(5));
    hint_begins(&inbox, "Not sent yet");
    between.is(Way::Passes, "");
    inbox.until("document.querySelector('.banner').hidden");
    inbox.until(&format!("{STANDS} === ''"));
    until_said(&inbox, &customer, &["It left today."]);
}

#[test]
fn one_request_that_failed_is_tried_again_though_all_others_reach_the_desk() {
    let Some((inbox, between, customer)) = behind() else {
        return;
    };
    inbox.types("It left today.");
    between.is(Way::Reset, "/messages");
    inbox.control(ENTER);
    hint_begins(&inbox, "Not sent yet");
    between.is(Way::Passes, "");
    until_said(&inbox, &customer, &["It left today."]);
    inbox.until(&format!("{STANDS} === ''"));
}

#[test]
fn a_request_that_hangs_is_said_to_be_under_way_and_then_to_wait() {
    let Some((inbox, between, customer)) = behind() else {
        return;
    };
    inbox.types("It left today.");
    between.is(Way::Hangs, "/messages");
    inbox.control(ENTER);
    hint_begins(&inbox, "Sending");
    hint_begins(&inbox, "Not sent yet");
    between.is(Way::Passes, "");
    until_said(&inbox, &customer, &["It left today."]);
    // Where only the answer was lost, it has been said, and is said no second time.
    inbox.until(&format!("{STANDS} === ''"));
    inbox.types("Anything else?");
    between.is(Way::AnswerLost, "/messages");
    inbox.control(ENTER);
    hint_begins(&inbox, "Not sent yet");
    between.is(Way::Passes, "");
    inbox.until(&format!("{STANDS} === ''"));
    until_said(&inbox, &customer, &["It left today.", "Anything else?"]);
}

#[test]
fn what_is_pressed_while_a_reply_is_under_way_is_next() {
    let Some((inbox, between, customer)) = behind() else {
        return;
    };
    between.is(Way::Slow, "/messages");
    inbox.types("It left today.");
    inbox.control(ENTER);
    hint_begins(&inbox, "Sending");
    inbox.types(" And the cup?");
    inbox.control(ENTER);
    inbox.clicks("[data-tab=note]");
    inbox.types("Asked the shop.");
    inbox.control(ENTER);
    // The note waits for no reply.
    inbox.until("document.querySelector('.note') && true");
    assert_eq!(said(&inbox, &customer, "reply"), [""; 0]);
    until_said(&inbox, &customer, &["It left today.", "And the cup?"]);
    assert_eq!(said(&inbox, &customer, "note"), ["Asked the shop."]);
    // Once more for the same words says them once.
    inbox.clicks("[data-tab=reply]");
    inbox.until(&format!("{STANDS} === ''"));
    inbox.types("Bye.");
    inbox.control(ENTER);
    inbox.scene.turn.chord(&[CONTROL, SHIFT], ENTER);
    inbox.until("document.querySelector('[data-do=reopen]') && true");
    until_said(
        &inbox,
        &customer,
        &["It left today.", "And the cup?", "Bye."],
    );
}

#[test]
fn a_reply_that_waited_does_not_reopen_what_was_resolved_meanwhile() {
    let Some((inbox, between, customer)) = behind() else {
        return;
    };
    inbox.types("Late words.");
    between.is(Way::Reset, "/messages");
    inbox.control(ENTER);
    hint_begins(&inbox, "Not sent yet");
    let path = format!("/v1/conversations/{}", customer.conversation);
    inbox
        .desk()
        .as_agent("POST", &format!("{path}/resolve"), &json!({}));
    between.is(Way::Passes, "");
    hint_begins(&inbox, "It is done");
    inbox.until("document.querySelector('.line .chip.err')?.textContent.includes('not sent')");
    std::thread::sleep(Duration::from_secs(5));
    assert_eq!(said(&inbox, &customer, "reply"), [""; 0]);
    let row = inbox.desk().as_agent("GET", &path, &Value::Null);
    assert_eq!(row["status"], "resolved");
}

#[test]
fn what_had_not_gone_out_when_the_page_was_left_is_said_not_to_have_gone_out() {
    let Some((inbox, between, customer)) = behind() else {
        return;
    };
    inbox.types("It left today.");
    between.is(Way::Reset, "/messages");
    inbox.control(ENTER);
    hint_begins(&inbox, "Not sent yet");
    inbox.scene.turn.run(
        "history.replaceState(null, '', '#v=mine&c=' + arguments[0])",
        &[json!(customer.conversation)],
    );
    inbox.scene.turn.call("POST", "/refresh", &json!({}));
    between.is(Way::Passes, "");
    inbox.until("document.querySelector('.compose .hint') && true");
    hint_begins(&inbox, "This had not gone out");
    inbox.until("document.querySelector('.line .chip.err')?.textContent.includes('not sent')");
    inbox.clicks(".compose .send");
    until_said(&inbox, &customer, &["It left today."]);
    inbox.until("!document.querySelector('.line .chip.err')");
}

#[test]
fn who_opens_what_was_not_sent_reads_so_and_is_warned_of_what_was_written_since() {
    let Some((inbox, between, customer)) = behind() else {
        return;
    };
    inbox.types("It left today.");
    between.is(Way::Reset, "/messages");
    inbox.control(ENTER);
    hint_begins(&inbox, "Not sent yet");
    inbox.scene.run("location.hash = '#v=mine'");
    inbox.until("!document.querySelector('.compose')");
    inbox.says(&customer, "Please cancel it!");
    between.is(Way::Passes, "");
    inbox.until("[...document.querySelectorAll('.toast')].some(one => one.textContent.includes('was not sent'))");
    inbox.until("document.querySelector('.line .chip.err')?.textContent.includes('not sent')");
    inbox.scene.turn.run(
        "location.hash = '#v=mine&c=' + arguments[0]",
        &[json!(customer.conversation)],
    );
    inbox.until("document.querySelector('.compose .send')?.textContent.includes('anyway')");
    hint_begins(&inbox, "The customer has just written 1 more");
    assert_eq!(said(&inbox, &customer, "reply"), [""; 0]);
    // Whoever changes it has something else to send.
    inbox
        .scene
        .run("document.querySelector('.compose textarea').focus()");
    inbox.types(" Sorry.");
    inbox.until("!document.querySelector('.line .chip.err')");
}

#[test]
fn a_tab_does_not_offer_what_another_tab_has_gone_on_with_and_sent() {
    let Some(inbox) = Inbox::begin() else { return };
    let customer = inbox.opened("where is my order A1001");
    inbox.keys("a");
    inbox.types("Tab A words");
    // Whoever works in the other tab has no eye on this one.
    inbox.scene.run("document.hasFocus = () => false");
    let one = inbox.scene.turn.window();
    let two = inbox.scene.turn.tab();
    inbox.visit(&format!("{}/inbox", inbox.desk().origin()));
    inbox.until("document.querySelector('.app') && true");
    inbox.open(&customer);
    inbox.until(&format!("{STANDS} === 'Tab A words'"));
    // All at once, so that the other tab hears of the first of it when the last stands there already.
    inbox.scene.run(
        "const area = document.querySelector('.compose textarea'); \
         for (const one of ' plus B') { area.value += one; area.dispatchEvent(new Event('input')); } area.focus()",
    );
    inbox.scene.turn.switch(&one);
    inbox.until(&format!("{STANDS} === 'Tab A words plus B'"));
    inbox.scene.turn.switch(&two);
    inbox.control(ENTER);
    inbox.until(&format!("{STANDS} === ''"));
    inbox.scene.turn.switch(&one);
    inbox.until(&format!("{STANDS} === ''"));
    assert_eq!(
        inbox.see("document.querySelector('[data-do=take_back]')"),
        Value::Null
    );
    until_said(&inbox, &customer, &["Tab A words plus B"]);
}

/// As often as once a second, for longer than the page takes to notice silence.
fn banner_is(inbox: &Inbox, hidden: bool) {
    let deadline = Instant::now() + Duration::from_secs(60);
    let seen = format!("document.querySelector('.banner').hidden === {hidden}");
    while inbox.see(&seen) != json!(true) {
        assert!(
            Instant::now() < deadline,
            "the banner is not as it should be"
        );
        std::thread::sleep(Duration::from_millis(300));
    }
}

#[test]
fn a_desk_that_hangs_is_said_to_be_away_in_every_tab_and_there_again_without_anybody_asking() {
    let Some(inbox) = Inbox::begin() else { return };
    let customer = inbox.opened("where is my order A1001");
    let (one, two) = (inbox.scene.turn.window(), inbox.scene.turn.tab());
    inbox.visit(&format!("{}/inbox", inbox.desk().origin()));
    inbox.until("document.querySelector('.app') && true");
    let in_both = |hidden: bool| {
        for tab in [&one, &two] {
            inbox.scene.turn.switch(tab);
            banner_is(&inbox, hidden);
        }
    };
    in_both(true);
    // Nobody asks for anything: only what does not come tells.
    inbox.desk().hangs(true);
    in_both(false);
    inbox.desk().hangs(false);
    in_both(true);
    // A quiet desk is no desk that hangs.
    std::thread::sleep(Duration::from_secs(17));
    in_both(true);
    inbox.scene.turn.switch(&one);
    inbox.says(&customer, "Are you there?");
    inbox.until("document.querySelector('.thread')?.textContent.includes('Are you there?')");
}
