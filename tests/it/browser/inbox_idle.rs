//! What the page says of whoever sits before it, and where it looks for what was handed in in another conversation.

use serde_json::json;

use super::inbox::{Customer, Inbox};
use crate::evidence::{form, png};

/// Makes the page's clock go on by so many minutes, and keeps what its next requests say.
const LATER: &str = "const now = Date.now, ask = window.fetch; Date.now = () => now() + 600_000; window.said = []; \
    window.fetch = (path, given) => { window.said.push(+given?.headers?.['x-idle-seconds']); return ask(path, given); };";

#[test]
fn a_page_that_nobody_touches_says_so_with_whatever_it_asks_by_itself() {
    let Some(inbox) = Inbox::begin() else { return };
    let customer = inbox.opened("how do I reset the kettle?");
    inbox.keys("j");
    inbox.scene.run(LATER);
    inbox.says(&customer, "is anybody there?");
    inbox.until("window.said.length > 1");
    let said = inbox.see("Math.min(...window.said)");
    assert!(said.as_f64().unwrap() >= 590.0, "{said}");
    // With a key they are there again.
    inbox.keys("j");
    inbox.scene.run("window.said.length = 0");
    inbox.says(&customer, "hello?");
    inbox.until("window.said.length > 1");
    let said = inbox.see("Math.max(...window.said)");
    assert!(said.as_f64().unwrap() < 60.0, "{said}");
}

/// Hands a picture in for a claim, and gives its name.
fn hand_in(inbox: &Inbox, customer: &Customer, claim: &str) -> String {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        let client = crate::support::client();
        let to = format!("{}/v1/attachments", inbox.desk().origin());
        let sent = client.post(to).bearer_auth(&customer.token);
        let (file, claim) = (png(1), claim.as_bytes());
        let parts: [(&str, &str, &[u8]); 2] = [("file", "", &file), ("claim", "", claim)];
        let answer = form(sent, &parts).send().await.unwrap();
        let answer: serde_json::Value = answer.json().await.unwrap();
        answer["sha256"]
            .as_str()
            .unwrap_or_else(|| panic!("{answer}"))
            .to_owned()
    })
}

#[test]
fn evidence_of_a_claim_that_was_made_in_another_conversation_opens_from_the_facts() {
    let Some(inbox) = Inbox::begin() else { return };
    let first = inbox.signed_in("I want to talk to a human about A1002");
    let claim = json!({"client_id": "c1", "order": "A1002", "cause": "changed_mind"});
    inbox.post("/v1/claims", Some(&first.token), &claim);
    let file = hand_in(&inbox, &first, "A1002-1");
    let later = inbox.signed_in("where is the refund for A1002?");
    inbox.says(&later, "I want to talk to a human");
    inbox.enter();
    inbox.open(&later);
    let link = inbox
        .until("document.querySelector('.right a[href*=\"/attachments/\"]')?.getAttribute('href')");
    let link = link.as_str().unwrap();
    let there = format!(
        "/v1/conversations/{}/attachments/{file}",
        first.conversation
    );
    assert_eq!(link, there);
    let status = inbox.scene.turn.run(
        "return fetch(arguments[0]).then(answer => answer.status)",
        &[json!(link)],
    );
    assert_eq!(status, json!(200));
}
