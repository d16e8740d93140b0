//! How a message stands to what waits for a yes: it agrees, puts it off, or ties it to a condition. The one place that says so, whatever
//! waits: a form, a portion, a detail that is corrected. It must not know what is written on a yes.

use std::borrow::Cow;

use jiff::SignedDuration;

use super::beside::cuts;
use super::circumstances::{
    A_PART, ALL_OF_IT, ASKS_ASIDE, ASKS_FOR_YES, CALLS_OFF, GIVES_UP, LEAVES_AS_IS, MONEY_BACK,
    NEW_DETAILS, QUESTION, WEAK_YES,
};
use super::items::{named, without_items};
use super::parts::ENDS;
use super::refund::cause_numbers;
use super::speaker::Speaker;
use super::stated::cause_stated;
use crate::domain::conversation::{Need, Outcome, Topic};
use crate::domain::correction::Detail;
use crate::domain::ids::IntentId;
use crate::engine::reading::{Decision, Reading};
use crate::engine::rules::book::{Act, Action};
use crate::engine::say::Say;

/// The circumstance of a yes and what only goes with one.
const AGREES: &str = "agrees";
/// The circumstance of somebody who wants what was filled in handed in, in its own verb.
pub(super) const HANDS_IN: &str = "hands_in";
/// The circumstance of somebody who wants nothing else touched.
const NOTHING_ELSE: &str = "nothing_else";
/// The circumstance of a message that names the application, and not only the goods.
const NAMES_REQUEST: &str = "names_request";
/// The circumstance of "not yet".
pub(super) const PUTS_OFF: &str = "puts_off";
/// The circumstance of a yes with a condition.
const ON_CONDITION: &str = "on_condition";
/// The circumstance of somebody who says when or how the goods are to be collected.
const HOW_COLLECTED: &str = "how_collected";
/// The circumstance of an "ok" or "great", which takes note of an answer as well as it agrees.
const ACKNOWLEDGES: &str = "acknowledges";
/// The circumstance of somebody who would rather have the goods after all.
const STILL_WANTED: &str = "still_wanted";
/// The circumstance of "can you wait?", which asks for nothing else.
const ASKS_TO_WAIT: &str = "asks_to_wait";
/// After so long, a yes is asked for anew: it would be given to something that was read another day.
const YES_HOLDS: SignedDuration = SignedDuration::from_hours(6);

