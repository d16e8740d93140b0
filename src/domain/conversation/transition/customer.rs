//! What customers move by a button, without a message.

use jiff::Timestamp;

use super::InvalidTransition;
use crate::domain::conversation::{Asking, Conversation, EventBody, Owner};
use crate::domain::email::Email;
use crate::domain::rating::{Helper, Score};

impl Conversation {
    /// The customer says how the help was that they were asked about: once.
    ///
    /// # Errors
    /// When they were not asked, or have said it.
    pub fn rate(&mut self, score: Score) -> Result<Helper, InvalidTransition> {
        let of = self.asked_about.take();
        let of = of.ok_or_else(|| self.refuse("rate"))?;
        self.rated = Some((of, score));
        self.asking = Asking::Answered;
        Ok(of)
    }

    /// The customer takes their leave, and has not said that the matter is solved.
    ///
    /// # Errors
    /// When it is done.
    pub fn part(&mut self, now: Timestamp) -> Result<Vec<EventBody>, InvalidTransition> {
        let events = self.resolve(None, now)?;
        self.parted = true;
        Ok(events)
    }

    /// A customer who waits goes on with the bot, which starts afresh.
    ///
    /// # Errors
    /// When they do not wait, or a person has to look at the matter in any case.
    pub fn leave_queue(&mut self, now: Timestamp) -> Result<Vec<EventBody>, InvalidTransition> {
        if !self.may_leave_queue() {
            return Err(self.refuse("leave the queue"));
        }
        self.waiting_since = None;
        self.promises.release_answers(now);
        Ok(self.back_to_bot())
    }

    /// Whether the customer waits and may go on with the bot.
    #[must_use]
    pub fn may_leave_queue(&self) -> bool {
        let is_free = self.reason.is_none_or(|reason| !reason.needs_person());
        self.owner == Owner::Queue && !self.status.is_done() && is_free
    }

    /// The customer leaves an address while the matter is open.
    ///
    /// # Errors
    /// When it is done.
    pub fn leave_contact(&mut self, email: Email) -> Result<(), InvalidTransition> {
        self.require_open("leave an address")?;
        self.contact = Some(email);
        Ok(())
    }
}
