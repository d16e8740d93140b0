//! What a turn comes to: what is said, what moves, what is remembered.

use std::ops::Range;

use jiff::Timestamp;

use crate::domain::claim::{ClaimId, OrderClaims};
use crate::domain::conversation::{Because, Choice, Handoff, Memory, Outcome};
use crate::domain::correction::Corrected;
use crate::domain::ids::{IntentId, NoticeId, OrderId};
use crate::domain::language::Language;
use crate::domain::promise::Promised;
use crate::domain::proof::ProofLevel;
use crate::engine::reading::Reading;

/// A message of so many Han characters, or half as many words, tells what happened.
const STORY: usize = 8;

/// A message of the customer as the dialogue takes it.
#[derive(Clone, Copy, Debug)]
pub struct Heard<'a> {
    /// What was written; several short messages are joined by line breaks.
    pub text: &'a str,
    /// What it means.
    pub reading: &'a Reading,
    /// The number of the button that was pressed, from 1.
    pub choice: Option<u8>,
}

impl Heard<'_> {
    /// The text without its order numbers.
    pub(super) fn without_orders(&self) -> String {
        let orders = self.reading.slots.orders.iter();
        blank(self.text, orders.map(|slot| slot.start..slot.end))
    }

    /// Whether it says more than a few words, so that what happened need not be asked.
    pub(super) fn tells_a_story(&self) -> bool {
        let bare = self.without_orders();
        let is_han = |c: &char| !c.is_ascii() && c.is_alphabetic();
        let words = bare
            .split_whitespace()
            .filter(|word| word.is_ascii())
            .count();
        bare.chars().filter(is_han).count() + 2 * words >= STORY
    }

    /// The text without order numbers and contact data.
    pub(super) fn bare(&self) -> String {
        let slots = &self.reading.slots;
        let emails = slots.emails.iter().map(|slot| slot.start..slot.end);
        let phones = slots.phones.iter().map(|slot| slot.start..slot.end);
        let tails = slots.tails.iter().map(|slot| slot.start..slot.end);
        blank(&self.without_orders(), emails.chain(phones).chain(tails))
    }

    /// Whether there is nothing in it but order numbers.
    pub(super) fn says_only_orders(&self) -> bool {
        !self.without_orders().chars().any(char::is_alphanumeric)
    }

    /// Whether it has words of its own beside links, e-mail addresses, order numbers and commands such as `/start`, which are written alike
    /// in all languages.
    pub(super) fn has_words(&self) -> bool {
        let bare = self.bare();
        let is_command = |word: &str| word.starts_with('/') && word.is_ascii();
        let is_own = |word: &&str| !is_link(word) && !is_command(word);
        let mut words = bare.split_whitespace().filter(is_own);
        words.any(|word| word.chars().any(char::is_alphabetic))
    }
}

fn is_link(word: &str) -> bool {
    let signs = ["http://", "https://", "www."];
    let begins = |sign: &&str| {
        let start = word.get(..sign.len());
        start.is_some_and(|start| start.eq_ignore_ascii_case(sign))
    };
    word.is_ascii() && signs.iter().any(begins)
}

/// A text with spaces where the ranges are.
pub(super) fn blank(text: &str, ranges: impl Iterator<Item = Range<usize>>) -> String {
    let mut bare = text.as_bytes().to_vec();
    for range in ranges {
        if let Some(bytes) = bare.get_mut(range) {
            bytes.fill(b' ');
        }
    }
    String::from_utf8_lossy(&bare).into_owned()
}

/// What the bot does about a message.
#[derive(Clone, Debug, PartialEq)]
pub struct Turn {
    /// What it comes to.
    pub outcome: Outcome,
    /// What is said, in this order.
    pub said: Vec<Said>,
    /// What else happens, in this order.
    pub moves: Vec<Move>,
    /// What is remembered.
    pub memory: Memory,
    /// The language that was spoken.
    pub language: Language,
    /// The intents that were acted on.
    pub intents: Vec<IntentId>,
}

/// One thing the bot says.
#[derive(Clone, Debug, PartialEq)]
pub struct Said {
    /// The words.
    pub text: String,
    /// Answers offered as buttons.
    pub choices: Vec<Choice>,
    /// Why it is said.
    pub because: Because,
}

/// Something that happens beside talking.
#[derive(Clone, Debug, PartialEq)]
pub enum Move {
    /// An order was proven.
    ProofGained {
        /// Which.
        order: OrderId,
        /// How far.
        level: ProofLevel,
    },
    /// A proof was wrong, or there is no such order.
    ProofFailed {
        /// The number that was given.
        order: OrderId,
    },
    /// The conversation goes to a person.
    HandOff(Box<Handoff>),
    /// A claim was handed in or moved.
    Claim {
        /// The claims of its order, with it; their revision is the one that this is based on.
        claims: Box<OrderClaims>,
        /// Which one.
        id: ClaimId,
    },
    /// The customer was told to count on something by a time.
    Promise {
        /// What.
        what: Promised,
        /// By when.
        by: Timestamp,
    },
    /// A detail of an order is corrected.
    Correct(Corrected),
    /// The merchant is asked for a link to pay by, which the customer was told to count on.
    AskLink {
        /// For which order.
        order: OrderId,
        /// By when.
        by: Timestamp,
    },
    /// The customer asks about a known trouble, and is told when it is over.
    Link(NoticeId),
    /// The customer says that the matter is done.
    Resolve,
    /// The customer takes their leave: it is done as far as anybody knows.
    Leave,
}
