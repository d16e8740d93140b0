//! What can happen in a conversation.

use std::collections::BTreeSet;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::because::Because;
use super::handed_off::Handoff;
use super::label::Label;
use super::owner::{Owner, Status};
use crate::domain::channel::MessageState;
use crate::domain::claim::ClaimId;
use crate::domain::correction::Corrected;
use crate::domain::email::Email;
use crate::domain::evidence::{Attachment, EvidenceHash, Reuse};
use crate::domain::ids::{AgentId, ClientId, ConversationId, NoticeId, OrderId};
use crate::domain::is_default;
use crate::domain::language::Language;
use crate::domain::money::Money;
use crate::domain::payment_link::LinkMoved;
use crate::domain::policy::AppliedClause;
use crate::domain::priority::Priority;
use crate::domain::proof::ProofLevel;
use crate::domain::rating::{Helper, Score};
use crate::domain::sequence::Seq;
use crate::domain::service::{Goal, Stage};

/// One thing that happened, numbered within its conversation.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Event {
    /// Where.
    pub conversation: ConversationId,
    /// Its number, from 1, without gaps.
    pub seq: Seq,
    /// When.
    pub at: Timestamp,
    /// Who did it.
    pub by: Actor,
    /// What.
    pub body: EventBody,
}

impl Event {
    /// What makes a repeated send the same as the first: the sender and the sender's own name for it. None for what is not sent.
    #[must_use]
    pub fn sent_as(&self) -> Option<(String, &ClientId)> {
        let sender = match &self.by {
            Actor::Agent(agent) => format!("agent:{agent}"),
            Actor::There(_) => "there".to_owned(),
            other => other.name().to_owned(),
        };
        match &self.body {
            EventBody::Message { client_id, .. }
            | EventBody::Note { client_id, .. }
            | EventBody::ContactLeft { client_id, .. }
            | EventBody::Rated { client_id, .. } => Some((sender, client_id)),
            EventBody::Reply {
                client_id: Some(client_id),
                ..
            } => Some((sender, client_id)),
            _ => None,
        }
    }
}

impl Event {
    /// The agent who did it, if one did.
    #[must_use]
    pub const fn agent(&self) -> Option<&AgentId> {
        match &self.by {
            Actor::Agent(agent) => Some(agent),
            _ => None,
        }
    }

    /// What is said to the customer, and the answers that are offered; nothing for what is not spoken.
    #[must_use]
    pub fn said(&self) -> Option<(&str, &[Choice])> {
        match &self.body {
            EventBody::Reply { text, choices, .. } => Some((text, choices)),
            EventBody::ClaimMoved {
                text: Some(text), ..
            } => Some((text, &[])),
            _ => None,
        }
    }

    /// Whether an agent has answered the customer with it: in words, with a file, or with what they decided.
    #[must_use]
    pub fn is_answer(by: &Actor, body: &EventBody) -> bool {
        let is_decided = matches!(body, EventBody::ClaimMoved { text: Some(_), .. });
        let is_said = matches!(body, EventBody::Reply { .. } | EventBody::Attached { .. });
        matches!(by, Actor::Agent(_)) && (is_said || is_decided)
    }

    /// Whether the customer says something with it that is owed an answer: in words, or with a file.
    #[must_use]
    pub const fn is_said_by_customer(by: &Actor, body: &EventBody) -> bool {
        match body {
            EventBody::Message { .. } => true,
            EventBody::Attached { .. } => matches!(by, Actor::Customer),
            _ => false,
        }
    }

    /// Whether it is said by people, or by what people decided. What the bot says, it says to somebody who is there.
    #[must_use]
    pub fn is_said_by_people(&self) -> bool {
        let by_people = matches!(self.by, Actor::Agent(_) | Actor::System);
        by_people && self.said().is_some_and(|(text, _)| !text.is_empty())
    }
}

/// Who did something.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Actor {
    /// The customer or merchant who writes.
    Customer,
    /// The rules.
    Bot,
    /// An agent.
    Agent(AgentId),
    /// The desk itself.
    System,
    /// Somebody at the platform where the customer writes, in the inbox there, by the name that they have there.
    There(String),
}

impl Actor {
    /// Whether it is somebody who helps customers, here or at a platform.
    #[must_use]
    pub const fn is_person(&self) -> bool {
        matches!(self, Self::Agent(_) | Self::There(_))
    }

    /// The word in transcripts and the API.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Customer => "customer",
            Self::Bot => "bot",
            Self::Agent(_) | Self::There(_) => "agent",
            Self::System => "system",
        }
    }
}

