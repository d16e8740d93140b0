//! What leads read: what days added up to, and how it stands now.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use jiff::civil::Date;

use crate::desk::agents::handling::{scope, sees_merchant};
use crate::desk::{Desk, DeskError};
use crate::domain::account::Agent;
use crate::domain::conversation::{Conversation, Event, EventBody};
use crate::domain::fate::turned;
use crate::domain::ids::{ConversationId, MerchantId};
use crate::domain::language::Language;
use crate::domain::promise::Promises;
use crate::domain::report::{Day, Suggestion};
use crate::store::{Commit, Filter, Sort, View};

/// No report is over more days.
const LONGEST: i32 = 400;

/// What days added up to, and how it stands now.
#[derive(Debug)]
pub struct Report {
    /// By day and language.
    pub days: BTreeMap<(Date, Language), Day>,
    /// How many wait for a person now.
    pub waiting: u64,
    /// Since when the one waits who has waited longest, as far as was looked.
    pub waits_since: Option<Timestamp>,
    /// The days before this one are over, at whatever storefront.
    pub today: Date,
}

impl Report {
    /// Those of a day of whom it is assumed that the bot solved their matter: whoever came on a day that is not over may still come back.
    #[must_use]
    pub fn assumed(&self, date: Date, day: &Day) -> u64 {
        if date < self.today { day.assumed() } else { 0 }
    }
}

impl Desk {
    /// Counts what happens in a commit, in the commit.
    pub(in crate::desk) async fn count_day(&self, mut commit: Commit) -> Result<Commit, DeskError> {
        let now = self.clock.now();
        let mut counted = Vec::new();
        for (row, events) in commit.happening_mut() {
            let began = |event: &&Event| matches!(event.body, EventBody::Started { .. });
            let begins = events.iter().any(began);
            if begins {
                row.first_language = Some(row.language);
            }
            let mut day = Day::default();
            events.iter().for_each(|event| day.count(event, row));
            let promised = row.promises.iter().next().is_some();
            let before = match begins || !(promised || events.iter().any(moves)) {
                true => None,
                false => self.store.conversation(&row.id).await?,
            };
            if promised {
                let before = before.as_ref().map(|before| &before.promises);
                let none = Promises::default();
                day.count_promises(&row.promises.outcomes_since(before.unwrap_or(&none)));
            }
            let first = match begins || before.is_some() {
                true => turned(before.as_ref(), row),
                false => Day::default(),
            };
            let today = (self.today(row, now), day);
            for (date, day) in [today, (self.today(row, row.created_at), first)] {
                if !day.is_empty() {
                    counted.push((row.merchant.clone(), date, row.counts_in(), day));
                }
            }
        }
        for (merchant, date, language, day) in counted {
            commit = commit.count(merchant, date, language, day);
        }
        Ok(commit)
    }

    /// Counts what an agent did with the reply that was suggested.
    ///
    /// # Errors
    /// When it cannot be written.
    pub async fn count_suggestion(
        &self,
        agent: &Agent,
        id: &ConversationId,
        what: Suggestion,
    ) -> Result<(), DeskError> {
        let row = self.conversation(agent, id).await?;
        let day = Day {
            suggestions: BTreeMap::from([(what, 1)]),
            ..Day::default()
        };
        let date = self.today(&row, self.clock.now());
        let language = row.counts_in();
        let commit = Commit::new().count(row.merchant.clone(), date, language, day);
        self.commit(commit).await
    }

    /// The day that it is at a conversation's storefront.
    pub(in crate::desk) fn today(&self, row: &Conversation, now: Timestamp) -> Date {
        self.calendar(row).date(now)
    }

    /// What days added up to for those merchants that a lead sees, or for one of them.
    ///
    /// # Errors
    /// [`DeskError::Invalid`] for days in the wrong order, or too many; when the store cannot be read.
    pub async fn report(
        &self,
        agent: &Agent,
        merchant: Option<MerchantId>,
        (first, last): (Date, Date),
    ) -> Result<Report, DeskError> {
        let days = first.until(last).map_or(i32::MAX, |span| span.get_days());
        if !(0..LONGEST).contains(&days) {
            let why = format!(
                "a report is from a day to the same or a later one, over {LONGEST} days at most"
            );
            return Err(DeskError::Invalid(why));
        }
        let filter = Filter {
            merchant,
            ..Filter::default()
        };
        let now = self.clock.now();
        let today = self.sites().map(|site| site.calendar.date(now)).min();
        let mut report = Report {
            days: BTreeMap::new(),
            waiting: 0,
            waits_since: None,
            today: today.unwrap_or(first),
        };
        let Ok(asked) = scope(agent, &filter) else {
            return Ok(report);
        };
        let known: BTreeSet<_> = self.sites().map(|site| &site.merchant).collect();
        for merchant in known {
            if sees_merchant(agent, merchant) && asked.is_none_or(|asked| asked == merchant) {
                for (date, language, day) in self.store.days(merchant, first, last).await? {
                    report.days.entry((date, language)).or_default().add(&day);
                }
            }
        }
        report.waiting = self.store.inbox_count(View::Waiting, asked).await?;
        // Whoever came first, however many who are more urgent stand before them in line.
        let order = (&Filter::default(), Sort::Oldest);
        let first = self
            .store
            .filtered_rows(View::Waiting, asked, order, None, 1)
            .await?;
        report.waits_since = first.rows.first().and_then(|row| row.waiting_since);
        Ok(report)
    }
}

/// Whether an event may change who solved a conversation.
fn moves(event: &&Event) -> bool {
    matches!(
        event.body,
        EventBody::HandedOff(_)
            | EventBody::OwnerChanged { .. }
            | EventBody::StatusChanged { .. }
            | EventBody::MergedInto { .. }
    )
}
