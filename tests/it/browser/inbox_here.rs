//! Who is here, and what the page says of what they may do: keys by role, coming and going, another password, somebody's data.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::inbox::Inbox;
use super::scene::{ENTER, ESCAPE, TAB};

fn shown_keys(inbox: &Inbox) -> BTreeSet<String> {
    inbox.keys("?");
    inbox.until("document.querySelector('dialog dt') && true");
    let shown = inbox.texts("dialog dt").into_iter().collect();
    inbox.keys(&ESCAPE.to_string());
    inbox.until("!document.querySelector('dialog')");
    shown
}

fn becomes(inbox: &Inbox, role: &str) {
    inbox
        .desk()
        .command(&["agent", "rights", "mei", "--role", role]);
}

#[test]
fn the_keys_that_are_listed_are_those_of_the_role() {
    let Some(inbox) = Inbox::begin() else { return };
    inbox.customer("where is my order A1001");
    becomes(&inbox, "viewer");
    inbox.enter();
    inbox.until("document.querySelector('.line') && true");
    let viewer = shown_keys(&inbox);
    for key in [
        "a",
        "A",
        "r",
        "n",
        "e",
        "E",
        "z",
        "b",
        "t",
        "p",
        "x",
        "*",
        "Ctrl+Enter",
    ] {
        assert!(!viewer.contains(key), "{key} does nothing for a viewer");
    }
    for key in ["j", "o", "u", "g w", "i", "/", "?", "Ctrl+k"] {
        assert!(viewer.contains(key), "{key} is missing");
    }
    inbox.control('k');
    inbox.until("document.querySelector('#palette li') && true");
    inbox.keys("claim");
    inbox.until("document.querySelectorAll('#palette li').length === 1");
    becomes(&inbox, "lead");
    inbox.enter();
    inbox.until("document.querySelector('.line') && true");
    let lead = shown_keys(&inbox);
    assert!(lead.contains("A") && lead.is_superset(&viewer), "{lead:?}");
}

#[test]
fn whoever_comes_and_goes_reads_what_becomes_of_their_conversations() {
    let Some(inbox) = Inbox::begin() else { return };
    inbox.opened("where is my order A1001");
    inbox.keys("a");
    inbox.until("document.querySelector('[data-do=resolve]') && true");
    let goes = |word: &str, says: &str| {
        inbox.scene.turn.run(
            "const one = document.querySelector('.presence'); one.value = arguments[0]; one.dispatchEvent(new Event('change'))",
            &[json!(word)],
        );
        let said = format!(
            "[...document.querySelectorAll('.toast')].at(-1)?.textContent.startsWith('{says}')"
        );
        inbox.until(&said);
    };
    goes("paused", "Paused: you keep your conversations");
    assert_eq!(
        inbox.see("!!document.querySelector('[data-do=resolve]')"),
        json!(true)
    );
    goes("offline", "Offline: conversations whose customers wait");
    inbox.until("document.querySelector('[data-do=claim]') && true");
    goes("online", "Online: you can be given");
}

#[test]
fn an_agent_chooses_another_password_and_comes_in_with_it() {
    let Some(inbox) = Inbox::begin() else { return };
    inbox.scene.size(1200, 500);
    inbox.enter();
    inbox.until("document.querySelector('.views a') && true");
    inbox.keys("?");
    inbox.until("document.querySelector('[data-do=password]') && true");
    // The list of keys is read from its beginning, however little of it there is room for.
    assert_eq!(
        inbox.see("document.querySelector('dialog').scrollTop"),
        json!(0)
    );
    inbox.clicks("[data-do=password]");
    inbox.until("document.activeElement.name === 'old'");
    let alert = |words: &str| {
        inbox.until(&format!(
            "document.querySelector('dialog [role=alert]').textContent.startsWith('{words}')"
        ));
    };
    inbox.keys(&format!("wrong{TAB}good-enough-now{ENTER}"));
    alert("That is not your present password");
    inbox.until("document.activeElement.name === 'old'");
    inbox.control('a');
    inbox.keys(&format!("{}{TAB}", inbox.password));
    inbox.control('a');
    inbox.keys(&format!("short{ENTER}"));
    alert("At least 10 characters");
    inbox.until("document.activeElement.name === 'new'");
    inbox.control('a');
    inbox.keys(&format!("good-enough-now{ENTER}"));
    inbox.until("document.querySelector('.door [role=alert]')?.textContent.startsWith('Your password is changed')");
    let origin = inbox.desk().origin();
    inbox.enter_as(&origin, "mei", "good-enough-now");
    inbox.scene.own_size();
}

