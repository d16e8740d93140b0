//! Messages while a form is being filled in: the cause, the story, or a change of mind.

use super::circumstances::{
    ABOUT_PHOTO, ASKS_ASIDE, CALLS_OFF, CANCELS_PERHAPS, DELIVERY_NOTE, GIVES_UP, KEPT_ALL,
    NEW_DETAILS, QUESTION, REASON, SAYS_NOTHING, UNSURE,
};
use super::refund::{OTHER_CAUSE, cause_numbers};
use super::speaker::Speaker;
use super::stated::ORDERED_WRONG;
use crate::domain::claim::ClaimCause;
use crate::domain::conversation::{Form, Need, Offer, Outcome, Topic};
use crate::domain::handoff::HandoffReason;
use crate::domain::ids::IntentId;
use crate::domain::order::{Order, OrderStatus};
use crate::engine::reading::Decision;
use crate::engine::rules::book::{Act, Action};
use crate::engine::say::Say;

/// A message of at most so many characters that names another order corrects the number; a longer one tells a story.
pub(super) const CORRECTION: usize = 40;
/// "Not sure yet" of at most so many characters tells nothing.
const UNDECIDED: usize = 24;
/// The circumstance of somebody who says that the reason is another one.
pub(super) const DENIES_REASON: &str = "denies_reason";
/// The circumstance of a message that only asks for the refund, or agrees: no reason for one.
const ONLY_ASKS: &str = "only_asks";
/// The circumstance of "I don't want it" by itself, which may mean the refund.
pub(super) const NOT_WANTED: &str = "not_wanted";
/// The circumstance of "changed my mind" by itself: one of the reasons, where those are asked for.
pub(super) const MIND_ALONE: &str = "changed_mind_alone";
/// The circumstance of a message that says no more than that something is wrong.
const NO_PARTICULARS: &str = "no_particulars";

