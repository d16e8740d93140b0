//! Giving access, taking it away, and giving a new token in the place of one: in the data folder, or where a desk runs by asking that desk, so
//! that what is taken away ends at once, in open streams too.

use anyhow::anyhow;
use secrecy::{ExposeSecret as _, SecretString};
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::runtime::Handle;

use super::entry::record;
use super::folder::Folder;
use crate::clock::Clock;
use crate::desk::accounts::{Keys, NewAgent, Roll};
use crate::desk::{DeskError, accounts};
use crate::domain::account::Agent;
use crate::domain::ids::{AgentId, MerchantId};
use crate::domain::language::Language;
use crate::domain::password::PasswordHash;
use crate::domain::rights::AgentRole;
use crate::store::{Store, request};

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
        let clock = Clock::system();
        let roll = Roll::for_operator(store, clock.now());
        Ok(match self {
            Self::Add(new) => {
                let (agent, keys) = accounts::add_agent(roll, &clock, new.clone()).await?;
                with_keys(&agent, &keys)
            }
            Self::Renew(id) => {
                let (agent, token) = accounts::renew_token(roll, id).await?;
                with_token(&agent, &token)
            }
            Self::Passwd(id, chosen) => {
                let (agent, made) = accounts::set_password(roll, id, chosen.clone()).await?;
                let mut shown = record(&agent);
                if let Some(made) = made {
                    shown["password"] = json!(made.expose_secret());
                }
                shown
            }
            Self::Rights(id, role, team) => {
                let changed = accounts::set_rights(roll, id, *role, team.as_deref());
                record(&changed.await?)
            }
            Self::Totp(id, on) => {
                let agent = accounts::set_totp(roll, id, *on).await?;
                let mut shown = record(&agent);
                if let Some(totp) = &agent.rights.totp {
                    let (secret, address) = totp.shown(id);
                    shown["totp"] = json!({"secret": secret, "address": address});
                }
                shown
            }
            Self::Load(id, cap, languages) => {
                let changed = accounts::set_load(roll, id, *cap, languages.clone());
                record(&changed.await?)
            }
            Self::Disable(id) => record(&accounts::disable_agent(roll, id).await?),
            Self::Key(merchant) => {
                let (key, secret) = accounts::add_api_key(roll, &clock, merchant.clone()).await?;
                json!({"merchant": key.merchant, "prefix": key.prefix, "key": secret.expose_secret()})
            }
            Self::Revoke(prefix) => {
                let key = accounts::revoke_api_key(roll, prefix).await?;
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

/// What a running desk answers; none if something else was asked for.
pub(super) fn answer(
    store: &Store,
    runtime: &Handle,
    line: &str,
) -> Option<Result<String, String>> {
    let change = Change::parse(line)?;
    let made = runtime.block_on(change.make(store));
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
}

/// The record with the token, which is shown this once.
fn with_token(agent: &Agent, token: &SecretString) -> Value {
    let mut shown = record(agent);
    shown["token"] = json!(token.expose_secret());
    shown
}

/// The record with all that lets them in, which is shown this once.
fn with_keys(agent: &Agent, keys: &Keys) -> Value {
    let mut shown = with_token(agent, &keys.token);
    shown["password"] = json!(keys.password.expose_secret());
    shown
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
