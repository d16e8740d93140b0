//! Seeing that a kind of trouble rises far above its usual rate, and proposing a notice to a person.
//!
//! What people came with is read from the events of each turn and counted in memory; what was counted is written down by the next pass,
//! so that a desk that was killed lacks the last minute of it and nothing else. Nothing is said to customers here.

use std::collections::BTreeMap;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};

use tokio::sync::Mutex;

use super::notices::{announcing, has_moved};
use crate::desk::draft::Draft;
use crate::desk::{Desk, DeskError};
use crate::domain::ids::{MerchantId, VisitorId};
use crate::domain::notice::surge::{Kind, Rates, Surge, Trouble, kinds, troubles};
use crate::domain::notice::{Affected, Notice};
use crate::store::Commit;

/// What has been counted, and whose counts are not written down yet.
#[derive(Debug, Default)]
pub(in crate::desk) struct Counted {
    rates: Mutex<BTreeMap<MerchantId, (Rates, bool)>>,
}

/// What a turn shows of troubles.
pub(in crate::desk) struct Seen {
    merchant: MerchantId,
    visitor: VisitorId,
    /// How the order was paid that is talked about.
    method: Option<String>,
    troubles: Vec<Trouble>,
}

impl Seen {
    /// What the events of a draft show; nothing where nobody came with a trouble.
    pub(in crate::desk) fn in_draft(draft: &Draft) -> Option<Self> {
        let troubles = troubles(&draft.events);
        let row = &draft.conversation;
        (!troubles.is_empty()).then(|| Self {
            merchant: row.merchant.clone(),
            visitor: row.visitor.clone(),
            method: draft.paid_by.clone(),
            troubles,
        })
    }
}

impl Desk {
    /// Counts what a turn that is on disk showed, and proposes a notice where that is far more than usual. It never fails a turn.
    pub(in crate::desk) async fn watch_troubles(&self, seen: Option<Seen>) {
        let Some(seen) = seen else { return };
        if let Err(error) = self.count_trouble(seen).await {
            tracing::warn!(%error, "a trouble could not be counted");
        }
    }

    async fn count_trouble(&self, seen: Seen) -> Result<(), DeskError> {
        let merchant = seen.merchant;
        let kinds = kinds(seen.troubles, seen.method.as_deref());
        let mut hasher = DefaultHasher::new();
        seen.visitor.hash(&mut hasher);
        let surge = self.counted(&merchant, &kinds, hasher.finish()).await?;
        match surge {
            Some(surge) => self.propose(&merchant, &surge).await,
            None => Ok(()),
        }
    }

    async fn counted(
        &self,
        merchant: &MerchantId,
        kinds: &[Kind],
        who: u64,
    ) -> Result<Option<Surge>, DeskError> {
        let mut all = self.surges.rates.lock().await;
        if !all.contains_key(merchant) {
            let rates = self.store.rates(merchant).await?.unwrap_or_default();
            all.insert(merchant.clone(), (rates, false));
        }
        let Some((rates, is_new)) = all.get_mut(merchant) else {
            return Ok(None);
        };
        *is_new = true;
        Ok(rates.note(kinds, who, self.clock.now()))
    }

    /// Proposes a notice, unless one that is open or waits says the same.
    async fn propose(&self, merchant: &MerchantId, surge: &Surge) -> Result<(), DeskError> {
        let affected = affected(merchant, &surge.kind);
        let mut live = self.store.live_notices(Some(merchant), None, 200).await?;
        live.extend(self.store.live_notices(None, None, 200).await?);
        if live.iter().any(|known| says_the_same(known, &affected)) {
            return Ok(());
        }
        let mut notice = Notice::propose(affected, surge, self.clock.now());
        let subscriptions = self.subscriptions.load();
        let commit = announcing(&subscriptions, &mut notice, self.clock.now());
        match self.commit(commit.notice(notice.clone())).await {
            Ok(()) => {
                tracing::warn!(
                    notice = %notice.id, merchant = %merchant, kind = ?surge.kind, count = surge.count, usual = surge.usual,
                    "far more people than usual come with a trouble: a notice is proposed"
                );
                has_moved(&notice);
                Ok(())
            }
            // Somebody was as far at the same moment.
            Err(DeskError::SessionChanged) => Ok(()),
            other => other,
        }
    }

    /// Writes down what was counted since the last pass.
    pub(in crate::desk) async fn keep_counts(&self) -> Result<(), DeskError> {
        let mut all = self.surges.rates.lock().await;
        let mut commit = Commit::new();
        let mut is_empty = true;
        for (merchant, (rates, is_new)) in all.iter() {
            if *is_new {
                commit = commit.rates(merchant.clone(), rates.clone());
                is_empty = false;
            }
        }
        if is_empty {
            return Ok(());
        }
        self.commit(commit).await?;
        for (_, is_new) in all.values_mut() {
            *is_new = false;
        }
        Ok(())
    }
}

fn affected(merchant: &MerchantId, kind: &Kind) -> Affected {
    let mut affected = Affected {
        merchant: Some(merchant.clone()),
        methods: kind.method.iter().cloned().collect(),
        ..Affected::default()
    };
    match &kind.trouble {
        Trouble::Intent(intent) => affected.intents.push(intent.clone()),
        Trouble::Cause(cause) => affected.causes.push(*cause),
    }
    affected
}

/// Whether a notice that is not over is about all that another one would be about.
fn says_the_same(known: &Notice, other: &Affected) -> bool {
    let has = &known.affected;
    let methods = has.methods.is_empty()
        || !other.methods.is_empty() && other.methods.iter().all(|it| has.methods.contains(it));
    !known.is_over()
        && has.site.is_none()
        && methods
        && other.intents.iter().all(|it| has.intents.contains(it))
        && other.causes.iter().all(|it| has.causes.contains(it))
}
