//! What was shown and given on a page, set aside while a letter is answered. It does not know how the letter came.

use std::collections::BTreeMap;

use crate::domain::conversation::{Conversation, Given, Identity};
use crate::domain::ids::OrderId;
use crate::domain::proof::ProofLevel;

/// What a conversation knows of who speaks, without which a letter is answered: it may be in another's hands.
#[derive(Default)]
pub(in crate::desk) struct Shown {
    identity: Option<Identity>,
    proven: BTreeMap<OrderId, ProofLevel>,
    given: Given,
}

impl Shown {
    pub(in crate::desk) fn aside(row: &mut Conversation, by_letter: bool) -> Self {
        if !by_letter {
            return Self::default();
        }
        Self {
            identity: row.identity.take(),
            proven: std::mem::take(&mut row.memory.proven),
            given: std::mem::take(&mut row.memory.given),
        }
    }

    pub(in crate::desk) fn put_back(self, row: &mut Conversation) {
        if self.identity.is_some() {
            row.identity = self.identity;
        }
        for (order, level) in self.proven {
            let known = row.memory.proven.entry(order).or_insert(level);
            *known = level.max(*known);
        }
        if row.memory.given == Given::default() {
            row.memory.given = self.given;
        }
    }
}
