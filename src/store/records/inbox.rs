//! The inbox as an index: which lists a conversation is in, at which place, and the line that is shown there.
//!
//! A page of a list costs the page: its lines are read from the index, in order, without touching the conversations. How many are in
//! a list is a record that is kept, never counted. Every list exists for all merchants together and for each one by itself.
//!
//! What the bot has changes with every message and is rarely looked at, so that list costs nothing to keep: a conversation keeps its
//! place by when it began, and its line is made when the list is read.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::domain::conversation::{
    Conversation, Event, Label, Owner, Priority, Revision, Seq, Status,
};
use crate::domain::handoff::HandoffReason;
use crate::domain::ids::{AgentId, ConversationId, IntentId, MerchantId, OrderId, SiteId};
use crate::domain::language::Language;
use crate::domain::rating::{Helper, Score};
use crate::domain::service::Running;
use crate::store::disk::tx::{Tx, WorkError};
use crate::store::error::StoreError;
use crate::store::keys::{self, Key};
use crate::store::record;
use crate::store::records::last_said::{Snippet, last_said, shorten};
use crate::store::records::log;

/// Most characters of a name in a line.
const NAME: usize = 60;

/// A list of the inbox.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum View {
    /// Waits for a person: the most urgent first, then who has waited longest.
    Waiting,
    /// With this agent, not done. The last changed first, as in all that follow but `Bot`.
    Mine(AgentId),
    /// With any agent, not done.
    Open,
    /// Waits or is with an agent, and somebody else is asked: the customer, a third party, or it is snoozed.
    Pending,
    /// With the bot, not done. The last begun first.
    Bot,
    /// Resolved or closed.
    Done,
}

/// One line of a list.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct InboxRow {
    /// The conversation.
    pub id: ConversationId,
    /// The storefront.
    pub site: SiteId,
    /// Whose customers speak there.
    pub merchant: MerchantId,
    /// How messages come.
    pub channel: String,
    /// The signed-in name, shortened.
    pub name: Option<String>,
    /// Whether the customer is a VIP.
    pub vip: bool,
    /// Who may speak to the customer.
    pub owner: Owner,
    /// Where it stands.
    pub status: Status,
    /// The revision that a change must be based on.
    pub revision: Revision,
    /// The number of the last event.
    pub last_seq: Seq,
    /// When it began.
    pub created_at: Timestamp,
    /// When something last happened.
    pub updated_at: Timestamp,
    /// Since when a customer waits for a person.
    pub waiting_since: Option<Timestamp>,
    /// Since when the customer is owed a word of a person, whoever has it; none in what is done.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub asked_since: Option<Timestamp>,
    /// Why it went to a person.
    pub reason: Option<HandoffReason>,
    /// How urgent.
    pub priority: Priority,
    /// What people sorted it by.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub labels: Vec<Label>,
    /// How good the customer last said that the help was, and whose.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rated: Option<(Helper, Score)>,
    /// What is owed to the customer next.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owed: Option<Running>,
    /// The team it waits for.
    pub team: Option<String>,
    /// The customer's language.
    pub language: Language,
    /// What was last said, shortened.
    pub snippet: Option<Snippet>,
    /// The order that is talked about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub order: Option<OrderId>,
    /// The matter that was taken up last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub matter: Option<IntentId>,
    /// The customer's last messages that no person has answered.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub unheard: Vec<Seq>,
}

/// How many conversations are in the lists. Kept as records, never counted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Counts {
    /// In [`View::Waiting`].
    pub waiting: u64,
    /// In [`View::Open`].
    pub open: u64,
    /// In [`View::Pending`].
    pub pending: u64,
    /// In [`View::Bot`].
    pub bot: u64,
    /// In [`View::Done`].
    pub done: u64,
}

