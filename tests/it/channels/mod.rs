//! Messaging platforms in and out: signed requests as data, and a platform that does what it is told.

mod again;
mod answers;
mod at_once;
mod binary;
mod checked;
mod config;
mod counted;
mod delivery;
mod discord;
mod erased;
mod files;
mod hooks;
mod killed;
mod lengths;
mod letters;
mod libraries;
mod mail;
mod many;
mod media;
mod mended;
mod names;
mod off;
mod official;
mod official_letters;
mod openings;
mod page;
mod patience;
mod platform;
mod pulling;
mod rated;
mod reach;
mod returned;
mod robots;
mod rows;
pub mod sealed;
mod senders;
mod shared;
mod shown;
mod sides;
mod stale;
mod there;
mod tokens;
mod told;
mod unheard;
mod vectors;
mod wechat;
mod wecom;
mod who_speaks;
mod windows;

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use frontdesk::channels::{Account, Secret};
use frontdesk::domain::channel::{AccountKey, Channel};
use frontdesk::domain::ids::{AccountId, SiteId};
use frontdesk::domain::webhook::{SigningSecret, signatures};
use hmac::{Hmac, KeyInit as _, Mac as _};
use jiff::Timestamp;
use reqwest::Response;
use secrecy::SecretString;
use serde_json::Value;
use sha2::{Digest as _, Sha256};

use crate::support::TestApp;

/// What platforms sign with; the first channel has its own form.
const SECRET: &str = "0123456789abcdef0123456789abcdef";
const STANDARD_SECRET: &str = "whsec_ZnJvbnRkZXNrLXRlc3Qtc2VjcmV0LTAxMjM0NTY3ODk=";
const OTHER_STANDARD_SECRET: &str = "whsec_b3RoZXItZnJvbnRkZXNrLXNlY3JldC0wMTIzNDU2Nzg5MA==";
const VERIFY: &str = "the-word-of-introduction";
const TOKEN: &str = "123456:the-token-that-we-send-with";

fn secret(text: &str) -> Secret {
    Secret::parse(&SecretString::from(text)).unwrap()
}

fn secret_of(channel: Channel) -> &'static str {
    match channel {
        Channel::Webhook => STANDARD_SECRET,
        _ => SECRET,
    }
}

/// What the desk is given to check with: the secret that is signed with, or the public half of a key.
fn known(channel: Channel, signs: &str) -> Secret {
    match channel {
        Channel::Discord => secret(&discord::public_key(signs)),
        _ => secret(signs),
    }
}

const AES_KEY: &str = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG";
/// The address under which the desk is known outside.
const PUBLIC: &str = "https://support.example";

/// The account `shop` of a platform, for customers of `linden`.
fn account(channel: Channel, base: &str) -> Account {
    let sender = match channel {
        Channel::WhatsApp => Some("106540352242922"),
        Channel::Messenger | Channel::Instagram => Some("PAGE1"),
        Channel::Wechat | Channel::Wecom => Some("wx2c2769f8efd9abc2"),
        Channel::Twilio => Some("AC1"),
        Channel::Feishu => Some("cli_1"),
        Channel::Dingtalk => Some("ding1"),
        Channel::Email | Channel::Mailgun | Channel::Postmark => Some("shop@linden.example"),
        _ => None,
    };
    Account {
        key: AccountKey::new(channel, AccountId::parse("shop").unwrap()).unwrap(),
        site: SiteId::parse("linden").unwrap(),
        secrets: vec![known(channel, secret_of(channel))],
        shared_keys: Vec::new(),
        token: Some(secret(TOKEN)),
        verify: Some(secret(VERIFY)),
        sender: sender.map(str::to_owned),
        aes_key: matches!(channel, Channel::Wechat | Channel::Wecom).then(|| secret(AES_KEY)),
        plain: false,
        poll: false,
        hands_over: false,
        servicer: None,
        says_who_speaks: false,
        file_hosts: Vec::new(),
        base: base.to_owned(),
        public: format!("{PUBLIC}/hooks/{channel}/shop"),
    }
}

/// A desk on which every platform has an account.
async fn desk() -> TestApp {
    with_accounts(TestApp::start().await)
}

