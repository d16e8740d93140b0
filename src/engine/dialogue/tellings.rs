//! What a message tells beside what it asks, as the dialogue hears it.

use super::circumstances::MERCHANT;
use crate::domain::conversation::{Conversation, Role};
use crate::domain::ids::IntentId;
use crate::engine::reading::Reading;

/// A slip in the back office.
pub(super) const SLIP: &str = "merchant_error";
/// Money that the merchant waits for.
pub(super) const PAYOUT: &str = "payout_missing";
/// What is heard of merchants alone has a name that begins so.
const OF_MERCHANTS: &str = "merchant_";

/// What a message tells beside what it asks, the surest first, and that a merchant speaks. What merchants alone have to do with is not
/// heard of anybody else: a customer who "may refuse a refund" means something else.
pub(super) fn told(reading: &Reading, conversation: &Conversation) -> Vec<IntentId> {
    let merchant = IntentId::parse(MERCHANT).ok();
    let merchant = merchant.filter(|_| conversation.role == Role::Merchant);
    let theirs = |id: &IntentId| matches!(id.as_str(), SLIP | PAYOUT);
    let trades = merchant.is_some()
        || reading.tells(MERCHANT)
        || reading.intents.iter().any(|scored| theirs(&scored.intent));
    let told = reading.told.iter().cloned();
    let of_merchants = |id: &IntentId| id.as_str().starts_with(OF_MERCHANTS);
    let told = told.filter(|id| trades || !of_merchants(id));
    // What a merchant tells goes before that a merchant speaks: replies go by what stands first.
    let (theirs, others): (Vec<_>, Vec<_>) = told.partition(of_merchants);
    let told = theirs.into_iter().chain(merchant).chain(others);
    told.collect()
}
