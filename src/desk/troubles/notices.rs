//! Notices: a merchant's program or an operator declares, confirms and ends them; the desk tells those who asked when one is over.
//!
//! A notice that moves and what merchants' programs are told of it are one commit (`announced`: an earlier program told them later), and
//! one that is over stays in sight until the last conversation that asked about it has been told (`settled`). What is told to a
//! conversation and the end of its link are one commit, so that whatever is killed when, each is told once. Nobody can be linked to a
//! notice that is not open any more.

use jiff::Timestamp;

use crate::clock;
use crate::clock::Clock;
use crate::desk::draft::{Cause, Draft};
use crate::desk::{ATTEMPTS, Desk, DeskError};
use crate::domain::account::ApiKey;
use crate::domain::conversation::{Actor, Conversation, EventBody, Owner};
use crate::domain::ids::{ConversationId, IntentId, MerchantId, NoticeId, SiteId};
use crate::domain::notice::{Declaration, DeclaredBy, Notice, NoticeMove};
use crate::domain::webhook::{Delivery, Subscription, notice_moved};
use crate::engine::dialogue::{known_incident, told_over};
use crate::store::{Commit, CommitError, Store};

/// So many are read at a time.
const PAGE: usize = 200;
/// A pass tells so many conversations that a notice is over; the next one goes on.
pub(in crate::desk) const PER_PASS: usize = 1_000;
/// So many are told before whoever ended a notice is answered.
const AT_ONCE: usize = 50;
/// A merchant has at most so many notices about which something is left to be done.
const MOST: usize = 50;

/// Where notices are kept, and who is told of them.
#[derive(Clone, Copy, Debug)]
pub struct Register<'a> {
    /// Where they are kept.
    pub store: &'a Store,
    /// Who knows the time.
    pub clock: &'a Clock,
    /// The merchants' programs that are told.
    pub told: &'a [Subscription],
}

impl Register<'_> {
    /// Writes a notice where it has come to stand, with what is told of it. Returns it as it is stored.
    async fn write(&self, mut notice: Notice) -> Result<Notice, CommitError> {
        let commit = announcing(self.told, &mut notice, self.clock.now());
        self.store.commit(commit.notice(notice.clone())).await?;
        has_moved(&notice);
        notice.revision = notice.revision.next();
        Ok(notice)
    }
}

/// Says where a notice has come to stand. Only of one that is written: what was refused did not happen.
pub(in crate::desk) fn has_moved(notice: &Notice) {
    let state = notice.state.name();
    metrics::counter!("frontdesk_notices_total", "state" => state).increment(1);
    tracing::info!(notice = %notice.id, state, "a notice has moved");
}

/// What merchants' programs are told of a notice where it stands, which it notes.
pub(in crate::desk) fn announcing(
    subscriptions: &[Subscription],
    notice: &mut Notice,
    now: Timestamp,
) -> Commit {
    let mut commit = Commit::new();
    if let Some(told) = notice_moved(notice) {
        let event = clock::event_name();
        for one in subscriptions {
            let merchant = notice.affected.merchant.as_ref();
            if one.wants(merchant.unwrap_or(&one.merchant), told.kind) {
                commit = commit.send(Delivery::new(one, event.clone(), &told, now));
            }
        }
    }
    notice.announced = true;
    commit
}

/// Declares a notice. Said again under the same name, it is the same one: whether it is new comes along.
///
/// # Errors
/// [`DeskError::Notice`] when it can be none; [`DeskError::NamedAlready`] for another one under a name that was given;
/// [`DeskError::Invalid`] when there are too many; when the store cannot write.
pub async fn declare(
    register: Register<'_>,
    by: DeclaredBy,
    said: Declaration,
) -> Result<(Notice, bool), DeskError> {
    let has_since = said.since.is_some();
    let notice = Notice::declare(said, by, register.clock.now())?;
    let known_as_said = |known: Notice| match known.says_the_same(&notice, has_since) {
        true => Ok((known, false)),
        false => Err(DeskError::NamedAlready),
    };
    let store = register.store;
    let merchant = notice.affected.merchant.clone();
    if let Some(known) = store.notice(merchant.as_ref(), &notice.id).await? {
        return known_as_said(known);
    }
    let live = store.live_notices(merchant.as_ref(), None, MOST).await?;
    if live.len() >= MOST {
        let why = format!("there are {MOST} notices already: end those that are over");
        return Err(DeskError::Invalid(why));
    }
    match register.write(notice.clone()).await {
        // Somebody said the same at the same moment.
        Err(CommitError::Conflict(_)) => {
            let known = store.notice(merchant.as_ref(), &notice.id).await?;
            known_as_said(known.ok_or(DeskError::Busy)?)
        }
        other => Ok((other?, true)),
    }
}

