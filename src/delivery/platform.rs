//! One request to a messaging platform, and what its answer means for the message and for its conversation.
//!
//! What is said is read from the log when it is sent, and where its customer is reached from the row as it is then. What becomes of it
//! is written into the log by the commit that takes it out of the outbox.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use reqwest::header::{CONTENT_TYPE, RETRY_AFTER};
use reqwest::{Response, StatusCode, Url};

use super::address::{Allowed, Refused};
use super::attempt::in_words;
use super::{Progress, Sender};
use crate::channels::{
    Account, Judgement, Outbound, Request, Responded, Way, judge, render, window,
};
use crate::clock;
use crate::domain::channel::{KNOWN_FOR, Known, MessageRef, MessageState, PlatformId};
use crate::domain::conversation::{Conversation, EventBody, Seq};
use crate::domain::ids::ConversationId;
use crate::domain::redact::redact;
use crate::domain::webhook::{Delivery, DeliveryState, ToCustomer, after_attempt, retry_after};
use crate::store::{Commit, CommitError, StoreError};

/// Of an answer so much is read.
const ANSWER: usize = 64 * 1024;
/// Of what a platform says, so many characters are kept.
const WORDS: usize = 300;
/// An answer to the last message may go out as such for so long.
const ANSWERS_WITHIN: SignedDuration = SignedDuration::from_secs(50);
/// Other changes of a conversation may come in between so often.
const ATTEMPTS: usize = 8;

/// Who is told that a conversation has changed.
pub type OnChange = Arc<dyn Fn(&ConversationId) + Send + Sync>;

/// One account, and what is needed to send from it.
pub struct Platform {
    /// The account.
    pub account: Arc<Account>,
    /// Where its platform may be.
    pub allowed: Allowed,
    /// So long it has to answer.
    pub timeout: Duration,
    /// Who is told what became of a message.
    pub on_change: OnChange,
    /// The platform asked for patience until then.
    pub quiet_until: Mutex<Option<Timestamp>>,
}

impl std::fmt::Debug for Platform {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Platform")
            .field("account", &self.account.key.outbox)
            .finish_non_exhaustive()
    }
}

impl Platform {
    fn quiet_until(&self) -> Option<Timestamp> {
        *self
            .quiet_until
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    fn keep_quiet(&self, until: Timestamp) {
        let mut quiet = self
            .quiet_until
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        *quiet = (*quiet).max(Some(until));
    }
}

/// A message as it is to be sent now.
struct Ready {
    row: Conversation,
    requests: Vec<Request>,
}

/// What a request came to, and how long all of the account is to keep quiet.
struct Attempted {
    judgement: Judgement,
    quiet: Option<SignedDuration>,
}

/// What a platform says may repeat what it was sent.
fn masked(why: &str) -> String {
    let short: String = why.chars().take(WORDS).collect();
    redact(&short).text
}

impl Sender {
    /// From when on a message may be tried: not while its platform asks for patience, and not before its customer wrote again where it
    /// is held.
    pub(super) async fn released_from(
        &self,
        platform: &Platform,
        delivery: &Delivery,
        from: Timestamp,
    ) -> Result<Option<Timestamp>, StoreError> {
        let quiet = platform.quiet_until().map_or(from, |until| until.max(from));
        let Some(ToCustomer {
            held: Some(since),
            message,
            ..
        }) = &delivery.message
        else {
            return Ok(Some(quiet));
        };
        let row = self.store.conversation(&message.conversation).await?;
        let heard = row.and_then(|row| Some(row.recipient?.heard_at));
        Ok(heard.filter(|heard| heard > since).map(|_| quiet))
    }

