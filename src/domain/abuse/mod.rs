//! The abuse meter: what somebody's claims of the last three months look like, as a score that says what it is made of.
//!
//! It decides nothing and accuses nobody: at a merchant's thresholds an application waits for something to be shown, or for a person.
//! Everything fades: a month later it weighs half. Who buys much may claim much, and what a person approved weighs half from the start.

mod claimant;

#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};

use jiff::{SignedDuration, Timestamp};

pub use claimant::{CustomerKey, keys_of};

use super::ids::OrderId;

/// Nothing older is looked at.
pub const WINDOW: SignedDuration = SignedDuration::from_hours(24 * 90);
/// The shorter of the two windows.
const SHORT: SignedDuration = SignedDuration::from_hours(24 * 30);
/// After so many days, something weighs half.
const HALF_LIFE_DAYS: i64 = 30;
/// What weighs one whole.
const ONE: i64 = 1_000;
/// One claim more for so many orders is nothing unusual.
const ORDERS_FOR_A_CLAIM: i64 = 5;
/// The share of refunded orders says nothing about fewer orders.
const ORDERS_FOR_A_SHARE: i64 = 5;
/// Claims at fewer merchants are not spoken of.
const MANY_MERCHANTS: u32 = 2;
/// Up to this share, in percent, nothing is unusual.
const SHARE: i64 = 40;

/// What is known of somebody's claims with one merchant, and of those that share something with them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Past {
    /// Their claims.
    pub claims: Vec<PastClaim>,
    /// When their orders were placed.
    pub orders: Vec<Timestamp>,
    /// When evidence came that had served somebody else or another order before.
    pub reused: Vec<Timestamp>,
    /// Accounts that claimed on orders paid from the same account or card, theirs included.
    pub accounts_behind_payment: u32,
    /// Accounts that claimed on orders sent to the same address, theirs included.
    pub accounts_behind_address: u32,
    /// Merchants at which somebody with the same contact, means of payment or address claimed, this one included.
    pub merchants: u32,
}

/// One of their claims.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PastClaim {
    /// The order.
    pub order: OrderId,
    /// When.
    pub at: Timestamp,
    /// Whether money went back or will.
    pub refunded: bool,
    /// Whether a person looked at it and said yes.
    pub approved_by_person: bool,
}

/// What the score is made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sign {
    /// Claims on so many orders in 30 days.
    ClaimsInMonth(usize),
    /// Claims on so many orders in 90 days.
    ClaimsInQuarter(usize),
    /// So many of so many orders were refunded.
    ShareRefunded(usize, usize),
    /// So many files that had served before.
    EvidenceReused(usize),
    /// So many accounts claim on one means of payment.
    AccountsBehindPayment(u32),
    /// So many accounts claim on one address.
    AccountsBehindAddress(u32),
    /// Claims at so many merchants: told, and worth no points, for whoever buys at many shops has trouble at many.
    Merchants(u32),
}

/// What the meter shows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Meter {
    /// From 0 to 100.
    pub score: u8,
    /// What it is made of, with the points of each. Only claims at many merchants are told without points.
    pub signs: Vec<(Sign, u8)>,
}

/// From which score on something is done; none: never.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Thresholds {
    /// Something has to be shown, whatever the cause.
    pub ask: Option<u8>,
    /// A person decides.
    pub slow: Option<u8>,
    /// A person decides, and learns why.
    pub review: Option<u8>,
}

/// What is done about an application.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Step {
    /// Nothing.
    #[default]
    None,
    /// Something has to be shown.
    Ask,
    /// A person decides.
    Slow,
    /// A person decides, and learns why.
    Review,
}

impl Meter {
    /// What these thresholds ask for.
    #[must_use]
    pub fn step(&self, at: &Thresholds) -> Step {
        let reaches = |threshold: Option<u8>| threshold.is_some_and(|from| self.score >= from);
        if reaches(at.review) {
            Step::Review
        } else if reaches(at.slow) {
            Step::Slow
        } else if reaches(at.ask) {
            Step::Ask
        } else {
            Step::None
        }
    }
}

