//! An account that keeps quiet as a whole, because its platform asks for patience, or takes nothing before the account's owner has mended
//! something; and an agent sees at what waits why it does.

use jiff::{SignedDuration, Timestamp};

use super::platform::Platform;
use super::settle::{Moved, Told};
use super::{Destination, Progress, Sender};
use crate::domain::channel::MessageState;
use crate::domain::webhook::{Delivery, NO_NEWS, ToCustomer};
use crate::store::{Commit, StoreError};

/// What is said of one that waits.
const ASKED: &str = "the platform asks for patience, and takes nothing from the account before";
/// The same where it is the account itself that is refused.
const REFUSED: &str = "the platform takes nothing from the account before its owner has mended it";
/// What is said of one that waits behind another.
const BEHIND: &str = "what its customer is told first was not taken, and is not tried again before";
/// An account that is refused is tried again after so long; what it was tried with comes a moment behind what else waits, so that others
/// show whether it is the account.
const AGAIN: SignedDuration = SignedDuration::from_mins(5);
const BEHIND_OTHERS: SignedDuration = SignedDuration::from_secs(30);
/// One whose account is refused for longer is given up.
const MENDED_WITHIN: SignedDuration = SignedDuration::from_hours(72);

/// Why it waits until then, where something stands before it.
pub(super) fn behind(until: Timestamp) -> String {
    format!("{BEHIND} {until:.0}")
}

impl Sender {
    /// The platform takes nothing of the account: all of it keeps quiet for a while, and what was tried loses no attempt by it. What is
    /// refused so once more, though others were taken in between, is refused for itself.
    pub(super) fn refused_with_all(
        &self,
        (platform, to): (&Platform, &ToCustomer),
        delivery: Delivery,
        why: String,
        now: Timestamp,
    ) -> (Commit, Option<Moved>, Progress) {
        let id = delivery.id.clone();
        let ended = self.clock.now().max(now);
        let said = format!("{REFUSED}: {why}");
        let is_said = delivery.failure.as_ref() == Some(&said);
        let mut tries = delivery.tries.iter().rev();
        let before = tries.find(|one| one.outcome.starts_with(REFUSED));
        if before.is_some_and(|before| platform.has_taken_since(before.at)) {
            return self.later(to, delivery, (why, None), now);
        }
        let again = ended.checked_add(AGAIN).unwrap_or(Timestamp::MAX);
        platform.note_refused(&said, again);
        if ended.duration_since(delivery.at) > MENDED_WITHIN {
            let moved = Some((to.clone(), MessageState::Failed, Some(said.clone())));
            let commit = Commit::new().delivery(delivery.given_up(said, ended));
            return (commit, moved, Progress::GivenUp(id));
        }
        let from = again.checked_add(BEHIND_OTHERS).unwrap_or(Timestamp::MAX);
        let moved = (!is_said).then(|| (to.clone(), MessageState::Queued, Some(said.clone())));
        let after = delivery.refused_with_all(said, ended, from);
        (Commit::new().delivery(after), moved, Progress::Retrying(id))
    }

    /// Why an account keeps quiet; nothing where it does not, or not for long.
    pub(super) fn is_quiet_for_long(&self, now: Timestamp) -> Option<String> {
        let Destination::Platform(platform) = &*self.to else {
            return None;
        };
        let (until, refused) = platform.quiet(|quiet| (quiet.until, quiet.refused.clone()));
        let until = until.filter(|until| until.duration_since(now) > NO_NEWS)?;
        Some(refused.unwrap_or_else(|| format!("{ASKED} {until:.0}")))
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
        let all = [ASKED, REFUSED, BEHIND];
        let is_said = |why: &String| all.iter().any(|one| why.starts_with(one));
        let is_told = self.waits_long() || self.failure.as_ref().is_some_and(is_said);
        let is_seen = |to: &ToCustomer| !to.is_between_us() && to.held.is_none();
        !is_told && self.message.as_ref().is_some_and(is_seen)
    }

    /// Whether it was said to wait behind another until a time, and now there is something else to say.
    pub(super) fn was_told_otherwise(&self, why: &str) -> bool {
        let said = self.failure.as_deref();
        said.is_some_and(|said| said.starts_with(BEHIND) && said != why)
    }
}
