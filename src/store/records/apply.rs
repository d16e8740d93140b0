//! How a commit becomes changes of keys: expectations are checked, records are put, indexes follow from the records.
//!
//! Runs on the writer thread, on top of the commits before it. What can be encoded beforehand, is: see [`prepare`].

use std::sync::Arc;

use crate::domain::account::{Agent, Session, TokenHash};
use crate::domain::claim::OrderClaims;
use crate::domain::conversation::{Conversation, Event, Revision, Seq};
use crate::domain::ids::ConversationId;
use crate::store::disk::tx::{Tx, WorkError};
use crate::store::disk::writer::Work;
use crate::store::error::StoreError;
use crate::store::keys;
use crate::store::record;
use crate::store::records::canned;
use crate::store::records::choices;
use crate::store::records::claimants;
use crate::store::records::commit::{Commit, Op};
use crate::store::records::drafts;
use crate::store::records::erase;
use crate::store::records::evidence;
use crate::store::records::facets;
use crate::store::records::inbox;
use crate::store::records::incoming;
use crate::store::records::known;
use crate::store::records::log;
use crate::store::records::log_ins;
use crate::store::records::notices;
use crate::store::records::outbox;
use crate::store::records::places::times;
use crate::store::records::policies;
use crate::store::records::reports;
use crate::store::records::reviews;
use crate::store::records::room;
use crate::store::records::rows::{Done, Refusal, Rows, Stored, stored};
use crate::store::records::saved_filters;
use crate::store::records::search;

/// Encodes what does not depend on what is stored, in the caller's thread, and makes the rest the writer's work.
pub(crate) fn prepare(commit: Commit, rows: &Rows) -> Result<Work<Refusal>, StoreError> {
    let Commit {
        expected,
        conversations,
        mut events,
        orders,
        others,
        releases: _,
        on_page: _,
    } = commit;
    let changes = conversations
        .into_iter()
        .map(|row| Change::prepare(row, &expected, &mut events))
        .collect::<Result<Vec<_>, _>>()?;
    if let Some(event) = events.first() {
        return Err(StoreError::misused(format!(
            "event {} comes without the row of its conversation",
            event.seq.0
        )));
    }
    let orders = incoming::prepare(&orders)?;
    let rows = Arc::clone(rows);
    Ok(Box::new(move |tx| {
        let found = expected
            .iter()
            .map(|(id, revision)| expect(tx, &rows, id, *revision));
        let mut found = found.collect::<Result<Vec<_>, _>>()?;
        others
            .into_iter()
            .try_for_each(|op| apply_small(tx, &rows, op))?;
        for change in changes {
            let at = expected.iter().position(|(id, _)| *id == change.row.id);
            let old = at.and_then(|at| found[at].take());
            change.apply(tx, &rows, old)?;
        }
        incoming::apply(orders, tx, &rows)
    }))
}

/// A conversation's new row and events, with their bytes.
struct Change {
    row: Conversation,
    bytes: Vec<u8>,
    events: Vec<Event>,
    /// The events as they are kept.
    log: Option<(Seq, Vec<u8>)>,
}

impl Change {
    /// Takes the events of this conversation out of those of the commit.
    fn prepare(
        mut row: Conversation,
        expected: &[(ConversationId, Revision)],
        events: &mut Vec<Event>,
    ) -> Result<Self, StoreError> {
        let based_on = expected.iter().find(|(id, _)| *id == row.id);
        let Some((_, based_on)) = based_on else {
            return Err(StoreError::misused(format!(
                "conversation {} is written without the revision it was read at",
                row.id
            )));
        };
        row.revision = based_on.next();
        let own = events.extract_if(.., |event| event.conversation == row.id);
        let events: Vec<Event> = own.collect();
        Ok(Self {
            bytes: record::encode(&row)?,
            row,
            log: log::encode(&events)?,
            events,
        })
    }

