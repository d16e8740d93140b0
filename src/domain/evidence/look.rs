//! What a picture looks like, in 64 bits: whether it gets darker or brighter from one field of a coarse grid to the next. Another size,
//! compression or brightness changes few of these bits; another picture changes many.

use serde::{Deserialize, Serialize};

/// The grid has one column more than there are steps from left to right.
pub const GRID_WIDTH: u32 = 9;
/// The rows of the grid.
pub const GRID_HEIGHT: u32 = 8;

/// A smaller step of brightness is noise.
const STEP: u8 = 2;
/// A picture with fewer steps is blank, and all blank pictures look the same.
const MIN_STEPS: usize = 10;
/// Two pictures that differ in so many bits look the same.
const NEAR: u32 = 6;
/// The bits are cut into so many bands of sixteen.
const BANDS: u8 = 4;

/// What a picture looks like.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Look(pub u64);

impl Look {
    /// The look of a picture that was reduced to [`GRID_WIDTH`] x [`GRID_HEIGHT`] shades of grey, row by row. None for a blank one, or
    /// for a grid of another size.
    #[must_use]
    pub fn of(grid: &[u8]) -> Option<Self> {
        let (width, height) = (GRID_WIDTH as usize, GRID_HEIGHT as usize);
        if grid.len() != width * height {
            return None;
        }
        let pairs = || {
            let rows = grid.chunks_exact(width);
            rows.flat_map(|row| row.windows(2).map(|pair| (pair[0], pair[1])))
        };
        let steps = pairs().filter(|(a, b)| a.abs_diff(*b) > STEP).count();
        let bits = pairs().fold(0, |bits, (a, b)| {
            (bits << 1) | u64::from(a > b.saturating_add(STEP))
        });
        (steps >= MIN_STEPS).then_some(Self(bits))
    }

    /// Whether two pictures look the same.
    #[must_use]
    pub const fn is_like(self, other: Self) -> bool {
        (self.0 ^ other.0).count_ones() <= NEAR
    }

    /// The bands of this look, with their numbers: under these it is kept.
    pub fn bands(self) -> impl Iterator<Item = (u8, u16)> {
        (0..BANDS).map(move |band| (band, self.band(band)))
    }

    /// The bands under which every picture stands that looks the same. When two looks differ in seven bits or fewer, one of the four
    /// bands differs in one bit or none: so each band is looked up as it is and with each of its bits turned.
    pub fn bands_of_alike(self) -> impl Iterator<Item = (u8, u16)> {
        self.bands().flat_map(|(band, bits)| {
            let turned = (0..16).map(move |bit| (band, bits ^ (1 << bit)));
            std::iter::once((band, bits)).chain(turned)
        })
    }

    const fn band(self, number: u8) -> u16 {
        let bytes = self.0.to_be_bytes();
        let at = 2 * number as usize;
        u16::from_be_bytes([bytes[at], bytes[at + 1]])
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn whatever_looks_the_same_is_found_by_a_band(bits in any::<u64>(), turned in prop::collection::vec(0..64_u32, 0..=NEAR as usize)) {
            let other = Look(turned.iter().fold(bits, |bits, bit| bits ^ (1 << bit)));
            let look = Look(bits);
            prop_assert!(look.is_like(other));
            let kept: Vec<_> = other.bands().collect();
            prop_assert!(look.bands_of_alike().any(|band| kept.contains(&band)));
        }
    }

    #[test]
    fn a_blank_picture_looks_like_nothing() {
        assert_eq!(Look::of(&[200; 72]), None);
        let noise: Vec<u8> = (0..72).map(|n| 200 + (n % 2)).collect();
        assert_eq!(Look::of(&noise), None);
        assert_eq!(Look::of(&[0, 255]), None);
        let stripes: Vec<u8> = (0..72).map(|n| if n % 2 == 0 { 0 } else { 255 }).collect();
        assert!(Look::of(&stripes).is_some());
    }

    #[test]
    fn brightness_and_a_little_noise_change_nothing_and_another_picture_does() {
        let shade = |n: u32, by: u32| u8::try_from((n * by) % 200).unwrap();
        let one: Vec<u8> = (0..72).map(|n| shade(n, 37)).collect();
        let brighter: Vec<u8> = one.iter().map(|grey| grey + 30 + grey % 2).collect();
        let other: Vec<u8> = (0..72).map(|n| shade(n, 91)).collect();
        let look = |grid: &[u8]| Look::of(grid).unwrap();
        assert!(look(&one).is_like(look(&brighter)));
        assert!(!look(&one).is_like(look(&other)));
    }
}
