//! Asking platforms for what their customers wrote, where they do not bring it: all the time, or when they said that there is something.
//!
//! Up to where it was read is kept when all that was read is on disk. Killed in between, the same is read once more, and known by its
//! names.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use tokio::task::JoinSet;

use super::answer::whole;
use super::platform::Platform;
use super::{Destination, Running, Sender};
use crate::channels::{
    Accepted, Account, Judgement, Pull, Pulled, Request, Responded, is_polled, joined,
    pull_request, pulled, reads_on, welcomes,
};
use crate::domain::webhook::{EndpointChange, PullState};
use crate::store::{Commit, CommitError, StoreError};

/// After a failure it is asked again so much later, in seconds: the first time, the second, ...
const AGAIN: [u64; 4] = [2, 10, 30, 60];
/// A platform that said nothing is asked so often all the same: what it said may have been lost.
const ANYHOW: Duration = Duration::from_secs(600);

/// Takes what was read; says whether all of it is on disk.
pub type Take =
    Arc<dyn Fn(Arc<Account>, Accepted) -> Pin<Box<dyn Future<Output = bool> + Send>> + Send + Sync>;

/// What somebody is greeted with who has just come; nothing for no greeting.
pub type WelcomeInWords = Arc<dyn Fn() -> String + Send + Sync>;

/// What a question came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Asked {
    /// So many messages of customers were taken.
    Took(usize),
    /// It could not be asked, or the answer not be taken, and why.
    Failed(String),
    /// There is nothing to ask for now.
    Nothing,
}

/// Asks for the messages of one account.
#[derive(Clone)]
pub struct Puller {
    sender: Sender,
    take: Take,
    welcome: WelcomeInWords,
}

impl std::fmt::Debug for Puller {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Puller").field(self.sender.outbox()).finish()
    }
}

/// One part of an account, and up to where it was read.
struct Place {
    name: String,
    state: PullState,
}

impl Puller {
    /// Asks as the sender of the same account would.
    #[must_use]
    pub fn new(sender: Sender, take: Take) -> Self {
        Self {
            sender,
            take,
            welcome: Arc::new(String::new),
        }
    }

    /// Greets those who have just come, on platforms that say so.
    #[must_use]
    pub fn welcoming(self, welcome: WelcomeInWords) -> Self {
        Self { welcome, ..self }
    }

    /// Asks once: for the first part that said there is something, or, `anyhow`, for each that is known.
    ///
    /// # Errors
    /// When the store cannot be read or written.
    pub async fn ask_next(&self, now: Timestamp, anyhow: bool) -> Result<Asked, StoreError> {
        let Destination::Platform(platform) = &*self.sender.to else {
            return Ok(Asked::Nothing);
        };
        let mut all = Asked::Nothing;
        for place in self.places(platform).await? {
            let is_due = anyhow || is_polled(&platform.account) || place.state.hint.is_some();
            if !is_due {
                continue;
            }
            match self.ask(platform, place, now).await? {
                Asked::Nothing => {}
                failed @ Asked::Failed(_) => return Ok(failed),
                Asked::Took(more) => {
                    let before = if let Asked::Took(n) = all { n } else { 0 };
                    all = Asked::Took(before + more);
                }
            }
        }
        Ok(all)
    }

    async fn places(&self, platform: &Platform) -> Result<Vec<Place>, StoreError> {
        let known = self.sender.store.endpoint(self.sender.outbox()).await?;
        let mut places: Vec<Place> = known
            .pulls
            .into_iter()
            .map(|(name, state)| Place { name, state })
            .collect();
        if places.is_empty() && is_polled(&platform.account) {
            places.push(Place {
                name: String::new(),
                state: PullState::default(),
            });
        }
        Ok(places)
    }

    /// Reads a part of an account to its end.
    async fn ask(
        &self,
        platform: &Platform,
        mut place: Place,
        now: Timestamp,
    ) -> Result<Asked, StoreError> {
        let mut count = 0;
        loop {
            let found = match self.read_on(platform, &place, now).await {
                Ok(found) => found,
                Err(why) => return Ok(Asked::Failed(why)),
            };
            let greeted = self.greetings(platform, &found, now).await;
            let of_customers = found.accepted.messages.iter();
            let messages = of_customers.filter(|one| one.person.is_none()).count();
            let asked = self.sender.with_hands(platform, found.accepted, now);
            let accepted = match asked.await? {
                Ok(accepted) => accepted,
                Err(why) => return Ok(Asked::Failed(why)),
            };
            if !(self.take)(Arc::clone(&platform.account), accepted).await {
                return Ok(Asked::Failed("what was read could not be kept".to_owned()));
            }
            for request in greeted.iter().chain(&found.requests) {
                // Nothing depends on it: a greeting that is not there, or the clock on a button that stands a little longer.
                let _ = self.sender.post(platform, request).await;
            }
            count += messages;
            let cursor = found.cursor.unwrap_or_else(|| place.state.cursor.clone());
            let goes_on = found.more && cursor != place.state.cursor;
            let is_news = cursor != place.state.cursor;
            if is_news || (!goes_on && place.state.hint.is_some()) {
                let done_with = place.state.hint.clone().filter(|_| !goes_on);
                let change = EndpointChange::Pulled {
                    place: place.name.clone(),
                    cursor: cursor.clone(),
                    done_with,
                };
                self.keep(change).await?;
            }
            place.state.cursor = cursor;
            if !goes_on {
                return Ok(Asked::Took(count));
            }
        }
    }