impl Speaker<'_> {
    /// "Never mind the refund" while the form is being filled in: nothing was filed, so it is just dropped. So is one for an order
    /// that is to be cancelled and no longer can be.
    pub(super) fn drops_form(&mut self, topic: &Topic) -> bool {
        let actions: Vec<Action> = self
            .heard
            .reading
            .intents
            .iter()
            .filter_map(|scored| self.action(&scored.intent))
            .collect();
        let asks = |action| actions.contains(&action);
        let filling = self.action(&topic.intent) == Some(Action::StartRefund);
        let filled = matches!(topic.need, Need::Cause | Need::Details | Need::Portion);
        let under_way = filled && !tells_changed_mind(topic);
        let guessed = self.heard.reading.by_likeness;
        let why = self.is_change_of_mind(topic);
        let cancels = under_way && !guessed && !why && asks(Action::CancelOrder);
        let cancels = cancels && !self.tells(CANCELS_PERHAPS);
        let withdraws = asks(Action::WithdrawRefund) && !why && !self.keeps_some(topic);
        let keeps_all = filled && self.tells(KEPT_ALL);
        let calls_off = self.tells(CALLS_OFF) || self.begins_by_calling_off();
        if !filling || !(withdraws || cancels || keeps_all || calls_off) {
            return false;
        }
        self.memory.topic = None;
        let status = topic
            .order
            .as_ref()
            .and_then(|id| self.facts.orders.get(id))
            .map(|order| order.status);
        let cancellable = matches!(
            status,
            Some(OrderStatus::Processing | OrderStatus::Processed)
        );
        if asks(Action::CancelOrder) && cancellable {
            self.take_up_all();
        } else {
            self.say(Say::RefundDropped, None, Outcome::End);
        }
        true
    }

    /// "I don't want it any more", where the reason is asked for or was said back: the goods are not wanted, which is a reason. Only words
    /// about the request drop it.
    pub(super) fn is_change_of_mind(&self, topic: &Topic) -> bool {
        let told = self.told_cause();
        let another = told.is_some_and(|cause| cause != ClaimCause::ChangedMind);
        let asked = match topic.need {
            Need::Cause => true,
            Need::Details => topic.form.told || another || tells_changed_mind(topic),
            // Where all of it was said back, only a word against the reason is about the reason.
            Need::Portion => self.tells(DENIES_REASON),
            _ => false,
        };
        asked && told.is_some() && !self.tells(GIVES_UP)
    }

    /// What a message tells already of a form that its matter has: the cause, and what happened.
    pub(super) fn form_of_message(&self, intent: &IntentId) -> Form {
        let cause = self.told_cause().map(ClaimCause::number);
        let words = || Some(self.heard.text.to_owned());
        match self.action(intent) {
            Some(Action::StartRefund) => Form {
                cause,
                details: self
                    .exchange_in_words()
                    .or_else(|| cause.and_then(|_| words())),
                told: cause.is_some(),
                portion: self.portion_said(),
                ..Form::default()
            },
            Some(Action::ReportDelivery) if cause.is_some() || self.tells_what_is_wrong() => Form {
                cause,
                details: words(),
                ..Form::default()
            },
            // What was paid and bought is asked for, and answered once the order is proven.
            Some(Action::ShowOrder) if self.asks_bill() => Form {
                details: words(),
                ..Form::default()
            },
            // So is whether less came back than was due.
            Some(Action::ShowRefund) if self.says_less_came() => Form {
                details: words(),
                ..Form::default()
            },
            Some(Action::ChangeOrder) => {
                let corrections = self.corrections_at_once();
                let told = corrections.iter().any(|it| it.value.is_some());
                let told = told || self.tells(NEW_DETAILS) || self.tells(DELIVERY_NOTE);
                Form {
                    details: told.then(words).flatten(),
                    corrections,
                    ..Form::default()
                }
            }
            _ => Form::default(),
        }
    }

    fn tells_what_is_wrong(&self) -> bool {
        self.heard.tells_a_story() && !self.tells(NO_PARTICULARS)
    }

    /// Whether the message is put as a question, which tells nothing about what happened.
    pub(super) fn asks_something(&self) -> bool {
        self.tells(QUESTION)
    }

    /// The same, however it is worded: no question fills a field.
    pub(super) fn asks_at_all(&self) -> bool {
        let why = self.tells(REASON) && !self.heard.text.contains(['?', '\u{ff1f}']);
        !why && (self.asks_something() || self.tells(ASKS_ASIDE))
    }

    pub(super) fn tells(&self, circumstance: &str) -> bool {
        self.told.iter().any(|told| told.as_str() == circumstance)
    }

    /// Asks for what the refund form lacks; what it was filled with unasked is said back.
    pub(super) fn ask_form(&mut self, topic: &Topic, order: Option<&Order>) {
        let question = match &topic.form {
            Form { cause: None, .. } => Say::RefundCause,
            Form { told: true, .. } => Say::RefundTold,
            _ => Say::RefundDetails,
        };
        self.note_portion(topic, order);
        let question = self.in_short(question, order);
        if question == Say::RefundTold && topic.form.portion.is_none() {
            self.note_all(order);
        }
        self.say(question, order, Outcome::OpenRefundForm);
        if matches!(question, Say::RefundCause | Say::RefundTold) {
            self.offer(cause_numbers().map(Offer::Cause).collect());
        }
    }

    /// What happened, told while the order is asked for, is kept for the form: it is not asked for again.
    pub(super) fn keeps_cause(&mut self, topic: &Topic) -> bool {
        let takes = matches!(
            self.action(&topic.intent),
            Some(Action::StartRefund | Action::ReportDelivery)
        );
        let told = self.form_of_message(&topic.intent);
        let as_story = Topic {
            need: Need::Details,
            form: told.clone(),
            ..topic.clone()
        };
        if !takes
            || told.cause.is_none()
            || topic.form.cause.is_some()
            || self.interrupts(&as_story)
        {
            return false;
        }
        let topic = Topic {
            form: told,
            ..topic.clone()
        };
        self.memory.topic = Some(topic.clone());
        let noted = self.values(None);
        match self.action(&topic.intent) {
            Some(Action::ReportDelivery) => self.sympathise(&topic),
            _ => self.lead_with(
                self.rules
                    .replies
                    .say(Say::CauseNoted, self.language, &noted),
            ),
        }
        self.ask_which_order(Say::AskOrder);
        true
    }

    pub(super) fn answer_cause(&mut self, topic: &Topic) -> bool {
        let mut topic = topic.clone();
        match self.chosen_offer() {
            Some(Offer::Cause(cause)) => topic.form.choose(cause),
            // "Not wanted any more" is a reason, and no "none of these".
            _ if self.heard.reading.does(Act::No) && self.told_cause().is_none() => {
                topic.form.cause = Some(OTHER_CAUSE);
            }
            _ if self.tells(MIND_ALONE) => topic.form.choose(ClaimCause::ChangedMind.number()),
            _ if self.takes_only_portion(&mut topic) => {}
            _ if self.says_nothing_of(&topic) || self.agrees() => return false,
            _ => {
                let told = self.told_cause();
                let sure = self.states_plainly() && !self.tells(NOT_WANTED);
                topic.form = Form {
                    cause: Some(told.unwrap_or(ClaimCause::Other).number()),
                    details: Some(self.heard.text.to_owned()),
                    // Words that fit no cause may not have been meant as one: they are said back first.
                    told: !sure || self.cause_behind_slip().is_some(),
                    portion: topic.form.portion,
                    prices: topic.form.prices,
                    ..Form::default()
                };
                self.keep_to_own(&mut topic);
            }
        }
        self.pursue(topic);
        true
    }

    pub(super) fn answer_details(&mut self, topic: &Topic) -> bool {
        let order = topic
            .order
            .as_ref()
            .and_then(|id| self.facts.orders.get(id));
        let change = self.action(&topic.intent) == Some(Action::ChangeOrder);
        if change && order.is_some_and(|order| self.may_correct(order)) {
            if !topic.form.corrections.is_empty() {
                return self.answer_correction(topic);
            }
            if self.begins_correction(topic) {
                return true;
            }
        }
        if topic.form.told {
            return self.answer_told(topic);
        }
        let mut topic = topic.clone();
        if self.takes_only_portion(&mut topic) {
            self.pursue(topic);
            return true;
        }
        if let Some(cause) = self.chosen_anew(&topic) {
            topic.form.choose(cause);
            self.pursue(topic);
            return true;
        }
        if self.says_nothing_of(&topic) || self.heard.reading.does(Act::No) {
            return false;
        }
        topic.form.details = Some(self.heard.text.to_owned());
        if self.action(&topic.intent) == Some(Action::ReportDelivery) {
            topic.form.cause = self.told_cause().map(ClaimCause::number);
            self.sympathise(&topic);
        } else if self.action(&topic.intent) == Some(Action::StartRefund) {
            // What does not tell the reason that was chosen may not be the story of it: it is said back before it is handed in.
            let told = self.told_cause().map(ClaimCause::number);
            let other = told.filter(|told| self.replaces_reason(&topic, *told));
            topic.form.told = !self.states_plainly() || other.is_some();
            topic.form.cause = other.or(topic.form.cause);
            self.keep_to_own(&mut topic);
        }
        self.pursue(topic);
        true
    }

    /// Whether the reason that a story tells stands in the place of the one that was chosen by its number.
    fn replaces_reason(&self, topic: &Topic, told: u8) -> bool {
        let own_choice = told == ClaimCause::ChangedMind.number();
        let plain =
            own_choice || topic.form.portion.is_some() || self.cause_behind_slip().is_some();
        plain && Some(told) != topic.form.cause
    }

    /// Whether a message is no word on what happened: another matter, a question, or nothing at all.
    pub(super) fn says_nothing_of(&self, topic: &Topic) -> bool {
        let asks = self.asks_at_all() && !self.states_cause();
        let change = self.action(&topic.intent) == Some(Action::ChangeOrder);
        let only_a_number = !self.named_orders().is_empty() && self.heard.says_only_orders();
        let no_cause = topic.need == Need::Cause && self.is_bare_detail();
        let short = self.heard.text.chars().count() <= UNDECIDED;
        let undecided = short && self.tells(UNSURE) && self.told_cause().is_none();
        let empty = [ABOUT_PHOTO, SAYS_NOTHING, ONLY_ASKS];
        let empty = undecided || empty.iter().any(|it| self.tells(it));
        let nothing = self.heard.reading.wordless || only_a_number || no_cause || empty;
        let why = self.is_change_of_mind(topic);
        !why && self.interrupts(topic) || nothing || asks && !change
    }

    /// A word on what happened, in the breath before what is said next: once, when it was told.
    pub(super) fn sympathise(&mut self, topic: &Topic) {
        let replies = &self.rules.replies;
        let has_word = |told: &IntentId| replies.has_reply_when(&topic.intent, told);
        let asks = self.record_asked().is_some();
        if topic.form.cause.is_some() && !asks && self.told.iter().any(has_word) {
            self.lead_with_reply(&topic.intent);
        }
    }

    /// Whether the message asks for something else, rather than tell about this matter. While a story is asked for, a message that
    /// sounds like trouble is the story.
    pub(super) fn interrupts(&self, topic: &Topic) -> bool {
        let free_text = matches!(topic.need, Need::Cause | Need::Details | Need::Portion);
        let long = self.heard.text.chars().count() > CORRECTION;
        let states = !self.asks_something();
        let tells = |action: Action| match action {
            Action::StartRefund | Action::ReportDelivery => true,
            Action::ShowOrder | Action::ShowRefund => long || states,
            Action::CancelOrder => tells_changed_mind(topic) || self.tells(ORDERED_WRONG),
            // "I ordered the wrong size": a cause, where one is asked for.
            Action::ChangeOrder => self.tells(ORDERED_WRONG),
            Action::Handoff(reason) => reason != HandoffReason::AskedForHuman,
            _ => false,
        };
        let small = |action: Action| {
            matches!(
                action,
                Action::Soothe | Action::Thank | Action::Greet | Action::Close
            )
        };
        let reading = self.heard.reading;
        // Where words are asked for, only rules say that they are another matter.
        let guessed = free_text && states && reading.by_likeness;
        reading.decision == Decision::Answer
            && !guessed
            && reading
                .intents
                .iter()
                .filter(|scored| scored.intent != topic.intent)
                .filter_map(|scored| self.action(&scored.intent))
                .any(|action| !(small(action) || free_text && tells(action)))
    }
}

/// "I don't want it any more" is the story of somebody who chose that they changed their mind.
fn tells_changed_mind(topic: &Topic) -> bool {
    let cause = topic.form.cause.and_then(ClaimCause::from_number);
    topic.need == Need::Details && cause == Some(ClaimCause::ChangedMind)
}
