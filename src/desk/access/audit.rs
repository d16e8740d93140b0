//! What is written down of whom agents look at and what they change.

use std::collections::{HashMap, HashSet};
use std::sync::{Mutex, PoisonError};

use jiff::{SignedDuration, Timestamp};

use super::roll::named;
use super::searched::Sought;
use crate::desk::customers::apply::shown;
use crate::desk::{Desk, DeskError};
use crate::domain::account::{Agent, ApiKey};
use crate::domain::audit::{AuditEntry, Audited, order};
use crate::domain::ids::{AgentId, ConversationId};
use crate::domain::proof::ProofLevel;
use crate::store::{AuditSpan, Commit, Cursor, Page};

/// A look that goes on, with a page that asks again whenever something happens, is one look for so long.
const ONE_LOOK: SignedDuration = SignedDuration::from_mins(10);
/// And for a shop's program, which asks by the clock and not because somebody sits before it.
const ONE_LOOK_OF_SHOP: SignedDuration = SignedDuration::from_hours(1);
/// So many looks are remembered. Of more, those go that were written down longest ago, a part of them at a time: what goes costs a line when it is
/// looked at again, and all at once would cost as many lines as there are.
const REMEMBERED: usize = 16_384;
const PART: usize = REMEMBERED / 8;

/// So many lines one page looks at for those that are asked for.
const READ: usize = 5_000;
/// No file has more lines.
const EXPORTED: usize = 100_000;
/// Under this name the desk stands in the log for what it does by itself, and why it did it stands in the place of the network: an agent may be
/// called the same.
const DESK: &str = "desk";
/// And under this one a shop's programs, with the beginning of their key in that place.
const SHOP: &str = "shop";

/// Who looked at what, and from where.
type Look = (AgentId, Audited, Option<String>, Option<String>);

fn look_of(entry: &AuditEntry) -> Look {
    let (agent, about) = (entry.agent.clone(), entry.about.clone());
    (agent, entry.what, about, entry.from.clone())
}

/// The looks that were written down a while ago.
#[derive(Debug, Default)]
pub(in crate::desk) struct Looks(Mutex<HashMap<Look, Timestamp>>);

impl Looks {
    fn is_known(&self, look: &Look, now: Timestamp) -> bool {
        let known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let one = match look.0.as_str() {
            SHOP if look.3.is_some() => ONE_LOOK_OF_SHOP,
            _ => ONE_LOOK,
        };
        let at = known.get(look);
        at.is_some_and(|at| now.duration_since(*at) < one)
    }

    fn know(&self, look: Look, now: Timestamp) {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if known.len() >= REMEMBERED {
            let mut times: Vec<Timestamp> = known.values().copied().collect();
            let (_, last, _) = times.select_nth_unstable(PART);
            let last = *last;
            let newer = known.values().filter(|at| **at > last).count();
            // Of those of one moment, which may be all of them, no more go than have to.
            let mut spared = (known.len() - PART).saturating_sub(newer);
            known.retain(|_, at| {
                let is_spared = *at == last && spared > 0;
                spared -= usize::from(is_spared);
                *at > last || is_spared
            });
        }
        known.insert(look, now);
    }
}

impl Desk {
    /// Writes down that an agent looked at something of a person's; once for a while, however often they look.
    ///
    /// # Errors
    /// When the store cannot write: then nothing is to be shown.
    pub async fn looked(
        &self,
        agent: &AgentId,
        what: Audited,
        about: Option<String>,
    ) -> Result<(), DeskError> {
        self.once_for_a_while(self.entry(agent, what, about, None))
            .await
    }

    /// As [`Self::looked`], for a shop's program.
    pub(in crate::desk) async fn key_looked(
        &self,
        key: &ApiKey,
        what: Audited,
        about: String,
    ) -> Result<(), DeskError> {
        let entry = self.entry_of_key(key, what, about)?;
        self.once_for_a_while(entry).await
    }

    /// As [`Self::looked`], for what an agent changes again and again, with the change.
    pub(in crate::desk) async fn changed_for_a_while(
        &self,
        agent: &AgentId,
        (what, about): (Audited, String),
        change: Commit,
    ) -> Result<(), DeskError> {
        let entry = self.entry(agent, what, Some(about), None);
        let look = look_of(&entry);
        if self.looks.is_known(&look, entry.at) {
            return self.commit(change).await;
        }
        let now = entry.at;
        self.commit(change.audit(entry)).await?;
        self.looks.know(look, now);
        Ok(())
    }

