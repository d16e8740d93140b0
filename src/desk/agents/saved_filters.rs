//! What agents narrow their lists by again and again.

use crate::desk::{Desk, DeskError};
use crate::domain::account::Agent;
use crate::domain::redact::redact;
use crate::domain::saved_filter::{SavedFilter, SavedFilters};
use crate::store::Commit;

impl Desk {
    /// An agent's own, in their order.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn saved_filters(&self, agent: &Agent) -> Result<Vec<SavedFilter>, DeskError> {
        Ok(self.store.saved_filters(&agent.id).await?)
    }

    /// Keeps an agent's filters in the place of those that were kept.
    ///
    /// # Errors
    /// [`DeskError::Invalid`] when one of them is none.
    pub async fn keep_filters(
        &self,
        agent: &Agent,
        mut filters: Vec<SavedFilter>,
    ) -> Result<Vec<SavedFilter>, DeskError> {
        for value in filters.iter_mut().flat_map(|one| one.only.values_mut()) {
            *value = redact(value).text;
        }
        let saved = SavedFilters::checked(agent.id.clone(), filters);
        let saved = saved.map_err(|wrong| DeskError::Invalid(wrong.to_string()))?;
        let kept = saved.filters.clone();
        let _one = self.filtering.lock().await;
        self.commit(Commit::new().saved_filters(saved)).await?;
        Ok(kept)
    }
}
