//! A customer who comes back: what they were reading, what they handed in, that they want to hear a tone, and what they have read.

use serde_json::{Value, json};

use super::forms::at_form;
use super::scene::{ENTER, ESCAPE, Scene};

#[test]
fn w12_a_reload_keeps_the_place_where_one_was_reading() {
    let Some(scene) = Scene::begin() else { return };
    scene.visit("data-locale=\"en\"");
    scene.open();
    scene.with_agent();
    scene.until("$('.state.agent')");
    for n in 0..16 {
        scene.say(&format!("It came broken, and nobody answers: {n}"));
    }
    scene.until("$$('.said.mine').length === 17 && $$('.said.mine').every(one => one.seq)");
    let place = "(log => [...log.children].find(one => one.matches('.said') && one.getBoundingClientRect().bottom > log.getBoundingClientRect().top + 2)?.textContent)($('.log'))";
    scene.until(&format!(
        "($$('.said.mine')[3].scrollIntoView(), {place}.includes('answers: 2'))"
    ));
    let before = scene.see(place);
    // What the same customer writes elsewhere meanwhile takes nobody away from what they read.
    let elsewhere = format!(
        "const name = Object.keys(localStorage).find(one => one.endsWith(':session')); fetch('{}/v1/messages', {{method: 'POST', \
         headers: {{'content-type': 'application/json', authorization: 'Bearer ' + JSON.parse(localStorage[name]).session}}, \
         body: JSON.stringify({{client_id: 'elsewhere', text: 'and this from my phone'}})}})",
        scene.desk().origin()
    );
    scene.run(&elsewhere);
    scene.until("$$('.said.mine').length === 18 && !$('.more').hidden");
    scene.run("window.drawn = false; requestAnimationFrame(() => requestAnimationFrame(() => { drawn = true; }))");
    scene.until("drawn");
    assert_eq!(scene.see(place), before);
    scene.reload();
    scene.until("$$('.said.mine').length === 18");
    scene.until(&format!("{place} === {before}"));
    scene.run("$('.log').scrollTop = 1e6");
    scene.reload();
    scene.until("$$('.said.mine').length === 18");
    scene.until("(log => log.scrollHeight - log.scrollTop - log.clientHeight < 40)($('.log'))");
}

#[test]
fn w12_what_was_handed_in_by_a_form_can_still_be_read_after_a_reload() {
    let Some(scene) = at_form("en", "jo", "A1002") else {
        return;
    };
    scene.run("$$('form.card [type=radio]')[0].click(); $('form.card textarea').value = 'the lid is cracked'; $('form.card [type=submit]').click()");
    let filed = "$$('.card').find(one => one.querySelector('.chip')?.textContent === 'Submitted')?.innerText";
    let before = scene.until(filed);
    for part in ["A1002-1", "the lid is cracked", "Answer by "] {
        assert!(before.as_str().unwrap().contains(part), "{before}");
    }
    let order = "(all => all.findIndex(one => one.textContent.includes('the lid is cracked')) < all.findIndex(one => one.querySelector('.claim')))([...$('.log').children])";
    scene.until("$('section.claim')");
    assert_eq!(scene.see(order), true);
    scene.reload();
    scene.until("$('section.claim')");
    assert_eq!(scene.until(filed), before);
    assert_eq!(scene.see(order), true, "it stands elsewhere than before");
    scene.run("frontdesk.logout()");
    scene.until("!$('.card')");
    assert_eq!(
        scene.see("Object.keys(localStorage).filter(name => name.includes('filed')).length"),
        0
    );
}

/// Counts the tones of a page.
const EAR: &str = "window.tones = 0; const Real = AudioContext; window.AudioContext = class extends Real { constructor() { super(); tones++; } }";

#[test]
fn a_tone_is_heard_by_who_asked_for_it_and_not_before_the_page_was_touched() {
    let Some(scene) = Scene::begin() else { return };
    scene.visit("data-locale=\"en\"");
    scene.run(EAR);
    scene.open();
    let path = scene.with_agent();
    scene.until("$('.state.agent')");
    scene.run("frontdesk.close()");
    scene.agent_says(&path, "s1", "one");
    scene.until("frontdesk.unread === 1");
    assert_eq!(scene.see("tones"), 0, "nobody asked for it");
    scene.open_if_shut();
    assert_eq!(
        scene.see("[$('.bell').ariaPressed, $('.bell').ariaLabel]"),
        json!(["false", "Sound for new messages"])
    );
    scene.run("$('.bell').focus()");
    scene.turn.keys(&ENTER.to_string());
    scene.until("$('.bell').ariaPressed === 'true'");
    assert_eq!(scene.see("tones"), 1, "one hears what was chosen");
    scene.agent_says(&path, "s2", "two");
    scene.until("$$('.said.agent').length === 2");
    assert_eq!(scene.see("tones"), 1, "who reads along needs no tone");
    scene.run("frontdesk.close()");
    scene.agent_says(&path, "s3", "three");
    scene.until("frontdesk.unread === 1 && tones === 2");
    scene.reload();
    scene.run(EAR);
    scene.until("$('.bell').ariaPressed === 'true'");
    scene.agent_says(&path, "s4", "four");
    scene.until("frontdesk.unread === 2");
    assert_eq!(scene.see("tones"), 0, "browsers complain of that");
    scene.assert_quiet();
}

