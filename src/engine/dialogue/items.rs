//! Which of an order's items a message names: by the words of their names, each as far as it tells them apart.

use std::collections::BTreeSet;

use super::Rules;
use super::alone::stands_alone;
use super::beside::{Beside, PLACES, words};
use crate::engine::text::{Normalised, Normaliser, is_han};

/// Words of names that name nothing.
const LITTLE: [&str; 14] = [
    "the", "and", "for", "with", "from", "set", "pack", "pair", "size", "two", "one", "all", "new",
    "not",
];

/// Stands behind the last character of a name where that alone names the thing.
const SUFFIX: char = '\u{5b50}';

/// Stands behind a colour in a name; what stands behind one by which a thing is called.
const COLOUR: char = '\u{8272}';
const OF: char = '\u{7684}';
const THAT: char = '\u{90a3}';

/// The circumstances of the words before and behind a word of a longer name that may stand for it: "the blue one".
const NAME_BEGINS: &str = "part_name_begins";
const NAME_ENDS: &str = "part_name_ends";

/// The items that a message names.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Named {
    /// These, in the order of the order.
    pub(super) items: Vec<String>,
    /// One of these, without a word that says which.
    pub(super) unclear: Vec<String>,
}

impl Named {
    /// Whether none is named.
    pub(super) const fn is_empty(&self) -> bool {
        self.items.is_empty() && self.unclear.is_empty()
    }
}

/// A text in the form in which it is compared.
struct Folded {
    text: String,
    /// Its Latin words, each as typed and without the `s` of a plural.
    words: BTreeSet<String>,
    singular: BTreeSet<String>,
}

impl Folded {
    fn of(text: &str) -> Self {
        let mut normal = Normalised::default();
        Normaliser::default().normalise(text, &mut normal);
        let text = normal.text().to_owned();
        let latin = |c: char| c.is_ascii_alphanumeric();
        let words: BTreeSet<String> = text
            .split(|c: char| !latin(c))
            .filter(|word| !word.is_empty())
            .map(str::to_owned)
            .collect();
        let singular = words.iter().map(|word| without_s(word)).collect();
        Self {
            text,
            words,
            singular,
        }
    }

    fn has(&self, word: &str) -> bool {
        if word.chars().all(is_han) {
            self.text.contains(word)
        } else {
            self.singular.contains(word)
        }
    }

    /// Whether a word stands there as a plural only.
    fn has_plural(&self, word: &str) -> bool {
        word.is_ascii() && !self.words.contains(word)
    }
}

fn without_s(word: &str) -> String {
    word.trim_end_matches('s').to_owned()
}

/// By which an item may be called: the words of its name, and in Chinese every two characters of it. `short`: the last character alone
/// will do, too, because the message is about nothing but what is wanted back.
fn words_of(item: &str, short: bool) -> BTreeSet<String> {
    let folded = Folded::of(item);
    let telling = |word: &&String| {
        word.len() >= 3
            && word.bytes().any(|byte| byte.is_ascii_alphabetic())
            && !LITTLE.contains(&word.as_str())
    };
    let mut words: BTreeSet<String> = folded.singular.iter().filter(telling).cloned().collect();
    for run in folded.text.split(|c: char| !is_han(c)) {
        let chars: Vec<char> = run.chars().collect();
        words.extend(chars.windows(2).map(|pair| pair.iter().collect::<String>()));
        words.extend(chars.last().filter(|_| short).map(ToString::to_string));
        // What is called by its last character alone takes this one behind it.
        words.extend(chars.last().map(|last| format!("{last}{SUFFIX}")));
        // A colour is said without the word for colour: "the red one".
        let colours = chars.windows(2).filter(|pair| pair[1] == COLOUR);
        let behind = [OF, THAT];
        words.extend(colours.flat_map(|pair| behind.map(|it| format!("{}{it}", pair[0]))));
    }
    words
}

/// The last character of a name, which is the thing itself.
fn last_character(item: &str) -> Option<String> {
    let folded = Folded::of(item);
    let last = folded
        .text
        .split(|c: char| !is_han(c))
        .rfind(|run| !run.is_empty())?;
    last.chars().last().map(String::from)
}

/// The words by which the thing itself is called: in a name of several, the last one.
fn thing_of(item: &str) -> Vec<String> {
    let name = item.split(['(', ',', '\u{ff08}']).next().unwrap_or(item);
    let text = Folded::of(name).text;
    let last = last_character(name);
    let han: Vec<char> = text.chars().filter(|c| is_han(*c)).collect();
    let pair = han.windows(2).next_back().map(|pair| pair.iter().collect());
    let suffixed = last.as_ref().map(|last| format!("{last}{SUFFIX}"));
    let all = words_of(name, false);
    let mut latin = words(&text).into_iter().rev();
    let latin = latin.find_map(|(from, to)| {
        let word = without_s(text.get(from..to)?);
        all.contains(&word).then_some(word)
    });
    let latin = latin.filter(|_| han.is_empty());
    pair.into_iter()
        .chain(last)
        .chain(suffixed)
        .chain(latin)
        .collect()
}

/// A word of a longer name that stands in the text for something else, where another item is called by what it is: in "the mug cracked
/// when I poured hot tea", tea is no tea towel.
fn drop_borrowed(rules: &Rules, text: &Folded, items: &[String], found: &mut [BTreeSet<String>]) {
    let is_called = |item: &String, words: &BTreeSet<String>| {
        thing_of(item).iter().any(|thing| words.contains(thing))
    };
    if !items
        .iter()
        .zip(&*found)
        .any(|(item, words)| is_called(item, words))
    {
        return;
    }
    for (item, found) in items.iter().zip(found) {
        if !is_called(item, found) {
            found.retain(|word| stands_for_item(rules, text, word));
        }
    }
}

