//! A question that stands beside others and is none of what was answered: it is said that it was heard, rather than passed over in silence. It
//! must not know what was answered.

use super::at_large::ASKS_OF_GOODS;
use super::circumstances::{ASKS_ASIDE, ASKS_WHAT_OF, IN_A_CLAUSE, QUESTION};
use super::parts::{Cut, LONGEST, pieces};
use super::speaker::Speaker;
use crate::domain::conversation::Outcome;
use crate::engine::reading::{Decision, Reading};
use crate::engine::say::Say;
use crate::engine::text::is_han;

/// The circumstance of words that only lead to a question, or press for an answer.
const ASKS_AT_LARGE: &str = "asks_at_large";
/// A question of its own has so many words, or Han characters, at least.
const WORDS: usize = 3;
const HAN: usize = 5;

impl Speaker<'_> {
    /// Behind the answers: that there was a question which they do not answer, and who can. Where something is asked of the customer, that
    /// comes last.
    pub(super) fn tell_left_over(&mut self) {
        let answered = !self.said.is_empty() && !self.outcomes.contains(&Outcome::Clarify);
        if !answered || self.is_handed_over() || !self.leaves_a_question() {
            return;
        }
        self.say(Say::LeftOver, None, Outcome::Answer);
        if self.memory.topic.is_some() {
            self.said.rotate_right(1);
        }
    }

    /// Whether a piece of the message asks something of which nothing was understood.
    fn leaves_a_question(&self) -> bool {
        let text = self.heard.text;
        let pieces = match text.len() <= LONGEST {
            true => pieces(self.rules, self.heard, Cut::Clauses),
            false => Vec::new(),
        };
        let alone = pieces.len() < 2;
        let mut pieces = pieces.into_iter().filter(|_| !alone);
        pieces.any(|(start, end)| {
            let piece = text.get(start..end).unwrap_or_default();
            // What ends the piece tells that it asks.
            let mark = text
                .get(end..)
                .is_some_and(|rest| rest.starts_with(['?', '\u{ff1f}']));
            !self.is_used(start, end) && has_words(piece) && self.is_foreign(piece, mark)
        })
    }

    /// Whether words of the piece told what was asked for.
    fn is_used(&self, start: usize, end: usize) -> bool {
        let mut matched = self.heard.reading.intents.iter().flat_map(|it| &it.matched);
        matched.any(|it| it.start < end && start < it.end)
    }

    /// Whether a piece by itself asks, and is about nothing that is known here.
    fn is_foreign(&self, piece: &str, mark: bool) -> bool {
        let reading = self.rules.matcher.read(piece);
        let asks = mark || reading.tells(QUESTION) || reading.tells(ASKS_ASIDE);
        let unread = reading.decision == Decision::None;
        let of_goods = self.order_with_item(piece).is_some();
        asks && !of_goods
            && unread
            && reading.acts.is_empty()
            && reading.guide.is_empty()
            && tells_no_more(&reading)
    }
}

fn tells_no_more(reading: &Reading) -> bool {
    let empty = [
        QUESTION,
        ASKS_ASIDE,
        ASKS_WHAT_OF,
        ASKS_OF_GOODS,
        IN_A_CLAUSE,
    ];
    let mut told = reading.told.iter();
    reading.slots.orders.is_empty()
        && !reading.tells(ASKS_AT_LARGE)
        && told.all(|it| empty.contains(&it.as_str()))
}

fn has_words(piece: &str) -> bool {
    let han = piece.chars().filter(|c| is_han(*c)).count();
    let latin = piece
        .split_whitespace()
        .filter(|it| it.contains(|c: char| c.is_ascii_alphabetic()));
    han >= HAN || latin.count() >= WORDS
}
