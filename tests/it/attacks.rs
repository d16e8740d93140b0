//! What the attacks have in common: every operation that the API says of itself, everybody who might call it, and bytes as they are.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::time::Duration;

use frontdesk::desk::notices::{Register, declare};
use frontdesk::domain::ids::{ClientId, IntentId, MerchantId, NoticeId};
use frontdesk::domain::language::Language;
use frontdesk::domain::notice::{Affected, Declaration, DeclaredBy};
use frontdesk::domain::rights::AgentRole;
use frontdesk::http::inventory;
use reqwest::{Method, RequestBuilder, Response};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use crate::evidence::{form, pdf};
use crate::support::{TestApp, Visitor, fresh_id};

/// One operation of `/openapi.json`.
#[derive(Clone, Debug)]
pub struct Operation {
    pub method: Method,
    /// With its parameters in braces.
    pub path: String,
    /// Who it is for: `visitor`, `agent`, `merchant`, `operator`.
    pub tag: String,
    /// Whether it asks for a token.
    pub guarded: bool,
}

impl Operation {
    /// Its path with the parameters filled in.
    pub fn at(&self, conversation: &str, order: &str) -> String {
        let claim = format!("{order}-1");
        let notice = own_notice();
        let link = format!("{conversation}.1");
        let id = match () {
            () if self.path.starts_with("/v1/payment-links/") => link.as_str(),
            () if self.path.starts_with("/v1/notices/") => notice.as_str(),
            () if self.path.starts_with("/v1/orders/") => order,
            () if self.path.starts_with("/v1/refunds/") => claim.as_str(),
            () => conversation,
        };
        self.path
            .replace("{id}", id)
            .replace("{conversation}", conversation)
            .replace("{claim}", &claim)
            .replace("{seq}", "1")
            .replace("{name}", "parcel")
            .replace("/v1/reports/{form}", "/v1/reports/report.json")
            .replace("{form}", "transcript.json")
            .replace("{sha256}", &"0".repeat(64))
    }

    /// Whether it is about one conversation or one order.
    pub fn names_one(&self) -> bool {
        self.path.contains("{id}")
    }

    /// Whether it changes something.
    pub fn changes(&self) -> bool {
        self.method != Method::GET
    }

    /// Whether it takes a form with a file, and no JSON.
    pub fn takes_files(&self) -> bool {
        self.changes() && self.path.ends_with("/attachments")
    }

    /// A body that it takes; none for those without.
    pub fn good_body(&self) -> Option<Value> {
        if !self.changes() {
            return None;
        }
        Some(match self.path.as_str() {
            "/v1/sessions" => json!({"site": "linden"}),
            "/v1/orders/{id}" => {
                json!({"status": "processing", "amount": "1.00", "currency": "GBP",
                "created_at": "2026-11-01T00:00:00Z"})
            }
            "/v1/orders/batch" => {
                json!([{"id": "B1", "status": "processing", "amount": "1.00", "currency": "GBP",
                "created_at": "2026-11-01T00:00:00Z"}])
            }
            "/v1/canned/{name}" if self.method == Method::PUT => {
                json!({"texts": {"en": "Your parcel is late."}})
            }
            "/v1/filters" => json!({"filters": [{"name": "mine", "view": "mine"}]}),
            "/v1/login" => json!({"agent": "mei", "password": "no such password"}),
            "/v1/availability" => json!({"availability": "paused"}),
            path if path.starts_with("/v1/second-factor/") => json!({"code": "000000"}),
            "/v1/password" => json!({"old": "no such password", "new": "another password"}),
            path if path.ends_with("/priority") => json!({"priority": "high"}),
            path if path.ends_with("/erase") => json!({"conversations": 1_000}),
            path if path.ends_with("/wrong") => json!({"reply": 3}),
            "/v1/bulk" => {
                json!({"conversations": [], "change": {"do": "resolve"}})
            }
            "/v1/bulk/undo" => json!({"done": []}),
            path if path.ends_with("/merge") => json!({"from": "nobodys"}),
            path if path.ends_with("/put-right") => json!({"order": "nobodys", "pay_again": true}),
            path if path.ends_with("/merchant") => json!({"text": "please send it again"}),
            path if path.ends_with("/labels") => json!({"add": ["late"]}),
            path if path.ends_with("/assign") => json!({"agent": "mei"}),
            "/v1/notices" => json!({"client_id": "n2", "intents": ["payout_missing"]}),
            path if path.ends_with("/confirm") => json!({"texts": {}}),
            path if path.ends_with("/messages") || path.ends_with("/notes") => {
                json!({"client_id": fresh_id(), "text": "hello"})
            }
            path if path.ends_with("/look-over") => json!({"text": "hello"}),
            "/v1/continue" => json!({"link": "x.1.y"}),
            "/v1/identity" => json!({"token": "x.y.z"}),
            "/v1/csat" => json!({"client_id": fresh_id(), "score": 4}),
            "/v1/contact" => json!({"client_id": fresh_id(), "email": "mia@example.com"}),
            "/v1/read" => json!({"up_to": 2}),
            "/v1/context" => json!({"cart_total": "64.00 GBP", "page": "/cart"}),
            "/v1/claims" => {
                json!({"client_id": fresh_id(), "order": "A1", "cause": "damaged"})
            }
            path if path.ends_with("/refunds/{claim}") => json!({"decision": "approve"}),
            "/v1/payment-links/{id}" => json!({"url": "https://pay.linden.example/a1"}),
            path if path.ends_with("/refuse") => json!({"reason": "sold out"}),
            path if path.ends_with("/reject") => json!({"reason": "worn"}),
            path if path.ends_with("/request-evidence") => json!({"what": "a photo"}),
            path if path.ends_with("/failed") => json!({"code": "declined"}),
            path if path.ends_with("/snooze") => json!({"until": "2026-12-01T00:00:00Z"}),
            _ => json!({}),
        })
    }

