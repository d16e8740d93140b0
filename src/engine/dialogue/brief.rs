//! Handing over: the brief is made from what is known, and the customer is told once.

use super::speaker::Speaker;
use super::states::is_late;
use super::turn::Move;
use crate::domain::brief::{Brief, Mood};
use crate::domain::claim::ClaimId;
use crate::domain::conversation::{Handoff, Outcome, Priority};
use crate::domain::handoff::HandoffReason;
use crate::domain::ids::{IntentId, OrderId};
use crate::domain::order::Order;
use crate::domain::promise::Promised;
use crate::domain::proof::ProofLevel;
use crate::engine::brief_words::promised_by;
use crate::engine::reading::Reading;
use crate::engine::replies::Placeholder;
use crate::engine::rules::book::{Action, Signal};
use crate::engine::say::Say;

/// The intent of a mistake in a merchant's back office.
const MERCHANT_ERROR: &str = "merchant_error";
/// So many characters of the customer's own words stand in the brief; the rest is in the transcript.
const WORDS: usize = 280;
/// So many other orders stand in it.
const OTHERS: usize = 5;
/// Written by somebody who raises their voice.
const SHOUTS: [&str; 2] = ["!!!", "\u{ff01}\u{ff01}\u{ff01}"];

impl Speaker<'_> {
    /// The conversation goes to a person. The customer is told so exactly once, in one message; when nobody is there, with the time
    /// at which somebody will be.
    pub(super) fn hand_over(&mut self, reason: HandoffReason, say: Say) {
        if self.is_handed_over() {
            return;
        }
        let order = self
            .memory
            .order
            .as_ref()
            .and_then(|id| self.facts.orders.get(id))
            .filter(|order| self.level(&order.id) > ProofLevel::Nothing);
        let left = self.left_over();
        let promised = self.plain(promised_by(say));
        let due_by = self.facts.site.due_by;
        self.memory.promised.push((promised, due_by));
        let mut handoff = Handoff {
            reason,
            priority: self.priority(reason, order),
            team: self.team_for(reason, say),
            due_by: Some(self.facts.site.due_by),
            brief: self.brief(order),
        };
        self.tell_handed_over(say, order);
        self.tell_passed_on(&left);
        handoff.brief.bot_said = self.said.last().map(|said| said.text.clone());
        self.memory.topic = None;
        self.memory.parked.clear();
        let what = Promised::Answer {
            claim: self.claim_of_turn(),
        };
        self.moves.push(Move::HandOff(Box::new(handoff)));
        self.moves.push(Move::Promise {
            what,
            by: self.facts.site.due_by,
        });
    }

    /// The team that can decide: the merchant's own for what merchants ask, for a mistake of theirs, and for an exception from their policy.
    fn team_for(&self, reason: HandoffReason, say: Say) -> Option<String> {
        let site = &self.facts.site;
        let exception = reason == HandoffReason::PolicyException && say == Say::RefundFiled;
        let mistake = self.acted.iter().any(|id| id.as_str() == MERCHANT_ERROR);
        let theirs = self.is_merchant() || exception || mistake;
        let merchants = site.merchant_team.as_ref().filter(|_| theirs);
        merchants.or(site.team.as_ref()).cloned()
    }

    /// What else was asked for and goes to the person with it: noted, so that the brief has it.
    fn left_over(&mut self) -> Vec<(IntentId, Option<OrderId>)> {
        let mut left = std::mem::take(&mut self.to_come);
        let parked = self.memory.parked.iter();
        left.extend(parked.map(|topic| (topic.intent.clone(), topic.order.clone())));
        left.retain(|(intent, _)| self.is_matter(intent) && !self.asks_for_person(intent));
        for (intent, _) in &left {
            self.note_acted(intent);
            self.memory.note_answered(intent);
        }
        left
    }

    /// Says that what was left over went with it.
    fn tell_passed_on(&mut self, left: &[(IntentId, Option<OrderId>)]) {
        if left.is_empty() {
            return;
        }
        let names = left.iter().map(|(intent, order)| {
            let label = self.rules.replies.label(intent, self.language);
            order
                .as_ref()
                .map_or(label.clone(), |order| format!("{label} \u{b7} {order}"))
        });
        let names: Vec<String> = names.collect();
        let mut values = self.values(None);
        values.set(Placeholder::TopicLabel, &names.join(" / "));
        let text = self
            .rules
            .replies
            .say(Say::PassedOnToo, self.language, &values);
        if let Some(last) = self.said.last_mut() {
            last.text = self.language.join(&last.text, &text);
        }
    }

    pub(super) fn asks_for_person(&self, intent: &IntentId) -> bool {
        self.action(intent) == Some(Action::Handoff(HandoffReason::AskedForHuman))
    }

    /// The claim that this turn has handed in.
    fn claim_of_turn(&self) -> Option<ClaimId> {
        self.moves.iter().find_map(|done| match done {
            Move::Claim { id, .. } => Some(id.clone()),
            _ => None,
        })
    }

    fn tell_handed_over(&mut self, say: Say, order: Option<&Order>) {
        let away = !self.facts.site.open;
        match say {
            // Whoever may harm themselves hears who helps now, and no hours.
            Say::HandedOverCrisis => {
                self.soothed = true;
                self.say(say, None, Outcome::Escalate);
            }
            Say::HandedOver if away => self.say(Say::HandedOverClosed, order, Outcome::Escalate),
            _ if away => {
                let values = self.values(order);
                let told = self.rules.replies.say(say, self.language, &values);
                self.lead_with(told);
                self.say(Say::ClosedNow, order, Outcome::Escalate);
            }
            _ => self.say(say, order, Outcome::Escalate),
        }
    }

    fn priority(&self, reason: HandoffReason, order: Option<&Order>) -> Priority {
        let vip = self
            .conversation
            .identity
            .as_ref()
            .is_some_and(|identity| identity.vip)
            || order.is_some_and(|order| order.customer.vip);
        let late = order
            .and_then(Order::latest_refund)
            .is_some_and(|refund| is_late(refund, self.facts.now));
        match reason {
            HandoffReason::LegalOrThreat => Priority::Urgent,
            _ if vip => Priority::Urgent,
            HandoffReason::Angry | HandoffReason::RepeatContact | HandoffReason::SystemFault => {
                Priority::High
            }
            _ if late || self.memory.angry > 0 => Priority::High,
            _ => Priority::Normal,
        }
    }

    fn brief(&self, order: Option<&Order>) -> Brief {
        let memory = &self.memory;
        let form = memory.topic.as_ref().map(|topic| &topic.form);
        let details = form.and_then(|form| form.details.as_deref());
        let wants = memory
            .topic
            .iter()
            .chain(&memory.parked)
            .map(|topic| topic.intent.clone());
        let answered = memory.answered.iter().filter(|id| self.is_matter(id));
        let mut in_order: Vec<IntentId> = Vec::new();
        for id in answered.cloned().chain(wants) {
            in_order.retain(|known| *known != id);
            in_order.push(id);
        }
        Brief {
            who: self.who(order),
            proof: memory
                .order
                .as_ref()
                .map(|order| self.level(order))
                .unwrap_or_default(),
            in_their_words: Some(self.with_corrections(&cut(&self.words(details)))),
            cause: form
                .and_then(|form| form.cause)
                .map(|cause| self.plain(super::refund::cause_label(cause))),
            order: memory.order.clone(),
            other_orders: self.others_named(),
            order_status: order.map(|order| order.status),
            likely_cause: order.and_then(|order| self.likely_cause(order)),
            incident: self.known_incident(),
            page: self.conversation.page.line(memory.order.as_ref()),
            // Known when it has been said that a person has it.
            bot_said: None,
            promised: memory.promised.clone(),
            tried: self.conversation.memory.answered.clone(),
            missing: self.missing(),
            mood: self.mood(),
            language: Some(self.language),
            suggested_reply: Some(self.suggested_reply(&in_order, order)),
            wants: in_order,
        }
    }

    /// Who it is: as the shop signed them in, else whose order they have shown to be theirs.
    fn who(&self, order: Option<&Order>) -> Option<String> {
        let identity = self.conversation.identity.as_ref();
        let signed_in = identity.and_then(|identity| identity.name.clone());
        let buyer = || order.and_then(|order| order.customer.name.clone());
        signed_in.or_else(|| buyer().filter(|_| !self.is_merchant()))
    }

    /// A reply to begin with: of the latest matter that has one of its own, for what was told of it where there is one for that.
    fn suggested_reply(&self, wants: &[IntentId], order: Option<&Order>) -> String {
        let called = |key: &str| Say::ALL.iter().find(|say| say.key() == key);
        let brought = self.brought();
        let told: Vec<&IntentId> = self.told.iter().chain(&brought.told).collect();
        let own = |id: &IntentId| {
            let mut told = told.iter();
            told.find_map(|told| called(&format!("suggested_{id}_{told}")))
                .or_else(|| called(&format!("suggested_{id}")))
        };
        let say = wants.iter().rev().find_map(own);
        let say = *say.unwrap_or(&Say::SuggestedReply);
        let values = self.values(order);
        self.rules.replies.say(say, self.language, &values)
    }

    /// Keeps what the customer wrote when they brought a matter: the brief tells it when other messages have followed.
    pub(super) fn note_words(&mut self, intent: &IntentId) {
        if self.is_matter(intent) && !self.asks_for_person(intent) {
            self.memory.asked = Some(cut(self.heard.text));
        }
    }

    /// The sentence that opened the matter, and what happened as the customer told it; else what they wrote last, if it is more than a
    /// number or an address. Of a message that was not followed, the one before it opened the matter.
    fn words(&self, details: Option<&str>) -> String {
        let opened = self.memory.asked.as_deref();
        let opened = opened.or(self.conversation.memory.unclear.as_deref());
        let last = Some(self.heard.text).filter(|_| self.heard.has_words());
        let told = details.or(last);
        match (opened, told) {
            (Some(opened), Some(told)) if opened.contains(&*cut(told)) => opened.to_owned(),
            (Some(opened), Some(told)) if told.contains(opened) => told.to_owned(),
            // What opened it may be long, and leaves room for what was told.
            (Some(opened), Some(told)) => {
                let opened: String = opened.chars().take(WORDS / 2).collect();
                format!("{opened} / {told}")
            }
            (opened, told) => opened.or(told).unwrap_or(self.heard.text).to_owned(),
        }
    }

    /// The same behind what they gave to be corrected and have not said yes to, which stands in no other line.
    fn with_corrections(&self, words: &str) -> String {
        let topic = self.memory.topic.as_ref();
        let waiting = topic.map(|topic| topic.form.corrections.as_slice());
        let given = waiting.unwrap_or_default().iter().filter_map(|it| {
            let value = it.value.as_deref()?;
            let said = words.contains(value);
            (!said).then(|| format!("{}: {value}", self.plain(super::correct::label(it.detail))))
        });
        let given: Vec<String> = given.chain([words.to_owned()]).collect();
        given.join(" / ")
    }

    /// Orders that were named beside the one that it is about, in the message or in the one that opened the matter.
    fn others_named(&self) -> Vec<OrderId> {
        let brought = self.brought();
        let named = brought.slots.orders.iter();
        let named = named.chain(&self.heard.reading.slots.orders);
        let mut others: Vec<OrderId> = Vec::new();
        for slot in named {
            let known = self.memory.order.as_ref() == Some(&slot.value);
            if !known && !others.contains(&slot.value) && others.len() < OTHERS {
                others.push(slot.value.clone());
            }
        }
        others
    }

    /// Whether it is more than a greeting, thanks or goodbye.
    pub(super) fn is_matter(&self, id: &IntentId) -> bool {
        !matches!(
            self.action(id),
            Some(Action::Greet | Action::Thank | Action::Close)
        )
    }

    /// Why it probably hangs: how it stands, and the cause that the facts show. A slip of the merchant's own is the cause.
    fn likely_cause(&self, order: &Order) -> Option<String> {
        let slip = self.acted.iter().any(|id| id.as_str() == MERCHANT_ERROR);
        if slip && self.is_merchant() {
            return Some(self.plain(Say::BriefFoundMerchantError));
        }
        let parts = [self.standing(order), self.cause_for_agents(order)];
        let parts: Vec<String> = parts.into_iter().flatten().collect();
        (!parts.is_empty()).then(|| parts.join(" \u{b7} "))
    }

    /// What the message meant that brought the matter.
    pub(super) fn brought(&self) -> Reading {
        let asked = self.memory.asked.as_deref().unwrap_or_default();
        self.rules.matcher.read(asked)
    }

    /// The worst that showed: in the last message, or in the one that brought the matter.
    fn mood(&self) -> Mood {
        let asked = self.memory.asked.as_deref().unwrap_or_default();
        let brought = self.brought();
        let shows = |signal| self.heard.reading.shows(signal) || brought.shows(signal);
        let shouts = |text: &str| SHOUTS.iter().any(|signs| text.contains(signs));
        match () {
            () if shows(Signal::Angry) || self.memory.angry > 0 => Mood::Angry,
            () if shouts(asked) || shouts(self.heard.text) => Mood::Angry,
            () if shows(Signal::Worried) || shows(Signal::Crisis) => Mood::Worried,
            () => Mood::Calm,
        }
    }
}

fn cut(words: &str) -> String {
    words.chars().take(WORDS).collect()
}
