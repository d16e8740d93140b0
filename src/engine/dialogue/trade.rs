//! What merchants bring of their buyers, their slips and their money: answered by its kind, and handed to whoever can look into it. It must
//! not decide about a refund.

use super::circumstances::MERCHANT;
use super::matter::fresh;
use super::reported::REPORT;
use super::speaker::Speaker;
use super::tellings::{PAYOUT, SLIP};
use crate::domain::conversation::{Outcome, Topic};
use crate::domain::handoff::HandoffReason;
use crate::domain::ids::IntentId;
use crate::domain::proof::ProofLevel;
use crate::engine::say::Say;

/// Where that money goes.
const ACCOUNT: &str = "account_security";
/// What a buyer paid twice.
const PAID_TWICE: &str = "double_charge";
/// What does not work.
const FAULT: &str = "payment_system_fault";
/// What the rules of refunds are.
const RULES: &str = "refund_policy";
/// The circumstance of a payment that a buyer disputes at the bank.
const CHARGEBACK: &str = "merchant_chargeback";
/// After an answer about refunds that buyers want.
const AFTER_RULES: [&str; 2] = ["merchant_error", "talk_to_human"];

/// A circumstance, the matter that it belongs to, and why a person has it; none where there is an answer.
type Kind = (&'static str, &'static str, Option<HandoffReason>);

/// The gravest first: a refund that has gone wrong is to be stopped before anything is asked about rules.
const KINDS: [Kind; 19] = [
    (
        "merchant_refunded_wrong",
        SLIP,
        Some(HandoffReason::NotCovered),
    ),
    (
        "merchant_buyer_reports",
        RULES,
        Some(HandoffReason::NotCovered),
    ),
    (
        "merchant_got_other_back",
        RULES,
        Some(HandoffReason::AbuseSuspected),
    ),
    (
        "merchant_abused",
        RULES,
        Some(HandoffReason::AbuseSuspected),
    ),
    (CHARGEBACK, RULES, Some(HandoffReason::NotCovered)),
    ("merchant_denied_delivery", REPORT, None),
    ("merchant_sent_wrong", SLIP, Some(HandoffReason::NotCovered)),
    (
        "merchant_buyer_paid_twice",
        PAID_TWICE,
        Some(HandoffReason::NotCovered),
    ),
    ("merchant_paid_no_order", FAULT, None),
    (
        "merchant_paid_short",
        PAYOUT,
        Some(HandoffReason::NotCovered),
    ),
    ("merchant_reserve", PAYOUT, Some(HandoffReason::NotCovered)),
    ("merchant_payout_account", ACCOUNT, None),
    ("merchant_reverses", SLIP, None),
    ("merchant_payout_rules", PAYOUT, None),
    ("merchant_fees", PAYOUT, None),
    ("merchant_changes_rules", RULES, None),
    ("merchant_buyer_gets_money", RULES, None),
    ("merchant_decide_by", RULES, None),
    ("merchant_may_refuse", RULES, None),
];

impl Speaker<'_> {
    /// Answers what a merchant brings by its kind. False: no merchant speaks, or it is of none of these kinds.
    pub(super) fn answers_trade(&mut self) -> bool {
        if !self.is_merchant() && !self.tells(MERCHANT) {
            return false;
        }
        let mut kinds = KINDS.into_iter();
        let Some((kind, matter, reason)) = kinds.find(|(told, ..)| self.tells(told)) else {
            return false;
        };
        let Ok(intent) = IntentId::parse(matter) else {
            return false;
        };
        self.memory.misunderstood = 0;
        self.hear_first(kind);
        self.note_acted(&intent);
        self.memory.note_answered(&intent);
        self.note_words(&intent);
        match reason {
            Some(reason) => self.hand_over_trade(&intent, reason),
            None => {
                self.reply(&intent, Outcome::Answer);
                self.offer_intents(&AFTER_RULES);
            }
        }
        true
    }

    /// Whether a merchant has to answer a chargeback: of a buyer the same word is a threat.
    pub(super) fn answers_chargeback(&self) -> bool {
        self.is_merchant() && self.tells(CHARGEBACK)
    }

    /// Replies go by what is told first.
    fn hear_first(&mut self, kind: &str) {
        self.told.sort_by_key(|told| told.as_str() != kind);
    }

    fn hand_over_trade(&mut self, intent: &IntentId, reason: HandoffReason) {
        let reading = self.heard.reading;
        let own = |id: &&IntentId| matches!(id.as_str(), SLIP | PAYOUT) && *id != intent;
        let others = reading.intents.iter().map(|scored| &scored.intent);
        self.to_come = others.filter(own).map(|id| (id.clone(), None)).collect();
        let named = self.named_orders().first().map(|slot| slot.value.clone());
        if let Some(order) = &named {
            self.memory.order = Some(order.clone());
        }
        self.tell_merchant_facts(&fresh(intent, named));
        self.reply(intent, Outcome::Escalate);
        self.hand_over(reason, Say::HandedOver);
    }

    /// How a merchant's own order stands, in the breath before their case goes to a person.
    pub(super) fn tell_merchant_facts(&mut self, topic: &Topic) {
        let Some(id) = self.meant(topic).filter(|_| self.is_merchant()) else {
            return;
        };
        self.prove_by_identity(&id);
        let facts = self.facts;
        if let Some(order) = facts
            .orders
            .get(&id)
            .filter(|_| self.level(&id) > ProofLevel::Nothing)
        {
            let values = self.values(Some(order));
            let text = self
                .rules
                .replies
                .say(Say::MerchantOrder, self.language, &values);
            self.lead_with(text);
        }
    }

    /// Who speaks, and with what they can help: merchants come with other matters than buyers.
    pub(super) fn welcome(&self) -> Say {
        match self.is_merchant() {
            true => Say::MerchantWelcome,
            false => Say::Welcome,
        }
    }
}