    fn apply(self, tx: &mut Tx<'_>, rows: &Rows, old: Option<Stored>) -> Done {
        let (old, parts) = match old {
            Some(old) => (Some(old.row), old.parts),
            None => (None, 0),
        };
        self.check_log(old.as_deref())?;
        for event in &self.events {
            let Some((sender, name)) = event.sent_as() else {
                continue;
            };
            let key = keys::sent(&event.conversation, &sender, name);
            if tx.contains(&key)? {
                return Err(WorkError::Refused(old.map(boxed)));
            }
            tx.put_new(&key, &event.seq.0.to_be_bytes());
        }
        let key = keys::conversation(&self.row.id);
        tx.put_over(&key, &self.bytes, parts);
        if let Some((last, bytes)) = &self.log {
            tx.put_new(&keys::event(&self.row.id, *last), bytes);
        }
        for event in &self.events {
            for place in evidence::places(&self.row.merchant, event) {
                tx.mark(place);
            }
        }
        if !self.events.is_empty() {
            tx.mark(search::to_index(&self.row.id));
        }
        inbox::update(tx, old.as_deref(), &self.row)?;
        facets::update(tx, old.as_deref(), &self.row)?;
        update_times(tx, old.as_deref(), &self.row);
        rows.keep(&key, self.bytes, Arc::new(self.row));
        Ok(())
    }

    /// The events follow the stored log, one by one, up to what the row says.
    fn check_log(&self, old: Option<&Conversation>) -> Result<(), StoreError> {
        let mut last = old.map(|old| old.last_seq).unwrap_or_default();
        for event in &self.events {
            last = last.next();
            if event.seq != last {
                return Err(StoreError::misused(format!(
                    "event {} is written where event {} comes next",
                    event.seq.0, last.0
                )));
            }
        }
        if last == self.row.last_seq {
            return Ok(());
        }
        Err(StoreError::misused(format!(
            "the row ends with event {}, its log with event {}",
            self.row.last_seq.0, last.0
        )))
    }
}

fn apply_small(tx: &mut Tx<'_>, rows: &Rows, op: Op) -> Done {
    match op {
        Op::Session(session) => put_session(tx, &session),
        Op::ExpectSession(token, conversation) => {
            expect_session(tx, rows, &token, conversation.as_ref())
        }
        Op::EndSession(token) => end_session(tx, &token),
        Op::Agent(agent) => put_agent(tx, &agent),
        Op::LogIn(log_in) => log_ins::put(tx, &log_in),
        Op::TouchLogIn(log_in) => log_ins::touch(tx, &log_in),
        Op::EndLogIn(token) => log_ins::end(tx, &token),
        Op::Audit(entry) => Ok(tx.put(&keys::audit(&entry), &record::encode(&entry)?)?),
        Op::ApiKey(key) => Ok(tx.put(&keys::api_key(&key.token), &record::encode(&key)?)?),
        Op::RemoveApiKey(token) => Ok(tx.delete(&keys::api_key(&token))?),
        Op::Claims(claims) => put_claims(tx, *claims),
        Op::Send(delivery) => outbox::send(tx, *delivery),
        Op::Delivery(delivery) => outbox::put(tx, *delivery),
        Op::Delivered(id) => outbox::remove(tx, &id),
        Op::Endpoint(endpoint, change) => outbox::change(tx, &endpoint, change),
        Op::Know(known) => known::put(tx, &known),
        Op::Forget(id) => known::forget(tx, &id),
        Op::ExpectOpen(merchant, notice) => notices::expect_open(tx, &merchant, &notice),
        Op::ExpectRoom(agent, cap) => room::expect(tx, agent, cap),
        Op::Notice(notice) => notices::put(tx, *notice),
        Op::Rates(merchant, rates) => {
            Ok(tx.put(&keys::rates(&merchant), &record::encode(&rates)?)?)
        }
        Op::Erase(id, words) => erase::apply(tx, rows, &id, &words),
        Op::Draft(draft) => {
            expect_some(tx, &draft.conversation)?;
            drafts::put(tx, &draft)
        }
        Op::Policy(policy) => policies::put(tx, &policy),
        Op::SavedFilters(saved) => saved_filters::put(tx, &saved),
        Op::Chosen(chosen) => choices::put(tx, &chosen),
        Op::Canned(own) => canned::put(tx, &own),
        Op::RemoveCanned(merchant, name) => canned::remove(tx, merchant.as_ref(), &name),
        Op::Count(counted) => reports::add(tx, &counted),
        Op::LinkKey(key) => Ok(tx.put(reviews::LINK_KEY, &record::encode(&key)?)?),
        Op::Review(review) => {
            expect_some(tx, &review.conversation)?;
            let key = reviews::key(&review.conversation, review.reply);
            Ok(tx.put(&key, &record::encode(&review)?)?)
        }
        Op::Indexed(change) => search::apply(tx, rows, *change),
        Op::Tally(tally) => Ok(tx.put(&keys::tally(&tally.key), &record::encode(&tally)?)?),
    }
}