#[test]
fn who_left_an_address_tells_the_desk_what_they_have_read_and_nobody_else_does() {
    let Some(scene) = Scene::begin() else { return };
    scene.visit("data-locale=\"en\"");
    scene.run("window.reads = []; const real = fetch; window.fetch = (at, more) => { if (String(at).endsWith('/v1/read')) reads.push(JSON.parse(more.body).up_to); return real(at, more); }");
    scene.open();
    let path = scene.with_agent();
    scene.agent_says(&path, "r1", "one");
    scene.until("$$('.said.agent').length === 1");
    let contact = json!({"client_id": "c1", "email": "mia@example.com"});
    let leave = format!(
        "const name = Object.keys(localStorage).find(one => one.endsWith(':session')); fetch('{}/v1/contact', {{method: 'POST', \
         headers: {{'content-type': 'application/json', authorization: 'Bearer ' + JSON.parse(localStorage[name]).session}}, body: '{contact}'}})",
        scene.desk().origin()
    );
    // It is told a moment later, all at once.
    std::thread::sleep(std::time::Duration::from_millis(900));
    assert_eq!(scene.see("reads.length"), 0, "nobody has to know");
    scene.run(&leave);
    scene.until("$$('.system').at(-1).textContent.startsWith('We can write to')");
    scene.agent_says(&path, "r2", "two");
    scene.until("$$('.said.agent').length === 2 && reads.length");
    let last = "Math.max(...reads)";
    let seen = scene
        .desk()
        .as_agent("GET", &format!("{path}/events"), &Value::Null);
    let said = |text: &str| {
        let events = seen["events"].as_array().unwrap().iter();
        let found = events.clone().find(|event| event["text"] == text);
        found.unwrap()["seq"].clone()
    };
    scene.until(&format!("{last} >= {}", said("two")));
    scene.run("frontdesk.close(); reads.length = 0");
    scene.agent_says(&path, "r3", "three");
    scene.until("frontdesk.unread === 1");
    assert_eq!(scene.see("reads.length"), 0, "it was not read");
    scene.open_if_shut();
    scene.until(&format!("{last} > {}", said("two")));
}

#[test]
fn w6_a_stream_that_begins_again_asks_for_what_follows_the_last_number() {
    let Some(scene) = Scene::begin() else { return };
    scene.visit("data-locale=\"en\"");
    scene.run("window.asked = []; const real = fetch; window.fetch = (at, more) => { if (String(at).includes('/v1/events')) asked.push(Number(more.headers['last-event-id'] || 0)); return real(at, more); }");
    scene.open();
    let path = scene.with_agent();
    scene.agent_says(&path, "n1", "one");
    scene.until("$$('.said.agent').length === 1 && asked.length");
    let log = scene
        .desk()
        .as_agent("GET", &format!("{path}/events"), &Value::Null);
    let mut events = log["events"].as_array().unwrap().iter();
    let one = events.find(|event| event["text"] == "one");
    let last = one.unwrap()["seq"].clone();
    let before = scene.see("asked.length");
    scene.run("dispatchEvent(new PageTransitionEvent('pagehide')); dispatchEvent(new PageTransitionEvent('pageshow', {persisted: true}))");
    scene.until(&format!("asked.length > {before}"));
    assert_eq!(scene.see("asked.at(-1)"), last);
}

#[test]
fn who_shuts_the_panel_is_back_where_they_opened_it() {
    let Some(scene) = Scene::begin() else { return };
    scene.visit("data-locale=\"en\"");
    let launcher = "W.activeElement === $('.launcher') && $('.panel').hidden";
    for way in ["escape", "button", "script"] {
        scene.run("$('.launcher').focus()");
        scene.turn.keys(&ENTER.to_string());
        scene.until("!$('.panel').hidden && W.activeElement === $('textarea')");
        match way {
            "escape" => scene.turn.keys(&ESCAPE.to_string()),
            "button" => {
                scene.run("$('.close').focus()");
                scene.turn.keys(&ENTER.to_string());
            }
            _ => drop(scene.run("frontdesk.close()")),
        }
        scene.until("$('.panel').hidden");
        assert_eq!(scene.see(launcher), true, "{way}");
    }
}
