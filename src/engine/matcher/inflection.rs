//! Endings of English words: what may follow the beginning of a word (`order*`) without being a typing mistake.

use crate::engine::text::Span;

/// What English puts behind the beginning of a word, first the part that joins the two ("shipp-ing", "cancell-ation") left out.
const ENDINGS: [&str; 37] = [
    "able", "al", "ally", "ance", "ant", "ation", "ations", "e", "ed", "ely", "ement", "er", "ers",
    "es", "ful", "ible", "ied", "ier", "ies", "ily", "ing", "ings", "ion", "ions", "ish", "ive",
    "less", "ly", "ment", "ments", "ness", "or", "ors", "ous", "s", "t", "y",
];
/// What it puts behind an `e`.
const AFTER_E: [&str; 5] = ["d", "r", "rs", "ry", "st"];

/// Whether what follows the first `spelt` bytes of a word is an ending.
pub(super) fn is_one(text: &str, word: Span, spelt: u32) -> bool {
    let stem = &text[word.start as usize..(word.start + spelt) as usize];
    let rest = &text[(word.start + spelt) as usize..word.end as usize];
    let last = stem.as_bytes().last().copied();
    // the last letter is written twice before many endings, though not before one of a single letter
    let undoubled = rest
        .as_bytes()
        .first()
        .filter(|first| Some(**first) == last)
        .map_or(rest, |_| &rest[1..]);
    ENDINGS.contains(&rest)
        || (undoubled.len() > 1 && ENDINGS.contains(&undoubled))
        || (last == Some(b'e') && AFTER_E.contains(&rest))
}

#[cfg(test)]
mod tests {
    use super::is_one;
    use crate::engine::text::Span;

    #[test]
    fn an_ending_is_told_from_a_mistake() {
        let table = [
            ("order", "s", true),
            ("order", "ing", true),
            ("order", "d", false),
            ("receive", "d", true),
            ("ship", "ped", true),
            ("ship", "ment", true),
            ("ship", "mnt", false),
            ("cancel", "lation", true),
            ("cancel", "lll", false),
            ("order", "rs", false),
            ("track", "ng", false),
        ];
        for (stem, rest, expected) in table {
            let word = format!("{stem}{rest}");
            let span = Span {
                start: 0,
                end: word.len() as u32,
            };
            let found = is_one(&word, span, stem.len() as u32);
            assert_eq!(found, expected, "{stem}-{rest}");
        }
    }
}