    /// Makes the next request of a message, and writes down what came of it.
    pub(super) async fn send(
        &self,
        platform: &Platform,
        delivery: Delivery,
        now: Timestamp,
    ) -> Result<Progress, StoreError> {
        let Some(to) = delivery.message.clone() else {
            let progress = Progress::GivenUp(delivery.id.clone());
            let why = "it is no message to a customer".to_owned();
            let commit = Commit::new().delivery(delivery.given_up(why, now));
            self.write(platform, commit, None).await?;
            return Ok(progress);
        };
        let Some(ready) = self.ready(platform, &delivery, &to, now).await? else {
            return self.nothing_to_say(platform, delivery).await;
        };
        let heard = ready.row.recipient.as_ref().map(|to| to.heard_at);
        let is_closed = heard.zip(window(platform.account.key.channel));
        let is_closed = is_closed.is_some_and(|(heard, most)| now.duration_since(heard) > most);
        let taken = usize::try_from(to.taken).unwrap_or(usize::MAX);
        let attempted = match ready.requests.get(taken) {
            Some(_) if is_closed => Attempted {
                judgement: Judgement::Closed(
                    "the customer has not written for too long".to_owned(),
                ),
                quiet: None,
            },
            Some(request) => self.request(platform, request, now).await,
            None => return self.nothing_to_say(platform, delivery).await,
        };
        if let Some(quiet) = attempted.quiet {
            let ended = self.clock.now().max(now);
            platform.keep_quiet(ended.checked_add(quiet).unwrap_or(Timestamp::MAX));
        }
        let is_last = taken + 1 >= ready.requests.len();
        let progress = self
            .settle_message(platform, delivery, &to, (attempted.judgement, is_last), now)
            .await?;
        self.count(&progress);
        Ok(progress)
    }

    /// The message as it is to be sent now; none when there is nothing to say, or nobody to say it to.
    async fn ready(
        &self,
        platform: &Platform,
        delivery: &Delivery,
        to: &ToCustomer,
        now: Timestamp,
    ) -> Result<Option<Ready>, StoreError> {
        let MessageRef { conversation, seq } = &to.message;
        let before = Seq(seq.0.saturating_sub(1));
        let events = self.store.events(conversation, before, 1).await?;
        let said = events.first().filter(|event| event.seq == *seq);
        let said = said
            .and_then(|event| event.said())
            .map(|(text, choices)| Outbound {
                text: text.to_owned(),
                choices: choices.to_vec(),
            });
        let row = self.store.conversation(conversation).await?;
        let (Some(said), Some(row)) = (said, row) else {
            return Ok(None);
        };
        let Some(recipient) = &row.recipient else {
            return Ok(None);
        };
        let is_fresh = now.duration_since(recipient.heard_at) < ANSWERS_WITHIN;
        let way = Way {
            account: &platform.account,
            to: recipient,
            name: &delivery.event,
            second: now.as_second(),
            answers: to.answers && is_fresh && delivery.attempts == 0 && to.taken == 0,
        };
        let requests = render(&way, &said);
        Ok(Some(Ready { row, requests }))
    }

    async fn nothing_to_say(
        &self,
        platform: &Platform,
        delivery: Delivery,
    ) -> Result<Progress, StoreError> {
        let id = delivery.id;
        let commit = Commit::new().delivered(id.clone());
        self.write(platform, commit, None).await?;
        Ok(Progress::Delivered(id))
    }

    async fn request(&self, platform: &Platform, request: &Request, now: Timestamp) -> Attempted {
        let failed = |why: String| Attempted {
            judgement: Judgement::Later(why, None),
            quiet: None,
        };
        let Ok(url) = Url::parse(&request.url) else {
            return failed("its address is none".to_owned());
        };
        // An address that is written in numbers is never looked up, so it is checked here.
        if platform.allowed.check_host(&url).is_err() {
            return failed(Refused.to_string());
        }
        let post = self
            .client
            .0
            .post(url)
            .header(CONTENT_TYPE, "application/json");
        let headers = request.headers.iter();
        let post = headers.fold(post, |post, (name, value)| post.header(*name, value));
        match post.body(request.body.clone()).send().await {
            Ok(response) => self.answered(platform, response, now).await,
            Err(error) => failed(in_words(&error, platform.timeout)),
        }
    }

    async fn answered(
        &self,
        platform: &Platform,
        mut response: Response,
        now: Timestamp,
    ) -> Attempted {
        let status = response.status();
        let header = response.headers().get(RETRY_AFTER);
        let asked = header.and_then(|value| value.to_str().ok());
        let asked = asked.and_then(|value| retry_after(value, self.clock.now().max(now)));
        let mut body = Vec::new();
        while let Ok(Some(part)) = response.chunk().await {
            body.extend_from_slice(&part);
            if body.len() > ANSWER {
                break;
            }
        }
        let responded = Responded {
            status: status.as_u16(),
            body: &body,
        };
        let judgement = match judge(platform.account.key.channel, &responded) {
            Judgement::Later(why, wait) => Judgement::Later(masked(&why), wait.or(asked)),
            Judgement::Closed(why) => Judgement::Closed(masked(&why)),
            Judgement::Never(why) => Judgement::Never(masked(&why)),
            Judgement::Sent(name) => Judgement::Sent(name),
        };
        let quiet = match &judgement {
            Judgement::Later(_, wait) if status == StatusCode::TOO_MANY_REQUESTS => *wait,
            _ => None,
        };
        Attempted { judgement, quiet }
    }

