//! Where things are not as they should be: frames that may keep nothing, pages that change what a language has, slow lines, long texts,
//! small windows, paper, and people who want less colour or less motion.

use serde_json::json;

use super::scene::{ENTER, Scene};

/// A page whose head has a script of its own before the widget's.
fn after(scene: &Scene, script: &str) {
    let page = scene.page("data-locale=\"en\"");
    let page = page.replace("<h1>", &format!("<script>{script}</script><h1>"));
    scene.shop.put("/", &[], &page);
    scene.go("/");
    scene.open();
}

#[test]
fn in_a_frame_that_may_keep_nothing_and_share_nothing_one_can_still_talk() {
    let Some(scene) = Scene::begin() else { return };
    let denied = "const no = () => { throw new DOMException('denied', 'SecurityError'); };";
    let refused = "LockManager.prototype.request = () => Promise.reject(new DOMException('denied', 'SecurityError'));";
    for (what, script) in [
        (
            "storage",
            "for (const name of ['localStorage', 'sessionStorage']) Object.defineProperty(window, name, {get: no});",
        ),
        ("a full storage", "Storage.prototype.setItem = no;"),
        ("locks", refused),
        (
            "locks at all",
            "Object.defineProperty(Navigator.prototype, 'locks', {value: undefined});",
        ),
        (
            "other tabs",
            "window.BroadcastChannel = class { constructor() { no(); } };",
        ),
    ] {
        after(&scene, &format!("localStorage.clear(); {denied} {script}"));
        scene.ask("how long does a refund take?");
        let last = scene.ask("I want to talk to a person");
        assert!(!last.is_empty());
        scene.until("$('.state.queue')");
        assert_eq!(scene.see("$$('.said.mine').length"), 2, "without {what}");
        assert_eq!(scene.see("$$('.failed').length"), 0, "without {what}");
    }
    scene.assert_quiet();
}

#[test]
fn a_page_that_adds_to_what_every_object_has_changes_nothing_here() {
    let Some(scene) = Scene::begin() else { return };
    after(
        &scene,
        "Array.prototype.extra = () => {}; Object.prototype.more = 'x'; String.prototype.foo = 1; \
         Array.prototype.toJSON = function () { return 'old library'; }; window.Map = class extends Map {}; \
         window.fetch = new Proxy(fetch, {}); window.$ = window.h = window.name = 'page';",
    );
    scene.ask("how long does a refund take?");
    scene.ask("I want to talk to a person");
    scene.until("$('.state.queue')");
    scene.reload();
    scene.until("$$('.said.mine').length === 2");
    scene.assert_quiet();
}

#[test]
fn on_a_slow_line_one_sees_that_it_is_being_sent_and_it_is_sent_once() {
    let Some(scene) = Scene::begin() else { return };
    scene.visit("data-locale=\"en\"");
    scene.open();
    scene.ask("how long does a refund take?");
    scene.run("window.real = fetch; window.fetch = async (...all) => { await new Promise(go => setTimeout(go, 2500)); return real(...all); }");
    scene.say("I want to talk to a person");
    scene.until("$$('.said.mine .meta').at(-1).textContent === 'Sending…'");
    scene.until("$('.state.queue')");
    scene.run("window.fetch = real");
    scene.reload();
    scene.until("$$('.said.mine').length === 2 && $('.state.queue')");
    assert_eq!(scene.mine().len(), 2);
}

#[test]
fn a_text_that_is_longer_than_a_message_arrives_whole_in_parts() {
    let Some(scene) = Scene::begin() else { return };
    scene.visit("data-locale=\"en\"");
    scene.open();
    scene.with_agent();
    scene.until("$('.state.agent')");
    let text = format!("begin{}end", "\u{1f600}x".repeat(6_000));
    scene.turn.run(
        "const box = document.querySelector('front-desk').shadowRoot.querySelector('textarea'); box.focus(); \
         document.execCommand('insertText', false, arguments[0])",
        &[json!(text)],
    );
    scene.until("$('textarea').value.endsWith('end')");
    scene.turn.keys(&ENTER.to_string());
    scene.until("$$('.said.mine').length === 3 && !$('textarea').value");
    scene.until("!$$('.said.mine .meta').some(one => one.textContent)");
    assert_eq!(scene.mine()[1..].concat(), text);
    assert_eq!(scene.see("$$('.failed').length"), 0);
    let wide = "$('.log').scrollWidth > $('.log').clientWidth";
    assert_eq!(scene.see(wide), false, "a long word pushes the log aside");
}

