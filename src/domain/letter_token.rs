//! What is signed in the name of a letter to the customer of a page, so that an answer to the letter goes on with the conversation: for one
//! conversation, one address and a time. Mail programs copy the name of a letter into the answer.

use hmac::{Hmac, KeyInit as _, Mac as _};
use jiff::{SignedDuration, Timestamp};
use sha2::Sha256;

use super::constant_time::same;
use super::email::Email;
use super::ids::ConversationId;

/// A letter can be answered for so long: as long as a browser keeps its session.
pub const GOOD_FOR: SignedDuration = SignedDuration::from_hours(24 * 30);
/// So many bytes of the code are in a name: nobody guesses half of it.
const CODE: usize = 16;
/// What is signed beside it. No id has a zero byte, so that nothing else that is signed by the same key reads like it.
const PURPOSE: &str = "letter\0";

/// Which conversation an answer goes on with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LetterToken {
    /// The conversation.
    pub conversation: ConversationId,
    /// Until when.
    pub until: Timestamp,
}

impl LetterToken {
    /// For what was said at a time. It is the same however often that is sent.
    #[must_use]
    pub fn of(conversation: &ConversationId, said_at: Timestamp) -> Self {
        Self {
            conversation: conversation.clone(),
            until: said_at.checked_add(GOOD_FOR).unwrap_or(said_at),
        }
    }

    /// As it stands in the name of a letter to an address. In small letters alone: mail servers may make it so.
    #[must_use]
    pub fn signed(&self, to: &Email, key: &[u8; 32]) -> Option<String> {
        let code = self.code(to, key)?;
        Some(format!("{}.{code}", self.text()))
    }

    /// What a token in an answer from an address says; nothing unless it was signed so, for that address. Whether its time is over, the
    /// caller knows.
    #[must_use]
    pub fn read(token: &str, from: &Email, key: &[u8; 32]) -> Option<Self> {
        let (rest, code) = token.rsplit_once('.')?;
        let (conversation, until) = rest.rsplit_once('.')?;
        let read = Self {
            conversation: ConversationId::parse(conversation).ok()?,
            until: Timestamp::from_second(until.parse().ok()?).ok()?,
        };
        let own = read.code(from, key)?;
        same(own.as_bytes(), code.as_bytes()).then_some(read)
    }

    fn text(&self) -> String {
        format!("{}.{}", self.conversation, self.until.as_second())
    }

    fn code(&self, address: &Email, key: &[u8; 32]) -> Option<String> {
        let mut mac = Hmac::<Sha256>::new_from_slice(key).ok()?;
        mac.update(PURPOSE.as_bytes());
        mac.update(self.text().as_bytes());
        mac.update(b"\0");
        mac.update(address.to_string().to_lowercase().as_bytes());
        let code = mac.finalize().into_bytes();
        Some(
            code[..CODE]
                .iter()
                .map(|byte| format!("{byte:02x}"))
                .collect(),
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: [u8; 32] = [7; 32];

    #[test]
    fn a_token_is_good_for_its_conversation_its_address_and_its_time() {
        let address = |text: &str| Email::parse(text).unwrap();
        let mia = address("mia@example.com");
        let said_at = Timestamp::from_second(1_800_000_000).unwrap();
        let of = LetterToken::of(&ConversationId::parse("0198-c1").unwrap(), said_at);
        let token = of.signed(&mia, &KEY).unwrap();
        assert_eq!(LetterToken::read(&token, &mia, &KEY), Some(of.clone()));
        let louder = address("Mia@Example.com");
        assert_eq!(LetterToken::read(&token, &louder, &KEY), Some(of));
        let until = (said_at + GOOD_FOR).as_second();
        let (rest, code) = token.rsplit_once('.').unwrap();
        for wrong in [
            token.replace("c1", "c2"),
            token.replace(&until.to_string(), &(until + 1).to_string()),
            format!("{rest}.{}", &code[1..]),
            format!("{token}0"),
            rest.to_owned(),
            String::new(),
            "..".to_owned(),
        ] {
            assert_eq!(LetterToken::read(&wrong, &mia, &KEY), None, "{wrong}");
        }
        assert_eq!(LetterToken::read(&token, &mia, &[8; 32]), None);
        let other = address("ann@example.com");
        assert_eq!(LetterToken::read(&token, &other, &KEY), None);
        assert_eq!(token, token.to_lowercase());
    }
}
