//! News that all is well, and a word that only says "I see": a kind word, and no misunderstanding. What waits because of what has settled
//! itself is let go.

use super::circumstances::SAYS_NOTHING;
use super::speaker::Speaker;
use super::stance::is_said_back;
use super::turn::Move;
use crate::domain::claim::ClaimCause;
use crate::domain::conversation::{Need, Outcome, Topic};
use crate::domain::ids::{IntentId, OrderId};
use crate::engine::reading::Decision;
use crate::engine::rules::book::{Act, Action};
use crate::engine::say::Say;

/// The circumstance of somebody who says that it is over: nothing more is wanted.
const ALL_WELL: &str = "all_well";
/// The circumstance of somebody who says that they have been helped.
const SOLVED: &str = "solved";
/// The circumstance of somebody who will come back if it does not go as they were told.
const COMES_BACK: &str = "comes_back";
/// The circumstance of somebody to whom it has come by now.
const CAME_NOW: &str = "came_now";

impl Speaker<'_> {
    /// Says a kind word where nothing is asked. What is open stays open, and nothing is said of it. False: something else is meant.
    pub(super) fn takes_note(&mut self) -> bool {
        let reading = self.heard.reading;
        let talks = !self.conversation.memory.last_said.is_empty();
        let is_noted = reading.does(Act::Noted) && talks;
        let is_noted = is_noted || self.tells(COMES_BACK);
        let is_over = self.is_settled() || talks && (self.is_over() || self.tells(SOLVED));
        let say = match (is_over, is_noted) {
            (true, _) => Say::GladToHear,
            (false, true) => Say::AnythingElse,
            (false, false) => return false,
        };
        self.memory.misunderstood = 0;
        if say == Say::GladToHear && self.came_after_all() {
            return true;
        }
        self.say(say, None, Outcome::Answer);
        if is_over {
            self.is_solved();
        }
        true
    }

    /// Takes thanks. Who says with them that it is solved has said that the matter is done.
    pub(super) fn thanked(&mut self, intent: &IntentId) {
        self.reply(intent, Outcome::Answer);
        if self.is_settled() || self.is_over() || self.tells(SOLVED) {
            self.is_solved();
        }
    }

    /// The customer says that it is solved: the conversation is done, where it was about something and nothing else waits in it.
    fn is_solved(&mut self) {
        let reading = self.heard.reading;
        let asks = reading.decision == Decision::Answer
            && !reading
                .intents
                .iter()
                .all(|it| self.is_small_talk(&it.intent));
        let waits = self.memory.topic.is_some() || !self.memory.parked.is_empty();
        let answered = self.memory.answered.iter();
        let helped = answered.filter(|it| !self.is_small_talk(it)).count() > 0;
        if asks || waits || !helped || self.is_handed_over() || self.conversation.status.is_done() {
            return;
        }
        self.memory.settle();
        self.moves.push(Move::Resolve);
    }

    /// Whether it is no more than a greeting, thanks or goodbye.
    pub(super) fn is_small_talk(&self, intent: &IntentId) -> bool {
        matches!(
            self.action(intent),
            Some(Action::Thank | Action::Close | Action::Greet)
        )
    }

    /// Lets go of what waits when it has settled itself. False: it has not.
    pub(super) fn lets_go(&mut self, topic: &Topic) -> bool {
        // "All good" to what was said back is no word about the trouble: it may be a yes.
        let courtesy = self.agrees() || self.tells(SAYS_NOTHING);
        if is_said_back(topic) && courtesy || !self.settles(topic) {
            return false;
        }
        self.memory.topic = None;
        self.memory.misunderstood = 0;
        let fills = matches!(
            topic.need,
            Need::Cause | Need::Details | Need::Portion | Need::Confirm
        );
        let say = match fills {
            true => Say::SettledDropped,
            false => Say::GladToHear,
        };
        self.say(say, None, Outcome::End);
        self.is_solved();
        true
    }

    /// Whether the message is news that all is well, and leaves nothing of what waits. "It came" by itself is a part of the story of
    /// something broken: there somebody has to say, too, that nothing more is wanted.
    fn settles(&self, topic: &Topic) -> bool {
        let cause = topic.form.cause.and_then(ClaimCause::from_number);
        let never_came = cause == Some(ClaimCause::NotArrived);
        let story = matches!(topic.need, Need::Cause | Need::Details | Need::Portion);
        match self.action(&topic.intent) {
            Some(Action::ChangeOrder | Action::CancelOrder) => self.is_over(),
            _ if story && never_came && self.tells(CAME_NOW) && self.told_cause().is_none() => true,
            _ if story && !never_came => self.is_over(),
            _ => self.is_settled() || self.is_over(),
        }
    }

    fn is_settled(&self) -> bool {
        let off_topic = self.heard.reading.off_topic.as_ref();
        off_topic.is_some_and(|it| it.settled)
    }

    /// Whether the message says that it is over, and asks for nothing beside it.
    fn is_over(&self) -> bool {
        let reading = self.heard.reading;
        let asks = reading.decision == Decision::Answer
            && !reading.by_likeness
            && !reading
                .intents
                .iter()
                .all(|it| self.is_small_talk(&it.intent));
        self.tells(ALL_WELL) && !asks && reading.slots.orders.is_empty()
    }

    /// What was claimed because it never came, came: whether the money is still wanted is asked, for it would be paid otherwise.
    fn came_after_all(&mut self) -> bool {
        let waits = |order: &OrderId| {
            let claims = self.facts.claims.get(order);
            claims.is_some_and(|it| {
                let mut claims = it.claims.iter();
                claims.any(|claim| claim.state.is_open() && claim.cause == ClaimCause::NotArrived)
            })
        };
        let about_it = self.memory.order.as_ref().is_some_and(waits);
        let Some(withdraw) = IntentId::parse("refund_withdraw").ok().filter(|_| about_it) else {
            return false;
        };
        let glad = self.plain(Say::GladToHear);
        self.lead_with(glad);
        self.ask_whether(&withdraw);
        true
    }
}
