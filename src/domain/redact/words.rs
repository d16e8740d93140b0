//! The words around secrets, read once from `words.txt`, and where they stand in a message.

use std::sync::LazyLock;

use aho_corasick::{AhoCorasick, MatchKind};

/// How far a value may be from its word, in bytes: "the verification code that I just got is (".
pub(super) const REACH: usize = 48;

/// A list of `words.txt`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum List {
    Cvv,
    Code,
    Password,
    Id,
    Order,
    Card,
    /// Names something harmless; stands here to win over the shorter word inside it.
    Harmless,
    Between,
    Says,
    Naming,
    NoPassword,
    Unit,
}

/// A word of a list, found in a folded text.
#[derive(Clone, Copy, Debug)]
pub(super) struct Word {
    pub list: List,
    pub start: usize,
    pub end: usize,
}

/// The words of one message that name something, in the order of the text.
pub(super) struct Words(Vec<Word>);

impl Words {
    /// The words that introduce a secret.
    pub fn iter(&self) -> impl Iterator<Item = &Word> {
        self.0.iter()
    }

    /// Whether a word of the list stands within so many bytes of the range.
    pub fn near(&self, list: List, start: usize, end: usize, bytes: usize) -> bool {
        self.0
            .iter()
            .any(|word| word.list == list && word.start < end + bytes && start < word.end + bytes)
    }

    /// Whether the value that begins at `start` is called so by a word right before it.
    pub fn calls(&self, text: &str, list: List, start: usize) -> bool {
        self.0.iter().any(|word| {
            let near = word.list == list && word.end <= start && start - word.end <= REACH;
            near && only(text, word.end, start, List::Between)
        })
    }
}

/// The lists that name something; the others are glue.
const NAMING_LISTS: [List; 7] = [
    List::Cvv,
    List::Code,
    List::Password,
    List::Id,
    List::Order,
    List::Card,
    List::Harmless,
];

struct Lexicon {
    entries: Vec<(List, &'static str)>,
    naming: Option<AhoCorasick>,
    naming_lists: Vec<List>,
}

static LEXICON: LazyLock<Lexicon> = LazyLock::new(|| {
    let entries = entries(include_str!("words.txt"));
    let naming: Vec<_> = entries
        .iter()
        .filter(|(list, _)| NAMING_LISTS.contains(list))
        .collect();
    Lexicon {
        naming: AhoCorasick::builder()
            .match_kind(MatchKind::LeftmostLongest)
            .build(naming.iter().map(|(_, word)| word))
            .ok(),
        naming_lists: naming.iter().map(|(list, _)| *list).collect(),
        entries,
    }
});

fn entries(data: &'static str) -> Vec<(List, &'static str)> {
    let mut list = None;
    let mut found = Vec::new();
    for line in data.lines() {
        match line {
            "" => {}
            _ if line.starts_with("# ") => {}
            "[cvv]" => list = Some(List::Cvv),
            "[code]" => list = Some(List::Code),
            "[password]" => list = Some(List::Password),
            "[id]" => list = Some(List::Id),
            "[order]" => list = Some(List::Order),
            "[harmless]" => list = Some(List::Harmless),
            "[card]" => list = Some(List::Card),
            "[between]" => list = Some(List::Between),
            "[says]" => list = Some(List::Says),
            "[naming]" => list = Some(List::Naming),
            "[unit]" => list = Some(List::Unit),
            "[no_password]" => list = Some(List::NoPassword),
            word => found.extend(list.map(|list| (list, word))),
        }
    }
    found
}

/// All words of a folded text that name something. A Latin word counts only where it is not part of a longer one; a digit may follow.
pub(super) fn find(text: &str) -> Words {
    let Some(automaton) = &LEXICON.naming else {
        return Words(Vec::new());
    };
    let found = automaton.find_iter(text).filter_map(|hit| {
        let list = *LEXICON.naming_lists.get(hit.pattern().as_usize())?;
        let (start, end) = (hit.start(), hit.end());
        whole(text, start, end).then_some(Word { list, start, end })
    });
    Words(found.collect())
}

fn whole(text: &str, start: usize, end: usize) -> bool {
    let letter = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphabetic());
    let word = &text[start..end];
    let cut_before = letter(word.chars().next()) && letter(text[..start].chars().next_back());
    let cut_after = letter(word.chars().next_back()) && letter(text[end..].chars().next());
    !cut_before && !cut_after
}

/// Whether a word is on a list.
pub(super) fn is_in(list: List, word: &str) -> bool {
    LEXICON
        .entries
        .iter()
        .any(|(of, known)| *of == list && *known == word)
}

/// Whether nothing but white space and words of the list lie between two places.
pub(super) fn only(text: &str, from: usize, to: usize, list: List) -> bool {
    let Some(mut rest) = text.get(from..to) else {
        return false;
    };
    while !rest.trim_start().is_empty() {
        rest = rest.trim_start();
        match leading(list, rest) {
            Some(length) => rest = &rest[length..],
            None => return false,
        }
    }
    true
}

/// The length of the longest word of the list at the beginning of a text.
pub(super) fn leading(list: List, text: &str) -> Option<usize> {
    LEXICON
        .entries
        .iter()
        .filter(|(of, word)| *of == list && text.starts_with(word) && whole(text, 0, word.len()))
        .map(|(_, word)| word.len())
        .max()
}