fn with_accounts(app: TestApp) -> TestApp {
    let all = Channel::ALL.iter();
    let accounts = all.map(|channel| Arc::new(account(*channel, "https://platform.example")));
    app.app.accounts.set(accounts.collect());
    app
}

/// One request of a platform, and what it is to become.
struct Case {
    channel: Channel,
    name: String,
    /// What stands in the file.
    expected: Value,
    body: Vec<u8>,
}

impl Case {
    /// The messages that it is to become.
    fn messages(&self) -> &[Value] {
        self.expected["messages"].as_array().unwrap()
    }

    fn at(&self) -> String {
        format!("{}: {}", self.channel, self.name)
    }
}

/// The requests of `tests/data/hooks`.
fn cases() -> Vec<Case> {
    Channel::ALL
        .iter()
        .flat_map(|channel| cases_of(*channel))
        .collect()
}

fn cases_of(channel: Channel) -> Vec<Case> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/hooks");
    let text = std::fs::read_to_string(folder.join(format!("{channel}.json"))).unwrap();
    let all: Vec<Value> = serde_json::from_str(&text).unwrap();
    let case = |expected: Value| Case {
        channel,
        name: expected["name"].as_str().unwrap().to_owned(),
        body: body_of(channel, &expected),
        expected,
    };
    all.into_iter().map(case).collect()
}

/// The same request with other words.
fn saying(case: &Case, words: &str) -> Case {
    let text = case.messages()[0]["text"].as_str().unwrap();
    let said = case.expected.to_string().replace(text, words);
    let said = said.replace("1 &lt; 2, see <https://a.example|a>", words);
    let expected: Value = serde_json::from_str(&said).unwrap();
    Case {
        channel: case.channel,
        name: case.name.clone(),
        body: body_of(case.channel, &expected),
        expected,
    }
}

fn body_of(channel: Channel, expected: &Value) -> Vec<u8> {
    if let Some(form) = expected.get("form") {
        return as_form(form).into_bytes();
    }
    if let Some(xml) = expected.get("xml") {
        return sealed::wechat(xml.as_str().unwrap()).into_bytes();
    }
    if let Some(fields) = expected.get("fields") {
        let fields = fields.as_object().unwrap().iter();
        let pairs = fields
            .map(|(name, value)| format!("{name}={}", sealed::escaped(value.as_str().unwrap())));
        return pairs.collect::<Vec<_>>().join("&").into_bytes();
    }
    if let Some(lines) = expected.get("lines") {
        return mail::letter(lines);
    }
    if let Some(fields) = expected.get("mailgun") {
        return mail::mailgun(fields).into_bytes();
    }
    let body = expected["body"].to_string();
    match channel {
        Channel::Feishu => sealed::feishu(&body).into_bytes(),
        _ => body.into_bytes(),
    }
}

fn as_form(payload: &Value) -> String {
    let text = payload.to_string();
    let escaped = text.bytes().map(|byte| match byte {
        b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' => char::from(byte).to_string(),
        b' ' => "+".to_owned(),
        other => format!("%{other:02X}"),
    });
    format!("payload={}", escaped.collect::<String>())
}

fn first_text(channel: Channel) -> Case {
    let found = cases_of(channel)
        .into_iter()
        .find(|case| matches!(case.name.as_str(), "a text" | "news"));
    found.unwrap()
}

fn mac(secret: &str, parts: &[&[u8]]) -> Vec<u8> {
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).unwrap();
    parts.iter().for_each(|part| mac.update(part));
    mac.finalize().into_bytes().to_vec()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The headers with which a platform sends a body at a time, under a name of its own.
