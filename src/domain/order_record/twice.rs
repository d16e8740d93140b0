//! The same order twice in one file: which of the two is right nobody knows, so the second one is not taken for a correction.

use std::collections::HashMap;
use std::collections::hash_map::{DefaultHasher, Entry};
use std::hash::{Hash as _, Hasher as _};

use rustc_hash::FxBuildHasher;

use super::FieldProblem;
use crate::domain::order::Order;

/// The orders of the rows so far, as a number each: some sixty bytes of memory at most. For a batch of bounded length; whoever reads a file of
/// any length keeps the numbers elsewhere.
#[derive(Debug, Default)]
pub struct Seen(HashMap<u64, u32, FxBuildHasher>);

impl Seen {
    /// Takes an order, unless an earlier row is the same one: then what is wrong with this one.
    ///
    /// # Errors
    /// With the number of the earlier row.
    pub fn take(&mut self, row: u64, order: Order) -> Result<Order, Vec<FieldProblem>> {
        match self.0.entry(number_of(&order)) {
            Entry::Vacant(free) => {
                free.insert(u32::try_from(row).unwrap_or(u32::MAX));
                Ok(order)
            }
            Entry::Occupied(first) => Err(stands_twice(u64::from(*first.get()))),
        }
    }
}

/// A number that no two orders of a file share, as far as chance goes: one file of a million orders in forty million has two that do.
#[must_use]
pub fn number_of(order: &Order) -> u64 {
    let mut hash = DefaultHasher::new();
    (order.merchant.as_str(), order.id.as_str()).hash(&mut hash);
    hash.finish()
}

/// What is wrong with a row whose order stands in an earlier one.
#[must_use]
pub fn stands_twice(first: u64) -> Vec<FieldProblem> {
    vec![FieldProblem {
        field: "id".to_owned(),
        problem: format!("is the order of row {first} again: write one row for each order"),
    }]
}
