//! The agents' lists in a large desk: a page of each list, narrow ones, sorted ones, a search, and a conversation that moves to the top, with
//! many conversations that are done, ten thousand that wait for people and as many that the bot has.
//!
//! `cargo bench --bench inbox`. `BENCH_CONVERSATIONS` and `BENCH_OPEN` change the size: a million and ten thousand are what the desk is made
//! for.

#[path = "support/desk.rs"]
#[allow(dead_code)] // shared by the benches, none of which needs all of it
mod desk;
#[path = "support/filling.rs"]
mod filling;
#[path = "support/numbers.rs"]
#[allow(dead_code)] // shared by the benches, none of which needs all of it
mod numbers;

use std::future::Future;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, ensure};
use frontdesk::clock::Clock;
use frontdesk::desk::accounts::{self, NewAgent};
use frontdesk::desk::{Desk, InboxQuery};
use frontdesk::domain::account::Agent;
use frontdesk::domain::brief::Brief;
use frontdesk::domain::conversation::{Actor, Handoff, Label, Priority, Triage};
use frontdesk::domain::handoff::HandoffReason;
use frontdesk::domain::ids::{AgentId, ConversationId};
use frontdesk::domain::rights::AgentRole;
use frontdesk::store::{Commit, Filter, Options, Sort, Store, View};
use iso_currency::Currency;
use jiff::Timestamp;
use numbers::{permille, setting};
use rust_decimal::Decimal;

/// Each thing is done so often.
const TIMES: usize = 300;
/// Rows of a page.
const PAGE: usize = 50;

fn main() -> Result<()> {
    // Something else that runs all targets, such as `cargo test --all-targets`, has no time for this.
    if !std::env::args().any(|argument| argument == "--bench") {
        return Ok(());
    }
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()?;
    runtime.block_on(run())
}

async fn run() -> Result<()> {
    let folder = desk::folder()?;
    let data = folder.path().join("data");
    let (all, open) = (
        setting("BENCH_CONVERSATIONS", 100_000),
        setting("BENCH_OPEN", 10_000),
    );
    let agent = fill(&data, all, open).await?;
    let served = desk::serve(&data).await?;
    let desk = &served.desk;
    let waiting = || query(View::Waiting, Filter::default(), PAGE);
    let first = desk.inbox(&agent, waiting()).await?;
    ensure!(first.rows.len() == PAGE, "the list is empty");
    let began = Instant::now();
    let some = first.rows[0].id.clone();
    desk.held(&agent, &some).await?;
    println!(
        "{all} conversations, {open} open; read for their words in {:.0} s",
        began.elapsed().as_secs_f64()
    );
    println!("                                          p50 us     p99 us");
    measure("a page of what waits", async |_| {
        let page = desk.inbox(&agent, waiting()).await?;
        Ok(page.rows.len() == PAGE)
    })
    .await?;
    measure("a page of what is done", async |_| {
        let page = desk.inbox(&agent, query(View::Done, Filter::default(), PAGE));
        Ok(page.await?.rows.len() == PAGE)
    })
    .await?;
    let narrow = Filter {
        label: Some(Label::try_from("rare".to_owned())?),
        ..Filter::default()
    };
    measure("a page of one label in a hundred", async |_| {
        let page = desk.inbox(&agent, query(View::Waiting, narrow.clone(), PAGE));
        Ok(!page.await?.rows.is_empty())
    })
    .await?;
    measure("the counts of all lists", async |_| {
        Ok(desk.inbox_counts(&agent).await?.0.waiting > 0)
    })
    .await?;
    narrow_ones(desk, &agent).await?;
    let none = Filter::default();
    measure("a search by order number", async |number| {
        let text = desk::order_id(number * 7919 % all);
        let found = desk.search(&agent, &text, &none, None, PAGE).await?;
        Ok(found.rows.len() == 1)
    })
    .await?;
    measure("a search by words that all have", async |_| {
        let found = desk.search(&agent, "where refund", &none, None, PAGE);
        Ok(found.await?.rows.len() == PAGE)
    })
    .await?;
    let rows = desk.inbox(&agent, query(View::Waiting, none.clone(), 200));
    let ids: Vec<ConversationId> = rows.await?.rows.into_iter().map(|row| row.id).collect();
    let urgent = Triage {
        priority: Some(Priority::Urgent),
        ..Triage::default()
    };
    let (mut moved, mut ids) = (Vec::new(), ids.into_iter().rev());
    for _ in 0..150 {
        let id = ids.next().context("too few wait")?;
        let began = Instant::now();
        desk.triage(&agent, &id, &urgent, None).await?;
        moved.push(began.elapsed());
        let page = desk.inbox(&agent, waiting()).await?;
        // Of those that are as urgent the one that has waited longest is on top, and each has waited longer than the one before.
        ensure!(
            page.rows.first().is_some_and(|row| row.id == id),
            "it is not on top"
        );
    }
    row("moved to the top, on disk", &mut moved);
    served.store.close();
    Ok(())
}

