//! Long texts in parts that a platform takes: counted in its own unit, cut at the end of a paragraph, a sentence, a word.

use unicode_segmentation::UnicodeSegmentation as _;

/// What a platform counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Unit {
    /// Unicode characters.
    Chars,
    /// UTF-16 code units.
    Utf16,
    /// Bytes of UTF-8.
    Bytes,
}

impl Unit {
    fn length(self, text: &str) -> usize {
        match self {
            Self::Chars => text.chars().count(),
            Self::Utf16 => text.encode_utf16().count(),
            Self::Bytes => text.len(),
        }
    }
}

/// How long a text may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Room {
    pub unit: Unit,
    pub most: usize,
}

impl Room {
    /// Whether a text has room.
    pub(super) fn fits(self, text: &str) -> bool {
        self.unit.length(text) <= self.most
    }
}

/// Sentences end with these, in both scripts.
const ENDS: [char; 10] = [
    '.', '!', '?', ';', '\u{3002}', '\u{ff01}', '\u{ff1f}', '\u{ff1b}', '\u{2026}', '\u{ff0e}',
];
/// Parts of sentences end with these.
const PAUSES: [char; 5] = [',', ' ', '\u{ff0c}', '\u{3001}', '\u{3000}'];

/// The parts of a text, none longer than there is room, none empty. A text without any character is one part.
pub(super) fn split(text: &str, room: Room) -> Vec<String> {
    let mut parts = Vec::new();
    let mut rest = text.trim();
    while room.unit.length(rest) > room.most {
        let head = fitting(rest, room);
        let cut = place(head).unwrap_or(head.len());
        let (part, more) = rest.split_at(cut);
        parts.extend(Some(part.trim_end().to_owned()).filter(|part| !part.is_empty()));
        rest = more.trim_start();
    }
    if !rest.is_empty() || parts.is_empty() {
        parts.push(rest.to_owned());
    }
    parts
}

/// The parts of a text that a platform wants written in another way, none longer than there is room once it is: a text is cut before it is
/// written so, so that no part ends within what stands for one character, and where what is written takes up the room, it is cut smaller.
pub(super) fn split_as(text: &str, room: Room, written: fn(&str) -> String) -> Vec<String> {
    let parts = split_for(text, room, written).into_iter();
    parts.map(|part| written(&part)).collect()
}

/// The same parts, not yet written so.
pub(super) fn split_for(text: &str, room: Room, written: fn(&str) -> String) -> Vec<String> {
    smaller(text, room, room.most, written)
}

fn smaller(text: &str, room: Room, most: usize, written: fn(&str) -> String) -> Vec<String> {
    let parts = split(text, Room { most, ..room }).into_iter();
    let fitting = parts.flat_map(|part| match room.fits(&written(&part)) || most < 2 {
        true => vec![part],
        false => smaller(&part, room, most / 2, written),
    });
    fitting.collect()
}

/// As much of a text as there is room for, in whole characters as people see them: at least one.
fn fitting(text: &str, room: Room) -> &str {
    let mut used = 0;
    let mut end = 0;
    for (at, seen) in text.grapheme_indices(true) {
        used += room.unit.length(seen);
        if used > room.most && end > 0 {
            break;
        }
        end = at + seen.len();
        if used > room.most {
            // One character that alone is longer than the room is cut all the same.
            return cut_through(text, room);
        }
    }
    &text[..end]
}

fn cut_through(text: &str, room: Room) -> &str {
    let fits =
        |end: &usize| text.is_char_boundary(*end) && room.unit.length(&text[..*end]) <= room.most;
    let first = text.chars().next().map_or(0, char::len_utf8);
    let end = (first..=text.len()).take_while(|end| !text.is_char_boundary(*end) || fits(end));
    &text[..end.filter(fits).last().unwrap_or(first)]
}

