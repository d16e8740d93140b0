//! Correcting a detail of an order, and paying again: taken from whoever has shown that the order is theirs, said back in part, written
//! down after a yes; then the merchant is asked for a fresh link.

use super::circumstances::{IN_A_CLAUSE, NEW_DETAILS, UNSURE};
use super::parts::before_next_matter;
use super::speaker::Speaker;
use super::turn::Move;
use crate::domain::conversation::{Need, Outcome, Topic};
use crate::domain::correction::{Corrected, Correction, Detail};
use crate::domain::ids::{IntentId, OrderId};
use crate::domain::order::Order;
use crate::domain::promise::Promised;
use crate::domain::proof::ProofLevel;
use crate::engine::reading::{Decision, Scored};
use crate::engine::replies::{Placeholder, Values};
use crate::engine::rules::book::{Act, Action};
use crate::engine::say::Say;
use crate::engine::slots::{bare_value, new_value};

/// Circumstances that name a detail.
const DETAILS: [(&str, Detail); 4] = [
    ("detail_email", Detail::Email),
    ("detail_phone", Detail::Phone),
    ("detail_address", Detail::Address),
    ("detail_recipient", Detail::Recipient),
];

/// The circumstance of somebody who says that what was said back is not it.
const DENIES_VALUE: &str = "denies_value";
/// The circumstance of somebody who names an order that is to be cancelled.
const CANCELS_ORDER: &str = "cancels_the_order";

/// What a detail is called.
pub(super) const fn label(detail: Detail) -> Say {
    match detail {
        Detail::Email => Say::DetailEmail,
        Detail::Phone => Say::DetailPhone,
        Detail::Address => Say::DetailAddress,
        Detail::Recipient => Say::DetailRecipient,
    }
}

/// Whether an order waits to be paid.
pub(super) fn is_unpaid(order: &Order) -> bool {
    order.is_unpaid()
}

impl<'a> Speaker<'a> {
    /// Which detail a message wants to be corrected, and into what where that is plain: an address of another kind than the order's.
    pub(super) fn correction_of_message(&self) -> Option<Correction> {
        let named: Vec<Detail> = DETAILS
            .iter()
            .filter(|(circumstance, _)| self.tells(circumstance))
            .map(|(_, detail)| *detail)
            .collect();
        let [detail] = named.as_slice() else {
            return None;
        };
        let value = self.value_of_message(*detail);
        // A whole sentence with a new value in it that cannot be told from the rest is for a person.
        if value.is_none() && self.tells(NEW_DETAILS) {
            return None;
        }
        Some(Correction {
            detail: *detail,
            value,
        })
    }

    /// The new value in a message: the only e-mail address or phone number, or what something is to be changed into.
    fn value_of_message(&self, detail: Detail) -> Option<String> {
        let slots = &self.heard.reading.slots;
        let found = match (detail, slots.emails.as_slice(), slots.phones.as_slice()) {
            (Detail::Email, [one], _) | (Detail::Phone, _, [one]) => detail.read(&one.value),
            (Detail::Address | Detail::Recipient, ..) if self.tells(NEW_DETAILS) => {
                let value = new_value(self.heard.text).map(|it| before_next_matter(self.rules, it));
                let value = value.and_then(|it| self.value_in(detail, it));
                // "To my office" is no address that a parcel finds.
                value.filter(|it| detail != Detail::Address || it.contains(char::is_numeric))
            }
            _ => None,
        };
        // What has just shown that the order is theirs is not what it is to be corrected into.
        let orders = self.facts.orders.values();
        let known = orders
            .filter_map(|order| detail.of(order))
            .any(|it| found.as_deref() == Some(it));
        found.filter(|_| !known)
    }

    /// Whether this order's details can be corrected here: by whom the shop signed in, before it is on its way.
    pub(super) fn may_correct(&self, topic: &Topic, order: &Order) -> bool {
        order.is_here_still()
            && self.level(&order.id) >= ProofLevel::Owner
            && topic.form.correction.is_some()
    }

    /// Asks for the right value, or whether what was understood is right.
    pub(super) fn correct(&mut self, mut topic: Topic, order: &Order) {
        let filled = topic
            .form
            .correction
            .as_ref()
            .and_then(|it| it.value.as_ref());
        let need = match filled {
            Some(_) => Need::Confirm,
            None => Need::Details,
        };
        if topic.need != need {
            topic.tries = 0;
        }
        topic.need = need;
        self.memory.topic = Some(topic.clone());
        self.ask_correction(&topic, Some(order));
    }

    pub(super) fn ask_correction(&mut self, topic: &Topic, order: Option<&Order>) {
        let Some(correction) = &topic.form.correction else {
            return;
        };
        let values = self.correction_values(correction, order);
        let say = match &correction.value {
            Some(_) => Say::CorrectConfirm,
            None => Say::CorrectWhat,
        };
        self.say_with(say, &values, Outcome::Answer);
    }

