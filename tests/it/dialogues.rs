//! Conversations as data, held as `frontdesk chat --json` holds them: what customers say, and what the desk must make of it.
//!
//! Every file in `tests/data/dialogues/` is held. To add a conversation, add a `[[dialogue]]` to one of them; the keys are those of
//! [`Dialogue`] and [`Turn`].

use std::collections::{BTreeMap, BTreeSet};
use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;

use frontdesk::cli::chat::World;
use frontdesk::engine::Rules;
use frontdesk::engine::rules::check::accept;
use frontdesk::rules_folder::read_folder;
use serde::Deserialize;
use serde_json::{Value, json};

/// The time at which a dialogue begins: a Friday within working hours.
const BEGIN: &str = "2026-11-20T10:00:00Z";
/// Stands among the orders of a dialogue that sets the clock.
const CLOCK: &str = "clock";
/// A sentence of so many characters is not said twice in one turn.
const SENTENCE: usize = 14;
/// The orders that all dialogues are about, and what their merchants promise.
const ORDERS: &str = concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/tests/data/dialogues/orders.json"
);
const POLICIES: &str = concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/tests/data/dialogues/policies.json"
);

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    dialogue: Vec<Dialogue>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Dialogue {
    name: String,
    /// Somebody whom the shop signed in.
    customer: Option<Value>,
    role: Option<String>,
    site: Option<String>,
    turn: Vec<Turn>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Turn {
    say: String,
    at: Option<String>,
    outcome: Option<String>,
    /// Exactly these intents were acted on, in this order.
    intents: Option<Vec<String>>,
    owner: Option<String>,
    /// Why a person has it.
    reason: Option<String>,
    language: Option<String>,
    /// Parts of what must be said.
    #[serde(default)]
    has: Vec<String>,
    /// Parts of what must not be said.
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

impl Dialogue {
    /// The lines that are typed into the binary.
    fn lines(&self, number: usize) -> Vec<Value> {
        let mut part = 0;
        let line = |turn: &Turn| {
            part += usize::from(turn.restart);
            let at = turn.at.as_deref().unwrap_or(BEGIN);
            let name = format!("{number}-{part}");
            let mut line = json!({ "conversation": name, "text": turn.say, "at": at });
            let more = [
                ("customer", self.customer.clone()),
                ("role", self.role.clone().map(Value::from)),
                ("site", self.site.clone().map(Value::from)),
            ];
            for (key, value) in more {
                if let Some(value) = value {
                    line[key] = value;
                }
            }
            line
        };
        self.turn.iter().map(line).collect()
    }

    /// Whose orders it is about, as far as can be seen: applications are kept from one conversation to the next.
    fn orders(&self) -> BTreeSet<String> {
        let customer = self.customer.iter().map(Value::to_string);
        let said = self.turn.iter().map(|turn| turn.say.clone());
        let later = self.turn.iter().any(|turn| turn.at.is_some());
        // The clock of a run never goes back: whoever sets it comes last, and alone.
        let clock = later.then(|| CLOCK.to_owned());
        let named: BTreeSet<String> = customer
            .chain(said)
            .flat_map(|text| {
                let words =
                    text.split(|c: char| !(c.is_ascii_alphanumeric() || c == '@' || c == '.'));
                let telling = |word: &&str| {
                    word.contains('@') || word.bytes().filter(u8::is_ascii_digit).count() > 3
                };
                words
                    .filter(telling)
                    .map(str::to_uppercase)
                    .collect::<Vec<_>>()
            })
            .collect();
        named.into_iter().chain(clock).collect()
    }
}

/// All dialogues, in runs.
fn told() -> Vec<Vec<Dialogue>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/dialogues");
    let mut dialogues = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|end| end == "toml") {
            let text = std::fs::read_to_string(&path).unwrap();
            let file: File =
                toml::from_str(&text).unwrap_or_else(|error| panic!("{path:?}: {error}"));
            dialogues.extend(file.dialogue);
        }
    }
    assert!(dialogues.len() > 60, "only {} dialogues", dialogues.len());
    runs(dialogues)
}

#[test]
fn every_dialogue_goes_as_its_file_says() {
    let runs = told();
    // The first run, which has most of them, goes through the program's own door.
    let (first, more) = runs.split_first().unwrap();
    let world = world();
    let wrong: String = std::thread::scope(|scope| {
        let other = scope.spawn(|| hold(first, typed));
        let mine: String = more
            .iter()
            .map(|run| hold(run, |lines| held(&world, lines)))
            .collect();
        mine + &other.join().unwrap()
    });
    assert!(wrong.is_empty(), "\n{wrong}");
}

