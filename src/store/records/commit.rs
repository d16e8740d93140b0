//! What can be written: a commit is a list of records that become true together, or not at all.
//!
//! Indexes, counters and the inbox are not in it: the store derives them from the records.

use jiff::civil::Date;

use crate::domain::account::{Agent, ApiKey, LogIn, Session, TokenHash};
use crate::domain::audit::AuditEntry;
use crate::domain::availability::Chosen;
use crate::domain::canned::{CannedName, OwnCanned};
use crate::domain::channel::{Known, PlatformId};
use crate::domain::claim::OrderClaims;
use crate::domain::conversation::{Conversation, Event, Revision, Seq};
use crate::domain::ids::{AgentId, ConversationId, EndpointId, MerchantId, NoticeId};
use crate::domain::language::Language;
use crate::domain::notice::Notice;
use crate::domain::notice::surge::Rates;
use crate::domain::order::Order;
use crate::domain::policy::PolicyText;
use crate::domain::report::Day;
use crate::domain::review::Review;
use crate::domain::saved_filter::SavedFilters;
use crate::domain::search::Words;
use crate::domain::tally::Tally;
use crate::domain::webhook::{Delivery, DeliveryId, EndpointChange};
use crate::domain::written_draft::WrittenDraft;

use crate::store::error::StoreError;
use crate::store::records::reports::Counted;
use crate::store::records::search::IndexChange;

/// Changes that are made together.
#[derive(Clone, Debug, Default)]
#[must_use = "a commit does nothing until it is given to the store"]
pub struct Commit {
    pub(crate) expected: Vec<(ConversationId, Revision)>,
    pub(crate) conversations: Vec<Conversation>,
    pub(crate) events: Vec<Event>,
    pub(crate) orders: Vec<Order>,
    pub(crate) others: Vec<Op>,
    /// Whether what waits in outboxes may go out now.
    pub(crate) releases: bool,
    /// Whether what the bot says in it answers what was written on a page.
    pub(crate) on_page: bool,
}

/// A change of a small record. They are made in the order in which they were added.
#[derive(Clone, Debug)]
pub(crate) enum Op {
    ExpectSession(TokenHash, Option<ConversationId>),
    Session(Box<Session>),
    EndSession(TokenHash),
    Agent(Agent),
    LogIn(LogIn),
    TouchLogIn(LogIn),
    EndLogIn(TokenHash),
    Audit(Box<AuditEntry>),
    ApiKey(ApiKey),
    RemoveApiKey(TokenHash),
    Tally(Tally),
    Claims(Box<OrderClaims>),
    Send(Box<Delivery>),
    Delivery(Box<Delivery>),
    Delivered(DeliveryId),
    Endpoint(EndpointId, EndpointChange),
    Know(Box<Known>),
    Forget(PlatformId),
    ExpectOpen(MerchantId, NoticeId),
    ExpectRoom(AgentId, u16),
    Notice(Box<Notice>),
    Rates(MerchantId, Box<Rates>),
    Indexed(Box<IndexChange>),
    Review(Box<Review>),
    LinkKey([u8; 32]),
    Count(Box<Counted>),
    Draft(Box<WrittenDraft>),
    Canned(Box<OwnCanned>),
    RemoveCanned(Option<MerchantId>, CannedName),
    Erase(ConversationId, Box<Words>),
    SavedFilters(Box<SavedFilters>),
    Policy(Box<PolicyText>),
    Chosen(Chosen),
}

impl Commit {
    /// Nothing yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Expects that a conversation is at this revision, as it was read; 0 means that it does not exist yet. Otherwise the commit is
    /// refused with [`CommitError::Conflict`].
    pub fn expecting(mut self, id: &ConversationId, revision: Revision) -> Self {
        self.expected.push((id.clone(), revision));
        self
    }

    /// Writes a conversation's row, which must be [expected](Self::expecting) at a revision: the row is stored at the next one,
    /// whichever it carries.
    pub fn conversation(mut self, row: Conversation) -> Self {
        self.conversations.push(row);
        self
    }

    /// Appends an event to the log of a conversation whose row is in this commit, too. The events of a conversation must follow its
    /// stored `last_seq` without a gap, up to the `last_seq` of the new row. An event that was sent before ([`Event::sent_as`]) refuses
    /// the commit with [`CommitError::Conflict`].
    pub fn event(mut self, event: Event) -> Self {
        self.events.push(event);
        self
    }

    /// As [`Self::event`], for several.
    pub fn events(mut self, events: impl IntoIterator<Item = Event>) -> Self {
        self.events.extend(events);
        self
    }

    /// Writes an order, whatever stood there.
    pub fn order(mut self, order: Order) -> Self {
        self.orders.push(order);
        self
    }

