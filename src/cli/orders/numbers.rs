//! Which row of a file has which order, kept in a file of its own: an import takes no more memory for a long file than for a short one.
//!
//! A table of numbers and rows, in the temporary folder, that has no name: it is gone with the process, however that ends. It is twice as
//! large as what is in it at least, so that a number is found where it belongs, or a few places after that.

use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt as _;

/// So many places a new table has: for two million rows it need not grow, and what is not written to takes no room on the disk.
const FIRST: u64 = 1 << 22;
/// A place: a number and the row after it, none where the row is 0.
const PLACE: usize = 16;
/// So many places are read and written at once when the table grows.
const AT_ONCE: usize = 1 << 12;

/// The numbers of the rows so far.
#[derive(Debug)]
pub struct Numbers {
    table: File,
    places: u64,
    taken: u64,
}

impl Numbers {
    /// None yet.
    ///
    /// # Errors
    /// When the temporary folder takes no file.
    pub fn new() -> io::Result<Self> {
        Self::with(FIRST)
    }

    /// None yet, with so many places.
    fn with(places: u64) -> io::Result<Self> {
        let table = tempfile::tempfile()?;
        table.set_len(places * PLACE as u64)?;
        Ok(Self {
            table,
            places,
            taken: 0,
        })
    }

    /// Notes the row of a number, unless it has one already: then that one. Rows are counted from 1.
    ///
    /// # Errors
    /// When the temporary folder has no room.
    pub fn note(&mut self, number: u64, row: u64) -> io::Result<Option<u64>> {
        if self.taken * 2 >= self.places {
            self.grow()?;
        }
        let first = self.put(number, row)?;
        self.taken += u64::from(first.is_none());
        Ok(first)
    }

    fn put(&self, number: u64, row: u64) -> io::Result<Option<u64>> {
        let mut place = number % self.places;
        loop {
            let at = place * PLACE as u64;
            let mut found = [0; PLACE];
            self.table.read_exact_at(&mut found, at)?;
            match read(&found) {
                (_, 0) => {
                    self.table.write_all_at(&written(number, row), at)?;
                    return Ok(None);
                }
                (known, first) if known == number => return Ok(Some(first)),
                _ => place = (place + 1) % self.places,
            }
        }
    }

    fn grow(&mut self) -> io::Result<()> {
        let larger = Self::with(self.places * 2)?;
        let mut part = vec![0; AT_ONCE * PLACE];
        for at in (0..self.places * PLACE as u64).step_by(part.len()) {
            self.table.read_exact_at(&mut part, at)?;
            let places = part.as_chunks::<PLACE>().0;
            for (number, row) in places.iter().map(read).filter(|(_, row)| *row > 0) {
                larger.put(number, row)?;
            }
        }
        *self = Self {
            taken: self.taken,
            ..larger
        };
        Ok(())
    }
}

fn written(number: u64, row: u64) -> [u8; PLACE] {
    let mut place = [0; PLACE];
    place[..8].copy_from_slice(&number.to_be_bytes());
    place[8..].copy_from_slice(&row.to_be_bytes());
    place
}

fn read(place: &[u8; PLACE]) -> (u64, u64) {
    let (number, row) = place.split_at(8);
    let value = |bytes: &[u8]| bytes.try_into().map_or(0, u64::from_be_bytes);
    (value(number), value(row))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_known_by_its_first_row_however_many_come_between() {
        let mut numbers = Numbers::with(1 << 14).unwrap();
        // Several belong in one and the same place, and come one after the other.
        let number = |row: u64| row.wrapping_mul(0x9e37_79b9_7f4a_7c15) & !0x3;
        for row in 1..=50_000 {
            assert_eq!(numbers.note(number(row), row).unwrap(), None, "{row}");
        }
        for row in [1, 2, 8_191, 8_192, 49_999, 50_000] {
            assert_eq!(numbers.note(number(row), 60_000).unwrap(), Some(row));
        }
        for number in [0, u64::MAX] {
            assert_eq!(numbers.note(number, 70_000).unwrap(), None);
            assert_eq!(numbers.note(number, 70_001).unwrap(), Some(70_000));
        }
    }
}
