//! What becomes of claims after they were handed in: people and programs decide, the payment side reports, the customer is told.
//!
//! A move of a claim and what the customer is told about it are one commit. A move that lost to another is taken again on the new
//! state; one that already holds changes nothing and is no error, so that whoever reports may report twice.

use jiff::Timestamp;

use crate::desk::turn::{answered_by, claim_moved as claim_moved_event};
use crate::desk::{Desk, DeskError};
use crate::domain::account::{Agent, ApiKey};
use crate::domain::audit::{AuditEntry, Audited};
use crate::domain::brief::Brief;
use crate::domain::claim::{
    Claim, ClaimId, ClaimState, DecidedBy, InvalidMove, Moved, OrderClaims,
};
use crate::domain::conversation::{Actor, Conversation, Event, Handoff, Owner, Priority};
use crate::domain::handoff::HandoffReason;
use crate::domain::ids::{ConversationId, MerchantId, OrderId};
use crate::domain::payment_code::{Actor as PaymentActor, Direction, PaymentCode};
use crate::domain::promise::{Deed, Promised};
use crate::domain::redact::redact;
use crate::domain::webhook::claim_moved;
use crate::engine::dialogue::{cause_in_words, told};
use crate::store::Commit;

/// A move that lost to a faster one is tried again on the new state, so often.
pub(in crate::desk) const ATTEMPTS: usize = 16;
/// A reason or request has at most so many characters.
const WORDS: usize = 1_000;

/// What is decided about a claim, or reported of its payment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ClaimMove {
    /// It is to be paid.
    Approve,
    /// It is not, and why: a sentence for the customer.
    Reject(String),
    /// Something has to be shown first, and what.
    RequestEvidence(String),
    /// The payment side has taken the order to pay.
    Paying,
    /// The money is on its way, with the payment side's reference.
    Paid(Option<String>),
    /// The payment did not go through: the payment side's code, and its own words for agents.
    Failed(String, Option<String>),
}

/// Whose move it is.
enum Mover<'a> {
    Agent(&'a Agent),
    Shop(&'a ApiKey),
}

impl Mover<'_> {
    fn by(&self) -> DecidedBy {
        match self {
            Self::Agent(agent) => DecidedBy::Agent(agent.id.clone()),
            Self::Shop(_) => DecidedBy::Merchant,
        }
    }

    fn actor(&self) -> Actor {
        match self {
            Self::Agent(agent) => Actor::Agent(agent.id.clone()),
            Self::Shop(_) => Actor::System,
        }
    }

    /// The line of the audit log that goes with the move.
    fn entry(&self, desk: &Desk, claim: &Claim) -> Result<AuditEntry, DeskError> {
        let about = claim.about();
        match self {
            Self::Agent(agent) => Ok(desk.entry(&agent.id, Audited::Decided, Some(about), None)),
            Self::Shop(key) => {
                // That a payment went on or did not is reported; the decision was made before.
                let is_decided = matches!(
                    claim.state,
                    ClaimState::Approved { .. }
                        | ClaimState::Rejected { .. }
                        | ClaimState::NeedsEvidence { .. }
                );
                let what = match is_decided {
                    true => Audited::Decided,
                    false => Audited::Changed,
                };
                desk.entry_of_key(key, what, about)
            }
        }
    }
}

