//! The claims on a merchant's orders that wait for somebody, as the merchant is told of them.

use super::{Claim, ClaimState, OrderClaims};

/// So many are listed; the others are counted.
const LISTED: usize = 5;

/// Those that are open, as far as they were looked through.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct OpenClaims {
    /// How many there are.
    pub count: usize,
    /// Those that have waited longest, the oldest first.
    pub oldest: Vec<Claim>,
    /// Whether not all claims were looked through, so that there may be more.
    pub more: bool,
}

impl OpenClaims {
    /// Adds the claims on an order.
    pub fn add(&mut self, claims: &OrderClaims) {
        let waits = |claim: &&Claim| claim.state.is_open() && claim.state != ClaimState::Draft;
        for claim in claims.claims.iter().filter(waits) {
            self.count += 1;
            self.oldest.push(claim.clone());
        }
        self.oldest
            .sort_by(|a, b| (a.created_at, &a.id).cmp(&(b.created_at, &b.id)));
        self.oldest.truncate(LISTED);
    }
}
