//! A conversation: an append-only log of numbered events, and the row that sums it up.
//!
//! `event` is what happened, `because` why the bot said something, `owner` who may speak, `transition` how a conversation moves between
//! people, `handed_off` what a person gets with it, `merge` how two become one, `restore` how a change is taken back, `triage` and `label` how
//! people sort it, `asked_about` whose help its customer is asked about, `there` what people at its platform have, `memory` what the bot remembers. Transcript, stream, inbox and
//! metrics are readers of the log. Nothing here knows where the log is kept.

mod asked_about;
mod because;
mod event;
mod handed_off;
mod label;
mod memory;
mod merge;
mod outcome;
mod owner;
mod restore;
#[cfg(test)]
pub(super) mod tests;
mod there;
mod transition;
mod triage;

use std::collections::BTreeSet;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

pub use asked_about::{Asking, question_about};
pub use because::{Asked, Because, Prompt, RunnerUp, Slotted, Step};
pub use event::{Actor, Choice, Event, EventBody};
pub use handed_off::Handoff;
pub use label::{InvalidLabel, Label};
pub use memory::{Awaited, Form, Given, Memory, Need, Offer, Portion, Price, Topic};
pub use merge::{InvalidMerge, Merged};
pub use outcome::Outcome;
pub use owner::{LeftFor, Owner, Status};
pub use restore::Stood;
pub use there::{ASKED_AGAIN, Ask, Hands, There};
pub use transition::{Belongs, Heard, InvalidTransition};
pub use triage::Triage;

pub use super::priority::Priority;
pub use super::sequence::{Revision, Seq};

use super::channel::Recipient;
use super::email::Email;
use super::handoff::HandoffReason;
use super::ids::{AgentId, ConversationId, MerchantId, NoticeId, SiteId, VisitorId};
use super::is_default;
use super::language::Language;
use super::page_facts::PageFacts;
use super::payment_link::PaymentLinks;
use super::promise::Promises;
use super::rating::{Helper, Score};
use super::service::Service;

/// So many messages to people are counted; more are more than enough.
const UNHEARD: usize = 20;

