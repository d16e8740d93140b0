//! What a customer is told, without being asked, when a promise will not be kept in time.

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::because::unasked;
use super::values::late_values;
use crate::domain::conversation::{Because, Outcome, Prompt};
use crate::domain::language::Language;
use crate::domain::order::Order;
use crate::domain::promise::Promised;
use crate::engine::Rules;
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
    let why = (Prompt::Promise, Outcome::Escalate);
    unasked(rules, say, language, &values, why)
}
