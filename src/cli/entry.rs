//! Entries of lists that commands print: as JSON, and as the cells of a table where there is one.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::domain::account::{Agent, ApiKey};
use crate::domain::audit::AuditEntry;
use crate::domain::ids::MerchantId;

/// One entry.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Entry {
    /// As JSON.
    pub(super) record: Value,
    /// As cells.
    pub(super) cells: Vec<String>,
}

/// An agent, without the hash of the token, which is nobody's business.
pub(super) fn record(agent: &Agent) -> Value {
    json!({
        "id": agent.id, "name": agent.name, "merchant": agent.merchant,
        "disabled": agent.disabled, "created_at": agent.created_at, "role": agent.rights.role, "team": agent.rights.team,
        "cap": agent.rights.cap, "languages": agent.rights.languages, "second_factor": agent.rights.totp.is_some(),
    })
}

/// An agent in the list of agents.
pub(super) fn agent(agent: &Agent) -> Entry {
    let merchant = agent.merchant.as_ref().map_or("all", MerchantId::as_str);
    let state = if agent.disabled { "disabled" } else { "active" };
    let since = agent.created_at.to_string();
    let team = agent.rights.team.as_deref().unwrap_or("");
    let (id, role) = (agent.id.as_str(), agent.rights.role.name());
    let cells = [id, &agent.name, role, team, merchant, state, &since];
    Entry {
        record: record(agent),
        cells: cells.map(str::to_owned).into(),
    }
}

/// A key in the list of keys.
pub(super) fn key(key: &ApiKey) -> Entry {
    let (prefix, merchant, since) = (&key.prefix, &key.merchant, key.created_at);
    Entry {
        record: json!({"prefix": prefix, "merchant": merchant, "created_at": since}),
        cells: vec![prefix.clone(), merchant.to_string(), since.to_string()],
    }
}

/// A line of the audit log.
pub(super) fn audited(entry: &AuditEntry) -> Entry {
    let record = json!({
        "at": entry.at, "agent": entry.agent, "what": entry.what.name(),
        "about": entry.about, "from": entry.from,
    });
    Entry {
        record,
        cells: Vec::new(),
    }
}
