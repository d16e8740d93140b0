//! All words of the rules as one automaton over tokens.
//!
//! An automaton over bytes visits a state for each byte and, with tens of thousands of words, misses the cache at most of them. Over
//! tokens it visits one for each word or Chinese character: a step is one look into a hash table. It starts afresh at each token, as
//! no word of a rule starts inside one; no word is longer than the loader allows, so the cost of a text grows with its length.

use rustc_hash::FxHashMap;

use super::program::{KeyId, Run};
use crate::engine::text::{Span, Token, beginning, mix, tokenise};

/// The first so many letters of a word that goes on at will are looked up, the rest is compared.
const BEGINNING: usize = 3;

/// The Chinese characters that lead from the root are listed from this one on.
const FIRST_HAN: u64 = 0x4e00;
/// So many of them are listed.
const LISTED_HAN: usize = 0x5200;

/// Numbers from here on are no keys but runs of several.
const SEVERAL: u32 = 1 << 31;

/// A node, and in its upper bits what stands there: most nodes need not be looked at.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct NodeRef(u32);

impl NodeRef {
    /// Keys end there.
    const KEYS: u32 = 1 << 31;
    /// A step by a token leads on.
    const GOES_ON: u32 = 1 << 30;
    /// Beginnings of one letter lead on; the next two bits are for two letters and for three.
    const ONE_LETTER: u32 = 1 << 27;
    const FLAGS: u32 = Self::KEYS | Self::GOES_ON | (7 * Self::ONE_LETTER);

    fn has(self, flag: u32) -> bool {
        self.0 & flag != 0
    }

    fn has_beginnings(self) -> bool {
        self.has(7 * Self::ONE_LETTER)
    }

    /// Whether anything leads on from here; nothing does from where no step has led.
    fn goes_on(self) -> bool {
        self != Self::default() && (self.has(Self::GOES_ON) || self.has_beginnings())
    }

    fn number(self) -> u32 {
        self.0 & !Self::FLAGS
    }
}

/// A step from a node by a token. An empty one leads to the root, to which no step leads.
#[derive(Clone, Copy, Debug, Default)]
struct Step {
    token: u64,
    from: u32,
    to: NodeRef,
}

/// Steps by node and token, by open addressing.
#[derive(Debug, Default)]
struct Steps {
    table: Vec<Step>,
    /// A bit for each step: small enough for the nearest cache, and most tokens lead nowhere.
    bits: Vec<u64>,
}

impl Steps {
    fn of(steps: impl ExactSizeIterator<Item = Step>) -> Self {
        let mut all = Self {
            table: vec![Step::default(); (2 * steps.len()).next_power_of_two().max(2)],
            bits: vec![0; (steps.len() / 8).next_power_of_two()],
        };
        let last = all.table.len() - 1;
        for step in steps {
            let hash = Self::hash(step.from, step.token);
            let (word, bit) = all.bit(hash);
            all.bits[word] |= bit;
            let mut place = hash as usize & last;
            while all.table[place].to != NodeRef::default() {
                place = (place + 1) & last;
            }
            all.table[place] = step;
        }
        all
    }

    fn hash(from: u32, token: u64) -> u64 {
        mix(token ^ u64::from(from) << 32)
    }

    fn bit(&self, hash: u64) -> (usize, u64) {
        let place = (hash >> 32) as usize;
        ((place / 64) & (self.bits.len() - 1), 1 << (place % 64))
    }

    /// Where a step leads; to the root when there is none.
    #[inline]
    fn get(&self, from: NodeRef, token: u64) -> NodeRef {
        let from = from.number();
        let hash = Self::hash(from, token);
        let (word, bit) = self.bit(hash);
        if self.bits[word] & bit == 0 {
            return NodeRef::default();
        }
        let last = self.table.len() - 1;
        let mut place = hash as usize & last;
        loop {
            let step = &self.table[place];
            if step.to == NodeRef::default() || step.token == token && step.from == from {
                return step.to;
            }
            place = (place + 1) & last;
        }
    }
}

/// A word that goes on at will, and its key.
#[derive(Clone, Debug)]
struct Stem {
    text: Box<str>,
    key: u32,
}

