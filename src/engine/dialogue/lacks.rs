//! What a brief says of an order that may hang, and of what nobody has told yet.

use super::invoice::{INVOICE, names_payer};
use super::reported::REPORT;
use super::speaker::Speaker;
use super::states::is_late;
use super::sums::went_back_in_part;
use crate::domain::conversation::Need;
use crate::domain::ids::IntentId;
use crate::domain::order::{Order, OrderStatus};
use crate::domain::proof::ProofLevel;
use crate::engine::replies::Placeholder;
use crate::engine::say::Say;

/// The matter of money that a merchant waits for.
const PAYOUT: &str = "payout_missing";
/// The circumstances that are about one item rather than the parcel.
const ITEM_CAUSES: [&str; 2] = ["damaged", "wrong_item"];

impl Speaker<'_> {
    /// How the order stands where it may hang.
    pub(super) fn standing(&self, order: &Order) -> Option<String> {
        let late = order
            .latest_refund()
            .is_some_and(|refund| is_late(refund, self.facts.now));
        let say = match order.status {
            _ if late => Say::BriefCauseLate,
            OrderStatus::Refunded if went_back_in_part(order).is_some() => Say::BriefCausePart,
            OrderStatus::Rejected => Say::BriefCauseRejected,
            OrderStatus::Processed
            | OrderStatus::Completed
            | OrderStatus::Refunding
            | OrderStatus::Refunded => Say::BriefCauseBank,
            OrderStatus::Processing if order.paid_at.is_none() => Say::BriefCauseUnpaid,
            _ => return None,
        };
        let mut values = self.values(Some(order));
        // An agent may see them, whatever the customer has shown.
        if let Some(back) = went_back_in_part(order) {
            values.set(Placeholder::RefundAmount, &back.to_string());
            values.set(Placeholder::OrderAmount, &order.amount.to_string());
        }
        Some(self.rules.replies.say(say, self.language, &values))
    }

    /// What was not told yet, in the order in which it is needed.
    pub(super) fn missing(&self) -> Vec<String> {
        let need = self.memory.topic.as_ref().map(|topic| topic.need);
        let order = self.memory.order.as_ref();
        let unproven = order.is_some_and(|order| self.level(order) == ProofLevel::Nothing);
        let mut missing = Vec::new();
        if need == Some(Need::Order) && order.is_none() {
            missing.push(self.plain(Say::BriefMissingOrder));
        }
        if need == Some(Need::Proof) || unproven {
            missing.push(self.plain(Say::BriefMissingProof));
        } else if need == Some(Need::SignIn) {
            missing.push(self.plain(Say::BriefMissingSignIn));
        }
        if matches!(need, Some(Need::Cause | Need::Details))
            && self
                .memory
                .topic
                .as_ref()
                .is_some_and(|topic| topic.form.details.is_none())
        {
            missing.push(self.plain(Say::BriefMissingStory));
        }
        missing.extend(self.particulars_missing().map(|say| self.plain(say)));
        missing
    }

    /// What a person needs for a matter of this kind and nobody has told: which item, the name on an invoice, which settlement.
    fn particulars_missing(&self) -> Option<Say> {
        let waits = self.memory.topic.as_ref().map(|topic| &topic.intent);
        let mut answered = self.memory.answered.iter().rev();
        let brought = |id: &&IntentId| self.is_matter(id) && !self.asks_for_person(id);
        let matter = waits.or_else(|| answered.find(brought))?;
        let told = self.all_told();
        let reading = self.rules.matcher.read(&told);
        match matter.as_str() {
            INVOICE => (!names_payer(&reading)).then_some(Say::BriefMissingName),
            PAYOUT => (!told.bytes().any(|byte| byte.is_ascii_digit()))
                .then_some(Say::BriefMissingSettlement),
            REPORT => {
                let goods = ITEM_CAUSES.iter().any(|cause| reading.tells(cause));
                (goods && self.is_unclear_which(&told)).then_some(Say::BriefMissingItem)
            }
            _ => None,
        }
    }

    /// All that the customer wrote of the matter, as far as it is kept.
    fn all_told(&self) -> String {
        let form = self.memory.topic.as_ref().map(|topic| &topic.form);
        let details = form.and_then(|form| form.details.as_deref());
        let asked = self.memory.asked.as_deref();
        let parts = asked.into_iter().chain(details).chain([self.heard.text]);
        parts.collect::<Vec<_>>().join("\n")
    }

    /// Whether there are several items and the words name none, or one of several that are called the same.
    fn is_unclear_which(&self, told: &str) -> bool {
        let order = self.memory.order.as_ref();
        let order = order
            .filter(|id| self.level(id) > ProofLevel::Nothing)
            .and_then(|id| self.facts.orders.get(id));
        order.is_some_and(|order| order.items.len() > 1 && !self.names_item_of(order, told))
    }
}
