//! What merchants' programs are told: written into the outbox by the very commit that makes it true, and what became of it.

use jiff::Timestamp;

use super::draft::Draft;
use super::{Desk, DeskError};
use crate::clock;
use crate::domain::account::ApiKey;
use crate::domain::conversation::{Conversation, Event, EventBody};
use crate::domain::ids::MerchantId;
use crate::domain::webhook::{
    Delivery, DeliveryId, Told, claim_moved, handed_off, link_requested, order_corrected,
};
use crate::store::Commit;

impl Desk {
    /// The commit, with what every endpoint of the merchant that wants to know of it is told.
    pub(super) fn notify(
        &self,
        mut commit: Commit,
        merchant: &MerchantId,
        told: impl IntoIterator<Item = Told>,
        now: Timestamp,
    ) -> Commit {
        let subscriptions = self.subscriptions.load();
        for told in told {
            let event = clock::event_name();
            for one in subscriptions.iter() {
                if one.wants(merchant, told.kind) {
                    commit = commit.send(Delivery::new(one, event.clone(), &told, now));
                }
            }
        }
        commit
    }

    /// The commit of a turn, with what it means for the merchant.
    pub(super) fn tell_merchant(&self, draft: Draft) -> Commit {
        let row = &draft.conversation;
        let (merchant, now) = (row.merchant.clone(), row.updated_at);
        let claims = draft.events.iter().filter_map(|event| match &event.body {
            EventBody::ClaimMoved { claim, .. } => draft.claims.iter().find_map(|on| on.get(claim)),
            _ => None,
        });
        let mut told: Vec<Told> = claims
            .filter_map(|claim| claim_moved(&merchant, claim, now))
            .collect();
        let corrected = draft.events.iter();
        told.extend(corrected.filter_map(|event| order_corrected(row, event)));
        let asked = draft.events.iter();
        told.extend(asked.filter_map(|event| link_requested(row, event)));
        told.extend(handed_off_in(row, &draft.events));
        self.notify(draft.into_commit(), &merchant, told, now)
    }

    /// What the endpoints of the key's merchant have not taken, in the order in which it was to be sent: endpoint by endpoint, what was
    /// given up before what waits.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn deliveries(
        &self,
        key: &ApiKey,
        limit: usize,
    ) -> Result<Vec<(Delivery, bool)>, DeskError> {
        let subscriptions = self.subscriptions.load_full();
        let mut found = Vec::new();
        for one in subscriptions.iter() {
            if one.merchant != key.merchant {
                continue;
            }
            let gone = self.store.endpoint(&one.endpoint).await?.gone.is_some();
            for is_failed in [true, false] {
                let room = limit - found.len();
                let page = match is_failed {
                    true => self.store.failed_deliveries(&one.endpoint, 0, room).await?,
                    false => {
                        self.store
                            .waiting_deliveries(&one.endpoint, 0, room)
                            .await?
                    }
                };
                found.extend(page.into_iter().map(|delivery| (delivery, gone)));
            }
        }
        Ok(found)
    }

    /// Sends a delivery again, from its first attempt on. An endpoint that said that it is gone is taken to be back.
    ///
    /// # Errors
    /// [`DeskError::NotFound`] when there is none, it has arrived, or it is another merchant's: the three look alike.
    pub async fn resend(&self, key: &ApiKey, id: &DeliveryId) -> Result<Delivery, DeskError> {
        let found = self.store.delivery(id).await?;
        let found = found.filter(|delivery| delivery.merchant == key.merchant);
        let delivery = found.ok_or(DeskError::NotFound)?;
        let again = delivery.again(self.clock.now());
        let commit = Commit::new()
            .gone(id.endpoint.clone(), None)
            .delivery(again.clone());
        match self.commit(commit).await {
            // It was tried at that moment, and waits for its next attempt or has arrived.
            Err(DeskError::SessionChanged) => Err(DeskError::Busy),
            other => other.map(|()| again),
        }
    }
}

/// The hand-over among the events of a conversation.
pub(super) fn handed_off_in(row: &Conversation, events: &[Event]) -> Option<Told> {
    events.iter().find_map(|event| match &event.body {
        EventBody::HandedOff(handoff) => handed_off(row, handoff, event.at),
        _ => None,
    })
}
