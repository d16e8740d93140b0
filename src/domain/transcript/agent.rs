//! What an agent sees of an event: all of it, with the reasons.

mod words;

use std::collections::BTreeSet;

use jiff::Timestamp;
use serde::Serialize;

use super::handed_off::HandedOff;
use super::reuse::EarlierUse;
use super::{Labels, Line, Names, name_of, who};
use crate::domain::channel::MessageState;
use crate::domain::claim::ClaimId;
use crate::domain::conversation::{
    Actor, Because, Choice, Event, EventBody, Label, Owner, Priority, Status,
};
use crate::domain::correction::Corrected;
use crate::domain::email::Email;
use crate::domain::evidence::Attachment;
use crate::domain::ids::{AgentId, ClientId, ConversationId, NoticeId, OrderId};
use crate::domain::language::Language;
use crate::domain::payment_link::LinkMoved;
use crate::domain::policy::AppliedClause;
use crate::domain::proof::ProofLevel;
use crate::domain::rating::{Helper, Score};
use crate::domain::service::{Goal, Stage};

/// An event as an agent sees it.
#[derive(Clone, Debug, PartialEq, Serialize, utoipa::ToSchema)]
pub struct AgentEvent {
    /// Its number in the conversation, without gaps.
    pub seq: u64,
    /// When (RFC 3339).
    #[schema(value_type = String, format = DateTime)]
    pub at: Timestamp,
    /// Who: `customer`, `bot`, `agent` or `system`.
    pub from: &'static str,
    /// Which agent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub agent: Option<AgentId>,
    /// The agent's display name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// What.
    #[serde(flatten)]
    pub what: AgentSees,
}

