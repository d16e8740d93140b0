//! The lists of the inbox as agents see them: a page, how many conversations there are, and what they can be narrowed by.

use iso_currency::Currency;

use super::handling::scope;
use crate::desk::{Desk, DeskError};
use crate::domain::account::Agent;
use crate::store::{Counts, Cursor, Filter, InboxRow, Page, Sort, View};

/// Which page of which list.
#[derive(Clone, Debug)]
pub struct InboxQuery {
    /// The list.
    pub view: View,
    /// What its conversations are to have.
    pub filter: Filter,
    /// In which order.
    pub sort: Sort,
    /// Where to begin; none for the first page.
    pub cursor: Option<Cursor>,
    /// So many lines at most.
    pub limit: usize,
}

impl Desk {
    /// A page of a list, as far as the agent may see.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn inbox(
        &self,
        agent: &Agent,
        query: InboxQuery,
    ) -> Result<Page<InboxRow>, DeskError> {
        let InboxQuery {
            view,
            filter,
            sort,
            cursor,
            limit,
        } = query;
        let Ok(merchant) = scope(agent, &filter) else {
            return Ok(Page::empty());
        };
        let (store, cursor) = (&self.store, cursor.as_ref());
        Ok(store
            .filtered_rows(view, merchant, (&filter, sort), cursor, limit)
            .await?)
    }

    /// The currencies of the orders that a list is about, as far as the agent may see.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn currencies(
        &self,
        agent: &Agent,
        query: &InboxQuery,
    ) -> Result<Vec<Currency>, DeskError> {
        let Ok(merchant) = scope(agent, &query.filter) else {
            return Ok(Vec::new());
        };
        let view = query.view.clone();
        Ok(self.store.currencies(view, merchant).await?)
    }

    /// How many conversations are in the lists, as far as the agent may see, and how many are their own.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn inbox_counts(&self, agent: &Agent) -> Result<(Counts, u64), DeskError> {
        let (merchant, own) = (agent.merchant.as_ref(), View::Mine(agent.id.clone()));
        let mine = self.store.inbox_count(own, merchant).await?;
        Ok((self.store.counts(merchant).await?, mine))
    }
}
