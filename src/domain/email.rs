//! An e-mail address that a customer leaves, so that somebody can write to them.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::redact::mask_email;

/// An address with a name and a host. Whether somebody reads there, only a letter shows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Email(String);

/// A text that is no address.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("this is no e-mail address")]
pub struct InvalidEmail;

impl Email {
    /// Takes an address as somebody typed it.
    ///
    /// # Errors
    /// When a letter could not be addressed so.
    pub fn parse(text: &str) -> Result<Self, InvalidEmail> {
        let text = text.trim().to_lowercase();
        let (name, host) = text.rsplit_once('@').ok_or(InvalidEmail)?;
        let is_plain =
            |c: char| !c.is_whitespace() && !c.is_control() && !"@<>()[],;:\\\"".contains(c);
        let is_host = |c: char| c.is_alphanumeric() || c == '-';
        let labels: Vec<&str> = host.split('.').collect();
        let fits = (1..=64).contains(&name.len())
            && text.len() <= 254
            && name.chars().all(is_plain)
            && labels.len() > 1
            && labels
                .iter()
                .all(|label| !label.is_empty() && label.chars().all(is_host));
        fits.then_some(Self(text)).ok_or(InvalidEmail)
    }

    /// The address as it may be spoken back.
    #[must_use]
    pub fn masked(&self) -> String {
        mask_email(&self.0)
    }
}

impl fmt::Display for Email {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl TryFrom<String> for Email {
    type Error = InvalidEmail;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::parse(&text)
    }
}

impl From<Email> for String {
    fn from(email: Email) -> Self {
        email.0
    }
}

#[cfg(test)]
mod tests {
    use super::Email;

    #[test]
    fn an_address_has_a_name_and_a_host() {
        for good in [" Mia@Example.com ", "m.h+shop@mail.example.co.uk"] {
            assert!(Email::parse(good).is_ok(), "{good}");
        }
        for bad in [
            "",
            "mia",
            "mia@",
            "@example.com",
            "mia@example",
            "m ia@example.com",
            "mia@exa_mple.com",
            "mia@example..com",
            "a@b.c, d@e.f",
            "mia@example.com\nBcc: x@y.z",
        ] {
            assert!(Email::parse(bad).is_err(), "{bad}");
        }
        assert_eq!(
            Email::parse("Mia@Example.com").unwrap().masked(),
            "m***@example.com"
        );
    }
}
