//! Any program that signs as Standard Webhooks 1.0 say, in both directions: what everything without a file of its own is bridged by.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use super::account::Account;
use super::incoming::{Accepted, Answer, File, Inbound, Incoming, Refusal, fresh};
use super::json::{choice, list, name, object, text};
use super::outgoing::{Judgement, Outbound, Request, Responded, Way};
use crate::domain::constant_time::same;
use crate::domain::webhook::{SigningSecret, signatures};

/// So many files of one message are looked at.
const FILES: usize = 5;
/// A request is one of now for so long.
const WITHIN: SignedDuration = SignedDuration::from_mins(5);

pub(super) fn accept(
    account: &Account,
    incoming: &Incoming<'_>,
    now: Timestamp,
) -> Result<Accepted, Refusal> {
    let id = incoming.header("webhook-id")?;
    let second = incoming.header("webhook-timestamp")?;
    let given = incoming.header("webhook-signature")?;
    let body = str::from_utf8(incoming.body).map_err(|_| Refusal::Forged)?;
    let at = second.parse().map_err(|_| Refusal::Unsigned)?;
    let is_signed = account.any_secret(|secret| {
        SigningSecret::parse(secret.reveal()).is_ok_and(|key| {
            let expected = signatures(&[key], id, at, body);
            let mut each = given.split(' ');
            each.any(|one| same(one.as_bytes(), expected.as_bytes()))
        })
    });
    if !is_signed {
        return Err(Refusal::Forged);
    }
    fresh(second, WITHIN, now)?;
    read(id, incoming.body)
}

/// The answer within the answer, for a program that asks for it in the address (`?sync=1`) instead of waiting for an event.
pub(super) fn inline(incoming: &Incoming<'_>, said: &str) -> Option<Answer> {
    let is_wanted = incoming.asked("sync") == "1" && !said.is_empty();
    is_wanted.then(|| Answer {
        media_type: "application/json",
        body: json!({"accepted": true, "text": said}).to_string(),
    })
}

fn read(id: &str, body: &[u8]) -> Result<Accepted, Refusal> {
    let body = object(body)?;
    let mut accepted = Accepted::answer("application/json", r#"{"accepted":true}"#);
    let is_message = text(&body, "/type").as_deref() == Some("message.created");
    let Some(user) = name(&body, "/data/sender/id").filter(|_| is_message) else {
        return Ok(accepted);
    };
    let attached = list(&body, "/data/attachments").iter().take(FILES);
    let files = attached.clone().filter_map(|file| {
        let kind = text(file, "/type")?;
        let id = text(file, "/url").unwrap_or_default();
        Some(File { kind, id })
    });
    // Whoever vouches for the message brings the file along: an address of anybody's is followed nowhere.
    let contents = attached.filter_map(|file| STANDARD.decode(text(file, "/content")?).ok());
    accepted.messages.push(Inbound {
        contents: contents.collect(),
        id: id.to_owned(),
        user,
        place: name(&body, "/data/conversation_id"),
        text: text(&body, "/data/text").unwrap_or_default(),
        choice: name(&body, "/data/payload").and_then(|payload| choice(&payload)),
        locale: text(&body, "/data/sender/locale"),
        files: files.collect(),
        ..Inbound::default()
    });
    Ok(accepted)
}

pub(super) fn render(way: &Way<'_>, out: &Outbound) -> Vec<Request> {
    let choices = out.choices.iter().map(|choice| {
        json!({"number": choice.number, "label": choice.label, "payload": choice.number.to_string()})
    });
    let at = Timestamp::from_second(way.second).unwrap_or_default();
    let body = json!({"type": "message.sent", "timestamp": at, "data": {
        "message_id": way.name, "conversation_id": way.to.place, "recipient": {"id": way.to.user},
        "text": out.text, "choices": choices.collect::<Vec<_>>()}});
    vec![signed(way.account, &body, way.name, way.second)]
}

/// An event that says nothing, signed like all: whoever does not know its kind takes it and forgets it.
pub(super) fn check_request(account: &Account, name: &str, second: i64) -> Request {
    let at = Timestamp::from_second(second).unwrap_or_default();
    let body = json!({"type": "channel.test", "timestamp": at, "data": {}});
    signed(account, &body, name, second)
}

fn signed(account: &Account, body: &Value, name: &str, second: i64) -> Request {
    let request = Request::json(account, "", body);
    let secrets = account.secrets.iter();
    let keys: Vec<SigningSecret> = secrets
        .filter_map(|secret| SigningSecret::parse(secret.reveal()).ok())
        .collect();
    let signed = signatures(&keys, name, second, &request.body);
    request
        .header("webhook-id", name.to_owned())
        .header("webhook-timestamp", second.to_string())
        .header("webhook-signature", signed)
}

pub(super) fn judge(responded: &Responded<'_>) -> Judgement {
    if responded.is_success() {
        return Judgement::Sent(None);
    }
    Judgement::Later(format!("it answered {}", responded.status), None)
}
