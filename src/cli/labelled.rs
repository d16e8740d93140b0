//! `frontdesk test --labelled`: how a labelled set of messages is read.
//!
//! A message in scope is *right* when the desk would act on an intent that is expected or acceptable, *wrong* when it acts on
//! another, *handed over* when it goes to a person instead, *silent* when the desk asks or says nothing. A message out of scope is a
//! *false answer* when the desk acts on anything but small talk or a wish for a person.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use serde_json::json;

use super::out::{print, print_line};
use crate::engine::matcher::Matcher;
use crate::engine::reading::{Decision, Reading};
use crate::engine::rules::book::{Action, Book};

/// Acting on these is no false answer.
const HARMLESS: [&str; 4] = ["greeting", "thanks", "goodbye", "talk_to_human"];

/// Which set, and what is asked of it.
#[derive(Debug, clap::Args)]
pub struct Labelled {
    /// Scores a labelled set: tab-separated, with the columns language, intents, also_acceptable, text
    #[arg(long, value_name = "FILE.tsv")]
    labelled: Option<PathBuf>,
    /// Lists every message that is not read right
    #[arg(long, requires = "labelled")]
    failures: bool,
    /// Prints the figures as JSON
    #[arg(long, requires = "labelled")]
    json: bool,
    /// Fails when fewer messages are read right, in per cent
    #[arg(long, value_name = "PERCENT", requires = "labelled")]
    min_right: Option<f64>,
    /// Fails when more messages are acted on wrongly, in per cent
    #[arg(long, value_name = "PERCENT", requires = "labelled")]
    max_wrong: Option<f64>,
    /// Fails when more messages out of scope are answered, in per cent
    #[arg(long, value_name = "PERCENT", requires = "labelled")]
    max_false: Option<f64>,
}

impl Labelled {
    /// Scores the set, if there is one; says whether what was asked of it is met.
    pub(super) fn run(&self, book: &Book, matcher: &Matcher) -> io::Result<Option<bool>> {
        let Some(file) = self.labelled.as_deref() else {
            return Ok(None);
        };
        let rows = match read_rows(file) {
            Ok(rows) => rows,
            Err(error) => {
                eprintln!("{}: {error}", file.display());
                return Ok(Some(false));
            }
        };
        let scores = Scores::of(&rows, book, matcher, self.failures);
        if self.json {
            print_line(scores.to_json())?;
        } else {
            print(scores.table())?;
        }
        Ok(Some(self.is_met(&scores.total)))
    }

    fn is_met(&self, total: &Count) -> bool {
        let right = percent(total.right, total.in_scope());
        let wrong = percent(total.wrong, total.in_scope());
        let false_answers = percent(total.false_answers, total.out_of_scope);
        self.min_right.is_none_or(|least| right >= least)
            && self.max_wrong.is_none_or(|most| wrong <= most)
            && self.max_false.is_none_or(|most| false_answers <= most)
    }
}

/// A labelled message.
#[derive(Debug)]
struct Row {
    line: usize,
    language: String,
    expected: Vec<String>,
    acceptable: Vec<String>,
    text: String,
}

impl Row {
    fn is_out_of_scope(&self) -> bool {
        self.expected.iter().all(|intent| intent == "none")
    }

    fn accepts(&self, intent: &str) -> bool {
        self.expected
            .iter()
            .chain(&self.acceptable)
            .any(|it| it == intent)
    }
}

/// Reads a set. The first line names the columns; those that are not needed are passed over.
fn read_rows(file: &Path) -> Result<Vec<Row>, String> {
    let bytes = fs::read(file).map_err(|error| error.to_string())?;
    let text = String::from_utf8_lossy(&bytes);
    let mut lines = text.lines().enumerate();
    let header = lines.next().map_or("", |(_, line)| line);
    let names: Vec<&str> = header.split('\t').map(str::trim).collect();
    let column = |name: &str| {
        let place = names.iter().position(|it| *it == name);
        place.ok_or_else(|| format!("there is no column `{name}`"))
    };
    let (language, intents) = (column("language")?, column("intents")?);
    let (acceptable, text) = (column("also_acceptable")?, column("text")?);
    let rows = lines
        .filter(|(_, line)| !line.is_empty())
        .map(|(at, line)| {
            let cells: Vec<&str> = line.split('\t').collect();
            let cell = |at: usize| cells.get(at).copied().unwrap_or_default().trim();
            Row {
                line: at + 1,
                language: cell(language).to_owned(),
                expected: names_in(cell(intents)),
                acceptable: names_in(cell(acceptable)),
                text: cell(text).to_owned(),
            }
        });
    Ok(rows.collect())
}

