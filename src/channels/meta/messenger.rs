//! Messenger and Instagram: the same messages, with other lengths.

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use super::{counted, signed};
use crate::channels::account::Account;
use crate::channels::hosts::bare_request;
use crate::channels::incoming::{Accepted, File, Inbound, Incoming, Receipt, Refusal, Seen};
use crate::channels::json::{choice, list, millisecond, name, text};
use crate::channels::outgoing::{Outbound, Request, Way};
use crate::channels::secret::Secret;
use crate::channels::split::{Room, Unit, split};
use crate::domain::channel::MessageState;

const MESSENGER: Room = Room {
    unit: Unit::Chars,
    most: 2000,
};
const INSTAGRAM: Room = Room {
    unit: Unit::Bytes,
    most: 1000,
};
/// So long after a customer's last message it takes what a program wrote, and so long what a person wrote who says so.
const BY_PROGRAM: SignedDuration = SignedDuration::from_hours(24);
pub(in crate::channels) const BY_PERSON: Option<SignedDuration> =
    Some(SignedDuration::from_hours(24 * 7));
/// Quick replies, and what stands on one.
const BUTTONS: (usize, usize) = (13, 20);

pub(in crate::channels) fn accept_messenger(
    account: &Account,
    incoming: &Incoming<'_>,
) -> Result<Accepted, Refusal> {
    accept(account, incoming, "page")
}

pub(in crate::channels) fn accept_instagram(
    account: &Account,
    incoming: &Incoming<'_>,
) -> Result<Accepted, Refusal> {
    accept(account, incoming, "instagram")
}

/// The hosts that files are kept on. Which of them has a file depends on where it was sent; all names below these are Meta's own.
const FILES: [&str; 3] = [".fbcdn.net", ".fbsbx.com", ".cdninstagram.com"];

/// The request for a file, whose address is signed by the platform and needs no token.
pub(in crate::channels) fn file_request(account: &Account, url: &str) -> Option<Request> {
    bare_request(account, url, &FILES)
}

/// `standby` stands beside `messaging` when another program has the conversation: it is not looked at.
fn accept(account: &Account, incoming: &Incoming<'_>, of: &str) -> Result<Accepted, Refusal> {
    let body = match signed(account, incoming)? {
        Ok(body) => body,
        Err(introduced) => return Ok(introduced),
    };
    let mut accepted = Accepted::default();
    if body["object"] != of {
        return Ok(accepted);
    }
    let own = account.sender.as_deref();
    let is_own = |entry: &&Value| own.is_none() || name(entry, "/id").as_deref() == own;
    // An app has one address for all its pages: each has an account of its own here.
    let (own, others) = list(&body, "/entry").iter().partition::<Vec<_>, _>(is_own);
    for event in own.iter().flat_map(|entry| list(entry, "/messaging")) {
        accepted.messages.extend(message(event));
        receipts(event, &mut accepted);
    }
    let others = others.iter().flat_map(|entry| list(entry, "/messaging"));
    accepted.left_out.others = counted(others.filter_map(message).count());
    Ok(accepted)
}

/// What became of messages of ours: some are named, else it is so with all up to a time.
fn receipts(event: &Value, accepted: &mut Accepted) {
    let read = text(event, "/read/mid").map(|id| Receipt::of(id, MessageState::Read));
    let arrived = list(event, "/delivery/mids")
        .iter()
        .filter_map(Value::as_str);
    let arrived = arrived.map(|id| Receipt::of(id, MessageState::Delivered));
    accepted.receipts.extend(arrived.chain(read));
    let up_to = [
        ("/read/watermark", MessageState::Read),
        ("/delivery/watermark", MessageState::Delivered),
    ];
    let seen = up_to.iter().filter_map(|(place, state)| {
        let millisecond = event.pointer(place)?.as_i64()?;
        Some(Seen {
            user: name(event, "/sender/id")?,
            state: *state,
            up_to: Timestamp::from_millisecond(millisecond).ok()?,
        })
    });
    accepted.seen.extend(seen);
}

fn message(event: &Value) -> Option<Inbound> {
    let user = name(event, "/sender/id")?;
    if let Some(postback) = event.get("postback") {
        return Some(Inbound {
            id: text(postback, "/mid")?,
            user,
            text: text(postback, "/title").unwrap_or_default(),
            choice: text(postback, "/payload").and_then(|payload| choice(&payload)),
            at: millisecond(event, "/timestamp"),
            ..Inbound::default()
        });
    }
    let message = event.get("message")?;
    let is_ours = message["is_echo"] == true || message["is_deleted"] == true;
    let files: Vec<File> = list(message, "/attachments")
        .iter()
        .filter_map(|file| {
            let is_sticker = file.pointer("/payload/sticker_id").is_some();
            let kind = text(file, "/type")?;
            Some(File {
                kind: if is_sticker {
                    "sticker".to_owned()
                } else {
                    kind
                },
                id: text(file, "/payload/url")?,
            })
        })
        .collect();
    let said = text(message, "/text").unwrap_or_default();
    if is_ours || (said.is_empty() && files.is_empty()) {
        return None;
    }
    Some(Inbound {
        id: text(message, "/mid")?,
        user,
        text: said,
        choice: text(message, "/quick_reply/payload").and_then(|payload| choice(&payload)),
        files,
        at: millisecond(event, "/timestamp"),
        ..Inbound::default()
    })
}

pub(in crate::channels) fn render_messenger(way: &Way<'_>, out: &Outbound) -> Vec<Request> {
    render(way, out, MESSENGER)
}

pub(in crate::channels) fn render_instagram(way: &Way<'_>, out: &Outbound) -> Vec<Request> {
    render(way, out, INSTAGRAM)
}

fn render(way: &Way<'_>, out: &Outbound, room: Room) -> Vec<Request> {
    let (most, length) = BUTTONS;
    let short = |label: &str| label.chars().count() <= length;
    let fit = out.choices.iter().all(|choice| short(&choice.label));
    let has_buttons = fit && (1..=most).contains(&out.choices.len());
    let said = if has_buttons {
        out.text.clone()
    } else {
        out.numbered()
    };
    let parts = split(&said, room);
    let last = parts.len().saturating_sub(1);
    let token = way.account.token.as_ref().map_or("", Secret::reveal);
    let ago = way.second.saturating_sub(way.to.heard_at.as_second());
    let is_late = way.by_person && ago > BY_PROGRAM.as_secs();
    let requests = parts.iter().enumerate().map(|(at, part)| {
        let mut message = json!({ "text": part });
        if has_buttons && at == last {
            let reply = |choice: &crate::domain::conversation::Choice| {
                json!({"content_type": "text", "title": choice.label, "payload": choice.number.to_string()})
            };
            let replies: Vec<Value> = out.choices.iter().map(reply).collect();
            message["quick_replies"] = json!(replies);
        }
        let mut body = json!({"recipient": {"id": way.to.user}, "messaging_type": "RESPONSE", "message": message});
        if is_late {
            body["messaging_type"] = json!("MESSAGE_TAG");
            body["tag"] = json!("HUMAN_AGENT");
        }
        Request::json(way.account, "/me/messages", &body).header("authorization", format!("Bearer {token}"))
    });
    requests.collect()
}
