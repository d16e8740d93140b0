//! Where a customer is reached by now: what is said in an earlier conversation may go out because they wrote in a later one.

use jiff::SignedDuration;

use super::Sender;
use crate::channels::window;
use crate::domain::account::TokenHash;
use crate::domain::channel::Recipient;
use crate::domain::conversation::Conversation;
use crate::store::StoreError;

impl Sender {
    /// Where the customer of a conversation is reached: as of what they wrote last at the same place, in whichever conversation that was.
    pub(super) async fn reached(
        &self,
        row: &Conversation,
    ) -> Result<Option<Recipient>, StoreError> {
        let Some(own) = row.recipient.clone() else {
            return Ok(None);
        };
        // Where each command brings a line that waits, it is for what answers that command: what is said of an earlier matter follows that,
        // and not before its own command is good for nothing any more.
        let has_line = own.channel.answers_after() > SignedDuration::ZERO;
        let good_for = window(&own, false).filter(|_| has_line);
        let since = self.clock.now().duration_since(own.heard_at);
        if good_for.is_some_and(|good_for| since <= good_for) {
            return Ok(Some(own));
        }
        let token = TokenHash::of_platform_user(&own.outbox, &own.user);
        let session = self.store.session(&token).await?;
        let current = session.and_then(|session| session.conversation);
        let Some(current) = current.filter(|current| *current != row.id) else {
            return Ok(Some(own));
        };
        let current = self.store.conversation(&current).await?;
        let current = current.and_then(|row| row.recipient);
        let later = current.filter(|to| to.is_same_way(&own) && to.moved_at() > own.moved_at());
        let later = later.filter(|to| !has_line || to.answered > 0);
        Ok(later.or(Some(own)))
    }
}