/// Reads the meter.
#[must_use]
pub fn measure(past: &Past, now: Timestamp) -> Meter {
    let measuring = Measuring { past, now };
    let signs = [
        measuring.in_month(),
        measuring.in_quarter(),
        measuring.share(),
        measuring.reused(),
        // Many cards end alike, and many people live in one house: others' claims say little about somebody.
        (
            Sign::AccountsBehindPayment(past.accounts_behind_payment),
            beyond(past.accounts_behind_payment, 2, 5).min(10),
        ),
        (
            Sign::AccountsBehindAddress(past.accounts_behind_address),
            beyond(past.accounts_behind_address, 3, 8).min(24),
        ),
        (Sign::Merchants(past.merchants), 0),
    ];
    let points = |points: i64| u8::try_from(points.clamp(0, 100)).unwrap_or(100);
    let signs: Vec<(Sign, u8)> = signs
        .into_iter()
        .map(|(sign, found)| (sign, points(found)))
        .filter(|(sign, points)| {
            *points > 0 || matches!(sign, Sign::Merchants(count) if *count >= MANY_MERCHANTS)
        })
        .collect();
    Meter {
        score: points(signs.iter().map(|(_, points)| i64::from(*points)).sum()),
        signs,
    }
}

fn beyond(count: u32, usual: u32, points: i64) -> i64 {
    i64::from(count.saturating_sub(usual)) * points
}

struct Measuring<'a> {
    past: &'a Past,
    now: Timestamp,
}

impl Measuring<'_> {
    fn is_within(&self, at: Timestamp, window: SignedDuration) -> bool {
        self.now.duration_since(at) <= window
    }

    /// How much something still weighs: half after 30 days, a quarter after 60.
    fn weight(&self, at: Timestamp) -> i64 {
        let days = (self.now.duration_since(at).as_hours() / 24).max(0);
        let halves = u32::try_from(days / HALF_LIFE_DAYS).unwrap_or(u32::MAX);
        let base = ONE.checked_shr(halves).unwrap_or(0);
        base - base * (days % HALF_LIFE_DAYS) / (2 * HALF_LIFE_DAYS)
    }

    fn claims(&self, window: SignedDuration) -> impl Iterator<Item = &PastClaim> {
        let claims = self.past.claims.iter();
        claims.filter(move |claim| self.is_within(claim.at, window))
    }

    fn orders(&self, window: SignedDuration) -> i64 {
        let orders = self.past.orders.iter();
        let within = orders.filter(|at| self.is_within(**at, window));
        i64::try_from(within.count()).unwrap_or(i64::MAX)
    }

    /// On how many orders they claimed, and by how many thousandths that weighs more than is usual for somebody with as many orders.
    /// Who claims for three things of one order, one by one, has had trouble with one order.
    fn excess(&self, window: SignedDuration, usual: i64) -> (usize, i64) {
        let mut orders: BTreeMap<&OrderId, i64> = BTreeMap::new();
        for claim in self.claims(window) {
            let weight = self.weight(claim.at);
            let weight = if claim.approved_by_person {
                weight / 2
            } else {
                weight
            };
            let heaviest = orders.entry(&claim.order).or_default();
            *heaviest = weight.max(*heaviest);
        }
        let weighs: i64 = orders.values().sum();
        let usual = usual + self.orders(window) / ORDERS_FOR_A_CLAIM;
        (orders.len(), (weighs - usual * ONE).max(0))
    }

    fn in_month(&self) -> (Sign, i64) {
        let (count, excess) = self.excess(SHORT, 2);
        (Sign::ClaimsInMonth(count), (excess * 12 / ONE).min(36))
    }

    fn in_quarter(&self) -> (Sign, i64) {
        let (count, excess) = self.excess(WINDOW, 5);
        (Sign::ClaimsInQuarter(count), (excess * 8 / ONE).min(24))
    }

    fn share(&self) -> (Sign, i64) {
        let refunded = self.claims(WINDOW).filter(|claim| claim.refunded);
        let refunded: BTreeSet<&OrderId> = refunded.map(|claim| &claim.order).collect();
        let (refunded, orders) = (refunded.len(), self.orders(WINDOW));
        let sign = Sign::ShareRefunded(refunded, usize::try_from(orders).unwrap_or(usize::MAX));
        if orders < ORDERS_FOR_A_SHARE {
            return (sign, 0);
        }
        let share = i64::try_from(refunded).unwrap_or(i64::MAX) * 100 / orders;
        (sign, ((share - SHARE) / 3).min(20))
    }

    fn reused(&self) -> (Sign, i64) {
        let recent = self.past.reused.iter();
        let recent: Vec<i64> = recent
            .filter(|at| self.is_within(**at, WINDOW))
            .map(|at| self.weight(*at))
            .collect();
        let weighs: i64 = recent.iter().sum();
        (
            Sign::EvidenceReused(recent.len()),
            (weighs * 25 / ONE).min(50),
        )
    }
}
