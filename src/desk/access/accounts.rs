//! Agents and API keys: who may use the desk beside customers. For the operator, who works on the store beside a desk that does not
//! run; the secrets leave here once and are never to be had again.

use secrecy::{ExposeSecret as _, SecretString};
use serde::{Deserialize, Serialize};

pub use super::roll::Roll;
use super::roll::named;
use crate::clock::{Clock, password, salt, token, token_hash, totp_secret};
use crate::desk::DeskError;
use crate::domain::account::{Agent, ApiKey};
use crate::domain::audit::Audited;
use crate::domain::ids::{AgentId, MerchantId};
use crate::domain::language::Language;
use crate::domain::password::PasswordHash;
use crate::domain::rights::{AgentRole, Rights};
use crate::domain::totp::Totp;
use crate::store::Commit;

/// An agent's token begins with this, a merchant's key with the other: whoever finds one in a file knows what it opens.
const AGENT: &str = "fda_";
const KEY: &str = "fdk_";
/// What the first of all agents is called.
const ADMIN: &str = "admin";
/// So much of a key is kept to tell keys apart: 32 bits of it.
const PREFIX: usize = KEY.len() + 8;
/// No name is longer, in characters.
const NAME: usize = 60;

/// Somebody who is to answer customers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewAgent {
    /// Their id, which is also their log-in.
    pub id: AgentId,
    /// The name that customers see.
    pub name: String,
    /// Sees this merchant's conversations only; none sees all.
    pub merchant: Option<MerchantId>,
    /// What they may do.
    pub role: AgentRole,
    /// The team that they belong to.
    pub team: Option<String>,
}

/// What lets an agent in: shown this once.
#[derive(Debug)]
pub struct Keys {
    /// For programs.
    pub token: SecretString,
    /// For the inbox.
    pub password: SecretString,
}

/// Adds an agent, and makes their token and password.
///
/// # Errors
/// [`DeskError::Invalid`] when there is such an agent or the name is none; when the store cannot write.
pub async fn add_agent(
    roll: impl Into<Roll<'_>>,
    clock: &Clock,
    new: NewAgent,
) -> Result<(Agent, Keys), DeskError> {
    let roll = roll.into();
    let NewAgent {
        id,
        name,
        merchant,
        role,
        team,
    } = new;
    if roll.store.agent(&id).await?.is_some() {
        return Err(DeskError::Invalid(format!(
            "there is an agent `{id}` already"
        )));
    }
    let keys = Keys {
        token: token(AGENT),
        password: password(),
    };
    let agent = Agent {
        id,
        name: checked_name(&name)?,
        merchant,
        token: token_hash(&keys.token),
        disabled: false,
        created_at: clock.now(),
        rights: Rights {
            role,
            team: team.as_deref().map(checked_name).transpose()?,
            password: Some(hashed(&keys.password)?),
            totp: None,
            cap: None,
            languages: Vec::new(),
            epoch: 0,
        },
    };
    roll.write_agent(&agent, Audited::AgentAdded).await?;
    Ok((agent, keys))
}

/// Makes the agent `admin` where nobody is an admin and nobody has that name, and gives what lets them in.
///
/// # Errors
/// When the store cannot be read or written.
pub async fn first_admin(
    roll: Roll<'_>,
    clock: &Clock,
) -> Result<Option<(Agent, Keys)>, DeskError> {
    let id = named(ADMIN)?;
    let agents = roll.store.agents().await?;
    let there_is = |agent: &Agent| agent.rights.role == AgentRole::Admin || agent.id == id;
    if agents.iter().any(there_is) {
        return Ok(None);
    }
    let new = NewAgent {
        name: ADMIN.to_owned(),
        id,
        merchant: None,
        role: AgentRole::Admin,
        team: None,
    };
    add_agent(roll, clock, new).await.map(Some)
}

/// Gives an agent another password: the one they chose, as its hash, or a new one that is shown once. All their log-ins end.
///
/// # Errors
/// [`DeskError::Invalid`] when there is no such agent; when the store cannot write.
pub async fn set_password(
    roll: impl Into<Roll<'_>>,
    id: &AgentId,
    chosen: Option<PasswordHash>,
) -> Result<(Agent, Option<SecretString>), DeskError> {
    let roll = roll.into();
    let (hash, made) = match chosen {
        Some(hash) => (hash, None),
        None => {
            let made = password();
            (hashed(&made)?, Some(made))
        }
    };
    let agent = with_password(roll, id, hash).await?;
    roll.write_agent(&agent, Audited::PasswordSet).await?;
    Ok((agent, made))
}

/// An agent as they are with another password.
pub(in crate::desk) async fn with_password(
    roll: Roll<'_>,
    id: &AgentId,
    hash: PasswordHash,
) -> Result<Agent, DeskError> {
    let mut agent = roll.known(id).await?;
    agent.rights = Rights {
        password: Some(hash),
        ..agent.rights.renewed()
    };
    Ok(agent)
}

/// Gives an agent another role or team. All their log-ins end: what is open was opened with the rights from before.
///
/// # Errors
/// [`DeskError::Invalid`] when there is no such agent or the team is none; when the store cannot write.
pub async fn set_rights(
    roll: impl Into<Roll<'_>>,
    id: &AgentId,
    role: Option<AgentRole>,
    team: Option<&str>,
) -> Result<Agent, DeskError> {
    let roll = roll.into();
    let mut agent = roll.known(id).await?;
    let team = team.map(checked_name).transpose()?;
    agent.rights = Rights {
        role: role.unwrap_or(agent.rights.role),
        team: team.or_else(|| agent.rights.team.clone()),
        ..agent.rights.renewed()
    };
    roll.write_agent(&agent, Audited::RightsChanged).await?;
    Ok(agent)
}

