//! Two conversations of one person become one, and whoever wrote in the other goes on in it.

use std::collections::BTreeSet;

use crate::desk::privacy::within::claims_in;
use crate::desk::{ATTEMPTS, Desk, DeskError};
use crate::domain::account::{Agent, Session};
use crate::domain::audit::Audited;
use crate::domain::claim::OrderClaims;
use crate::domain::conversation::{Actor, Conversation, Event, EventBody, InvalidMerge, Revision};
use crate::domain::ids::{ConversationId, MerchantId};
use crate::domain::order::{fold_email, fold_phone};
use crate::store::Commit;

impl Desk {
    /// Merges a conversation into another of the same person, which the agent has. Both logs stay; refund applications, promises and
    /// whoever writes go on in the other.
    ///
    /// # Errors
    /// [`DeskError::Merge`] when they stay two; [`DeskError::NotFound`] as for [`Self::conversation`], for either.
    pub async fn merge(
        &self,
        agent: &Agent,
        into: &ConversationId,
        from: &ConversationId,
        based_on: Option<Revision>,
    ) -> Result<Conversation, DeskError> {
        for _ in 0..ATTEMPTS {
            let here = self.conversation(agent, into).await?;
            let there = self.conversation(agent, from).await?;
            if based_on.is_some_and(|based_on| based_on != here.revision) {
                return Err(DeskError::Conflict {
                    owner: here.owner,
                    revision: here.revision,
                });
            }
            match self.merge_once(agent, here, there).await {
                Err(DeskError::Conflict { .. } | DeskError::SessionChanged) => {}
                other => return other,
            }
        }
        Err(DeskError::Busy)
    }

    async fn merge_once(
        &self,
        agent: &Agent,
        mut here: Conversation,
        mut there: Conversation,
    ) -> Result<Conversation, DeskError> {
        let now = self.clock.now();
        let (own, log) = (
            self.all_logs(agent, &here).await?,
            self.all_logs(agent, &there).await?,
        );
        self.check_proofs(&here.merchant, &own, &log).await?;
        let claims = self.claims_to_move(&here, &there, &log).await?;
        let (at_here, at_there) = (here.revision, there.revision);
        let waiting = there.waiting_since;
        let merged = here.absorb(&mut there, &agent.id)?;
        let by = Actor::Agent(agent.id.clone());
        let written = |row: &mut Conversation, bodies: Vec<EventBody>| {
            let bodies = bodies.into_iter();
            let events = bodies.map(|body| row.next_event(by.clone(), body, now));
            events.collect::<Vec<Event>>()
        };
        let mut events = written(&mut here, merged.here);
        events.extend(written(&mut there, merged.there));
        let audited = |id: &ConversationId| {
            self.entry(&agent.id, Audited::Changed, Some(id.to_string()), None)
        };
        let mut commit = Commit::new()
            .expecting(&here.id, at_here)
            .expecting(&there.id, at_there)
            .audit(audited(&here.id))
            .audit(audited(&there.id))
            .events(events)
            .conversation(here.clone())
            .conversation(there.clone());
        for moved in claims {
            commit = commit.claims(moved);
        }
        self.commit(commit).await?;
        self.line.taken(waiting, &there, now);
        for id in [&here.id, &there.id] {
            self.live.wake(id);
        }
        self.live.wake_inbox(&here.merchant);
        Ok(Conversation {
            revision: at_here.next(),
            ..here
        })
    }

    /// The log of a conversation, and those of all that were merged into it before: what was proven and asked for in them goes on in it.
    async fn all_logs(&self, agent: &Agent, row: &Conversation) -> Result<Vec<Event>, DeskError> {
        let mut all = self.whole_log(agent, &row.id).await?;
        for id in &row.merged {
            match self.whole_log(agent, id).await {
                Ok(log) => all.extend(log),
                // It has been erased.
                Err(DeskError::NotFound) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(all)
    }

    /// Whoever has proven an order in each must have proven one person's: the orders have an address or a phone number in common.
    async fn check_proofs(
        &self,
        merchant: &MerchantId,
        here: &[Event],
        there: &[Event],
    ) -> Result<(), DeskError> {
        let one = self.proven_in(merchant, here).await?;
        let other = self.proven_in(merchant, there).await?;
        let apart = !one.is_empty() && !other.is_empty() && one.is_disjoint(&other);
        match apart {
            true => Err(InvalidMerge::AnotherPerson.into()),
            false => Ok(()),
        }
    }

    /// Addresses and phone numbers of the orders that were proven in a conversation, as its log says.
    async fn proven_in(
        &self,
        merchant: &MerchantId,
        log: &[Event],
    ) -> Result<BTreeSet<String>, DeskError> {
        let mut contacts = BTreeSet::new();
        for event in log {
            if let EventBody::ProofGained { order, .. } = &event.body
                && let Some(order) = self.store.order(merchant, order).await?
            {
                contacts.extend(order.customer.email.as_deref().map(fold_email));
                contacts.extend(order.customer.phone.as_deref().map(fold_phone));
            }
        }
        Ok(contacts)
    }

    /// The refund applications of a conversation, as they are to go on in another.
    async fn claims_to_move(
        &self,
        here: &Conversation,
        there: &Conversation,
        log: &[Event],
    ) -> Result<Vec<OrderClaims>, DeskError> {
        let mut moved = Vec::new();
        let orders: BTreeSet<_> = claims_in(log)
            .iter()
            .map(|claim| claim.order().clone())
            .collect();
        for order in orders {
            let Some(mut claims) = self.store.claims(&there.merchant, &order).await? else {
                continue;
            };
            let own = |id: &Option<ConversationId>| id.as_ref() == Some(&there.id);
            let mut any = false;
            for claim in claims
                .claims
                .iter_mut()
                .filter(|one| own(&one.conversation))
            {
                claim.conversation = Some(here.id.clone());
                any = true;
            }
            moved.extend(Some(claims).filter(|_| any));
        }
        Ok(moved)
    }

    /// A session whose conversation was merged into another goes on there, from now on.
    pub(in crate::desk) async fn followed(&self, session: Session) -> Result<Session, DeskError> {
        let Some(before) = session.conversation.clone() else {
            return Ok(session);
        };
        let mut at = before.clone();
        while let Some(row) = self.store.conversation(&at).await?
            && let Some(into) = row.merged_into
        {
            at = into;
        }
        if at == before {
            return Ok(session);
        }
        let session = Session {
            conversation: Some(at),
            ..session
        };
        let commit = Commit::new()
            .expecting_session(session.token, Some(before))
            .session(session.clone());
        match self.commit(commit).await {
            // Another request of theirs was faster, and did the same.
            Ok(()) | Err(DeskError::SessionChanged | DeskError::Conflict { .. }) => Ok(session),
            Err(error) => Err(error),
        }
    }
}
