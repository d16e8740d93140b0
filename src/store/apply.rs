//! How a commit becomes changes of keys: expectations are checked, records are put, indexes follow from the records.
//!
//! Runs on the writer thread, on top of the commits before it. What can be encoded beforehand, is: see [`prepare`].

use super::commit::{Commit, Conflict, Op};
use super::error::StoreError;
use super::inbox;
use super::keys;
use super::record;
use super::tx::{Tx, WorkError};
use super::writer::Work;
use crate::domain::account::{Agent, Session, TokenHash};
use crate::domain::conversation::{Conversation, Event, Owner, Revision, Seq, Status};
use crate::domain::ids::ConversationId;
use crate::domain::order::{Order, fold_email, fold_phone};

/// Why a commit is refused.
#[derive(Debug)]
pub(crate) enum Refusal {
    /// What it was based on has changed.
    Conflict(Conflict),
    /// One of its events was sent before.
    Repeated(ConversationId, Seq),
}

type Done = Result<(), WorkError<Refusal>>;

/// Encodes what does not depend on what is stored, in the caller's thread, and makes the rest the writer's work.
pub(crate) fn prepare(commit: Commit) -> Result<Work<Refusal>, StoreError> {
    let steps: Vec<Step> = commit
        .ops
        .into_iter()
        .map(Step::prepare)
        .collect::<Result<_, _>>()?;
    Ok(Box::new(move |tx| {
        steps.into_iter().try_for_each(|step| step.apply(tx))
    }))
}

/// A change with the bytes of its records.
enum Step {
    Conversation {
        based_on: Revision,
        row: Box<Conversation>,
        bytes: Vec<u8>,
        events: Vec<Event>,
        event_bytes: Vec<Vec<u8>>,
    },
    Order(Box<Order>, Vec<u8>),
    Other(Op),
}

impl Step {
    fn prepare(op: Op) -> Result<Self, StoreError> {
        Ok(match op {
            Op::Conversation(mut row, events) => {
                let based_on = row.revision;
                row.revision = based_on.next();
                let event_bytes = events
                    .iter()
                    .map(record::encode)
                    .collect::<Result<_, _>>()?;
                Self::Conversation {
                    based_on,
                    bytes: record::encode(&*row)?,
                    row,
                    events,
                    event_bytes,
                }
            }
            Op::Order(order) => {
                let bytes = record::encode(&*order)?;
                Self::Order(order, bytes)
            }
            other => Self::Other(other),
        })
    }

    fn apply(self, tx: &mut Tx<'_>) -> Done {
        match self {
            Self::Conversation {
                based_on,
                row,
                bytes,
                events,
                event_bytes,
            } => {
                let old = check_conversation(tx, based_on, &row, &events)?;
                tx.put(&keys::conversation(&row.id), &bytes)?;
                put_events(tx, &events, &event_bytes)?;
                inbox::update(tx, old.as_ref(), &row, &events)?;
                update_times(tx, old.as_ref(), &row);
                Ok(())
            }
            Self::Order(order, bytes) => put_order(tx, &order, &bytes),
            Self::Other(op) => apply_small(tx, op),
        }
    }
}

fn apply_small(tx: &mut Tx<'_>, op: Op) -> Done {
    match op {
        Op::Session(session) => put_session(tx, &session),
        Op::SessionUnchanged(token, conversation) => {
            expect_session(tx, &token, conversation.as_ref())
        }
        Op::EndSession(token) => end_session(tx, &token),
        Op::Agent(agent) => put_agent(tx, &agent),
        Op::NewAgent(agent) if tx.contains(&keys::agent(&agent.id))? => {
            refuse(Conflict::AgentExists(agent.id))
        }
        Op::NewAgent(agent) => put_agent(tx, &agent),
        Op::ApiKey(key) => Ok(tx.put(&keys::api_key(&key.token), &record::encode(&key)?)?),
        Op::RemoveApiKey(token) => Ok(tx.delete(&keys::api_key(&token))?),
        Op::Tally(tally) => Ok(tx.put(&keys::tally(&tally.key), &record::encode(&tally)?)?),
        // Encoded beforehand, so they never come here.
        Op::Conversation(..) | Op::Order(_) => Ok(()),
    }
}

fn refuse(conflict: Conflict) -> Done {
    Err(WorkError::Refused(Refusal::Conflict(conflict)))
}

