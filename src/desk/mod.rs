//! The application: what can be done with the desk, whoever asks. The only writer.
//!
//! Each call loads what it needs, lets the pure parts decide, and commits all of it or nothing. It knows nothing of HTTP or
//! terminals. In reading order:
//!
//! - **One conversation**: `turn` is the pure heart, `facts` looks up what it needs to know, `draft` holds the conversation while it changes, `lanes`
//!   keeps those apart who must not work on one thing at once.
//! - **Customers**: `customers` speak on pages, `platforms` is where others write from.
//! - **What it is about**: `claims` and orders, and `troubles` that concern many.
//! - **People**: `agents` work, `queue` says who gets what waits, `access` who they are and what is written down of them.
//! - **What is kept and told**: `privacy` is what is held on people and how it goes, `events` what merchants' programs are told.
//! - **Time and trouble**: `due` is what the clock brings, `counted` what went wrong, `error` why something was refused.

mod access;
mod agents;
mod claims;
mod counted;
mod customers;
mod draft;
mod due;
mod error;
mod events;
mod facts;
mod lanes;
mod platforms;
mod privacy;
mod queue;
mod troubles;
pub mod turn;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use arc_swap::{ArcSwap, ArcSwapOption};
use jiff::SignedDuration;
use tokio::sync::Semaphore;

use crate::clock::Clock;
use crate::domain::ids::{ConversationId, EndpointId, SiteId};
use crate::domain::language::Language;
use crate::domain::site::Site;
use crate::domain::transcript::Labels;
use crate::domain::webhook::Subscription;
use crate::domain::wording::Wording;
use crate::engine::{Rules, brief_words};
use crate::live::Live;
use crate::store::Store;

use access::{audit, log_ins, second_factor, touches};
use agents::{lookers, undo};
use claims::{policies, promises::Tallied};
use customers::{customer_types, evidence};
use lanes::Lanes;
use privacy::retention;
use queue::{line::Line, roster};
use troubles::surges::Counted;

pub use crate::engine::dialogue::cause_in_words;
pub use access::accounts;
pub use access::audit::AuditAsked;
pub use access::log_ins::{LoggedIn, Pass};
pub use agents::bulk::{BulkChange, Changed};
pub use agents::handling::Left;
pub use agents::lists::InboxQuery;
pub use agents::look_over::Overseen;
pub use agents::lookers::{Looker, Looks};
pub use agents::reports::Report;
pub use agents::reviews;
pub use agents::written_drafts::Begun;
pub use claims::case_facts::{CaseFacts, Deciding, OrderFacts};
pub use claims::corrections::PutRight;
pub use claims::outcome::ClaimMove;
pub use counted::count_from_zero;
pub use customers::apply::{Applied, BadField, SentForm};
pub use customers::evidence::{Kept, Unfit};
pub use customers::receive::{Inbound, Received};
pub use customers::said::Rating;
pub use customers::sessions::{Opened, Visit};
pub use error::DeskError;
pub use events::endpoints::{
    Deliveries, DeliveryStand, InvalidPlace, Known as KnownEndpoint, Place, Wanted,
};
pub use platforms::arrival::Arrival;
pub use platforms::fates::{Fate, FateOfAll};
pub use platforms::renaming::Renaming;
pub use platforms::said_there::SaidThere;
pub use privacy::erasure::Held;
pub use privacy::kinds::{Fate as FateOfKind, Kind as HeldKind};
pub use privacy::shares::Shared;
pub use queue::line::Typing;
pub use queue::roster::Says;
pub use troubles::notices;

/// What lost to a faster change of the same conversation is made again on the new state, so often.
const ATTEMPTS: usize = 8;
/// Customers, in the store's index of what was sent.
const CUSTOMER: &str = "customer";

/// How the desk behaves.
#[derive(Clone, Copy, Debug)]
pub struct Options {
    /// So many turns of the bot, then a person.
    pub turn_budget: u16,
    /// How long an unclear short message waits for the next one.
    pub settle: Duration,
    /// The length of a message, in characters.
    pub text_chars: usize,
    /// So much working time before a promise lapses, the desk looks whether it is kept.
    pub promise_lead: SignedDuration,
    /// After so many days without a word, what is over is erased; 0 keeps it for ever.
    pub keep_days: u32,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            turn_budget: 30,
            settle: Duration::from_millis(1200),
            text_chars: 10_000,
            promise_lead: SignedDuration::from_hours(2),
            keep_days: 0,
        }
    }
}

