//! The libraries that platforms give to those who work with them, as the other side: they check what we take to be signed, read what we
//! send as what it is, and what they sign and encrypt themselves is taken.

use frontdesk::channels::{Outbound, Request};
use frontdesk::domain::conversation::Choice;
use serde_json::json;

use super::sides::{APP, Side, sent_to};
use super::*;

const LABELS: [&str; 3] = ["Refund", "\u{8ba2}\u{5355}", "Something else"];

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
    let choices = LABELS.iter().zip(1..).map(|(label, number)| Choice {
        number,
        label: (*label).to_owned(),
    });
    let out = Outbound {
        text: "\u{60a8}\u{597d} & welcome".to_owned(),
        choices: choices.collect(),
    };
    let Request { headers, body, .. } = sent_to(&account, Timestamp::now().as_second(), &out);
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
        "twilio_json": TWILIO_JSON, "shared_key": SHARED_KEY,
        "twilio_url": format!("{PUBLIC}/hooks/twilio/shop"),
        "wechat_xml": first_text(Channel::Wechat).expected["xml"],
        "wecom_xml": first_text(Channel::Wecom).expected["xml"],
        "dingtalk": written_on_dingtalk().iter().map(|case| &case.expected["body"]).collect::<Vec<_>>(),
        "signed": of(Channel::ALL, signed_now),
        "sent": of(&[Channel::Webhook, Channel::Telegram, Channel::Slack, Channel::Line], sent),
    })
}

/// What its library, which hears voices as nothing, reads a message in.
fn written_on_dingtalk() -> Vec<Case> {
    let cases = cases_of(Channel::Dingtalk).into_iter();
    let is_read =
        |case: &Case| !case.messages().is_empty() && case.expected["body"]["msgtype"] != "audio";
    cases.filter(is_read).collect()
}

/// What Twilio signs with where it was given a key for that.
const SHARED_KEY: &str = "shared-0123456789abcdef0123456789";

/// Twilio's requests under a key of their own, as its library signed them: of an account that has the key, and of one that has not.
async fn is_taken_under_a_shared_key(made: &Value) {
    let settings = |algorithm: &str| format!("key=webhooks_sharedkey_01,algorithm={algorithm}");
    let body = first_text(Channel::Twilio).body;
    let status = async |keys: &[&str], settings: &str, code: &str| {
        let app = desk().await;
        let mut one = account(Channel::Twilio, "https://platform.example");
        one.shared_keys = keys.iter().map(|key| secret(key)).collect();
        app.app.accounts.set(vec![Arc::new(one)]);
        let headers = [
            ("x-twilio-signature", code.to_owned()),
            ("x-twilio-webhooks-signature-settings", settings.to_owned()),
        ];
        let headers = headers.into_iter().collect();
        let answer = post(&app, Channel::Twilio, &headers, &body).await;
        answer.status().as_u16()
    };
    let code = |algorithm: &str, name: &str| {
        made[format!("{algorithm} {name}")]
            .as_str()
            .unwrap()
            .to_owned()
    };
    let old = "another-key-0123456789abcdef";
    for algorithm in ["HMAC_SHA256", "HMAC_SHA1"] {
        let (named, code) = (settings(algorithm), code(algorithm, "shared_key"));
        assert_eq!(status(&[SHARED_KEY], &named, &code).await, 200, "{named}");
        assert_eq!(status(&[old, SHARED_KEY], &named, &code).await, 200);
        assert_eq!(status(&[old], &named, &code).await, 401);
        assert_eq!(status(&[], &named, &code).await, 401);
    }
    let sha256 = code("HMAC_SHA256", "shared_key");
    for wrong in ["HMAC_SHA1", "HMAC_SHA512", "none", ""] {
        assert_eq!(status(&[SHARED_KEY], &settings(wrong), &sha256).await, 401);
    }
    assert_eq!(status(&[SHARED_KEY], "", &sha256).await, 401);
    // What is signed with the account's own token is not taken because a header says so.
    for algorithm in ["HMAC_SHA256", "HMAC_SHA1"] {
        let (named, code) = (settings(algorithm), code(algorithm, "secret"));
        assert_eq!(status(&[SHARED_KEY], &named, &code).await, 401, "{named}");
        assert_eq!(status(&[], &named, &code).await, 401, "{named}");
    }
}

/// A message whose body is no form.
const TWILIO_JSON: &str = r#"{"MessageSid": "SM900", "From": "+4477", "To": "+4488", "Body": "where is \u006dy refund?"}"#;

/// Twilio's body that is no form, as a library signed it; changed in any place it is nobody's.
async fn is_taken_by_its_digest(app: &TestApp, signed: &Value) {
    let text = |name: &str| signed[name].as_str().unwrap().to_owned();
    let (digest, code) = (text("digest"), text("code"));
    let bring = async |digest: &str, code: &str, body: &str| {
        let query = format!("bodySHA256={digest}");
        let headers = [("query", query), ("x-twilio-signature", code.to_owned())];
        let headers = headers.into_iter().collect();
        let answer = post(app, Channel::Twilio, &headers, body.as_bytes()).await;
        answer.status().as_u16()
    };
    let other = TWILIO_JSON.replace("+4477", "+4478");
    let others: [u8; 32] = Sha256::digest(other.as_bytes()).into();
    for (digest, code, body) in [
        (digest.as_str(), code.as_str(), other.as_str()),
        (&hex(&others), &code, &other),
        (&digest, &code.to_lowercase(), TWILIO_JSON),
        ("", &code, TWILIO_JSON),
        (&digest[1..], &code, TWILIO_JSON),
    ] {
        assert_eq!(bring(digest, code, body).await, 401, "{digest} {body}");
    }
    assert_eq!(bring(&digest, &code, TWILIO_JSON).await, 200);
    let log = delivery::log_of(app, Channel::Twilio, "+4477").await;
    let heard = log.iter().any(|event| {
        matches!(&event.body, frontdesk::domain::conversation::EventBody::Message { text, .. } if text == "where is my refund?")
    });
    assert!(heard, "{log:?}");
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
    let Some(python) = Side::python("libraries.py") else {
        return;
    };
    let app = desk().await;
    let read = python.ask(&asked(&app));
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
    let written = written_on_dingtalk();
    let ours: Vec<&Value> = written.iter().map(|case| &case.messages()[0]).collect();
    assert!(ours.len() > 3);
    assert_eq!(read["dingtalk"], json!(ours));
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
    assert_eq!(read["twilio_json"]["own"], json!([true, false]));
    assert_eq!(app.store.conversations(None, 9).await.unwrap().len(), 1);
    is_taken_by_its_digest(&app, &read["twilio_json"]).await;
    is_taken_under_a_shared_key(&read["twilio_shared_key"]).await;
}

#[tokio::test]
async fn the_libraries_in_javascript_take_what_we_sign_and_what_they_sign_is_taken() {
    let Some(node) = Side::node("libraries.mjs") else {
        return;
    };
    let app = desk().await;
    let read = node.ask(&asked(&app));
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
    assert_eq!(made["twilio_json"]["own"], json!([true, false]));
    is_taken_by_its_digest(&desk().await, &made["twilio_json"]).await;
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
