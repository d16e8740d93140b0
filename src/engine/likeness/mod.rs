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
    /// Learned from so many phrases in all.
    phrases: f32,
    features: FxHashMap<FeatureKey, Feature>,
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

/// A feature that is known. There are a hundred thousand and more of them, so that it is small.
#[derive(Clone, Copy, Debug)]
struct Feature {
    /// Its first weight, and how many there are.
    from: u32,
    weights: u16,
    /// So many phrases have it; what is in more is in as good as all.
    phrases: u16,
}

/// Half of a feature's bits: that two fall together is rare, and does no harm.
type FeatureKey = u32;

fn key(feature: u64) -> FeatureKey {
    (feature >> 32) as FeatureKey
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
            if let Some(feature) = self.features.get(&key(feature)) {
                let weight = learn::often(times) * self.rarity(*feature);
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
        learn::rarity(self.phrases, f32::from(feature.phrases))
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

#[cfg(test)]
mod tests {
    use super::{Alike, ENOUGH, Lesson, Likeness};
    use crate::engine::text::{Normalised, Normaliser, tokenise};

    const REFUNDS: u32 = 4;
    const PARCELS: u32 = 7;
    const RARE: u32 = 9;
    /// Not an owner: the parts that end all phrases.
    const TIME: u32 = 0;

    /// The rows of a table: who, and what they say.
    fn rows(table: &str) -> impl Iterator<Item = (Option<u32>, &str)> {
        let rows = table.lines().filter(|row| !row.starts_with("# "));
        rows.map(|row| match row.split_once('\t').unwrap() {
            ("refunds", text) => (Some(REFUNDS), text),
            ("parcels", text) => (Some(PARCELS), text),
            ("time", text) => (Some(TIME), text),
            ("nobody", text) => (None, text),
            _ => panic!("{row}"),
        })
    }

    /// Thirty ways and more of saying each, made of parts that go together.
    fn likeness() -> Likeness {
        let table = include_str!("../../../tests/data/likeness/phrases.tsv");
        let of = |who: Option<u32>| {
            let own = rows(table).filter(move |(owner, _)| *owner == who);
            own.map(|(_, text)| text)
        };
        let joined = |who: Option<u32>| -> Vec<String> {
            let all = of(who).flat_map(|it| of(Some(TIME)).map(move |time| format!("{it} {time}")));
            all.collect()
        };
        let lists = [Some(REFUNDS), Some(PARCELS), None].map(|who| (who, joined(who)));
        let rare = (Some(RARE), vec!["a coupon that is void".to_owned()]);
        let lists: Vec<(Option<u32>, Vec<String>)> = lists.into_iter().chain([rare]).collect();
        let lesson = |(owner, phrases): &(Option<u32>, Vec<String>)| (*owner, phrases.len());
        let sizes: Vec<_> = lists.iter().map(lesson).collect();
        assert!(
            sizes[..3].iter().all(|(_, size)| *size >= ENOUGH as usize),
            "{sizes:?}"
        );
        let lessons: Vec<Lesson<'_>> = lists
            .iter()
            .map(|(owner, phrases)| Lesson {
                owner: *owner,
                phrases: phrases.iter().map(String::as_str).collect(),
            })
            .collect();
        Likeness::learn(&lessons, &Normaliser::default())
    }

    fn compare(likeness: &Likeness, text: &str) -> Alike {
        let (mut normal, mut tokens) = (Normalised::default(), Vec::new());
        Normaliser::default().normalise(text, &mut normal);
        tokenise(normal.text(), &mut tokens);
        let mut alike = Alike::default();
        likeness.compare(normal.text(), &tokens, &mut alike);
        alike
    }

    #[test]
    fn a_message_is_like_what_shares_its_words() {
        let likeness = likeness();
        for (expected, text) in rows(include_str!("../../../tests/data/likeness/messages.tsv")) {
            let alike = compare(&likeness, text);
            let best = likeness.best(&alike);
            assert_eq!(best.map(|(owner, _)| owner), expected, "{text}");
            assert!(
                best.is_none_or(|(_, likely)| likely > 0.5),
                "{text}: {best:?}"
            );
            let all: f32 = alike.scores.iter().sum();
            assert!((all - 1.0).abs() < 1e-5, "{text}: {all}");
        }
    }

    #[test]
    fn words_that_nobody_knows_say_nothing() {
        let likeness = likeness();
        let alike = compare(&likeness, "zzz qqq");
        let equal = 1.0 / likeness.classes.len() as f32;
        assert!(
            alike.scores.iter().all(|it| (it - equal).abs() < 1e-5),
            "{:?}",
            alike.scores
        );
        assert_eq!(likeness.telling(REFUNDS, &alike), []);
    }

    #[test]
    fn one_phrase_is_too_few_to_be_preferred_or_doubted_by() {
        let likeness = likeness();
        let alike = compare(&likeness, "a coupon that is void");
        assert_eq!(likeness.best(&alike), None);
        assert_eq!(likeness.of(RARE, &alike), None);
        assert!(
            likeness
                .of(PARCELS, &alike)
                .is_some_and(|likely| likely < 0.1)
        );
    }

    #[test]
    fn the_words_that_tell_are_those_of_the_matter() {
        let likeness = likeness();
        let text = "hello, on monday my parcel was opened";
        let alike = compare(&likeness, text);
        let telling = likeness.telling(PARCELS, &alike);
        let words: Vec<&str> = telling
            .iter()
            .map(|it| &text[it.start as usize..it.end as usize])
            .collect();
        assert!(
            words.contains(&"parcel") && !words.contains(&"monday"),
            "{words:?}"
        );
    }

    #[test]
    fn nothing_is_learned_from_nothing() {
        let likeness = Likeness::learn(&[], &Normaliser::default());
        let alike = compare(&likeness, "where is it");
        assert!(likeness.is_empty());
        assert_eq!(likeness.best(&alike), None);
    }
}
