//! From phrases to weights: what they share is counted, each becomes a vector of length one, and [`super::planes`] parts the classes.
//!
//! What hardly any phrase has is left out. It would tell those phrases from all others and nothing else, and it is most of what there is.

use rustc_hash::FxHashMap;

use super::features::Features;
use super::model::{Class, Feature, FeatureKey, Likeness, Weight, key, often, rarity};
use super::planes::{Plane, Vectors, part};

/// Fewer phrases than this have nothing in common.
const SHARED: u16 = 2;

/// Phrases that belong together.
#[derive(Debug)]
pub struct Lesson<'p> {
    /// Whose they are; none for nobody's.
    pub owner: Option<u32>,
    /// As people write them.
    pub phrases: Vec<&'p str>,
}

/// All phrases by the numbers of their features.
#[derive(Default)]
struct Phrases {
    numbers: FxHashMap<FeatureKey, u32>,
    /// How many phrases have each feature.
    counts: Vec<u16>,
    /// The features of one phrase after the other, with what each counts by how often it is there.
    features: Vec<(u32, f32)>,
    /// The class of each phrase, and where its features end.
    ends: Vec<(u16, usize)>,
}

/// Learns from phrases, of each of which `take` takes the features. Nothing is learned where nobody gave any.
pub fn learn(lessons: &[Lesson<'_>], mut take: impl FnMut(&str, &mut Features)) -> Likeness {
    let mut phrases = Phrases::default();
    let mut features = Features::default();
    for (class, lesson) in (0_u16..).zip(lessons) {
        for phrase in &lesson.phrases {
            take(phrase, &mut features);
            phrases.add(class, &features);
        }
    }
    phrases.leave_out_what_is_not_shared();
    let vectors = phrases.vectors();
    let planes: Vec<Plane> = (0_u16..)
        .take(lessons.len())
        .map(|class| part(&vectors, class, phrases.counts.len()))
        .collect();
    likeness(lessons, &phrases, &planes)
}

impl Phrases {
    fn add(&mut self, class: u16, features: &Features) {
        for (feature, times, _) in features.iter() {
            let number = *self.numbers.entry(key(feature)).or_insert_with(|| {
                self.counts.push(0);
                self.counts.len() as u32 - 1
            });
            let count = &mut self.counts[number as usize];
            *count = count.saturating_add(1);
            self.features.push((number, often(times)));
        }
        self.ends.push((class, self.features.len()));
    }

    /// Numbers anew what several phrases have, and forgets the rest.
    fn leave_out_what_is_not_shared(&mut self) {
        let mut kept = 0;
        let anew: Vec<Option<u32>> = (self.counts.iter())
            .map(|count| {
                let number = (*count >= SHARED).then_some(kept)?;
                kept += 1;
                Some(number)
            })
            .collect();
        self.counts.retain(|count| *count >= SHARED);
        self.numbers
            .retain(|_, number| match anew[*number as usize] {
                Some(new) => {
                    *number = new;
                    true
                }
                None => false,
            });
        let (mut from, mut features) = (0, Vec::with_capacity(self.features.len()));
        for (_, to) in &mut self.ends {
            let own = self.features[from..*to].iter();
            features.extend(own.filter_map(|(it, often)| Some((anew[*it as usize]?, *often))));
            from = *to;
            *to = features.len();
        }
        self.features = features;
    }

    /// Each phrase with its features weighed by how rare they are, and made as long as all others.
    fn vectors(&self) -> Vectors {
        let all = self.ends.len() as f32;
        let rarities: Vec<f32> = (self.counts.iter())
            .map(|count| rarity(all, f32::from(*count)))
            .collect();
        let mut vectors = Vectors::default();
        let mut from = 0;
        for (class, to) in &self.ends {
            let features = self.features[from..*to].iter();
            from = *to;
            vectors.push(
                *class,
                features.map(|(it, often)| (*it, often * rarities[*it as usize])),
            );
        }
        vectors
    }
}

/// What is kept of all that: weights in steps that a byte can count.
fn likeness(lessons: &[Lesson<'_>], phrases: &Phrases, planes: &[Plane]) -> Likeness {
    let steps: Vec<f32> = planes
        .iter()
        .map(|plane| {
            let largest = plane.weights.iter().map(|it| it.abs()).fold(0.0, f32::max);
            largest.max(f32::MIN_POSITIVE) / f32::from(Weight::MAX)
        })
        .collect();
    let classes = lessons.iter().zip(planes).zip(&steps);
    let mut weights = Vec::with_capacity(phrases.counts.len() * planes.len());
    for number in 0..phrases.counts.len() {
        let of = |(plane, step): (&Plane, &f32)| (plane.weights[number] / step).round() as Weight;
        weights.extend(planes.iter().zip(&steps).map(of));
    }
    Likeness {
        classes: classes
            .map(|((lesson, plane), step)| Class {
                owner: lesson.owner,
                offset: plane.offset,
                step: *step,
                phrases: lesson.phrases.len() as u32,
            })
            .collect(),
        phrases: phrases.ends.len() as f32,
        features: (phrases.numbers.iter())
            .map(|(key, number)| {
                let phrases = phrases.counts[*number as usize];
                let row = *number;
                (*key, Feature { row, phrases })
            })
            .collect(),
        weights,
    }
}
