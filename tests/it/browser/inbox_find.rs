//! Finding conversations in the agents' page: words, filters, and addresses that can be kept.

use serde_json::json;

use super::inbox::Inbox;
use super::scene::ENTER;

#[test]
fn an_agent_finds_a_conversation_by_its_words_and_the_address_keeps_what_was_asked() {
    let Some(inbox) = Inbox::begin() else { return };
    let chinese = inbox.customer("我的茶壶碎了，订单 A1001");
    inbox.customer("the teapot is broken");
    inbox.enter();
    inbox.until("document.querySelectorAll('.line').length === 2");
    inbox.keys("/");
    inbox.until("document.activeElement.matches('.find input')");
    inbox.keys("茶壺");
    inbox.until("document.querySelectorAll('.line').length === 1");
    assert_eq!(
        inbox.texts(".line .who"),
        [format!("Visitor {}", &chinese.conversation[32..])]
    );
    inbox.keys(&ENTER.to_string());
    inbox.until("document.activeElement.matches('.line')");
    inbox.keys("o");
    inbox.until("document.querySelector('.thread .said') && true");
    let address = inbox.see("location.href");
    assert!(
        address.as_str().unwrap().contains("q=%E8%8C%B6%E5%A3%BA"),
        "{address}"
    );
    // A colleague to whom it is sent sees the same; going back leaves the search.
    inbox.visit("about:blank");
    inbox.visit(address.as_str().unwrap());
    inbox.until("document.querySelectorAll('.line').length === 1 && document.querySelector('.thread .said') && true");
    assert_eq!(
        inbox.see("document.querySelector('.find input').value"),
        json!("茶壺")
    );
    inbox.keys("gw");
    inbox.until("document.querySelectorAll('.line').length === 2");
    assert_eq!(
        inbox.see("document.querySelector('.find input').value"),
        json!("")
    );
    inbox.scene.assert_quiet();
}

#[test]
fn a_list_is_narrowed_by_what_is_chosen_and_each_choice_has_a_way_out() {
    let Some(inbox) = Inbox::begin() else { return };
    let labelled = inbox.customer("the kettle leaks");
    inbox.customer("the teapot is broken");
    let path = format!("/v1/conversations/{}/labels", labelled.conversation);
    inbox
        .desk()
        .as_agent("POST", &path, &json!({"add": ["leak"]}));
    inbox.enter();
    inbox.until("document.querySelectorAll('.line').length === 2");
    inbox.clicks(".find button");
    choose(&inbox, "label", "leak");
    inbox.until("document.querySelectorAll('.line').length === 1");
    assert!(
        inbox
            .see("location.hash")
            .as_str()
            .unwrap()
            .contains("label=leak")
    );
    inbox.until("[...document.querySelectorAll('.only .chip')].some(chip => chip.textContent.includes('×'))");
    choose(&inbox, "reason", "angry");
    inbox.until("document.querySelectorAll('.line').length === 0 && document.querySelector('.list .none')?.textContent.includes('Nothing found')");
    inbox
        .scene
        .run("[...document.querySelectorAll('.only .chip')].at(-1).click()");
    inbox.until("document.querySelectorAll('.line').length === 2");
    assert_eq!(
        inbox.see("document.querySelectorAll('.only .chip').length"),
        json!(0)
    );
    inbox.scene.assert_quiet();
}

fn choose(inbox: &Inbox, filter: &str, value: &str) {
    inbox.until(&format!(
        "document.querySelector('[data-filter={filter}]') && true"
    ));
    inbox.scene.turn.run(
        "const one = document.querySelector(`[data-filter=${arguments[0]}]`); one.value = arguments[1]; one.dispatchEvent(new Event('change'))",
        &[json!(filter), json!(value)],
    );
}
