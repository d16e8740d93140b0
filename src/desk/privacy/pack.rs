//! The dispute pack: what `dispute` has found that one is about, as one file, each line with the conversation that it comes from.

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jiff::Timestamp;
use serde_json::{Value, json};

use super::dispute::{Dispute, Part};
use super::kinds::ORDERS;
use super::within::claim_without_person;
use crate::desk::{Desk, DeskError};
use crate::domain::account::Agent;
use crate::domain::audit::Audited;
use crate::domain::claim::{Claim, ClaimState, DecidedBy};
use crate::domain::conversation::{Event, EventBody};
use crate::domain::evidence::{Attachment, EvidenceHash};
use crate::domain::ids::{ConversationId, MerchantId};
use crate::domain::order_record;
use crate::domain::pack::Pack;
use crate::domain::policy::PolicyText;
use crate::domain::transcript::{AgentEvent, Names};

/// So many bytes of files go into a pack as they are; of the others only the hash.
const FILES: usize = 40 << 20;

/// The files that are in a pack already, by the line in which they are, and how much room is left.
pub(in crate::desk) struct Files {
    room: usize,
    inside: BTreeMap<EvidenceHash, u64>,
}

impl Default for Files {
    fn default() -> Self {
        Self {
            room: FILES,
            inside: BTreeMap::new(),
        }
    }
}

impl Desk {
    /// The dispute pack of a conversation. That it was given out, and with which seal, is in the audit log before anybody has it.
    ///
    /// # Errors
    /// [`DeskError::NotFound`] as for [`Self::conversation`]; when the store cannot be read or written.
    pub async fn pack(
        &self,
        agent: &Agent,
        id: &ConversationId,
        notes: bool,
    ) -> Result<String, DeskError> {
        let dispute = self.dispute(agent, id).await?;
        let made_at = self.clock.now();
        let mut pack = Pack::default();
        pack.add("pack", None, &head(agent, &dispute, notes, made_at));
        let mut files = Files::default();
        for part in &dispute.parts {
            self.add_part(part, notes, &mut files, &mut pack).await?;
        }
        for (order, claims) in &dispute.orders {
            pack.add("order", None, &order_record::to_json(order));
            for claim in claims {
                let from = claim.conversation.as_ref();
                pack.add("claim", from, &claim_without_person(claim));
            }
        }
        self.add_policies(&dispute, made_at, &mut pack).await?;
        self.given_out(agent, id, pack).await
    }

    /// Seals a pack, and writes down who gets it and with which seal.
    pub(in crate::desk) async fn given_out(
        &self,
        agent: &Agent,
        id: &ConversationId,
        pack: Pack,
    ) -> Result<String, DeskError> {
        let (text, seal) = pack.seal();
        let about = Some(format!("{id} {seal}"));
        self.note_down(&agent.id, Audited::Exported, about).await?;
        Ok(text)
    }

    /// A conversation: what it is and why it is here, its log, and the files that were handed in in it.
    async fn add_part(
        &self,
        part: &Part,
        notes: bool,
        files: &mut Files,
        pack: &mut Pack,
    ) -> Result<(), DeskError> {
        let (row, from) = (&part.row, Some(&part.row.id));
        let body = json!({
            "id": row.id, "why": part.why, "same_person": part.is_same_person, "site": row.site, "channel": row.channel,
            "customer": row.identity, "language": row.language, "began_at": row.created_at, "previous": row.previous,
            "merged_into": row.merged_into, "owner": row.owner.name(), "status": row.status.name(), "labels": row.labels,
        });
        pack.add("conversation", from, &body);
        let names = self.names_in(&part.events).await?;
        for event in &part.events {
            if notes || !matches!(event.body, EventBody::Note { .. }) {
                let seen = AgentEvent::of(event, &names);
                let body = serde_json::to_value(seen).unwrap_or_default();
                pack.add("event", from, &body);
            }
        }
        self.add_files(&row.id, &part.events, files, pack).await
    }

    /// The display names of those who speak.
    async fn names_in(&self, events: &[Event]) -> Result<Names, DeskError> {
        let mut names = Names::new();
        for agent in events.iter().filter_map(Event::agent) {
            if !names.contains_key(agent)
                && let Some(name) = self.agent_name(agent).await?
            {
                names.insert(agent.clone(), name);
            }
        }
        Ok(names)
    }

