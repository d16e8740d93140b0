//! Normal forms against the table in `tests/data/readings`, and where sentences and clauses end.

use super::{Normalised, Normaliser};

#[test]
fn texts_are_folded_as_the_table_says() {
    let rows = include_str!("../../../tests/data/readings/normal.tsv").lines();
    let wrong: Vec<(&str, String)> = rows
        .filter(|row| !row.starts_with("# "))
        .filter_map(|row| row.split_once('\t'))
        .map(|(text, expected)| (text, expected, normal(text).text))
        .filter(|(_, expected, found)| expected != found)
        .map(|(text, _, found)| (text, found))
        .collect();
    assert_eq!(wrong, []);
}

fn normal(text: &str) -> Normalised {
    let mut out = Normalised::default();
    Normaliser::default().normalise(text, &mut out);
    out
}

#[test]
fn a_space_in_a_word_of_a_rule_means_nothing() {
    let word = "\u{6211}\u{8981} \u{9000}\u{6b3e}";
    assert_eq!(Normaliser::default().word(word), word.replace(' ', ""));
}

#[test]
fn characters_that_the_vocabulary_doubles_stay_doubled() {
    let thanks = "\u{8c22}\u{8c22}";
    let normaliser = Normaliser::for_words([thanks]);
    assert_eq!(normaliser.word(&"\u{8b1d}".repeat(5)), thanks);
    assert_eq!(normaliser.word(&"\u{9000}".repeat(3)), "\u{9000}");
}

#[test]
fn sentences_and_clauses_end_where_people_end_them() {
    // how many sentences, and whether the last one is one clause with the first
    let table = [
        ("a. b", 2, false),
        ("a.b", 1, true),
        ("1.5 and 4,210", 1, true),
        ("a, b", 1, false),
        ("a\u{ff0c}1", 1, false),
        ("a\nb", 2, false),
        ("a... b", 1, false),
        ("a! b? c", 3, false),
        ("a\u{3002}b\u{3002}c", 3, false),
        ("at 10:30 now", 1, true),
        ("note: now", 1, false),
        ("\u{6211}\u{8981} \u{9000}\u{6b3e}", 1, false),
        ("\u{6211}\u{8981}-\u{9000}\u{6b3e}", 1, true),
        ("\u{9000} \u{6b3e}", 1, true),
        ("\u{9000}\u{6b3e}\n\u{5feb}\u{70b9}", 2, false),
    ];
    for (text, sentences, one_clause) in table {
        let out = normal(text);
        let last = out.text().len() as u32 - 1;
        let found = (out.sentence_at(last) + 1, out.clause_at(last) == 0);
        assert_eq!(found, (sentences, one_clause), "{text}");
    }
}
