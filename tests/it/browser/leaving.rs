//! What is under way when somebody leaves, what was filled in and not handed in, and texts on a page that runs from right to left.

use serde_json::json;

use super::forms::at_form;
use super::scene::{ENTER, Scene};

/// Answers of the desk on a path come this much later from now on.
fn slow(scene: &Scene, path: &str) {
    scene.run(&format!(
        "window.real ||= fetch; window.late = window.asked = 0; window.fetch = async (at, more) => {{ if (String(at).includes('{path}')) asked++; const answer = await real(at, more); \
         if (String(at).includes('{path}')) {{ await new Promise(go => setTimeout(go, 1500)); setTimeout(() => late++, 300); }} return answer; }}"
    ));
}

#[test]
fn w15_what_the_desk_answers_after_somebody_has_logged_out_is_shown_to_nobody() {
    let Some(scene) = Scene::begin() else { return };
    for path in ["/v1/messages", "/v1/sessions"] {
        scene.visit("data-locale=\"en\"");
        scene.run("frontdesk.logout()");
        scene.open_if_shut();
        if path == "/v1/messages" {
            scene.ask("how long does a refund take?");
        }
        slow(&scene, path);
        if path == "/v1/sessions" {
            scene.run("frontdesk.logout()");
        }
        scene.say("my secret story");
        scene.until("asked && $('.log').innerText.includes('secret')");
        scene.run("frontdesk.logout()");
        scene.until("late");
        assert_eq!(scene.see("$$('.said').length"), 0, "{path}");
        let kept = scene.see("JSON.stringify(localStorage)");
        assert!(!kept.as_str().unwrap().contains("secret"), "{path}: {kept}");
    }
}

#[test]
fn w15_a_word_for_the_customer_before_that_comes_late_is_nobodys() {
    let Some(scene) = Scene::begin() else { return };
    let token = scene.desk().sign("mia", "mia@example.com", 600);
    scene.visit("data-locale=\"en\"");
    scene.run(&format!(
        "frontdesk.identify(() => new Promise(go => {{ window.give = () => go('{token}'); }})); frontdesk.logout(); give()"
    ));
    scene.open();
    scene.ask("how long does a refund take?");
    let path = format!("/v1/conversations/{}", scene.conversation());
    let seen = scene.desk().as_agent("GET", &path, &json!({}));
    assert!(!seen.to_string().contains("mia@example.com"), "{seen}");
}

#[test]
fn w12_a_form_that_was_filled_in_and_not_handed_in_is_there_after_a_reload_until_it_is_given_up() {
    let Some(scene) = at_form("en", "jo", "A1002") else {
        return;
    };
    scene.run("$$('form.card [type=radio]')[1].click(); const note = $('form.card textarea'); note.focus(); \
               document.execCommand('insertText', false, 'wrong lid, card 4111 1111 1111 1111')");
    scene.reload();
    scene.until("$('form.card textarea')?.value.startsWith('wrong lid')");
    let told = scene.see("[$$('form.card [type=radio]').findIndex(one => one.checked), $('form.card textarea').value, $$('form.card').length]");
    assert_eq!(told, json!([1, "wrong lid, card **** 1111", 1]));
    scene.run("$('form.card > .icon').focus()");
    scene.turn.keys(&ENTER.to_string());
    scene.until("!$('form.card')");
    scene.reload();
    scene.until("$$('.said').length > 1");
    assert_eq!(scene.see("$$('form.card').length"), 0);
}

#[test]
fn a_form_is_handed_in_from_a_page_that_teaches_lists_another_way_to_write_themselves() {
    let Some(scene) = at_form("en", "jo", "A1002") else {
        return;
    };
    scene.run("Array.prototype.toJSON = function () { return 'old library'; }; $$('form.card [type=radio]')[3].click(); \
               $('form.card [type=checkbox]').click(); $('form.card [type=submit]').click()");
    scene.until("$('section.claim')");
}

#[test]
fn w13_card_numbers_are_found_however_they_are_spaced_and_order_numbers_are_left() {
    let Some(scene) = Scene::begin() else { return };
    scene.visit("data-locale=\"en\"");
    scene.open();
    scene.run("window.left = []; const before = fetch; window.fetch = (...all) => { left.push(String(all[1]?.body || '')); return before(...all); };");
    let spaced = [
        "4111.1111.1111.1111",
        "4111  1111  1111  1111",
        "4111\u{2013}1111\u{2013}1111\u{2013}1111",
        "\u{ff14}\u{ff11}\u{ff11}\u{ff11}\u{3000}1111\u{3000}1111\u{3000}1111",
        "4111\u{200b}1111 - 1111 - 1111",
    ];
    for (n, number) in spaced.iter().enumerate() {
        scene
            .turn
            .run("frontdesk.send(arguments[0])", &[json!(number)]);
        scene.until(&format!(
            "left.join().split('**** 1111').length > {}",
            n + 1
        ));
    }
    // Right by its check digit, and no network's.
    let order = "order 1234567890123452 and 333333333333333331";
    scene.run(&format!("frontdesk.send('{order}')"));
    scene.until(&format!("left.join().includes('{order}')"));
    // As many numbers as a table has do not hold the page up.
    scene.run("$('textarea').value = '12 '.repeat(3000); $('textarea').dispatchEvent(new Event('input')); window.done = true");
    scene.until("window.done");
}

#[test]
fn w11_on_a_page_from_right_to_left_each_sentence_ends_where_it_should() {
    let Some(scene) = Scene::begin() else { return };
    let page = scene.page("data-locale=\"en\"");
    let page = page.replace("<html lang=\"en\">", "<html lang=\"ar\" dir=\"rtl\">");
    scene.shop.put("/", &[], &page);
    scene.go("/");
    scene.open();
    let ends = "['.hello', '.hero .choice', '.hero .small'].map($).map(one => { const text = one.firstChild; const at = n => { \
                const range = document.createRange(); range.setStart(text, n); range.setEnd(text, n + 1); return range.getBoundingClientRect(); }; \
                const [last, before] = [at(text.length - 1), at(text.length - 2)]; return last.left >= before.right - 1; })";
    assert_eq!(scene.see(ends), json!([true, true, true]));
    let beside = "(range => { range.selectNodeContents($('.hello')); return $('.hello').getBoundingClientRect().right - range.getBoundingClientRect().right < 2; })(document.createRange())";
    assert_eq!(scene.see(beside), true, "it stands on the other side");
}
