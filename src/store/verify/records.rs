//! Every record decodes, every log is without a gap, and every index is what the records make it.
//!
//! Memory stays flat: expected entries are looked up one by one, and an index that has more entries than were expected has some that
//! point nowhere.

use std::collections::BTreeMap;
use std::path::Path;

use serde::de::DeserializeOwned;

use super::Verification;
use super::merged::Merged;
use crate::domain::account::{Agent, ApiKey, Session};
use crate::domain::availability::Chosen;
use crate::domain::canned::OwnCanned;
use crate::domain::claim::OrderClaims;
use crate::domain::conversation::{Conversation, Event, Seq};
use crate::domain::ids::AgentId;
use crate::domain::notice::Notice;
use crate::domain::notice::surge::Rates;
use crate::domain::order::Order;
use crate::domain::policy::PolicyText;
use crate::domain::report::Day;
use crate::domain::review::Review;
use crate::domain::saved_filter::SavedFilters;
use crate::domain::tally::Tally;
use crate::domain::written_draft::WrittenDraft;
use crate::store::disk::engine::EngineError;
use crate::store::disk::values::{self, PART};
use crate::store::records::{claimants, inbox, log, places};
use crate::store::{keys, record};

/// How many records of each kind there are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub struct Tallied {
    /// Conversations.
    pub conversations: u64,
    /// Events of conversations.
    pub events: u64,
    /// Orders.
    pub orders: u64,
    /// Sessions.
    pub sessions: u64,
    /// Agents.
    pub agents: u64,
    /// Files that customers handed in.
    pub files: u64,
}

/// The indexes, by the kind of their keys, and what they are called.
const INDEXES: [(u8, &str); 16] = [
    (b'A', "tokens of agents"),
    (b'b', "messages that wait for an answer"),
    (b'C', "claims of customers"),
    (b'd', "client ids"),
    (b'e', "events"),
    (b'f', "files of conversations"),
    (b'F', "uses of files"),
    (b'L', "looks of pictures"),
    (b'i', "inbox lines"),
    (b'I', "inbox lists by what conversations have"),
    (b'M', "numbers in the index of words"),
    (b'l', "links to notices"),
    (b'O', "conversations about orders"),
    (b't', "things that are due"),
    (b'W', "deliveries that wait to be said"),
    (b'x', "orders of contacts"),
];

pub(super) type Outcome = Result<(), EngineError>;

/// Checks all records.
pub(super) fn check(merged: &Merged<'_>, evidence: &Path, found: &mut Verification) -> Outcome {
    let mut check = Check {
        merged,
        evidence,
        found,
        expected: BTreeMap::new(),
        counts: BTreeMap::new(),
    };
    check.conversations()?;
    check.orders()?;
    check.sessions()?;
    check.agents()?;
    check.log_ins()?;
    check.each::<ApiKey>(b'k', "API key", |_, _| Ok(()))?;
    check.claims()?;
    check.each::<Tally>(b'y', "tally", |_, _| Ok(()))?;
    check.each::<Notice>(b'h', "notice", |_, _| Ok(()))?;
    check.each::<Notice>(b'H', "notice", |_, _| Ok(()))?;
    check.each::<Rates>(b'q', "rates of troubles", |_, _| Ok(()))?;
    check.outbox()?;
    check.known()?;
    check.each(b'G', "draft", |check, draft: WrittenDraft| {
        check.is_of(&draft.conversation, "a draft")
    })?;
    check.each::<SavedFilters>(b'S', "saved filters", |_, _| Ok(()))?;
    check.each::<PolicyText>(b'T', "policy", |_, _| Ok(()))?;
    check.each::<Chosen>(b'P', "choice of an agent's", |_, _| Ok(()))?;
    check.each::<OwnCanned>(b'B', "canned answer", |_, _| Ok(()))?;
    check.each::<Day>(b'R', "day", |_, _| Ok(()))?;
    check.each(b'V', "review", |check, one: Review| {
        check.is_of(&one.conversation, "a review")
    })?;
    check.words()?;
    check.files()?;
    check.inbox_counts()?;
    check.surplus()?;
    check.parts()
}

pub(super) struct Check<'a, 'b> {
    pub(super) merged: &'a Merged<'b>,
    /// Where the files are that events name.
    pub(super) evidence: &'a Path,
    pub(super) found: &'a mut Verification,
    /// Entries that each index should have.
    expected: BTreeMap<u8, u64>,
    /// What the counters of the inbox should say.
    counts: BTreeMap<Vec<u8>, u64>,
}