impl View {
    /// The lists a conversation is in.
    pub(crate) fn of(conversation: &Conversation) -> Vec<Self> {
        if conversation.status.is_done() {
            return vec![Self::Done];
        }
        let mut views = match &conversation.owner {
            Owner::Bot => return vec![Self::Bot],
            Owner::Queue => vec![Self::Waiting],
            Owner::Agent(agent) => vec![Self::Mine(agent.clone()), Self::Open],
            // Somebody has it, though nobody here.
            Owner::Platform => vec![Self::Open],
        };
        if conversation.status != Status::Active {
            views.push(Self::Pending);
        }
        views
    }

    pub(crate) fn append(&self, key: Key) -> Key {
        match self {
            Self::Waiting => key.fixed(b"W"),
            Self::Mine(agent) => key.fixed(b"M").id(agent.as_str()),
            Self::Open => key.fixed(b"O"),
            Self::Pending => key.fixed(b"P"),
            Self::Bot => key.fixed(b"B"),
            Self::Done => key.fixed(b"D"),
        }
    }

    /// Where a conversation stands in this list.
    pub(crate) fn place(
        &self,
        merchant: Option<&MerchantId>,
        conversation: &Conversation,
    ) -> Vec<u8> {
        let key = self.append(Key::new(b'i').id(scope(merchant)));
        let key = match self {
            Self::Waiting => {
                let since = conversation.waiting_since;
                key.fixed(&[conversation.priority as u8])
                    .time(since.unwrap_or(conversation.updated_at))
            }
            Self::Bot => key.time_back(conversation.created_at),
            _ => key.time_back(conversation.updated_at),
        };
        key.id(conversation.id.as_str()).done()
    }
}

/// The lists of one merchant, or those of all together: no merchant's id is empty.
pub(crate) fn scope(merchant: Option<&MerchantId>) -> &str {
    merchant.map_or("", MerchantId::as_str)
}

/// What the keys of a list begin with.
pub(crate) fn list(merchant: Option<&MerchantId>, view: &View) -> Vec<u8> {
    view.append(Key::new(b'i').id(scope(merchant))).done()
}

/// The key of a list's count.
pub(crate) fn count(merchant: Option<&MerchantId>, view: &View) -> Vec<u8> {
    view.append(Key::new(b'n').id(scope(merchant))).done()
}

/// All places of a conversation.
pub(crate) fn places(conversation: &Conversation) -> Vec<Vec<u8>> {
    each(conversation, |merchant, view| {
        view.place(merchant, conversation)
    })
}

/// The counts a conversation is part of.
pub(crate) fn counts(conversation: &Conversation) -> Vec<Vec<u8>> {
    each(conversation, count)
}

fn each(
    conversation: &Conversation,
    key: impl Fn(Option<&MerchantId>, &View) -> Vec<u8>,
) -> Vec<Vec<u8>> {
    let views = View::of(conversation);
    [None, Some(&conversation.merchant)]
        .into_iter()
        .flat_map(|merchant| views.iter().map(move |view| (merchant, view)))
        .map(|(merchant, view)| key(merchant, view))
        .collect()
}

impl InboxRow {
    /// The line of a conversation with something that was said in it.
    #[must_use]
    pub fn of(conversation: &Conversation, said: Option<Snippet>) -> Self {
        row(conversation, said)
    }
}

/// The line of a conversation.
pub(crate) fn row(conversation: &Conversation, snippet: Option<Snippet>) -> InboxRow {
    let identity = conversation.identity.as_ref();
    InboxRow {
        id: conversation.id.clone(),
        site: conversation.site.clone(),
        merchant: conversation.merchant.clone(),
        channel: shorten(&conversation.channel, NAME),
        name: identity
            .and_then(|i| i.name.as_deref())
            .map(|name| shorten(name, NAME)),
        vip: identity.is_some_and(|i| i.vip),
        owner: conversation.owner.clone(),
        status: conversation.status.clone(),
        revision: conversation.revision,
        last_seq: conversation.last_seq,
        created_at: conversation.created_at,
        updated_at: conversation.updated_at,
        waiting_since: conversation.waiting_since,
        asked_since: conversation
            .asked_since
            .filter(|_| !conversation.status.is_done()),
        reason: conversation.reason,
        priority: conversation.priority,
        labels: conversation.labels.iter().cloned().collect(),
        rated: conversation.rated,
        owed: conversation.service.nearest().cloned(),
        team: conversation.team.as_deref().map(|team| shorten(team, NAME)),
        language: conversation.language,
        snippet,
        order: conversation.memory.order.clone(),
        matter: matter(conversation),
        unheard: conversation.unheard.clone(),
    }
}

