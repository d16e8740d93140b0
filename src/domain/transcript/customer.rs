//! What the customer sees of an event. Notes, reasons, proofs and the brief have no place in these types.

use jiff::Timestamp;
use serde::Serialize;

use super::{Labels, Line, Names, name_of, who};
use crate::domain::claim::ClaimId;
use crate::domain::conversation::{Actor, Choice, Event, EventBody, Owner, Status};
use crate::domain::email::Email;
use crate::domain::evidence::Attachment;
use crate::domain::ids::ClientId;
use crate::domain::language::Language;
use crate::domain::rating::{Helper, Score};

/// An event as the customer sees it.
#[derive(Clone, Debug, PartialEq, Serialize, utoipa::ToSchema)]
pub struct CustomerEvent {
    /// Its number in the conversation. Numbers may be missing: not every event is the customer's to see.
    pub seq: u64,
    /// When (RFC 3339).
    #[schema(value_type = String, format = DateTime)]
    pub at: Timestamp,
    /// Who: `customer`, `bot`, `agent` or `system`.
    pub from: &'static str,
    /// The display name of the agent, where one speaks or comes in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// What.
    #[serde(flatten)]
    pub what: CustomerSees,
}

/// What happened, as far as it is the customer's to know.
#[derive(Clone, Debug, PartialEq, Serialize, utoipa::ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum CustomerSees {
    /// The customer wrote.
    Message {
        /// The sender's own name for it.
        client_id: ClientId,
        /// What was written, secrets masked.
        text: String,
        /// Which offered choice it takes, from 1.
        #[serde(skip_serializing_if = "Option::is_none")]
        choice: Option<u8>,
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
    },
    /// A refund application was handed in or moved.
    Claim {
        /// Its number.
        claim: String,
        /// Where it stands: `submitted`, `accepted`, `paid` ...
        state: String,
        /// What it means, in words.
        #[serde(skip_serializing_if = "Option::is_none")]
        text: Option<String>,
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
    },
    /// The customer left an address to write to.
    Contact {
        /// The address, masked.
        email: String,
    },
    /// The customer is asked how the help was.
    RatingAsked {
        /// Whose help: `bot` or `agent`.
        of: Helper,
        /// The language of the conversation (BCP 47).
        #[serde(skip_serializing_if = "Option::is_none")]
        #[schema(value_type = Option<String>)]
        language: Option<Language>,
        /// The form by which they say it, in that language.
        #[serde(skip_serializing_if = "Option::is_none")]
        #[schema(value_type = Option<Object>)]
        form: Option<serde_json::Value>,
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
    /// Somebody else speaks from now on.
    Owner {
        /// `bot`, `queue` or `agent`.
        owner: &'static str,
    },
    /// The matter is done, or goes on again.
    Status {
        /// `resolved`, `closed` or `active`.
        status: &'static str,
    },
}

impl CustomerEvent {
    /// What the customer sees of an event; nothing for what is not theirs.
    #[must_use]
    pub fn of(event: &Event, names: &Names) -> Option<Self> {
        let what = CustomerSees::of(&event.body)?;
        let name = match &event.body {
            EventBody::OwnerChanged {
                to: Owner::Agent(agent),
                ..
            } => names.get(agent).cloned(),
            // It may be no more than what somebody logs in with there.
            _ if matches!(event.by, Actor::There(_)) => None,
            _ => name_of(&event.by, names),
        };
        Some(Self {
            seq: event.seq.0,
            at: event.at,
            from: event.by.name(),
            name,
            what,
        })
    }

    /// Whether somebody else speaks after it.
    #[must_use]
    pub const fn changes_owner(&self) -> bool {
        matches!(self.what, CustomerSees::Owner { .. })
    }

    pub(super) fn line(self, labels: &Labels) -> Option<Line> {
        let name = self.name.as_deref();
        let (kind, text) = match self.what {
            CustomerSees::Message { text, .. } => ("customer", text),
            CustomerSees::Reply { text, choices, .. } => (self.from, with_choices(text, &choices)),
            CustomerSees::Attached {
                sha256,
                media_type,
                bytes,
                claim,
            } => (
                "customer",
                file_in_words(&sha256, media_type, bytes, claim.as_deref()),
            ),
            CustomerSees::Contact { email } => ("customer", email),
            CustomerSees::RatingAsked { .. } => return None,
            CustomerSees::Rated { score, text, .. } => ("customer", rating_in_words(score, text)),
            CustomerSees::Claim { claim, state, text } => (
                "system",
                text.unwrap_or_else(|| format!("{claim}: {state}")),
            ),
            CustomerSees::Owner { owner } => {
                let text = match owner {
                    "agent" => &labels.joined,
                    "queue" => &labels.queued,
                    _ => &labels.given_back,
                };
                let named = name.map(|name| format!("{name}: {text}"));
                ("system", named.unwrap_or_else(|| text.clone()))
            }
            CustomerSees::Status { status: "active" } => ("system", labels.reopened.clone()),
            CustomerSees::Status { .. } => ("system", labels.resolved.clone()),
        };
        let who = match kind {
            "system" => labels.system.clone(),
            _ => who(self.from, name, labels),
        };
        Some(Line {
            at: self.at,
            who,
            kind,
            text,
        })
    }
}

