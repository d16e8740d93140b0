//! Starting: 10,000 rules read and built into a matcher, and a store with many records opened again; each against the least that it
//! can cost with the same parts, in one run.
//!
//! `cargo bench --bench start`. The floor of the rules is parsing the same TOML and building a contiguous NFA of the same keywords, the
//! floor of the store is sled opening the same folder. `BENCH_ORDERS` and `BENCH_CONVERSATIONS` change the size of the store.

#[path = "support/desk.rs"]
#[allow(dead_code)] // shared by the benches, none of which needs all of it
mod desk;
#[path = "support/filling.rs"]
mod filling;
#[path = "support/numbers.rs"]
#[allow(dead_code)] // shared by the benches, none of which needs all of it
mod numbers;
#[path = "support/rules.rs"]
#[allow(dead_code)] // shared by the benches, none of which needs all of it
mod rules;

use std::hint::black_box;
use std::path::Path;
use std::time::Instant;

use aho_corasick::{AhoCorasick, AhoCorasickKind};
use anyhow::{Context as _, Result, ensure};
use frontdesk::clock::Clock;
use frontdesk::domain::conversation::{Actor, EventBody};
use frontdesk::domain::language::Language;
use frontdesk::engine::matcher::Matcher;
use frontdesk::engine::rules::load::load;
use frontdesk::store::{Commit, Options, Store};
use numbers::{median, setting};
use rules::{KEYWORDS, RULES, rule_files, word};

fn main() -> Result<()> {
    // Something else that runs all targets, such as `cargo test --all-targets`, has no time for this.
    if !std::env::args().any(|argument| argument == "--bench") {
        return Ok(());
    }
    println!("starting                                     desk      floor   desk / floor");
    read_rules()?;
    let folder = desk::folder()?;
    let data = folder.path().join("data");
    let orders = setting("BENCH_ORDERS", 200_000);
    let conversations = setting("BENCH_CONVERSATIONS", 20_000);
    fill(&data, orders, conversations)?;
    reopen(
        &data,
        &format!("{orders} orders, {conversations} conversations"),
    )
}

/// Reads and builds the rules, turn and turn about with the floor.
fn read_rules() -> Result<()> {
    let files = rule_files();
    let words: Vec<String> = (0..RULES * KEYWORDS).map(word).collect();
    let (mut desk, mut floor) = (Vec::new(), Vec::new());
    for _ in 0..9 {
        let again = files.clone();
        desk.push(milliseconds(|| {
            let book = load(again).book.context("the rules have mistakes")?;
            black_box(Matcher::build(&book));
            Ok(())
        })?);
        floor.push(milliseconds(|| {
            for (_, text) in &files {
                black_box(toml::from_str::<toml::Table>(text)?);
            }
            let mut builder = AhoCorasick::builder();
            builder.kind(Some(AhoCorasickKind::ContiguousNFA));
            black_box(builder.build(&words)?);
            Ok(())
        })?);
    }
    row("10000 rules, 40000 keywords, ms", desk, floor);
    Ok(())
}

/// Opens the store, turn and turn about with the bare engine. Reads are served from then on; how long the first commit takes beside is
/// told, too.
fn reopen(data: &Path, what: &str) -> Result<()> {
    let options = Options::new(data, Clock::system().now());
    let runtime = tokio::runtime::Builder::new_current_thread().build()?;
    let (mut desk, mut floor, mut first_commit) = (Vec::new(), Vec::new(), Vec::new());
    for number in 0..5 {
        let mut store = None;
        desk.push(milliseconds(|| {
            store = Some(Store::open(&options)?);
            Ok(())
        })?);
        let store = store.context("no store")?;
        let commit = conversation(number)?;
        first_commit.push(milliseconds(
            || Ok(runtime.block_on(store.commit(commit))?),
        )?);
        store.close();
        drop(store);
        let mut db = None;
        floor.push(milliseconds(|| {
            let config = sled::Config::new().path(data.join("sled"));
            db = Some(config.cache_capacity(options.cache).open()?);
            Ok(())
        })?);
        ensure!(db.is_some_and(|db| db.was_recovered()), "an empty engine");
    }
    row("reopening the store, ms", desk, floor);
    let first_commit = median(first_commit);
    println!("    ({what}; the first commit is answered {first_commit:.0} ms later)");
    Ok(())
}

/// Fills a store as the desk would: a conversation has a message and a reply.
fn fill(data: &Path, orders: usize, conversations: usize) -> Result<()> {
    let store = Store::open(&Options::new(data, Clock::system().now()))?;
    let orders = (0..orders).map(desk::order).collect::<Result<Vec<_>>>()?;
    store.import_orders(orders, |_| ())?;
    let runtime = tokio::runtime::Builder::new_current_thread().build()?;
    let commits = (0..conversations).map(conversation);
    runtime.block_on(filling::write_all(&store, commits))?;
    store.close();
    Ok(())
}

fn conversation(number: usize) -> Result<Commit> {
    let now = Clock::system().now();
    let (mut conversation, message) = filling::asked(number, now)?;
    let (id, revision) = (conversation.id.clone(), conversation.revision);
    let reply = EventBody::Reply {
        text: "The money is on its way back to you. When it arrives depends on your bank."
            .to_owned(),
        language: Language::En,
        choices: Vec::new(),
        because: Some(frontdesk::domain::conversation::Because::default()),
        client_id: None,
    };
    let events = [
        conversation.next_event(Actor::Customer, message, now),
        conversation.next_event(Actor::Bot, reply, now),
    ];
    let commit = Commit::new().expecting(&id, revision).events(events);
    Ok(commit.conversation(conversation))
}

fn milliseconds(run: impl FnOnce() -> Result<()>) -> Result<f64> {
    let began = Instant::now();
    run()?;
    Ok(began.elapsed().as_secs_f64() * 1e3)
}

fn row(name: &str, desk: Vec<f64>, floor: Vec<f64>) {
    let (desk, floor) = (median(desk), median(floor));
    let ratio = desk / floor;
    println!("{name:<36}{desk:>13.1}{floor:>11.1}{ratio:>11.2}x  (budget: at most 2)");
}
