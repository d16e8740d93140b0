//! What is said beside a refund application, while it is filled in or after it was handed in: a question about it is answered from the policy
//! and from what it has, and more words on the same fault belong to it.

use super::circumstances::{ALL_OF_IT, GIVES_UP, HOW_LONG};
use super::exchange::EXCHANGE;
use super::items::named;
use super::speaker::Speaker;
use super::stance::HANDS_IN;
use super::states::has_come;
use crate::domain::claim::{Claim, ClaimCause, ClaimState};
use crate::domain::conversation::{Need, Outcome, Topic};
use crate::domain::guide::GuideTopic;
use crate::domain::ids::IntentId;
use crate::domain::order::{Order, OrderStatus};
use crate::domain::proof::ProofLevel;
use crate::engine::reading::{Decision, Scored};
use crate::engine::rules::book::Action;
use crate::engine::say::Say;

/// The matter of an application that is called off.
pub(super) const WITHDRAW: &str = "refund_withdraw";
/// The matter of how to apply.
const HOW_TO: &str = "refund_how_to";
/// The circumstance of a message that only calls off what was just spoken of.
const CANCELS_THAT: &str = "cancels_that";
/// A longer message tells a story, in which such words stand by the way.
const LONGEST: usize = 80;

/// What is asked about an application.
#[derive(Clone, Copy)]
enum Aside {
    Either,
    Fee,
    Reasons,
    Reason,
    Box,
    SendBack,
    WhyPhoto,
    WhereToSend,
    Photo,
    Postage,
    Total,
    Next,
    WhereTo,
}

/// The circumstances that ask so.
const ASIDES: [(&str, Aside); 13] = [
    ("asks_either", Aside::Either),
    ("asks_fee", Aside::Fee),
    ("asks_reasons", Aside::Reasons),
    ("asks_for_no_reason", Aside::Reason),
    ("without_box", Aside::Box),
    ("asks_to_send_back", Aside::SendBack),
    ("asks_why_photo", Aside::WhyPhoto),
    ("asks_where_to_send", Aside::WhereToSend),
    ("asks_if_photo", Aside::Photo),
    ("asks_postage", Aside::Postage),
    ("asks_total", Aside::Total),
    ("asks_what_next", Aside::Next),
    ("asks_where_to", Aside::WhereTo),
];

impl<'a> Speaker<'a> {
    /// A question about the application that is being filled in: it is answered, and then the form goes on. False: it asks none that is
    /// known, or something else is at hand.
    pub(super) fn answers_aside(&mut self, topic: &Topic) -> bool {
        let refund = self.action(&topic.intent) == Some(Action::StartRefund);
        let other = matches!(topic.need, Need::Proof | Need::SignIn | Need::Confirm);
        if !refund || other {
            return false;
        }
        let named = self.named_orders();
        let same = named
            .iter()
            .all(|it| Some(&it.value) == topic.order.as_ref());
        let told = match self.aside().filter(|_| same) {
            Some(aside) => self.tell_aside(aside, topic),
            None => self.tells_rules_aside(),
        };
        if told {
            self.memory.misunderstood = 0;
            self.memory.topic = Some(topic.clone());
            self.ask_again(topic);
        }
        told
    }

    /// Whether a message in the middle of the form is read as what is only asked outside of it: how to apply, where a refund is that nobody
    /// has asked for yet, a change of an order that has come. The answers to those would lead away from the form.
    pub(super) fn asks_within_form(&self, topic: &Topic) -> bool {
        let reading = self.heard.reading;
        let order = topic.order.as_ref();
        let order = order.and_then(|id| self.facts.orders.get(id));
        let outside = |scored: &Scored| match self.action(&scored.intent) {
            Some(Action::ShowRefund | Action::ExplainRejection) => {
                order.is_some_and(|it| it.latest_refund().is_none())
            }
            Some(Action::ChangeOrder) => order.is_some_and(has_come),
            _ => scored.intent.as_str() == HOW_TO,
        };
        // "And the refund for the lamp?", which is another order's.
        let of_other = self
            .order_by_item()
            .is_some_and(|it| Some(&it) != topic.order.as_ref());
        let filling = self.fills_form(topic) && self.named_orders().is_empty() && !of_other;
        let asks = reading.decision == Decision::Answer && self.asks_at_all();
        filling && asks && reading.intents.iter().all(outside)
    }

