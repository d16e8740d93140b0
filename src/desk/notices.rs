//! Notices: a merchant's program or an operator declares, confirms and ends them; the desk tells those who asked when one is over.
//!
//! A notice that moved says so itself until merchants' programs have been told (`announced`), and one that is over stays in sight until
//! the last conversation that asked about it has been told (`settled`). What is told to a conversation and the end of its link are one
//! commit, so that whatever is killed when, each is told once. Nobody can be linked to a notice that is not open any more.

use jiff::Timestamp;

use super::draft::{Cause, Draft};
use super::{Desk, DeskError};
use crate::clock;
use crate::clock::Clock;
use crate::domain::account::ApiKey;
use crate::domain::conversation::{Actor, Conversation, EventBody, Owner};
use crate::domain::ids::{ConversationId, IntentId, MerchantId, NoticeId, SiteId};
use crate::domain::notice::{Declaration, DeclaredBy, Notice, NoticeMove};
use crate::domain::webhook::{Delivery, notice_moved};
use crate::engine::dialogue::told_over;
use crate::store::{Commit, CommitError, Store};

/// A change that lost to a faster one is tried again on the new state, so often.
const ATTEMPTS: usize = 8;
/// So many are read at a time.
const PAGE: usize = 200;
/// A merchant has at most so many notices about which something is left to be done.
const MOST: usize = 50;

/// Declares a notice. Said again under the same name, it is the same one: whether it is new comes along.
///
/// # Errors
/// [`DeskError::Notice`] when it can be none; [`DeskError::Invalid`] when there are too many; when the store cannot write.
pub async fn declare(
    store: &Store,
    clock: &Clock,
    by: DeclaredBy,
    said: Declaration,
) -> Result<(Notice, bool), DeskError> {
    let mut notice = Notice::declare(said, by, clock.now())?;
    let merchant = notice.affected.merchant.clone();
    if let Some(known) = store.notice(merchant.as_ref(), &notice.id).await? {
        return Ok((known, false));
    }
    let live = store.live_notices(merchant.as_ref(), None, MOST).await?;
    if live.len() >= MOST {
        let why = format!("there are {MOST} notices already: end those that are over");
        return Err(DeskError::Invalid(why));
    }
    match store.commit(Commit::new().notice(notice.clone())).await {
        // Somebody said the same at the same moment.
        Err(CommitError::Conflict(_)) => {
            let known = store.notice(merchant.as_ref(), &notice.id).await?;
            Ok((known.ok_or(DeskError::Busy)?, false))
        }
        other => {
            other?;
            notice.revision = notice.revision.next();
            Ok((notice, true))
        }
    }
}

/// Moves a notice of a merchant, or one for everybody. One that stands there already is left as it is.
///
/// # Errors
/// [`DeskError::NotFound`] when there is none; [`DeskError::Notice`] when it does not stand where this can be done.
pub async fn move_notice(
    store: &Store,
    clock: &Clock,
    merchant: Option<&MerchantId>,
    id: &NoticeId,
    to: &NoticeMove,
) -> Result<Notice, DeskError> {
    for _ in 0..ATTEMPTS {
        let found = store.notice(merchant, id).await?;
        let notice = found.ok_or(DeskError::NotFound)?;
        if to.holds(&notice) {
            return Ok(notice);
        }
        let mut moved = notice.moved(to.clone(), clock.now())?;
        match store.commit(Commit::new().notice(moved.clone())).await {
            Err(CommitError::Conflict(_)) => {}
            other => {
                other?;
                moved.revision = moved.revision.next();
                return Ok(moved);
            }
        }
    }
    Err(DeskError::Busy)
}

