//! What the abuse meter is read from: the claims of the same person with the same merchant, and of those who share something with them.

use std::collections::BTreeSet;

use jiff::Timestamp;

use crate::desk::{Desk, DeskError};
use crate::domain::abuse::{CustomerKey, Past, PastClaim, WINDOW, keys_of, measure};
use crate::domain::claim::{Claim, ClaimState, DecidedBy, OrderClaims};
use crate::domain::conversation::EventBody;
use crate::domain::evidence::{Attachment, EvidenceHash};
use crate::domain::ids::MerchantId;
use crate::domain::judge::History;
use crate::domain::order::Order;

/// So many orders of one person are looked through for claims from before claims had keys.
const KEYLESS: usize = 200;
/// So many orders of one person are counted: more than anybody places in that time.
const ORDERS: usize = 10_000;
/// So many orders with claims are read of one person: more than anybody who is let claim has.
const CLAIMED: usize = 500;
/// So many orders with claims are read for each thing that several may share.
const SHARED: usize = 50;
/// So many other merchants are asked for claims of the same person.
const MERCHANTS: usize = 100;
/// So many files of earlier claims are held against the others.
const FILES: usize = 6;

impl Desk {
    /// What whoever placed an order claimed before, and what the merchant's policy makes of it. Without a threshold nothing is read.
    pub(in crate::desk) async fn history(
        &self,
        order: &Order,
        now: Timestamp,
    ) -> Result<History, DeskError> {
        let policy = self.policy_of(&order.merchant);
        if policy.review == crate::domain::abuse::Thresholds::default() {
            return Ok(History::default());
        }
        let meter = measure(&self.past(order, now).await?, now);
        let step = meter.step(&policy.review);
        Ok(History { meter, step })
    }

    async fn past(&self, order: &Order, now: Timestamp) -> Result<Past, DeskError> {
        let (own, shared): (Vec<CustomerKey>, Vec<CustomerKey>) =
            keys_of(order).into_iter().partition(CustomerKey::is_person);
        let (merchant, since) = (&order.merchant, now - WINDOW);
        let found = self.store.claimed_by(merchant, &own, since, CLAIMED);
        let found = found.await?;
        let (email, phone) = (&order.customer.email, &order.customer.phone);
        let orders = self
            .store
            .orders_of(merchant, email.as_deref(), phone.as_deref(), KEYLESS);
        let orders = orders.await?;
        let placed =
            self.store
                .placed_since(merchant, email.as_deref(), phone.as_deref(), since, ORDERS);
        let keyless = self.keyless(merchant, &orders).await?;
        let earlier = keyless.iter().flat_map(|on| &on.claims);
        let earlier = earlier.filter(|claim| is_keyless(claim) && counts(claim, since));
        let claims: Vec<&Claim> = made_by(&found, &own, since).chain(earlier).collect();
        let mut past = Past {
            orders: placed.await?,
            reused: self.reused(merchant, &claims).await?,
            claims: claims.into_iter().map(past_claim).collect(),
            merchants: self.merchants_claimed_at(order, since).await?,
            ..Past::default()
        };
        for key in shared {
            let others = self
                .store
                .claimed_by(merchant, &[key], since, SHARED)
                .await?;
            let accounts = accounts(&others, &key, &own, since);
            if key.is_payment() {
                past.accounts_behind_payment = accounts;
            } else {
                past.accounts_behind_address = accounts;
            }
        }
        Ok(past)
    }

    /// The claims on a person's orders that were made before claims had keys to be found by.
    async fn keyless(
        &self,
        merchant: &MerchantId,
        orders: &[Order],
    ) -> Result<Vec<OrderClaims>, DeskError> {
        let mut found = Vec::new();
        for order in orders {
            let claims = self.store.claims(merchant, &order.id).await?;
            found.extend(claims.filter(|on| on.claims.iter().any(is_keyless)));
        }
        Ok(found)
    }

    /// At how many of the desk's merchants somebody claimed who shares a contact, a means of payment or an address with this order. Only
    /// the number leaves here: no merchant learns of another's customers.
    async fn merchants_claimed_at(
        &self,
        order: &Order,
        since: Timestamp,
    ) -> Result<u32, DeskError> {
        let keys = keys_of(order);
        let others: BTreeSet<&MerchantId> = self.sites().map(|site| &site.merchant).collect();
        let others = others.into_iter().filter(|it| **it != order.merchant);
        let mut count = 1;
        for merchant in others.take(MERCHANTS) {
            let found = self.store.claimed_by(merchant, &keys, since, 1).await?;
            count += u32::from(!found.is_empty());
        }
        Ok(count)
    }

