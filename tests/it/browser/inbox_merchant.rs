//! What only the merchant can do, from beside an order: two steps, refusals in words, and what was typed stays after one.

use serde_json::json;

use super::inbox::{Customer, Inbox};

/// Jo, whose order is not on its way yet, waits for a person.
fn signed_in(inbox: &Inbox) -> Customer {
    let record = json!({"id": "A7007", "customer": {"name": "Jo Field", "email": "jo@example.com", "phone": "+447700900456"}, "status": "rejected",
        "amount": "58.00", "currency": "GBP", "created_at": "2026-11-01T00:00:00Z", "shipping": {"address": "1 Old Road, York"}});
    inbox.desk().as_shop("PUT", "/v1/orders/A7007", &record);
    inbox.signed_in("I want to talk to a human about A7007")
}

#[test]
fn a_correction_takes_two_steps_and_a_refusal_says_why_and_keeps_what_was_typed() {
    let Some(inbox) = Inbox::begin() else { return };
    let customer = signed_in(&inbox);
    inbox.enter();
    inbox.open(&customer);
    // Only whoever has the conversation may.
    inbox.until("document.querySelector('.right .card') && true");
    assert_eq!(
        inbox.see("document.querySelectorAll('[data-merchant]').length"),
        json!(0)
    );
    inbox.keys("a");
    inbox.until("document.querySelector('[data-merchant=put_right]') && true");
    inbox.clicks("[data-merchant=put_right]");
    inbox.until("document.querySelector('dialog [name=detail]') && true");
    inbox.scene.run("const detail = document.querySelector('dialog [name=detail]'); detail.value = 'address'; detail.dispatchEvent(new Event('change')); document.querySelector('dialog [name=value]').value = '7 Mill Lane, Leeds'");
    inbox.clicks("dialog [type=submit]");
    let asked =
        inbox.until("document.querySelector('dialog dl')?.textContent.includes('7 Mill Lane') && document.querySelector('dialog').textContent");
    for fact in ["A7007", "58.00", "Jo Field", "1 Old Road"] {
        assert!(asked.as_str().unwrap().contains(fact), "{fact}: {asked}");
    }
    let nothing_yet = inbox.log(&customer);
    assert!(
        nothing_yet
            .iter()
            .all(|event| event["kind"] != "order_corrected")
    );
    // No program of this shop's listens, and so nothing is promised.
    inbox.clicks("dialog [type=submit]");
    inbox.until("[...document.querySelectorAll('.toast')].at(-1)?.textContent.includes('reach them another way')");
    assert_eq!(
        inbox.see("document.querySelector('dialog dl').textContent.includes('7 Mill Lane')"),
        json!(true)
    );
}
