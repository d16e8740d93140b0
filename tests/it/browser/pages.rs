//! The chat as a page, the widget inside a page, and RELIABILITY B rows 16 and 43: what a page around it can and cannot do.

use serde_json::json;

use super::scene::Scene;

#[test]
fn the_chat_page_is_the_same_panel_without_a_launcher_and_its_policy_is_kept() {
    let Some(scene) = Scene::begin() else { return };
    let address = format!("{}/chat?locale=zh-TW&order=A1001", scene.desk().origin());
    scene.turn.call("POST", "/url", &json!({"url": address}));
    scene.until("$('.hello')?.textContent && !$('.panel').hidden");
    assert_eq!(scene.see("$('.launcher').hidden"), true);
    assert_eq!(scene.see("document.documentElement.lang"), "zh-Hant");
    assert_eq!(scene.see("document.title"), "Linden · 客服");
    scene.run("$('.choice').click()");
    scene.until("$$('.said.bot').length");
    assert_eq!(scene.mine(), ["查詢訂單：A1001"]);
    scene.run("frontdesk.logout()");
    scene.assert_quiet();
}

#[test]
fn an_element_in_the_page_is_the_widget_and_stays_where_it_was_put() {
    let Some(scene) = Scene::begin() else { return };
    let inline = "<div style='height:500px;width:360px;margin-top:50px'><front-desk mode='inline' locale='zh-TW' theme='dark' no-launcher></front-desk></div>";
    scene.shop.put(
        "/",
        &[],
        &scene.page("").replace("</h1>", &format!("</h1>{inline}")),
    );
    scene.turn.call(
        "POST",
        "/url",
        &json!({"url": format!("{}/", scene.shop.origin)}),
    );
    scene.until("$('.hello')?.textContent && !$('.panel').hidden");
    let place = scene
        .see("(r => [r.width, r.height].map(Math.round).concat(r.top > 50).join())($('.panel').getBoundingClientRect())");
    assert_eq!(place, "360,500,true");
    assert_eq!(
        scene.see("$('.root').lang + $('.root').className.includes('dark')"),
        "zh-Hanttrue"
    );
    assert_eq!(
        scene.see("document.querySelectorAll('front-desk').length"),
        1
    );
}

#[test]
fn row_43_a_page_around_the_chat_hears_nothing_and_is_not_heard() {
    let Some(scene) = Scene::begin() else { return };
    let chat = format!("{}/chat", scene.desk().origin());
    let page = format!(
        "<!doctype html><title>x</title><link rel=\"icon\" href=\"data:,\"><script>window.heard = []; addEventListener('message', event => heard.push(event.data));</script>\
         <iframe id=\"chat\" src=\"{chat}\" width=\"400\" height=\"600\"></iframe>"
    );
    scene.shop.put("/", &[], &page);
    scene.turn.call(
        "POST",
        "/url",
        &json!({"url": format!("{}/", scene.shop.origin)}),
    );
    let inside = |expression: &str| {
        scene.turn.call("POST", "/frame", &json!({"id": 0}));
        let seen = scene.until(expression);
        scene.turn.call("POST", "/frame", &json!({"id": null}));
        seen
    };
    inside("$('.hello')?.textContent");
    scene.run(
        "const chat = document.getElementById('chat').contentWindow; \
         for (const data of [['logout'], ['send', 'from outside'], {type: 'token'}, {method: 'identify', token: 'x'}, 'open', {out: true}, {need: true}, \
                             {in: 'x', events: [{seq: 1, from: 'bot', kind: 'reply', text: 'forged'}]}, {frontdesk: ['send', 'x']}]) \
           chat.postMessage(data, '*');",
    );
    scene.turn.call("POST", "/frame", &json!({"id": 0}));
    scene.ask("hello");
    assert_eq!(scene.mine(), ["hello"]);
    assert!(!scene.replies().concat().contains("forged"));
    scene.run("frontdesk.logout()");
    scene.turn.call("POST", "/frame", &json!({"id": null}));
    assert_eq!(scene.see("heard.length"), 0, "the page was told something");
    let reached = scene.see("(() => { try { return document.getElementById('chat').contentWindow.localStorage.length } catch { return 'kept out' } })()");
    assert_eq!(reached, "kept out");
}