/// The best place to cut: behind a paragraph, a line, a sentence, a pause. Not in the first third, which would be a waste.
fn place(head: &str) -> Option<usize> {
    let least = head.len() / 3;
    let behind = |found: Option<(usize, usize)>| {
        let (at, length) = found?;
        (at + length > least).then_some(at + length)
    };
    let last = |of: &[char]| {
        let mut found = head.char_indices().rev().filter(|(_, c)| of.contains(c));
        found.next().map(|(at, c)| (at, c.len_utf8()))
    };
    behind(head.rfind("\n\n").map(|at| (at, 2)))
        .or_else(|| behind(head.rfind('\n').map(|at| (at, 1))))
        .or_else(|| behind(sentence(head)))
        .or_else(|| behind(last(&PAUSES)))
}

/// The last end of a sentence: a full stop inside a number or a name is none.
fn sentence(head: &str) -> Option<(usize, usize)> {
    let mut found = head.char_indices().rev().filter(|(at, c)| {
        let next = head[at + c.len_utf8()..].chars().next();
        ENDS.contains(c) && (!c.is_ascii() || next.is_none_or(char::is_whitespace))
    });
    found.next().map(|(at, c)| (at, c.len_utf8()))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const UNITS: [Unit; 3] = [Unit::Chars, Unit::Utf16, Unit::Bytes];

    fn parts(text: &str, unit: Unit, most: usize) -> Vec<String> {
        split(text, Room { unit, most })
    }

    #[test]
    fn a_text_that_fits_is_one_part() {
        for unit in UNITS {
            assert_eq!(parts("hello", unit, 5), ["hello"]);
            assert_eq!(parts("", unit, 5), [""]);
        }
    }

    #[test]
    fn a_text_is_cut_at_the_end_of_a_paragraph_a_sentence_or_a_word() {
        assert_eq!(
            parts("One two.\n\nThree four.", Unit::Chars, 14),
            ["One two.", "Three four."]
        );
        assert_eq!(
            parts("One is 3.50 GBP. Two is not.", Unit::Chars, 20),
            ["One is 3.50 GBP.", "Two is not."]
        );
        assert_eq!(
            parts("alpha beta gamma", Unit::Chars, 12),
            ["alpha beta", "gamma"]
        );
        let han = "\u{9000}\u{6b3e}\u{5df2}\u{5230}\u{3002}\u{8bf7}\u{67e5}\u{6536}";
        assert_eq!(
            parts(han, Unit::Chars, 7),
            [
                "\u{9000}\u{6b3e}\u{5df2}\u{5230}\u{3002}",
                "\u{8bf7}\u{67e5}\u{6536}"
            ]
        );
        assert_eq!(parts(han, Unit::Bytes, 21).len(), 2);
    }

    #[test]
    fn each_platform_counts_its_own_way() {
        let faces = "\u{1f600}".repeat(4);
        assert_eq!(parts(&faces, Unit::Chars, 4).len(), 1);
        assert_eq!(parts(&faces, Unit::Utf16, 4).len(), 2);
        assert_eq!(parts(&faces, Unit::Bytes, 4).len(), 4);
        let family = "\u{1f468}\u{200d}\u{1f469}\u{200d}\u{1f467}";
        assert_eq!(
            parts(&format!("ab{family}"), Unit::Chars, 6),
            ["ab", family]
        );
    }

    proptest! {
        #[test]
        fn nothing_is_lost_and_no_part_is_too_long(text in "[a-z .,\n\u{9000}\u{6b3e}\u{3002}\u{1f600}\u{300}\u{200d}]{0,200}", most in 4_usize..40) {
            for unit in UNITS {
                let found = parts(&text, unit, most);
                for part in &found {
                    prop_assert!(unit.length(part) <= most, "{part:?}");
                    prop_assert!(!part.is_empty() || text.trim().is_empty());
                }
                let bare = |text: &str| text.chars().filter(|c| !c.is_whitespace()).collect::<String>();
                prop_assert_eq!(bare(&found.concat()), bare(&text));
            }
        }
    }
}
