//! What became of a message to a customer: written into the log of its conversation by the commit that takes it out of the outbox, or
//! leaves it there for its next attempt.

use jiff::{SignedDuration, Timestamp};

use super::platform::Platform;
use super::{Progress, Sender};
use crate::channels::{Account, Judgement, is_shut, name_on_letter, paces};
use crate::clock;
use crate::domain::channel::{KNOWN_FOR, Known, MessageState, PlatformId};
use crate::domain::conversation::{Actor, Conversation, Event, EventBody, Hands, Seq};
use crate::domain::ids::ConversationId;
use crate::domain::webhook::{Delivery, DeliveryState, ToCustomer, after_attempt};
use crate::store::{Commit, CommitError, StoreError};

/// Other changes of a conversation may come in between so often.
const ATTEMPTS: usize = 8;

/// Which message is where now, and why.
pub(super) type Moved = (ToCustomer, MessageState, Option<String>);

/// Where people at a platform stand with a conversation, after a request that was to tell them or to ask.
#[derive(Clone, Copy)]
pub(super) enum Told {
    /// They know of it.
    Known,
    /// They do not, and will not.
    Never,
    /// They do not yet, as far as is known.
    NotYet {
        /// Whether they will not for so long that it waits for people here.
        is_far: bool,
        /// Whether they may know all the same: it was not heard what became of the request.
        may_know: bool,
    },
    /// They gave it back to the bot.
    Back,
    /// They called it done.
    Done,
    /// None of them has it any more.
    Over,
}

/// Whether people at a platform know, after a request; nothing where that changes nothing.
fn told(to: &ToCustomer, may_know: bool, moved: Option<&Moved>, is_taken: bool) -> Option<Told> {
    if !to.hands_over {
        return None;
    }
    if is_taken {
        return Some(Told::Known);
    }
    // Once it is open there, they have it, whatever becomes of the note.
    if to.taken > 0 {
        return None;
    }
    let state = moved.map(|(_, state, _)| *state);
    match state {
        Some(MessageState::Queued) | None => {
            let is_far = state.is_some();
            let is_news = is_far || may_know;
            is_news.then_some(Told::NotYet { is_far, may_know })
        }
        Some(_) => Some(Told::Never),
    }
}

impl Sender {
    /// Writes down what a request came to.
    pub(super) async fn settle_message(
        &self,
        platform: &Platform,
        delivery: Delivery,
        to: &ToCustomer,
        (judgement, is_last): (Judgement, bool),
        now: Timestamp,
    ) -> Result<Progress, StoreError> {
        let id = delivery.id.clone();
        let is_taken = matches!(judgement, Judgement::Sent(_));
        let unanswered = delivery.message.as_ref().and_then(|to| to.unanswered);
        let moved = |state, why| Some((to.clone(), state, why));
        let gone = match &to.letter {
            Some(letter) if letter.is_notice => MessageState::Noticed,
            _ => MessageState::Sent,
        };
        let (commit, moved, progress) = match judgement {
            Judgement::Sent(name) => {
                // What becomes of a note is nobody's news.
                let name = name.filter(|_| !to.hands_over);
                let commit = self
                    .known_as((&platform.account, Commit::new()), &delivery, to, name, now)
                    .await?;
                if is_last {
                    let commit = commit.delivered(id.clone());
                    (commit, moved(gone, None), Progress::Delivered(id))
                } else {
                    (
                        commit.delivery(delivery.taken(now)),
                        None,
                        Progress::Partly(id),
                    )
                }
            }
            Judgement::Closed(why) => {
                let is_news = to.held.is_none() || delivery.failure.as_ref() != Some(&why);
                let moved = moved(MessageState::Held, Some(why.clone())).filter(|_| is_news);
                let why = (why, to.with_people);
                let commit = Commit::new().delivery(delivery.held(why, now));
                (commit, moved, Progress::Held(id))
            }
            Judgement::Never(why) => {
                let moved = moved(MessageState::Failed, Some(why.clone()));
                let commit = Commit::new().delivery(delivery.given_up(why, now));
                (commit, moved, Progress::GivenUp(id))
            }
            Judgement::Account(why) => self.refused_with_all((platform, to), delivery, why, now),
            Judgement::Renew(why) => self.later(to, delivery, (why, None), now),
            Judgement::Later(why, wait) => self.later(to, delivery, (why, wait), now),
        };
        let commit = match platform.spoke() {
            Some(change) => commit.endpoint(self.outbox().clone(), change),
            None => commit,
        };
        let about = &to.message.conversation;
        let spoke = (is_taken && !to.hands_over).then_some((about, now));
        let told = told(to, unanswered.is_some(), moved.as_ref(), is_taken).map(|one| (about, one));
        self.write(platform, commit, (moved, told), spoke).await?;
        Ok(progress)
    }