    /// When files came with these claims that had come before, for another order or from another person.
    async fn reused(
        &self,
        merchant: &MerchantId,
        claims: &[&Claim],
    ) -> Result<Vec<Timestamp>, DeskError> {
        let mut reused = Vec::new();
        for (claim, hash) in newest_files(claims) {
            let Some(conversation) = &claim.conversation else {
                continue;
            };
            let Some(event) = self.store.attached(conversation, &hash).await? else {
                continue;
            };
            let EventBody::Attached { file, .. } = &event.body else {
                continue;
            };
            let earlier = self.came_before(merchant, file, claim, event.at).await?;
            reused.extend(earlier.then_some(event.at));
        }
        Ok(reused)
    }

    /// Whether the very file came before, for another order. Pictures that only look alike are for people to compare.
    async fn came_before(
        &self,
        merchant: &MerchantId,
        file: &Attachment,
        claim: &Claim,
        at: Timestamp,
    ) -> Result<bool, DeskError> {
        let alike = self.store.alike(merchant, file).await?;
        Ok(alike.iter().any(|event| {
            let EventBody::Attached {
                file: other, order, ..
            } = &event.body
            else {
                return false;
            };
            let is_other = order
                .as_ref()
                .is_some_and(|order| order != claim.id.order());
            event.at < at && is_other && other.hash == file.hash
        }))
    }
}

/// The files of the newest claims.
fn newest_files<'a>(claims: &[&'a Claim]) -> Vec<(&'a Claim, EvidenceHash)> {
    let mut files = Vec::new();
    for claim in claims.iter().rev() {
        for hash in &claim.evidence {
            if let Ok(hash) = EvidenceHash::try_from(hash.clone()) {
                files.push((*claim, hash));
            }
        }
    }
    files.truncate(FILES);
    files
}

/// Those of the claims that count and have one of these keys.
fn made_by<'a>(
    found: &'a [OrderClaims],
    keys: &'a [CustomerKey],
    since: Timestamp,
) -> impl Iterator<Item = &'a Claim> {
    let claims = found.iter().flat_map(|on| &on.claims);
    claims
        .filter(move |claim| counts(claim, since) && claim.by.iter().any(|key| keys.contains(key)))
}

/// Whether a claim was made before claims had keys. One whose customer was erased has none either, and no conversation.
fn is_keyless(claim: &Claim) -> bool {
    claim.by.is_empty() && claim.conversation.is_some()
}

/// Whether a claim counts: it was handed in, not called off, and not too long ago.
fn counts(claim: &Claim, since: Timestamp) -> bool {
    let stands = !matches!(claim.state, ClaimState::Draft | ClaimState::Withdrawn);
    stands && claim.created_at >= since
}

/// How many people claim on orders with this key, whoever asks included.
fn accounts(
    found: &[OrderClaims],
    key: &CustomerKey,
    own: &[CustomerKey],
    since: Timestamp,
) -> u32 {
    let key = [*key];
    let others = made_by(found, &key, since).filter_map(|claim| {
        let is_own = claim.by.iter().any(|key| own.contains(key));
        let mut people = claim.by.iter().filter(|key| key.is_person());
        people.next().filter(|_| !is_own)
    });
    let others: BTreeSet<&CustomerKey> = others.collect();
    u32::try_from(others.len())
        .unwrap_or(u32::MAX)
        .saturating_add(1)
}

fn past_claim(claim: &Claim) -> PastClaim {
    let verdict = claim.verdict.as_ref();
    let waited =
        verdict.is_some_and(|verdict| verdict.decision != crate::domain::verdict::Decision::Accept);
    PastClaim {
        order: claim.id.order().clone(),
        at: claim.created_at,
        refunded: matches!(
            claim.state,
            ClaimState::Accepted
                | ClaimState::Approved { .. }
                | ClaimState::Paying { .. }
                | ClaimState::Paid { .. }
        ),
        // What was paid although the policy left it to a person, a person approved.
        approved_by_person: match &claim.state {
            ClaimState::Approved { by } => *by != DecidedBy::Policy,
            ClaimState::Paying { .. } | ClaimState::Paid { .. } => waited,
            _ => false,
        },
    }
}
