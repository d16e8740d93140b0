//! What Mailgun and Postmark tell of letters that they were given: that one arrived, or that it came back and why.

use serde_json::Value;

use super::thread::known_name;
use crate::channels::incoming::{Accepted, Receipt, Refusal};
use crate::channels::json::{object, text};
use crate::domain::channel::MessageState;

/// The letter did not reach anybody, in Postmark's words.
const BOUNCES: [&str; 7] = [
    "HardBounce",
    "SoftBounce",
    "BadEmailAddress",
    "Blocked",
    "DnsError",
    "ManuallyDeactivated",
    "SpamNotification",
];

/// What became of a letter of ours, where Postmark was told to say it at the same address. What a machine answered is no failure.
pub(super) fn of_postmark(body: &Value) -> Option<Receipt> {
    let kind = text(body, "/Type").unwrap_or_default();
    let state = match body["RecordType"].as_str()? {
        "Delivery" => MessageState::Delivered,
        "Bounce" if BOUNCES.contains(&kind.as_str()) => MessageState::Failed,
        _ => return None,
    };
    let said = text(body, "/Description").filter(|_| state == MessageState::Failed);
    Some(Receipt::of(text(body, "/MessageID")?, state).because(said))
}

/// What Mailgun signs of an event: the time, the token, and the signature over both.
pub(super) struct Signed {
    pub second: String,
    pub token: String,
    pub signature: String,
    body: Value,
}

impl Signed {
    /// An event of Mailgun's as it came; nothing of it has been checked.
    pub(super) fn read(body: &[u8]) -> Result<Self, Refusal> {
        let body = object(body).map_err(|_| Refusal::Unsigned)?;
        let part = |name: &str| text(&body, &format!("/signature/{name}")).unwrap_or_default();
        Ok(Self {
            second: part("timestamp"),
            token: part("token"),
            signature: part("signature"),
            body,
        })
    }

    /// What became of a letter that went out from our address, once the signature has been checked. The token stands for this event alone.
    pub(super) fn accepted(self, own: &str) -> Accepted {
        let receipt = of_mailgun(&self.body["event-data"], own);
        let accepted = Accepted {
            receipts: receipt.into_iter().collect(),
            ..Accepted::default()
        };
        accepted.signed_by(&self.token)
    }
}

/// A letter that is tried again has not failed; whether one was opened is what pictures in it would tell, and ours have none.
fn of_mailgun(event: &Value, own: &str) -> Option<Receipt> {
    let name = text(event, "/message/headers/message-id")?;
    let name = name.trim().trim_start_matches('<').trim_end_matches('>');
    let is_final = event["severity"] != "temporary";
    let state = match event["event"].as_str()? {
        "delivered" => MessageState::Delivered,
        "failed" if is_final => MessageState::Failed,
        "rejected" => MessageState::Failed,
        _ => return None,
    };
    let said = [
        "/delivery-status/description",
        "/delivery-status/message",
        "/reject/reason",
        "/reason",
    ];
    let words = said.iter().filter_map(|place| text(event, place));
    let mut words = words.filter(|words| !words.is_empty() && state == MessageState::Failed);
    let name = format!("<{name}>");
    let known = known_name(&name, own).unwrap_or(name);
    Some(Receipt::of(known, state).because(words.next()))
}
