//! A message of a messaging platform as it comes.

use jiff::SignedDuration;

use crate::domain::channel::{PlatformId, Recipient};
use crate::domain::ids::SiteId;
use crate::domain::language::Language;

/// An answer that goes back with the answer to the request does so within this time.
pub(in crate::desk) const INLINE_WITHIN: SignedDuration = SignedDuration::from_secs(6);
/// A message as it came from a platform, which vouches for who sent it.
#[derive(Clone, Debug)]
pub struct Arrival {
    /// What the platform calls it.
    pub id: PlatformId,
    /// What was signed, where that is not the message: it is good for no other.
    pub once: Option<PlatformId>,
    /// The storefront of the account that it came to.
    pub site: SiteId,
    /// Who wrote, and where an answer goes.
    pub recipient: Recipient,
    /// Another name of theirs there, by which they may be known.
    pub formerly: Option<String>,
    /// What was signed in the names of our letters that it answers.
    pub answers: Vec<String>,
    /// Whether it is for people at the platform, who have the conversation or have answered since.
    pub with_people: bool,
    /// What was written.
    pub text: String,
    /// The button that was pressed, from 1.
    pub choice: Option<u8>,
    /// Their language, as far as the platform tells it.
    pub language: Option<Language>,
    /// Files that came along, by the platform's names for them: to be fetched.
    pub files: Vec<String>,
}