    /// Writes down what a request came to.
    async fn settle_message(
        &self,
        platform: &Platform,
        delivery: Delivery,
        to: &ToCustomer,
        (judgement, is_last): (Judgement, bool),
        now: Timestamp,
    ) -> Result<Progress, StoreError> {
        let id = delivery.id.clone();
        let moved = |state, why| Some((to.message.clone(), state, why));
        let (commit, moved, progress) = match judgement {
            Judgement::Sent(name) => {
                let commit = self
                    .known_as(Commit::new(), &delivery, to, name, now)
                    .await?;
                if is_last {
                    let commit = commit.delivered(id.clone());
                    (
                        commit,
                        moved(MessageState::Sent, None),
                        Progress::Delivered(id),
                    )
                } else {
                    (
                        commit.delivery(delivery.taken(now)),
                        None,
                        Progress::Partly(id),
                    )
                }
            }
            Judgement::Closed(why) => {
                let is_news = to.held.is_none();
                let moved = moved(MessageState::Held, Some(why.clone())).filter(|_| is_news);
                let commit = Commit::new().delivery(delivery.held(why, now));
                (commit, moved, Progress::Held(id))
            }
            Judgement::Never(why) => {
                let moved = moved(MessageState::Failed, Some(why.clone()));
                let commit = Commit::new().delivery(delivery.given_up(why, now));
                (commit, moved, Progress::GivenUp(id))
            }
            Judgement::Later(why, wait) => {
                tracing::warn!(delivery = %id, attempt = delivery.attempts + 1, why, "delivery.failed");
                // The attempt itself took its time: whoever asks for patience asks from now on.
                let ended = self.clock.now().max(now);
                let after = after_attempt(delivery, why.clone(), wait, ended, clock::random());
                match after.state {
                    DeliveryState::Waiting { .. } => {
                        (Commit::new().delivery(after), None, Progress::Retrying(id))
                    }
                    DeliveryState::Failed { .. } => {
                        let moved = moved(MessageState::Failed, Some(why));
                        (Commit::new().delivery(after), moved, Progress::GivenUp(id))
                    }
                }
            }
        };
        self.write(platform, commit, moved).await?;
        Ok(progress)
    }

    /// The platform's name for what was sent, so that its fate is known when the platform tells it.
    async fn known_as(
        &self,
        commit: Commit,
        delivery: &Delivery,
        to: &ToCustomer,
        name: Option<String>,
        now: Timestamp,
    ) -> Result<Commit, StoreError> {
        let Some(name) = name else {
            return Ok(commit);
        };
        let id = PlatformId::outgoing(&delivery.id.endpoint, &name);
        if self.store.known(&id).await?.is_some() {
            return Ok(commit);
        }
        Ok(commit.know(Known {
            id,
            message: to.message.clone(),
            until: now + KNOWN_FOR,
        }))
    }

    /// Writes a commit, with what became of a message as an event of its conversation.
    async fn write(
        &self,
        platform: &Platform,
        commit: Commit,
        moved: Option<(MessageRef, MessageState, Option<String>)>,
    ) -> Result<(), StoreError> {
        for _ in 0..ATTEMPTS {
            let Some((message, state, why)) = &moved else {
                break;
            };
            let Some(mut row) = self.store.conversation(&message.conversation).await? else {
                break;
            };
            let (id, revision) = (row.id.clone(), row.revision);
            let body = EventBody::MessageMoved {
                message: message.seq,
                state: *state,
                why: why.clone(),
            };
            let event = row.note(body, self.clock.now());
            let whole = commit.clone().expecting(&id, revision).event(event);
            match self.store.commit(whole.conversation(row)).await {
                // Somebody else changed the conversation at that moment.
                Err(CommitError::Conflict(Some(_))) => {}
                Err(CommitError::Store(error)) => return Err(error),
                // Somebody asked for it to be sent again meanwhile: what they wrote holds.
                Ok(()) | Err(CommitError::Conflict(None)) => {
                    (platform.on_change)(&id);
                    return Ok(());
                }
            }
        }
        // Without the event rather than not at all: what was sent is not to be sent again.
        match self.store.commit(commit).await {
            Ok(()) | Err(CommitError::Conflict(_)) => Ok(()),
            Err(CommitError::Store(error)) => Err(error),
        }
    }
}
