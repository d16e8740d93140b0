//! How a conversation moves between people. Each move is a function that checks where the conversation stands, changes the row,
//! and gives the events to be written; a move that is not allowed is an error that says who was faster or what holds.

mod customer;
mod speaks;

use jiff::Timestamp;

use super::asked_about::Asking;
use super::event::EventBody;
use super::handed_off::Handoff;
use super::owner::{LeftFor, Owner, REOPEN_WITHIN, Status};
use super::{Conversation, Memory};
use crate::domain::ids::AgentId;

/// A move that is not allowed where the conversation stands.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("cannot {attempt}: the conversation is with {} and {}", owner_in_words(owner), status.name())]
pub struct InvalidTransition {
    /// What was tried, as a verb.
    pub attempt: &'static str,
    /// Who owns the conversation.
    pub owner: Owner,
    /// Where it stands.
    pub status: Status,
}

fn owner_in_words(owner: &Owner) -> String {
    match owner {
        Owner::Bot => "the bot".to_owned(),
        Owner::Queue => "nobody yet".to_owned(),
        Owner::Agent(agent) => format!("agent {agent}"),
        Owner::Platform => "people at its platform".to_owned(),
    }
}

/// How a customer's message belongs to a matter that is resolved.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Belongs {
    /// Thanks, a goodbye, "ok": nothing is to be done about it.
    Courtesy,
    /// More on the same matter.
    Same,
    /// Another order, and so another matter.
    Another,
}

/// What a customer's message does to a conversation that stands somewhere.
#[derive(Clone, Debug, PartialEq)]
pub enum Heard {
    /// It goes on; these events come first.
    GoesOn(Vec<EventBody>),
    /// It is over: the message begins a new conversation that links this one.
    BeginsAnother,
}

impl Conversation {
    /// The bot hands over to a person.
    ///
    /// # Errors
    /// When the bot does not own the conversation.
    pub fn hand_off(
        &mut self,
        handoff: Handoff,
        now: Timestamp,
    ) -> Result<Vec<EventBody>, InvalidTransition> {
        if self.owner != Owner::Bot || self.status == Status::Closed {
            return Err(self.refuse("hand over"));
        }
        self.waiting_since = Some(now);
        self.asked_since = Some(now);
        self.keep_dispute();
        self.reason = Some(handoff.reason);
        self.priority = handoff.priority;
        self.team.clone_from(&handoff.team);
        let mut events = vec![EventBody::HandedOff(Box::new(handoff))];
        events.extend(self.set_owner(Owner::Queue));
        events.extend(self.set_status(Status::Active));
        Ok(events)
    }

    /// An agent takes a waiting conversation.
    ///
    /// # Errors
    /// When it does not wait: another agent was faster, or the bot has it.
    pub fn claim(&mut self, agent: AgentId) -> Result<Vec<EventBody>, InvalidTransition> {
        if self.owner != Owner::Queue || self.status.is_done() {
            return Err(self.refuse("claim"));
        }
        self.is_taken();
        Ok(self.set_owner(Owner::Agent(agent)))
    }

    /// An agent takes a conversation from the bot, or a lead from a colleague.
    ///
    /// # Errors
    /// When it is resolved or closed, or already with this agent.
    pub fn take_over(&mut self, agent: AgentId) -> Result<Vec<EventBody>, InvalidTransition> {
        if self.status.is_done() || self.owner == Owner::Agent(agent.clone()) {
            return Err(self.refuse("take over"));
        }
        self.is_taken();
        let mut events = self.set_owner(Owner::Agent(agent));
        events.extend(self.set_status(Status::Active));
        Ok(events)
    }

    /// An agent gives a conversation back to the bot, which starts afresh: new turn budget, old matters forgotten.
    ///
    /// # Errors
    /// When the conversation is not this agent's, or is done.
    pub fn give_back(&mut self, agent: &AgentId) -> Result<Vec<EventBody>, InvalidTransition> {
        self.require_owner(agent, "give back")?;
        self.require_open("give back")?;
        Ok(self.back_to_bot())
    }

    /// The bot goes on: new turn budget, old matters forgotten.
    pub(super) fn back_to_bot(&mut self) -> Vec<EventBody> {
        self.keep_dispute();
        self.memory = Memory {
            order: self.memory.order.take(),
            proven: std::mem::take(&mut self.memory.proven),
            greeted: true,
            ..Memory::default()
        };
        self.reason = None;
        self.asked_since = None;
        let mut events = self.set_owner(Owner::Bot);
        events.extend(self.set_status(Status::Active));
        events
    }

