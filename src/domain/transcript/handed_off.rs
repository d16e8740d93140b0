//! What an agent sees of a hand-over: why, how urgent, and the story so far.

use jiff::Timestamp;
use serde::Serialize;

use super::Labels;
use crate::domain::brief::{Brief, BriefLine};
use crate::domain::conversation::{Handoff, Priority};
use crate::domain::handoff::HandoffReason;

/// What a person gets when the bot hands over.
#[derive(Clone, Debug, PartialEq, Serialize, utoipa::ToSchema)]
pub struct HandedOff {
    /// Why.
    pub reason: HandoffReason,
    /// How urgent.
    pub priority: Priority,
    /// The team it goes to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub team: Option<String>,
    /// By when somebody has to have answered (RFC 3339).
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub due_by: Option<Timestamp>,
    /// The story so far.
    #[schema(value_type = Object)]
    pub brief: Brief,
    /// The same as at most ten lines, in the order in which they are read.
    pub lines: Vec<BriefLine>,
}

impl HandedOff {
    /// The reason, and the brief below it, in the reader's words.
    pub(super) fn in_words(self, labels: &Labels) -> String {
        let colon = labels.language.colon();
        let lines = self.lines.iter().map(|line| {
            let label = labels.brief.get(&line.label);
            let label = label.map_or(line.label.name(), String::as_str);
            format!("\n{label}{colon}{}", line.text)
        });
        let lines: String = lines.collect();
        match labels.reasons.get(&self.reason) {
            Some(reason) => format!("{} ({}){colon}{reason}{lines}", labels.queued, self.reason),
            None => format!("{}{colon}{}{lines}", labels.queued, self.reason),
        }
    }
}

/// A hand-over in the reader's words, for whoever reads it elsewhere than in the desk's own inbox.
#[must_use]
pub fn handed_off_in_words(handoff: &Handoff, labels: &Labels) -> String {
    HandedOff::from(handoff.clone()).in_words(labels)
}

impl From<Handoff> for HandedOff {
    fn from(handoff: Handoff) -> Self {
        let lines = handoff.brief.lines(handoff.team.as_deref(), handoff.due_by);
        Self {
            reason: handoff.reason,
            priority: handoff.priority,
            team: handoff.team,
            due_by: handoff.due_by,
            lines,
            brief: handoff.brief,
        }
    }
}
