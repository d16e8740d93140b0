//! Waiting for a person, and the person: the line, the hours, an address, who is writing, and how it was.

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use super::scene::{ENTER, Scene, TAB};
use super::wire;

/// A shop that is always open, and one that opens the day after tomorrow.
fn shops() -> String {
    let later = Timestamp::now() + SignedDuration::from_hours(48);
    let day = later.strftime("%a").to_string().to_lowercase();
    let site = |key: &str, hours: &str| {
        format!(
            "\n[[sites]]\nkey = \"{key}\"\nmerchant = \"m_{key}\"\norigins = [\"*\"]\n\
             secret = \"browser-secret-0123456789abcdef0123\"\n[sites.calendar]\nhours = {{ {hours} }}\n"
        )
    };
    let always = site("always", "mon-sun = \"00:00-24:00\"");
    format!(
        "{always}{}",
        site("later", &format!("{day} = \"09:00-10:00\""))
    )
}

/// Another customer of a shop waits: their conversation.
fn somebody_waits(scene: &Scene, site: &str) -> String {
    let address = &scene.desk().address;
    let ask = |path: &str, token: Option<&str>, body: &Value| {
        wire::json(address, "POST", path, token, body)
            .unwrap()
            .json()
    };
    let opened = ask("/v1/sessions", None, &json!({"site": site}));
    let said = json!({"client_id": "m1", "text": "I want to talk to a person"});
    let token = opened["session"].as_str();
    let said = ask("/v1/messages", token, &said);
    said["conversation"].as_str().unwrap().to_owned()
}

fn act(scene: &Scene, conversation: &str, what: &str) {
    let path = format!("/v1/conversations/{conversation}/{what}");
    scene.desk().as_agent("POST", &path, &json!({}));
}

fn banner(scene: &Scene) -> String {
    scene
        .see("$('.banner p').textContent")
        .as_str()
        .unwrap()
        .to_owned()
}

#[test]
fn a_customer_sees_their_place_in_line_move_and_may_go_on_with_the_bot() {
    let Some(scene) = Scene::with(&shops()) else {
        return;
    };
    let first = somebody_waits(&scene, "always");
    // Somebody is at work.
    scene.desk().as_agent("GET", "/v1/inbox", &json!({}));
    scene.visit("data-site=\"always\" data-locale=\"zh-TW\"");
    scene.open();
    scene.ask("我要找真人客服");
    scene.until("$('.banner p').textContent.startsWith('前面還有 1 位')");
    // Another tab, and the same one after a reload, are told how it is now.
    scene.reload();
    scene.until("$('.banner p').textContent.startsWith('前面還有 1 位')");
    assert_eq!(
        scene.see("$$('.system').filter(one => one.textContent === '已轉接客服專員').length"),
        1
    );
    act(&scene, &first, "claim");
    scene.until("$('.banner p').textContent.startsWith('您是下一位')");
    assert_eq!(
        scene.see("[...$$('.banner .way')].filter(one => one.getClientRects().length).map(one => one.textContent)"),
        json!(["繼續問智慧客服", "留下電子郵件"])
    );
    scene.run("$$('.banner .way')[0].click()");
    scene.until("$('.banner').hidden");
    scene.until("$$('.system').at(-1).textContent === '已取消等候，由自動助理繼續'");
    let answer = scene.ask("退款多久會到帳？");
    assert!(!answer.is_empty(), "the bot does not go on");
    scene.assert_quiet();
}

#[test]
fn a_customer_who_comes_when_nobody_is_there_is_told_when_and_leaves_an_address() {
    let Some(scene) = Scene::with(&shops()) else {
        return;
    };
    scene.visit("data-site=\"always\" data-locale=\"en\"");
    scene.open_if_shut();
    scene.ask("I want to talk to a person");
    scene.until("$('.banner p').textContent.startsWith('Nobody from our team is online')");
    scene.visit("data-site=\"later\" data-locale=\"en\"");
    scene.open_if_shut();
    scene.ask("I want to talk to a person");
    scene.until("$('.banner p').textContent.startsWith('We are closed now and back on ')");
    assert!(
        banner(&scene).contains("Your chat stays open"),
        "{}",
        banner(&scene)
    );
    scene.run("$$('.banner .way')[1].focus()");
    scene.turn.keys(&ENTER.to_string());
    scene.until("W.activeElement.type === 'email'");
    scene.turn.keys(&format!("mia@{ENTER}"));
    scene.until("$('form.card .error').textContent.includes('whole e-mail address')");
    let told = scene.see("(at => [at.type, at.value, at.ariaInvalid, W.getElementById(at.getAttribute('aria-describedby')).textContent.length > 9])(W.activeElement)");
    assert_eq!(told, json!(["email", "mia@", "true", true]));
    scene.turn.keys(&format!("example.com{ENTER}"));
    scene.until("$$('.system').at(-1).textContent === 'We can write to m***@example.com'");
    assert_eq!(scene.see("$$('form.card').length"), 0);
    scene.until("$$('.banner .way')[1].hidden");
    let path = format!("/v1/conversations/{}", scene.conversation());
    let seen = scene.desk().as_agent("GET", &path, &json!({}));
    assert_eq!(seen["contact"], "mia@example.com");
    scene.reload();
    scene.until("$$('.system').some(one => one.textContent.includes('m***@example.com'))");
    assert_eq!(scene.see("$$('.banner .way')[1].hidden"), true);
}