/// What happened.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum EventBody {
    /// The conversation began.
    Started {
        /// The conversation that it goes on from.
        #[serde(default, skip_serializing_if = "is_default")]
        previous: Option<ConversationId>,
    },
    /// The customer wrote. Secrets have been masked.
    Message {
        /// The sender's own name for it.
        client_id: ClientId,
        /// What was written.
        text: String,
        /// Which offered choice it takes, from 1.
        #[serde(default, skip_serializing_if = "is_default")]
        choice: Option<u8>,
        /// It answers a letter of ours by e-mail, while the conversation is one of a page: whoever wrote has the letter, and has shown no
        /// more.
        #[serde(default, skip_serializing_if = "is_default")]
        by_letter: bool,
    },
    /// The bot or an agent said something to the customer.
    Reply {
        /// What was said.
        text: String,
        /// In which language.
        language: Language,
        /// Answers offered as buttons.
        #[serde(default, skip_serializing_if = "is_default")]
        choices: Vec<Choice>,
        /// Why the bot said it; none for an agent.
        #[serde(default, skip_serializing_if = "is_default")]
        because: Option<Because>,
        /// The agent's own name for it, by which a repeated send is recognised; none for the bot.
        #[serde(default, skip_serializing_if = "is_default")]
        client_id: Option<ClientId>,
    },
    /// An agent wrote a note that customers never see.
    Note {
        /// What was noted.
        text: String,
        /// The agent's own name for it.
        client_id: ClientId,
    },
    /// The customer showed that an order is theirs.
    ProofGained {
        /// Which order.
        order: OrderId,
        /// How far.
        level: ProofLevel,
    },
    /// The customer tried to show it and could not.
    ProofFailed {
        /// Which order number was given.
        order: OrderId,
    },
    /// The bot handed over to a person.
    HandedOff(Box<Handoff>),
    /// A claim was handed in or moved.
    ClaimMoved {
        /// Which.
        claim: ClaimId,
        /// Where it stands now: `accepted`, `paid` ...
        state: String,
        /// How much it asks for.
        amount: Money,
        /// What the customer is told about it, where nobody else tells them.
        #[serde(default, skip_serializing_if = "is_default")]
        text: Option<String>,
        /// The clause of the merchant's policy that was held against it when it was handed in.
        #[serde(default, skip_serializing_if = "is_default")]
        policy: Option<AppliedClause>,
    },
    /// The first of two agents approved a claim. Not the customer's to see.
    ApprovedOnce {
        /// Which.
        claim: ClaimId,
        /// How much it asks for.
        amount: Money,
    },
    /// The customer handed a file in. It is on disk.
    Attached {
        /// The file.
        file: Attachment,
        /// The claim that it proves.
        #[serde(default, skip_serializing_if = "is_default")]
        claim: Option<ClaimId>,
        /// The order that it is about, as far as that is known.
        #[serde(default, skip_serializing_if = "is_default")]
        order: Option<OrderId>,
    },
    /// The file, or one that looks the same, served another order or another person before. Not the customer's to see.
    EvidenceReused {
        /// The file.
        hash: EvidenceHash,
        /// Where it was handed in before.
        uses: Vec<Reuse>,
    },
    /// The customer corrected a detail of their order: the shop's program is told the same moment.
    OrderCorrected(Corrected),
    /// A fresh link to pay by was asked for, or the merchant answered.
    PaymentLink(LinkMoved),
    /// An agent told the merchant's programs what only the merchant can do. Not the customer's to see.
    MerchantTold {
        /// The order that it is about.
        #[serde(default, skip_serializing_if = "is_default")]
        order: Option<OrderId>,
        /// In the agent's words, secrets masked.
        text: String,
    },
    /// What the customer asks about is a trouble that is known: they are told when it is over.
    NoticeLinked {
        /// Which.
        notice: NoticeId,
    },
    /// That trouble is over.
    NoticeEnded {
        /// Which.
        notice: NoticeId,
    },
    /// The customer left an address to write to.
    ContactLeft {
        /// The sender's own name for it.
        client_id: ClientId,
        /// The address.
        email: Email,
    },
    /// The customer was asked how the help was.
    RatingAsked {
        /// Whose help.
        of: Helper,
        /// In which language.
        #[serde(default, skip_serializing_if = "is_default")]
        language: Option<Language>,
    },
    /// The customer said how it was.
    Rated {
        /// The sender's own name for it.
        client_id: ClientId,
        /// Whose help.
        of: Helper,
        /// How good it was.
        score: Score,
        /// In their own words, secrets masked.
        #[serde(default, skip_serializing_if = "is_default")]
        text: Option<String>,
    },
    /// What became of something that was said to the customer of a messaging platform.
    MessageMoved {
        /// The number of what was said.
        message: Seq,
        /// Where it stands now.
        state: MessageState,
        /// Why, where that is not as it should be.
        #[serde(default, skip_serializing_if = "is_default")]
        why: Option<String>,
    },
    /// Somebody sorted the conversation. Not the customer's to see.
    Triaged {
        /// How urgent it is from now on.
        priority: Priority,
        /// All the labels that it has from now on.
        labels: BTreeSet<Label>,
    },
    /// What is owed to the customer is soon late, or late. Not the customer's to see.
    ServiceLevel {
        /// What.
        goal: Goal,
        /// Soon late, or late.
        stage: Stage,
        /// When it was to be done.
        due: Timestamp,
    },
    /// Another owner speaks from now on.
    OwnerChanged {
        /// Who spoke.
        from: Owner,
        /// Who speaks.
        to: Owner,
        /// As in a change of the status.
        #[serde(default, skip_serializing_if = "is_default")]
        taken_back: bool,
    },
    /// Another conversation of the same person goes on here.
    Merged {
        /// Which.
        from: ConversationId,
    },
    /// It goes on in another conversation of the same person.
    MergedInto {
        /// Which.
        into: ConversationId,
    },
    /// Another status holds from now on.
    StatusChanged {
        /// What held.
        from: Status,
        /// What holds.
        to: Status,
        /// Whether what was done a moment ago is taken back by it: then nothing was begun again.
        #[serde(default, skip_serializing_if = "is_default")]
        taken_back: bool,
    },
}

impl EventBody {
    /// The same, as what takes back what was done a moment ago.
    #[must_use]
    pub(super) fn taken_back(self) -> Self {
        match self {
            Self::StatusChanged { from, to, .. } => Self::StatusChanged {
                from,
                to,
                taken_back: true,
            },
            Self::OwnerChanged { from, to, .. } => Self::OwnerChanged {
                from,
                to,
                taken_back: true,
            },
            other => other,
        }
    }
}

/// An answer offered as a button.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Choice {
    /// Its number, from 1, which a customer may also type.
    pub number: u8,
    /// What it says.
    pub label: String,
}
