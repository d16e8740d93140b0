//! What is cut because there is too much of it says so in the page, too: beside the conversation, and where a person is erased.

use serde_json::json;

use super::inbox::Inbox;

/// As the desk says it of somebody who has more than is shown.
const MORE: &str = "const real = window.fetch; window.fetch = (path, given) => real(path, given).then(async answer => { \
                    const more = String(path).endsWith('/facts') ? {more_orders: true} \
                      : /people\\/[^/]+$/.test(path) ? {more_orders: true, more_conversations: true, orders_kept: 10000} : null; \
                    if (!more) return answer; \
                    return new Response(JSON.stringify({...await answer.json(), ...more}), {headers: {'content-type': 'application/json'}}); })";

#[test]
fn who_has_more_orders_or_conversations_than_are_shown_it_is_said_in_the_page() {
    let Some(inbox) = Inbox::begin() else { return };
    inbox
        .desk()
        .command(&["agent", "rights", "mei", "--role", "admin"]);
    let customer = inbox.signed_in("I want to talk to a human about A1002");
    inbox.enter();
    inbox.open(&customer);
    inbox.until("document.querySelector('.right .card') && true");
    assert_eq!(inbox.texts(".more"), [""; 0]);
    inbox.scene.run(MORE);
    inbox.says(&customer, "hello?");
    let orders = inbox.texts(".right .card").len();
    inbox.until(&format!(
        "document.querySelector('.right .more')?.textContent === 'There are more than these {orders}.'"
    ));
    inbox.scene.turn.run(
        "location.hash = '#person=' + arguments[0]",
        &[json!(customer.conversation)],
    );
    inbox.until("document.querySelectorAll('.report .more').length === 2");
    let said = inbox.texts(".report .more");
    assert_eq!(
        said,
        [
            "There are more than these 1.",
            "There are more than these 10000."
        ]
    );
    let kept = inbox.texts(".report p").join("\n");
    assert!(kept.contains("records of orders: 10000."), "{kept}");
}