#[test]
fn a_customer_sees_that_the_agent_writes_until_the_message_is_there() {
    let Some(scene) = Scene::begin() else { return };
    scene.visit("data-locale=\"en\"");
    scene.open();
    let path = scene.with_agent();
    scene.until("$$('.system').at(-1).textContent === 'Mei joined the chat'");
    assert_eq!(scene.see("$('.dots').hidden"), true);
    scene
        .desk()
        .as_agent("POST", &format!("{path}/typing"), &json!({}));
    scene.until("!$('.dots').hidden");
    assert_eq!(
        scene.see("[$('.dots').getAttribute('role'), $('.dots').textContent]"),
        json!(["status", "Mei is typing"])
    );
    scene.agent_says(&path, "t1", "Good morning!");
    scene.until("$$('.said.agent').length === 1");
    assert_eq!(scene.see("$('.dots').hidden"), true);
    act(&scene, &scene.conversation(), "return");
    scene.until("$$('.system').at(-1).textContent === 'Mei has left; the assistant is back'");
}

#[test]
fn a_customer_is_asked_once_how_it_was_and_answers_with_the_keyboard() {
    let Some(scene) = Scene::begin() else { return };
    scene.visit("data-locale=\"zh-CN\"");
    scene.open();
    let path = scene.with_agent();
    scene.until("$('.state.agent')");
    scene
        .desk()
        .as_agent("POST", &format!("{path}/resolve"), &json!({}));
    scene.until("$('form.card')");
    let asked =
        scene.see("[$('form.card b').textContent, ...$$('.pick').map(one => one.textContent)]");
    assert_eq!(
        asked,
        json!([
            "How was the help you got from our team?",
            "Very bad",
            "Bad",
            "Okay",
            "Good",
            "Very good"
        ]),
        "it is not in the language that they wrote in"
    );
    scene.run("$('form.card [type=submit]').click()");
    scene.until("$('form.card .error').textContent === '请选一项。'");
    assert_eq!(
        scene.see("W.activeElement.type"),
        "radio",
        "the focus is not at what is wrong"
    );
    let side_by_side =
        "new Set($$('.score .pick').map(one => one.getBoundingClientRect().top)).size === 1";
    assert_eq!(scene.see(side_by_side), true);
    for _ in 0..3 {
        scene.turn.keys("\u{e015}"); // down: the next of the group
    }
    scene.until("$$('.pick input')[3].checked");
    scene.turn.keys(&TAB.to_string());
    scene.turn.keys("很耐心 4111 1111 1111 1111");
    scene.turn.keys(&TAB.to_string());
    scene.turn.keys(&ENTER.to_string());
    scene.until("$$('.system').at(-1).textContent === '感谢您的评价'");
    assert_eq!(scene.see("$$('form.card').length"), 0);
    let events = scene
        .desk()
        .as_agent("GET", &format!("{path}/events"), &json!({}));
    let events = events["events"].as_array().unwrap().clone();
    let rated: Vec<_> = events
        .iter()
        .filter(|event| event["kind"] == "rated")
        .collect();
    assert_eq!(rated.len(), 1);
    assert_eq!(
        (&rated[0]["score"], &rated[0]["of"]),
        (&json!(4), &json!("agent"))
    );
    assert!(!rated[0]["text"].as_str().unwrap().contains("4111 1111"));
    scene.reload();
    scene.until("$$('.system').some(one => one.textContent === '感谢您的评价')");
    assert_eq!(scene.see("$$('form.card').length"), 0, "asked again");
}