    async fn once_for_a_while(&self, entry: AuditEntry) -> Result<(), DeskError> {
        let (now, look) = (entry.at, look_of(&entry));
        if self.looks.is_known(&look, now) {
            return Ok(());
        }
        self.commit(Commit::new().audit(entry)).await?;
        self.looks.know(look, now);
        Ok(())
    }

    /// Writes down what an agent did.
    ///
    /// # Errors
    /// When the store cannot write.
    pub async fn note_down(
        &self,
        agent: &AgentId,
        what: Audited,
        about: Option<String>,
    ) -> Result<(), DeskError> {
        let entry = self.entry(agent, what, about, None);
        self.commit(Commit::new().audit(entry)).await
    }

    pub(in crate::desk) fn entry(
        &self,
        agent: &AgentId,
        what: Audited,
        about: Option<String>,
        from: Option<&str>,
    ) -> AuditEntry {
        AuditEntry {
            at: self.clock.now(),
            agent: agent.clone(),
            what,
            about,
            from: from.map(str::to_owned),
        }
    }

    /// What the desk does by itself, and why.
    pub(in crate::desk) fn own_entry(
        &self,
        what: Audited,
        about: String,
        why: &str,
    ) -> Result<AuditEntry, DeskError> {
        Ok(self.entry(&named(DESK)?, what, Some(about), Some(why)))
    }

    /// What a shop's program does with its key.
    pub(in crate::desk) fn entry_of_key(
        &self,
        key: &ApiKey,
        what: Audited,
        about: String,
    ) -> Result<AuditEntry, DeskError> {
        let from = format!("key {}", key.prefix);
        Ok(self.entry(&named(SHOP)?, what, Some(about), Some(&from)))
    }

    /// A page of the lines of the audit log that are asked for, the newest first. A page may be short, and not the last. That it was read is written down, too.
    ///
    /// # Errors
    /// When the store cannot be read or written.
    pub async fn audit(
        &self,
        agent: &Agent,
        asked: &AuditAsked,
        cursor: Option<&Cursor>,
        limit: usize,
    ) -> Result<Page<AuditEntry>, DeskError> {
        let wanted = self.wanted(agent, asked).await?;
        let page = self.audit_lines(&wanted, true, cursor, limit).await?;
        self.note_down(&agent.id, Audited::AuditRead, None).await?;
        Ok(page)
    }

    /// All lines that are asked for, to be taken along, the oldest first; at most so many.
    ///
    /// # Errors
    /// [`DeskError::Invalid`] when there are more; when the store cannot be read or written.
    pub async fn audit_export(
        &self,
        agent: &Agent,
        asked: &AuditAsked,
    ) -> Result<Vec<AuditEntry>, DeskError> {
        let wanted = self.wanted(agent, asked).await?;
        let (mut all, mut cursor) = (Vec::new(), None);
        loop {
            let page = self.audit_lines(&wanted, false, cursor.as_ref(), READ);
            let page = page.await?;
            all.extend(page.rows);
            if all.len() > EXPORTED {
                return Err(DeskError::Invalid(format!(
                    "these are more than {EXPORTED} lines: ask for a shorter time"
                )));
            }
            cursor = page.next;
            if cursor.is_none() {
                break;
            }
        }
        let about = Some("audit.csv".to_owned());
        self.note_down(&agent.id, Audited::Exported, about).await?;
        Ok(all)
    }

    async fn audit_lines(
        &self,
        wanted: &Wanted<'_>,
        newest_first: bool,
        cursor: Option<&Cursor>,
        limit: usize,
    ) -> Result<Page<AuditEntry>, DeskError> {
        let span = AuditSpan {
            since: wanted.asked.since,
            until: wanted.asked.until,
            newest_first,
        };
        let (mut rows, mut read, mut at) = (Vec::new(), 0, cursor.cloned());
        loop {
            // No more than there is room for: what has been read is told or passed over, and the cursor is after it.
            let room = limit.saturating_sub(rows.len());
            let page = self.store.audit(&span, at.as_ref(), room).await?;
            read += page.rows.len();
            rows.extend(page.rows.into_iter().filter(|entry| wanted.fits(entry)));
            at = page.next;
            if at.is_none() || rows.len() >= limit || read >= READ {
                return Ok(Page { rows, next: at });
            }
        }
    }

