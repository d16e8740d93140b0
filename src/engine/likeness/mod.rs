//! How like a message is to the phrases of each intent: what to make of wordings that no rule knows, and which rule to doubt.
//!
//! A linear classifier over words, their parts and neighbouring characters, learned from the rule folder's own phrases and examples: the
//! same folder gives the same answers, so that what was learned can be kept, and each answer can be told by the words that weighed most.
//! Must not know about rules, conversations, where it is kept, or what is said in return.

mod features;
mod learn;
mod model;
mod planes;

pub use features::{Features, Said};
pub use learn::{Lesson, learn};
pub use model::{Alike, ENOUGH, Likeness};

#[cfg(test)]
mod tests {
    use super::{Alike, ENOUGH, Features, Lesson, Likeness, Said, learn};
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
        learn(&lessons, |phrase, features| {
            said(phrase, |said| features.take(said))
        })
    }

    /// A text of whose words nothing is known.
    fn said(text: &str, take: impl FnOnce(Said<'_>)) {
        let (mut normal, mut tokens) = (Normalised::default(), Vec::new());
        Normaliser::default().normalise(text, &mut normal);
        tokenise(normal.text(), &mut tokens);
        take(Said {
            text: normal.text(),
            tokens: &tokens,
            meanings: &[],
        });
    }

    fn compare(likeness: &Likeness, text: &str) -> Alike {
        let mut alike = Alike::default();
        said(text, |said| likeness.compare(said, &mut alike));
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
            let all: f32 = alike.likely().iter().sum();
            assert!((all - 1.0).abs() < 1e-5, "{text}: {all}");
        }
    }

    #[test]
    fn words_that_nobody_knows_say_nothing() {
        let likeness = likeness();
        let alike = compare(&likeness, "zzz qqq");
        let other = compare(&likeness, "xxx");
        assert_eq!(alike.likely(), other.likely());
        assert_eq!(likeness.best(&alike), None);
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
        let likeness = learn(&[], |_, _: &mut Features| ());
        let alike = compare(&likeness, "where is it");
        assert!(likeness.is_empty());
        assert_eq!(likeness.best(&alike), None);
    }
}
