//! How people sort a conversation: how urgent it is, and the labels that it is found and counted by.

use std::collections::BTreeSet;

use jiff::Timestamp;

use super::Conversation;
use super::event::EventBody;
use super::label::Label;
use super::owner::Status;
use super::transition::InvalidTransition;
use crate::domain::priority::Priority;
use crate::domain::service::Stage;

/// No conversation has more labels.
pub(super) const LABELS: usize = 12;

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