    /// A request to it that nothing is wrong with, but for who asks.
    pub fn request(&self, app: &TestApp, conversation: &str, order: &str) -> RequestBuilder {
        let request = app.request(self.method.clone(), &self.at(conversation, order));
        if self.takes_files() {
            return form(request, &[("file", "", &pdf("a receipt"))]);
        }
        match self.good_body() {
            Some(body) => request.json(&body),
            None => request,
        }
    }

    /// For messages of tests.
    pub fn name(&self) -> String {
        format!("{} {}", self.method, self.path)
    }
}

/// All operations of the API, from its own description; they are the routes, and the routes are they.
pub async fn operations(app: &TestApp) -> Vec<Operation> {
    let described = app.get("/openapi.json").send().await.unwrap();
    let described: Value = described.json().await.unwrap();
    let mut all = Vec::new();
    for (path, methods) in described["paths"].as_object().unwrap() {
        for (method, operation) in methods.as_object().unwrap() {
            let open = operation["security"] == json!([{}]);
            all.push(Operation {
                method: method.to_uppercase().parse().unwrap(),
                path: path.clone(),
                tag: operation["tags"][0].as_str().unwrap().to_owned(),
                guarded: !open,
            });
        }
    }
    let described: BTreeSet<String> = all.iter().map(Operation::name).collect();
    let routed = inventory(&app.app).into_iter();
    let routed: BTreeSet<String> = routed
        .map(|route| format!("{} {}", route.method, route.path))
        .collect();
    assert_eq!(
        described, routed,
        "the description and the routes are not the same"
    );
    all
}

/// Two shops, their people, and a conversation and an order that belong to the first.
pub struct World {
    pub app: TestApp,
    pub owner: Visitor,
    pub conversation: String,
    pub order: String,
    /// Another visitor of the same site, with a conversation of their own.
    pub neighbour: Visitor,
    /// A visitor of the other site.
    pub stranger: Visitor,
    pub platform_agent: String,
    pub own_agent: String,
    pub foreign_agent: String,
    pub own_key: String,
    pub foreign_key: String,
}

/// The notice that the first shop has declared.
fn own_notice() -> NoticeId {
    NoticeId::named(Some(&MerchantId::parse("m_linden").unwrap()), "n1")
}

async fn declare_own_notice(app: &TestApp) {
    let said = Declaration {
        name: ClientId::parse("n1").unwrap(),
        affected: Affected {
            merchant: MerchantId::parse("m_linden").ok(),
            intents: vec![IntentId::parse("payout_missing").unwrap()],
            ..Affected::default()
        },
        since: None,
        texts: [(Language::En, "Payouts are late.".to_owned())].into(),
    };
    let by = DeclaredBy::Merchant;
    let register = Register {
        store: &app.store,
        clock: &app.clock,
        told: &[],
    };
    declare(register, by, said).await.unwrap();
}

/// What only the first shop may see.
pub const CANARY: &str = "CANARY-of-linden";

impl World {
    pub async fn begin() -> Self {
        Self::on(TestApp::start().await).await
    }

