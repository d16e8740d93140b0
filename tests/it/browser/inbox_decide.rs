//! Money: two steps, said once more, done once.

use serde_json::json;

use super::inbox::{Customer, Inbox};

/// A refund application that a person has to decide on.
fn applied(inbox: &Inbox) -> Customer {
    let customer = inbox.signed_in("I want to talk to a human about A1002");
    let form = json!({"client_id": "c1", "order": "A1002", "cause": "changed_mind"});
    inbox.post("/v1/claims", Some(&customer.token), &form);
    customer
}

#[test]
fn i9_a_refund_that_is_approved_twice_in_a_row_is_one_refund() {
    let Some(inbox) = Inbox::begin() else { return };
    let customer = applied(&inbox);
    inbox.enter();
    inbox.open(&customer);
    inbox.until("document.querySelector('[data-claim=approve]') && true");
    inbox.clicks("[data-claim=approve]");
    let asked = inbox.until("document.querySelector('dialog')?.textContent");
    let asked = asked.as_str().unwrap();
    for fact in ["120.00", "A1002", "Jo Field"] {
        assert!(asked.contains(fact), "{fact} is not said again: {asked}");
    }
    // No single key pays: the first button that has the focus is the one that does nothing.
    assert_eq!(
        inbox.see(
            "document.activeElement.type + document.activeElement.closest('dialog').localName"
        ),
        json!("buttondialog")
    );
    inbox.scene.run("const yes = document.querySelector('dialog [type=submit]'); yes.click(); yes.click(); yes.form?.requestSubmit()");
    inbox.until("!document.querySelector('[data-claim=approve]')");
    let moves = inbox.log(&customer).into_iter();
    let approved = moves.filter(|event| event["kind"] == "claim" && event["state"] == "approved");
    assert_eq!(approved.count(), 1);
    // Whoever decided by the keyboard is at what became of it.
    let card = "document.activeElement.dataset.card && document.activeElement.textContent.includes('120.00')";
    inbox.until(card);
    inbox.says(&customer, "thank you");
    inbox.until("[...document.querySelectorAll('.thread .said')].some(one => one.textContent.includes('thank you'))");
    std::thread::sleep(std::time::Duration::from_millis(500));
    inbox.until(card);
}

#[test]
fn a_refund_is_refused_with_a_sentence_for_the_customer_or_not_at_all() {
    let Some(inbox) = Inbox::begin() else { return };
    let customer = applied(&inbox);
    inbox.enter();
    inbox.open(&customer);
    inbox.until("document.querySelector('[data-claim=reject]') && true");
    inbox.clicks("[data-claim=reject]");
    // A sentence in the customer's language stands there; without one nothing happens.
    inbox.until("document.querySelector('dialog textarea')?.value === \"the shop's refund policy does not cover this\"");
    inbox
        .scene
        .run("document.querySelector('dialog textarea').value = ''");
    inbox.clicks("dialog [type=submit]");
    assert_eq!(inbox.see("!!document.querySelector('dialog')"), json!(true));
    inbox.keys("The mug shows signs of use.");
    inbox.clicks("dialog [type=submit]");
    inbox.until("!document.querySelector('[data-claim=reject]')");
    let refused = inbox.log(&customer).into_iter();
    let refused = refused.filter(|event| event["kind"] == "claim" && event["state"] == "rejected");
    assert_eq!(refused.count(), 1);
}

