//! Reading what commits touched of what somebody follows.

use crate::domain::ids::EndpointId;
use crate::store::door::Store;
use crate::store::memory::touched::{Followed, Touched};

impl Store {
    /// What commits touched since then of what waits in an outbox, and of all conversations; none where somebody has followed nothing so far,
    /// or has been away for too long. Everything is read as it is by now, or newer.
    #[must_use]
    pub fn touched_since(
        &self,
        followed: Option<Followed>,
        outbox: &EndpointId,
    ) -> (Followed, Option<Vec<Touched>>) {
        match self {
            Self::Sled(local) => local.touches.since(followed, outbox),
        }
    }
}
