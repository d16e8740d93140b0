//! All words of the rules as one automaton over tokens.
//!
//! An automaton over bytes visits a state for each byte and, with tens of thousands of words, misses the cache at most of them. Over
//! tokens it visits one for each word or Chinese character: a step is one look into a hash table. It starts afresh at each token, as
//! no word of a rule starts inside one; no word is longer than the loader allows, so the cost of a text grows with its length.

use rustc_hash::FxHashMap;

use super::program::Run;
use super::tokens::{Token, beginning, mix, tokenise};
use super::vocabulary::KeyId;
use crate::engine::text::Span;

/// The first so many letters of a word that goes on at will are looked up, the rest is compared.
const BEGINNING: usize = 3;

/// A step from a node by a token.
#[derive(Clone, Copy, Debug, Default)]
struct Step {
    token: u64,
    from: u32,
    /// 0, the root, to which no step leads, stands for no step.
    to: u32,
}

#[derive(Clone, Copy, Debug, Default)]
struct Node {
    /// The keys that end here.
    keys: Run,
    /// Words that go on at will, of which this is the beginning.
    stems: Run,
    /// Whether a step leads on.
    goes_on: bool,
    /// Bits 1 to 3: beginnings of so many letters lead on.
    beginnings: u8,
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
    /// Open addressing by token and node.
    steps: Vec<Step>,
    nodes: Vec<Node>,
    keys: Vec<u32>,
    stems: Vec<Stem>,
}

/// A key that was found.
pub(super) struct Found {
    pub key: u32,
    pub span: Span,
    /// How many tokens it has.
    pub tokens: usize,
}

impl Trie {
    /// Calls `found` for each key that starts at the first of some tokens.
    pub(super) fn follow(&self, tokens: &[Token], text: &str, mut found: impl FnMut(Found)) {
        let mut at = 0_u32;
        for (nth, token) in tokens.iter().enumerate() {
            let node = &self.nodes[at as usize];
            let start = tokens[0].span.start;
            if node.beginnings != 0 && token.is_word {
                let word = &text[token.span.start as usize..token.span.end as usize];
                self.follow_stems(at, node.beginnings, word, |key| {
                    found(Found {
                        key,
                        span: Span {
                            start,
                            end: token.span.end,
                        },
                        tokens: nth + 1,
                    });
                });
            }
            if !node.goes_on {
                return;
            }
            at = self.step(at, token.value);
            if at == 0 {
                return;
            }
            for key in self.nodes[at as usize].keys.of(&self.keys) {
                found(Found {
                    key: *key,
                    span: Span {
                        start,
                        end: token.span.end,
                    },
                    tokens: nth + 1,
                });
            }
        }
    }

    fn follow_stems(&self, from: u32, lengths: u8, word: &str, mut found: impl FnMut(u32)) {
        for length in (1..=BEGINNING).filter(|length| lengths & 1 << length != 0) {
            if let Some(letters) = word.as_bytes().get(..length) {
                let to = self.step(from, beginning(letters));
                let stems = self.nodes[to as usize].stems.of(&self.stems);
                let fitting = stems.iter().filter(|stem| word.starts_with(&*stem.text));
                fitting.for_each(|stem| found(stem.key));
            }
        }
    }

    fn step(&self, from: u32, token: u64) -> u32 {
        let last = self.steps.len() - 1;
        let mut place = slot(from, token) & last;
        loop {
            let step = &self.steps[place];
            if step.to == 0 || (step.token == token && step.from == from) {
                return step.to;
            }
            place = (place + 1) & last;
        }
    }
}

fn slot(from: u32, token: u64) -> usize {
    mix(token ^ u64::from(from) << 32) as usize
}

/// A trie while words are put into it.
#[derive(Default)]
pub(super) struct TrieBuilder {
    steps: FxHashMap<(u32, u64), u32>,
    nodes: Vec<Growing>,
    tokens: Vec<Token>,
}

#[derive(Default)]
struct Growing {
    keys: Vec<u32>,
    stems: Vec<Stem>,
    goes_on: bool,
    beginnings: u8,
}

impl TrieBuilder {
    /// Puts a word in; `is_stem` when its last token goes on at will.
    pub(super) fn add(&mut self, text: &str, key: KeyId, is_stem: bool) {
        let key = key as u32;
        let mut tokens = std::mem::take(&mut self.tokens);
        tokens.clear();
        tokenise(text, &mut tokens);
        let last = tokens
            .last()
            .copied()
            .filter(|last| is_stem && last.is_word);
        let whole = tokens.len() - usize::from(last.is_some());
        let mut at = self.root();
        for token in &tokens[..whole] {
            self.nodes[at as usize].goes_on = true;
            at = self.grow(at, token.value);
        }
        if let Some(last) = last {
            let stem = &text[last.span.start as usize..last.span.end as usize];
            let length = stem.len().min(BEGINNING);
            self.nodes[at as usize].beginnings |= 1 << length;
            at = self.grow(at, beginning(&stem.as_bytes()[..length]));
            let text = stem.into();
            self.nodes[at as usize].stems.push(Stem { text, key });
        } else if at != 0 {
            self.nodes[at as usize].keys.push(key);
        }
        self.tokens = tokens;
    }

    fn root(&mut self) -> u32 {
        if self.nodes.is_empty() {
            self.nodes.push(Growing::default());
        }
        0
    }

    fn grow(&mut self, from: u32, token: u64) -> u32 {
        let next = self.nodes.len() as u32;
        let to = *self.steps.entry((from, token)).or_insert(next);
        if to == next {
            self.nodes.push(Growing::default());
        }
        to
    }

    /// The trie of all words.
    pub(super) fn finish(mut self) -> Trie {
        self.root();
        let mut trie = Trie {
            steps: vec![Step::default(); (2 * self.steps.len()).next_power_of_two().max(2)],
            ..Trie::default()
        };
        for node in self.nodes {
            let keys = append(&mut trie.keys, node.keys);
            let stems = append(&mut trie.stems, node.stems);
            trie.nodes.push(Node {
                keys,
                stems,
                goes_on: node.goes_on,
                beginnings: node.beginnings,
            });
        }
        let last = trie.steps.len() - 1;
        for ((from, token), to) in self.steps {
            let mut place = slot(from, token) & last;
            while trie.steps[place].to != 0 {
                place = (place + 1) & last;
            }
            trie.steps[place] = Step { token, from, to };
        }
        trie
    }
}

fn append<T>(list: &mut Vec<T>, items: Vec<T>) -> Run {
    let start = list.len() as u32;
    list.extend(items);
    Run {
        start,
        end: list.len() as u32,
    }
}

#[cfg(test)]
mod tests {
    use super::TrieBuilder;
    use crate::engine::matcher::tokens::tokenise;

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