/// The desk.
#[derive(Debug)]
pub struct Desk {
    store: Store,
    rules: ArcSwap<Rules>,
    /// How policies were worded since the desk started.
    worded: policies::Worded,
    subscriptions: ArcSwap<Vec<Subscription>>,
    /// From which account the customers of a site are written to.
    mailboxes: ArcSwap<BTreeMap<SiteId, EndpointId>>,
    /// The accounts whose people at the platform take over what is handed over.
    hands_over: ArcSwap<BTreeSet<EndpointId>>,
    /// The accounts that are on; none where nobody said which.
    on: ArcSwapOption<BTreeSet<EndpointId>>,
    /// The address that customers' browsers know the desk by.
    public: ArcSwapOption<String>,
    sites: BTreeMap<SiteId, Site>,
    clock: Clock,
    live: Live,
    options: Options,
    /// How promises turned out since the desk started.
    promised: Tallied,
    /// Turns on one conversation wait for each other, so that they rarely meet at the store's revision check.
    visitors: Lanes,
    /// Guesses at one order wait for each other, so that each is counted before the next.
    proofs: Lanes,
    /// Wrong guesses from one address wait for each other, so that each is counted.
    addresses: Lanes,
    /// Files for one merchant are held against earlier ones one after the other.
    files: Lanes,
    /// The agents who keep what they have begun to write.
    drafting: Lanes,
    /// How often troubles come.
    surges: Counted,
    /// Pictures are unpacked a few at a time.
    pictures: Arc<Semaphore>,
    /// Who waits for people, who is there, who writes.
    line: Line,
    /// Who looked at what a while ago.
    looks: audit::Looks,
    /// Passwords are tried a few at a time.
    passwords: Semaphore,
    /// What they did last.
    touches: touches::Touches,
    /// Who of the agents is there.
    roster: roster::Roster,
    /// Up to where conversations were looked at for their age.
    kept_until: tokio::sync::Mutex<Option<ConversationId>>,
    /// Which of them wait for claims alone.
    open_claims: retention::OpenClaims,
    /// Who has which conversation open.
    lookers: lookers::Lookers,
    customers_write: customer_types::CustomersWrite,
    /// Second factors that agents have been shown.
    second_factors: second_factor::Offered,
    /// What agents can take back.
    just_done: undo::JustDone,
    /// What agents look for again and again is changed by one at a time.
    filtering: tokio::sync::Mutex<()>,
    /// Ready answers are changed by one at a time.
    canned: tokio::sync::Mutex<()>,
    /// The index of words is changed by one at a time.
    indexing: tokio::sync::Mutex<()>,
}

impl Desk {
    /// A desk on an open store.
    #[must_use]
    pub fn new(
        store: Store,
        rules: impl Into<Arc<Rules>>,
        sites: Vec<Site>,
        clock: Clock,
        live: Live,
        options: Options,
    ) -> Arc<Self> {
        let sites = sites
            .into_iter()
            .map(|site| (site.id.clone(), site))
            .collect();
        let rules = rules.into();
        let worded = policies::Worded::default();
        worded.learn(&rules);
        Arc::new(Self {
            store,
            rules: ArcSwap::new(rules),
            worded,
            subscriptions: ArcSwap::from_pointee(Vec::new()),
            mailboxes: ArcSwap::default(),
            hands_over: ArcSwap::default(),
            on: ArcSwapOption::empty(),
            public: ArcSwapOption::empty(),
            sites,
            clock,
            live,
            options,
            promised: Tallied::default(),
            visitors: Lanes::new(),
            proofs: Lanes::new(),
            addresses: Lanes::new(),
            files: Lanes::new(),
            drafting: Lanes::new(),
            surges: Counted::default(),
            pictures: Arc::new(Semaphore::new(evidence::AT_ONCE)),
            line: Line::default(),
            looks: audit::Looks::default(),
            passwords: Semaphore::new(log_ins::AT_ONCE),
            touches: touches::Touches::default(),
            roster: roster::Roster::default(),
            kept_until: tokio::sync::Mutex::default(),
            open_claims: retention::OpenClaims::default(),
            lookers: lookers::Lookers::default(),
            customers_write: customer_types::CustomersWrite::default(),
            second_factors: second_factor::Offered::default(),
            just_done: undo::JustDone::default(),
            filtering: tokio::sync::Mutex::default(),
            canned: tokio::sync::Mutex::default(),
            indexing: tokio::sync::Mutex::default(),
        })
    }

    /// The rules in force.
    #[must_use]
    pub fn rules(&self) -> Arc<Rules> {
        self.rules.load_full()
    }

    /// The words of a transcript, as the rules in force have them.
    #[must_use]
    pub fn transcript_labels(&self, language: Language) -> Labels {
        self.rules.load().replies.transcript(language)
    }

    /// The widget's own words, and what each matter is called on its button, as the rules in force have them.
    #[must_use]
    pub fn widget_words(&self) -> (Wording, Wording) {
        self.rules.load().widget_words()
    }

    /// The words of the inbox, what each matter is called, and why a person has a conversation, as the rules in force have them.
    #[must_use]
    pub fn inbox_words(&self, language: Language) -> (Wording, Wording, Labels) {
        let rules = self.rules.load();
        let (words, topics) = rules.widget_words();
        (words, topics, rules.replies.transcript(language))
    }

    /// The short sentences of briefs in other languages, each with what it is in this one.
    pub fn brief_words(&self, language: Language) -> BTreeMap<String, String> {
        brief_words(&self.rules.load(), language)
    }

    /// Puts other rules into force, for the next message.
    pub fn set_rules(&self, rules: impl Into<Arc<Rules>>) {
        let rules = rules.into();
        self.worded.learn(&rules);
        self.rules.store(rules);
    }

    /// Puts others in place of those who are told of events, from the next one on.
    pub fn set_subscriptions(&self, subscriptions: Vec<Subscription>) {
        self.subscriptions.store(Arc::new(subscriptions));
    }

    /// The storefront with this key.
    ///
    /// # Errors
    /// [`DeskError::NotFound`] when there is none.
    pub fn site(&self, id: &SiteId) -> Result<&Site, DeskError> {
        self.sites.get(id).ok_or(DeskError::NotFound)
    }

    /// All storefronts.
    pub fn sites(&self) -> impl Iterator<Item = &Site> {
        self.sites.values()
    }

    /// Where readers wait for changes.
    #[must_use]
    pub const fn live(&self) -> &Live {
        &self.live
    }

    /// Who knows the time.
    #[must_use]
    pub const fn clock(&self) -> &Clock {
        &self.clock
    }

    /// What the store says about itself.
    #[must_use]
    pub fn store_report(&self) -> crate::store::Report {
        self.store.report()
    }
}