    pub async fn on(app: TestApp) -> Self {
        let owner = app.visitor_of("linden").await;
        app.send(&owner, CANARY).await;
        let answer = app.send(&owner, "I want to talk to a human").await;
        let neighbour = app.visitor_of("linden").await;
        app.send(&neighbour, "hello").await;
        let stranger = app.visitor_of("other").await;
        app.send(&stranger, "hello").await;
        app.order("m_linden", "A1042").await;
        let conversation = answer["conversation"].as_str().unwrap().to_owned();
        app.claim("m_linden", "A1042", &conversation).await;
        declare_own_notice(&app).await;
        Self {
            owner,
            conversation,
            order: "A1042".to_owned(),
            neighbour,
            stranger,
            platform_agent: app.agent_as("root", None, AgentRole::Admin).await,
            own_agent: app.agent("mei", Some("m_linden")).await,
            foreign_agent: app.agent_as("wu", Some("m_other"), AgentRole::Lead).await,
            own_key: app.api_key("m_linden").await,
            foreign_key: app.api_key("m_other").await,
            app,
        }
    }

    /// Everybody with a token, and what it opens.
    pub fn everybody(&self) -> Vec<(&'static str, &'static str, &str)> {
        vec![
            ("the owner", "visitor", &self.owner.token),
            ("a neighbour", "visitor", &self.neighbour.token),
            ("a stranger", "visitor", &self.stranger.token),
            ("an agent of the platform", "agent", &self.platform_agent),
            ("an agent of the shop", "agent", &self.own_agent),
            ("an agent of another shop", "agent", &self.foreign_agent),
            ("a key of the shop", "merchant", &self.own_key),
            ("a key of another shop", "merchant", &self.foreign_key),
        ]
    }

    /// What an operation answers somebody: status and text. A stream is read for a moment.
    pub async fn ask(&self, operation: &Operation, token: &str) -> (u16, String) {
        let request = operation.request(&self.app, &self.conversation, &self.order);
        status_and_text(request.bearer_auth(token).send().await.unwrap()).await
    }
}

/// Status and text of an answer; of a stream, all that it has to say when it is opened.
pub async fn status_and_text(mut response: Response) -> (u16, String) {
    let status = response.status().as_u16();
    let is_stream = response
        .headers()
        .get("content-type")
        .is_some_and(|kind| kind.as_bytes().starts_with(b"text/event-stream"));
    if !is_stream {
        return (status, response.text().await.unwrap());
    }
    let mut text = String::new();
    // Behind what connects comes what there is, or that there is nothing, at once or after the machine's own time; then it is silent.
    let (first, silence) = (Duration::from_secs(30), Duration::from_millis(150));
    loop {
        let is_greeted = text.trim_end().ends_with(": connected") || text.is_empty();
        let wait = if is_greeted { first } else { silence };
        match tokio::time::timeout(wait, response.chunk()).await {
            Ok(Ok(Some(part))) => text += &String::from_utf8_lossy(&part),
            _ => return (status, text),
        }
    }
}

/// Sends bytes as they are and reads until the other side closes, or for five seconds without a byte.
pub async fn raw(app: &TestApp, bytes: &[u8]) -> String {
    raw_to_the_end(app, bytes).await.0
}

/// As [`raw`], and whether the other side has closed.
pub async fn raw_to_the_end(app: &TestApp, bytes: &[u8]) -> (String, bool) {
    let mut socket = TcpStream::connect(app.address).await.unwrap();
    let _ = socket.write_all(bytes).await;
    let (mut all, mut part) = (Vec::new(), [0; 4096]);
    let wait = Duration::from_secs(5);
    let closed = loop {
        match tokio::time::timeout(wait, socket.read(&mut part)).await {
            Ok(Ok(0) | Err(_)) => break true,
            Ok(Ok(read)) => all.extend_from_slice(&part[..read]),
            Err(_) => break false,
        }
    };
    (String::from_utf8_lossy(&all).into_owned(), closed)
}

/// Numbers that look random and are the same in every run.
pub struct Dice(u64);

impl Dice {
    pub const fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// A number below `end`.
    pub fn below(&mut self, end: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % end
    }

    /// One of these.
    pub fn pick<'a, T>(&mut self, of: &'a [T]) -> &'a T {
        &of[self.below(of.len())]
    }
}

/// All files below a folder, with what is in them.
pub fn files_below(folder: &Path) -> Vec<(PathBuf, Vec<u8>)> {
    let mut all = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            all.extend(files_below(&path));
        } else if let Ok(bytes) = std::fs::read(&path) {
            all.push((path, bytes));
        }
    }
    all
}
