//! Giving access, taking it away, and giving a new token in the place of one: in the data folder, or where a desk runs by asking that desk, so
//! that what is taken away ends at once, in open streams too.

use anyhow::anyhow;
use secrecy::{ExposeSecret as _, SecretString};
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::runtime::Handle;

use super::asking::{self, Entry};
use super::folder::Folder;
use super::{notice, review};
use crate::clock::Clock;
use crate::desk::accounts::{Keys, NewAgent};
use crate::desk::{DeskError, accounts};
use crate::domain::account::{Agent, ApiKey};
use crate::domain::ids::{AgentId, MerchantId};
use crate::domain::language::Language;
use crate::domain::password::PasswordHash;
use crate::domain::rights::AgentRole;
use crate::domain::webhook::Subscription;
use crate::store::{Others, Store, request};

/// A change of somebody's access.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Change {
    /// There is a new agent.
    Add(NewAgent),
    /// An agent gets a new token, the old one ends.
    Renew(AgentId),
    /// An agent gets another password: this one, or a new one.
    Passwd(AgentId, Option<PasswordHash>),
    /// An agent gets another role or team.
    Rights(AgentId, Option<AgentRole>, Option<String>),
    /// An agent gets a second factor, or has none from now on.
    Totp(AgentId, bool),
    /// An agent gets so many conversations at most, in these languages.
    Load(AgentId, Option<u16>, Vec<Language>),
    /// An agent may not work any more.
    Disable(AgentId),
    /// There is a new API key for a merchant's programs.
    Key(MerchantId),
    /// The API key that begins so ends.
    Revoke(String),
}

/// A role and a team as they are asked for.
#[derive(Deserialize)]
struct Rights {
    role: Option<AgentRole>,
    team: Option<String>,
}

/// How much somebody is given, as it is asked for.
#[derive(Deserialize)]
struct Load {
    cap: Option<u16>,
    languages: Vec<Language>,
}

impl Change {
    /// As it is asked for: a word and whom it is about.
    fn line(&self) -> String {
        match self {
            Self::Add(new) => format!("add\t{}", json!(new)),
            Self::Renew(id) => format!("renew\t{id}"),
            Self::Passwd(id, chosen) => {
                let chosen = serde_json::to_string(chosen).unwrap_or_default();
                format!("passwd\t{id}\t{chosen}")
            }
            Self::Rights(id, role, team) => {
                format!("rights\t{id}\t{}", json!({"role": role, "team": team}))
            }
            Self::Totp(id, on) => format!("totp\t{id}\t{on}"),
            Self::Load(id, cap, languages) => {
                format!(
                    "load\t{id}\t{}",
                    json!({"cap": cap, "languages": languages})
                )
            }
            Self::Disable(id) => format!("disable\t{id}"),
            Self::Key(merchant) => format!("key\t{merchant}"),
            Self::Revoke(prefix) => format!("revoke\t{}", prefix.replace(['\n', '\t'], " ")),
        }
    }

    fn parse(line: &str) -> Option<Self> {
        let (word, about) = line.split_once('\t')?;
        Some(match word {
            "add" => Self::Add(serde_json::from_str(about).ok()?),
            "renew" => Self::Renew(AgentId::parse(about).ok()?),
            "passwd" => {
                let (id, chosen) = about.split_once('\t')?;
                Self::Passwd(AgentId::parse(id).ok()?, serde_json::from_str(chosen).ok()?)
            }
            "rights" => {
                let (id, rights) = about.split_once('\t')?;
                let Rights { role, team } = serde_json::from_str(rights).ok()?;
                Self::Rights(AgentId::parse(id).ok()?, role, team)
            }
            "totp" => {
                let (id, on) = about.split_once('\t')?;
                Self::Totp(AgentId::parse(id).ok()?, on.parse().ok()?)
            }
            "load" => {
                let (id, load) = about.split_once('\t')?;
                let Load { cap, languages } = serde_json::from_str(load).ok()?;
                Self::Load(AgentId::parse(id).ok()?, cap, languages)
            }
            "disable" => Self::Disable(AgentId::parse(about).ok()?),
            "key" => Self::Key(MerchantId::parse(about).ok()?),
            "revoke" => Self::Revoke(about.to_owned()),
            _ => return None,
        })
    }

    /// Makes it, and gives what to show.
    async fn make(&self, store: &Store) -> Result<Value, DeskError> {
        Ok(match self {
            Self::Add(new) => {
                let clock = Clock::system();
                let (agent, keys) = accounts::add_agent(store, &clock, new.clone()).await?;
                with_keys(&agent, &keys)
            }
            Self::Renew(id) => {
                let (agent, token) = accounts::renew_token(store, id).await?;
                with_token(&agent, &token)
            }
            Self::Passwd(id, chosen) => {
                let (agent, made) = accounts::set_password(store, id, chosen.clone()).await?;
                let mut shown = to_json(&agent);
                if let Some(made) = made {
                    shown["password"] = json!(made.expose_secret());
                }
                shown
            }
            Self::Rights(id, role, team) => {
                let changed = accounts::set_rights(store, id, *role, team.as_deref());
                to_json(&changed.await?)
            }
            Self::Totp(id, on) => {
                let agent = accounts::set_totp(store, id, *on).await?;
                let mut shown = to_json(&agent);
                if let Some(totp) = &agent.rights.totp {
                    let (secret, address) = totp.shown(id);
                    shown["totp"] = json!({"secret": secret, "address": address});
                }
                shown
            }
            Self::Load(id, cap, languages) => {
                let changed = accounts::set_load(store, id, *cap, languages.clone());
                to_json(&changed.await?)
            }
            Self::Disable(id) => to_json(&accounts::disable_agent(store, id).await?),
            Self::Key(merchant) => {
                let clock = Clock::system();
                let (key, secret) = accounts::add_api_key(store, &clock, merchant.clone()).await?;
                json!({"merchant": key.merchant, "prefix": key.prefix, "key": secret.expose_secret()})
            }
            Self::Revoke(prefix) => {
                let key = accounts::revoke_api_key(store, prefix).await?;
                json!({"prefix": key.prefix, "merchant": key.merchant})
            }
        })
    }

