//! What has been kept long enough goes, a little at a time.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Mutex, MutexGuard, PoisonError};

use jiff::SignedDuration;

use super::within::claims_in;
use crate::desk::{Desk, DeskError};
use crate::domain::audit::Audited;
use crate::domain::claim::ClaimId;
use crate::domain::conversation::{Conversation, Owner, Seq, Status};
use crate::domain::ids::ConversationId;
use crate::store::Commit;

/// So many conversations are looked at for their age in one pass, and so many erased.
const PER_PASS: usize = 400;
/// So many events are read at a time.
const EVENTS: usize = 200;

/// The claims of conversations that only wait for these to be decided, so that no log is read again while it stays as it is.
#[derive(Debug, Default)]
pub(in crate::desk) struct OpenClaims(Mutex<BTreeMap<ConversationId, Read>>);

/// What was read of a log.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Read {
    /// Up to here.
    up_to: Seq,
    /// The claims in it.
    claims: BTreeSet<ClaimId>,
}

impl OpenClaims {
    fn all(&self) -> MutexGuard<'_, BTreeMap<ConversationId, Read>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn read_of(&self, id: &ConversationId) -> Read {
        self.all().get(id).cloned().unwrap_or_default()
    }

    fn keep(&self, id: &ConversationId, read: Read) {
        self.all().insert(id.clone(), read);
    }

    /// A conversation is gone, or waits for no claim.
    pub(in crate::desk) fn forget(&self, id: &ConversationId) {
        self.all().remove(id);
    }
}

impl Desk {
    /// Erases conversations that have been over for longer than the desk keeps them.
    ///
    /// # Errors
    /// When the store cannot be read or written.
    pub(in crate::desk) async fn erase_what_is_old(&self) -> Result<(), DeskError> {
        if self.options.keep_days == 0 {
            return Ok(());
        }
        let before =
            self.clock.now() - SignedDuration::from_hours(24 * i64::from(self.options.keep_days));
        let after = self.kept_until.lock().await.clone();
        let page = self.store.conversations(after.as_ref(), PER_PASS).await?;
        // Ids are in the order in which conversations began: what comes after a young one is younger still.
        let old = page.into_iter().take_while(|row| row.created_at < before);
        let old: Vec<Conversation> = old.collect();
        let last = old.last().map(|row| row.id.clone());
        let mut over = Vec::new();
        for row in old {
            let is_old = row.updated_at < before && is_over(&row);
            if is_old && !self.goes_on(&row).await? && !self.has_open_claim(&row).await? {
                over.push(row);
            }
        }
        if !over.is_empty() {
            let ids = over.iter().map(|row| row.id.clone()).collect();
            let traces = self.traces_of(&ids).await?;
            for row in over {
                let why = format!("older than {} days", self.options.keep_days);
                let entry = self.own_entry(Audited::Erased, row.id.to_string(), &why)?;
                let commit = Commit::new().audit(entry);
                // What finds somebody goes with the last that it finds: nobody keeps a filter in between.
                let _filters = self.filtering.lock().await;
                let commit = self.without_old_filters(&row, commit).await?;
                // What has changed since is not old any more.
                self.erase(&row, &traces, commit).await?;
            }
        }
        // At the end it begins again: those that were passed over may have become old enough.
        *self.kept_until.lock().await = last;
        Ok(())
    }

    /// Whether it is the beginning of another conversation, which is still there: it goes when that one has gone.
    async fn goes_on(&self, row: &Conversation) -> Result<bool, DeskError> {
        match &row.merged_into {
            Some(into) => Ok(self.store.conversation(into).await?.is_some()),
            None => Ok(false),
        }
    }

    /// Whether money may still move because of what was asked for in a conversation: what was shown for it is needed until then.
    /// What was asked for in one that was merged into it goes on in it.
    async fn has_open_claim(&self, row: &Conversation) -> Result<bool, DeskError> {
        if self.asks_for_money(row).await? {
            return Ok(true);
        }
        for id in &row.merged {
            if let Some(other) = self.store.conversation(id).await?
                && self.asks_for_money(&other).await?
            {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Whether a conversation's own log has such a claim.
    async fn asks_for_money(&self, row: &Conversation) -> Result<bool, DeskError> {
        let mut read = self.open_claims.read_of(&row.id);
        while read.up_to < row.last_seq {
            let page = self.store.events(&row.id, read.up_to, EVENTS).await?;
            let Some(last) = page.last() else { break };
            metrics::counter!("frontdesk_retention_pages_read_total").increment(1);
            read.up_to = last.seq;
            read.claims.append(&mut claims_in(&page));
        }
        for id in &read.claims {
            let claims = self.store.claims(&row.merchant, id.order()).await?;
            let claim = claims.as_ref().and_then(|claims| claims.get(id));
            if claim.is_some_and(|claim| claim.state.is_open()) {
                self.open_claims.keep(&row.id, read);
                return Ok(true);
            }
        }
        self.open_claims.forget(&row.id);
        Ok(false)
    }
}

/// Whether nobody waits in a conversation: it is done, or its customer said nothing more to the bot, or to an agent who had answered. What is
/// promised, left until later or waited for by a customer is not over, however old it is.
fn is_over(row: &Conversation) -> bool {
    match row.status {
        Status::Resolved { .. } | Status::Closed => true,
        Status::Active => row.owner == Owner::Bot && row.promises.next_look().is_none(),
        Status::WaitingCustomer => row.promises.next_look().is_none(),
        Status::WaitingThirdParty | Status::Snoozed { .. } => false,
    }
}
