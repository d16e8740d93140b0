//! What a platform is asked that does not bring its messages, and what it says is new.

use super::account::Account;
use super::incoming::Accepted;
use super::outgoing::Request;

/// A question for what is new.
#[derive(Clone, Copy, Debug)]
pub struct Pull<'a> {
    /// Whose messages.
    pub account: &'a Account,
    /// Which part of the account, on platforms that have some.
    pub place: &'a str,
    /// Up to where they were read; empty if they never were.
    pub cursor: &'a str,
    /// What the platform said when there was something.
    pub hint: &'a str,
    /// The token that was fetched for the account, on platforms where one is.
    pub token: &'a str,
    /// When it is asked, in seconds since 1970.
    pub second: i64,
}

/// What is new.
#[derive(Clone, Debug, Default)]
pub struct Pulled {
    /// What was written, and what became of messages.
    pub accepted: Accepted,
    /// Up to where it was read; to be kept when all of it is.
    pub cursor: Option<String>,
    /// Whether there is more.
    pub more: bool,
    /// Who has just come, and may be greeted.
    pub entered: Vec<Entered>,
    /// What the platform waits for beside: a button shows a clock until it is answered.
    pub requests: Vec<Request>,
}

/// Somebody opened the place where customers write, and has written nothing yet: the platform takes one greeting.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entered {
    /// The platform's name for them.
    pub user: String,
    /// What the platform wants to see with the greeting.
    pub code: String,
}
