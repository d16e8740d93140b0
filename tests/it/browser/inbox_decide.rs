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
}

#[test]
fn a_refund_is_refused_with_a_sentence_for_the_customer_or_not_at_all() {
    let Some(inbox) = Inbox::begin() else { return };
    let customer = applied(&inbox);
    inbox.enter();
    inbox.open(&customer);
    inbox.until("document.querySelector('[data-claim=reject]') && true");
    inbox.clicks("[data-claim=reject]");
    inbox.until("document.querySelector('dialog textarea') && true");
    inbox.clicks("dialog [type=submit]");
    assert_eq!(inbox.see("!!document.querySelector('dialog')"), json!(true));
    inbox.keys("The mug shows signs of use.");
    inbox.clicks("dialog [type=submit]");
    inbox.until("!document.querySelector('[data-claim=reject]')");
    let refused = inbox.log(&customer).into_iter();
    let refused = refused.filter(|event| event["kind"] == "claim" && event["state"] == "rejected");
    assert_eq!(refused.count(), 1);
}
