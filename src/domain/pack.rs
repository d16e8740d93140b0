//! The dispute pack: a file of lines, each of which names the hash of the line before it, so that none can be changed, left out, added or moved
//! without being seen.
//!
//! A line is `{"n":…,"kind":…,"from":…,"prev":…,"body":…,"hash":…}`, where `from` is the conversation that it comes from, if it comes from one; `hash` is the SHA-256 of everything before `,"hash"` as it stands there. The first
//! line's `prev` is 64 zeros, the last line is of the kind `end` and says how many there are. Whoever makes all hashes anew makes another
//! pack: its seal, the hash of the last line, is not the one that the desk wrote into its audit log when it gave the pack out.

use std::fmt::Write as _;

use serde::Deserialize;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use super::ids::ConversationId;

/// The hash before the first line.
const NOTHING: &str = "0000000000000000000000000000000000000000000000000000000000000000";
/// What stands before the hash of a line.
const HASH: &str = ",\"hash\":\"";
/// The kind of the last line.
const END: &str = "end";

/// A pack in the making.
#[derive(Debug)]
pub struct Pack {
    text: String,
    lines: u64,
    last: String,
}

/// A pack that nobody has changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sealed {
    /// How many lines it has.
    pub lines: u64,
    /// The hash of the last one.
    pub seal: String,
    /// The first line: what it is about.
    pub about: Value,
}

/// A pack that is not as it was made.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("line {line} {why}")]
pub struct Broken {
    /// The first line that is wrong, from 1.
    pub line: u64,
    /// What is wrong with it.
    pub why: &'static str,
}

/// What of a line is looked at beside its hash.
#[derive(Deserialize)]
struct Line {
    n: u64,
    kind: String,
    prev: String,
    body: Value,
}

impl Default for Pack {
    fn default() -> Self {
        Self {
            text: String::new(),
            lines: 0,
            last: NOTHING.to_owned(),
        }
    }
}

impl Pack {
    /// How many lines it has so far.
    #[must_use]
    pub const fn lines(&self) -> u64 {
        self.lines
    }

    /// Adds a line, and says which conversation it comes from, where it comes from one.
    pub fn add(&mut self, kind: &str, from: Option<&ConversationId>, body: &Value) {
        self.lines += 1;
        let (n, prev) = (self.lines, &self.last);
        let kind = json!(kind);
        let from = from.map_or_else(String::new, |from| format!(",\"from\":{}", json!(from)));
        let line = format!("{{\"n\":{n},\"kind\":{kind}{from},\"prev\":\"{prev}\",\"body\":{body}");
        self.last = hash(&line);
        self.text.push_str(&line);
        self.text.push_str(HASH);
        self.text.push_str(&self.last);
        self.text.push_str("\"}\n");
    }

    /// Adds the last line, and gives the whole text and its seal.
    #[must_use]
    pub fn seal(mut self) -> (String, String) {
        let lines = self.lines + 1;
        self.add(END, None, &json!({"lines": lines}));
        (self.text, self.last)
    }
}

fn hash(text: &str) -> String {
    let digest = Sha256::digest(text.as_bytes());
    digest.iter().fold(String::new(), |mut out, byte| {
        let _ = write!(out, "{byte:02x}");
        out
    })
}

/// Whether a pack is as it was made.
///
/// # Errors
/// The first line that is not.
pub fn verify(text: &str) -> Result<Sealed, Broken> {
    let mut last = NOTHING.to_owned();
    let mut about = None;
    let mut ended = None;
    let mut count = 0;
    // Line by line as it was written: a mail program that ends lines in its own way has changed the file.
    for (number, whole) in (1..).zip(text.split_inclusive('\n')) {
        let broken = |why| Broken { line: number, why };
        if ended.is_some() {
            return Err(broken("comes after the end"));
        }
        let (body, own) =
            split(whole).ok_or_else(|| broken("has no hash: it was cut or changed"))?;
        if hash(body) != own {
            return Err(broken("was changed"));
        }
        let line: Line = serde_json::from_str(&format!("{body}}}"))
            .map_err(|_| broken("is no line of a pack"))?;
        if line.prev != last || line.n != number {
            return Err(broken(
                "does not follow the line before it: one was left out, added or moved",
            ));
        }
        if line.kind == END {
            ended = Some(line.body["lines"].as_u64());
        }
        about.get_or_insert(line.body);
        own.clone_into(&mut last);
        count = number;
    }
    let cut = Broken {
        line: count + 1,
        why: "is missing: the pack was cut off",
    };
    match (ended, about) {
        (Some(Some(lines)), Some(about)) if lines == count => Ok(Sealed {
            lines,
            seal: last,
            about,
        }),
        _ => Err(cut),
    }
}

/// What is hashed of a line with its end, and its hash.
fn split(line: &str) -> Option<(&str, &str)> {
    let (body, rest) = line.rsplit_once(HASH)?;
    let own = rest.strip_suffix("\"}\n")?;
    (own.len() == 64).then_some((body, own))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pack() -> String {
        let mut pack = Pack::default();
        pack.add("pack", None, &json!({"conversation": "c1"}));
        pack.add(
            "event",
            ConversationId::parse("c1").ok().as_ref(),
            &json!({"text": "a \",\"hash\":\" in it\nand more"}),
        );
        pack.add("event", None, &json!({"text": "the money"}));
        pack.seal().0
    }

    #[test]
    fn a_pack_as_it_was_made_is_whole_and_says_what_it_is_about() {
        let sealed = verify(&pack()).unwrap();
        assert_eq!((sealed.lines, sealed.seal.len()), (4, 64));
        assert_eq!(sealed.about, json!({"conversation": "c1"}));
    }

    fn without(pack: &str, at: usize) -> String {
        let (before, after) = pack.split_at(at);
        before.chars().chain(after.chars().skip(1)).collect()
    }

    #[test]
    fn every_change_of_a_byte_is_seen_and_where() {
        let pack = pack();
        let ends: Vec<usize> = pack.match_indices('\n').map(|(at, _)| at).collect();
        for at in 0..pack.len() {
            let mut bytes = pack.clone().into_bytes();
            bytes[at] = if bytes[at] == b'x' { b'y' } else { b'x' };
            let changed = String::from_utf8(bytes).unwrap();
            let broken = verify(&changed).unwrap_err();
            let line = ends.iter().filter(|end| **end < at).count() as u64 + 1;
            assert!(verify(&without(&pack, at)).is_err(), "{at} is left out");
            // A line break that is gone joins two lines: the first of them is wrong.
            assert_eq!(broken.line, line, "{at}: {broken}");
        }
    }

    #[test]
    fn a_line_that_is_left_out_added_moved_or_cut_off_is_seen() {
        let pack = pack();
        let lines: Vec<&str> = pack.lines().collect();
        let is_wrong = |order: &[usize], line| {
            let text: String = order.iter().map(|at| format!("{}\n", lines[*at])).collect();
            assert_eq!(verify(&text).unwrap_err().line, line, "{order:?}");
        };
        is_wrong(&[0, 2, 3], 2);
        is_wrong(&[1, 2, 3], 1);
        is_wrong(&[0, 2, 1, 3], 2);
        is_wrong(&[0, 1, 1, 2, 3], 3);
        is_wrong(&[0, 1, 2], 4);
        is_wrong(&[0, 1, 2, 3, 3], 5);
        is_wrong(&[], 1);
        assert_eq!(verify(&pack.replace('\n', "\r\n")).unwrap_err().line, 1);
        assert_eq!(verify(&format!("{pack}\n")).unwrap_err().line, 5);
    }
}
