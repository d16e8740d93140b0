//! What stands within a log and within a claim: the files, the claims, and what of them is whose.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::domain::claim::{Claim, ClaimId};
use crate::domain::conversation::{Event, EventBody};
use crate::domain::evidence::EvidenceHash;

/// The files that were handed in.
pub(in crate::desk) fn files_in(events: &[Event]) -> BTreeSet<EvidenceHash> {
    let files = events.iter().filter_map(|event| match &event.body {
        EventBody::Attached { file, .. } => Some(file.hash),
        _ => None,
    });
    files.collect()
}

/// The claims that came about or moved.
pub(in crate::desk) fn claims_in(events: &[Event]) -> BTreeSet<ClaimId> {
    let claims = events.iter().filter_map(|event| match &event.body {
        EventBody::ClaimMoved { claim, .. } => Some(claim.clone()),
        _ => None,
    });
    claims.collect()
}

/// A claim without that by which its customer is found among others: nobody else's business.
pub(in crate::desk) fn claim_without_person(claim: &Claim) -> Value {
    let mut claim = serde_json::to_value(claim).unwrap_or_default();
    if let Some(fields) = claim.as_object_mut() {
        fields.remove("by");
    }
    claim
}
