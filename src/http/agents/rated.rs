//! How customers rated the help, as agents see it beside a conversation.

use serde::Serialize;

use crate::domain::rating::{Helper, Score};

/// How good the help was.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct RatedView {
    /// Whose: `bot` or `agent`.
    pub of: Helper,
    /// From 1, bad, to 5, good.
    pub score: u8,
}

impl From<(Helper, Score)> for RatedView {
    fn from((of, score): (Helper, Score)) -> Self {
        let score = score.into();
        Self { of, score }
    }
}
