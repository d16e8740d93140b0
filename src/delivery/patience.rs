//! An account whose platform asks for patience: all of it keeps quiet for as long, and an agent sees at what waits why it does.

use std::sync::PoisonError;

use jiff::{SignedDuration, Timestamp};

use super::platform::Platform;
use super::settle::Told;
use super::{Destination, Progress, Sender};
use crate::domain::channel::MessageState;
use crate::domain::webhook::{Delivery, NO_NEWS, PATIENCE, ToCustomer};
use crate::store::{Commit, StoreError};

/// What is said of one that waits.
const ASKED: &str = "the platform asks for patience, and takes nothing from the account before";
/// What is said of a hand-over that waits.
const BEHIND: &str = "what its customer is told first was not taken, and is not tried again before";

/// Why it waits until then, where the whole account does.
pub(super) fn patient(until: Timestamp) -> String {
    format!("{ASKED} {until:.0}")
}

/// Why it waits until then, where something stands before it.
pub(super) fn behind(until: Timestamp) -> String {
    format!("{BEHIND} {until:.0}")
}

impl Platform {
    /// Until when the account keeps quiet.
    pub(super) fn quiet_until(&self) -> Option<Timestamp> {
        *self
            .quiet_until
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    /// All of the account keeps quiet for so long from a time on, where its platform asks for that, and never for longer than anybody may ask.
    pub(super) fn keep_quiet(&self, asked: Option<SignedDuration>, from: Timestamp) {
        let Some(asked) = asked.map(|asked| asked.min(PATIENCE)) else {
            return;
        };
        let until = from.checked_add(asked).unwrap_or(Timestamp::MAX);
        tracing::warn!(account = %self.account.key.outbox, %until, "channel.asks_for_patience");
        let mut quiet = self
            .quiet_until
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        *quiet = (*quiet).max(Some(until));
    }
}

impl Sender {
    /// Until when an account keeps quiet because its platform asked for patience; nothing where that is not long.
    pub(super) fn is_patient_until(&self, now: Timestamp) -> Option<Timestamp> {
        let Destination::Platform(platform) = &*self.to else {
            return None;
        };
        let until = platform.quiet_until()?;
        (until.duration_since(now) > NO_NEWS).then_some(until)
    }

    /// Says at messages that they wait, and why.
    pub(super) async fn say_they_wait(
        &self,
        untold: Vec<(Delivery, String)>,
    ) -> Result<Progress, StoreError> {
        let mut progress = Progress::Idle;
        let Destination::Platform(platform) = &*self.to else {
            return Ok(progress);
        };
        for (delivery, why) in untold {
            let Some(to) = delivery.message.clone() else {
                continue;
            };
            progress = Progress::PutOff(delivery.id.clone());
            let told = delivery.moves_hands().then_some(Told::NotYet {
                is_far: true,
                may_know: to.unanswered.is_some(),
            });
            let about = to.message.conversation.clone();
            let commit = Commit::new().delivery(Delivery {
                failure: Some(why.clone()),
                ..delivery
            });
            let moved = Some((to, MessageState::Queued, Some(why)));
            let told = told.map(|told| (&about, told));
            self.write(platform, commit, (moved, told), None).await?;
        }
        Ok(progress)
    }
}

impl Delivery {
    /// Whether a message waits, and nobody was told why.
    pub(super) fn is_untold(&self) -> bool {
        let is_said = |why: &String| why.starts_with(ASKED) || why.starts_with(BEHIND);
        let is_told = self.waits_long() || self.failure.as_ref().is_some_and(is_said);
        let is_seen = |to: &ToCustomer| !to.is_between_us() && to.held.is_none();
        !is_told && self.message.as_ref().is_some_and(is_seen)
    }
}