    /// Expects that a session is there and has this conversation; otherwise the commit is refused with [`CommitError::Conflict`] and
    /// the conversation that the session has. Of two first messages at once only one begins a conversation.
    pub fn expecting_session(
        mut self,
        token: TokenHash,
        conversation: Option<ConversationId>,
    ) -> Self {
        self.others.push(Op::ExpectSession(token, conversation));
        self
    }

    /// Writes a session, whatever stood there.
    pub fn session(mut self, session: Session) -> Self {
        self.others.push(Op::Session(Box::new(session)));
        self
    }

    /// Removes a session, if it is there.
    pub fn end_session(mut self, token: TokenHash) -> Self {
        self.others.push(Op::EndSession(token));
        self
    }

    /// Writes an agent, whatever stood there; the token they held before is forgotten.
    pub fn agent(mut self, agent: Agent) -> Self {
        self.others.push(Op::Agent(agent));
        self
    }

    /// Writes an agent's log-in, whatever stood there.
    pub fn log_in(mut self, log_in: LogIn) -> Self {
        self.others.push(Op::LogIn(log_in));
        self
    }

    /// Removes an agent's log-in, if it is there.
    pub fn end_log_in(mut self, token: TokenHash) -> Self {
        self.others.push(Op::EndLogIn(token));
        self
    }

    /// Adds to the audit log.
    pub fn audit(mut self, entry: AuditEntry) -> Self {
        self.others.push(Op::Audit(Box::new(entry)));
        self
    }

    /// Writes an API key.
    pub fn api_key(mut self, key: ApiKey) -> Self {
        self.others.push(Op::ApiKey(key));
        self
    }

    /// Removes an API key, if it is there.
    pub fn remove_api_key(mut self, token: TokenHash) -> Self {
        self.others.push(Op::RemoveApiKey(token));
        self
    }

    /// Whether somebody may do less afterwards than before.
    pub(crate) fn takes_access_away(&self) -> bool {
        let takes = |op: &Op| {
            let ends = matches!(op, Op::EndSession(_) | Op::EndLogIn(_));
            ends || matches!(op, Op::Agent(_) | Op::RemoveApiKey(_))
        };
        self.others.iter().any(takes)
    }

    /// Writes the claims of an order, which must stand at the revision that they carry; they are stored at the next one. Otherwise the
    /// commit is refused with [`CommitError::Conflict`]: of two changes at once only one is made.
    pub fn claims(mut self, claims: OrderClaims) -> Self {
        self.others.push(Op::Claims(Box::new(claims)));
        self
    }

    /// Gives an endpoint something to be told, after all that it was given before.
    pub fn send(mut self, delivery: Delivery) -> Self {
        self.others.push(Op::Send(Box::new(delivery)));
        self
    }

    /// As [`Self::send`], for several, but before all that endpoints are told of the conversations in this commit.
    pub fn send_ahead(mut self, deliveries: Vec<Delivery>) -> Self {
        let is_of_conversation = |op: &Op| match op {
            Op::Send(other) => self
                .conversations
                .iter()
                .any(|row| row.id.as_str() == other.about),
            _ => false,
        };
        let first = self.others.iter().position(is_of_conversation);
        let at = first.unwrap_or(self.others.len());
        let sends = deliveries.into_iter().map(|one| Op::Send(Box::new(one)));
        drop(self.others.splice(at..at, sends));
        self
    }

    /// Writes a delivery that was tried, or is to be tried again; it must stand at the revision that it carries, and is stored at the
    /// next one. Otherwise the commit is refused with [`CommitError::Conflict`].
    pub fn delivery(mut self, delivery: Delivery) -> Self {
        self.others.push(Op::Delivery(Box::new(delivery)));
        self
    }

    /// Takes a delivery that has arrived out of the outbox.
    pub fn delivered(mut self, id: DeliveryId) -> Self {
        self.others.push(Op::Delivered(id));
        self
    }

    /// Notes what is said about an endpoint.
    pub fn endpoint(mut self, endpoint: EndpointId, change: EndpointChange) -> Self {
        self.others.push(Op::Endpoint(endpoint, change));
        self
    }

    /// What waits in outboxes for the customers of these conversations may go out now.
    pub const fn releasing(mut self) -> Self {
        self.releases = true;
        self
    }

    /// Notes which message a platform's name stands for. If it stands for one already, the commit is refused with
    /// [`CommitError::Conflict`]: what comes twice is done once.
    pub fn know(mut self, known: Known) -> Self {
        self.others.push(Op::Know(Box::new(known)));
        self
    }

    /// Forgets a platform's name for a message.
    pub fn forget(mut self, id: PlatformId) -> Self {
        self.others.push(Op::Forget(id));
        self
    }

    /// The conversations that are written, with what happens in each.
    pub fn happening(&self) -> impl Iterator<Item = (&Conversation, Vec<&Event>)> {
        self.conversations.iter().map(|row| {
            let events = self.events.iter();
            (
                row,
                events.filter(|one| one.conversation == row.id).collect(),
            )
        })
    }