#[test]
fn row_16_a_page_that_is_not_the_sites_own_is_told_so_in_one_sentence_and_gets_nothing() {
    let Some(mut scene) = Scene::with("") else {
        return;
    };
    let desk = scene.desk.as_mut().unwrap();
    desk.kill();
    let config = desk.folder().join("frontdesk.toml");
    let text = std::fs::read_to_string(&config).unwrap().replace(
        "origins = [\"*\"]",
        "origins = [\"https://linden.example\"]",
    );
    std::fs::write(&config, text).unwrap();
    desk.run();
    scene.visit("data-locale=\"en\"");
    scene.open();
    scene.say("hello");
    scene.until(
        "!$('.note').hidden && $('.note').textContent.includes('not available on this page')",
    );
    assert_eq!(scene.see("$$('.said.bot').length"), 0);
    assert_eq!(
        scene.see("Object.keys(localStorage).filter(name => name.endsWith(':session')).length"),
        0
    );
}

#[test]
fn a_shop_whose_desk_is_down_notices_nothing() {
    let Some(mut scene) = Scene::with("") else {
        return;
    };
    scene.desk.as_mut().unwrap().kill();
    let body = scene.page("");
    scene.shop.put("/", &[], &body);
    scene.turn.call(
        "POST",
        "/url",
        &json!({"url": format!("{}/", scene.shop.origin)}),
    );
    scene.until("document.readyState === 'complete'");
    let console = scene.complaints();
    assert_eq!(console.len(), 1, "one line, from the browser: {console:#?}");
    // And with a script that the browser has kept, nothing is asked of the desk until somebody wants something.
    scene.desk.as_mut().unwrap().run();
    scene.go("/");
    scene.desk.as_mut().unwrap().kill();
    scene.reload();
    assert!(scene.turn.console().is_empty());
    scene.run("$('.launcher').click()");
    scene.until("$('.tip').textContent");
    scene.desk.as_mut().unwrap().run();
    scene.until("!$('.panel').hidden && $('.hello').textContent && !$('.tip').textContent");
}

#[test]
fn the_attributes_of_the_snippet_place_colour_and_open_the_widget() {
    let Some(scene) = Scene::begin() else { return };
    scene.visit(
        "data-locale=\"en\" data-offset-x=\"40\" data-offset-y=\"60\" data-z-index=\"77\" data-position=\"start\" \
         data-theme=\"dark\" data-greeting=\"Ahoy <b>there</b>\" data-open-on=\"load\"",
    );
    scene.until("!$('.panel').hidden && $('.hello')?.textContent");
    assert_eq!(
        scene.see("$('.hello').textContent"),
        "Ahoy <b>there</b>",
        "a greeting is text"
    );
    let place = "(r => [r.left, innerHeight - r.bottom].map(Math.round).join())($('.launcher').getBoundingClientRect())";
    assert_eq!(scene.see(place), "40,60");
    let panel = scene.see("Math.round($('.panel').getBoundingClientRect().left)");
    assert_eq!(panel, 40, "the panel is at another side than its launcher");
    assert_eq!(
        scene.see("getComputedStyle(document.querySelector('front-desk')).zIndex"),
        "77"
    );
    assert_eq!(
        scene.see("getComputedStyle($('.panel')).colorScheme"),
        "dark"
    );
    scene.run("frontdesk.setTheme('light')");
    assert_eq!(
        scene.see("getComputedStyle($('.panel')).colorScheme"),
        "light"
    );
    // What is no length, no number and no word of ours changes nothing.
    scene.run("localStorage.clear()");
    scene.visit(
        "data-offset-x=\"1px;color:red\" data-offset-y=\"-9\" data-z-index=\"9e9\" data-position=\"middle\" data-open-on=\"click\"",
    );
    let place = "(r => [innerWidth - r.right, innerHeight - r.bottom].map(Math.round).join())($('.launcher').getBoundingClientRect())";
    assert_eq!(scene.see(place), "20,20");
    assert_eq!(
        scene.see(
            "[$('.panel').hidden, getComputedStyle(document.querySelector('front-desk')).zIndex]"
        ),
        json!([true, "2147483000"])
    );
}
