//! From phrases to weights: multinomial naive Bayes over features that count the more the rarer they are.
//!
//! Each phrase counts the same whatever its length, and each class whatever the number of its phrases, so that the likelihoods stay
//! far from certain: Rennie et al., "Tackling the Poor Assumptions of Naive Bayes Text Classifiers" (ICML 2003), section 4.

use rustc_hash::FxHashMap;
use smallvec::SmallVec;

use super::features::Features;
use super::model::{Class, Feature, FeatureKey, Likeness, key, often, rarity};
use crate::engine::text::{Normalised, Normaliser, tokenise};

/// What a feature counts with a class that it was never seen with.
const SMOOTHING: f32 = 0.03;

/// Phrases that belong together.
#[derive(Debug)]
pub struct Lesson<'p> {
    /// Whose they are; none for nobody's.
    pub owner: Option<u32>,
    /// As people write them.
    pub phrases: Vec<&'p str>,
}

/// A feature while it is being learned.
#[derive(Default)]
struct Count {
    phrases: u16,
    /// By class, what it counts.
    seen: SmallVec<[(u16, f32); 2]>,
}

/// All phrases by the numbers of their features.
#[derive(Default)]
struct Phrases {
    numbers: FxHashMap<FeatureKey, u32>,
    counts: Vec<Count>,
    /// The features of one phrase after the other, with what each counts by how often it is there.
    features: Vec<(u32, f32)>,
    /// The class of each phrase, and where its features end.
    ends: Vec<(u16, usize)>,
}

/// Learns from phrases. Nothing is learned where nobody gave any.
#[must_use]
pub fn learn(lessons: &[Lesson<'_>], normaliser: &Normaliser) -> Likeness {
    let mut phrases = Phrases::default();
    let (mut normal, mut tokens, mut features) =
        (Normalised::default(), Vec::new(), Features::default());
    for (class, lesson) in (0_u16..).zip(lessons) {
        for phrase in &lesson.phrases {
            normaliser.normalise(phrase, &mut normal);
            tokens.clear();
            tokenise(normal.text(), &mut tokens);
            features.take(normal.text(), &tokens);
            phrases.add(class, &features);
        }
    }
    let sums = phrases.count(lessons.len());
    let classes = classes(lessons, &sums, phrases.counts.len());
    weigh(classes, &phrases)
}

impl Phrases {
    fn add(&mut self, class: u16, features: &Features) {
        for (feature, times, _) in features.iter() {
            let number = *self.numbers.entry(key(feature)).or_insert_with(|| {
                self.counts.push(Count::default());
                self.counts.len() as u32 - 1
            });
            let with = &mut self.counts[number as usize].phrases;
            *with = with.saturating_add(1);
            self.features.push((number, often(times)));
        }
        self.ends.push((class, self.features.len()));
    }

    /// Counts every phrase, made as long as all others; gives what each class comes to.
    fn count(&mut self, classes: usize) -> Vec<f32> {
        let all = self.ends.len() as f32;
        let rarities: Vec<f32> = (self.counts.iter())
            .map(|count| rarity(all, f32::from(count.phrases)))
            .collect();
        let mut sums = vec![0.0_f32; classes];
        let mut from = 0;
        for (class, to) in &self.ends {
            let features = &self.features[from..*to];
            from = *to;
            let weight = |(number, often): &(u32, f32)| often * rarities[*number as usize];
            let squares = features.iter().map(|it| weight(it) * weight(it));
            let length = squares.sum::<f32>().sqrt().max(f32::MIN_POSITIVE);
            for feature in features {
                let share = weight(feature) / length;
                let seen = &mut self.counts[feature.0 as usize].seen;
                match seen.iter_mut().find(|(it, _)| it == class) {
                    Some((_, sum)) => *sum += share,
                    None => seen.push((*class, share)),
                }
                sums[usize::from(*class)] += share;
            }
        }
        sums
    }
}

fn classes(lessons: &[Lesson<'_>], sums: &[f32], features: usize) -> Vec<Class> {
    let class = |(lesson, sum): (&Lesson<'_>, &f32)| Class {
        owner: lesson.owner,
        unseen: (SMOOTHING / (sum + SMOOTHING * features as f32)).ln(),
        phrases: lesson.phrases.len() as u32,
    };
    lessons.iter().zip(sums).map(class).collect()
}

fn weigh(classes: Vec<Class>, phrases: &Phrases) -> Likeness {
    let weights = phrases.counts.iter().map(|count| count.seen.len()).sum();
    let mut learned = Likeness {
        classes,
        phrases: phrases.ends.len() as f32,
        features: FxHashMap::default(),
        weights: Vec::with_capacity(weights),
    };
    learned.features.reserve(phrases.numbers.len());
    for (feature, number) in &phrases.numbers {
        let Count { phrases, seen } = &phrases.counts[*number as usize];
        let row = Feature {
            from: learned.weights.len() as u32,
            weights: seen.len() as u16,
            phrases: *phrases,
        };
        let says = (seen.iter()).map(|(class, sum)| (*class, (1.0 + sum / SMOOTHING).ln()));
        learned.weights.extend(says);
        learned.features.insert(*feature, row);
    }
    learned
}
