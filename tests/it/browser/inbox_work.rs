//! One agent's work: without a mouse, without losing a word, without telling a customer what is not theirs.

use serde_json::{Value, json};

use super::inbox::Inbox;
use super::scene::ENTER;

const ESCAPE: &str = "\u{e00c}";

#[test]
fn i1_ten_conversations_are_resolved_without_a_mouse_with_at_most_four_keys_each() {
    let Some(inbox) = Inbox::begin() else { return };
    for n in 0..10 {
        inbox.customer(&format!("where is my order A{}", 1001 + n % 3));
    }
    inbox.enter();
    inbox.until("document.querySelectorAll('.line').length === 10");
    inbox.keys("u");
    let mut keys = 1;
    for n in 0..10 {
        inbox.until("document.querySelector('[data-do=claim]') && true");
        inbox.keys("a");
        inbox.until("document.activeElement.matches('.compose textarea')");
        inbox.until("document.querySelector('.ghost') && true");
        inbox.control('.');
        inbox.until("document.querySelector('.compose textarea').value.length > 10");
        inbox
            .scene
            .turn
            .chord(&[super::inbox::CONTROL, '\u{e008}'], ENTER);
        keys += 3;
        inbox.until(&format!(
            "document.querySelector('[data-view=done] i').textContent === '{}'",
            n + 1
        ));
    }
    assert!(keys <= 40);
    assert_eq!(
        inbox.see("document.querySelector('[data-view=waiting] i').textContent"),
        json!("0")
    );
}

#[test]
fn i3_a_message_that_comes_while_somebody_types_is_seen_before_the_answer_goes_out() {
    let Some(inbox) = Inbox::begin() else { return };
    let customer = inbox.opened("where is my order A1001");
    inbox.keys("a");
    inbox.types("We will send it today");
    inbox.says(&customer, "please cancel it instead");
    inbox.until("document.querySelector('.compose .hint').textContent.includes('1')");
    let replies = |log: &[Value]| {
        let reply = |event: &&Value| event["kind"] == "reply" && event["from"] == "agent";
        log.iter().filter(reply).count()
    };
    assert_eq!(replies(&inbox.log(&customer)), 0);
    // Whoever has read the warning sends all the same.
    std::thread::sleep(std::time::Duration::from_millis(900));
    inbox.control(ENTER);
    inbox.until("document.querySelectorAll('.said.agent').length === 1");
    assert_eq!(replies(&inbox.log(&customer)), 1);
}

#[test]
fn i3_a_message_that_the_page_has_not_heard_of_yet_stops_the_answer_at_the_desk() {
    let Some(inbox) = Inbox::begin() else { return };
    let customer = inbox.customer("where is my order A1001");
    let blocked = json!({"urls": ["*/v1/inbox/events*"]});
    inbox.scene.turn.cdp("Network.enable", &json!({}));
    inbox.scene.turn.cdp("Network.setBlockedURLs", &blocked);
    inbox.enter();
    inbox.open(&customer);
    inbox.keys("a");
    inbox.types("We will send it today");
    inbox.says(&customer, "please cancel it instead");
    inbox.control(ENTER);
    inbox.until("document.querySelector('.compose .hint').textContent.includes('1')");
    assert_eq!(
        inbox.see("document.querySelectorAll('.said.agent').length"),
        json!(0)
    );
    let none = json!({"urls": []});
    inbox.scene.turn.cdp("Network.setBlockedURLs", &none);
}

#[test]
fn row_32_and_i4_a_note_and_who_wrote_it_never_reach_the_customer() {
    let Some(inbox) = Inbox::begin() else { return };
    let customer = inbox.opened("where is my order A1001");
    inbox.keys("a");
    inbox.until("document.activeElement.matches('.compose textarea')");
    inbox.keys(&format!("{ESCAPE}n"));
    inbox.until("document.querySelector('.compose').classList.contains('notes')");
    let save = inbox.texts(".compose .send").join("");
    assert!(save.starts_with("Save note"), "{save}");
    inbox.types("SECRET-NOTE suspects fraud");
    inbox.control(ENTER);
    inbox.until("document.querySelector('.note')?.textContent.includes('SECRET-NOTE')");
    inbox.keys(&format!("{ESCAPE}r"));
    inbox.types("It is on its way");
    inbox.control(ENTER);
    inbox.until("document.querySelectorAll('.said.agent').length === 1");
    for form in ["json", "txt", "html"] {
        let path = format!(
            "/v1/conversations/{}/transcript.{form}?view=customer",
            customer.conversation
        );
        let token = format!("Bearer {}", inbox.desk().agent);
        let seen = inbox.desk().get(&path, &[("authorization", &token)]);
        let text = String::from_utf8(seen.body).unwrap();
        assert!(text.contains("It is on its way"), "{form}: {text}");
        assert!(!text.contains("SECRET-NOTE"), "{form}: {text}");
        assert!(!text.contains("\"mei\""), "{form}: {text}");
    }
}

