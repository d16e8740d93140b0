//! Many rules, as a large desk has them.

use std::fmt::Write as _;

/// So many.
pub const RULES: usize = 10_000;
/// Rule files, of one intent each.
pub const FILES: usize = 25;
/// Each rule has so many keywords that no other has.
pub const KEYWORDS: usize = 4;

/// Rules in the format of the rule folder: each asks for two of its words and takes any of two more.
pub fn rule_files() -> Vec<(String, String)> {
    let file = |nth: usize| {
        let mut text = format!("[intent.i{nth}]\nabout = \"x\"\naction = \"answer\"\n");
        for rule in (nth..RULES).step_by(FILES) {
            let [a, b, c, d] = std::array::from_fn(|n| word(rule * KEYWORDS + n));
            let _ = write!(
                text,
                "[[intent.i{nth}.rule]]\nall = [\"{a}\", \"{b}\"]\nany = [\"{c}\", \"{d}\"]\nweight = 60\n"
            );
        }
        (format!("i{nth}.toml"), text)
    };
    (0..FILES).map(file).collect()
}

/// A word that no other number has, of four syllables.
pub fn word(number: usize) -> String {
    let syllables = [
        "re", "fu", "can", "cel", "pay", "ment", "ship", "or", "der", "mo", "ney", "back", "de",
        "liv", "er", "tra",
    ];
    // Odd, so that every number below 65,536 gets another word; large, so that neighbours differ early.
    let mixed = number * 40_503 % 65_536;
    let parts = (0..4).map(|n| syllables[mixed >> (4 * n) & 15]);
    parts
        .chain([if number.is_multiple_of(2) { "ing" } else { "s" }])
        .collect()
}
