//! What goes before the story where a refund form waits for words: another order was meant, or another reason, it was a slip, the words
//! come later, or there are none. None of these tells what happened. It must not know what is written on a yes.

use super::parts::ENDS;
use super::refund::cause_numbers;
use super::speaker::Speaker;
use super::stated::cause_stated;
use crate::domain::claim::ClaimCause;
use crate::domain::conversation::{Form, Need, Outcome, Topic};
use crate::domain::ids::OrderId;
use crate::engine::rules::book::{Act, Action};
use crate::engine::say::Say;

/// The circumstance of a message in which something that was said is taken back.
const TAKES_BACK: &str = "takes_back";
/// The circumstance of one that does nothing else.
const ONLY_TAKES_BACK: &str = "only_takes_back";
/// The circumstance of a button that was pressed by mistake.
const PRESSED_WRONG: &str = "pressed_wrong";
/// The circumstance of somebody for whom it is the wrong order, whichever is right.
pub(super) const NOT_THIS_ORDER: &str = "not_this_order";
/// The circumstance of words that are still to come.
const WORDS_LATER: &str = "words_later";
/// The circumstance of somebody who has nothing to tell.
const NO_WORDS: &str = "no_words";
/// The circumstance of somebody who asks whether something has to be told.
const ASKS_IF_WORDS: &str = "asks_if_words";
/// A longer message tells a story, in which such words stand by the way.
const LONGEST: usize = 60;
/// So many clauses of a message are looked at by themselves.
const CLAUSES: usize = 12;