    /// An agent goes offline: the conversation waits again if the customer does, in the place of one who has waited since they asked.
    ///
    /// # Errors
    /// When the conversation is not this agent's, or is done.
    pub fn put_back(
        &mut self,
        agent: &AgentId,
        now: Timestamp,
    ) -> Result<Vec<EventBody>, InvalidTransition> {
        self.require_owner(agent, "put back into the queue")?;
        self.require_open("put back into the queue")?;
        self.waiting_since = Some(*self.asked_since.get_or_insert(now));
        Ok(self.set_owner(Owner::Queue))
    }

    /// The owner, or the desk after long silence, calls the matter done.
    ///
    /// # Errors
    /// When it is done already, or `agent` does not own it.
    pub fn resolve(
        &mut self,
        agent: Option<&AgentId>,
        now: Timestamp,
    ) -> Result<Vec<EventBody>, InvalidTransition> {
        if self.status.is_done() {
            return Err(self.refuse("resolve"));
        }
        if let Some(agent) = agent {
            self.require_owner(agent, "resolve")?;
        }
        self.waiting_since = None;
        self.promises.lay_aside_answers(now);
        let mut events = self.set_status(Status::Resolved { at: now });
        events.extend(self.ask_about());
        Ok(events)
    }

    /// An agent takes up again what was called done: it is theirs, and so is the answer that nobody gave before.
    ///
    /// # Errors
    /// When it is not resolved.
    pub fn reopen(&mut self, agent: AgentId) -> Result<Vec<EventBody>, InvalidTransition> {
        if !matches!(self.status, Status::Resolved { .. }) {
            return Err(self.refuse("reopen"));
        }
        if self.asked_since.is_some() {
            self.owe_again();
        }
        let mut events = self.set_owner(Owner::Agent(agent));
        events.extend(self.set_status(Status::Active));
        Ok(events)
    }

    /// Leaves the matter until a time.
    ///
    /// # Errors
    /// When it is done, or the time has passed.
    pub fn snooze(
        &mut self,
        agent: &AgentId,
        (until, left_for): (Timestamp, LeftFor),
        now: Timestamp,
    ) -> Result<Vec<EventBody>, InvalidTransition> {
        self.require_owner(agent, "snooze")?;
        if self.status.is_done() || until <= now {
            return Err(self.refuse("snooze"));
        }
        Ok(self.set_status(Status::Snoozed { until, left_for }))
    }

    /// The time until which the matter was left has come.
    ///
    /// # Errors
    /// When it is not left, or not until now.
    pub fn wake(&mut self, now: Timestamp) -> Result<Vec<EventBody>, InvalidTransition> {
        match self.status {
            Status::Snoozed { until, .. } if until <= now => Ok(self.set_status(Status::Active)),
            _ => Err(self.refuse("wake")),
        }
    }

    /// A refund moved that the matter was left for, or that others were asked about: it comes back. Nothing where it is not left, or for a
    /// message alone.
    #[must_use]
    pub fn stir(&mut self) -> Vec<EventBody> {
        match self.status {
            Status::WaitingThirdParty
            | Status::Snoozed {
                left_for: LeftFor::Anything | LeftFor::Refund,
                ..
            } => self.set_status(Status::Active),
            _ => Vec::new(),
        }
    }

    /// A promise is about to lapse: whoever has the conversation sees that it is urgent; if that is nobody, it goes to the queue.
    ///
    /// # Errors
    /// When it is closed.
    pub fn hurry(
        &mut self,
        handoff: Handoff,
        now: Timestamp,
    ) -> Result<Vec<EventBody>, InvalidTransition> {
        // People at a platform see only what they are told.
        let is_out_of_sight = matches!(self.owner, Owner::Bot | Owner::Platform);
        if is_out_of_sight || self.status.is_done() {
            return self.raise(handoff, now);
        }
        self.priority = self.priority.min(handoff.priority);
        Ok(match self.status {
            Status::Snoozed { .. } | Status::WaitingThirdParty => self.set_status(Status::Active),
            _ => Vec::new(),
        })
    }

