//! The only place that knows the time and makes random tokens. Everything else is given them.

use std::sync::{Arc, Mutex, PoisonError};

use jiff::Timestamp;
use rand::RngExt as _;
use secrecy::{ExposeSecret, SecretString};
use sha2::{Digest, Sha256};

use crate::domain::account::TokenHash;
use crate::domain::ids::{ClientId, ConversationId, VisitorId};

/// Where the time comes from.
#[derive(Clone, Debug)]
pub struct Clock {
    source: Source,
    /// The latest time that was given out: the clock never goes back, whatever the machine's does.
    latest: Arc<Mutex<Timestamp>>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Source {
    System,
    /// Stands still until it is moved.
    Manual,
}

impl Clock {
    /// The machine's clock.
    #[must_use]
    pub fn system() -> Self {
        Self {
            source: Source::System,
            latest: Arc::new(Mutex::new(Timestamp::MIN)),
        }
    }

    /// A clock that stands still until it is moved.
    #[must_use]
    pub fn manual(at: Timestamp) -> Self {
        Self {
            source: Source::Manual,
            latest: Arc::new(Mutex::new(at)),
        }
    }

    /// The time. It never goes back.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        let mut latest = self.latest.lock().unwrap_or_else(PoisonError::into_inner);
        if self.source == Source::System {
            *latest = (*latest).max(Timestamp::now());
        }
        *latest
    }

    /// Moves the time forward; a time that has passed changes nothing.
    pub fn move_to(&self, at: Timestamp) {
        let mut latest = self.latest.lock().unwrap_or_else(PoisonError::into_inner);
        *latest = (*latest).max(at);
    }
}

/// 256 random bits, safe in URLs and headers.
#[must_use]
pub fn token(prefix: &str) -> SecretString {
    SecretString::from(format!("{prefix}{}", random_hex()))
}

/// A password for somebody to type: 80 random bits, in letters and digits that are not taken for each other.
#[must_use]
pub fn password() -> SecretString {
    const LETTERS: &[u8; 32] = b"abcdefghijkmnpqrstuvwxyz23456789";
    let bytes: [u8; 16] = rand::rng().random();
    let mut text = String::with_capacity(19);
    for (at, byte) in bytes.into_iter().enumerate() {
        if at > 0 && at % 4 == 0 {
            text.push('-');
        }
        text.push(char::from(LETTERS[usize::from(byte % 32)]));
    }
    SecretString::from(text)
}

/// What an agent's phone will share with the desk.
#[must_use]
pub fn totp_secret() -> [u8; 20] {
    rand::rng().random()
}

/// What links are signed by.
#[must_use]
pub fn link_key() -> [u8; 32] {
    rand::rng().random()
}

/// What makes the hash of a password its own.
#[must_use]
pub fn salt() -> [u8; 16] {
    rand::rng().random()
}

/// What is kept of a token.
#[must_use]
pub fn token_hash(token: &SecretString) -> TokenHash {
    TokenHash(Sha256::digest(token.expose_secret().as_bytes()).into())
}

/// A conversation's id: the time, for order, and 74 random bits, so that it cannot be guessed. Knowing it grants nothing.
#[must_use]
pub fn conversation_id() -> ConversationId {
    ConversationId::from_uuid(uuid::Uuid::now_v7())
}

/// A visitor's id.
#[must_use]
pub fn visitor_id() -> VisitorId {
    VisitorId::from_uuid(uuid::Uuid::now_v7())
}

/// A name for what the desk itself takes down as sent by somebody.
#[must_use]
pub fn client_id() -> ClientId {
    ClientId::from_uuid(uuid::Uuid::now_v7())
}

/// The name of an event that others are told of. It has no dots, for it is signed between dots.
#[must_use]
pub fn event_name() -> String {
    format!("evt_{}", uuid::Uuid::now_v7().simple())
}

/// Any number.
#[must_use]
pub fn random() -> u64 {
    rand::rng().random()
}

/// Any sixteen bytes.
#[must_use]
pub fn random_bytes() -> [u8; 16] {
    rand::rng().random()
}

fn random_hex() -> String {
    let bytes: [u8; 32] = rand::rng().random();
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use jiff::Timestamp;
    use secrecy::ExposeSecret;

    use super::{Clock, token, token_hash};

    #[test]
    fn a_manual_clock_moves_only_forward() {
        let clock = Clock::manual(Timestamp::UNIX_EPOCH);
        clock.move_to(Timestamp::UNIX_EPOCH + Duration::from_secs(5));
        clock.move_to(Timestamp::UNIX_EPOCH + Duration::from_secs(3));
        assert_eq!(clock.now().as_second(), 5);
    }

    #[test]
    fn tokens_differ_and_are_recognised_by_their_hash() {
        let (one, other) = (token("fd_"), token("fd_"));
        assert_ne!(one.expose_secret(), other.expose_secret());
        assert_eq!(token_hash(&one), token_hash(&one.clone()));
        assert_ne!(token_hash(&one), token_hash(&other));
        assert_eq!(one.expose_secret().len(), 3 + 64);
    }
}