impl Speaker<'_> {
    /// Takes such a message while the form waits for words, or for a yes to them. False: it is none.
    pub(super) fn goes_before_story(&mut self, topic: &Topic) -> bool {
        let refund = self.action(&topic.intent) == Some(Action::StartRefund);
        let worded = matches!(topic.need, Need::Cause | Need::Details);
        let filling = worded || topic.need == Need::Portion;
        if !refund || !filling || !self.named_orders().is_empty() {
            return false;
        }
        if let Some(order) = self.other_order_meant(topic) {
            // "Wrong one, the umbrella": the slip is no change of mind about the umbrella.
            let form = match self.told_cause() {
                None | Some(ClaimCause::ChangedMind) => Form::default(),
                Some(_) => self.form_of_message(&topic.intent),
            };
            self.begin_with(order, form, topic);
        } else if let Some((order, form)) = self.fault_of_other(topic) {
            self.begin_with(order, form, topic);
        } else if worded {
            return self.takes_back_reason(topic) || self.tells_no_story(topic);
        } else {
            return false;
        }
        self.memory.misunderstood = 0;
        true
    }

    /// Another of their orders than the form's, by its place, its goods or as the other one, where the form's is not it.
    fn other_order_meant(&self, topic: &Topic) -> Option<OrderId> {
        let short = self.heard.text.chars().count() <= LONGEST;
        let slip = self.is_slip() || self.tells(NOT_THIS_ORDER);
        if !short || !slip || self.asks_something() {
            return None;
        }
        let behind = self.behind_slip();
        let pointed = self.pointed_at(&self.told);
        let found = pointed.or_else(|| self.order_with_item(behind));
        found.filter(|order| Some(order) != topic.order.as_ref())
    }

    fn is_slip(&self) -> bool {
        self.tells(TAKES_BACK) || self.heard.reading.does(Act::Correct)
    }

    /// The form begins anew with another order, and what is told of it in the same breath. Where that one was wanted back as well, this one
    /// comes after it.
    fn begin_with(&mut self, order: OrderId, form: Form, topic: &Topic) {
        self.lead_with_order(Say::NextOrder, &order);
        let is_it = |it: &Topic| it.intent == topic.intent && it.order.as_ref() == Some(&order);
        if let Some(at) = self.memory.parked.iter().position(is_it) {
            self.memory.parked.remove(at);
            self.memory.parked.insert(0, topic.clone());
        }
        self.pursue(Topic {
            order: Some(order),
            need: Need::Cause,
            tries: 0,
            form,
            ..topic.clone()
        });
    }

    /// Another reason by its number, another order without saying which, or nothing but that it was a slip.
    fn takes_back_reason(&mut self, topic: &Topic) -> bool {
        let mut topic = topic.clone();
        let number = self.number_behind_slip();
        match number {
            Some(cause) => topic.form.choose(cause),
            None if self.tells(NOT_THIS_ORDER) => {
                topic.order = None;
                topic.need = Need::Order;
                topic.form = Form::default();
                self.memory.order = None;
                self.memory.topic = Some(topic);
                self.ask_which_order(Say::AskOrder);
                return true;
            }
            // The button for the refund itself.
            None if self.tells(PRESSED_WRONG) && topic.form == Form::default() => {
                self.memory.topic = None;
                self.memory.misunderstood = 0;
                self.say(Say::RefundDropped, None, Outcome::End);
                return true;
            }
            None if self.tells(ONLY_TAKES_BACK) && self.chosen_offer().is_none() => {
                topic.form = Form {
                    portion: topic.form.portion,
                    prices: topic.form.prices,
                    ..Form::default()
                };
            }
            None => return false,
        }
        self.memory.misunderstood = 0;
        self.pursue(topic);
        true
    }

    /// The reason whose number stands behind a word that takes the last one back: "no wait, 4".
    fn number_behind_slip(&self) -> Option<u8> {
        let short = self.heard.text.chars().count() <= LONGEST;
        let plain = short && self.is_slip() && self.told_cause().is_none();
        let text = self.behind_slip();
        let mut digits = text.chars().filter(char::is_ascii_digit);
        let digit = digits.next().filter(|_| digits.next().is_none())?;
        let number = digit.to_digit(10).and_then(|it| u8::try_from(it).ok());
        cause_numbers().find(|cause| plain && number == Some(*cause))
    }

    /// That the words come later, that there are none, or whether there have to be any.
    fn tells_no_story(&mut self, topic: &Topic) -> bool {
        let mut topic = topic.clone();
        if self.told_cause().is_some() || self.puts_off(&topic) {
            return false;
        }
        if self.tells(WORDS_LATER) {
            self.say(Say::TakeYourTime, None, topic.need.outcome());
        } else if topic.form.told {
            return false;
        } else if self.tells(NO_WORDS) && topic.need == Need::Details {
            topic.form.details = Some(self.heard.text.to_owned());
            topic.form.told = true;
            self.pursue(topic);
        } else if self.tells(NO_WORDS) || self.tells(ASKS_IF_WORDS) {
            let say = match topic.need {
                Need::Cause => Say::AsideReason,
                _ => Say::AsideStory,
            };
            let aside = self.plain(say);
            self.lead_with(aside);
            self.ask_again(&topic);
        } else {
            return false;
        }
        self.memory.misunderstood = 0;
        true
    }

    /// The cause that is told behind a word that takes back what was said before it: "faulty. actually no, I just don't need it".
    pub(super) fn cause_behind_slip(&self) -> Option<ClaimCause> {
        if !self.tells(TAKES_BACK) {
            return None;
        }
        let behind = self.behind_slip();
        let told = self.rules.matcher.read(behind);
        (behind.len() < self.heard.text.len())
            .then(|| cause_stated(&told))
            .flatten()
    }

    /// The message from the last clause on that takes something back; all of it where none does.
    fn behind_slip(&self) -> &str {
        let text = self.heard.text;
        let han = self.language.is_chinese();
        let ends = |c: char| ENDS.contains(&c) || c == '.' || han && c.is_whitespace();
        let mut at = 0;
        let mut found = 0;
        for clause in text.split_inclusive(ends).take(CLAUSES) {
            let takes_back = self.rules.matcher.read(clause).tells(TAKES_BACK);
            if takes_back {
                found = at;
            }
            at += clause.len();
        }
        text.get(found..).unwrap_or(text)
    }
}
