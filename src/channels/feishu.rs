//! Feishu and Lark: events that are encrypted with the Encrypt Key of the app, answers under a key that the platform knows again.

use std::cmp::Reverse;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jiff::Timestamp;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use super::account::Account;
use super::crypto::decrypt;
use super::incoming::{Accepted, File, Inbound, Incoming, Receipt, Refusal, fresh};
use super::json::{choice, list, object, text};
use super::outgoing::{Judgement, Outbound, Request, Responded, Way};
use super::secret::{Secret, same_hex};
use super::split::{Room, Unit, split};
use crate::domain::channel::{KNOWN_FOR, MessageState};

/// When a request was signed.
const SECOND: &str = "x-lark-request-timestamp";
/// A button was pressed.
const PRESSED: &str = "card.action.trigger";
/// Messages of ours were read.
const READ: &str = "im.message.message_read_v1";
/// A card has 30 KB, and a text in it so many bytes at most.
const CARD: usize = 10_000;
/// Well below what a message takes, which is counted with everything around the text.
const ROOM: Room = Room {
    unit: Unit::Bytes,
    most: 30_000,
};
/// The token has ended.
const RENEW: [i64; 3] = [99_991_661, 99_991_663, 99_991_668];
/// The app has no right to it, its bot is switched off, or the desk's address is not on its list (open.feishu.cn/document/server-docs/api-call-guide/generic-error-code).
const ACCOUNT: [i64; 4] = [99_991_401, 99_991_672, 99_991_673, 230_006];
/// Too much at once, and what the platform says of its own trouble.
const LATER: [i64; 7] = [2_200, 11_232, 11_233, 11_247, 230_020, 230_049, 99_991_400];
/// The message that is answered is gone, the app may not speak there or is not wanted, or the text is too long or does not pass the audit
/// (open.feishu.cn/document/server-docs/im-v1/message/create).
const NEVER: [i64; 7] = [
    230_002, 230_011, 230_013, 230_022, 230_025, 230_028, 230_053,
];

pub(super) fn accept(
    account: &Account,
    incoming: &Incoming<'_>,
    now: Timestamp,
) -> Result<Accepted, Refusal> {
    let sealed = object(incoming.body).map_err(|_| Refusal::Unsigned)?;
    let sealed = text(&sealed, "/encrypt").ok_or(Refusal::Unsigned)?;
    let is_signed = incoming.headers.contains_key("x-lark-signature");
    if is_signed && !is_signed_by(account, incoming)? {
        return Err(Refusal::Forged);
    }
    let opened = account
        .secrets
        .iter()
        .find_map(|secret| open(secret, &sealed));
    let body = opened.ok_or(Refusal::Forged)?;
    let word = text(&body, "/header/token")
        .or_else(|| text(&body, "/token"))
        .unwrap_or_default();
    if !account.verify.as_ref().is_some_and(|known| known.is(&word)) {
        return Err(Refusal::Stranger);
    }
    // The introduction alone is not signed; whoever could encrypt it has the key.
    if body["type"] == "url_verification" {
        let answer = json!({"challenge": text(&body, "/challenge").unwrap_or_default()});
        return Ok(Accepted::answer("application/json", answer.to_string()));
    }
    if !is_signed {
        return Err(Refusal::Unsigned);
    }
    // It tries again for hours, so that only what no name is kept of any more is too old.
    fresh(incoming.header(SECOND)?, KNOWN_FOR, now)?;
    if body["header"]["event_type"] == PRESSED {
        let mut accepted = Accepted::answer("application/json", "{}");
        accepted.messages.extend(pressed(&body));
        return Ok(accepted);
    }
    Ok(Accepted {
        messages: message(&body).into_iter().collect(),
        receipts: read_by_customer(&body),
        ..Accepted::default()
    })
}

/// Which messages of ours were read.
fn read_by_customer(body: &Value) -> Vec<Receipt> {
    if body["header"]["event_type"] != READ {
        return Vec::new();
    }
    let ids = list(body, "/event/message_id_list").iter();
    let ids = ids.filter_map(Value::as_str);
    ids.map(|id| Receipt::of(id, MessageState::Read)).collect()
}

/// A button of a card of ours. Cards of ours are not to be forwarded, so that it stands where we spoke with this person.
fn pressed(body: &Value) -> Option<Inbound> {
    let value = &body["event"]["action"]["value"];
    let number = text(value, "/choice")?;
    Some(Inbound {
        id: text(body, "/header/event_id")?,
        user: text(body, "/event/operator/open_id")?,
        place: text(body, "/event/context/open_chat_id"),
        reply: text(body, "/event/context/open_message_id"),
        text: text(value, "/label").unwrap_or_else(|| number.clone()),
        choice: choice(&number),
        ..Inbound::default()
    })
}