/// The last matter beside the wish for a person, which the reason says.
fn matter(conversation: &Conversation) -> Option<IntentId> {
    let answered = &conversation.memory.answered;
    let mut latest = answered.iter().rev();
    latest
        .find(|intent| intent.as_str() != "talk_to_human")
        .cloned()
}

/// Moves a conversation from its old places to its new ones, and counts it there.
pub(crate) fn update<R>(
    tx: &mut Tx<'_>,
    old: Option<&Conversation>,
    new: &Conversation,
) -> Result<(), WorkError<R>> {
    if old.is_some_and(is_with_bot) && is_with_bot(new) {
        return Ok(());
    }
    let (before, after) = (old.map(places).unwrap_or_default(), places(new));
    for place in before {
        if !after.contains(&place) {
            tx.unmark(place);
        }
    }
    if is_with_bot(new) {
        after.into_iter().for_each(|place| tx.mark(place));
    } else {
        let line = line(new, |seq| event(tx, &new.id, seq))?;
        for place in after {
            tx.put_new(&place, &line);
        }
    }
    let (left, entered) = (old.map(counts).unwrap_or_default(), counts(new));
    for list in left.iter().filter(|list| !entered.contains(list)) {
        step(tx, list, |n| n.saturating_sub(1))?;
    }
    for list in entered.iter().filter(|list| !left.contains(list)) {
        step(tx, list, |n| n + 1)?;
    }
    Ok(())
}

/// Whether a conversation is in the list that keeps no lines.
pub(crate) fn is_with_bot(conversation: &Conversation) -> bool {
    conversation.owner == Owner::Bot && !conversation.status.is_done()
}

/// The bytes of a conversation's line.
pub(crate) fn line<E: From<StoreError>>(
    conversation: &Conversation,
    event: impl Fn(Seq) -> Result<Option<Event>, E>,
) -> Result<Vec<u8>, E> {
    let said = last_said(conversation, event)?;
    Ok(record::encode(&row(conversation, said))?)
}

fn event<R>(tx: &Tx<'_>, id: &ConversationId, seq: Seq) -> Result<Option<Event>, WorkError<R>> {
    let Some(place) = tx.next_key(&keys::event(id, seq), &keys::log_end(id))? else {
        return Ok(None);
    };
    match tx.get(&place)? {
        Some(bytes) => Ok(log::find(&bytes, seq)?),
        None => Ok(None),
    }
}

fn step<R>(tx: &mut Tx<'_>, list: &[u8], by: impl Fn(u64) -> u64) -> Result<(), WorkError<R>> {
    let now = by(number(tx.get(list)?)?);
    Ok(tx.put(list, &now.to_be_bytes())?)
}

/// The conversation that a place names, without what the keys of its list begin with.
pub(crate) fn conversation_at(view: &View, rest: &[u8]) -> Option<ConversationId> {
    let sort = match view {
        View::Waiting => 9,
        _ => 8,
    };
    let (id, _) = keys::id_of(rest.get(sort..)?)?;
    ConversationId::parse(id).ok()
}

/// The number in a counter; 0 if there is none.
pub(crate) fn number(value: Option<Vec<u8>>) -> Result<u64, StoreError> {
    match value.map(TryInto::try_into) {
        None => Ok(0),
        Some(Ok(bytes)) => Ok(u64::from_be_bytes(bytes)),
        Some(Err(_)) => Err(StoreError::damaged("a counter is no number")),
    }
}
