//! The dispute pack of a conversation, and links by which somebody without a log-in reads a transcript for a while.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use sha2::Sha256;

use super::{Desk, DeskError};
use crate::clock::link_key;
use crate::domain::account::Agent;
use crate::domain::audit::Audited;
use crate::domain::claim::Claim;
use crate::domain::constant_time::same;
use crate::domain::conversation::{Conversation, Event, EventBody, Seq};
use crate::domain::ids::{AgentId, ConversationId};
use crate::domain::order_record;
use crate::domain::pack::Pack;
use crate::domain::transcript::{AgentEvent, Names};
use crate::store::Commit;

/// So many bytes of files go into a pack as they are; of the others only the hash.
const FILES: usize = 40 << 20;
/// So many events are read at a time.
const EVENTS: usize = 200;
/// A link is good for so long at most.
const LONGEST: SignedDuration = SignedDuration::from_hours(30 * 24);

/// What a link opens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shared {
    /// Which conversation.
    pub conversation: ConversationId,
    /// In which form.
    pub form: String,
    /// Who gave it out.
    pub by: AgentId,
    /// Until when.
    pub until: Timestamp,
}

impl Shared {
    fn text(&self) -> String {
        let Self {
            conversation,
            form,
            by,
            until,
        } = self;
        format!("{conversation}\n{form}\n{by}\n{}", until.as_second())
    }
}

