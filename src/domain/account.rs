//! Who may use the desk beside customers: sessions of visitors, agents, and the API keys of shops.
//!
//! Secrets are kept as SHA-256 hashes of 256 random bits; a secret itself is never stored and never printed twice.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use super::constant_time::same;
use super::conversation::{Identity, Role};
use super::ids::{AgentId, ConversationId, EndpointId, MerchantId, SiteId, VisitorId};
use super::is_default;
use super::language::Language;
use super::page_facts::PageFacts;
use super::rights::Rights;

/// The SHA-256 hash of a token. It is looked up, or compared in constant time; it has no order and no hash of its own.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub struct TokenHash(pub [u8; 32]);

impl PartialEq for TokenHash {
    fn eq(&self, other: &Self) -> bool {
        same(&self.0, &other.0)
    }
}

impl Eq for TokenHash {}

impl TokenHash {
    /// In the place of a token, for the session of somebody whom a platform vouches for. There is no token with this hash: none that
    /// fits into a header begins with a zero byte.
    #[must_use]
    pub fn of_platform_user(outbox: &EndpointId, user: &str) -> Self {
        Self(Sha256::digest(format!("\0{outbox}\0{user}")).into())
    }
}

/// A visitor's session with a site.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Session {
    /// The hash of the token that the browser holds.
    pub token: TokenHash,
    /// Whose it is.
    pub visitor: VisitorId,
    /// The storefront.
    pub site: SiteId,
    /// The conversation it may read and write.
    pub conversation: Option<ConversationId>,
    /// Who speaks.
    pub role: Role,
    /// Whom the shop signed in.
    pub identity: Option<Identity>,
    /// The language of the page.
    pub language: Option<Language>,
    /// What the page says beside it.
    #[serde(default, skip_serializing_if = "is_default")]
    pub page: PageFacts,
    /// When it began.
    pub created_at: Timestamp,
    /// When it ends.
    pub expires_at: Timestamp,
}

/// Somebody who answers customers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Agent {
    /// Their id, which is also their log-in.
    pub id: AgentId,
    /// The name that customers see.
    pub name: String,
    /// Sees this merchant's conversations only; none sees all.
    pub merchant: Option<MerchantId>,
    /// The hash of their API token.
    pub token: TokenHash,
    /// Whether they may not log in any more.
    pub disabled: bool,
    /// Since when they are known.
    pub created_at: Timestamp,
    /// What they may do, and how they log in.
    #[serde(default, skip_serializing_if = "is_default")]
    pub rights: Rights,
}

/// An agent's log-in with a browser.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LogIn {
    /// The hash of the token that the browser holds.
    pub token: TokenHash,
    /// Whose it is.
    pub agent: AgentId,
    /// It counts as long as this is that of the agent.
    pub epoch: u32,
    /// When the agent last did something, to some minutes.
    pub seen_at: Timestamp,
    /// When it ends, whatever happens.
    pub expires_at: Timestamp,
}

/// A shop's key to the API.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ApiKey {
    /// The first characters of the key, by which people tell keys apart.
    pub prefix: String,
    /// The hash of the whole key.
    pub token: TokenHash,
    /// Whose orders it may read and write.
    pub merchant: MerchantId,
    /// Since when it is known.
    pub created_at: Timestamp,
}