/// What happened.
#[derive(Clone, Debug, PartialEq, Serialize, utoipa::ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum AgentSees {
    /// The conversation began.
    Started {
        /// The conversation that it goes on from.
        #[serde(skip_serializing_if = "Option::is_none")]
        previous: Option<ConversationId>,
    },
    /// The customer wrote.
    Message {
        /// The sender's own name for it.
        client_id: ClientId,
        /// What was written, secrets masked.
        text: String,
        /// Which offered choice it takes, from 1.
        #[serde(skip_serializing_if = "Option::is_none")]
        choice: Option<u8>,
        /// It answers a letter, while the conversation is one of a page: whoever wrote it has shown nothing of what was shown there.
        #[serde(skip_serializing_if = "std::ops::Not::not")]
        by_letter: bool,
    },
    /// The bot or an agent answered.
    Reply {
        /// What was said.
        text: String,
        /// In which language (BCP 47).
        #[schema(value_type = String)]
        language: Language,
        /// Answers offered as buttons.
        #[serde(skip_serializing_if = "Vec::is_empty")]
        choices: Vec<Choice>,
        /// Why the bot said it.
        #[serde(skip_serializing_if = "Option::is_none")]
        because: Option<Because>,
        /// The agent's own name for it.
        #[serde(skip_serializing_if = "Option::is_none")]
        client_id: Option<ClientId>,
    },
    /// An agent's note, which customers never see.
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
        /// How far, 0 to 3.
        level: u8,
    },
    /// The customer tried to show it and could not.
    ProofFailed {
        /// Which order number was given.
        order: OrderId,
    },
    /// The bot handed over to a person.
    HandedOff(HandedOff),
    /// A refund application was handed in or moved.
    Claim {
        /// Its number.
        claim: String,
        /// Where it stands: `submitted`, `accepted`, `paid` ...
        state: String,
        /// How much it asks for, with the currency.
        amount: String,
        /// What the customer was told about it.
        #[serde(skip_serializing_if = "Option::is_none")]
        text: Option<String>,
        /// The clause of the policy that was held against it, and where it stands.
        #[serde(skip_serializing_if = "Option::is_none")]
        policy: Option<AppliedClause>,
    },
    /// The first of two agents approved a refund application: another one has to.
    ApprovedOnce {
        /// Its number.
        claim: String,
        /// How much it asks for, with the currency.
        amount: String,
    },
    /// The customer corrected a detail of their order; the shop's program was told.
    OrderCorrected(Corrected),
    /// A fresh link to pay by was asked for, or the merchant answered.
    PaymentLink(LinkMoved),
    /// An agent told the merchant's programs of something.
    MerchantTold {
        /// The order that it is about.
        #[serde(skip_serializing_if = "Option::is_none")]
        order: Option<OrderId>,
        /// In the agent's words.
        text: String,
    },
    /// The customer handed a file in.
    Attached {
        /// Its name: the SHA-256 of what is kept.
        sha256: String,
        /// What it is: `image/png`, `image/jpeg` or `application/pdf`.
        media_type: &'static str,
        /// How long it is.
        bytes: u64,
        /// The refund application that it proves.
        #[serde(skip_serializing_if = "Option::is_none")]
        claim: Option<String>,
        /// The order that it is about, as far as that is known.
        #[serde(skip_serializing_if = "Option::is_none")]
        order: Option<OrderId>,
    },
    /// The file, or a picture that looks the same, was handed in before, for another order or by another person. It proves nothing
    /// against anybody: look at both.
    EvidenceReused {
        /// The file.
        sha256: String,
        /// Where it was handed in before, the closest first.
        uses: Vec<EarlierUse>,
    },
    /// What the customer asks about is a trouble that is known (`open`), or that is over (`ended`).
    Notice {
        /// Which.
        notice: NoticeId,
        /// `open` or `ended`.
        state: &'static str,
    },
    /// The customer left an address to write to.
    Contact {
        /// The address.
        email: String,
    },
    /// The customer was asked how the help was.
    RatingAsked {
        /// Whose help: `bot` or `agent`.
        of: Helper,
    },
    /// The customer said how it was.
    Rated {
        /// Whose help: `bot` or `agent`.
        of: Helper,
        /// From 1, bad, to 5, good.
        score: u8,
        /// In their own words, secrets masked.
        #[serde(skip_serializing_if = "Option::is_none")]
        text: Option<String>,
    },
    /// What became of something that was said to the customer of a messaging platform.
    Delivery {
        /// The number of what was said.
        message: u64,
        /// Where it stands now: `held`, `sent`, `delivered`, `read` or `failed`.
        state: MessageState,
        /// Why it is held, or was not delivered.
        #[serde(skip_serializing_if = "Option::is_none")]
        why: Option<String>,
    },
    /// Somebody sorted the conversation.
    Triaged {
        /// How urgent it is from now on.
        priority: Priority,
        /// All the labels that it has from now on.
        labels: Vec<String>,
    },
    /// What is owed to the customer is soon late (`warned`), or late (`breached`).
    ServiceLevel {
        /// What: `first_response`, `next_response` or `resolution`.
        goal: Goal,
        /// `warned` or `breached`.
        stage: Stage,
        /// When it was to be done (RFC 3339).
        #[schema(value_type = String, format = DateTime)]
        due: Timestamp,
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
    /// Somebody else speaks from now on.
    Owner {
        /// `bot`, `queue`, `agent` or `platform`.
        owner: &'static str,
        /// Which agent.
        #[serde(skip_serializing_if = "Option::is_none")]
        to: Option<AgentId>,
    },
    /// Another status holds from now on.
    Status {
        /// `active`, `waiting_customer`, `waiting_third_party`, `snoozed`, `resolved` or `closed`.
        status: &'static str,
        /// When a snoozed conversation comes back (RFC 3339).
        #[serde(skip_serializing_if = "Option::is_none")]
        #[schema(value_type = Option<String>, format = DateTime)]
        until: Option<Timestamp>,
        /// What brings a snoozed conversation back before: `anything`, `message` or `refund`.
        #[serde(skip_serializing_if = "Option::is_none")]
        snoozed_for: Option<&'static str>,
    },
}

impl AgentEvent {
    /// An event with all that it says.
    #[must_use]
    pub fn of(event: &Event, names: &Names) -> Self {
        let agent = match &event.by {
            Actor::Agent(agent) => Some(agent.clone()),
            _ => None,
        };
        Self {
            seq: event.seq.0,
            at: event.at,
            from: event.by.name(),
            agent,
            name: name_of(&event.by, names),
            what: AgentSees::of(&event.body),
        }
    }

    pub(super) fn line(self, labels: &Labels) -> Line {
        let mut speaker = who(self.from, self.name.as_deref(), labels);
        if let Some(agent) = &self.agent {
            speaker = format!("{speaker} ({agent})");
        }
        let (kind, text) = match self.what {
            AgentSees::Note { text, .. } => {
                speaker = format!("{} \u{b7} {speaker}", labels.note);
                ("note", text)
            }
            AgentSees::HandedOff(handed) => (self.from, handed.in_words(labels)),
            other => (self.from, other.in_words()),
        };
        Line {
            at: self.at,
            who: speaker,
            kind,
            text,
        }
    }
}

