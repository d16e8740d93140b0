//! Brings the indexes of an earlier program to the layout of this one: those of the inbox are made anew from the conversations, that of what
//! waits to be said in each from the outboxes. What an earlier program
//! could not find by its words is marked to be read.
//!
//! The journal and the backups may hold entries of an earlier layout, so this is done whenever the engine was built from them. A kill
//! in between leaves the old version standing in the engine, and the next start begins again.

use std::collections::BTreeMap;

use crate::domain::conversation::{Conversation, Event, Seq};
use crate::domain::order::Order;
use crate::domain::webhook::Delivery;
use crate::store::batch::Change;
use crate::store::disk::engine::{Engine, EngineError};
use crate::store::disk::values;
use crate::store::error::StoreError;
use crate::store::keys;
use crate::store::record;
use crate::store::records::facets;
use crate::store::records::inbox;
use crate::store::records::log;
use crate::store::records::search;

/// So many records are read at a time.
const PAGE: usize = 200;

/// Makes the indexes anew and says so in the engine.
pub(crate) fn renew(engine: &Engine) -> Result<(), EngineError> {
    remove(engine, b"i", b"j")?;
    remove(engine, b"I", b"J")?;
    remove(engine, b"n", b"o")?;
    remove(engine, b"O", b"P")?;
    let mut counts: BTreeMap<Vec<u8>, u64> = BTreeMap::new();
    let mut from = b"c".to_vec();
    loop {
        let page = engine.page(&from, b"d", PAGE)?;
        let Some((last, _)) = page.last() else { break };
        from = keys::after(last);
        let mut changes = Vec::new();
        for (key, first) in page {
            let row: Conversation = record::decode(&bytes(engine, &key, first)?)?;
            for list in inbox::counts(&row) {
                *counts.entry(list).or_default() += 1;
            }
            changes.extend(entries(engine, &row)?);
            let about = about(engine, &row)?;
            changes.extend(
                facets::places(&row, about.as_ref())
                    .into_iter()
                    .map(|place| (place, Some(Vec::new()))),
            );
            if engine.get(&search::indexed(&row.id))?.is_none() {
                changes.push((search::to_index(&row.id), Some(Vec::new())));
            }
        }
        apply(engine, changes)?;
    }
    let count = |(list, n): (Vec<u8>, u64)| (list, parts(&n.to_be_bytes()).next());
    apply(engine, counts.into_iter().map(count).collect())?;
    renew_waiting(engine)?;
    engine.apply([], keys::layout())
}

/// Makes anew what waits to be said in each conversation.
fn renew_waiting(engine: &Engine) -> Result<(), EngineError> {
    remove(engine, b"W", b"X")?;
    let mut from = b"w".to_vec();
    loop {
        let page = engine.page(&from, b"x", PAGE)?;
        let Some((last, _)) = page.last() else {
            return Ok(());
        };
        from = keys::after(last);
        let mut changes = Vec::new();
        for (key, first) in page {
            let delivery: Delivery = record::decode(&bytes(engine, &key, first)?)?;
            changes.extend(keys::place_in(&delivery).map(|place| (place, Some(Vec::new()))));
        }
        apply(engine, changes)?;
    }
}

fn remove(engine: &Engine, from: &[u8], to: &[u8]) -> Result<(), EngineError> {
    loop {
        let page = engine.page(from, to, PAGE)?;
        if page.is_empty() {
            return Ok(());
        }
        let mut gone = Vec::new();
        for (key, first) in page {
            let further = 1..=values::further_parts(&first);
            gone.extend(further.map(|number| (values::part_key(&key, number), None)));
            gone.push((key, None));
        }
        apply(engine, gone)?;
    }
}

/// The places of a conversation with what stands there.
fn entries(engine: &Engine, row: &Conversation) -> Result<Vec<Change>, EngineError> {
    let places = inbox::places(row).into_iter();
    if inbox::is_with_bot(row) {
        return Ok(places.map(|place| (place, Some(Vec::new()))).collect());
    }
    let line = inbox::line(row, |seq| event(engine, row, seq))?;
    Ok(places
        .flat_map(|place| {
            let keys = (0_u16..).map(move |number| match number {
                0 => place.clone(),
                number => values::part_key(&place, number),
            });
            keys.zip(parts(&line).map(Some))
        })
        .collect())
}

/// The order that a conversation is about.
fn about(engine: &Engine, row: &Conversation) -> Result<Option<Order>, EngineError> {
    let Some(key) = facets::about_key(row) else {
        return Ok(None);
    };
    let Some(first) = engine.get(&key)? else {
        return Ok(None);
    };
    Ok(Some(record::decode(&bytes(engine, &key, first)?)?))
}

fn parts(value: &[u8]) -> impl Iterator<Item = Vec<u8>> + use<> {
    values::split(value).into_iter()
}

fn event(engine: &Engine, row: &Conversation, seq: Seq) -> Result<Option<Event>, EngineError> {
    let (from, to) = (keys::event(&row.id, seq), keys::log_end(&row.id));
    match engine.page(&from, &to, 1)?.pop() {
        Some((key, first)) => Ok(log::find(&bytes(engine, &key, first)?, seq)?),
        None => Ok(None),
    }
}

fn bytes(engine: &Engine, key: &[u8], first: Vec<u8>) -> Result<Vec<u8>, EngineError> {
    let part = |number| engine.get(&values::part_key(key, number));
    values::join(first, part)?
        .ok_or_else(|| EngineError::Damaged("a long value is not whole".to_owned()))
}

impl From<StoreError> for EngineError {
    fn from(error: StoreError) -> Self {
        Self::Damaged(error.to_string())
    }
}

fn apply(engine: &Engine, mut changes: Vec<Change>) -> Result<(), EngineError> {
    match changes.pop() {
        Some(last) => engine.apply(changes, last),
        None => Ok(()),
    }
}
