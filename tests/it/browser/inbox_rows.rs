//! The lines of the agents' page: what stands in them, in which order they stand, and how much room they take.

use serde_json::json;

use super::inbox::{Customer, Inbox};

#[test]
fn a_line_says_the_order_its_state_and_the_amount_and_how_much_is_new() {
    let Some(inbox) = Inbox::begin() else { return };
    let customer = inbox.customer("where is my order A1001");
    inbox.enter();
    inbox.until("document.querySelector('.line .about') && true");
    let about = inbox.texts(".line .about > *");
    assert_eq!(about[1..], ["A1001", "✓ Delivered", "£20.50"], "{about:?}");
    assert_eq!(inbox.texts(".line .news")[0], "1 new");
    inbox.keys("jo");
    inbox.until("document.querySelector('.thread .said') && !document.querySelector('.news')");
    inbox.keys("\u{e00c}");
    inbox.until("location.hash === '#v=waiting'");
    for text in ["hello?", "anybody there?"] {
        inbox.says(&customer, text);
    }
    inbox.until("document.querySelector('.news')?.textContent === '2 new'");
    // The shop says that it has changed: so does the line, without anybody asking.
    let order = json!({"id": "A1001", "status": "refunding", "amount": "20.50", "currency": "GBP", "created_at": "2026-11-10T08:00:00Z",
        "items": ["Two mugs"], "customer": {"name": "Mia Holt", "email": "mia@example.com"}});
    inbox.desk().as_shop("PUT", "/v1/orders/A1001", &order);
    inbox.says(&customer, "where is my money?");
    inbox.until("document.querySelector('.line .order')?.textContent.includes('Refund')");
    inbox.scene.assert_quiet();
}

#[test]
fn how_long_the_customer_waits_stands_in_the_line_until_somebody_answers_and_what_is_due_is_first()
{
    let Some(inbox) = Inbox::begin() else { return };
    inbox.opened("where is my order A1001");
    let since = "document.querySelector('.line .age').dateTime";
    let asked = inbox.until(since);
    inbox.keys("a");
    inbox.until("document.querySelector('[data-do=resolve]') && true");
    inbox.scene.run("location.hash = '#v=mine'");
    inbox.until("performance.getEntriesByType('resource').some(one => one.name.includes('view=mine&sort=urgent'))");
    inbox.until("document.querySelector('.views [aria-current]').dataset.view === 'mine' && document.querySelector('.line .age') && true");
    assert_eq!(inbox.see(since), asked);
    assert_eq!(
        inbox.see("document.querySelector('.sort').selectedOptions[0].textContent"),
        json!("Due first")
    );
}

#[test]
fn on_a_low_screen_there_is_room_for_the_thread_and_send_is_in_sight() {
    let Some(inbox) = Inbox::begin() else { return };
    inbox.scene.size(1366, 625);
    inbox.opened("where is my order A1001");
    inbox.keys("a");
    inbox.types("/");
    inbox.until("document.querySelector('.pick') && true");
    let fits = "(box => { const of = name => document.querySelector(name).getBoundingClientRect(); \
                return [of('.thread').height >= 200, of('.send').bottom <= innerHeight, document.documentElement.scrollHeight <= innerHeight, of('.bar').top === 0]; })()";
    assert_eq!(inbox.see(fits), json!([true, true, true, true]));
    // Whoever opens the brief takes room from the thread, and not all of it.
    inbox.clicks(".brief summary");
    assert_eq!(
        inbox.see("document.querySelector('.thread').clientHeight >= 120 && document.querySelector('.send').getBoundingClientRect().bottom <= innerHeight"),
        json!(true)
    );
    inbox.scene.own_size();
}

#[test]
fn that_the_customer_writes_is_seen_in_the_list_and_in_the_conversation_until_it_is_sent() {
    let Some(inbox) = Inbox::begin() else { return };
    let customer = inbox.opened("the teapot is broken");
    inbox.post("/v1/typing", Some(&customer.token), &json!({}));
    inbox.until("document.querySelector('.line .types') && document.querySelector('.head .types')");
    inbox.says(&customer, "are you there?");
    inbox.until("!document.querySelector('.types')");
    inbox.scene.assert_quiet();
}

#[test]
fn amounts_in_two_currencies_stand_apart_and_a_bound_is_one_of_a_currency() {
    let Some(inbox) = Inbox::begin() else { return };
    let order = json!({"id": "A1077", "status": "delivered", "amount": "100", "currency": "JPY", "items": ["Cup"],
        "created_at": "2026-11-10T08:00:00Z", "paid_at": "2026-11-10T08:01:00Z",
        "customer": {"name": "Jo Field", "email": "jo@example.com"}});
    inbox.desk().as_shop("PUT", "/v1/orders/A1077", &order);
    let yen = inbox.customer("where is my order A1077");
    let cheap = inbox.customer("where is my order A1003");
    let dear = inbox.customer("where is my order A1002");
    inbox.enter();
    let shown = "[...document.querySelectorAll('.list li[data-id]')].sort((a, b) => a.ariaPosInSet - b.ariaPosInSet).map(row => row.dataset.id).join()";
    let waits = |customers: &[&Customer]| {
        let ids: Vec<&str> = customers.iter().map(|it| &it.conversation[..]).collect();
        inbox.until(&format!("{shown} === '{}'", ids.join(",")));
    };
    waits(&[&yen, &cheap, &dear]);
    inbox.until(
        "document.querySelector('.sort [value=amount]').textContent.includes('by currency')",
    );
    choose(&inbox, ".sort", "amount");
    waits(&[&dear, &cheap, &yen]);
    inbox.clicks(".find button");
    // A bound is in the currency that most of what is in sight has, and says so.
    choose(&inbox, "[data-filter=at_least]", "50");
    waits(&[&dear]);
    let chip = |text: &str| {
        inbox.until(&format!("[...document.querySelectorAll('.only .chip')].some(chip => chip.textContent === '{text}')"));
    };
    chip("≥ £50.00 ×");
    choose(&inbox, "[data-filter=currency]", "JPY");
    waits(&[&yen]);
    chip("≥ ¥50 ×");
    choose(&inbox, "[data-filter=currency]", "");
    waits(&[&dear, &cheap, &yen]);
    assert_eq!(
        inbox.see("location.hash.includes('at_least')"),
        json!(false)
    );
    // The list of the bot stands from either end.
    inbox.clicks("[data-view=bot]");
    inbox.until("[...document.querySelectorAll('.sort option')].map(one => one.value).join() === ',oldest' && !document.querySelector('.sort').disabled");
    inbox.scene.assert_quiet();
}

