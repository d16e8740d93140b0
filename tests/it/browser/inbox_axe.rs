//! What a checker of accessibility finds on each page of the inbox: in light and dark, on a large screen and on a phone.

use serde_json::json;

use super::access::axe;
use super::inbox::Inbox;

/// What the checker finds in the whole page.
fn check(inbox: &Inbox, axe: &str, when: &str) {
    // What is still coming up is pale.
    inbox.until(
        "!document.getAnimations().some(one => one.effect.getTiming().iterations !== Infinity)",
    );
    let loads = format!("if (!window.axe) {{ {axe} }}");
    inbox.scene.turn.run(&loads, &[]);
    let script = "const done = arguments[arguments.length - 1]; \
        axe.run(document, {runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']}) \
        .then(found => done({ok: found.passes.length, bad: found.violations.map(one => one.id + ': ' + one.nodes.slice(0, 4).map(node => node.html.slice(0, 200) + ' ' + node.failureSummary).join(' | '))}), \
              problem => done({ok: 0, bad: [String(problem)]}));";
    let ask = json!({"script": script, "args": []});
    let found = inbox.scene.turn.call("POST", "/execute/async", &ask);
    assert_eq!(found["bad"], json!([]), "{when}");
    assert!(found["ok"].as_u64().unwrap() >= 10, "{when}: {found}");
}

/// Goes through the pages and looks at each.
fn walk(axe: &str, scheme: &str, size: Option<(u32, u32)>) {
    let Some(inbox) = Inbox::begin() else { return };
    inbox
        .desk()
        .command(&["agent", "rights", "mei", "--role", "admin"]);
    let customer = inbox.customer("you charged me twice for A1002");
    inbox.customer("where is my order A1001");
    inbox.scene.scheme(scheme);
    if let Some((width, height)) = size {
        inbox.scene.size(width, height);
    }
    let at = |page: &str| format!("{page}, {scheme}, {size:?}");
    inbox.visit(&format!("{}/inbox", inbox.desk().origin()));
    inbox.until("document.querySelector('.door input') && true");
    check(&inbox, axe, &at("log-in"));
    inbox.enter();
    inbox.until("document.querySelectorAll('.line').length === 2");
    check(&inbox, axe, &at("list"));
    inbox.scene.run("document.querySelector('.line').focus()");
    inbox.keys("jx");
    inbox.until("document.querySelector('.bulk:not([hidden])') && true");
    check(&inbox, axe, &at("picked"));
    inbox.open(&customer);
    inbox.keys("a");
    inbox.until("document.querySelector('[data-do=resolve]') && true");
    inbox
        .scene
        .run("document.querySelectorAll('details').forEach(one => { one.open = true; })");
    check(&inbox, axe, &at("conversation"));
    inbox
        .scene
        .run("document.querySelector('.app').classList.add('facts-on')");
    check(&inbox, axe, &at("facts"));
    inbox
        .scene
        .run("document.querySelector('.app').classList.remove('facts-on'); document.querySelector('[data-tab=note]').click()");
    inbox.until("document.querySelector('.compose.notes') && true");
    check(&inbox, axe, &at("note"));
    inbox
        .scene
        .run("document.querySelector('[data-tab=reply]').click(); document.querySelector('[data-do=ready]').click()");
    inbox.until("document.querySelector('.pick') && true");
    check(&inbox, axe, &at("ready answers in the composer"));
    inbox.clicks("[data-do=manage_ready]");
    inbox.until("document.querySelector('[data-do=new_ready]') && true");
    check(&inbox, axe, &at("ready answers"));
    inbox.clicks("[data-do=new_ready]");
    inbox.until("document.querySelector('dialog [name=keys]') && true");
    check(&inbox, axe, &at("a ready answer"));
    inbox.keys("\u{e00c}");
    inbox.until("!document.querySelector('dialog')");
    inbox.scene.run("document.querySelector('.thread').focus()");
    inbox.keys("?");
    inbox.until("document.querySelector('dialog .keys') && true");
    check(&inbox, axe, &at("keys"));
    inbox.keys("\u{e00c}");
    inbox.scene.run("location.hash = '#report'");
    inbox.until("document.querySelector('.report .figures') && true");
    check(&inbox, axe, &at("report"));
    let log = inbox.log(&customer).into_iter();
    let mut said = log.filter(|event| event["kind"] == "reply" && event["from"] == "bot");
    let wrong = json!({"reply": said.next().unwrap()["seq"], "intent": "invoice"});
    let path = format!("/v1/conversations/{}/wrong", customer.conversation);
    inbox.desk().as_agent("POST", &path, &wrong);
    for (page, shown) in [("reviews", "[data-do=review_done]"), ("audit", ".lines td")] {
        inbox.scene.run(&format!("location.hash = '#{page}'"));
        inbox.until(&format!("document.querySelector('{shown}') && true"));
        check(&inbox, axe, &at(page));
    }
    inbox.keys("?");
    inbox.until("document.querySelector('[data-do=factor]') && true");
    inbox.clicks("[data-do=factor]");
    inbox.until("document.querySelector('dialog [name=code]') && true");
    check(&inbox, axe, &at("second factor"));
    inbox.keys("\u{e00c}");
    inbox.scene.run(&format!(
        "location.hash = '#person={}'",
        customer.conversation
    ));
    inbox.until("document.querySelector('[data-do=erase]') && true");
    check(&inbox, axe, &at("person"));
    inbox.scene.scheme("light");
    if size.is_some() {
        inbox.scene.own_size();
    }
}

#[test]
fn axe_finds_nothing_on_any_page_of_the_inbox_in_light() {
    let Some(axe) = axe() else { return };
    walk(&axe, "light", None);
}

#[test]
fn axe_finds_nothing_on_any_page_of_the_inbox_in_dark() {
    let Some(axe) = axe() else { return };
    walk(&axe, "dark", None);
}

#[test]
fn axe_finds_nothing_on_any_page_of_the_inbox_on_a_phone() {
    let Some(axe) = axe() else { return };
    walk(&axe, "light", Some((390, 800)));
}
