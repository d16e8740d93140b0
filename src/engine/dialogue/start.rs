//! A message while nothing waits: it speaks for itself, takes an offer, goes on with the last matter, or is not understood.

use std::collections::VecDeque;

use super::asked::PAY_AGAIN;
use super::circumstances::{ABOUT_PHOTO, HOW_LONG, MONEY_BACK, NO_NUMBER, UNSURE, WHAT_TO_DO};
use super::fails::ADVISED;
use super::refused::{WHY_REFUSED, has_failed};
use super::request::Request;
use super::speaker::Speaker;
use super::states::was_refused;
use crate::domain::conversation::{Offer, Outcome};
use crate::domain::handoff::HandoffReason;
use crate::domain::ids::{IntentId, OrderId};
use crate::domain::language::Language;
use crate::domain::order::OrderStatus;
use crate::domain::proof::ProofLevel;
use crate::engine::reading::Decision;
use crate::engine::replies::{Listener, Values};
use crate::engine::rules::book::{Act, Action, SlotKind};
use crate::engine::say::Say;

const LANGUAGES: [Language; 3] = [Language::ZhHans, Language::ZhHant, Language::En];

impl Speaker<'_> {
    pub(super) fn start(&mut self) {
        if let Some(offer) = self.chosen_offer() {
            return self.take_offer(offer);
        }
        let unread = self.heard.reading.decision == Decision::None;
        let first = (unread || self.asks_of_paying()) && self.memory.order.is_none();
        let why = self.heard.reading.does(Act::Why) || first && self.tells(WHY_REFUSED);
        if why && self.says_why()
            || self.asks_back()
            || self.only_wondered()
            || self.wants_repair()
            || self.tells_what_it_does_not_know()
        {
            return;
        }
        if self.tells_what_would_follow()
            || self.tells_what_would_come_back()
            || self.tells_what_to_show()
            || self.goes_on_about_invoice()
            || self.begins_invoice()
            || self.names_other_means()
            || self.goes_on_about_claim()
            || self.advice_fails()
            || self.answers_by_cause()
            || self.tells_whether_told()
            || self.answers_remark_on_order()
            || self.answers_about_order()
            || self.tells_why_own_cancelled()
            || self.tells_of_twice_at_large()
            || self.says_bought_elsewhere(None)
            || self.follows_up_on_order()
            || self.tells_why_asked()
            || self.goes_on_about_rules()
            || self.tells_whose_block()
            || self.adds_to_answer()
        {
            return;
        }
        if self.may_report_own_item() && self.reports_own_item() {
            return;
        }
        match self.heard.reading.decision {
            Decision::Answer if self.reports_another_item() => self.take_up_portion(),
            Decision::Clarify if self.may_report_another_item() || self.wants_own_item() => {
                self.take_up_portion()
            }
            Decision::Answer => {
                self.memory.misunderstood = 0;
                self.take_up_all();
            }
            Decision::Clarify | Decision::None if self.asks_for_each_order() => {
                self.memory.misunderstood = 0;
                self.take_up_all();
            }
            Decision::Clarify => self.clarify(),
            Decision::None => self.without_intent(),
        }
    }

    /// Whether it is not plain that trouble with goods of their own is told: their name says so.
    fn may_report_own_item(&self) -> bool {
        let unclear = self.heard.reading.decision == Decision::Clarify;
        unclear && !self.may_report_another_item() && !self.wants_own_item()
    }

    /// Whether all that the message may ask for is about a payment, or about something refused: the order says which.
    fn asks_of_paying(&self) -> bool {
        let mut found = self.heard.reading.intents.iter();
        found.all(|it| {
            let refused = matches!(
                self.action(&it.intent),
                Some(Action::ExplainRejection | Action::ShowOrder | Action::PayAgain)
            );
            refused || ADVISED.contains(&it.intent.as_str())
        })
    }

    fn take_offer(&mut self, offer: Offer) {
        match offer {
            Offer::Intent(intent) => {
                self.memory.misunderstood = 0;
                let asked = self.asked_whether().filter(|asked| *asked == intent);
                let order = self.memory.order.clone().filter(|it| self.is_theirs(it));
                match (asked, order) {
                    _ if self.tells(MONEY_BACK) => self.take_up_guess(&intent, None),
                    (Some(asked), Some(order)) => self.take_up_asked(&asked, order),
                    _ => self.take_up_intent(&intent, None),
                }
            }
            Offer::Order(order) => self.about_order(order),
            Offer::Cause(_) | Offer::Item(_) | Offer::Whole => self.not_understood(),
            // "No" to what was offered beside an answer is no other matter.
            Offer::Else if self.declines() && self.was_answered() => {
                self.say(Say::AnythingElse, None, Outcome::Answer);
            }
            Offer::Else if self.declines() => self.ask_to_rephrase(),
            Offer::Else => self.hand_over(HandoffReason::Ambiguous, Say::HandedOverStuck),
        }
    }

    fn was_answered(&self) -> bool {
        self.conversation.memory.last_outcome == Some(Outcome::Answer)
    }

    /// Takes up all that the message asks for.
    pub(super) fn take_up_all(&mut self) {
        let mut requests = self.requests();
        self.tells_time_of_report(&mut requests);
        self.drop_covered(&mut requests);
        self.lead_one_by_one(&requests);
        self.take_up_each(requests);
    }

    pub(super) fn take_up_each(&mut self, requests: Vec<Request>) {
        let mut requests: VecDeque<Request> = requests.into();
        while let Some(request) = requests.pop_front() {
            if self.is_handed_over() {
                return;
            }
            self.to_come = requests
                .iter()
                .map(|it| (it.scored.intent.clone(), it.order.clone()))
                .collect();
            self.take_up(request);
        }
    }

    /// Of answers that say the same, the one that says more is given.
    fn drop_covered(&mut self, requests: &mut Vec<Request>) {
        let replies = &self.rules.replies;
        let intents: Vec<IntentId> = requests.iter().map(|it| it.scored.intent.clone()).collect();
        let is_covered = |id: &IntentId| intents.iter().any(|other| replies.covers(other, id));
        for covered in intents.iter().filter(|id| is_covered(id)) {
            self.note_acted(covered);
        }
        requests.retain(|it| !is_covered(&it.scored.intent));
    }

    /// No intent was found: there may be an order number, contact data, or a word that answers.
    fn without_intent(&mut self) {
        let reading = self.heard.reading;
        match () {
            () if self.tells_of_misuse_unread() => {}
            () if self.wants_portion_back() => self.take_up_portion(),
            () if self.reports_own_item() => {}
            () if !reading.slots.orders.is_empty() => self.only_orders(),
            () if self.points_at_order().is_some() || self.means_other_order() => {
                self.about_pointed()
            }
            () if self.contact_of_message().is_some() => self.only_contact(),
            () if reading.does(Act::Want) || reading.does(Act::Yes) || reading.does(Act::No) => {
                self.acknowledged()
            }
            () if reading.does(Act::Wait) || self.tells(UNSURE) => {
                self.say(Say::TakeYourTime, None, Outcome::Answer)
            }
            () if (reading.does(Act::FollowUp) || reading.does(Act::Why))
                && self.last_matter().is_some() =>
            {
                self.go_on_with_last()
            }
            () if self.next_step().is_some() => self.go_on_with_last(),
            () if self.asks_more_of_answer() => {
                self.memory.misunderstood = 0;
                self.tell_nothing_more();
            }
            () if self.takes_note() => {}
            () if self.tells(ABOUT_PHOTO) && self.order_at_hand().is_some() => {
                self.memory.misunderstood = 0;
                self.say(Say::Noted, None, Outcome::Answer);
            }
            () if self.tells(ABOUT_PHOTO) => self.say(Say::PhotoOfWhat, None, Outcome::Clarify),
            () if reading.off_topic.is_some() && self.tells_ways_on() => {}
            () if self.only_names_goods() => {}
            () if self.tells(NO_NUMBER) && self.memory.order.is_none() => {
                self.memory.misunderstood = 0;
                self.say(Say::AskOrderAgain, None, Outcome::AskOrderId);
            }
            () if reading.wordless => self.say(Say::Wordless, None, Outcome::Clarify),
            () => self.not_understood(),
        }
    }

    /// To somebody who was just told why their refund was refused, and tells why it should not have been, whatever that is about: the ways
    /// on. False: nothing of the kind.
    fn tells_ways_on(&mut self) -> bool {
        let before = &self.conversation.memory;
        let last = before.answered.last().and_then(|last| self.action(last));
        let told = before.last_outcome == Some(Outcome::GiveOrderStatus);
        let refused = told && last == Some(Action::ExplainRejection) && !self.asks_at_all();
        let facts = self.facts;
        let order = self.order_at_hand().and_then(|id| facts.orders.get(&id));
        let Some(order) = order.filter(|_| refused) else {
            return false;
        };
        self.memory.misunderstood = 0;
        self.say(Say::RefusedToDo, Some(order), Outcome::GiveOrderStatus);
        self.offer_intents(&["talk_to_human"]);
        true
    }

    /// There is no more to say; who has heard so gets a person.
    pub(super) fn tell_nothing_more(&mut self) {
        if self.has_just_said(&self.plain(Say::NothingMore)) {
            return self.hand_over(HandoffReason::NotCovered, Say::HandedOver);
        }
        self.say(Say::NothingMore, None, Outcome::Answer);
        self.offer_intents(&["talk_to_human"]);
    }

    /// "Ok", "yes" or "no" to what was just said, which asked nothing.
    fn acknowledged(&mut self) {
        let reading = self.heard.reading;
        let memory = &self.conversation.memory;
        let said = |text: &dyn Fn(Language) -> Option<String>| {
            LANGUAGES
                .iter()
                .filter_map(|language| text(*language))
                .any(|text| memory.last_said.contains(&text))
        };
        let none = Values::default();
        let replies = &self.rules.replies;
        let asked_more = said(&|language| Some(replies.say(Say::AnythingElse, language, &none)));
        let thanked = IntentId::parse("thanks").is_ok_and(|thanks| {
            said(&|language| replies.reply(&thanks, language, Listener::default(), &none))
        });
        let name = match () {
            () if self.conversation.status.is_done() => "thanks",
            () if asked_more && reading.does(Act::No) || thanked => "goodbye",
            () if asked_more && !reading.does(Act::Want) => "thanks",
            () if asked_more || memory.last_said.is_empty() => "greeting",
            () => return self.say(Say::AnythingElse, None, Outcome::Answer),
        };
        if let Ok(intent) = IntentId::parse(name) {
            match self.action(&intent) {
                Some(Action::Close) => self.close(&intent),
                _ => self.reply(&intent, Outcome::Answer),
            }
        }
    }

    /// "Why was it rejected?" about the order that is talked about: this order's own reason. False: nothing was refused there.
    pub(super) fn says_why(&mut self) -> bool {
        let facts = self.facts;
        if self.asks_why_of_cancelled() {
            return true;
        }
        let talked_about = self.memory.order.clone();
        let talked_about = talked_about
            .filter(|id| self.level(id) >= ProofLevel::Contact && self.named_orders().is_empty())
            .and_then(|id| facts.orders.get(&id))
            .filter(|it| was_refused(it));
        let first = || self.only_one_refused().and_then(|id| facts.orders.get(&id));
        let (Some(order), Some(intent)) = (talked_about.or_else(first), rejection()) else {
            return false;
        };
        self.memory.misunderstood = 0;
        self.take_up_intent(&intent, Some(order.id.clone()));
        true
    }

    /// "Why?", of an order that was just told to be cancelled.
    fn asks_why_of_cancelled(&mut self) -> bool {
        let facts = self.facts;
        let order = self.order_at_hand().and_then(|id| facts.orders.get(&id));
        let cancelled = order.filter(|it| it.status == OrderStatus::Cancelled);
        let Some(order) = cancelled.filter(|_| self.heard.reading.does(Act::Why)) else {
            return false;
        };
        self.memory.misunderstood = 0;
        self.tell_why_cancelled(order);
        true
    }

    /// The only order of somebody signed in that was refused, or of which a refund was or failed, where no other one is talked about.
    fn only_one_refused(&self) -> Option<OrderId> {
        let facts = self.facts;
        let own = facts.own_orders.iter().filter(|id| {
            let order = facts.orders.get(*id);
            order.is_some_and(|it| was_refused(it) || has_failed(it))
        });
        let named = self.named_orders();
        let same = |id: &&OrderId| named.iter().all(|it| it.value == **id);
        let mut own = own.filter(same);
        let only = own.next().filter(|_| own.next().is_none());
        only.cloned().filter(|_| self.memory.order.is_none())
    }

    /// The last matter that was about an order.
    pub(super) fn last_matter(&self) -> Option<IntentId> {
        let mut latest = self.memory.answered.iter().rev();
        latest.find(|id| self.is_about_orders(id)).cloned()
    }

    pub(super) fn is_about_orders(&self, id: &IntentId) -> bool {
        self.rules
            .intent(id)
            .is_some_and(|intent| intent.slots.contains(&SlotKind::Order))
    }

    /// "And now?": the last matter again, as it stands now.
    fn go_on_with_last(&mut self) {
        self.memory.misunderstood = 0;
        if let Some(next) = self.next_step() {
            return self.take_up_intent(&next, self.memory.order.clone());
        }
        if self.was_answered_at_large() {
            return self.tell_nothing_more();
        }
        if self.tells_on_after_change() {
            return;
        }
        if let Some(intent) = self.last_matter() {
            let order = self.memory.order.clone();
            self.go_on_with(&intent, order);
        }
    }

    /// Whether a matter of orders was answered without one, as where the shop sends to: what goes on with that is about no order either.
    fn was_answered_at_large(&self) -> bool {
        let before = &self.conversation.memory;
        let last = before.answered.last();
        let of_orders = last.is_some_and(|last| self.is_about_orders(last));
        of_orders && before.order.is_none() && self.was_answered()
    }

    /// "What should I do?": the first thing that was offered, if it is something to do.
    pub(super) fn next_step(&self) -> Option<IntentId> {
        let offered = self.conversation.memory.offered.first();
        let asked = self.tells(WHAT_TO_DO);
        match offered.filter(|_| asked)? {
            // How one pays again is no advice to somebody whose order is not known to wait for it.
            Offer::Intent(next) if next.as_str() == PAY_AGAIN && !self.waits_for_payment() => None,
            Offer::Intent(next) if !self.asks_for_person(next) => Some(next.clone()),
            _ => None,
        }
    }

    /// "How long will that take?", "and now?" after an answer that stands by itself: there is no more to say to it.
    fn asks_more_of_answer(&self) -> bool {
        let before = &self.conversation.memory;
        let answered = before.answered.last().and_then(|last| self.action(last));
        let just = matches!(
            before.last_outcome,
            Some(Outcome::Answer | Outcome::ApologiseAnswer | Outcome::GiveOrderStatus)
        );
        let reading = self.heard.reading;
        let more = reading.does(Act::FollowUp) || reading.does(Act::Why);
        just && answered == Some(Action::Answer)
            && reading.off_topic.is_none()
            && (more || self.tells(HOW_LONG) || self.tells(WHAT_TO_DO))
    }

    /// A matter again; for the third time, a person takes it up.
    pub(super) fn go_on_with(&mut self, intent: &IntentId, order: Option<OrderId>) {
        if self.is_third_time(intent, order.as_ref()) {
            self.memory.note_answered(intent);
            self.note_acted(intent);
            return self.hand_over(HandoffReason::RepeatContact, Say::HandedOver);
        }
        self.take_up_intent(intent, order);
    }
}

fn rejection() -> Option<IntentId> {
    IntentId::parse("refund_rejected").ok()
}
