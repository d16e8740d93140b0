//! What the demo begins with: its orders, its agents, and conversations that are really held.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

use crate::clock::Clock;
use crate::config::Config;
use crate::desk::accounts::NewAgent;
use crate::desk::{Desk, Options, accounts};
use crate::domain::account::ApiKey;
use crate::domain::ids::{AgentId, EndpointId, MerchantId};
use crate::domain::order_record;
use crate::domain::rights::AgentRole;
use crate::domain::webhook::{EventKind, Subscription};
use crate::engine::Rules;
use crate::live::Live;
use crate::store::Store;

use super::{Access, MERCHANT, orders, talks};

/// Who answers in the demo: id, name, role, and how many conversations they are given. What waits is given out to Mei alone: the others
/// have as many as they are given.
const AGENTS: [(&str, &str, AgentRole, u16); 4] = [
    ("lee", "Lee", AgentRole::Admin, 2),
    ("kim", "Kim", AgentRole::Lead, 2),
    ("mei", "Mei", AgentRole::Agent, 6),
    ("vic", "Vic", AgentRole::Viewer, 1),
];
/// When the first conversation was held, and how long after it the next one.
const BEGAN: SignedDuration = SignedDuration::from_mins(5 * 60);
const APART: SignedDuration = SignedDuration::from_mins(7);

pub(super) async fn fill(store: &Store, config: &Config, rules: Rules) -> anyhow::Result<Access> {
    let now = Clock::system().now();
    let clock = Clock::manual(now - BEGAN);
    let sites = config.sites.iter().map(|one| one.site.clone()).collect();
    let options = Options {
        settle: Duration::ZERO,
        ..Options::default()
    };
    let desk = Desk::new(
        store.clone(),
        rules,
        sites,
        clock.clone(),
        Live::new(),
        options,
    );
    let merchant = MerchantId::parse(MERCHANT)?;
    // The shop's program is told what agents ask of it, and has taken it before anybody looks.
    let told = Subscription {
        endpoint: EndpointId::parse("demo_shop")?,
        merchant: merchant.clone(),
        events: vec![EventKind::MerchantTold],
    };
    desk.set_subscriptions(vec![told.clone()]);
    let (key, api_key) = accounts::add_api_key(store, &clock, merchant).await?;
    put_orders(&desk, &key, now).await?;
    let mut agents = Vec::new();
    for (id, name, role, cap) in AGENTS {
        let new = NewAgent {
            id: AgentId::parse(id)?,
            name: name.to_owned(),
            merchant: None,
            role,
            team: None,
        };
        let (agent, keys) = accounts::add_agent(store, &clock, new).await?;
        let agent = accounts::set_load(store, &agent.id, Some(cap), Vec::new()).await?;
        agents.push((agent, keys));
    }
    let house = talks::House {
        desk: &desk,
        clock: &clock,
        agents: &agents,
        key: &key,
    };
    talks::hold_all(&house, APART).await?;
    desk.was_taken(&told.endpoint).await?;
    Ok(Access { agents, api_key })
}

async fn put_orders(desk: &Desk, key: &ApiKey, now: Timestamp) -> anyhow::Result<()> {
    let records = orders::as_of(now)?;
    let rows = order_record::parse_many(&records.to_string(), Some(&key.merchant));
    let orders = rows.into_iter().collect::<Result<Vec<_>, _>>()?;
    Ok(desk.put_orders(key, orders).await?)
}
