//! Follows the quotes of a table while it is read: at the end of the file a reader of tables closes a cell that nobody closed, and what
//! follows a forgotten quote would be taken for the text of one cell.

use std::io::{self, Read};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// The line in which a quote opens that the file ends in; 0 while there is none.
#[derive(Clone, Debug, Default)]
pub struct Unclosed(Arc<AtomicU64>);

impl Unclosed {
    /// The line, once the file has ended.
    pub fn line(&self) -> Option<u64> {
        Some(self.0.load(Ordering::Relaxed)).filter(|line| *line > 0)
    }
}

/// A table's bytes, looked at as they go by.
pub struct Quotes<R> {
    input: R,
    delimiter: u8,
    at: At,
    line: u64,
    opened: u64,
    unclosed: Unclosed,
}

/// Where in a cell the next byte is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum At {
    Beginning,
    Inside,
    Quoted,
    /// Behind a quote in a quoted cell: its end, or half of a quote in it.
    Quote,
}

impl<R: Read> Quotes<R> {
    /// Follows a table from its beginning.
    pub fn new(input: R, delimiter: u8) -> (Self, Unclosed) {
        let unclosed = Unclosed::default();
        let quotes = Self {
            input,
            delimiter,
            at: At::Beginning,
            line: 1,
            opened: 0,
            unclosed: unclosed.clone(),
        };
        (quotes, unclosed)
    }

    fn follow(&mut self, byte: u8) {
        self.at = match (self.at, byte) {
            (At::Beginning, b'"') => {
                self.opened = self.line;
                At::Quoted
            }
            (At::Quoted, b'"') => At::Quote,
            (At::Quote, b'"') | (At::Quoted, _) => At::Quoted,
            (_, b'\r' | b'\n') => At::Beginning,
            (_, byte) if byte == self.delimiter => At::Beginning,
            // The mark that a spreadsheet begins a file with.
            (At::Beginning, 0xef | 0xbb | 0xbf) if self.line == 1 => At::Beginning,
            _ => At::Inside,
        };
        self.line += u64::from(byte == b'\n');
    }
}

impl<R: Read> Read for Quotes<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.input.read(buffer)?;
        for byte in &buffer[..count] {
            self.follow(*byte);
        }
        if count == 0 && self.at == At::Quoted {
            self.unclosed.0.store(self.opened, Ordering::Relaxed);
        }
        Ok(count)
    }
}
