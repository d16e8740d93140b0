//! One account at a platform: which, for which storefront, and what it needs to be spoken with.

use super::secret::Secret;
use crate::domain::channel::AccountKey;
use crate::domain::ids::SiteId;

/// What a platform needs to be known of an account, beside the secret that its requests are signed with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Need {
    /// The token with which the desk sends.
    Token,
    /// The word that the platform says when it is introduced.
    Verify,
    /// The platform's own number or name for the account.
    Sender,
    /// The address that answers are sent to.
    Url,
    /// The key with which the platform encrypts.
    AesKey,
}

impl Need {
    /// Its key in the configuration.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Token => "token",
            Self::Verify => "verify",
            Self::Sender => "sender",
            Self::Url => "url",
            Self::AesKey => "aes_key",
        }
    }
}

/// One account at a platform.
#[derive(Clone, Debug)]
pub struct Account {
    /// Which.
    pub key: AccountKey,
    /// The storefront that its customers come to.
    pub site: SiteId,
    /// What the platform signs with: one, or two while it is changed. None where nothing is brought: what is brought all the same is refused.
    pub secrets: Vec<Secret>,
    /// What Twilio signs with in place of the account's own token, where it was given keys for that: one, or two while it is changed.
    pub shared_keys: Vec<Secret>,
    /// What the desk sends with.
    pub token: Option<Secret>,
    /// What the platform says when it is introduced.
    pub verify: Option<Secret>,
    /// The platform's own name for the account.
    pub sender: Option<String>,
    /// What the platform encrypts with.
    pub aes_key: Option<Secret>,
    /// Whether requests are taken that are signed without their body, and not encrypted.
    pub plain: bool,
    /// Whether messages are asked for rather than brought.
    pub poll: bool,
    /// Whether people at the platform take over what the desk hands over.
    pub hands_over: bool,
    /// Which of them takes it; none for whoever is free.
    pub servicer: Option<String>,
    /// Whether the bot says first in a conversation that it is one.
    pub says_who_speaks: bool,
    /// The hosts that files are on, in place of those that the platform is known for; for platforms that name an address of each.
    pub file_hosts: Vec<String>,
    /// Where requests go, without a slash at the end. It may hold a secret.
    pub base: String,
    /// The address that the platform was given; empty while the desk has no public address.
    pub public: String,
}

impl Account {
    /// Whether any of the secrets makes this true.
    pub(super) fn any_secret(&self, fits: impl Fn(&Secret) -> bool) -> bool {
        any_of(&self.secrets, fits)
    }

    /// The token in the form of a header.
    pub(super) fn bearer(&self) -> String {
        let token = self.token.as_ref().map_or("", Secret::reveal);
        format!("Bearer {token}")
    }
}

/// Whether any of some secrets makes this true. All are tried, so that the time does not tell which.
pub(super) fn any_of(secrets: &[Secret], fits: impl Fn(&Secret) -> bool) -> bool {
    let mut found = false;
    for secret in secrets {
        found |= fits(secret);
    }
    found
}
