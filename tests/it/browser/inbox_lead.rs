//! What leads read, and what agents say of the bot, in the page.

use serde_json::{Value, json};

use super::inbox::Inbox;

#[test]
fn an_agent_says_in_the_opened_turn_that_the_bot_was_wrong_and_the_lead_sees_it_counted() {
    let Some(inbox) = Inbox::begin() else { return };
    inbox
        .desk()
        .command(&["agent", "rights", "mei", "--role", "lead"]);
    inbox.opened("How long does a refund take?");
    inbox
        .scene
        .run("document.querySelector('details.why').open = true");
    inbox.until("document.querySelector('.wrong')?.offsetParent && true");
    inbox.clicks(".wrong");
    inbox.until("document.querySelector('dialog select') && true");
    inbox.scene.run("document.querySelector('dialog select').value = 'invoice'; document.querySelector('dialog [type=submit]').click()");
    inbox.until("document.querySelector('.toast')?.textContent.includes('review list')");
    let list = inbox.desk().as_agent("GET", "/v1/reviews", &Value::Null);
    assert_eq!(
        (&list[0]["message"], &list[0]["intent"]),
        (&json!("How long does a refund take?"), &json!("invoice"))
    );
    inbox.clicks(".to-report");
    inbox.until("document.querySelector('.report svg') && true");
    // A bar says how many it is, and two lines how high that is.
    assert_eq!(
        inbox.see("document.querySelectorAll('.report svg line').length"),
        json!(2)
    );
    assert_eq!(
        inbox.texts(".report svg .total").last().map(String::as_str),
        Some("1")
    );
    let figures = inbox.texts(".figure");
    assert!(
        figures.iter().any(|figure| figure == "Wrong answers1"),
        "{figures:?}"
    );
    assert!(
        figures.iter().any(|figure| figure == "Waiting now1"),
        "{figures:?}"
    );
    inbox.scene.size(320, 640);
    assert_eq!(
        inbox.see("document.documentElement.scrollWidth <= innerWidth"),
        json!(true)
    );
    inbox
        .scene
        .turn
        .cdp("Emulation.clearDeviceMetricsOverride", &json!({}));
    inbox.scene.run("history.back()");
    inbox.until("!document.querySelector('.report') && document.querySelector('.line')?.offsetParent && true");
    inbox.scene.assert_quiet();
}

#[test]
fn an_agent_pauses_and_goes_on_and_the_desk_knows_it() {
    let Some(inbox) = Inbox::begin() else { return };
    inbox.enter();
    let is = |word: &str| {
        let me = inbox.desk().as_agent("GET", "/v1/agents", &Value::Null);
        let mei = me
            .as_array()
            .unwrap()
            .iter()
            .find(|one| one["id"] == "mei")
            .unwrap();
        mei["availability"] == word
    };
    let eventually = |word: &str| {
        (0..200).any(|_| {
            std::thread::sleep(std::time::Duration::from_millis(50));
            is(word)
        })
    };
    assert!(eventually("online"));
    for word in ["paused", "offline", "online"] {
        inbox.scene.turn.run(
            "const one = document.querySelector('.presence'); one.value = arguments[0]; one.dispatchEvent(new Event('change'))",
            &[json!(word)],
        );
        assert!(eventually(word), "{word}");
    }
    inbox.scene.assert_quiet();
}