    /// After an application was handed in: a question about it, more words on why, or how much of the order. False: something else is meant.
    pub(super) fn goes_on_about_claim(&mut self) -> bool {
        let handed_in = self.claim_handed_in();
        if handed_in.is_some_and(|(claim, order)| self.regrets(&claim, &order.id)) {
            return self.ask_whether_to_call_off();
        }
        let Some((claim, order)) = self.claim_at_hand() else {
            return false;
        };
        let whole = self.tells(ALL_OF_IT) && !self.asks_at_all() && !self.may_claim_more(order);
        if self.calls_claim_off(order) {
            return self.ask_whether_to_call_off();
        }
        let says_more = self.adds_to_claim(&claim, order);
        let told = match self.aside() {
            Some(aside) => self.tell_aside_of_claim(aside, &claim, order),
            None if self.hands_in_again() => {
                self.explain(self.stands(order), order);
                true
            }
            None if whole => {
                self.say_of_claim(Say::ClaimCovers, &claim, order);
                true
            }
            None if says_more => {
                self.say_of_claim(Say::ClaimMore, &claim, order);
                true
            }
            None => self.asks_rules_of_claim() && self.tells_pieces_asked(),
        };
        if told {
            self.memory.misunderstood = 0;
        }
        told
    }

    /// "Can I cancel that?", of an order that can be called off no longer: the application is meant.
    fn calls_claim_off(&self, order: &Order) -> bool {
        let can_cancel = matches!(
            order.status,
            OrderStatus::Processing | OrderStatus::Processed
        );
        let mut found = self.heard.reading.intents.iter();
        let cancels = found.all(|it| self.action(&it.intent) == Some(Action::CancelOrder));
        !can_cancel && cancels && self.named_orders().is_empty() && self.tells(CANCELS_THAT)
    }

    /// What "that" is was left open: nothing is called off on it before it is said.
    fn ask_whether_to_call_off(&mut self) -> bool {
        let Ok(withdraw) = IntentId::parse(WITHDRAW) else {
            return false;
        };
        self.memory.misunderstood = 0;
        self.ask_whether(&withdraw);
        true
    }

    /// "Ok, submit it", once it is handed in.
    fn hands_in_again(&self) -> bool {
        let sure = self.heard.reading.decision == Decision::Answer;
        self.tells(HANDS_IN) && !sure && !self.asks_at_all()
    }

    /// Whether the rules are asked after, and not how long it takes: of that, the application itself tells more.
    fn asks_rules_of_claim(&self) -> bool {
        let unsure = self.heard.reading.decision != Decision::Answer;
        unsure && self.asks_at_all() && !self.tells(HOW_LONG)
    }

    /// Whether a message that names an order asks something, while words or a yes are waited for: the form is not for that order then.
    pub(super) fn asks_of_another(&self, topic: &Topic) -> bool {
        let proves = matches!(topic.need, Need::Proof | Need::SignIn);
        let worded = self.heard.bare().contains(char::is_alphabetic);
        !proves && worded && self.asks_at_all()
    }

    /// Whether a message that may be a report or a request is about an item that is left of an order of which others are claimed. "I don't
    /// want that one either" calls no order off.
    pub(super) fn may_report_another_item(&self) -> bool {
        let reading = self.heard.reading;
        let either = |scored: &Scored| {
            matches!(
                self.action(&scored.intent),
                Some(Action::ReportDelivery | Action::StartRefund | Action::CancelOrder)
            )
        };
        let wants = |scored: &Scored| self.action(&scored.intent) == Some(Action::StartRefund);
        let asks = reading.intents.iter().any(wants) && self.names_item_too();
        let named = !reading.slots.orders.is_empty();
        !named
            && reading.intents.iter().all(either)
            && (asks || self.names_another_item())
            && self.is_left_of_order()
    }

