//! How an event is signed: HMAC-SHA256 (`v1`) or Ed25519 (`v1a`) over `{id}.{timestamp}.{body}`, as Standard Webhooks 1.0 says.

use std::fmt;
use std::sync::Arc;

use aws_lc_rs::signature::Ed25519KeyPair;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use secrecy::{ExposeSecret as _, SecretSlice, zeroize::Zeroizing};
use sha2::Sha256;

/// What a secret that both sides have begins with.
const SHARED: &str = "whsec_";
/// What a key that the desk alone has begins with.
const PRIVATE: &str = "whsk_";
/// So many bytes a shared secret has.
const BYTES: std::ops::RangeInclusive<usize> = 24..=64;
/// So many bytes a private key has by itself; where there are twice as many, the others are its public key.
const SEED: usize = 32;

/// What the desk signs with for one endpoint.
#[derive(Clone)]
pub struct SigningSecret(Key);

#[derive(Clone)]
enum Key {
    /// The endpoint has it, too, and could sign as well.
    Shared(SecretSlice<u8>),
    /// The endpoint has only what tells that the desk signed.
    Private(Arc<Ed25519KeyPair>),
}

/// Never what is in it.
impl fmt::Debug for SigningSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.0 {
            Key::Shared(_) => "SigningSecret(shared)",
            Key::Private(_) => "SigningSecret(private)",
        })
    }
}

/// Why a text is no such secret. The text is not in it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "a webhook's secret is `whsec_` and the base64 of 24 to 64 random bytes, or `whsk_` and the base64 of an Ed25519 key"
)]
pub struct InvalidSecret;

impl SigningSecret {
    /// Takes a secret as it is written down.
    ///
    /// # Errors
    /// When it does not begin with `whsec_` or `whsk_`, is no base64, or has too few or too many bytes; where a private key has its
    /// public key with it, also when the two do not belong together.
    pub fn parse(text: &str) -> Result<Self, InvalidSecret> {
        let text = text.trim();
        if let Some(encoded) = text.strip_prefix(SHARED) {
            let bytes = STANDARD.decode(encoded).map_err(|_| InvalidSecret)?;
            let fits = BYTES.contains(&bytes.len());
            return fits
                .then(|| Self(Key::Shared(bytes.into())))
                .ok_or(InvalidSecret);
        }
        let encoded = text.strip_prefix(PRIVATE).ok_or(InvalidSecret)?;
        let bytes = Zeroizing::new(STANDARD.decode(encoded).map_err(|_| InvalidSecret)?);
        let pair = match bytes.len() {
            SEED => Ed25519KeyPair::from_seed_unchecked(&bytes),
            _ => bytes
                .split_at_checked(SEED)
                .ok_or(InvalidSecret)
                .map(|(seed, public)| Ed25519KeyPair::from_seed_and_public_key(seed, public))?,
        };
        let pair = pair.map_err(|_| InvalidSecret)?;
        Ok(Self(Key::Private(Arc::new(pair))))
    }

    fn sign(&self, signed: &[&[u8]]) -> Option<String> {
        match &self.0 {
            Key::Shared(secret) => {
                let mac = Hmac::<Sha256>::new_from_slice(secret.expose_secret());
                let mut mac = mac.ok()?;
                for part in signed {
                    mac.update(part);
                }
                let made = STANDARD.encode(mac.finalize().into_bytes());
                Some(format!("v1,{made}"))
            }
            Key::Private(pair) => {
                let made = STANDARD.encode(pair.sign(&signed.concat()));
                Some(format!("v1a,{made}"))
            }
        }
    }
}

/// The value of `webhook-signature`: one signature for each secret, so that a receiver may change its secret without losing an event.
#[must_use]
pub fn signatures(secrets: &[SigningSecret], event: &str, second: i64, body: &str) -> String {
    let second = second.to_string();
    let signed = [event, ".", &second, ".", body].map(str::as_bytes);
    let each: Vec<String> = secrets
        .iter()
        .filter_map(|secret| secret.sign(&signed))
        .collect();
    each.join(" ")
}

#[cfg(test)]
mod tests {
    use aws_lc_rs::signature::{ED25519, UnparsedPublicKey};

    use super::*;

    const KNOWN: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

    fn secret(text: &str) -> SigningSecret {
        SigningSecret::parse(text).unwrap()
    }

    /// A secret of so many bytes.
    fn of(bytes: usize) -> String {
        format!("whsec_{}", STANDARD.encode(vec![7; bytes]))
    }