/// The automaton.
#[derive(Debug, Default)]
pub(super) struct Trie {
    root: NodeRef,
    /// Where Chinese characters lead from the root, by their codes: they are tried at every character.
    first: Vec<NodeRef>,
    words: Steps,
    /// A small table of their own: they are tried at every word.
    beginnings: Steps,
    /// By node: the key that ends there, or which of `several` when there are more.
    ending: Vec<u32>,
    several: Vec<Run>,
    /// By node that a beginning leads to: the words that begin so.
    beginning: Vec<Run>,
    keys: Vec<u32>,
    stems: Vec<Stem>,
}

/// A key that was found.
pub(super) struct Found {
    pub key: u32,
    pub span: Span,
    /// How many tokens it has.
    pub tokens: usize,
    /// How many bytes of the last token it spells out; the token goes on when these are not all.
    pub spelt: u32,
}

impl Trie {
    /// Calls `found` for each key that starts at the first of some tokens.
    #[inline]
    pub(super) fn follow(&self, tokens: &[Token], text: &str, mut found: impl FnMut(Found)) {
        let Some(first) = tokens.first() else {
            return;
        };
        let mut at = self.root;
        for (nth, token) in tokens.iter().enumerate() {
            let span = Span {
                start: first.span.start,
                end: token.span.end,
            };
            let mut found = |key, spelt| {
                found(Found {
                    key,
                    span,
                    tokens: nth + 1,
                    spelt,
                });
            };
            if token.is_word() && at.has_beginnings() {
                let word = &text[token.span.start as usize..span.end as usize];
                self.follow_stems(at, word, &mut found);
            }
            at = self.step(at, token.value);
            if at.has(NodeRef::KEYS) {
                let length = span.end - token.span.start;
                self.keys_at(at).iter().for_each(|key| found(*key, length));
            }
            if !at.goes_on() {
                return;
            }
        }
    }

    /// Where a token leads; to the root when it leads nowhere.
    #[inline]
    fn step(&self, from: NodeRef, token: u64) -> NodeRef {
        let listed = match token.checked_sub(FIRST_HAN) {
            Some(code) if from.number() == 0 => self.first.get(code as usize),
            _ => None,
        };
        match listed {
            Some(to) => *to,
            None if from.has(NodeRef::GOES_ON) => self.words.get(from, token),
            None => NodeRef::default(),
        }
    }

    /// The keys that end at a node: mostly one, which stands where the node is looked up.
    fn keys_at(&self, node: NodeRef) -> &[u32] {
        let key = &self.ending[node.number() as usize];
        match key.checked_sub(SEVERAL) {
            None => std::slice::from_ref(key),
            Some(run) => self.several[run as usize].of(&self.keys),
        }
    }

    fn follow_stems(&self, from: NodeRef, word: &str, found: &mut impl FnMut(u32, u32)) {
        for length in 1..=BEGINNING {
            if from.has(NodeRef::ONE_LETTER << (length - 1))
                && let Some(letters) = word.as_bytes().get(..length)
                && let to = self.beginnings.get(from, beginning(letters))
                && to != NodeRef::default()
            {
                let stems = self.beginning[to.number() as usize].of(&self.stems);
                let fitting = stems.iter().filter(|stem| word.starts_with(&*stem.text));
                fitting.for_each(|stem| found(stem.key, stem.text.len() as u32));
            }
        }
    }
}

/// A trie while words are put into it.
pub(super) struct TrieBuilder {
    words: FxHashMap<(u32, u64), u32>,
    beginnings: FxHashMap<(u32, u64), u32>,
    /// What stands at each node.
    flags: Vec<u32>,
    keys: Vec<(u32, u32)>,
    stems: Vec<(u32, Stem)>,
    tokens: Vec<Token>,
}

impl Default for TrieBuilder {
    fn default() -> Self {
        Self {
            words: FxHashMap::default(),
            beginnings: FxHashMap::default(),
            flags: vec![0],
            keys: Vec::new(),
            stems: Vec::new(),
            tokens: Vec::new(),
        }
    }
}

impl TrieBuilder {
    /// Puts a word in; `is_stem` when its last token goes on at will.
    pub(super) fn add(&mut self, text: &str, key: KeyId, is_stem: bool) {
        let key = key as u32;
        let mut tokens = std::mem::take(&mut self.tokens);
        tokens.clear();
        tokenise(text, &mut tokens);
        let stem = tokens.pop_if(|last| is_stem && last.is_word());
        let mut at = 0;
        for token in &tokens {
            self.flags[at as usize] |= NodeRef::GOES_ON;
            at = Self::grow(&mut self.words, &mut self.flags, (at, token.value));
        }
        if let Some(stem) = stem {
            let stem = &text[stem.span.start as usize..stem.span.end as usize];
            let length = stem.len().min(BEGINNING);
            self.flags[at as usize] |= NodeRef::ONE_LETTER << (length - 1);
            let by = (at, beginning(&stem.as_bytes()[..length]));
            let to = Self::grow(&mut self.beginnings, &mut self.flags, by);
            let text = stem.into();
            self.stems.push((to, Stem { text, key }));
        } else if at != 0 {
            self.flags[at as usize] |= NodeRef::KEYS;
            self.keys.push((at, key));
        }
        self.tokens = tokens;
    }