impl Desk {
    /// The claims of a shop's customers, order by order, after an order.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn claims(
        &self,
        key: &ApiKey,
        after: Option<&OrderId>,
        limit: usize,
    ) -> Result<Vec<OrderClaims>, DeskError> {
        let found = self.store.claims_of(&key.merchant, after, limit).await?;
        let about = key.merchant.to_string();
        self.key_looked(key, Audited::ClaimsRead, about).await?;
        Ok(found)
    }

    /// A claim of the key's merchant.
    ///
    /// # Errors
    /// [`DeskError::NotFound`] when there is none, or it is another merchant's: the two look alike.
    pub async fn claim_of(&self, key: &ApiKey, id: &ClaimId) -> Result<Claim, DeskError> {
        let claims = self.claims_on(&key.merchant, id.order()).await?;
        let claim = claims.get(id).cloned().ok_or(DeskError::NotFound)?;
        self.key_looked(key, Audited::ClaimsRead, claim.about())
            .await?;
        Ok(claim)
    }

    /// A shop's program decides about a claim, or reports of its payment.
    ///
    /// # Errors
    /// [`DeskError::NotFound`]; [`DeskError::ClaimRefused`] when the claim does not stand where this can be done;
    /// [`DeskError::Invalid`] for a text that is empty or too long.
    pub async fn move_claim(
        &self,
        key: &ApiKey,
        id: &ClaimId,
        to: ClaimMove,
    ) -> Result<Claim, DeskError> {
        self.take_claim(&key.merchant, id, &checked(to)?, &Mover::Shop(key))
            .await
    }

    /// An agent decides about a claim of a conversation that they may see. What the payment side reports is not theirs to say.
    ///
    /// # Errors
    /// As [`Self::move_claim`].
    pub async fn decide_claim(
        &self,
        agent: &Agent,
        conversation: &ConversationId,
        id: &ClaimId,
        to: ClaimMove,
    ) -> Result<Claim, DeskError> {
        let row = self.conversation(agent, conversation).await?;
        let claims = self.claims_on(&row.merchant, id.order()).await?;
        let is_its_own = |claim: &Claim| claim.conversation.as_ref() == Some(conversation);
        if !claims.get(id).is_some_and(is_its_own) {
            return Err(DeskError::NotFound);
        }
        if to == ClaimMove::Approve
            && let Some(claim) = self.approved_once(agent, &row.merchant, id).await?
        {
            return Ok(claim);
        }
        self.take_claim(&row.merchant, id, &checked(to)?, &Mover::Agent(agent))
            .await
    }

    pub(in crate::desk) async fn claims_on(
        &self,
        merchant: &MerchantId,
        order: &OrderId,
    ) -> Result<OrderClaims, DeskError> {
        let claims = self.store.claims(merchant, order).await?;
        claims.ok_or(DeskError::NotFound)
    }

    async fn take_claim(
        &self,
        merchant: &MerchantId,
        id: &ClaimId,
        to: &ClaimMove,
        mover: &Mover<'_>,
    ) -> Result<Claim, DeskError> {
        for _ in 0..ATTEMPTS {
            let mut claims = self.claims_on(merchant, id.order()).await?;
            let now = self.clock.now();
            let moved = apply(&mut claims, id, to, &mover.by(), now)?;
            if moved == Moved::Yes {
                self.stamp_policy(&mut claims, id, now);
            }
            let claim = claims.get(id).cloned().ok_or(DeskError::NotFound)?;
            if moved == Moved::Already {
                return Ok(claim);
            }
            match self.write_claim(claims, &claim, mover, now).await {
                Err(DeskError::Conflict { .. } | DeskError::SessionChanged) => {}
                Err(error) => return Err(error),
                Ok(()) => {
                    metrics::counter!("frontdesk_claims_total", "state" => claim.state.name())
                        .increment(1);
                    return Ok(claim);
                }
            }
        }
        Err(DeskError::Busy)
    }

    /// The claims, the line of the audit log and, where there is a conversation, what its customer is told: in one commit.
    async fn write_claim(
        &self,
        claims: OrderClaims,
        claim: &Claim,
        mover: &Mover<'_>,
        now: Timestamp,
    ) -> Result<(), DeskError> {
        let told = claim_moved(&claims.merchant, claim, now);
        let commit = self.notify(Commit::new(), &claims.merchant, told, now);
        let commit = commit.audit(mover.entry(self, claim)?).claims(claims);
        let found = match &claim.conversation {
            Some(id) => self.store.conversation(id).await?,
            None => None,
        };
        let Some(mut row) = found else {
            return self.commit(commit).await;
        };
        let (id, revision, merchant) = (row.id.clone(), row.revision, row.merchant.clone());
        let promised = row.promises.clone();
        let incident = self.incident_now(&row).await?;
        let events = self.tell(&mut row, (claim, incident), mover, now)?;
        let outcomes = row.promises.outcomes_since(&promised);
        let commit = self.tell_promises(commit, &row, &promised);
        let commit = commit
            .expecting(&id, revision)
            .events(events)
            .conversation(row);
        self.commit(commit).await?;
        self.promised.count(&outcomes);
        self.live.wake(&id);
        self.live.wake_inbox(&merchant);
        Ok(())
    }

    /// The sentence for where a claim stands now; none where the customer knows it.
    pub(in crate::desk) fn told_of(
        &self,
        row: &Conversation,
        claim: &Claim,
        now: Timestamp,
    ) -> Option<String> {
        let calendar = self.calendar(row);
        let due_by = answered_by(&calendar, now);
        let reader = (row.language, calendar.zone());
        told(&self.rules(), claim, due_by, reader)
    }

    /// What the customer is told, and, where the bot alone cannot go on, the hand-over to a person.
    fn tell(
        &self,
        row: &mut Conversation,
        (claim, incident): (&Claim, Option<String>),
        mover: &Mover<'_>,
        now: Timestamp,
    ) -> Result<Vec<Event>, DeskError> {
        if let Some(deed) = deed(claim) {
            row.promises.note(deed, now);
        }
        let due_by = answered_by(&self.calendar(row), now);
        let moved = claim_moved_event(claim, self.told_of(row, claim, now));
        let mut events = vec![row.next_event(mover.actor(), moved, now)];
        for body in row.stir() {
            events.push(row.next_event(Actor::System, body, now));
        }
        let failed = matches!(claim.state, ClaimState::Failed { .. });
        if failed {
            let claim = claim.id.clone();
            self.promise_outside(row, Promised::Repair { claim }, due_by, now)?;
        }
        if failed && row.owner == Owner::Bot && !row.status.is_done() {
            let why = (HandoffReason::SystemFault, Priority::High);
            let handoff = self.hand_over_claim(row, (claim, incident), why, now);
            for body in row.hand_off(handoff, now)? {
                events.push(row.next_event(Actor::System, body, now));
            }
        }
        Ok(events)
    }

    /// A claim goes to a person without a turn of the bot's, with what is known of it. What only the merchant can mend goes to the
    /// merchant's team.
    pub(in crate::desk) fn hand_over_claim(
        &self,
        row: &Conversation,
        (claim, incident): (&Claim, Option<String>),
        (reason, priority): (HandoffReason, Priority),
        now: Timestamp,
    ) -> Handoff {
        let site = self.site(&row.site).ok();
        let own = site.and_then(|site| site.merchant_team.clone());
        let own = own.filter(|_| is_merchants_to_mend(claim));
        let team = own.or_else(|| row.team.clone());
        Handoff {
            reason,
            priority,
            team: team.or_else(|| site.and_then(|site| site.team.clone())),
            due_by: Some(answered_by(&self.calendar(row), now)),
            brief: Brief {
                who: row
                    .identity
                    .as_ref()
                    .and_then(|identity| identity.name.clone()),
                order: Some(claim.id.order().clone()),
                in_their_words: claim.note.clone(),
                cause: Some(cause_in_words(&self.rules(), claim.cause, row.language)),
                missing: match &claim.state {
                    ClaimState::NeedsEvidence { what } => vec![what.clone()],
                    _ => Vec::new(),
                },
                incident,
                bot_said: row.memory.last_said.last().cloned(),
                promised: row.memory.promised.clone(),
                tried: row.memory.answered.clone(),
                language: Some(row.language),
                ..Brief::default()
            },
        }
    }
}

