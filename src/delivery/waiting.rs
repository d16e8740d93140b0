//! What waits in an outbox, as a sender keeps it in mind: which stand in which lane, and from when on the first of each lane may be tried. So
//! the next one is found without looking through all that waits, however much that is.
//!
//! What it knows is read from the store, and read again where a commit touched it. Where nothing is known everything is read.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use jiff::Timestamp;

use crate::store::Followed;

/// The name of a lane.
pub(super) type Lane = Arc<str>;

/// What waits.
#[derive(Debug, Default)]
pub(super) struct Waiting {
    /// Up to where commits have been followed; none before everything was read.
    pub(super) followed: Option<Followed>,
    /// Why the account kept quiet when its lanes were last looked at, where it did for long.
    pub(super) quiet: Option<String>,
    /// Which stand in each lane, in order.
    lanes: BTreeMap<Lane, BTreeSet<u64>>,
    lane_of: BTreeMap<u64, Lane>,
    /// The first of each lane; none where all of a lane is held.
    heads: BTreeMap<Lane, Head>,
    /// Lanes in which something is held, by who has to write first, and the other way round.
    held: BTreeMap<String, BTreeSet<Lane>>,
    held_for: BTreeMap<Lane, String>,
    /// Lanes that are to be looked at again.
    changed: BTreeSet<Lane>,
    /// Lanes in which something waits of which somebody is to know.
    untold: BTreeSet<Lane>,
    /// Those first ones that go at the account's pace, and those that go beside it.
    paced: Due,
    beside: Due,
}

/// The first of a lane.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Head {
    pub(super) number: u64,
    /// From when on it may be tried.
    pub(super) from: Timestamp,
    /// Whether it goes at the account's pace: files of customers do not, and what is between the desk and the platform.
    pub(super) is_paced: bool,
}

/// What a look at a lane came to.
#[derive(Debug, Default)]
pub(super) struct Looked {
    /// The first that is not held.
    pub(super) head: Option<Head>,
    /// Whether something waits of which somebody is to know.
    pub(super) is_untold: bool,
    /// Who has to write before what is held in it may go.
    pub(super) held_for: Option<String>,
}

/// By when they may be tried.
#[derive(Debug, Default)]
struct Due {
    later: BTreeSet<(Timestamp, u64)>,
    now: BTreeSet<u64>,
}

impl Due {
    fn remove(&mut self, head: Head) {
        self.later.remove(&(head.from, head.number));
        self.now.remove(&head.number);
    }

    /// The first one that may be tried now.
    fn first(&mut self, now: Timestamp) -> Option<u64> {
        while let Some(&(from, number)) = self.later.first()
            && from <= now
        {
            self.later.pop_first();
            self.now.insert(number);
        }
        self.now.first().copied()
    }

    /// When the next one may be, where nothing may before `free`.
    fn soonest(&self, free: Timestamp) -> Option<Timestamp> {
        let now = self.now.first().map(|_| Timestamp::MIN);
        let later = self.later.first().map(|(from, _)| *from);
        Some(now.or(later)?.max(free))
    }
}

impl Waiting {
    pub(super) fn is_empty(&self) -> bool {
        self.lanes.is_empty()
    }

    /// One stands in a lane.
    pub(super) fn stands(&mut self, number: u64, lane: &str) {
        let lane = match self.lanes.get_key_value(lane) {
            Some((known, _)) => Lane::clone(known),
            None => Lane::from(lane),
        };
        let numbers = self.lanes.entry(Lane::clone(&lane)).or_default();
        numbers.insert(number);
        self.lane_of.insert(number, Lane::clone(&lane));
        self.changed.insert(lane);
    }

    /// One does not wait any more.
    pub(super) fn is_gone(&mut self, number: u64) {
        let Some(lane) = self.lane_of.remove(&number) else {
            return;
        };
        if let Some(numbers) = self.lanes.get_mut(&lane) {
            numbers.remove(&number);
        }
        self.changed.insert(lane);
    }

    pub(super) fn knows(&self, number: u64) -> bool {
        self.lane_of.contains_key(&number)
    }

