//! What leads read, and what agents say of the bot, in the page.

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use super::inbox::Inbox;
use crate::second_factor::Phone;

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
    inbox.until(
        "[...document.querySelectorAll('.toast')].at(-1)?.textContent.includes('review list')",
    );
    // One click has put it there; who knows what it was says so, and no more than that is asked.
    let list = inbox.desk().as_agent("GET", "/v1/reviews", &Value::Null);
    assert_eq!(list[0]["message"], "How long does a refund take?");
    assert_eq!(inbox.see("document.querySelector('dialog')"), Value::Null);
    inbox.scene.run("const right = document.activeElement; right.value = 'invoice'; right.dispatchEvent(new Event('change'))");
    inbox.until("document.querySelectorAll('.toast').length > 1");
    let list = inbox.desk().as_agent("GET", "/v1/reviews", &Value::Null);
    assert_eq!(
        (&list[0]["message"], &list[0]["intent"]),
        (&json!("How long does a refund take?"), &json!("invoice"))
    );
    inbox.clicks(".to-report");
    inbox.until("document.querySelector('.report svg') && true");
    // Each figure is drawn by day, in all languages or in one, and by language.
    let figures = inbox.see(
        "[...document.querySelectorAll('[data-chart=r_figure] option')].map(one => one.value)",
    );
    let choose = |chart: &str, value: &str| {
        inbox.scene.run(&format!("const one = document.querySelector('[data-chart={chart}]'); one.value = '{value}'; one.dispatchEvent(new Event('change'))"));
        inbox.until(&format!("document.activeElement.matches('[data-chart={chart}]') && document.activeElement.value === '{value}'"));
        inbox.texts(".report svg title").pop().unwrap()
    };
    for (figure, drawn) in [
        ("r_wrong", "Wrong answers 1"),
        ("r_reasons", "Why people got them 1"),
        ("r_bot", "Confirmed 0, Assumed 0"),
        ("r_first", "p50 \u{2013}, p90 \u{2013}"),
        ("r_began", "Bot alone 0, Handed over 1"),
    ] {
        let title = choose("r_figure", figure);
        assert!(title.ends_with(drawn), "{figure}: {title}");
    }
    for figure in super::scene::texts(&figures) {
        choose("r_figure", &figure);
    }
    choose("r_figure", "r_wrong");
    assert!(choose("f_language", "zh-Hant").ends_with("Wrong answers 0"));
    assert!(choose("f_language", "en").ends_with("Wrong answers 1"));
    choose("r_figure", "r_began");
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
    inbox.scene.assert_fits_a_phone();
    inbox.scene.run("history.back()");
    inbox.until("!document.querySelector('.report') && document.querySelector('.line')?.offsetParent && true");
    inbox.scene.assert_quiet();
}

