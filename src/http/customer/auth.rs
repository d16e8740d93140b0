//! The shop's word for who its customer is: a JWT, signed with the secret of the site.
//!
//! HS256 and nothing else, so that neither `none` nor a public key passed off as a secret gets in. It names the site it is for and
//! ends within a day. What it says is taken over in the form in which orders are compared; what it lacks is refused, never guessed.

use jiff::{SignedDuration, Timestamp};
use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode};
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;

use crate::domain::conversation::{Identity, Role};
use crate::domain::ids::SiteId;
use crate::domain::order::{fold_email, fold_phone};
use crate::domain::redact::redact;
use crate::http::code::Code;
use crate::http::error::{Problem, Result};

/// A token may be valid for so long from now.
const LONGEST: SignedDuration = SignedDuration::from_hours(24);
/// The clocks of shop and desk may differ by so much.
const SKEW: SignedDuration = SignedDuration::from_secs(60);
/// No honest token is longer.
const MAX_BYTES: usize = 4_096;
/// A name longer than this is no name.
const MAX_NAME: usize = 200;

/// What a shop says of its customer. Claims that we do not know are allowed: shops add their own.
#[derive(Debug, Deserialize)]
struct Claims {
    sub: Option<String>,
    aud: Option<Audience>,
    exp: Option<i64>,
    nbf: Option<i64>,
    email: Option<String>,
    phone: Option<String>,
    name: Option<String>,
    #[serde(default)]
    vip: bool,
    #[serde(default)]
    role: Role,
}

#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum Audience {
    One(String),
    Many(Vec<String>),
}

/// Checks a shop's token against the secrets of a site. More than one secret is there while a shop changes it.
///
/// # Errors
/// A problem that says whether the token is forged, has ended, is for another site, or is incomplete.
pub fn verify(
    token: &str,
    site: &SiteId,
    secrets: &[SecretString],
    now: Timestamp,
) -> Result<(Identity, Role)> {
    let claims = secrets
        .iter()
        .filter(|_| token.len() <= MAX_BYTES)
        .find_map(|secret| signed_with(secret, token))
        .ok_or_else(forged)?;
    check_audience(claims.aud.as_ref(), site)?;
    check_times(&claims, now)?;
    let role = claims.role;
    Ok((identity(claims)?, role))
}

/// The claims, if this secret signed them. Times and audience are ours to check: against our clock, with our words.
fn signed_with(secret: &SecretString, token: &str) -> Option<Claims> {
    if secret.expose_secret().is_empty() {
        return None;
    }
    let mut validation = Validation::new(Algorithm::HS256);
    validation.algorithms = vec![Algorithm::HS256];
    validation.required_spec_claims.clear();
    validation.validate_exp = false;
    validation.validate_nbf = false;
    validation.validate_aud = false;
    let key = DecodingKey::from_secret(secret.expose_secret().as_bytes());
    let decoded = decode::<Claims>(token, &key, &validation).ok()?;
    // A critical extension that we do not understand must not be passed over (RFC 7515, 4.1.11).
    decoded.header.crit.is_none().then_some(decoded.claims)
}

fn forged() -> Problem {
    let detail =
        "the token is not signed with this site's secret by HS256: sign it on the shop's server";
    Problem::new(Code::IdentityForged, detail).at("token")
}

fn check_audience(audience: Option<&Audience>, site: &SiteId) -> Result<()> {
    let named = match audience {
        None => return Err(incomplete("`aud`: the site's key")),
        Some(Audience::One(one)) => one == site.as_str(),
        Some(Audience::Many(many)) => many.iter().any(|one| one == site.as_str()),
    };
    if named {
        return Ok(());
    }
    let detail = "the token is for another site: set `aud` to the key of this one";
    Err(Problem::new(Code::IdentityWrongSite, detail).at("token"))
}

fn check_times(claims: &Claims, now: Timestamp) -> Result<()> {
    let ends = claims
        .exp
        .ok_or_else(|| incomplete("`exp`: when it ends, at most 24 hours from now"))?;
    let ends = Timestamp::from_second(ends).map_err(|_| too_long())?;
    if ends <= now {
        let detail = "the token has ended: sign a new one";
        return Err(Problem::new(Code::IdentityExpired, detail).at("token"));
    }
    if ends.duration_since(now) > LONGEST + SKEW {
        return Err(too_long());
    }
    let begins = claims.nbf.and_then(|nbf| Timestamp::from_second(nbf).ok());
    if begins.is_some_and(|begins| begins.duration_since(now) > SKEW) {
        let detail = "the token is not valid yet: see `nbf` and the clock of the shop's server";
        return Err(Problem::new(Code::IdentityIncomplete, detail).at("token"));
    }
    Ok(())
}

fn too_long() -> Problem {
    let detail = "the token is valid for more than 24 hours: set `exp` to an earlier second";
    Problem::new(Code::IdentityIncomplete, detail).at("token")
}

