//! Every turn of the bot opens to why it was said, in every dialogue that there is: forms, clarifying questions, asides and all.

use std::collections::BTreeMap;

use serde_json::Value;

use super::dialogues::explained;

/// What is said where nothing was read, and nothing had been asked for: there is no more to tell than the message itself.
const OF_NOTHING: [&str; 4] = [
    "not_understood",
    "merchant_not_understood",
    "wordless",
    "handed_over_stuck",
];

fn is_place(at: &Value) -> bool {
    let at = at.as_str().unwrap_or_default();
    let line = at
        .rsplit_once(".toml:")
        .map(|(_, line)| line.parse::<u32>());
    matches!(line, Some(Ok(1..)))
}

/// What an agent who opens a turn does not find.
fn lacks(because: &Value) -> Vec<&'static str> {
    let some = |name: &str| because[name].as_array().is_some_and(|all| !all.is_empty());
    let (step, said) = (&because["step"], because["said"].as_str().unwrap());
    let by_rule = is_place(&because["rule"]);
    let by_step =
        step["asked"].is_object() || step["chose"].is_string() || step["follows"].is_string();
    // What is only likely is asked about under its own name, as what came nearest.
    let nearest = said == "clarify_one" && is_place(&because["runner_up"]["rule"]);
    let occasion = by_rule || by_step || nearest || some("slots") || OF_NOTHING.contains(&said);
    let mut lacks = Vec::new();
    let mut must = |is: bool, what| lacks.extend((!is).then_some(what));
    must(
        occasion,
        "a rule, what had been asked for, or what was read out of the message",
    );
    must(
        said == "wordless" || some("matched") || step["chose"].is_string(),
        "the words",
    );
    must(
        !by_rule || because["read_as"].is_string(),
        "what it was read as",
    );
    must(
        said == "repeat" || is_place(&because["at"]),
        "where the sentence stands",
    );
    for asked in ["asked", "asks"]
        .map(|name| &step[name])
        .into_iter()
        .filter(|it| it.is_object())
    {
        must(
            asked["need"].is_string() && asked["intent"].is_string(),
            "what is asked for, and for what",
        );
    }
    for clause in because["policy"].as_array().into_iter().flatten() {
        must(clause["clause"].is_string(), "the clause");
    }
    lacks
}

#[test]
fn every_turn_of_the_bot_opens_to_why_it_was_said() {
    let mut wrong: BTreeMap<String, (usize, String)> = BTreeMap::new();
    let (mut turns, mut steps, mut lost, mut clauses) = (0, 0, 0, 0);
    for (line, answer) in explained() {
        for reply in answer["replies"].as_array().unwrap() {
            let because = &reply["because"];
            turns += 1;
            steps += usize::from(because["step"]["asked"].is_object());
            lost += usize::from(because["runner_up"].is_object());
            clauses += because["policy"].as_array().map_or(0, Vec::len);
            for what in lacks(because) {
                let key = format!("{} lacks {what}", because["said"]);
                let seen = wrong.entry(key).or_insert((0, format!("{line}  {reply}")));
                seen.0 += 1;
            }
        }
    }
    let told: String = wrong
        .iter()
        .map(|(what, (times, one))| format!("{times} x {what}\n  {one}\n"))
        .collect();
    assert!(wrong.is_empty(), "of {turns}:\n{told}");
    assert!(
        turns > 1000 && steps > 100 && lost > 100 && clauses > 20,
        "{turns} {steps} {lost} {clauses}"
    );
}
