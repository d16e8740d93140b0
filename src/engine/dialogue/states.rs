//! Which sentence fits an order or a refund where it stands. Tables, so that each state leads to the right next step.

use jiff::Timestamp;

use crate::domain::order::{Order, OrderStatus, Refund, RefundState};
use crate::domain::payment_code::{Direction, Meaning, PaymentCode, UsualTime};
use crate::engine::say::Say;

/// The sentence that explains an order.
pub(super) fn order_sentence(order: &Order, now: Timestamp) -> Say {
    match order.status {
        OrderStatus::Processing if failed_to_pay(order) => Say::OrderUnpaid,
        OrderStatus::Processing => Say::OrderProcessing,
        OrderStatus::Processed => Say::OrderProcessed,
        OrderStatus::Shipped => Say::OrderShipped,
        OrderStatus::Delivered => Say::OrderDelivered,
        OrderStatus::Completed if was_delivered(order) => Say::OrderDelivered,
        OrderStatus::Completed => Say::OrderCompleted,
        OrderStatus::Rejected => Say::OrderRejected,
        OrderStatus::Refunding => match order.latest_refund() {
            Some(refund) if !is_on_its_way(refund, now) => refund_sentence(order, now),
            _ => Say::OrderRefunding,
        },
        OrderStatus::Refunded => Say::OrderRefunded,
        OrderStatus::Cancelled => Say::OrderCancelled,
    }
}

/// Whether a parcel is known to have gone out, so that what is complete has come with it.
fn was_delivered(order: &Order) -> bool {
    let parcel = order.shipping.as_ref();
    parcel.is_some_and(|it| it.delivered_at.is_some() || it.tracking.is_some())
}

/// What shops write of a payment that came to nothing, beside the payment platforms' own codes.
const FAILED: [&str; 5] = ["failed", "declined", "rejected", "error", "expired"];

/// Whether the order knows of no payment but of one that came to nothing.
fn failed_to_pay(order: &Order) -> bool {
    let tried = order.payments.last();
    let status = tried.and_then(|payment| payment.status.as_deref());
    let failed = |status: &str| {
        let meaning = PaymentCode::read(status, Direction::Payment).meaning;
        FAILED.contains(&status.to_lowercase().as_str())
            || matches!(
                meaning,
                Meaning::CardVoidNeedsOtherAccount
                    | Meaning::BalanceShort
                    | Meaning::LimitExceeded
                    | Meaning::MethodRestricted
                    | Meaning::WrongDetails
                    | Meaning::TryAgainLater
            )
    };
    order.paid_at.is_none() && status.is_some_and(failed)
}

/// Whether nothing speaks against it that the money comes: an order is marked as being refunded also where the refund was refused, or failed.
fn is_on_its_way(refund: &Refund, now: Timestamp) -> bool {
    matches!(refund.state, RefundState::Approved | RefundState::Paying) && !is_late(refund, now)
}

/// The sentence that explains an order's refund.
pub(super) fn refund_sentence(order: &Order, now: Timestamp) -> Say {
    match (order.latest_refund(), order.status) {
        (Some(refund), _) => match refund.state {
            RefundState::Requested if !is_late(refund, now) => Say::RefundRequested,
            RefundState::Approved if !is_late(refund, now) => Say::RefundApproved,
            RefundState::Paying if !is_late(refund, now) => Say::RefundPaying,
            RefundState::Requested => Say::RefundDecisionLate,
            RefundState::Approved | RefundState::Paying => Say::RefundLate,
            RefundState::Paid => Say::RefundPaid,
            RefundState::Rejected => Say::RefundRefused,
            RefundState::Failed => Say::RefundFailed,
            RefundState::Withdrawn => Say::RefundWithdrawn,
        },
        (None, OrderStatus::Refunding) => Say::OrderRefunding,
        (None, OrderStatus::Refunded) => Say::OrderRefunded,
        (None, OrderStatus::Cancelled) if order.paid_at.is_none() => Say::RefundNotPaid,
        (None, _) => Say::RefundNone,
    }
}

