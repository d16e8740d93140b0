//! The engine with what it has not been given yet laid over it: one map for everybody who reads.
//!
//! A commit is true when the journal has it. The engine gets it a moment later, many commits at a time: a row that several turns
//! write is written there once, and nobody waits for it. Until then it lies here in memory, in two layers: `fresh`, to which the writer
//! adds, and `sinking`, which is being written into the engine and goes away when all of it is there. A crash costs nothing: whatever
//! the engine lacks is replayed from the journal.

use std::cmp::Reverse;
use std::collections::btree_map::Range;
use std::iter::Peekable;
use std::ops::Bound;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

use crate::store::batch::{Changes, change_size};
use crate::store::disk::engine::{Engine, EngineError, Pair};

/// What one entry of a layer costs beside its key and value, in bytes, about.
const ENTRY: usize = 64;

/// The engine and the layers over it.
#[derive(Debug)]
pub(crate) struct Layered {
    engine: Engine,
    layers: RwLock<Layers>,
    /// The last sequence that is in the engine.
    applied: AtomicU64,
    /// How many records whoever asked was given: what a look costs, whatever the machine does beside it.
    records_read: AtomicU64,
}

#[derive(Debug, Default)]
struct Layers {
    fresh: Layer,
    sinking: Option<Arc<Layer>>,
}

/// Changes that are in the journal and not yet in the engine.
#[derive(Debug, Default)]
pub(crate) struct Layer {
    /// What keys become.
    pub(crate) changes: Changes,
    /// The last sequence among them.
    pub(crate) to: u64,
    bytes: usize,
}

impl Layered {
    /// An engine that has everything up to a sequence.
    pub(crate) fn new(engine: Engine, applied: u64) -> Self {
        Self {
            engine,
            layers: RwLock::default(),
            applied: AtomicU64::new(applied),
            records_read: AtomicU64::new(0),
        }
    }

    /// What lies below, for those who add what it lacks by themselves.
    pub(crate) fn engine(&self) -> &Engine {
        &self.engine
    }

    /// The last sequence that is in the engine.
    pub(crate) fn applied(&self) -> u64 {
        self.applied.load(Ordering::Acquire)
    }

    /// How many records were read since the start.
    pub(crate) fn records_read(&self) -> u64 {
        self.records_read.load(Ordering::Relaxed)
    }

    fn count_read(&self, records: usize) {
        let records = u64::try_from(records).unwrap_or(u64::MAX);
        self.records_read.fetch_add(records, Ordering::Relaxed);
    }

    /// The value of a key.
    pub(crate) fn get(&self, key: &[u8]) -> Result<Option<Vec<u8>>, EngineError> {
        self.count_read(1);
        // What is not here any more by now is in the engine already.
        let over = self.read().over(key).cloned();
        over.map_or_else(|| self.engine.get(key), Ok)
    }

    /// Whether a key is there.
    pub(crate) fn contains(&self, key: &[u8]) -> Result<bool, EngineError> {
        let over = self.read().over(key).map(Option::is_some);
        over.map_or_else(|| self.engine.contains(key), Ok)
    }

    /// Up to `limit` pairs with `from <= key < to`, ascending, as they all were at one moment.
    pub(crate) fn page(
        &self,
        from: &[u8],
        to: &[u8],
        limit: usize,
    ) -> Result<Vec<Pair>, EngineError> {
        if from >= to {
            return Ok(Vec::new());
        }
        // Held to the end: a layer that went while the engine is read would be seen in part.
        let layers = self.read();
        if layers.range(from, to).next().is_none() {
            let page = self.engine.page(from, to, limit)?;
            self.count_read(page.len());
            return Ok(page);
        }
        let mut out = Vec::new();
        let mut start = from.to_vec();
        loop {
            let below = self.engine.page(&start, to, limit)?;
            let next = match below.last() {
                Some((last, _)) if below.len() == limit => Some([last, &[0][..]].concat()),
                _ => None,
            };
            let end = next.as_deref().unwrap_or(to);
            let below = below.into_iter().map(|(key, value)| (key, Some(value)));
            let over = layers.range(&start, end);
            let over = over.map(|(key, value)| (key.clone(), value.clone()));
            let there = Laid::new(over, below).filter_map(|(key, value)| Some((key, value?)));
            out.extend(there.take(limit - out.len()));
            match next {
                Some(next) if out.len() < limit => start = next,
                _ => break,
            }
        }
        self.count_read(out.len());
        Ok(out)
    }