    #[test]
    fn a_signature_is_that_of_the_published_example() {
        let made = signatures(
            &[secret(KNOWN)],
            "msg_p5jXN8AQM9LWM0D4loKWxJek",
            1_614_265_330,
            r#"{"test": 2432232314}"#,
        );
        assert_eq!(made, "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
    }

    #[test]
    fn while_a_secret_is_changed_both_sign_and_each_signs_as_if_alone() {
        let (old, new) = (secret(KNOWN), secret(&of(32)));
        let sign = |secrets: &[SigningSecret]| signatures(secrets, "evt_1", 7, "{}");
        let both = sign(&[new.clone(), old.clone()]);
        assert_eq!(both, format!("{} {}", sign(&[new]), sign(&[old])));
    }

    #[test]
    fn the_signature_covers_id_time_and_body() {
        let sign = |id, at, body| signatures(&[secret(KNOWN)], id, at, body);
        let one = sign("evt_1", 7, "{}");
        for other in [
            sign("evt_2", 7, "{}"),
            sign("evt_1", 8, "{}"),
            sign("evt_1", 7, "{ }"),
        ] {
            assert_ne!(one, other);
        }
    }

    /// The first example of RFC 8032, section 7.1.
    const SEED_OF_RFC: [u8; 32] = [
        0x9d, 0x61, 0xb1, 0x9d, 0xef, 0xfd, 0x5a, 0x60, 0xba, 0x84, 0x4a, 0xf4, 0x92, 0xec, 0x2c,
        0xc4, 0x44, 0x49, 0xc5, 0x69, 0x7b, 0x32, 0x69, 0x19, 0x70, 0x3b, 0xac, 0x03, 0x1c, 0xae,
        0x7f, 0x60,
    ];
    const PUBLIC_OF_RFC: [u8; 32] = [
        0xd7, 0x5a, 0x98, 0x01, 0x82, 0xb1, 0x0a, 0xb7, 0xd5, 0x4b, 0xfe, 0xd3, 0xc9, 0x64, 0x07,
        0x3a, 0x0e, 0xe1, 0x72, 0xf3, 0xda, 0xa6, 0x23, 0x25, 0xaf, 0x02, 0x1a, 0x68, 0xf7, 0x07,
        0x51, 0x1a,
    ];

    #[test]
    fn a_private_key_signs_what_its_public_key_tells_and_nobody_can_forge() {
        let whole = [SEED_OF_RFC, PUBLIC_OF_RFC].concat();
        let public = UnparsedPublicKey::new(&ED25519, PUBLIC_OF_RFC);
        for bytes in [SEED_OF_RFC.to_vec(), whole] {
            let key = secret(&format!("whsk_{}", STANDARD.encode(bytes)));
            let made = signatures(&[key], "evt_1", 7, "{}");
            let made = STANDARD.decode(made.strip_prefix("v1a,").unwrap()).unwrap();
            assert!(public.verify(b"evt_1.7.{}", &made).is_ok());
            assert!(public.verify(b"evt_1.8.{}", &made).is_err());
        }
    }

    #[test]
    fn a_private_key_of_another_length_or_with_another_public_key_is_none() {
        let mut other = [SEED_OF_RFC, PUBLIC_OF_RFC].concat();
        other[63] ^= 1;
        for wrong in [SEED_OF_RFC[..31].to_vec(), other, vec![7; 48], Vec::new()] {
            let text = format!("whsk_{}", STANDARD.encode(wrong));
            assert_eq!(SigningSecret::parse(&text).err(), Some(InvalidSecret));
        }
    }

    #[test]
    fn a_secret_has_its_prefix_and_24_to_64_bytes() {
        for good in [of(24), of(64), format!(" {}\n", of(32))] {
            assert!(SigningSecret::parse(&good).is_ok(), "{good}");
        }
        let bare = of(32).trim_start_matches("whsec_").to_owned();
        for wrong in [
            of(23),
            of(65),
            bare,
            "whsec_".to_owned(),
            "whsec_!!!".to_owned(),
        ] {
            assert_eq!(
                SigningSecret::parse(&wrong).err(),
                Some(InvalidSecret),
                "{wrong}"
            );
        }
        let shown = format!("{:?}", secret(KNOWN));
        assert!(!shown.contains("MfKQ") && !shown.contains("49"), "{shown}");
    }
}
