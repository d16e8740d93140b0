//! The palette, filters of one's own, the conversations of one person side by side, and what is new in a list.

use serde_json::json;

use super::inbox::Inbox;
use super::scene::{ENTER, ESCAPE};

#[test]
fn the_palette_finds_what_can_be_done_by_words_or_key_and_searches_for_the_rest() {
    let Some(inbox) = Inbox::begin() else { return };
    inbox.opened("where is my order A1001");
    inbox.keys("a");
    inbox.types("half a sentence");
    // From inside a field, too, and what was typed stays.
    inbox.control('k');
    inbox.until("document.activeElement.matches('dialog input')");
    inbox.keys("write a note");
    inbox.until("document.querySelectorAll('.found li').length === 2");
    inbox.keys(&ENTER.to_string());
    inbox.until("document.querySelector('.compose.notes') && !document.querySelector('dialog')");
    inbox.keys(&ESCAPE.to_string());
    inbox.control('k');
    inbox.until("document.activeElement.matches('dialog input')");
    inbox.keys("A1001");
    inbox.keys(&ENTER.to_string());
    inbox.until(
        "location.hash.includes('q=A1001') && document.querySelectorAll('.line').length === 1",
    );
    // A dialog about something else is not pushed away.
    inbox.keys(&ESCAPE.to_string());
    // The field that had the focus before gets it back in its own time, and would take the key for text.
    inbox.until("!document.activeElement.matches('input, textarea')");
    inbox.keys("?");
    inbox.until("document.querySelector('dialog .keys') && true");
    inbox.control('k');
    assert_eq!(
        inbox.see("!!document.querySelector('dialog .keys')"),
        json!(true)
    );
    inbox.scene.assert_quiet();
}

#[test]
fn a_filter_of_ones_own_is_there_on_another_machine_and_a_refused_change_is_put_back() {
    let Some(inbox) = Inbox::begin() else { return };
    inbox.customer("the teapot is broken");
    inbox.customer("我的茶壶碎了");
    inbox.enter();
    inbox.until("document.querySelectorAll('.line').length === 2");
    inbox.scene.run("location.hash = '#v=waiting&q=teapot'");
    inbox.until("document.querySelectorAll('.line').length === 1");
    inbox.clicks("[data-do=save_filter]");
    inbox.until("document.activeElement.matches('dialog [name=name]')");
    inbox.keys("Teapots");
    inbox.keys(&ENTER.to_string());
    inbox.until(
        "document.querySelector('.saved[aria-pressed=true]') && !document.querySelector('dialog')",
    );
    inbox
        .scene
        .run("localStorage.clear(); location.hash = '#v=waiting'");
    inbox.until("document.querySelectorAll('.line').length === 2");
    inbox.visit("about:blank");
    inbox.visit(&format!("{}/inbox", inbox.desk().origin()));
    inbox.until(
        "document.querySelector('.saved') && document.querySelectorAll('.line').length === 2",
    );
    inbox.clicks(".saved");
    inbox.until("document.querySelectorAll('.line').length === 1");
    // The desk says no: the filter is there as before, and it is said.
    inbox.scene.run("const real = fetch; window.fetch = (path, given) => given?.method === 'PUT' ? Promise.resolve(new Response('{\"detail\":\"no room\"}', {status: 422})) : real(path, given)");
    inbox.clicks("[data-do=order_filters]");
    inbox.until("document.querySelector('[data-remove]') && true");
    inbox.clicks("[data-remove]");
    inbox.until("[...document.querySelectorAll('.toast')].at(-1)?.textContent.includes('no room')");
    assert_eq!(inbox.texts(".saved"), ["\u{2606} Teapots".to_owned()]);
}

#[test]
fn what_a_customer_wrote_since_is_new_until_it_is_opened_and_u_goes_there() {
    let Some(inbox) = Inbox::begin() else { return };
    let seen = inbox.opened("where is my order A1001");
    inbox.keys("a");
    inbox.until("document.querySelector('[data-do=resolve]') && true");
    inbox.keys(&ESCAPE.to_string());
    inbox.keys(&ESCAPE.to_string());
    inbox.keys("gm");
    inbox.until("document.querySelectorAll('.line').length === 1 && document.querySelector('.mid .none') && true");
    assert_eq!(
        inbox.see("document.querySelectorAll('.line.new').length"),
        json!(0)
    );
    inbox.says(&seen, "any news?");
    inbox.until("document.querySelector('.line.new') && true");
    inbox.keys("u");
    inbox.until(&format!("location.hash.includes('{}')", seen.conversation));
    inbox.until("document.querySelector('.thread .said') && !document.querySelector('.line.new')");
    inbox.scene.assert_quiet();
}

#[test]
fn a_change_is_seen_at_once_and_put_back_when_the_desk_refuses_it_or_is_gone() {
    let Some(inbox) = Inbox::begin() else { return };
    let customer = inbox.opened("where is my order A1001");
    let line = format!(
        "document.querySelector('.line[data-id=\"{}\"]').textContent.includes('urgent')",
        customer.conversation
    );
    inbox.until("document.querySelector('[data-do=claim]') && true");
    // The answers of the desk wait until the test lets them go.
    inbox.scene.run(
        "const real = fetch; window.answers = []; \
         window.fetch = (path, given) => given?.method === 'POST' && /claim|priority/.test(path) ? new Promise((yes, no) => answers.push([yes, no])) : real(path, given)",
    );
    inbox.clicks("[data-do=claim]");
    inbox.until("document.querySelector('[data-do=resolve]') && answers.length === 1");
    inbox
        .scene
        .run("answers.pop()[0](new Response('{\"detail\":\"no room\"}', {status: 503}))");
    inbox.until("document.querySelector('[data-do=claim]') && !document.querySelector('[data-do=resolve]') && true");
    inbox.until(
        "[...document.querySelectorAll('.toast')].some(one => one.textContent.includes('no room'))",
    );
    let shown = "document.querySelector('.right .priority').value";
    let before = inbox.see(shown);
    inbox.scene.run("const choose = document.querySelector('.right .priority'); choose.value = 'urgent'; choose.dispatchEvent(new Event('change'))");
    inbox.until(&format!("answers.length === 1 && {line}"));
    // What is read meanwhile does not know of it yet, and takes nothing back.
    inbox.says(&customer, "any news?");
    inbox.until("document.querySelector('.line .last').textContent.includes('any news?')");
    inbox.until(
        "[...document.querySelectorAll('.thread .said')].at(-1).textContent.includes('any news?')",
    );
    assert_eq!(inbox.see(&line), json!(true));
    assert_eq!(inbox.see(shown), json!("urgent"));
    inbox.scene.run("answers.pop()[1](new TypeError('gone'))");
    inbox.until(&format!("!{line}"));
    assert_eq!(inbox.see(shown), before);
}