    /// What the message asks about an application, if it asks for nothing else beside.
    fn aside(&self) -> Option<Aside> {
        let reading = self.heard.reading;
        let tells = |scored: &Scored| {
            matches!(
                self.action(&scored.intent),
                Some(
                    Action::Answer
                        | Action::ShowOrder
                        | Action::ShowRefund
                        | Action::StartRefund
                        | Action::ReportDelivery
                )
            )
        };
        let other = reading.decision == Decision::Answer && !reading.intents.iter().all(tells);
        let short = self.heard.text.chars().count() <= LONGEST;
        let mut known = ASIDES.into_iter();
        let asked = known.find(|(circumstance, _)| self.tells(circumstance));
        asked.filter(|_| short && !other).map(|(_, aside)| aside)
    }

    fn tell_aside(&mut self, aside: Aside, topic: &Topic) -> bool {
        let outcome = Outcome::Answer;
        match aside {
            Aside::Either => self.say(self.either(), None, outcome),
            Aside::Fee => return self.tell_fee(),
            // They stand under the question that is asked again.
            Aside::Reasons => {}
            Aside::Reason if topic.need == Need::Cause => self.say(Say::AsideReason, None, outcome),
            Aside::Reason => return false,
            Aside::Box => self.say(Say::AsideBox, None, outcome),
            Aside::SendBack => self.tell_send_back(),
            Aside::WhyPhoto => self.say(Say::AsideWhyPhoto, None, outcome),
            Aside::WhereToSend => self.say(Say::AsideSendHere, None, outcome),
            Aside::Photo
                if self.may_have_to_show(topic) && self.tells_piece(GuideTopic::Evidence) => {}
            Aside::Photo => self.say(Say::AsidePhoto, None, outcome),
            Aside::Postage => return self.tells_piece(GuideTopic::Shipping),
            Aside::Total => return self.tell_total(topic),
            Aside::Next => self.say(Say::AsideNext, None, outcome),
            Aside::WhereTo => return self.tell_where_it_goes(topic),
        }
        true
    }

    /// Where the money would go, of an order that is known.
    fn tell_where_it_goes(&mut self, topic: &Topic) -> bool {
        let facts = self.facts;
        let order = topic.order.as_ref();
        let order = order.and_then(|id| facts.orders.get(id));
        if let Some(order) = order {
            self.tell_where_to(order);
        }
        order.is_some()
    }

    /// What the application comes to as it stands; nothing while it is not clear how much is wanted.
    fn tell_total(&mut self, topic: &Topic) -> bool {
        let facts = self.facts;
        let order = topic.order.as_ref();
        let Some(order) = order.and_then(|id| facts.orders.get(id)) else {
            return false;
        };
        if self.level(&order.id) < ProofLevel::Owner {
            self.say(Say::OrderBillSignIn, Some(order), Outcome::Answer);
            return true;
        }
        let portion = topic.form.portion.clone().unwrap_or_default();
        let clear = !self.portion_is_wrong(topic, order);
        if clear {
            let values = self.portion_values(&portion, order);
            self.say_with(Say::AsideTotal, &values, Outcome::Answer);
        }
        clear
    }

    fn tell_aside_of_claim(&mut self, aside: Aside, claim: &Claim, order: &Order) -> bool {
        let waits = matches!(claim.state, ClaimState::NeedsEvidence { .. });
        match aside {
            Aside::Reason | Aside::Reasons | Aside::WhereTo => return false,
            Aside::Either => self.say(self.either(), None, Outcome::Answer),
            Aside::Fee => return self.tell_fee(),
            Aside::Box => self.say(Say::AsideBox, None, Outcome::Answer),
            Aside::SendBack => self.tell_send_back(),
            Aside::WhyPhoto if waits => self.say(Say::AsideWhyPhoto, None, Outcome::Answer),
            Aside::Photo if waits => self.say_of_claim(Say::RefundNeedsEvidence, claim, order),
            Aside::WhereToSend => self.say(Say::AsideSendHere, None, Outcome::Answer),
            Aside::Postage => return self.tells_piece(GuideTopic::Shipping),
            Aside::Total => self.say_of_claim(Say::ClaimCovers, claim, order),
            Aside::WhyPhoto | Aside::Photo | Aside::Next => {
                self.say(Say::NothingToDo, Some(order), Outcome::Answer);
            }
        }
        true
    }

