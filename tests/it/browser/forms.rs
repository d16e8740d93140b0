//! The refund form in one go, and what the page says of itself.

use serde_json::{Value, json};

use super::scene::{ENTER, Scene};

/// Signed in, with the form of an order open.
pub(super) fn at_form(locale: &str, sub: &str, order: &str) -> Option<Scene> {
    let scene = Scene::with("")?;
    let token = scene.desk().sign(sub, &format!("{sub}@example.com"), 600);
    scene.visit(&format!(
        "data-locale=\"{locale}\" data-order=\"{order}\" data-token=\"{token}\""
    ));
    scene.open();
    scene.run("$('.hero .choice').click()");
    scene.until("$$('.card .choice').length === 3");
    scene.run("$$('.card .choice')[2].click()");
    scene.until("$('form.card')");
    Some(scene)
}

#[test]
fn every_mistake_in_a_refund_form_is_told_beside_its_field_and_nothing_is_lost() {
    let Some(scene) = at_form("en", "jo", "A1002") else {
        return;
    };
    let order = scene.see("(at => [at.value, at.readOnly])($('form.card input'))");
    assert_eq!(order, json!(["A1002", true]));
    let labels = scene
        .see("$$('form.card > label:not(.choice), legend').map(one => one.firstChild.textContent)");
    assert_eq!(labels.as_array().unwrap().len(), 6, "{labels}");
    // "Something else" needs a story, and the amount is more than was paid.
    scene.run("$$('form.card [type=radio]')[5].click(); $$('form.card [type=checkbox]')[0].click(); $('form.card [maxlength]:not([readonly])').focus()");
    scene.turn.keys(&format!("999{ENTER}"));
    scene.until("$$('.error').filter(one => one.textContent).length === 2");
    let at = scene.see("(at => [at.value, at.ariaInvalid, W.getElementById(at.getAttribute('aria-describedby')).textContent])(W.activeElement)");
    assert_eq!((&at[0], &at[1]), (&json!("999"), &json!("true")));
    assert!(at[2].as_str().unwrap().contains("120.00"), "{at}");
    assert_eq!(
        scene.see(
            "[$$('form.card [type=radio]')[5].checked, $$('form.card [type=checkbox]')[0].checked]"
        ),
        json!([true, true]),
        "something was cleared"
    );
    scene.run(
        "$('form.card [aria-invalid=true]').select(); $$('form.card [type=radio]')[3].click()",
    );
    scene.run("$('form.card [aria-invalid=true]').focus()");
    scene.turn.keys("60.00");
    scene.run("$('form.card textarea').focus()");
    scene.turn.keys("too small, card 4111 1111 1111 1111");
    scene.run("const b = $('form.card [type=submit]'); b.click(); b.click()");
    scene.until("$('section.claim')");
    let lines = scene.until("$$('.card:not(.claim) .small').map(one => one.textContent).find(one => one.startsWith('A1002-1')) && $$('.card:not(.claim) .small').map(one => one.textContent).join('|')");
    let lines = lines.as_str().unwrap();
    for told in [
        "A1002-1",
        "60.00",
        "Kettle",
        "too small",
        "Answer by ",
        "What happened: too",
    ] {
        assert!(lines.contains(told), "{told} is not in {lines}");
    }
    assert!(!lines.contains("4111 1111"));
    assert_eq!(scene.see("$$('form.card').length"), 0);
    let claims = scene.desk().as_shop("GET", "/v1/refunds", &Value::Null);
    assert_eq!(
        claims["refunds"].as_array().unwrap().len(),
        1,
        "one press too many: {claims}"
    );
}

#[test]
fn a_form_in_traditional_chinese_takes_its_evidence_along() {
    let Some(scene) = at_form("zh-HK", "mia", "A1001") else {
        return;
    };
    assert_eq!(scene.see("$('form.card b').textContent"), "退款申請表");
    scene.run("$$('form.card [type=radio]')[0].click()");
    scene.run(
        "const c = document.createElement('canvas'); c.width = c.height = 8; c.toBlob(b => { const d = new DataTransfer(); \
         d.items.add(new File([b], 'a.png', {type: 'image/png'})); $('#picker').files = d.files; \
         $('#picker').dispatchEvent(new Event('change')); })",
    );
    scene.until("$$('.strip li').length === 1");
    scene.run("$('form.card [type=submit]').click()");
    scene.until("$('section.claim .chip')?.textContent === '已通過'");
    assert_eq!(scene.see("$$('.strip li').length"), 0);
    let claims = scene
        .desk()
        .as_shop("GET", "/v1/refunds/A1001-1", &Value::Null);
    assert_eq!(claims["evidence"].as_array().unwrap().len(), 1, "{claims}");
}

#[test]
fn what_the_page_says_of_itself_goes_before_the_message_and_is_no_proof() {
    let Some(scene) = Scene::begin() else { return };
    scene.visit("data-locale=\"en\"");
    scene.run("frontdesk.setContext({order: 'A1002', cart_total: 64, page: 'https://linden.example/cart?k=4111111111111111'})");
    scene.open();
    let answer = scene.ask("where is my order A1002?");
    assert!(!answer.contains("deliver"), "{answer}");
    scene.run("frontdesk.setContext({cart_total: '70.00 GBP'})");
    scene.ask("I want to talk to a person");
    let path = format!("/v1/conversations/{}", scene.conversation());
    let seen = scene.desk().as_agent("GET", &path, &json!({}));
    let zone = scene.see("Intl.DateTimeFormat().resolvedOptions().timeZone");
    assert_eq!(
        seen["page"],
        json!({"order": "A1002", "cart_total": "70.00 GBP", "page": "https://linden.example/cart", "zone": zone})
    );
    scene.run("frontdesk.setContext({page: 'x'.repeat(400)}); window.heard = []; frontdesk.on('error', one => heard.push(one.path))");
    scene.say("hello again");
    scene.until("$$('.said.mine .bubble').at(-1).textContent === 'hello again' && !$$('.said.mine .meta').at(-1).textContent");
    assert_eq!(
        scene.until("heard.length && heard"),
        json!(["page"]),
        "a fact that is refused holds a message up"
    );
}
