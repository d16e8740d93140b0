//! Who of the people speaks to the customer, and what that does to where the conversation stands.

use jiff::Timestamp;

use super::InvalidTransition;
use crate::domain::conversation::{Conversation, EventBody, Status};
use crate::domain::ids::AgentId;
use crate::domain::promise::Deed;

impl Conversation {
    /// An agent says something to the customer: allowed to the owner only. That is the answer that was promised. What was called done is
    /// taken up again first: what was owed there is what this answers.
    ///
    /// # Errors
    /// When the bot, the queue or another agent owns the conversation, or it is closed.
    pub fn speak(
        &mut self,
        agent: &AgentId,
        said: Vec<EventBody>,
        now: Timestamp,
    ) -> Result<Vec<EventBody>, InvalidTransition> {
        self.require_owner(agent, "reply")?;
        let mut events = match self.status {
            Status::Closed => return Err(self.refuse("reply")),
            Status::Resolved { .. } => self.reopen(agent.clone())?,
            _ => Vec::new(),
        };
        self.promises.note(Deed::Answered, now);
        events.extend(said);
        events.extend(self.set_status(Status::WaitingCustomer));
        Ok(events)
    }

    /// An agent asks the merchant, a bank or a carrier: from here on it is theirs to answer. A customer who writes, a refund that moves, or
    /// the agent's next word ends that. What was left until a time stays left until then.
    ///
    /// # Errors
    /// When somebody else has the conversation, or it is done.
    pub fn ask_third_party(
        &mut self,
        agent: &AgentId,
        asked: EventBody,
    ) -> Result<Vec<EventBody>, InvalidTransition> {
        self.speaks(agent)?;
        let mut events = vec![asked];
        // What is left until a time comes back by itself; others who are asked are in no hurry either.
        if !matches!(self.status, Status::Snoozed { .. }) {
            events.extend(self.set_status(Status::WaitingThirdParty));
        }
        Ok(events)
    }

    /// Whether an agent is the one who speaks.
    ///
    /// # Errors
    /// When somebody else is.
    pub fn speaks(&self, agent: &AgentId) -> Result<(), InvalidTransition> {
        self.require_owner(agent, "write")?;
        self.require_open("write")
    }
}

#[cfg(test)]
mod tests {
    use jiff::{SignedDuration, Timestamp};

    use super::*;
    use crate::domain::conversation::tests::{agent, conversation, handoff};
    use crate::domain::conversation::{LeftFor, Owner, Priority};

    const NOW: Timestamp = Timestamp::UNIX_EPOCH;

    fn claimed() -> Conversation {
        let mut row = conversation();
        row.hand_off(handoff(), NOW).unwrap();
        row.claim(agent(1)).unwrap();
        row
    }

    fn told() -> EventBody {
        EventBody::MerchantTold {
            order: None,
            text: "is it in stock?".to_owned(),
        }
    }

    #[test]
    fn what_is_left_until_a_time_stays_left_until_then_when_the_merchant_is_told() {
        let mut row = claimed();
        let until = NOW + SignedDuration::from_hours(4);
        let left = (until, LeftFor::Message);
        row.snooze(&agent(1), left, NOW).unwrap();
        let was = row.status.clone();
        let events = row.ask_third_party(&agent(1), told()).unwrap();
        assert_eq!(events, [told()]);
        assert_eq!(row.status, was);
        row.wake(until).unwrap();
        assert_eq!(row.status, Status::Active);
    }

    #[test]
    fn what_others_are_asked_about_comes_back_when_a_promise_is_about_to_lapse() {
        let mut row = claimed();
        row.ask_third_party(&agent(1), told()).unwrap();
        let mut late = handoff();
        late.priority = Priority::High;
        let events = row.hurry(late, NOW).unwrap();
        assert_eq!(events.len(), 1, "it is seen in the log: {events:?}");
        assert_eq!(
            (&row.status, &row.owner, row.priority),
            (&Status::Active, &Owner::Agent(agent(1)), Priority::High)
        );
    }
}
