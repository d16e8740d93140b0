//! A customer of a platform did something there without writing, such as choosing from a menu: for a while the platform takes a little,
//! and what was held goes out.

use jiff::SignedDuration;

use crate::desk::{ATTEMPTS, Desk, DeskError};
use crate::domain::account::TokenHash;
use crate::domain::channel::Door;
use crate::domain::ids::{EndpointId, SiteId};
use crate::engine::replies::{Placeholder, Values};
use crate::engine::say::Say;
use crate::store::Commit;

impl Desk {
    /// What somebody is greeted with who has come to where a site's customers write, and has written nothing: who speaks, and what can be asked.
    #[must_use]
    pub fn welcome(&self, site: &SiteId) -> String {
        let Ok(site) = self.site(site) else {
            return String::new();
        };
        let values = Values::new().with(Placeholder::MerchantName, &site.merchant_name);
        self.rules()
            .replies
            .say(Say::Welcome, site.language, &values)
    }

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
