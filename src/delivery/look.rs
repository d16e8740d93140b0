//! A look into an outbox: the first delivery that is due, of those that are the first of their lane; and of what is not due for long, whether
//! somebody is to know.
//!
//! An account that may say nothing for the moment, because it has said as much as its platform takes at once, still fetches files of
//! customers, and tells and asks its platform what is between the two.

use std::sync::PoisonError;

use jiff::Timestamp;

use super::patience::behind;
use super::waiting::{Head, Looked, Waiting};
use super::{Destination, Progress, Sender};
use crate::domain::webhook::{Delivery, DeliveryId, DeliveryState, NO_NEWS, ToCustomer};
use crate::store::{MAX_PAGE, StoreError, Touched};

/// What a look into the outbox found.
pub(super) enum Look {
    Nothing(Progress),
    Due(Box<Delivery>),
    /// Nobody has been told yet that these are not due for long, and why.
    Untold(Vec<(Delivery, String)>),
}

/// A lane, looked at from its first to its last.
#[derive(Default)]
struct Survey {
    /// The first one that is not held, from when on it may be tried, and whether it was refused before.
    first: Option<(Head, bool)>,
    untold: Vec<(Delivery, String)>,
    /// Those that do not wait any more.
    gone: Vec<u64>,
    /// Whoever has to write before what is held may go.
    held_for: Option<String>,
}

impl Survey {
    /// One is the first of its lane.
    fn begins_with(&mut self, delivery: Delivery, from: Timestamp, quiet: Option<&String>) {
        let head = Head {
            number: delivery.id.number,
            from,
            is_paced: is_paced(&delivery),
        };
        self.first = Some((head, delivery.failure.is_some()));
        if let Some(why) = quiet
            && delivery.is_untold()
        {
            self.untold.push((delivery, why.clone()));
        }
    }

    /// One stands behind another of its lane, and whoever wrote it is to see why it waits. People at the platform who are to be told that a
    /// conversation is theirs do not know for as long: whoever is here is to have it meanwhile.
    fn stands_behind(&mut self, delivery: Delivery, quiet: Option<&String>) {
        let Some((first, was_refused)) = self.first else {
            return;
        };
        if !was_refused && !delivery.moves_hands() {
            return;
        }
        let why = quiet.cloned().unwrap_or_else(|| behind(first.from));
        // When the first one was tried again in vain, it waits for another time than was said.
        if delivery.is_untold() || delivery.was_told_otherwise(&why) {
            self.untold.push((delivery, why));
        }
    }

    fn looked(&self) -> Looked {
        Looked {
            head: self.first.map(|(head, _)| head),
            is_untold: !self.untold.is_empty(),
            held_for: self.held_for.clone(),
        }
    }

    /// Whether it does not matter what stands behind the first one.
    fn is_soon(&self, now: Timestamp) -> bool {
        let first = self.first.as_ref();
        first.is_some_and(|(first, _)| !first.is_paced || first.from.duration_since(now) <= NO_NEWS)
    }
}

impl Sender {
    /// The first delivery that is due, of those that are the first of their lane.
    pub(super) async fn look(&self, now: Timestamp) -> Result<Look, StoreError> {
        let mind = self.waiting.lock();
        let mut waiting = std::mem::take(&mut *mind.unwrap_or_else(PoisonError::into_inner));
        let found = self.look_at(&mut waiting, now).await?;
        *self.waiting.lock().unwrap_or_else(PoisonError::into_inner) = waiting;
        Ok(found)
    }

    async fn look_at(&self, waiting: &mut Waiting, now: Timestamp) -> Result<Look, StoreError> {
        let free = match &*self.to {
            Destination::Endpoint(endpoint) => self.quiet_until(endpoint).await?.map(|at| (at, at)),
            Destination::Platform(platform) => {
                let paced = self.account_free_from(platform).await?;
                Some((paced, platform.quiet_until().unwrap_or(Timestamp::MIN)))
            }
        };
        self.follow(waiting).await?;
        let Some(free) = free else {
            return Ok(Look::Nothing(match waiting.is_empty() {
                true => Progress::Idle,
                false => Progress::Gone,
            }));
        };
        self.survey_changed(waiting, now).await?;
        while let Some(number) = waiting.first_due(free, now) {
            let Some((delivery, from)) = self.still_waits(number).await? else {
                waiting.is_gone(number);
                self.survey_changed(waiting, now).await?;
                continue;
            };
            let from = match &*self.to {
                Destination::Endpoint(_) => from,
                Destination::Platform(platform) => {
                    self.paced_from(platform, &delivery, from).await?
                }
            };
            if from <= now {
                return Ok(Look::Due(Box::new(delivery)));
            }
            waiting.put_off(number, from);
        }
        let untold = self.untold(waiting, now).await?;
        if !untold.is_empty() {
            return Ok(Look::Untold(untold));
        }
        let soonest = waiting.soonest(free);
        let idle = soonest.map_or(Progress::Idle, Progress::NotBefore);
        Ok(Look::Nothing(idle))
    }
}

