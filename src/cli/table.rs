//! Tables on a terminal: columns as wide as what stands in them, and nothing in them that moves the cursor.

use std::io::{self, Write};

use unicode_width::UnicodeWidthStr as _;

use crate::telemetry::visible;

/// Rows under a heading. The last column is as long as it is.
pub struct Table<const N: usize> {
    rows: Vec<[String; N]>,
}

impl<const N: usize> Table<N> {
    /// A table with a heading and no rows.
    pub fn new(heading: [&str; N]) -> Self {
        Self {
            rows: vec![heading.map(str::to_owned)],
        }
    }

    /// Adds a row.
    pub fn row(&mut self, cells: [&str; N]) {
        self.rows.push(cells.map(|cell| visible(cell).into_owned()));
    }

    /// Adds rows as they came, perhaps from a desk of another version: cells that are missing are empty.
    pub fn rows(&mut self, rows: impl IntoIterator<Item = Vec<String>>) {
        for cells in rows {
            self.row(std::array::from_fn(|at| {
                cells.get(at).map_or("", String::as_str)
            }));
        }
    }

    /// Prints it.
    pub fn print(&self, out: &mut impl Write) -> io::Result<()> {
        let width = |column: usize| self.rows.iter().map(move |row| row[column].width()).max();
        let widths: Vec<usize> = (0..N).map(|column| width(column).unwrap_or(0)).collect();
        for row in &self.rows {
            let mut line = String::new();
            for (cell, width) in row.iter().zip(&widths) {
                line.push_str(cell);
                line.push_str(&" ".repeat(width - cell.width() + 2));
            }
            writeln!(out, "{}", line.trim_end())?;
        }
        Ok(())
    }
}

/// "1 agent", "2 agents".
pub(super) fn counted(count: u64, what: &str) -> String {
    let plural = if count == 1 { "" } else { "s" };
    format!("{count} {what}{plural}")
}