/// Whether one word of a name is said of the item: by itself, or before "one".
fn stands_for_item(rules: &Rules, text: &Folded, word: &str) -> bool {
    if word.chars().all(is_han) {
        return stands_alone(rules, &text.text, word, true);
    }
    let places = words(&text.text).into_iter().filter(|(from, to)| {
        let typed = text.text.get(*from..*to).unwrap_or_default();
        without_s(typed) == word
    });
    let mut places = places.take(PLACES);
    places.any(|(from, to)| {
        let beside = Beside::of(&text.text, from, to);
        let begins = beside.before.is_empty() || beside.begins(rules, NAME_BEGINS);
        begins && (beside.behind.is_empty() || beside.goes_on(rules, NAME_ENDS))
    })
}

/// Where a text, in the form in which it is compared, calls an item by words of its name, which stand together.
pub(super) fn places_of(text: &str, item: &str) -> Vec<(usize, usize)> {
    let names = words_of(item, false);
    let latin = words(text).into_iter().filter(|(from, to)| {
        let word = text.get(*from..*to).unwrap_or_default();
        names.contains(&without_s(word))
    });
    let latin = latin.take(PLACES);
    let han = names.iter().filter(|name| name.chars().all(is_han));
    let han = han.flat_map(|name| text.match_indices(name.as_str()).take(PLACES));
    let han = han.map(|(at, name)| (at, at + name.len()));
    let mut all: Vec<(usize, usize)> = latin.chain(han).collect();
    all.sort_unstable();
    let mut places: Vec<(usize, usize)> = Vec::new();
    for (from, to) in all {
        match places.last_mut() {
            Some(before) if from <= before.1 + 1 => before.1 = before.1.max(to),
            _ => places.push((from, to)),
        }
    }
    places
}

/// A text in the form in which it is compared.
pub(super) fn folded(text: &str) -> String {
    Folded::of(text).text
}

/// Whether the last word of what stands before a place names an item; in Chinese, the last characters.
pub(super) fn ends_with_item(before: &[&str], items: &[String]) -> bool {
    let in_han = |part: &str| part.chars().all(is_han);
    let parts = (0..)
        .zip(before)
        .take_while(|(at, part)| *at == 0 || in_han(part));
    let mut texts = parts.map(|(_, part)| Folded::of(part));
    texts.any(|text| {
        let mut names = items.iter().flat_map(|item| words_of(item, true));
        names.any(|name| text.has(&name))
    })
}

/// A text in the form in which it is compared, without the words by which items are called.
pub(super) fn without_items(text: &str, items: &[String]) -> String {
    let mut text = folded(text);
    let names: BTreeSet<String> = items.iter().flat_map(|item| words_of(item, true)).collect();
    let mut han: Vec<&String> = names
        .iter()
        .filter(|name| name.chars().all(is_han))
        .collect();
    han.sort_by_key(|name| std::cmp::Reverse(name.len()));
    for name in han {
        text = text.replace(name.as_str(), " ");
    }
    for (from, to) in words(&text.clone()).into_iter().rev() {
        let named = text
            .get(from..to)
            .is_some_and(|word| names.contains(&without_s(word)));
        if named {
            text.replace_range(from..to, "");
        }
    }
    text
}

/// The items that a text names.
pub(super) fn named(rules: &Rules, text: &str, items: &[String], short: bool) -> Named {
    let text = Folded::of(text);
    let mut found: Vec<BTreeSet<String>> = items
        .iter()
        .map(|item| {
            let words = words_of(item, short).into_iter();
            words.filter(|word| text.has(word)).collect()
        })
        .collect();
    drop_borrowed(rules, &text, items, &mut found);
    let others = found.iter().any(|words| !words.is_empty());
    for (item, words) in items.iter().zip(&mut found) {
        let last = last_character(item).filter(|_| !short && words.is_empty());
        words.extend(last.filter(|last| stands_alone(rules, &text.text, last, others)));
    }
    let words: BTreeSet<&String> = found.iter().flatten().collect();
    let (mut named, mut unclear) = (BTreeSet::new(), BTreeSet::new());
    for word in words {
        let having = || (0..).zip(&found).filter(|(_, words)| words.contains(word));
        let best = having().map(|(_, words)| words.len()).max();
        let best: Vec<usize> = having()
            .filter(|(_, words)| Some(words.len()) == best)
            .map(|(at, _)| at)
            .collect();
        let names: BTreeSet<&String> = best.iter().filter_map(|at| items.get(*at)).collect();
        match best.as_slice() {
            _ if text.has_plural(word) => named.extend(best),
            [first, ..] if names.len() == 1 => {
                named.insert(*first);
            }
            _ => unclear.extend(best),
        }
    }
    let all_of = |set: &BTreeSet<usize>| {
        set.iter()
            .filter_map(|at| items.get(*at))
            .cloned()
            .collect()
    };
    // A word that several items share is clear where another word says which of them.
    if unclear.iter().any(|at| named.contains(at)) {
        unclear.clear();
    }
    Named {
        items: all_of(&named),
        unclear: all_of(&unclear),
    }
}

#[cfg(test)]
mod tests;
