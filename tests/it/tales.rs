//! Messages that only tell (what happened to others, elsewhere or long ago, what people say, what is settled) beside messages that ask for
//! something with the same words: only these are acted on.

use frontdesk::engine::reading::{Decision, Reading};

use crate::shop::rules;

/// What nobody is wronged by hearing, whatever they told.
const KIND_WORDS: [&str; 2] = ["thanks", "goodbye"];

#[test]
fn a_tale_is_not_acted_on_and_what_is_asked_beside_one_is() {
    let rules = rules();
    let rows = include_str!("../data/readings/tales.tsv").lines();
    let mut wrong = Vec::new();
    for row in rows.filter(|line| !line.starts_with("# ")) {
        let (expected, text) = row.split_once('\t').unwrap();
        let reading = rules.matcher.read(text);
        let acted = acted_on(&reading);
        let right = match expected {
            "-" => acted.iter().all(|id| KIND_WORDS.contains(id)),
            one_of => one_of.split('|').any(|id| acted.contains(&id)),
        };
        if !right {
            wrong.push(format!("{text}: {acted:?}, not {expected}"));
        }
    }
    assert_eq!(wrong, Vec::<String>::new());
}

fn acted_on(reading: &Reading) -> Vec<&str> {
    let intents = reading.intents.iter();
    let acted = intents.filter(|_| reading.decision == Decision::Answer);
    acted.map(|it| it.intent.as_str()).collect()
}
