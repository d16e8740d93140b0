//! What is owed to a customer, as agents see it.

use jiff::Timestamp;
use serde::Serialize;

use crate::domain::service::{Goal, Running, Stage};

/// An answer, or an end of the matter, and by when.
#[derive(Clone, Copy, Debug, Serialize, utoipa::ToSchema)]
pub struct Owed {
    /// `first_response`, `next_response` or `resolution`.
    goal: Goal,
    /// `running`, `warned` or `breached`, as far as the desk has looked.
    stage: Stage,
    /// From when on it is soon late (RFC 3339).
    #[schema(value_type = String, format = DateTime)]
    warn_at: Timestamp,
    /// When it is late (RFC 3339).
    #[schema(value_type = String, format = DateTime)]
    due: Timestamp,
}

impl Owed {
    /// What a clock is for; none if nothing is promised.
    pub(in crate::http) fn of(clock: &Running) -> Option<Self> {
        Some(Self {
            goal: clock.goal,
            stage: clock.stage,
            warn_at: clock.warn_at?,
            due: clock.due?,
        })
    }
}
