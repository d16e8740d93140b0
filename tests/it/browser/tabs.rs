//! W7 and W8: many tabs, and pages that come back.

use serde_json::{Value, json};

use super::scene::Scene;

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
    assert_eq!(scene.desk().streams(), 1);
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
    assert_eq!(scene.desk().streams(), 1);
    // What one tab sends all show; who logs out in one is logged out in all.
    scene.say("from the second tab");
    scene.turn.switch(&tabs[2]);
    scene.until("$$('.said.mine').length === 2");
    scene.run("frontdesk.logout()");
    scene.turn.switch(&tabs[3]);
    scene.until("!$$('.said').length");
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
