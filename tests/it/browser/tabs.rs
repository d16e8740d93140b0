//! W7 and W8: many tabs, and pages that come back.

use serde_json::{Value, json};

use super::scene::{ENTER, Scene};

impl Scene {
    /// Waits until so many streams are open: the desk notices a moment later that one has gone.
    fn until_streams(&self, n: usize) {
        for _ in 0..500 {
            if self.desk().streams() == n {
                return;
            }
            std::thread::sleep(std::time::Duration::from_millis(50));
        }
        panic!("{} streams are open", self.desk().streams());
    }

    /// All that is kept in the browser.
    fn kept(&self) -> String {
        let kept = self.see("JSON.stringify({...localStorage})");
        kept.as_str().unwrap().to_owned()
    }
}

#[test]
fn w7_ten_tabs_hold_one_stream_all_hear_and_another_takes_over() {
    let Some(scene) = Scene::with("") else { return };
    scene.visit("");
    scene.open();
    let path = scene.with_agent();
    let first = scene.turn.window();
    let mut tabs = vec![first.clone()];
    for _ in 1..10 {
        tabs.push(scene.turn.tab());
        scene.go("/");
    }
    for tab in &tabs {
        scene.turn.switch(tab);
        scene.until("$$('.said.mine').length === 1");
    }
    scene.until_streams(1);
    scene.agent_says(&path, "1", "to all of you");
    for tab in &tabs {
        scene.turn.switch(tab);
        scene.until("$$('.said.agent').length === 1");
    }
    // The tab that holds the stream goes.
    scene.turn.switch(&first);
    scene.turn.call("DELETE", "/window", &Value::Null);
    scene.turn.switch(&tabs[1]);
    scene.agent_says(&path, "2", "and to those who stay");
    for tab in &tabs[1..] {
        scene.turn.switch(tab);
        scene.until("$$('.said.agent').length === 2");
        assert_eq!(scene.agents(), ["to all of you", "and to those who stay"]);
    }
    scene.until_streams(1);
    // What one tab sends all show; who logs out in one is logged out in all.
    scene.say("from the second tab");
    scene.turn.switch(&tabs[2]);
    scene.until("$$('.said.mine').length === 2");
    scene.run("frontdesk.logout()");
    scene.turn.switch(&tabs[3]);
    scene.until("!$$('.said').length");
}

#[test]
fn w12_a_tab_that_has_not_heard_of_it_yet_tells_the_others_nothing_of_who_has_gone() {
    let Some(scene) = Scene::with("") else { return };
    scene.visit("");
    scene.open();
    scene.with_agent();
    let first = scene.turn.window();
    let others = [(); 2].map(|()| {
        let tab = scene.turn.tab();
        scene.go("/");
        scene.until("$$('.said.mine').length === 1");
        tab
    });
    // The tab that holds the stream is slow: what happens in the others has not reached it.
    scene.turn.switch(&first);
    scene.run("Object.defineProperty(StorageEvent.prototype, 'newValue', {get: () => null})");
    scene.turn.switch(&others[0]);
    scene.run("frontdesk.logout()");
    // The others follow again, ask what there is, and are told nothing.
    for tab in [&others[1], &others[0], &first, &others[1], &others[0]] {
        scene.turn.switch(tab);
        let is_slow = tab == &first;
        let left = usize::from(is_slow);
        scene.until(&format!("$$('.said.mine').length === {left}"));
    }
}

#[test]
fn w8_a_page_that_is_shown_again_has_what_came_meanwhile_and_goes_on() {
    let Some(scene) = Scene::begin() else { return };
    scene
        .shop
        .put("/next", &[], "<!doctype html><title>Next</title><p>next");
    scene.visit("");
    scene.run("window.mark = 'the very same page'");
    scene.open();
    let path = scene.with_agent();
    scene.agent_says(&path, "1", "before");
    scene.until("$$('.said.agent').length === 1");
    scene.turn.call(
        "POST",
        "/url",
        &json!({"url": format!("{}/next", scene.shop.origin)}),
    );
    scene.agent_says(&path, "2", "while away");
    scene.turn.call("POST", "/back", &json!({}));
    scene.until("$$('.said.agent').length === 2");
    assert_eq!(
        scene.see("window.mark"),
        "the very same page",
        "it was not kept: the widget forbade it"
    );
    scene.agent_says(&path, "3", "after");
    scene.until("$$('.said.agent').length === 3");
    assert_eq!(scene.agents(), ["before", "while away", "after"]);
    scene.say("still here");
    scene.until("$$('.said.mine').length === 2 && !$$('.meta').some(one => one.textContent)");
}

