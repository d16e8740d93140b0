//! Who else is there, what a desktop is told, until when a matter is left, and what is held on a person.

use serde_json::{Value, json};

use super::inbox::Inbox;

#[test]
fn two_agents_see_each_other_look_and_write_in_the_thread_and_in_the_list() {
    let Some(inbox) = Inbox::begin() else { return };
    inbox.desk().second_agent("lin", "Lin");
    let customer = inbox.customer("where is my order A1001");
    let password = inbox.desk().command(&["agent", "passwd", "lin"]);
    let elsewhere = inbox.desk().origin().replace("127.0.0.1", "localhost");
    inbox.enter_as(&elsewhere, "lin", &password);
    inbox.until("document.querySelectorAll('.line').length === 1");
    let lin = inbox.scene.turn.window();
    let mei = inbox.scene.turn.tab();
    inbox.enter();
    inbox.open(&customer);
    inbox.keys("a");
    inbox.types("I look into it");
    let before = inbox.log(&customer).len();
    inbox.scene.turn.switch(&lin);
    inbox.scene.run("location.hash = '#v=open'");
    inbox.until("document.querySelector('.list .line')?.textContent.match(/Mei is (looking|writing)/) && true");
    inbox.open(&customer);
    inbox.until("document.querySelector('.head .others')?.textContent.match(/Mei is (looking|writing)/) && true");
    inbox.scene.turn.switch(&mei);
    inbox.until("document.querySelector('.head .others')?.textContent.includes('Lin is looking')");
    assert_eq!(inbox.log(&customer).len(), before, "nothing of it is kept");
    inbox.scene.turn.switch(&lin);
    inbox.scene.run("location.hash = '#v=waiting'");
    inbox.scene.turn.switch(&mei);
    inbox.until("document.querySelector('.head .others')?.textContent === ''");
}

#[test]
fn a_notification_is_for_whoever_asked_for_it_and_says_nothing_of_who_or_what() {
    let Some(inbox) = Inbox::begin() else { return };
    inbox.enter();
    inbox.until("document.querySelector('.list .none') && true");
    inbox.scene.run(
        "window.shown = []; \
         window.Notification = class { constructor(title, more) { shown.push(title + ' ' + more.body); } static permission = 'granted'; static requestPermission() { return Promise.resolve('granted'); } }; \
         Object.defineProperty(document, 'hidden', {get: () => true, configurable: true})",
    );
    inbox.customer("SECRET-WORDS of Mia about A1001");
    inbox.until("document.title.startsWith('(1)')");
    assert_eq!(
        inbox.see("shown.length"),
        json!(0),
        "nobody has asked for it"
    );
    inbox.keys("?");
    inbox.until("document.querySelector('dialog [name=notify]') && true");
    inbox.clicks("dialog [name=notify]");
    inbox.keys("\u{e00c}");
    inbox.customer("SECRET-WORDS again");
    inbox.until("shown.length === 1");
    assert_eq!(inbox.see("shown[0]"), json!("Inbox Waiting: 2"));
}

#[test]
fn a_conversation_is_left_until_what_it_waits_for() {
    let Some(inbox) = Inbox::begin() else { return };
    let customer = inbox.opened("where is my order A1001");
    inbox.keys("a");
    inbox.until("document.activeElement.matches('.compose textarea')");
    inbox.keys("\u{e00c}z");
    inbox.until("document.querySelector('dialog [data-snooze]') && true");
    let choices =
        inbox.see("[...document.querySelectorAll('[data-snooze]')].map(one => one.dataset.snooze)");
    for name in ["tomorrow", "next_message", "refund_moves"] {
        assert!(
            choices.as_array().unwrap().contains(&json!(name)),
            "{choices}"
        );
    }
    // On a Sunday next week begins tomorrow, and is not offered twice.
    let is_sunday = inbox.see("new Date().getDay() === 0") == json!(true);
    let offers = choices.as_array().unwrap().contains(&json!("next_week"));
    assert_ne!(is_sunday, offers, "{choices}");
    inbox.clicks("[data-snooze=next_message]");
    inbox.until("document.querySelector('.head').textContent.includes('When the customer writes')");
    let row = |inbox: &Inbox| {
        let path = format!("/v1/conversations/{}", customer.conversation);
        inbox.desk().as_agent("GET", &path, &Value::Null)
    };
    // The log says the same as the head: not a time that stands for none.
    inbox.until(
        "[...document.querySelectorAll('.event')].some(one => one.textContent.includes('When the customer writes'))",
    );
    assert_eq!(row(&inbox)["snoozed_for"], "message");
    inbox.says(&customer, "here I am");
    inbox
        .until("!document.querySelector('.head').textContent.includes('When the customer writes')");
    assert_eq!(row(&inbox)["status"], "active");
}

#[test]
fn an_admin_sees_what_is_held_on_a_person_and_erases_it_in_two_steps() {
    let Some(inbox) = Inbox::begin() else { return };
    let customer = inbox.opened("where is my order A1001");
    inbox.until("document.querySelector('.right section') && true");
    assert_eq!(
        inbox.see("document.querySelector('[data-do=person]')"),
        json!(null)
    );
    inbox
        .desk()
        .command(&["agent", "rights", "mei", "--role", "admin"]);
    // With another role they come in anew.
    inbox.enter();
    inbox.open(&customer);
    inbox.until("document.querySelector('[data-do=person]') && true");
    inbox.clicks("[data-do=person]");
    inbox.until("document.querySelector('[data-do=erase]') && true");
    let export = inbox.see("document.querySelector('[data-do=export]').getAttribute('href')");
    assert!(export.as_str().unwrap().ends_with("/export"), "{export}");
    inbox.clicks("[data-do=erase]");
    inbox.until("document.activeElement.matches('dialog input')");
    // A number that is not the one on the page erases nothing.
    inbox.keys("7\u{e007}");
    inbox.until("document.querySelector('dialog') && true");
    assert!(!inbox.log(&customer).is_empty());
    inbox.control('a');
    inbox.keys("1\u{e007}");
    inbox.until("document.querySelector('.list .none') && !document.querySelector('.report')");
    let path = format!("/v1/conversations/{}", customer.conversation);
    let token = format!("Bearer {}", inbox.desk().agent);
    let gone = inbox.desk().get(&path, &[("authorization", &token)]);
    assert_eq!(gone.status, 404);
}
