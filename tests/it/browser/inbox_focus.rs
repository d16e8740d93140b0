//! Where the keyboard is and what lies over what: nothing that is shown is out of reach, and whoever works by keys stays where they were.

use serde_json::json;

use super::inbox::Inbox;
use super::scene::{ENTER, ESCAPE};

/// What the page shows at the middle of something is that, or within it.
fn on_top(selector: &str) -> String {
    format!(
        "(node => {{ const at = node?.getBoundingClientRect(); \
           return at && node.contains(document.elementFromPoint(at.x + at.width / 2, at.y + at.height / 2)); }})(document.querySelector('{selector}'))"
    )
}

#[test]
fn on_a_narrow_screen_the_facts_are_shut_with_a_tap_as_with_a_key() {
    let Some(inbox) = Inbox::begin() else { return };
    inbox.scene.size(390, 844);
    inbox.opened("where is my order A1001");
    let shown = "getComputedStyle(document.querySelector('.right')).visibility === 'visible'";
    assert_eq!(inbox.see(shown), json!(false));
    inbox.clicks(".head .only-drawer");
    inbox.until(shown);
    inbox.until(&on_top("[data-do=shut_facts]"));
    let tall = inbox
        .see("document.querySelector('[data-do=shut_facts]').getBoundingClientRect().height >= 24");
    assert_eq!(tall, json!(true));
    inbox.clicks("[data-do=shut_facts]");
    inbox.until(&format!("!({shown})"));
    assert_eq!(
        inbox.see("document.activeElement.className"),
        json!("thread")
    );
    inbox.keys("i");
    inbox.until(shown);
    inbox.until("document.activeElement.matches('.right')");
    inbox.keys(&ESCAPE.to_string());
    inbox.until(&format!("!({shown})"));
    inbox.scene.own_size();
}

#[test]
fn beside_a_conversation_there_is_nothing_but_what_has_a_heading() {
    let Some(inbox) = Inbox::begin() else { return };
    inbox.opened("where is my order A1001");
    let loose = "[...document.querySelector('.right').childNodes].filter(node => !node.matches?.('section, button')).map(node => node.textContent).filter(Boolean)";
    assert_eq!(inbox.see(loose), json!([]));
}

#[test]
fn what_is_said_while_a_dialog_is_open_lies_above_it_and_stays_when_it_is_shut() {
    let Some(inbox) = Inbox::begin() else { return };
    let customer = inbox.with_claim();
    inbox.enter();
    inbox.open(&customer);
    inbox.until("document.querySelector('[data-claim=reject]') && true");
    inbox.clicks("[data-claim=reject]");
    inbox.until("document.querySelector('dialog textarea') && true");
    inbox.scene.run(
        "document.querySelector('dialog textarea').value = 'It was used for a year.'; \
         const real = window.fetch; window.fetch = (path, given) => String(path).includes('/refunds/') \
           ? Promise.resolve(new Response('{\"code\":\"conflict\",\"detail\":\"no\"}', {status: 409})) : real(path, given);",
    );
    inbox.clicks("dialog [type=submit]");
    inbox.until(
        "[...document.querySelectorAll('.toast')].at(-1)?.textContent === 'That did not work: no'",
    );
    inbox.until(&on_top(".toast"));
    inbox.keys(&ESCAPE.to_string());
    inbox.until("!document.querySelector('dialog')");
    inbox.until(&on_top(".toast"));
}

#[test]
fn picking_begins_at_the_first_row_and_goes_on_from_there() {
    let Some(inbox) = Inbox::begin() else { return };
    for n in 1..=3 {
        inbox.customer(&format!("where is my order A100{n}"));
    }
    inbox.enter();
    inbox.until("document.querySelectorAll('.line').length === 3");
    inbox.keys("xjx");
    inbox.until("document.querySelector('.bulk b')?.textContent === '2 selected'");
    // What was picked in another list is not what the keys are at in this one.
    inbox.keys(&ESCAPE.to_string());
    inbox.keys("gb");
    inbox.until("document.querySelector('.views [aria-current]').dataset.view === 'bot'");
    inbox.keys("x");
    assert_eq!(
        inbox.see("document.querySelector('.bulk').hidden"),
        json!(true)
    );
}

#[test]
fn the_list_that_is_looked_at_is_looked_at_anew_and_the_keyboard_stays_at_its_name() {
    let Some(inbox) = Inbox::begin() else { return };
    let gone = inbox.customer("where is my order A1001");
    inbox.customer("where is my order A1002");
    inbox.enter();
    inbox.until("document.querySelectorAll('.line').length === 2");
    let path = format!("/v1/conversations/{}/claim", gone.conversation);
    inbox.desk().as_agent("POST", &path, &json!({}));
    inbox.until("document.querySelector('.line.gone') && true");
    inbox
        .scene
        .run("document.querySelector('[data-view=waiting]').focus()");
    inbox.keys(&ENTER.to_string());
    inbox.until(
        "document.querySelectorAll('.line').length === 1 && !document.querySelector('.line.gone')",
    );
    assert_eq!(
        inbox.see("document.activeElement.dataset.view"),
        json!("waiting")
    );
    // So does whoever narrows it.
    inbox.clicks(".find .btn");
    inbox.until("document.querySelector('[data-filter=language]') && true");
    inbox
        .scene
        .run("document.querySelector('[data-filter=language]').focus()");
    inbox.keys("E");
    inbox.until("document.querySelector('.only .chip.tint') && true");
    assert_eq!(
        inbox.see("[document.activeElement.dataset.filter, document.activeElement.value]"),
        json!(["language", "en"])
    );
}

