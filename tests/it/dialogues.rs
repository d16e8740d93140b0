//! Conversations as data, held with the real binary: what customers say, and what the desk must make of it.

use std::collections::BTreeMap;
use std::io::Write;
use std::process::{Command, Stdio};

use serde::Deserialize;
use serde_json::{Value, json};

/// The time at which a dialogue begins: a Friday within working hours.
const BEGIN: &str = "2026-11-20T10:00:00Z";

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    dialogue: Vec<Dialogue>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Dialogue {
    name: String,
    customer: Option<Value>,
    turn: Vec<Turn>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Turn {
    say: String,
    at: Option<String>,
    outcome: Option<String>,
    reason: Option<String>,
    language: Option<String>,
    #[serde(default)]
    has: Vec<String>,
    #[serde(default)]
    lacks: Vec<String>,
    /// Nothing may be said.
    #[serde(default)]
    silent: bool,
    /// Begins another conversation.
    #[serde(default)]
    restart: bool,
    /// Remembers what was said under this name.
    keep: Option<String>,
    /// Must say what was kept, but for the order number.
    same_but_order: Option<String>,
}

#[test]
fn dialogues_about_orders() {
    hold(include_str!("../data/dialogues/orders.toml"));
}

#[test]
fn dialogues_about_refunds() {
    hold(include_str!("../data/dialogues/refunds.toml"));
}

#[test]
fn dialogues_about_what_hangs() {
    hold(include_str!("../data/dialogues/causes.toml"));
}

#[test]
fn dialogues_that_wander() {
    hold(include_str!("../data/dialogues/talk.toml"));
}

/// Holds all dialogues of a file in one run of the binary and collects what is not as it must be.
fn hold(text: &str) {
    let file: File = toml::from_str(text).unwrap();
    let mut input = Vec::new();
    let mut turns = Vec::new();
    for (number, dialogue) in file.dialogue.iter().enumerate() {
        let mut part = 0;
        for turn in &dialogue.turn {
            part += usize::from(turn.restart);
            let at = turn.at.as_deref().unwrap_or(BEGIN);
            let mut line =
                json!({ "conversation": format!("{number}-{part}"), "text": turn.say, "at": at });
            if let Some(customer) = &dialogue.customer {
                line["customer"] = customer.clone();
            }
            input.push(line);
            turns.push((dialogue, turn));
        }
    }
    let answers = chat(&input);
    assert_eq!(answers.len(), turns.len());
    let mut wrong = String::new();
    let mut kept: BTreeMap<String, String> = BTreeMap::new();
    for ((dialogue, turn), answer) in turns.iter().zip(&answers) {
        for problem in problems(turn, answer, &mut kept) {
            wrong.push_str(&format!(
                "{}\n  > {}\n  {problem}\n  {answer}\n",
                dialogue.name, turn.say
            ));
        }
    }
    assert!(wrong.is_empty(), "\n{wrong}");
}

fn problems(turn: &Turn, answer: &Value, kept: &mut BTreeMap<String, String>) -> Vec<String> {
    let mut problems = Vec::new();
    let replies = answer["replies"].as_array().cloned().unwrap_or_default();
    let said = replies
        .iter()
        .filter_map(|reply| reply["text"].as_str())
        .collect::<Vec<_>>()
        .join("\n");
    let mut expect = |what: &str, expected: Option<&str>, got: &Value| {
        if expected.is_some_and(|expected| got.as_str() != Some(expected)) {
            problems.push(format!(
                "{what}: expected {}, got {got}",
                expected.unwrap_or_default()
            ));
        }
    };
    expect("outcome", turn.outcome.as_deref(), &answer["outcome"]);
    expect(
        "reason",
        turn.reason.as_deref(),
        &answer["handoff"]["reason"],
    );
    expect(
        "language",
        turn.language.as_deref(),
        &replies
            .first()
            .map_or(Value::Null, |reply| reply["language"].clone()),
    );
    problems.extend(
        turn.has
            .iter()
            .filter(|part| !said.contains(*part))
            .map(|part| format!("must say `{part}`")),
    );
    problems.extend(
        turn.lacks
            .iter()
            .filter(|part| said.contains(*part))
            .map(|part| format!("must not say `{part}`")),
    );
    if turn.silent != said.is_empty() {
        problems.push(format!("silent: expected {}", turn.silent));
    }
    let blank = said.replace("A1002", "ORDER").replace("A9999", "ORDER");
    if let Some(name) = &turn.same_but_order
        && kept.get(name) != Some(&blank)
    {
        problems.push(format!("must say the same as before: {:?}", kept.get(name)));
    }
    if let Some(name) = &turn.keep {
        kept.insert(name.clone(), blank);
    }
    problems
}

/// One run of `frontdesk chat --json`.
fn chat(lines: &[Value]) -> Vec<Value> {
    let data = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/dialogues");
    let mut child = Command::new(env!("CARGO_BIN_EXE_frontdesk"))
        .args([
            "chat",
            "--json",
            "--orders",
            &format!("{data}/orders.json"),
            "--policies",
            &format!("{data}/policies.json"),
        ])
        .args(["--at", BEGIN])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut input = child.stdin.take().unwrap();
    let text: String = lines.iter().map(|line| format!("{line}\n")).collect();
    let writer = std::thread::spawn(move || input.write_all(text.as_bytes()).unwrap());
    let output = child.wait_with_output().unwrap();
    writer.join().unwrap();
    String::from_utf8(output.stdout)
        .unwrap()
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}
