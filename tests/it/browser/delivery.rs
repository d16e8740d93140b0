//! W6 and W12: nothing is lost and nothing is shown twice, whatever happens to the network, the page and the desk.

use serde_json::Value;

use rand::RngExt as _;

use super::cutter::Cutter;
use super::scene::Scene;

/// The messages that the desk has, in its order.
fn kept(scene: &Scene) -> Vec<String> {
    let path = format!("/v1/conversations/{}/events", scene.conversation());
    let events = scene.desk().as_agent("GET", &path, &Value::Null);
    let events = events["events"].as_array().cloned().unwrap_or_default();
    let messages = events.iter().filter(|event| event["kind"] == "message");
    messages
        .map(|event| event["text"].as_str().unwrap().to_owned())
        .collect()
}

#[test]
fn w6_what_is_written_without_a_network_is_kept_and_sent_once_when_there_is_one() {
    let Some(scene) = Scene::begin() else { return };
    scene.visit("");
    scene.open();
    scene.ask("hello");
    scene.offline(true);
    for text in ["first", "second", "third"] {
        scene.say(text);
    }
    scene.until("$$('.said.failed .again').length >= 1 && $('.banner.trouble')?.textContent");
    assert_eq!(kept(&scene), ["hello"]);
    assert_eq!(scene.mine(), ["hello", "first", "second", "third"]);
    scene.offline(false);
    scene.until("!$$('.said.failed').length && !$$('.said .meta').some(one => one.textContent)");
    scene.until("$$('.said.bot').length >= 4");
    assert_eq!(kept(&scene), ["hello", "first", "second", "third"]);
    assert_eq!(scene.mine(), ["hello", "first", "second", "third"]);
    scene.until("!$('.banner.trouble')");
}

#[test]
fn w6_what_is_not_sent_yet_survives_the_page() {
    let Some(scene) = Scene::begin() else { return };
    scene.visit("");
    scene.open();
    scene.ask("hello");
    // The page comes from its shop, so the desk alone is cut off.
    scene.turn.cdp("Network.enable", &serde_json::json!({}));
    let block = |urls: &[&str]| {
        scene
            .turn
            .cdp("Network.setBlockedURLs", &serde_json::json!({"urls": urls}))
    };
    block(&["*/v1/*"]);
    scene.say("written before the reload");
    scene.until("$$('.said.failed').length === 1");
    scene.reload();
    scene.until("$$('.said.mine').some(one => one.textContent.includes('before the reload'))");
    assert_eq!(kept(&scene), ["hello"]);
    block(&[]);
    scene.until("!$$('.said.failed').length && $$('.said.bot').length >= 2");
    assert_eq!(kept(&scene), ["hello", "written before the reload"]);
    scene.until("$$('.said.mine').length === 2");
    assert_eq!(scene.mine(), ["hello", "written before the reload"]);
}

#[test]
fn w6_the_desk_dies_and_comes_back_and_every_line_is_there_once_and_in_order() {
    let Some(mut scene) = Scene::with("") else {
        return;
    };
    scene.visit("");
    scene.open();
    scene.ask("I want to talk to a person");
    let conversation = scene.conversation();
    scene.desk().as_agent(
        "POST",
        &format!("/v1/conversations/{conversation}/claim"),
        &serde_json::json!({}),
    );
    let reply = |scene: &Scene, n: usize| {
        let body = serde_json::json!({"client_id": format!("r{n}"), "text": format!("reply {n}")});
        scene.desk().as_agent(
            "POST",
            &format!("/v1/conversations/{conversation}/messages"),
            &body,
        );
    };
    reply(&scene, 0);
    scene.until("$$('.said.agent').length === 1");
    let mut wrote = vec!["I want to talk to a person".to_owned()];
    for round in 1..=2 {
        scene.say(&format!("before {round}"));
        wrote.push(format!("before {round}"));
        let desk = scene.desk.as_mut().unwrap();
        desk.kill();
        scene.say(&format!("while {round}"));
        wrote.push(format!("while {round}"));
        scene.until("$$('.said.failed').length >= 1");
        scene.desk.as_mut().unwrap().run();
        // Said before this browser is back: it has to ask for what it missed.
        reply(&scene, round);
        scene.until(&format!("$$('.said.agent').length === {}", round + 1));
        scene.until("!$$('.said.failed').length");
    }
    assert_eq!(kept(&scene), wrote);
    assert_eq!(scene.mine(), wrote);
    assert_eq!(scene.agents(), ["reply 0", "reply 1", "reply 2"]);
    let numbers = scene.see("$$('.log > *').map(one => one.seq).filter(Boolean)");
    let numbers: Vec<u64> = numbers
        .as_array()
        .unwrap()
        .iter()
        .map(|n| n.as_u64().unwrap())
        .collect();
    assert!(numbers.windows(2).all(|two| two[0] < two[1]), "{numbers:?}");
}

