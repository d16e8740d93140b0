//! Why the bot said what it said, and answers that agents have ready: opened, written and found in the page.

use serde_json::{Value, json};

use super::inbox::Inbox;
use super::scene::ENTER;

#[test]
fn each_turn_of_the_bot_opens_to_what_it_read_and_to_what_lost() {
    let Some(inbox) = Inbox::begin() else { return };
    let customer = inbox.opened("want to complete checkout on A1001 that timed out last night");
    inbox.until("document.querySelector('details.why') && true");
    let log = inbox.log(&customer);
    let told: Vec<&Value> = log
        .iter()
        .filter(|event| event["because"].is_object())
        .map(|event| &event["because"])
        .collect();
    let shown = inbox.texts("details.why dl");
    assert_eq!(shown.len(), told.len());
    let (mut lost, mut read) = (0, 0);
    for (shown, told) in shown.iter().zip(&told) {
        if let Some(runner_up) = told["runner_up"].as_object() {
            let rule = runner_up["rule"].as_str().unwrap();
            let intent = runner_up["intent"].as_str().unwrap();
            assert!(rule.contains(".toml:"), "{rule}");
            assert!(shown.contains(rule) && shown.contains(intent), "{shown}");
            lost += 1;
        }
        for slot in told["slots"].as_array().into_iter().flatten() {
            assert!(shown.contains(slot["text"].as_str().unwrap()), "{shown}");
            read += usize::from(slot["slot"] == "order");
        }
    }
    assert!(lost > 0 && read > 0, "{told:?}");
}

#[test]
fn an_answer_that_an_agent_writes_is_found_by_name_words_and_pinyin_initials() {
    let Some(inbox) = Inbox::begin() else { return };
    inbox.opened("where is my order A1001");
    inbox.keys("a");
    inbox.until("document.activeElement.matches('.compose textarea')");
    inbox.clicks("[data-do=ready]");
    inbox.until("document.querySelector('[data-do=new_ready]') && true");
    inbox.clicks("[data-do=new_ready]");
    inbox.until("document.activeElement.matches('dialog [name=name]')");
    inbox.keys("parcel_shop");
    // Written in Chinese as well: that is what its initials come from.
    inbox.scene.run(
        "document.querySelector('dialog [name=en]').value = 'Pick {order.ammount} up at the shop'; \
         document.querySelector('dialog [name=zh-Hans]').value = '\\u8bf7\\u5230\\u95e8\\u5e97\\u81ea\\u63d0\\u8ba2\\u5355{order.id}'; \
         document.querySelector('dialog [type=submit]').click()",
    );
    let why = inbox.until("document.querySelector('dialog [role=alert]')?.textContent");
    assert!(why.as_str().unwrap().contains("order.ammount"), "{why}");
    inbox.scene.run(
        "document.querySelector('dialog [name=en]').value = 'Pick {{order.id}} up at the shop'; \
         document.querySelector('dialog [type=submit]').click()",
    );
    inbox.until("document.querySelector('[data-edit=parcel_shop]') && true");
    inbox.keys("\u{e00c}");
    inbox.until("!document.querySelector('dialog')");
    for found_by in ["/parcel", "/at the shop", "/qdmdzt"] {
        inbox
            .scene
            .run("document.querySelector('.compose textarea').focus()");
        inbox.control('a');
        inbox.types(found_by);
        inbox.until(
            "document.querySelector('.pick [aria-selected=true]')?.dataset.name === 'parcel_shop'",
        );
    }
    inbox.keys(&ENTER.to_string());
    inbox
        .until("document.querySelector('.compose textarea').value === 'Pick A1001 up at the shop'");
    inbox.clicks("[data-do=ready]");
    inbox.until("document.querySelector('[data-remove=parcel_shop]') && true");
    inbox.clicks("[data-remove=parcel_shop]");
    inbox.until("document.querySelector('dialog h2').textContent === 'Delete'");
    inbox.clicks("dialog [type=submit]");
    inbox.until(
        "document.querySelector('[data-do=new_ready]') && !document.querySelector('[data-edit]')",
    );
    assert_eq!(
        inbox.see("document.querySelectorAll('dialog').length"),
        json!(1)
    );
}

#[test]
fn a_first_answer_is_suggested_until_it_is_given() {
    let Some(inbox) = Inbox::begin() else { return };
    inbox.opened("where is my order A1001");
    inbox.keys("a");
    inbox.until("document.querySelector('.ghost') && true");
    inbox.types("It leaves tomorrow");
    inbox.control(ENTER);
    inbox.until("[...document.querySelectorAll('.said.agent .bubble')].some(one => one.textContent === 'It leaves tomorrow')");
    inbox.until("document.querySelector('.compose textarea').value === '' && !document.querySelector('.ghost')");
    inbox.types("x\u{e003}");
    inbox.until("document.querySelector('.compose textarea').value === ''");
    assert_eq!(inbox.see("document.querySelector('.ghost')"), json!(null));
}
