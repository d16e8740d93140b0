//! Events on their way to a merchant's endpoint: written with what they tell of, signed, in order, tried again, and never lost.

mod accepted;
mod attempts;
mod desk;
mod durability;
mod endpoints;
mod events;
mod handoffs;
mod listed;

use std::sync::{Arc, Mutex};
use std::time::Duration;

use frontdesk::clock::Clock;
use frontdesk::delivery::{self, Allowed, Endpoint, Progress, Sender};
use frontdesk::domain::ids::{EndpointId, MerchantId};
use frontdesk::domain::webhook::{
    Delivery, EndpointChange, EventKind, SigningSecret, Subscription, Told, signatures,
};
use frontdesk::store::{self, Commit, Store, verify};
use reqwest::{Method, Url};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc;

use crate::process;
use crate::support::{BEGIN, TestApp, Visitor, problem};

const SECRET: &str = "whsec_ZnJvbnRkZXNrLXRlc3Qtc2VjcmV0LTAxMjM0NTY3ODk=";
const OLD_SECRET: &str = "whsec_b2xkLWZyb250ZGVzay1zZWNyZXQtMDEyMzQ1Njc4OTA=";

/// What the receiver does with the next request.
#[derive(Clone, Copy)]
enum Answer {
    /// Answers with this head.
    Head(&'static str),
    /// Answers 200 with a body that never ends.
    Endless,
    /// Reads, and never answers.
    Hang,
    /// Reads, and breaks the connection.
    Reset,
}

const OK: Answer = Answer::Head("HTTP/1.1 200 OK");

/// One request as it was received.
#[derive(Clone, Debug)]
struct Got {
    id: String,
    second: i64,
    signature: String,
    body: String,
}

impl Got {
    fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap()
    }

    fn kind(&self) -> String {
        self.json()["type"].as_str().unwrap().to_owned()
    }

    /// As a receiver verifies it.
    fn is_signed_with(&self, secret: &str) -> bool {
        let secret = SigningSecret::parse(secret).unwrap();
        let expected = signatures(&[secret], &self.id, self.second, &self.body);
        self.signature.split(' ').any(|one| one == expected)
    }
}

/// A merchant's endpoint that does what it is told; when it has nothing left to do, it answers 200.
struct Receiver {
    url: Url,
    answers: Arc<Mutex<Vec<Answer>>>,
    got: Arc<Mutex<Vec<Got>>>,
    arrivals: mpsc::UnboundedReceiver<()>,
}

impl Receiver {
    async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let answers: Arc<Mutex<Vec<Answer>>> = Arc::default();
        let got: Arc<Mutex<Vec<Got>>> = Arc::default();
        let (arrived, arrivals) = mpsc::unbounded_channel();
        let (plan, log) = (Arc::clone(&answers), Arc::clone(&got));
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (plan, log, arrived) = (Arc::clone(&plan), Arc::clone(&log), arrived.clone());
                tokio::spawn(async move {
                    let (stream, request) = read(stream).await;
                    log.lock().unwrap().push(request);
                    let answer = plan.lock().unwrap().pop().unwrap_or(OK);
                    let _ = arrived.send(());
                    act(answer, stream).await;
                });
            }
        });
        Self {
            url: Url::parse(&format!("http://{address}/hook?key=s3cr3t")).unwrap(),
            answers,
            got,
            arrivals,
        }
    }

    fn plan(&self, answers: &[Answer]) {
        *self.answers.lock().unwrap() = answers.iter().rev().copied().collect();
    }

    fn got(&self) -> Vec<Got> {
        self.got.lock().unwrap().clone()
    }

    fn kinds(&self) -> Vec<String> {
        self.got().iter().map(Got::kind).collect()
    }

    fn endpoint(&self, allow: &[&str]) -> Endpoint {
        let networks: Vec<_> = allow.iter().map(|net| net.parse().unwrap()).collect();
        Endpoint {
            id: key(),
            allowed: Allowed::new(&self.url, &networks),
            url: self.url.clone(),
            secrets: vec![SigningSecret::parse(SECRET).unwrap()],
            timeout: Duration::from_millis(300),
            others: Vec::new(),
            robot: None,
        }
    }

    fn sender(&self, store: &Store, clock: &Clock) -> Sender {
        let endpoint = self.endpoint(&["127.0.0.0/8"]);
        Sender::new(store.clone(), clock.clone(), endpoint).unwrap()
    }
}