fn signed(
    channel: Channel,
    secret: &str,
    id: &str,
    body: &[u8],
    at: Timestamp,
) -> BTreeMap<&'static str, String> {
    let second = at.as_second().to_string();
    let headers = match channel {
        Channel::Webhook => {
            let key = SigningSecret::parse(secret).unwrap();
            let text = String::from_utf8_lossy(body);
            let signature = signatures(&[key], id, at.as_second(), &text);
            vec![
                ("webhook-id", id.to_owned()),
                ("webhook-timestamp", second),
                ("webhook-signature", signature),
            ]
        }
        Channel::Telegram => vec![("x-telegram-bot-api-secret-token", secret.to_owned())],
        Channel::WhatsApp | Channel::Messenger | Channel::Instagram => {
            let code = hex(&mac(secret, &[body]));
            vec![("x-hub-signature-256", format!("sha256={code}"))]
        }
        Channel::Slack => {
            let code = hex(&mac(secret, &[b"v0:", second.as_bytes(), b":", body]));
            vec![
                ("x-slack-request-timestamp", second),
                ("x-slack-signature", format!("v0={code}")),
            ]
        }
        Channel::Feishu => {
            let whole = [second.as_bytes(), b"nonce", secret.as_bytes(), body].concat();
            vec![
                ("x-lark-request-timestamp", second),
                ("x-lark-request-nonce", "nonce".to_owned()),
                ("x-lark-signature", hex(&Sha256::digest(whole))),
            ]
        }
        Channel::Wechat | Channel::Wecom => {
            vec![("query", sealed::wechat_query(secret, body, at))]
        }
        Channel::Twilio => vec![("x-twilio-signature", sealed::twilio(secret, body))],
        Channel::Chatwoot => {
            let code = hex(&mac(secret, &[second.as_bytes(), b".", body]));
            vec![
                ("x-chatwoot-timestamp", second),
                ("x-chatwoot-signature", format!("sha256={code}")),
            ]
        }
        Channel::Dingtalk => {
            // Two messages do not come in the same millisecond: which one it is, the body says.
            let within = u32::from(Sha256::digest(body)[0]);
            let millisecond = format!("{}{within:03}", at.as_second());
            let code = mac(secret, &[millisecond.as_bytes(), b"\n", secret.as_bytes()]);
            vec![("timestamp", millisecond), ("sign", STANDARD.encode(code))]
        }
        Channel::Email => vec![("authorization", format!("Bearer {secret}"))],
        Channel::Postmark => {
            let pair = STANDARD.encode(format!("postmark:{secret}"));
            vec![("authorization", format!("Basic {pair}"))]
        }
        Channel::Mailgun => return mail::signed(secret, body, at),
        Channel::Discord => discord::headers(secret, &second, body),
        Channel::Line => vec![("x-line-signature", STANDARD.encode(mac(secret, &[body])))],
    };
    headers.into_iter().collect()
}

/// One platform signs in a field of its form; what stands for it among the headers is moved there.
fn whole_body(headers: &BTreeMap<&'static str, String>, body: &[u8]) -> Vec<u8> {
    let form = headers.get("form").map_or("", String::as_str);
    [body, form.as_bytes()].concat()
}

/// Whether a platform signs the body that it sends.
fn signs_its_body(channel: Channel) -> bool {
    !matches!(
        channel,
        Channel::Telegram
            | Channel::Dingtalk
            | Channel::Email
            | Channel::Mailgun
            | Channel::Postmark
    )
}

/// Sends a body with headers to the account `shop`.
async fn post(
    app: &TestApp,
    channel: Channel,
    headers: &BTreeMap<&'static str, String>,
    body: &[u8],
) -> Response {
    // One platform signs in the address; what stands for it among the headers is moved there.
    let query = headers
        .get("query")
        .map_or("", |query| query.trim_start_matches('?'));
    let request = app
        .post(&format!("/hooks/{channel}/shop?{query}"))
        .body(whole_body(headers, body));
    let headers = headers.iter().filter(|(name, _)| **name != "form");
    let request = headers.fold(request, |request, (name, value)| {
        request.header(*name, value)
    });
    request.send().await.unwrap()
}

/// Has a platform tell its first text, and the desk take it: most send it, one is asked for it.
async fn tell(app: &TestApp, channel: Channel) {
    if channel == Channel::Wecom {
        return pulling::tell_first(app).await;
    }
    let answer = send(app, &first_text(channel)).await;
    assert_eq!(answer.status(), 200, "{channel}");
}

/// Sends a case as its platform does, now.
async fn send(app: &TestApp, case: &Case) -> Response {
    let id = format!("msg_{}", case.name.replace(' ', "_"));
    let secret = secret_of(case.channel);
    let headers = signed(case.channel, secret, &id, &case.body, app.clock.now());
    post(app, case.channel, &headers, &case.body).await
}
