//! A whole desk for a test: the real router on a loopback port, the real store in a folder of its own, a clock that the test moves.

mod parts;

use std::net::SocketAddr;
use std::sync::atomic::{AtomicU16, Ordering};
use std::sync::{Arc, LazyLock};
use std::time::Duration;

use frontdesk::clock::{self, Clock};
use frontdesk::desk::Desk;
use frontdesk::domain::account::{Agent, ApiKey};
use frontdesk::domain::claim::{Application, ClaimCause, OrderClaims};
use frontdesk::domain::ids::{AgentId, ConversationId, MerchantId, OrderId};
use frontdesk::domain::money::Money;
use frontdesk::domain::order_record::{self, Defaults};
use frontdesk::domain::password::PasswordHash;
use frontdesk::domain::rights::{AgentRole, Rights};
use frontdesk::domain::verdict::{Decision, Verdict, VerdictReason};
use frontdesk::http::{
    self, Accounts, App, Check, Limits, Options, Pages, Parts, Readiness, Served, Streams,
};
use frontdesk::live::Live;
use frontdesk::rules_folder::built_in_widget_words;
use frontdesk::store::{Commit, Store};
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use rand::RngExt as _;
use reqwest::{Method, RequestBuilder, Response};
use secrecy::{ExposeSecret, SecretString};
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

pub use parts::{
    book_in_force, files_in_force, folder_without_phrases, no_limits, rules_without_phrases,
};
use parts::{config, open_desk, open_store, sites};

/// When every test begins: a Friday within working hours.
pub const BEGIN: &str = "2026-11-20T10:00:00Z";
/// The secret with which the shop `linden` signs.
pub const SECRET: &str = "linden-secret-0123456789abcdef0123";

/// The password of every agent in these tests.
pub const PASSWORD: &str = "kept in a drawer";
/// It takes its time, so it is hashed once.
static HASHED: LazyLock<PasswordHash> =
    LazyLock::new(|| PasswordHash::of(&SecretString::from(PASSWORD), [7; 16]).unwrap());

/// Longer than a test takes on a machine that does a hundred other things. The desk is served by the test's own thread: where that waits for a
/// program or reads a folder, the desk finds afterwards that nothing has come for so long.
const LONG: u16 = 900;

/// A client for tests. A connection that has been idle for longer may be one that the other side closes at this moment, and is not used again.
pub fn client() -> reqwest::Client {
    let client = reqwest::Client::builder().no_proxy();
    let client = client.pool_idle_timeout(Duration::from_secs(5));
    client.build().unwrap()
}

/// A desk that serves. Dropping it stops it at once and takes its data along.
pub struct TestApp {
    pub base: String,
    pub address: SocketAddr,
    pub clock: Clock,
    pub store: Store,
    pub app: App,
    client: reqwest::Client,
    stop: Option<oneshot::Sender<()>>,
    server: JoinHandle<Served>,
    visitor: tokio::sync::OnceCell<Visitor>,
    folder: tempfile::TempDir,
}

/// A visitor of the shop `linden`, or of another.
#[derive(Clone)]
pub struct Visitor {
    pub token: String,
}

impl TestApp {
    /// With limits that no test meets by accident.
    pub async fn start() -> Self {
        Self::with(|options| options.limits = no_limits()).await
    }

    /// That erases what is over after so many days.
    pub async fn keeping(days: u32) -> Self {
        Self::set_up(
            |options| options.limits = no_limits(),
            (days, Duration::ZERO),
        )
        .await
    }

    /// That waits so long for the rest of half a sentence.
    pub async fn settling(settle: Duration) -> Self {
        Self::set_up(|options| options.limits = no_limits(), (0, settle)).await
    }

    /// With settings of its own.
    pub async fn with(set: impl FnOnce(&mut Options)) -> Self {
        Self::set_up(set, (0, Duration::ZERO)).await
    }

    async fn set_up(set: impl FnOnce(&mut Options), (keep_days, settle): (u32, Duration)) -> Self {
        let folder = tempfile::Builder::new().prefix("desk").tempdir().unwrap();
        let clock = Clock::manual(BEGIN.parse().unwrap());
        let live = Live::new();
        let store = open_store(&folder, &clock);
        let config = config();
        let desk = open_desk(store.clone(), &config, &clock, &live, (keep_days, settle));
        // What a stream has to say is read until it says that it is there: it has then looked, and nothing was new.
        let mut options = Options {
            ping_seconds: 1,
            head_seconds: LONG,
            body_seconds: LONG,
            write_seconds: LONG,
            answer_seconds: LONG,
            ..Options::default()
        };
        set(&mut options);
        let app = App::new(Parts {
            desk,
            sites: sites(&config),
            limits: Limits::new(&options.limits),
            streams: Streams::new(options.max_streams_per_caller),
            readiness: Readiness::new(|| {
                vec![Check {
                    name: "store",
                    ok: true,
                    detail: None,
                }]
            }),
            pages: Pages::new(built_in_widget_words(), None),
            accounts: Accounts::default(),
            options: options.clone(),
        });
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (stop, stopped) = oneshot::channel();
        let server = tokio::spawn(http::serve(
            listener,
            http::router(&app),
            options,
            live,
            async {
                let _ = stopped.await;
            },
        ));
        Self {
            base: format!("http://{address}"),
            address,
            clock,
            store,
            app,
            client: client(),
            stop: Some(stop),
            server,
            visitor: tokio::sync::OnceCell::new(),
            folder,
        }
    }

