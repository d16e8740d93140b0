//! Pictures in the agents' page: pasted, dropped and picked, looked at large, and messages that have an address.

use serde_json::{Value, json};

use super::inbox::{Customer, Inbox};

/// Makes a picture in the page and hands it on.
const PICTURE: &str = "const made = document.createElement('canvas'); made.width = 60; made.height = 40; const pen = made.getContext('2d'); \
    pen.fillStyle = arguments[0]; pen.fillRect(0, 0, 60, 40); \
    return new Promise(done => made.toBlob(blob => { const data = new DataTransfer(); data.items.add(new File([blob], 'shot.png', {type: 'image/png'})); \
    const on = document.querySelector('.compose textarea'); ";

fn pastes(inbox: &Inbox, colour: &str) {
    let how = "on.dispatchEvent(new ClipboardEvent('paste', {clipboardData: data, bubbles: true, cancelable: true})); done(1); }))";
    inbox
        .scene
        .turn
        .run(&format!("{PICTURE}{how}"), &[json!(colour)]);
}

fn drops(inbox: &Inbox, colour: &str) {
    let how = "on.dispatchEvent(new DragEvent('drop', {dataTransfer: data, bubbles: true, cancelable: true})); done(1); }))";
    inbox
        .scene
        .turn
        .run(&format!("{PICTURE}{how}"), &[json!(colour)]);
}

fn files(inbox: &Inbox, customer: &Customer) -> Vec<Value> {
    let log = inbox.log(customer).into_iter();
    log.filter(|event| event["kind"] == "attached").collect()
}

#[test]
fn a_picture_is_pasted_and_another_dropped_and_goes_out_only_when_it_is_sent() {
    let Some(inbox) = Inbox::begin() else { return };
    let customer = inbox.opened("how do I reset the kettle?");
    inbox.keys("a");
    inbox.until("document.activeElement.matches('.compose textarea')");
    pastes(&inbox, "red");
    inbox.until("document.querySelectorAll('.tray img').length === 1");
    drops(&inbox, "blue");
    inbox.until("document.querySelectorAll('.tray img').length === 2");
    pastes(&inbox, "green");
    inbox.until("document.querySelectorAll('.tray img').length === 3");
    // What was pasted by mistake goes nowhere, and nothing goes before it is sent.
    inbox.clicks(".tray figure:last-child .btn");
    inbox.until("document.querySelectorAll('.tray img').length === 2");
    assert_eq!(files(&inbox, &customer).len(), 0);
    inbox.types("Press here.");
    inbox.control(super::scene::ENTER);
    inbox.until("document.querySelectorAll('.thread .picture img').length === 2 && !document.querySelector('.tray')");
    inbox.until(
        "[...document.querySelectorAll('.said.agent')].at(-1).textContent.includes('Press here.')",
    );
    let sent = files(&inbox, &customer);
    assert_eq!(sent.len(), 2);
    assert!(sent.iter().all(|event| event["from"] == "agent"));
    // As large as the window, by the keyboard alone, and back to where one was.
    inbox.until(
        "[...document.querySelectorAll('.picture img')].every(one => one.naturalWidth === 60)",
    );
    inbox
        .scene
        .run("document.querySelector('.picture').focus()");
    inbox.keys("\u{e007}");
    inbox.until("document.querySelector('dialog.light [role=status]')?.textContent === '1 / 2'");
    inbox.keys("\u{e014}");
    inbox.until("document.querySelector('dialog.light [role=status]')?.textContent === '2 / 2'");
    inbox.keys("\u{e00c}");
    inbox.until("!document.querySelector('dialog') && document.activeElement.matches('.picture')");
    inbox.scene.assert_quiet();
}

#[test]
fn a_note_takes_no_picture_and_what_is_none_is_refused_with_a_reason() {
    let Some(inbox) = Inbox::begin() else { return };
    inbox.opened("how do I reset the kettle?");
    inbox.keys("n");
    inbox.until("document.querySelector('.compose.notes') && true");
    pastes(&inbox, "red");
    assert_eq!(
        inbox.see("document.querySelectorAll('.tray').length"),
        json!(0)
    );
    inbox.keys("\u{e00c}");
    inbox.keys("a");
    inbox.until("document.querySelector('[data-do=file]') && true");
    inbox.scene.run(
        "const data = new DataTransfer(); data.items.add(new File(['<svg/>'], 'x.svg', {type: 'image/svg+xml'})); \
         const field = document.querySelector('.compose [type=file]'); field.files = data.files; field.dispatchEvent(new Event('change'))",
    );
    inbox.until("document.querySelector('.compose .hint').textContent.includes('PNG')");
    assert_eq!(
        inbox.see("document.querySelectorAll('.tray').length"),
        json!(0)
    );
}

#[test]
fn a_message_has_an_address_that_a_colleague_can_open() {
    let Some(inbox) = Inbox::begin() else { return };
    let customer = inbox.opened("the first of many");
    for n in 0..12 {
        inbox.says(&customer, &format!("and another one, number {n}"));
    }
    inbox.until("document.querySelectorAll('.said.customer').length >= 13");
    let address = inbox.see("document.querySelector('.said.customer .stamp').href");
    inbox.visit("about:blank");
    inbox.visit(address.as_str().unwrap());
    inbox.until("document.querySelector('.meant')?.textContent.includes('the first of many')");
    let in_sight = "(() => { const box = document.querySelector('.thread').getBoundingClientRect(), one = document.querySelector('.said.customer').getBoundingClientRect(); return one.top >= box.top && one.bottom <= box.bottom; })()";
    inbox.until(in_sight);
}
