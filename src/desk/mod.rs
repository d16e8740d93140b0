//! The application: what can be done with the desk, whoever asks. The only writer.
//!
//! Each call loads what it needs, lets the pure parts decide, and commits all of it or nothing. It knows nothing of HTTP or
//! terminals. In reading order:
//!
//! - **Customers speak**: `turn` is the pure heart, `receive` takes their messages, `arrivals` those of messaging platforms (`arrival` one
//!   of them,
//!   `fates` what became of answers there, `openings` what may be said though nobody wrote, `renaming` who is called by another name, `there` what people there have, `said_there` what they say), `parts` half sentences, `said` what is said by a button and no message, `apply` refund applications that come as a form,
//!   `evidence` files that are handed in, `sessions` who may speak.
//! - **What is known**: `orders` that shops hand in, `case_facts` that people need to know, `claims` and what becomes of them (`policies` by what they were decided), `take_up` of those that waited
//!   for something to be shown, `promises` and what is looked at when its time comes, `notices` of troubles that are known, `surges` that the desk believes to see.
//! - **People work**: `lists` what they look at, `agents` what they do, `colleagues` what they do among each other, `bulk` what is done to many at once, `corrections` what they have put right
//!   at the merchant's, `merge` how
//!   two conversations of one person become one, `lookers` who has what open, `availability` who is there and who gets what waits (`roster`),
//!   `line` who waits for people and for how long, `service` how soon they answer, `search` what is found by its words,
//!   `written_drafts` what they have begun to write, `saved_filters` what they look for again and again, `canned` what they have ready, `reviews` where the bot was wrong, `log_ins` how
//!   they come in (`touches` for how long), `accounts` and `roll` who may, `audit` what is written down of them (`searched` of what they looked for), `counted` what went wrong.
//! - **What leaves the desk**: `letters` by e-mail to those who left an address, `way_back` links from platforms to a page, `who_speaks` that it is a program, `notify` what merchants' programs are told, `dispute` what one is about, `pack` what is
//!   given out for it, `shares` links to a transcript, `reports` what days added up to, `holdings` and `erasure` what is held on a person (`filters_with` in what agents look for), `erasing` how it goes,
//!   `retention` what was kept long enough.

pub mod accounts;
mod again;
mod agents;
mod answered;
mod apply;
mod arrival;
mod arrivals;
mod aside;
mod audit;
mod availability;
mod bulk;
mod canned;
mod cards;
mod case_facts;
mod claims;
mod colleagues;
mod corrections;
mod counted;
mod customer_types;
mod dispute;
mod draft;
mod due;
mod endpoints;
mod erasing;
mod erasure;
mod error;
mod evidence;
mod facts;
mod fates;
mod filters_with;
mod history;
mod holdings;
mod lanes;
mod letters;
mod line;
mod links;
mod lists;
mod log_ins;
mod look_over;
mod lookers;
mod merge;
pub mod notices;
mod notify;
mod off;
mod openings;
mod orders;
mod pack;
mod parts;
mod policies;
mod promises;
mod proofs;
mod pulls;
mod rated;
mod receive;
mod renaming;
mod repeated;
mod reports;
mod retention;
pub mod reviews;
mod robots;
mod roll;
mod roster;
mod said;
mod said_there;
mod saved_filters;
mod search;
mod searched;
mod second_factor;
mod service;
mod sessions;
mod shares;
mod surges;
mod take_up;
mod there;
mod touches;
pub mod turn;
mod two_people;
mod undo;
mod way_back;
mod who_speaks;
mod written_drafts;

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

use lanes::Lanes;
use line::Line;
use promises::Tallied;
use surges::Counted;

pub use crate::engine::dialogue::cause_in_words;
pub use agents::Left;
pub use apply::{Applied, BadField, SentForm};
pub use arrival::Arrival;
pub use audit::AuditAsked;
pub use bulk::{BulkChange, Changed};
pub use case_facts::{CaseFacts, Deciding, OrderFacts};
pub use claims::ClaimMove;
pub use corrections::PutRight;
pub use counted::count_from_zero;
pub use endpoints::{
    Deliveries, DeliveryStand, InvalidPlace, Known as KnownEndpoint, Place, Wanted,
};
pub use erasure::Held;
pub use error::DeskError;
pub use evidence::{Kept, Unfit};
pub use fates::{Fate, FateOfAll};
pub use holdings::{Fate as FateOfKind, Kind as HeldKind};
pub use line::Typing;
pub use lists::InboxQuery;
pub use log_ins::{LoggedIn, Pass};
pub use look_over::Overseen;
pub use lookers::{Looker, Looks};
pub use receive::{Inbound, Received};
pub use renaming::Renaming;
pub use reports::Report;
pub use roster::Says;
pub use said::Rating;
pub use said_there::SaidThere;
pub use sessions::{Opened, Visit};
pub use shares::Shared;
pub use written_drafts::Begun;

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
