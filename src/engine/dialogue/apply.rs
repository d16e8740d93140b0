//! An application that comes as a form with all its fields: answered like one that was filled in question by question.

use super::Rules;
use super::facts::Facts;
use super::speaker::Speaker;
use super::turn::{Heard, Move, Turn};
use crate::domain::claim::{Application, ClaimCause, Fault};
use crate::domain::conversation::{Conversation, Form, Need, Owner, Prompt, Topic};
use crate::domain::ids::IntentId;
use crate::domain::language::Language;
use crate::domain::order::Order;
use crate::domain::verdict::Verdict;
use crate::engine::replies::{Placeholder, Values};
use crate::engine::say::Say;

/// The matter that a form is about.
pub(super) const MATTER: &str = "refund_request";

/// What becomes of an application, and what the policy said; no verdict when nothing could be claimed any more.
#[must_use]
pub fn apply(
    rules: &Rules,
    conversation: &Conversation,
    heard: Heard<'_>,
    facts: &Facts,
    (order, application): (&Order, Application),
) -> (Turn, Option<Verdict>) {
    let mut speaker = Speaker::new(rules, conversation, heard, facts);
    speaker.prompt = Prompt::Form;
    speaker.memory.heard_at = Some(facts.now);
    speaker.memory.order = Some(order.id.clone());
    speaker.prove_by_identity(&order.id);
    let topic = speaker.matter(order, &application);
    let verdict = speaker.file_application(topic, order, application);
    if conversation.owner == Owner::Bot {
        return (speaker.finish(), verdict);
    }
    // A person has the conversation and answers: the application is held against the policy all the same.
    let mut turn = speaker.finish();
    turn.said.clear();
    turn.moves
        .retain(|done| matches!(done, Move::Claim { .. } | Move::ProofGained { .. }));
    (turn, verdict)
}

impl Speaker<'_> {
    fn matter(&mut self, order: &Order, application: &Application) -> Option<Topic> {
        let intent = IntentId::parse(MATTER).ok()?;
        self.note_acted(&intent);
        self.memory.note_answered(&intent);
        let mut causes = (1u8..).zip(ClaimCause::ALL);
        let cause = causes.find(|(_, cause)| *cause == application.cause);
        Some(Topic {
            intent,
            order: Some(order.id.clone()),
            need: Need::Details,
            tries: 0,
            form: Form {
                cause: cause.map(|(number, _)| number),
                details: application.note.clone(),
                ..Form::default()
            },
            rule: None,
        })
    }
}

/// What is wrong with a field of the form, in words for whoever filled it in.
#[must_use]
pub fn fault_in_words(rules: &Rules, fault: Fault, language: Language) -> String {
    let (say, value) = match fault {
        Fault::OrderNotShown => (Say::FormOrderNotShown, None),
        Fault::NothingLeft => (Say::FormNothingLeft, None),
        Fault::CauseUnknown => (Say::FormCauseUnknown, None),
        Fault::ItemUnknown => (Say::FormItemUnknown, None),
        Fault::ItemClaimed => (Say::FormItemClaimed, None),
        Fault::AmountUnreadable => (Say::FormAmountUnreadable, None),
        Fault::AmountNothing => (Say::FormAmountNothing, None),
        Fault::AmountTooMuch(left) => (Say::FormAmountTooMuch, Some(left.to_string())),
        Fault::AmountAboveItems(price) => (Say::FormAmountAboveItems, Some(price.to_string())),
        Fault::AmountNeeded => (Say::FormAmountNeeded, None),
        Fault::CurrencyOther(currency) => (Say::FormCurrencyOther, Some(currency.to_owned())),
        Fault::NoteTooLong => (Say::FormNoteTooLong, None),
        Fault::NoteMissing => (Say::FormNoteMissing, None),
        Fault::EvidenceUnknown => (Say::FormEvidenceUnknown, None),
        Fault::EvidenceTooMany => (Say::FormEvidenceTooMany, None),
    };
    let values = match value {
        Some(value) => Values::new().with(Placeholder::RefundAmount, &value),
        None => Values::new(),
    };
    rules.replies.say(say, language, &values)
}

/// What a cause is called, as the form offers it.
#[must_use]
pub fn cause_in_words(rules: &Rules, cause: ClaimCause, language: Language) -> String {
    let cause = super::refund::label_of(cause);
    rules.replies.say(cause, language, &Values::new())
}

/// What an application asks for, as a line of the conversation: the cause, the items, the amount, the customer's own words.
#[must_use]
pub fn form_in_words(
    rules: &Rules,
    order: &Order,
    application: &Application,
    language: Language,
) -> String {
    let cause = cause_in_words(rules, application.cause, language);
    let amount = application.amount.map(|amount| amount.to_string());
    [order.written_id.clone(), cause]
        .into_iter()
        .chain(application.items.iter().cloned())
        .chain(amount)
        .chain(application.note.clone())
        .collect::<Vec<_>>()
        .join(" \u{b7} ")
}
