//! Names as people use them, as a table.

use super::named;
use crate::engine::Rules;
use crate::engine::rules::check::accept;
use crate::rules_folder::built_in_rules;

/// The items of a test order, and what a message about them names; what is unclear has `?` behind it. Chinese stands in a data file.
#[test]
fn items_are_named_by_the_words_that_tell_them_apart() {
    let rows = include_str!("../../../../tests/data/readings/items.tsv");
    let accepted = accept(built_in_rules()).unwrap();
    let rules = Rules::new(&accepted.book, accepted.replies);
    let mut seen = 0;
    for row in rows.lines().filter(|row| !row.starts_with("# ")) {
        let cells: Vec<&str> = row.split('\t').collect();
        let [items, text, short, expected] = cells.as_slice() else {
            panic!("{row}");
        };
        let items: Vec<String> = items.split("; ").map(str::to_owned).collect();
        let found = named(&rules, text, &items, *short == "only");
        let unclear = found.unclear.iter().map(|item| format!("{item}?"));
        let found: Vec<String> = found.items.iter().cloned().chain(unclear).collect();
        assert_eq!(found.join("; "), *expected, "{text}");
        seen += 1;
    }
    assert!(seen > 15);
}
