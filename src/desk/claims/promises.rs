//! What was promised: noted with the turn that promises it, looked at again shortly before it lapses, counted when it is over.
//!
//! A pass takes everything whose time has come from the store's index: promises, snoozed conversations that come back, sessions that
//! have ended. Each conversation is changed in one commit that expects the revision it was read at, and the same commit moves or
//! removes its place in the index; whatever is killed when, or however many passes run at once, it happens once.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use jiff::{SignedDuration, Timestamp};

use crate::desk::draft::Draft;
use crate::desk::{Desk, DeskError, counted};
use crate::domain::brief::Brief;
use crate::domain::calendar::Calendar;
use crate::domain::claim::OrderClaims;
use crate::domain::conversation::{Actor, Conversation, EventBody, Handoff, Priority};
use crate::domain::handoff::HandoffReason;
use crate::domain::notice::Notice;
use crate::domain::order::Order;
use crate::domain::promise::{Action, Promise, PromiseFacts, PromiseOutcome, Promised, due};
use crate::engine::dialogue::{Move, Turn, told_late};
use crate::engine::promised_in_words;

/// A late promise is late by so many working days at most.
const LATER: u32 = 1;

/// How promises turned out.
#[derive(Debug, Default)]
pub(in crate::desk) struct Tallied {
    kept: AtomicU64,
    broken: AtomicU64,
}

impl Tallied {
    /// Counts what is on disk.
    pub(in crate::desk) fn count(&self, outcomes: &[PromiseOutcome]) {
        for outcome in outcomes {
            counted::promises(*outcome).increment(1);
            match outcome {
                PromiseOutcome::Kept => self.kept.fetch_add(1, Ordering::Relaxed),
                PromiseOutcome::Late | PromiseOutcome::Raised => {
                    self.broken.fetch_add(1, Ordering::Relaxed)
                }
                PromiseOutcome::Made | PromiseOutcome::ToldLate | PromiseOutcome::Void => continue,
            };
            self.measure();
        }
    }

    #[allow(clippy::cast_precision_loss)] // exact up to 2^53 promises
    fn measure(&self) {
        let kept = self.kept.load(Ordering::Relaxed) as f64;
        let broken = self.broken.load(Ordering::Relaxed) as f64;
        metrics::gauge!("frontdesk_promises_kept_share").set(kept / (kept + broken).max(1.0));
    }
}

/// An order as it bears on a promise.
#[derive(Default)]
pub(in crate::desk) struct Known {
    order: Option<Order>,
    pub(in crate::desk) claims: Option<OrderClaims>,
    /// The troubles that are known on the storefront.
    pub(in crate::desk) notices: Vec<Notice>,
}

impl Desk {
    /// Notes what a turn promised.
    pub(in crate::desk) fn promise(
        &self,
        conversation: &mut Conversation,
        turn: &Turn,
        now: Timestamp,
    ) -> Result<(), DeskError> {
        let calendar = &self.site(&conversation.site)?.calendar;
        for done in &turn.moves {
            let (what, by) = match done {
                Move::Promise { what, by } => (what.clone(), by),
                Move::AskLink { order, by } => match conversation.links.waiting(order) {
                    Some(link) => {
                        let (number, order) = (link.number, order.clone());
                        (Promised::Link { number, order }, by)
                    }
                    None => continue,
                },
                _ => continue,
            };
            let by = match &what {
                Promised::Payment { .. } => calendar.end_of_day(*by),
                _ => *by,
            };
            self.promise_by(conversation, what, (by, calendar), now);
        }
        Ok(())
    }

    /// Promises something outside of a turn.
    pub(in crate::desk) fn promise_outside(
        &self,
        row: &mut Conversation,
        what: Promised,
        by: Timestamp,
        now: Timestamp,
    ) -> Result<(), DeskError> {
        let calendar = &self.site(&row.site)?.calendar;
        self.promise_by(row, what, (by, calendar), now);
        Ok(())
    }

    pub(in crate::desk) fn promise_by(
        &self,
        row: &mut Conversation,
        what: Promised,
        (by, calendar): (Timestamp, &Calendar),
        now: Timestamp,
    ) {
        let look_at = match &what {
            // The customer has until then to show what was asked for.
            Promised::TakeUp { .. } => by,
            _ => look_at(calendar, by, self.options.promise_lead, now),
        };
        row.promises.make(what, by, look_at, now);
    }

    /// The conversation with all that is due done; none if nothing is.
    pub(in crate::desk) async fn reviewed(
        &self,
        row: Conversation,
        now: Timestamp,
    ) -> Result<Option<Draft>, DeskError> {
        let mut draft = Draft::go_on(row);
        if let Ok(bodies) = draft.conversation.wake(now) {
            write(&mut draft, bodies, now);
        }
        let promises: Vec<Promise> = draft.conversation.promises.iter().cloned().collect();
        for promise in promises {
            let known = self.known_of(&draft.conversation, &promise).await?;
            let facts = PromiseFacts {
                order: known.order.as_ref(),
                claims: known.claims.as_ref(),
            };
            let action = due(&promise, &draft.conversation, facts, now);
            self.act(&mut draft, &promise, action, &known, now)?;
        }
        let late = draft.conversation.review_service(now);
        write(&mut draft, late, now);
        let changed = !draft.events.is_empty() || draft.conversation.promises != draft.promised;
        Ok(changed.then_some(draft))
    }

