//! Passwords of agents: kept as Argon2id of the password and a salt, never as they are.
//!
//! Pure, and slow on purpose: whoever calls does it beside the other work. The cost stands in each hash, so that it can be raised
//! without anybody having to choose a new password.

use argon2::{Algorithm, Argon2, Params, Version};
use secrecy::{ExposeSecret as _, SecretString};
use serde::{Deserialize, Serialize};

use super::constant_time::same;

/// Memory for one hash, in KiB; the least that OWASP recommends for two passes.
const MEMORY: u32 = 19 * 1024;
const PASSES: u32 = 2;
/// Nobody types so much, and hashing it would cost those who wait.
const MAX_BYTES: usize = 256;
/// A password that somebody chooses has so many characters at least.
const MIN_CHARS: usize = 10;

/// What is kept of a password.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PasswordHash {
    memory: u32,
    passes: u32,
    salt: [u8; 16],
    hash: Digest,
}

/// The hash itself: compared in constant time, and not shown.
#[derive(Clone, Serialize, Deserialize)]
struct Digest([u8; 32]);

impl PartialEq for Digest {
    fn eq(&self, other: &Self) -> bool {
        same(&self.0, &other.0)
    }
}

impl Eq for Digest {}

impl std::fmt::Debug for Digest {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Digest")
    }
}

/// Why a password is not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a password has at least {MIN_CHARS} characters and at most {MAX_BYTES} bytes")]
pub struct BadPassword;

impl PasswordHash {
    /// Hashes a password that somebody chose.
    ///
    /// # Errors
    /// When it is too short or too long.
    pub fn of(password: &SecretString, salt: [u8; 16]) -> Result<Self, BadPassword> {
        let text = password.expose_secret();
        if text.chars().count() < MIN_CHARS {
            return Err(BadPassword);
        }
        let hash = digest(text, salt, MEMORY, PASSES).ok_or(BadPassword)?;
        Ok(Self {
            memory: MEMORY,
            passes: PASSES,
            salt,
            hash,
        })
    }

    /// Whether this is the password.
    #[must_use]
    pub fn fits(&self, password: &SecretString) -> bool {
        let given = digest(
            password.expose_secret(),
            self.salt,
            self.memory,
            self.passes,
        );
        given.is_some_and(|given| given.eq(&self.hash))
    }

    /// What stands in the place of the hash of somebody who has none: no password fits, and that takes as long to find out.
    #[must_use]
    pub const fn of_nobody() -> Self {
        Self {
            memory: MEMORY,
            passes: PASSES,
            salt: [0; 16],
            hash: Digest([0; 32]),
        }
    }
}

fn digest(text: &str, salt: [u8; 16], memory: u32, passes: u32) -> Option<Digest> {
    if text.len() > MAX_BYTES {
        return None;
    }
    let params = Params::new(memory, passes, 1, Some(32)).ok()?;
    let argon = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
    let mut out = [0; 32];
    argon
        .hash_password_into(text.as_bytes(), &salt, &mut out)
        .ok()?;
    Some(Digest(out))
}

#[cfg(test)]
mod tests {
    use secrecy::SecretString;

    use super::{BadPassword, PasswordHash};

    fn secret(text: &str) -> SecretString {
        SecretString::from(text)
    }

    #[test]
    fn only_the_password_fits_and_the_salt_makes_each_hash_its_own() {
        let password = secret("correct horse");
        let hash = PasswordHash::of(&password, [1; 16]).unwrap();
        assert!(hash.fits(&password));
        for wrong in ["correct hors", "correct horse ", "Correct horse", ""] {
            assert!(!hash.fits(&secret(wrong)), "{wrong:?}");
        }
        assert_ne!(hash, PasswordHash::of(&password, [2; 16]).unwrap());
        assert!(!PasswordHash::of_nobody().fits(&password));
    }

    #[test]
    fn what_is_too_short_or_too_long_is_no_password() {
        let salt = [0; 16];
        for bad in ["", "123456789", &"x".repeat(257)] {
            assert_eq!(PasswordHash::of(&secret(bad), salt), Err(BadPassword));
        }
        let han = "\u{4e00}".repeat(10);
        assert!(PasswordHash::of(&secret(&han), salt).is_ok());
    }

    #[test]
    fn a_hash_does_not_show_itself() {
        let hash = PasswordHash::of(&secret("correct horse"), [1; 16]).unwrap();
        assert!(format!("{hash:?}").ends_with("hash: Digest }"));
    }
}