#[test]
fn what_is_put_back_is_put_back_once_and_is_no_longer_offered() {
    let Some(inbox) = Inbox::begin() else { return };
    inbox.customer("where is my order A1001");
    inbox.enter();
    inbox.until("document.querySelectorAll('.line').length === 1");
    inbox.keys("x");
    inbox.until("document.querySelector('[data-bulk=priority]') && true");
    inbox.scene.run(
        "const one = document.querySelector('[data-bulk=priority]'); one.value = 'urgent'; one.dispatchEvent(new Event('change')); document.querySelector('[data-bulk-yes=priority]').click()",
    );
    let offered = "[...document.querySelectorAll('.toast button')].some(one => one.textContent.startsWith('Undo'))";
    inbox.until(offered);
    inbox.scene.run("document.activeElement.blur()");
    inbox.control('z');
    inbox.until("[...document.querySelectorAll('.toast')].some(one => one.textContent.includes('Put back: 1'))");
    assert_eq!(inbox.see(offered), json!(false));
}

#[test]
fn on_a_phone_what_is_taken_back_lies_over_neither_the_way_back_nor_the_customers_name() {
    let Some(inbox) = Inbox::begin() else { return };
    inbox.scene.size(390, 844);
    let customer = inbox.opened("where is my order A1001");
    inbox.keys("a");
    inbox.until("document.querySelector('[data-do=resolve]') && true");
    inbox.clicks("[data-do=resolve]");
    inbox.until("document.querySelector('.toast button') && true");
    // At once: in a few seconds it goes by itself.
    for seen in [
        ".toast button",
        ".head .back",
        ".head h2",
        ".head .only-drawer",
        ".toast button",
    ] {
        assert_eq!(inbox.see(&on_top(seen)), json!(true), "{seen}");
    }
    // How urgent it is can be read whatever stands beside it.
    let path = format!("/v1/conversations/{}", customer.conversation);
    let (high, labels) = (
        json!({"priority": "high"}),
        json!({"add": ["a parcel that is lost", "asks for the second time", "wants a lamp"]}),
    );
    inbox
        .desk()
        .as_agent("POST", &format!("{path}/priority"), &high);
    inbox
        .desk()
        .as_agent("POST", &format!("{path}/labels"), &labels);
    inbox.scene.run("location.hash = '#v=done'");
    inbox.until(
        "[...document.querySelectorAll('.line .tags .warn')].some(one => one.offsetWidth && one.scrollWidth <= one.clientWidth)",
    );
    inbox.scene.own_size();
}

#[test]
fn an_arrow_after_a_button_that_has_gone_gives_the_conversation_to_nobody() {
    let Some(inbox) = Inbox::begin() else { return };
    inbox
        .desk()
        .command(&["agent", "rights", "mei", "--role", "lead"]);
    inbox.desk().second_agent("lin", "Lin");
    let customer = inbox.opened("where is my order A1001");
    inbox.keys("a");
    inbox.until("document.querySelector('[data-do=resolve]') && true");
    inbox.clicks("[data-do=resolve]");
    inbox.until("document.querySelector('.head [data-do=reopen]') && true");
    inbox
        .scene
        .run("document.querySelector('.head [data-do=reopen]').focus()");
    inbox.keys(&ENTER.to_string());
    inbox.until("document.querySelector('.head [data-do=resolve]') && true");
    inbox.until("document.activeElement.matches('.head h2')");
    inbox.keys("\u{e015}\u{e015}");
    // Whoever looks at the others with arrows has given it to none of them yet.
    inbox
        .scene
        .run("document.querySelector('.head select.chip').focus()");
    inbox.keys("\u{e015}");
    std::thread::sleep(std::time::Duration::from_secs(1));
    let path = format!("/v1/conversations/{}", customer.conversation);
    let has = || inbox.desk().as_agent("GET", &path, &json!(null))["agent"].clone();
    assert_eq!(has(), json!("mei"));
    inbox.scene.run(
        "const one = document.querySelector('.head select.chip'); one.value = 'lin'; one.dispatchEvent(new Event('change')); one.focus()",
    );
    inbox.keys(&ENTER.to_string());
    inbox.until("document.querySelector('.head [data-do=takeover]') && true");
    // The page is ahead of the desk.
    inbox.until_desk(&path, |row| row["agent"] == "lin");
}

#[test]
fn who_begins_a_note_while_they_take_a_conversation_goes_on_with_the_note() {
    let Some(inbox) = Inbox::begin() else { return };
    let customer = inbox.customer("where is my order A1001");
    inbox.enter();
    inbox.open(&customer);
    inbox.until("document.querySelector('[data-do=claim]') && true");
    inbox.scene.run(
        "const real = window.fetch; window.fetch = async (path, given) => { \
           const answer = await real(path, given); \
           if (String(path).endsWith('/claim')) { await new Promise(done => { window.answers = done; }); setTimeout(() => { window.answered = true; }, 300); } \
           return answer; };",
    );
    inbox.clicks("[data-do=claim]");
    inbox.until(
        "document.querySelector('[data-tab=reply][aria-selected=true]') && window.answers && true",
    );
    inbox.clicks("[data-tab=note]");
    inbox.types("They sound");
    inbox.scene.run("window.answers()");
    inbox.until("window.answered");
    inbox.types(" angry");
    assert_eq!(
        inbox.see("[document.querySelector('.compose.notes') && true, document.querySelector('.compose textarea').value]"),
        json!([true, "They sound angry"])
    );
}
