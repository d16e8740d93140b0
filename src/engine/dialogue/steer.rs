//! Words that steer the dialogue itself: stop, start again, say that again, who are you, one moment.

use super::circumstances::WHAT_TO_DO;
use super::speaker::Speaker;
use crate::domain::conversation::{Memory, Outcome};
use crate::domain::ids::{IntentId, OrderId};
use crate::engine::reading::Decision;
use crate::engine::rules::book::{Act, Action};
use crate::engine::say::Say;

impl Speaker<'_> {
    /// Does what the words say. False: they steer nothing.
    pub(super) fn steers(&mut self) -> bool {
        let reading = self.heard.reading;
        if reading.does(Act::Restart) {
            self.restart();
        } else if reading.does(Act::Cancel) && self.may_cancel() {
            self.cancel_matter();
        } else if reading.does(Act::Repeat) && !self.tells(WHAT_TO_DO) {
            self.repeat();
        } else if [Act::Who, Act::Hours, Act::Languages]
            .iter()
            .any(|act| reading.does(*act))
        {
            self.tell_about_the_desk();
        } else {
            return false;
        }
        true
    }

    /// Begins afresh. What was proven stays proven, and what could not be proven stays counted.
    fn restart(&mut self) {
        self.memory = Memory {
            order: None,
            greeted: true,
            turns: self.memory.turns,
            angry: self.memory.angry,
            promised: std::mem::take(&mut self.memory.promised),
            heard_at: self.memory.heard_at,
            ..self.memory.carried()
        };
        self.say(Say::Restarted, None, Outcome::Answer);
        self.offer_menu();
    }

    /// "Cancel" stops the matter at hand; without one, or where an order is to be cancelled anyway, it means an order.
    fn may_cancel(&self) -> bool {
        let reads_as_order = self.heard.reading.decision == Decision::Answer;
        match &self.memory.topic {
            Some(topic) if self.puts_off(topic) => false,
            Some(topic) => {
                !reads_as_order || self.action(&topic.intent) != Some(Action::CancelOrder)
            }
            None => !reads_as_order,
        }
    }

    fn cancel_matter(&mut self) {
        if self.memory.topic.is_none() && self.asks_whether_to_withdraw() {
            return;
        }
        let say = if self.memory.topic.take().is_some() {
            Say::Cancelled
        } else {
            Say::NothingToCancel
        };
        self.memory.parked.clear();
        self.memory.misunderstood = 0;
        self.say(say, None, Outcome::End);
    }

    /// Nothing waits to be dropped, but an application for the order that is talked about is open: is it that? Nothing is called off on
    /// a guess.
    fn asks_whether_to_withdraw(&mut self) -> bool {
        let open = |order: &OrderId| {
            let claims = self.facts.claims.get(order);
            claims.is_some_and(|claims| claims.claims.iter().any(|claim| claim.state.is_open()))
        };
        let about_it = self.memory.order.as_ref().is_some_and(open);
        let Some(withdraw) = IntentId::parse("refund_withdraw").ok().filter(|_| about_it) else {
            return false;
        };
        self.ask_whether(&withdraw);
        true
    }

    pub(super) fn repeat(&mut self) {
        let last = &self.conversation.memory;
        let outcome = last.last_outcome.unwrap_or_default();
        if last.last_said.is_empty() {
            return self.say(Say::NothingToRepeat, None, Outcome::Answer);
        }
        for text in last.last_said.clone() {
            self.say_again(text, outcome);
        }
        if !last.offered.is_empty() {
            self.offer(last.offered.clone());
        }
    }

    /// Who speaks, or when people work; then what was waited for is asked again.
    fn tell_about_the_desk(&mut self) {
        let reading = self.heard.reading;
        let say = match () {
            () if reading.does(Act::Who) => self.welcome(),
            () if reading.does(Act::Languages) => Say::Languages,
            () => Say::Hours,
        };
        self.say(say, None, Outcome::Answer);
        if let Some(topic) = self.memory.topic.clone() {
            self.ask_again(&topic);
        }
    }
}
