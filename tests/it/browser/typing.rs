//! W5 and W13: what is typed, what is not yet meant to be sent, and what must never be.

use serde_json::json;

use super::scene::{ENTER, Scene, texts};

#[test]
fn w5_enter_that_ends_a_composition_sends_nothing() {
    let Some(scene) = Scene::begin() else { return };
    scene.visit("data-locale=\"zh-CN\"");
    scene.open();
    scene.run("$('textarea').focus()");
    for part in ["t", "tu", "tui"] {
        let composing =
            json!({"text": part, "selectionStart": part.len(), "selectionEnd": part.len()});
        scene.turn.cdp("Input.imeSetComposition", &composing);
    }
    let enter = |kind: &str| json!({"type": kind, "windowsVirtualKeyCode": 229, "key": "Enter", "code": "Enter"});
    scene
        .turn
        .cdp("Input.dispatchKeyEvent", &enter("rawKeyDown"));
    scene.turn.cdp("Input.dispatchKeyEvent", &enter("keyUp"));
    assert_eq!(
        scene.see("$$('.said.mine').length"),
        0,
        "half a word was sent"
    );
    assert_eq!(scene.see("$('textarea').value"), "tui");
    scene.turn.cdp(
        "Input.imeSetComposition",
        &json!({"text": "退款", "selectionStart": 2, "selectionEnd": 2}),
    );
    scene.turn.cdp("Input.insertText", &json!({"text": "退款"}));
    // The same Enter as Safari reports it: after the composition has ended, in the same moment.
    scene.run(
        "const box = $('textarea'); box.dispatchEvent(new CompositionEvent('compositionstart', {bubbles: true})); \
         box.dispatchEvent(new CompositionEvent('compositionend', {bubbles: true})); \
         box.dispatchEvent(new KeyboardEvent('keydown', {key: 'Enter', bubbles: true, cancelable: true}));",
    );
    assert_eq!(
        scene.see("$$('.said.mine').length"),
        0,
        "Safari's Enter sent it"
    );
    scene.until("$('textarea').value === '退款'");
    // What was put off to after the composition has been done, for this was put off later.
    scene.run("window.later = false; setTimeout(() => { later = true; })");
    scene.until("later");
    scene.turn.keys(&ENTER.to_string());
    scene.until("$$('.said.mine').length === 1");
    assert_eq!(scene.mine(), ["退款"]);
}

#[test]
fn enter_with_shift_begins_a_line_and_the_pages_own_shortcuts_hear_nothing() {
    let Some(scene) = Scene::begin() else { return };
    scene.visit("");
    scene.run("window.heard = 0; addEventListener('keydown', () => heard++)");
    scene.open();
    scene.run("$('textarea').focus()");
    scene.turn.keys("one");
    scene.turn.with(super::scene::SHIFT, ENTER);
    scene.turn.keys(&format!("two{ENTER}"));
    scene.until("$$('.said.mine').length === 1");
    assert_eq!(scene.mine(), ["one\ntwo"]);
    assert_eq!(scene.see("heard"), 0);
}

/// Notes every body that leaves the page, before the widget is there.
const SPY: &str = "<script>window.left = []; const before = fetch; window.fetch = (...all) => { left.push(String(all[1]?.body || '')); return before(...all); };</script>";

#[test]
fn w13_a_card_number_does_not_leave_the_browser() {
    let Some(scene) = Scene::begin() else { return };
    scene.shop.put(
        "/",
        &[],
        &scene.page("").replace("<head>", &format!("<head>{SPY}")),
    );
    scene.go("/");
    scene.open();
    let written = [
        ("my card is 4242424242424242 ok", "my card is **** 4242 ok"),
        ("4000 0566 5566 5556", "**** 5556"),
        ("付款卡号６２２２６００２６０００１０７２４４４", ""),
        ("card 5555-5555-5555-4444.", "card **** 4444."),
    ];
    for (typed, sent) in written.iter().filter(|(_, sent)| !sent.is_empty()) {
        let before = scene.mine().len();
        scene.say(typed);
        scene.until("!$('.note').hidden");
        assert_eq!(scene.mine().len(), before, "it was not asked first");
        let draft = scene.see("JSON.stringify(localStorage)");
        assert!(
            !draft.as_str().unwrap().contains(typed),
            "kept as typed: {draft}"
        );
        scene.turn.keys(&ENTER.to_string());
        scene.until(&format!("$$('.said.mine').length === {}", before + 1));
        assert_eq!(scene.mine()[before], *sent);
    }
    // Through the page's own call, nobody can ask; it is masked all the same.
    scene.run("frontdesk.send('and 4111 1111 1111 1111 too')");
    scene.until("$$('.said.mine').length === 4");
    scene.until("left.filter(body => body.includes('client_id')).length >= 4");
    let left = texts(&scene.see("left")).join("\n");
    for number in [
        "4242424242424242",
        "4000056655665556",
        "5555555555554444",
        "4111111111111111",
    ] {
        let digits: String = left.chars().filter(char::is_ascii_digit).collect();
        assert!(
            !digits.contains(number),
            "{number} left the browser: {left}"
        );
    }
}

#[test]
fn w13_an_order_number_is_no_card_number() {
    let Some(scene) = Scene::begin() else { return };
    scene.visit("");
    scene.open();
    scene.say("order 4242424242424241 and 20261128 and 13800138000");
    scene.until("$$('.said.mine').length === 1");
    assert_eq!(
        scene.mine(),
        ["order 4242424242424241 and 20261128 and 13800138000"]
    );
}
