//! A message while a matter waits for something: is it the answer, a correction, another question, or none of these?

use super::aside::WITHDRAW;
use super::circumstances::{CALLS_OFF, HOW_LONG, MONEY_BACK, NO_NUMBER, YES_TO_CANCEL};
use super::facts::typed_order;
use super::form::CORRECTION;
use super::invoice::is_invoice;
use super::named::only_tells;
use super::speaker::Speaker;
use super::stance::PUTS_OFF;
use crate::domain::conversation::{Need, Offer, Outcome, Topic};
use crate::domain::handoff::HandoffReason;
use crate::domain::ids::{IntentId, OrderId};
use crate::engine::reading::Decision;
use crate::engine::rules::book::{Act, Action};
use crate::engine::say::Say;

/// The circumstance of somebody who does not have what would prove the order theirs.
const CANNOT_PROVE: &str = "cannot_prove";
/// So many messages that do not answer, and a person takes over.
const TRIES: u8 = 2;
/// Questions are no wrong answers: so many of them are heard while a form is filled in.
const QUESTIONS: u8 = 4;

impl Speaker<'_> {
    /// A matter waits for something.
    pub(super) fn go_on(&mut self, topic: Topic) {
        if self.wants_other_than_money(&topic) || self.asks_back() {
            return;
        }
        let calls_off = self.tells(CALLS_OFF) || self.begins_by_calling_off();
        if calls_off && self.drops_form(&topic) || self.leaves_as_is(&topic) {
            return;
        }
        if self.takes_other_sum(&topic)
            || self.answers_half_a_yes(&topic)
            || self.holds_back(&topic)
            || self.answers_other_goods(&topic)
            || self.means_own_instead(&topic)
        {
            return;
        }
        if self.tells_of_misuse_in_between() || self.says_bought_elsewhere(Some(&topic)) {
            return;
        }
        if self.agrees_too_late(&topic) {
            self.memory.strayed = false;
            let long_ago = self.plain(Say::AskedLongAgo);
            self.lead_with(long_ago);
            return self.ask_again(&topic);
        }
        if self.agrees_to_other(&topic) {
            self.memory.strayed = false;
            return self.ask_again(&topic);
        }
        if topic.need == Need::SignIn {
            return self.wait_for_sign_in(topic);
        }
        if self.adds_to_invoice(&topic) {
            return;
        }
        if self.is_courtesy(&topic) {
            return self.go_on_after_courtesy(&topic);
        }
        if self.answer_waiting(&topic) {
            self.memory.misunderstood = 0;
            return self.take_up_rest(&topic);
        }
        let reading = self.heard.reading;
        let same = |topic: &Topic| {
            reading
                .intents
                .iter()
                .all(|scored| scored.intent == topic.intent)
        };
        match reading.decision {
            _ if self.answers_aside(&topic) => {}
            _ if self.asks_within_form(&topic) => self.ask_in_vain(topic),
            _ if topic.need == Need::Proof && self.tells(CANNOT_PROVE) => self.ask_in_vain(topic),
            _ if topic.need == Need::Order && self.tells(NO_NUMBER) => self.ask_in_vain(topic),
            _ if self.drops_form(&topic) => {}
            Decision::Answer if same(&topic) => self.ask_in_vain(topic),
            Decision::Answer => self.answer_in_between(&topic),
            Decision::Clarify | Decision::None => self.ask_in_vain(topic),
        }
    }

    /// Whether something else is wanted than what the form gives, or said in passing, or what goes before its story.
    fn wants_other_than_money(&mut self, topic: &Topic) -> bool {
        self.wants_repair()
            || self.declines_offer(topic)
            || self.goes_before_story(topic)
            || self.wants_exchange(topic)
            || self.turns_from_exchange(topic)
            || self.answers_remark(topic)
    }

    /// What else the message asks for, beside answering.
    fn take_up_rest(&mut self, topic: &Topic) {
        let free_text = matches!(topic.need, Need::Cause | Need::Details | Need::Portion);
        // What stands beside a correction was taken up before it was said back.
        let waits = self.memory.topic.as_ref();
        let corrects = waits.is_some_and(|it| !it.form.corrections.is_empty());
        if free_text || corrects || self.heard.reading.decision != Decision::Answer {
            return;
        }
        for request in self.requests() {
            let intent = &request.scored.intent;
            let done = self.acted.contains(intent) && self.named_orders().len() < 2;
            let done = done || request.order.is_none() && self.is_why_of_refund(topic, intent);
            if !done && *intent != topic.intent && !self.is_handed_over() {
                self.take_up(request);
            }
        }
    }

    /// Whether a report only told why the money is wanted that is applied for: taken up beside it, the same would be applied for twice.
    fn is_why_of_refund(&self, topic: &Topic, intent: &IntentId) -> bool {
        self.action(&topic.intent) == Some(Action::StartRefund)
            && self.action(intent) == Some(Action::ReportDelivery)
            && self.told_cause().is_some()
    }

    /// Another question, in the middle of this matter: it is answered, then this one goes on.
    fn answer_in_between(&mut self, topic: &Topic) {
        if self.leaves_behind(topic) {
            self.memory.topic = None;
        }
        if !self.tells_how_long(topic) {
            self.take_up_all();
            self.tell_left_over();
        }
        if !self.is_handed_over() && self.memory.topic.as_ref() == Some(topic) {
            self.ask_again(topic);
        }
    }

    /// "How long will it take?" while a refund is applied for means the refund.
    fn tells_how_long(&mut self, topic: &Topic) -> bool {
        let refund = self.action(&topic.intent) == Some(Action::StartRefund);
        let asked = refund && self.tells(HOW_LONG);
        if asked {
            self.tell_how_long();
        }
        asked
    }

    /// An order that could not be proven is left for another one.
    fn leaves_behind(&self, topic: &Topic) -> bool {
        let named = self.named_orders();
        let other = named
            .iter()
            .any(|slot| Some(&slot.value) != topic.order.as_ref());
        // Who was asked what is to be changed, and has the order cancelled instead.
        let mut asked = self.heard.reading.intents.iter();
        let changes = self.action(&topic.intent) == Some(Action::ChangeOrder);
        if changes && topic.need == Need::Details && topic.form.corrections.is_empty() && !other {
            return asked.any(|it| self.action(&it.intent) == Some(Action::CancelOrder));
        }
        let in_vain = topic.tries > 0
            || topic
                .order
                .as_ref()
                .is_some_and(|order| self.memory.tried.contains(order));
        topic.need == Need::Proof && other && in_vain
    }

    /// Takes a message as the answer to what a matter waits for. False: it is none.
    fn answer_waiting(&mut self, topic: &Topic) -> bool {
        if self.switches_order(topic) {
            return true;
        }
        if self.gave_number_as_phone(topic) {
            self.pursue(topic.clone());
            return true;
        }
        if let Some((first, others)) = self.answered_orders(topic) {
            if !others.is_empty() && !self.action(&topic.intent).is_some_and(only_tells) {
                self.lead_with_order(Say::OneByOne, &first);
            }
            for order in others {
                self.park(Topic {
                    order: Some(order),
                    ..topic.clone()
                });
            }
            if self.fills_form(topic) {
                self.turn_to(first, self.heard.without_orders(), topic);
                return true;
            }
            // "The umbrella, it's broken": which one, and why.
            let told = self.form_of_message(&topic.intent);
            let tells = topic.need == Need::Order && topic.form.cause.is_none();
            let tells = tells && told.cause.is_some();
            self.pursue(Topic {
                order: Some(first),
                form: if tells { told } else { topic.form.clone() },
                ..topic.clone()
            });
            return true;
        }
        match topic.need {
            Need::Order => self.keeps_cause(topic),
            Need::SignIn => false,
            Need::Proof => self.answer_proof(topic),
            Need::Cause => self.answer_cause(topic),
            Need::Details => self.answer_details(topic),
            Need::Portion => self.answer_portion(topic),
            Need::Confirm => self.answer_correction(topic),
        }
    }

    /// The order, and further ones, that the message gives: the number that was asked for, or a correction ("no, A1043").
    fn answered_orders(&self, topic: &Topic) -> Option<(OrderId, Vec<OrderId>)> {
        let mut given: Vec<OrderId> = self
            .named_orders()
            .into_iter()
            .map(|slot| slot.value.clone())
            .collect();
        if given.is_empty() && topic.need == Need::Order {
            given.extend(self.meant_at_once());
        }
        let chosen = self.chosen_offer().and_then(|offer| offer.order().cloned());
        given.extend(chosen);
        given.extend(typed_order(&self.memory, &self.heard));
        if given.is_empty() && topic.need == Need::Order {
            given.extend(self.pointed_at(&self.told).or_else(|| self.order_by_item()));
        }
        if topic.need != Need::Order {
            given.retain(|order| Some(order) != topic.order.as_ref());
            let story = matches!(topic.need, Need::Cause | Need::Details | Need::Portion)
                && self.heard.text.chars().count() > CORRECTION
                && !self.heard.reading.does(Act::Correct);
            if story || self.interrupts(topic) || self.asks_of_another(topic) {
                return None;
            }
        }
        let mut given = given.into_iter();
        given.next().map(|first| (first, given.collect()))
    }

    fn answer_proof(&mut self, topic: &Topic) -> bool {
        if self.contact_of_message().is_none() {
            return false;
        }
        let proves = |topic: &Topic| topic.order.as_ref().is_some_and(|id| self.would_prove(id));
        let other = self.memory.parked.iter().position(proves);
        let other = other.filter(|_| !proves(topic));
        if other.is_none() && !proves(topic) {
            self.note_failed_for_parked();
        }
        match other {
            // It belongs to another order that was asked about: that one first.
            Some(index) => {
                let other = self.memory.parked.remove(index);
                self.memory.parked.insert(0, topic.clone());
                self.pursue(other);
            }
            None => self.pursue(topic.clone()),
        }
        true
    }

    /// What a pressed button or a typed number stands for.
    pub(super) fn chosen_offer(&self) -> Option<Offer> {
        let offered = &self.conversation.memory.offered;
        let reading = self.heard.reading;
        let number = self.heard.choice.or(reading.choice);
        let by_number = number.and_then(|number| usize::from(number).checked_sub(1));
        let picked = by_number.filter(|_| self.heard.choice.is_some() || offered.len() > 1);
        // "The second one" is a place in the list of matters where no list of orders was asked for.
        let matters = offered.iter().any(|it| matches!(it, Offer::Intent(_)));
        let picked =
            picked.filter(|_| self.heard.choice.is_some() || !matters || !self.points_by_place());
        if let Some(offer) = picked.and_then(|index| offered.get(index)) {
            return Some(offer.clone());
        }
        let asked_whether = matches!(offered.as_slice(), [Offer::Intent(_), Offer::Else]);
        let calls_off =
            matches!(offered.first(), Some(Offer::Intent(it)) if it.as_str() == WITHDRAW);
        let says_yes =
            self.agrees() || self.tells(YES_TO_CANCEL) || calls_off && self.takes_claim_back();
        let starts = |it: &Offer| matches!(it, Offer::Intent(it) if self.action(it) == Some(Action::StartRefund));
        let names = offered.first().is_some_and(starts) && self.tells(MONEY_BACK);
        let wants = reading.does(Act::Want) || asked_whether && (says_yes || names);
        let first = offered
            .first()
            .filter(|offer| wants && matches!(offer, Offer::Intent(_)));
        let text = self.heard.text.trim();
        let typed = |offer: &&Offer| self.offer_words(offer).eq_ignore_ascii_case(text);
        let none = offered
            .last()
            .filter(|offer| self.declines() && **offer == Offer::Else);
        offered.iter().find(typed).or(first).or(none).cloned()
    }

    /// "No", or "wait, don't", to what was offered.
    pub(super) fn declines(&self) -> bool {
        let reading = self.heard.reading;
        let asks = reading.decision == Decision::Answer;
        let waits = self.asks_to_wait() || self.tells(PUTS_OFF);
        reading.does(Act::No) || waits && !asks && !self.agrees()
    }

    /// Asks again for what a matter waits for, after something else was answered in between.
    pub(super) fn ask_again(&mut self, topic: &Topic) {
        let order = topic
            .order
            .as_ref()
            .and_then(|id| self.facts.orders.get(id));
        match topic.need {
            Need::Order => self.ask_which_order(Say::AskOrder),
            Need::Proof if self.heard_that_other_must_ask() => {
                self.memory.topic = None;
                self.say(Say::AnythingElse, None, Outcome::Answer);
            }
            Need::Proof => self.ask_proof(false),
            Need::SignIn => self.say(Say::RefundSignIn, order, Outcome::AskVerification),
            Need::Portion => self.ask_portion(topic, order),
            Need::Confirm => self.ask_correction(topic, order),
            Need::Details if is_invoice(topic) => {
                self.say(Say::InvoiceDetails, order, Outcome::Answer)
            }
            Need::Cause | Need::Details => match self.action(&topic.intent) {
                Some(Action::ChangeOrder) => self.ask_what_to_change(topic, order),
                Some(Action::ReportDelivery) => {
                    self.say(Say::DeliveryDetails, order, Outcome::Answer)
                }
                _ => self.ask_form(topic, order),
            },
        }
    }

    /// The message answers nothing and asks nothing: asks once more with a hint, then a person helps.
    fn ask_in_vain(&mut self, mut topic: Topic) {
        // Contact data are of use later: they are no wrong answer.
        let gives = topic.need == Need::Order && self.contact_of_message().is_some();
        topic.tries = topic.tries.saturating_add(u8::from(!gives));
        let asks =
            matches!(topic.need, Need::Cause | Need::Details | Need::Portion) && self.asks_at_all();
        let spent = topic.tries >= if asks { QUESTIONS } else { TRIES };
        let need = topic.need;
        let questions = [Say::AskOrder, Say::AskOrderAgain];
        let asked = questions
            .iter()
            .any(|it| self.has_just_said(&self.plain(*it)));
        self.memory.topic = Some(topic.clone());
        match need {
            Need::Proof if spent => {
                self.hand_over(HandoffReason::IdentityNotVerified, Say::HandedOver)
            }
            _ if spent => self.hand_over(HandoffReason::MissingInfo, Say::HandedOver),
            // Who was asked for it, and gives something else instead, may not know where it stands.
            Need::Order if gives && !self.tells(NO_NUMBER) && !asked => {
                self.ask_which_order(Say::AskOrder);
            }
            Need::Order => self.ask_which_order(Say::AskOrderAgain),
            Need::Proof if self.asks_for_another() => {
                self.say(Say::OtherMustAsk, None, Outcome::AskVerification)
            }
            Need::Proof if !self.is_merchant() => {
                self.say(Say::AskProofAgain, None, Outcome::AskVerification)
            }
            Need::Proof => self.say(Say::MerchantSignInAgain, None, Outcome::AskVerification),
            _ if asks => {
                let aside = self.plain(Say::QuestionNotFollowed);
                self.lead_with(aside);
                self.ask_again(&topic);
            }
            _ => self.ask_again(&topic),
        }
    }
}
