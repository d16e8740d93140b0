//! Discord's interactions: recorded requests to the byte, what goes back to whoever asked, and what ends with the token.

use std::time::Duration;

use frontdesk::config::{Config, ConfigFile, Sources};
use frontdesk::delivery::{Progress, Sender};
use frontdesk::domain::channel::MessageState;
use frontdesk::domain::conversation::{Actor, EventBody, Seq};
use serde_json::{Value, json};

use super::files::kept;
use super::platform::{Does, Got, HOME, Loopback};
use super::*;

/// The public half of the key that tests sign with.
pub fn public_key(seed: &str) -> String {
    use aws_lc_rs::signature::KeyPair as _;
    hex(pair(seed).public_key().as_ref())
}

/// The headers of a body that is signed at a time.
pub fn headers(seed: &str, second: &str, body: &[u8]) -> Vec<(&'static str, String)> {
    let signature = pair(seed).sign(&[second.as_bytes(), body].concat());
    vec![
        ("x-signature-ed25519", hex(signature.as_ref())),
        ("x-signature-timestamp", second.to_owned()),
    ]
}

fn pair(seed: &str) -> aws_lc_rs::signature::Ed25519KeyPair {
    aws_lc_rs::signature::Ed25519KeyPair::from_seed_unchecked(seed.as_bytes()).unwrap()
}

/// A command with these words, under a token.
fn asking(number: u32, words: &str) -> Vec<u8> {
    let options = json!([{"name": "question", "type": 3, "value": words}]);
    let body = json!({"id": number.to_string(), "application_id": "1099", "type": 2, "token": format!("token{number}"),
        "user": {"id": "7"}, "data": {"name": "ask", "type": 1, "options": options}});
    body.to_string().into_bytes()
}

pub(super) async fn ask(app: &TestApp, number: u32, words: &str) -> Value {
    let body = asking(number, words);
    let headers = signed(Channel::Discord, SECRET, "", &body, app.clock.now());
    let answer = post(app, Channel::Discord, &headers, &body).await;
    assert_eq!(answer.status(), 200);
    answer.json().await.unwrap()
}

pub(super) fn move_on(app: &TestApp, seconds: u64) {
    app.clock
        .move_to(app.clock.now() + Duration::from_secs(seconds));
}

pub(super) async fn drain(sender: &Sender, app: &TestApp) -> Vec<Progress> {
    let mut all = Vec::new();
    loop {
        match sender.deliver_next(app.clock.now()).await.unwrap() {
            Progress::Idle | Progress::NotBefore(_) | Progress::Gone => return all,
            done => all.push(done),
        }
    }
}

/// How many messages of customers there are in all.
async fn heard(app: &TestApp) -> usize {
    let mut count = 0;
    for row in app.store.conversations(None, 200).await.unwrap() {
        let events = app.store.events(&row.id, Seq(0), 200).await.unwrap();
        let said = |event: &&frontdesk::domain::conversation::Event| {
            event.by == Actor::Customer && matches!(event.body, EventBody::Message { .. })
        };
        count += events.iter().filter(said).count();
    }
    count
}

async fn states(app: &TestApp) -> Vec<MessageState> {
    let row = app.store.conversations(None, 1).await.unwrap().remove(0);
    let events = app.store.events(&row.id, Seq(0), 200).await.unwrap();
    let state = |event: &frontdesk::domain::conversation::Event| match &event.body {
        EventBody::MessageMoved { state, .. } => Some(*state),
        _ => None,
    };
    events.iter().filter_map(state).collect()
}

