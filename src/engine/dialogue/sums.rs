//! "You only refunded half": what was paid and what has gone back, side by side, and a person who looks where the money went.

use rust_decimal::Decimal;

use super::beside::PLACES;
use super::recorded::SHORT;
use super::speaker::Speaker;
use super::sum_said::counts;
use crate::domain::conversation::Outcome;
use crate::domain::handoff::HandoffReason;
use crate::domain::money::Money;
use crate::domain::order::{Order, OrderStatus, Refund, RefundState};
use crate::domain::proof::ProofLevel;
use crate::engine::reading::{Decision, Scored};
use crate::engine::replies::{Placeholder, Values};
use crate::engine::rules::book::Action;
use crate::engine::say::Say;
use crate::engine::slots::Slot;

/// The circumstance of somebody who says that less came back than was due.
const LESS_BACK: &str = "less_back";
/// The circumstance of somebody who asks how much of it comes back.
const REFUND_AMOUNT: &str = "asks_refund_amount";

impl Speaker<'_> {
    /// Whether somebody says that less came back than was due.
    pub(super) fn says_less_came(&self) -> bool {
        self.tells(LESS_BACK)
    }

    /// Compares what was paid with what has gone back. Where the record shows less or no sum, where it may not be told here, and to who
    /// has heard it already, a person looks. False: nothing has gone back yet.
    pub(super) fn compares_sums(&mut self, order: &Order) -> bool {
        let back = match SentBack::of(order) {
            SentBack::Nothing => return false,
            SentBack::Sum(back) if self.level(&order.id) >= ProofLevel::Owner => back,
            SentBack::Sum(_) | SentBack::Unknown => {
                self.hand_over(HandoffReason::NotCovered, Say::SumsChecked);
                return true;
            }
        };
        let mut values = self.values(Some(order));
        values.set(Placeholder::RefundAmount, &back.to_string());
        if back.amount < order.amount.amount {
            let text = self
                .rules
                .replies
                .say(Say::SumsLess, self.language, &values);
            self.lead_with(text);
            self.hand_over(HandoffReason::NotCovered, Say::SumsChecked);
        } else {
            self.tell_sums(Say::SumsAll, &values);
        }
        true
    }

    /// Of an order of which less has gone back than was paid, that it was a part, and nothing of "in full". False: it was all, or that is
    /// not known.
    pub(super) fn tells_part_sent(&mut self, say: Say, order: &Order) -> bool {
        let complete = matches!(say, Say::RefundPaid | Say::OrderRefunded);
        let Some(back) = went_back_in_part(order).filter(|_| complete) else {
            return false;
        };
        let mut values = self.values(Some(order));
        values.set(Placeholder::RefundAmount, &back.to_string());
        let say = match self.level(&order.id) >= ProofLevel::Owner {
            true => Say::RefundPartSums,
            false => Say::RefundPart,
        };
        self.tell_sums(say, &values);
        true
    }

    /// Says what stands on record, once: to who has heard it already, a person looks.
    fn tell_sums(&mut self, say: Say, values: &Values) {
        let text = self.rules.replies.say(say, self.language, values);
        if self.has_just_said(&text) {
            return self.hand_over(HandoffReason::NotCovered, Say::SumsChecked);
        }
        self.say_with(say, values, Outcome::GiveOrderStatus);
        self.offer_intents(&["talk_to_human"]);
    }

    /// Compares the sums of the order that is talked about, where the message asks after them. False: it does not.
    pub(super) fn compares_sums_at_hand(&mut self) -> bool {
        let facts = self.facts;
        let order = self.order_at_hand().and_then(|id| facts.orders.get(&id));
        let Some(order) = order.filter(|order| self.asks_after_sums(order)) else {
            return false;
        };
        self.memory.misunderstood = 0;
        self.note_looked_up();
        self.compares_sums(order)
    }

    /// Whether a short message asks after the sums of an order of which less has gone back than was paid: in words, or by one of them.
    pub(super) fn asks_after_sums(&self, order: &Order) -> bool {
        let reading = self.heard.reading;
        let other = |scored: &Scored| {
            !matches!(
                self.action(&scored.intent),
                Some(
                    Action::ShowOrder
                        | Action::ShowRefund
                        | Action::ReportDelivery
                        | Action::ExplainRejection
                        | Action::Answer
                        | Action::Soothe
                )
            )
        };
        let others = reading.decision == Decision::Answer && reading.intents.iter().any(other);
        let short = self.heard.text.chars().count() <= SHORT;
        let back = went_back_in_part(order).filter(|_| short && !others);
        back.is_some_and(|back| {
            self.says_less_came() || self.tells(REFUND_AMOUNT) || self.names_sum(order, back)
        })
    }

    /// Whether a number of the message is what was paid, what has gone back, or the difference; what counts days or names something is
    /// none of them.
    fn names_sum(&self, order: &Order, back: Money) -> bool {
        let paid = order.amount.amount;
        let sums = [Some(paid), Some(back.amount), paid.checked_sub(back.amount)];
        let slots = &self.heard.reading.slots;
        let amounts = slots.amounts.iter().map(|it| it.value.value);
        let text = self.heard.text;
        let plain = |it: &&Slot<Decimal>| !counts(self.rules, text, (it.start, it.end));
        let numbers = slots.numbers.iter().take(PLACES).filter(plain);
        let numbers = numbers.map(|it| it.value);
        amounts.chain(numbers).any(|it| sums.contains(&Some(it)))
    }

    /// Whether a report of trouble, which goes to a person, is taken up after this.
    pub(super) fn reports_next(&self) -> bool {
        let mut next = self.to_come.iter();
        next.any(|(intent, _)| self.action(intent) == Some(Action::ReportDelivery))
    }
}

/// How much has gone back, where that is known and less than was paid.
pub(super) fn went_back_in_part(order: &Order) -> Option<Money> {
    match SentBack::of(order) {
        SentBack::Sum(back) => (back.amount < order.amount.amount).then_some(back),
        SentBack::Nothing | SentBack::Unknown => None,
    }
}

/// What has left for the customer in all.
#[derive(Debug, PartialEq)]
enum SentBack {
    Nothing,
    /// The shop does not say how much, or it was paid back in another currency.
    Unknown,
    Sum(Money),
}

impl SentBack {
    fn of(order: &Order) -> Self {
        let gone =
            |refund: &&Refund| matches!(refund.state, RefundState::Paid | RefundState::Paying);
        let mut sent = order.refunds.iter().filter(gone).peekable();
        if sent.peek().is_none() {
            return match order.status {
                OrderStatus::Refunded => Self::Unknown,
                _ => Self::Nothing,
            };
        }
        let currency = order.amount.currency;
        let sum = sent.try_fold(Decimal::ZERO, |sum, refund| {
            let amount = refund.amount.filter(|it| it.currency == currency)?;
            sum.checked_add(amount.amount)
        });
        sum.map_or(Self::Unknown, |amount| {
            Self::Sum(Money { amount, currency })
        })
    }
}