/// Pages that are narrowed or sorted by what stands in orders, and those of the bot, which no list is kept for. Where nothing is found among
/// the lines that were looked at, the page says where to go on.
async fn narrow_ones(desk: &Desk, agent: &Agent) -> Result<()> {
    let from = |least: u32| Filter {
        currency: Some(Currency::GBP),
        at_least: Some(Decimal::from(least)),
        ..Filter::default()
    };
    let late = Filter {
        late_at: Some(Clock::system().now()),
        ..Filter::default()
    };
    let handed = Filter {
        reason: Some(HandoffReason::AskedForHuman),
        ..Filter::default()
    };
    let pages = [
        (
            "a page of the most urgent",
            View::Waiting,
            Filter::default(),
            Sort::Urgent,
        ),
        (
            "a page of the most urgent of all that are open",
            View::Open,
            Filter::default(),
            Sort::Urgent,
        ),
        (
            "a page of the newest",
            View::Waiting,
            Filter::default(),
            Sort::Newest,
        ),
        (
            "a page by amount, the largest first",
            View::Waiting,
            Filter::default(),
            Sort::Amount,
        ),
        (
            "a page of amounts of one in ten",
            View::Waiting,
            from(900),
            Sort::Own,
        ),
        (
            "a page of amounts of one in a thousand",
            View::Waiting,
            from(999),
            Sort::Own,
        ),
        (
            "a page of what is overdue, with none",
            View::Waiting,
            late,
            Sort::Own,
        ),
        (
            "a page of the bot's",
            View::Bot,
            Filter::default(),
            Sort::Own,
        ),
        (
            "a page of the bot's, the first first",
            View::Bot,
            Filter::default(),
            Sort::Oldest,
        ),
        (
            "a page of the bot's that none fits",
            View::Bot,
            handed,
            Sort::Own,
        ),
    ];
    for (name, view, filter, sort) in pages {
        measure(name, async |_| {
            let asked = InboxQuery {
                sort,
                ..query(view.clone(), filter.clone(), PAGE)
            };
            let page = desk.inbox(agent, asked).await?;
            Ok(!page.rows.is_empty() || page.next.is_some())
        })
        .await?;
    }
    Ok(())
}

fn query(view: View, filter: Filter, limit: usize) -> InboxQuery {
    InboxQuery {
        view,
        filter,
        sort: Sort::Own,
        cursor: None,
        limit,
    }
}

async fn measure<F>(name: &str, mut run: impl FnMut(usize) -> F) -> Result<()>
where
    F: Future<Output = Result<bool>>,
{
    let mut times = Vec::new();
    for number in 0..TIMES {
        let began = Instant::now();
        let is_right = run(number).await?;
        times.push(began.elapsed());
        ensure!(is_right, "{name}: not what was looked for");
    }
    row(name, &mut times);
    Ok(())
}

fn row(name: &str, times: &mut [Duration]) {
    let of = |times: &mut [Duration], part| permille(times, part).as_secs_f64() * 1e6;
    let (middle, most) = (of(times, 500), of(times, 990));
    println!("{name:<36}{middle:>12.0}{most:>11.0}");
}

/// Fills a store as the desk would, and adds an agent who sees all of it.
async fn fill(data: &std::path::Path, all: usize, open: usize) -> Result<Agent> {
    let clock = Clock::system();
    let store = Store::open(&Options::new(data, clock.now()))?;
    let new = NewAgent {
        id: AgentId::parse("lead")?,
        name: "Lead".to_owned(),
        merchant: None,
        role: AgentRole::Admin,
        team: None,
    };
    let (agent, _) = accounts::add_agent(&store, &clock, new).await?;
    let now = clock.now();
    let commits = (0..all).map(|number| {
        let stands = match all - number {
            left if left <= open => Stands::Waits,
            left if left <= 2 * open => Stands::WithBot,
            _ => Stands::Done,
        };
        conversation(number, stands, now)
    });
    filling::write_all(&store, commits).await?;
    store.close();
    Ok(agent)
}

/// How a conversation of the filling stands.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Stands {
    Waits,
    WithBot,
    Done,
}

/// A question about an order; of those that wait for people one in a hundred has a label.
fn conversation(number: usize, stands: Stands, now: Timestamp) -> Result<Commit> {
    let (mut row, question) = filling::asked(number, now)?;
    let (id, revision) = (row.id.clone(), row.revision);
    let mut bodies = vec![(Actor::Customer, question)];
    let moved = match stands {
        Stands::Waits => row.hand_off(handoff(), now)?,
        Stands::WithBot => Vec::new(),
        Stands::Done => row.resolve(None, now)?,
    };
    bodies.extend(moved.into_iter().map(|body| (Actor::System, body)));
    if stands == Stands::Waits && number.is_multiple_of(100) {
        let label = Triage {
            add: vec![Label::try_from("rare".to_owned())?],
            ..Triage::default()
        };
        let sorted = row.triage(&label)?;
        bodies.extend(sorted.into_iter().map(|body| (Actor::System, body)));
    }
    let events: Vec<_> = bodies
        .into_iter()
        .map(|(by, body)| row.next_event(by, body, now))
        .collect();
    let mut commit = Commit::new().expecting(&id, revision).events(events);
    if stands != Stands::Done {
        let mut order = desk::order(number)?;
        order.amount.amount = Decimal::from(number % 1000);
        row.memory.order = Some(order.id.clone());
        commit = commit.order(order);
    }
    Ok(commit.conversation(row))
}

fn handoff() -> Handoff {
    Handoff {
        reason: HandoffReason::AskedForHuman,
        priority: Priority::Normal,
        team: None,
        due_by: None,
        brief: Brief::default(),
    }
}
