//! Files that customers hand in: kept before anything names them, added to the claim that waits for them, seen by the two sides of the
//! conversation and nobody else, and held against what was handed in before.

mod clean;
mod sent;
mod shown;
mod waiting;

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};

use crate::desk::draft::Draft;
use crate::desk::{ATTEMPTS, Desk, DeskError, counted};
use crate::domain::account::{Agent, Session};
use crate::domain::claim::ClaimId;
use crate::domain::conversation::{Actor, Conversation, Event, EventBody, Seq};
use crate::domain::evidence::{Attachment, EvidenceHash, MAX_A_DAY, Reuse, Use, reuses};
use crate::domain::ids::{ConversationId, OrderId};

pub use clean::Unfit;
use clean::{Clean, clean};

/// Files are counted over so long.
const DAY: SignedDuration = SignedDuration::from_hours(24);
/// So many pictures are unpacked at once, for the sake of memory.
pub(in crate::desk) const AT_ONCE: usize = 2;

/// What became of a file.
#[derive(Clone, Debug)]
pub struct Kept {
    /// The conversation it belongs to.
    pub conversation: ConversationId,
    /// The number of its event there.
    pub seq: Seq,
    /// The file as it is kept.
    pub file: Attachment,
    /// The claim that it was added to.
    pub claim: Option<ClaimId>,
    /// Whether it had been handed in before, for the same.
    pub repeated: bool,
}

impl Desk {
    /// Takes a file. When this returns, the file and the event that names it are on disk. A file that is there already is answered like
    /// the first time.
    ///
    /// # Errors
    /// [`DeskError::Unfit`] for what is no picture and no document, or not a good one; [`DeskError::TooManyFiles`] for the day;
    /// [`DeskError::NotFound`] when the claim is not this person's; [`DeskError::ClaimRefused`] when it takes no files; otherwise as for
    /// a message.
    pub async fn attach(
        &self,
        session: &Session,
        bytes: Vec<u8>,
        claim: Option<&ClaimId>,
    ) -> Result<Kept, DeskError> {
        self.take_file(session, bytes, claim, true).await
    }

    /// The same, of a page or of a platform.
    async fn take_file(
        &self,
        session: &Session,
        bytes: Vec<u8>,
        claim: Option<&ClaimId>,
        on_page: bool,
    ) -> Result<Kept, DeskError> {
        self.check_day(session, self.clock.now()).await?;
        let Clean { kind, bytes, look } = self.clean(bytes).await?;
        let file = Attachment {
            hash: EvidenceHash::of(&bytes),
            kind,
            bytes: bytes.len() as u64,
            look,
        };
        self.store.keep_evidence(file.hash, bytes).await?;
        for attempt in 0..ATTEMPTS {
            match self
                .hand_in((session, on_page), attempt == 0, &file, claim)
                .await
            {
                Err(DeskError::Conflict { .. } | DeskError::SessionChanged) => {}
                other => return other,
            }
        }
        Err(DeskError::Busy)
    }

    /// A file of a visitor's own conversation.
    ///
    /// # Errors
    /// [`DeskError::NotFound`] when there is none, or it is somebody else's: the two look alike.
    pub async fn own_attachment(
        &self,
        session: &Session,
        conversation: &ConversationId,
        hash: &EvidenceHash,
    ) -> Result<(Attachment, Vec<u8>), DeskError> {
        let row = self.store.conversation(conversation).await?;
        let is_own = |row: &Conversation| row.visitor == session.visitor;
        if !row.as_ref().is_some_and(is_own) {
            return Err(DeskError::NotFound);
        }
        self.file_in(conversation, hash).await
    }

    /// A file of a conversation that an agent may see.
    ///
    /// # Errors
    /// As [`Self::own_attachment`].
    pub async fn attachment(
        &self,
        agent: &Agent,
        conversation: &ConversationId,
        hash: &EvidenceHash,
    ) -> Result<(Attachment, Vec<u8>), DeskError> {
        let row = self.conversation(agent, conversation).await?;
        // What was handed in before conversations were merged is found in the one that goes on.
        for merged in &row.merged {
            match self.file_in(merged, hash).await {
                Err(DeskError::NotFound) => {}
                found => return found,
            }
        }
        self.file_in(conversation, hash).await
    }

    async fn file_in(
        &self,
        conversation: &ConversationId,
        hash: &EvidenceHash,
    ) -> Result<(Attachment, Vec<u8>), DeskError> {
        let event = self.store.attached(conversation, hash).await?;
        let Some(EventBody::Attached { file, .. }) = event.map(|event| event.body) else {
            return Err(DeskError::NotFound);
        };
        let bytes = self.store.evidence(*hash).await?;
        bytes.map(|bytes| (file, bytes)).ok_or(DeskError::NotFound)
    }

