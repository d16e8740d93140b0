//! Where conversations and orders stand in the indexes beside the lists of the inbox: by time, by notice, by whoever ordered.

use crate::domain::conversation::{Conversation, Status};
use crate::domain::order::{Contact, Order, fold_email, fold_phone};
use crate::store::keys;

/// The places of a conversation in the indexes by time and by notice.
pub(crate) fn times(conversation: &Conversation) -> Vec<Vec<u8>> {
    let waits = !conversation.memory.unanswered.is_empty();
    let heard = conversation.memory.heard_at;
    let heard = heard.unwrap_or(conversation.updated_at);
    let burst = waits.then(|| keys::burst(heard, &conversation.id));
    let snoozed = match conversation.status {
        Status::Snoozed { until, .. } => Some(keys::snoozed(until, &conversation.id)),
        _ => None,
    };
    let look = conversation.promises.next_look();
    let look = look.map(|at| keys::promise(at, &conversation.id));
    let service = conversation.service.next_look();
    let service = service.map(|at| keys::service(at, &conversation.id));
    let linked = conversation.notices.iter();
    let linked = linked.map(|notice| keys::linked(notice, &conversation.id));
    let by_time = burst.into_iter().chain(snoozed).chain(look).chain(service);
    by_time.chain(linked).collect()
}

/// The places of an order among the orders of its contact.
pub(crate) fn contacts(order: &Order) -> Vec<Vec<u8>> {
    let addresses = contact_addresses(&order.customer);
    let place =
        |address: &String| keys::contact_order(&keys::contact(&order.merchant, address), order);
    addresses.iter().map(place).collect()
}

/// How the orders of a customer are looked up.
pub(crate) fn contact_addresses(customer: &Contact) -> Vec<String> {
    addresses(customer.email.as_deref(), customer.phone.as_deref())
}

/// How a contact is looked up: by the whole e-mail address, by the last eight digits of the phone number, which are the same with and
/// without a country's prefix.
pub(crate) fn addresses(email: Option<&str>, phone: Option<&str>) -> Vec<String> {
    let email = email.map(fold_email).filter(|email| !email.is_empty());
    let phone = phone.map(fold_phone).and_then(|phone| {
        let digits = phone.trim_start_matches('+');
        digits
            .get(digits.len().checked_sub(8)?..)
            .map(str::to_owned)
    });
    email.into_iter().chain(phone).collect()
}
