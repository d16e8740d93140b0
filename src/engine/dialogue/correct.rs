//! Correcting details of an order: taken from whoever has shown that the order is theirs, said back together, written down after a yes;
//! then the merchant is asked for a fresh link where the order waits to be paid. What the shop has no field for goes to a person.

use super::amended::Amended;
use super::beside::PLACES;
use super::circumstances::{DELIVERY_NOTE, NEW_DETAILS, QUESTION, UNSURE};
use super::parts::{Cut, pieces};
use super::request::Request;
use super::said_details::{Given, SaidDetail};
use super::speaker::Speaker;
use super::turn::Move;
use crate::domain::conversation::{Need, Outcome, Topic};
use crate::domain::correction::{Corrected, Correction, Detail};
use crate::domain::order::Order;
use crate::domain::proof::ProofLevel;
use crate::engine::reading::{Decision, Scored};
use crate::engine::replies::{Placeholder, Values};
use crate::engine::rules::book::{Act, Action};
use crate::engine::say::Say;
use crate::engine::slots::details::named;

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

impl<'a> Speaker<'a> {
    /// Whether this order's details can be corrected here: by whom the shop signed in, before it is on its way.
    pub(super) fn may_correct(&self, order: &Order) -> bool {
        order.is_here_still() && self.level(&order.id) >= ProofLevel::Owner
    }

    /// Asks for the right value, or whether what was understood is right.
    pub(super) fn correct(&mut self, mut topic: Topic, order: &Order) {
        let corrections = &topic.form.corrections;
        let need = match corrections.iter().all(|it| it.value.is_some()) {
            true => Need::Confirm,
            false => Need::Details,
        };
        if topic.need != need {
            topic.tries = 0;
        }
        topic.need = need;
        self.memory.topic = Some(topic.clone());
        self.ask_correction(&topic, Some(order));
    }

