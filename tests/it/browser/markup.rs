//! W9, which is RELIABILITY B rows 17 and 18: whatever people and programs write is text.

use serde_json::{Value, json};

use super::scene::Scene;

/// What people try. `!` is where a dialog or a line in the console would come from.
const CORPUS: &str = include_str!("../../data/browser/markup.txt");

#[test]
fn row_17_and_18_whatever_is_written_stays_text_on_both_sides() {
    let Some(scene) = Scene::begin() else { return };
    scene.visit("data-locale=\"en\"");
    scene.run("window.hit = 0; window.alert = window.confirm = window.prompt = () => { hit++; }; addEventListener('securitypolicyviolation', () => hit++)");
    scene.open();
    scene.ask("I want to talk to a person");
    let conversation = scene.conversation();
    scene.desk().as_agent(
        "POST",
        &format!("/v1/conversations/{conversation}/claim"),
        &json!({}),
    );
    let corpus: Vec<&str> = CORPUS.lines().filter(|line| !line.is_empty()).collect();
    assert!(corpus.len() >= 60, "{}", corpus.len());
    for (n, text) in corpus.iter().enumerate() {
        let body = json!({"client_id": format!("x{n}"), "text": text});
        scene.desk().as_agent(
            "POST",
            &format!("/v1/conversations/{conversation}/messages"),
            &body,
        );
    }
    scene.until(&format!(
        "$$('.said.agent .bubble').length === {}",
        corpus.len()
    ));
    for text in &corpus {
        scene
            .turn
            .run("frontdesk.send(arguments[0])", &[json!(text)]);
        scene.until("!Object.keys(localStorage).some(name => name.includes(':out:'))");
    }
    let inside = scene.see("[...new Set($$('.bubble *').map(one => one.localName))].sort()");
    let allowed = ["a", "code", "strong"];
    let strange: Vec<&Value> = inside
        .as_array()
        .unwrap()
        .iter()
        .filter(|name| !allowed.contains(&name.as_str().unwrap()))
        .collect();
    assert!(strange.is_empty(), "new elements: {strange:?}");
    let links =
        scene.see("$$('.bubble a').map(one => [one.protocol, one.rel, one.target].join(' '))");
    for link in links.as_array().unwrap() {
        let link = link.as_str().unwrap();
        let known = ["https:", "http:", "mailto:"]
            .map(|scheme| format!("{scheme} noopener noreferrer nofollow _blank"));
        assert!(known.contains(&link.to_owned()), "{link}");
    }
    assert_eq!(
        scene.see("$$('.said.mine .bubble *').length"),
        0,
        "what customers write is never more than text"
    );
    let handlers = scene.see("$$('*').filter(one => [...one.attributes].some(a => /^on/i.test(a.name) || /javascript:/i.test(a.value))).length");
    assert_eq!(handlers, 0);
    // What is shown is what was written, marks aside.
    let shown =
        super::scene::texts(&scene.see("$$('.said.mine .bubble').map(one => one.textContent)"));
    let expected: Vec<String> = corpus.iter().map(|text| text.trim().to_owned()).collect();
    let differing: Vec<_> = shown[1..]
        .iter()
        .zip(&expected)
        .filter(|(shown, text)| shown != text)
        .collect();
    assert!(differing.is_empty(), "{differing:#?}");
    assert_eq!(scene.see("hit"), 0);
    scene.assert_quiet();
}

#[test]
fn w9_a_link_says_where_it_leads_and_ends_before_the_full_stop() {
    let Some(scene) = Scene::begin() else { return };
    scene.visit("data-locale=\"en\"");
    scene.open();
    scene.ask("I want to talk to a person");
    let path = format!("/v1/conversations/{}", scene.conversation());
    scene
        .desk()
        .as_agent("POST", &format!("{path}/claim"), &json!({}));
    let text = "见 https://e.example/a?b=1&c=2）。**bold** `code` [your bank](https://evil.example/x) [x](javascript:alert(1)) [m](mailto:a@e.example)";
    scene.desk().as_agent(
        "POST",
        &format!("{path}/messages"),
        &json!({"client_id": "1", "text": text}),
    );
    scene.until("$$('.said.agent .bubble').length === 1");
    let links = scene
        .see("$$('.said.agent a').map(one => one.textContent + ' -> ' + one.getAttribute('href'))");
    assert_eq!(
        links,
        json!([
            "https://e.example/a?b=1&c=2 -> https://e.example/a?b=1&c=2",
            "your bank (evil.example) -> https://evil.example/x",
            "m -> mailto:a@e.example"
        ])
    );
    assert_eq!(
        scene.agents(),
        [
            "见 https://e.example/a?b=1&c=2）。bold code your bank (evil.example) [x](javascript:alert(1)) m"
        ]
    );
}

#[test]
fn row_18_a_name_with_markup_is_shown_as_text() {
    let Some(mut scene) = Scene::with("") else {
        return;
    };
    let name = "<img src=x onerror=alert(1)>";
    let desk = scene.desk.as_mut().unwrap();
    desk.kill();
    let agent = desk.second_agent("li", name);
    desk.run();
    let desk = scene.desk();
    scene.visit("data-locale=\"en\"");
    scene.open();
    scene.ask("I want to talk to a person");
    let path = format!("/v1/conversations/{}", scene.conversation());
    desk.as_other(&agent, "POST", &format!("{path}/claim"), &json!({}));
    desk.as_other(
        &agent,
        "POST",
        &format!("{path}/messages"),
        &json!({"client_id": "1", "text": "hello"}),
    );
    scene.until("$$('.said.agent').length === 1");
    let all = scene.see("$('.panel').textContent");
    let all = all.as_str().unwrap();
    assert!(all.contains(name), "{all}");
    assert_eq!(scene.see("$$('img').length"), 0);
    scene.assert_quiet();
}
