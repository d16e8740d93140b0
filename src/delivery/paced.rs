//! An account that may say nothing for the moment, because it has said as much as its platform takes at once: what goes out beside its pace
//! is found without looking through all that waits for it. Files of customers do, and what is between the desk and the platform.
//!
//! What waits is read once, and of that only where the few of them stand is remembered: they are read again when their time has come.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::PoisonError;

use jiff::Timestamp;

use super::look::Look;
use super::platform::Platform;
use super::{Progress, Sender};
use crate::domain::webhook::{Delivery, DeliveryId, DeliveryState, ToCustomer};
use crate::store::{MAX_PAGE, StoreError};

/// What waits and is not held up by a pace.
#[derive(Clone, Debug, Default)]
pub(super) struct Beside {
    /// So far the outbox has been read.
    up_to: u64,
    /// By its number, from when on each may be tried, and its lane.
    waiting: BTreeMap<u64, (Timestamp, String)>,
}

impl Beside {
    /// From when on those may be tried that are the first of their lane, by their numbers.
    fn first_of_lanes(&self) -> impl Iterator<Item = (u64, Timestamp)> {
        let mut lanes = BTreeSet::new();
        let all = self.waiting.iter();
        let first = all.filter(move |(_, (_, lane))| lanes.insert(lane));
        first.map(|(number, (from, _))| (*number, *from))
    }
}

impl Sender {
    /// What is due though the account may say nothing before a time.
    pub(super) async fn look_beside(
        &self,
        platform: &Platform,
        free: Timestamp,
        now: Timestamp,
    ) -> Result<Look, StoreError> {
        let mut beside = self.read_on().await?;
        let quiet = platform.quiet_until().unwrap_or(Timestamp::MIN);
        let found = self.first_due(&mut beside, quiet, now).await?;
        let soonest = beside.first_of_lanes().map(|(_, from)| from.max(quiet));
        let soonest = soonest.min();
        *self.beside.lock().unwrap_or_else(PoisonError::into_inner) = beside;
        Ok(match found {
            Some(delivery) => Look::Due(Box::new(delivery)),
            None => {
                let from = soonest.map_or(free, |soonest| soonest.min(free));
                Look::Nothing(Progress::NotBefore(from))
            }
        })
    }

    fn known_beside(&self) -> Beside {
        let known = self.beside.lock().unwrap_or_else(PoisonError::into_inner);
        known.clone()
    }

    /// What was known, and what has come since.
    async fn read_on(&self) -> Result<Beside, StoreError> {
        let mut beside = self.known_beside();
        loop {
            let outbox = self.outbox();
            let page = self
                .store
                .waiting_deliveries(outbox, beside.up_to, MAX_PAGE);
            let page = page.await?;
            let Some(last) = page.last() else {
                return Ok(beside);
            };
            beside.up_to = last.id.number;
            let unpaced = page.iter().filter(|one| !is_paced(one));
            let waiting = unpaced.filter_map(|one| {
                let from = waits_from(one)?;
                Some((one.id.number, (from, one.lane().to_owned())))
            });
            beside.waiting.extend(waiting);
        }
    }

    /// The first one that is due. Whatever stands no more where it stood is forgotten, or remembered with its new time.
    async fn first_due(
        &self,
        beside: &mut Beside,
        quiet: Timestamp,
        now: Timestamp,
    ) -> Result<Option<Delivery>, StoreError> {
        let due = beside.first_of_lanes();
        let due = due.filter(|(_, from)| (*from).max(quiet) <= now);
        let due: Vec<u64> = due.map(|(number, _)| number).collect();
        for number in due {
            let endpoint = self.outbox().clone();
            let delivery = self
                .store
                .delivery(&DeliveryId { endpoint, number })
                .await?;
            let from = delivery.as_ref().and_then(waits_from);
            match (delivery, from) {
                (Some(delivery), Some(from)) if from <= now => return Ok(Some(delivery)),
                (_, Some(from)) => {
                    let known = beside.waiting.entry(number);
                    known.and_modify(|(known, _)| *known = from);
                }
                (_, None) => {
                    beside.waiting.remove(&number);
                }
            }
        }
        Ok(None)
    }
}

fn is_paced(delivery: &Delivery) -> bool {
    let to = delivery.message.as_ref();
    to.is_some_and(|to: &ToCustomer| !to.is_between_us())
}

const fn waits_from(delivery: &Delivery) -> Option<Timestamp> {
    match delivery.state {
        DeliveryState::Waiting { from } => Some(from),
        DeliveryState::Failed { .. } | DeliveryState::Delivered { .. } => None,
    }
}
