//! Agents and API keys: who may use the desk beside customers. For the operator, who works on the store beside a desk that does not
//! run; the secrets leave here once and are never to be had again.

use secrecy::{ExposeSecret as _, SecretString};

use super::DeskError;
use crate::clock::{Clock, token, token_hash};
use crate::domain::account::{Agent, ApiKey};
use crate::domain::ids::{AgentId, MerchantId};
use crate::store::{Commit, Store};

/// An agent's token begins with this, a merchant's key with the other: whoever finds one in a file knows what it opens.
const AGENT: &str = "fda_";
const KEY: &str = "fdk_";
/// So much of a key is kept to tell keys apart: 32 bits of it.
const PREFIX: usize = KEY.len() + 8;
/// No name is longer, in characters.
const NAME: usize = 60;

/// Adds an agent and makes their token.
///
/// # Errors
/// [`DeskError::Invalid`] when there is such an agent or the name is none; when the store cannot write.
pub async fn add_agent(
    store: &Store,
    clock: &Clock,
    id: AgentId,
    name: &str,
    merchant: Option<MerchantId>,
) -> Result<(Agent, SecretString), DeskError> {
    if store.agent(&id).await?.is_some() {
        return Err(DeskError::Invalid(format!(
            "there is an agent `{id}` already"
        )));
    }
    let secret = token(AGENT);
    let agent = Agent {
        id,
        name: checked_name(name)?,
        merchant,
        token: token_hash(&secret),
        disabled: false,
        created_at: clock.now(),
    };
    store.commit(Commit::new().agent(agent.clone())).await?;
    Ok((agent, secret))
}

/// Gives an agent a new token; the old one ends. Whoever was disabled may log in again.
///
/// # Errors
/// [`DeskError::Invalid`] when there is no such agent; when the store cannot write.
pub async fn renew_token(store: &Store, id: &AgentId) -> Result<(Agent, SecretString), DeskError> {
    let secret = token(AGENT);
    let agent = Agent {
        token: token_hash(&secret),
        disabled: false,
        ..known(store, id).await?
    };
    store.commit(Commit::new().agent(agent.clone())).await?;
    Ok((agent, secret))
}

/// Ends an agent's access.
///
/// # Errors
/// [`DeskError::Invalid`] when there is no such agent; when the store cannot write.
pub async fn disable_agent(store: &Store, id: &AgentId) -> Result<Agent, DeskError> {
    let agent = Agent {
        disabled: true,
        ..known(store, id).await?
    };
    store.commit(Commit::new().agent(agent.clone())).await?;
    Ok(agent)
}

/// Makes a key for a merchant's programs.
///
/// # Errors
/// When the store cannot write.
pub async fn add_api_key(
    store: &Store,
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
    store.commit(Commit::new().api_key(key.clone())).await?;
    Ok((key, secret))
}

/// Ends a key, by the beginning of it that lists show.
///
/// # Errors
/// [`DeskError::Invalid`] when no key, or more than one, begins so; when the store cannot write.
pub async fn revoke_api_key(store: &Store, prefix: &str) -> Result<ApiKey, DeskError> {
    let mut keys = store.api_keys().await?;
    keys.retain(|key| key.prefix == prefix);
    match keys.as_slice() {
        [key] => {
            store
                .commit(Commit::new().remove_api_key(key.token))
                .await?;
            Ok(key.clone())
        }
        [] => Err(DeskError::Invalid(format!("no key begins with `{prefix}`"))),
        _ => Err(DeskError::Invalid(format!(
            "more than one key begins with `{prefix}`"
        ))),
    }
}

async fn known(store: &Store, id: &AgentId) -> Result<Agent, DeskError> {
    let agent = store.agent(id).await?;
    agent.ok_or_else(|| DeskError::Invalid(format!("there is no agent `{id}`")))
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