    /// Whether it keeps a platform's name for a message.
    #[must_use]
    pub fn knows(&self, conversation: &ConversationId, seq: Seq) -> bool {
        self.others.iter().any(|op| {
            matches!(op, Op::Know(known) if known.message.conversation == *conversation && known.message.seq == seq)
        })
    }

    /// As [`Self::happening`], for those who follow in the row what happens.
    pub fn happening_mut(&mut self) -> impl Iterator<Item = (&mut Conversation, Vec<&Event>)> {
        let events = &self.events;
        self.conversations.iter_mut().map(move |row| {
            let own = events.iter().filter(|one| one.conversation == row.id);
            let own = own.collect();
            (row, own)
        })
    }

    /// Whether somebody is to be told something, or told again.
    pub(crate) fn fills_outbox(&self) -> bool {
        let fills = |op: &Op| matches!(op, Op::Send(_) | Op::Delivery(_) | Op::Endpoint(..));
        self.releases || self.others.iter().any(fills)
    }

    /// Expects that a notice for a merchant's customers is open; otherwise the commit is refused with [`CommitError::Conflict`]: nobody
    /// is told that they will hear of it who would not.
    pub fn expecting_open(mut self, merchant: MerchantId, notice: NoticeId) -> Self {
        self.others.push(Op::ExpectOpen(merchant, notice));
        self
    }

    /// Writes a notice, which must stand at the revision that it carries; it is stored at the next one. Otherwise the commit is refused
    /// with [`CommitError::Conflict`].
    pub fn notice(mut self, notice: Notice) -> Self {
        self.others.push(Op::Notice(Box::new(notice)));
        self
    }

    /// Writes how often troubles come to a merchant, whatever stood there.
    pub fn rates(mut self, merchant: MerchantId, rates: Rates) -> Self {
        self.others.push(Op::Rates(merchant, Box::new(rates)));
        self
    }

    /// Writes what was said of an answer of the bot, whatever stood there.
    pub fn review(mut self, review: Review) -> Self {
        self.others.push(Op::Review(Box::new(review)));
        self
    }

    /// Writes the key that links are signed by.
    pub fn link_key(mut self, key: [u8; 32]) -> Self {
        self.others.push(Op::LinkKey(key));
        self
    }

    /// Adds to what a day of a merchant's adds up to.
    pub fn count(mut self, merchant: MerchantId, date: Date, language: Language, day: Day) -> Self {
        let counted = Counted {
            merchant,
            date,
            language,
            day,
        };
        self.others.push(Op::Count(Box::new(counted)));
        self
    }

    /// Removes a conversation, which is found by these words. It is to be [expected](Self::expecting) as it was read, so that nothing that
    /// others keep of it was written since.
    pub fn erase(mut self, id: ConversationId, words: Words) -> Self {
        self.others.push(Op::Erase(id, Box::new(words)));
        self
    }

    /// Writes what an agent has begun to write, whatever stood there. Where there is no such conversation (any more), the commit is refused
    /// with [`CommitError::Conflict`].
    pub fn draft(mut self, draft: WrittenDraft) -> Self {
        self.others.push(Op::Draft(Box::new(draft)));
        self
    }

    /// Writes an answer that agents have ready, whatever stood there.
    pub fn canned(mut self, own: OwnCanned) -> Self {
        self.others.push(Op::Canned(Box::new(own)));
        self
    }

    /// Removes an answer that agents had ready.
    pub fn remove_canned(mut self, merchant: Option<MerchantId>, name: CannedName) -> Self {
        self.others.push(Op::RemoveCanned(merchant, name));
        self
    }

    /// Makes conversations found by what was said in them.
    pub fn indexed(mut self, change: IndexChange) -> Self {
        self.others.push(Op::Indexed(Box::new(change)));
        self
    }

    /// Writes a tally, whatever stood there.
    pub fn tally(mut self, tally: Tally) -> Self {
        self.others.push(Op::Tally(tally));
        self
    }
}

/// Why a commit was not made. Nothing of it was written.
#[derive(Debug, thiserror::Error)]
pub enum CommitError {
    /// What it was based on has changed: the conversation as it is now, or none if it does not exist.
    #[error("{}", conflict_in_words(.0.as_deref()))]
    Conflict(Option<Box<Conversation>>),
    /// The store could not.
    #[error(transparent)]
    Store(#[from] StoreError),
}

fn conflict_in_words(current: Option<&Conversation>) -> String {
    match current {
        None => "the conversation does not exist".to_owned(),
        Some(row) => format!(
            "conversation {} has changed: it is at revision {} and with {}",
            row.id,
            row.revision.0,
            row.owner.name()
        ),
    }
}
