//! The desk that the browser talks to: the real program. One serves all tests; a test that stops it has one of its own.

use std::fs;
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;
use std::time::{Duration, Instant};

use frontdesk::rules_folder::write_folder;
use jiff::{SignedDuration, Timestamp};
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use serde_json::{Value, json};

use super::chromium::Leashed;
use super::wire::{self, Answer};
use crate::binary::Binary;
use crate::support::{free_port, rules_without_phrases};

const SECRET: &str = "browser-secret-0123456789abcdef0123";

/// Any page may ask, for each test has a shop of its own.
const CONFIG: &str = r#"
[[sites]]
key = "linden"
merchant = "m_linden"
name = "Linden"
origins = ["*"]
secret = "browser-secret-0123456789abcdef0123"
refund_proof = 1

[limits]
messages_per_minute = 100000
sessions_per_minute = 100000
requests_per_minute = 100000
streams_per_visitor = 100

[dialogue]
settle_ms = 0
"#;

/// What its merchant promises.
const POLICY: &str = r#"merchant = "m_linden"
currencies = ["GBP"]
offers = ["full", "partial"]

[window]
days = 30

[auto_accept]
GBP = "50.00"

[two_people]
GBP = "5000.00"

[evidence.damaged]
zh-Hans = "损坏处的照片"
zh-Hant = "損壞處的照片"
en      = "a photo of the damage"
"#;

/// A running desk.
pub struct Desk {
    pub address: String,
    pub agent: String,
    pub key: String,
    pub metrics: String,
    folder: PathBuf,
    process: Option<Leashed>,
}

static SHARED: OnceLock<Desk> = OnceLock::new();

/// The desk that all tests may use.
pub fn shared() -> &'static Desk {
    SHARED.get_or_init(|| Desk::start(""))
}

impl Desk {
    /// A desk of its own, with more in its configuration.
    pub fn start(more: &str) -> Self {
        Self::set_up(&format!("{CONFIG}{more}"))
    }

    /// A desk that is known under a public address.
    pub fn start_under(public: &str, more: &str) -> Self {
        Self::set_up(&format!("public_url = \"{public}\"\n{CONFIG}{more}"))
    }

    fn set_up(config: &str) -> Self {
        let folder = tempfile::Builder::new()
            .prefix("desk")
            .tempdir()
            .unwrap()
            .keep();
        fs::write(folder.join("frontdesk.toml"), config).unwrap();
        let policy = ("policies/m_linden.toml".to_owned(), POLICY.to_owned());
        let shipped = rules_without_phrases().into_iter();
        let rules = shipped.filter(|(name, _)| !name.starts_with("policies/"));
        let rules: Vec<_> = rules.chain([policy]).collect();
        fs::create_dir(folder.join("intents")).unwrap();
        write_folder(&folder.join("intents"), &rules).unwrap();
        let agent = said(&folder, &["agent", "add", "mei", "--name", "Mei"]);
        let key = said(&folder, &["token", "new", "--merchant", "m_linden"]);
        let mut desk = Self {
            address: format!("127.0.0.1:{}", free_port()),
            agent,
            key,
            metrics: String::new(),
            folder,
            process: None,
        };
        desk.run();
        desk.orders();
        desk
    }

