//! One account at a messaging platform: what is needed to send from it, and what is remembered of it meanwhile, which is when messages went out of
//! late, until when it keeps quiet, and the token that it sends with. Asks nobody anything.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

use super::address::Allowed;
use super::called::{BriefInWords, MoreOnPage, OnChange, OnFile};
use super::pacing::Sent;
use crate::channels::{Account, paces};
use crate::domain::conversation::Conversation;
use crate::domain::ids::ConversationId;
use crate::domain::spoken::Spoken;
use crate::domain::webhook::{EndpointChange, PATIENCE, ToCustomer};

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
    /// Who is given a file that was fetched.
    pub on_file: OnFile,
    /// What goes before what the bot says, where it is to say who speaks.
    pub who_speaks: MoreOnPage,
    /// What goes behind what is said.
    pub more_on_page: MoreOnPage,
    /// What people at the platform are told when they are to take over.
    pub brief: BriefInWords,
    /// When messages went out of late.
    pub sent: Mutex<Sent>,
    /// Until when the account keeps quiet, and why.
    pub quiet_until: Mutex<Quiet>,
    /// The token that was fetched.
    pub token: Token,
}

impl std::fmt::Debug for Platform {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Platform")
            .field("account", &self.account.key.outbox)
            .finish_non_exhaustive()
    }
}

impl Platform {
    /// From when on one more may go out, as far as the platform takes so much.
    pub(super) fn free_from(&self, conversation: &ConversationId) -> Timestamp {
        let sent = self.sent.lock().unwrap_or_else(PoisonError::into_inner);
        sent.free_from(&paces(self.account.key.channel), conversation)
    }

    /// Whether people there hear of a hand-over by the answer to a request that brought a message, and by nothing that is sent.
    pub(super) fn tells_by_answer(&self, to: &ToCustomer) -> bool {
        to.hands_over && self.account.key.channel.answers_inline()
    }

    pub(super) fn account_free_from(&self) -> Timestamp {
        let sent = self.sent.lock().unwrap_or_else(PoisonError::into_inner);
        sent.account_free_from(&paces(self.account.key.channel))
    }

    /// What is to be written down of what went out.
    pub(super) fn spoke(&self) -> Option<EndpointChange> {
        let mut sent = self.sent.lock().unwrap_or_else(PoisonError::into_inner);
        let at = sent.take_unwritten()?;
        let within = paces(self.account.key.channel).account.within;
        Some(EndpointChange::Spoke { at, within })
    }

    pub(super) fn is_recalled(&self) -> bool {
        let sent = self.sent.lock().unwrap_or_else(PoisonError::into_inner);
        sent.is_recalled()
    }

    pub(super) fn recall(&self, spoken: &[Spoken]) {
        let mut sent = self.sent.lock().unwrap_or_else(PoisonError::into_inner);
        sent.recall(&paces(self.account.key.channel), spoken);
    }

    pub(super) fn remembers(&self, conversation: &ConversationId) -> bool {
        let sent = self.sent.lock().unwrap_or_else(PoisonError::into_inner);
        sent.remembers(conversation)
    }

    pub(super) fn recall_customer(&self, row: &Conversation) {
        let to = row.recipient.as_ref();
        let spoken = to.map_or(&[][..], |to| &to.spoken);
        let mut sent = self.sent.lock().unwrap_or_else(PoisonError::into_inner);
        sent.recall_customer(&paces(self.account.key.channel), &row.id, spoken);
    }

    pub(super) fn note_sent(&self, conversation: &ConversationId, now: Timestamp) {
        let mut sent = self.sent.lock().unwrap_or_else(PoisonError::into_inner);
        sent.note(&paces(self.account.key.channel), conversation, now);
    }
}

/// Until when an account keeps quiet, and why.
#[derive(Debug, Default)]
pub struct Quiet {
    pub(super) until: Option<Timestamp>,
    /// What is to be mended first; none where its platform asked for patience.
    pub(super) refused: Option<String>,
    /// When its platform last took something.
    taken_at: Option<Timestamp>,
}

impl Quiet {
    fn longer(&mut self, until: Timestamp, refused: Option<String>) {
        if self.until.is_none_or(|before| before < until) {
            self.until = Some(until);
            self.refused = refused;
        }
    }
}

impl Platform {
    /// Until when the account keeps quiet.
    pub(super) fn quiet_until(&self) -> Option<Timestamp> {
        self.quiet(|quiet| quiet.until)
    }

    /// All of the account keeps quiet for so long from a time on, where its platform asks for that, and never for longer than anybody may ask.
    pub(super) fn keep_quiet(&self, asked: Option<SignedDuration>, from: Timestamp) {
        let Some(asked) = asked.map(|asked| asked.min(PATIENCE)) else {
            return;
        };
        let until = from.checked_add(asked).unwrap_or(Timestamp::MAX);
        tracing::warn!(account = %self.account.key.outbox, %until, "channel.asks_for_patience");
        self.quiet(|quiet| quiet.longer(until, None));
    }

    /// All of the account keeps quiet for a while: nothing of it is taken, and why.
    pub(super) fn note_refused(&self, why: &str, until: Timestamp) {
        tracing::error!(account = %self.account.key.outbox, why, "channel.account_refused");
        self.quiet(|quiet| quiet.longer(until, Some(why.to_owned())));
    }

    /// The platform took something.
    pub(super) fn note_taken(&self, now: Timestamp) {
        self.quiet(|quiet| quiet.taken_at = Some(now));
    }

    pub(super) fn has_taken_since(&self, then: Timestamp) -> bool {
        self.quiet(|quiet| quiet.taken_at.is_some_and(|at| at > then))
    }

    pub(super) fn quiet<T>(&self, with: impl FnOnce(&mut Quiet) -> T) -> T {
        let quiet = self.quiet_until.lock();
        with(&mut quiet.unwrap_or_else(PoisonError::into_inner))
    }
}

type Held<'a> = tokio::sync::MutexGuard<'a, Option<(String, Timestamp)>>;

/// The token that was fetched, and until when it is good.
#[derive(Debug, Default)]
pub struct Token(tokio::sync::Mutex<Option<(String, Timestamp)>>);

impl Token {
    /// What is kept of it; whoever has this is the only one who fetches one.
    pub(super) async fn kept(&self) -> Held<'_> {
        self.0.lock().await
    }

    /// The platform does not know this token any more. One that was fetched meanwhile stays.
    pub(super) async fn ended(&self, token: &str) {
        let mut kept = self.0.lock().await;
        kept.take_if(|(known, _)| known == token);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn one_that_ended_goes_and_one_that_was_fetched_meanwhile_stays() {
        let until = Timestamp::MAX;
        let token = Token(tokio::sync::Mutex::new(Some(("new".to_owned(), until))));
        token.ended("old").await;
        assert!(token.0.lock().await.is_some());
        token.ended("new").await;
        assert!(token.0.lock().await.is_none());
    }
}
