//! What is told to an agent who does not look, and that what is under way is seen to be.

use std::io::{Read as _, Write as _};
use std::net::TcpListener;

use serde_json::json;

use super::inbox::Inbox;
use super::scene::ENTER;

#[test]
fn what_waits_stands_in_the_title_and_as_a_dot_and_is_heard_by_whoever_wants_to() {
    let Some(inbox) = Inbox::begin() else { return };
    inbox.enter();
    inbox.until("document.querySelector('link[rel=icon]').dataset.dot === 'false' && document.querySelector('link[rel=icon]').href.startsWith('data:image/png')");
    inbox.scene.run(
        "window.tones = []; const made = class { currentTime = 0; destination = {}; resume() {} \
         createOscillator() { const one = {frequency: {}, connect: to => to, start() { tones.push(one.frequency.value); }, stop() {}}; return one; } \
         createGain() { return {gain: {setValueAtTime() {}, linearRampToValueAtTime() {}, exponentialRampToValueAtTime() {}}, connect: to => to}; } }; window.AudioContext = made",
    );
    let first = inbox.customer("where is my order A1001");
    inbox.until("document.title.startsWith('(1)') && document.querySelector('link[rel=icon]').dataset.dot === 'true'");
    assert_eq!(
        inbox.see("tones.length"),
        json!(0),
        "nobody wants to hear it"
    );
    inbox.keys("?");
    inbox.until("document.querySelector('dialog [name=volume]') && true");
    inbox.scene.run("const loud = document.querySelector('dialog [name=volume]'); loud.value = 0.5; loud.dispatchEvent(new Event('change')); tones.length = 0");
    inbox.keys("\u{e00c}");
    inbox.customer("where is my order A1002");
    inbox.until("tones.join() === '660,880'");
    // Of one's own conversation another tone, unless one looks at it.
    inbox.open(&first);
    inbox.keys("a");
    inbox.until("document.activeElement.matches('.compose textarea')");
    inbox.scene.run("tones.length = 0");
    inbox.says(&first, "hello?");
    inbox.until(
        "[...document.querySelectorAll('.said.customer')].at(-1).textContent.includes('hello?')",
    );
    assert_eq!(inbox.see("tones.length"), json!(0));
    inbox.scene.run("location.hash = '#v=waiting'");
    inbox.until("!document.querySelector('.thread')");
    inbox.says(&first, "are you there?");
    inbox.until("tones.join() === '520,520'");
    inbox.scene.assert_quiet();
}

/// Answers to this path come when they are let go.
fn hold(inbox: &Inbox, path: &str) {
    inbox.scene.turn.run(
        "const real = window.fetch; window.held = []; \
         window.fetch = (to, given) => String(to).includes(arguments[0]) && given?.method === 'POST' ? new Promise(go => held.push(go)).then(answer => answer || real(to, given)) : real(to, given)",
        &[json!(path)],
    );
}

#[test]
fn a_change_of_many_is_seen_to_be_under_way_on_each_row_until_it_is_done() {
    let Some(inbox) = Inbox::begin() else { return };
    let customers: Vec<_> = (1..=3)
        .map(|n| inbox.customer(&format!("where is my order A100{n}")))
        .collect();
    inbox.enter();
    inbox.until("document.querySelectorAll('.line').length === 3");
    hold(&inbox, "/v1/bulk");
    inbox.keys("jxjx");
    inbox.until("document.querySelector('.bulk b')?.textContent === '2 selected'");
    inbox
        .scene
        .run("document.querySelector('[data-bulk=label]').focus()");
    inbox.keys(&format!("late{ENTER}"));
    inbox.until("document.querySelectorAll('.list li[aria-busy=true]').length === 2 && document.querySelector('.bulk').ariaBusy === 'true' && held.length === 1");
    // The list is read again while it goes on.
    inbox.says(&customers[0], "any news?");
    inbox.until("[...document.querySelectorAll('.line .last')].some(one => one.textContent.includes('any news?'))");
    assert_eq!(
        inbox.see("document.querySelectorAll('.list li[aria-busy=true]').length"),
        json!(2)
    );
    // Pressed again it is not done twice.
    inbox
        .scene
        .run("document.querySelector('[data-bulk=resolve]').click()");
    assert_eq!(inbox.see("held.length"), json!(1));
    inbox.scene.run("held[0]()");
    inbox.until("!document.querySelector('[aria-busy=true]') && [...document.querySelectorAll('.line')].filter(one => one.textContent.includes('# late')).length === 2");
    inbox.scene.assert_quiet();
}

