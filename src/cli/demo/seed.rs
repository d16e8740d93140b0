//! The demo's data: orders whose dates are told from today, and conversations that are really held.

use std::time::Duration;

use anyhow::Context as _;
use jiff::{SignedDuration, Timestamp};
use serde_json::Value;

use crate::clock::Clock;
use crate::config::Config;
use crate::desk::{Desk, Inbound, Options, Visit, accounts};
use crate::domain::account::ApiKey;
use crate::domain::conversation::Role;
use crate::domain::ids::{AgentId, ClientId, MerchantId, SiteId};
use crate::domain::order_record;
use crate::domain::rights::AgentRole;
use crate::engine::Rules;
use crate::live::Live;
use crate::store::Store;

use super::{Access, MERCHANT, SITE};

/// Orders, with times such as `@-3d`: three days ago.
const ORDERS: &str = include_str!("../../web/demo/orders.json");
/// What customers say, one list a conversation.
const CONVERSATIONS: &str = include_str!("../../web/demo/conversations.json");

pub(super) async fn fill(store: &Store, config: &Config, rules: Rules) -> anyhow::Result<Access> {
    let clock = Clock::system();
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
    let (key, api_key) = accounts::add_api_key(store, &clock, merchant).await?;
    put_orders(&desk, &key, clock.now()).await?;
    let lee = accounts::NewAgent {
        id: AgentId::parse("lee")?,
        name: "Lee".to_owned(),
        merchant: None,
        role: AgentRole::Admin,
        team: None,
    };
    let (_, agent) = accounts::add_agent(store, &clock, lee).await?;
    talk(&desk).await?;
    Ok(Access { agent, api_key })
}

async fn put_orders(desk: &Desk, key: &ApiKey, now: Timestamp) -> anyhow::Result<()> {
    let records = orders(now)?;
    let rows = order_record::parse_many(&records.to_string(), Some(&key.merchant));
    let orders = rows.into_iter().collect::<Result<Vec<_>, _>>()?;
    Ok(desk.put_orders(key, orders).await?)
}

/// The demo's orders as they stand now.
pub(super) fn orders(now: Timestamp) -> anyhow::Result<Value> {
    let mut records: Value = serde_json::from_str(ORDERS).context("the demo's orders")?;
    tell_times(&mut records, now);
    Ok(records)
}

/// Turns `@-3d` into the time three days before now.
fn tell_times(value: &mut Value, now: Timestamp) {
    match value {
        Value::String(text) => {
            let days = text
                .strip_prefix('@')
                .and_then(|text| text.strip_suffix('d'));
            if let Some(days) = days.and_then(|days| days.parse::<i64>().ok()) {
                *text = (now + SignedDuration::from_hours(24 * days)).to_string();
            }
        }
        Value::Array(list) => list.iter_mut().for_each(|value| tell_times(value, now)),
        Value::Object(map) => map.values_mut().for_each(|value| tell_times(value, now)),
        _ => {}
    }
}

async fn talk(desk: &Desk) -> anyhow::Result<()> {
    let conversations: Vec<Vec<String>> =
        serde_json::from_str(CONVERSATIONS).context("the demo's conversations")?;
    for texts in conversations {
        let visit = Visit {
            site: SiteId::parse(SITE)?,
            identity: None,
            role: Role::Customer,
            language: None,
        };
        let session = desk.open_session(visit).await?.session;
        for (number, text) in texts.into_iter().enumerate() {
            let client_id = ClientId::parse(&format!("demo-{number}"))?;
            desk.receive(
                &session,
                Inbound {
                    client_id,
                    text,
                    choice: None,
                    address: None,
                },
            )
            .await?;
        }
    }
    Ok(())
}