    /// The files of a log, each once in a pack; of what is not in it, why not.
    pub(in crate::desk) async fn add_files(
        &self,
        id: &ConversationId,
        events: &[Event],
        files: &mut Files,
        pack: &mut Pack,
    ) -> Result<(), DeskError> {
        for event in events {
            let EventBody::Attached { file, .. } = &event.body else {
                continue;
            };
            let mut body = named(file);
            if let Some(line) = files.inside.get(&file.hash) {
                body["in_line"] = json!(line);
            } else {
                match self.store.evidence(file.hash).await? {
                    None => body["left_out"] = json!("it is not on the disk any more"),
                    Some(bytes) if bytes.len() > files.room => {
                        body["left_out"] = json!("the pack has no room for it");
                    }
                    Some(bytes) => {
                        files.room -= bytes.len();
                        files.inside.insert(file.hash, pack.lines() + 1);
                        body["content"] = json!(STANDARD.encode(bytes));
                    }
                }
            }
            pack.add("file", Some(id), &body);
        }
        Ok(())
    }

    /// The policies that the claims were held against when they were handed in and decided, and the one of now; each word for word, and for what.
    async fn add_policies(
        &self,
        dispute: &Dispute,
        made_at: Timestamp,
        pack: &mut Pack,
    ) -> Result<(), DeskError> {
        let mut uses: BTreeMap<Option<String>, Vec<Value>> = BTreeMap::new();
        for claim in dispute.orders.iter().flat_map(|(_, claims)| claims) {
            for (version, body) in held_against(claim) {
                uses.entry(version).or_default().push(body);
            }
        }
        let now = self.policy_text_of(&dispute.asked.merchant);
        if let Some(now) = &now {
            let body = json!({"when": "exported", "at": made_at});
            let of = uses.entry(Some(now.version.clone())).or_default();
            of.push(body);
        }
        for (version, held) in uses {
            let text = match &version {
                Some(version) => self.policy_text(version).await?,
                None => None,
            };
            let mut body = json!({"version": version, "in_force": held});
            match text {
                Some(policy) => {
                    body["file"] = json!(policy.file);
                    body["text"] = json!(policy.text);
                }
                None => body["left_out"] = json!("the desk has not kept it"),
            }
            pack.add("policy", None, &body);
        }
        Ok(())
    }

    /// A policy as it is worded now.
    fn policy_text_of(&self, merchant: &MerchantId) -> Option<PolicyText> {
        let policy = self.policy_of(merchant);
        self.worded.get(&policy.written.as_ref()?.version)
    }

    /// A policy as it was worded in a version.
    async fn policy_text(&self, version: &str) -> Result<Option<PolicyText>, DeskError> {
        match self.store.policy(version).await? {
            None => Ok(self.worded.get(version)),
            kept => Ok(kept),
        }
    }
}

fn head(agent: &Agent, dispute: &Dispute, notes: bool, made_at: Timestamp) -> Value {
    let row = &dispute.asked;
    let parts = dispute.parts.iter().map(|part| &part.row.id);
    let mut head = json!({
        "format": 2, "conversation": row.id, "site": row.site, "merchant": row.merchant, "channel": row.channel,
        "customer": row.identity, "language": row.language, "began_at": row.created_at, "owner": row.owner.name(),
        "status": row.status.name(), "labels": row.labels, "notes": notes, "made_at": made_at, "made_by": agent.id,
        "conversations": parts.collect::<Vec<_>>(), "conversations_gone": dispute.gone, "orders_not_shown_to_be_theirs": dispute.unproven,
    });
    if dispute.more_orders {
        head["orders_looked_through"] = json!(format!("the newest {ORDERS} of an address"));
    }
    head
}

/// A file by its name and kind.
fn named(file: &Attachment) -> Value {
    json!({"sha256": file.hash.to_string(), "media_type": file.kind.media_type(), "bytes": file.bytes, "content": null})
}

/// The versions of policies that a claim was held against, with what for. A decision of before the desk kept this has none.
fn held_against(claim: &Claim) -> Vec<(Option<String>, Value)> {
    let said = |when: &str, at: Timestamp| json!({"when": when, "claim": claim.id, "at": at});
    let verdict = claim.verdict.as_ref().and_then(|it| it.at.as_ref());
    let handed_in = verdict.map(|it| {
        let mut body = said("handed_in", claim.created_at);
        body["line"] = json!(it.line);
        (Some(it.version.clone()), body)
    });
    let is_decided = match &claim.state {
        ClaimState::Approved { .. } => true,
        ClaimState::Rejected { by, .. } => *by != DecidedBy::Policy,
        _ => false,
    };
    let decided = match &claim.decided_under {
        Some(under) => Some((Some(under.version.clone()), said("decided", under.at))),
        None if is_decided => Some((None, said("decided", claim.updated_at))),
        None => None,
    };
    handed_in.into_iter().chain(decided).collect()
}