    pub(super) fn ask_correction(&mut self, topic: &Topic, order: Option<&Order>) {
        let corrections = &topic.form.corrections;
        let open = corrections.iter().find(|it| it.value.is_none());
        let here = order.is_none_or(|order| self.may_correct(order));
        let what = match here {
            true => Say::CorrectWhat,
            false => Say::CorrectWhatByPerson,
        };
        let (say, values) = match (open, corrections.as_slice()) {
            (Some(open), _) => (what, self.correction_values(open, order)),
            (None, [one]) => (Say::CorrectConfirm, self.shown_values(one, order)),
            (None, all) => {
                let all: Vec<String> = all.iter().map(|it| self.shown(it)).collect();
                let mut values = self.values(order);
                values.set(Placeholder::CorrectionAll, &self.listed(&all));
                (Say::CorrectConfirmAll, values)
            }
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

    /// The same with the new value as it is said back: never in full, whoever reads over a shoulder.
    fn shown_values<'o>(&self, correction: &Correction, order: Option<&'o Order>) -> Values<'o>
    where
        'a: 'o,
    {
        let mut values = self.correction_values(correction, order);
        let replies = &self.rules.replies;
        let shown = replies.say(Say::CorrectInPart, self.language, &values);
        values.set(Placeholder::CorrectionShown, &shown);
        values
    }

    /// A correction as one of several.
    fn shown(&self, correction: &Correction) -> String {
        let values = self.shown_values(correction, None);
        self.rules
            .replies
            .say(Say::CorrectItem, self.language, &values)
    }

    fn listed(&self, all: &[String]) -> String {
        let between = if self.language.is_chinese() {
            "\u{ff1b}"
        } else {
            "; "
        };
        all.join(between)
    }

    /// A message while corrections wait for a value, or for a yes.
    pub(super) fn answer_correction(&mut self, topic: &Topic) -> bool {
        let facts = self.facts;
        let order = topic.order.as_ref().and_then(|id| facts.orders.get(id));
        let Some(order) = order else {
            return false;
        };
        let mut topic = topic.clone();
        self.keep_delivery_note(&mut topic);
        if topic.need == Need::Confirm && self.agrees_to(&topic) && !self.brings_digits(&topic) {
            self.write_corrections(&topic.form.corrections, order);
            self.pass_on_delivery_note(topic);
            return true;
        }
        match self.amended(&topic) {
            Amended::Not | Amended::OnlyAPart | Amended::ForPerson if self.tells(DELIVERY_NOTE) => {
                self.lead_with(self.plain(Say::NoteKept));
                self.pursue(topic);
            }
            Amended::To(list) if list.is_empty() => self.drop_corrections(Some(order)),
            Amended::To(list) => {
                topic.form.corrections = list;
                self.memory.topic = Some(topic.clone());
                self.take_up_beside(&topic);
                if !self.is_handed_over() {
                    self.pursue(topic);
                }
            }
            Amended::Which => self.say(Say::CorrectWhich, Some(order), Outcome::Answer),
            Amended::ForPerson => {
                topic.form.details = Some(self.heard.text.to_owned());
                self.memory.topic = Some(topic.clone());
                self.file(topic, Say::ChangeFiled);
            }
            Amended::NotYet => {
                self.lead_without_value(Say::CorrectNotYet, &topic, order);
                self.memory.topic = Some(topic.clone());
                self.ask_correction(&topic, Some(order));
            }
            Amended::OnlyAPart => {
                self.lead_without_value(Say::CorrectOnlyAPart, &topic, order);
                return false;
            }
            Amended::Not => {
                if !self.is_another_matter(&topic) {
                    let waits = self.tells(UNSURE) || topic.need == Need::Confirm;
                    let say = match waits {
                        true => Say::CorrectNotYet,
                        false => Say::CorrectInvalid,
                    };
                    self.lead_without_value(say, &topic, order);
                }
                return false;
            }
        }
        true
    }

    /// What whoever brings the parcel is to do, told beside a detail: it is kept until that is confirmed.
    fn keep_delivery_note(&self, topic: &mut Topic) {
        if self.tells(DELIVERY_NOTE) {
            let before = topic.form.details.take().into_iter();
            let words: Vec<String> = before.chain([self.heard.text.to_owned()]).collect();
            topic.form.details = Some(words.join(" / "));
        }
    }

    /// The shop has no field for it: a person sees to it.
    fn pass_on_delivery_note(&mut self, topic: Topic) {
        let details = topic.form.details.as_deref().unwrap_or_default();
        if self.rules.matcher.read(details).tells(DELIVERY_NOTE) {
            self.file(topic, Say::NoteFiled);
        }
    }

    /// Whether a yes comes with a number that is in none of the values: it is a yes to something else.
    fn brings_digits(&self, topic: &Topic) -> bool {
        let text = self.text_of_details();
        let digits = |it: &str| it.chars().filter(char::is_ascii_digit).collect::<String>();
        let brought = digits(&text);
        let values = topic.form.corrections.iter();
        let mut values = values.filter_map(|it| it.value.as_deref());
        !brought.is_empty() && !values.any(|it| digits(it).contains(&brought))
    }

    /// What is to be changed, told when that was asked for: taken as corrections where it is plain. False: it is not.
    pub(super) fn begins_correction(&mut self, topic: &Topic) -> bool {
        let corrections = self.corrections_by_shape();
        let known = corrections.iter().any(|it| it.value.is_some()) || !self.tells(NEW_DETAILS);
        if corrections.is_empty() || !known {
            return false;
        }
        let mut topic = topic.clone();
        topic.form.corrections = corrections;
        self.keep_delivery_note(&mut topic);
        self.memory.topic = Some(topic.clone());
        self.take_up_beside(&topic);
        if !self.is_handed_over() {
            self.pursue(topic);
        }
        true
    }

    /// What a message asks for besides, in clauses of its own: answered before the corrections are said back, to which a yes belongs.
    fn take_up_beside(&mut self, topic: &Topic) {
        let text = self.heard.text;
        let pieces = pieces(self.rules, self.heard, Cut::Clauses);
        let pieces = pieces
            .into_iter()
            .filter_map(|(from, to)| text.get(from..to));
        let mut asked: Vec<Scored> = Vec::new();
        let without_value = |it: &&str| !it.contains(|c: char| c.is_ascii_digit());
        for piece in pieces.take(PLACES).filter(without_value) {
            let reading = self.rules.matcher.read(piece);
            let sure = reading.decision == Decision::Answer && !reading.by_likeness;
            let asks = sure
                && (reading.tells(QUESTION) || self.heard.reading.decision == Decision::Answer);
            let best = reading.best().filter(|_| asks && named(piece).is_empty());
            asked.extend(best.filter(|it| self.is_matter(&it.intent)).cloned());
        }
        for scored in asked {
            if scored.intent != topic.intent && !self.is_handed_over() {
                let order = topic.order.clone();
                self.take_up(Request::of(scored, order));
            }
        }
    }

    /// Whether a message corrects one more detail, after others were.
    pub(super) fn adds_to_corrected(&self) -> bool {
        let corrections = self.corrections_of_message();
        let unread = self.heard.reading.decision == Decision::None;
        let valued = corrections.iter().any(|it| it.value.is_some());
        valued || unread && !corrections.is_empty()
    }

    /// Before what was asked is asked again: that this is no such detail, or that nothing was done yet.
    fn lead_without_value(&mut self, say: Say, topic: &Topic, order: &Order) {
        let open = topic.form.corrections.iter().find(|it| it.value.is_none());
        let Some(correction) = open.or(topic.form.corrections.first()) else {
            return;
        };
        let values = self.correction_values(correction, Some(order));
        let lead = self.rules.replies.say(say, self.language, &values);
        self.lead_with(lead);
    }

    /// Whether what was said last are the corrections that wait for a yes: a yes to something else confirms nothing.
    pub(super) fn was_just_asked(&self, topic: &Topic) -> bool {
        let Some(last) = self.conversation.memory.last_said.last() else {
            return false;
        };
        let mut corrections = topic.form.corrections.iter();
        let said = |it: &Correction| {
            let value = it.value.as_deref();
            value.is_some_and(|value| last.contains(&it.detail.masked(value)))
        };
        corrections.all(said)
    }

    /// Whether a message that wants one detail left as it is goes on with another: "not the address, the phone".
    fn turns_to_another_detail(&self, topic: &Topic) -> bool {
        let asked: Vec<Detail> = topic.form.corrections.iter().map(|it| it.detail).collect();
        let said = self.details_said(&asked);
        let refused = |it: &SaidDetail| it.given == Given::Refused;
        said.iter().any(refused) && !said.iter().all(refused)
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
        if self.turns_to_another_detail(topic) || denies && self.gives_some(topic) {
            return false;
        }
        if self.leaves_some_as_is(topic) {
            return true;
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
        self.drop_corrections(order);
        true
    }

    /// "The phone stays", where the name is to be changed as well: that one goes on. False: all of them stay, or it is not said which.
    fn leaves_some_as_is(&mut self, topic: &Topic) -> bool {
        let named = self.details_named();
        let mut left = topic.clone();
        let corrections = &mut left.form.corrections;
        corrections.retain(|it| !named.contains(&it.detail));
        let some = !corrections.is_empty() && corrections.len() < topic.form.corrections.len();
        if some {
            self.memory.misunderstood = 0;
            self.pursue(left);
        }
        some
    }

    /// Whether a "no" comes with a value, or with a part of one: "no, number 14".
    pub(super) fn gives_some(&self, topic: &Topic) -> bool {
        let asked: Vec<Detail> = topic.form.corrections.iter().map(|it| it.detail).collect();
        let gives = |it: &SaidDetail| matches!(it.given, Given::Value(_) | Given::Parts(..));
        self.details_said(&asked).iter().any(gives)
    }

    fn drop_corrections(&mut self, order: Option<&Order>) {
        self.memory.topic = None;
        self.say(Say::CorrectDropped, order, Outcome::End);
    }

    /// They are right: the shop is told, and where the order waits to be paid, asked for a link.
    fn write_corrections(&mut self, corrections: &[Correction], order: &Order) {
        self.memory.topic = None;
        let mut done: Vec<String> = Vec::new();
        for correction in corrections {
            let Some(value) = correction.value.clone() else {
                continue;
            };
            self.moves.push(Move::Correct(Corrected {
                order: order.id.clone(),
                detail: correction.detail,
                value,
            }));
            let values = self.correction_values(correction, Some(order));
            done.push(
                self.rules
                    .replies
                    .say(Say::CorrectItemDone, self.language, &values),
            );
        }
        let mut values = self.values(Some(order));
        let say = match corrections {
            [one] => {
                values = self.correction_values(one, Some(order));
                Say::CorrectDone
            }
            _ => {
                values.set(Placeholder::CorrectionAll, &self.listed(&done));
                Say::CorrectDoneAll
            }
        };
        self.say_with(say, &values, Outcome::Answer);
        if self.may_ask_link(order) {
            self.ask_link(order);
        } else if order.is_unpaid() {
            self.say(Say::PayAgainOrder, Some(order), Outcome::Answer);
        }
    }
}