/// Whether the payment failed for a reason that lies with the merchant, such as a short balance.
fn is_merchants_to_mend(claim: &Claim) -> bool {
    match &claim.state {
        ClaimState::Failed { code, .. } => {
            PaymentCode::read(code, Direction::Refund).actor == PaymentActor::Merchant
        }
        _ => false,
    }
}

/// What a move does about what was promised.
const fn deed(claim: &Claim) -> Option<Deed<'_>> {
    match claim.state {
        ClaimState::Paid { .. } => Some(Deed::Paid(&claim.id)),
        ClaimState::Approved { .. }
        | ClaimState::Rejected { .. }
        | ClaimState::NeedsEvidence { .. }
        | ClaimState::Paying { .. } => Some(Deed::Decided(&claim.id)),
        ClaimState::Draft
        | ClaimState::Submitted
        | ClaimState::Accepted
        | ClaimState::Failed { .. }
        | ClaimState::Withdrawn => None,
    }
}

fn apply(
    claims: &mut OrderClaims,
    id: &ClaimId,
    to: &ClaimMove,
    by: &DecidedBy,
    now: Timestamp,
) -> Result<Moved, InvalidMove> {
    match to {
        ClaimMove::Approve => claims.approve(id, by, now),
        ClaimMove::Reject(reason) => claims.reject(id, by, reason, now),
        ClaimMove::RequestEvidence(what) => {
            // What was approved before is not what will have been shown.
            let claim = claims.claims.iter_mut().find(|claim| claim.id == *id);
            claim.into_iter().for_each(|it| it.approved_once = None);
            claims.request_evidence(id, what, now)
        }
        ClaimMove::Paying => claims.begin_paying(id, now),
        ClaimMove::Paid(reference) => claims.paid(id, reference.as_deref(), now),
        ClaimMove::Failed(code, reason) => claims.failed(id, code, reason.as_deref(), now),
    }
}

/// Texts that are not empty, not too long, and without secrets.
fn checked(to: ClaimMove) -> Result<ClaimMove, DeskError> {
    let text = |text: String| match text.chars().count() {
        _ if text.trim().is_empty() => Err(DeskError::Invalid("the text is empty".to_owned())),
        length if length > WORDS => Err(DeskError::Invalid(format!(
            "the text has {length} characters, at most {WORDS} are taken"
        ))),
        _ => Ok(redact(&text).text),
    };
    Ok(match to {
        ClaimMove::Reject(reason) => ClaimMove::Reject(text(reason)?),
        ClaimMove::RequestEvidence(what) => ClaimMove::RequestEvidence(text(what)?),
        ClaimMove::Paid(reference) => ClaimMove::Paid(reference.map(text).transpose()?),
        ClaimMove::Failed(code, reason) => {
            ClaimMove::Failed(text(code)?, reason.map(text).transpose()?)
        }
        other => other,
    })
}
