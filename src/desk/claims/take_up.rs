//! A claim that waited with the bot for something to be shown goes to a person: when all is there, or when the time is over.

use jiff::Timestamp;

use super::promises::Known;
use crate::desk::draft::Draft;
use crate::desk::turn::answered_by;
use crate::desk::{Desk, DeskError};
use crate::domain::claim::Claim;
use crate::domain::conversation::{Actor, EventBody, Priority};
use crate::domain::handoff::HandoffReason;
use crate::domain::promise::{Deed, Promised};
use crate::engine::dialogue::told_taken_up;

impl Desk {
    /// Hands over the claim of a promise to do so.
    pub(in crate::desk) fn take_up_promised(
        &self,
        draft: &mut Draft,
        promised: &Promised,
        known: &Known,
        now: Timestamp,
    ) -> Result<(), DeskError> {
        let claims = known.claims.as_ref();
        let claim = match promised {
            Promised::TakeUp { claim } => claims.and_then(|claims| claims.get(claim)),
            _ => None,
        };
        let Some(claim) = claim else { return Ok(()) };
        let incident = self.incident_of(&draft.conversation, &known.notices);
        self.take_up(draft, claim, incident, now)
    }

    /// Hands the claim over with all that came, and tells the customer by when they hear.
    pub(in crate::desk) fn take_up(
        &self,
        draft: &mut Draft,
        claim: &Claim,
        incident: Option<String>,
        now: Timestamp,
    ) -> Result<(), DeskError> {
        let row = &mut draft.conversation;
        let why = (HandoffReason::MissingInfo, Priority::Normal);
        let handoff = self.hand_over_claim(row, (claim, incident), why, now);
        let calendar = self.calendar(row);
        let by = answered_by(&calendar, now);
        let reader = (row.language, calendar.zone());
        let (text, because) = told_taken_up(&self.rules(), claim, by, reader);
        // Said before the hand-over: from then on only people speak.
        let mut bodies = vec![EventBody::Reply {
            text,
            language: row.language,
            choices: Vec::new(),
            because: Some(because),
            client_id: None,
        }];
        bodies.extend(row.hand_off(handoff, now)?);
        row.promises.note(Deed::TakenUp(&claim.id), now);
        let claim = Some(claim.id.clone());
        self.promise_by(row, Promised::Answer { claim }, (by, &calendar), now);
        for body in bodies {
            let event = row.next_event(Actor::System, body, now);
            draft.events.push(event);
        }
        Ok(())
    }
}