    /// Whether the goods are exchanged, by what the shop's rules offer.
    pub(super) fn either(&self) -> Say {
        let kinds = &self.facts.site.policy.refund_types;
        match () {
            () if kinds.is_empty() => Say::EitherOpen,
            () if kinds.iter().any(|kind| kind == EXCHANGE) => Say::EitherBoth,
            () => Say::EitherRefund,
        }
    }

    /// That the rules name no fee, and who pays for sending it back. Where there are no rules, nothing is known of fees.
    pub(super) fn tell_fee(&mut self) -> bool {
        let policy = &self.facts.site.policy;
        let known = policy.refund_window_days.is_some() || !policy.refund_types.is_empty();
        let says_more = !policy.note.is_empty();
        if !known || says_more {
            return false;
        }
        self.say(Say::AsideFee, None, Outcome::Answer);
        self.tells_piece(GuideTopic::Shipping);
        true
    }

    /// That nothing is to be sent on a guess, and who pays where the policy says so.
    fn tell_send_back(&mut self) {
        self.say(Say::AsideSendBack, None, Outcome::Answer);
        self.tells_piece(GuideTopic::Shipping);
    }

    /// The rules that a question in the middle of a form names; how long it takes is asked in many words.
    fn tells_rules_aside(&mut self) -> bool {
        let reading = self.heard.reading;
        let reports = |scored: &Scored| self.action(&scored.intent) == Some(Action::ReportDelivery);
        let other = reading.decision == Decision::Answer;
        // "Does it count when the lid is cracked?" asks about the causes, and reports nothing.
        let of_cause = self.asks_at_all() && self.told_cause().is_some() && !self.states_cause();
        if of_cause && (!other || reading.intents.iter().all(reports)) {
            self.say(Say::AsideCause, None, Outcome::Answer);
            return true;
        }
        if other {
            return false;
        }
        if self.tells(HOW_LONG) {
            self.tell_how_long();
            return true;
        }
        self.asks_at_all() && self.tells_pieces_asked()
    }

    /// The application for the order that is talked about, where the message names no other one.
    fn claim_at_hand(&self) -> Option<(Claim, &'a Order)> {
        let (claim, order) = self.claim_handed_in()?;
        let named = self.named_orders();
        let same = named.iter().all(|slot| slot.value == order.id);
        same.then_some((claim, order))
    }

    /// The application for the order that is talked about, if the customer has shown that it is theirs.
    fn claim_handed_in(&self) -> Option<(Claim, &'a Order)> {
        let id = self.conversation.memory.order.as_ref()?;
        let facts = self.facts;
        let order = facts.orders.get(id)?;
        let shown = self.level(id) >= self.facts.site.refund_proof && !self.is_merchant();
        let claims = self.facts.claims.get(id)?;
        let claim = claims.latest().filter(|claim| claim.state.is_open())?;
        shown.then(|| (claim.clone(), order))
    }

    /// Whether the message tells no more than why, of goods that are claimed already: no new matter.
    fn adds_to_claim(&self, claim: &Claim, order: &Order) -> bool {
        let about_goods = |cause: ClaimCause| {
            matches!(
                cause,
                ClaimCause::Damaged
                    | ClaimCause::WrongItem
                    | ClaimCause::ChangedMind
                    | ClaimCause::Other
            )
        };
        let reading = self.heard.reading;
        let unsure = reading.decision != Decision::Answer;
        let tells = |scored: &Scored| match self.action(&scored.intent) {
            Some(Action::ReportDelivery | Action::CancelOrder | Action::Soothe) => true,
            Some(Action::StartRefund) => unsure,
            _ => false,
        };
        let named = named(self.rules, self.heard.text, &order.items, true).items;
        let covered = match claim.items.is_empty() {
            true => !self.may_claim_more(order),
            false => named.iter().all(|item| claim.items.contains(item)),
        };
        let why = self.told_cause().is_some_and(about_goods) && about_goods(claim.cause);
        let asks = self.asks_at_all() && !self.states_cause();
        let steady = !asks && !self.tells(GIVES_UP);
        why && covered && steady && reading.intents.iter().all(tells)
    }
}