fn is_signed_by(account: &Account, incoming: &Incoming<'_>) -> Result<bool, Refusal> {
    let given = incoming.header("x-lark-signature")?;
    let second = incoming.header(SECOND)?;
    let nonce = incoming.header("x-lark-request-nonce")?;
    Ok(account.any_secret(|secret| {
        let signed = [
            second.as_bytes(),
            nonce.as_bytes(),
            secret.reveal().as_bytes(),
            incoming.body,
        ];
        same_hex(&Sha256::digest(signed.concat()), given)
    }))
}

fn open(secret: &Secret, sealed: &str) -> Option<Value> {
    object(&unseal(secret.reveal(), sealed)?).ok()
}

fn unseal(key: &str, sealed: &str) -> Option<Vec<u8>> {
    let bytes = STANDARD.decode(sealed).ok()?;
    let (iv, cipher) = bytes.split_first_chunk::<16>()?;
    let key: [u8; 32] = Sha256::digest(key.as_bytes()).into();
    decrypt(&key, iv, cipher, 16)
}

/// What one person writes to the app; nothing of groups and nothing of other apps.
fn message(body: &Value) -> Option<Inbound> {
    let is_message = body["header"]["event_type"] == "im.message.receive_v1";
    let event = &body["event"];
    let is_ours =
        event["message"]["chat_type"] == "p2p" && event["sender"]["sender_type"] == "user";
    let kind = text(event, "/message/message_type").filter(|_| is_message && is_ours)?;
    let content = text(event, "/message/content")?;
    let content: Value = serde_json::from_str(&content).ok()?;
    let mentioned = mentioned(event);
    let begun = Inbound {
        id: text(body, "/header/event_id")?,
        user: text(event, "/sender/sender_id/open_id")?,
        place: text(event, "/message/chat_id"),
        reply: text(event, "/message/message_id"),
        ..Inbound::default()
    };
    match kind.as_str() {
        "text" => Some(Inbound {
            text: with_names(text(&content, "/text")?, &mentioned),
            ..begun
        }),
        "image" | "file" | "audio" | "media" => {
            let id = text(&content, "/image_key").or_else(|| text(&content, "/file_key"))?;
            Some(Inbound {
                files: vec![File { kind, id }],
                ..begun
            })
        }
        "post" => post(&content, &mentioned, begun),
        _ => None,
    }
}

/// Who is mentioned: by the mark that stands for them, what is said of them. Of the app itself, which is spoken to, nothing is.
fn mentioned(event: &Value) -> Vec<(String, String)> {
    let all = list(event, "/message/mentions").iter();
    let mut all: Vec<(String, String)> = all
        .filter_map(|one| {
            let name = text(one, "/name").filter(|_| !is_app(one));
            let said = name.map(|name| format!("@{name}"));
            Some((text(one, "/key")?, said.unwrap_or_default()))
        })
        .collect();
    // One mark may begin with another: `@_user_1`, `@_user_10`.
    all.sort_by_key(|(mark, _)| Reverse(mark.len()));
    all
}

/// Whether an app is mentioned: where the platform does not say so, it is one that has no number in the company.
fn is_app(mention: &Value) -> bool {
    match text(mention, "/mentioned_type") {
        Some(kind) => kind != "user",
        None => {
            let number = mention.pointer("/id/user_id");
            number.is_some_and(|number| number.is_null() || *number == "")
        }
    }
}

fn with_names(mut said: String, mentioned: &[(String, String)]) -> String {
    for (mark, name) in mentioned.iter().filter(|(mark, _)| !mark.is_empty()) {
        if name.is_empty() {
            said = said.replace(&format!("{mark} "), "");
        }
        said = said.replace(mark, name);
    }
    said.trim().to_owned()
}

/// A formatted text: lines of parts, which are texts, links, names of people, pictures or files.
fn post(content: &Value, mentioned: &[(String, String)], begun: Inbound) -> Option<Inbound> {
    let mut lines: Vec<String> = text(content, "/title").into_iter().collect();
    let mut files = Vec::new();
    for line in list(content, "/content") {
        let parts = line.as_array().map_or(&[][..], Vec::as_slice);
        let said = parts.iter().filter_map(|part| said_in(part, mentioned));
        lines.push(said.collect::<String>().trim().to_owned());
        files.extend(parts.iter().filter_map(|part| {
            let key = text(part, "/image_key").or_else(|| text(part, "/file_key"))?;
            let kind = match text(part, "/tag")?.as_str() {
                "img" => "image".to_owned(),
                other => other.to_owned(),
            };
            Some(File { kind, id: key })
        }));
    }
    lines.retain(|line| !line.trim().is_empty());
    let said = lines.join("\n");
    (!said.is_empty() || !files.is_empty()).then_some(Inbound {
        text: said,
        files,
        ..begun
    })
}

