//! Reading the open notices, from memory while none has changed.

use crate::domain::ids::MerchantId;
use crate::domain::notice::Notice;
use crate::store::error::StoreError;
use crate::store::local::Local;
use crate::store::memory::in_force::Open;
use crate::store::page::MAX_PAGE;

impl Local {
    /// The open notices of a merchant, then those for everybody.
    pub(crate) fn open_notices(&self, merchant: &MerchantId) -> Result<Vec<Notice>, StoreError> {
        let kept = self.in_force.read(|| self.all_open())?;
        if kept.open.is_empty() {
            return Ok(Vec::new());
        }
        let scopes = [Some(merchant.clone()), None];
        let found = scopes.iter().filter_map(|scope| kept.open.get(scope));
        Ok(found.flatten().cloned().collect())
    }

    fn all_open(&self) -> Result<Open, StoreError> {
        let mut open = Open::new();
        let mut last: Option<Notice> = None;
        loop {
            let page = self.unsettled_notices(last.as_ref(), MAX_PAGE)?;
            let Some(end) = page.last() else {
                return Ok(open);
            };
            last = Some(end.clone());
            for notice in page.into_iter().filter(Notice::is_open) {
                let of = open.entry(notice.affected.merchant.clone()).or_default();
                of.push(notice);
            }
        }
    }
}
