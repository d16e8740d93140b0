//! W15, RELIABILITY B rows 8 and 12: whose conversation is shown to whom, and where tokens are not.

use serde_json::{Value, json};

use super::desk::sign;
use super::scene::{Scene, texts};

/// What the last customer had asked, as far as this page shows it.
fn log(scene: &Scene) -> String {
    scene
        .see("$('.log').textContent")
        .as_str()
        .unwrap_or_default()
        .to_owned()
}

fn visit_as(scene: &Scene, token: &str) {
    scene.visit(&format!("data-token=\"{token}\""));
    scene.open_if_shut();
}

#[test]
fn w15_nobody_sees_what_the_customer_before_has_written() {
    let Some(scene) = Scene::begin() else { return };
    let mia = scene.desk().sign("mia", "mia@example.com", 600);
    visit_as(&scene, &mia);
    assert!(
        scene.ask("where is my order A1001?").contains("A1001"),
        "the shop's word is proof enough"
    );
    scene.reload();
    scene.until("$$('.said.mine').length === 1");
    let old = scene.desk().sign("mia", "mia@example.com", -60);
    visit_as(&scene, &old);
    scene.until("$('.banner').textContent.includes('guest')");
    assert_eq!(
        log(&scene).matches("A1001").count(),
        0,
        "a word that has ended opened her history"
    );
    let forged = sign(
        "another-secret-0123456789abcdef01234",
        "jo",
        "jo@example.com",
        600,
    );
    let ended = scene.desk().sign("jo", "jo@example.com", -60);
    let none = format!("eyJhbGciOiJub25lIn0.{}.", mia.split('.').nth(1).unwrap());
    for (what, token) in [
        ("forged", &*forged),
        ("ended", &*ended),
        ("unsigned", &*none),
        ("nonsense", "x.y.z"),
    ] {
        scene.run("frontdesk.logout()");
        visit_as(&scene, &mia);
        scene.ask("my secret question");
        visit_as(&scene, token);
        if what != "unsigned" {
            assert!(
                !log(&scene).contains("my secret question"),
                "{what}: {}",
                log(&scene)
            );
        }
        scene.run("frontdesk.send('A1001')");
        if what == "unsigned" {
            continue; // It says that it is Mia's, and the page that says so is the shop's own; the desk is what it would have to get past.
        }
        let answer = scene.until("$$('.said.bot .bubble').at(-1)?.textContent");
        assert!(
            !answer.as_str().unwrap().contains("Two mugs"),
            "{what}: {answer}"
        );
        scene.until("$('.banner').textContent.includes('guest')");
        assert!(!log(&scene).contains("my secret question"), "{what}");
    }
}

#[test]
fn w15_two_customers_of_one_browser_and_the_visitor_before_them_are_three() {
    let Some(scene) = Scene::begin() else { return };
    scene.visit("");
    scene.open();
    scene.ask("hello, I am nobody");
    let mia = scene.desk().sign("mia", "mia@example.com", 600);
    let jo = scene.desk().sign("jo", "jo@example.com", 600);
    visit_as(&scene, &mia);
    assert_eq!(log(&scene).matches("nobody").count(), 0);
    scene.ask("hello, I am Mia");
    visit_as(&scene, &jo);
    assert_eq!(log(&scene).matches("I am").count(), 0, "{}", log(&scene));
    scene.ask("hello, I am Jo");
    let kept = scene.see("JSON.stringify(localStorage)");
    assert!(
        !kept.as_str().unwrap().contains("mia"),
        "Mia's session stayed in Jo's browser: {kept}"
    );
    scene.visit("");
    scene.until("$$('.said.mine').length === 1");
    assert_eq!(scene.mine(), ["hello, I am nobody"]);
    // The page learns late who it is.
    scene
        .turn
        .run("frontdesk.identify(arguments[0])", &[json!(jo)]);
    scene.until("$$('.said.mine').some(one => one.textContent.includes('Jo'))");
    assert_eq!(scene.mine(), ["hello, I am Jo"]);
}

#[test]
fn row_12_a_token_that_has_ended_is_asked_for_again_and_a_bad_one_gets_nothing() {
    let Some(scene) = Scene::begin() else { return };
    let ended = scene.desk().sign("mia", "mia@example.com", -60);
    let forged = sign(
        "another-secret-0123456789abcdef01234",
        "mia",
        "mia@example.com",
        600,
    );
    let good = scene.desk().sign("mia", "mia@example.com", 600);
    for first in [ended, forged] {
        let queue = format!(
            "<script>window.asked = 0; window.frontdesk = [['identify', async () => asked++ ? '{good}' : '{first}']]; </script>"
        );
        let page = scene.page("").replace("<body>", &format!("<body>{queue}"));
        scene.shop.put("/", &[], &page);
        scene.go("/");
        scene.open_if_shut();
        assert!(scene.ask("where is my order A1001?").contains("A1001"));
        assert_eq!(scene.see("asked"), 2);
        assert_eq!(scene.see("$('.banner').hidden"), true);
        scene.run("frontdesk.logout()");
    }
    // Words about who one is are no proof.
    scene.run("frontdesk.logout()");
    scene.run("frontdesk.setContext({email: 'jo@example.com', order: 'A1002'})");
    scene.open_if_shut();
    let answer = scene.ask("where is my order A1002?");
    assert!(!answer.contains("deliver"), "{answer}");
}

