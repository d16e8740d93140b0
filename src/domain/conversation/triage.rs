//! How people sort a conversation: how urgent it is, and the labels that it is found and counted by.

use std::collections::BTreeSet;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::Conversation;
use super::event::EventBody;
use super::owner::{Priority, Status};
use super::transition::InvalidTransition;
use crate::domain::service::Stage;

/// No label is longer, in characters.
const LABEL: usize = 40;
/// No conversation has more labels.
const LABELS: usize = 12;

/// A short word that a conversation is sorted by.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Label(String);

/// Why a text is no label.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a label has 1 to {LABEL} characters, all of them to be seen")]
pub struct InvalidLabel;

impl Label {
    /// The label as it is shown.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for Label {
    type Error = InvalidLabel;

    fn try_from(text: String) -> Result<Self, InvalidLabel> {
        let text = text.trim().to_lowercase();
        let hides = |c: char| {
            c.is_control()
                || matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
        };
        if text.is_empty() || text.chars().count() > LABEL || text.contains(hides) {
            return Err(InvalidLabel);
        }
        Ok(Self(text))
    }
}

impl From<Label> for String {
    fn from(label: Label) -> Self {
        label.0
    }
}

/// What is to be sorted otherwise.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Triage {
    /// How urgent it is from now on.
    pub priority: Option<Priority>,
    /// Labels that it gets.
    pub add: Vec<Label>,
    /// Labels that it loses.
    pub remove: Vec<Label>,
}

impl Conversation {
    /// What is owed is soon late, or late: what is late is more urgent from now on.
    #[must_use]
    pub fn review_service(&mut self, now: Timestamp) -> Vec<EventBody> {
        let mut events = self.service.review(now);
        let is_late = |body: &EventBody| {
            matches!(
                body,
                EventBody::ServiceLevel {
                    stage: Stage::Breached,
                    ..
                }
            )
        };
        let priority = self.priority.min(Priority::High);
        if events.iter().any(is_late) && priority != self.priority {
            self.priority = priority;
            let labels = self.labels.clone();
            events.push(EventBody::Triaged { priority, labels });
        }
        events
    }

    /// Labels of another conversation come along, as far as there is room.
    pub(super) fn merge_labels(&mut self, others: &BTreeSet<Label>) {
        for label in others {
            if self.labels.len() < LABELS {
                self.labels.insert(label.clone());
            }
        }
    }

    /// Somebody sorts the conversation; whose it is plays no part. What is so already is no event.
    ///
    /// # Errors
    /// When it is closed, or would have too many labels.
    pub fn triage(&mut self, to: &Triage) -> Result<Vec<EventBody>, InvalidTransition> {
        if self.status == Status::Closed {
            return Err(self.refuse("sort"));
        }
        let mut labels: BTreeSet<Label> = self.labels.clone();
        labels.retain(|label| !to.remove.contains(label));
        labels.extend(to.add.iter().cloned());
        let priority = to.priority.unwrap_or(self.priority);
        if labels == self.labels && priority == self.priority {
            return Ok(Vec::new());
        }
        if labels.len() > LABELS {
            return Err(self.refuse("add more labels"));
        }
        self.labels.clone_from(&labels);
        self.priority = priority;
        Ok(vec![EventBody::Triaged { priority, labels }])
    }
}