    fn correction_values<'o>(&self, correction: &Correction, order: Option<&'o Order>) -> Values<'o>
    where
        'a: 'o,
    {
        let mut values = self.values(order);
        let detail = correction.detail;
        values.set(Placeholder::CorrectionDetail, &self.plain(label(detail)));
        if let Some(value) = &correction.value {
            values.set(Placeholder::CorrectionMasked, &detail.masked(value));
        }
        values
    }

    /// A message while a correction waits for its value, or for a yes.
    pub(super) fn answer_correction(&mut self, topic: &Topic) -> bool {
        let facts = self.facts;
        let order = topic.order.as_ref().and_then(|id| facts.orders.get(id));
        let confirmed = topic.need == Need::Confirm && self.agrees_to(topic);
        let mut topic = topic.clone();
        let (Some(order), Some(correction)) = (order, topic.form.correction.take()) else {
            return false;
        };
        if confirmed {
            self.write_correction(&correction, order);
            return true;
        }
        let given = self.value_of_message(correction.detail);
        if given.is_none() && self.tells(NEW_DETAILS) {
            topic.form.details = Some(self.heard.text.to_owned());
            self.pursue(topic);
            return true;
        }
        if given.is_none() && self.tells(UNSURE) {
            self.lead_without_value(&correction, order);
            topic.form.correction = Some(correction);
            self.memory.topic = Some(topic.clone());
            self.ask_correction(&topic, Some(order));
            return true;
        }
        let Some(corrected) = self.corrected_by_message(&topic, &correction, given) else {
            if !self.is_another_matter(&topic) {
                self.lead_without_value(&correction, order);
            }
            return false;
        };
        topic.form.correction = Some(corrected);
        self.pursue(topic);
        true
    }

    /// What the correction becomes with a message: of another detail, with another value, or with none where the one that was said back
    /// is not it. None: the message says nothing of it.
    fn corrected_by_message(
        &self,
        topic: &Topic,
        correction: &Correction,
        given: Option<String>,
    ) -> Option<Correction> {
        let detail = correction.detail;
        let another = self.correction_of_message().map(|it| it.detail);
        if let Some(detail) = another.filter(|another| *another != detail) {
            let value = self.value_of_message(detail);
            return Some(Correction { detail, value });
        }
        let reading = self.heard.reading;
        if reading.does(Act::No) || reading.does(Act::Correct) {
            let value = None;
            return Some(Correction { detail, value });
        }
        let bare = before_next_matter(self.rules, bare_value(self.heard.text));
        let bare = self.value_in(detail, bare);
        let name = bare.as_deref().filter(|_| detail == Detail::Recipient);
        let plain = given.is_some() || name.is_some_and(is_capitalised);
        if !plain && self.is_another_matter(topic) {
            return None;
        }
        let value = given.or(bare);
        let not_it = topic.need == Need::Confirm && self.tells(DENIES_VALUE);
        (value.is_some() || not_it).then_some(Correction { detail, value })
    }

    /// The detail that a text gives. A name is no clause: what is said of the matter is never taken for who receives it, nor, without a
    /// number in it, for where it is sent.
    fn value_in(&self, detail: Detail, text: &str) -> Option<String> {
        let value = detail.read(text)?;
        let numbered = value.contains(|c: char| c.is_ascii_digit());
        let in_words = match detail {
            Detail::Recipient => true,
            Detail::Address => !numbered,
            Detail::Email | Detail::Phone => false,
        };
        if !in_words {
            return Some(value);
        }
        let reading = self.rules.matcher.read(text);
        let asks = reading.decision == Decision::Answer && !reading.by_likeness;
        let speaks = reading.tells(IN_A_CLAUSE) || !reading.acts.is_empty();
        let is_no_value = speaks || asks && detail == Detail::Recipient;
        (!is_no_value).then_some(value)
    }

    /// Whether the message asks something, or for something else: no value.
    fn is_another_matter(&self, topic: &Topic) -> bool {
        let reading = self.heard.reading;
        let other = |scored: &Scored| scored.intent != topic.intent;
        let in_words = !self.heard.text.contains(|c: char| c.is_ascii_digit());
        let reads = reading.decision == Decision::Answer
            && !reading.by_likeness
            && reading.intents.iter().any(other);
        self.interrupts(topic) || self.asks_at_all() || in_words && reads
    }

    /// Before what was asked is asked again: that this is no such detail, or that nothing was done yet.
    fn lead_without_value(&mut self, correction: &Correction, order: &Order) {
        let waits = self.tells(UNSURE) || correction.value.is_some();
        let say = match waits {
            true => Say::CorrectNotYet,
            false => Say::CorrectInvalid,
        };
        let values = self.correction_values(correction, Some(order));
        let lead = self.rules.replies.say(say, self.language, &values);
        self.lead_with(lead);
    }

    /// Whether what was said last is the correction that waits for a yes: a yes to something else confirms nothing.
    pub(super) fn was_just_asked(&self, topic: &Topic) -> bool {
        let correction = topic.form.correction.as_ref();
        let masked = correction.and_then(|it| Some(it.detail.masked(it.value.as_deref()?)));
        let last = self.conversation.memory.last_said.last();
        masked.is_some_and(|masked| last.is_some_and(|said| said.contains(&masked)))
    }

    /// "Leave it as it is": the correction is over, however far it got. False: it is not called off.
    pub(super) fn leaves_as_is(&mut self, topic: &Topic) -> bool {
        let reading = self.heard.reading;
        let change = self.action(&topic.intent) == Some(Action::ChangeOrder);
        let asked = topic.need == Need::Details;
        let denies = asked && reading.does(Act::No) && !reading.does(Act::Correct);
        if !change || self.tells(NEW_DETAILS) || !(denies || self.refuses_change(topic)) {
            return false;
        }
        self.memory.topic = None;
        self.memory.misunderstood = 0;
        // "Not any more" may be said of an order, too: only who names that cancels it.
        let cancels = self.tells(CANCELS_ORDER);
        let another = |scored: &Scored| match self.action(&scored.intent) {
            Some(Action::ChangeOrder) => false,
            Some(Action::CancelOrder | Action::WithdrawRefund) => cancels,
            _ => true,
        };
        let others = reading.intents.iter().all(another);
        if others && reading.decision == Decision::Answer && !reading.by_likeness {
            self.take_up_all();
            return true;
        }
        let order = topic.order.as_ref();
        let order = order.and_then(|id| self.facts.orders.get(id));
        self.say(Say::CorrectDropped, order, Outcome::End);
        true
    }

    /// It is right: the shop is told, and where the order waits to be paid, asked for a link.
    fn write_correction(&mut self, correction: &Correction, order: &Order) {
        self.memory.topic = None;
        let Some(value) = correction.value.clone() else {
            return;
        };
        self.moves.push(Move::Correct(Corrected {
            order: order.id.clone(),
            detail: correction.detail,
            value,
        }));
        let values = self.correction_values(correction, Some(order));
        self.say_with(Say::CorrectDone, &values, Outcome::Answer);
        if self.may_ask_link(order) {
            self.ask_link(order);
        } else if is_unpaid(order) {
            self.say(Say::PayAgainOrder, Some(order), Outcome::Answer);
        }
    }

    /// Whether the merchant can be asked for a link by this customer.
    pub(super) fn may_ask_link(&self, order: &Order) -> bool {
        self.facts.site.gives_links
            && self.level(&order.id) >= ProofLevel::Owner
            && is_unpaid(order)
    }

    /// Asks the merchant for a link, or says that it has been asked for.
    pub(super) fn ask_link(&mut self, order: &Order) {
        let given = self.conversation.links.given(&order.id, self.facts.now);
        if let Some((url, until)) = given {
            let mut values = self.values(Some(order));
            values.set(Placeholder::LinkUrl, url);
            if let Some(until) = until {
                let until = self.values_with(Some(order), until);
                values.set(Placeholder::LinkUntil, until.get(Placeholder::DueBy));
            }
            return self.say_with(Say::LinkAgain, &values, Outcome::Answer);
        }
        if self.conversation.links.waiting(&order.id).is_some() {
            let by = self.link_promised(order);
            let values = self.values_with(Some(order), by);
            return self.say_with(Say::LinkStill, &values, Outcome::Answer);
        }
        self.moves.push(Move::AskLink {
            order: order.id.clone(),
            by: self.facts.site.due_by,
        });
        self.say(Say::LinkAsked, Some(order), Outcome::Answer);
    }

    /// Whether a link to pay by was given and still works: it is given again as often as it is asked for.
    pub(super) fn wants_given_link(&self, intent: &IntentId, order: Option<&OrderId>) -> bool {
        let pays = self.action(intent) == Some(Action::PayAgain);
        let order = order.or(self.memory.order.as_ref()).filter(|_| pays);
        let links = &self.conversation.links;
        order.is_some_and(|order| links.given(order, self.facts.now).is_some())
    }

    /// By when the customer was told that the link comes.
    fn link_promised(&self, order: &Order) -> jiff::Timestamp {
        let mut promises = self.conversation.promises.iter();
        let promised = promises.find_map(|promise| match &promise.what {
            Promised::Link { order: of, .. } if *of == order.id && promise.binds() => {
                Some(promise.by)
            }
            _ => None,
        });
        promised.unwrap_or(self.facts.site.due_by)
    }
}

/// Whether every word of a name is written as names are, so that "Will May" asks nothing.
fn is_capitalised(name: &str) -> bool {
    let mut words = name.split_whitespace();
    words.all(|word| word.starts_with(char::is_uppercase))
}
