//! A reply or a note: what is being written stays what it is under the hands of whoever writes it.

use serde_json::{Value, json};

use super::inbox::{Customer, Inbox};
use super::scene::ENTER;

const BACKSPACE: &str = "\u{e003}";
/// What is written, whether it is a note, and whether the keys go there.
const COMPOSER: &str = "(area => [area.value, document.querySelector('.compose').classList.contains('notes'), document.activeElement === area])(document.querySelector('.compose textarea'))";

fn said(inbox: &Inbox, customer: &Customer, kind: &str) -> Vec<String> {
    let log = inbox.log(customer).into_iter();
    let own = log.filter(|event| event["kind"] == kind && event["from"] == "agent");
    own.map(|event| event["text"].as_str().unwrap().to_owned())
        .collect()
}

/// Lin takes it, and does something with it.
fn lin_does(inbox: &Inbox, lin: &str, customer: &Customer, what: &str, body: &Value) {
    let path = format!("/v1/conversations/{}/{what}", customer.conversation);
    inbox.desk().as_other(lin, "POST", &path, body);
}

#[test]
fn a_note_stays_a_note_whatever_another_tab_writes() {
    let Some(inbox) = Inbox::begin() else { return };
    let customer = inbox.opened("where is my order A1001");
    inbox.keys("a");
    inbox.until("document.activeElement.matches('.compose textarea')");
    inbox.clicks("[data-tab=note]");
    inbox.types("Abuser");
    let one = inbox.scene.turn.window();
    inbox.scene.turn.tab();
    inbox.visit(&format!("{}/inbox", inbox.desk().origin()));
    inbox.until("document.querySelector('.app') && true");
    inbox.open(&customer);
    inbox.until("document.querySelector('.compose.notes textarea')?.value === 'Abuser'");
    inbox.keys("r");
    inbox.until(
        "document.querySelector('.compose:not(.notes) textarea') === document.activeElement",
    );
    inbox.scene.turn.switch(&one);
    inbox.control('a');
    inbox.keys(BACKSPACE);
    inbox.until("document.querySelector('.compose textarea').value === ''");
    assert_eq!(inbox.see(COMPOSER), json!(["", true, true]));
    inbox.types("Asks for money again.");
    inbox.control(ENTER);
    inbox.until("[...document.querySelectorAll('.note')].some(one => one.textContent.includes('Asks for money again.'))");
    assert_eq!(said(&inbox, &customer, "reply"), [""; 0]);
    assert_eq!(said(&inbox, &customer, "note"), ["Asks for money again."]);
    // The next line is a note, too, until somebody says otherwise.
    inbox.until("document.querySelector('.compose textarea').value === ''");
    assert_eq!(inbox.see(COMPOSER), json!(["", true, true]));
}

#[test]
fn what_is_being_written_stays_what_it_is_when_a_lead_gives_the_conversation_away_and_back() {
    let Some(inbox) = Inbox::begin() else { return };
    let lin = inbox.desk().second_agent("lin", "Lin");
    inbox
        .desk()
        .command(&["agent", "rights", "lin", "--role", "lead"]);
    let customer = inbox.opened("where is my order A1001");
    let theirs = "document.querySelector('.head [data-do=takeover]') && true";
    let ours = "document.querySelector('.head [data-do=resolve]') && true";
    let away = || {
        lin_does(&inbox, &lin, &customer, "takeover", &json!({}));
        inbox.until(theirs);
    };
    let back = || {
        lin_does(&inbox, &lin, &customer, "assign", &json!({"agent": "mei"}));
        inbox.until(ours);
    };
    inbox.keys("a");
    inbox.until("document.activeElement.matches('.compose textarea')");
    inbox.clicks("[data-tab=note]");
    inbox.types("Known to ");
    away();
    back();
    assert_eq!(inbox.see(COMPOSER), json!(["Known to ", true, true]));
    inbox.clicks("[data-tab=reply]");
    inbox.types("Dear Mia");
    away();
    // It is no note all of a sudden, and it goes nowhere.
    assert_eq!(inbox.see(COMPOSER), json!(["Dear Mia", false, true]));
    assert_eq!(
        inbox.see("[document.querySelector('.compose .send').disabled, document.querySelector('.compose .hint').textContent]"),
        json!([true, "Take it over to reply"])
    );
    inbox.types("!");
    inbox.control(ENTER);
    back();
    assert_eq!(inbox.see(COMPOSER), json!(["Dear Mia!", false, true]));
    assert_eq!(said(&inbox, &customer, "reply"), [""; 0]);
    inbox.control(ENTER);
    inbox.until("document.querySelector('.compose textarea').value === ''");
    assert_eq!(said(&inbox, &customer, "reply"), ["Dear Mia!"]);
    assert_eq!(said(&inbox, &customer, "note"), [""; 0]);
}

#[test]
fn what_is_done_is_answered_only_once_it_is_taken_up_again() {
    let Some(inbox) = Inbox::begin() else { return };
    let customer = inbox.opened("where is my order A1001");
    inbox.keys("a");
    inbox.until("document.activeElement.matches('.compose textarea')");
    inbox.scene.run("document.activeElement.blur()");
    inbox.clicks("[data-do=resolve]");
    inbox.until("document.querySelector('[data-do=reopen]') && true");
    inbox.until("document.querySelector('.compose.notes') && document.querySelector('[data-tab=reply]').disabled");
    inbox.keys("r");
    assert_eq!(
        inbox.see("document.querySelector('.compose').classList.contains('notes')"),
        json!(true)
    );
    inbox.clicks(".compose [data-do=reopen_to_reply]");
    inbox.until(
        "document.querySelector('.compose:not(.notes) textarea') === document.activeElement",
    );
    inbox.types("One more thing.");
    inbox.control(ENTER);
    inbox.until("document.querySelectorAll('.said.agent').length === 1");
    assert_eq!(said(&inbox, &customer, "reply"), ["One more thing."]);
}