#[tokio::test]
async fn every_recorded_request_is_taken_refused_or_known_again_as_it_is_recorded() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/hooks/discord_recorded.json");
    let recorded: Value = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    let app = desk().await;
    app.clock
        .move_to(recorded["at"].as_str().unwrap().parse().unwrap());
    let mut one = account(Channel::Discord, "https://platform.example");
    one.secrets = vec![secret(recorded["key"].as_str().unwrap())];
    app.app.accounts.set(vec![Arc::new(one)]);
    let mut before = 0;
    for request in recorded["requests"].as_array().unwrap() {
        let name = request["name"].as_str().unwrap();
        let mut body = match request["base64"].as_str() {
            Some(bytes) => STANDARD.decode(bytes).unwrap(),
            None => request["body"].as_str().unwrap().as_bytes().to_vec(),
        };
        let blanks = request["blanks"].as_u64().unwrap_or(0);
        body.resize(body.len() + usize::try_from(blanks).unwrap(), b' ');
        let headers = request["headers"].as_object().unwrap().iter();
        let asked = headers.fold(
            app.post("/hooks/discord/shop").body(body),
            |asked, (name, value)| asked.header(name, value.as_str().unwrap()),
        );
        let answer = asked.send().await.unwrap();
        assert_eq!(
            u64::from(answer.status().as_u16()),
            request["status"],
            "{name}"
        );
        let after = heard(&app).await;
        assert_eq!(json!(after - before), request["heard"], "{name}");
        before = after;
    }
}

#[tokio::test]
async fn who_asks_sees_a_line_that_waits_and_the_answer_takes_its_place_for_their_eyes_alone() {
    let app = desk().await;
    let platform = Loopback::start(Channel::Discord).await;
    let sender = platform.sender(&app, &HOME);
    let waits = ask(&app, 1, "hello").await;
    assert_eq!(waits, json!({"type": 5, "data": {"flags": 64}}));
    // Before that line is there, its token is not known.
    assert_eq!(drain(&sender, &app).await, []);
    assert!(platform.got().is_empty());
    move_on(&app, 1);
    drain(&sender, &app).await;
    let got = platform.got();
    assert!(!got.is_empty());
    let mut buttons = Vec::new();
    for (at, one) in got.iter().enumerate() {
        assert_written(one, "token1", at == 0);
        assert_eq!(one.body["allowed_mentions"], json!({"parse": []}));
        assert!(one.header("authorization").is_empty());
        for row in one.body["components"].as_array().unwrap_or(&Vec::new()) {
            buttons.extend(row["components"].as_array().unwrap().clone());
        }
    }
    let first = buttons.first().expect("a greeting offers something");
    // It is pressed: the answer goes out under the token of the button.
    let pressed = json!({"id": "2", "application_id": "1099", "type": 3, "token": "token2", "user": {"id": "7"},
        "data": {"component_type": 2, "custom_id": first["custom_id"]}, "message": {"components": [{"type": 1, "components": buttons}]}});
    let body = pressed.to_string().into_bytes();
    let headers = signed(Channel::Discord, SECRET, "", &body, app.clock.now());
    let answer = post(&app, Channel::Discord, &headers, &body).await;
    assert_eq!(answer.json::<Value>().await.unwrap(), waits);
    move_on(&app, 1);
    drain(&sender, &app).await;
    let after = platform.got();
    assert!(after.len() > got.len());
    for (at, one) in after[got.len()..].iter().enumerate() {
        assert_written(one, "token2", at == 0);
    }
}

/// The first of an answer is written into the line that waits; the rest follows it, and nobody else may read it either.
pub(super) fn assert_written(got: &Got, token: &str, is_first: bool) {
    let whole = if is_first {
        (
            "PATCH",
            format!("/webhooks/1099/{token}/messages/@original"),
            None,
        )
    } else {
        ("POST", format!("/webhooks/1099/{token}"), Some(64))
    };
    let flags = got.body["flags"].as_u64();
    assert_eq!((got.method.as_str(), got.path.clone(), flags), whole);
}

#[tokio::test]
async fn an_answer_whose_token_is_not_known_yet_is_tried_again_and_one_whose_token_has_ended_waits_for_the_next()
 {
    let app = desk().await;
    let platform = Loopback::start(Channel::Discord).await;
    let sender = platform.sender(&app, &HOME);
    ask(&app, 1, "hello").await;
    move_on(&app, 1);
    let unknown = r#"{"message":"Unknown Webhook","code":10015}"#;
    let ended = r#"{"message":"Invalid Webhook Token","code":50027}"#;
    platform.plan([
        Does::Say(404, "", unknown.to_owned()),
        Does::Say(401, "", ended.to_owned()),
    ]);
    let first = drain(&sender, &app).await;
    assert!(matches!(first[0], Progress::Retrying(_)), "{first:?}");
    move_on(&app, 10);
    drain(&sender, &app).await;
    // Tried again, it is still the line that is written into: twice is as once.
    for one in platform.got() {
        assert_written(&one, "token1", true);
    }
    assert_eq!(states(&app).await.last(), Some(&MessageState::Held));
    let before = platform.got().len();
    move_on(&app, 3600);
    drain(&sender, &app).await;
    assert_eq!(platform.got().len(), before, "nobody is there to hear it");
    ask(&app, 2, "are you there?").await;
    move_on(&app, 1);
    drain(&sender, &app).await;
    let got = platform.got();
    assert!(got.len() > before);
    for (at, one) in got[before..].iter().enumerate() {
        assert_written(one, "token2", at == 0);
    }
    assert_eq!(states(&app).await.last(), Some(&MessageState::Sent));
}