fn world() -> World {
    let rules = accept(read_folder(Path::new("intents")).unwrap()).unwrap();
    World {
        rules: Arc::new(Rules::new(&rules.book, rules.replies)),
        orders: Some(std::fs::read_to_string(ORDERS).unwrap()),
        policies: Some(std::fs::read_to_string(POLICIES).unwrap()),
        at: Some(BEGIN.parse().unwrap()),
        explains: true,
    }
}

/// The dialogues in so many runs that no two in one run are about the same order.
fn runs(dialogues: Vec<Dialogue>) -> Vec<Vec<Dialogue>> {
    let mut runs: Vec<(BTreeSet<String>, Vec<Dialogue>)> = Vec::new();
    for dialogue in dialogues {
        let orders = dialogue.orders();
        match runs.iter_mut().find(|(used, _)| used.is_disjoint(&orders)) {
            Some((used, run)) => {
                used.extend(orders);
                run.push(dialogue);
            }
            None => runs.push((orders, vec![dialogue])),
        }
    }
    let mut runs: Vec<Vec<Dialogue>> = runs.into_iter().map(|(_, run)| run).collect();
    for run in &mut runs {
        run.sort_by_key(|dialogue| dialogue.orders().contains(CLOCK));
    }
    runs
}

/// Every line of a run, as it is typed.
fn typed_in(run: &[Dialogue]) -> Vec<String> {
    let numbered = run.iter().enumerate();
    numbered
        .flat_map(|(number, dialogue)| dialogue.lines(number))
        .map(|line| format!("{line}\n"))
        .collect()
}

/// What customers type in all dialogues, with what the desk answers and why.
pub fn explained() -> Vec<(String, Value)> {
    let world = world();
    let run = |run: Vec<Dialogue>| {
        let lines = typed_in(&run);
        let answers = held(&world, &lines.concat());
        lines.into_iter().zip(answers).collect::<Vec<_>>()
    };
    told().into_iter().flat_map(run).collect()
}

/// Holds dialogues in one run and collects what is not as it must be.
fn hold(run: &[Dialogue], talk: impl FnOnce(&str) -> Vec<Value>) -> String {
    let input = typed_in(run);
    let turns = run
        .iter()
        .flat_map(|dialogue| dialogue.turn.iter().map(move |turn| (dialogue, turn)));
    let answers = talk(&input.concat());
    assert_eq!(answers.len(), input.len());
    let mut wrong = String::new();
    let mut kept: BTreeMap<String, String> = BTreeMap::new();
    for ((dialogue, turn), answer) in turns.zip(&answers) {
        for problem in problems(turn, answer, &mut kept) {
            wrong.push_str(&format!(
                "{}\n  > {}\n  {problem}\n  {answer}\n",
                dialogue.name, turn.say
            ));
        }
    }
    wrong
}

/// A sentence that is said twice in one turn.
fn said_twice(said: &str) -> Option<&str> {
    let mut seen = BTreeSet::new();
    said.split(['.', '\u{3002}', '?', '\u{ff1f}', '\n'])
        .map(str::trim)
        .filter(|sentence| sentence.chars().count() >= SENTENCE)
        .find(|sentence| !seen.insert(*sentence))
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
    expect("owner", turn.owner.as_deref(), &answer["owner"]);
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
    let intents = answer["intents"].as_array().cloned().unwrap_or_default();
    let intents: Vec<&str> = intents.iter().filter_map(Value::as_str).collect();
    if turn
        .intents
        .as_ref()
        .is_some_and(|expected| *expected != intents)
    {
        problems.push(format!(
            "intents: expected {:?}, got {intents:?}",
            turn.intents
        ));
    }
    if let Some(sentence) = said_twice(&said) {
        problems.push(format!("says twice `{sentence}`"));
    }
    if said.contains("{{") && !turn.say.contains("{{") {
        problems.push("an unfilled placeholder".to_owned());
    }
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

/// One run of what `frontdesk chat --json` does, with rules that were read once for all runs: reading them takes longer than any run.
fn held(world: &World, lines: &str) -> Vec<Value> {
    let mut out = Vec::new();
    world.hold(lines.as_bytes(), &mut out).unwrap();
    answers(&out)
}

/// One run of `frontdesk chat --json`.
fn typed(lines: &str) -> Vec<Value> {
    let mut child = Command::new(env!("CARGO_BIN_EXE_frontdesk"))
        .args(["chat", "--json", "--orders", ORDERS])
        .args(["--policies", POLICIES, "--at", BEGIN])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut input = child.stdin.take().unwrap();
    let text = lines.to_owned();
    let writer = std::thread::spawn(move || input.write_all(text.as_bytes()).unwrap());
    let output = child.wait_with_output().unwrap();
    writer.join().unwrap();
    answers(&output.stdout)
}

fn answers(out: &[u8]) -> Vec<Value> {
    let lines = std::str::from_utf8(out).unwrap().lines();
    lines
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}