/// Reads one request to its end.
async fn read(mut stream: TcpStream) -> (TcpStream, Got) {
    let mut bytes = Vec::new();
    loop {
        let text = String::from_utf8_lossy(&bytes).into_owned();
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let header = |name: &str| {
                let lines = head.lines().filter_map(|line| line.split_once(": "));
                let mut values = lines.filter(|(key, _)| key.eq_ignore_ascii_case(name));
                values.next().map(|(_, value)| value.to_owned()).unwrap()
            };
            if body.len() == header("content-length").parse::<usize>().unwrap() {
                let got = Got {
                    id: header("webhook-id"),
                    second: header("webhook-timestamp").parse().unwrap(),
                    signature: header("webhook-signature"),
                    body: body.to_owned(),
                };
                return (stream, got);
            }
        }
        assert!(stream.read_buf(&mut bytes).await.unwrap() > 0);
    }
}

async fn act(answer: Answer, mut stream: TcpStream) {
    match answer {
        Answer::Head(head) => {
            let answer = format!("{head}\r\ncontent-length: 0\r\n\r\n");
            stream.write_all(answer.as_bytes()).await.unwrap();
        }
        Answer::Endless => {
            let head = b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n";
            stream.write_all(head).await.unwrap();
            while stream.write_all(b"5\r\nxxxxx\r\n").await.is_ok() {}
        }
        Answer::Hang => std::future::pending().await,
        Answer::Reset => stream.set_zero_linger().unwrap(),
    }
}

fn key() -> EndpointId {
    EndpointId::parse("linden-pay").unwrap()
}

fn merchant() -> MerchantId {
    MerchantId::parse("m_linden").unwrap()
}

fn subscription(events: &[EventKind]) -> Subscription {
    Subscription {
        endpoint: key(),
        merchant: merchant(),
        events: events.to_vec(),
    }
}

/// Puts so many events into the outbox; the first is `{"type":"n1"}`.
async fn fill(store: &Store, clock: &Clock, count: usize) {
    for n in 1..=count {
        let told = Told {
            kind: EventKind::RefundPaid,
            about: String::new(),
            body: json!({"type": format!("n{n}")}).to_string(),
        };
        let event = frontdesk::clock::event_name();
        let delivery = Delivery::new(&subscription(&[]), event, &told, clock.now());
        store.commit(Commit::new().send(delivery)).await.unwrap();
    }
}

/// A store in a folder of its own, and a clock.
struct Desk {
    folder: tempfile::TempDir,
    clock: Clock,
    store: Store,
}

impl Desk {
    fn open() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let clock = Clock::manual(BEGIN.parse().unwrap());
        let store = open(&folder, &clock);
        Self {
            folder,
            clock,
            store,
        }
    }

    /// Goes down without a word, and comes up again.
    fn reopen(self) -> Self {
        drop(self.store);
        let store = open(&self.folder, &self.clock);
        Self { store, ..self }
    }

    /// Lets time pass until the next attempt, and returns how long that was.
    async fn wait(&self, sender: &Sender) -> i64 {
        let now = self.clock.now();
        let Progress::NotBefore(at) = sender.deliver_next(now).await.unwrap() else {
            panic!("nothing waits for its time")
        };
        self.clock.move_to(at);
        at.duration_since(now).as_secs()
    }

    async fn next(&self, sender: &Sender) -> Progress {
        sender.deliver_next(self.clock.now()).await.unwrap()
    }
}

fn open(folder: &tempfile::TempDir, clock: &Clock) -> Store {
    let options = store::Options {
        min_free: 0,
        ..store::Options::new(folder.path().join("data"), clock.now())
    };
    Store::open(&options).unwrap()
}

/// Delivers until nothing more is due.
async fn drain(sender: &Sender, clock: &Clock) -> Vec<Progress> {
    let mut all = Vec::new();
    loop {
        let progress = sender.deliver_next(clock.now()).await.unwrap();
        match progress {
            Progress::Idle | Progress::NotBefore(_) | Progress::Gone => return all,
            done => all.push(done),
        }
    }
}