/// The stored conversation, if it is at the revision that the change was based on and the events follow it.
fn check_conversation(
    tx: &Tx<'_>,
    based_on: Revision,
    row: &Conversation,
    events: &[Event],
) -> Result<Option<Conversation>, WorkError<Refusal>> {
    for event in events {
        check_not_sent(tx, event)?;
    }
    let old: Option<Conversation> = tx
        .get(&keys::conversation(&row.id))?
        .map(|bytes| record::decode(&bytes))
        .transpose()?;
    let revision = old.as_ref().map(|old| old.revision).unwrap_or_default();
    if revision != based_on {
        let owner = old.map_or(Owner::Bot, |old| old.owner);
        refuse(Conflict::Conversation {
            id: row.id.clone(),
            owner,
            revision,
        })?;
        return Ok(None);
    }
    let mut last = old.as_ref().map(|old| old.last_seq).unwrap_or_default();
    let in_order = events.iter().all(|event| {
        last = last.next();
        event.seq == last && event.conversation == row.id
    });
    if !in_order || last != row.last_seq {
        return Err(StoreError::damaged("the events of a commit do not follow the log").into());
    }
    Ok(old)
}

fn check_not_sent(tx: &Tx<'_>, event: &Event) -> Done {
    let Some((sender, name)) = event.sent_as() else {
        return Ok(());
    };
    let key = keys::sent(&event.conversation, &sender, name);
    match tx.get(&key)? {
        None => Ok(()),
        Some(seq) => Err(WorkError::Refused(Refusal::Repeated(
            event.conversation.clone(),
            Seq(inbox::number(Some(seq))?),
        ))),
    }
}

fn put_events(tx: &mut Tx<'_>, events: &[Event], bytes: &[Vec<u8>]) -> Done {
    for (event, bytes) in events.iter().zip(bytes) {
        tx.put_new(&keys::event(&event.conversation, event.seq), bytes);
        if let Some((sender, name)) = event.sent_as() {
            let key = keys::sent(&event.conversation, &sender, name);
            tx.put_new(&key, &event.seq.0.to_be_bytes());
        }
    }
    Ok(())
}

/// Keeps the index of what waits for an answer and of what comes back by itself.
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

/// The places of a conversation in the indexes by time.
pub(crate) fn times(conversation: &Conversation) -> Vec<Vec<u8>> {
    let waits = !conversation.memory.unanswered.is_empty();
    let heard = conversation.memory.heard_at.filter(|_| waits);
    let burst = heard.map(|heard| keys::burst(heard, &conversation.id));
    let snoozed = match conversation.status {
        Status::Snoozed { until } => Some(keys::snoozed(until, &conversation.id)),
        _ => None,
    };
    burst.into_iter().chain(snoozed).collect()
}

fn put_order(tx: &mut Tx<'_>, order: &Order, bytes: &[u8]) -> Done {
    let key = keys::order(&order.merchant, &order.id);
    let after = contacts(order);
    if let Some(old) = tx.get(&key)? {
        for contact in contacts(&record::decode(&old)?) {
            if !after.contains(&contact) {
                tx.unmark(contact);
            }
        }
    }
    tx.put(&key, bytes)?;
    for contact in after {
        tx.mark(contact);
    }
    Ok(())
}

/// The places of an order among the orders of its contact.
pub(crate) fn contacts(order: &Order) -> Vec<Vec<u8>> {
    let email = order.customer.email.as_deref().map(fold_email);
    let phone = order.customer.phone.as_deref().map(fold_phone);
    [email, phone]
        .into_iter()
        .flatten()
        .filter(|address| !address.is_empty())
        .map(|address| {
            keys::contact(&order.merchant, &address)
                .time_back(order.created_at)
                .id(order.id.as_str())
                .done()
        })
        .collect()
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

fn expect_session(tx: &Tx<'_>, token: &TokenHash, conversation: Option<&ConversationId>) -> Done {
    let session: Option<Session> = tx
        .get(&keys::session(token))?
        .map(|bytes| record::decode(&bytes))
        .transpose()?;
    match session {
        Some(found) if found.conversation.as_ref() == conversation => Ok(()),
        session => refuse(Conflict::Session {
            session: session.map(Box::new),
        }),
    }
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
