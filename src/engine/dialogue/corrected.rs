//! What a customer is told when an agent has something about their order put right at the merchant's.

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::correct::label;
use super::values::late_values;
use crate::domain::correction::Corrected;
use crate::domain::ids::OrderId;
use crate::domain::language::Language;
use crate::engine::Rules;
use crate::engine::replies::{Placeholder, Values};
use crate::engine::say::Say;

/// That a detail was corrected, and where a link to pay by was asked for, by when it comes.
#[must_use]
pub fn told_corrected(
    rules: &Rules,
    order: &OrderId,
    corrected: Option<&Corrected>,
    link_by: Option<Timestamp>,
    (language, zone): (Language, &TimeZone),
) -> String {
    let correction = corrected.map(|it| {
        let detail = rules
            .replies
            .say(label(it.detail), language, &Values::new());
        let mut values = Values::new()
            .with(Placeholder::CorrectionDetail, &detail)
            .with(Placeholder::CorrectionMasked, &it.detail.masked(&it.value));
        values.set(Placeholder::OrderId, order.as_str());
        rules.replies.say(Say::CorrectDone, language, &values)
    });
    let link = link_by.map(|by| {
        let values = late_values(rules, language, zone, Some(order.as_str()), by);
        rules.replies.say(Say::LinkAsked, language, &values)
    });
    let said: Vec<String> = correction.into_iter().chain(link).collect();
    said.join("\n")
}
