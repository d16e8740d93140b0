//! What merchants' programs are told: written into the outbox by the very commit that makes it true, and what became of it.

use jiff::Timestamp;

use crate::clock;
use crate::desk::draft::Draft;
use crate::desk::{Desk, DeskError};
use crate::domain::conversation::{Conversation, EventBody};
use crate::domain::ids::{EndpointId, MerchantId};
use crate::domain::promise::Promises;
use crate::domain::webhook::{Delivery, Subscription, Told, claim_moved, happened, promise_moved};
use crate::store::{Commit, MAX_PAGE};

impl Desk {
    /// An endpoint has taken what waits for it, by another way than over the wire.
    ///
    /// # Errors
    /// When the store cannot be read or written.
    pub async fn was_taken(&self, endpoint: &EndpointId) -> Result<(), DeskError> {
        let waiting = self.store.waiting_deliveries(endpoint, 0, MAX_PAGE).await?;
        let waiting = waiting.into_iter();
        let taken = waiting.fold(Commit::new(), |commit, one| commit.delivered(one.id));
        self.commit(taken).await
    }

    /// The commit, with what every endpoint of the merchant that wants to know of it is told.
    pub(in crate::desk) fn notify(
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
    pub(in crate::desk) fn tell_merchant(&self, draft: Draft) -> Commit {
        let row = &draft.conversation;
        let (merchant, now) = (row.merchant.clone(), row.updated_at);
        let claims = draft.events.iter().filter_map(|event| match &event.body {
            EventBody::ClaimMoved { claim, .. } => draft.claims.iter().find_map(|on| on.get(claim)),
            _ => None,
        });
        let mut told: Vec<Told> = claims
            .filter_map(|claim| claim_moved(&merchant, claim, now))
            .collect();
        told.extend(promises_told(row, &draft.promised));
        self.notify(draft.into_commit(), &merchant, told, now)
    }

    /// The commit, with what has become of promises since they were as before.
    pub(in crate::desk) fn tell_promises(
        &self,
        commit: Commit,
        row: &Conversation,
        before: &Promises,
    ) -> Commit {
        let told = promises_told(row, before);
        self.notify(commit, &row.merchant, told, row.updated_at)
    }

    /// The commit, with what happens in its conversations, which comes before what follows from it: nobody hears of a promise in a
    /// conversation that they have not heard of.
    pub(in crate::desk) fn to_programs(&self, commit: Commit) -> Commit {
        let subscriptions = self.subscriptions.load();
        if subscriptions.is_empty() {
            return commit;
        }
        let mut happenings = Vec::new();
        for (row, events) in commit.happening() {
            for (told, at) in happened(row, &events) {
                let event = clock::event_name();
                let wants = |one: &&Subscription| one.wants(&row.merchant, told.kind);
                let wanted = subscriptions.iter().filter(wants);
                happenings.extend(wanted.map(|one| Delivery::new(one, event.clone(), &told, at)));
            }
        }
        commit.send_ahead(happenings)
    }
}

/// What has become of promises since they were as before.
fn promises_told(row: &Conversation, before: &Promises) -> impl Iterator<Item = Told> {
    let changed = row.promises.changed_since(before);
    changed.filter_map(|promise| promise_moved(row, promise, row.updated_at))
}
