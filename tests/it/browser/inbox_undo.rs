//! What was done a moment ago is taken back: with a key or a press, by whoever did it, and a reply before it has left.

use std::time::Duration;

use serde_json::{Value, json};

use super::inbox::Inbox;
use super::scene::{ENTER, ESCAPE};

/// The button of the words that were said last.
const UNDO: &str = "[...document.querySelectorAll('.toast')].at(-1)?.querySelector('button')";
const HINT: &str = "document.querySelector('.compose .hint').textContent";

fn is(inbox: &Inbox, id: &str, what: &str) -> Value {
    let path = format!("/v1/conversations/{id}");
    inbox.desk().as_agent("GET", &path, &Value::Null)[what].clone()
}

#[test]
fn an_agent_who_took_one_by_mistake_gives_it_back_with_a_key_and_is_told_why_when_it_is_too_late() {
    let Some(inbox) = Inbox::begin() else { return };
    let customer = inbox.opened("where is my order A1001");
    let id = customer.conversation.as_str();
    let waited = is(&inbox, id, "waiting_since");
    inbox.keys("a");
    // The way back is offered with its key, which works in a field that nobody has typed in.
    inbox.until(&format!("{UNDO}?.textContent === 'UndoCtrl Z'"));
    inbox.until("document.activeElement.matches('.compose textarea')");
    inbox.control('z');
    inbox.until("document.querySelector('[data-do=claim]') && !document.querySelector('.toast')");
    assert_eq!(is(&inbox, id, "owner"), json!("queue"));
    assert_eq!(is(&inbox, id, "waiting_since"), waited, "their place");
    // How it is sorted, and that the bot goes on with it, too.
    inbox.scene.run("document.querySelector('.thread').focus()");
    inbox.keys("a");
    inbox.until("document.querySelector('[data-do=give_back]') && true");
    inbox.scene.run("const one = document.querySelector('.right .priority'); one.value = 'urgent'; one.dispatchEvent(new Event('change'))");
    inbox.until(&format!(
        "{UNDO} && document.querySelector('.toast').textContent.startsWith('Sorted')"
    ));
    inbox.scene.run(&format!("{UNDO}.click()"));
    inbox.until("document.querySelector('.right .priority').value === 'normal' && !document.querySelector('.toast')");
    inbox.clicks("[data-do=give_back]");
    inbox.until("document.querySelector('.toast')?.textContent.startsWith('The bot goes on')");
    inbox.control('z');
    inbox.until("document.querySelector('[data-do=resolve]') && true");
    // Somebody else has done something since: it stays, and why is said.
    inbox.clicks("[data-do=snooze]");
    inbox.until("document.querySelector('dialog [data-snooze]') && true");
    inbox.clicks("dialog [data-snooze=in_hour]");
    inbox.until("document.querySelector('.toast')?.textContent.startsWith('Left until later')");
    let label = json!({"add": ["seen"]});
    inbox
        .desk()
        .as_agent("POST", &format!("/v1/conversations/{id}/labels"), &label);
    inbox.scene.run(&format!("{UNDO}.click()"));
    inbox.until("document.querySelector('.toast')?.textContent.startsWith('This cannot be undone any more')");
    assert_eq!(is(&inbox, id, "status"), json!("snoozed"));
}

#[test]
fn a_reply_waits_for_whoever_wants_it_to_and_comes_back_whole_before_it_has_left() {
    let Some(inbox) = Inbox::begin() else { return };
    let customer = inbox.opened("where is my order A1001");
    inbox.keys("a");
    inbox.until("document.activeElement.matches('.compose textarea')");
    inbox.scene.run("document.querySelector('.thread').focus()");
    inbox.keys("?");
    inbox.until("document.querySelector('dialog [name=hold]') && true");
    inbox.scene.run("const one = document.querySelector('[name=hold]'); one.value = 'all'; one.dispatchEvent(new Event('change'))");
    inbox.keys("\u{e00c}");
    let said = || {
        let log = inbox.log(&customer).into_iter();
        let said = log.filter(|event| event["kind"] == "reply" && event["from"] == "agent");
        said.count()
    };
    inbox.scene.run("document.querySelector('.thread').focus()");
    inbox.keys("r");
    inbox.types("It is on its way to Lin");
    inbox.control(ENTER);
    inbox.until(&format!("{HINT}.startsWith('Goes out in')"));
    inbox.scene.run(&format!("{UNDO}.click()"));
    inbox.until(&format!(
        "{HINT} === '' && !document.querySelector('.toast')"
    ));
    std::thread::sleep(Duration::from_secs(6));
    assert_eq!(said(), 0, "nothing has left");
    let typed = "document.querySelector('.compose textarea').value";
    assert_eq!(inbox.see(typed), json!("It is on its way to Lin"));
    // Whoever goes on writing takes it back, too.
    inbox
        .scene
        .run("document.querySelector('.compose textarea').focus()");
    inbox.control(ENTER);
    inbox.until(&format!("{HINT}.startsWith('Goes out in')"));
    inbox.keys(" now");
    inbox.until(&format!("{HINT} !== '' && !{HINT}.startsWith('Goes out')"));
    // Pressed twice it goes at once, and once.
    inbox.control(ENTER);
    inbox.until(&format!("{HINT}.startsWith('Goes out in')"));
    inbox.control(ENTER);
    inbox.until("document.querySelectorAll('.said.agent').length === 1");
    assert_eq!(said(), 1);
    assert_eq!(inbox.see(typed), json!(""));
    // And without another word it goes by itself.
    inbox.types("Bye");
    inbox.control(ENTER);
    inbox.until("document.querySelectorAll('.said.agent').length === 2");
    assert_eq!(said(), 2);
}