#[test]
fn the_list_is_sorted_narrowed_by_amount_and_made_compact_and_stays_so() {
    let Some(inbox) = Inbox::begin() else { return };
    let cheap = inbox.customer("where is my order A1003");
    let dear = inbox.customer("where is my order A1002");
    let none = inbox.customer("the teapot is broken");
    inbox.enter();
    let shown = "[...document.querySelectorAll('.list li[data-id]')].sort((a, b) => a.ariaPosInSet - b.ariaPosInSet).map(row => row.dataset.id).join()";
    let waits = |ids: &[&str]| {
        inbox.until(&format!("{shown} === '{}'", ids.join(",")));
    };
    let (cheap, dear, none) = (
        &cheap.conversation[..],
        &dear.conversation[..],
        &none.conversation[..],
    );
    waits(&[cheap, dear, none]);
    choose(&inbox, ".sort", "amount");
    waits(&[dear, cheap, none]);
    assert!(
        inbox
            .see("location.hash")
            .as_str()
            .unwrap()
            .contains("sort=amount")
    );
    inbox.clicks(".find button");
    choose(&inbox, "[data-filter=at_most]", "20");
    waits(&[cheap]);
    inbox.until(
        "[...document.querySelectorAll('.only .chip')].some(chip => chip.textContent === '≤ £20.00 ×')",
    );
    choose(&inbox, "[data-filter=at_most]", "");
    choose(&inbox, "[data-filter=order]", "delivered");
    waits(&[dear, cheap]);
    let height = || {
        inbox
            .see("document.querySelector('.list li[data-id]').offsetHeight")
            .as_f64()
            .unwrap()
    };
    let roomy = height();
    inbox.clicks("[data-do=density]");
    assert!(height() < roomy * 0.7);
    // Nothing of a compact line is cut off, and the page is dense again when it is opened again.
    assert_eq!(inbox.see("[...document.querySelectorAll('.list li[data-id]')].every(row => row.scrollHeight <= row.offsetHeight)"), json!(true));
    inbox.scene.turn.call("POST", "/refresh", &json!({}));
    waits(&[dear, cheap]);
    assert!(height() < roomy * 0.7);
    // The list of the bot is narrowed likewise and by no amount: it has none of them, and says nothing wrong.
    inbox.keys("gb");
    inbox.until("document.querySelector('.list .none') && document.querySelector('.sort').value === '' && !document.querySelector('.sort [value=amount]')");
    inbox.scene.assert_quiet();
}

fn choose(inbox: &Inbox, selector: &str, value: &str) {
    inbox.until(&format!("document.querySelector('{selector}') && true"));
    inbox.scene.turn.run(
        "const one = document.querySelector(arguments[0]); one.value = arguments[1]; one.dispatchEvent(new Event('change'))",
        &[json!(selector), json!(value)],
    );
}

#[test]
fn what_could_not_be_read_of_a_long_list_is_read_again_and_what_comes_late_is_not_put_into_another()
{
    let Some(inbox) = Inbox::begin() else { return };
    for _ in 0..60 {
        inbox.customer("where is my order A1001");
    }
    inbox.enter();
    let rows = |n: u32| {
        inbox.until(&format!(
            "document.querySelector('.list .space')?.style.height === '{}px'",
            n * 104
        ))
    };
    rows(50);
    inbox.scene.run(
        "const real = window.fetch; window.asked = []; \
         window.fetch = (to, given) => String(to).includes('cursor=') \
           ? new Promise((go, stop) => asked.push({go: () => go(real(to, given)), stop: () => stop(new TypeError('gone'))})) : real(to, given); \
         window.down = () => { const box = document.querySelector('.list'); box.scrollTop = 0; requestAnimationFrame(() => { box.scrollTop = box.scrollHeight; }); }",
    );
    inbox.scene.run("down()");
    inbox.until("asked.length === 1");
    inbox.scene.run("asked[0].stop()");
    inbox.until("document.querySelector('.toast') && true");
    inbox.scene.run("down()");
    inbox.until("asked.length === 2");
    inbox.scene.run("asked[1].go()");
    rows(60);
    // Somebody goes to another list while the rest of this one is under way.
    inbox.scene.run("location.hash = '#v=waiting&language=en'");
    rows(50);
    inbox.scene.run("down()");
    inbox.until("asked.length === 3");
    inbox.scene.run("location.hash = '#v=done'");
    inbox.until("document.querySelector('.list .none') && true");
    inbox.scene.run("asked[2].go()");
    std::thread::sleep(std::time::Duration::from_secs(1));
    assert_eq!(
        inbox.see("document.querySelectorAll('.line').length"),
        json!(0)
    );
}
