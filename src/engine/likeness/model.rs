//! What has been learned, and how a message is compared with it. Knows no phrases any more.

use rustc_hash::FxHashMap;

use super::features::Features;
use crate::engine::text::{Span, Token};

/// An owner of fewer phrases is too little known to be preferred or doubted.
pub const ENOUGH: u32 = 30;
/// A feature of a single phrase is rare: that a message has it, too, may be chance.
const RARE: u16 = 1;
/// So many of the words that weighed most tell why.
const TELLING: usize = 4;

/// What has been learned.
#[derive(Debug, Default)]
pub struct Likeness {
    pub(super) classes: Vec<Class>,
    /// Learned from so many phrases in all.
    pub(super) phrases: f32,
    pub(super) features: FxHashMap<FeatureKey, Feature>,
    /// What features say for classes, in runs.
    pub(super) weights: Vec<(u16, f32)>,
}

/// What messages are sorted into.
#[derive(Clone, Copy, Debug)]
pub(super) struct Class {
    /// Who asked for it; none for what belongs to nobody.
    pub(super) owner: Option<u32>,
    /// What a feature that was never seen with it says.
    pub(super) unseen: f32,
    /// Learned from so many phrases.
    pub(super) phrases: u32,
}

/// A feature that is known. There are a hundred thousand and more of them, so that it is small.
#[derive(Clone, Copy, Debug)]
pub(super) struct Feature {
    /// Its first weight, and how many there are.
    pub(super) from: u32,
    pub(super) weights: u16,
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
    /// By class: at last a probability.
    scores: Vec<f32>,
    known: Vec<(Feature, f32, Span)>,
    /// The scores without what is rare.
    common: Vec<f32>,
}

impl Alike {
    /// How likely each class is.
    #[cfg(test)]
    pub(super) fn scores(&self) -> &[f32] {
        &self.scores
    }
}

impl Likeness {
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
            if let Some(feature) = self.features.get(&key(feature)) {
                let weight = often(times) * self.rarity(*feature);
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
        let from = feature.from as usize;
        &self.weights[from..from + usize::from(feature.weights)]
    }

    fn rarity(&self, feature: Feature) -> f32 {
        rarity(self.phrases, f32::from(feature.phrases))
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

    /// How likely it is that the message is somebody's by what several phrases have in common: one rare word is not to decide.
    #[must_use]
    pub fn of_common(&self, owner: u32, alike: &mut Alike) -> f32 {
        let Alike { known, common, .. } = alike;
        common.clear();
        common.resize(self.classes.len(), 0.0);
        for (feature, weight, _) in known.iter().filter(|it| it.0.phrases > RARE) {
            let scores = common.iter_mut().zip(&self.classes);
            scores.for_each(|(score, class)| *score += weight * class.unseen);
            for (class, says) in self.weights_of(*feature) {
                common[usize::from(*class)] += weight * says;
            }
        }
        to_probabilities(common);
        let class = self.classes.iter().position(|it| it.owner == Some(owner));
        class.map_or(0.0, |class| common[class])
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
