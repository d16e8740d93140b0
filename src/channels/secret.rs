//! The secrets of an account: compared in constant time, used as a key, or put into a request. They are never printed.

use hmac::{Hmac, KeyInit as _, Mac as _};
use secrecy::{ExposeSecret as _, SecretString};
use sha1::Sha1;
use sha2::Sha256;

use crate::domain::constant_time::same;

/// A secret that the desk and a platform share.
#[derive(Clone, Debug)]
pub struct Secret(SecretString);

/// Why a text is no secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a secret is one line of visible characters, and not empty")]
pub struct InvalidSecret;

impl Secret {
    /// Takes a secret as it is written down.
    ///
    /// # Errors
    /// When it is empty, or has a character that fits into no header: a secret that anybody could guess is none.
    pub fn parse(text: &SecretString) -> Result<Self, InvalidSecret> {
        let text = text.expose_secret().trim();
        if text.is_empty() || !text.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err(InvalidSecret);
        }
        Ok(Self(SecretString::from(text)))
    }

    /// Whether this is what was sent, in a time that does not tell where the two differ.
    #[must_use]
    pub fn is(&self, given: &str) -> bool {
        same(self.0.expose_secret().as_bytes(), given.as_bytes())
    }

    /// HMAC-SHA256 of parts, one after the other.
    #[must_use]
    pub fn mac(&self, parts: &[&[u8]]) -> Vec<u8> {
        mac(self.0.expose_secret().as_bytes(), parts)
    }

    /// HMAC-SHA256 of parts under a key that a platform makes of its secret.
    pub(super) fn mac_with(key: &str, parts: &[&[u8]]) -> Vec<u8> {
        mac(key.as_bytes(), parts)
    }

    /// HMAC-SHA1 of parts, one after the other, for platforms that know nothing better.
    #[must_use]
    pub fn mac_sha1(&self, parts: &[&[u8]]) -> Vec<u8> {
        let Ok(mut mac) = Hmac::<Sha1>::new_from_slice(self.0.expose_secret().as_bytes()) else {
            return Vec::new();
        };
        for part in parts {
            mac.update(part);
        }
        mac.finalize().into_bytes().to_vec()
    }

    /// As it goes into a request that is made. The request is not logged.
    #[must_use]
    pub fn reveal(&self) -> &str {
        self.0.expose_secret()
    }
}

/// HMAC-SHA256 takes a key of any length; nothing comes of a failure that cannot be.
fn mac(key: &[u8], parts: &[&[u8]]) -> Vec<u8> {
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(key) else {
        return Vec::new();
    };
    for part in parts {
        mac.update(part);
    }
    mac.finalize().into_bytes().to_vec()
}

/// Whether a code that was sent, in hexadecimal, is this one. An empty code is none.
pub(super) fn same_hex(code: &[u8], given: &str) -> bool {
    let hex: String = code.iter().map(|byte| format!("{byte:02x}")).collect();
    !hex.is_empty() && same(hex.as_bytes(), given.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn secret(text: &str) -> Result<Secret, InvalidSecret> {
        Secret::parse(&SecretString::from(text))
    }

    #[test]
    fn an_empty_secret_is_none_and_none_is_printed() {
        for wrong in ["", "  ", "\n", "a b", "a\nb", "\u{9000}\u{6b3e}"] {
            assert_eq!(secret(wrong).err(), Some(InvalidSecret), "{wrong:?}");
        }
        let one = secret(" s3cr3t\n").unwrap();
        assert!(one.is("s3cr3t") && !one.is("s3cr3T") && !one.is(""));
        assert!(!format!("{one:?}").contains("s3cr3t"));
    }

    #[test]
    fn a_code_is_that_of_the_published_vector() {
        // RFC 4231, test case 2.
        let code = secret("Jefe")
            .unwrap()
            .mac(&[b"what do ya want ", b"for nothing?"]);
        let expected = "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843";
        assert!(same_hex(&code, expected));
        assert!(!same_hex(&code, &expected[1..]) && !same_hex(&code, ""));
        assert!(!same_hex(&[], ""));
    }
}
