//! The second factor of agents: a code that changes every half minute (RFC 6238, HMAC-SHA-1, six digits), as phones show it.
//!
//! Both sides know the secret, so it cannot be kept as a hash: whoever reads the data folder has it. A code opens once: none that was
//! shown before the last one that opened is taken.

use hmac::{Hmac, KeyInit as _, Mac as _};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sha1::Sha1;

use super::constant_time::same;
use super::ids::AgentId;

/// A code lasts so long, in seconds.
const STEP: i64 = 30;
/// A code has so many digits.
const DIGITS: u32 = 6;
/// The code before and the one after are taken, too: clocks differ.
const APART: u64 = 1;
/// The alphabet of base32 (RFC 4648).
const BASE32: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/// What an agent's phone shares with the desk.
#[derive(Clone, Serialize, Deserialize)]
pub struct Totp {
    secret: [u8; 20],
}

impl PartialEq for Totp {
    fn eq(&self, other: &Self) -> bool {
        same(&self.secret, &other.secret)
    }
}

impl Eq for Totp {}

impl std::fmt::Debug for Totp {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Totp")
    }
}

impl Totp {
    /// With twenty random bytes.
    #[must_use]
    pub const fn new(secret: [u8; 20]) -> Self {
        Self { secret }
    }

    /// The secret as people type it, and the address that a phone reads from a picture. To be shown once.
    #[must_use]
    pub fn shown(&self, agent: &AgentId) -> (String, String) {
        let secret = base32(&self.secret);
        let address = format!(
            "otpauth://totp/frontdesk:{agent}?secret={secret}&issuer=frontdesk&digits={DIGITS}&period={STEP}"
        );
        (secret, address)
    }

    /// The code of now, for whoever has the secret.
    #[must_use]
    pub fn code(&self, now: Timestamp) -> String {
        code(&self.secret, step(now), DIGITS)
    }

    /// Since when the code was shown that somebody gives; none if it is wrong or too old, or not newer than the last that opened.
    #[must_use]
    pub fn opens(&self, given: &str, last: Option<Timestamp>, now: Timestamp) -> Option<Timestamp> {
        let given: String = given.chars().filter(|c| !c.is_whitespace()).collect();
        let (now, last) = (step(now), last.map(step));
        let mut found = None;
        for step in now.saturating_sub(APART)..=now + APART {
            let fits = same(
                code(&self.secret, step, DIGITS).as_bytes(),
                given.as_bytes(),
            );
            if fits && last.is_none_or(|last| step > last) {
                found = i64::try_from(step)
                    .ok()
                    .and_then(|step| Timestamp::from_second(step * STEP).ok());
            }
        }
        found
    }
}

fn step(now: Timestamp) -> u64 {
    u64::try_from(now.as_second() / STEP).unwrap_or(0)
}

/// RFC 4226, 5.3, of the number of half minutes since 1970.
fn code(secret: &[u8], step: u64, digits: u32) -> String {
    let Ok(mut mac) = Hmac::<Sha1>::new_from_slice(secret) else {
        return String::new();
    };
    mac.update(&step.to_be_bytes());
    let hash = mac.finalize().into_bytes();
    let at = usize::from(hash[19] & 0xf);
    let bytes = [hash[at], hash[at + 1], hash[at + 2], hash[at + 3]];
    let number = u32::from_be_bytes(bytes) & 0x7fff_ffff;
    let width = digits as usize;
    format!("{:0width$}", u64::from(number) % 10_u64.pow(digits))
}

fn base32(bytes: &[u8]) -> String {
    let mut out = String::new();
    let (mut held, mut bits) = (0_u32, 0);
    for byte in bytes {
        held = (held << 8) | u32::from(*byte);
        bits += 8;
        while bits >= 5 {
            bits -= 5;
            out.push(char::from(BASE32[(held >> bits) as usize & 31]));
        }
    }
    if bits > 0 {
        out.push(char::from(BASE32[(held << (5 - bits)) as usize & 31]));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_vectors_of_rfc_6238_hold() {
        let secret = b"12345678901234567890";
        let table = [
            (59, "94287082"),
            (1_111_111_109, "07081804"),
            (1_111_111_111, "14050471"),
            (1_234_567_890, "89005924"),
            (2_000_000_000, "69279037"),
            (20_000_000_000, "65353130"),
        ];
        for (second, expected) in table {
            let now = Timestamp::from_second(second).unwrap();
            assert_eq!(code(secret, step(now), 8), expected, "{second}");
        }
    }

    #[test]
    fn the_vectors_of_rfc_4648_hold() {
        let table = [
            ("", ""),
            ("f", "MY"),
            ("fo", "MZXQ"),
            ("foo", "MZXW6"),
            ("foob", "MZXW6YQ"),
            ("fooba", "MZXW6YTB"),
            ("foobar", "MZXW6YTBOI"),
        ];
        for (text, expected) in table {
            assert_eq!(base32(text.as_bytes()), expected);
        }
    }

    #[test]
    fn a_code_opens_once_and_only_around_its_time() {
        let totp = Totp::new(*b"12345678901234567890");
        let at = |second| Timestamp::from_second(second).unwrap();
        assert_eq!(totp.code(at(59)), "287082");
        for (second, opens) in [
            (0, true),
            (29, true),
            (59, true),
            (89, true),
            (90, false),
            (120, false),
        ] {
            let shown = totp.opens("287 082", None, at(second));
            assert_eq!(shown, opens.then(|| at(30)), "{second}");
        }
        for wrong in ["", "287083", "2870820", "28708"] {
            assert_eq!(totp.opens(wrong, None, at(59)), None, "{wrong}");
        }
        let last = Some(at(30));
        assert_eq!(totp.opens("287082", last, at(59)), None, "used");
        let before = totp.code(at(29));
        assert_eq!(totp.opens(&before, last, at(59)), None, "shown before it");
        assert_eq!(totp.opens(&totp.code(at(90)), last, at(90)), Some(at(90)));
        assert_eq!(format!("{totp:?}"), "Totp");
    }
}
