//! How much room things take, and what may lie over what: on laptops, on tablets and on phones.

use serde_json::{Value, json};

use super::inbox::Inbox;
use super::scene::{ESCAPE, TAB};

#[test]
fn the_keyboard_does_not_go_beneath_the_facts_that_lie_over_the_page() {
    let Some(inbox) = Inbox::begin() else { return };
    inbox.scene.size(1000, 800);
    inbox.opened("where is my order A1001");
    inbox.keys("a");
    inbox.until("document.activeElement.matches('.compose textarea')");
    inbox.keys(&format!("{ESCAPE}i"));
    inbox.until("document.activeElement.matches('.right')");
    for _ in 0..30 {
        inbox.keys(&TAB.to_string());
        let beneath = inbox.see("!!document.activeElement.closest('.mid, .left, .bar')");
        assert_eq!(beneath, json!(false));
    }
    // What is done elsewhere shuts them, and goes where it can be seen.
    inbox.scene.run("document.querySelector('.right').focus()");
    inbox.keys("r");
    inbox.until("document.activeElement.matches('.compose textarea') && !document.querySelector('.facts-on')");
    inbox.types("ee");
    assert_eq!(
        inbox.see("document.querySelector('.compose textarea').value"),
        json!("ee")
    );
    inbox.scene.own_size();
}

#[test]
fn nothing_is_opened_beside_nothing() {
    let Some(inbox) = Inbox::begin() else { return };
    inbox.customer("where is my order A1001");
    inbox.enter();
    inbox.until("document.querySelector('.line') && true");
    for key in ["i", "t"] {
        inbox.keys(key);
        assert_eq!(
            inbox.see(
                "[document.activeElement.matches('.right'), !!document.querySelector('.facts-on')]"
            ),
            json!([false, false]),
            "{key}"
        );
    }
}

#[test]
fn the_ready_answer_that_the_arrows_are_at_is_named_to_whoever_only_hears_it() {
    let Some(inbox) = Inbox::begin() else { return };
    inbox.opened("where is my order A1001");
    inbox.keys("a");
    inbox.types("/");
    inbox.until("document.querySelector('.pick') && true");
    let named = "(area => { const at = document.getElementById(area.getAttribute('aria-activedescendant')); \
                 return at && at.ariaSelected === 'true' && document.getElementById(area.getAttribute('aria-controls')).contains(at) && at.textContent; })(document.querySelector('.compose textarea'))";
    let first = inbox.until(named);
    let open = "document.querySelector('[data-do=ready]').ariaExpanded";
    assert_eq!(inbox.see(open), json!("true"));
    inbox.keys("\u{e015}");
    assert_ne!(inbox.until(named), first);
    inbox.keys(&ESCAPE.to_string());
    inbox.until("!document.querySelector('.pick')");
    assert_eq!(inbox.see(open), json!("false"));
    assert_eq!(
        inbox.see(
            "document.querySelector('.compose textarea').getAttribute('aria-activedescendant')"
        ),
        Value::Null
    );
}

#[test]
fn on_a_laptop_the_brief_says_what_is_wanted_and_in_whose_words_before_it_is_opened() {
    let Some(inbox) = Inbox::begin() else { return };
    inbox.scene.size(1400, 757);
    inbox.opened("where is my order A1001");
    let gist = "(node => node?.checkVisibility() && node.textContent)(document.querySelector('.brief .gist'))";
    let gist = inbox.until(gist);
    let brief =
        inbox.see("[...document.querySelectorAll('.brief dd')].map(one => one.textContent)");
    let brief = super::scene::texts(&brief);
    let said = gist.as_str().unwrap();
    assert!(
        brief
            .iter()
            .filter(|line| said.contains(line.as_str()))
            .count()
            >= 2,
        "{said}: {brief:?}"
    );
    assert!(said.contains("I want to talk to a human"), "{said}");
    inbox.until("(at => at.height >= 200 && document.querySelector('.send').getBoundingClientRect().bottom <= innerHeight)(document.querySelector('.thread').getBoundingClientRect())");
    inbox.scene.own_size();
}

#[test]
fn on_a_phone_what_is_said_has_a_place_of_its_own_above_who_is_spoken_to() {
    let Some(inbox) = Inbox::begin() else { return };
    inbox.scene.size(390, 844);
    inbox.opened("where is my order A1001");
    inbox.keys("a");
    inbox.until("document.activeElement.matches('.compose:not(.notes) textarea')");
    inbox.clicks("[data-do=resolve]");
    inbox.until("document.querySelector('.toast button') && true");
    let apart = "(([one, two]) => one.height > 0 && one.bottom <= two.top)(['.toast', '.head'].map(name => document.querySelector(name).getBoundingClientRect()))";
    assert_eq!(inbox.see(apart), json!(true));
    // Two are two: neither lies over the head when it grows.
    inbox
        .scene
        .run("document.querySelector('.head').style.minHeight = '200px'");
    assert_eq!(inbox.see(apart), json!(true));
    inbox.scene.own_size();
}

#[test]
fn a_line_is_picked_with_a_thumb() {
    let Some(inbox) = Inbox::begin() else { return };
    let touch = |enabled: bool| {
        let how = json!({"enabled": enabled, "maxTouchPoints": 1});
        inbox
            .scene
            .turn
            .cdp("Emulation.setTouchEmulationEnabled", &how);
    };
    inbox.scene.size(390, 844);
    touch(true);
    inbox.customer("where is my order A1001");
    inbox.enter();
    inbox.until("document.querySelector('.line') && true");
    let large = inbox.see("(at => [at.width, at.height])(document.querySelector('.list .hit').getBoundingClientRect())");
    let sides: Vec<f64> = large
        .as_array()
        .unwrap()
        .iter()
        .map(|n| n.as_f64().unwrap())
        .collect();
    assert!(sides.iter().all(|&side| side >= 44.0), "{sides:?}");
    inbox.clicks(".list .hit");
    inbox.until("document.querySelector('.bulk b')?.textContent === '1 selected'");
    touch(false);
    inbox.scene.own_size();
}

#[test]
fn a_line_says_what_it_is_about_whole_and_where_it_went() {
    let Some(inbox) = Inbox::begin() else { return };
    inbox.opened("where is my order A1001");
    inbox.until("document.querySelector('.line .matter')?.textContent && true");
    let cut = "[...document.querySelectorAll('.line .matter, .line .tags .chip')].filter(one => one.scrollWidth > one.clientWidth + 1).map(one => one.textContent)";
    assert_eq!(inbox.see(cut), json!([]));
    // Of the order's state there is the sign; its word is for whoever asks, or only hears it.
    inbox.until("(order => order.offsetWidth < 24 && order.title === 'Delivered' && order.textContent.includes('Delivered'))(document.querySelector('.line .order'))");
    // On the tint of the line that is open a grey chip has an edge.
    inbox.until("getComputedStyle(document.querySelector('.line[aria-current] .chip')).boxShadow !== 'none'");
    inbox.keys("a");
    inbox.types("It left today.");
    inbox.control(super::scene::ENTER);
    inbox
        .until("document.querySelector('.line.gone .tags')?.textContent.includes('moved to Mine')");
    let struck = inbox.see("[...document.querySelectorAll('.line.gone *')].some(one => getComputedStyle(one).textDecorationLine !== 'none')");
    assert_eq!(struck, json!(false));
    inbox.scene.run("location.hash = '#v=mine'");
    inbox.until("document.querySelector('.line .tags')?.textContent.includes('with customer')");
    assert_eq!(inbox.see(cut), json!([]));
}
