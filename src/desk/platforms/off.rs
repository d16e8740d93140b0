//! Accounts that are off, or configured no more, while their customers are still talked to: what is said to them waits until the account is
//! back, and the log says so. Nothing here knows why an account is off.

use std::sync::Arc;

use crate::desk::{ATTEMPTS, Desk, DeskError};
use crate::domain::channel::MessageState;
use crate::domain::conversation::{Actor, EventBody, Seq};
use crate::domain::ids::EndpointId;
use crate::domain::webhook::{Delivery, ToCustomer};
use crate::store::Commit;

/// Why it waits, in words for an agent.
const OFF: &str = "the account is off";

impl Desk {
    /// Puts others in place of the accounts that are on. As long as nobody says which, all are.
    pub fn set_on(&self, accounts: impl IntoIterator<Item = EndpointId>) {
        self.on
            .store(Some(Arc::new(accounts.into_iter().collect())));
    }

    fn is_off(&self, outbox: &EndpointId) -> bool {
        let on = self.on.load();
        on.as_ref().is_some_and(|on| !on.contains(outbox))
    }

    /// What becomes of a message, unless its account is off: then it waits.
    pub(in crate::desk) fn unless_off(&self, outbox: &EndpointId, body: EventBody) -> EventBody {
        match body {
            EventBody::MessageMoved { message, .. } if self.is_off(outbox) => waits(message),
            other => other,
        }
    }

    /// The commit, with a word in the log for each of its messages that waits because its account is off.
    pub(in crate::desk) fn held_off(
        &self,
        mut commit: Commit,
        mut deliveries: Vec<Delivery>,
    ) -> (Commit, Vec<Delivery>) {
        let mut noted = Vec::new();
        for (row, _) in commit.happening_mut() {
            for delivery in &mut deliveries {
                let to = delivery.message.as_ref().map(|to| &to.message);
                let to = to.filter(|to| to.conversation == row.id);
                if let Some(to) = to.filter(|_| self.is_off(&delivery.id.endpoint)) {
                    noted.push(row.note(waits(to.seq), delivery.at));
                    delivery.failure = Some(OFF.to_owned());
                }
            }
        }
        (commit.events(noted), deliveries)
    }

    /// Says of all that waits in the outboxes of accounts that are off that it does, where that has not been said; and how much that is.
    ///
    /// # Errors
    /// When the store cannot be read or written.
    pub async fn look_at_off(&self) -> Result<usize, DeskError> {
        let mut all = 0;
        for outbox in self.store.outboxes().await? {
            if !self.is_off(&outbox) {
                continue;
            }
            let waiting = self.note_off(&outbox).await?;
            if waiting > 0 {
                tracing::warn!(account = %outbox, waiting, "channel.off_while_messages_wait");
            }
            all += waiting;
        }
        Ok(all)
    }

    async fn note_off(&self, outbox: &EndpointId) -> Result<usize, DeskError> {
        let (mut after, mut waiting) = (0, 0);
        loop {
            let page = self.store.waiting_deliveries(outbox, after, usize::MAX);
            let page = page.await?;
            let is_of_account = |one: &Delivery| one.message.is_some() || one.fetch.is_some();
            // What waits for a program is not an account's.
            let Some(last) = page.last().filter(|last| is_of_account(last)) else {
                return Ok(waiting);
            };
            after = last.id.number;
            for delivery in page {
                let to = delivery.message.clone().filter(|to| !to.is_between_us());
                let Some(to) = to else { continue };
                waiting += 1;
                if delivery.failure.as_deref() != Some(OFF) {
                    self.note_waits(delivery, &to).await?;
                }
            }
        }
    }

    /// Says that one waits. What was to be handed over to people at the platform, who cannot be told, waits for people here.
    async fn note_waits(&self, delivery: Delivery, to: &ToCustomer) -> Result<(), DeskError> {
        let delivery = Delivery {
            failure: Some(OFF.to_owned()),
            ..delivery
        };
        for _ in 0..ATTEMPTS {
            let row = self.store.conversation(&to.message.conversation).await?;
            let Some(mut row) = row else { break };
            let (id, revision, now) = (row.id.clone(), row.revision, self.clock.now());
            let mut events = vec![row.note(waits(to.message.seq), now)];
            if to.hands_over {
                let back = row.call_back(now).into_iter();
                events.extend(back.map(|body| row.next_event(Actor::System, body, now)));
            }
            let commit = Commit::new().expecting(&id, revision).events(events);
            let commit = commit.delivery(delivery.clone()).conversation(row);
            match self.commit(commit).await {
                Err(DeskError::Conflict { .. }) => {}
                Err(error) => return Err(error),
                Ok(()) => {
                    self.live.wake(&id);
                    break;
                }
            }
        }
        Ok(())
    }
}

fn waits(message: Seq) -> EventBody {
    EventBody::MessageMoved {
        message,
        state: MessageState::Held,
        why: Some(OFF.to_owned()),
    }
}