impl Sender {
    /// Brings what is kept in mind up to what the store has.
    async fn follow(&self, waiting: &mut Waiting) -> Result<(), StoreError> {
        let touched = self.store.touched_since(waiting.followed, self.outbox());
        let (followed, touched) = touched;
        let Some(touched) = touched else {
            *waiting = self.read_all().await?;
            waiting.followed = Some(followed);
            return Ok(());
        };
        for one in touched {
            match one {
                // What is held may go now, and nothing else depends on it.
                Touched::Row(id) => {
                    waiting.lane_has_changed(id.as_str());
                    if waiting.holds_any()
                        && let Some(row) = self.store.conversation(&id).await?
                        && let Some(to) = row.recipient
                    {
                        waiting.has_moved(&to.user);
                    }
                }
                Touched::Waiting(number) if waiting.knows(number) => waiting.has_changed(number),
                Touched::Waiting(number) => {
                    if let Some((delivery, _)) = self.still_waits(number).await? {
                        waiting.stands(number, delivery.lane());
                    }
                }
            }
        }
        waiting.followed = Some(followed);
        Ok(())
    }

    async fn read_all(&self) -> Result<Waiting, StoreError> {
        let (mut waiting, mut after) = (Waiting::default(), 0);
        loop {
            let page = self
                .store
                .waiting_deliveries(self.outbox(), after, MAX_PAGE);
            let page = page.await?;
            let Some(last) = page.last() else {
                return Ok(waiting);
            };
            after = last.id.number;
            for delivery in &page {
                waiting.stands(delivery.id.number, delivery.lane());
            }
        }
    }

    /// One that waits, and from when on it may be tried; none where it does not any more.
    async fn still_waits(&self, number: u64) -> Result<Option<(Delivery, Timestamp)>, StoreError> {
        let id = DeliveryId {
            endpoint: self.outbox().clone(),
            number,
        };
        let delivery = self.store.delivery(&id).await?;
        Ok(delivery.and_then(|delivery| match delivery.state {
            DeliveryState::Waiting { from } => Some((delivery, from)),
            DeliveryState::Failed { .. } | DeliveryState::Delivered { .. } => None,
        }))
    }

    /// Looks again at the lanes in which something has changed; at all of them, where the account has begun to keep quiet for long.
    async fn survey_changed(
        &self,
        waiting: &mut Waiting,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let quiet = self.is_quiet_for_long(now);
        if waiting.quiet != quiet {
            if quiet.is_some() {
                waiting.all_have_changed();
            }
            waiting.quiet.clone_from(&quiet);
        }
        while let Some((lane, numbers)) = waiting.next_changed() {
            let survey = self.survey(&numbers, quiet.as_ref(), now).await?;
            for number in &survey.gone {
                waiting.is_gone(*number);
            }
            waiting.looked_at(&lane, survey.looked());
        }
        Ok(())
    }

    /// Looks at what stands in a lane. What is held holds up nothing: some of what follows may go where it may not.
    async fn survey(
        &self,
        numbers: &[u64],
        quiet: Option<&String>,
        now: Timestamp,
    ) -> Result<Survey, StoreError> {
        let mut survey = Survey::default();
        for number in numbers {
            if quiet.is_none() && survey.is_soon(now) {
                break;
            }
            let Some((delivery, from)) = self.still_waits(*number).await? else {
                survey.gone.push(*number);
                continue;
            };
            if survey.first.is_some() {
                survey.stands_behind(delivery, quiet);
                continue;
            }
            match self.held_for(&delivery).await? {
                Some(user) => survey.held_for = Some(user),
                None => survey.begins_with(delivery, from, quiet),
            }
        }
        Ok(survey)
    }

    /// Those of which nobody has been told yet that they are not due for long, and why.
    async fn untold(
        &self,
        waiting: &mut Waiting,
        now: Timestamp,
    ) -> Result<Vec<(Delivery, String)>, StoreError> {
        let mut untold = Vec::new();
        for lane in waiting.untold(MAX_PAGE) {
            let numbers = waiting.standing_in(&lane);
            let survey = self.survey(&numbers, waiting.quiet.as_ref(), now).await?;
            waiting.looked_at(&lane, survey.looked());
            untold.extend(survey.untold);
        }
        Ok(untold)
    }

    /// Whose word it waits for, or that people at the platform have their conversation no more; none where it does not.
    async fn held_for(&self, delivery: &Delivery) -> Result<Option<String>, StoreError> {
        let Some(to) = &delivery.message else {
            return Ok(None);
        };
        let (Some(since), false) = (to.held, to.is_between_us()) else {
            return Ok(None);
        };
        let row = self.store.conversation(&to.message.conversation).await?;
        let Some(row) = row else {
            return Ok(Some(String::new()));
        };
        let reached = self.reached(&row).await?;
        let has_moved = reached.as_ref().is_some_and(|to| to.moved_at() > since);
        let is_free = has_moved || (to.with_people && !row.is_with_people_there());
        let user = reached.map(|to| to.user).unwrap_or_default();
        Ok(Some(user).filter(|_| !is_free))
    }
}

fn is_paced(delivery: &Delivery) -> bool {
    let to = delivery.message.as_ref();
    to.is_some_and(|to: &ToCustomer| !to.is_between_us())
}
