//! What is due: everything whose time has come, taken from the store's index, and when the next of it comes.

use jiff::{SignedDuration, Timestamp};

use super::agents::search;
use super::draft::Cause;
use super::troubles::notices::PER_PASS;
use super::{Desk, DeskError};
use crate::domain::ids::ConversationId;
use crate::store::{Commit, Due};

/// So many due things are read at a time.
const PAGE: usize = 256;

impl Desk {
    /// Does everything whose time has come, and what is done now and then beside it; tells how many things that were.
    ///
    /// # Errors
    /// When the store cannot be read or written; what was done before is on disk.
    pub async fn look_at_due(&self) -> Result<usize, DeskError> {
        let seen = self.attend_notices(PER_PASS).await?;
        self.keep_counts().await?;
        self.read_for_words(search::PER_PASS).await?;
        self.look_for_lost().await?;
        self.erase_what_is_old().await?;
        Ok(seen + self.do_what_is_due().await?)
    }

    /// In how long the next thing is due for which somebody waits, if that is within this time. What is due already and was not done waits for
    /// the next pass, and so does what only goes: sessions, log-ins, the names of messages.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn next_due(
        &self,
        within: SignedDuration,
    ) -> Result<Option<SignedDuration>, DeskError> {
        let now = self.clock.now();
        let until = now.checked_add(within).unwrap_or(Timestamp::MAX);
        let mut most = PAGE;
        loop {
            let found = self.store.due(until, most).await?;
            let next = found.iter().find(|(at, due)| *at > now && is_awaited(due));
            if next.is_some() || found.len() < most {
                return Ok(next.map(|(at, _)| at.duration_since(now)));
            }
            most = most.saturating_mul(4);
        }
    }

    /// Does everything whose time has come, and tells how many things that were.
    ///
    /// # Errors
    /// As [`Self::look_at_due`].
    pub async fn do_what_is_due(&self) -> Result<usize, DeskError> {
        let now = self.clock.now();
        let mut all = 0;
        loop {
            let found = self.store.due(now, PAGE).await?;
            let mut done = 0;
            let mut over = Commit::new();
            let mut ended = 0;
            for (_, due) in &found {
                match due {
                    Due::Session(token) => {
                        over = over.end_session(*token);
                        ended += 1;
                    }
                    Due::Known(id) => {
                        over = over.forget(id.clone());
                        ended += 1;
                    }
                    Due::LogIn(token) => {
                        over = over.end_log_in(*token);
                        ended += 1;
                    }
                    Due::Snoozed(id) | Due::Promise(id) | Due::Service(id) => {
                        done += usize::from(self.look_safely(id, now).await?);
                    }
                }
            }
            if ended > 0 {
                done += ended;
                self.commit(over).await?;
            }
            all += done;
            // What stays at the head of the index waits for the next pass, and must not keep this one from ending.
            if done == 0 || found.len() < PAGE {
                return Ok(all);
            }
        }
    }

    /// As [`Self::look_at_conversation`]: one that cannot be read or changed must not keep the others waiting.
    async fn look_safely(&self, id: &ConversationId, now: Timestamp) -> Result<bool, DeskError> {
        match self.look_at_conversation(id, now).await {
            Err(error) if matches!(error, DeskError::Busy) || !self.store.is_writable() => {
                Err(error)
            }
            Err(error) => {
                tracing::error!(%error, conversation = %id, "what is due could not be done");
                Ok(false)
            }
            done => done,
        }
    }

    /// Whether anything was to be done about a conversation.
    async fn look_at_conversation(
        &self,
        id: &ConversationId,
        now: Timestamp,
    ) -> Result<bool, DeskError> {
        self.redraft(id, Cause::Due(now)).await
    }
}

/// Whether somebody waits for it, and it does not only make room.
const fn is_awaited(due: &Due) -> bool {
    match due {
        Due::Snoozed(_) | Due::Promise(_) | Due::Service(_) => true,
        Due::Session(_) | Due::Known(_) | Due::LogIn(_) => false,
    }
}
