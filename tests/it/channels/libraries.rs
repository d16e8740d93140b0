//! The libraries that platforms give to those who work with them, as the other side: they check what we take to be signed, read what we
//! send as what it is, and what they sign and encrypt themselves is taken. `tests/run` installs them; without them this says that it was
//! skipped, and fails where CI is set.

use std::io::Write as _;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use frontdesk::channels::{Outbound, Request, Way, render};
use frontdesk::domain::channel::Recipient;
use frontdesk::domain::conversation::Choice;
use serde_json::json;

use super::*;

const APP: &str = "wx2c2769f8efd9abc2";
const LABELS: [&str; 3] = ["Refund", "\u{8ba2}\u{5355}", "Something else"];

/// An interpreter and what it is to run, if the libraries are there.
fn side(interpreter: &str, libraries: &str, script: &str) -> Option<(PathBuf, Vec<PathBuf>)> {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    let libraries = root.join("target").join(libraries);
    if libraries.exists() {
        let script = root.join("tests/it/channels").join(script);
        let interpreter = match interpreter {
            "python" => libraries.join("bin/python"),
            other => PathBuf::from(other),
        };
        return Some((interpreter, vec![script, libraries]));
    }
    assert!(
        std::env::var_os("CI").is_none(),
        "the platforms' libraries are not there: tests/run installs them"
    );
    eprintln!("skipped: the platforms' libraries are not there, tests/run installs them");
    None
}

fn ask((interpreter, arguments): (PathBuf, Vec<PathBuf>), asked: &Value) -> Value {
    let mut child = Command::new(interpreter)
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdin = child.stdin.take().unwrap();
    stdin.write_all(asked.to_string().as_bytes()).unwrap();
    drop(stdin);
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success());
    serde_json::from_slice(&output.stdout).unwrap()
}

/// A message of a platform as we take it to be signed, by the clock of this machine, which the libraries look at.
fn signed_now(channel: Channel) -> Value {
    let body = first_text(channel).body;
    let headers = signed(
        channel,
        secret_of(channel),
        "msg_1",
        &body,
        Timestamp::now(),
    );
    json!({"headers": headers, "body": String::from_utf8(body).unwrap()})
}

/// A message with choices as we send it.
fn sent(channel: Channel) -> Value {
    let account = account(channel, "https://platform.example");
    let to = json!({"channel": channel, "outbox": format!("{channel}.shop"), "user": "1111", "place": "C1",
        "heard_at": "2026-11-20T10:00:00Z"});
    let to: Recipient = serde_json::from_value(to).unwrap();
    let way = Way {
        account: &account,
        to: &to,
        name: "evt_1",
        token: "",
        second: Timestamp::now().as_second(),
        answers: false,
        by_person: false,
    };
    let choices = LABELS.iter().zip(1..).map(|(label, number)| Choice {
        number,
        label: (*label).to_owned(),
    });
    let out = Outbound {
        text: "\u{60a8}\u{597d} & welcome".to_owned(),
        choices: choices.collect(),
    };
    let Request { headers, body, .. } = render(&way, &out).pop().unwrap();
    let headers: BTreeMap<&str, String> = headers.into_iter().collect();
    json!({"headers": headers, "body": body})
}

fn asked(app: &TestApp) -> Value {
    let of = |channels: &[Channel], make: fn(Channel) -> Value| -> Value {
        let each = channels.iter();
        each.map(|channel| (channel.name().to_owned(), make(*channel)))
            .collect()
    };
    json!({
        "secret": SECRET, "standard": STANDARD_SECRET, "verify": VERIFY, "aes_key": AES_KEY, "app": APP,
        "public_key": discord::public_key(SECRET), "second": app.clock.now().as_second(),
        "twilio_url": format!("{PUBLIC}/hooks/twilio/shop"),
        "wechat_xml": first_text(Channel::Wechat).expected["xml"],
        "wecom_xml": first_text(Channel::Wecom).expected["xml"],
        "signed": of(Channel::ALL, signed_now),
        "sent": of(&[Channel::Webhook, Channel::Telegram, Channel::Slack, Channel::Line], sent),
    })
}

fn text_of(channel: Channel) -> Value {
    first_text(channel).messages()[0]["text"].clone()
}