#[test]
fn the_button_stays_until_the_desk_has_the_word_and_what_a_colleague_said_is_shown() {
    let Some(inbox) = Inbox::begin() else { return };
    let customer = inbox.opened("How long does a refund take?");
    inbox
        .scene
        .run("document.querySelector('details.why').open = true; window.was = fetch; window.fetch = () => Promise.reject(new TypeError('offline'))");
    inbox.until("document.querySelector('.wrong')?.offsetParent && true");
    inbox.clicks(".wrong");
    inbox.until("document.querySelector('.toast') && true");
    assert_eq!(
        inbox.see("Boolean(document.querySelector('.wrong')?.offsetParent)"),
        json!(true)
    );
    inbox.scene.run("window.fetch = window.was");
    let log = inbox.log(&customer).into_iter();
    let mut said = log.filter(|event| event["kind"] == "reply" && event["from"] == "bot");
    let wrong =
        json!({"reply": said.next().unwrap()["seq"], "intent": "invoice", "note": "not this"});
    let path = format!("/v1/conversations/{}/wrong", customer.conversation);
    let ye = inbox.desk().second_agent("ye", "Ye");
    inbox.desk().as_other(&ye, "POST", &path, &wrong);
    inbox.clicks(".wrong");
    inbox.until("document.activeElement.value === 'invoice'");
    assert_eq!(
        inbox.see("document.activeElement.closest('.row').querySelector('input').value"),
        json!("not this")
    );
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

#[test]
fn a_lead_works_through_wrong_answers_and_reads_who_did_what_with_whom() {
    let Some(inbox) = Inbox::begin() else { return };
    inbox
        .desk()
        .command(&["agent", "rights", "mei", "--role", "lead"]);
    // Ye looked around, and is no colleague any more.
    let ye = inbox.desk().second_agent("ye", "Ye");
    let list = "/v1/inbox?view=waiting";
    inbox.desk().as_other(&ye, "GET", list, &Value::Null);
    inbox.desk().command(&["agent", "disable", "ye"]);
    let customer = inbox.opened("How long does a refund take?");
    let log = inbox.log(&customer).into_iter();
    let mut said = log.filter(|event| event["kind"] == "reply" && event["from"] == "bot");
    let wrong =
        json!({"reply": said.next().unwrap()["seq"], "intent": "invoice", "note": "not this"});
    let path = format!("/v1/conversations/{}/wrong", customer.conversation);
    inbox.desk().as_agent("POST", &path, &wrong);
    inbox.clicks(".to-report");
    inbox.until("document.querySelector('[data-page=reviews]') && true");
    inbox.clicks("[data-page=reviews]");
    inbox.until("document.querySelector('[data-do=review_done]') && true");
    let shown = inbox.texts(".report section").join("");
    for part in [
        "How long does a refund take?",
        "not this",
        "[intent.invoice.examples]",
        "Mei",
    ] {
        assert!(shown.contains(part), "{part}: {shown}");
    }
    let nothing =
        "document.querySelector('.report')?.textContent.includes('nothing to work through')";
    inbox.clicks("[data-do=review_done]");
    inbox.until(nothing);
    // Pressed by mistake it comes back.
    inbox.control('z');
    inbox.until("document.querySelector('[data-do=review_done]') && true");
    inbox.clicks("[data-do=review_done]");
    inbox.until(nothing);
    let left = inbox.desk().as_agent("GET", "/v1/reviews", &Value::Null);
    assert_eq!(left, json!([]));
    inbox.clicks("[data-page=audit]");
    inbox.until("document.querySelectorAll('.lines td').length > 5");
    let lines = inbox.texts(".lines tbody tr");
    for what in [
        "came in",
        "read",
        "said the bot was wrong",
        "was done with a wrong answer",
    ] {
        assert!(
            lines.iter().any(|line| line.contains(what)),
            "{what}: {lines:?}"
        );
    }
    assert!(
        lines[0].contains("was done with a wrong answer"),
        "the newest is first: {lines:?}"
    );
    // Whoever has left is asked for by what they did.
    inbox.until("[...document.querySelectorAll('[data-audit=agent] option')].some(one => one.value === 'ye')");
    // Of one agent, of another day, of one person.
    inbox.scene.run("const one = document.querySelector('[data-audit=agent]'); one.focus(); one.value = 'mei'; one.dispatchEvent(new Event('change'))");
    inbox.until("document.querySelector('.report a[download]').href.includes('agent=mei')");
    assert_eq!(
        inbox.see("document.activeElement.dataset.audit"),
        json!("agent"),
        "whoever chose goes on choosing"
    );
    // Who looked for somebody, by whoever knows for whom they ask: the line itself names nobody.
    inbox
        .desk()
        .as_agent("GET", "/v1/inbox?q=zanzibar", &Value::Null);
    let asks = |word: &str| {
        let ask = "const one = document.querySelector('[data-audit=searched]'); one.value = arguments[0]; one.dispatchEvent(new Event('change'))";
        inbox.scene.turn.run(ask, &[json!(word)]);
        inbox.until(&format!(
            "document.querySelector('.report a[download]').href.includes('searched={word}')"
        ));
    };
    asks("Zanzibar");
    inbox.until("document.querySelectorAll('.lines tbody tr').length === 1");
    let line = inbox.texts(".lines tbody tr");
    assert!(
        line[0].contains("searched") && !line[0].contains("anzibar"),
        "{line:?}"
    );
    asks("quince");
    inbox.until("document.querySelector('.report .scroll p:not([hidden])')");
    inbox.scene.run("const one = document.querySelector('[data-audit=searched]'); one.value = ''; one.dispatchEvent(new Event('change'))");
    inbox.scene.run("const one = document.querySelector('[data-audit=to]'); one.value = '2020-01-02'; one.dispatchEvent(new Event('change')); document.querySelector('[data-audit=from]').value = '2020-01-01'; document.querySelector('[data-audit=from]').dispatchEvent(new Event('change'))");
    inbox.until("document.querySelector('.report .scroll p:not([hidden])') && !document.querySelector('.lines td')");
    inbox.scene.assert_fits_a_phone();
    inbox.scene.assert_quiet();
}

#[test]
fn an_agent_turns_a_second_factor_on_and_off_with_a_code_and_reads_no_audit_log() {
    let Some(inbox) = Inbox::begin() else { return };
    inbox.enter();
    for page in ["audit", "reviews"] {
        inbox.scene.run(&format!("location.hash = '#{page}'"));
        inbox.until(
            "[...document.querySelectorAll('.toast')].at(-1)?.textContent === 'Your role does not allow that.'",
        );
        inbox.clicks(".toast");
    }
    let opens = || {
        inbox
            .scene
            .run("document.querySelector('.bar [aria-label]:is(button)').click()");
        inbox.until("document.querySelector('[data-do=factor]') && true");
        inbox.clicks("[data-do=factor]");
        inbox.until("document.querySelector('dialog [name=code]') && true");
    };
    let confirm = |code: &str| {
        inbox.scene.turn.run(
            "document.querySelector('dialog [name=code]').value = arguments[0]; document.querySelector('dialog [type=submit]').click()",
            &[json!(code)],
        );
    };
    opens();
    let secret = inbox.texts("dialog code").join("");
    let phone = Phone::with(&secret);
    confirm("000000");
    inbox.until("document.querySelector('dialog [role=alert]')?.textContent.length > 5");
    confirm(&phone.code_at(Timestamp::now()));
    inbox.until("document.querySelector('.door')?.textContent.includes('second factor is on')");
    // The next code of the phone is half a minute away: a clock that is a little ahead shows it.
    let next = || phone.code_at(Timestamp::now() + SignedDuration::from_secs(30));
    inbox.scene.turn.run(
        "document.querySelector('[name=agent]').value = 'mei'; document.querySelector('[name=password]').value = arguments[0]; document.querySelector('.door .btn').click()",
        &[json!(inbox.password)],
    );
    inbox.until("document.querySelector('.door [name=code]')?.offsetParent && document.querySelector('.door .btn:enabled') && true");
    inbox.scene.turn.run(
        "document.querySelector('[name=password]').value = arguments[0]; document.querySelector('.door [name=code]').value = arguments[1]; document.querySelector('.door .btn').click()",
        &[json!(inbox.password), json!(next())],
    );
    inbox.until("document.querySelector('.app') && true");
    opens();
    assert_eq!(
        inbox.texts("dialog code").len(),
        0,
        "the secret is shown once"
    );
    // It takes another code, and so a while: the operator turns it off meanwhile.
    inbox.desk().command(&["agent", "totp", "mei", "--off"]);
}
