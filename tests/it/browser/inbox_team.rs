//! Two agents at one desk.

use serde_json::json;

use super::inbox::Inbox;

#[test]
fn i2_of_two_agents_who_claim_one_gets_it_and_the_other_is_told_who() {
    let Some(inbox) = Inbox::begin() else { return };
    inbox.desk().second_agent("lin", "Lin");
    let customer = inbox.customer("where is my order A1001");
    let password = inbox.desk().command(&["agent", "passwd", "lin"]);
    // Lin's page hears of nothing by itself: it is as it was when Mei claims.
    let elsewhere = inbox.desk().origin().replace("127.0.0.1", "localhost");
    inbox.scene.turn.cdp("Network.enable", &json!({}));
    let blocked = json!({"urls": ["*/v1/inbox/events*"]});
    inbox.scene.turn.cdp("Network.setBlockedURLs", &blocked);
    inbox.enter_as(&elsewhere, "lin", &password);
    inbox.open(&customer);
    inbox.until("document.querySelector('[data-do=claim]') && true");
    inbox.scene.run(
        "addEventListener('visibilitychange', event => event.stopImmediatePropagation(), true)",
    );
    let lin = inbox.scene.turn.window();
    let mei = inbox.scene.turn.tab();
    inbox.enter();
    inbox.open(&customer);
    inbox.keys("a");
    inbox.until("document.querySelector('[data-do=resolve]') && true");
    inbox.scene.turn.switch(&lin);
    inbox.keys("a");
    let told = inbox.until("[...document.querySelectorAll('.toast')].at(-1)?.textContent");
    assert!(told.as_str().unwrap().contains("Mei was faster"), "{told}");
    assert_eq!(
        inbox.see("document.querySelector('[data-do=resolve]')"),
        json!(null)
    );
    inbox.until("document.querySelector('[data-do=takeover]') && true");
    // Taking over is offered, and Mei sees it without asking.
    inbox.clicks(".toast button");
    inbox.until("document.querySelector('[data-do=resolve]') && true");
    inbox.scene.turn.switch(&mei);
    inbox.until("document.querySelector('.head').textContent.includes('Lin')");
    inbox.until("!document.querySelector('[data-do=resolve]')");
}

#[test]
fn a_viewer_reads_and_has_nothing_to_press() {
    let Some(inbox) = Inbox::begin() else { return };
    let customer = inbox.customer("where is my order A1001");
    inbox
        .desk()
        .command(&["agent", "rights", "mei", "--role", "viewer"]);
    inbox.enter();
    inbox.open(&customer);
    inbox.until("document.querySelector('.compose')?.textContent.length > 5");
    assert_eq!(
        inbox.see("[...document.querySelectorAll('[data-do], .compose textarea, [data-claim]')].map(one => one.dataset.do)"),
        json!(["density", "shut_facts", "copy"]),
        "how the list looks, the way out of the facts, and a copy of what they read"
    );
    inbox.keys("a");
    let owners = inbox.log(&customer).into_iter();
    let taken = owners.filter(|event| event["kind"] == "owner" && event["owner"] == "agent");
    assert_eq!(taken.count(), 0);
}
