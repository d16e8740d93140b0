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
/// Where the tag of an entry begins.
const TAG_AT: u32 = 24;
/// The bits of the tag.
const TAG: u32 = 0xff << TAG_AT;

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

/// The words by their shortened forms. There are twenty forms to a word, so each takes as few bytes as will do: four, and two to find it.
#[derive(Debug, Default)]
pub(super) struct Table {
    /// Where the entries of each bucket begin, and where those of the last one end.
    starts: Vec<u32>,
    /// The number of a word below, a tag of its form above. A tag may be another form's as well: see the top of this file.
    entries: Vec<u32>,
    /// A bit for each form that is in the table: most forms are not, and a small map of bits says so faster.
    bits: Vec<u64>,
}

impl Table {
    /// Of words, which are numbered in their order. There may be 16 million; those beyond are left out.
    pub(super) fn of(words: impl Iterator<Item = Shortened>) -> Self {
        let mut forms = Vec::new();
        for (number, word) in (0..1 << TAG_AT).zip(words) {
            word.for_each(|letters| forms.push(letters << NUMBER_BITS | number));
        }
        let buckets = (forms.len() / 2).next_power_of_two();
        let hash = |form: u64| mix(form >> NUMBER_BITS);
        let bucket = |form: u64| hash(form) as usize & (buckets - 1);
        let mut forms = in_buckets(&forms, buckets, bucket);
        forms.dedup();
        let mut table = Self {
            starts: vec![0; buckets + 1],
            entries: Vec::with_capacity(forms.len()),
            bits: vec![0; (forms.len() / 8).next_power_of_two().max(2)],
        };
        for form in forms {
            let (word, bit) = table.bit(hash(form));
            table.bits[word] |= bit;
            let number = form & ((1 << TAG_AT) - 1);
            table.entries.push(tag(hash(form)) | number as u32);
            table.starts[bucket(form) + 1] = table.entries.len() as u32;
        }
        // An empty bucket ends where it begins.
        let mut end = 0;
        for start in &mut table.starts {
            end = end.max(*start);
            *start = end;
        }
        table
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
        let bucket = if may_be_there { self.bucket(hash) } else { &[] };
        let found = bucket
            .iter()
            .filter(move |entry| **entry & TAG == tag(hash));
        found.map(|entry| entry & !TAG)
    }

    fn bucket(&self, hash: u64) -> &[u32] {
        let at = hash as usize & (self.starts.len() - 2);
        &self.entries[self.starts[at] as usize..self.starts[at + 1] as usize]
    }
}

/// Numbers in the order of their buckets, and ascending in each: there are hundreds of thousands of them, and few in a bucket.
fn in_buckets(forms: &[u64], buckets: usize, bucket: impl Fn(u64) -> usize) -> Vec<u64> {
    let mut places = vec![0_u32; buckets + 1];
    for form in forms {
        places[bucket(*form) + 1] += 1;
    }
    for at in 1..places.len() {
        places[at] += places[at - 1];
    }
    let mut sorted = vec![0; forms.len()];
    for form in forms {
        let place = &mut places[bucket(*form)];
        sorted[*place as usize] = *form;
        *place += 1;
    }
    // Each place has moved on to the end of its bucket.
    let mut start = 0;
    for end in &places[..buckets] {
        sorted[start..*end as usize].sort_unstable();
        start = *end as usize;
    }
    sorted
}

/// The bits of a hash that neither the bucket nor the map of bits looks at, where an entry has them.
fn tag(hash: u64) -> u32 {
    hash as u32 & TAG
}

/// Spreads packed letters over all bits.
fn mix(letters: u64) -> u64 {
    let spread = letters.wrapping_mul(0x9e37_79b9_7f4a_7c15);
    spread ^ spread >> 29
}

#[cfg(test)]
mod tests {
    use super::{Shortened, Table, mix};

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
        assert_eq!(Table::of(std::iter::empty()).get(1).count(), 0);
    }

    #[test]
    fn of_many_words_each_is_found_by_each_of_its_forms() {
        let words: Vec<String> = (0..5_000_u32)
            .map(|n| {
                (0..8)
                    .map(|at| char::from(b'a' + ((n * 7919) >> at) as u8 % 26))
                    .collect()
            })
            .collect();
        let table = Table::of(words.iter().map(|word| Shortened::new(word.as_bytes(), 2)));
        for (number, word) in (0..).zip(&words) {
            for form in forms(word, 2) {
                assert!(table.get(form).any(|found| found == number), "{word}");
            }
        }
        let strangers = (0..10_000).flat_map(|n| table.get(mix(n) >> 30)).count();
        assert!(strangers < 200, "{strangers} words for forms that none has");
    }
}