#[tokio::test]
async fn what_is_said_when_the_token_has_ended_is_held_without_asking_the_platform() {
    let app = desk().await;
    let platform = Loopback::start(Channel::Discord).await;
    let sender = platform.sender(&app, &HOME);
    ask(&app, 1, "hello").await;
    move_on(&app, 15 * 60 + 1);
    drain(&sender, &app).await;
    assert!(platform.got().is_empty());
    assert_eq!(states(&app).await.last(), Some(&MessageState::Held));
}

#[tokio::test]
async fn a_picture_is_fetched_from_the_platforms_own_host_and_from_no_other() {
    let app = desk().await;
    let platform = Loopback::start(Channel::Discord).await;
    let sender = platform.sender(&app, &HOME);
    let elsewhere = Loopback::start(Channel::Discord).await;
    let send_picture = async |number: u32, url: String| {
        let body = json!({"id": number.to_string(), "application_id": "1099", "type": 2, "token": "t", "user": {"id": "7"},
            "data": {"name": "ask", "type": 1, "options": [{"name": "picture", "type": 11, "value": "12"}],
                "resolved": {"attachments": {"12": {"content_type": "image/png", "url": url}}}}});
        let body = body.to_string().into_bytes();
        let headers = signed(Channel::Discord, SECRET, "", &body, app.clock.now());
        let answer = post(&app, Channel::Discord, &headers, &body).await;
        assert_eq!(answer.status(), 200);
        sender.deliver_next(app.clock.now()).await.unwrap()
    };
    let foreign = [
        format!("{}/a.png", elsewhere.base),
        format!("https://cdn.discordapp.com@{}/a.png", &elsewhere.base[7..]),
        format!("{}@{}/a.png", platform.base, &elsewhere.base[7..]),
    ];
    for (url, number) in foreign.into_iter().zip(10..) {
        let progress = send_picture(number, url).await;
        assert!(matches!(progress, Progress::GivenUp(_)), "{progress:?}");
        move_on(&app, 60);
        drain(&sender, &app).await;
        let asked = |one: &Got| one.path.ends_with(".png");
        assert!(elsewhere.got().is_empty() && !platform.got().iter().any(asked));
    }
    platform.plan([Does::Bytes(crate::evidence::png(1))]);
    let progress = send_picture(2, format!("{}/files/a.png", platform.base)).await;
    assert!(matches!(progress, Progress::Delivered(_)), "{progress:?}");
    assert_eq!(kept(&app).await, ["png"]);
}

#[test]
fn a_text_and_its_buttons_are_within_what_the_platform_takes() {
    use frontdesk::channels::{Outbound, Way, render};
    use frontdesk::domain::conversation::Choice;
    let account = account(Channel::Discord, "https://discord.com/api/v10");
    let to = json!({"channel": "discord", "outbox": "discord.shop", "user": "7", "reply": "1099/t", "heard_at": "2026-11-20T10:00:00Z"});
    let to = serde_json::from_value(to).unwrap();
    let way = Way {
        account: &account,
        to: &to,
        name: "n",
        token: "",
        second: 0,
        answers: true,
        by_person: false,
    };
    let render = |text: String, labels: &[String]| {
        let numbered = labels.iter().zip(1..);
        let choices = numbered.map(|(label, number)| Choice {
            number,
            label: label.clone(),
        });
        let out = Outbound {
            text,
            choices: choices.collect(),
        };
        let all: Vec<Value> = render(&way, &out)
            .iter()
            .map(|one| serde_json::from_str(&one.body).unwrap())
            .collect();
        all
    };
    let labels = |many: usize, length: usize| vec!["退".repeat(length); many];
    let long = render("退款_。".repeat(1500), &labels(2, 80));
    assert!(long.len() > 2);
    for (at, one) in long.iter().enumerate() {
        let length = one["content"].as_str().unwrap().chars().count();
        assert!((1..=2000).contains(&length), "{length}");
        assert_eq!(one.get("components").is_some(), at + 1 == long.len());
    }
    let most = render("x".to_owned(), &labels(25, 80));
    let rows = most[0]["components"].as_array().unwrap();
    assert_eq!(rows.len(), 5);
    assert!(
        rows.iter()
            .all(|row| row["components"].as_array().unwrap().len() == 5)
    );
    // One too many, or one too long: as lines.
    for labels in [labels(26, 1), labels(1, 81)] {
        let lines = render("x".to_owned(), &labels);
        assert!(lines[0].get("components").is_none());
        assert!(lines[0]["content"].as_str().unwrap().contains("\n1. 退"));
    }
}

