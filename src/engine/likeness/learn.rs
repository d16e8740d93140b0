//! From phrases to weights: multinomial naive Bayes over features that count the more the rarer they are.
//!
//! Each phrase counts the same whatever its length, and each class whatever the number of its phrases, so that the likelihoods stay
//! far from certain: Rennie et al., "Tackling the Poor Assumptions of Naive Bayes Text Classifiers" (ICML 2003), section 4.

use rustc_hash::FxHashMap;
use smallvec::SmallVec;

use super::features::Features;
use super::{Class, Feature, Likeness};
use crate::engine::text::{Normalised, Normaliser, tokenise};

/// An owner of fewer phrases is too little known to be preferred or doubted.
pub const ENOUGH: u32 = 30;
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
    phrases: u32,
    /// By class, what it counts.
    seen: SmallVec<[(u16, f32); 2]>,
}

/// A phrase by the numbers of its features, with how often each is there.
struct Phrase {
    class: u16,
    features: Vec<(u32, f32)>,
}

pub(super) fn learn(lessons: &[Lesson<'_>], normaliser: &Normaliser) -> Likeness {
    let mut numbers: FxHashMap<u64, u32> = FxHashMap::default();
    let mut counts: Vec<Count> = Vec::new();
    let mut phrases = Vec::new();
    let (mut normal, mut tokens, mut features) =
        (Normalised::default(), Vec::new(), Features::default());
    for (class, lesson) in (0_u16..).zip(lessons) {
        for phrase in &lesson.phrases {
            normaliser.normalise(phrase, &mut normal);
            tokens.clear();
            tokenise(normal.text(), &mut tokens);
            features.take(normal.text(), &tokens);
            let numbered = features.iter().map(|(feature, times, _)| {
                let number = *numbers.entry(feature).or_insert_with(|| {
                    counts.push(Count::default());
                    counts.len() as u32 - 1
                });
                counts[number as usize].phrases += 1;
                (number, often(times))
            });
            let features = numbered.collect();
            phrases.push(Phrase { class, features });
        }
    }
    let rarity = |count: &Count| {
        let (all, with) = (phrases.len() as f32, count.phrases as f32);
        ((1.0 + all) / (1.0 + with)).ln() + 1.0
    };
    let rarities: Vec<f32> = counts.iter().map(rarity).collect();
    let mut sums = vec![0.0_f32; lessons.len()];
    for phrase in &mut phrases {
        count(phrase, &rarities, &mut counts, &mut sums);
    }
    let classes = classes(lessons, &sums, counts.len());
    weigh(classes, numbers, &counts, &rarities)
}

/// What a feature counts that is there so often: a second time says less than the first.
pub(super) fn often(times: u32) -> f32 {
    if times == 1 {
        return 1.0;
    }
    1.0 + (times as f32).ln()
}

/// Adds one phrase, made as long as every other.
fn count(phrase: &mut Phrase, rarities: &[f32], counts: &mut [Count], sums: &mut [f32]) {
    let mut length = 0.0;
    for (number, weight) in &mut phrase.features {
        *weight *= rarities[*number as usize];
        length += *weight * *weight;
    }
    let length = length.sqrt().max(f32::MIN_POSITIVE);
    for (number, weight) in &phrase.features {
        let share = weight / length;
        let seen = &mut counts[*number as usize].seen;
        match seen.iter_mut().find(|(class, _)| *class == phrase.class) {
            Some((_, sum)) => *sum += share,
            None => seen.push((phrase.class, share)),
        }
        sums[usize::from(phrase.class)] += share;
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

fn weigh(
    classes: Vec<Class>,
    numbers: FxHashMap<u64, u32>,
    counts: &[Count],
    rarities: &[f32],
) -> Likeness {
    let mut learned = Likeness {
        classes,
        features: FxHashMap::default(),
        weights: Vec::new(),
    };
    learned.features.reserve(numbers.len());
    for (feature, number) in numbers {
        let from = learned.weights.len() as u32;
        let seen = &counts[number as usize].seen;
        let says = seen
            .iter()
            .map(|(class, sum)| (*class, (1.0 + sum / SMOOTHING).ln()));
        learned.weights.extend(says);
        let row = Feature {
            rarity: rarities[number as usize],
            from,
            to: learned.weights.len() as u32,
        };
        learned.features.insert(feature, row);
    }
    learned
}
