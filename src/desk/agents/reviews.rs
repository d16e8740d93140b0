//! Where the bot was wrong: an agent says so with a click, and whoever writes the rules works through the list.

use super::handling::sees_merchant;
use crate::clock::Clock;
use crate::desk::access::roll::Roll;
use crate::desk::{Desk, DeskError, counted};
use crate::domain::account::Agent;
use crate::domain::audit::Audited;
use crate::domain::conversation::{Actor, Conversation, Event, EventBody, Seq};
use crate::domain::ids::{ConversationId, IntentId};
use crate::domain::redact::redact;
use crate::domain::report::Day;
use crate::domain::review::Review;
use crate::store::{Commit, Store};

/// So far before an answer the messages stand that it answers.
const LOOK_BACK: u64 = 40;
/// No note is longer, in characters.
const NOTE: usize = 500;

impl Desk {
    /// Says of an answer of the bot that it was wrong, and what the message was; said again, the last word holds. What is only guessed holds
    /// until somebody says it.
    ///
    /// # Errors
    /// [`DeskError::NotFound`] when the agent sees no such answer; [`DeskError::Invalid`] for an intent that is none, or a long note.
    pub async fn bot_was_wrong(
        &self,
        agent: &Agent,
        id: &ConversationId,
        (reply, is_guess): (Seq, bool),
        right: Option<IntentId>,
        note: Option<String>,
    ) -> Result<Review, DeskError> {
        let row = self.conversation(agent, id).await?;
        if let Some(right) = right
            .as_ref()
            .filter(|right| self.rules().intent(right).is_none())
        {
            return Err(DeskError::Invalid(format!("there is no intent `{right}`")));
        }
        let note = note.filter(|note| !note.trim().is_empty());
        if note
            .as_ref()
            .is_some_and(|note| note.chars().count() > NOTE)
        {
            return Err(DeskError::Invalid(format!(
                "a note has at most {NOTE} characters"
            )));
        }
        let before = Seq(reply.0.saturating_sub(LOOK_BACK));
        let length = usize::try_from(reply.0 - before.0).unwrap_or_default();
        let events = self.store.events(id, before, length).await?;
        let Some((answer, earlier)) = events.split_last().filter(|(last, _)| last.seq == reply)
        else {
            return Err(DeskError::NotFound);
        };
        let EventBody::Reply {
            because: Some(because),
            ..
        } = &answer.body
        else {
            return Err(DeskError::NotFound);
        };
        let review = Review {
            conversation: id.clone(),
            reply,
            merchant: row.merchant.clone(),
            at: self.clock.now(),
            by: agent.id.clone(),
            message: answered(earlier),
            language: row.language,
            took_for: because.intent.clone(),
            rule: because.rule.clone(),
            matched: because.matched.clone(),
            right,
            note: note.map(|note| redact(note.trim()).text),
            done: None,
        };
        self.list_for_review(&row, review, is_guess).await
    }

    /// Puts it on the list, counts it once, and writes down who said it. What somebody has said of it is not lost to a guess.
    async fn list_for_review(
        &self,
        row: &Conversation,
        review: Review,
        is_guess: bool,
    ) -> Result<Review, DeskError> {
        let id = &review.conversation;
        let known = self.store.review(id, review.reply).await?;
        if let Some(known) = known.clone().filter(|_| is_guess) {
            return Ok(known);
        }
        let day = Day {
            wrong: u64::from(known.is_none()),
            ..Day::default()
        };
        let date = self.today(row, review.at);
        let entry = self.entry(&review.by, Audited::BotWasWrong, Some(id.to_string()), None);
        let commit = Commit::new().review(review.clone()).audit(entry);
        let commit = commit.count(row.merchant.clone(), date, row.counts_in(), day);
        match self.commit(commit).await {
            // It was erased at that moment.
            Err(DeskError::SessionChanged) => return Err(DeskError::NotFound),
            other => other?,
        }
        counted::wrong_answers().increment(1);
        Ok(review)
    }

    /// Where the bot was wrong, as far as an agent sees, without what somebody is done with.
    ///
    /// # Errors
    /// When the store cannot be read, or not write that it was.
    pub async fn reviews(&self, agent: &Agent) -> Result<Vec<Review>, DeskError> {
        let mut all = listed(&self.store, false).await?;
        all.retain(|one| sees_merchant(agent, &one.merchant));
        if !all.is_empty() {
            self.looked(&agent.id, Audited::ReviewsRead, None).await?;
        }
        Ok(all)
    }

    /// A lead is done with a wrong answer: it is on the list no more. Or they are not, after all.
    ///
    /// # Errors
    /// [`DeskError::NotFound`] when it is not on the list, or another merchant's: the two look alike.
    pub async fn review_done(
        &self,
        agent: &Agent,
        id: &ConversationId,
        reply: Seq,
        is_done: bool,
    ) -> Result<Review, DeskError> {
        let found = self.store.review(id, reply).await?;
        let found = found.filter(|one| sees_merchant(agent, &one.merchant));
        let review = Review {
            done: is_done.then(|| self.clock.now()),
            ..found.ok_or(DeskError::NotFound)?
        };
        let what = match is_done {
            true => Audited::ReviewDone,
            false => Audited::ReviewPutBack,
        };
        let entry = self.entry(&agent.id, what, Some(id.to_string()), None);
        let commit = Commit::new().review(review.clone()).audit(entry);
        match self.commit(commit).await {
            // It was erased at that moment.
            Err(DeskError::SessionChanged) => Err(DeskError::NotFound),
            other => other.map(|()| review),
        }
    }
}

/// The messages that an answer answers: those since the answer before it.
fn answered(events: &[Event]) -> String {
    let since = events.iter().rev();
    let mut since: Vec<&str> = since
        .take_while(|event| {
            !matches!(
                (&event.body, &event.by),
                (EventBody::Reply { .. }, Actor::Agent(_))
            )
        })
        .scan(false, |heard, event| match &event.body {
            EventBody::Message { text, .. } => {
                *heard = true;
                Some(Some(text.as_str()))
            }
            EventBody::Reply { .. } if *heard => None,
            _ => Some(None),
        })
        .flatten()
        .collect();
    since.reverse();
    since.join("\n")
}

/// All that is on the review list, without what is done unless that is asked for.
///
/// # Errors
/// When the store cannot be read.
pub async fn listed(store: &Store, with_done: bool) -> Result<Vec<Review>, DeskError> {
    let (mut all, mut cursor) = (Vec::new(), None);
    loop {
        let page = store.reviews(cursor.as_ref(), usize::MAX).await?;
        all.extend(
            page.rows
                .into_iter()
                .filter(|one| with_done || one.done.is_none()),
        );
        cursor = page.next;
        if cursor.is_none() {
            all.sort_by_key(|one| one.at);
            return Ok(all);
        }
    }
}

/// Somebody is done with one.
///
/// # Errors
/// [`DeskError::Invalid`] when it is not on the list; when the store cannot write.
pub async fn done(
    roll: Roll<'_>,
    clock: &Clock,
    id: &ConversationId,
    reply: Seq,
) -> Result<Review, DeskError> {
    let not_there = || DeskError::Invalid("this is not on the review list".to_owned());
    let found = roll.store.review(id, reply).await?;
    let found = found.ok_or_else(not_there)?;
    let review = Review {
        done: Some(clock.now()),
        ..found
    };
    let change = Commit::new().review(review.clone());
    match roll
        .write(change, Audited::ReviewDone, id.to_string())
        .await
    {
        // It was erased at that moment.
        Err(DeskError::SessionChanged) => Err(not_there()),
        other => other.map(|()| review),
    }
}
