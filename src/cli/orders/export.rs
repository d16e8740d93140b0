//! Orders as a file that an import takes back.

use std::io::Write;

use super::rows::Format;
use crate::domain::order::Order;
use crate::domain::order_record::{EXPORT_COLUMNS, export_row, to_json};

/// Writes orders one by one.
pub enum Export<W: Write> {
    /// A table.
    Csv(Box<csv::Writer<W>>),
    /// One object a line.
    Lines(W),
}

impl<W: Write> Export<W> {
    /// Begins a file; a table begins with its header.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn begin(out: W, format: Format) -> anyhow::Result<Self> {
        if format != Format::Csv {
            return Ok(Self::Lines(out));
        }
        // Spreadsheets read what begins so as UTF-8, and so does an import.
        let mut out = out;
        out.write_all("\u{feff}".as_bytes())?;
        let mut table = csv::Writer::from_writer(out);
        table.write_record(EXPORT_COLUMNS.into_iter().chain(["extra"]))?;
        Ok(Self::Csv(Box::new(table)))
    }

    /// Writes an order.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn write(&mut self, order: &Order) -> anyhow::Result<()> {
        match self {
            Self::Csv(table) => table.write_record(export_row(order))?,
            Self::Lines(out) => {
                serde_json::to_writer(&mut *out, &to_json(order))?;
                out.write_all(b"\n")?;
            }
        }
        Ok(())
    }

    /// Ends the file.
    ///
    /// # Errors
    /// When the rest of it cannot be written.
    pub fn end(self) -> anyhow::Result<()> {
        match self {
            Self::Csv(mut table) => table.flush()?,
            Self::Lines(mut out) => out.flush()?,
        }
        Ok(())
    }
}
