//! What a customer is told, without being asked, when a promise will not be kept in time.

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::values::late_values;
use crate::domain::conversation::{Because, Outcome};
use crate::domain::language::Language;
use crate::domain::order::Order;
use crate::domain::promise::Promised;
use crate::engine::Rules;
use crate::engine::replies::Values;
use crate::engine::say::Say;

/// The sentence with the new time, and why it is said.
#[must_use]
pub fn told_late(
    rules: &Rules,
    what: &Promised,
    order: Option<&Order>,
    due_by: Timestamp,
    (language, zone): (Language, &TimeZone),
) -> (String, Because) {
    let (say, number) = match what {
        Promised::Answer { .. }
        | Promised::Repair { .. }
        | Promised::Link { .. }
        | Promised::TakeUp { .. } => (Say::AnswerLate, None),
        Promised::Payment { order: id, .. } => {
            let written = order.map_or(id.as_str(), |order| order.written_id.as_str());
            (Say::PaymentLate, Some(written))
        }
    };
    let values = late_values(rules, language, zone, number, due_by);
    escalated(rules, say, language, &values)
}

/// A sentence that says that people have it from here on, and why it is said.
pub(super) fn escalated(
    rules: &Rules,
    say: Say,
    language: Language,
    values: &Values<'_>,
) -> (String, Because) {
    let because = Because {
        outcome: Outcome::Escalate,
        said: say.key().to_owned(),
        facts: values.names(),
        ..Because::default()
    };
    (rules.replies.say(say, language, values), because)
}
