//! Pictures and documents that agents show to customers: looked at and kept as those that customers hand in, never held against anybody,
//! and on a platform, where the desk's own texts arrive, with a link that opens this one file for a while.

use jiff::SignedDuration;

use super::clean::Clean;
use super::{Kept, first_time};
use crate::desk::{Desk, DeskError};
use crate::domain::account::Agent;
use crate::domain::conversation::{Actor, Conversation, EventBody};
use crate::domain::evidence::{Attachment, EvidenceHash};
use crate::domain::ids::ConversationId;
use crate::engine::replies::Values;
use crate::engine::say::Say;

/// A link to a file is good for so long.
const GOOD_FOR: SignedDuration = SignedDuration::from_hours(7 * 24);

impl Desk {
    /// Shows a file to the customer. When this returns, the file and the event that names it are on disk. A file that is there already is
    /// answered like the first time.
    ///
    /// # Errors
    /// [`DeskError::NotFound`] as for [`Self::conversation`]; [`DeskError::NotAllowed`] when somebody else speaks there;
    /// [`DeskError::Unfit`] for what is no picture and no document; [`DeskError::Invalid`] where the customer could not see it.
    pub async fn show_file(
        &self,
        agent: &Agent,
        id: &ConversationId,
        bytes: Vec<u8>,
    ) -> Result<Kept, DeskError> {
        let row = self.conversation(agent, id).await?;
        row.speaks(&agent.id)?;
        let Clean { kind, bytes, look } = self.clean(bytes).await?;
        let file = Attachment {
            hash: EvidenceHash::of(&bytes),
            kind,
            bytes: bytes.len() as u64,
            look,
        };
        if let Some(event) = self.store.attached(id, &file.hash).await? {
            return Ok(first_time(event, &file));
        }
        let link = self.link_to_file(agent, &row, &file.hash).await?;
        self.store.keep_evidence(file.hash, bytes).await?;
        let attached = || EventBody::Attached {
            file: file.clone(),
            claim: None,
            order: None,
        };
        self.change(agent, id, None, |row, now| {
            let mut bodies = vec![attached()];
            bodies.extend(link.clone().map(|text| EventBody::Reply {
                text,
                language: row.language,
                choices: Vec::new(),
                because: None,
                client_id: None,
            }));
            row.speak(&agent.id, bodies, now)
        })
        .await?;
        let event = self.store.attached(id, &file.hash).await?;
        let event = event.ok_or(DeskError::NotFound)?;
        metrics::counter!("frontdesk_attachments_total", "kind" => file.kind.extension())
            .increment(1);
        Ok(Kept {
            repeated: false,
            ..first_time(event, &file)
        })
    }

    /// What the customer of a platform is told in its place; nothing for who sees it on the page.
    async fn link_to_file(
        &self,
        agent: &Agent,
        row: &Conversation,
        hash: &EvidenceHash,
    ) -> Result<Option<String>, DeskError> {
        if row.recipient.is_none() {
            return Ok(None);
        }
        let Some(base) = self.public.load_full() else {
            let why = "the customer writes on a platform, and the desk has no `public_url` for a link to the file";
            return Err(DeskError::Invalid(why.to_owned()));
        };
        let name = hash.to_string();
        let (shared, sign) = self.share(agent, &row.id, &name, GOOD_FOR).await?;
        let (id, by, until) = (&row.id, &shared.by, shared.until.as_second());
        let words = self
            .rules()
            .replies
            .say(Say::FileShown, row.language, &Values::new());
        let base = base.trim_end_matches('/');
        Ok(Some(format!(
            "{words} {base}/shared/{id}/{name}?by={by}&until={until}&sign={sign}"
        )))
    }
}

/// Whether a customer handed it in, and not an agent.
pub(super) fn is_customers(by: &Actor) -> bool {
    *by == Actor::Customer
}