impl Speaker<'_> {
    /// "Yes", "hand it in".
    pub(super) fn agrees(&self) -> bool {
        let reading = self.heard.reading;
        let acts = reading.does(Act::Yes) || reading.does(Act::Want);
        let acts = acts && !self.tells(WEAK_YES);
        let says = acts || self.tells(AGREES) || self.tells(HANDS_IN);
        says && !self.asks_for_yes() || self.opens_with_more() || self.agrees_by_name()
    }

    /// A yes that names the goods which the form that waits is for, and no others: "yes, go ahead with the boots".
    fn agrees_by_name(&self) -> bool {
        let topic = self.conversation.memory.topic.as_ref();
        let order = topic.and_then(|it| self.facts.orders.get(it.order.as_ref()?));
        let (Some(topic), Some(order)) = (topic.filter(|it| is_said_back(it)), order) else {
            return false;
        };
        let wanted = topic.form.portion.as_ref().map_or(&[][..], |it| &it.items);
        let all = wanted.is_empty() && order.items.len() == 1;
        let named = named(self.rules, self.heard.text, &order.items, true).items;
        if named.is_empty() || !all && named != wanted {
            return false;
        }
        let rest = without_items(self.heard.text, &order.items);
        let rest = self.rules.matcher.read(&rest);
        rest.tells(AGREES) || rest.tells(HANDS_IN)
    }

    /// Whether a yes is only asked about: "ok?", "is it in?"
    pub(super) fn asks_for_yes(&self) -> bool {
        self.tells(ASKS_FOR_YES)
    }

    /// A yes behind which it is only said how the goods go back.
    pub(super) fn opens_with_more(&self) -> bool {
        let ties = self.tells(ON_CONDITION) || self.asks_at_all() || self.told_cause().is_some();
        self.tells(HOW_COLLECTED) && !ties && self.opens_with_yes()
    }

    /// The same of what waits. A detail that was said back is agreed to, too, by a yes behind which nothing else is to be changed.
    pub(super) fn agrees_to(&self, topic: &Topic) -> bool {
        let detail = topic.need == Need::Confirm;
        let no_more = self.tells(NOTHING_ELSE) && !self.tells(NEW_DETAILS) && self.opens_with_yes();
        self.agrees() || detail && no_more && !self.refuses_change(topic)
    }

    /// Whether the first clause is a yes: "yes, and don't change the address".
    fn opens_with_yes(&self) -> bool {
        let han = self.language.is_chinese();
        let ends = |c: char| ENDS.contains(&c) || c == '(' || han && c.is_whitespace();
        let first = self.heard.text.split(ends).next().unwrap_or_default();
        let reading = self.heard.reading;
        let joins = reading.joins.iter().map(|it| it.start);
        let cut = joins.chain(reading.breaks.iter().copied()).min();
        let first = cut.map_or(first, |at| first.get(..at).unwrap_or(first));
        let first = self.rules.matcher.read(first);
        first.does(Act::Yes) || first.tells(AGREES)
    }

    /// Whether the change that waits is not wanted: "yes" alone is no refusal, nor is "don't change the address" of another detail.
    pub(super) fn refuses_change(&self, topic: &Topic) -> bool {
        let named = self.details_named();
        let waits = |detail: &Detail| topic.form.corrections.iter().any(|it| it.detail == *detail);
        let waiting = !topic.form.corrections.is_empty();
        let another = waiting && !named.is_empty() && !named.iter().any(waits);
        self.tells(LEAVES_AS_IS) && !self.agrees() && !another
    }

    /// Whether a yes comes after something else was said, or so late that it may not be known any more to what: it is asked once more.
    pub(super) fn agrees_too_late(&self, topic: &Topic) -> bool {
        let heard_at = self.conversation.memory.heard_at;
        let waited = heard_at.is_some_and(|at| self.facts.now.duration_since(at) > YES_HOLDS);
        let asked_last = topic.need != Need::Confirm || self.was_just_asked(topic);
        is_said_back(topic) && self.agrees_to(topic) && (waited || !asked_last)
    }

    /// Whether a yes follows the word that nothing was handed in, or an "ok" the answer to something else: neither is a yes to what was
    /// said back, which is asked for once more, by itself.
    pub(super) fn agrees_to_other(&self, topic: &Topic) -> bool {
        let held = [Say::FormNotYet, Say::TakeYourTime];
        let held = held.map(|say| self.plain(say));
        let told = held.iter().any(|say| self.has_just_said(say));
        let waits = is_form_said_back(topic) && told && !self.tells(HANDS_IN);
        let strayed = self.conversation.memory.strayed && is_said_back(topic);
        self.agrees() && (waits || strayed && self.tells(ACKNOWLEDGES))
    }

    /// Whether a yes to what was said back is waited for when the message comes.
    pub(super) fn is_asked_for_yes(&self) -> bool {
        let topic = self.conversation.memory.topic.as_ref();
        topic.is_some_and(is_said_back)
    }

    /// Whether the message left what waits for a yes as it was, or asked something beside changing it.
    pub(super) fn left_as_it_was(&self) -> bool {
        let before = self.conversation.memory.topic.as_ref();
        let now = self.memory.topic.as_ref().filter(|it| is_said_back(it));
        let same = before.zip(now).is_some_and(|(before, now)| {
            before.order == now.order && before.need == now.need && before.form == now.form
        });
        now.is_some() && (same || self.asks_at_all())
    }

    /// A number alone, behind the list of reasons: another reason is meant, and it tells nothing of what happened.
    pub(super) fn chosen_anew(&self, topic: &Topic) -> Option<u8> {
        let refund = self.action(&topic.intent) == Some(Action::StartRefund);
        let number = self.heard.choice.or(self.heard.reading.choice);
        cause_numbers().find(|cause| refund && number == Some(*cause))
    }

    /// Whether an application may be called off on this message: it names the application and asks nothing, or it answers our question.
    /// That the goods are kept is not yet that the money is not wanted.
    pub(super) fn calls_off_in_words(&self) -> bool {
        let intents = &self.heard.reading.intents;
        let mut actions = intents.iter().map(|it| self.action(&it.intent));
        let answers = !actions.any(|it| it == Some(Action::WithdrawRefund));
        answers || self.tells(NAMES_REQUEST) && !self.asks_at_all()
    }

    /// Whether the first clause calls the application off, and what follows says why or nothing: "actually forget it, my sister likes them".
    pub(super) fn begins_by_calling_off(&self) -> bool {
        let text = self.heard.text;
        let cut = cuts(self.rules, text).first().map_or(text.len(), |it| it.0);
        let (first, rest) = text.split_at_checked(cut).unwrap_or((text, ""));
        let read = |part: &str| self.rules.matcher.read(part);
        let goes_on = || {
            let rest = read(rest);
            let wants = [
                MONEY_BACK, A_PART, ALL_OF_IT, QUESTION, ASKS_ASIDE, HANDS_IN, AGREES,
            ];
            let asks = rest.decision == Decision::Answer && !rest.by_likeness;
            asks || wants.iter().any(|it| rest.tells(it)) || cause_stated(&rest).is_some()
        };
        !rest.is_empty() && read(first).tells(CALLS_OFF) && !goes_on()
    }

    /// "Not yet", or a yes with a condition, to a form that was said back: nothing is handed in. False: it is neither.
    pub(super) fn holds_back(&mut self, topic: &Topic) -> bool {
        if self.fills_form(topic) && self.tells(STILL_WANTED) && !self.agrees() {
            self.memory.misunderstood = 0;
            let nothing_yet = self.plain(Say::NotHandedIn);
            self.lead_with(nothing_yet);
            self.ask_again(topic);
            return true;
        }
        if !self.puts_off(topic) && !self.ties_to_condition(topic) {
            return false;
        }
        self.memory.misunderstood = 0;
        self.say(Say::FormNotYet, None, Outcome::OpenRefundForm);
        true
    }

    /// "Don't hand it in yet" is no word that drops the form. Who gives it up does not want it later.
    pub(super) fn puts_off(&self, topic: &Topic) -> bool {
        let gives_up = self.tells(GIVES_UP);
        let later = self.tells(PUTS_OFF) && !self.asks_at_all() || self.asks_to_wait();
        later && !gives_up && self.is_only_a_stance(topic)
    }

    /// Whether it is asked to wait: "can you hold off?" is no question.
    pub(super) fn asks_to_wait(&self) -> bool {
        self.tells(ASKS_TO_WAIT)
    }

    fn ties_to_condition(&self, topic: &Topic) -> bool {
        self.tells(ON_CONDITION) && self.is_only_a_stance(topic)
    }

    /// Whether a refund form was said back; who tells what went wrong adds to it.
    fn is_only_a_stance(&self, topic: &Topic) -> bool {
        let refund = self.action(&topic.intent) == Some(Action::StartRefund);
        refund && is_form_said_back(topic) && self.told_cause().is_none()
    }
}

/// A yes that is put as a question is none, whatever waits: the reading says that it is asked for.
pub(super) fn without_asked_yes(reading: &Reading) -> Cow<'_, Reading> {
    let yes = [Act::Yes, Act::Want];
    let says = yes.iter().any(|act| reading.does(*act));
    if !says || !(reading.tells(QUESTION) || reading.tells(ASKS_FOR_YES)) {
        return Cow::Borrowed(reading);
    }
    let mut asked = reading.clone();
    asked.acts.retain(|act| !yes.contains(act));
    asked.told.extend(IntentId::parse(ASKS_FOR_YES));
    Cow::Owned(asked)
}

/// Whether a yes is waited for, to what was said back.
pub(super) fn is_said_back(topic: &Topic) -> bool {
    is_form_said_back(topic) || topic.need == Need::Confirm
}

fn is_form_said_back(topic: &Topic) -> bool {
    topic.form.told && topic.need == Need::Details || topic.need == Need::Portion
}