fn identity(claims: Claims) -> Result<Identity> {
    let subject = claims.sub.filter(|sub| is_plain(sub) && sub.len() <= 128);
    let subject = subject.ok_or_else(|| {
        incomplete("`sub`: the shop's own id for the customer, at most 128 bytes, without control characters")
    })?;
    if let Some(name) = &claims.name
        && (!is_plain(name) || name.len() > MAX_NAME)
    {
        return Err(incomplete(
            "a `name` of at most 200 bytes, without control characters",
        ));
    }
    Ok(Identity {
        subject,
        // Shops let their customers choose the name.
        name: claims.name.map(|name| redact(&name).text),
        email: claims
            .email
            .as_deref()
            .map(fold_email)
            .filter(|email| !email.is_empty()),
        phone: claims
            .phone
            .as_deref()
            .map(fold_phone)
            .filter(|phone| !phone.is_empty()),
        vip: claims.vip,
    })
}

fn incomplete(what: &str) -> Problem {
    Problem::new(Code::IdentityIncomplete, format!("the token lacks {what}")).at("token")
}

/// Whether a text says something and hides nothing.
fn is_plain(text: &str) -> bool {
    let bidi = |c| matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    !text.trim().is_empty() && !text.chars().any(|c| c.is_control() || bidi(c))
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;
    use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
    use secrecy::SecretString;
    use serde_json::{Value, json};

    use super::verify;
    use crate::domain::conversation::Role;
    use crate::domain::ids::SiteId;
    use crate::http::code::Code;

    const SECRET: &str = "0123456789abcdef0123456789abcdef";
    const NOW: i64 = 1_800_000_000;

    fn sign(claims: &Value, algorithm: Algorithm, secret: &str) -> String {
        let key = EncodingKey::from_secret(secret.as_bytes());
        encode(&Header::new(algorithm), claims, &key).unwrap()
    }

    fn code(token: &str) -> Result<(String, Role), Code> {
        let secrets = [SecretString::from(""), SecretString::from(SECRET)];
        let site = SiteId::parse("shop").unwrap();
        verify(token, &site, &secrets, Timestamp::from_second(NOW).unwrap())
            .map(|(identity, role)| (identity.subject, role))
            .map_err(|problem| problem.code())
    }

    fn good() -> Value {
        json!({"sub": "u1", "aud": "shop", "exp": NOW + 600})
    }

    fn with(field: &str, value: Value) -> String {
        let mut claims = good();
        claims[field] = value;
        sign(&claims, Algorithm::HS256, SECRET)
    }

    #[test]
    fn a_token_of_the_shop_is_taken() {
        assert_eq!(
            code(&with("role", json!("merchant"))),
            Ok(("u1".to_owned(), Role::Merchant))
        );
        assert!(code(&with("aud", json!(["other", "shop"]))).is_ok());
        assert!(code(&with("iss", json!("somebody"))).is_ok());
    }

    #[test]
    fn what_the_shop_did_not_sign_is_forged() {
        let none = "eyJhbGciOiJub25lIn0.eyJzdWIiOiJ1MSIsImF1ZCI6InNob3AiLCJleHAiOjE4MDAwMDA2MDB9.";
        let mut tampered = sign(&good(), Algorithm::HS256, SECRET);
        tampered.insert(30, 'A');
        let table = [
            none.to_owned(),
            tampered,
            sign(
                &good(),
                Algorithm::HS256,
                "another secret, also long enough",
            ),
            sign(&good(), Algorithm::HS256, ""),
            sign(&good(), Algorithm::HS384, SECRET),
            sign(&good(), Algorithm::HS512, SECRET),
            String::new(),
            "a.b.c".to_owned(),
            "x".repeat(100_000),
        ];
        for token in table {
            assert_eq!(code(&token), Err(Code::IdentityForged), "{token:.60}");
        }
    }

    #[test]
    fn what_has_ended_is_for_another_site_or_incomplete_is_told_so() {
        let table = [
            ("exp", json!(NOW), Code::IdentityExpired),
            ("exp", json!(NOW - 1), Code::IdentityExpired),
            ("exp", json!(NOW + 25 * 3600), Code::IdentityIncomplete),
            ("exp", json!(i64::MAX), Code::IdentityIncomplete),
            ("exp", Value::Null, Code::IdentityIncomplete),
            ("nbf", json!(NOW + 3600), Code::IdentityIncomplete),
            ("aud", json!("other"), Code::IdentityWrongSite),
            ("aud", json!([]), Code::IdentityWrongSite),
            ("aud", Value::Null, Code::IdentityIncomplete),
            ("sub", Value::Null, Code::IdentityIncomplete),
            ("sub", json!(" "), Code::IdentityIncomplete),
            ("sub", json!("a\u{0}b"), Code::IdentityIncomplete),
            ("name", json!("evil\u{202e}"), Code::IdentityIncomplete),
        ];
        for (field, value, expected) in table {
            let shown = value.to_string();
            assert_eq!(code(&with(field, value)), Err(expected), "{field} {shown}");
        }
    }
}
