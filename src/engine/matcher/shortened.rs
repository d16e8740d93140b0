//! Words with letters left out, packed into numbers, and a table from such numbers to the words that they can come from.
//!
//! Two words that are a mistake or two apart become the same word when each leaves out a letter or two. Only the beginning of a
//! word takes part, so that long words do not fill the table; whoever finds a word here counts the mistakes himself.

/// So many letters take part.
const LETTERS: usize = 7;
/// Bits for a letter.
const BITS: u32 = 5;
/// Bits for the number of a word; the letters take the rest.
const NUMBER_BITS: u32 = 64 - LETTERS as u32 * BITS;

/// A word's beginning and what it becomes when up to two letters but the first are left out.
#[derive(Clone, Copy, Debug)]
pub(super) struct Shortened {
    letters: u64,
    count: u32,
    left_out: usize,
}

impl Shortened {
    /// Of a word of lower-case letters.
    pub(super) fn new(word: &[u8], left_out: usize) -> Self {
        let count = word.len().min(LETTERS);
        let letters = word[..count]
            .iter()
            .rev()
            .fold(0, |packed, letter| packed << BITS | u64::from(letter & 31));
        Self {
            letters,
            count: count as u32,
            left_out,
        }
    }

    /// Calls `f` with each form.
    pub(super) fn for_each(self, mut f: impl FnMut(u64)) {
        f(self.letters);
        for first in 1..self.count {
            let once = without(self.letters, first);
            f(once);
            if self.left_out > 1 {
                for second in first..self.count - 1 {
                    f(without(once, second));
                }
            }
        }
    }
}

/// The packed letters without one of them.
fn without(letters: u64, at: u32) -> u64 {
    let before = (1 << (at * BITS)) - 1;
    letters & before | letters >> BITS & !before
}

/// The words by their shortened forms.
#[derive(Debug, Default)]
pub(super) struct Table {
    /// Open addressing: letters above, the number of the word plus one below; 0 is empty.
    slots: Vec<u64>,
    /// A bit for each form that is in the table: most forms are not, and a small map of bits says so faster.
    bits: Vec<u64>,
}

impl Table {
    /// Of words, which are numbered in their order.
    pub(super) fn of(words: impl Iterator<Item = Shortened>) -> Self {
        let mut entries = Vec::new();
        for (number, word) in (1_u64..).zip(words) {
            word.for_each(|letters| entries.push(letters << NUMBER_BITS | number));
        }
        entries.sort_unstable();
        entries.dedup();
        let mut table = Self {
            slots: vec![0; (entries.len() * 2).next_power_of_two().max(2)],
            bits: vec![0; (entries.len() / 8).next_power_of_two().max(2)],
        };
        entries.into_iter().for_each(|entry| table.insert(entry));
        table
    }

    fn insert(&mut self, entry: u64) {
        let hash = mix(entry >> NUMBER_BITS);
        let (word, bit) = self.bit(hash);
        self.bits[word] |= bit;
        let last = self.slots.len() - 1;
        let mut at = hash as usize & last;
        while self.slots[at] != 0 {
            at = (at + 1) & last;
        }
        self.slots[at] = entry;
    }

    fn bit(&self, hash: u64) -> (usize, u64) {
        let place = (hash >> 32) as usize;
        ((place / 64) & (self.bits.len() - 1), 1 << (place % 64))
    }

    /// The numbers of the words that have a form.
    pub(super) fn get(&self, letters: u64) -> impl Iterator<Item = u32> {
        let hash = mix(letters);
        let may_be_there = !self.bits.is_empty() && {
            let (word, bit) = self.bit(hash);
            self.bits[word] & bit != 0
        };
        let last = self.slots.len().wrapping_sub(1);
        let mut at = hash as usize & last;
        std::iter::from_fn(move || {
            while may_be_there && self.slots[at] != 0 {
                let entry = self.slots[at];
                at = (at + 1) & last;
                if entry >> NUMBER_BITS == letters {
                    return Some((entry & ((1 << NUMBER_BITS) - 1)) as u32 - 1);
                }
            }
            None
        })
    }
}

/// Spreads packed letters over all bits.
fn mix(letters: u64) -> u64 {
    let spread = letters.wrapping_mul(0x9e37_79b9_7f4a_7c15);
    spread ^ spread >> 29
}

#[cfg(test)]
mod tests {
    use super::{Shortened, Table};

    fn forms(word: &str, left_out: usize) -> Vec<u64> {
        let mut forms = Vec::new();
        Shortened::new(word.as_bytes(), left_out).for_each(|form| forms.push(form));
        forms
    }

    #[test]
    fn a_form_is_the_word_without_the_letter() {
        let expected: Vec<u64> = ["order", "oder", "orer", "ordr", "orde"]
            .iter()
            .map(|word| forms(word, 0)[0])
            .collect();
        assert_eq!(forms("order", 1), expected);
        assert!(forms("refunding", 2).contains(&forms("rfndi", 0)[0]));
    }

    #[test]
    fn the_table_finds_every_word_of_a_form() {
        let words = ["order", "older", "oder"];
        let table = Table::of(words.iter().map(|word| Shortened::new(word.as_bytes(), 1)));
        let mut found: Vec<u32> = table.get(forms("oder", 0)[0]).collect();
        found.sort_unstable();
        assert_eq!(found, [0, 1, 2]);
        assert_eq!(table.get(forms("zebra", 0)[0]).count(), 0);
        assert_eq!(Table::default().get(1).count(), 0);
    }
}
