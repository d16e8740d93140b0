//! Whose help a customer is asked about when a matter is resolved: once, and never in a dispute.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::owner::REOPEN_WITHIN;
use super::{Actor, Conversation, Event, EventBody, Owner, Status};
use crate::domain::channel::MessageState;
use crate::domain::handoff::HandoffReason;
use crate::domain::rating::Helper;

/// Matters that a customer is in dispute about: a question how satisfied they are would mock them.
const DISPUTES: [&str; 2] = ["refund_rejected", "complaint"];

/// Where a claim stands that is refused, as the log says it.
const REFUSED: &str = "rejected";

/// The words that ask for a score on a messaging platform begin with this in their name.
const QUESTION: &str = "form_csat_";

/// So long the request that brings a question may be under way: its answer may come sooner than that of the platform.
const UNDER_WAY: SignedDuration = SignedDuration::from_mins(2);

/// How far asking about a resolution has come. A customer who writes again makes it another one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Asking {
    /// Nobody has asked.
    #[default]
    Open,
    /// The question is with the customer.
    Asked,
    /// They have said it.
    Answered,
}

impl Conversation {
    /// Asks about the help, where the matter is resolved and nobody has asked yet.
    pub(super) fn ask_about(&mut self) -> Option<EventBody> {
        self.asked_about = asked_about(self).filter(|_| self.asking != Asking::Answered);
        let of = self.asked_about?;
        let is_new = std::mem::replace(&mut self.asking, Asking::Asked) == Asking::Open;
        is_new.then_some(EventBody::RatingAsked {
            of,
            language: Some(self.language),
        })
    }
}

/// The name of the words by which somebody is asked on a messaging platform how the help was.
#[must_use]
pub fn question_about(of: Helper) -> String {
    format!("{QUESTION}{}", of.name())
}

impl Event {
    /// Whether it asks the customer of a messaging platform for a score.
    #[must_use]
    pub fn asks_for_score(&self) -> bool {
        let EventBody::Reply {
            because: Some(because),
            ..
        } = &self.body
        else {
            return false;
        };
        self.by == Actor::System && because.said.starts_with(QUESTION)
    }
}

impl Conversation {
    /// Whether the customer may be asked for a score now, by a question with these events behind it: the matter is as it was resolved, and
    /// that is not long ago. What was held until they came with something else is not asked about that.
    #[must_use]
    pub fn may_ask_for_score(&self, behind: &[Event], now: Timestamp) -> bool {
        let asked_anew = |event: &Event| matches!(event.body, EventBody::RatingAsked { .. });
        let Status::Resolved { at } = self.status else {
            return false;
        };
        let is_fresh = now.duration_since(at) <= REOPEN_WITHIN;
        self.asked_about.is_some() && is_fresh && !behind.iter().any(asked_anew)
    }

    /// Whether what the customer writes now may be the score that they were asked for on a platform: the question has gone out there, not long
    /// ago, and nothing was said to them since but thanks for thanks.
    #[must_use]
    pub fn awaits_score(&self, latest: &[Event], now: Timestamp) -> bool {
        let Some(at) = latest.iter().rposition(Event::asks_for_score) else {
            return false;
        };
        let (question, behind) = (&latest[at], &latest[at + 1..]);
        let goes_on = |event: &Event| match event.said() {
            None => false,
            Some((_, choices)) => event.by != Actor::Bot || !choices.is_empty(),
        };
        let asked_at = gone_out(behind, question, now);
        let is_fresh = asked_at.is_some_and(|at| now.duration_since(at) <= REOPEN_WITHIN);
        self.may_ask_for_score(behind, now) && is_fresh && !behind.iter().any(goes_on)
    }
}

/// When a message went out, as far as is known; none where it has not, or did not arrive. One of which nothing is known yet may be there
/// before its platform has said so.
fn gone_out(behind: &[Event], message: &Event, now: Timestamp) -> Option<Timestamp> {
    let is_new = now.duration_since(message.at) <= UNDER_WAY;
    let (message, said) = (message.seq, message.at);
    let fates = behind.iter().filter_map(|event| match &event.body {
        EventBody::MessageMoved {
            message: of, state, ..
        } if *of == message => Some((*state, event.at)),
        _ => None,
    });
    let mut sent = is_new.then_some(said);
    for (state, at) in fates {
        sent = match state {
            MessageState::Sent | MessageState::Delivered | MessageState::Read => sent.or(Some(at)),
            MessageState::Queued
            | MessageState::Held
            | MessageState::Noticed
            | MessageState::Failed
            | MessageState::Dropped => None,
        };
    }
    sent
}

/// Whose help the customer of a resolved conversation is asked about; nobody's in a dispute, or where nothing was asked for.
#[must_use]
pub(super) fn asked_about(conversation: &Conversation) -> Option<Helper> {
    if conversation.is_in_dispute() {
        return None;
    }
    match conversation.owner {
        Owner::Agent(_) => Some(Helper::Agent),
        Owner::Bot if !conversation.memory.answered.is_empty() => Some(Helper::Bot),
        Owner::Bot | Owner::Queue | Owner::Platform => None,
    }
}

impl Conversation {
    /// Whether there is a dispute in it, or was.
    pub(super) fn is_in_dispute(&self) -> bool {
        let answered = &self.memory.answered;
        self.disputed
            || answered.iter().any(|id| DISPUTES.contains(&id.as_str()))
            || self.reason.is_some_and(is_dispute)
    }

    /// Remembers a dispute before that is forgotten which shows it.
    pub(super) fn keep_dispute(&mut self) {
        self.disputed = self.is_in_dispute();
    }

    /// What is refused to a customer, by people or by a policy, they are in dispute about.
    pub(super) fn note_refusal(&mut self, body: &EventBody) {
        if let EventBody::ClaimMoved { state, .. } = body {
            self.disputed |= state == REFUSED;
        }
    }
}

const fn is_dispute(reason: HandoffReason) -> bool {
    matches!(
        reason,
        HandoffReason::LegalOrThreat
            | HandoffReason::AbuseSuspected
            | HandoffReason::PolicyException
            | HandoffReason::Angry
    )
}
