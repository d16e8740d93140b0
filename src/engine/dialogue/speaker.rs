//! Collects what a turn says, renders it, and keeps why it was said.

use std::borrow::Cow;
use std::mem;

use jiff::Timestamp;

use super::Rules;
use super::facts::Facts;
use super::sentence::Sentence;
use super::spoken_in::language;
use super::states::order_word;
use super::turn::{Heard, Said};
use super::values::Told;
use crate::domain::conversation::{Choice, Conversation, Memory, Offer, Outcome, Prompt};
use crate::domain::ids::{IntentId, OrderId};
use crate::domain::language::Language;
use crate::domain::order::Order;
use crate::domain::policy::AppliedClause;
use crate::domain::proof::ProofLevel;
use crate::engine::reading::Scored;
use crate::engine::replies::{Listener, Values};
use crate::engine::rules::book::{Action, Signal};
use crate::engine::say::Say;

/// So many characters of an item's name stand on a button.
const ITEM: usize = 24;

/// A turn in the making.
pub(super) struct Speaker<'a> {
    pub(super) rules: &'a Rules,
    pub(super) facts: &'a Facts,
    pub(super) heard: Heard<'a>,
    pub(super) conversation: &'a Conversation,
    pub(super) language: Language,
    pub(super) upset: bool,
    pub(super) memory: Memory,
    pub(super) said: Vec<Said>,
    pub(super) moves: Vec<super::turn::Move>,
    pub(super) outcomes: Vec<Outcome>,
    pub(super) acted: Vec<IntentId>,
    /// What the message tells beside what it asks.
    pub(super) told: Vec<IntentId>,
    /// The intent that is being answered, for the explanation.
    pub(super) current: Option<Scored>,
    /// What the message asks for beside the request that is being taken up.
    pub(super) to_come: Vec<(IntentId, Option<OrderId>)>,
    pub(super) soothed: bool,
    /// What gave the occasion.
    pub(super) prompt: Prompt,
    /// Said in the same breath as what is said next.
    lead: Option<String>,
    /// The clauses of the policy that this told.
    lead_cites: Vec<AppliedClause>,
}

impl<'a> Speaker<'a> {
    pub(super) fn new(
        rules: &'a Rules,
        conversation: &'a Conversation,
        heard: Heard<'a>,
        facts: &'a Facts,
    ) -> Self {
        let language = language(heard, conversation, facts);
        Self {
            rules,
            facts,
            heard,
            conversation,
            language,
            upset: false,
            memory: conversation.memory.clone(),
            said: Vec::new(),
            moves: Vec::new(),
            outcomes: Vec::new(),
            acted: Vec::new(),
            told: super::tellings::told(heard.reading, conversation),
            current: None,
            to_come: Vec::new(),
            soothed: false,
            prompt: Prompt::Message,
            lead: None,
            lead_cites: Vec::new(),
        }
    }

    /// An order that has just been proven shows which script its owner reads, where the message could be either.
    pub(super) fn adopt_script(&mut self, order: &OrderId) {
        let spoken = self.conversation.language.is_chinese() || self.memory.script.is_some();
        let owner = self
            .facts
            .orders
            .get(order)
            .and_then(|order| order.customer.language);
        if let Some(script) = owner.filter(|language| language.is_chinese())
            && self.heard.reading.language_guessed
            && self.language.is_chinese()
            && !spoken
        {
            self.language = script;
        }
    }

    /// What the desk does about an intent.
    pub(super) fn action(&self, intent: &IntentId) -> Option<Action> {
        self.rules.intent(intent).map(|intent| intent.action)
    }

    /// Notes that an intent is acted on.
    pub(super) fn note_acted(&mut self, intent: &IntentId) {
        if !self.acted.contains(intent) {
            self.acted.push(intent.clone());
        }
    }

    /// How far the customer has proven an order.
    pub(super) fn level(&self, order: &OrderId) -> ProofLevel {
        self.memory.proven.get(order).copied().unwrap_or_default()
    }

