//! What WhatsApp, Messenger and Instagram share: the introduction, the signature, the words of a refusal.

mod messenger;
mod whatsapp;

use serde_json::Value;

use super::account::Account;
use super::incoming::{Accepted, Incoming, Refusal};
use super::json::{object, text};
use super::outgoing::{Judgement, Responded};
use super::secret::same_hex;

pub(super) use messenger::{
    BY_PERSON, accept_instagram, accept_messenger, file_request, render_instagram, render_messenger,
};
pub(super) use whatsapp::{accept as accept_whatsapp, render as render_whatsapp};

/// The introduction is answered; of anything else the body, once its signature has been checked.
fn signed(account: &Account, incoming: &Incoming<'_>) -> Result<Result<Value, Accepted>, Refusal> {
    if incoming.is_get {
        return introduced(account, incoming).map(Err);
    }
    let given = incoming.header("x-hub-signature-256")?;
    let given = given.strip_prefix("sha256=").ok_or(Refusal::Unsigned)?;
    if !account.any_secret(|secret| same_hex(&secret.mac(&[incoming.body]), given)) {
        return Err(Refusal::Forged);
    }
    object(incoming.body).map(Ok)
}

fn introduced(account: &Account, incoming: &Incoming<'_>) -> Result<Accepted, Refusal> {
    let word = account.verify.as_ref();
    let is_known = word.is_some_and(|word| word.is(incoming.asked("hub.verify_token")));
    if !is_known || incoming.asked("hub.mode") != "subscribe" {
        return Err(Refusal::Stranger);
    }
    Ok(Accepted::answer(
        "text/plain",
        incoming.asked("hub.challenge"),
    ))
}

/// Outside the time in which answers are allowed.
const CLOSED: [i64; 2] = [131_047, 10];
/// Too much at once, or a token that has ended: the same can be right later.
const LATER: [i64; 9] = [1, 2, 4, 32, 80_007, 130_429, 131_056, 190, 613];

pub(super) fn judge(responded: &Responded<'_>) -> Judgement {
    let body = responded.json();
    if responded.is_success() {
        let whatsapp = text(&body, "/messages/0/id");
        return Judgement::Sent(whatsapp.or_else(|| text(&body, "/message_id")));
    }
    let Some(code) = body.pointer("/error/code").and_then(Value::as_i64) else {
        return responded.by_status();
    };
    let words = text(&body, "/error/message").unwrap_or_default();
    let why = format!("error {code}: {words}");
    match code {
        _ if CLOSED.contains(&code) => Judgement::Closed(why),
        _ if LATER.contains(&code) || responded.status >= 500 || responded.status == 429 => {
            Judgement::Later(why, None)
        }
        _ => Judgement::Never(why),
    }
}
