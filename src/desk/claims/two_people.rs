//! Above what an agent's role approves alone by the merchant's policy, two have to: what the first one says is kept, and pays nothing.

use super::outcome::ATTEMPTS;
use crate::desk::{Desk, DeskError};
use crate::domain::account::Agent;
use crate::domain::audit::Audited;
use crate::domain::claim::{Claim, ClaimId, ClaimState, OrderClaims};
use crate::domain::conversation::{Actor, EventBody};
use crate::domain::ids::{AgentId, MerchantId};
use crate::domain::money::Money;
use crate::domain::policy::{Approval, Policy};
use crate::domain::rights::AgentRole;
use crate::store::Commit;

impl Desk {
    /// The claim with what the first of two agents says; none where this agent may decide, alone or as the second.
    pub(in crate::desk) async fn approved_once(
        &self,
        agent: &Agent,
        merchant: &MerchantId,
        id: &ClaimId,
    ) -> Result<Option<Claim>, DeskError> {
        for _ in 0..ATTEMPTS {
            let mut claims = self.claims_on(merchant, id.order()).await?;
            let policy = self.policy_of(merchant);
            let (role, mut found) = (agent.rights.role, claims.claims.iter_mut());
            let found = found.find(|claim| claim.id == *id);
            let Some(claim) = found.filter(|claim| policy.needs_two(claim.amount, role)) else {
                return Ok(None);
            };
            let waits = matches!(
                claim.state,
                ClaimState::Submitted | ClaimState::NeedsEvidence { .. }
            );
            match &claim.approved_once {
                Some(first) if *first == agent.id && waits => return Ok(Some(claim.clone())),
                Some(first) if waits => {
                    let before = self.role_of(first).await?;
                    if policy.approval(claim.amount, role, Some(before)) == Approval::NeedsLead {
                        return Err(needs_lead(&policy, claim.amount, role, first));
                    }
                    return Ok(None);
                }
                Some(_) => return Ok(None),
                None if !waits => return Ok(None),
                None => {}
            }
            claim.approved_once = Some(agent.id.clone());
            let claim = claim.clone();
            match self.write_first(agent, claims, &claim).await {
                Err(DeskError::Conflict { .. } | DeskError::SessionChanged) => {}
                Err(error) => return Err(error),
                Ok(()) => return Ok(Some(claim)),
            }
        }
        Err(DeskError::Busy)
    }

    /// The role of somebody who has approved, as it is now; who is not known any more has the least.
    pub(in crate::desk) async fn role_of(&self, agent: &AgentId) -> Result<AgentRole, DeskError> {
        let found = self.store.agent(agent).await?;
        Ok(found.map_or(AgentRole::Viewer, |agent| agent.rights.role))
    }

    async fn write_first(
        &self,
        agent: &Agent,
        claims: OrderClaims,
        claim: &Claim,
    ) -> Result<(), DeskError> {
        let about = Some(claim.about());
        let entry = self.entry(&agent.id, Audited::Decided, about, None);
        let commit = Commit::new().audit(entry).claims(claims);
        let found = match &claim.conversation {
            Some(id) => self.store.conversation(id).await?,
            None => None,
        };
        let Some(mut row) = found else {
            return self.commit(commit).await;
        };
        let (id, revision, merchant) = (row.id.clone(), row.revision, row.merchant.clone());
        let body = EventBody::ApprovedOnce {
            claim: claim.id.clone(),
            amount: claim.amount,
        };
        let event = row.next_event(Actor::Agent(agent.id.clone()), body, self.clock.now());
        let commit = commit.expecting(&id, revision).events(vec![event]);
        self.commit(commit.conversation(row)).await?;
        self.live.wake(&id);
        self.live.wake_inbox(&merchant);
        Ok(())
    }
}

fn needs_lead(policy: &Policy, amount: Money, role: AgentRole, first: &AgentId) -> DeskError {
    let limit = policy.alone_up_to(role, amount.currency);
    DeskError::NeedsLead {
        first: first.clone(),
        alone: Money {
            amount: limit.unwrap_or_default(),
            ..amount
        },
    }
}