impl Check<'_, '_> {
    /// The record of a key, if it is there and can be read.
    pub(super) fn record<T: DeserializeOwned>(&self, key: &[u8]) -> Result<Option<T>, EngineError> {
        let Some(first) = self.merged.raw(key)? else {
            return Ok(None);
        };
        Ok(self.decode(key, first)?.ok())
    }

    /// Decodes every record of a kind and hands it on.
    pub(super) fn each<T: DeserializeOwned>(
        &mut self,
        kind: u8,
        name: &str,
        mut then: impl FnMut(&mut Self, T) -> Outcome,
    ) -> Outcome {
        let merged = self.merged;
        merged.walk(&[kind], &[kind + 1], |key, first| {
            match self.decode(&key, first)? {
                Ok(value) => then(self, value),
                Err(why) => {
                    self.found
                        .problem(format!("{name} {}: {why}", key_in_words(&key)));
                    Ok(())
                }
            }
        })
    }

    fn decode<T: DeserializeOwned>(
        &self,
        key: &[u8],
        first: Vec<u8>,
    ) -> Result<Result<T, String>, EngineError> {
        Ok(match self.merged.whole(key, first)? {
            None => Err("parts of it are missing or damaged".to_owned()),
            Some(bytes) => record::decode(&bytes).map_err(|e| e.to_string()),
        })
    }

    /// Notes that an index should have this entry, and whether it has.
    pub(super) fn expect(&mut self, key: &[u8], of: &str) -> Result<Option<Vec<u8>>, EngineError> {
        let kind = key.first().copied().unwrap_or(0);
        *self.expected.entry(kind).or_default() += 1;
        let value = self.merged.raw(key)?;
        if value.is_none() {
            let index = INDEXES.iter().find(|(k, _)| *k == kind);
            let name = index.map_or("an index", |(_, name)| name);
            self.found
                .problem(format!("{of} is missing among the {name}"));
        }
        Ok(value)
    }

    fn conversations(&mut self) -> Outcome {
        self.each(b'c', "conversation", |check, row: Conversation| {
            check.found.tallied.conversations += 1;
            let name = format!("conversation {}", row.id);
            check.log(&row, &name)?;
            for key in places::times(&row) {
                check.expect(&key, &name)?;
            }
            check.found_by(&row, &name)?;
            for key in inbox::counts(&row) {
                *check.counts.entry(key).or_default() += 1;
            }
            for key in inbox::places(&row) {
                let line = check.expect(&key, &name)?;
                if let Some(line) = line.filter(|_| !inbox::is_with_bot(&row)) {
                    check.line(&key, line, &row, &name)?;
                }
            }
            Ok(())
        })
    }

    /// The events of a conversation: from 1 to the last, each record under the number of its last one.
    fn log(&mut self, row: &Conversation, name: &str) -> Outcome {
        let from = keys::event(&row.id, Seq(0));
        let mut last = Seq(0);
        let merged = self.merged;
        merged.walk(&from, &keys::log_end(&row.id), |key, first| {
            *self.expected.entry(b'e').or_default() += 1;
            let number = key
                .last_chunk()
                .map_or(0, |bytes| u64::from_be_bytes(*bytes));
            match merged.whole(&key, first)?.map(|bytes| log::decode(&bytes)) {
                Some(Ok(events)) => {
                    for event in &events {
                        self.event(event, last, row, name)?;
                        last = event.seq;
                    }
                }
                Some(Err(why)) => self.found.problem(format!("{name}: event {number}: {why}")),
                None => self.found.problem(format!(
                    "{name}: event {number}: parts of it are missing or damaged"
                )),
            }
            if last.0 != number {
                self.found.problem(format!(
                    "{name}: event {} stands in the place of event {number}",
                    last.0
                ));
            }
            last = Seq(number);
            Ok(())
        })?;
        if last != row.last_seq {
            self.found.problem(format!(
                "{name}: its log ends with event {}, its row says {}",
                last.0, row.last_seq.0
            ));
        }
        Ok(())
    }

    fn event(&mut self, event: &Event, before: Seq, row: &Conversation, name: &str) -> Outcome {
        let number = event.seq.0;
        self.found.tallied.events += 1;
        if event.seq != before.next() {
            self.found
                .problem(format!("{name}: event {number} follows event {}", before.0));
        }
        if event.conversation != row.id {
            self.found.problem(format!(
                "{name}: event {number} is one of conversation {}",
                event.conversation
            ));
        }
        self.attached(event, row, name)?;
        self.sent(event, name)
    }

