//! How like a message is to the phrases of each intent: what to make of wordings that no rule knows, and which rule to doubt.
//!
//! A naive Bayes classifier over words and neighbouring characters, learned from the rule folder's own phrases and examples whenever
//! it is loaded: the same folder gives the same answers, and each answer can be told by the words that weighed most. Must not know
//! about rules, conversations, or what is said in return.

mod features;
mod learn;

use rustc_hash::FxHashMap;

use crate::engine::text::{Normaliser, Span, Token};
use features::Features;
pub use learn::{ENOUGH, Lesson};

/// So many of the words that weighed most tell why.
const TELLING: usize = 4;

/// What has been learned.
#[derive(Debug, Default)]
pub struct Likeness {
    classes: Vec<Class>,
    features: FxHashMap<u64, Feature>,
    /// What features say for classes, in runs.
    weights: Vec<(u16, f32)>,
}

/// What messages are sorted into.
#[derive(Clone, Copy, Debug)]
struct Class {
    /// Who asked for it; none for what belongs to nobody.
    owner: Option<u32>,
    /// What a feature that was never seen with it says.
    unseen: f32,
    /// Learned from so many phrases.
    phrases: u32,
}

#[derive(Clone, Copy, Debug)]
struct Feature {
    rarity: f32,
    /// A run of the weights.
    from: u32,
    to: u32,
}

/// What one message is like; room that is used again for the next one.
#[derive(Debug, Default)]
pub struct Alike {
    features: Features,
    /// By class: at last a probability.
    scores: Vec<f32>,
    known: Vec<(Feature, f32, Span)>,
}

impl Likeness {
    /// Learns from phrases. Nothing is learned where nobody gave any.
    #[must_use]
    pub fn learn(lessons: &[Lesson<'_>], normaliser: &Normaliser) -> Self {
        learn::learn(lessons, normaliser)
    }

    /// Whether there is anything to compare with.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.classes.is_empty()
    }

    /// Compares a message, given as its normal form and the tokens of that.
    pub fn compare(&self, text: &str, tokens: &[Token], alike: &mut Alike) {
        alike.features.take(text, tokens);
        alike.known.clear();
        let mut length = 0.0;
        for (feature, times, span) in alike.features.iter() {
            if let Some(feature) = self.features.get(&feature) {
                let weight = (1.0 + (times as f32).ln()) * feature.rarity;
                length += weight * weight;
                alike.known.push((*feature, weight, span));
            }
        }
        let length = length.sqrt().max(f32::MIN_POSITIVE);
        let all: f32 = alike
            .known
            .iter()
            .map(|(_, weight, _)| weight / length)
            .sum();
        alike.scores.clear();
        alike
            .scores
            .extend(self.classes.iter().map(|it| it.unseen * all));
        for (feature, weight, _) in &mut alike.known {
            *weight /= length;
            for (class, says) in self.weights_of(*feature) {
                alike.scores[usize::from(*class)] += *weight * says;
            }
        }
        to_probabilities(&mut alike.scores);
    }

    fn weights_of(&self, feature: Feature) -> &[(u16, f32)] {
        &self.weights[feature.from as usize..feature.to as usize]
    }

    /// How likely it is that the message that was compared is somebody's, from 0 to 1; none where too little is known of them.
    #[must_use]
    pub fn of(&self, owner: u32, alike: &Alike) -> Option<f32> {
        let class = self.classes.iter().position(|it| it.owner == Some(owner))?;
        let is_known = self.classes[class].phrases >= ENOUGH;
        alike.scores.get(class).copied().filter(|_| is_known)
    }

    /// Whose the message most likely is, and how likely; none where it most likely is nobody's.
    #[must_use]
    pub fn best(&self, alike: &Alike) -> Option<(u32, f32)> {
        let all = self.classes.iter().zip(&alike.scores);
        let (class, score) = all.max_by(|one, other| one.1.total_cmp(other.1))?;
        let owner = class.owner.filter(|_| class.phrases >= ENOUGH)?;
        Some((owner, *score))
    }

    /// The places of the words that said most for an owner, and against the others.
    pub fn telling(&self, owner: u32, alike: &Alike) -> Vec<Span> {
        let Some(class) = self.classes.iter().position(|it| it.owner == Some(owner)) else {
            return Vec::new();
        };
        let says = |(feature, weight, span): &(Feature, f32, Span)| {
            let all = self.weights_of(*feature);
            let own = all.iter().find(|(it, _)| usize::from(*it) == class)?.1;
            let others = all.iter().map(|(_, says)| says).sum::<f32>() - own;
            let more = own - others / all.len() as f32;
            Some((weight * more, *span))
        };
        let mut telling: Vec<(f32, Span)> = alike.known.iter().filter_map(says).collect();
        telling.sort_by(|one, other| other.0.total_cmp(&one.0));
        telling.truncate(TELLING);
        telling.into_iter().map(|(_, span)| span).collect()
    }
}

/// From logarithms to shares of one.
fn to_probabilities(scores: &mut [f32]) {
    let best = scores.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    scores.iter_mut().for_each(|it| *it = (*it - best).exp());
    let all: f32 = scores.iter().sum();
    scores.iter_mut().for_each(|it| *it /= all);
}
