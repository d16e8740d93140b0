//! Which of 4096 neighbouring conversations have a word: as numbers while they are few, as bits when they are many.

/// So many conversations share a block.
pub(in crate::store) const SPAN: u32 = 4096;
/// So long is a block of bits. One of numbers is shorter.
const BITS: usize = SPAN as usize / 8;

/// A set of numbers below [`SPAN`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::store) struct Block(Box<[u64; SPAN as usize / 64]>);

impl Default for Block {
    fn default() -> Self {
        Self(Box::new([0; SPAN as usize / 64]))
    }
}

impl Block {
    /// A block from its bytes; none if they are none.
    pub(in crate::store) fn decode(bytes: &[u8]) -> Option<Self> {
        let mut block = Self::default();
        if bytes.len() == BITS {
            for (word, bytes) in block.0.iter_mut().zip(bytes.chunks_exact(8)) {
                *word = u64::from_be_bytes(bytes.try_into().ok()?);
            }
            return Some(block);
        }
        if bytes.len() > BITS || bytes.len() % 2 == 1 {
            return None;
        }
        for bytes in bytes.chunks_exact(2) {
            let number = u16::from_be_bytes(bytes.try_into().ok()?);
            if u32::from(number) >= SPAN {
                return None;
            }
            block.insert(number);
        }
        Some(block)
    }

    /// Its bytes.
    pub(in crate::store) fn encode(&self) -> Vec<u8> {
        let count: u32 = self.0.iter().map(|word| word.count_ones()).sum();
        if count as usize * 2 < BITS {
            return self.numbers().flat_map(u16::to_be_bytes).collect();
        }
        self.0.iter().flat_map(|word| word.to_be_bytes()).collect()
    }

    /// Adds a number; says whether it is new.
    pub(in crate::store) fn insert(&mut self, number: u16) -> bool {
        let bit = 1_u64 << (number % 64);
        let word = &mut self.0[usize::from(number) / 64];
        let is_new = *word & bit == 0;
        *word |= bit;
        is_new
    }

    /// Takes a number out; says whether it was there.
    pub(in crate::store) fn remove(&mut self, number: u16) -> bool {
        let bit = 1_u64 << (number % 64);
        let word = &mut self.0[usize::from(number) / 64];
        let was_there = *word & bit != 0;
        *word &= !bit;
        was_there
    }

    /// Keeps what the other has, too.
    pub(in crate::store) fn keep(&mut self, other: &Self) {
        for (word, other) in self.0.iter_mut().zip(other.0.iter()) {
            *word &= other;
        }
    }

    /// Adds what the other has.
    pub(in crate::store) fn add(&mut self, other: &Self) {
        for (word, other) in self.0.iter_mut().zip(other.0.iter()) {
            *word |= other;
        }
    }

    /// Whether there is nothing in it.
    pub(in crate::store) fn is_empty(&self) -> bool {
        self.0.iter().all(|word| *word == 0)
    }

    /// The numbers, the smallest first.
    pub(in crate::store) fn numbers(&self) -> impl DoubleEndedIterator<Item = u16> + '_ {
        #[allow(clippy::cast_possible_truncation)] // below 4096
        (0..SPAN as u16).filter(|number| {
            let word = self.0[usize::from(*number) / 64];
            word & (1 << (number % 64)) != 0
        })
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;

    fn block(numbers: &BTreeSet<u16>) -> Block {
        let mut block = Block::default();
        for number in numbers {
            assert!(block.insert(*number));
            assert!(!block.insert(*number));
        }
        block
    }

    proptest! {
        #[test]
        fn a_block_is_a_set(
            one in prop::collection::btree_set(0..4096_u16, 0..600), other in prop::collection::btree_set(0..4096_u16, 0..600),
        ) {
            let (first, second) = (block(&one), block(&other));
            prop_assert_eq!(first.numbers().collect::<BTreeSet<_>>(), one.clone());
            let bytes = first.encode();
            prop_assert!(bytes.len() <= BITS);
            prop_assert_eq!(Block::decode(&bytes), Some(first.clone()));
            let (mut both, mut any) = (first.clone(), first.clone());
            both.keep(&second);
            any.add(&second);
            prop_assert_eq!(both.numbers().collect::<BTreeSet<_>>(), &one & &other);
            prop_assert_eq!(any.numbers().collect::<BTreeSet<_>>(), &one | &other);
            prop_assert_eq!(first.is_empty(), one.is_empty());
        }
    }

    #[test]
    fn bytes_that_are_no_block_are_refused() {
        assert_eq!(Block::decode(&[1]), None);
        assert_eq!(Block::decode(&[0xff, 0xff]), None);
        assert_eq!(Block::decode(&[0; 514]), None);
    }
}