    fn sent(&mut self, event: &Event, name: &str) -> Outcome {
        let Some((sender, client)) = event.sent_as() else {
            return Ok(());
        };
        let key = keys::sent(&event.conversation, &sender, client);
        let value = self.expect(&key, name)?;
        let whole = value
            .map(|first| self.merged.whole(&key, first))
            .transpose()?
            .flatten();
        if whole.is_some_and(|seq| seq != event.seq.0.to_be_bytes()) {
            self.found.problem(format!(
                "{name}: client id {client} points to another event than {}",
                event.seq.0
            ));
        }
        Ok(())
    }

    fn line(&mut self, key: &[u8], line: Vec<u8>, row: &Conversation, name: &str) -> Outcome {
        match self.decode::<inbox::InboxRow>(key, line)? {
            Ok(line) if inbox::row(row, line.snippet.clone()) == line => Ok(()),
            _ => {
                self.found
                    .problem(format!("{name}: its inbox line says something else"));
                Ok(())
            }
        }
    }

    fn orders(&mut self) -> Outcome {
        self.each(b'o', "order", |check, order: Order| {
            check.found.tallied.orders += 1;
            for key in places::contacts(&order) {
                check.expect(&key, &format!("order {} of {}", order.id, order.merchant))?;
            }
            Ok(())
        })
    }

    fn claims(&mut self) -> Outcome {
        self.each(b'r', "claims of an order", |check, claims: OrderClaims| {
            for key in claimants::places(&claims) {
                check.expect(&key, &format!("a claim on order {}", claims.order))?;
            }
            Ok(())
        })
    }

    fn sessions(&mut self) -> Outcome {
        self.each(b's', "session", |check, session: Session| {
            check.found.tallied.sessions += 1;
            let key = keys::expiry(session.expires_at, &session.token);
            check.expect(&key, "a session").map(drop)
        })
    }

    fn agents(&mut self) -> Outcome {
        self.each(b'a', "agent", |check, agent: Agent| {
            check.found.tallied.agents += 1;
            let name = format!("agent {}", agent.id);
            let key = keys::agent_token(&agent.token);
            let Some(value) = check.expect(&key, &name)? else {
                return Ok(());
            };
            if check.decode::<AgentId>(&key, value)? != Ok(agent.id) {
                check
                    .found
                    .problem(format!("{name}: its token points to another agent"));
            }
            Ok(())
        })
    }

    fn inbox_counts(&mut self) -> Outcome {
        let mut expected = std::mem::take(&mut self.counts);
        let merged = self.merged;
        merged.walk(b"n", b"o", |key, first| {
            let value = merged.whole(&key, first)?;
            let said = inbox::number(value).unwrap_or(u64::MAX);
            let counted = expected.remove(&key).unwrap_or(0);
            if said != counted {
                self.found.problem(format!(
                    "the inbox list {} says {said} conversations, there are {counted}",
                    key_in_words(&key)
                ));
            }
            Ok(())
        })?;
        for (key, counted) in expected {
            self.found.problem(format!(
                "the inbox list {} has no count, there are {counted} conversations",
                key_in_words(&key)
            ));
        }
        Ok(())
    }

    /// What an index has beyond what the records make it.
    fn surplus(&mut self) -> Outcome {
        for (kind, name) in INDEXES {
            let mut entries = 0_u64;
            self.merged.walk(&[kind], &[kind + 1], |_, _| {
                entries += 1;
                Ok(())
            })?;
            let expected = self.expected.get(&kind).copied().unwrap_or(0);
            if entries > expected {
                let surplus = entries - expected;
                self.found.problem(format!(
                    "{surplus} entries among the {name} point to nothing"
                ));
            }
        }
        Ok(())
    }

    /// Further parts that no value has.
    fn parts(&mut self) -> Outcome {
        let merged = self.merged;
        merged.walk(&[PART], &[PART + 1], |key, _| {
            let owner = key.get(1..key.len().saturating_sub(2)).unwrap_or_default();
            let number = key
                .last_chunk()
                .map_or(0, |bytes| u16::from_be_bytes(*bytes));
            let has = merged
                .raw(owner)?
                .map_or(0, |first| values::further_parts(&first));
            if number == 0 || number > has {
                self.found.problem(format!(
                    "part {number} of {} belongs to no value",
                    key_in_words(owner)
                ));
            }
            Ok(())
        })
    }
}

/// A key for people: its text as it is, other bytes as hexadecimal.
fn key_in_words(key: &[u8]) -> String {
    key.escape_ascii().to_string().replace("\\x00", " ")
}