    /// As [`Self::page`], from the end: the last ones, descending.
    pub(crate) fn page_back(
        &self,
        from: &[u8],
        to: &[u8],
        limit: usize,
    ) -> Result<Vec<Pair>, EngineError> {
        if from >= to {
            return Ok(Vec::new());
        }
        let layers = self.read();
        let mut out = Vec::new();
        let mut end = to.to_vec();
        loop {
            let below = self.engine.page_back(from, &end, limit)?;
            // From the first one that was read on all is known; what lies before it is read next.
            let next = match below.last() {
                Some((first, _)) if below.len() == limit => Some(first.clone()),
                _ => None,
            };
            let start = next.as_deref().unwrap_or(from);
            let below = below
                .into_iter()
                .map(|(key, value)| (Reverse(key), Some(value)));
            let over = layers.range_back(start, &end);
            let over = over.map(|(Reverse(key), value)| (Reverse(key.clone()), value.clone()));
            let there = Laid::new(over, below);
            let there = there.filter_map(|(Reverse(key), value)| Some((key, value?)));
            out.extend(there.take(limit - out.len()));
            match next {
                Some(next) if out.len() < limit => end = next,
                _ => break,
            }
        }
        self.count_read(out.len());
        Ok(out)
    }

    /// Lays the changes of a sequence over it. Returns how many bytes wait for the engine now, beside those on their way.
    pub(crate) fn lay(&self, changes: Changes, seq: u64) -> usize {
        let size =
            |(key, value): (&Vec<u8>, &Option<Vec<u8>>)| ENTRY + change_size(key, value.as_deref());
        let bytes: usize = changes.iter().map(size).sum();
        let fresh = &mut self.write().fresh;
        match fresh.changes.is_empty() {
            true => fresh.changes = changes,
            false => fresh.changes.extend(changes),
        }
        fresh.to = seq;
        // What replaced something is counted as if it had been added: a bound, not a sum.
        fresh.bytes += bytes;
        fresh.bytes
    }

    /// Begins to move what waits into the engine; none if nothing does.
    pub(crate) fn begin_sinking(&self) -> Option<Arc<Layer>> {
        let mut layers = self.write();
        if layers.fresh.changes.is_empty() {
            return None;
        }
        let layer = Arc::new(std::mem::take(&mut layers.fresh));
        layers.sinking = Some(Arc::clone(&layer));
        Some(layer)
    }

    /// The engine has all of what was sinking, up to this sequence.
    pub(crate) fn sunk(&self, to: u64) {
        self.applied.store(to, Ordering::Release);
        let gone = self.write().sinking.take();
        drop(gone); // after the lock: it may be large
    }

    fn read(&self) -> RwLockReadGuard<'_, Layers> {
        self.layers.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self) -> RwLockWriteGuard<'_, Layers> {
        self.layers.write().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Layers {
    /// What a key becomes.
    fn over(&self, key: &[u8]) -> Option<&Option<Vec<u8>>> {
        let sinking = || self.sinking.as_ref()?.changes.get(key);
        self.fresh.changes.get(key).or_else(sinking)
    }

    /// What the keys of a range become, ascending.
    fn range<'a>(
        &'a self,
        from: &'a [u8],
        to: &'a [u8],
    ) -> impl Iterator<Item = (&'a Vec<u8>, &'a Option<Vec<u8>>)> {
        let sinking = self.sinking.as_deref();
        let sinking = sinking.map(|layer| layer.range(from, to));
        Laid::new(self.fresh.range(from, to), sinking.into_iter().flatten())
    }

    /// As [`Self::range`], descending.
    fn range_back<'a>(
        &'a self,
        from: &'a [u8],
        to: &'a [u8],
    ) -> impl Iterator<Item = (Reverse<&'a Vec<u8>>, &'a Option<Vec<u8>>)> {
        let back = |layer: &'a Layer| {
            layer
                .range(from, to)
                .rev()
                .map(|(key, to)| (Reverse(key), to))
        };
        let sinking = self.sinking.as_deref().map(back);
        Laid::new(back(&self.fresh), sinking.into_iter().flatten())
    }
}

