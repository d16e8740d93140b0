//! That a program speaks, said before its first words in a conversation: some laws want that of whoever answers by a program, and Meta wants
//! what the law wants.

use crate::desk::draft::is_reply_of_bot;
use crate::desk::{Desk, DeskError};
use crate::domain::conversation::{Conversation, Event, Seq};
use crate::domain::ids::ConversationId;
use crate::engine::replies::{Placeholder, Values};
use crate::engine::say::Say;

/// So many events a conversation has at most before the bot's first words: of a later one they are not the first that its customer reads.
const FIRST: u64 = 24;

impl Desk {
    /// The sentence that goes before something the bot said; none where it has spoken before, or says so itself.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn who_speaks(
        &self,
        row: &Conversation,
        event: &Event,
    ) -> Result<Option<String>, DeskError> {
        if !is_reply_of_bot(event) || event.seq > Seq(FIRST) {
            return Ok(None);
        }
        let most = usize::try_from(event.seq.0.saturating_sub(1)).unwrap_or_default();
        let before = self.store.events(&row.id, Seq(0), most).await?;
        let mut before = before.iter().filter(|one| one.seq < event.seq);
        if before.any(is_reply_of_bot) {
            return Ok(None);
        }
        let rules = self.rules();
        let site = self.site(&row.site)?;
        let values = Values::new().with(Placeholder::MerchantName, &site.merchant_name);
        let welcome = rules.replies.say(Say::Welcome, row.language, &values);
        let says_so = event
            .said()
            .is_some_and(|(text, _)| text.contains(&welcome));
        let who = || {
            rules
                .replies
                .say(Say::WhoSpeaks, row.language, &Values::new())
        };
        Ok((!says_so).then(who))
    }

    /// As [`Self::who_speaks`], for whoever knows the conversation by its id.
    ///
    /// # Errors
    /// As there.
    pub async fn who_speaks_in(
        &self,
        id: &ConversationId,
        event: &Event,
    ) -> Result<Option<String>, DeskError> {
        match self.store.conversation(id).await? {
            Some(row) => self.who_speaks(&row, event).await,
            None => Ok(None),
        }
    }
}
