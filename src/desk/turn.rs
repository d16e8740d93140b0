//! One turn on a conversation: pure. A message and its facts in; the changed conversation and its new events out.
//!
//! The server and the terminal both take their turns here, so that what is tried in the terminal is what customers get.

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};

use crate::domain::calendar::Calendar;
use crate::domain::claim::Claim;
use crate::domain::conversation::{
    Actor, Belongs, Conversation, Event, EventBody, Heard as Continues, InvalidTransition, Owner,
};
use crate::domain::ids::ClientId;
use crate::domain::policy::Policy;
use crate::domain::site::Site;
use crate::domain::verdict::Verdict;
use crate::engine::Rules;
use crate::engine::dialogue::{Facts, Heard, Move, SiteFacts, Turn, belongs, step};
use crate::engine::reading::{Decision, Reading};

/// How long an unclear message may be completed by the next one.
const COMPLETES_WITHIN: SignedDuration = SignedDuration::from_secs(60);
/// A message of at most so many characters may be the first part of a longer one.
const PART: usize = 16;
/// So many messages wait to be answered together, at most.
const PARTS: usize = 6;
/// So many working days until a person has answered what was handed over.
const ANSWERED_WITHIN: u32 = 2;

/// A message as it is written down: secrets masked, the sender's own name for it kept.
#[derive(Clone, Debug)]
pub struct Message {
    /// The sender's own name for it.
    pub client_id: ClientId,
    /// What was written, masked.
    pub text: String,
    /// The button that was pressed, from 1.
    pub choice: Option<u8>,
}

/// What a message means in its conversation.
#[derive(Clone, Debug)]
pub struct Understood {
    /// The text that was read: the message, or several joined by line breaks.
    pub text: String,
    /// What it means.
    pub reading: Reading,
    /// The button that was pressed.
    pub choice: Option<u8>,
}

impl Understood {
    /// As the dialogue takes it.
    #[must_use]
    pub fn heard(&self) -> Heard<'_> {
        Heard {
            text: &self.text,
            reading: &self.reading,
            choice: self.choice,
        }
    }
}

/// Reads a message; one that means nothing by itself is read together with the unclear one before it.
#[must_use]
pub fn understand(
    rules: &Rules,
    conversation: &Conversation,
    message: &Message,
    now: Timestamp,
) -> Understood {
    let reading = rules.matcher.read(&message.text);
    let alone = Understood {
        text: message.text.clone(),
        reading,
        choice: message.choice,
    };
    let unclear = conversation.memory.unclear.as_deref().filter(|_| {
        conversation
            .memory
            .heard_at
            .is_some_and(|at| now.duration_since(at) <= COMPLETES_WITHIN)
    });
    let Some(before) = unclear.filter(|_| {
        alone.reading.decision != Decision::Answer
            && alone.choice.or(alone.reading.choice).is_none()
    }) else {
        return alone;
    };
    let text = format!("{before}\n{}", message.text);
    let reading = rules.matcher.read(&text);
    if reading.decision == Decision::Answer {
        Understood {
            text,
            reading,
            choice: None,
        }
    } else {
        alone
    }
}

/// Half a sentence: short, unclear, nothing asked, and nothing in it that answers a question of ours.
#[must_use]
pub fn is_part(conversation: &Conversation, understood: &Understood) -> bool {
    let reading = &understood.reading;
    let short =
        understood.text.chars().count() <= PART && conversation.memory.unanswered.len() < PARTS;
    let nothing_asked =
        conversation.memory.topic.is_none() && conversation.memory.offered.is_empty();
    let unclear = reading.decision == Decision::None
        && !reading.wordless
        && reading.acts.is_empty()
        && reading.choice.is_none();
    conversation.owner == Owner::Bot
        && short
        && nothing_asked
        && unclear
        && reading.signals.is_empty()
        && understood.choice.is_none()
}

/// A message comes: a resolved matter goes on, stays resolved, or another conversation begins.
#[must_use]
pub fn hear(
    rules: &Rules,
    conversation: &mut Conversation,
    message: &Message,
    now: Timestamp,
) -> Continues {
    let belongs = if conversation.status.is_done() {
        let understood = understand(rules, conversation, message, now);
        belongs(rules, conversation, understood.heard())
    } else {
        Belongs::Same
    };
    conversation.hear(belongs, now)
}

