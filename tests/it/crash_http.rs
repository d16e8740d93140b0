//! `kill -9` of the real server under load over HTTP, start-up included: every message, reply and handoff that a client was told of is
//! there afterwards, once, in order, and no log has a gap. A message without an answer is sent again, as a real client would.
//!
//! 50 kills in the suite; `FRONTDESK_KILLS=1000 cargo test --test it crash_http` for a thousand.

use std::collections::BTreeMap;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use frontdesk::domain::conversation::{EventBody, Seq};
use frontdesk::domain::ids::ConversationId;
use frontdesk::store::Store;
use rand::RngExt as _;
use serde_json::{Value, json};

use crate::ledger::Ledger;
use crate::load::{check_whole, number, options, read_log, runtime, scratch};
use crate::support::{folder_without_phrases, free_port};

/// Clients that write at once.
const CLIENTS: usize = 8;
/// Messages of one conversation, the last of which asks for a person.
const TALK: [&str; 4] = [
    "where is my order A1002?",
    "what is your refund policy?",
    "I want my money back",
    "agent please",
];

/// The real server on a folder. Killed when it is dropped.
pub struct Server {
    process: Child,
    pub base: String,
    /// What it said on its way.
    said: PathBuf,
}

impl Server {
    pub fn start(folder: &Path, config: &Path) -> Self {
        let port = free_port();
        let said = config.with_extension("said");
        let process = Command::new(env!("CARGO_BIN_EXE_frontdesk"))
            .arg("serve")
            .args([
                "--listen",
                &format!("127.0.0.1:{port}"),
                "--metrics-listen",
                "127.0.0.1:0",
            ])
            .args(["--intents", folder_without_phrases()])
            .arg("--data")
            .arg(folder)
            .arg("--config")
            .arg(config)
            .current_dir(env!("CARGO_MANIFEST_DIR"))
            .stdout(Stdio::null())
            .stderr(File::create(&said).unwrap())
            .spawn()
            .unwrap();
        Self {
            process,
            base: format!("http://127.0.0.1:{port}"),
            said,
        }
    }

