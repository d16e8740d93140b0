//! The open notices, kept in memory: every turn asks for them, and they change once in a while.
//!
//! There is no second truth: what is kept is what was last read, and is read again after any commit that touched a notice.

use std::collections::BTreeMap;
use std::ops::Bound;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use arc_swap::ArcSwapOption;

use crate::domain::ids::MerchantId;
use crate::domain::notice::Notice;
use crate::store::batch::Changes;
use crate::store::error::StoreError;
use crate::store::keys;

/// The open notices of every merchant that has some; those for everybody are nobody's.
pub(crate) type Open = BTreeMap<Option<MerchantId>, Vec<Notice>>;

/// The open notices as they were last read.
#[derive(Debug, Default)]
pub(crate) struct InForce {
    /// How many commits touched a notice since the store was opened.
    changes: AtomicU64,
    kept: ArcSwapOption<Kept>,
}

#[derive(Debug)]
pub(crate) struct Kept {
    /// The number of changes before they were read. If there are more now, they are to be read again.
    changes: u64,
    pub(crate) open: Open,
}

/// Whether a notice about which something is left to be done is among the changes.
pub(crate) fn are_touched(changes: &Changes) -> bool {
    let live = keys::all_live_notices();
    let live = (Bound::Included(live.start), Bound::Excluded(live.end));
    changes.range::<[u8], _>(live).next().is_some()
}

impl InForce {
    /// A notice has changed, and every read sees it. Called before anybody is told that it has.
    pub(crate) fn changed(&self) {
        self.changes.fetch_add(1, Ordering::Release);
    }

    /// What was last read, or what is read now.
    pub(crate) fn read(
        &self,
        read: impl FnOnce() -> Result<Open, StoreError>,
    ) -> Result<Arc<Kept>, StoreError> {
        let changes = self.changes.load(Ordering::Acquire);
        let kept = self.kept.load();
        if let Some(kept) = kept.as_ref().filter(|kept| kept.changes == changes) {
            return Ok(Arc::clone(kept));
        }
        let open = read()?;
        let read = Arc::new(Kept { changes, open });
        self.kept.store(Some(Arc::clone(&read)));
        Ok(read)
    }
}
