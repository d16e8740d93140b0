//! The plane that parts the phrases of one class from those of all others.
//!
//! A linear support vector machine with squared hinge loss, solved in its dual by coordinate descent: Hsieh, Chang, Lin, Keerthi and
//! Sundararajan, "A Dual Coordinate Descent Method for Large-scale Linear SVM" (ICML 2008), algorithm 3. Phrases are visited in an order
//! that is shuffled, but always in the same way: the same phrases give the same plane.

use crate::engine::text::mix;

/// What a phrase on the wrong side costs, against a plane that bends to each phrase.
const COST: f32 = 1.5;
/// How much a phrase on the wrong side gives in before it pushes harder.
const GIVE: f32 = 0.5 / COST;
/// So often each phrase is looked at, at most.
const ROUNDS: usize = 10;
/// A phrase that is so much farther on its side than it has to be is not looked at again.
const FAR: f32 = 0.2;
/// A plane that no phrase wants moved by more than this is good enough.
const SETTLED: f32 = 0.05;

/// Phrases as vectors of length one, one after the other.
#[derive(Default)]
pub(super) struct Vectors {
    features: Vec<(u32, f32)>,
    /// The class of each, and where it ends.
    ends: Vec<(u16, usize)>,
}

/// A plane: on its one side are the phrases of a class, by one or more, on the other the others.
pub(super) struct Plane {
    /// By feature.
    pub(super) weights: Vec<f32>,
    pub(super) offset: f32,
}

impl Vectors {
    /// Takes one in, and makes it as long as all others.
    pub(super) fn push(&mut self, class: u16, features: impl Iterator<Item = (u32, f32)>) {
        let from = self.features.len();
        self.features.extend(features);
        let own = &mut self.features[from..];
        let length = own.iter().map(|(_, value)| value * value).sum::<f32>();
        let length = length.sqrt().max(f32::MIN_POSITIVE);
        own.iter_mut().for_each(|(_, value)| *value /= length);
        self.ends.push((class, self.features.len()));
    }

    fn of(&self, number: usize) -> &[(u32, f32)] {
        let from = number.checked_sub(1).map_or(0, |it| self.ends[it].1);
        &self.features[from..self.ends[number].1]
    }
}

/// Parts a class from all others, by so many features.
pub(super) fn part(vectors: &Vectors, class: u16, features: usize) -> Plane {
    let mut plane = Plane {
        weights: vec![0.0; features],
        offset: 0.0,
    };
    // How hard each phrase pushes the plane away.
    let mut pushes = vec![0.0_f32; vectors.ends.len()];
    let mut looked_at: Vec<u32> = (0..vectors.ends.len() as u32).collect();
    let mut shuffled = 0;
    let mut mean = Mean::of(features);
    for round in 0..ROUNDS {
        shuffle(&mut looked_at, &mut shuffled);
        let (mut most, mut least) = (f32::MIN, f32::MAX);
        looked_at.retain(|number| {
            let number = *number as usize;
            let side = if vectors.ends[number].0 == class {
                1.0
            } else {
                -1.0
            };
            let push = &mut pushes[number];
            let slope = side * plane.height(vectors.of(number)) - 1.0 + *push * GIVE;
            if *push == 0.0 && slope > FAR {
                return false;
            }
            let wanted = if *push == 0.0 { slope.min(0.0) } else { slope };
            (most, least) = (most.max(wanted), least.min(wanted));
            if wanted != 0.0 {
                // A vector is one long, and so is what the offset is moved by.
                let pushed = (*push - slope / (2.0 + GIVE)).max(0.0);
                plane.move_by(vectors.of(number), (pushed - *push) * side);
                *push = pushed;
            }
            true
        });
        if most - least < SETTLED {
            return plane;
        }
        if round >= ROUNDS / 2 {
            mean.add(&plane);
        }
    }
    mean.plane()
}

/// The mean of planes: each follows too closely what was looked at last, and all of them together what they have in common.
struct Mean {
    sum: Plane,
    planes: f32,
}

impl Mean {
    fn of(features: usize) -> Self {
        let sum = Plane {
            weights: vec![0.0; features],
            offset: 0.0,
        };
        Self { sum, planes: 0.0 }
    }

    fn add(&mut self, plane: &Plane) {
        let (sums, weights) = (&mut self.sum.weights[..], &plane.weights[..]);
        let mut nth = 0;
        while nth < weights.len() {
            sums[nth] += weights[nth];
            nth += 1;
        }
        self.sum.offset += plane.offset;
        self.planes += 1.0;
    }

    fn plane(mut self) -> Plane {
        self.sum
            .weights
            .iter_mut()
            .for_each(|it| *it /= self.planes);
        self.sum.offset /= self.planes;
        self.sum
    }
}

// Counted by hand: all time goes here, and where nothing is optimised, as in tests, iterators take three times as long.
impl Plane {
    /// How far on the side of its class something is.
    fn height(&self, features: &[(u32, f32)]) -> f32 {
        let weights = &self.weights[..];
        let (mut height, mut nth) = (self.offset, 0);
        while nth < features.len() {
            let (feature, value) = features[nth];
            height += weights[feature as usize] * value;
            nth += 1;
        }
        height
    }

    fn move_by(&mut self, features: &[(u32, f32)], step: f32) {
        self.offset += step;
        let weights = &mut self.weights[..];
        let mut nth = 0;
        while nth < features.len() {
            let (feature, value) = features[nth];
            weights[feature as usize] += step * value;
            nth += 1;
        }
    }
}

/// Fisher and Yates' shuffle, by numbers that follow one another.
fn shuffle(list: &mut [u32], counter: &mut u64) {
    for last in (1..list.len()).rev() {
        *counter += 1;
        let other = mix(*counter) % (last as u64 + 1);
        list.swap(last, other as usize);
    }
}
