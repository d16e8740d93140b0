//! A small shop with a desk on a real store in a temporary folder, and a clock that stands still until it is moved.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, LazyLock};
use std::time::Duration;

use frontdesk::clock::{Clock, token, token_hash};
use frontdesk::desk::{Desk, Inbound, Opened, Options, Received, Visit};
use frontdesk::domain::account::{Agent, ApiKey, Session};
use frontdesk::domain::conversation::{Event, EventBody, Identity, Role};
use frontdesk::domain::ids::{AgentId, ClientId, EndpointId, MerchantId, SiteId};
use frontdesk::domain::language::Language;
use frontdesk::domain::proof::ProofLevel;
use frontdesk::domain::rights::Rights;
use frontdesk::domain::site::Site;
use frontdesk::domain::webhook::EventKind;
use frontdesk::engine::Rules;
use frontdesk::engine::replies::Replies;
use frontdesk::live::Live;
use frontdesk::store::{self, Commit, Store};
use jiff::Timestamp;
use serde_json::Value;

/// A Friday within working hours.
pub const BEGIN: &str = "2026-11-20T10:00:00Z";

/// The rules of this repository.
pub fn rules() -> Arc<Rules> {
    Arc::clone(&RULES)
}

/// They take their time to be read, so all desks have the same.
static RULES: LazyLock<Arc<Rules>> = LazyLock::new(|| {
    let folder = std::path::Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/intents"));
    let files = frontdesk::rules_folder::read_folder(folder).unwrap();
    let book = frontdesk::engine::rules::load::load(files).book.unwrap();
    let replies = Replies::build(&book).unwrap();
    Arc::new(Rules::new(&book, replies))
});

/// A storefront of a merchant.
pub fn site(key: &str, merchant: &str) -> Site {
    let merchant = MerchantId::parse(merchant).unwrap();
    Site {
        id: SiteId::parse(key).unwrap(),
        merchant_name: "Linden & Co".to_owned(),
        origins: vec!["https://shop.example".to_owned()],
        language: Language::En,
        payment_hosts: vec!["pay.linden.example".to_owned()],
        team: None,
        merchant_team: Some("linden-merchant".to_owned()),
        refund_proof: ProofLevel::Owner,
        calendar: Arc::default(),
        gives_out: false,
        service: frontdesk::domain::service::Levels::default(),
        merchant,
    }
}

/// The shop.
pub struct Shop {
    pub desk: Arc<Desk>,
    pub store: Store,
    pub clock: Clock,
    pub folder: tempfile::TempDir,
    sent: AtomicU64,
}

impl Shop {
    /// The folder that is left when the shop is shut; nobody else may have its store.
    pub fn closed(self) -> tempfile::TempDir {
        self.store.close();
        self.folder
    }

    /// A shop with the orders of the dialogues.
    pub async fn open() -> Self {
        Self::with_settle(Duration::ZERO).await
    }

    /// The same, with a time to wait for the rest of half a sentence.
    pub async fn with_settle(settle: Duration) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let shop = Self::on(folder, BEGIN.parse().unwrap(), settle);
        let orders = include_str!("../data/dialogues/orders.json");
        let orders = frontdesk::domain::order_record::parse_many(orders, None);
        let commit = orders
            .into_iter()
            .fold(Commit::new(), |commit, order| commit.order(order.unwrap()));
        shop.store.commit(commit).await.unwrap();
        shop
    }

    fn on(folder: tempfile::TempDir, now: Timestamp, settle: Duration) -> Self {
        let clock = Clock::manual(now);
        let store = Store::open(&store::Options::new(folder.path().join("data"), now)).unwrap();
        let sites = vec![site("linden", "m_linden"), site("other", "m_other")];
        let options = Options {
            settle,
            ..Options::default()
        };
        let desk = Desk::new(
            store.clone(),
            rules(),
            sites,
            clock.clone(),
            Live::new(),
            options,
        );
        Self {
            desk,
            store,
            clock,
            folder,
            sent: AtomicU64::new(0),
        }
    }

    /// Stops and starts again on the same folder, as after a crash.
    pub fn restart(self, settle: Duration) -> Self {
        let Self {
            desk,
            store,
            clock,
            folder,
            ..
        } = self;
        store.close();
        drop((desk, store));
        Self::on(folder, clock.now(), settle)
    }

    /// Moves the clock.
    pub fn wait(&self, hours: i64) {
        self.clock
            .move_to(self.clock.now() + jiff::SignedDuration::from_hours(hours));
    }

    /// Somebody comes to the storefront.
    pub async fn visit(&self) -> Session {
        self.visit_as(None).await.session
    }

    /// Somebody comes, signed in by the shop or not.
    pub async fn visit_as(&self, identity: Option<Identity>) -> Opened {
        let visit = Visit {
            site: SiteId::parse("linden").unwrap(),
            identity,
            role: Role::Customer,
            language: Some(Language::En),
            page: Default::default(),
        };
        self.desk.open_session(visit).await.unwrap()
    }

    /// A message under a name of its own.
    pub async fn send(&self, session: &Session, text: &str) -> Received {
        let name = self.sent.fetch_add(1, Ordering::Relaxed);
        self.send_as(session, &format!("c{name}"), text).await
    }

    /// A message under a given name.
    pub async fn send_as(&self, session: &Session, name: &str, text: &str) -> Received {
        let client_id = ClientId::parse(name).unwrap();
        let inbound = Inbound {
            client_id,
            text: text.to_owned(),
            choice: None,
            address: Some("192.0.2.1".to_owned()),
        };
        self.desk.receive(session, inbound).await.unwrap()
    }

    /// The bodies of what the shop's program is told, in order.
    pub async fn told(&self, kind: EventKind) -> Vec<Value> {
        let endpoint = EndpointId::parse("linden").unwrap();
        let waiting = self.store.waiting_deliveries(&endpoint, 0, 50).await;
        let of_kind = waiting.unwrap().into_iter().filter(|it| it.kind == kind);
        of_kind
            .map(|delivery| serde_json::from_str(&delivery.body).unwrap())
            .collect()
    }

    /// An agent, of one merchant or of all.
    pub async fn agent(&self, id: &str, merchant: Option<&str>) -> Agent {
        let agent = Agent {
            id: AgentId::parse(id).unwrap(),
            name: format!("Agent {id}"),
            merchant: merchant.map(|merchant| MerchantId::parse(merchant).unwrap()),
            token: token_hash(&token("fda_")),
            disabled: false,
            created_at: self.clock.now(),
            rights: Rights::default(),
        };
        self.store
            .commit(Commit::new().agent(agent.clone()))
            .await
            .unwrap();
        agent
    }

    /// A merchant's key.
    pub fn key(&self, merchant: &str) -> ApiKey {
        ApiKey {
            prefix: "fdk_0".to_owned(),
            token: token_hash(&token("fdk_")),
            merchant: MerchantId::parse(merchant).unwrap(),
            created_at: self.clock.now(),
        }
    }
}

/// The texts that were written and said, in order.
pub fn texts(events: &[Event]) -> Vec<&str> {
    events
        .iter()
        .filter_map(|event| match &event.body {
            EventBody::Reply { text, .. } | EventBody::Message { text, .. } => Some(text.as_str()),
            _ => None,
        })
        .collect()
}