#[test]
fn a_picture_that_is_pasted_is_a_file_and_text_that_is_pasted_is_text() {
    let Some(scene) = Scene::begin() else { return };
    scene.visit("data-locale=\"en\"");
    scene.open();
    scene.ask("how long does a refund take?");
    scene.run(
        "const c = document.createElement('canvas'); c.width = c.height = 8; c.toBlob(b => { const d = new DataTransfer(); \
         d.items.add(new File([b], 'image.png', {type: 'image/png'})); \
         window.stopped = !$('textarea').dispatchEvent(new ClipboardEvent('paste', {clipboardData: d, bubbles: true, composed: true, cancelable: true})); })",
    );
    scene.until("$$('.strip li').length === 1 && stopped");
    scene.run("$('.send').click()");
    scene.until("$('.said.mine .file') && !$$('.strip li').length");
    let text = scene.see(
        "(d => (d.setData('text/plain', 'A1001'), $('textarea').dispatchEvent(new ClipboardEvent('paste', {clipboardData: d, cancelable: true}))))(new DataTransfer())",
    );
    assert_eq!(text, true, "text is the browser's own to paste");
}

#[test]
fn on_paper_it_is_not_there_and_who_wants_less_motion_or_colour_has_it() {
    let Some(scene) = Scene::begin() else { return };
    let emulate = |media: &str, name: &str, value: &str| {
        let features = match name {
            "" => json!([]),
            _ => json!([{"name": name, "value": value}]),
        };
        let way = json!({"media": media, "features": features});
        scene.turn.cdp("Emulation.setEmulatedMedia", &way);
    };
    scene.visit("data-locale=\"en\"");
    scene.open();
    scene.ask("how long does a refund take?");
    let motion = "[$('.panel'), $('.dots i')].map(one => getComputedStyle(one).animationName)";
    emulate("", "prefers-reduced-motion", "no-preference");
    assert_eq!(scene.see(motion), json!(["rise", "dot"]));
    emulate("", "prefers-reduced-motion", "reduce");
    assert_eq!(scene.see(motion), json!(["none", "none"]));
    emulate("", "forced-colors", "active");
    let edges = "[$('.launcher'), $('.panel'), $('.said.mine .bubble'), $('.said.bot .bubble')].map(one => getComputedStyle(one).borderTopWidth)";
    assert_eq!(scene.see(edges), json!(["1px", "1px", "1px", "1px"]));
    emulate("print", "", "");
    let shown = "getComputedStyle(document.querySelector('front-desk')).display";
    assert_eq!(scene.see(shown), "none");
    emulate("", "", "");
    assert_eq!(scene.see(shown), "block");
}

#[test]
fn in_a_small_window_one_begins_at_the_greeting() {
    let Some(scene) = Scene::begin() else { return };
    scene.visit("data-locale=\"en\"");
    scene.size(320, 256);
    scene.open();
    let greeting =
        "(r => r.top >= 0 && r.bottom <= innerHeight)($('.hello').getBoundingClientRect())";
    scene.until(greeting);
    std::thread::sleep(std::time::Duration::from_millis(200));
    assert_eq!(scene.see(greeting), true);
}

#[test]
fn what_was_not_sent_before_a_reload_says_whose_it_is() {
    let Some(scene) = Scene::begin() else { return };
    scene.visit("data-locale=\"en\"");
    scene.open();
    scene.ask("how long does a refund take?");
    scene.run("Object.defineProperty(navigator, 'onLine', {value: true}); window.fetch = () => Promise.reject(new TypeError('Failed to fetch'))");
    scene.say("I want to talk to a person");
    scene.until("$('.said.failed')");
    scene.reload();
    scene.until("$$('.said.mine').length === 2");
    scene.until("$('.state.queue')");
    let names = scene.see("$$('.said.mine .aside').map(one => one.textContent)");
    assert_eq!(names, json!(["You: ", "You: "]));
}