impl Desk {
    /// A merchant's program declares a notice for its own customers. Whether it is new comes along.
    ///
    /// # Errors
    /// As [`declare`]; [`DeskError::Invalid`] for a site that is not the merchant's and a matter that the rules do not know.
    pub async fn declare_notice(
        &self,
        key: &ApiKey,
        mut said: Declaration,
    ) -> Result<(Notice, bool), DeskError> {
        said.affected.merchant = Some(key.merchant.clone());
        self.check_affected(&said)?;
        let declared = declare(&self.store, &self.clock, DeclaredBy::Merchant, said).await?;
        self.attend_soon().await;
        Ok(declared)
    }

    /// Confirms or ends a notice of the key's merchant.
    ///
    /// # Errors
    /// As [`move_notice`]: another merchant's looks like one that does not exist.
    pub async fn move_notice(
        &self,
        key: &ApiKey,
        id: &NoticeId,
        to: &NoticeMove,
    ) -> Result<Notice, DeskError> {
        let merchant = Some(&key.merchant);
        let moved = move_notice(&self.store, &self.clock, merchant, id, to).await?;
        self.attend_soon().await;
        Ok(moved)
    }

    /// A notice of the key's merchant, or one for everybody.
    ///
    /// # Errors
    /// [`DeskError::NotFound`].
    pub async fn notice(&self, key: &ApiKey, id: &NoticeId) -> Result<Notice, DeskError> {
        for merchant in [Some(&key.merchant), None] {
            let found = self.store.notice(merchant, id).await?;
            // What is only proposed for everybody is the operator's business.
            if let Some(notice) = found.filter(|it| merchant.is_some() || !it.is_proposed()) {
                return Ok(notice);
            }
        }
        Err(DeskError::NotFound)
    }

