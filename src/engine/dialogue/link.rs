//! What a customer is told, without being asked, when the merchant has answered a request for a link to pay by.

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::values::late_values;
use crate::domain::conversation::{Because, Outcome};
use crate::domain::language::Language;
use crate::domain::payment_link::{LinkState, PaymentLink};
use crate::engine::Rules;
use crate::engine::replies::{Placeholder, Values};
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
    let because = Because {
        outcome: Outcome::Answer,
        said: say.key().to_owned(),
        facts: Values::names(&values),
        ..Because::default()
    };
    (rules.replies.say(say, language, &values), because)
}
