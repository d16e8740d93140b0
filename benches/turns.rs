//! Whole durable turns over HTTP, by 64 clients and by one, against the least that a durable answer can cost with the same parts.
//!
//! `cargo bench --bench turns`. Desk and skeleton are two processes on one processor, the clients are on another; they are measured in
//! turns, in one run, and what counts is the ratio. Each conversation has eight messages, in which a customer asks in general, names
//! their order, proves that it is theirs and goes on asking about it. `BENCH_ROUNDS` and `BENCH_SECONDS` change how long it takes,
//! `BENCH_SHOW=1` prints one conversation.

#[path = "support/client.rs"]
mod client;
#[path = "support/desk.rs"]
mod desk;
#[path = "support/numbers.rs"]
mod numbers;
#[path = "support/process.rs"]
mod process;
#[path = "support/skeleton.rs"]
mod skeleton;
#[path = "support/usage.rs"]
mod usage;

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, anyhow, ensure};
use client::Connection;
use numbers::{median, permille, setting};
use process::Role;
use serde_json::{Value, json};
use tokio::task::JoinSet;

/// How many write at once.
const MANY: usize = 64;
/// What a customer says, in order; `{order}` and `{email}` are their own.
const SAID: [&str; 8] = [
    "How long does a refund usually take?",
    "Where is my refund for order {order}?",
    "{email}",
    "What is your refund policy?",
    "Has my refund for {order} been sent yet, what is its status?",
    "How do I ask for an invoice?",
    "my order {order} was paid on the 10th, when will the money be back on my card",
    "thank you",
];
/// Customers who have an order.
const CUSTOMERS: usize = 60_000;

fn main() -> Result<()> {
    match process::role() {
        Some((role, folder)) => {
            let folder = folder.first().context("no folder")?;
            let runtime = tokio::runtime::Runtime::new()?;
            runtime.block_on(play(&role, Path::new(folder)))
        }
        None if std::env::args().any(|argument| argument == "--bench") => measure(),
        // Something else that runs all targets, such as `cargo test --all-targets`.
        None => Ok(()),
    }
}

/// A server, in a process of its own.
async fn play(role: &str, folder: &Path) -> Result<()> {
    let port = if role == "skeleton" {
        skeleton::serve(folder).await?
    } else {
        let served = desk::serve(folder).await?;
        let orders: Result<Vec<_>> = (0..CUSTOMERS).map(desk::order).collect();
        let store = served.store.clone();
        let orders = orders?;
        tokio::task::spawn_blocking(move || store.import_orders(orders, |_| ())).await??;
        served.port
    };
    process::serve_until_dropped(&port.to_string()).await
}

fn measure() -> Result<()> {
    process::pin(process::CLIENT)?;
    let folder = desk::folder()?;
    let start = |role: &str| {
        let data = folder.path().join(role);
        Role::start(role, &[&data.to_string_lossy()], process::SERVER)
    };
    let (desk, skeleton) = (start("desk")?, start("skeleton")?);
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    runtime.block_on(async {
        let mut desk = Side::new(&desk, true)?;
        let mut skeleton = Side::new(&skeleton, false)?;
        if setting("BENCH_SHOW", 0) > 0 {
            return desk.show().await;
        }
        let rounds = setting("BENCH_ROUNDS", 6);
        let length = Duration::from_secs(setting("BENCH_SECONDS", 2) as u64);
        for round in 0..=rounds {
            for side in [&mut desk, &mut skeleton] {
                let many = side.round(MANY, length).await?;
                let one = side.round(1, length / 2).await?;
                // The first round warms up: caches, the journal's first segments, the file's first blocks.
                if round > 0 {
                    side.many.push(many);
                    side.one.push(one);
                }
            }
        }
        report(&desk, &skeleton);
        Ok(())
    })
}

/// One of the two servers, and what was measured of it.
struct Side {
    port: u16,
    process: u32,
    /// The conversations that a desk has open; a skeleton takes the same messages without.
    sessions: Option<Arc<Sessions>>,
    many: Vec<Round>,
    one: Vec<Round>,
}

