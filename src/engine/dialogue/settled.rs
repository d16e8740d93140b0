//! News that all is well, and a word that only says "I see": a kind word, and no misunderstanding. What waits because of what has settled
//! itself is let go.

use super::circumstances::SAYS_NOTHING;
use super::speaker::Speaker;
use super::stance::is_said_back;
use crate::domain::claim::ClaimCause;
use crate::domain::conversation::{Need, Outcome, Topic};
use crate::domain::ids::{IntentId, OrderId};
use crate::engine::reading::Decision;
use crate::engine::rules::book::{Act, Action};
use crate::engine::say::Say;

/// The circumstance of somebody who says that it is over: nothing more is wanted.
const ALL_WELL: &str = "all_well";
/// The circumstance of somebody who will come back if it does not go as they were told.
const COMES_BACK: &str = "comes_back";
/// The circumstance of somebody to whom it has come by now.
const CAME_NOW: &str = "came_now";

impl Speaker<'_> {
    /// Says a kind word where nothing is asked. What is open stays open, and nothing is said of it. False: something else is meant.
    pub(super) fn takes_note(&mut self) -> bool {
        let reading = self.heard.reading;
        let is_noted = reading.does(Act::Noted) && !self.conversation.memory.last_said.is_empty();
        let is_noted = is_noted || self.tells(COMES_BACK);
        let say = match (self.is_settled(), is_noted) {
            (true, _) => Say::GladToHear,
            (false, true) => Say::AnythingElse,
            (false, false) => return false,
        };
        self.memory.misunderstood = 0;
        if say == Say::GladToHear && self.came_after_all() {
            return true;
        }
        self.say(say, None, Outcome::Answer);
        true
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
        let courtesy = |intent: &IntentId| {
            matches!(
                self.action(intent),
                Some(Action::Thank | Action::Close | Action::Greet)
            )
        };
        let asks = reading.decision == Decision::Answer
            && !reading.by_likeness
            && !reading.intents.iter().all(|it| courtesy(&it.intent));
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
