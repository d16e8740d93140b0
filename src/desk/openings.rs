//! A customer of a platform did something there without writing, such as choosing from a menu: for a while the platform takes a little,
//! and what was held goes out.

use jiff::SignedDuration;

use super::{ATTEMPTS, Desk, DeskError};
use crate::domain::account::TokenHash;
use crate::domain::channel::Door;
use crate::domain::ids::EndpointId;
use crate::store::Commit;

impl Desk {
    /// Notes that so many messages may go out to somebody for so long. Whoever has never written is not known.
    ///
    /// # Errors
    /// [`DeskError::Busy`] or [`DeskError::Stopped`] when it cannot be written: the platform is to tell it again.
    pub async fn note_opening(
        &self,
        outbox: &EndpointId,
        user: &str,
        most: u32,
        within: SignedDuration,
    ) -> Result<(), DeskError> {
        let token = TokenHash::of_platform_user(outbox, user);
        let Some(session) = self.store.session(&token).await? else {
            return Ok(());
        };
        for _ in 0..ATTEMPTS {
            let Some(mut row) = self.current(&session).await? else {
                return Ok(());
            };
            let (id, revision, now) = (row.id.clone(), row.revision, self.clock.now());
            let Some(to) = row.recipient.as_mut().filter(|to| to.outbox == *outbox) else {
                return Ok(());
            };
            to.door = Some(Door {
                opened_at: now,
                until: now.checked_add(within).unwrap_or(now),
                left: most,
            });
            let commit = Commit::new().expecting(&id, revision).conversation(row);
            match self.commit(commit.releasing()).await {
                Err(DeskError::Conflict { .. }) => {}
                other => return other,
            }
        }
        Err(DeskError::Busy)
    }
}
