//! A message while a matter waits for something: is it the answer, a correction, another question, or none of these?

use super::proof::Offered;
use super::speaker::Speaker;
use super::turn::Heard;
use crate::domain::conversation::{Memory, Need, Offer, Outcome, Topic};
use crate::domain::handoff::HandoffReason;
use crate::domain::ids::OrderId;
use crate::engine::reading::Decision;
use crate::engine::rules::book::{Act, Action};
use crate::engine::say::Say;

/// An order number that would not be taken for one unless it had been asked for: the whole of a short message with three digits.
pub(super) fn typed_order(memory: &Memory, heard: &Heard<'_>) -> Option<OrderId> {
    let asked = memory
        .topic
        .as_ref()
        .is_some_and(|topic| topic.need == Need::Order);
    let text = heard.text.trim();
    let digits = text.chars().filter(char::is_ascii_digit).count();
    let short = text.chars().count() <= 32 && digits >= 3;
    if !asked || !short || !heard.reading.slots.orders.is_empty() {
        return None;
    }
    OrderId::parse(text).ok()
}

impl Speaker<'_> {
    /// Takes a message as the answer to what a matter waits for. False: it is none.
    pub(super) fn answer_waiting(&mut self, topic: &Topic) -> bool {
        if self.corrects_order(topic) {
            self.memory.failed_proofs = 0;
            self.pursue(topic.clone());
            return true;
        }
        match topic.need {
            Need::Order => false,
            Need::Proof => self.answer_proof(topic),
            Need::Cause => self.answer_cause(topic),
            Need::Details => self.answer_details(topic),
        }
    }

    /// Another order number than the one talked about: the first one, or a correction ("no, A1043").
    fn corrects_order(&mut self, topic: &Topic) -> bool {
        let named = self
            .heard
            .reading
            .slots
            .orders
            .first()
            .map(|slot| slot.value.clone());
        let chosen = self.chosen_offer().and_then(|offer| offer.order().cloned());
        let Some(order) = named
            .or(chosen)
            .or_else(|| typed_order(&self.memory, &self.heard))
        else {
            return false;
        };
        let interrupted = self.interrupts(topic) && topic.need != Need::Order;
        if interrupted || self.memory.order.as_ref() == Some(&order) && topic.need != Need::Order {
            return false;
        }
        self.memory.order = Some(order);
        true
    }

    fn answer_proof(&mut self, topic: &Topic) -> bool {
        if Offered::from(&self.heard.reading.slots).is_empty() {
            return false;
        }
        self.pursue(topic.clone());
        true
    }

    fn answer_cause(&mut self, topic: &Topic) -> bool {
        let mut topic = topic.clone();
        match self.chosen_offer() {
            Some(Offer::Cause(cause)) => topic.form.cause = Some(cause),
            _ if self.interrupts(&topic) || self.heard.reading.wordless => return false,
            _ => {
                topic.form.cause = Some(super::refund::OTHER_CAUSE);
                topic.form.details = Some(self.heard.text.to_owned());
            }
        }
        self.pursue(topic);
        true
    }

    fn answer_details(&mut self, topic: &Topic) -> bool {
        if self.interrupts(topic) || self.heard.reading.wordless {
            return false;
        }
        let mut topic = topic.clone();
        topic.form.details = Some(self.heard.text.to_owned());
        self.pursue(topic);
        true
    }

    /// Whether the message asks for something else, rather than tell about this matter.
    pub(super) fn interrupts(&self, topic: &Topic) -> bool {
        let reading = self.heard.reading;
        reading.decision == Decision::Answer
            && reading
                .intents
                .iter()
                .filter(|scored| scored.intent != topic.intent)
                .any(|scored| {
                    self.rules
                        .intent(&scored.intent)
                        .is_some_and(|intent| match intent.action {
                            Action::StartRefund
                            | Action::ReportDelivery
                            | Action::Soothe
                            | Action::Thank => false,
                            Action::Greet | Action::Close => false,
                            Action::Handoff(reason) => reason == HandoffReason::AskedForHuman,
                            _ => true,
                        })
                })
    }

    /// What a pressed button or a typed number stands for.
    pub(super) fn chosen_offer(&self) -> Option<Offer> {
        let number = self.heard.choice.or(self.heard.reading.choice);
        let by_number = number.and_then(|number| usize::from(number).checked_sub(1));
        if let Some(offer) = by_number.and_then(|index| self.memory.offered.get(index)) {
            return Some(offer.clone());
        }
        let agrees = self.heard.reading.does(Act::Yes) && self.memory.offered.len() == 1;
        let typed = |offer: &&Offer| {
            self.offer_words(offer)
                .eq_ignore_ascii_case(self.heard.text.trim())
        };
        self.memory
            .offered
            .iter()
            .find(typed)
            .or_else(|| self.memory.offered.first().filter(|_| agrees))
            .cloned()
    }

    /// Asks again for what a matter waits for, after something else was answered in between.
    pub(super) fn ask_again(&mut self, topic: &Topic) {
        let order = self
            .memory
            .order
            .as_ref()
            .and_then(|id| self.facts.orders.get(id));
        match topic.need {
            Need::Order => self.say(Say::AskOrder, None, Outcome::AskOrderId),
            Need::Proof => self.ask_proof(false),
            Need::Cause => {
                self.say(Say::RefundCause, order, Outcome::OpenRefundForm);
                self.offer(super::refund::cause_numbers().map(Offer::Cause).collect());
            }
            Need::Details => {
                let action = self.rules.intent(&topic.intent).map(|intent| intent.action);
                match action {
                    Some(Action::ChangeOrder) => self.say(Say::ChangeWhat, order, Outcome::Answer),
                    Some(Action::ReportDelivery) => {
                        self.say(Say::DeliveryDetails, order, Outcome::Answer)
                    }
                    _ => self.say(Say::RefundDetails, order, Outcome::OpenRefundForm),
                }
            }
        }
    }

    /// The message answers nothing and asks nothing: asks once more with a hint, then a person helps.
    pub(super) fn ask_in_vain(&mut self, mut topic: Topic) {
        topic.tries = topic.tries.saturating_add(1);
        let spent = topic.tries >= 2;
        let need = topic.need;
        self.memory.topic = Some(topic.clone());
        match need {
            Need::Order if spent => self.hand_over(HandoffReason::MissingInfo, Say::HandedOver),
            Need::Proof if spent => {
                self.hand_over(HandoffReason::IdentityNotVerified, Say::HandedOver)
            }
            Need::Cause | Need::Details if spent => {
                self.hand_over(HandoffReason::MissingInfo, Say::HandedOver)
            }
            Need::Order => self.say(Say::AskOrderAgain, None, Outcome::AskOrderId),
            _ => self.ask_again(&topic),
        }
    }
}