fn names_in(cell: &str) -> Vec<String> {
    cell.split(['+', ',', ' '])
        .filter(|name| !name.is_empty())
        .map(str::to_owned)
        .collect()
}

/// How one message was read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Score {
    Right,
    Wrong,
    Silent,
    HandedOver,
    FalseAnswer,
    RightlyNothing,
}

/// Judges a reading by its label. `goes_to_person` says of an intent whether the desk hands over for it.
fn judge(row: &Row, reading: &Reading, goes_to_person: &dyn Fn(&str) -> bool) -> Score {
    let acted: Vec<&str> = match reading.decision {
        Decision::Answer => reading
            .intents
            .iter()
            .map(|it| it.intent.as_str())
            .collect(),
        Decision::Clarify | Decision::None => Vec::new(),
    };
    let clarified = reading.decision == Decision::Clarify && row.accepts("clarify");
    if row.is_out_of_scope() {
        let is_harmless = |it: &&str| HARMLESS.contains(it) || row.accepts(it);
        return if acted.iter().all(is_harmless) {
            Score::RightlyNothing
        } else {
            Score::FalseAnswer
        };
    }
    if clarified || acted.iter().any(|intent| row.accepts(intent)) {
        Score::Right
    } else if acted.is_empty() {
        Score::Silent
    } else if acted.iter().all(|intent| goes_to_person(intent)) {
        Score::HandedOver
    } else {
        Score::Wrong
    }
}

/// Figures of a set or of a part of it.
#[derive(Clone, Copy, Debug, Default)]
struct Count {
    right: usize,
    wrong: usize,
    silent: usize,
    handed_over: usize,
    false_answers: usize,
    out_of_scope: usize,
}

impl Count {
    fn add(&mut self, score: Score) {
        match score {
            Score::Right => self.right += 1,
            Score::Wrong => self.wrong += 1,
            Score::Silent => self.silent += 1,
            Score::HandedOver => self.handed_over += 1,
            Score::FalseAnswer => self.false_answers += 1,
            Score::RightlyNothing => {}
        }
        if matches!(score, Score::FalseAnswer | Score::RightlyNothing) {
            self.out_of_scope += 1;
        }
    }

    fn in_scope(&self) -> usize {
        self.right + self.wrong + self.silent + self.handed_over
    }

    fn to_json(self) -> serde_json::Value {
        json!({
            "in_scope": self.in_scope(), "right": self.right, "wrong": self.wrong, "silent": self.silent,
            "handed_over": self.handed_over, "out_of_scope": self.out_of_scope, "false_answers": self.false_answers,
        })
    }

    fn line(&self, name: &str) -> String {
        let all = self.in_scope();
        let mut line = format!("{name:<24}");
        for part in [self.right, self.wrong, self.silent, self.handed_over] {
            line.push_str(&format!("{part:>6} {:>5.1}%", percent(part, all)));
        }
        if self.out_of_scope > 0 {
            let share = percent(self.false_answers, self.out_of_scope);
            line.push_str(&format!("{:>6} {share:>5.1}%", self.false_answers));
        }
        line
    }
}

/// Counts are small: exact as floats.
#[allow(clippy::cast_precision_loss)]
fn percent(part: usize, all: usize) -> f64 {
    if all == 0 {
        0.0
    } else {
        100.0 * part as f64 / all as f64
    }
}

/// The figures of a set.
#[derive(Debug, Default)]
struct Scores {
    total: Count,
    by_language: BTreeMap<String, Count>,
    by_intent: BTreeMap<String, Count>,
    /// Expected, acted on: how often.
    confused: BTreeMap<(String, String), usize>,
    failures: Vec<String>,
}

