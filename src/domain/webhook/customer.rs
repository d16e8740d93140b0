//! A delivery to the customer of a messaging platform: what was said stands in the log, and is read there when it is sent.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{Delivery, DeliveryId, DeliveryState, EventKind};
use crate::domain::channel::MessageRef;
use crate::domain::conversation::{Conversation, Event, Revision, Seq};
use crate::domain::ids::EndpointId;
use crate::domain::is_default;

/// What is said to whom.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ToCustomer {
    /// What was said.
    pub message: MessageRef,
    /// Whether it is the first answer to the customer's last message.
    #[serde(default, skip_serializing_if = "is_default")]
    pub answers: bool,
    /// So many of the requests that it becomes have been taken.
    #[serde(default, skip_serializing_if = "is_default")]
    pub taken: u32,
    /// Since when it waits until the customer writes again.
    #[serde(default, skip_serializing_if = "is_default")]
    pub held: Option<Timestamp>,
    /// It hands the conversation over to people at the platform: what is told is the hand-over itself, and no customer sees it.
    #[serde(default, skip_serializing_if = "is_default")]
    pub hands_over: bool,
    /// It tells the platform that somebody here has taken the conversation over from people there, and no customer sees it.
    #[serde(default, skip_serializing_if = "is_default")]
    pub takes_back: bool,
    /// It waits, as long as it is held, until people at the platform have the conversation no more.
    #[serde(default, skip_serializing_if = "is_default")]
    pub with_people: bool,
    /// It is the question who has the customer at the platform, and no customer sees it.
    #[serde(default, skip_serializing_if = "is_default")]
    pub asks_hands: bool,
    /// Since when nobody knows whether its next request arrived, because an attempt was not answered.
    #[serde(default, skip_serializing_if = "is_default")]
    pub unanswered: Option<Timestamp>,
    /// It goes by e-mail to the address that a customer of a page left, unless they read it there first.
    #[serde(default, skip_serializing_if = "is_default")]
    pub letter: Option<Letter>,
}

impl ToCustomer {
    /// Whether it says nothing, to the customer or about them: it is between the desk and the platform.
    #[must_use]
    pub const fn is_between_us(&self) -> bool {
        self.asks_hands || self.takes_back
    }
}

/// What a letter says beside what was said.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Letter {
    /// What stands over it.
    pub subject: String,
    /// What stands under it.
    pub foot: String,
    /// What stands in it instead of all that was said, as long as nobody has shown that the address is the customer's.
    #[serde(default, skip_serializing_if = "is_default")]
    pub notice: String,
    /// What the bot says in answer to a letter, beside what people say.
    #[serde(default, skip_serializing_if = "is_default")]
    pub answers: Vec<Seq>,
    /// What was said later and stands in it, too. Known once it has been written.
    #[serde(default, skip_serializing_if = "is_default")]
    pub with: Vec<Seq>,
    /// Only the notice stands in it. Known once it has been written.
    #[serde(default, skip_serializing_if = "is_default")]
    pub is_notice: bool,
}

impl Delivery {
    /// A delivery of what was said, which has not been numbered.
    #[must_use]
    pub fn to_customer(
        row: &Conversation,
        outbox: &EndpointId,
        said: &Event,
        answers: bool,
        name: String,
    ) -> Self {
        Self {
            id: DeliveryId {
                endpoint: outbox.clone(),
                number: 0,
            },
            revision: Revision(0),
            merchant: row.merchant.clone(),
            event: name,
            kind: EventKind::MessageSent,
            at: said.at,
            about: String::new(),
            body: String::new(),
            message: Some(ToCustomer {
                message: MessageRef {
                    conversation: said.conversation.clone(),
                    seq: said.seq,
                },
                answers,
                taken: 0,
                held: None,
                hands_over: false,
                takes_back: false,
                with_people: false,
                asks_hands: false,
                unanswered: None,
                letter: None,
            }),
            fetch: None,
            attempts: 0,
            failure: None,
            tries: Vec::new(),
            state: DeliveryState::Waiting { from: said.at },
        }
    }

    /// It tells people at the platform that the conversation is theirs.
    #[must_use]
    pub fn handing_over(mut self) -> Self {
        if let Some(to) = &mut self.message {
            to.hands_over = true;
        }
        self
    }

    /// It tells the platform that somebody here has taken the conversation over from people there.
    #[must_use]
    pub fn taking_back(mut self) -> Self {
        if let Some(to) = &mut self.message {
            to.takes_back = true;
        }
        self
    }

    /// It asks who has the customer at the platform.
    #[must_use]
    pub fn asking_hands(mut self) -> Self {
        if let Some(to) = &mut self.message {
            to.asks_hands = true;
        }
        self
    }

    /// Whether by its next request people at the platform have the conversation.
    #[must_use]
    pub fn moves_hands(&self) -> bool {
        let moves = |to: &ToCustomer| to.hands_over && to.taken == 0;
        self.message.as_ref().is_some_and(moves)
    }

    /// It goes as a letter.
    #[must_use]
    pub fn by_letter(mut self, letter: Letter) -> Self {
        if let Some(to) = &mut self.message {
            to.letter = Some(letter);
        }
        self
    }

    /// It is tried from this time on.
    #[must_use]
    pub fn not_before(self, from: Timestamp) -> Self {
        Self {
            state: DeliveryState::Waiting { from },
            ..self
        }
    }

    /// What is not to overtake each other has the same lane: what is about the same, or all that is said in a conversation. A question
    /// waits for its time, taking back until the platform lets go, and nothing waits for them.
    #[must_use]
    pub fn lane(&self) -> &str {
        match &self.message {
            Some(to) if to.is_between_us() => &self.event,
            Some(to) => to.message.conversation.as_str(),
            None => &self.about,
        }
    }

    /// One more of its requests has been taken.
    #[must_use]
    pub fn taken(mut self, now: Timestamp) -> Self {
        if let Some(to) = &mut self.message {
            to.taken += 1;
            to.held = None;
        }
        self.again(now)
    }

    /// It waits until the customer writes again, or people at the platform have the conversation no more.
    #[must_use]
    pub fn held(mut self, (why, with_people): (String, bool), now: Timestamp) -> Self {
        if let Some(to) = &mut self.message {
            to.held = Some(now);
            to.with_people = with_people;
        }
        self.failure = Some(why);
        self
    }

    /// Nobody knows from now on whether its next request has arrived.
    #[must_use]
    pub fn unanswered(mut self, now: Timestamp) -> Self {
        if let Some(to) = &mut self.message {
            to.unanswered.get_or_insert(now);
        }
        self
    }

    /// Nothing of its account is taken for a while: it waits, and has used up no attempt.
    #[must_use]
    pub fn refused_with_all(mut self, why: String, now: Timestamp, from: Timestamp) -> Self {
        self.tried(now, &why);
        Self {
            failure: Some(why),
            state: DeliveryState::Waiting { from },
            ..self
        }
    }

    /// It is given up.
    #[must_use]
    pub fn given_up(self, why: String, now: Timestamp) -> Self {
        Self {
            attempts: self.attempts.saturating_add(1),
            failure: Some(why),
            state: DeliveryState::Failed { at: now },
            ..self
        }
    }
}