    async fn wanted<'a>(
        &self,
        agent: &Agent,
        asked: &'a AuditAsked,
    ) -> Result<Wanted<'a>, DeskError> {
        Ok(Wanted {
            person: self.ids_of_person(agent, asked).await?,
            sought: match &asked.searched {
                Some(words) => Some(self.sought(words).await?),
                None => None,
            },
            asked,
        })
    }

    /// What lines about the person who is asked for are about: all their conversations, and the orders that these show to be theirs. Of one
    /// that was erased there is its own id.
    async fn ids_of_person(
        &self,
        agent: &Agent,
        asked: &AuditAsked,
    ) -> Result<Option<HashSet<String>>, DeskError> {
        let Some(id) = &asked.person else {
            return Ok(None);
        };
        let rows = match self.conversations_of(agent, id).await {
            Err(DeskError::NotFound) => Vec::new(),
            rows => rows?.0,
        };
        let mut ids = HashSet::from([id.to_string()]);
        for row in &rows {
            ids.insert(row.id.to_string());
            let proven = row.memory.proven.iter();
            let proven = proven.filter(|(_, level)| **level > ProofLevel::Nothing);
            ids.extend(proven.map(|(id, _)| order(&row.merchant, id)));
            if let Some(who) = &row.identity {
                let (own, _) = self.all_orders_of(&row.merchant, who).await?;
                let own = own.iter();
                let theirs = own.filter(|order| shown(row, order) > ProofLevel::Nothing);
                ids.extend(theirs.map(|one| order(&one.merchant, &one.id)));
            }
        }
        Ok(Some(ids))
    }
}

/// Which lines of the audit log.
#[derive(Clone, Debug)]
pub struct AuditAsked {
    /// From this time on.
    pub since: Timestamp,
    /// Before this time.
    pub until: Option<Timestamp>,
    /// What this agent did.
    pub by: Option<AgentId>,
    /// What was done with the conversations of whoever speaks in this one.
    pub person: Option<ConversationId>,
    /// Searches for these words, or for how they begin.
    pub searched: Option<String>,
}

/// The same, looked up.
struct Wanted<'a> {
    asked: &'a AuditAsked,
    person: Option<HashSet<String>>,
    sought: Option<Sought>,
}

impl Wanted<'_> {
    fn fits(&self, entry: &AuditEntry) -> bool {
        let about = entry.about.as_deref();
        let first = about.and_then(|about| about.split(' ').next());
        let is_search = entry.what == Audited::Searched;
        let (person, sought) = (self.person.as_ref(), self.sought.as_ref());
        self.asked.by.as_ref().is_none_or(|by| entry.agent == *by)
            && person.is_none_or(|ids| {
                [first, about]
                    .into_iter()
                    .flatten()
                    .any(|it| ids.contains(it))
            })
            && sought.is_none_or(|sought| is_search && about.is_some_and(|it| sought.is_in(it)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn look(agent: &str, about: usize, from: Option<&str>) -> Look {
        let agent = AgentId::parse(agent).unwrap();
        let from = from.map(str::to_owned);
        (agent, Audited::OrderRead, Some(about.to_string()), from)
    }

    #[test]
    fn of_more_looks_than_are_remembered_the_oldest_go_and_the_others_cost_no_line_again() {
        let looks = Looks::default();
        let began: Timestamp = "2026-11-30T09:00:00Z".parse().unwrap();
        let later = began + SignedDuration::from_mins(5);
        for number in 0..REMEMBERED / 2 {
            looks.know(look("mei", number, None), began);
        }
        for number in REMEMBERED / 2..=REMEMBERED {
            looks.know(look("mei", number, None), later);
        }
        let is_known = |number: &usize| looks.is_known(&look("mei", *number, None), later);
        let known = (0..=REMEMBERED).filter(is_known).count();
        assert!(known >= REMEMBERED - PART, "{known}");
        assert!((REMEMBERED / 2..=REMEMBERED).all(|number| is_known(&number)));
        // All of one moment: still no more than a part of them.
        let looks = Looks::default();
        for number in 0..=REMEMBERED {
            looks.know(look("mei", number, None), began);
        }
        let is_known = |number: &usize| looks.is_known(&look("mei", *number, None), began);
        let known = (0..=REMEMBERED).filter(is_known).count();
        assert!((REMEMBERED - PART..=REMEMBERED).contains(&known), "{known}");
    }

    #[test]
    fn a_look_of_a_shop_is_one_for_an_hour_and_an_agents_is_not() {
        let looks = Looks::default();
        let began: Timestamp = "2026-11-30T09:00:00Z".parse().unwrap();
        let shop = look(SHOP, 1, Some("key fdk_1234"));
        for one in [&shop, &look(SHOP, 1, None)] {
            looks.know(one.clone(), began);
        }
        let after = |mins| began + SignedDuration::from_mins(mins);
        assert!(looks.is_known(&shop, after(59)));
        assert!(!looks.is_known(&shop, after(60)));
        assert!(
            !looks.is_known(&look(SHOP, 1, None), after(10)),
            "an agent who is called so"
        );
    }
}