impl AgentSees {
    /// A table, and so kept a row a line.
    #[rustfmt::skip]
    fn of(body: &EventBody) -> Self {
        match body.clone() {
            EventBody::Started { previous } => Self::Started { previous },
            EventBody::Message { client_id, text, choice, by_letter } => Self::Message { client_id, text, choice, by_letter },
            EventBody::Reply { text, language, choices, because, client_id } => {
                Self::Reply { text, language, choices, because, client_id }
            }
            EventBody::Note { text, client_id } => Self::Note { text, client_id },
            EventBody::ProofGained { order, level } => Self::proof(order, level),
            EventBody::ProofFailed { order } => Self::ProofFailed { order },
            EventBody::HandedOff(handoff) => Self::HandedOff(HandedOff::from(*handoff)),
            EventBody::ClaimMoved { claim, state, amount, text, policy } => {
                Self::Claim { claim: claim.to_string(), state, amount: amount.to_string(), text, policy }
            }
            EventBody::ApprovedOnce { claim, amount } => Self::ApprovedOnce { claim: claim.to_string(), amount: amount.to_string() },
            EventBody::Attached { file, claim, order } => Self::attached(&file, claim.as_ref(), order),
            EventBody::EvidenceReused { hash, uses } => {
                Self::EvidenceReused { sha256: hash.to_string(), uses: uses.into_iter().map(EarlierUse::from).collect() }
            }
            EventBody::ServiceLevel { goal, stage, due } => Self::ServiceLevel { goal, stage, due },
            EventBody::OrderCorrected(corrected) => Self::OrderCorrected(corrected),
            EventBody::PaymentLink(moved) => Self::PaymentLink(moved),
            EventBody::MerchantTold { order, text } => Self::MerchantTold { order, text },
            EventBody::NoticeLinked { notice } => Self::notice(notice, "open"),
            EventBody::NoticeEnded { notice } => Self::notice(notice, "ended"),
            EventBody::ContactLeft { email, .. } => Self::contact(&email),
            EventBody::RatingAsked { of, .. } => Self::RatingAsked { of },
            EventBody::Rated { of, score, text, .. } => Self::rated(of, score, text),
            EventBody::MessageMoved { message, state, why } => Self::Delivery { message: message.0, state, why },
            EventBody::Triaged { priority, labels } => Self::triaged(priority, labels),
            EventBody::Merged { from } => Self::Merged { from },
            EventBody::MergedInto { into } => Self::MergedInto { into },
            EventBody::OwnerChanged { to, .. } => Self::owner(to),
            EventBody::StatusChanged { to, .. } => Self::status(&to),
        }
    }

    fn contact(email: &Email) -> Self {
        let email = email.to_string();
        Self::Contact { email }
    }

    fn rated(of: Helper, score: Score, text: Option<String>) -> Self {
        let score = score.into();
        Self::Rated { of, score, text }
    }

    fn proof(order: OrderId, level: ProofLevel) -> Self {
        let level = level.into();
        Self::ProofGained { order, level }
    }

    fn attached(file: &Attachment, claim: Option<&ClaimId>, order: Option<OrderId>) -> Self {
        Self::Attached {
            sha256: file.hash.to_string(),
            media_type: file.kind.media_type(),
            bytes: file.bytes,
            claim: claim.map(ToString::to_string),
            order,
        }
    }

    const fn notice(notice: NoticeId, state: &'static str) -> Self {
        Self::Notice { notice, state }
    }

    fn triaged(priority: Priority, labels: BTreeSet<Label>) -> Self {
        Self::Triaged {
            priority,
            labels: labels.into_iter().map(String::from).collect(),
        }
    }

    fn owner(to: Owner) -> Self {
        Self::Owner {
            owner: to.name(),
            to: match to {
                Owner::Agent(agent) => Some(agent),
                Owner::Bot | Owner::Queue | Owner::Platform => None,
            },
        }
    }

    fn status(to: &Status) -> Self {
        let snoozed = match to {
            Status::Snoozed { until, left_for } => Some((*until, left_for.name())),
            _ => None,
        };
        Self::Status {
            status: to.name(),
            until: snoozed.map(|(until, _)| until),
            snoozed_for: snoozed.map(|(_, left_for)| left_for),
        }
    }
}
