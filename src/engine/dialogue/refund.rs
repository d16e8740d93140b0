//! Applying for a refund: what stands in the way, and the questions of the form.

use jiff::{SignedDuration, Timestamp};

use super::states::{order_sentence, refund_sentence};
use crate::domain::claim::ClaimCause;
use crate::domain::judge::window_start;
use crate::domain::order::{Order, OrderStatus};
use crate::domain::policy::Policy;
use crate::engine::say::Say;

/// The causes that the form offers, in the order of their numbers.
const CAUSES: [Say; 6] = [
    Say::CauseDamaged,
    Say::CauseWrongItem,
    Say::CauseNotArrived,
    Say::CauseChangedMind,
    Say::CausePaidTwice,
    Say::CauseOther,
];

/// What a cause is called.
pub(in crate::engine) const fn label_of(cause: ClaimCause) -> Say {
    match cause {
        ClaimCause::Damaged => Say::CauseDamaged,
        ClaimCause::WrongItem => Say::CauseWrongItem,
        ClaimCause::NotArrived => Say::CauseNotArrived,
        ClaimCause::ChangedMind => Say::CauseChangedMind,
        ClaimCause::PaidTwice => Say::CausePaidTwice,
        ClaimCause::Other => Say::CauseOther,
    }
}

/// The number of "something else".
pub(super) const OTHER_CAUSE: u8 = 6;

/// The numbers of the causes.
pub(super) fn cause_numbers() -> impl Iterator<Item = u8> {
    (1u8..).take(CAUSES.len())
}

/// What a cause's button says.
pub(super) fn cause_label(number: u8) -> Say {
    usize::from(number)
        .checked_sub(1)
        .and_then(|index| CAUSES.get(index))
        .copied()
        .unwrap_or(Say::CauseOther)
}

/// What is said instead of the form, when a refund cannot be applied for or is under way already; `another`: it is for another part of
/// the order, of which something is left.
pub(super) fn obstacle(
    order: &Order,
    policy: &Policy,
    now: Timestamp,
    another: bool,
) -> Option<Say> {
    let latest = order.latest_refund();
    if latest.is_some_and(|refund| refund.state.is_open()) && !another {
        return Some(refund_sentence(order, now));
    }
    match order.status {
        OrderStatus::Refunding | OrderStatus::Refunded => Some(refund_sentence(order, now)),
        OrderStatus::Cancelled | OrderStatus::Rejected if order.paid_at.is_none() => {
            Some(match order.status {
                OrderStatus::Rejected => order_sentence(order, now),
                _ => Say::RefundNotPaid,
            })
        }
        _ if window_ended(order, policy, now) => Some(Say::RefundWindowEnded),
        _ => None,
    }
}

/// Whether the time for refunds has passed. Without a policy, or before the clock starts, it has not.
fn window_ended(order: &Order, policy: &Policy, now: Timestamp) -> bool {
    let from = window_start(order, policy);
    match (from, policy.refund_window_days) {
        (Some(from), Some(days)) => {
            now.duration_since(from) > SignedDuration::from_hours(24 * i64::from(days))
        }
        _ => false,
    }
}