impl Desk {
    /// All events of a conversation, for an agent who may see it.
    ///
    /// # Errors
    /// [`DeskError::NotFound`] as for [`Self::conversation`].
    pub async fn whole_log(
        &self,
        agent: &Agent,
        id: &ConversationId,
    ) -> Result<Vec<Event>, DeskError> {
        let mut events: Vec<Event> = Vec::new();
        loop {
            let after = events.last().map_or(Seq::default(), |event| event.seq);
            let page = self.events(agent, id, after, EVENTS).await?;
            let is_last = page.len() < EVENTS;
            events.extend(page);
            if is_last {
                return Ok(events);
            }
        }
    }

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
        let facts = self.case_facts(agent, id).await?;
        let events = self.whole_log(agent, id).await?;
        let mut pack = Pack::default();
        pack.add("pack", &self.head(agent, &facts.conversation, notes));
        for one in &facts.orders {
            pack.add("order", &order_record::to_json(&one.order));
            for claim in &one.claims {
                pack.add("claim", &claim_without_person(claim));
            }
        }
        if let Some(policy) = self.policy_in_force(&facts.conversation) {
            pack.add("policy", &policy);
        }
        let names = self.names_in(&events).await?;
        for event in &events {
            if notes || !matches!(event.body, EventBody::Note { .. }) {
                let seen = AgentEvent::of(event, &names);
                pack.add("event", &serde_json::to_value(seen).unwrap_or_default());
            }
        }
        self.add_files(agent, id, &events, &mut pack).await?;
        let (text, seal) = pack.seal();
        let about = Some(format!("{id} {seal}"));
        self.note_down(&agent.id, Audited::Exported, about).await?;
        Ok(text)
    }

    fn head(&self, agent: &Agent, row: &Conversation, notes: bool) -> Value {
        json!({
            "format": 1, "conversation": row.id, "site": row.site, "merchant": row.merchant, "channel": row.channel,
            "customer": row.identity, "language": row.language, "began_at": row.created_at, "owner": row.owner.name(),
            "status": row.status.name(), "labels": row.labels, "notes": notes, "made_at": self.clock.now(), "made_by": agent.id,
        })
    }

    /// The merchant's policy, word for word.
    fn policy_in_force(&self, row: &Conversation) -> Option<Value> {
        let rules = self.rules();
        let policy = rules.policies.of(&row.merchant);
        let written = policy.written.as_ref()?;
        let file = rules.policy_file(&written.file)?;
        Some(json!({"file": &*written.file, "version": &*written.version, "text": &*file.text}))
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

    pub(super) async fn add_files(
        &self,
        agent: &Agent,
        id: &ConversationId,
        events: &[Event],
        pack: &mut Pack,
    ) -> Result<(), DeskError> {
        let mut room = FILES;
        for event in events {
            let EventBody::Attached { file, .. } = &event.body else {
                continue;
            };
            let found = match self.attachment(agent, id, &file.hash).await {
                Ok((_, bytes)) => Some(bytes),
                Err(DeskError::NotFound) => None,
                Err(error) => return Err(error),
            };
            let inside = found.filter(|bytes| bytes.len() <= room);
            room -= inside.as_ref().map_or(0, Vec::len);
            let body = json!({
                "sha256": file.hash.to_string(), "media_type": file.kind.media_type(), "bytes": file.bytes,
                "content": inside.map(|bytes| STANDARD.encode(bytes)),
            });
            pack.add("file", &body);
        }
        Ok(())
    }

    /// Signs a link to a conversation in a form, for whoever gets it, until a time.
    ///
    /// # Errors
    /// [`DeskError::NotFound`] as for [`Self::conversation`]; [`DeskError::Invalid`] for a time that has passed or is too far.
    pub async fn share(
        &self,
        agent: &Agent,
        id: &ConversationId,
        form: &str,
        lasts: SignedDuration,
    ) -> Result<(Shared, String), DeskError> {
        self.conversation(agent, id).await?;
        if !lasts.is_positive() || lasts > LONGEST {
            let why = "a link is good for an hour at least and for thirty days at most";
            return Err(DeskError::Invalid(why.to_owned()));
        }
        let shared = Shared {
            conversation: id.clone(),
            form: form.to_owned(),
            by: agent.id.clone(),
            until: self.clock.now() + lasts,
        };
        let sign = self.sign(&shared).await?;
        let about = Some(id.to_string());
        self.note_down(&agent.id, Audited::LinkGiven, about).await?;
        Ok((shared, sign))
    }

    /// The agent who gave a link out, in whose name it is read: they must still work here and see the conversation.
    ///
    /// # Errors
    /// [`DeskError::NotFound`] when it is not signed so, its time is over, or its agent sees the conversation no longer: all look alike.
    pub async fn opened(&self, shared: &Shared, sign: &str) -> Result<Agent, DeskError> {
        let own = self.sign(shared).await?;
        if !same(own.as_bytes(), sign.as_bytes()) || shared.until <= self.clock.now() {
            return Err(DeskError::NotFound);
        }
        let agent = self.store.agent(&shared.by).await?;
        let agent = agent
            .filter(|agent| !agent.disabled)
            .ok_or(DeskError::NotFound)?;
        self.conversation(&agent, &shared.conversation).await?;
        let about = Some(shared.conversation.to_string());
        self.note_down(&agent.id, Audited::LinkOpened, about)
            .await?;
        Ok(agent)
    }

    async fn sign(&self, shared: &Shared) -> Result<String, DeskError> {
        let key = self.key_of_links().await?;
        let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(&key) else {
            return Err(DeskError::Busy);
        };
        mac.update(shared.text().as_bytes());
        let sign = mac.finalize().into_bytes();
        Ok(sign.iter().map(|byte| format!("{byte:02x}")).collect())
    }

    /// The key that links are signed by: made when the first is wanted, and kept.
    pub(super) async fn key_of_links(&self) -> Result<[u8; 32], DeskError> {
        let _one = self.indexing.lock().await;
        if let Some(key) = self.store.link_key().await? {
            return Ok(key);
        }
        let key = link_key();
        self.commit(Commit::new().link_key(key)).await?;
        Ok(key)
    }
}

/// A claim without that by which its customer is found among others: nobody else's business.
pub(super) fn claim_without_person(claim: &Claim) -> Value {
    let mut claim = serde_json::to_value(claim).unwrap_or_default();
    if let Some(fields) = claim.as_object_mut() {
        fields.remove("by");
    }
    claim
}
