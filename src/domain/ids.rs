//! Identifiers as types of their own, so that a merchant's id is never passed where an agent's is meant.
//!
//! A turn copies dozens of them, from a row into its events and from a reading into what is remembered: a copy shares the text.

use std::fmt;
use std::sync::Arc;

use serde::de::{self, Deserializer, Visitor};
use serde::{Deserialize, Serialize, Serializer};

/// Why a text is no identifier.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InvalidId {
    /// The text is empty.
    #[error("{kind} is empty")]
    Empty {
        /// What the text should have named.
        kind: &'static str,
    },
    /// The text is longer than 64 bytes.
    #[error("{kind} is longer than 64 bytes")]
    TooLong {
        /// What the text should have named.
        kind: &'static str,
    },
    /// A character that identifiers do not have.
    #[error("{kind} has the character {found:?}: use letters, digits, `-`, `_`, `.`")]
    Character {
        /// What the text should have named.
        kind: &'static str,
        /// The first such character.
        found: char,
    },
}

/// Checks a text against the rule that all identifiers share: 1 to 64 bytes of letters, digits, `-`, `_`, `.`.
fn check(kind: &'static str, text: &str) -> Result<(), InvalidId> {
    if text.is_empty() {
        return Err(InvalidId::Empty { kind });
    }
    if text.len() > 64 {
        return Err(InvalidId::TooLong { kind });
    }
    match text
        .chars()
        .find(|c| !(c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.')))
    {
        Some(found) => Err(InvalidId::Character { kind, found }),
        None => Ok(()),
    }
}

/// How an identifier is read and written: as its text, without a copy of it in between.
macro_rules! written {
    ($name:ident) => {
        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl TryFrom<String> for $name {
            type Error = InvalidId;

            fn try_from(text: String) -> Result<Self, Self::Error> {
                Self::parse(&text)
            }
        }

        impl From<$name> for String {
            fn from(id: $name) -> Self {
                id.as_str().to_owned()
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(&self.0)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                deserializer.deserialize_str(Text(Self::parse))
            }
        }
    };
}

/// Reads a text as an identifier.
struct Text<T>(fn(&str) -> Result<T, InvalidId>);

impl<T> Visitor<'_> for Text<T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a string")
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<T, E> {
        (self.0)(text).map_err(E::custom)
    }
}

macro_rules! id {
    ($(#[$doc:meta])* $name:ident, $kind:literal) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, utoipa::ToSchema)]
        #[schema(value_type = String)]
        pub struct $name(Arc<str>);

        impl $name {
            /// Takes a text as it came from outside.
            ///
            /// # Errors
            /// When it is empty, longer than 64 bytes, or has a character other than letters, digits, `-`, `_`, `.`.
            pub fn parse(text: &str) -> Result<Self, InvalidId> {
                check($kind, text)?;
                Ok(Self(text.into()))
            }

            /// Takes a UUID, whose text is always an identifier.
            #[must_use]
            pub fn from_uuid(id: uuid::Uuid) -> Self {
                Self(id.to_string().into())
            }

            /// The identifier as text.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        written!($name);
    };
}

id!(
    /// One storefront.
    SiteId,
    "a site id"
);
id!(
    /// One merchant: the owner of orders, policies and a team.
    MerchantId,
    "a merchant id"
);
id!(
    /// One conversation. Minted by the desk from 128 random bits or more; knowing it grants nothing.
    ConversationId,
    "a conversation id"
);
id!(
    /// One agent.
    AgentId,
    "an agent id"
);
id!(
    /// One visitor's session with a site.
    VisitorId,
    "a visitor id"
);
id!(
    /// The sender's own name for a message, by which a repeated send is recognised.
    ClientId,
    "a client id"
);

id!(
    /// One account at a messaging platform, by its key in the configuration.
    AccountId,
    "an account's key"
);

id!(
    /// One endpoint of a merchant's that is told of events.
    EndpointId,
    "a webhook's key"
);

id!(
    /// One notice: a trouble that is known.
    NoticeId,
    "a notice's id"
);

id!(
    /// One intent, such as `refund_status`.
    IntentId,
    "an intent id"
);

/// An order number in its canonical form: upper case, without the decoration that people type around it.
///
/// `#a-1042`, `Ａ１０４２` and `A 1042` are all `A1042`: comparison and look-up always use this form.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, utoipa::ToSchema)]
#[schema(value_type = String)]
pub struct OrderId(Arc<str>);

impl OrderId {
    /// Takes an order number as somebody typed it or as a shop's system wrote it.
    ///
    /// # Errors
    /// When nothing is left after folding, or more than 64 characters are, or a character that no order number has.
    pub fn parse(text: &str) -> Result<Self, InvalidId> {
        let folded: String = text
            .chars()
            .map(fold_width)
            .filter(|c| !is_decoration(*c))
            .map(|c| c.to_ascii_uppercase())
            .collect();
        check("an order number", &folded)?;
        Ok(Self(folded.into()))
    }

    /// The canonical form.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Full-width Latin letters, digits and signs are their ASCII twins.
fn fold_width(c: char) -> char {
    match c {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(c as u32 - 0xfee0).unwrap_or(c),
        '\u{3000}' => ' ',
        other => other,
    }
}

/// What people put around and into an order number without meaning anything by it.
fn is_decoration(c: char) -> bool {
    c.is_whitespace()
        || matches!(c, '#' | '-' | '_' | '.' | '/' | '\u{2010}'..='\u{2015}' | '\u{200b}'..='\u{200d}' | '\u{feff}')
}

written!(OrderId);

#[cfg(test)]
mod tests {
    use super::{InvalidId, OrderId, SiteId};

    #[test]
    fn an_order_number_is_the_same_however_it_is_typed() {
        for typed in [
            "A1042",
            "a1042",
            "#A-1042",
            "Ａ１０４２",
            " a 1042 ",
            "A\u{2013}1042",
            "A\u{200b}1042",
            "a_10.42",
        ] {
            assert_eq!(
                OrderId::parse(typed).map(String::from),
                Ok("A1042".to_owned()),
                "{typed}"
            );
        }
    }

    #[test]
    fn what_is_no_identifier_is_refused_with_the_reason() {
        assert_eq!(
            OrderId::parse("#-"),
            Err(InvalidId::Empty {
                kind: "an order number"
            })
        );
        assert_eq!(
            SiteId::parse("a/b"),
            Err(InvalidId::Character {
                kind: "a site id",
                found: '/'
            })
        );
        assert!(matches!(
            SiteId::parse(&"x".repeat(65)),
            Err(InvalidId::TooLong { .. })
        ));
    }
}