#[test]
fn money_is_seen_to_be_under_way_and_what_was_typed_stays_when_it_is_refused() {
    let Some(inbox) = Inbox::begin() else { return };
    let customer = inbox.with_claim();
    inbox.enter();
    inbox.open(&customer);
    inbox.until("document.querySelector('[data-claim=reject]') && true");
    hold(&inbox, "/refunds/");
    inbox.clicks("[data-claim=reject]");
    inbox.until("document.querySelector('dialog textarea') && true");
    inbox
        .scene
        .run("document.querySelector('dialog textarea').value = 'It was used for a year.'");
    inbox.clicks("dialog [type=submit]");
    inbox.until("document.querySelector('dialog [type=submit]').ariaBusy === 'true' && document.querySelector('dialog [type=submit]').disabled && held.length === 1");
    inbox
        .scene
        .run("held[0](new Response('{\"detail\":\"later\"}', {status: 503}))");
    inbox.until("document.querySelector('dialog [type=submit]').disabled === false && document.querySelector('.toast') && true");
    assert_eq!(
        inbox.see("document.querySelector('dialog textarea').value"),
        json!("It was used for a year.")
    );
    inbox.clicks("dialog [type=submit]");
    inbox.until("held.length === 2");
    inbox.scene.run("held[1]()");
    inbox.until(
        "!document.querySelector('dialog') && !document.querySelector('[data-claim=reject]')",
    );
}

/// The address of a program that is gone, by its own word.
fn gone() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    std::thread::spawn(move || {
        while let Ok((mut stream, _)) = listener.accept() {
            let _ = stream.read(&mut [0; 4096]);
            let _ = stream.write_all(b"HTTP/1.1 410 Gone\r\ncontent-length: 0\r\n\r\n");
        }
    });
    format!("http://{address}/hook")
}

#[test]
fn a_lead_sees_that_an_endpoint_gets_nothing_any_more_and_why_and_an_agent_does_not() {
    let webhook = format!(
        "[[webhooks]]\nkey = \"linden-pay\"\nmerchant = \"m_linden\"\nurl = \"{}\"\nsecret = \"whsec_ZnJvbnRkZXNrLXRlc3Qtc2VjcmV0LTAxMjM0NTY3ODk=\"\nallow = [\"127.0.0.0/8\"]\n",
        gone()
    );
    let Some(inbox) = Inbox::with(&webhook) else {
        return;
    };
    let rights = |role: &str| {
        inbox
            .desk()
            .command(&["agent", "rights", "mei", "--role", role])
    };
    rights("lead");
    inbox.enter();
    inbox.until("document.querySelector('.off').hidden");
    // The first event finds its endpoint gone.
    inbox.customer("where is my order A1001");
    let shown = "document.querySelector('.off')?.checkVisibility() ?? false";
    while inbox.desk().as_shop("GET", "/v1/webhooks", &json!(null))["webhooks"][0]["state"]
        != "disabled"
    {
        std::thread::yield_now();
    }
    inbox.scene.run("location.reload()");
    inbox.until(shown);
    let said = inbox.texts(".off").concat();
    assert!(
        said.contains("linden-pay is disabled") && said.contains("410"),
        "{said}"
    );
    inbox.scene.assert_quiet();
    // Whose rights change has to come in anew.
    rights("agent");
    inbox.enter();
    inbox.until("document.querySelector('.line') && true");
    assert_eq!(inbox.see(shown), json!(false));
}