    /// A request, to be completed and sent.
    pub fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.client.request(method, format!("{}{path}", self.base))
    }

    pub fn get(&self, path: &str) -> RequestBuilder {
        self.request(Method::GET, path)
    }

    pub fn post(&self, path: &str) -> RequestBuilder {
        self.request(Method::POST, path)
    }

    /// A new visitor of a site.
    pub async fn visitor_of(&self, site: &str) -> Visitor {
        self.open(&json!({"site": site})).await
    }

    /// A new visitor whom the shop `linden` signed in.
    pub async fn signed_in(&self, claims: &Value) -> Visitor {
        let token = self.sign(claims, SECRET);
        self.open(&json!({"site": "linden", "token": token})).await
    }

    /// A shop's token: the claims, and what they lack for `linden`.
    pub fn sign(&self, claims: &Value, secret: &str) -> String {
        let mut whole =
            json!({"sub": "u1", "aud": "linden", "exp": self.clock.now().as_second() + 600});
        for (name, value) in claims.as_object().unwrap() {
            whole[name] = value.clone();
        }
        let key = EncodingKey::from_secret(secret.as_bytes());
        encode(&Header::new(Algorithm::HS256), &whole, &key).unwrap()
    }

    /// A session, opened as a page opens it.
    pub async fn open(&self, body: &Value) -> Visitor {
        let response = self.post("/v1/sessions").json(body).send().await.unwrap();
        assert_eq!(response.status(), 201, "{body}");
        let body: Value = response.json().await.unwrap();
        Visitor {
            token: body["session"].as_str().unwrap().to_owned(),
        }
    }

    /// The one visitor whom `say` speaks for.
    pub async fn visitor(&self) -> Visitor {
        self.visitor
            .get_or_init(|| self.visitor_of("linden"))
            .await
            .clone()
    }

    /// Says something as the one visitor, and gives the bot's replies.
    pub async fn say(&self, text: &str) -> Vec<String> {
        let visitor = self.visitor().await;
        self.say_as(&visitor, text).await
    }

    /// Says something as a visitor, and gives the bot's replies.
    pub async fn say_as(&self, visitor: &Visitor, text: &str) -> Vec<String> {
        let answer = self.send(visitor, text).await;
        answer["replies"]
            .as_array()
            .unwrap()
            .iter()
            .map(|reply| reply["text"].as_str().unwrap().to_owned())
            .collect()
    }

    /// Says something as a visitor, and gives the whole answer.
    pub async fn send(&self, visitor: &Visitor, text: &str) -> Value {
        let body = json!({"client_id": fresh_id(), "text": text});
        let response = self
            .post("/v1/messages")
            .bearer_auth(&visitor.token)
            .json(&body);
        let response = response.send().await.unwrap();
        assert_eq!(response.status(), 200, "{text}");
        response.json().await.unwrap()
    }

    /// A new agent, of one merchant or of all: their token.
    pub async fn agent(&self, id: &str, merchant: Option<&str>) -> String {
        self.agent_as(id, merchant, AgentRole::Agent).await
    }

    /// A new agent with a role: their token. Their password is [`PASSWORD`].
    pub async fn agent_as(&self, id: &str, merchant: Option<&str>, role: AgentRole) -> String {
        let token = clock::token("fda_");
        let agent = Agent {
            id: AgentId::parse(id).unwrap(),
            name: format!("Name of {id}"),
            merchant: merchant.map(|merchant| MerchantId::parse(merchant).unwrap()),
            token: clock::token_hash(&token),
            disabled: false,
            created_at: self.clock.now(),
            rights: Rights {
                role,
                password: Some(HASHED.clone()),
                ..Rights::default()
            },
        };
        self.store.commit(Commit::new().agent(agent)).await.unwrap();
        token.expose_secret().to_owned()
    }

    /// A new API key of a merchant.
    pub async fn api_key(&self, merchant: &str) -> String {
        let token: SecretString = clock::token("fdk_");
        let key = ApiKey {
            prefix: token.expose_secret()[..8].to_owned(),
            token: clock::token_hash(&token),
            merchant: MerchantId::parse(merchant).unwrap(),
            created_at: self.clock.now(),
        };
        self.store.commit(Commit::new().api_key(key)).await.unwrap();
        token.expose_secret().to_owned()
    }

    /// Puts an order of a merchant into the store.
    pub async fn order(&self, merchant: &str, id: &str) {
        self.order_as(merchant, id, "refunding").await;
    }

    /// The same in another state.
    pub async fn order_as(&self, merchant: &str, id: &str, status: &str) {
        let record = json!({"id": id, "merchant": merchant, "status": status, "amount": "64.00", "currency": "GBP",
            "created_at": "2026-11-10T08:00:00Z", "paid_at": "2026-11-10T08:01:00Z", "items": ["lamp"],
            "customer": {"name": "Ann Lee", "email": format!("{}@example.org", id.to_lowercase()), "phone": "+447700900123"}});
        let order = order_record::parse(&record, &Defaults::default()).unwrap();
        self.store.commit(Commit::new().order(order)).await.unwrap();
    }

    /// A claim of one pound on an order that is there, for a person to decide.
    pub async fn claim(&self, merchant: &str, order: &str, conversation: &str) {
        let merchant = MerchantId::parse(merchant).unwrap();
        let order = OrderId::parse(order).unwrap();
        let order = self.store.order(&merchant, &order).await.unwrap().unwrap();
        let mut claims = OrderClaims::none(merchant, order.id.clone());
        let asked = Application {
            conversation: Some(ConversationId::parse(conversation).unwrap()),
            amount: Some(Money::parse("1.00", "GBP").unwrap()),
            items: Vec::new(),
            cause: ClaimCause::Damaged,
            note: None,
            evidence: Vec::new(),
        };
        let draft = claims.draft(&order, asked, self.clock.now()).unwrap();
        let verdict = Verdict {
            decision: Decision::Person,
            reason: VerdictReason::NoLimit,
            clause: "none".to_owned(),
            at: None,
        };
        claims.submit(&order, draft, verdict).unwrap();
        let commit = Commit::new().claims(claims);
        self.store.commit(commit).await.unwrap();
    }

    /// A conversation that waits for a person: the visitor's, and its id.
    pub async fn waiting(&self, site: &str) -> (Visitor, String) {
        let visitor = self.visitor_of(site).await;
        let answer = self.send(&visitor, "I want to talk to a human").await;
        (visitor, answer["conversation"].as_str().unwrap().to_owned())
    }

    /// Another desk on the same data, as after a restart: it knows nothing but what is written down.
    pub fn desk_anew(&self) -> Arc<Desk> {
        let (store, clock, live) = (self.store.clone(), &self.clock, Live::new());
        open_desk(store, &config(), clock, &live, (0, Duration::ZERO))
    }

    /// Where the data are.
    pub fn data(&self) -> std::path::PathBuf {
        self.folder.path().join("data")
    }

    /// Stops as on SIGTERM and says how it went.
    pub async fn stop(mut self) -> Served {
        let _ = self.stop.take().map(|stop| stop.send(()));
        let server = &mut self.server;
        tokio::time::timeout(Duration::from_secs(20), server)
            .await
            .unwrap()
            .unwrap()
    }
}

