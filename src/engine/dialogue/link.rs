//! Links to pay by: asked of the merchant for whoever has shown that the order is theirs, and what they are told, without being asked, when
//! the merchant has answered.

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::because::unasked;
use super::speaker::Speaker;
use super::turn::Move;
use super::values::late_values;
use crate::domain::conversation::{Because, Outcome, Prompt};
use crate::domain::ids::{IntentId, OrderId};
use crate::domain::language::Language;
use crate::domain::order::Order;
use crate::domain::payment_link::{LinkState, PaymentLink};
use crate::domain::promise::Promised;
use crate::domain::proof::ProofLevel;
use crate::engine::Rules;
use crate::engine::replies::Placeholder;
use crate::engine::rules::book::Action;
use crate::engine::say::Say;

/// The sentence, and why it is said.
#[must_use]
pub fn told_link(
    rules: &Rules,
    link: &PaymentLink,
    due_by: Timestamp,
    (language, zone): (Language, &TimeZone),
) -> (String, Because) {
    let at = |time| late_values(rules, language, zone, Some(link.order.as_str()), time);
    let mut values = at(due_by);
    let say = match &link.state {
        LinkState::Given { url, expires_at } => {
            values.set(Placeholder::LinkUrl, url);
            if let Some(until) = expires_at {
                let until = at(*until);
                values.set(Placeholder::LinkUntil, until.get(Placeholder::DueBy));
            }
            Say::LinkGiven
        }
        LinkState::Refused { reason } => {
            values.set(Placeholder::LinkReason, reason);
            Say::LinkRefused
        }
        LinkState::Asked => Say::LinkStill,
    };
    let why = (Prompt::Link, Outcome::Answer);
    unasked(rules, say, language, &values, why)
}

impl Speaker<'_> {
    /// Whether the merchant can be asked for a link by this customer.
    pub(super) fn may_ask_link(&self, order: &Order) -> bool {
        self.facts.site.gives_links
            && self.level(&order.id) >= ProofLevel::Owner
            && order.is_unpaid()
    }

    /// Asks the merchant for a link, or says that it has been asked for.
    pub(super) fn ask_link(&mut self, order: &Order) {
        let given = self.conversation.links.given(&order.id, self.facts.now);
        if let Some((url, until)) = given {
            let mut values = self.values(Some(order));
            values.set(Placeholder::LinkUrl, url);
            if let Some(until) = until {
                let until = self.values_with(Some(order), until);
                values.set(Placeholder::LinkUntil, until.get(Placeholder::DueBy));
            }
            return self.say_with(Say::LinkAgain, &values, Outcome::Answer);
        }
        if self.conversation.links.waiting(&order.id).is_some() {
            let by = self.link_promised(order);
            let values = self.values_with(Some(order), by);
            return self.say_with(Say::LinkStill, &values, Outcome::Answer);
        }
        self.moves.push(Move::AskLink {
            order: order.id.clone(),
            by: self.facts.site.due_by,
        });
        self.say(Say::LinkAsked, Some(order), Outcome::Answer);
    }

    /// Whether a link to pay by was given and still works: it is given again as often as it is asked for.
    pub(super) fn wants_given_link(&self, intent: &IntentId, order: Option<&OrderId>) -> bool {
        let pays = self.action(intent) == Some(Action::PayAgain);
        let order = order.or(self.memory.order.as_ref()).filter(|_| pays);
        let links = &self.conversation.links;
        order.is_some_and(|order| links.given(order, self.facts.now).is_some())
    }

    /// By when the customer was told that the link comes.
    fn link_promised(&self, order: &Order) -> Timestamp {
        let mut promises = self.conversation.promises.iter();
        let promised = promises.find_map(|promise| match &promise.what {
            Promised::Link { order: of, .. } if *of == order.id && promise.binds() => {
                Some(promise.by)
            }
            _ => None,
        });
        promised.unwrap_or(self.facts.site.due_by)
    }
}
