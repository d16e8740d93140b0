//! Why something is said, as it stands in the log: the rule and the words, what lost against it, what was read out of the message.

use super::speaker::Speaker;
use super::turn::Heard;
use crate::domain::conversation::{Because, Outcome, RunnerUp, Slotted};
use crate::engine::replies::Values;
use crate::engine::slots::Slot;

/// A message has more of a kind only if somebody pastes a list.
const SLOTS: usize = 12;

impl Speaker<'_> {
    /// Why a sentence is said, which used these values.
    pub(super) fn because(&self, said: String, values: &Values, outcome: Outcome) -> Because {
        let current = self.current.as_ref();
        let lost = self.heard.reading.runner_up.as_ref();
        let lost = lost.filter(|lost| current.is_none_or(|won| won.intent != lost.intent));
        Because {
            outcome,
            intent: current.map(|scored| scored.intent.clone()),
            rule: current.map(|scored| scored.rule.to_string()),
            matched: current
                .into_iter()
                .flat_map(|scored| &scored.matched)
                .map(|matched| matched.text.clone())
                .collect(),
            score: current.map_or(0, |scored| scored.score),
            said,
            facts: values.names(),
            policy: Vec::new(),
            runner_up: lost.map(|lost| RunnerUp {
                intent: lost.intent.clone(),
                rule: lost.rule.to_string(),
                score: lost.score,
            }),
            slots: slotted(self.heard),
        }
    }
}

/// What was read out of the message, in the customer's own spelling.
fn slotted(heard: Heard<'_>) -> Vec<Slotted> {
    let slots = &heard.reading.slots;
    let mut found = Vec::new();
    take(&mut found, heard.text, "order", &slots.orders);
    take(&mut found, heard.text, "amount", &slots.amounts);
    take(&mut found, heard.text, "date", &slots.dates);
    take(&mut found, heard.text, "phone", &slots.phones);
    take(&mut found, heard.text, "email", &slots.emails);
    take(&mut found, heard.text, "tail", &slots.tails);
    take(&mut found, heard.text, "number", &slots.numbers);
    found.truncate(SLOTS);
    found
}

fn take<T>(found: &mut Vec<Slotted>, text: &str, name: &str, slots: &[Slot<T>]) {
    let said = slots
        .iter()
        .filter_map(|slot| text.get(slot.start..slot.end));
    found.extend(said.map(|said| Slotted {
        slot: name.to_owned(),
        text: said.to_owned(),
    }));
}