/// Brings what a library signed; somebody or something new was heard of.
async fn is_taken(
    app: &TestApp,
    channel: Channel,
    headers: &[(&'static str, String)],
    body: &[u8],
) {
    let headers = headers.iter().cloned().collect();
    let answer = post(app, channel, &headers, body).await;
    assert_eq!(answer.status(), 200, "{channel}");
}

#[tokio::test]
async fn the_libraries_in_python_take_what_we_sign_and_read_what_we_send() {
    let Some(python) = side("python", "official", "libraries.py") else {
        return;
    };
    let app = desk().await;
    let read = ask(python, &asked(&app));
    let yes_and_no = json!([true, false]);
    for name in [
        "whatsapp",
        "messenger",
        "instagram",
        "discord",
        "slack",
        "twilio",
    ] {
        assert_eq!(read[name], yes_and_no, "{name}: as it is, and changed");
    }
    assert_eq!(read["telegram"], text_of(Channel::Telegram));
    assert_eq!(read["line"], text_of(Channel::Line));
    assert_eq!(read["feishu"], json!([200, [text_of(Channel::Feishu)]]));
    for name in ["telegram_buttons", "slack_blocks", "line_buttons"] {
        assert_eq!(read[name], json!(LABELS), "{name}");
    }
    assert_eq!(read["wecom"], first_text(Channel::Wecom).expected["xml"]);
    for name in ["svix", "standardwebhooks"] {
        assert_eq!(read[name], "message.sent", "{name}");
    }
    let second = app.clock.now().as_second().to_string();
    let headers = [
        ("webhook-id", "msg_svix".to_owned()),
        ("webhook-timestamp", second),
        (
            "webhook-signature",
            read["made"].as_str().unwrap().to_owned(),
        ),
    ];
    let body = first_text(Channel::Webhook).body;
    is_taken(&app, Channel::Webhook, &headers, &body).await;
    assert_eq!(app.store.conversations(None, 9).await.unwrap().len(), 1);
}

#[tokio::test]
async fn the_libraries_in_javascript_take_what_we_sign_and_what_they_sign_is_taken() {
    let Some(node) = side("node", "official-node", "libraries.mjs") else {
        return;
    };
    let app = desk().await;
    let read = ask(node, &asked(&app));
    for name in ["twilio", "line", "discord", "slack", "webhook"] {
        assert_eq!(
            read[name],
            json!([true, false]),
            "{name}: as it is, and changed"
        );
    }
    for name in ["event", "svix"] {
        assert_eq!(read[name], "message.sent", "{name}");
    }
    for channel in [Channel::Wecom, Channel::Wechat] {
        let xml = first_text(channel).expected["xml"].clone();
        let expected = json!({"same": true, "message": xml, "id": APP});
        assert_eq!(read[channel.name()], expected, "{channel}");
    }
    assert_eq!(read["feishu"], json!([text_of(Channel::Feishu)]));
    assert_eq!(read["telegram"], json!([200, [text_of(Channel::Telegram)]]));
    assert_eq!(read["telegram_forged"], 401);

    let second = app.clock.now().as_second().to_string();
    let made = &read["made"];
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let headers = [
        ("webhook-id", "msg_node".to_owned()),
        ("webhook-timestamp", second),
        ("webhook-signature", text(&made["standardwebhooks"])),
    ];
    let body = first_text(Channel::Webhook).body;
    is_taken(&app, Channel::Webhook, &headers, &body).await;
    let headers = [("x-twilio-signature", text(&made["twilio"]))];
    is_taken(
        &app,
        Channel::Twilio,
        &headers,
        &first_text(Channel::Twilio).body,
    )
    .await;
    for channel in [Channel::Wechat, Channel::Wecom] {
        let seal = &made[channel.name()];
        let part = |name: &str| text(&seal[name]);
        let query = format!(
            "?encrypt_type=aes&timestamp={}&nonce={}&msg_signature={}",
            part("second"),
            part("nonce"),
            part("code")
        );
        let body = format!(
            "<xml><Encrypt><![CDATA[{}]]></Encrypt></xml>",
            part("cipher")
        );
        is_taken(&app, channel, &[("query", query)], body.as_bytes()).await;
    }
    let heard = app.store.conversations(None, 9).await.unwrap();
    let mut channels: Vec<&str> = heard.iter().map(|row| row.channel.as_str()).collect();
    channels.sort_unstable();
    assert_eq!(channels, ["twilio", "webhook", "wechat"]);
    let outbox = frontdesk::domain::ids::EndpointId::parse("wecom.shop").unwrap();
    let record = app.store.endpoint(&outbox).await.unwrap();
    assert!(
        record.pulls.contains_key("wkA"),
        "there is something to fetch"
    );
}
