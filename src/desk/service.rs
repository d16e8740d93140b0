//! How soon people answer: each commit is followed on the way to the store, so that no way around the clocks exists.

use super::Desk;
use crate::domain::service::Terms;
use crate::store::Commit;

impl Desk {
    /// Sets the clocks of the conversations in a commit by what happens in it.
    pub(super) fn keep_time(&self, mut commit: Commit) -> Commit {
        for (row, events) in commit.happening_mut() {
            let Ok(site) = self.site(&row.site) else {
                continue;
            };
            let terms = Terms {
                levels: &site.service,
                calendar: &site.calendar,
            };
            for event in events {
                let took = row.service.follow(event, row.priority, terms);
                if let Some(took) = took {
                    metrics::histogram!("frontdesk_first_response_seconds")
                        .record(took.as_secs_f64());
                }
            }
        }
        commit
    }
}
