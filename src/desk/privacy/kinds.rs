//! The one list of the kinds of what is held on a person, from which the preview counts, the export takes along and the erasure takes out; and what
//! is held of each, once it has been read.

use std::collections::BTreeSet;

use super::within::files_in;
use crate::domain::account::Session;
use crate::domain::claim::Claim;
use crate::domain::conversation::{Conversation, Event};
use crate::domain::ids::{AgentId, ConversationId};
use crate::domain::order::Order;
use crate::domain::review::Review;
use crate::domain::saved_filter::SavedFilter;
use crate::domain::webhook::Delivery;
use crate::domain::written_draft::WrittenDraft;

/// So many orders of one address are looked at, the newest: more are no person's, and where there are more that is said.
pub(in crate::desk) const ORDERS: usize = 10_000;

/// A kind of what is held on a person.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// Their conversations.
    Conversations,
    /// What happened in these.
    Events,
    /// Files that they handed in, or were shown.
    Files,
    /// What agents have begun to write to them.
    Drafts,
    /// What agents said of answers that they got.
    Reviews,
    /// Their sessions, with or without a conversation.
    Sessions,
    /// What merchants' programs and platforms were told of them, or are to be told.
    Told,
    /// What agents look for again and again, with what finds them.
    Filters,
    /// Their orders.
    Orders,
    /// Their refund applications.
    Claims,
}

/// What becomes of a kind when its person is erased.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    /// It goes.
    Goes,
    /// It stays: it is the shop's, or the law wants it kept, without the person's own words.
    Stays,
}

impl Kind {
    /// All of them.
    pub const ALL: [Self; 10] = [
        Self::Conversations,
        Self::Events,
        Self::Files,
        Self::Drafts,
        Self::Reviews,
        Self::Sessions,
        Self::Told,
        Self::Filters,
        Self::Orders,
        Self::Claims,
    ];

    /// The field that counts it in the preview.
    #[must_use]
    pub const fn field(self) -> &'static str {
        match self {
            Self::Conversations => "conversations",
            Self::Events => "events",
            Self::Files => "files",
            Self::Drafts => "drafts",
            Self::Reviews => "reviews",
            Self::Sessions => "sessions",
            Self::Told => "told",
            Self::Filters => "filters",
            Self::Orders => "orders_kept",
            Self::Claims => "claims_kept",
        }
    }

    /// The kind of its lines in an export.
    #[must_use]
    pub const fn line(self) -> &'static str {
        match self {
            Self::Conversations => "conversation",
            Self::Events => "event",
            Self::Files => "file",
            Self::Drafts => "draft",
            Self::Reviews => "review",
            Self::Sessions => "session",
            Self::Told => "told",
            Self::Filters => "filter",
            Self::Orders => "order",
            Self::Claims => "claim",
        }
    }

    /// What becomes of it.
    #[must_use]
    pub const fn fate(self) -> Fate {
        match self {
            Self::Orders | Self::Claims => Fate::Stays,
            Self::Conversations
            | Self::Events
            | Self::Files
            | Self::Drafts
            | Self::Reviews
            | Self::Sessions
            | Self::Told
            | Self::Filters => Fate::Goes,
        }
    }
}

/// All that is held on a person.
pub(in crate::desk) struct Holdings {
    /// Their conversations with their logs, the latest first.
    pub(in crate::desk) logs: Vec<(Conversation, Vec<Event>)>,
    /// Whether there are more of these than are looked at.
    pub(in crate::desk) more_conversations: bool,
    pub(in crate::desk) drafts: Vec<WrittenDraft>,
    pub(in crate::desk) reviews: Vec<Review>,
    pub(in crate::desk) sessions: Vec<Session>,
    pub(in crate::desk) told: Vec<(ConversationId, Delivery)>,
    pub(in crate::desk) filters: Vec<(AgentId, SavedFilter)>,
    pub(in crate::desk) orders: Vec<Order>,
    /// Whether there are more of these than are looked at.
    pub(in crate::desk) more_orders: bool,
    pub(in crate::desk) claims: Vec<Claim>,
}

impl Holdings {
    /// How much of a kind there is. Of what was told that goes is counted.
    pub(in crate::desk) fn count(&self, kind: Kind) -> usize {
        match kind {
            Kind::Conversations => self.logs.len(),
            Kind::Events => self.logs.iter().map(|(_, events)| events.len()).sum(),
            // What is in two conversations of theirs is held once.
            Kind::Files => {
                let files = self.logs.iter().flat_map(|(_, events)| files_in(events));
                files.collect::<BTreeSet<_>>().len()
            }
            Kind::Drafts => self.drafts.len(),
            Kind::Reviews => self.reviews.len(),
            Kind::Sessions => self.sessions.len(),
            Kind::Told => {
                let told = self.told.iter();
                told.filter(|(_, one)| !one.outlives_person()).count()
            }
            Kind::Filters => self.filters.len(),
            Kind::Orders => self.orders.len(),
            Kind::Claims => self.claims.len(),
        }
    }
}

/// What is kept of conversations beside them.
#[derive(Debug, Default)]
pub(in crate::desk) struct Traces {
    /// The sessions that go.
    pub(in crate::desk) sessions: Vec<Session>,
    /// What others were told, or are to be told, with the conversation that it is about.
    pub(in crate::desk) deliveries: Vec<(ConversationId, Delivery)>,
}
