//! The figures of a labelled set or of a part of it.

use serde_json::json;

use super::score::{Heard, Score};

/// Figures of a set or of a part of it.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Count {
    pub(super) right: usize,
    pub(super) wrong: usize,
    silent: usize,
    handed_over: usize,
    pub(super) false_answers: usize,
    pub(super) out_of_scope: usize,
    /// Of the right ones: those in which something besides was acted on.
    heard_more: usize,
    /// Of the right ones: those in which one of two requests was lost.
    heard_half: usize,
}

impl Count {
    pub(super) fn add(&mut self, score: Score) {
        match score {
            Score::Right(heard) => {
                self.right += 1;
                self.heard_more += usize::from(heard == Heard::More);
                self.heard_half += usize::from(heard == Heard::Half);
            }
            Score::Wrong => self.wrong += 1,
            Score::Silent => self.silent += 1,
            Score::HandedOver => self.handed_over += 1,
            Score::FalseAnswer => self.false_answers += 1,
            Score::RightlyNothing => {}
        }
        if matches!(score, Score::FalseAnswer | Score::RightlyNothing) {
            self.out_of_scope += 1;
        }
    }

    pub(super) fn in_scope(&self) -> usize {
        self.right + self.wrong + self.silent + self.handed_over
    }

    pub(super) fn to_json(self) -> serde_json::Value {
        json!({
            "in_scope": self.in_scope(), "right": self.right, "wrong": self.wrong, "silent": self.silent,
            "handed_over": self.handed_over, "out_of_scope": self.out_of_scope, "false_answers": self.false_answers,
            "heard_more": self.heard_more, "heard_half": self.heard_half,
        })
    }

    pub(super) fn line(&self, name: &str) -> String {
        let all = self.in_scope();
        let mut line = format!("{name:<24}");
        let parts = [
            (self.right, all),
            (self.wrong, all),
            (self.silent, all),
            (self.handed_over, all),
            (self.false_answers, self.out_of_scope),
            (self.heard_more, all),
            (self.heard_half, all),
        ];
        for (part, of) in parts {
            line.push_str(&if of > 0 {
                format!("{part:>6} {:>5.1}%", percent(part, of))
            } else {
                " ".repeat(13)
            });
        }
        line.truncate(line.trim_end().len());
        line
    }
}

/// Counts are small: exact as floats.
#[allow(clippy::cast_precision_loss)]
pub(super) fn percent(part: usize, all: usize) -> f64 {
    if all == 0 {
        0.0
    } else {
        100.0 * part as f64 / all as f64
    }
}
