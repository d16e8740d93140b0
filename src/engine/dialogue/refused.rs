//! Questions after an order was refused, or its refund failed: what is wrong, where it is mended, whether to wait, which way of paying
//! will do. The cause that the facts show answers them, and a detail that was missing is taken.

use super::form::CORRECTION;
use super::recorded::SHORT;
use super::speaker::Speaker;
use super::states::was_refused;
use crate::domain::conversation::{Form, Need, Outcome, Topic};
use crate::domain::correction::{Correction, Detail};
use crate::domain::ids::IntentId;
use crate::domain::order::{Order, OrderStatus, RefundState};
use crate::domain::trouble::{Actor, Cause, Finding, NextStep};
use crate::engine::reading::Decision;
use crate::engine::rules::book::Action;
use crate::engine::say::Say;
use crate::engine::slots::bare_value;

/// What is asked. Each is meant so only while such an order is at hand.
const HOW_TO_MEND: &str = "asks_to_mend";
const WHAT_IS_WRONG: &str = "asks_what_is_wrong";
pub(super) const WHY_REFUSED: &str = "asks_why_refused";
const WHETHER_TO_WAIT: &str = "asks_if_wait";
const WHETHER_YOU: &str = "asks_if_it_is_you";
const WHETHER_METHOD: &str = "asks_if_method";
/// Which address the card needs; that what is given as the cause is not so; that it is paid in another way.
const WHICH_ADDRESS: &str = "asks_which_address";
const DENIES_CAUSE: &str = "denies_cause";
const OTHER_METHOD: &str = "other_method";
/// The circumstance of a message that is an address.
const GIVES_ADDRESS: &str = "gives_address";

