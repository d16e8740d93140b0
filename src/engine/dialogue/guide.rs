//! Questions about the rules of refunds: the piece of the guide that was asked for, rather than all of it.

use super::named::HOW_LONG;
use super::speaker::Speaker;
use crate::domain::conversation::Outcome;
use crate::domain::guide::{GuideTopic, Piece};
use crate::domain::ids::IntentId;
use crate::engine::guide::piece;

/// Who asks about more than so many things gets the short form of all.
const PIECES: usize = 2;

impl Speaker<'_> {
    /// Tells the pieces that a question about the rules named, as far as the policy has something to say about them. False where there
    /// is nothing of the kind, so that the intent's own reply is the answer.
    pub(super) fn tell_guide(&mut self, intent: &IntentId) -> bool {
        if intent.as_str() != "refund_policy" {
            return false;
        }
        let mut topics = self.heard.reading.guide.clone();
        if topics.is_empty() && self.tells(HOW_LONG) {
            topics.push(GuideTopic::Time);
        }
        let told: Vec<Piece> = topics
            .into_iter()
            .filter_map(|topic| self.piece(topic))
            .collect();
        let few = !told.is_empty() && told.len() <= PIECES;
        if few {
            told.into_iter().for_each(|piece| self.tell(piece));
        }
        few
    }

    /// After how to apply: what this merchant wants to see.
    pub(super) fn tell_evidence(&mut self, intent: &IntentId) {
        let asked = intent.as_str() == "refund_how_to";
        if let Some(piece) = self.piece(GuideTopic::Evidence).filter(|_| asked) {
            self.tell(piece);
        }
    }

    /// How long the money takes; the short form of all where the policy does not say.
    pub(super) fn tell_how_long(&mut self) {
        let Ok(policy) = IntentId::parse("refund_policy") else {
            return;
        };
        self.note_acted(&policy);
        match self.piece(GuideTopic::Time) {
            Some(piece) => self.tell(piece),
            None => self.reply(&policy, Outcome::Answer),
        }
    }

    fn piece(&self, topic: GuideTopic) -> Option<Piece> {
        piece(self.rules, &self.facts.site.policy, self.language, topic)
    }

    fn tell(&mut self, piece: Piece) {
        let said = format!("guide_{}", piece.topic.name());
        let values = self.values(None);
        self.push(piece.lines.join("\n"), said, &values, Outcome::Answer);
        if let Some(last) = self.said.last_mut() {
            last.because.policy = piece.clauses;
        }
    }
}