    /// The notices for the customers of the key's merchant about which something is left to be done; of the others a page.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn notices(
        &self,
        key: &ApiKey,
        after: Option<&NoticeId>,
        limit: usize,
    ) -> Result<(Vec<Notice>, Vec<Notice>), DeskError> {
        let merchant = Some(&key.merchant);
        let mut live = self.store.live_notices(merchant, None, PAGE).await?;
        let everybodys = self.store.live_notices(None, None, PAGE).await?;
        live.extend(everybodys.into_iter().filter(|it| !it.is_proposed()));
        let settled = self.store.settled_notices(merchant, after, limit).await?;
        Ok((live, settled))
    }

    /// The troubles that are known on a storefront now.
    pub(super) async fn open_notices(
        &self,
        merchant: &MerchantId,
        site: &SiteId,
    ) -> Result<Vec<Notice>, DeskError> {
        let mut found = self.store.open_notices(merchant).await?;
        found.retain(|notice| notice.affected.covers(merchant, site));
        Ok(found)
    }

    fn check_affected(&self, said: &Declaration) -> Result<(), DeskError> {
        let affected = &said.affected;
        let rules = self.rules();
        let unknown = |intent: &&IntentId| rules.intent(intent).is_none();
        if affected.intents.iter().any(|intent| unknown(&intent)) {
            let why = "one of `intents` is none that the rules know";
            return Err(DeskError::Invalid(why.to_owned()));
        }
        let is_own = |site: &SiteId| {
            let site = self.site(site).ok();
            site.is_some_and(|site| Some(&site.merchant) == affected.merchant.as_ref())
        };
        if affected.site.as_ref().is_some_and(|site| !is_own(site)) {
            return Err(DeskError::Invalid("there is no such site".to_owned()));
        }
        Ok(())
    }

    /// Does at once what a change of a notice asks for; what fails is done by the next pass.
    async fn attend_soon(&self) {
        if let Err(error) = self.attend_notices().await {
            tracing::warn!(%error, "a notice could not be attended to at once; it is tried again");
        }
    }

    /// Announces and tells all that is left to be announced and told, and says how much that was.
    pub(super) async fn attend_notices(&self) -> Result<usize, DeskError> {
        let mut done = 0;
        let mut last: Option<Notice> = None;
        loop {
            let page = self.store.unsettled_notices(last.as_ref(), PAGE).await?;
            for notice in &page {
                done += self.attend(notice.clone()).await?;
            }
            match page.into_iter().next_back() {
                Some(notice) => last = Some(notice),
                None => return Ok(done),
            }
        }
    }

    /// Does what is left to be done about one notice.
    async fn attend(&self, notice: Notice) -> Result<usize, DeskError> {
        let mut done = 0;
        let notice = if notice.announced {
            notice
        } else {
            let Some(announced) = self.announce(notice).await? else {
                return Ok(0);
            };
            done += 1;
            announced
        };
        if !notice.is_over() {
            return Ok(done);
        }
        done += self.tell_linked(&notice).await?;
        if self.store.linked(&notice.id, 1).await?.is_empty() {
            let settled = notice.settle()?;
            done += usize::from(self.write_notice(Commit::new(), settled).await?);
        }
        Ok(done)
    }

    /// Tells merchants' programs where a notice stands. None when it has moved at that moment.
    async fn announce(&self, mut notice: Notice) -> Result<Option<Notice>, DeskError> {
        let commit = self.announcing(&mut notice);
        let written = self.write_notice(commit, notice.clone()).await?;
        notice.revision = notice.revision.next();
        Ok(written.then_some(notice))
    }

    /// What merchants' programs are told of a notice where it stands, which it notes.
    pub(super) fn announcing(&self, notice: &mut Notice) -> Commit {
        let mut commit = Commit::new();
        if let Some(told) = notice_moved(notice) {
            let event = clock::event_name();
            for one in self.subscriptions.load().iter() {
                let merchant = notice.affected.merchant.as_ref();
                if one.wants(merchant.unwrap_or(&one.merchant), told.kind) {
                    let now = self.clock.now();
                    commit = commit.send(Delivery::new(one, event.clone(), &told, now));
                }
            }
        }
        notice.announced = true;
        let state = notice.state.name();
        metrics::counter!("frontdesk_notices_total", "state" => state).increment(1);
        tracing::info!(notice = %notice.id, state, "a notice moved");
        commit
    }

    /// Whether the notice was written; false when it has moved at that moment.
    async fn write_notice(&self, commit: Commit, notice: Notice) -> Result<bool, DeskError> {
        match self.commit(commit.notice(notice)).await {
            Err(DeskError::SessionChanged) => Ok(false),
            other => other.map(|()| true),
        }
    }

    /// Tells every conversation that asked about it. One that cannot be told now is tried again by the next pass.
    async fn tell_linked(&self, notice: &Notice) -> Result<usize, DeskError> {
        let mut all = 0;
        loop {
            let linked = self.store.linked(&notice.id, PAGE).await?;
            let mut told = 0;
            for id in &linked {
                told += usize::from(self.tell_one(notice, id).await?);
            }
            all += told;
            if told == 0 {
                return Ok(all);
            }
        }
    }

    async fn tell_one(&self, notice: &Notice, id: &ConversationId) -> Result<bool, DeskError> {
        self.redraft(id, Cause::Over(notice)).await
    }

    /// The conversation, told that it is over: the customer reads it, unless an agent speaks with them, who then sees it and says it.
    pub(super) fn told_over(
        &self,
        row: Conversation,
        notice: &Notice,
        now: Timestamp,
    ) -> Option<Draft> {
        let mut draft = Draft::go_on(row);
        let conversation = &mut draft.conversation;
        let mut bodies = vec![conversation.unlink(&notice.id)?];
        if !matches!(conversation.owner, Owner::Agent(_)) {
            let calendar = self.calendar(conversation);
            let language = conversation.language;
            let (text, because) = told_over(&self.rules(), notice, (language, calendar.zone()));
            bodies.push(EventBody::Reply {
                text,
                language,
                choices: Vec::new(),
                because: Some(because),
                client_id: None,
            });
        }
        for body in bodies {
            let event = draft.conversation.next_event(Actor::System, body, now);
            draft.events.push(event);
        }
        Some(draft)
    }
}
