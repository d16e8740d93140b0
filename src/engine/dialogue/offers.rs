//! What may be chosen under an answer. It must not know what becomes of a choice.

use super::speaker::Speaker;
use crate::domain::conversation::Offer;
use crate::domain::ids::IntentId;

impl Speaker<'_> {
    /// The matters that most people come with, and a person.
    pub(super) fn offer_menu(&mut self) {
        if self.is_merchant() {
            return self.offer_intents(&[
                "payout_missing",
                "merchant_error",
                "order_status",
                "talk_to_human",
            ]);
        }
        self.offer_intents(&[
            "order_status",
            "refund_request",
            "payment_system_fault",
            "talk_to_human",
        ]);
    }

    pub(super) fn offer_intents(&mut self, names: &[&str]) {
        let known = names
            .iter()
            .filter_map(|name| IntentId::parse(name).ok())
            .filter(|id| self.rules.intent(id).is_some());
        let offers: Vec<Offer> = known.map(Offer::Intent).collect();
        if !offers.is_empty() {
            self.offer(offers);
        }
    }
}

/// What somebody may want to do who was told how it is done.
pub(super) fn after_answer(intent: &str) -> &'static [&'static str] {
    match intent {
        "payment_frozen" | "payment_network" | "payment_wrong_details" => {
            &["payment_resubmit", "talk_to_human"]
        }
        "refund_policy" | "refund_how_to" => &["refund_request", "talk_to_human"],
        "account_security" => &["talk_to_human"],
        _ => &[],
    }
}