#[test]
fn i7_what_is_typed_while_the_desk_is_gone_goes_out_once_when_it_is_back() {
    let Some(mut inbox) = Inbox::begin() else {
        return;
    };
    let customer = inbox.opened("where is my order A1001");
    inbox.keys("a");
    inbox.types("Sent while the desk was gone");
    let mut desk = inbox.scene.desk.take().unwrap();
    desk.kill();
    inbox.control(ENTER);
    inbox.until("!document.querySelector('.banner').hidden");
    inbox.until("document.querySelector('.compose .hint').textContent.length > 0");
    assert_eq!(
        inbox.see("document.querySelector('.compose textarea').value"),
        json!("Sent while the desk was gone")
    );
    desk.run();
    inbox.scene.desk = Some(desk);
    inbox.until("document.querySelectorAll('.said.agent').length === 1");
    inbox.until("document.querySelector('.banner').hidden");
    let sent = inbox.log(&customer).into_iter();
    let sent = sent.filter(|event| event["text"] == "Sent while the desk was gone");
    assert_eq!(sent.count(), 1);
    // A draft outlives the page, too.
    inbox.types("half a sen");
    let to = json!({});
    inbox.scene.turn.call("POST", "/refresh", &to);
    inbox.until("document.querySelector('.compose textarea')?.value === 'half a sen'");
}

#[test]
fn i8_the_brief_is_the_engines_own() {
    let Some(inbox) = Inbox::begin() else { return };
    let customer = inbox.opened("you charged me twice for A1002");
    inbox.until("document.querySelector('.brief dd') && true");
    let log = inbox.log(&customer);
    let handed = log.iter().find(|event| event["kind"] == "handed_off");
    let lines = handed.unwrap()["lines"].as_array().unwrap().clone();
    let shown = super::scene::texts(
        &inbox.see("[...document.querySelectorAll('.brief dd')].map(one => one.title)"),
    );
    let told: Vec<&Value> = lines
        .iter()
        .filter(|line| line["label"] != "reply")
        .collect();
    assert_eq!(shown.len(), told.len());
    for (shown, told) in shown.iter().zip(told) {
        assert_eq!(*shown, *told["text"].as_str().unwrap(), "{told}");
    }
    // Nobody reads codes: times and levels are in words.
    let words = inbox.texts(".brief dd").join("\n");
    for code in ["T00:", ":00Z", "proof 0", " en"] {
        assert!(!words.contains(code), "{code} in {words}");
    }
    // Each turn of the bot opens to the rule that made it.
    let because = log
        .iter()
        .find(|event| event["because"]["rule"].is_string());
    let rule = because.unwrap()["because"]["rule"].as_str().unwrap();
    let shown = inbox.texts("details.why dd code");
    assert!(shown.iter().any(|shown| shown == rule), "{rule}: {shown:?}");
}

#[test]
fn i5_a_ready_answer_is_found_by_its_initials_and_is_not_sent_while_something_in_it_is_left_open() {
    let Some(inbox) = Inbox::begin() else { return };
    inbox.opened("where is my order A1001");
    inbox.keys("a");
    inbox.types("/nh");
    inbox.until("document.querySelector('.pick [aria-selected=true]')?.dataset.name === 'hello'");
    inbox.keys(&ENTER.to_string());
    inbox.until(
        "document.querySelector('.compose textarea').value.startsWith('Hello, this is Mei.')",
    );
    inbox.control('a');
    inbox.types("/zp");
    inbox.until(
        "document.querySelector('.pick [aria-selected=true]')?.dataset.name === 'need_photo'",
    );
    inbox.keys(&ENTER.to_string());
    inbox.until("document.querySelector('.compose textarea').value.includes('order A1001')");
    inbox.control('a');
    inbox.types("Hello {customer.name}, it is {order.ammount} {Order.Id} {{ your-name }}");
    inbox.control(ENTER);
    let hint = inbox.until("document.querySelector('.compose .hint').textContent");
    let hint = hint.as_str().unwrap();
    assert!(
        hint.contains("{customer.name} {order.ammount} {Order.Id} {{ your-name }}"),
        "{hint}"
    );
    assert_eq!(
        inbox.see("document.querySelectorAll('.said.agent').length"),
        json!(0)
    );
    inbox.control('a');
    inbox.types("Hello Ann, it is 20.50");
    inbox.control(ENTER);
    inbox.until("document.querySelectorAll('.said.agent').length === 1");
}
