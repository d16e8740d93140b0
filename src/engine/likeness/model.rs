//! What has been learned, and how a message is compared with it. Knows no phrases any more.

use rustc_hash::FxHashMap;
use serde::{Deserialize, Serialize};

use super::features::{Features, Said};
use crate::engine::text::Span;

/// An owner of fewer phrases is too little known to be preferred or doubted.
pub const ENOUGH: u32 = 30;
/// How much more likely a class is for each unit that a message is higher above its plane, as a logarithm. Measured, together with what
/// the matcher makes of it, on phrases that were held back.
const SHARPNESS: f32 = 3.5;
/// So many of the words that weighed most tell why.
const TELLING: usize = 4;

/// What has been learned. It can be kept, so that it need not be learned again before the phrases change.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct Likeness {
    pub(super) classes: Vec<Class>,
    /// Learned from so many phrases in all.
    pub(super) phrases: f32,
    pub(super) features: FxHashMap<FeatureKey, Feature>,
    /// What each feature says for each class, a row of classes for each feature.
    pub(super) weights: Vec<Weight>,
}

/// A weight in steps of its class.
pub(super) type Weight = i8;

/// What messages are sorted into.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub(super) struct Class {
    /// Who asked for it; none for what belongs to nobody.
    pub(super) owner: Option<u32>,
    /// How high above its plane what has no known feature is.
    pub(super) offset: f32,
    /// What a weight of one comes to.
    pub(super) step: f32,
    /// Learned from so many phrases.
    pub(super) phrases: u32,
}

/// A feature that is known. There are a hundred thousand of them, so that it is small.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub(super) struct Feature {
    /// Its row of weights.
    pub(super) row: u32,
    /// So many phrases have it; what is in more is in as good as all.
    pub(super) phrases: u16,
}

/// Half of a feature's bits: that two fall together is rare, and does no harm.
pub(super) type FeatureKey = u32;

pub(super) fn key(feature: u64) -> FeatureKey {
    (feature >> 32) as FeatureKey
}

/// What one message is like; room that is used again for the next one.
#[derive(Debug, Default)]
pub struct Alike {
    features: Features,
    /// By class, what the message itself says for it, as a logarithm.
    scores: Vec<f32>,
    /// By class, how likely it is.
    likely: Vec<f32>,
    known: Vec<(Feature, f32, Span)>,
}

impl Alike {
    /// How likely each class is.
    #[cfg(test)]
    pub(super) fn likely(&self) -> &[f32] {
        &self.likely
    }
}

impl Likeness {
    /// Whether there is anything to compare with.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.classes.is_empty()
    }

    /// Whether all its parts are there, and are about the first so many owners: what was kept may have been written by anybody.
    #[must_use]
    pub fn is_whole(&self, owners: u32) -> bool {
        let rows = self.weights.len() / self.classes.len().max(1);
        let mut features = self.features.values();
        let mut known = self.classes.iter().filter_map(|class| class.owner);
        self.weights.len() == rows * self.classes.len()
            && features.all(|feature| (feature.row as usize) < rows)
            && known.all(|owner| owner < owners)
    }

    /// Compares a message.
    pub fn compare(&self, said: Said<'_>, alike: &mut Alike) {
        alike.features.take(said);
        alike.known.clear();
        let mut length = 0.0;
        for (feature, times, span) in alike.features.iter() {
            if let Some(feature) = self.features.get(&key(feature)) {
                let weight = often(times) * self.rarity(*feature);
                length += weight * weight;
                alike.known.push((*feature, weight, span));
            }
        }
        let length = length.sqrt().max(f32::MIN_POSITIVE);
        alike.scores.clear();
        alike.scores.resize(self.classes.len(), 0.0);
        for (feature, weight, _) in &mut alike.known {
            *weight /= length;
            for (score, says) in alike.scores.iter_mut().zip(self.weights_of(*feature)) {
                *score += *weight * f32::from(*says);
            }
        }
        for (score, class) in alike.scores.iter_mut().zip(&self.classes) {
            *score = SHARPNESS * (class.offset + class.step * *score);
        }
        self.believe(alike, |_| 0.0);
    }

    /// Believes what the message itself says together with what is known from elsewhere: how much more likely each owner is for it, as a
    /// logarithm.
    pub fn believe(&self, alike: &mut Alike, more: impl Fn(Option<u32>) -> f32) {
        let Alike { scores, likely, .. } = alike;
        let all = scores.iter().zip(&self.classes);
        likely.clear();
        likely.extend(all.map(|(score, class)| score + more(class.owner)));
        to_probabilities(likely);
    }

    fn weights_of(&self, feature: Feature) -> &[Weight] {
        let classes = self.classes.len();
        &self.weights[feature.row as usize * classes..][..classes]
    }

    fn rarity(&self, feature: Feature) -> f32 {
        rarity(self.phrases, f32::from(feature.phrases))
    }

    /// How likely it is that the message that was compared is somebody's, from 0 to 1; none where too little is known of them.
    #[must_use]
    pub fn of(&self, owner: u32, alike: &Alike) -> Option<f32> {
        let class = self.classes.iter().position(|it| it.owner == Some(owner))?;
        let is_known = self.classes[class].phrases >= ENOUGH;
        alike.likely.get(class).copied().filter(|_| is_known)
    }

    /// Whose the message most likely is, and how likely; none where it most likely is nobody's.
    #[must_use]
    pub fn best(&self, alike: &Alike) -> Option<(u32, f32)> {
        let all = self.classes.iter().zip(&alike.likely);
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
            let worth = |(says, class): (&Weight, &Class)| f32::from(*says) * class.step;
            let own = worth((&all[class], &self.classes[class]));
            let sum: f32 = all.iter().zip(&self.classes).map(worth).sum();
            let more = own - (sum - own) / all.len() as f32;
            (more > 0.0).then_some((weight * more, *span))
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

/// What a feature counts the more by the fewer phrases have it, of so many in all.
pub(super) fn rarity(all: f32, with: f32) -> f32 {
    ((1.0 + all) / (1.0 + with)).ln() + 1.0
}

/// What a feature counts that is there so often: a second time says less than the first.
pub(super) fn often(times: u32) -> f32 {
    if times == 1 {
        return 1.0;
    }
    1.0 + (times as f32).ln()
}