#[test]
fn whoever_tries_too_often_reads_in_minutes_when_to_come_back() {
    let Some(inbox) = Inbox::begin() else { return };
    inbox.visit(&format!("{}/inbox", inbox.desk().origin()));
    inbox.until("document.querySelector('.door input') && true");
    inbox.scene.run(
        "const real = window.fetch; window.fetch = (path, given) => path === '/v1/login' \
           ? Promise.resolve(new Response('{\"code\":\"rate_limited\"}', {status: 429, headers: {'retry-after': '893'}})) : real(path, given);",
    );
    inbox.scene.run("document.querySelector('[name=agent]').value = 'mei'; document.querySelector('[name=password]').value = 'x'; document.querySelector('.door .btn').click()");
    inbox.until("document.querySelector('.door [role=alert]').textContent === 'Too many tries: try again in 15 minutes.'");
}

#[test]
fn an_address_that_is_for_others_says_so_in_the_words_of_the_page() {
    let Some(inbox) = Inbox::begin() else { return };
    let customer = inbox.signed_in("where is my order A1002");
    inbox.enter();
    inbox.until("document.querySelector('.views a') && true");
    inbox.scene.run("location.hash = '#report'");
    inbox.until(
        "[...document.querySelectorAll('.toast')].at(-1)?.textContent === 'Your role does not allow that.'",
    );
    becomes(&inbox, "admin");
    inbox.enter();
    inbox.until("document.querySelector('.views a') && true");
    inbox.scene.run("location.hash = '#person=nobody'");
    inbox.until("[...document.querySelectorAll('.toast')].at(-1)?.textContent === 'It is not there, or it is not yours to see.'");
    inbox.until("document.querySelector('.report p')?.textContent.startsWith('There is no such conversation')");
    // Whose data it is stands over it, and once more where it is erased for good.
    inbox.scene.turn.run(
        "location.hash = '#person=' + arguments[0]",
        &[json!(customer.conversation)],
    );
    inbox.until("document.querySelector('[data-do=erase]') && true");
    let head = inbox.see("document.querySelector('.report h2').textContent");
    assert_eq!(head, json!("Personal data · jo · jo@example.com"));
    inbox.clicks("[data-do=erase]");
    inbox.until("document.querySelector('dialog b')?.textContent === 'jo · jo@example.com'");
}

#[test]
fn what_is_late_and_waits_in_no_line_says_how_late_it_is() {
    let Some(inbox) = Inbox::begin() else { return };
    let late = "const real = window.fetch; window.fetch = (path, given) => real(path, given).then(async answer => { \
                  if (!String(path).startsWith('/v1/inbox?')) return answer; \
                  const page = await answer.json(), due = new Date(Date.now() - 5 * 3600e3).toISOString(); \
                  for (const row of page.rows) Object.assign(row, {owner: 'agent', agent: 'mei', waiting_since: undefined, asked_since: undefined, owed: {goal: 'first_response', stage: 'breached', warn_at: due, due}}); \
                  return new Response(JSON.stringify(page), {headers: {'content-type': 'application/json'}}); });";
    inbox.customer("where is my order A1001");
    let kept = inbox.scene.turn.cdp(
        "Page.addScriptToEvaluateOnNewDocument",
        &json!({"source": late}),
    );
    inbox.enter();
    inbox.until("document.querySelector('.line .age.over')?.textContent === '\u{26a0} 5 h'");
    let id = json!({"identifier": kept["identifier"]});
    inbox
        .scene
        .turn
        .cdp("Page.removeScriptToEvaluateOnNewDocument", &id);
}