#[test]
fn what_was_said_while_the_panel_was_shut_is_counted_and_announced() {
    let Some(scene) = Scene::begin() else { return };
    scene.visit("data-locale=\"zh-CN\"");
    scene.open();
    let path = scene.with_agent();
    scene.until("$('.state.agent')");
    scene.run("$('.close').click()");
    scene.agent_says(&path, "1", "one");
    scene.agent_says(&path, "2", "two");
    scene.until("$('.badge').textContent === '2'");
    assert_eq!(
        scene.see("$('.launcher').getAttribute('aria-label')"),
        "打开客服，2 条未读"
    );
    assert_eq!(
        scene.see("$('[role=status].aside').textContent"),
        "打开客服，2 条未读"
    );
    assert_eq!(scene.see("frontdesk.unread"), 2);
    scene.reload();
    scene.until("$('.badge').textContent === '2'");
    scene.run("$('.launcher').click()");
    scene.until("$('.badge').hidden && frontdesk.unread === 0");
    scene.run("$('.launcher').click()");
    scene.reload();
    scene.until("$$('.said.agent').length === 2");
    assert_eq!(scene.see("$('.badge').hidden"), true);
}

/// Whoever logs out in one tab has left all of them, also one that follows no conversation, one that was put by, and one that still has the
/// shop's token of before.
#[test]
fn w12_who_logs_out_in_one_tab_is_nobody_in_the_others() {
    let Some(scene) = Scene::begin() else { return };
    scene
        .shop
        .put("/next", &[], "<!doctype html><title>Next</title><p>next");
    let token = scene.desk().sign("mia", "mia@example.com", 600);
    scene.visit(&format!("data-locale=\"en\" data-token=\"{token}\""));
    scene.open();
    scene.ask("a secret matter");
    let conversation = scene.conversation();
    let first = scene.turn.window();
    let second = scene.turn.tab();
    scene.go("/");
    scene.until("$$('.said.mine').length === 1");
    scene.open_if_shut();
    scene.run("$('textarea').focus()");
    scene.turn.keys("a secret draft");
    let third = scene.turn.tab();
    scene.go("/");
    scene.until("$$('.said.mine').length === 1");
    scene.turn.call(
        "POST",
        "/url",
        &json!({"url": format!("{}/next", scene.shop.origin)}),
    );
    scene.turn.switch(&first);
    scene.run("frontdesk.logout()");
    assert!(!scene.kept().contains("secret"), "{}", scene.kept());
    scene.turn.switch(&third);
    scene.turn.call("POST", "/back", &json!({}));
    scene.until("$('.launcher')?.ariaLabel && !$$('.said').length");
    scene.turn.switch(&second);
    scene.until("!$$('.said').length && !$('textarea').value");
    scene.ask("hello, I am somebody else");
    assert_eq!(scene.mine(), ["hello, I am somebody else"]);
    assert!(!scene.kept().contains("secret"), "{}", scene.kept());
    let now = scene.conversation();
    assert_ne!(now, conversation);
    let path = format!("/v1/conversations/{now}");
    let seen = scene.desk().as_agent("GET", &path, &json!({}));
    assert!(!seen.to_string().contains("mia@example.com"), "{seen}");
}

/// Counts the tones of a page, and lets the tab that sounds one hold its turn for good.
const EAR: &str = "window.tones = 0; const Real = AudioContext; window.AudioContext = class extends Real { constructor() { super(); tones++; } }; \
                   window.setTimeout = new Proxy(setTimeout, {apply: (real, page, [done, ms]) => ms === 1000 ? 0 : real(done, ms)});";

#[test]
fn a_tone_sounds_in_one_tab_alone() {
    let Some(scene) = Scene::begin() else { return };
    scene.visit("data-locale=\"en\"");
    scene.open();
    let path = scene.with_agent();
    scene.until("$('.state.agent')");
    scene.run("$('.bell').focus()");
    scene.turn.keys(&ENTER.to_string());
    scene.until("$('.bell').ariaPressed === 'true'");
    let tabs = [scene.turn.window(), scene.turn.tab()];
    scene.go("/");
    for tab in tabs.iter().rev() {
        scene.turn.switch(tab);
        scene.run("frontdesk.close()");
        scene.run(EAR);
        // Touched, as browsers want it.
        scene.turn.keys("x");
        scene.until("navigator.userActivation.hasBeenActive && $('.bell').ariaPressed === 'true' && $$('.said').length");
    }
    scene.agent_says(&path, "1", "one");
    let mut tones = 0;
    for tab in &tabs {
        scene.turn.switch(tab);
        scene.until("frontdesk.unread === 1");
        tones += scene.see("tones").as_u64().unwrap();
    }
    assert_eq!(tones, 1);
}