impl Scores {
    fn of(rows: &[Row], book: &Book, matcher: &Matcher, list_failures: bool) -> Self {
        let to_person: BTreeSet<&str> = book
            .intents
            .iter()
            .filter(|it| matches!(it.action, Action::Handoff(_)))
            .map(|it| it.id.value.as_str())
            .chain(["talk_to_human"])
            .collect();
        let mut scores = Self::default();
        for row in rows {
            let reading = matcher.read(&row.text);
            let score = judge(row, &reading, &|intent| to_person.contains(intent));
            scores.add(row, &reading, score);
            let is_failure = !matches!(score, Score::Right | Score::RightlyNothing);
            if list_failures && is_failure {
                scores.failures.push(failure(row, &reading, score));
            }
        }
        scores
    }

    fn add(&mut self, row: &Row, reading: &Reading, score: Score) {
        let expected = row.expected.join("+");
        self.total.add(score);
        let by_language = self.by_language.entry(row.language.clone()).or_default();
        by_language.add(score);
        self.by_intent
            .entry(expected.clone())
            .or_default()
            .add(score);
        if matches!(score, Score::Wrong | Score::FalseAnswer | Score::HandedOver) {
            for intent in &reading.intents {
                let pair = (expected.clone(), intent.intent.to_string());
                *self.confused.entry(pair).or_default() += 1;
            }
        }
    }

    fn to_json(&self) -> serde_json::Value {
        let table = |counts: &BTreeMap<String, Count>| -> serde_json::Map<_, _> {
            let rows = counts.iter();
            rows.map(|(name, count)| (name.clone(), count.to_json()))
                .collect()
        };
        let confused = self.confused.iter().map(|((expected, acted), count)| {
            json!({ "expected": expected, "acted": acted, "count": count })
        });
        json!({
            "total": self.total.to_json(),
            "languages": table(&self.by_language),
            "intents": table(&self.by_intent),
            "confused": confused.collect::<Vec<_>>(),
            "failures": self.failures,
        })
    }

    fn table(&self) -> String {
        let head = format!(
            "{:<24}{:>13}{:>13}{:>13}{:>13}{:>13}",
            "", "right", "wrong", "silent", "handed over", "false answer"
        );
        let counts = self.by_intent.iter().chain(&self.by_language);
        let counts = counts.map(|(name, count)| count.line(name));
        let mut confused: Vec<_> = self.confused.iter().collect();
        confused.sort_by_key(|(_, count)| std::cmp::Reverse(**count));
        let confused = confused.into_iter();
        let confused =
            confused.map(|((expected, acted), count)| format!("{count:>5}  {expected} -> {acted}"));
        let lines = self.failures.iter().cloned().chain([head]).chain(counts);
        let lines = lines.chain([self.total.line("total")]).chain(confused);
        lines.flat_map(|line| [line, "\n".to_owned()]).collect()
    }
}

fn failure(row: &Row, reading: &Reading, score: Score) -> String {
    let what = match score {
        Score::Wrong => "wrong",
        Score::Silent => "silent",
        Score::HandedOver => "handed over",
        Score::FalseAnswer => "false answer",
        Score::Right | Score::RightlyNothing => "right",
    };
    format!(
        "{what} (line {}): {}\n    expected {}, was read as {}",
        row.line,
        row.text,
        row.expected.join("+"),
        outcome(reading)
    )
}

/// What a message came to, in a few words.
pub(super) fn outcome(reading: &Reading) -> String {
    let intents: Vec<String> = reading
        .intents
        .iter()
        .map(|it| format!("{} ({}, {})", it.intent, it.score, it.rule))
        .collect();
    match (reading.decision, &reading.off_topic) {
        (Decision::Answer, _) => intents.join(" + "),
        (Decision::Clarify, _) => format!("a question: {}", intents.join(" or ")),
        (Decision::None, Some(topic)) => format!("off topic: {} ({})", topic.name, topic.rule),
        (Decision::None, None) => "nothing".to_owned(),
    }
}