    /// A person has to take the matter up, whoever had it so far.
    ///
    /// # Errors
    /// When it is closed.
    pub fn raise(
        &mut self,
        handoff: Handoff,
        now: Timestamp,
    ) -> Result<Vec<EventBody>, InvalidTransition> {
        if self.status == Status::Closed {
            return Err(self.refuse("raise"));
        }
        let asked = self.asked_since.filter(|_| !self.status.is_done());
        let asked = *self.asked_since.insert(asked.unwrap_or(now));
        self.waiting_since.get_or_insert(asked);
        self.keep_dispute();
        self.reason = Some(handoff.reason);
        self.priority = self.priority.min(handoff.priority);
        self.team.clone_from(&handoff.team);
        let mut events = vec![EventBody::HandedOff(Box::new(handoff))];
        events.extend(self.set_owner(Owner::Queue));
        events.extend(self.set_status(Status::Active));
        Ok(events)
    }

    /// A customer writes. Within 72 hours a resolved matter goes on; later, or about another order, it is another conversation. A
    /// mere courtesy leaves a resolved matter resolved, and with whom it was.
    #[must_use]
    pub fn hear(&mut self, belongs: Belongs, now: Timestamp) -> Heard {
        if belongs != Belongs::Courtesy {
            self.asking = Asking::Open;
        }
        match self.status {
            Status::Closed => Heard::BeginsAnother,
            Status::Resolved { .. } if belongs == Belongs::Courtesy => Heard::GoesOn(Vec::new()),
            Status::Resolved { at }
                if belongs == Belongs::Another || now.duration_since(at) > REOPEN_WITHIN =>
            {
                Heard::BeginsAnother
            }
            Status::Resolved { .. }
            | Status::WaitingCustomer
            | Status::WaitingThirdParty
            | Status::Snoozed { .. } => {
                let mut events = Vec::new();
                let had_it = matches!(self.owner, Owner::Queue | Owner::Agent(_));
                if self.status.is_done() {
                    self.asked_since = had_it.then_some(now);
                }
                if self.status.is_done() && had_it {
                    self.waiting_since = Some(now);
                    events.extend(self.set_owner(Owner::Queue));
                }
                events.extend(self.set_status(Status::Active));
                Heard::GoesOn(events)
            }
            Status::Active => Heard::GoesOn(Vec::new()),
        }
    }

    /// Nobody waits in the queue any more; since when they did is known until somebody answers.
    fn is_taken(&mut self) {
        if let Some(since) = self.waiting_since.take() {
            self.asked_since.get_or_insert(since);
        }
    }

    fn require_owner(
        &self,
        agent: &AgentId,
        attempt: &'static str,
    ) -> Result<(), InvalidTransition> {
        match &self.owner {
            Owner::Agent(owner) if owner == agent => Ok(()),
            _ => Err(self.refuse(attempt)),
        }
    }

    fn require_open(&self, attempt: &'static str) -> Result<(), InvalidTransition> {
        if self.status.is_done() {
            return Err(self.refuse(attempt));
        }
        Ok(())
    }

    pub(super) fn refuse(&self, attempt: &'static str) -> InvalidTransition {
        InvalidTransition {
            attempt,
            owner: self.owner.clone(),
            status: self.status.clone(),
        }
    }

    pub(super) fn set_owner(&mut self, to: Owner) -> Vec<EventBody> {
        let from = std::mem::replace(&mut self.owner, to.clone());
        if let Owner::Agent(agent) = &from
            && from != to
        {
            self.last_agent = Some(agent.clone());
        }
        if from != to {
            // They gave it back themselves, or had answered before it was called back.
            let answered = self.there.as_ref().is_some_and(|there| there.answered);
            self.had_there |= answered || from == Owner::Platform && to == Owner::Bot;
        }
        if to == Owner::Bot {
            self.there = None;
        }
        if from == to {
            Vec::new()
        } else {
            vec![EventBody::OwnerChanged {
                from,
                to,
                taken_back: false,
            }]
        }
    }

    pub(super) fn set_status(&mut self, to: Status) -> Vec<EventBody> {
        if !to.is_done() {
            self.asked_about = None;
            self.parted = false;
        }
        let from = std::mem::replace(&mut self.status, to.clone());
        if from == to {
            Vec::new()
        } else {
            vec![EventBody::StatusChanged {
                from,
                to,
                taken_back: false,
            }]
        }
    }
}