/// What one round came to.
struct Round {
    rate: f64,
    p50: Duration,
    p99: Duration,
    /// Processor time of the server for each message.
    cost: Duration,
}

/// Sessions that were opened before a round, each to be used once.
#[derive(Default)]
struct Sessions {
    tokens: tokio::sync::Mutex<Vec<(usize, String)>>,
    opened: AtomicUsize,
}

impl Side {
    fn new(role: &Role, sessions: bool) -> Result<Self> {
        Ok(Self {
            port: role.ready.parse()?,
            process: role.id(),
            sessions: sessions.then(Arc::default),
            many: Vec::new(),
            one: Vec::new(),
        })
    }

    /// Lets so many clients write for so long.
    async fn round(&mut self, clients: usize, length: Duration) -> Result<Round> {
        if let Some(sessions) = &self.sessions {
            let fastest = if clients == 1 { 2_000 } else { 16_000 };
            let enough = fastest * length.as_millis() as usize / 1_000 / SAID.len() + clients;
            sessions.open(self.port, enough).await?;
        }
        let used = usage::processor_time(self.process)?;
        let began = Instant::now();
        let mut writing = JoinSet::new();
        for number in 0..clients {
            let customer = Customer::new(self.port, number, self.sessions.clone()).await?;
            writing.spawn(customer.write_until(began + length));
        }
        let mut times = Vec::new();
        while let Some(written) = writing.join_next().await {
            times.extend(written??);
        }
        let took = began.elapsed();
        let used = usage::processor_time(self.process)?.saturating_sub(used);
        Ok(Round {
            rate: times.len() as f64 / took.as_secs_f64(),
            cost: used / u32::try_from(times.len().max(1))?,
            p50: permille(&mut times, 500),
            p99: permille(&mut times, 990),
        })
    }

    /// Prints one conversation, to see what is measured.
    async fn show(&mut self) -> Result<()> {
        let sessions = self.sessions.clone().context("no sessions")?;
        sessions.open(self.port, 1).await?;
        let mut customer = Customer::new(self.port, 0, Some(sessions)).await?;
        for _ in 0..SAID.len() {
            let message = customer.next_message().await?;
            customer.say(&message).await?;
            let answer: Value = serde_json::from_slice(customer.connection.body())?;
            let bytes = customer.connection.body().len();
            println!("{message}\n    {bytes} bytes: {}\n", answer["replies"]);
        }
        Ok(())
    }
}

impl Sessions {
    /// Opens sessions until there are enough.
    async fn open(&self, port: u16, enough: usize) -> Result<()> {
        let mut tokens = self.tokens.lock().await;
        let missing = enough.saturating_sub(tokens.len());
        let mut opening = JoinSet::new();
        for _ in 0..MANY {
            opening.spawn(open_sessions(port, missing.div_ceil(MANY)));
        }
        while let Some(opened) = opening.join_next().await {
            for token in opened?? {
                let customer = self.opened.fetch_add(1, Ordering::Relaxed) % CUSTOMERS;
                tokens.push((customer, token));
            }
        }
        Ok(())
    }
}

async fn open_sessions(port: u16, count: usize) -> Result<Vec<String>> {
    let mut connection = Connection::open(port).await?;
    let body = json!({"site": desk::SITE}).to_string();
    let mut tokens = Vec::new();
    for _ in 0..count {
        connection.post("/v1/sessions", None, &body).await?;
        let answer: Value = serde_json::from_slice(connection.body())?;
        tokens.push(answer["session"].as_str().context("no token")?.to_owned());
    }
    Ok(tokens)
}

/// One client: a connection, and the customer it speaks for at the moment.
struct Customer {
    connection: Connection,
    sessions: Option<Arc<Sessions>>,
    /// The customer's number and their session.
    current: (usize, String),
    /// How many messages this client has sent.
    sent: usize,
    /// Makes the names of messages differ from those of other clients.
    number: usize,
}

