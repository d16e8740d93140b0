//! A form that was said back, while a yes to it is waited for: agreed to, added to, corrected. Words that are added never hand it in:
//! what they say may take back what is in it. It must not know what follows from a yes.

use super::circumstances::{KEPT_ALL, WEAK_YES};
use super::form::MIND_ALONE;
use super::refund::OTHER_CAUSE;
use super::speaker::Speaker;
use super::stance::is_said_back;
use crate::domain::claim::ClaimCause;
use crate::domain::conversation::{Form, Need, Offer, Outcome, Portion, Topic};
use crate::domain::order::Order;
use crate::domain::proof::ProofLevel;
use crate::engine::rules::book::{Act, Action};
use crate::engine::say::Say;

impl Speaker<'_> {
    /// They agree, add to it, or correct it.
    pub(super) fn answer_told(&mut self, topic: &Topic) -> bool {
        let mut topic = topic.clone();
        let noted = topic.form.cause;
        let number = self.chosen_anew(&topic).map(Offer::Cause);
        match self.chosen_offer().or(number) {
            Some(Offer::Cause(cause)) if Some(cause) != noted => topic.form.choose(cause),
            // A button that is pressed twice says no more than once.
            Some(Offer::Cause(_)) => {}
            _ if self.agrees() => {
                if self.opens_with_more() {
                    self.keep_words(&mut topic.form);
                }
                topic.form.agree();
            }
            _ if self.takes_only_portion(&mut topic) => {}
            _ if self.heard.reading.does(Act::No) || self.heard.reading.does(Act::Correct) => {
                topic.form = Form {
                    portion: topic.form.portion,
                    prices: topic.form.prices,
                    ..Form::default()
                };
            }
            _ if self.says_nothing_of(&topic) || self.tells(KEPT_ALL) => return false,
            _ if self.tells_chosen_story(&topic) => {
                self.keep_words(&mut topic.form);
                topic.form.told = false;
            }
            _ => return self.add_words(topic),
        }
        self.pursue(topic);
        true
    }

    /// The first words behind a reason that was chosen by its number, which tell it: no more was asked for.
    fn tells_chosen_story(&self, topic: &Topic) -> bool {
        let same = self.told_cause().map(ClaimCause::number) == topic.form.cause;
        topic.form.details.is_none() && same && self.states_plainly()
    }

    /// More words on what happened: they are kept, what they ask is answered, and a yes is asked for.
    fn add_words(&mut self, mut topic: Topic) -> bool {
        self.keep_words(&mut topic.form);
        let before = topic.form.cause.and_then(ClaimCause::from_number);
        if let Some(told) = self.told_cause() {
            topic.form.cause = Some(told.number());
        } else if before.is_some_and(|cause| self.denies_cause(cause)) {
            // It is not what it was taken for, and not said what it is: their words are the reason.
            topic.form.cause = Some(OTHER_CAUSE);
        }
        if self.asks_at_all() {
            if self.answers_aside(&topic) {
                return true;
            }
            let aside = self.plain(Say::QuestionNotFollowed);
            self.lead_with(aside);
        }
        self.pursue(topic);
        true
    }

    fn keep_words(&self, form: &mut Form) {
        let words = self.heard.text;
        form.details = Some(match form.details.take() {
            Some(before) => format!("{before} / {words}"),
            None => words.to_owned(),
        });
    }

    /// A yes that is only asked, or half a one, where one is waited for: nothing was handed in, and the yes is asked for in one short
    /// question. So is it where "I changed my mind" stands behind another reason, for it may mean the request. False: it is none of these.
    pub(super) fn answers_half_a_yes(&mut self, topic: &Topic) -> bool {
        let asked = self.asks_for_yes();
        let weak = self.tells(WEAK_YES) && !self.agrees();
        let filling = self.action(&topic.intent) == Some(Action::StartRefund);
        let filled = matches!(topic.need, Need::Cause | Need::Details | Need::Portion);
        let wavers = self.tells(MIND_ALONE) && has_other_reason(topic);
        if !(asked || weak || wavers) || !(is_said_back(topic) || filling && filled) {
            return false;
        }
        self.memory.misunderstood = 0;
        self.memory.strayed = false;
        self.ask_briefly(topic);
        true
    }

    /// That nothing was done yet, and one short question in the place of all that was said back.
    fn ask_briefly(&mut self, topic: &Topic) {
        let lead = match topic.need {
            Need::Confirm => Say::CorrectNotYet,
            _ => Say::NotHandedIn,
        };
        let lead = self.plain(lead);
        self.lead_with(lead);
        let facts = self.facts;
        let order = topic.order.as_ref().and_then(|id| facts.orders.get(id));
        match topic.form.told && topic.need == Need::Details {
            true => self.say(Say::FormShort, order, Outcome::OpenRefundForm),
            false => self.ask_again(topic),
        }
    }

    /// That all that is left of the order is meant, and how much that comes to, in the breath before it is said back.
    pub(super) fn note_all(&mut self, order: Option<&Order>) {
        let Some(order) = order.filter(|it| self.level(&it.id) >= ProofLevel::Owner) else {
            return;
        };
        let values = self.portion_values(&Portion::default(), order);
        let all = self
            .rules
            .replies
            .say(Say::PortionAll, self.language, &values);
        self.lead_with(all);
    }

    /// What was said back just now is not told a second time in all its lines.
    pub(super) fn in_short(&self, question: Say, order: Option<&Order>) -> Say {
        let values = self.values(order);
        let text = |say| self.rules.replies.say(say, self.language, &values);
        let told = question == Say::RefundTold;
        let known = [Say::RefundTold, Say::FormShort, Say::FormNotYet];
        let just_said = known.iter().any(|say| self.has_just_said(&text(*say)));
        match told && just_said {
            true => Say::FormShort,
            false => question,
        }
    }
}

/// Whether a reason was given, and another one than a change of mind.
fn has_other_reason(topic: &Topic) -> bool {
    let cause = topic.form.cause.and_then(ClaimCause::from_number);
    cause.is_some_and(|it| it != ClaimCause::ChangedMind)
}

impl Form {
    /// Another reason is chosen. That the goods are not wanted any more needs no story: it is said back as it is.
    /// Words that fitted no reason go with the one that is chosen now: what happened is told.
    pub(super) fn choose(&mut self, cause: u8) {
        let fitted = self.cause != Some(OTHER_CAUSE);
        *self = Self {
            cause: Some(cause),
            details: self.details.take().filter(|_| !fitted),
            told: cause == ClaimCause::ChangedMind.number(),
            portion: self.portion.take(),
            prices: std::mem::take(&mut self.prices),
            ..Self::default()
        };
    }

    /// Whether what happened is still to be told.
    pub(super) fn lacks_story(&self) -> bool {
        let cause = self.cause.and_then(ClaimCause::from_number);
        self.details.is_none() && cause != Some(ClaimCause::ChangedMind)
    }
}