#[test]
fn w15_a_forged_token_of_the_same_customer_does_not_show_what_this_browser_has_kept() {
    let Some(scene) = Scene::begin() else { return };
    let mia = scene.desk().sign("mia", "mia@example.com", 600);
    visit_as(&scene, &mia);
    scene.ask("my secret question");
    scene.run("$('textarea').focus()");
    scene.turn.keys("my secret draft");
    let forged = sign(
        "another-secret-0123456789abcdef01234",
        "mia",
        "mia@example.com",
        600,
    );
    visit_as(&scene, &forged);
    scene.until("$('.banner').textContent.includes('guest')");
    let shown = format!("{}{}", log(&scene), scene.see("$('textarea').value"));
    assert!(!shown.contains("secret"), "{shown}");
    // The shop's own word opens it again, with the draft: it is the same session and not another one.
    visit_as(&scene, &mia);
    scene.until("$$('.said.mine').length === 1 && $('textarea').value === 'my secret draft'");
    assert_eq!(scene.mine(), ["my secret question"]);
}

#[test]
fn row_12_a_word_that_ends_while_the_page_is_open_is_asked_for_again_when_it_is_needed() {
    let Some(scene) = Scene::begin() else { return };
    let short = scene.desk().sign("mia", "mia@example.com", 600);
    let long = scene.desk().sign("mia", "mia@example.com", 6000);
    let queue = format!(
        "<script>window.asked = 0; window.frontdesk = [['identify', async () => asked++ ? '{long}' : '{short}']];</script>"
    );
    let page = scene.page("").replace("<body>", &format!("<body>{queue}"));
    scene.shop.put("/", &[], &page);
    scene.go("/");
    scene.open_if_shut();
    scene.ask("hello");
    assert_eq!(scene.see("asked"), 1);
    scene.run("const real = Date.now; Date.now = () => real() + 900_000");
    // The session has ended: only another one, with a word that holds, gets an answer.
    scene.run("const name = Object.keys(localStorage).find(name => name.endsWith(':session')); localStorage[name] = JSON.stringify({...JSON.parse(localStorage[name]), expires_at: '2020-01-01T00:00:00Z'})");
    assert!(scene.ask("where is my order A1001?").contains("A1001"));
    assert_eq!(scene.see("asked"), 2);
    assert_eq!(scene.see("$('.banner').hidden"), true);
    let session = scene.see("JSON.parse(localStorage[Object.keys(localStorage).find(name => name.endsWith(':session'))]).session");
    let session = session.as_str().unwrap().to_owned();
    scene.run("frontdesk.logout()");
    scene.until("$$('.said').length === 0");
    let kept = scene.see("JSON.stringify(localStorage)");
    let kept = kept.as_str().unwrap();
    assert!(
        !kept.contains("mia") && !kept.contains(&session),
        "logging out left {kept}"
    );
    assert!(!log(&scene).contains("A1001"));
}

#[test]
fn row_8_no_token_is_in_an_address_a_cookie_or_what_the_page_is_told() {
    let Some(scene) = Scene::begin() else { return };
    let spy = "<script>window.heard = []; const before = fetch; window.fetch = (...all) => { heard.push(String(all[0])); return before(...all); }; \
               for (const name of ['ready', 'open', 'message', 'unread', 'handoff', 'error', 'close']) \
               addEventListener('frontdesk:' + name, event => heard.push(JSON.stringify(event.detail)));</script>";
    scene.shop.put(
        "/",
        &[],
        &scene.page("").replace("<head>", &format!("<head>{spy}")),
    );
    // A browser keeps cookies by host and not by port: an answer that another desk owed an earlier page may have come late.
    scene.turn.cdp("Network.clearBrowserCookies", &json!({}));
    scene.go("/");
    scene.open();
    scene.ask("hello");
    scene.until("heard.some(one => one.includes('/v1/events'))");
    scene.run("$('.launcher').click()");
    let session = scene.see("JSON.parse(localStorage[Object.keys(localStorage).find(name => name.endsWith(':session'))]).session");
    let session = session.as_str().unwrap().to_owned();
    assert!(session.starts_with("fdv_"));
    let mut heard = texts(&scene.see("[...heard, document.cookie, location.href, document.title, JSON.stringify(sessionStorage)]"));
    heard.extend(texts(&scene.see(
        "performance.getEntriesByType('resource').map(one => one.name)",
    )));
    heard.extend(scene.shop.asked());
    assert!(
        heard.iter().any(|line| line.contains("/v1/events")),
        "{heard:#?}"
    );
    for line in &heard {
        assert!(!line.contains(&session), "{line}");
    }
    let cookies = scene.turn.cdp("Network.getAllCookies", &json!({}));
    assert_eq!(cookies["cookies"], Value::Array(Vec::new()));
}
