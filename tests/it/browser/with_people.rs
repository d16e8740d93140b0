//! Between a customer and the person who has taken over: that the customer writes, what time it is there, and what the agent shows.

use serde_json::{Value, json};

use super::scene::Scene;
use super::wire;
use crate::evidence::{pdf, png};

/// Shows a file to the customer as the agent Mei.
fn show(scene: &Scene, path: &str, file: &[u8]) {
    let desk = scene.desk();
    let mut body =
        b"--cut\r\ncontent-disposition: form-data; name=\"file\"; filename=\"x\"\r\n\r\n".to_vec();
    body.extend_from_slice(file);
    body.extend_from_slice(b"\r\n--cut--\r\n");
    let headers = [
        ("authorization", &*format!("Bearer {}", desk.agent)),
        ("content-type", "multipart/form-data; boundary=cut"),
    ];
    let path = format!("{path}/attachments");
    let shown = wire::ask(&desk.address, "POST", &path, &headers, &body).unwrap();
    assert_eq!(shown.status, 201, "{}", shown.json());
}

#[test]
fn what_an_agent_shows_is_seen_where_the_page_allows_no_pictures_and_can_be_saved() {
    let Some(scene) = Scene::begin() else { return };
    let policy = format!(
        "default-src 'none'; script-src {0}; connect-src {0}; require-trusted-types-for 'script'; trusted-types 'none'",
        scene.desk().origin()
    );
    let page = scene.page("data-locale=\"en\"");
    scene
        .shop
        .put("/", &[("content-security-policy", &policy)], &page);
    scene.go("/");
    scene.open();
    let path = scene.with_agent();
    show(&scene, &path, &png(7));
    scene.until("$('.said.agent a[download] canvas')?.width > 0");
    let said = scene.see("$('.said.agent').textContent");
    assert!(said.as_str().unwrap().contains("Mei"), "{said}");
    // It was drawn, and it is the file itself that is saved.
    let drawn = "[...$('.said.agent canvas').getContext('2d').getImageData(0, 0, 9, 9).data].some(one => one)";
    assert_eq!(scene.see(drawn), true);
    show(&scene, &path, &pdf("receipt"));
    scene.until("$$('.said.agent a[download]').length === 2");
    assert_eq!(
        scene.see("$$('.said.agent a[download]').map(one => one.ariaLabel)"),
        json!(["Picture", "PDF document"])
    );
    // Again after a reload, and new to whoever had it shut.
    scene.reload();
    scene.until("$$('.said.agent a[download]').length === 2");
    scene.run("frontdesk.close()");
    show(&scene, &path, &png(8));
    scene.until("frontdesk.unread === 1");
}

#[test]
fn an_agent_is_told_that_the_customer_writes_and_what_time_it_is_there_and_the_bot_is_not() {
    let Some(scene) = Scene::begin() else { return };
    scene.visit("data-locale=\"en\"");
    let told = "performance.getEntriesByType('resource').filter(one => one.name.endsWith('/v1/typing')).length";
    scene.open();
    scene.run("$('textarea').focus()");
    scene.turn.keys("I want ");
    let path = scene.with_agent();
    assert_eq!(scene.see(told), 0, "the bot is told of it");
    scene.until("$('.state.agent')");
    scene.turn.keys("It is the blue one");
    let row = || -> Value {
        scene
            .desk()
            .as_agent("POST", &format!("{path}/looking"), &json!({}))
    };
    scene.until(told);
    assert!(row()["writes_for_ms"].as_i64().is_some(), "{}", row());
    let seen = scene.desk().as_agent("GET", &path, &json!({}));
    let zone = scene.see("Intl.DateTimeFormat().resolvedOptions().timeZone");
    assert_eq!(seen["page"]["zone"], zone);
}

#[test]
fn who_is_asked_how_it_was_is_asked_no_more_when_the_resolve_is_taken_back() {
    let Some(scene) = Scene::begin() else { return };
    scene.visit("data-locale=\"en\"");
    scene.open();
    let path = scene.with_agent();
    let id = scene.conversation();
    let stars = "$$('[type=radio]').length";
    assert_eq!(scene.see(stars), json!(0));
    let resolve = json!({"conversations": [id], "change": {"do": "resolve"}});
    let done = scene.desk().as_agent("POST", "/v1/bulk", &resolve);
    scene.until(&format!("{stars} > 0"));
    let undo = json!({"done": done["done"]});
    scene.desk().as_agent("POST", "/v1/bulk/undo", &undo);
    scene.until(&format!("{stars} === 0"));
    // Done in the end, they are asked once, and can say it.
    scene
        .desk()
        .as_agent("POST", &format!("{path}/resolve"), &json!({}));
    scene.until(&format!("{stars} === 5"));
}
