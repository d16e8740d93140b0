//! What an event says of a notice: what it is about and where it stands. The operator's words are read over the API.

use jiff::Timestamp;
use serde::Serialize;

use super::payload::told;
use super::{EventKind, Told};
use crate::domain::ids::{IntentId, MerchantId, NoticeId, SiteId};
use crate::domain::notice::{Notice, NoticeState};
use crate::domain::trouble::Cause;

#[derive(Serialize)]
struct NoticeData<'a> {
    notice: &'a NoticeId,
    /// None where everybody's customers are meant.
    merchant: Option<&'a MerchantId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    site: Option<&'a SiteId>,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    methods: &'a [String],
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    intents: &'a [IntentId],
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    causes: &'a [Cause],
    state: &'static str,
    since: Timestamp,
    /// How many people came within a quarter of an hour, and how many usually do: of a proposal.
    #[serde(skip_serializing_if = "Option::is_none")]
    count: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    usual: Option<f64>,
}

/// What is told of a notice that came to stand where it stands.
#[must_use]
pub fn notice_moved(notice: &Notice) -> Option<Told> {
    let kind = match notice.state {
        NoticeState::Proposed { .. } => EventKind::NoticeProposed,
        NoticeState::Open => EventKind::NoticeDeclared,
        NoticeState::Ended | NoticeState::Dismissed => EventKind::NoticeEnded,
    };
    let affected = &notice.affected;
    let (count, usual) = match notice.state {
        NoticeState::Proposed { count, usual } => (Some(count), Some(usual)),
        _ => (None, None),
    };
    let data = NoticeData {
        notice: &notice.id,
        merchant: affected.merchant.as_ref(),
        site: affected.site.as_ref(),
        methods: &affected.methods,
        intents: &affected.intents,
        causes: &affected.causes,
        state: notice.state.name(),
        since: notice.since,
        count,
        usual,
    };
    told(kind, notice.id.as_str(), notice.updated_at, &data)
}