    /// Unpacks and draws anew where it keeps nobody else waiting.
    async fn clean(&self, bytes: Vec<u8>) -> Result<Clean, DeskError> {
        let turn = Arc::clone(&self.pictures).acquire_owned().await;
        let done = tokio::task::spawn_blocking(move || {
            // Held to the end of the work, also when whoever waits for it has gone.
            let _turn = turn;
            clean(bytes)
        });
        let done = done.await;
        // A decoder that panics has met a file that it cannot read.
        Ok(done.unwrap_or(Err(Unfit::Broken))?)
    }

    /// Before anything is unpacked: whoever has handed in too much costs no more than this.
    async fn check_day(&self, session: &Session, now: Timestamp) -> Result<(), DeskError> {
        let Some(conversation) = &session.conversation else {
            return Ok(());
        };
        let since = now - DAY;
        if self.store.attached_since(conversation, since).await? >= MAX_A_DAY {
            return Err(DeskError::TooManyFiles);
        }
        Ok(())
    }

    async fn hand_in(
        &self,
        (session, on_page): (&Session, bool),
        is_first: bool,
        file: &Attachment,
        asked: Option<&ClaimId>,
    ) -> Result<Kept, DeskError> {
        let _lane = self.visitors.enter(session.visitor.as_str()).await;
        let session = self.as_it_is(session, is_first).await?;
        let now = self.clock.now();
        let current = self.current(&session).await?;
        let mut draft = Draft::begin_with_file(self, &session, current, now)?;
        draft.conversation.on_page = on_page && draft.conversation.recipient.is_some();
        let waiting = self.waiting_claim(&draft.conversation, asked).await?;
        let had = self.store.attached(&draft.conversation.id, &file.hash);
        if let Some(event) = had.await?
            && !waiting.as_ref().is_some_and(|found| found.lacks(file))
        {
            return Ok(first_time(event, file));
        }
        self.check_day(&session, now).await?;
        let order = waiting.as_ref().map(|found| found.id.order());
        let order = order.or(draft.conversation.memory.order.as_ref()).cloned();
        // Of two people with the same file at the same moment, one is the second.
        let _merchant = self.files.enter(draft.conversation.merchant.as_str()).await;
        let uses = self.used_before(&draft.conversation, order.as_ref(), file);
        let uses = uses.await?;
        let claim = waiting.as_ref().map(|found| found.id.clone());
        let is_reused = !uses.is_empty();
        let seq = draft.attached(file, claim.clone(), order, uses, now);
        if let Some(found) = waiting {
            draft.prove(self, found, file, now)?;
        }
        let conversation = draft.conversation.id.clone();
        self.finish(draft).await?;
        count(file, is_reused);
        Ok(Kept {
            conversation,
            seq,
            file: file.clone(),
            claim,
            repeated: false,
        })
    }

    /// Where the file, or one that looks the same, served another order or another person.
    async fn used_before(
        &self,
        row: &Conversation,
        order: Option<&OrderId>,
        file: &Attachment,
    ) -> Result<Vec<Reuse>, DeskError> {
        let mut earlier = Vec::new();
        for event in self.store.alike(&row.merchant, file).await? {
            if !shown::is_customers(&event.by) {
                continue;
            }
            let EventBody::Attached { file, order, .. } = event.body else {
                continue;
            };
            if let Some(row) = self.store.conversation(&event.conversation).await? {
                earlier.push((file, row, order));
            }
        }
        let uses: Vec<Use<'_>> = earlier
            .iter()
            .map(|(file, conversation, order)| Use {
                file,
                conversation,
                order: order.as_ref(),
            })
            .collect();
        let new = Use {
            file,
            conversation: row,
            order,
        };
        Ok(reuses(&new, &uses))
    }
}

impl Draft {
    /// The file's event and, where it served something else before, the one for agents.
    fn attached(
        &mut self,
        file: &Attachment,
        claim: Option<ClaimId>,
        order: Option<OrderId>,
        uses: Vec<Reuse>,
        now: Timestamp,
    ) -> Seq {
        let hash = file.hash;
        let file = file.clone();
        let attached = EventBody::Attached { file, claim, order };
        let event = self.conversation.next_event(Actor::Customer, attached, now);
        let seq = event.seq;
        self.events.push(event);
        if !uses.is_empty() {
            self.system(EventBody::EvidenceReused { hash, uses }, now);
        }
        seq
    }

    fn system(&mut self, body: EventBody, now: Timestamp) {
        let event = self.conversation.next_event(Actor::System, body, now);
        self.events.push(event);
    }
}

/// The answer of the first time.
fn first_time(event: Event, file: &Attachment) -> Kept {
    let claim = match event.body {
        EventBody::Attached { claim, .. } => claim,
        _ => None,
    };
    Kept {
        conversation: event.conversation,
        seq: event.seq,
        file: file.clone(),
        claim,
        repeated: true,
    }
}

fn count(file: &Attachment, is_reused: bool) {
    if is_reused {
        counted::files_again().increment(1);
    }
    let kind = file.kind.extension();
    metrics::counter!("frontdesk_attachments_total", "kind" => kind).increment(1);
}