/// What a part of a formatted text says; of a link where it leads, too, unless it says so itself.
fn said_in(part: &Value, mentioned: &[(String, String)]) -> Option<String> {
    if part["tag"] == "at" {
        let mut known = mentioned.iter();
        if let Some((_, name)) = known.find(|(mark, _)| part["user_id"] == mark.as_str()) {
            return Some(name.clone());
        }
        return text(part, "/user_name").map(|name| format!("@{name}"));
    }
    let said = text(part, "/text")?;
    Some(match text(part, "/href") {
        Some(href) if href != said => format!("{said} {href}"),
        _ => said,
    })
}

/// The request for a token, and what is in its answer: the token, and for how many seconds it is good.
pub(super) fn token_request(account: &Account) -> Request {
    let secret = account.token.as_ref().map_or("", Secret::reveal);
    let body = json!({"app_id": account.sender, "app_secret": secret});
    Request::json(
        account,
        "/open-apis/auth/v3/tenant_access_token/internal",
        &body,
    )
}

pub(super) fn token_in(body: &Value) -> Option<(String, i64)> {
    Some((
        text(body, "/tenant_access_token")?,
        body["expire"].as_i64()?,
    ))
}

pub(super) fn render(way: &Way<'_>, out: &Outbound) -> Vec<Request> {
    let to = way.to.reply.as_deref().unwrap_or_default();
    let path = format!("/open-apis/im/v1/messages/{to}/reply");
    let request = |kind: &str, content: &Value, at: usize| {
        let key = format!("{}-{at}", way.name);
        let body = json!({"msg_type": kind, "content": content.to_string(), "uuid": key});
        Request::json(way.account, &path, &body)
            .header("authorization", format!("Bearer {}", way.token))
    };
    if !out.choices.is_empty() && out.text.len() <= CARD {
        return vec![request("interactive", &card(out), 0)];
    }
    let parts = split(&out.numbered(), ROOM).into_iter().enumerate();
    let requests =
        parts.map(|(at, part)| request("text", &json!({"text": calling_nobody(&part)}), at));
    requests.collect()
}

/// A text in which what looks like the platform's mark for a person, or for all of a group, calls nobody: it is shown as it stands, with a
/// character in it that has no width.
pub(super) fn calling_nobody(text: &str) -> String {
    text.replace("<at", "<\u{200b}at")
}

/// The text with its choices as buttons.
fn card(out: &Outbound) -> Value {
    let buttons = out.choices.iter().map(|choice| {
        let label = json!({"tag": "plain_text", "content": choice.label});
        let value = json!({"choice": choice.number.to_string(), "label": choice.label});
        json!({"tag": "button", "type": "default", "text": label, "value": value})
    });
    let said = json!({"tag": "plain_text", "content": out.text});
    json!({"config": {"wide_screen_mode": true, "enable_forward": false}, "elements": [
        {"tag": "div", "text": said},
        {"tag": "action", "actions": buttons.collect::<Vec<_>>()},
    ]})
}

pub(super) fn judge(responded: &Responded<'_>) -> Judgement {
    let body = responded.json();
    let Some(code) = body["code"].as_i64() else {
        return match responded.by_status() {
            Judgement::Sent(_) => Judgement::unreadable(),
            other => other,
        };
    };
    let why = format!("error {code}: {}", text(&body, "/msg").unwrap_or_default());
    match code {
        0 if responded.is_success() => Judgement::Sent(text(&body, "/data/message_id")),
        _ if RENEW.contains(&code) => Judgement::Renew(why),
        _ if ACCOUNT.contains(&code) => Judgement::Account(why),
        _ if NEVER.contains(&code) => Judgement::Never(why),
        _ if LATER.contains(&code) => Judgement::Later(why, None),
        _ => responded.refused(why),
    }
}

#[cfg(test)]
mod tests {
    use super::{calling_nobody, unseal};

    #[test]
    fn a_text_calls_nobody() {
        let all = "<at user_id=\"all\">all</at> 1 < 2";
        let calm = calling_nobody(all);
        assert!(!calm.contains("<at") && calm.replace('\u{200b}', "") == all);
    }

    #[test]
    fn the_example_of_the_platforms_documentation_is_decrypted() {
        let sealed = "P37w+VZImNgPEO1RBhJ6RtKl7n6zymIbEG1pReEzghk=";
        assert_eq!(
            unseal("test key", sealed).as_deref(),
            Some(&b"hello world"[..])
        );
        for (key, sealed) in [
            ("other key", sealed),
            ("test key", "P37w"),
            ("test key", "!"),
        ] {
            assert_eq!(unseal(key, sealed), None, "{key} {sealed}");
        }
    }
}
