//! The import: one thread reads and checks rows, this one keeps the good ones and says what is wrong with the others.

use std::sync::mpsc::{SyncSender, sync_channel};

use super::rows::{Row, Rows};
use crate::domain::order::Order;
use crate::domain::order_record::FieldProblem;

/// How many orders are kept at once, and how many such batches may wait: memory stays flat whatever the file's size.
const BATCH: usize = 500;
const WAITING: usize = 4;

/// What became of a file's rows.
#[derive(Debug, Default, PartialEq, Eq, serde::Serialize)]
pub struct Tally {
    /// Rows in all.
    pub rows: u64,
    /// Rows that were kept, or would be.
    pub imported: u64,
    /// Rows that are wrong.
    pub refused: u64,
}

/// Reads all rows, keeps the good ones, reports the others.
///
/// # Errors
/// When the file cannot be read on, or `keep` fails; what was kept before stays.
pub fn import(
    rows: Rows,
    mut keep: impl FnMut(Vec<Order>) -> anyhow::Result<()>,
    mut refuse: impl FnMut(u64, &[FieldProblem]),
) -> anyhow::Result<Tally> {
    let mut tally = Tally::default();
    std::thread::scope(|scope| {
        let (send, batches) = sync_channel(WAITING);
        let reader = scope.spawn(move || read(rows, &send));
        for batch in batches {
            let mut orders = Vec::with_capacity(BATCH);
            for row in batch {
                tally.rows += 1;
                match row.order {
                    Ok(order) => orders.push(order),
                    Err(problems) => {
                        tally.refused += 1;
                        refuse(row.number, &problems);
                    }
                }
            }
            let count = orders.len() as u64;
            if count > 0 {
                keep(orders)?;
            }
            tally.imported += count;
        }
        match reader.join() {
            Ok(read) => Ok(read?),
            Err(_) => Err(anyhow::anyhow!("reading the file failed")),
        }
    })?;
    Ok(tally)
}

/// Sends all rows in batches, until nobody takes them any more.
fn read(rows: Rows, batches: &SyncSender<Vec<Row>>) -> std::io::Result<()> {
    let mut batch = Vec::with_capacity(BATCH);
    for row in rows {
        batch.push(row?);
        if batch.len() == BATCH && batches.send(std::mem::take(&mut batch)).is_err() {
            return Ok(());
        }
    }
    let _ = batches.send(batch);
    Ok(())
}
