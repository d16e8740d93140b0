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
    // The pieces of a form open to what was asked for, and by what it is needed.
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
fn what_was_asked_for_and_what_is_asked_next_is_said_with_the_matter_that_needs_it() {
    let Some(inbox) = Inbox::begin() else { return };
    let mut customer = inbox.customer("where is my refund?");
    let opened = inbox.post("/v1/sessions", None, &json!({"site": "linden"}));
    customer.token = opened["session"].as_str().unwrap().to_owned();
    for text in ["where is my refund?", "A1001", "nobody@example.com"] {
        let said = inbox.says(&customer, text);
        customer.conversation = said["conversation"].as_str().unwrap().to_owned();
    }
    inbox.enter();
    inbox.scene.turn.run(
        "location.hash = '#v=bot&c=' + arguments[0]",
        &[json!(customer.conversation)],
    );
    inbox.until("document.querySelectorAll('details.why').length === 3");
    let shown = inbox.texts("details.why dl");
    let asks = "Asks forthe order number, because \u{201c}Where is my refund?\u{201d} needs proof of level 1";
    assert!(shown[0].contains(asks), "{shown:?}");
    assert!(
        shown[0].contains("Sentenceask_order dialogue.toml:"),
        "{shown:?}"
    );
    assert!(
        shown[1].contains("Had been asked forthe order number")
            && shown[1].contains("Asks forthe e-mail address"),
        "{shown:?}"
    );
    assert!(
        shown[1].contains("Words\u{201c}A1001\u{201d}") && shown[1].contains("no rule matched"),
        "{shown:?}"
    );
    assert!(
        shown[2].contains("Had been asked forthe e-mail address"),
        "{shown:?}"
    );
}

#[test]
fn an_answer_that_an_agent_writes_is_found_by_name_words_and_pinyin_initials() {
    let Some(inbox) = Inbox::begin() else { return };
    inbox.opened("where is my order A1001");
    inbox.keys("a");
    inbox.until("document.activeElement.matches('.compose textarea')");
    inbox.clicks("[data-do=ready]");
    inbox.clicks("[data-do=manage_ready]");
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
    inbox.clicks("[data-do=manage_ready]");
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

/// What the desk says of the conversation, with these promises, and times of this zone.
const FACTS: &str = "const real = window.fetch; window.fetch = (path, given) => real(path, given).then(async answer => { \
                     if (!String(path).endsWith('/facts')) return answer; \
                     const facts = {...await answer.json(), promises: arguments[0], zone: 'Asia/Shanghai'}; \
                     return new Response(JSON.stringify(facts), {headers: {'content-type': 'application/json'}}); })";

#[test]
fn by_when_money_is_there_is_said_only_of_money_that_is_on_its_way() {
    let Some(inbox) = Inbox::begin() else { return };
    let customer = inbox.signed_in("I want to talk to a human about A1002");
    let form = json!({"client_id": "c1", "order": "A1002", "cause": "changed_mind"});
    inbox.post("/v1/claims", Some(&customer.token), &form);
    inbox.enter();
    let answer = json!({"what": "answer", "by": "2026-12-02T16:00:00Z", "state": "open"});
    inbox.scene.turn.run(FACTS, &[json!([answer])]);
    inbox.open(&customer);
    inbox.keys("a");
    inbox.types("/");
    inbox.until("document.querySelector('.pick [data-name=hello]') && true");
    let refund = "document.querySelector('.pick [data-name=refund_on_its_way]')?.textContent";
    assert_eq!(inbox.see(refund), Value::Null, "nobody has decided yet");
    // In the page's language or another, the customer reads it in their own, by the shop's clock.
    inbox.visit("about:blank");
    inbox.visit(&format!("{}/inbox", inbox.desk().origin()));
    inbox.until("document.querySelector('.app') && true");
    let paid =
        json!({"what": "payment", "order": "A1002", "by": "2026-12-04T16:00:00Z", "state": "open"});
    inbox.scene.turn.run(FACTS, &[json!([answer, paid])]);
    inbox.open(&customer);
    inbox.until("document.querySelector('[data-tab=reply]') && true");
    inbox.keys("r");
    inbox.until("document.activeElement.matches('.compose textarea')");
    inbox.control('a');
    inbox.keys("/refund");
    let said = inbox.until(refund);
    let said = said.as_str().unwrap();
    assert!(said.contains("December 5, 2026 at 12:00"), "{said}");
    assert!(said.contains("\u{a3}120.00"), "{said}");
}

#[test]
fn the_button_opens_what_the_key_does_and_adds_to_what_stands_there() {
    let Some(inbox) = Inbox::begin() else { return };
    inbox.opened("where is my order A1001");
    inbox.keys("a");
    inbox.types("Dear Mia,");
    inbox.clicks("[data-do=ready]");
    inbox.until("document.querySelector('.pick [data-name=anything_else]') && true");
    assert_eq!(
        inbox.see("document.querySelector('.pick').lastChild.dataset.do"),
        json!("manage_ready")
    );
    inbox.clicks(".pick [data-name=anything_else]");
    inbox.until("document.querySelector('.compose textarea').value === 'Dear Mia,\\nIs there anything else I can do for you?'");
    assert_eq!(inbox.see("document.querySelector('.pick')"), Value::Null);
    inbox.clicks("[data-do=ready]");
    inbox.clicks("[data-do=ready]");
    assert_eq!(inbox.see("document.querySelector('.pick')"), Value::Null);
}

#[test]
fn what_lacks_something_is_offered_by_its_name_only_and_says_what_it_lacks() {
    let Some(inbox) = Inbox::begin() else { return };
    inbox.opened("I need help with something");
    inbox.keys("a");
    inbox.types("/");
    inbox.until("document.querySelector('.pick [data-name=hello]') && true");
    assert_eq!(
        inbox.see("[...document.querySelectorAll('.pick [data-name]')].filter(one => one.textContent.includes('{')).length"),
        json!(0)
    );
    inbox.types("need");
    inbox.until("document.querySelector('.pick [data-name=need_photo] .warn')?.textContent === 'lacks {order.id}'");
}
