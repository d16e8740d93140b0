//! Whether a message goes on with a matter that is resolved.

use super::Rules;
use super::turn::Heard;
use crate::domain::conversation::{Belongs, Conversation};
use crate::engine::reading::Decision;
use crate::engine::rules::book::{Act, Action};

/// Whether a message is a courtesy, more on the same matter, or about another order.
#[must_use]
pub fn belongs(rules: &Rules, conversation: &Conversation, heard: Heard<'_>) -> Belongs {
    let reading = heard.reading;
    let known = conversation.memory.order.as_ref();
    let names_another = known.is_some()
        && reading
            .slots
            .orders
            .first()
            .is_some_and(|slot| Some(&slot.value) != known);
    let thanks = |action: Action| matches!(action, Action::Thank | Action::Close);
    let courtesy = match reading.decision {
        Decision::Answer => reading.intents.iter().all(|scored| {
            rules
                .intent(&scored.intent)
                .is_some_and(|intent| thanks(intent.action))
        }),
        Decision::None => reading.does(Act::Yes) || reading.does(Act::No) || reading.wordless,
        Decision::Clarify => false,
    };
    match () {
        () if names_another => Belongs::Another,
        () if courtesy && heard.choice.is_none() && reading.slots.orders.is_empty() => {
            Belongs::Courtesy
        }
        () => Belongs::Same,
    }
}