/// Writes a message down.
#[must_use]
pub fn record(conversation: &mut Conversation, message: &Message, now: Timestamp) -> Event {
    let body = EventBody::Message {
        client_id: message.client_id.clone(),
        text: message.text.clone(),
        choice: message.choice,
        by_letter: false,
    };
    conversation.next_event(Actor::Customer, body, now)
}

/// Takes the bot's turn and writes it down.
///
/// # Errors
/// When the dialogue asked for a move that the conversation does not allow, which would be a fault of ours.
pub fn take(
    rules: &Rules,
    conversation: &mut Conversation,
    understood: &Understood,
    facts: &Facts,
) -> Result<(Turn, Vec<Event>), InvalidTransition> {
    let turn = step(rules, conversation, understood.heard(), facts);
    let events = write_down(conversation, &turn, facts.now)?;
    Ok((turn, events))
}

/// Writes down what a turn said and moved.
///
/// # Errors
/// As [`take`].
pub(super) fn write_down(
    conversation: &mut Conversation,
    turn: &Turn,
    now: Timestamp,
) -> Result<Vec<Event>, InvalidTransition> {
    let mut events = Vec::new();
    conversation.language = turn.language;
    conversation.memory = turn.memory.clone();
    for said in &turn.said {
        let body = EventBody::Reply {
            text: said.text.clone(),
            language: turn.language,
            choices: said.choices.clone(),
            because: Some(said.because.clone()),
            client_id: None,
        };
        events.push(conversation.next_event(Actor::Bot, body, now));
    }
    for done in &turn.moves {
        for body in bodies(conversation, done, now)? {
            events.push(conversation.next_event(Actor::Bot, body, now));
        }
    }
    Ok(events)
}

fn bodies(
    conversation: &mut Conversation,
    done: &Move,
    now: Timestamp,
) -> Result<Vec<EventBody>, InvalidTransition> {
    match done {
        Move::ProofGained { order, level } => Ok(vec![EventBody::ProofGained {
            order: order.clone(),
            level: *level,
        }]),
        Move::ProofFailed { order } => Ok(vec![EventBody::ProofFailed {
            order: order.clone(),
        }]),
        Move::HandOff(handoff) => conversation.hand_off((**handoff).clone(), now),
        Move::Claim { claims, id } => Ok(claims.get(id).map(moved).into_iter().collect()),
        // When it is looked at is the desk's business, which has the calendar.
        Move::Promise { .. } => Ok(Vec::new()),
        Move::Correct(corrected) => Ok(vec![EventBody::OrderCorrected(corrected.clone())]),
        Move::AskLink { order, .. } => {
            let asked = conversation.links.ask(order, now);
            let asked = asked.and_then(|number| conversation.links.get(number));
            let asked = asked.map(|link| EventBody::PaymentLink(link.into()));
            Ok(asked.into_iter().collect())
        }
        Move::Link(notice) => Ok(conversation.link(notice).into_iter().collect()),
        Move::Resolve => conversation.resolve(None, now),
        Move::Leave => conversation.part(now),
    }
}

/// The event of a claim that the bot itself has just spoken of.
fn moved(claim: &Claim) -> EventBody {
    claim_moved(claim, None)
}

/// The event of a claim, with what the customer is told about it where nobody else tells them.
pub(super) fn claim_moved(claim: &Claim, text: Option<String>) -> EventBody {
    EventBody::ClaimMoved {
        claim: claim.id.clone(),
        state: claim.state.name().to_owned(),
        amount: claim.amount,
        text,
        policy: claim.verdict.as_ref().map(Verdict::applied),
    }
}

/// By when a person has answered what is handed over now.
pub(super) fn answered_by(calendar: &Calendar, now: Timestamp) -> Timestamp {
    calendar.add_working_days(now, ANSWERED_WITHIN)
}

/// What holds for a storefront at a time.
#[must_use]
pub fn site_facts(site: &Site, policy: Arc<Policy>, turn_budget: u16, now: Timestamp) -> SiteFacts {
    SiteFacts {
        merchant_name: site.merchant_name.clone(),
        policy,
        refund_proof: site.refund_proof,
        gives_links: !site.payment_hosts.is_empty(),
        team: site.team.clone(),
        merchant_team: site.merchant_team.clone(),
        zone: site.calendar.zone().clone(),
        calendar: Arc::clone(&site.calendar),
        notices: Vec::new(),
        open: site.calendar.is_open(now),
        hours_today: site.calendar.hours_of_day(now),
        next_open: site.calendar.next_open(now),
        due_by: answered_by(&site.calendar, now),
        turn_budget,
    }
}