    /// What is new; where what stands on its later pages changes what the first ones mean, as much of it as can be read. What was read is not
    /// kept back by what cannot be: that is asked for from there on, and nothing that its people wrote meanwhile is answered, since their
    /// platform takes nothing from others.
    async fn read_on(
        &self,
        platform: &Platform,
        place: &Place,
        now: Timestamp,
    ) -> Result<Pulled, String> {
        let mut found = self.read(platform, place, now).await?;
        if !reads_on(&platform.account) {
            return Ok(found);
        }
        let mut at = Place {
            name: place.name.clone(),
            state: place.state.clone(),
        };
        for _ in 1..PAGES {
            let is_news = |cursor: &String| found.more && *cursor != at.state.cursor;
            let Some(cursor) = found.cursor.clone().filter(is_news) else {
                break;
            };
            at.state.cursor = cursor;
            match self.read(platform, &at, now).await {
                Ok(more) => found = joined(found, more),
                Err(why) => {
                    tracing::warn!(account = %self.sender.outbox(), why, "channel.page_not_read");
                    break;
                }
            }
        }
        Ok(found)
    }

    /// What those are greeted with who have just come. Greeted once more, the platform knows that they were.
    async fn greetings(&self, platform: &Platform, found: &Pulled, now: Timestamp) -> Vec<Request> {
        if found.entered.is_empty() {
            return Vec::new();
        }
        match self.sender.fetched(platform, now).await {
            Ok(token) => welcomes(&platform.account, found, &token, &(self.welcome)()),
            Err(_) => Vec::new(),
        }
    }

    async fn keep(&self, change: EndpointChange) -> Result<(), StoreError> {
        let commit = Commit::new().endpoint(self.sender.outbox().clone(), change);
        match self.sender.store.commit(commit).await {
            Ok(()) | Err(CommitError::Conflict(_)) => Ok(()),
            Err(CommitError::Store(error)) => Err(error),
        }
    }

    async fn read(
        &self,
        platform: &Platform,
        place: &Place,
        now: Timestamp,
    ) -> Result<Pulled, String> {
        let token = self
            .sender
            .fetched(platform, now)
            .await
            .map_err(Judgement::in_words)?;
        let pull = Pull {
            account: &platform.account,
            place: &place.name,
            cursor: &place.state.cursor,
            hint: place.state.hint.as_deref().unwrap_or_default(),
            token: &token,
            second: now.as_second(),
        };
        let Some(request) = pull_request(&pull) else {
            return Ok(Pulled::default());
        };
        let response = self.sender.post(platform, &request).await?;
        let status = response.status().as_u16();
        let body = whole(response, PULLED).await;
        let body = body.map_err(Judgement::in_words)?;
        let responded = Responded {
            status,
            body: &body,
        };
        match pulled(&pull, &responded) {
            Ok(found) => Ok(found),
            Err(judgement) => {
                if matches!(judgement, Judgement::Renew(_)) {
                    platform.token.ended(&token).await;
                }
                Err(judgement.in_words())
            }
        }
    }

    async fn work(self) {
        let mut changes = self.sender.store.outbox_changes();
        let is_polled = match &*self.sender.to {
            Destination::Platform(platform) => is_polled(&platform.account),
            Destination::Endpoint(_) => return,
        };
        let (mut failures, mut anyhow) = (0, true);
        loop {
            changes.mark_unchanged();
            let asked = self.ask_next(self.sender.clock.now(), anyhow).await;
            let pause = match asked {
                Ok(Asked::Took(_)) if is_polled => {
                    failures = 0;
                    continue;
                }
                Ok(Asked::Took(_) | Asked::Nothing) => {
                    failures = 0;
                    ANYHOW
                }
                Ok(Asked::Failed(why)) => {
                    tracing::warn!(account = %self.sender.outbox(), why, "channel.not_read");
                    failures = (failures + 1).min(AGAIN.len());
                    Duration::from_secs(AGAIN[failures - 1])
                }
                Err(StoreError::Stopped { .. }) => return,
                Err(error) => {
                    tracing::error!(%error, account = %self.sender.outbox(), "channel.not_read");
                    failures = AGAIN.len();
                    Duration::from_secs(AGAIN[failures - 1])
                }
            };
            tokio::select! {
                () = tokio::time::sleep(pause) => anyhow = true,
                changed = changes.changed(), if failures == 0 => {
                    if changed.is_err() { return }
                    anyhow = false;
                }
            }
        }
    }
}

/// So many pages are read before what is on them is taken.
const PAGES: usize = 20;
/// Of an answer so much is read.
const PULLED: usize = 8 << 20;

/// Lets pullers work until the guard is dropped.
#[must_use]
pub fn run_pullers(pullers: Vec<Puller>) -> Running {
    let mut tasks = JoinSet::new();
    for puller in pullers {
        tasks.spawn(puller.work());
    }
    Running { tasks }
}