    /// It is tried again, unless that was the last attempt.
    pub(super) fn later(
        &self,
        to: &ToCustomer,
        delivery: Delivery,
        (why, wait): (String, Option<SignedDuration>),
        now: Timestamp,
    ) -> (Commit, Option<Moved>, Progress) {
        let id = delivery.id.clone();
        tracing::warn!(delivery = %id, attempt = delivery.attempts + 1, why, "delivery.failed");
        // The attempt itself took its time: whoever asks for patience asks from now on.
        let ended = self.clock.now().max(now);
        let is_said = delivery.waits_long() && delivery.failure.as_ref() == Some(&why);
        let after = after_attempt(delivery, why.clone(), wait, ended, clock::random());
        match after.state {
            DeliveryState::Waiting { .. } => {
                let is_news = after.waits_long() && !is_said;
                let moved = is_news.then(|| (to.clone(), MessageState::Queued, Some(why)));
                (Commit::new().delivery(after), moved, Progress::Retrying(id))
            }
            DeliveryState::Failed { .. } | DeliveryState::Delivered { .. } => {
                let moved = Some((to.clone(), MessageState::Failed, Some(why)));
                (Commit::new().delivery(after), moved, Progress::GivenUp(id))
            }
        }
    }

    /// The platform's name for what was sent, so that its fate is known when the platform tells it.
    async fn known_as(
        &self,
        (account, commit): (&Account, Commit),
        delivery: &Delivery,
        to: &ToCustomer,
        name: Option<String>,
        now: Timestamp,
    ) -> Result<Commit, StoreError> {
        let own = name_on_letter(account, &delivery.event).filter(|own| Some(own) != name.as_ref());
        let with = to.letter.as_ref().map_or(&[][..], |letter| &letter.with);
        let mut commit = commit;
        for name in name.into_iter().chain(own) {
            let id = PlatformId::outgoing(&delivery.id.endpoint, &name);
            if self.store.known(&id).await?.is_none() {
                commit = commit.know(Known {
                    id,
                    message: to.message.clone(),
                    with: with.to_vec(),
                    until: now + KNOWN_FOR,
                });
            }
        }
        Ok(commit)
    }

    /// Writes a commit, with what became of a message as an event of its conversation, and that the platform took something there.
    pub(super) async fn write(
        &self,
        platform: &Platform,
        commit: Commit,
        (moved, told): (Option<Moved>, Option<(&ConversationId, Told)>),
        spoke: Option<(&ConversationId, Timestamp)>,
    ) -> Result<(), StoreError> {
        let about = moved.as_ref().map(|(to, ..)| &to.message.conversation);
        let about = about.or(spoke.map(|(conversation, _)| conversation));
        let about = about.or(told.map(|(conversation, _)| conversation));
        for _ in 0..ATTEMPTS {
            let Some(conversation) = about else {
                break;
            };
            let Some(mut row) = self.store.conversation(conversation).await? else {
                break;
            };
            let (id, revision) = (row.id.clone(), row.revision);
            if let (Some((_, at)), Some(to)) = (spoke, &mut row.recipient) {
                let pace = paces(platform.account.key.channel).conversation;
                let is_answer = is_shut(to, false, at).is_none();
                to.note_taken(at, pace.within, is_answer);
            }
            let mut events = self.moved_in(&mut row, moved.as_ref());
            if let Some((_, told)) = told {
                events.extend(self.told_in(&mut row, told));
            }
            let whole = commit.clone().expecting(&id, revision).events(events);
            match self.store.commit(whole.conversation(row)).await {
                // Somebody else changed the conversation at that moment.
                Err(CommitError::Conflict(Some(_))) => {}
                Err(CommitError::Store(error)) => return Err(error),
                // Somebody asked for it to be sent again meanwhile: what they wrote holds.
                Ok(()) | Err(CommitError::Conflict(None)) => {
                    if moved.is_some() || told.is_some() {
                        (platform.on_change)(&id);
                    }
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

    /// Who has the conversation now that people at its platform know of it, or do not.
    fn told_in(&self, row: &mut Conversation, told: Told) -> Vec<Event> {
        let now = self.clock.now();
        let bodies = match told {
            Told::Known => row.known_there(now),
            Told::Never => row.call_back(now),
            Told::NotYet { is_far, may_know } => row.not_known_there(is_far, may_know, now),
            Told::Back => row.in_hands(Hands::Desk, now),
            Told::Done => row.in_hands(Hands::Nobody, now),
            Told::Over => row.ended_there(now),
        };
        let events = bodies.into_iter();
        events
            .map(|body| row.next_event(Actor::System, body, now))
            .collect()
    }

    /// What became of a message, as events: of a letter, of each that stands in it.
    fn moved_in(&self, row: &mut Conversation, moved: Option<&Moved>) -> Vec<Event> {
        let Some((to, state, why)) = moved else {
            return Vec::new();
        };
        let with = to.letter.iter().flat_map(|letter| &letter.with);
        let all = std::iter::once(&to.message.seq).chain(with);
        let event = |message: &Seq| {
            let body = EventBody::MessageMoved {
                message: *message,
                state: *state,
                why: why.clone(),
            };
            row.note(body, self.clock.now())
        };
        all.map(event).collect()
    }
}
