//! The engine with changes laid over it, read in key order.

use crate::store::batch::Changes;
use crate::store::disk::engine::{Engine, EngineError, Pair};
use crate::store::disk::values;

/// Pairs read from the engine in one go.
const PAGE: usize = 200;

/// The engine as it will be when the journal has been replayed.
#[derive(Clone, Copy, Debug)]
pub(super) struct Merged<'a> {
    engine: &'a Engine,
    overlay: &'a Changes,
}

impl<'a> Merged<'a> {
    pub(super) fn new(engine: &'a Engine, overlay: &'a Changes) -> Self {
        Self { engine, overlay }
    }

    /// What stands under a key, as it is.
    pub(super) fn raw(&self, key: &[u8]) -> Result<Option<Vec<u8>>, EngineError> {
        match self.overlay.get(key) {
            Some(value) => Ok(value.clone()),
            None => self.engine.get(key),
        }
    }

    /// A value put together; the inner none if parts of it are missing.
    pub(super) fn whole(&self, key: &[u8], first: Vec<u8>) -> Result<Option<Vec<u8>>, EngineError> {
        values::join(first, |n| self.raw(&values::part_key(key, n)))
    }

    /// Calls `each` with every pair in `from <= key < to`, in order.
    pub(super) fn walk(
        &self,
        from: &[u8],
        to: &[u8],
        mut each: impl FnMut(Vec<u8>, Vec<u8>) -> Result<(), EngineError>,
    ) -> Result<(), EngineError> {
        let mut start = from.to_vec();
        loop {
            let page = self.engine.page(&start, to, PAGE)?;
            let full = page.len() == PAGE;
            let end = match page.last() {
                Some((last, _)) if full => [&last[..], &[0]].concat(),
                _ => to.to_vec(),
            };
            for (key, value) in self.lay_over(&start, &end, page) {
                each(key, value)?;
            }
            if !full {
                return Ok(());
            }
            start = end;
        }
    }

    fn lay_over(&self, from: &[u8], to: &[u8], page: Vec<Pair>) -> Vec<Pair> {
        let over = self.overlay.range::<[u8], _>((
            std::ops::Bound::Included(from),
            std::ops::Bound::Excluded(to),
        ));
        let mut merged: Changes = page.into_iter().map(|(k, v)| (k, Some(v))).collect();
        merged.extend(over.map(|(k, v)| (k.clone(), v.clone())));
        merged
            .into_iter()
            .filter_map(|(key, value)| value.map(|value| (key, value)))
            .collect()
    }
}