impl CustomerSees {
    fn message(client_id: &ClientId, text: &str, choice: Option<u8>) -> Self {
        Self::Message {
            client_id: client_id.clone(),
            text: text.to_owned(),
            choice,
        }
    }

    const fn rating_asked(of: Helper, language: Option<Language>) -> Self {
        Self::RatingAsked {
            of,
            language,
            form: None,
        }
    }

    fn contact(email: &Email) -> Self {
        let email = email.masked();
        Self::Contact { email }
    }

    fn of(body: &EventBody) -> Option<Self> {
        Some(match body {
            EventBody::Message {
                client_id,
                text,
                choice,
                ..
            } => Self::message(client_id, text, *choice),
            EventBody::Reply {
                text,
                language,
                choices,
                ..
            } => Self::Reply {
                text: text.clone(),
                language: *language,
                choices: choices.clone(),
            },
            EventBody::ClaimMoved {
                claim, state, text, ..
            } => Self::Claim {
                claim: claim.to_string(),
                state: state.clone(),
                text: text.clone(),
            },
            EventBody::Attached { file, claim, .. } => Self::attached(file, claim.as_ref()),
            EventBody::ContactLeft { email, .. } => Self::contact(email),
            EventBody::RatingAsked { of, language } => Self::rating_asked(*of, *language),
            EventBody::Rated {
                of, score, text, ..
            } => Self::rated(*of, *score, text),
            EventBody::OwnerChanged { to, .. } => Self::Owner {
                // Where that person works is nothing to the customer.
                owner: match to {
                    Owner::Platform => "agent",
                    other => other.name(),
                },
            },
            EventBody::StatusChanged { from, to, .. } => Self::Status {
                status: told(from, to)?,
            },
            EventBody::Started { .. }
            | EventBody::Merged { .. }
            | EventBody::MergedInto { .. }
            | EventBody::Note { .. }
            | EventBody::ProofGained { .. }
            | EventBody::ProofFailed { .. }
            | EventBody::OrderCorrected(_)
            | EventBody::PaymentLink(_)
            | EventBody::ApprovedOnce { .. }
            | EventBody::MerchantTold { .. }
            | EventBody::EvidenceReused { .. }
            | EventBody::NoticeLinked { .. }
            | EventBody::NoticeEnded { .. }
            | EventBody::MessageMoved { .. }
            | EventBody::Triaged { .. }
            | EventBody::ServiceLevel { .. }
            | EventBody::HandedOff(_) => return None,
        })
    }
}

impl CustomerSees {
    fn rated(of: Helper, score: Score, text: &Option<String>) -> Self {
        Self::Rated {
            of,
            score: score.into(),
            text: text.clone(),
        }
    }

    fn attached(file: &Attachment, claim: Option<&ClaimId>) -> Self {
        Self::Attached {
            sha256: file.hash.to_string(),
            media_type: file.kind.media_type(),
            bytes: file.bytes,
            claim: claim.map(ToString::to_string),
        }
    }
}

/// Of the statuses a customer is told only that the matter is done, or goes on after that.
fn told(from: &Status, to: &Status) -> Option<&'static str> {
    match (from.is_done(), to.is_done()) {
        (_, true) => Some(to.name()),
        (true, false) => Some("active"),
        (false, false) => None,
    }
}

/// A file in a transcript: what it is and its name, which says nothing that somebody chose.
pub(super) fn file_in_words(
    sha256: &str,
    media_type: &str,
    bytes: u64,
    claim: Option<&str>,
) -> String {
    let claim = claim.map(|claim| format!(", {claim}")).unwrap_or_default();
    format!("[{media_type}, {bytes} bytes, sha256 {sha256}{claim}]")
}

/// A rating in a transcript.
pub(super) fn rating_in_words(score: u8, text: Option<String>) -> String {
    let text = text.map(|text| format!(": {text}")).unwrap_or_default();
    format!("{score}/5{text}")
}

/// A reply and the buttons under it, as text.
pub(super) fn with_choices(text: String, choices: &[Choice]) -> String {
    choices.iter().fold(text, |text, choice| {
        format!("{text}\n{}. {}", choice.number, choice.label)
    })
}