    /// Has it made, by the desk that runs on the folder if one does.
    ///
    /// # Errors
    /// When there is no such agent or key, or the store cannot be used.
    pub(super) fn apply(&self, folder: &Folder) -> anyhow::Result<Value> {
        match request(&folder.config()?.data, &self.line())? {
            Some(answer) => Ok(serde_json::from_str(&answer.map_err(|why| anyhow!(why))?)?),
            None if matches!(self, Self::Add(_) | Self::Key(_)) => {
                folder.with_store(async |store, _| Ok(self.make(store).await?))
            }
            None => folder.with_existing_store(async |store, _| Ok(self.make(store).await?)),
        }
    }
}

/// Makes the changes that other processes ask a running desk for.
pub(super) fn answering(store: Store, told: Vec<Subscription>, runtime: Handle) -> Others {
    Box::new(move |line| {
        if let Some(answer) = notice::answer(&store, &told, &runtime, line) {
            return Some(answer);
        }
        if let Some(answer) = asking::answer(&store, &runtime, line) {
            return Some(answer);
        }
        if let Some(answer) = review::answer(&store, &runtime, line) {
            return Some(answer);
        }
        let change = Change::parse(line)?;
        let made = runtime.block_on(change.make(&store));
        let (word, _) = line.split_once('\t')?;
        tracing::info!(
            change = word,
            done = made.is_ok(),
            "asked to change somebody's access"
        );
        Some(
            made.map(|shown| shown.to_string())
                .map_err(|e| e.to_string()),
        )
    })
}

/// The record with the token, which is shown this once.
fn with_token(agent: &Agent, token: &SecretString) -> Value {
    let mut record = to_json(agent);
    record["token"] = json!(token.expose_secret());
    record
}

/// The record with all that lets them in, which is shown this once.
fn with_keys(agent: &Agent, keys: &Keys) -> Value {
    let mut record = with_token(agent, &keys.token);
    record["password"] = json!(keys.password.expose_secret());
    record
}

/// Without the hash of the token, which is nobody's business.
pub(super) fn to_json(agent: &Agent) -> Value {
    json!({
        "id": agent.id, "name": agent.name, "merchant": agent.merchant,
        "disabled": agent.disabled, "created_at": agent.created_at, "role": agent.rights.role, "team": agent.rights.team,
        "cap": agent.rights.cap, "languages": agent.rights.languages, "second_factor": agent.rights.totp.is_some(),
    })
}

/// An agent in the list of agents.
pub(super) fn entry(agent: &Agent) -> Entry {
    let merchant = agent.merchant.as_ref().map_or("all", MerchantId::as_str);
    let state = if agent.disabled { "disabled" } else { "active" };
    let since = agent.created_at.to_string();
    let team = agent.rights.team.as_deref().unwrap_or("");
    let (id, role) = (agent.id.as_str(), agent.rights.role.name());
    let cells = [id, &agent.name, role, team, merchant, state, &since];
    Entry {
        record: to_json(agent),
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

#[cfg(test)]
mod tests {
    use super::Change;
    use crate::domain::ids::{AgentId, MerchantId};
    use crate::domain::language::Language;
    use crate::domain::password::PasswordHash;
    use crate::domain::rights::AgentRole;

    #[test]
    fn a_change_is_asked_for_on_one_line() {
        let mei = AgentId::parse("mei").unwrap();
        for change in [
            Change::Renew(mei.clone()),
            Change::Passwd(mei.clone(), None),
            Change::Passwd(mei.clone(), Some(PasswordHash::of_nobody())),
            Change::Rights(mei.clone(), Some(AgentRole::Lead), Some("a\tb".to_owned())),
            Change::Totp(mei.clone(), true),
            Change::Load(mei.clone(), Some(5), vec![Language::ZhHans]),
            Change::Load(mei.clone(), None, Vec::new()),
            Change::Disable(mei),
            Change::Key(MerchantId::parse("m_demo").unwrap()),
            Change::Revoke("fdk_1a2b3c4d".to_owned()),
        ] {
            assert_eq!(Change::parse(&change.line()), Some(change));
        }
        assert_eq!(Change::Revoke("a\nb".to_owned()).line(), "revoke\ta b");
        for line in ["", "renew", "renew\t", "open\tmei"] {
            assert_eq!(Change::parse(line), None, "{line}");
        }
    }
}
