//! A request of a platform as it came, what is in it, and why one is refused.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};

use crate::domain::channel::MessageState;
use crate::domain::conversation::Hands;

/// A request as it came. Nothing of it has been believed yet.
#[derive(Clone, Debug, Default)]
pub struct Incoming<'a> {
    /// Whether it is a `GET`: platforms introduce themselves so.
    pub is_get: bool,
    /// The query, decoded, the first of each name.
    pub query: BTreeMap<String, String>,
    /// The headers by their names in lower case. One that came twice, or is no text, is not there.
    pub headers: BTreeMap<String, String>,
    /// The body, byte for byte.
    pub body: &'a [u8],
}

impl Incoming<'_> {
    /// A header that must be there.
    pub(super) fn header(&self, name: &str) -> Result<&str, Refusal> {
        let found = self.headers.get(name).map(String::as_str);
        found.ok_or(Refusal::Unsigned)
    }

    /// A parameter of the query; an empty text when it is not there.
    pub(super) fn asked(&self, name: &str) -> &str {
        self.query.get(name).map_or("", String::as_str)
    }
}

/// Why a request is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// It is not signed.
    #[error("the request is not signed")]
    Unsigned,
    /// It is signed by somebody else, or was changed.
    #[error("the signature is not that of this request")]
    Forged,
    /// It is signed with a key, or in a way, that the account does not have.
    #[error(
        "the request is signed with a key, or in a way, that is not configured for this account"
    )]
    OtherKey,
    /// It was signed too long ago, or in the future.
    #[error("the request was signed too long ago, or its clock is wrong")]
    Stale,
    /// An introduction with the wrong word.
    #[error("the word of introduction is not the one that is configured")]
    Stranger,
    /// It is signed, and cannot be read.
    #[error("the body cannot be read")]
    Unreadable,
}

impl Refusal {
    /// All of them.
    pub const ALL: [Self; 6] = [
        Self::Unsigned,
        Self::Forged,
        Self::OtherKey,
        Self::Stale,
        Self::Stranger,
        Self::Unreadable,
    ];

    /// The word in the metrics.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Unsigned => "unsigned",
            Self::Forged => "forged",
            Self::OtherKey => "other_key",
            Self::Stale => "stale",
            Self::Stranger => "stranger",
            Self::Unreadable => "unreadable",
        }
    }
}

/// What is in a request. Empty when there is nothing to do: what the desk does not know is taken, and forgotten.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Accepted {
    /// What customers wrote, in order.
    pub messages: Vec<Inbound>,
    /// What became of messages that were sent.
    pub receipts: Vec<Receipt>,
    /// What became of all that was said to somebody up to a time.
    pub seen: Vec<Seen>,
    /// Who did something there without writing, so that the platform takes a little for a while.
    pub opened: Vec<Opening>,
    /// Who answers customers there, of accounts whose people there take over, and from which message on.
    pub held: Vec<Held>,
    /// Whom the platform calls by another name, from which message on.
    pub renamed: Vec<Renamed>,
    /// What the platform wants to hear; nothing for an empty answer.
    pub answer: Option<Answer>,
    /// Something is there to be fetched.
    pub fetch: Option<Fetch>,
    /// What was signed, where that is not what came with it and nothing of that is kept: it is good for nothing else all the same.
    pub spent: Option<String>,
    /// How much of what was written is left out.
    pub left_out: LeftOut,
}

/// How many messages are not taken, and why.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LeftOut {
    /// They have no name, or one that is too long to be kept, or nobody who wrote them has.
    pub unnamed: u64,
    /// They were written so long ago, by this desk's clock, that they would be taken twice.
    pub old: u64,
    /// They were written in a group, where others would read the answer.
    pub groups: u64,
    /// They were written to another account of the same platform.
    pub others: u64,
}

/// Something is there to be fetched.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fetch {
    /// In which part of the account.
    pub place: String,
    /// What the platform wants to see when it is asked.
    pub hint: String,
}

impl Accepted {
    /// With what was signed for this alone, and for none of the words in it: each thing that came carries it, or it is spent on nothing.
    pub(super) fn signed_by(mut self, once: &str) -> Self {
        let of_messages = self.messages.iter_mut().map(|message| &mut message.once);
        let of_receipts = self.receipts.iter_mut().map(|receipt| &mut receipt.once);
        let mut carried = of_messages.chain(of_receipts).peekable();
        if carried.peek().is_none() {
            drop(carried);
            self.spent = Some(once.to_owned());
            return self;
        }
        carried.for_each(|place| *place = Some(once.to_owned()));
        self
    }

    /// Nothing but an answer.
    pub(super) fn answer(media_type: &'static str, body: impl Into<String>) -> Self {
        let body = body.into();
        Self {
            answer: Some(Answer { media_type, body }),
            ..Self::default()
        }
    }
}

/// The answer to a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// `text/plain` or `application/json`.
    pub media_type: &'static str,
    /// Its body.
    pub body: String,
}