/// Gives an agent a second factor, whose secret is shown once, or takes it away. All their log-ins end.
///
/// # Errors
/// [`DeskError::Invalid`] when there is no such agent; when the store cannot write.
pub async fn set_totp(
    roll: impl Into<Roll<'_>>,
    id: &AgentId,
    on: bool,
) -> Result<Agent, DeskError> {
    let roll = roll.into();
    let mut agent = roll.known(id).await?;
    agent.rights = Rights {
        totp: on.then(|| Totp::new(totp_secret())),
        ..agent.rights.renewed()
    };
    let what = Audited::second_factor(on);
    roll.write_agent(&agent, what).await?;
    Ok(agent)
}

/// Says how many conversations an agent is given at most, and in which languages.
///
/// # Errors
/// [`DeskError::Invalid`] when there is no such agent, or they would get none; when the store cannot write.
pub async fn set_load(
    roll: impl Into<Roll<'_>>,
    id: &AgentId,
    cap: Option<u16>,
    languages: Vec<Language>,
) -> Result<Agent, DeskError> {
    let roll = roll.into();
    if cap == Some(0) {
        let why = "an agent who is given nothing is a viewer: a cap is 1 at least";
        return Err(DeskError::Invalid(why.to_owned()));
    }
    let mut agent = roll.known(id).await?;
    agent.rights = Rights {
        cap,
        languages,
        ..agent.rights
    };
    roll.write_agent(&agent, Audited::LoadChanged).await?;
    Ok(agent)
}

/// The hash of a password, if it may be one.
///
/// # Errors
/// [`DeskError::Invalid`] when it is too short or too long.
pub fn hashed(password: &SecretString) -> Result<PasswordHash, DeskError> {
    PasswordHash::of(password, salt()).map_err(|error| DeskError::Invalid(error.to_string()))
}

/// Gives an agent a new token; the old one ends. Whoever was disabled may log in again.
///
/// # Errors
/// [`DeskError::Invalid`] when there is no such agent; when the store cannot write.
pub async fn renew_token(
    roll: impl Into<Roll<'_>>,
    id: &AgentId,
) -> Result<(Agent, SecretString), DeskError> {
    let roll = roll.into();
    let secret = token(AGENT);
    let agent = Agent {
        token: token_hash(&secret),
        disabled: false,
        ..roll.known(id).await?
    };
    roll.write_agent(&agent, Audited::TokenRenewed).await?;
    Ok((agent, secret))
}

/// Ends an agent's access.
///
/// # Errors
/// [`DeskError::Invalid`] when there is no such agent; when the store cannot write.
pub async fn disable_agent(roll: impl Into<Roll<'_>>, id: &AgentId) -> Result<Agent, DeskError> {
    let roll = roll.into();
    let known = roll.known(id).await?;
    let agent = Agent {
        disabled: true,
        rights: known.rights.clone().renewed(),
        ..known
    };
    roll.write_agent(&agent, Audited::AgentDisabled).await?;
    Ok(agent)
}

/// Makes a key for a merchant's programs.
///
/// # Errors
/// When the store cannot write.
pub async fn add_api_key(
    roll: impl Into<Roll<'_>>,
    clock: &Clock,
    merchant: MerchantId,
) -> Result<(ApiKey, SecretString), DeskError> {
    let secret = token(KEY);
    let key = ApiKey {
        prefix: secret.expose_secret().chars().take(PREFIX).collect(),
        token: token_hash(&secret),
        merchant,
        created_at: clock.now(),
    };
    let change = Commit::new().api_key(key.clone());
    let roll = roll.into();
    roll.write(change, Audited::KeyMade, in_words(&key)).await?;
    Ok((key, secret))
}

/// Ends a key, by the beginning of it that lists show.
///
/// # Errors
/// [`DeskError::Invalid`] when no key, or more than one, begins so; when the store cannot write.
pub async fn revoke_api_key(roll: impl Into<Roll<'_>>, prefix: &str) -> Result<ApiKey, DeskError> {
    let roll = roll.into();
    let mut keys = roll.store.api_keys().await?;
    keys.retain(|key| key.prefix == prefix);
    match keys.as_slice() {
        [key] => {
            let change = Commit::new().remove_api_key(key.token);
            roll.write(change, Audited::KeyEnded, in_words(key)).await?;
            Ok(key.clone())
        }
        [] => Err(DeskError::Invalid(format!("no key begins with `{prefix}`"))),
        _ => Err(DeskError::Invalid(format!(
            "more than one key begins with `{prefix}`"
        ))),
    }
}

/// A key as the audit log names it.
fn in_words(key: &ApiKey) -> String {
    format!("{} of {}", key.prefix, key.merchant)
}

/// A name that customers can be shown: something, not too much, and nothing in it that acts.
fn checked_name(name: &str) -> Result<String, DeskError> {
    let name = name.trim();
    let hides = |c: char| {
        c.is_control()
            || matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
    };
    if name.is_empty() || name.chars().count() > NAME || name.contains(hides) {
        let why = format!("a name has 1 to {NAME} characters, all of them to be seen");
        return Err(DeskError::Invalid(why));
    }
    Ok(name.to_owned())
}

#[cfg(test)]
mod tests {
    use super::checked_name;

    #[test]
    fn a_name_is_something_to_be_seen() {
        assert_eq!(checked_name(" Mei Lin ").unwrap(), "Mei Lin");
        for bad in ["", "  ", "a\nb", "evil\u{202e}", &"x".repeat(61)] {
            assert!(checked_name(bad).is_err(), "{bad:?}");
        }
    }
}