/// The row of a conversation: what its log adds up to.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Conversation {
    /// Its identifier.
    pub id: ConversationId,
    /// The storefront it began on.
    pub site: SiteId,
    /// Whose customers speak here.
    pub merchant: MerchantId,
    /// How messages come: `widget`, `terminal`, or a platform's name.
    pub channel: String,
    /// Where the customer is reached, if they wrote on a messaging platform.
    #[serde(default, skip_serializing_if = "is_default")]
    pub recipient: Option<Recipient>,
    /// Whose session it is.
    pub visitor: VisitorId,
    /// Who speaks: a customer or a merchant.
    pub role: Role,
    /// Whom the shop signed in, if it did.
    #[serde(default, skip_serializing_if = "is_default")]
    pub identity: Option<Identity>,
    /// Who may speak to the customer.
    pub owner: Owner,
    /// Where it stands.
    pub status: Status,
    /// Counts every change; a change says which one it was based on.
    pub revision: Revision,
    /// The number of the last event.
    pub last_seq: Seq,
    /// When it began.
    pub created_at: Timestamp,
    /// When something last happened.
    pub updated_at: Timestamp,
    /// The agent who had it before, if one had.
    #[serde(default, skip_serializing_if = "is_default")]
    pub last_agent: Option<AgentId>,
    /// What people at the platform of its customer have of it, where they have or had it.
    #[serde(default, skip_serializing_if = "is_default")]
    pub there: Option<There>,
    /// Whether people at the platform had it before, as far as they do not have it now.
    #[serde(default, skip_serializing_if = "is_default")]
    pub had_there: bool,
    /// Whether a customer of a platform wrote on a page last, which it sent them to.
    #[serde(default, skip_serializing_if = "is_default")]
    pub on_page: bool,
    /// Since when a customer waits for a person; none while nobody waits.
    #[serde(default, skip_serializing_if = "is_default")]
    pub waiting_since: Option<Timestamp>,
    /// Since when the customer is owed a word of a person, whoever has the conversation: their place in the queue, should they come back
    /// into it. None once a person has answered. In what is done nothing is owed: there it says what is owed again if that is taken back.
    #[serde(default, skip_serializing_if = "is_default")]
    pub asked_since: Option<Timestamp>,
    /// Why it went to a person, the last time it did.
    #[serde(default, skip_serializing_if = "is_default")]
    pub reason: Option<HandoffReason>,
    /// How urgent it is for a person.
    pub priority: Priority,
    /// What people sorted it by.
    #[serde(default, skip_serializing_if = "is_default")]
    pub labels: BTreeSet<Label>,
    /// The team it waits for.
    #[serde(default, skip_serializing_if = "is_default")]
    pub team: Option<String>,
    /// The language of the last message that showed one.
    pub language: Language,
    /// The language of its beginning, in which it is counted.
    #[serde(default, skip_serializing_if = "is_default")]
    pub first_language: Option<Language>,
    /// The conversation that this one goes on from.
    #[serde(default, skip_serializing_if = "is_default")]
    pub previous: Option<ConversationId>,
    /// The conversation that it was merged into: there it goes on.
    #[serde(default, skip_serializing_if = "is_default")]
    pub merged_into: Option<ConversationId>,
    /// Conversations of the same person that were merged into it.
    #[serde(default, skip_serializing_if = "is_default")]
    pub merged: Vec<ConversationId>,
    /// What the bot remembers.
    #[serde(default, skip_serializing_if = "is_default")]
    pub memory: Memory,
    /// What the customer was told to count on.
    #[serde(default, skip_serializing_if = "is_default")]
    pub promises: Promises,
    /// How soon people have to answer.
    #[serde(default, skip_serializing_if = "is_default")]
    pub service: Service,
    /// Known troubles that the customer asked about, until they are told that it is over.
    #[serde(default, skip_serializing_if = "is_default")]
    pub notices: BTreeSet<NoticeId>,
    /// Where else the customer can be written to.
    #[serde(default, skip_serializing_if = "is_default")]
    pub contact: Option<Email>,
    /// How the letter is answered by which they wrote last; none when they wrote on the page last.
    #[serde(default, skip_serializing_if = "is_default")]
    pub by_letter: Option<String>,
    /// Whether it is done because the customer took their leave, who did not say that it is solved.
    #[serde(default, skip_serializing_if = "is_default")]
    pub parted: bool,
    /// Whose help the customer has been asked about and has not rated yet.
    #[serde(default, skip_serializing_if = "is_default")]
    pub asked_about: Option<Helper>,
    /// How far asking about this resolution has come: they are asked once, whatever is taken back and done again.
    #[serde(default, skip_serializing_if = "is_default")]
    pub asking: Asking,
    /// Whether something was refused to the customer, or they complained, before what now stands in the row.
    #[serde(default, skip_serializing_if = "is_default")]
    pub disputed: bool,
    /// How good the customer last said that the help was, and whose.
    #[serde(default, skip_serializing_if = "is_default")]
    pub rated: Option<(Helper, Score)>,
    /// What the page that they write from says.
    #[serde(default, skip_serializing_if = "is_default")]
    pub page: PageFacts,
    /// Links to pay by that the merchant was asked for.
    #[serde(default, skip_serializing_if = "is_default")]
    pub links: PaymentLinks,
    /// The customer's last messages to people that no person has answered.
    #[serde(default, skip_serializing_if = "is_default")]
    pub unheard: Vec<Seq>,
}

/// Who speaks to the desk.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Somebody who buys.
    #[default]
    Customer,
    /// Somebody who sells.
    Merchant,
}

/// Whom a shop's signed token names.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Identity {
    /// The shop's own id for the person.
    pub subject: String,
    /// The name to show to agents.
    pub name: Option<String>,
    /// E-mail address, lower case.
    pub email: Option<String>,
    /// Phone number, digits and a leading `+`.
    pub phone: Option<String>,
    /// A customer who goes to a person sooner.
    pub vip: bool,
}

/// How a conversation begins.
#[derive(Clone, Debug)]
pub struct Opening {
    /// Its identifier.
    pub id: ConversationId,
    /// The storefront.
    pub site: SiteId,
    /// The merchant behind it.
    pub merchant: MerchantId,
    /// The channel.
    pub channel: String,
    /// The session.
    pub visitor: VisitorId,
    /// Who speaks.
    pub role: Role,
    /// Whom the shop signed in.
    pub identity: Option<Identity>,
    /// The language until a message shows another.
    pub language: Language,
    /// The conversation that this one goes on from.
    pub previous: Option<ConversationId>,
}

