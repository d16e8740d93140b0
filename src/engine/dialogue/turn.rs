//! What a turn comes to: what is said, what moves, what is remembered.

use crate::domain::conversation::{Because, Choice, Handoff, Memory, Outcome};
use crate::domain::ids::{IntentId, OrderId};
use crate::domain::language::Language;
use crate::domain::proof::ProofLevel;
use crate::engine::reading::Reading;

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
    /// The matter is done.
    Resolve,
}
