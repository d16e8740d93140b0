//! How an event is signed: HMAC-SHA256 over `{id}.{timestamp}.{body}`, as Standard Webhooks 1.0 says.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use secrecy::{ExposeSecret as _, SecretSlice};
use sha2::Sha256;

/// What a secret begins with.
const PREFIX: &str = "whsec_";
/// So many bytes a secret has.
const BYTES: std::ops::RangeInclusive<usize> = 24..=64;

/// The secret that the desk and one endpoint share.
#[derive(Clone, Debug)]
pub struct SigningSecret(SecretSlice<u8>);

/// Why a text is no such secret. The text is not in it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a webhook's secret is `whsec_` and the base64 of 24 to 64 random bytes")]
pub struct InvalidSecret;

impl SigningSecret {
    /// Takes a secret as it is written down.
    ///
    /// # Errors
    /// When it does not begin with `whsec_`, is no base64, or has too few or too many bytes.
    pub fn parse(text: &str) -> Result<Self, InvalidSecret> {
        let encoded = text.trim().strip_prefix(PREFIX).ok_or(InvalidSecret)?;
        let bytes = STANDARD.decode(encoded).map_err(|_| InvalidSecret)?;
        if BYTES.contains(&bytes.len()) {
            Ok(Self(bytes.into()))
        } else {
            Err(InvalidSecret)
        }
    }

    fn sign(&self, signed: &[&[u8]]) -> Option<String> {
        let mac = Hmac::<Sha256>::new_from_slice(self.0.expose_secret());
        let mut mac = mac.ok()?;
        for part in signed {
            mac.update(part);
        }
        Some(format!(
            "v1,{}",
            STANDARD.encode(mac.finalize().into_bytes())
        ))
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