    pub fn origin(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Starts it again after [`Self::stop`], at the same address.
    pub fn run(&mut self) {
        self.metrics = format!("127.0.0.1:{}", free_port());
        let metrics = self.metrics.clone();
        let arguments = [
            "serve",
            "--listen",
            &self.address,
            "--metrics-listen",
            &metrics,
            "--data",
            "data",
        ];
        let more = ["--store.free-space-mb", "0"];
        let arguments: Vec<String> = arguments
            .iter()
            .chain(&more)
            .map(|one| (*one).to_owned())
            .collect();
        self.process = Some(Leashed::run(
            &self.folder,
            env!("CARGO_BIN_EXE_frontdesk"),
            &arguments,
        ));
        let deadline = Instant::now() + Duration::from_secs(60);
        while wire::ask(&self.address, "GET", "/readyz", &[], b"").is_none() {
            assert!(Instant::now() < deadline, "the desk does not start");
            std::thread::sleep(Duration::from_millis(50));
        }
    }

    /// Kills it, as a machine that loses power would.
    /// Lets the process hang, or go on: its connections stay open, and nothing comes.
    pub fn hangs(&self, is: bool) {
        let id = fs::read_to_string(self.folder.join("pid")).unwrap();
        let signal = if is { "-STOP" } else { "-CONT" };
        let sent = Command::new("kill").args([signal, id.trim()]).status();
        assert!(sent.unwrap().success());
    }

    pub fn kill(&mut self) {
        let id = fs::read_to_string(self.folder.join("pid")).unwrap();
        let killed = Command::new("kill").args(["-9", id.trim()]).status();
        assert!(killed.unwrap().success());
        if let Some(process) = self.process.take() {
            process.end();
        }
        // A killed process lets go of what it holds a moment later.
        while TcpStream::connect(&self.address).is_ok() {
            std::thread::yield_now();
        }
    }

    pub fn get(&self, path: &str, headers: &[(&str, &str)]) -> Answer {
        wire::ask(&self.address, "GET", path, headers, b"").unwrap()
    }

    /// How many customers' streams are open.
    pub fn streams(&self) -> usize {
        let metrics = wire::ask(&self.metrics, "GET", "/metrics", &[], b"").unwrap();
        let text = String::from_utf8_lossy(&metrics.body).into_owned();
        let line = text
            .lines()
            .find(|line| line.starts_with("frontdesk_streams_open{stream=\"visitor\"}"));
        line.and_then(|line| line.split(' ').nth(1)?.parse::<f64>().ok())
            .unwrap_or(0.0) as usize
    }

    /// What a command prints that is run in its folder.
    pub fn command(&self, arguments: &[&str]) -> String {
        said(&self.folder, arguments)
    }

    /// The folder it works in.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Does something as the agent Mei.
    pub fn as_agent(&self, method: &str, path: &str, body: &Value) -> Value {
        let answer = wire::json(&self.address, method, path, Some(&self.agent), body).unwrap();
        assert!(
            answer.status < 300,
            "{method} {path}: {} {}",
            answer.status,
            answer.json()
        );
        answer.json()
    }

    /// Does something as another agent.
    pub fn as_other(&self, token: &str, method: &str, path: &str, body: &Value) {
        let answer = wire::json(&self.address, method, path, Some(token), body).unwrap();
        assert!(answer.status < 300, "{method} {path}: {}", answer.json());
    }

    /// Another agent, by any name: their token.
    pub fn second_agent(&self, id: &str, name: &str) -> String {
        said(&self.folder, &["agent", "add", id, "--name", name])
    }

    /// Does something as the shop's own program.
    pub fn as_shop(&self, method: &str, path: &str, body: &Value) -> Value {
        let answer = wire::json(&self.address, method, path, Some(&self.key), body).unwrap();
        assert!(
            answer.status < 300,
            "{method} {path}: {} {}",
            answer.status,
            answer.json()
        );
        answer.json()
    }

    /// A token by which the shop says who its customer is.
    pub fn sign(&self, sub: &str, email: &str, lasts: i64) -> String {
        sign(SECRET, sub, email, lasts)
    }

    /// Orders of yesterday and last week.
    fn orders(&self) {
        let ago =
            |days: i64| (Timestamp::now() - SignedDuration::from_hours(24 * days)).to_string();
        let customer = |name: &str, email: &str| json!({"name": name, "email": email, "phone": "+447700900123"});
        let orders = [
            json!({"id": "A1001", "customer": customer("Mia Holt", "mia@example.com"), "status": "delivered", "amount": "20.50",
                "currency": "GBP", "created_at": ago(9), "paid_at": ago(9), "items": ["Two mugs"],
                "shipping": {"carrier": "DPD", "tracking": "1550", "shipped_at": ago(7), "delivered_at": ago(5)}}),
            json!({"id": "A1002", "customer": customer("Jo Field", "jo@example.com"), "status": "delivered", "amount": "120.00",
                "currency": "GBP", "created_at": ago(9), "paid_at": ago(9), "items": ["Kettle"],
                "shipping": {"carrier": "DPD", "tracking": "1551", "shipped_at": ago(7), "delivered_at": ago(5)}}),
            json!({"id": "A1003", "customer": customer("Li Na", "lina@example.com"), "status": "delivered", "amount": "18.00",
                "currency": "GBP", "created_at": ago(9), "paid_at": ago(9), "items": ["Tea"],
                "shipping": {"carrier": "DPD", "tracking": "1552", "shipped_at": ago(7), "delivered_at": ago(5)}}),
        ];
        for order in orders {
            let path = format!("/v1/orders/{}", order["id"].as_str().unwrap());
            self.as_shop("PUT", &path, &order);
        }
    }
}

/// A token signed with any secret.
pub fn sign(secret: &str, sub: &str, email: &str, lasts: i64) -> String {
    let ends = Timestamp::now().as_second() + lasts;
    let claims = json!({"sub": sub, "aud": "linden", "exp": ends, "email": email, "name": sub});
    let key = EncodingKey::from_secret(secret.as_bytes());
    encode(&Header::new(Algorithm::HS256), &claims, &key).unwrap()
}

/// What a command prints.
fn said(folder: &Path, arguments: &[&str]) -> String {
    let output = Binary::command(folder, arguments).output().unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    String::from_utf8_lossy(&output.stdout).trim().to_owned()
}
