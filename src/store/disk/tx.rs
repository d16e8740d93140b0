//! What one commit sees and changes: what is stored, the commits before it in the same batch, and its own changes on top.

use std::ops::Bound;

use crate::store::batch::{Changes, change_size};
use crate::store::disk::engine::EngineError;
use crate::store::disk::layered::Layered;
use crate::store::disk::values;
use crate::store::error::StoreError;

/// A commit in the making. Nothing of it is seen by anybody until its batch is durable.
#[derive(Debug)]
pub(crate) struct Tx<'a> {
    map: &'a Layered,
    before: &'a Changes,
    own: Changes,
    bytes: usize,
}

/// Why a commit's work ended early.
#[derive(Debug)]
pub(crate) enum WorkError<R> {
    /// What it expected does not hold.
    Refused(R),
    /// The engine failed.
    Engine(EngineError),
    /// A record could not be read or is too large.
    Store(StoreError),
}

impl<R> From<EngineError> for WorkError<R> {
    fn from(error: EngineError) -> Self {
        Self::Engine(error)
    }
}

impl<R> From<StoreError> for WorkError<R> {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl<'a> Tx<'a> {
    /// Begins a commit after the changes in `before`.
    pub(crate) fn new(map: &'a Layered, before: &'a Changes) -> Self {
        Self {
            map,
            before,
            own: Changes::new(),
            bytes: 0,
        }
    }

    /// The value of a key as this commit sees it.
    pub(crate) fn get(&self, key: &[u8]) -> Result<Option<Vec<u8>>, EngineError> {
        Ok(self.get_parts(key)?.map(|(value, _)| value))
    }

    /// The value of a key as this commit sees it, and how many further parts it has.
    pub(crate) fn get_parts(&self, key: &[u8]) -> Result<Option<(Vec<u8>, u16)>, EngineError> {
        let Some(first) = self.raw(key)? else {
            return Ok(None);
        };
        let parts = values::further_parts(&first);
        match values::join(first, |n| self.raw(&values::part_key(key, n)))? {
            Some(value) => Ok(Some((value, parts))),
            None => Err(EngineError::Damaged("a long value is not whole".to_owned())),
        }
    }

    /// Whether a key is there.
    pub(crate) fn contains(&self, key: &[u8]) -> Result<bool, EngineError> {
        match self.pending(key) {
            Some(value) => Ok(value.is_some()),
            None => self.map.contains(key),
        }
    }

    /// The first key from `from` on, before `to`, where something may stand: a key that is being removed counts.
    pub(crate) fn next_key(&self, from: &[u8], to: &[u8]) -> Result<Option<Vec<u8>>, EngineError> {
        let range = (Bound::Included(from), Bound::Excluded(to));
        let pending =
            [self.before, &self.own].map(|changes| changes.range::<[u8], _>(range).next());
        let pending = pending.into_iter().flatten().map(|(key, _)| key.clone());
        let stored = self.map.page(from, to, 1)?;
        let stored = stored.into_iter().map(|(key, _)| key);
        Ok(pending.chain(stored).min())
    }

    /// Sets a key, whatever stood there.
    pub(crate) fn put(&mut self, key: &[u8], value: &[u8]) -> Result<(), EngineError> {
        let had = self
            .raw(key)?
            .map_or(0, |first| values::further_parts(&first));
        self.put_over(key, value, had);
        Ok(())
    }

    /// Sets a key whose value is known to have so many further parts.
    pub(crate) fn put_over(&mut self, key: &[u8], value: &[u8], had: u16) {
        let has = self.put_new(key, value);
        for number in has + 1..=had {
            self.change(values::part_key(key, number), None);
        }
    }

    /// Sets a key that is known to be absent. Returns the number of further parts.
    pub(crate) fn put_new(&mut self, key: &[u8], value: &[u8]) -> u16 {
        let mut last = 0;
        for (number, part) in (0_u16..).zip(values::split(value)) {
            let key = match number {
                0 => key.to_vec(),
                n => values::part_key(key, n),
            };
            self.change(key, Some(part));
            last = number;
        }
        last
    }

    /// Sets a key of an index, whose value says nothing.
    pub(crate) fn mark(&mut self, key: Vec<u8>) {
        self.change(key, Some(Vec::new()));
    }

    /// Removes a key of an index.
    pub(crate) fn unmark(&mut self, key: Vec<u8>) {
        self.change(key, None);
    }

    /// Removes a key and its further parts.
    pub(crate) fn delete(&mut self, key: &[u8]) -> Result<(), EngineError> {
        if let Some(first) = self.raw(key)? {
            for number in 1..=values::further_parts(&first) {
                self.change(values::part_key(key, number), None);
            }
            self.change(key.to_vec(), None);
        }
        Ok(())
    }

    /// Bytes the changes take in the journal.
    pub(crate) fn bytes(&self) -> usize {
        self.bytes
    }

    /// The changes.
    pub(crate) fn into_changes(self) -> Changes {
        self.own
    }

    fn change(&mut self, key: Vec<u8>, value: Option<Vec<u8>>) {
        self.bytes += change_size(&key, value.as_deref());
        self.own.insert(key, value);
    }

    fn pending(&self, key: &[u8]) -> Option<&Option<Vec<u8>>> {
        self.own.get(key).or_else(|| self.before.get(key))
    }

    fn raw(&self, key: &[u8]) -> Result<Option<Vec<u8>>, EngineError> {
        match self.pending(key) {
            Some(value) => Ok(value.clone()),
            None => self.map.get(key),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::disk::engine::Engine;

    #[test]
    fn a_commit_sees_the_engine_the_commits_before_it_and_itself() {
        let dir = tempfile::tempdir().unwrap();
        let engine = Engine::open(dir.path(), 1 << 20).unwrap();
        engine.apply([], (b"a".to_vec(), Some(vec![0, 1]))).unwrap();
        let map = Layered::new(engine, 0);
        let mut before = Changes::new();
        before.insert(b"b".to_vec(), Some(vec![0, 2]));
        let mut tx = Tx::new(&map, &before);
        tx.put(b"c", &[3]).unwrap();
        for (key, value) in [(b"a", 1), (b"b", 2), (b"c", 3)] {
            assert_eq!(tx.get(key).unwrap(), Some(vec![value]));
        }
        tx.delete(b"b").unwrap();
        assert!(!tx.contains(b"b").unwrap());
        assert!(tx.contains(b"a").unwrap());
    }

    #[test]
    fn a_shorter_value_leaves_no_parts_of_the_longer_one() {
        let dir = tempfile::tempdir().unwrap();
        let engine = Engine::open(dir.path(), 1 << 20).unwrap();
        let map = Layered::new(engine, 0);
        let nothing = Changes::new();
        let mut tx = Tx::new(&map, &nothing);
        tx.put(b"k", &[7; 20_000]).unwrap();
        let long = tx.into_changes();
        assert!(long.len() > 4);
        let mut tx = Tx::new(&map, &long);
        assert_eq!(tx.get(b"k").unwrap(), Some(vec![7; 20_000]));
        tx.put(b"k", &[8; 5000]).unwrap();
        let mut all = long.clone();
        all.extend(tx.into_changes());
        assert_eq!(all.values().filter(|v| v.is_some()).count(), 2);
        let mut tx = Tx::new(&map, &all);
        tx.delete(b"k").unwrap();
        all.extend(tx.into_changes());
        assert!(all.values().all(Option::is_none));
    }
}