impl Drop for TestApp {
    fn drop(&mut self) {
        self.server.abort();
    }
}

/// A problem's status and code.
pub async fn problem(response: Response) -> (u16, String) {
    let status = response.status().as_u16();
    let kind = response.headers()["content-type"]
        .to_str()
        .unwrap()
        .to_owned();
    let text = response.text().await.unwrap();
    assert_eq!(kind, "application/problem+json", "{status} {text}");
    let body: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(body["status"], status);
    assert!(
        body["detail"]
            .as_str()
            .is_some_and(|detail| detail.len() > 10),
        "{body}"
    );
    (status, body["code"].as_str().unwrap().to_owned())
}

/// An id that nobody has used.
pub fn fresh_id() -> String {
    uuid::Uuid::now_v7().to_string()
}

/// A port that a program may listen on in a moment. It is not one of those that the system gives to whoever asks for any, and none that
/// another test was given before: that one's program could answer in this one's place.
pub fn free_port() -> u16 {
    const FIRST: u16 = 10_000;
    const COUNT: u16 = 20_000;
    static NEXT: LazyLock<AtomicU16> =
        LazyLock::new(|| AtomicU16::new(rand::rng().random_range(0..COUNT)));
    let mut ports = std::iter::repeat_with(|| FIRST + NEXT.fetch_add(1, Ordering::Relaxed) % COUNT);
    let is_free = |port: &u16| std::net::TcpListener::bind(("127.0.0.1", *port)).is_ok();
    ports.find(is_free).unwrap()
}
