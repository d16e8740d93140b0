//! The way from a messaging platform to a page with the same conversation: what a platform cannot show, orders as cards and applications
//! as forms, is told as text, with a link to where it can be seen.

use std::sync::Arc;

use jiff::SignedDuration;

use crate::clock::{token, token_hash};
use crate::desk::{Desk, DeskError, Opened, Received};
use crate::domain::account::Session;
use crate::domain::channel::Recipient;
use crate::domain::conversation::{Conversation, Event, Seq};
use crate::domain::customer_link::{CustomerLink, Shows, shows};
use crate::domain::ids::{ConversationId, SiteId};
use crate::domain::language::Language;
use crate::domain::page_facts::PageFacts;
use crate::engine::replies::Values;
use crate::engine::say::Say;
use crate::store::Commit;

/// A page that was opened so is good for so long.
const SESSION: SignedDuration = SignedDuration::from_hours(24);
/// So many events before what is said are looked at for a link that is still good.
const BEFORE: u64 = 40;
/// Where the page is, below the desk's own address.
const PAGE: &str = "/continue";

impl Desk {
    /// Puts another address in place of that which customers' browsers know the desk by.
    pub fn set_public(&self, address: Option<String>) {
        self.public.store(address.map(Arc::new));
    }

    /// What goes behind something that was said, for a customer of a platform: words and a link to the page that shows more.
    /// Nothing while the desk has no public address, and for all that is whole as a text.
    ///
    /// # Errors
    /// When the store cannot be read, or the key for links not be written.
    pub async fn way_to_page(
        &self,
        row: &Conversation,
        event: &Event,
    ) -> Result<Option<String>, DeskError> {
        let Some(base) = self.public.load_full() else {
            return Ok(None);
        };
        if shows(row, event, &[]).is_none() {
            return Ok(None);
        }
        let from = Seq(event.seq.0.saturating_sub(BEFORE));
        let most = usize::try_from(event.seq.0 - from.0).unwrap_or(1);
        let mut before = self.store.events(&row.id, from, most).await?;
        before.retain(|one| one.seq < event.seq);
        let Some(shown) = shows(row, event, &before) else {
            return Ok(None);
        };
        let key = self.key_of_links().await?;
        let say = match shown {
            Shows::Order => Say::PageOrder,
            Shows::Form => Say::PageForm,
        };
        let words = self.rules().replies.say(say, row.language, &Values::new());
        let link = CustomerLink::with(event).signed(&key);
        // On a line of its own, so that no mark that a platform reads stands beside it.
        Ok(link.map(|link| format!("{words}\n{base}{PAGE}#{link}")))
    }

    /// As [`Self::way_to_page`], for whoever knows the conversation by its id.
    ///
    /// # Errors
    /// As there.
    pub async fn more_on_page(
        &self,
        id: &ConversationId,
        event: &Event,
    ) -> Result<Option<String>, DeskError> {
        match self.store.conversation(id).await? {
            Some(row) => self.way_to_page(&row, event).await,
            None => Ok(None),
        }
    }

    /// The way to the page where the rest of an answer stands that a platform takes no more of. None while the desk has no public address.
    ///
    /// # Errors
    /// As for [`Self::way_to_page`].
    pub async fn way_to_rest(&self, received: &Received) -> Result<Option<String>, DeskError> {
        let (Some(base), Some(last)) = (self.public.load_full(), received.replies.last()) else {
            return Ok(None);
        };
        let row = self.store.conversation(&received.conversation).await?;
        let is_private =
            |row: &Conversation| row.recipient.as_ref().is_some_and(Recipient::is_private);
        let Some(row) = row.filter(is_private) else {
            return Ok(None);
        };
        let key = self.key_of_links().await?;
        let rules = self.rules();
        let words = rules
            .replies
            .say(Say::PageRest, row.language, &Values::new());
        let link = CustomerLink::with(last).signed(&key);
        Ok(link.map(|link| format!("{words}\n{base}{PAGE}#{link}")))
    }

    /// What the page says when a link has ended.
    #[must_use]
    pub fn page_ended(&self, language: Language) -> String {
        let rules = self.rules();
        rules.replies.say(Say::PageEnded, language, &Values::new())
    }

    /// The site and a session for whoever comes by a link: in the conversation that it was signed for, as the same visitor, and with
    /// nothing shown beyond what is shown there.
    ///
    /// # Errors
    /// [`DeskError::NotFound`] when it is not signed so, its time is over, or the conversation is gone: all look alike.
    pub async fn come_by(&self, link: &str) -> Result<(SiteId, Opened), DeskError> {
        let key = self.key_of_links().await?;
        let now = self.clock.now();
        let link = CustomerLink::read(link, &key).filter(|link| link.until > now);
        let link = link.ok_or(DeskError::NotFound)?;
        let row = self.store.conversation(&link.conversation).await?;
        let row = row.ok_or(DeskError::NotFound)?;
        let token = token("fdv_");
        let session = Session {
            token: token_hash(&token),
            visitor: row.visitor,
            site: row.site,
            conversation: Some(row.id),
            role: row.role,
            // Whom a shop has signed in is signed in by the shop, and by no link.
            identity: None,
            language: Some(row.language),
            page: PageFacts::default(),
            created_at: now,
            expires_at: now + SESSION,
        };
        self.commit(Commit::new().session(session.clone())).await?;
        let session = self.followed(session).await?;
        Ok((session.site.clone(), Opened { token, session }))
    }
}