    fn grow(steps: &mut FxHashMap<(u32, u64), u32>, flags: &mut Vec<u32>, by: (u32, u64)) -> u32 {
        let next = flags.len() as u32;
        let to = *steps.entry(by).or_insert(next);
        if to == next {
            flags.push(0);
        }
        to
    }

    /// The trie of all words.
    pub(super) fn finish(self) -> Trie {
        let flags = self.flags;
        let node = |number: u32| NodeRef(number | flags[number as usize]);
        let step = |((from, token), to): ((u32, u64), u32)| Step {
            token,
            from,
            to: node(to),
        };
        let mut first = vec![NodeRef::default(); LISTED_HAN];
        for ((from, token), to) in &self.words {
            let code = token.checked_sub(FIRST_HAN).filter(|_| *from == 0);
            if let Some(listed) = code.and_then(|code| first.get_mut(code as usize)) {
                *listed = node(*to);
            }
        }
        let (runs, keys) = grouped(self.keys, flags.len());
        let (ending, several) = singled(&runs, &keys);
        let (beginning, stems) = grouped(self.stems, flags.len());
        Trie {
            root: node(0),
            first,
            words: Steps::of(self.words.into_iter().map(step)),
            beginnings: Steps::of(self.beginnings.into_iter().map(step)),
            ending,
            several,
            beginning,
            keys,
            stems,
        }
    }
}

/// Items by node as runs of one list.
fn grouped<T>(mut items: Vec<(u32, T)>, nodes: usize) -> (Vec<Run>, Vec<T>) {
    items.sort_by_key(|(node, _)| *node);
    let mut runs = vec![Run::default(); nodes];
    for (place, (node, _)) in (0..).zip(&items) {
        let run = &mut runs[*node as usize];
        if run.start == run.end {
            run.start = place;
        }
        run.end = place + 1;
    }
    (runs, items.into_iter().map(|(_, item)| item).collect())
}

/// The items of runs that have one, and the other runs apart.
fn singled(runs: &[Run], items: &[u32]) -> (Vec<u32>, Vec<Run>) {
    let mut several = Vec::new();
    let single = runs.iter().map(|run| match run.of(items) {
        [item] => *item,
        _ => {
            several.push(*run);
            SEVERAL + several.len() as u32 - 1
        }
    });
    (single.collect(), several)
}

#[cfg(test)]
mod tests {
    use super::TrieBuilder;
    use crate::engine::text::tokenise;

    #[test]
    fn every_word_that_starts_at_a_token_is_found() {
        let words = [
            ("money", false),
            ("money back", false),
            ("back", false),
            ("cancel", true),
            ("tax refund", true),
            ("t+1", false),
            ("\u{9000}\u{6b3e}", false),
            ("\u{9000}", false),
            ("id", true),
        ];
        let mut builder = TrieBuilder::default();
        for (key, (word, is_stem)) in words.into_iter().enumerate() {
            builder.add(word, key, is_stem);
        }
        let trie = builder.finish();
        let table: [(&str, &[&str]); 8] = [
            ("my money back", &["money", "money back", "back"]),
            ("moneyback", &[]),
            ("cancelled cancel cance", &["cancelled", "cancel"]),
            ("tax refunds", &["tax refunds"]),
            ("a t+1 b", &["t+1"]),
            (
                "\u{6211}\u{9000}\u{6b3e}",
                &["\u{9000}", "\u{9000}\u{6b3e}"],
            ),
            ("idx id i", &["idx", "id"]),
            ("", &[]),
        ];
        for (text, expected) in table {
            let mut tokens = Vec::new();
            tokenise(text, &mut tokens);
            let mut found = Vec::new();
            for nth in 0..tokens.len() {
                trie.follow(&tokens[nth..], text, |it| {
                    found.push(&text[it.span.start as usize..it.span.end as usize]);
                });
            }
            assert_eq!(found, expected, "{text}");
        }
    }
}