impl Speaker<'_> {
    /// Answers a question about the order at hand by the cause for which it was refused. False: it was not, or something else is asked.
    pub(super) fn answers_by_cause(&mut self) -> bool {
        let facts = self.facts;
        let order = self.order_at_hand().and_then(|id| facts.orders.get(&id));
        let hangs = |order: &&Order| was_refused(order) || has_failed(order);
        let Some(order) = order.filter(hangs) else {
            return false;
        };
        let length = self.heard.text.chars().count();
        let short = length <= CORRECTION || self.tells(DENIES_CAUSE) && length <= SHORT;
        let told = self.gives_missing_detail(order) || short && self.tells_by_cause(order);
        if told {
            self.memory.misunderstood = 0;
        }
        told
    }

    fn tells_by_cause(&mut self, order: &Order) -> bool {
        let found = self.finding(self.stands(order), order);
        let mends = [HOW_TO_MEND, WHAT_IS_WRONG, WHETHER_YOU, DENIES_CAUSE];
        let mends = mends.iter().any(|it| self.tells(it));
        let waits = self.tells(WHETHER_TO_WAIT);
        let unread = self.heard.reading.decision == Decision::None;
        let values = self.values(Some(order));
        let how = (self.rules.replies).say(Say::PayOtherWay, self.language, &values);
        match found {
            _ if self.tells(WHY_REFUSED) && self.says_why() => {}
            // Of an order that never went through, no refund is asked after but money that the bank shows as gone.
            _ if was_never_bought(order) && self.asks_for_money() => self.tell_if_charged(order),
            _ if self.tells(WHETHER_METHOD) && order.is_unpaid() && unread => {
                match self.has_just_said(&how) {
                    true => self.tell_nothing_more(),
                    false => self.take_up_told(super::asked::PAY_AGAIN, &order.id),
                }
            }
            Some(found) if self.asks_billing_address(&found) => {
                self.say(Say::BillingAddress, Some(order), Outcome::GiveOrderStatus);
            }
            // Whose refund failed at the shop has nothing to do; what else may be wrong with one is told as it always is.
            Some(found) if has_failed(order) => {
                let shop = found.actor == Actor::Merchant;
                let why = self.tells(WHY_REFUSED);
                if !(shop && (mends || waits || why)) {
                    return false;
                }
                self.tell_cause(found.next_step, order);
            }
            Some(found) if mends || waits => self.tell_cause(found.next_step, order),
            // "My card isn't expired", where nobody wrote down why: that much is known, and who can look.
            None if mends && was_never_bought(order) => {
                let side = (self.rules.replies).say(self.side_of(order), self.language, &values);
                match self.has_just_said(&side) {
                    true => self.tell_nothing_more(),
                    false => self.tell_side(order),
                }
            }
            _ => return false,
        }
        true
    }

    fn asks_for_money(&self) -> bool {
        let mut found = self.heard.reading.intents.iter();
        found.any(|it| self.action(&it.intent) == Some(Action::ShowRefund))
    }

    /// On whose side it hangs, or what to do about it: whichever was not just said.
    fn tell_cause(&mut self, step: NextStep, order: &Order) {
        let values = self.values(Some(order));
        let replies = &self.rules.replies;
        let side = replies.say(self.side_of(order), self.language, &values);
        if step == NextStep::CompleteDetails || !self.has_just_said(&side) {
            return self.tell_side(order);
        }
        self.say_with(
            super::causes::sentence(step),
            &values,
            Outcome::GiveOrderStatus,
        );
        self.offer_intents(&["talk_to_human"]);
    }

    /// Which address is meant, of a payment whose details did not match: the one that the bank has.
    fn asks_billing_address(&self, found: &Finding) -> bool {
        let details = found.cause == Cause::WrongDetails;
        details && found.next_step != NextStep::CompleteDetails && self.tells(WHICH_ADDRESS)
    }

    /// How an order is paid that is not: which other ways there are stands where it is paid.
    pub(super) fn how_to_pay(&self) -> Say {
        match self.tells(OTHER_METHOD) || self.tells(WHETHER_METHOD) {
            true => Say::PayOtherWay,
            false => Say::PayAgainOrder,
        }
    }

    fn lacks_detail(&self, order: &Order) -> bool {
        let found = self.finding(self.stands(order), order);
        found.is_some_and(|found| found.next_step == NextStep::CompleteDetails)
    }

    /// Takes a message that is nothing but an address, a number or an e-mail address as the detail that the order lacks. False: it lacks
    /// none, or none is given.
    fn gives_missing_detail(&mut self, order: &Order) -> bool {
        let text = self.heard.text;
        if text.chars().count() > SHORT || !self.lacks_detail(order) {
            return false;
        }
        let slots = &self.heard.reading.slots;
        let given = match (slots.emails.as_slice(), slots.phones.as_slice()) {
            _ if self.tells(GIVES_ADDRESS) => Detail::Address
                .read(bare_value(text))
                .map(|it| (Detail::Address, it)),
            ([one], []) => Detail::Email.read(&one.value).map(|it| (Detail::Email, it)),
            ([], [one]) => Detail::Phone.read(&one.value).map(|it| (Detail::Phone, it)),
            _ => None,
        };
        let (Some((detail, value)), Ok(intent)) = (given, IntentId::parse(super::asked::CHANGE))
        else {
            return false;
        };
        self.note_words(&intent);
        self.begin(Topic {
            intent,
            order: Some(order.id.clone()),
            need: Need::Details,
            tries: 0,
            form: Form {
                details: Some(text.to_owned()),
                corrections: vec![Correction {
                    detail,
                    value: Some(value),
                }],
                ..Form::default()
            },
            rule: None,
        });
        true
    }
}

/// Whether the order was refused before any refund was thought of.
fn was_never_bought(order: &Order) -> bool {
    order.status == OrderStatus::Rejected && order.latest_refund().is_none()
}

/// Whether the latest refund could not be paid.
pub(super) fn has_failed(order: &Order) -> bool {
    let refund = order.latest_refund();
    refund.is_some_and(|refund| refund.state == RefundState::Failed)
}
