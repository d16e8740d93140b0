//! A link by which the customer of a messaging platform comes to the same conversation on a page, where there is more to be seen and
//! filled in: signed for this purpose alone, and good for a day.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use jiff::{SignedDuration, Timestamp};
use sha2::Sha256;

use super::channel::Recipient;
use super::constant_time::same;
use super::conversation::{Actor, Conversation, Event, EventBody, Outcome};
use super::ids::ConversationId;

/// A link is good for so long after it was said.
pub const GOOD_FOR: SignedDuration = SignedDuration::from_hours(24);
/// It is not said again for so long: the one above it is still good.
const NOT_AGAIN: SignedDuration = SignedDuration::from_hours(1);
/// So many bytes of the code go into a link, that it does not fill a short message: nobody guesses half of it.
const CODE: usize = 16;
/// What is signed beside the link. No id has a zero byte, so that nothing else that is signed by the same key reads like it.
const PURPOSE: &str = "chat\0";

/// What a link opens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CustomerLink {
    /// Which conversation.
    pub conversation: ConversationId,
    /// Until when.
    pub until: Timestamp,
}

/// What is on the page and cannot be shown within a platform.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shows {
    /// The customer's orders as cards.
    Order,
    /// A refund application as a form.
    Form,
}

impl CustomerLink {
    /// The link that goes with something that was said. It is the same however often that is sent.
    #[must_use]
    pub fn with(event: &Event) -> Self {
        let until = event.at.checked_add(GOOD_FOR).unwrap_or(event.at);
        Self {
            conversation: event.conversation.clone(),
            until,
        }
    }

    /// The link as a text, safe in addresses.
    #[must_use]
    pub fn signed(&self, key: &[u8; 32]) -> Option<String> {
        let code = self.code(key)?;
        Some(format!("{}.{code}", self.text()))
    }

    /// What a text opens; nothing unless it was signed so. Whether its time is over, the caller knows.
    #[must_use]
    pub fn read(text: &str, key: &[u8; 32]) -> Option<Self> {
        let (rest, code) = text.rsplit_once('.')?;
        let (conversation, until) = rest.rsplit_once('.')?;
        let link = Self {
            conversation: ConversationId::parse(conversation).ok()?,
            until: Timestamp::from_second(until.parse().ok()?).ok()?,
        };
        let own = link.code(key)?;
        same(own.as_bytes(), code.as_bytes()).then_some(link)
    }

    fn text(&self) -> String {
        format!("{}.{}", self.conversation, self.until.as_second())
    }

    fn code(&self, key: &[u8; 32]) -> Option<String> {
        let mut mac = Hmac::<Sha256>::new_from_slice(key).ok()?;
        mac.update(PURPOSE.as_bytes());
        mac.update(self.text().as_bytes());
        let code = mac.finalize().into_bytes();
        Some(URL_SAFE_NO_PAD.encode(&code[..CODE]))
    }
}

/// What the page shows beside something that was said; nothing unless the customer has shown an order to be theirs, and nothing where
/// others read along, for whoever has the link speaks as the customer. `before` is what happened before it: a link that is good for long
/// is not said twice.
#[must_use]
pub fn shows(row: &Conversation, event: &Event, before: &[Event]) -> Option<Shows> {
    let is_theirs = row.recipient.as_ref().is_some_and(Recipient::is_private);
    let is_theirs = is_theirs && !row.memory.proven.is_empty();
    let shown = shown_beside(event).filter(|_| is_theirs)?;
    let is_recent = |one: &&Event| event.at.duration_since(one.at) < NOT_AGAIN;
    let mut recent = before.iter().filter(is_recent);
    let is_there = recent.any(|one| shown_beside(one) == Some(shown));
    (!is_there).then_some(shown)
}

fn shown_beside(event: &Event) -> Option<Shows> {
    let EventBody::Reply {
        because: Some(because),
        ..
    } = &event.body
    else {
        return None;
    };
    match because.outcome {
        _ if event.by != Actor::Bot => None,
        Outcome::GiveOrderStatus => Some(Shows::Order),
        Outcome::OpenRefundForm => Some(Shows::Form),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: [u8; 32] = [7; 32];

    #[test]
    fn a_link_opens_what_it_was_signed_for_and_nothing_else() {
        let link = CustomerLink {
            conversation: ConversationId::parse("0198.c-1").unwrap(),
            until: Timestamp::from_second(1_800_000_000).unwrap(),
        };
        let text = link.signed(&KEY).unwrap();
        assert_eq!(CustomerLink::read(&text, &KEY), Some(link.clone()));
        let (rest, code) = text.rsplit_once('.').unwrap();
        for wrong in [
            text.replace("c-1", "c-2"),
            text.replace("1800000000", "1800000001"),
            format!("{rest}."),
            format!("{rest}.{}", &code[1..]),
            format!("{rest}.{code}="),
            rest.to_owned(),
            String::new(),
            "...".to_owned(),
        ] {
            assert_ne!(wrong, text);
            assert_eq!(CustomerLink::read(&wrong, &KEY), None, "{wrong}");
        }
        assert_eq!(CustomerLink::read(&text, &[8; 32]), None);
        let safe = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
        assert!(text.bytes().all(safe), "{text}");
    }
}
