//! That a customer is writing to people: kept in memory for a few seconds, told by wake-ups, never written down. What they write stays theirs
//! until they send it.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use jiff::{SignedDuration, Timestamp};

use crate::desk::{Desk, DeskError};
use crate::domain::account::Session;
use crate::domain::conversation::Owner;
use crate::domain::ids::ConversationId;

/// Whoever has not said so again for so long does not write any more.
const WRITES_FOR: SignedDuration = SignedDuration::from_secs(8);

/// Until when whose customers write.
#[derive(Debug, Default)]
pub(in crate::desk) struct CustomersWrite(Mutex<HashMap<ConversationId, Timestamp>>);

impl CustomersWrite {
    /// A panic in between leaves nothing half changed: each change is one step.
    fn kept(&self) -> MutexGuard<'_, HashMap<ConversationId, Timestamp>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// They have sent it.
    pub(in crate::desk) fn sent(&self, id: &ConversationId) {
        self.kept().remove(id);
    }
}

impl Desk {
    /// A customer says that they write: agents see it while people have the conversation.
    ///
    /// # Errors
    /// [`DeskError::Unauthorized`] when the session has ended.
    pub async fn customer_types(&self, session: &Session) -> Result<(), DeskError> {
        let session = self.as_it_is(session, true).await?;
        let Some(id) = session.conversation.clone() else {
            return Ok(());
        };
        let row = self.store.conversation(&id).await?;
        let with_people = |owner: &Owner| *owner != Owner::Bot;
        let Some(row) = row.filter(|row| with_people(&row.owner) && !row.status.is_done()) else {
            return Ok(());
        };
        let now = self.clock.now();
        let is_new = {
            let mut kept = self.customers_write.kept();
            kept.retain(|_, until| *until > now);
            kept.insert(id, now + WRITES_FOR).is_none()
        };
        if is_new {
            self.live.wake_inbox(&row.merchant);
        }
        Ok(())
    }

    /// For how long it is shown that the customer of a conversation writes; none if they do not.
    #[must_use]
    pub fn customer_writes(&self, id: &ConversationId) -> Option<SignedDuration> {
        let now = self.clock.now();
        let until = self.customers_write.kept().get(id).copied()?;
        Some(until.duration_since(now)).filter(|left| left.is_positive())
    }
}