#[test]
fn above_the_limit_the_first_yes_pays_nothing_and_only_a_second_person_can_say_the_next() {
    let Some(inbox) = Inbox::begin() else { return };
    let order = json!({"id": "A1002", "status": "delivered", "amount": "5000.01", "currency": "GBP", "items": [{"name": "Kettle", "price": "4999.01"}, "Lid"],
        "created_at": "2026-11-10T08:00:00Z", "paid_at": "2026-11-10T08:01:00Z", "shipping": {"delivered_at": "2026-11-18T12:00:00Z"},
        "customer": {"name": "Jo Field", "email": "jo@example.com"}});
    inbox.desk().as_shop("PUT", "/v1/orders/A1002", &order);
    let customer = applied(&inbox);
    inbox.enter();
    inbox.open(&customer);
    inbox.until("document.querySelector('.two')?.textContent.includes('5,000.00 that you may approve alone')");
    // What is decided about is named, with its price where it has one.
    inbox.until("document.querySelector('.right').textContent.replace(/\\s/g, ' ').includes('Kettle £4,999.01, Lid')");
    inbox.clicks("[data-claim=approve]");
    inbox.until(
        "document.querySelector('dialog [type=submit]')?.textContent.includes('first of two')",
    );
    inbox.clicks("dialog [type=submit]");
    inbox.until("document.querySelector('.two')?.textContent.includes('You have approved') && document.querySelector('[data-claim=approve]').disabled");
    let states = || -> Vec<String> {
        let moves = inbox.log(&customer).into_iter();
        let moves =
            moves.filter(|event| event["kind"] == "claim" || event["kind"] == "approved_once");
        moves
            .map(|event| event["state"].as_str().unwrap_or("once").to_owned())
            .collect()
    };
    assert_eq!(states().last().map(String::as_str), Some("once"));
    let path = format!("/v1/conversations/{}/facts", customer.conversation);
    let facts = inbox.desk().as_agent("GET", &path, &json!(null));
    let claim = facts["orders"][0]["claims"][0]["id"].as_str().unwrap();
    // The page's own agent is Mei: somebody else is the second.
    let path = format!(
        "/v1/conversations/{}/refunds/{claim}",
        customer.conversation
    );
    let lin = inbox.desk().second_agent("lin", "Lin");
    let approved = inbox.post(&path, Some(lin.trim()), &json!({"decision": "approve"}));
    assert_eq!(approved["state"], "approved");
    inbox.until("!document.querySelector('[data-claim=approve]')");
}

#[test]
fn what_was_decided_is_an_answer_and_nothing_that_says_otherwise_is_suggested_any_more() {
    let Some(inbox) = Inbox::begin() else { return };
    let customer = applied(&inbox);
    inbox.enter();
    inbox.open(&customer);
    inbox.keys("a");
    inbox.until("document.querySelector('.compose .ghost') && true");
    let row = || {
        let path = format!("/v1/conversations/{}", customer.conversation);
        inbox.desk().as_agent("GET", &path, &json!(null))
    };
    assert!(row()["asked_since"].is_string());
    inbox.clicks("[data-claim=approve]");
    inbox.until("document.querySelector('dialog [type=submit]') && true");
    inbox.clicks("dialog [type=submit]");
    inbox.until("!document.querySelector('[data-claim=approve]')");
    inbox.until("!document.querySelector('.compose .ghost')");
    assert_eq!(row()["asked_since"], json!(null));
    let mine = inbox
        .desk()
        .as_agent("GET", "/v1/inbox?view=mine", &json!(null));
    let last = mine["rows"][0]["last"].clone();
    assert_eq!(last["from"], "agent", "{last}");
    assert!(last["text"].as_str().unwrap().contains("120.00"), "{last}");
    inbox.scene.turn.run(
        "location.hash = '#v=mine&c=' + arguments[0]",
        &[json!(customer.conversation)],
    );
    inbox.until("document.querySelector('.line .last')?.textContent.startsWith('Agent: ')");
    // Nor is it put in by its key, whatever became of the conversation.
    inbox.clicks("[data-do=resolve]");
    inbox.until("document.querySelector('.head [data-do=reopen]') && true");
    inbox.clicks(".head [data-do=reopen]");
    inbox.until("document.querySelector('.head [data-do=resolve]') && true");
    inbox.clicks("[data-tab=reply]");
    inbox.until("document.activeElement.matches('.compose:not(.notes) textarea')");
    inbox.control('.');
    assert_eq!(
        inbox.see("[document.querySelector('.compose textarea').value, document.querySelectorAll('.ghost').length]"),
        json!(["", 0])
    );
}