    /// The placeholders that may be said now: those of an order only as far as it is proven.
    pub(super) fn values<'o>(&self, order: Option<&'o Order>) -> Values<'o>
    where
        'a: 'o,
    {
        self.values_with(order, self.facts.site.due_by)
    }

    /// The same, with a promise of its own.
    pub(super) fn values_with<'o>(&self, order: Option<&'o Order>, due_by: Timestamp) -> Values<'o>
    where
        'a: 'o,
    {
        let typed = self.memory.order.as_ref().map(|id| match order {
            Some(order) => Cow::Borrowed(order.written_id.as_str()),
            None => Cow::Owned(id.to_string()),
        });
        let topic = self.memory.topic.as_ref();
        let cause = topic.and_then(|topic| topic.form.cause);
        Values::from(Told {
            rules: self.rules,
            facts: self.facts,
            language: self.language,
            typed_order: typed,
            order: order.map(|order| (order, self.level(&order.id))),
            due_by,
            cause: cause.filter(|cause| *cause != super::refund::OTHER_CAUSE),
        })
    }

    /// Says one of the desk's own sentences.
    pub(super) fn say(&mut self, say: Say, order: Option<&Order>, outcome: Outcome) {
        let values = self.values(order);
        self.say_with(say, &values, outcome);
    }

    /// Says one of the desk's own sentences with placeholders of its own.
    pub(super) fn say_with(&mut self, say: Say, values: &Values, outcome: Outcome) {
        let text = self.rules.replies.say(say, self.language, values);
        let sentence = self.sentence(say, values);
        self.push(text, sentence, values, outcome);
    }

    /// Says an intent's own reply, if it has one. A reply to somebody upset calms them by itself; where there is none, they are calmed
    /// first.
    pub(super) fn reply(&mut self, intent: &IntentId, outcome: Outcome) {
        let values = self.values(None);
        if let Some((text, sentence)) = self.reply_text(intent, &values) {
            self.push(text, sentence, &values, outcome);
        }
    }

    /// The text, and what sentence it is.
    fn reply_text(&mut self, intent: &IntentId, values: &Values) -> Option<(String, Sentence)> {
        let replies = &self.rules.replies;
        let upset = self.upset && !self.soothed && replies.has_upset_reply(intent, &self.told);
        let listener = Listener {
            upset,
            told: &self.told,
        };
        let text = replies.reply(intent, self.language, listener, values)?;
        let used = replies.reply_uses(intent, self.language, listener, values);
        let sentence = Sentence {
            name: intent.to_string(),
            at: replies.reply_place(intent, self.language, listener),
            policy: self.cited(&used, values),
        };
        self.soothed |= upset;
        Some((text, sentence))
    }

    /// An intent's own reply, as it would be said to somebody calm.
    pub(super) fn own_reply(&self, intent: &IntentId) -> Option<String> {
        let listener = Listener {
            upset: false,
            told: &self.told,
        };
        let replies = &self.rules.replies;
        replies.reply(intent, self.language, listener, &self.values(None))
    }

    /// Says something in the same breath as what comes next.
    pub(super) fn lead_with(&mut self, text: String) {
        self.lead = Some(match self.lead.take() {
            Some(before) => self.language.join(&before, &text),
            None => text,
        });
    }

    /// Says an intent's own reply in the same breath as what comes next.
    pub(super) fn lead_with_reply(&mut self, intent: &IntentId) {
        let values = self.values(None);
        self.lead = None;
        if let Some((text, sentence)) = self.reply_text(intent, &values) {
            self.lead = Some(text);
            self.lead_cites = sentence.policy;
        }
    }

    /// Offers choices under what was said last, and remembers what they stand for.
    pub(super) fn offer(&mut self, offers: Vec<Offer>) {
        let choices: Vec<Choice> = (1u8..)
            .zip(&offers)
            .map(|(number, offer)| Choice {
                number,
                label: self.offer_label(offer),
            })
            .collect();
        if let Some(last) = self.said.last_mut() {
            last.choices = choices;
            self.memory.offered = offers;
        }
    }

    fn offer_label(&self, offer: &Offer) -> String {
        match offer {
            Offer::Intent(intent) => self.rules.replies.label(intent, self.language),
            Offer::Order(order) => self
                .facts
                .orders
                .get(order)
                .map_or_else(|| order.to_string(), |order| self.order_label(order)),
            Offer::Cause(number) => self.plain(super::refund::cause_label(*number)),
            Offer::Item(item) => item.chars().take(ITEM).collect(),
            Offer::Whole => self.plain(Say::PortionWhole),
            Offer::Else => self.plain(Say::SomethingElse),
        }
    }

    /// What tells an order from others of the same owner: its number, what was bought and where it stands, as far as it is proven.
    fn order_label(&self, order: &Order) -> String {
        let mut parts = vec![order.written_id.clone()];
        if self.is_own(&order.id) {
            parts.extend(
                order
                    .items
                    .first()
                    .map(|item| item.chars().take(ITEM).collect()),
            );
            parts.push(self.plain(order_word(order.status)));
        }
        parts.join(" \u{b7} ")
    }

    /// Whether an order belongs to the person whom the shop signed in.
    fn is_own(&self, order: &OrderId) -> bool {
        self.conversation.identity.is_some() && self.facts.own_orders.contains(order)
    }

    /// A sentence without placeholders.
    pub(super) fn plain(&self, say: Say) -> String {
        self.rules
            .replies
            .say(say, self.language, &Values::default())
    }

    /// Says a text, and keeps why.
    pub(super) fn push(
        &mut self,
        text: String,
        mut sentence: Sentence,
        values: &Values,
        outcome: Outcome,
    ) {
        // Two matters of a message may come to the same: nobody is told it twice in one breath.
        let told = self.memory.topic.is_none() && self.has_said_now(&text);
        let text = match self.lead.take() {
            None if told => return self.outcomes.push(outcome),
            Some(lead) if told => lead,
            Some(lead) => self.language.join(&lead, &text),
            None => text,
        };
        let text = self.soothe_first(text, outcome);
        let lead_cites = mem::take(&mut self.lead_cites).into_iter();
        sentence.policy = lead_cites.chain(sentence.policy).collect();
        let because = self.because(sentence, values, outcome);
        self.outcomes.push(outcome);
        self.said.push(Said {
            text,
            choices: Vec::new(),
            because,
        });
    }

    /// Whether this turn has said so already.
    fn has_said_now(&self, text: &str) -> bool {
        self.said.iter().any(|it| it.text.ends_with(text))
    }

    /// Somebody upset is calmed before the matter itself, once a turn. Handing over has calming words of its own.
    fn soothe_first(&mut self, text: String, outcome: Outcome) -> String {
        // "I'm with you" before "I can't help with that" would be worse than nothing.
        let reading = self.heard.reading;
        let cannot_help = reading.off_topic.is_some() && !reading.shows(Signal::Angry);
        if !self.upset || self.soothed || cannot_help || outcome == Outcome::Escalate {
            return text;
        }
        self.soothed = true;
        let complains = self.memory.angry > self.conversation.memory.angry;
        let soothing = match complains {
            true => Say::Soothe,
            false => Say::SootheWorried,
        };
        let soothing = self.plain(soothing);
        let just_said = self
            .conversation
            .memory
            .last_said
            .iter()
            .any(|last| last.starts_with(&soothing));
        if just_said {
            text
        } else {
            self.language.join(&soothing, &text)
        }
    }

    /// Says once more what was said before.
    pub(super) fn say_again(&mut self, text: String, outcome: Outcome) {
        let again = Sentence {
            name: "repeat".to_owned(),
            at: None,
            policy: Vec::new(),
        };
        self.push(text, again, &Values::default(), outcome);
    }

    /// What an offer's button says.
    pub(super) fn offer_words(&self, offer: &Offer) -> String {
        self.offer_label(offer)
    }

    /// What the turn comes to: a hand-over above all, then a question, then an order's state, then the first answer.
    pub(super) fn outcome(&self) -> Outcome {
        let asks = |outcome: &&Outcome| {
            matches!(
                outcome,
                Outcome::AskOrderId
                    | Outcome::AskVerification
                    | Outcome::OpenRefundForm
                    | Outcome::Clarify
            )
        };
        let found = self
            .outcomes
            .iter()
            .find(|outcome| **outcome == Outcome::Escalate);
        let explained = |outcome: &&Outcome| **outcome == Outcome::GiveOrderStatus;
        let found = found
            .or_else(|| self.outcomes.iter().find(asks))
            .or_else(|| self.outcomes.iter().find(explained))
            .or_else(|| self.outcomes.first());
        match found.copied().unwrap_or_default() {
            Outcome::Answer if self.upset => Outcome::ApologiseAnswer,
            outcome => outcome,
        }
    }
}
