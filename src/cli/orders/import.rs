//! The import: one thread reads and checks rows; the good ones are handed on as they come, the others are reported.

use std::io;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};

use anyhow::Context as _;

use super::numbers::Numbers;
use super::rows::{Row, Rows};
use crate::domain::order::Order;
use crate::domain::order_record::{FieldProblem, number_of, stands_twice};

/// How many rows go from thread to thread at once, and how many such batches may wait: memory stays flat whatever the file's size.
const BATCH: usize = 500;
const WAITING: usize = 4;

/// What is said where the numbers of the orders cannot be kept beside the file.
const NUMBERS: &str =
    "cannot keep the numbers of the orders in the temporary folder (TMPDIR names another place)";

/// What is wrong with a row.
type Problems = Vec<FieldProblem>;

/// What became of a file's rows.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Rows in all.
    pub rows: u64,
    /// Rows that were kept, or would be.
    pub imported: u64,
    /// Rows that are wrong.
    pub refused: u64,
    /// Rows with a cell of several lines.
    pub longs: u64,
    /// The first of them, and how many lines it has.
    pub long: Option<(u64, u64)>,
}

/// Reads all rows, hands the good ones to `keep`, which answers how many it kept, and reports the others.
///
/// # Errors
/// When the file cannot be read to its end, or `keep` fails; what was kept before stays.
pub fn import(
    rows: Rows,
    keep: impl FnOnce(&mut dyn Iterator<Item = Order>) -> anyhow::Result<u64>,
    refuse: impl FnMut(u64, &[FieldProblem]),
) -> anyhow::Result<Tally> {
    let numbers = Numbers::new().context(NUMBERS)?;
    std::thread::scope(|scope| {
        let (send, batches) = sync_channel(WAITING);
        scope.spawn(move || read(rows, &send));
        let mut good = Good {
            batches,
            batch: Vec::new().into_iter(),
            refuse,
            numbers,
            tally: Tally::default(),
            unreadable: None,
        };
        let imported = keep(&mut good)?;
        match good.unreadable {
            Some(error) => Err(error),
            None => Ok(Tally {
                imported,
                ..good.tally
            }),
        }
    })
}

type Batch = Vec<io::Result<Row>>;

/// Sends all rows in batches, until nobody takes them any more.
fn read(rows: Rows, batches: &SyncSender<Batch>) {
    let mut batch = Vec::with_capacity(BATCH);
    for row in rows {
        let ends = row.is_err();
        batch.push(row);
        if ends || batch.len() == BATCH {
            let full = std::mem::replace(&mut batch, Vec::with_capacity(BATCH));
            if batches.send(full).is_err() || ends {
                return;
            }
        }
    }
    // Nobody may be there to take the rest; then nobody wants it.
    let _ = batches.send(batch);
}

/// The orders of good rows.
struct Good<R> {
    batches: Receiver<Batch>,
    batch: std::vec::IntoIter<io::Result<Row>>,
    refuse: R,
    numbers: Numbers,
    tally: Tally,
    unreadable: Option<anyhow::Error>,
}

impl<R: FnMut(u64, &[FieldProblem])> Iterator for Good<R> {
    type Item = Order;

    fn next(&mut self) -> Option<Order> {
        loop {
            let Some(row) = self.batch.next() else {
                self.batch = self.batches.recv().ok()?.into_iter();
                continue;
            };
            match row {
                Ok(row) => {
                    self.tally.rows += 1;
                    if row.lines > 1 {
                        self.tally.longs += 1;
                        self.tally.long.get_or_insert((row.number, row.lines));
                    }
                    match self.taken(row.number, row.order) {
                        Ok(Ok(order)) => return Some(order),
                        Ok(Err(problems)) => {
                            self.tally.refused += 1;
                            (self.refuse)(row.number, &problems);
                        }
                        Err(error) => {
                            self.unreadable = Some(error);
                            return None;
                        }
                    }
                }
                Err(error) => {
                    self.unreadable = Some(error.into());
                    return None;
                }
            }
        }
    }
}

impl<R> Good<R> {
    /// The order of a row, unless an earlier row has it.
    fn taken(
        &mut self,
        row: u64,
        order: Result<Order, Problems>,
    ) -> anyhow::Result<Result<Order, Problems>> {
        let Ok(order) = order else { return Ok(order) };
        let first = self.numbers.note(number_of(&order), row).context(NUMBERS)?;
        Ok(match first {
            Some(first) => Err(stands_twice(first)),
            None => Ok(order),
        })
    }
}
