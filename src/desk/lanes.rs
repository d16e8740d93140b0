//! Queues for those who must not work on the same thing at the same moment.

use tokio::sync::{Mutex, MutexGuard};

/// So many things can be worked on at once without waiting for each other.
const LANES: usize = 4096;

/// Somebody's turn: the lane is theirs until this is dropped.
pub(super) type Turn<'a> = MutexGuard<'a, ()>;

/// Lanes by name. Two names may share a lane, so nobody may wait for a second name of the same lanes but by [`Lanes::enter_all`].
#[derive(Debug)]
pub(super) struct Lanes(Vec<Mutex<()>>);

impl Lanes {
    pub(super) fn new() -> Self {
        let lanes = std::iter::repeat_with(|| Mutex::new(()));
        Self(lanes.take(LANES).collect())
    }

    /// Waits for the lane of a name.
    pub(super) async fn enter(&self, name: &str) -> Turn<'_> {
        self.0[self.place(name)].lock().await
    }

    /// Waits for the lanes of all names, each once and in the same order as everybody else.
    pub(super) async fn enter_all(&self, names: impl Iterator<Item = String>) -> Vec<Turn<'_>> {
        let mut places: Vec<usize> = names.map(|name| self.place(&name)).collect();
        places.sort_unstable();
        places.dedup();
        let mut turns = Vec::with_capacity(places.len());
        for place in places {
            turns.push(self.0[place].lock().await);
        }
        turns
    }

    fn place(&self, name: &str) -> usize {
        let hash = name.bytes().fold(0usize, |hash, byte| {
            hash.wrapping_mul(31).wrapping_add(usize::from(byte))
        });
        hash % self.0.len()
    }
}
