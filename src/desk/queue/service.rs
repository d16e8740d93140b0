//! How soon people answer: each commit is followed on the way to the store, so that no way around the clocks exists.

use crate::desk::Desk;
use crate::domain::report::Day;
use crate::domain::service::Terms;
use crate::store::Commit;

impl Desk {
    /// Sets the clocks of the conversations in a commit by what happens in it.
    pub(in crate::desk) fn keep_time(&self, mut commit: Commit) -> Commit {
        let mut waited = Vec::new();
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
                    let mut day = Day::default();
                    day.first_response.add(took);
                    let date = site.calendar.date(event.at);
                    waited.push((row.merchant.clone(), date, row.counts_in(), day));
                }
            }
            if row.status.is_done() {
                row.service.owes_no_answer();
            }
        }
        for (merchant, date, language, day) in waited {
            commit = commit.count(merchant, date, language, day);
        }
        commit
    }
}
