//! A request of a message, and which order it, or a part of the message, is about. How that is found out is for others to know.

use super::circumstances::{OTHER_ORDER, QUESTION};
use crate::domain::ids::OrderId;
use crate::engine::reading::{Reading, Scored};

/// Circumstances that point at an entry of the customer's list of orders, from its beginning.
pub(super) const NTH: [(&str, usize); 4] = [
    ("latest_order", 0),
    ("first_order", 0),
    ("second_order", 1),
    ("third_order", 2),
];

/// A request of a message, and the order it is about if the message names one.
#[derive(Clone)]
pub(super) struct Request {
    pub(super) scored: Scored,
    pub(super) order: Option<OrderId>,
    /// The message is about several orders, and it is not known which of them this is.
    pub(super) elsewhere: bool,
}

impl Request {
    pub(super) const fn of(scored: Scored, order: Option<OrderId>) -> Self {
        let elsewhere = false;
        Self {
            scored,
            order,
            elsewhere,
        }
    }
}

/// Whether a part of a message asks about an order that it points at, and about nothing else: "and where is the second?".
pub(super) fn asks_where(part: &Reading) -> bool {
    let points = NTH.iter().map(|(name, _)| *name).chain([OTHER_ORDER]);
    part.tells(QUESTION) && points.into_iter().any(|name| part.tells(name))
}

/// Which order a part of a message is about.
#[derive(Clone, PartialEq, Eq)]
pub(super) enum Which {
    /// It names it, or says which of the list it is.
    This(OrderId),
    /// Another one than the rest of the message.
    Other,
    /// It does not say.
    Open,
}