/// Moves a notice of a merchant, or one for everybody. One that stands there already is left as it is.
///
/// # Errors
/// [`DeskError::NotFound`] when there is none; [`DeskError::Notice`] when it does not stand where this can be done.
pub async fn move_notice(
    register: Register<'_>,
    merchant: Option<&MerchantId>,
    id: &NoticeId,
    to: &NoticeMove,
) -> Result<Notice, DeskError> {
    for _ in 0..ATTEMPTS {
        let found = register.store.notice(merchant, id).await?;
        let notice = found.ok_or(DeskError::NotFound)?;
        if to.holds(&notice) {
            return Ok(notice);
        }
        let moved = notice.moved(to.clone(), register.clock.now())?;
        match register.write(moved).await {
            Err(CommitError::Conflict(_)) => {}
            other => return Ok(other?),
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
        let subscriptions = self.subscriptions.load_full();
        declare(self.register(&subscriptions), DeclaredBy::Merchant, said).await
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
        let subscriptions = self.subscriptions.load_full();
        let moved = move_notice(self.register(&subscriptions), merchant, id, to).await?;
        if let Err(error) = self.attend_notices(AT_ONCE).await {
            tracing::warn!(%error, "a notice could not be attended to at once; it is tried again");
        }
        Ok(moved)
    }

    const fn register<'a>(&'a self, told: &'a [Subscription]) -> Register<'a> {
        Register {
            store: &self.store,
            clock: &self.clock,
            told,
        }
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
    pub(in crate::desk) async fn open_notices(
        &self,
        merchant: &MerchantId,
        site: &SiteId,
    ) -> Result<Vec<Notice>, DeskError> {
        let mut found = self.store.open_notices(merchant).await?;
        found.retain(|notice| notice.affected.covers(merchant, site));
        Ok(found)
    }

    /// The one of these troubles that a conversation asked about, for the brief.
    pub(in crate::desk) fn incident_of(
        &self,
        row: &Conversation,
        open: &[Notice],
    ) -> Option<String> {
        let asked: Vec<&NoticeId> = row.notices.iter().collect();
        let calendar = self.calendar(row);
        let reader = (row.language, calendar.zone());
        known_incident(&self.rules(), open, &asked, reader)
    }

    /// The same, of the troubles that are known now.
    pub(in crate::desk) async fn incident_now(
        &self,
        row: &Conversation,
    ) -> Result<Option<String>, DeskError> {
        let open = self.open_notices(&row.merchant, &row.site).await?;
        Ok(self.incident_of(row, &open))
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

    /// Does what is left to be done about notices, and says how much that was. At most so many conversations are told.
    pub(in crate::desk) async fn attend_notices(&self, at_most: usize) -> Result<usize, DeskError> {
        let mut done = 0;
        let mut last: Option<Notice> = None;
        loop {
            let page = self.store.unsettled_notices(last.as_ref(), PAGE).await?;
            for notice in &page {
                let left = at_most.saturating_sub(done);
                done += self.attend(notice.clone(), left).await?;
            }
            match page.into_iter().next_back() {
                Some(notice) => last = Some(notice),
                None => return Ok(done),
            }
        }
    }

    /// Does what is left to be done about one notice.
    async fn attend(&self, mut notice: Notice, at_most: usize) -> Result<usize, DeskError> {
        let mut done = 0;
        if !notice.announced {
            let subscriptions = self.subscriptions.load_full();
            match self.register(&subscriptions).write(notice).await {
                // It has moved at that moment.
                Err(CommitError::Conflict(_)) => return Ok(0),
                other => notice = other?,
            }
            done += 1;
        }
        if !notice.is_over() {
            return Ok(done);
        }
        done += self.tell_linked(&notice, at_most).await?;
        if self.store.linked(&notice.id, None, 1).await?.is_empty() {
            let settled = notice.settle()?;
            done += usize::from(self.write_notice(settled).await?);
        }
        Ok(done)
    }

    /// Whether the notice was written; false when it has moved at that moment.
    async fn write_notice(&self, notice: Notice) -> Result<bool, DeskError> {
        match self.commit(Commit::new().notice(notice)).await {
            Err(DeskError::SessionChanged) => Ok(false),
            other => other.map(|()| true),
        }
    }

    /// Tells the conversations that asked about it, so many of them. One that cannot be told now is tried again by the next pass, and
    /// keeps no other waiting.
    async fn tell_linked(&self, notice: &Notice, at_most: usize) -> Result<usize, DeskError> {
        let (mut told, mut last) = (0, None);
        while told < at_most {
            let left = PAGE.min(at_most - told);
            let linked = self.store.linked(&notice.id, last.as_ref(), left).await?;
            for id in &linked {
                told += usize::from(self.tell_one(notice, id).await?);
            }
            last = linked.into_iter().next_back();
            if last.is_none() {
                break;
            }
        }
        Ok(told)
    }

    async fn tell_one(&self, notice: &Notice, id: &ConversationId) -> Result<bool, DeskError> {
        match self.redraft(id, Cause::Over(notice)).await {
            Err(error) if self.store.is_writable() && !matches!(error, DeskError::Busy) => {
                tracing::error!(%error, conversation = %id, "could not be told that a notice is over");
                Ok(false)
            }
            told => told,
        }
    }

    /// The conversation, told that it is over: the customer reads it, unless an agent speaks with them, who then sees it and says it.
    pub(in crate::desk) fn told_over(
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