impl Layer {
    fn range(&self, from: &[u8], to: &[u8]) -> Range<'_, Vec<u8>, Option<Vec<u8>>> {
        let range = (Bound::Included(from), Bound::Excluded(to));
        self.changes.range::<[u8], _>(range)
    }
}

/// Two ascending series as one: where both have a key, the upper one's value stands.
struct Laid<U: Iterator, L: Iterator> {
    upper: Peekable<U>,
    lower: Peekable<L>,
}

impl<K, V, U, L> Laid<U, L>
where
    U: Iterator<Item = (K, V)>,
    L: Iterator<Item = (K, V)>,
{
    fn new(upper: U, lower: L) -> Self {
        Self {
            upper: upper.peekable(),
            lower: lower.peekable(),
        }
    }
}

impl<K: Ord, V, U, L> Iterator for Laid<U, L>
where
    U: Iterator<Item = (K, V)>,
    L: Iterator<Item = (K, V)>,
{
    type Item = (K, V);

    fn next(&mut self) -> Option<(K, V)> {
        let (Some((upper, _)), Some((lower, _))) = (self.upper.peek(), self.lower.peek()) else {
            return self.upper.next().or_else(|| self.lower.next());
        };
        if lower < upper {
            return self.lower.next();
        }
        if lower == upper {
            self.lower.next();
        }
        self.upper.next()
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::*;

    fn changes() -> impl Strategy<Value = Changes> {
        let key = prop::collection::vec(0..4_u8, 1..4);
        let value = prop::option::weighted(0.7, prop::collection::vec(any::<u8>(), 0..3));
        prop::collection::btree_map(key, value, 0..30)
    }

    /// The map as it should be when all of the changes have been made.
    fn all(series: &[&Changes]) -> BTreeMap<Vec<u8>, Vec<u8>> {
        let mut map = Changes::new();
        series
            .iter()
            .for_each(|changes| map.extend((*changes).clone()));
        map.into_iter().filter_map(|(k, v)| Some((k, v?))).collect()
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(40))]
        #[test]
        fn the_layers_and_the_engine_read_as_one_map(
            below in changes(), sinking in changes(), fresh in changes(),
            from in prop::collection::vec(0..4_u8, 0..3), to in prop::collection::vec(0..5_u8, 0..3), limit in 1..9_usize,
        ) {
            let dir = tempfile::tempdir().unwrap();
            let engine = Engine::open(dir.path(), 1 << 20).unwrap();
            engine.apply(below.clone(), (b"last".to_vec(), None)).unwrap();
            let map = Layered::new(engine, 0);
            map.lay(sinking.clone(), 1);
            let layer = map.begin_sinking();
            map.lay(fresh.clone(), 2);
            let expected = all(&[&below, &sinking, &fresh]);
            for key in below.keys().chain(sinking.keys()).chain(fresh.keys()) {
                prop_assert_eq!(map.get(key).unwrap(), expected.get(key).cloned());
                prop_assert_eq!(map.contains(key).unwrap(), expected.contains_key(key));
            }
            let page = |limit| map.page(&from, &to, limit).unwrap();
            let within = |from: &Vec<u8>, to: &Vec<u8>| -> Vec<Pair> {
                expected.iter().filter(|(k, _)| *k >= from && *k < to).map(|(k, v)| (k.clone(), v.clone())).collect()
            };
            prop_assert_eq!(page(usize::MAX), within(&from, &to));
            prop_assert_eq!(page(limit), within(&from, &to).into_iter().take(limit).collect::<Vec<_>>());
            let back = |limit| {
                let mut pairs = map.page_back(&from, &to, limit).unwrap();
                pairs.reverse();
                pairs
            };
            let last = || {
                let all = within(&from, &to);
                all[all.len().saturating_sub(limit)..].to_vec()
            };
            prop_assert_eq!(back(usize::MAX), within(&from, &to));
            prop_assert_eq!(back(limit), last());
            if let Some(layer) = layer {
                map.engine().sink(&layer.changes, (b"z".to_vec(), None)).unwrap();
                map.sunk(layer.to);
            }
            prop_assert_eq!(page(limit), within(&from, &to).into_iter().take(limit).collect::<Vec<_>>());
            prop_assert_eq!(back(limit), last());
        }
    }
}
