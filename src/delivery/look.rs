//! A look into an outbox: the first delivery that is due, of those that are the first of their lane; and of what is not due for long, whether
//! somebody is to know.

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::patience::behind;
use super::{Destination, Progress, Sender};
use crate::domain::webhook::{Delivery, DeliveryState, NO_NEWS};
use crate::store::{MAX_PAGE, StoreError};

/// A look begins with so many.
const FIRST: usize = 8;

/// What a look into the outbox found.
pub(super) enum Look {
    Nothing(Progress),
    Due(Box<Delivery>),
    /// Nobody has been told yet that these are not due for long, and why.
    Untold(Vec<(Delivery, String)>),
}

/// What has been seen so far, none of which is due.
struct Seen {
    now: Timestamp,
    /// Why the account keeps quiet, where it does for long.
    quiet: Option<String>,
    /// From when on the first of each lane may be tried, and whether it was refused before.
    lanes: BTreeMap<String, (Timestamp, bool)>,
    soonest: Option<Timestamp>,
    untold: Vec<(Delivery, String)>,
}

impl Seen {
    /// One that is the first of its lane is not due before then.
    fn waits(&mut self, delivery: Delivery, from: Timestamp) {
        self.soonest = Some(self.soonest.map_or(from, |other| other.min(from)));
        if let Some(why) = &self.quiet
            && delivery.is_untold()
        {
            self.untold.push((delivery, why.clone()));
        }
    }

    /// One stands behind another of its lane, and whoever wrote it is to see why it waits. People at the platform who are to be told that a
    /// conversation is theirs do not know for as long: whoever is here is to have it meanwhile.
    fn stands_behind(&mut self, delivery: Delivery, (first, was_refused): (Timestamp, bool)) {
        let is_news = was_refused || delivery.moves_hands();
        if !is_news || first.duration_since(self.now) <= NO_NEWS {
            return;
        }
        let why = self.quiet.clone().unwrap_or_else(|| behind(first));
        // When the first one was tried again in vain, it waits for another time than was said.
        if delivery.is_untold() || delivery.was_told_otherwise(&why) {
            self.untold.push((delivery, why));
        }
    }
}

impl Sender {
    /// The first delivery that is due, of those that are the first of their lane.
    pub(super) async fn look(&self, now: Timestamp) -> Result<Look, StoreError> {
        let quiet = match &*self.to {
            Destination::Endpoint(endpoint) => self.quiet_until(endpoint).await?,
            Destination::Platform(platform) => {
                let free = self.account_free_from(platform).await?;
                // Of all that is paced nothing can go, and who waits is no news.
                if free > now && self.is_quiet_for_long(now).is_none() {
                    return self.look_beside(platform, free, now).await;
                }
                Some(Timestamp::MIN)
            }
        };
        let mut seen = Seen {
            now,
            quiet: self.is_quiet_for_long(now),
            lanes: BTreeMap::new(),
            soonest: None,
            untold: Vec::new(),
        };
        let mut after = 0;
        loop {
            let page = self.page(after).await?;
            if seen.untold.len() >= MAX_PAGE || (page.is_empty() && !seen.untold.is_empty()) {
                return Ok(Look::Untold(seen.untold));
            }
            let Some(last) = page.last() else {
                let idle = seen.soonest.map_or(Progress::Idle, Progress::NotBefore);
                return Ok(Look::Nothing(idle));
            };
            let Some(quiet) = quiet else {
                return Ok(Look::Nothing(Progress::Gone));
            };
            after = last.id.number;
            for delivery in page {
                if let Some(first) = seen.lanes.get(delivery.lane()).copied() {
                    seen.stands_behind(delivery, first);
                    continue;
                }
                let due = self.due_from(&delivery).await?;
                // What is held holds up nothing: some of what follows may go where it may not, and of the rest it is seen why not.
                if let Some(from) = due {
                    let first = (from, delivery.failure.is_some());
                    seen.lanes.insert(delivery.lane().to_owned(), first);
                }
                match due.map(|from| from.max(quiet)) {
                    Some(from) if from <= now => return Ok(Look::Due(Box::new(delivery))),
                    // Nothing can be due sooner.
                    Some(from) if from == quiet => {
                        return Ok(Look::Nothing(Progress::NotBefore(from)));
                    }
                    Some(from) => seen.waits(delivery, from),
                    None => {}
                }
            }
        }
    }

    /// What waits behind a number: the first one is sent now, most of the time.
    async fn page(&self, after: u64) -> Result<Vec<Delivery>, StoreError> {
        let most = if after == 0 { FIRST } else { MAX_PAGE };
        self.store
            .waiting_deliveries(self.outbox(), after, most)
            .await
    }

    /// From when on a delivery may be tried; none as long as it is held.
    async fn due_from(&self, delivery: &Delivery) -> Result<Option<Timestamp>, StoreError> {
        let from = match delivery.state {
            DeliveryState::Waiting { from } => from,
            DeliveryState::Failed { .. } | DeliveryState::Delivered { .. } => return Ok(None),
        };
        match &*self.to {
            Destination::Endpoint(_) => Ok(Some(from)),
            Destination::Platform(platform) => self.released_from(platform, delivery, from).await,
        }
    }
}
