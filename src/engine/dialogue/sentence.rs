//! A sentence that was said, as it is told why.

use crate::domain::policy::AppliedClause;

/// A sentence of the rule files.
pub(super) struct Sentence {
    /// What it is called there.
    pub(super) name: String,
    /// Where it stands.
    pub(super) at: Option<String>,
    /// The clauses of the policy that it tells.
    pub(super) policy: Vec<AppliedClause>,
}
