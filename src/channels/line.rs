//! LINE Messaging API. An answer to the last message is free and goes out once; anything later is pushed, under a key that the platform
//! knows again.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use super::account::Account;
use super::incoming::{Accepted, File, Inbound, Incoming, Refusal};
use super::json::{choice, list, millisecond, object, text};
use super::outgoing::{Judgement, Outbound, Request, Responded, Way};
use super::split::{Room, Unit, split};
use crate::domain::constant_time::same;
use crate::domain::conversation::Choice;

const ROOM: Room = Room {
    unit: Unit::Utf16,
    most: 5000,
};
/// Messages in one request, at most.
const AT_ONCE: usize = 5;
/// Quick replies, and what stands on one.
const BUTTONS: (usize, usize) = (13, 20);

pub(super) fn accept(account: &Account, incoming: &Incoming<'_>) -> Result<Accepted, Refusal> {
    let given = incoming.header("x-line-signature")?;
    let is_signed = account.any_secret(|secret| {
        let expected = STANDARD.encode(secret.mac(&[incoming.body]));
        same(expected.as_bytes(), given.as_bytes())
    });
    if !is_signed {
        return Err(Refusal::Forged);
    }
    let body = object(incoming.body)?;
    Ok(Accepted {
        messages: list(&body, "/events").iter().filter_map(message).collect(),
        ..Accepted::default()
    })
}

/// What one person writes to the account; nothing of groups, nothing while another program has the conversation.
fn message(event: &Value) -> Option<Inbound> {
    let is_ours = event["mode"] != "standby" && event["source"]["type"] == "user";
    let begun = Inbound {
        id: text(event, "/webhookEventId").filter(|_| is_ours)?,
        user: text(event, "/source/userId")?,
        reply: text(event, "/replyToken"),
        at: millisecond(event, "/timestamp"),
        ..Inbound::default()
    };
    match event["type"].as_str()? {
        "message" => {
            let kind = text(event, "/message/type")?;
            match kind.as_str() {
                "text" => Some(Inbound {
                    text: text(event, "/message/text")?,
                    ..begun
                }),
                "image" | "video" | "audio" | "file" => Some(Inbound {
                    files: vec![File {
                        id: text(event, "/message/id")?,
                        kind,
                    }],
                    ..begun
                }),
                _ => None,
            }
        }
        "postback" => {
            let data = text(event, "/postback/data")?;
            Some(Inbound {
                choice: choice(&data),
                text: data,
                ..begun
            })
        }
        _ => None,
    }
}

pub(super) fn render(way: &Way<'_>, out: &Outbound) -> Vec<Request> {
    let (most, length) = BUTTONS;
    let fit = |choice: &Choice| choice.label.chars().count() <= length;
    let has_buttons = (1..=most).contains(&out.choices.len()) && out.choices.iter().all(fit);
    let said = if has_buttons {
        out.text.clone()
    } else {
        out.numbered()
    };
    let mut messages: Vec<Value> = split(&said, ROOM)
        .into_iter()
        .map(|part| json!({"type": "text", "text": part}))
        .collect();
    if let Some(last) = messages.last_mut().filter(|_| has_buttons) {
        let item = |choice: &Choice| json!({"type": "action", "action": {"type": "message", "label": choice.label, "text": choice.label}});
        let items: Vec<Value> = out.choices.iter().map(item).collect();
        last["quickReply"] = json!({ "items": items });
    }
    let calls = messages.chunks(AT_ONCE).enumerate();
    calls
        .map(|(at, messages)| call(way, at, messages))
        .collect()
}

fn call(way: &Way<'_>, at: usize, messages: &[Value]) -> Request {
    let request = match way.to.reply.as_ref().filter(|_| way.answers && at == 0) {
        Some(reply) => {
            let body = json!({"replyToken": reply, "messages": messages});
            Request::json(way.account, "/v2/bot/message/reply", &body)
        }
        None => {
            let body = json!({"to": way.to.user, "messages": messages});
            let request = Request::json(way.account, "/v2/bot/message/push", &body);
            request.header("x-line-retry-key", retry_key(way.name, at))
        }
    };
    request.header("authorization", way.account.bearer())
}

/// A UUID for a call of a message: the same on every attempt.
fn retry_key(name: &str, at: usize) -> String {
    let hash = Sha256::digest(format!("{name}/{at}"));
    let hex: String = hash
        .iter()
        .take(16)
        .map(|byte| format!("{byte:02x}"))
        .collect();
    let parts = [
        &hex[..8],
        &hex[8..12],
        &hex[12..16],
        &hex[16..20],
        &hex[20..],
    ];
    parts.join("-")
}

pub(super) fn judge(responded: &Responded<'_>) -> Judgement {
    let words = text(&responded.json(), "/message").unwrap_or_default();
    let why = format!("it answered {}: {words}", responded.status);
    match responded.status {
        // The key of an earlier attempt: that one arrived.
        409 => Judgement::Sent(None),
        // The time for an answer is over: the next attempt pushes.
        400 if words.contains("reply token") => Judgement::Later(why, None),
        _ if responded.is_success() => responded.sent_as(None),
        // What may be pushed in a month has been; an answer to the customer's next message is free.
        429 if words.contains("monthly limit") => Judgement::Closed(why),
        // The token is none, or the account may not (developers.line.biz/en/reference/messaging-api/#status-codes).
        401 | 403 => Judgement::Account(why),
        _ => responded.refused(why),
    }
}