#[test]
fn w12_a_reload_keeps_draft_log_and_open_panel_and_logging_out_leaves_nothing() {
    let Some(scene) = Scene::begin() else { return };
    scene.visit("");
    scene.open();
    scene.ask("how long does a refund take?");
    let (mine, replies) = (scene.mine(), scene.replies());
    scene.run("$('textarea').focus()");
    scene.turn.keys("half a sen");
    scene.reload();
    let all = format!("$$('.said.bot .bubble').length >= {}", replies.len());
    scene.until(&format!("{all} && !$('.panel').hidden"));
    assert_eq!((scene.mine(), scene.replies()), (mine, replies));
    assert_eq!(scene.see("$('textarea').value"), "half a sen");
    scene.run("frontdesk.logout()");
    scene.until("!$$('.said').length && $('textarea').value === ''");
    let left = "Object.keys(localStorage).filter(name => name.startsWith('frontdesk') && !name.endsWith(':session') && !name.endsWith(':open')).length";
    assert_eq!(scene.see(left), 0);
    scene.reload();
    std::thread::sleep(std::time::Duration::from_millis(500));
    assert_eq!(
        scene.see("$$('.said').length"),
        0,
        "somebody else's words came back"
    );
    scene.open_if_shut();
    scene.ask("hello");
    assert_eq!(scene.mine(), ["hello"]);
}

#[test]
fn w6_on_a_line_that_is_cut_again_and_again_both_sides_have_every_line_once_and_in_order() {
    let Some(scene) = Scene::begin() else { return };
    let line = Cutter::to(&scene.desk().address);
    let page = scene
        .page("data-locale=\"en\"")
        .replace(&scene.desk().address, &line.address);
    scene.shop.put("/", &[], &page);
    scene.go("/");
    scene.open();
    let path = scene.with_agent();
    let (mut wrote, mut heard) = (vec!["I want to talk to a person".to_owned()], Vec::new());
    let mut cuts = 0;
    for n in 0..40 {
        match rand::rng().random_range(0..5) {
            0 | 1 => {
                wrote.push(format!("customer {n}"));
                scene.turn.run(
                    "frontdesk.send(arguments[0])",
                    &[format!("customer {n}").into()],
                );
            }
            2 | 3 => {
                heard.push(format!("agent {n}"));
                scene.agent_says(&path, &format!("a{n}"), &format!("agent {n}"));
            }
            _ => {}
        }
        if n % 4 == 3 {
            std::thread::sleep(std::time::Duration::from_millis(
                rand::rng().random_range(0..120),
            ));
            line.cut();
            cuts += 1;
        }
    }
    scene.until("!Object.keys(localStorage).some(name => name.includes(':out:'))");
    scene.until(&format!(
        "$$('.said.agent').length >= {} && !$$('.said.failed').length",
        heard.len()
    ));
    assert_eq!(kept(&scene), wrote, "after {cuts} cuts");
    assert_eq!(scene.mine(), wrote, "after {cuts} cuts");
    assert_eq!(scene.agents(), heard, "after {cuts} cuts");
}

#[test]
fn who_sends_more_than_they_may_is_told_for_how_long_and_loses_nothing() {
    let Some(mut scene) = Scene::with("") else {
        return;
    };
    let desk = scene.desk.as_mut().unwrap();
    desk.kill();
    let config = desk.folder().join("frontdesk.toml");
    let text = std::fs::read_to_string(&config).unwrap();
    let text = text.replace("messages_per_minute = 100000", "messages_per_minute = 20");
    std::fs::write(&config, text).unwrap();
    desk.run();
    scene.visit("data-locale=\"en\"");
    scene.open();
    let wrote: Vec<String> = (0..12).map(|n| format!("line {n}")).collect();
    for text in &wrote {
        scene
            .turn
            .run("frontdesk.send(arguments[0])", &[text.clone().into()]);
    }
    scene.until("/Sending goes on in \\d+ seconds/.test($('.note').textContent)");
    scene.until("!Object.keys(localStorage).some(name => name.includes(':out:'))");
    assert_eq!(kept(&scene), wrote);
    assert_eq!(scene.mine(), wrote);
    scene.until("!$$('.said.failed').length");
}