#[test]
fn what_is_said_for_a_moment_lies_over_no_row_and_moves_none() {
    let Some(inbox) = Inbox::begin() else { return };
    let first = inbox.customer("where is my order A1001");
    for n in 0..8 {
        inbox.customer(&format!("where is my order A{}", 1001 + n % 3));
    }
    inbox.enter();
    inbox.open(&first);
    let rects = "(nodes => nodes.map(one => one.getBoundingClientRect()))";
    let rows = format!("{rects}([...document.querySelectorAll('.list li[data-id]')])");
    for (width, height) in [(1400, 800), (900, 700)] {
        inbox.scene.size(width, height);
        inbox
            .scene
            .run("document.querySelector('.list').scrollTop = 1e6");
        let tops = format!("{rows}.map(one => one.top)");
        let send = format!("{rects}([document.querySelector('.compose')])[0].bottom");
        let before = (inbox.see(&tops), inbox.see(&send));
        let urgent = if width > 1000 { "urgent" } else { "high" };
        inbox.scene.run(&format!("const one = document.querySelector('.right .priority'); one.value = '{urgent}'; one.dispatchEvent(new Event('change'))"));
        inbox.until("document.querySelector('.toast')?.offsetHeight > 20");
        let after = (inbox.see(&tops), inbox.see(&send));
        assert_eq!(after, before, "at {width}");
        let over = format!(
            "(([toast, list]) => toast.top >= list.bottom)({rects}(['.toast', '.list'].map(one => document.querySelector(one))))"
        );
        assert_eq!(inbox.see(&over), json!(true), "at {width}");
        inbox.clicks(".toast");
        inbox.until("!document.querySelector('.toast')");
    }
    inbox.scene.own_size();
}

#[test]
fn many_are_given_away_by_a_choice_that_is_confirmed_and_not_by_an_arrow() {
    let Some(inbox) = Inbox::begin() else { return };
    inbox
        .desk()
        .command(&["agent", "rights", "mei", "--role", "lead"]);
    let customer = inbox.customer("where is my order A1001");
    let id = customer.conversation.as_str();
    inbox.enter();
    inbox.until("document.querySelectorAll('.line').length === 1");
    inbox.keys("jx");
    inbox.until("document.querySelector('[data-bulk=assign]') && true");
    inbox
        .scene
        .run("document.querySelector('[data-bulk=assign]').focus()");
    // Down.
    inbox.keys("\u{e015}");
    inbox.until("document.querySelector('[data-bulk=assign]').value && !document.querySelector('[data-bulk-yes=assign]').hidden");
    assert_eq!(is(&inbox, id, "owner"), json!("queue"), "only looked at");
    inbox.clicks("[data-bulk-yes=assign]");
    inbox.until(
        "[...document.querySelectorAll('.toast')].some(one => one.textContent.includes('Undo'))",
    );
    assert_eq!(is(&inbox, id, "owner"), json!("agent"));
}

#[test]
fn a_resolve_is_taken_back_to_where_it_stood_and_only_as_long_as_its_words_are_there() {
    let Some(inbox) = Inbox::begin() else { return };
    let customer = inbox.opened("where is my order A1001");
    let path = format!("/v1/conversations/{}", customer.conversation);
    let until = |status: &str| inbox.until_desk(&path, |row| row["status"] == status);
    inbox.keys("a");
    inbox.types("Which one?");
    inbox.sends();
    until("waiting_customer");
    // The page has heard of it, too: what it does with the answer takes the focus.
    inbox.until(
        "document.querySelector('.head').textContent.includes('waiting for the customer') \
         && document.querySelector('.compose textarea').value === ''",
    );
    inbox.keys(&ESCAPE.to_string());
    inbox.until("!document.activeElement.matches('textarea')");
    inbox.keys("e");
    until("resolved");
    // That they took it can be taken back, too: the newest is meant.
    inbox.until(
        "[...document.querySelectorAll('.toast')].at(-1)?.textContent.startsWith('Resolved')",
    );
    inbox.control('z');
    until("waiting_customer");
    inbox.until("document.querySelector('[data-do=resolve]') && true");
    let toast = "[...document.querySelectorAll('.toast')].find(one => one.querySelector('button'))";
    inbox.until(&format!("!{toast}"));
    inbox.keys("e");
    until("resolved");
    inbox.until(&format!("{toast} && true"));
    inbox.scene.run(&format!("{toast}.click()"));
    inbox.control('z');
    std::thread::sleep(Duration::from_secs(1));
    until("resolved");
}

#[test]
fn what_was_taken_up_again_by_mistake_is_done_again() {
    let Some(inbox) = Inbox::begin() else { return };
    let customer = inbox.opened("where is my order A1001");
    let id = customer.conversation.as_str();
    inbox.keys("a");
    inbox.until("document.querySelector('[data-do=resolve]') && true");
    inbox.clicks("[data-do=resolve]");
    inbox.until("document.querySelector('[data-do=reopen]') && true");
    inbox.clicks("[data-do=reopen]");
    inbox.until(&format!(
        "document.querySelector('[data-do=resolve]') && {UNDO}?.parentNode.textContent.startsWith('It is yours now')"
    ));
    inbox.scene.run("document.querySelector('.thread').focus()");
    inbox.control('z');
    inbox.until("document.querySelector('[data-do=reopen]') && true");
    assert_eq!(is(&inbox, id, "status"), json!("resolved"));
}
