//! How many event streams are open, in all and for each caller.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::hash::{BuildHasher, RandomState};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use super::code::Code;
use super::error::{Problem, Result};

/// The open streams.
#[derive(Clone, Debug)]
pub struct Streams {
    counts: Arc<Mutex<HashMap<u64, usize>>>,
    hasher: RandomState,
    most: usize,
}

/// One open stream, counted until it is dropped.
#[derive(Debug)]
pub struct Open {
    streams: Streams,
    caller: u64,
    name: &'static str,
}

impl Streams {
    /// At most so many for one caller.
    #[must_use]
    pub fn new(most: usize) -> Self {
        Self {
            counts: Arc::default(),
            hasher: RandomState::new(),
            most,
        }
    }

    /// Counts one more.
    ///
    /// # Errors
    /// When the caller has too many open.
    pub fn open(&self, name: &'static str, caller: &str) -> Result<Open> {
        let caller = self.hasher.hash_one(caller);
        let mut counts = self.lock();
        let count = counts.entry(caller).or_default();
        if *count >= self.most {
            let detail = "too many event streams are open: close one, or share one among the tabs";
            return Err(
                Problem::new(Code::RateLimited, detail).retry_after(Duration::from_secs(10))
            );
        }
        *count += 1;
        metrics::gauge!("frontdesk_streams_open", "stream" => name).increment(1.0);
        Ok(Open {
            streams: self.clone(),
            caller,
            name,
        })
    }

    /// A panic while it was locked cannot leave it half changed.
    fn lock(&self) -> MutexGuard<'_, HashMap<u64, usize>> {
        self.counts.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Open {
    fn drop(&mut self) {
        metrics::gauge!("frontdesk_streams_open", "stream" => self.name).decrement(1.0);
        if let Entry::Occupied(mut entry) = self.streams.lock().entry(self.caller) {
            *entry.get_mut() = entry.get().saturating_sub(1);
            if *entry.get() == 0 {
                entry.remove();
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Streams;

    #[test]
    fn a_caller_has_so_many_streams_and_not_one_more_until_one_is_closed() {
        let streams = Streams::new(2);
        let (first, second) = (streams.open("t", "v1"), streams.open("t", "v1"));
        assert!(first.is_ok() && second.is_ok());
        assert!(streams.open("t", "v1").is_err());
        assert!(streams.open("t", "v2").is_ok());
        drop(first);
        assert!(streams.open("t", "v1").is_ok());
        drop(second);
        assert!(streams.lock().is_empty());
    }
}
