//! What the log of a conversation does to its clocks.

use jiff::{SignedDuration, Timestamp};

use super::{Goal, Running, Service, Stage, Terms};
use crate::domain::calendar::Calendar;
use crate::domain::conversation::{Event, EventBody, Owner, Status};
use crate::domain::priority::Priority;

impl Service {
    /// Follows what happened in a conversation that is so urgent now. Gives how long the customer waited for a person's first answer, if
    /// this is it, in working time.
    pub fn follow(
        &mut self,
        event: &Event,
        priority: Priority,
        terms: Terms<'_>,
    ) -> Option<SignedDuration> {
        let at = event.at;
        match &event.body {
            EventBody::HandedOff(_) => self.take_up(true, at),
            EventBody::OwnerChanged { to, .. } => match to {
                // People at a platform have clocks of their own.
                Owner::Bot | Owner::Platform => *self = Self::default(),
                Owner::Queue => self.take_up(true, at),
                Owner::Agent(_) => self.take_up(false, at),
            },
            body if self.with_people && Event::is_said_by_customer(&event.by, body) => self.owe(at),
            body if self.with_people && Event::is_answer(&event.by, body) => {
                return self.answer(at, terms.calendar);
            }
            // It never went on: what was laid aside when it was called done is what there is.
            EventBody::StatusChanged {
                to: Status::Resolved { .. },
                taken_back: true,
                ..
            } => (self.response, self.resolution) = (None, None),
            EventBody::StatusChanged { to, .. } => self.stand(to, at, terms.calendar),
            EventBody::Triaged { .. } => {}
            _ => return None,
        }
        for clock in self.response.iter_mut().chain(&mut self.resolution) {
            let before = clock.due;
            clock.plan(priority, terms);
            if matches!(event.body, EventBody::Triaged { .. }) {
                clock.reconsider(before, at);
            }
        }
        None
    }

    fn take_up(&mut self, owes: bool, at: Timestamp) {
        self.with_people = true;
        if owes {
            self.owe(at);
        }
        self.resolution
            .get_or_insert(Running::new(Goal::Resolution, at));
    }

    fn owe(&mut self, at: Timestamp) {
        let goal = match self.answered {
            true => Goal::NextResponse,
            false => Goal::FirstResponse,
        };
        self.response.get_or_insert(Running::new(goal, at));
    }

    fn answer(&mut self, at: Timestamp, calendar: &Calendar) -> Option<SignedDuration> {
        let is_first = !self.answered;
        self.answered = true;
        let clock = self.response.take()?;
        let since = clock.since.filter(|_| is_first)?;
        Some(calendar.working_time_between(since, at))
    }

    fn stand(&mut self, to: &Status, at: Timestamp, calendar: &Calendar) {
        match to {
            Status::Resolved { .. } => {
                let (response, resolution) = (self.response.take(), self.resolution.take());
                self.laid_aside = response.into_iter().chain(resolution).collect();
                return;
            }
            Status::Closed => (self.response, self.resolution) = (None, None),
            Status::WaitingCustomer => {
                self.resolution
                    .iter_mut()
                    .for_each(|clock| clock.pause(at, calendar));
            }
            // Whomever else we ask, the customer waits for us.
            Status::Active | Status::WaitingThirdParty if self.with_people => {
                let clock = self
                    .resolution
                    .get_or_insert(Running::new(Goal::Resolution, at));
                clock.since.get_or_insert(at);
            }
            Status::Active | Status::WaitingThirdParty | Status::Snoozed { .. } => {}
        }
        // What goes on by itself owes what is asked for now.
        self.laid_aside.clear();
    }

    /// The matter is done: a courtesy that came after asks for nothing.
    pub fn owes_no_answer(&mut self) {
        self.response = None;
    }

    /// The matter is not done: what was owed before that was said is owed by the time that it was.
    pub fn run_again(&mut self) {
        for clock in std::mem::take(&mut self.laid_aside) {
            match clock.goal {
                Goal::Resolution => self.resolution = Some(clock),
                Goal::FirstResponse | Goal::NextResponse => self.response = Some(clock),
            }
        }
    }

    /// Takes over the answer that is owed in another conversation, if it is due before the one that is owed here. What has been said of it
    /// stays said.
    pub fn owe_what(&mut self, other: &mut Self) {
        let owed = [self.response.take(), other.response.take()];
        let by = |clock: &Running| (clock.due.is_none(), clock.due, clock.since);
        self.response = owed.into_iter().flatten().min_by_key(by);
    }

    /// Notes what is soon over, or over, by now.
    pub fn review(&mut self, now: Timestamp) -> Vec<EventBody> {
        let clocks = self.response.iter_mut().chain(&mut self.resolution);
        clocks.filter_map(|clock| clock.review(now)).collect()
    }
}

impl Running {
    /// Somebody has made it less urgent: what was said of the time that it had before is not true of the one that it has now.
    fn reconsider(&mut self, before: Option<Timestamp>, at: Timestamp) {
        if self.due > before && self.due.is_some_and(|due| due > at) {
            self.stage = Stage::Running;
        }
    }

    fn review(&mut self, now: Timestamp) -> Option<EventBody> {
        let due = self.due?;
        let stage = match self.warn_at {
            _ if due <= now => Stage::Breached,
            Some(warn_at) if warn_at <= now => Stage::Warned,
            _ => Stage::Running,
        };
        if stage <= self.stage {
            return None;
        }
        self.stage = stage;
        let goal = self.goal;
        Some(EventBody::ServiceLevel { goal, stage, due })
    }
}