    /// What is known about the order of a promise that binds.
    async fn known_of(&self, row: &Conversation, promise: &Promise) -> Result<Known, DeskError> {
        let id = match promise.what.order() {
            _ if !promise.binds() => return Ok(Known::default()),
            Some(id) if !matches!(promise.what, Promised::Link { .. }) => id,
            _ => {
                return Ok(Known {
                    notices: self.open_notices(&row.merchant, &row.site).await?,
                    ..Known::default()
                });
            }
        };
        let claims = self.store.claims(&row.merchant, id).await?;
        let mut order = self.store.order(&row.merchant, id).await?;
        if let (Some(order), Some(claims)) = (&mut order, &claims) {
            claims.show_in(order);
        }
        Ok(Known {
            order,
            claims,
            notices: self.open_notices(&row.merchant, &row.site).await?,
        })
    }

    /// Takes the step, and what follows from it, in the draft.
    fn act(
        &self,
        draft: &mut Draft,
        promise: &Promise,
        action: Action,
        known: &Known,
        now: Timestamp,
    ) -> Result<(), DeskError> {
        let new_by = self.new_time(&draft.conversation, promise, now);
        let mut all = draft.conversation.promises.iter_mut();
        let Some(own) = all.find(|known| known.number == promise.number) else {
            return Ok(());
        };
        let step = match action {
            Action::Nothing => return Ok(()),
            Action::Keep | Action::TakeUp => own.keep(now),
            Action::Void => own.void(now),
            Action::TellCustomer => own.tell_late(new_by),
            Action::Raise => own.raise(now),
        };
        drop(all);
        match action {
            Action::TellCustomer if step.is_ok() => {
                self.tell_late(draft, promise, new_by, known, now);
                let late = (Priority::High, new_by);
                let handoff = self.late_handoff(&draft.conversation, promise, late, known);
                let bodies = draft.conversation.hurry(handoff, now)?;
                write(draft, bodies, now);
            }
            Action::Raise if step.is_ok() => {
                let by = if promise.by > now { promise.by } else { new_by };
                let late = (Priority::Urgent, by);
                let handoff = self.late_handoff(&draft.conversation, promise, late, known);
                if !is_raised(draft) {
                    let bodies = draft.conversation.raise(handoff, now)?;
                    write(draft, bodies, now);
                }
            }
            Action::TakeUp if step.is_ok() => {
                self.take_up_promised(draft, &promise.what, known, now)?
            }
            _ => {}
        }
        Ok(())
    }

    /// The customer hears it first, from the desk itself: whoever owns the conversation has not spoken.
    fn tell_late(
        &self,
        draft: &mut Draft,
        promise: &Promise,
        new_by: Timestamp,
        known: &Known,
        now: Timestamp,
    ) {
        let calendar = self.calendar(&draft.conversation);
        let language = draft.conversation.language;
        let (text, because) = told_late(
            &self.rules(),
            &promise.what,
            known.order.as_ref(),
            new_by,
            (language, calendar.zone()),
        );
        let body = EventBody::Reply {
            text,
            language,
            choices: Vec::new(),
            because: Some(because),
            client_id: None,
        };
        // Two promises that lapse together are told of in one breath.
        if !draft.events.iter().any(|event| event.body == body) {
            write(draft, vec![body], now);
        }
    }

    /// By when it will be done instead.
    fn new_time(&self, row: &Conversation, promise: &Promise, now: Timestamp) -> Timestamp {
        self.calendar(row)
            .add_working_days(promise.by.max(now), LATER)
    }

    /// What the person who takes the matter up is told.
    fn late_handoff(
        &self,
        row: &Conversation,
        promise: &Promise,
        (priority, by): (Priority, Timestamp),
        known: &Known,
    ) -> Handoff {
        let identity = row.identity.as_ref();
        let order = promise.what.order().or(row.memory.order.as_ref());
        let mut promised = row.memory.promised.clone();
        if !promised.iter().any(|(_, by)| *by == promise.by) {
            let what = promised_in_words(&self.rules(), &promise.what, row.language);
            promised.push((what, promise.by));
        }
        Handoff {
            reason: HandoffReason::RepeatContact,
            priority,
            team: row.team.clone().or_else(|| self.team(row)),
            due_by: Some(by),
            brief: Brief {
                who: identity.and_then(|identity| identity.name.clone()),
                order: order.cloned(),
                incident: self.incident_of(row, &known.notices),
                bot_said: row.memory.last_said.last().cloned(),
                promised,
                tried: row.memory.answered.clone(),
                language: Some(row.language),
                ..Brief::default()
            },
        }
    }

    fn team(&self, row: &Conversation) -> Option<String> {
        self.site(&row.site).ok().and_then(|site| site.team.clone())
    }

    /// The calendar of the conversation's storefront; one that is gone leaves its promises behind all the same.
    pub(in crate::desk) fn calendar(&self, row: &Conversation) -> Arc<Calendar> {
        let site = self.site(&row.site);
        site.map_or_else(|_| Arc::default(), |site| Arc::clone(&site.calendar))
    }
}

/// When to look: so much working time before the promise lapses, or, where it is shorter than that, when it lapses.
fn look_at(calendar: &Calendar, by: Timestamp, lead: SignedDuration, now: Timestamp) -> Timestamp {
    let early = calendar.working_time_before(by, lead);
    if early > now { early } else { by }
}

/// Whether the draft already goes to a person, urgently.
fn is_raised(draft: &Draft) -> bool {
    draft.events.iter().any(|event| match &event.body {
        EventBody::HandedOff(handoff) => handoff.priority == Priority::Urgent,
        _ => false,
    })
}

fn write(draft: &mut Draft, bodies: Vec<EventBody>, now: Timestamp) {
    for body in bodies {
        let event = draft.conversation.next_event(Actor::System, body, now);
        draft.events.push(event);
    }
}