impl Customer {
    async fn new(port: u16, number: usize, sessions: Option<Arc<Sessions>>) -> Result<Self> {
        let token = format!("fdv_{}", "x".repeat(43));
        Ok(Self {
            connection: Connection::open(port).await?,
            sessions,
            current: (number, token),
            sent: 0,
            number,
        })
    }

    async fn write_until(mut self, end: Instant) -> Result<Vec<Duration>> {
        let mut times = Vec::new();
        while Instant::now() < end {
            let message = self.next_message().await?;
            let began = Instant::now();
            self.say(&message).await?;
            times.push(began.elapsed());
            ensure!(
                self.sessions.is_none() || !is_silent(self.connection.body()),
                "no reply to {message}"
            );
        }
        Ok(times)
    }

    /// The body of the next message, of another customer when one has said all.
    async fn next_message(&mut self) -> Result<String> {
        let nth = self.sent % SAID.len();
        if nth == 0
            && let Some(sessions) = &self.sessions
        {
            let next = sessions.tokens.lock().await.pop();
            self.current = next.ok_or_else(|| anyhow!("more sessions are needed"))?;
        }
        self.sent += 1;
        let text = SAID[nth]
            .replace("{order}", &desk::order_id(self.current.0))
            .replace("{email}", &desk::email(self.current.0));
        let name = format!("{:08}-{:08}", self.number, self.sent);
        Ok(format!(r#"{{"client_id":"{name}","text":"{text}"}}"#))
    }

    async fn say(&mut self, message: &str) -> Result<()> {
        let token = Some(self.current.1.as_str());
        self.connection.post("/v1/messages", token, message).await
    }
}

/// Whether the bot said nothing: a person has the conversation, and the turn was not a whole one.
fn is_silent(answer: &[u8]) -> bool {
    let empty = br#""replies":[]"#;
    answer.windows(empty.len()).any(|part| part == empty)
}

fn report(desk: &Side, skeleton: &Side) {
    println!("durable turns over HTTP           desk   skeleton   desk / skeleton");
    let many = |value: fn(&Round) -> f64| row_values(&desk.many, &skeleton.many, value);
    let one = |value: fn(&Round) -> f64| row_values(&desk.one, &skeleton.one, value);
    let p50 = |round: &Round| round.p50.as_secs_f64() * 1e3;
    let p99 = |round: &Round| round.p99.as_secs_f64() * 1e3;
    let cost = |round: &Round| round.cost.as_secs_f64() * 1e6;
    let rate = |round: &Round| round.rate;
    row(
        "64 clients: turns a second",
        many(rate),
        "  (budget: at least 0.70)",
    );
    row("64 clients: p50, ms", many(p50), "");
    row("64 clients: p99, ms", many(p99), "");
    row("64 clients: processor, us a turn", many(cost), "");
    row("1 client: turns a second", one(rate), "");
    row("1 client: p50, ms", one(p50), "  (budget: at most 1.50)");
    row("1 client: p99, ms", one(p99), "");
    row("1 client: processor, us a turn", one(cost), "");
}

/// The medians of both sides, and the median of the ratios of neighbouring rounds.
fn row_values(desk: &[Round], skeleton: &[Round], value: fn(&Round) -> f64) -> [f64; 3] {
    let of = |rounds: &[Round]| rounds.iter().map(value).collect::<Vec<_>>();
    let pairs = desk.iter().zip(skeleton);
    let ratios = pairs.map(|(desk, skeleton)| value(desk) / value(skeleton));
    [
        median(of(desk)),
        median(of(skeleton)),
        median(ratios.collect()),
    ]
}

fn row(name: &str, [desk, skeleton, ratio]: [f64; 3], note: &str) {
    println!("{name:<32}{desk:>8.2}{skeleton:>10.2}{ratio:>11.2}x{note}");
}