/// Whether it counts as delivered.
pub(super) const fn has_come(order: &Order) -> bool {
    matches!(
        order.status,
        OrderStatus::Delivered | OrderStatus::Completed
    )
}

/// The sentence for somebody who was refused: the refund if one was, else the order.
pub(super) fn rejection(order: &Order, now: Timestamp) -> Say {
    let refused = order
        .latest_refund()
        .is_some_and(|refund| refund.state == RefundState::Rejected);
    match order.status {
        _ if refused => Say::RefundRefused,
        OrderStatus::Rejected => Say::OrderRejected,
        _ => refund_sentence(order, now),
    }
}

/// Whether the order or its latest refund was refused.
pub(super) fn was_refused(order: &Order) -> bool {
    let refund = order.latest_refund();
    order.status == OrderStatus::Rejected
        || refund.is_some_and(|refund| refund.state == RefundState::Rejected)
}

/// Whether the money should be there by now and is not.
pub(super) fn is_late(refund: &Refund, now: Timestamp) -> bool {
    refund.state.is_open() && refund.expected_by.is_some_and(|by| by < now)
}

/// The word for an order's state.
pub(super) const fn order_word(status: OrderStatus) -> Say {
    match status {
        OrderStatus::Processing => Say::StateProcessing,
        OrderStatus::Processed => Say::StateProcessed,
        OrderStatus::Shipped => Say::StateShipped,
        OrderStatus::Delivered => Say::StateDelivered,
        OrderStatus::Completed => Say::StateCompleted,
        OrderStatus::Rejected => Say::StateRejected,
        OrderStatus::Refunding => Say::StateRefunding,
        OrderStatus::Refunded => Say::StateRefunded,
        OrderStatus::Cancelled => Say::StateCancelled,
    }
}

/// The word for a refund's state.
pub(super) const fn refund_word(state: RefundState) -> Say {
    match state {
        RefundState::Requested => Say::RefundStateRequested,
        RefundState::Approved => Say::RefundStateApproved,
        RefundState::Paying => Say::RefundStatePaying,
        RefundState::Paid => Say::RefundStatePaid,
        RefundState::Rejected => Say::RefundStateRejected,
        RefundState::Failed => Say::RefundStateFailed,
        RefundState::Withdrawn => Say::RefundStateWithdrawn,
    }
}

/// The words for a usual time.
pub(super) const fn usual_time_word(time: UsualTime) -> Say {
    match time {
        UsualTime::Minutes => Say::UsualMinutes,
        UsualTime::Days1To3 => Say::UsualDays1To3,
        UsualTime::Days5To10 => Say::UsualDays5To10,
    }
}

/// What may follow from a sentence, as choices.
pub(super) const fn next_steps(say: Say) -> &'static [&'static str] {
    match say {
        Say::OrderRejected | Say::OrderRejectedWhy | Say::OrderUnpaid => {
            &["payment_resubmit", "talk_to_human"]
        }
        Say::RefundNone | Say::CancelTooLate | Say::RefundWithdrawn => {
            &["refund_request", "talk_to_human"]
        }
        Say::OrderDelivered => &["delivery_problem", "refund_request"],
        Say::RefundLate
        | Say::RefundDecisionLate
        | Say::RefundFailed
        | Say::RefundRefused
        | Say::RefundRefusedWhy
        | Say::RefundNotPaid
        | Say::RefundWindowEnded
        | Say::RefundPaid
        | Say::OrderRefunded => &["talk_to_human"],
        _ => &[],
    }
}

/// Whether only a person can get on from here, so that nobody is told it twice.
pub(super) const fn is_stuck(say: Say) -> bool {
    matches!(
        say,
        Say::RefundLate | Say::RefundDecisionLate | Say::RefundFailed | Say::RefundRefusedWhy
    )
}

/// Whether something of an order of which this is said is still to come: the goods, or the money.
pub(super) const fn is_to_come(stands: Say) -> bool {
    matches!(
        stands,
        Say::OrderProcessing
            | Say::OrderProcessed
            | Say::OrderShipped
            | Say::OrderRefunding
            | Say::RefundRequested
            | Say::RefundApproved
            | Say::RefundPaying
    )
}