    /// Its lane is to be looked at again.
    pub(super) fn has_changed(&mut self, number: u64) {
        self.changed.extend(self.lane_of.get(&number).cloned());
    }

    /// The lane of this name is to be looked at again, if there is one.
    pub(super) fn lane_has_changed(&mut self, lane: &str) {
        let known = self.lanes.get_key_value(lane);
        self.changed
            .extend(known.map(|(known, _)| Lane::clone(known)));
    }

    pub(super) fn all_have_changed(&mut self) {
        self.changed = self.lanes.keys().cloned().collect();
    }

    /// A lane that is to be looked at again, and which stand in it.
    pub(super) fn next_changed(&mut self) -> Option<(Lane, Vec<u64>)> {
        let lane = self.changed.first().cloned()?;
        let numbers = self.standing_in(&lane);
        Some((lane, numbers))
    }

    /// Which stand in a lane, in order.
    pub(super) fn standing_in(&self, lane: &str) -> Vec<u64> {
        let numbers = self.lanes.get(lane).into_iter().flatten();
        numbers.copied().collect()
    }

    /// A lane has been looked at.
    pub(super) fn looked_at(&mut self, lane: &Lane, looked: Looked) {
        self.changed.remove(lane);
        if let Some(before) = self.heads.remove(lane) {
            self.due(before).remove(before);
        }
        self.holds(lane, looked.held_for);
        match looked.is_untold {
            true => self.untold.insert(Lane::clone(lane)),
            false => self.untold.remove(lane),
        };
        if self.lanes.get(lane).is_some_and(BTreeSet::is_empty) {
            self.lanes.remove(lane);
        }
        if let Some(head) = looked.head {
            self.heads.insert(Lane::clone(lane), head);
            self.due(head).later.insert((head.from, head.number));
        }
    }

    fn holds(&mut self, lane: &Lane, user: Option<String>) {
        if let Some(before) = self.held_for.remove(lane)
            && let Some(lanes) = self.held.get_mut(&before)
        {
            lanes.remove(lane);
            if lanes.is_empty() {
                self.held.remove(&before);
            }
        }
        if let Some(user) = user {
            let lanes = self.held.entry(user.clone()).or_default();
            lanes.insert(Lane::clone(lane));
            self.held_for.insert(Lane::clone(lane), user);
        }
    }

    /// Whether anything is held.
    pub(super) fn holds_any(&self) -> bool {
        !self.held.is_empty()
    }

    /// A customer may have written, in whichever conversation: what is held for them may go.
    pub(super) fn has_moved(&mut self, user: &str) {
        let held = self.held.get(user).into_iter().flatten();
        self.changed.extend(held.cloned());
    }

    /// One is not to be tried before then.
    pub(super) fn put_off(&mut self, number: u64, from: Timestamp) {
        let Some(lane) = self.lane_of.get(&number).cloned() else {
            return;
        };
        let Some(before) = self.heads.remove(&lane) else {
            return;
        };
        let head = Head { from, ..before };
        self.due(before).remove(before);
        self.due(head).later.insert((from, number));
        self.heads.insert(lane, head);
    }

    fn due(&mut self, head: Head) -> &mut Due {
        match head.is_paced {
            true => &mut self.paced,
            false => &mut self.beside,
        }
    }

    /// The first one that may be tried now, where those at the account's pace may from `paced` on, and others from `beside` on.
    pub(super) fn first_due(
        &mut self,
        (paced, beside): (Timestamp, Timestamp),
        now: Timestamp,
    ) -> Option<u64> {
        let of_paced = self.paced.first(now).filter(|_| paced <= now);
        let of_beside = self.beside.first(now).filter(|_| beside <= now);
        of_paced.into_iter().chain(of_beside).min()
    }

    /// When the next one may be tried.
    pub(super) fn soonest(&self, (paced, beside): (Timestamp, Timestamp)) -> Option<Timestamp> {
        let both = [self.paced.soonest(paced), self.beside.soonest(beside)];
        both.into_iter().flatten().min()
    }

    /// Lanes in which something waits of which somebody is to know, so many at most.
    pub(super) fn untold(&self, most: usize) -> Vec<Lane> {
        self.untold.iter().take(most).cloned().collect()
    }
}