/// A message as a platform tells it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Inbound {
    /// The platform's name for the message.
    pub id: String,
    /// The platform's name for the customer.
    pub user: String,
    /// Another name of theirs there, by which they may have been known before the platform told this one.
    pub formerly: Option<String>,
    /// Where they wrote, on platforms where one person writes in several places.
    pub place: Option<String>,
    /// What the platform wants to see in an answer.
    pub reply: Option<String>,
    /// What was signed in the names of our messages that it answers, the latest first. It has not been believed yet.
    pub answers: Vec<String>,
    /// What was written; of a button, what it says.
    pub text: String,
    /// The button that was pressed, from 1.
    pub choice: Option<u8>,
    /// Their language, as far as the platform tells it (BCP 47).
    pub locale: Option<String>,
    /// Files that came along.
    pub files: Vec<File>,
    /// Files that came within the request, where nothing is to be fetched.
    pub contents: Vec<Vec<u8>>,
    /// What was signed, on platforms that do not sign the message itself: it is good for this message, and for no other.
    pub once: Option<String>,
    /// Who wrote it, where that is not the customer: somebody at the platform, to them or about them.
    pub person: Option<Person>,
    /// Whether it is for people at the platform, who have its customer or have answered since: it is kept, and the bot has nothing to say
    /// to it.
    pub with_people: bool,
    /// When it was written, by what is signed, on platforms that say so and sign no time of the request.
    pub at: Option<Timestamp>,
}

/// Somebody who works in the inbox of a platform.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    /// The name that they have there.
    pub name: String,
    /// Whether what they wrote is for each other, and no customer sees it.
    pub is_note: bool,
}

/// A file that came with a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct File {
    /// What the platform calls it: `image`, `document`, `audio` ...
    pub kind: String,
    /// The platform's name for it, by which it can be fetched.
    pub id: String,
}

/// What became of a message that was sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Receipt {
    /// The platform's name for the message.
    pub id: String,
    /// What became of it.
    pub state: MessageState,
    /// Why it failed, in the platform's words.
    pub why: Option<String>,
    /// What was signed, on platforms that do not sign what they tell: it is good for this, and for nothing else.
    pub once: Option<String>,
}

impl Receipt {
    /// What became of a message, as a platform tells it that signs what it tells.
    pub(super) fn of(id: impl Into<String>, state: MessageState) -> Self {
        Self {
            id: id.into(),
            state,
            why: None,
            once: None,
        }
    }

    /// The same with the reason.
    pub(super) fn because(self, why: Option<String>) -> Self {
        Self { why, ..self }
    }
}

/// All that was said to a customer up to a time came to the same, on platforms that name a time and no messages.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seen {
    /// The platform's name for the customer.
    pub user: String,
    /// What became of it.
    pub state: MessageState,
    /// Up to when it was said, by the platform's clock.
    pub up_to: Timestamp,
}

/// Somebody did something without writing, so that the platform takes a little for a while.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Opening {
    /// The platform's name for them.
    pub user: String,
    /// So many messages it takes.
    pub most: u32,
    /// For so long.
    pub within: SignedDuration,
    /// Where it was done, of somebody who has just come and is greeted.
    pub came_to: Option<String>,
}

/// Who answers a customer at the platform now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Held {
    /// The platform's name for the customer.
    pub user: String,
    /// Where they write, on platforms where one person writes in several places.
    pub place: Option<String>,
    /// Who.
    pub hands: Hands,
    /// Before which of the messages that came along: so many came about earlier.
    pub before: usize,
}

/// A customer whom the platform calls by another name from now on, by its own word.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Renamed {
    /// The platform's name for what it says.
    pub id: String,
    /// The platform's new name for the customer.
    pub user: String,
    /// The name before, where the platform gave it to them and to nobody else.
    pub named: Option<String>,
    /// The telephone number before, which somebody else may have had earlier.
    pub number: Option<String>,
    /// When it was said, by what is signed.
    pub at: Option<Timestamp>,
    /// Before which of the messages that came along: so many came about earlier.
    pub before: usize,
}

/// Whether a request that was signed at this second is one of now.
pub(super) fn fresh(second: &str, within: SignedDuration, now: Timestamp) -> Result<(), Refusal> {
    let second = second.parse().map_err(|_| Refusal::Unsigned)?;
    let at = Timestamp::from_second(second).map_err(|_| Refusal::Stale)?;
    if at.duration_since(now).abs() > within {
        return Err(Refusal::Stale);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_is_fresh_for_so_long_in_both_directions() {
        let now: Timestamp = "2026-11-20T10:00:00Z".parse().unwrap();
        let within = SignedDuration::from_secs(300);
        let signed = |ago: i64| fresh(&(now.as_second() - ago).to_string(), within, now);
        for ago in [0, 299, 300, -299, -300] {
            assert_eq!(signed(ago), Ok(()), "{ago}");
        }
        for ago in [301, -301, 86_400, i64::from(i32::MAX)] {
            assert_eq!(signed(ago), Err(Refusal::Stale), "{ago}");
        }
        for wrong in ["", "x", "1e9", "99999999999999999999", "9999999999999999"] {
            assert!(fresh(wrong, within, now).is_err(), "{wrong}");
        }
    }
}