/// The conversation as it is now, if it is at this revision; 0 is that of one which does not exist.
fn expect(
    tx: &Tx<'_>,
    rows: &Rows,
    id: &ConversationId,
    expected: Revision,
) -> Result<Option<Stored>, WorkError<Refusal>> {
    let found = stored(tx, rows, id)?;
    let revision = found.as_ref().map(|found| found.row.revision);
    if revision.unwrap_or_default() == expected {
        return Ok(found);
    }
    Err(WorkError::Refused(found.map(|found| boxed(found.row))))
}

/// What others keep of a conversation is not written when it has gone since they read it: nobody would take it out any more.
fn expect_some(tx: &Tx<'_>, id: &ConversationId) -> Done {
    match tx.contains(&keys::conversation(id))? {
        true => Ok(()),
        false => Err(WorkError::Refused(None)),
    }
}

fn boxed(row: Arc<Conversation>) -> Box<Conversation> {
    Box::new(Arc::unwrap_or_clone(row))
}

/// Keeps the index of what waits for an answer, of what comes back by itself, of what is promised and of who asked about a notice.
fn update_times(tx: &mut Tx<'_>, old: Option<&Conversation>, new: &Conversation) {
    let before = old.map(times).unwrap_or_default();
    let after = times(new);
    for key in before.iter().filter(|key| !after.contains(key)) {
        tx.unmark(key.clone());
    }
    for key in after {
        if !before.contains(&key) {
            tx.mark(key);
        }
    }
}

/// Of two changes of the claims of one order that were based on the same state, only one is made.
fn put_claims(tx: &mut Tx<'_>, mut claims: OrderClaims) -> Done {
    let key = keys::claims(&claims.merchant, &claims.order);
    let stored: Option<OrderClaims> = tx
        .get(&key)?
        .map(|bytes| record::decode(&bytes))
        .transpose()?;
    let based_on = stored.as_ref().map(|stored| stored.revision);
    if based_on.unwrap_or_default() != claims.revision {
        return Err(WorkError::Refused(None));
    }
    claimants::update(tx, stored.as_ref(), &claims);
    claims.revision = claims.revision.next();
    Ok(tx.put(&key, &record::encode(&claims)?)?)
}

fn put_session(tx: &mut Tx<'_>, session: &Session) -> Done {
    end_session(tx, &session.token)?;
    tx.put(&keys::session(&session.token), &record::encode(session)?)?;
    tx.mark(keys::expiry(session.expires_at, &session.token));
    Ok(())
}

fn end_session(tx: &mut Tx<'_>, token: &TokenHash) -> Done {
    let key = keys::session(token);
    if let Some(old) = tx.get(&key)? {
        let old: Session = record::decode(&old)?;
        tx.unmark(keys::expiry(old.expires_at, token));
        tx.delete(&key)?;
    }
    Ok(())
}

fn expect_session(
    tx: &Tx<'_>,
    rows: &Rows,
    token: &TokenHash,
    expected: Option<&ConversationId>,
) -> Done {
    let session: Option<Session> = tx
        .get(&keys::session(token))?
        .map(|bytes| record::decode(&bytes))
        .transpose()?;
    let found = session.as_ref().and_then(|s| s.conversation.as_ref());
    if session.is_some() && found == expected {
        return Ok(());
    }
    let now = match found {
        None => None,
        Some(id) => stored(tx, rows, id)?,
    };
    Err(WorkError::Refused(now.map(|now| boxed(now.row))))
}

fn put_agent(tx: &mut Tx<'_>, agent: &Agent) -> Done {
    let key = keys::agent(&agent.id);
    if let Some(old) = tx.get(&key)? {
        let old: Agent = record::decode(&old)?;
        tx.delete(&keys::agent_token(&old.token))?;
    }
    tx.put(&key, &record::encode(agent)?)?;
    Ok(tx.put(
        &keys::agent_token(&agent.token),
        &record::encode(&agent.id)?,
    )?)
}
