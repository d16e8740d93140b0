//! What a running desk does and shows for commands that are given beside it: each is asked whether it is meant.

use tokio::runtime::Handle;

use super::{access, asking, notice, review};
use crate::domain::webhook::Subscription;
use crate::store::{Others, Store};

/// Answers what other processes ask a running desk for.
pub(super) fn answering(store: Store, told: Vec<Subscription>, runtime: Handle) -> Others {
    Box::new(move |line| {
        notice::answer(&store, &told, &runtime, line)
            .or_else(|| asking::answer(&store, &runtime, line))
            .or_else(|| review::answer(&store, &runtime, line))
            .or_else(|| access::answer(&store, &runtime, line))
    })
}