#[test]
fn what_the_bot_is_taken_to_have_resolved_counts_in_every_language_too() {
    let Some(inbox) = Inbox::begin() else { return };
    becomes(&inbox, "lead");
    inbox.customer("where is my order A1001");
    inbox.enter();
    inbox.until("document.querySelector('.line') && true");
    inbox.scene.run(
        "const real = window.fetch; window.fetch = (path, given) => real(path, given).then(async answer => { \
           if (!String(path).startsWith('/v1/reports/')) return answer; \
           const found = await answer.json(); for (const one of found.by_language) one.assumed = 7; \
           return new Response(JSON.stringify(found), {headers: {'content-type': 'application/json'}}); }); location.hash = '#report'",
    );
    inbox.until("document.querySelector('.report tbody tr') && true");
    let row: Value = inbox.see(
        "[...document.querySelectorAll('.report tbody tr:first-child > *')].map(one => one.textContent)",
    );
    assert_eq!(row[4], json!("7"), "{row}");
}

#[test]
fn whoever_comes_in_while_the_names_of_colleagues_do_not_come_works_all_the_same() {
    let Some(inbox) = Inbox::begin() else { return };
    inbox.customer("where is my order A1001");
    let early = json!({"source": "const real = window.fetch; window.fetch = (path, given) => path === '/v1/agents' ? Promise.reject(new TypeError('gone')) : real(path, given);"});
    let kept = inbox
        .scene
        .turn
        .cdp("Page.addScriptToEvaluateOnNewDocument", &early);
    inbox.enter();
    // The log-in is still good: nobody is asked for a password.
    inbox.scene.turn.call("POST", "/refresh", &json!({}));
    inbox.until("document.querySelector('.app .line') && true");
    let id = json!({"identifier": kept["identifier"]});
    inbox
        .scene
        .turn
        .cdp("Page.removeScriptToEvaluateOnNewDocument", &id);
}

#[test]
fn whoever_comes_in_after_somebody_else_sees_nothing_of_what_was_theirs() {
    let Some(inbox) = Inbox::begin() else { return };
    inbox.customer("where is my order A1001");
    let other = [
        "agent",
        "add",
        "lin",
        "--name",
        "Lin",
        "--merchant",
        "m_other",
    ];
    inbox.desk().command(&other);
    let password = inbox.desk().command(&["agent", "passwd", "lin"]);
    inbox.enter();
    inbox.until("document.querySelector('.line') && true");
    inbox.scene.run(
        "[...document.querySelectorAll('.bar button')].at(-1).click(); window.leaked = 0; \
         new MutationObserver(() => { if (window.out && document.querySelector('.line')) leaked++; }).observe(document, {subtree: true, childList: true})",
    );
    inbox.until("document.querySelector('.door input') && (window.out = true)");
    inbox.scene.turn.run(
        "document.querySelector('[name=agent]').value = 'lin'; \
         document.querySelector('[name=password]').value = arguments[0]; \
         document.querySelector('.door .btn').click()",
        &[json!(password)],
    );
    inbox.until("document.querySelector('.list .none')?.textContent.startsWith('Nobody')");
    assert_eq!(inbox.see("leaked"), json!(0));
}

#[test]
fn what_is_owed_gets_late_before_the_eyes_of_whoever_reads() {
    let Some(inbox) = Inbox::begin() else { return };
    let customer = inbox.customer("where is my order A1001");
    inbox.enter();
    inbox.scene.run(
        "const real = window.fetch; window.fetch = (path, given) => real(path, given).then(async answer => { \
           if (!/^\\/v1\\/conversations\\/[^/]+$/.test(path)) return answer; \
           const row = await answer.json(), at = minutes => new Date(Date.now() + minutes * 60e3).toISOString(); \
           row.owed = {goal: 'first_response', stage: 'running', warn_at: at(20), due: at(30)}; \
           return new Response(JSON.stringify(row), {headers: {'content-type': 'application/json'}}); });",
    );
    inbox.open(&customer);
    let chip = "document.querySelector('[data-owed-chip]').className";
    assert_eq!(inbox.see(chip), json!("chip"));
    inbox
        .scene
        .run("const now = Date.now; Date.now = () => now() + 3600e3");
    inbox.until(&format!("{chip} === 'chip err'"));
}