    /// Waits until it answers, for a minute: it may have all of the journal to read again.
    pub async fn up(&self, http: &reqwest::Client) {
        for _ in 0..3000 {
            if http
                .get(format!("{}/healthz", self.base))
                .send()
                .await
                .is_ok()
            {
                return;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        let said = std::fs::read_to_string(&self.said).unwrap();
        panic!("the server does not start again: {said}");
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// What clients were told, over all lives of the server.
#[derive(Default)]
struct Told {
    messages: Ledger,
    /// By conversation and number.
    replies: BTreeMap<(String, u64), String>,
    /// Conversations that were handed over before their client's eyes.
    handed_over: Vec<String>,
}

/// A client that goes on after the server died: the same session, the same message under the same name.
#[derive(Default)]
struct Client {
    session: Option<String>,
    next: usize,
    number: usize,
}

impl Client {
    /// Talks until the server is gone.
    async fn talk(&mut self, http: &reqwest::Client, base: &str, told: &Mutex<Told>) {
        while self.send_one(http, base, told).await.is_some() {}
    }

    async fn send_one(
        &mut self,
        http: &reqwest::Client,
        base: &str,
        told: &Mutex<Told>,
    ) -> Option<()> {
        let session = match &self.session {
            Some(session) => session.clone(),
            None => {
                let opened = post(
                    http,
                    &format!("{base}/v1/sessions"),
                    None,
                    &json!({ "site": "linden" }),
                )
                .await?;
                self.session
                    .insert(opened["session"].as_str()?.to_owned())
                    .clone()
            }
        };
        let name = format!("m{}", self.number);
        let body = json!({ "client_id": name, "text": TALK[self.next] });
        let answer = post(http, &format!("{base}/v1/messages"), Some(&session), &body).await?;
        note(
            &mut told.lock().unwrap(),
            &answer,
            &name,
            self.next + 1 == TALK.len(),
        );
        self.number += 1;
        self.next += 1;
        if self.next == TALK.len() {
            self.next = 0;
            self.session = None;
        }
        Some(())
    }
}

fn note(told: &mut Told, answer: &Value, name: &str, asked_for_person: bool) {
    let conversation = answer["conversation"].as_str().unwrap().to_owned();
    told.messages
        .note(&conversation, answer["seq"].as_u64().unwrap(), name);
    for reply in answer["replies"].as_array().unwrap() {
        let (seq, text) = (
            reply["seq"].as_u64().unwrap(),
            reply["text"].as_str().unwrap(),
        );
        told.replies
            .insert((conversation.clone(), seq), text.to_owned());
    }
    if asked_for_person {
        told.handed_over.push(conversation);
    }
}

/// The answer, or nothing when the server died.
async fn post(
    http: &reqwest::Client,
    url: &str,
    token: Option<&str>,
    body: &Value,
) -> Option<Value> {
    let mut request = http.post(url).json(body);
    if let Some(token) = token {
        request = request.bearer_auth(token);
    }
    let response = request.send().await.ok()?;
    let (status, answer) = (response.status(), response.json::<Value>().await.ok()?);
    assert!(status.is_success(), "{status}: {answer}");
    Some(answer)
}

#[test]
fn what_a_client_was_told_survives_kills_of_the_real_server() {
    let kills = number("FRONTDESK_KILLS", 50);
    let (dir, folder) = scratch();
    let config = dir.path().join("frontdesk.toml");
    std::fs::write(&config, CONFIG).unwrap();
    let told = Arc::new(Mutex::new(Told::default()));
    let mut clients: Vec<Client> = (0..CLIENTS).map(|_| Client::default()).collect();
    for kill in 0..kills {
        clients = runtime().block_on(one_life(&folder, &config, clients, &told, kill % 5 == 4));
        if kill % 10 == 9 {
            check(&folder, &told.lock().unwrap());
        }
    }
    let told = told.lock().unwrap();
    check(&folder, &told);
    check_whole(&folder);
    eprintln!(
        "{kills} kills, {} messages and {} replies acknowledged, none lost",
        told.messages.len(),
        told.replies.len()
    );
    assert!(
        told.handed_over.len() > kills as usize / 10,
        "the load was no load"
    );
}

/// Starts the server, lets clients talk, and kills it at some moment: one in five while it starts.
async fn one_life(
    folder: &Path,
    config: &Path,
    clients: Vec<Client>,
    told: &Arc<Mutex<Told>>,
    at_start: bool,
) -> Vec<Client> {
    let http = reqwest::Client::builder()
        .timeout(Duration::from_secs(60))
        .build()
        .unwrap();
    let server = Server::start(folder, config);
    let moment = rand::rng().random::<f64>();
    if at_start {
        tokio::time::sleep(Duration::from_millis(600).mul_f64(moment)).await;
        return clients;
    }
    server.up(&http).await;
    let talking = clients.into_iter().map(|mut client| {
        let (http, base, told) = (http.clone(), server.base.clone(), told.clone());
        tokio::spawn(async move {
            client.talk(&http, &base, &told).await;
            client
        })
    });
    let before = told.lock().unwrap().messages.len();
    let talking: Vec<_> = talking.collect();
    // A kill before anybody was told anything tries only the start.
    let deadline = Instant::now() + Duration::from_secs(60);
    let none_told = || told.lock().unwrap().messages.len() < before + CLIENTS;
    while none_told() && Instant::now() < deadline {
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    tokio::time::sleep(Duration::from_millis(300).mul_f64(moment)).await;
    drop(server);
    let mut back = Vec::new();
    for client in talking {
        back.push(client.await.unwrap());
    }
    back
}

fn check(folder: &Path, told: &Told) {
    let store = Store::open(&options(folder)).unwrap();
    told.messages.check(|id| read_log(&store, id));
    for ((conversation, seq), text) in &told.replies {
        let found = event(&store, conversation, *seq);
        assert!(
            matches!(&found, Some(EventBody::Reply { text: kept, .. }) if kept == text),
            "{conversation} {seq}: {found:?}"
        );
    }
    for conversation in &told.handed_over {
        let id = ConversationId::parse(conversation).unwrap();
        let events = runtime().block_on(store.events(&id, Seq(0), 200)).unwrap();
        let handoffs = events
            .iter()
            .filter(|event| matches!(event.body, EventBody::HandedOff(_)))
            .count();
        assert_eq!(handoffs, 1, "{conversation}");
    }
    store.close();
}

fn event(store: &Store, conversation: &str, seq: u64) -> Option<EventBody> {
    let id = ConversationId::parse(conversation).unwrap();
    let found = runtime()
        .block_on(store.events(&id, Seq(seq - 1), 1))
        .unwrap();
    found.into_iter().next().map(|event| event.body)
}

/// A site, and no limit that a test would meet.
pub const CONFIG: &str = r#"
[limits]
messages_per_minute = 100000
sessions_per_minute = 100000

[dialogue]
settle_ms = 0

[store]
free_space_mb = 16

[[sites]]
key = "linden"
merchant = "m_linden"
"#;
