//! The claim that a file is for, and what becomes of it.

use std::collections::BTreeSet;

use jiff::Timestamp;

use crate::desk::draft::Draft;
use crate::desk::turn::claim_moved;
use crate::desk::{Desk, DeskError};
use crate::domain::claim::{Claim, ClaimId, ClaimState, Moved, OrderClaims};
use crate::domain::conversation::{Conversation, Owner};
use crate::domain::evidence::Attachment;
use crate::domain::ids::OrderId;
use crate::domain::policy::{Policy, Words};

/// A claim that takes evidence, among the claims of its order.
pub(super) struct Waiting {
    claims: OrderClaims,
    pub(super) id: ClaimId,
    /// The known trouble that its customer asked about, for the brief.
    incident: Option<String>,
}

impl Waiting {
    /// Whether the claim takes files and does not have this one.
    pub(super) fn lacks(&self, file: &Attachment) -> bool {
        let name = file.hash.to_string();
        let lacks =
            |claim: &Claim| claim.state.waits_for_decision() && !claim.evidence.contains(&name);
        self.claims.get(&self.id).is_some_and(lacks)
    }
}

impl Desk {
    /// The claim that the file is for: the one that was named, or the one of this person that waits, first of all for evidence.
    pub(super) async fn waiting_claim(
        &self,
        row: &Conversation,
        asked: Option<&ClaimId>,
    ) -> Result<Option<Waiting>, DeskError> {
        if let Some(id) = asked {
            let claims = self.store.claims(&row.merchant, id.order()).await?;
            let claims = claims.ok_or(DeskError::NotFound)?;
            let claim = claims.get(id).ok_or(DeskError::NotFound)?;
            if !self.is_own(row, claim).await? {
                return Err(DeskError::NotFound);
            }
            let id = id.clone();
            let incident = self.incident_now(row).await?;
            return Ok(Some(Waiting {
                claims,
                id,
                incident,
            }));
        }
        let mut best: Option<((bool, Timestamp), OrderClaims, ClaimId)> = None;
        for order in orders_of(row) {
            let Some(claims) = self.store.claims(&row.merchant, &order).await? else {
                continue;
            };
            for claim in claims
                .claims
                .iter()
                .filter(|c| c.state.waits_for_decision())
            {
                let needs = matches!(claim.state, ClaimState::NeedsEvidence { .. });
                let rank = (needs, claim.updated_at);
                let is_better = best.as_ref().is_none_or(|(other, ..)| *other < rank);
                if is_better && self.is_own(row, claim).await? {
                    let (claims, id) = (claims.clone(), claim.id.clone());
                    best = Some((rank, claims, id));
                }
            }
        }
        let Some((_, claims, id)) = best else {
            return Ok(None);
        };
        let incident = self.incident_now(row).await?;
        Ok(Some(Waiting {
            claims,
            id,
            incident,
        }))
    }

    /// Whether a claim was made by the person who speaks here.
    async fn is_own(&self, row: &Conversation, claim: &Claim) -> Result<bool, DeskError> {
        match &claim.conversation {
            None => Ok(false),
            Some(id) if *id == row.id => Ok(true),
            Some(id) => {
                let other = self.store.conversation(id).await?;
                Ok(other.is_some_and(|other| row.is_of_same(&other)))
            }
        }
    }
}

impl Draft {
    /// Adds the file to its claim. What the policy wants to see besides is asked for next; a claim that has all goes to a person.
    pub(super) fn prove(
        &mut self,
        desk: &Desk,
        waiting: Waiting,
        file: &Attachment,
        now: Timestamp,
    ) -> Result<(), DeskError> {
        let Waiting {
            mut claims,
            id,
            incident,
        } = waiting;
        let before = claims.get(&id).cloned().ok_or(DeskError::NotFound)?;
        let policy = desk.policy_of(&claims.merchant);
        let next = wanted_after(&policy, &before);
        let next = next.and_then(|words| words.in_language(self.conversation.language));
        if claims.add_evidence(&id, &file.hash.to_string(), next, now)? == Moved::Already {
            return Ok(());
        }
        let claim = claims.get(&id).cloned().ok_or(DeskError::NotFound)?;
        self.claims.push(claims);
        if next.is_some() {
            let said = desk.told_of(&self.conversation, &claim, now);
            self.system(claim_moved(&claim, said), now);
            return Ok(());
        }
        if before.state.name() == claim.state.name() {
            return Ok(());
        }
        self.system(claim_moved(&claim, None), now);
        if self.conversation.owner == Owner::Bot {
            desk.take_up(self, &claim, incident, now)?;
        }
        Ok(())
    }
}

/// What the policy wants to see after the file that it asked for now. Where an agent asked for something else, they look at what comes.
fn wanted_after<'p>(policy: &'p Policy, claim: &Claim) -> Option<&'p Words> {
    let ClaimState::NeedsEvidence { what } = &claim.state else {
        return None;
    };
    let shown = claim.evidence.len();
    let asked = policy.wants(claim.cause, shown)?;
    policy
        .wants(claim.cause, shown + 1)
        .filter(|_| asked.says(what))
}

/// The orders that a person has spoken of here.
fn orders_of(row: &Conversation) -> BTreeSet<OrderId> {
    let memory = &row.memory;
    let topic = memory.topic.as_ref().and_then(|topic| topic.order.as_ref());
    let proven = memory.proven.keys();
    let orders = proven.chain(memory.order.as_ref()).chain(topic);
    orders.cloned().collect()
}