impl Conversation {
    /// A conversation before its first event.
    #[must_use]
    pub fn open(opening: Opening, now: Timestamp) -> Self {
        Self {
            id: opening.id,
            site: opening.site,
            merchant: opening.merchant,
            channel: opening.channel,
            recipient: None,
            visitor: opening.visitor,
            role: opening.role,
            identity: opening.identity,
            owner: Owner::Bot,
            status: Status::Active,
            revision: Revision::default(),
            last_seq: Seq::default(),
            created_at: now,
            updated_at: now,
            last_agent: None,
            there: None,
            had_there: false,
            on_page: false,
            waiting_since: None,
            asked_since: None,
            reason: None,
            priority: Priority::Normal,
            labels: BTreeSet::new(),
            team: None,
            language: opening.language,
            first_language: None,
            previous: opening.previous,
            merged_into: None,
            merged: Vec::new(),
            memory: Memory::default(),
            promises: Promises::default(),
            service: Service::default(),
            notices: BTreeSet::new(),
            contact: None,
            by_letter: None,
            parted: false,
            asked_about: None,
            asking: Asking::default(),
            disputed: false,
            rated: None,
            page: PageFacts::default(),
            links: PaymentLinks::default(),
            unheard: Vec::new(),
        }
    }

    /// Whether it is known that the same person speaks in both.
    #[must_use]
    pub fn is_of_same(&self, other: &Self) -> bool {
        self.visitor == other.visitor || self.subject().is_some_and(|s| Some(s) == other.subject())
    }

    /// Whether it is known that different people speak in them: the shop signed both in, under different names.
    #[must_use]
    pub fn is_of_another(&self, other: &Self) -> bool {
        match (self.subject(), other.subject()) {
            (Some(one), Some(other)) => one != other,
            _ => false,
        }
    }

    /// Since when the customer waits for a word of a person, whoever has it; none where nobody owes them one.
    #[must_use]
    pub fn unanswered_since(&self) -> Option<Timestamp> {
        let asked = self.asked_since.filter(|_| !self.status.is_done());
        self.waiting_since.or(asked)
    }

    /// The language in which what happens in it is counted.
    #[must_use]
    pub fn counts_in(&self) -> Language {
        self.first_language.unwrap_or(self.language)
    }

    /// The person as the shop knows them.
    fn subject(&self) -> Option<(&MerchantId, &str)> {
        let identity = self.identity.as_ref()?;
        Some((&self.merchant, &identity.subject))
    }

    /// Notes that the customer asks about a known trouble; nothing where that is known already.
    #[must_use]
    pub fn link(&mut self, notice: &NoticeId) -> Option<EventBody> {
        let notice = notice.clone();
        let is_new = self.notices.insert(notice.clone());
        is_new.then_some(EventBody::NoticeLinked { notice })
    }

    /// The trouble is over; nothing where the customer did not ask about it, or has been told.
    #[must_use]
    pub fn unlink(&mut self, notice: &NoticeId) -> Option<EventBody> {
        let notice = self.notices.take(notice)?;
        Some(EventBody::NoticeEnded { notice })
    }

    /// Numbers an event of the desk itself that moves the conversation in no list: what became of a message.
    #[must_use]
    pub fn note(&mut self, body: EventBody, now: Timestamp) -> Event {
        let updated_at = self.updated_at;
        let event = self.next_event(Actor::System, body, now);
        self.updated_at = updated_at;
        event
    }

    /// Notes what the customer says to people, until a person answers.
    fn note_unheard(&mut self, by: &Actor, body: &EventBody, now: Timestamp) {
        if let (Actor::There(_), EventBody::Reply { .. }, Some(there)) = (by, body, &mut self.there)
        {
            there.answered = true;
        }
        let by_there = matches!(by, Actor::There(_))
            && matches!(body, EventBody::Reply { .. } | EventBody::Attached { .. });
        match body {
            _ if by_there || Event::is_answer(by, body) => {
                self.unheard.clear();
                self.asked_since = None;
            }
            _ if self.owner != Owner::Bot && Event::is_said_by_customer(by, body) => {
                // To thanks and goodbyes in what is done nobody owes an answer.
                if !self.status.is_done() {
                    self.asked_since.get_or_insert(now);
                }
                self.unheard.push(self.last_seq);
                self.keep_last_unheard();
            }
            _ => {}
        }
    }

    fn keep_last_unheard(&mut self) {
        let surplus = self.unheard.len().saturating_sub(UNHEARD);
        self.unheard.drain(..surplus);
    }

    /// Numbers an event as the next of this conversation.
    #[must_use]
    pub fn next_event(&mut self, by: Actor, body: EventBody, now: Timestamp) -> Event {
        self.last_seq = self.last_seq.next();
        self.updated_at = now;
        self.note_unheard(&by, &body, now);
        self.note_refusal(&body);
        Event {
            conversation: self.id.clone(),
            seq: self.last_seq,
            at: now,
            by,
            body,
        }
    }
}