#[test]
fn a_secret_that_is_no_public_key_is_refused_when_the_configuration_is_read() {
    let load = |key: &str| {
        let text = format!(
            "[[sites]]\nkey = \"linden\"\nmerchant = \"m_linden\"\n[[channels]]\nkind = \"discord\"\naccount = \"shop\"\nsite = \"linden\"\nsecret = \"{key}\"\n"
        );
        let file = ConfigFile {
            path: "frontdesk.toml".into(),
            text,
        };
        let sources = Sources {
            file: Some(file),
            ..Sources::default()
        };
        Config::load(&sources).map_err(|error| error.to_string())
    };
    let good = public_key(SECRET);
    assert!(load(&good).is_ok());
    for wrong in [&good[2..], &good.replace(['a', 'b', 'c', 'd', 'e'], "x")] {
        let said = load(wrong).unwrap_err();
        assert!(
            said.contains("Public Key") && !said.contains(wrong),
            "{said}"
        );
    }
}

#[tokio::test]
async fn who_asks_a_person_is_told_so_at_once_and_what_the_person_says_takes_its_place_or_waits_for_the_next_command()
 {
    let app = desk().await;
    let platform = Loopback::start(Channel::Discord).await;
    let sender = platform.sender(&app, &HOME);
    ask(&app, 1, "I want to talk to a human").await;
    move_on(&app, 1);
    drain(&sender, &app).await;
    let before = platform.got().len();
    let row = app.store.conversations(None, 1).await.unwrap().remove(0);
    let agent = app.agent("mei", None).await;
    let by_agent = async |verb: &str, body: Value| {
        let asked = app.post(&format!("/v1/conversations/{}/{verb}", row.id));
        let answer = asked.bearer_auth(&agent).json(&body).send().await.unwrap();
        assert!(answer.status().is_success(), "{verb}");
    };
    let says = |text: &str| json!({"client_id": crate::support::fresh_id(), "text": text});
    by_agent("claim", json!({})).await;
    let told = ask(&app, 2, "hello?").await;
    assert_eq!(
        (&told["type"], &told["data"]["flags"]),
        (&json!(4), &json!(64))
    );
    let line = told["data"]["content"].as_str().unwrap();
    assert!(line.contains("use the command again"), "{line}");
    // Within the quarter of an hour, minutes later.
    move_on(&app, 14 * 60);
    by_agent("messages", says("I am looking")).await;
    by_agent("messages", says("It is found")).await;
    drain(&sender, &app).await;
    let got = platform.got();
    assert_eq!(got.len(), before + 2);
    assert_written(&got[before], "token2", true);
    assert_written(&got[before + 1], "token2", false);
    // After it, until they are back.
    move_on(&app, 2 * 60);
    by_agent("messages", says("It was sent today")).await;
    drain(&sender, &app).await;
    assert_eq!(platform.got().len(), before + 2);
    assert_eq!(states(&app).await.last(), Some(&MessageState::Held));
    move_on(&app, 1);
    ask(&app, 3, "any news?").await;
    move_on(&app, 1);
    drain(&sender, &app).await;
    let got = platform.got();
    assert_written(&got[before + 2], "token3", true);
    assert_eq!(got[before + 2].body["content"], "It was sent today");
}
