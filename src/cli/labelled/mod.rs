//! `frontdesk test --labelled`: how a labelled set of messages is read.
//!
//! A message in scope is *right* when the desk would act on an intent that is expected or acceptable, *wrong* when it acts on
//! another, *handed over* when it goes to a person instead, *silent* when the desk asks or says nothing. A message out of scope is a
//! *false answer* when the desk acts on anything but small talk or a wish for a person. Of the right ones it says in how many something
//! *besides* was acted on, and in how many *half* was lost.

mod count;
mod rows;
mod score;

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::path::PathBuf;

use serde_json::json;

use count::{Count, percent};
use rows::{Row, read_rows};
use score::{Heard, Score, judge};

use super::out::{print, print_line};
use crate::engine::matcher::Matcher;
use crate::engine::reading::{Decision, Reading};
use crate::engine::rules::book::{Action, Book};

/// What a row may expect besides intents: no answer, or a question back.
const NO_INTENTS: [&str; 2] = ["none", "clarify"];

/// Which set, and what is asked of it.
#[derive(Debug, clap::Args)]
pub struct Labelled {
    /// Scores a labelled set: tab-separated, with the columns language, intents, also_acceptable, text
    #[arg(long, value_name = "FILE.tsv")]
    labelled: Option<PathBuf>,
    /// Lists every message that is not read right, or not wholly
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
        let intents = book.intents.iter().map(|it| it.id.value.as_str());
        let known = intents.chain(NO_INTENTS).collect();
        let rows = match read_rows(file, &known) {
            Ok(rows) => rows,
            Err(wrong) => {
                wrong.iter().for_each(|line| eprintln!("{line}"));
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
            let is_failure = !matches!(score, Score::Right(Heard::All) | Score::RightlyNothing);
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
            "{:<24}{:>13}{:>13}{:>13}{:>13}{:>13}{:>13}{:>13}",
            "",
            "right",
            "wrong",
            "silent",
            "handed over",
            "false answer",
            "and besides",
            "half of it"
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
        Score::Right(Heard::More) => "right, and besides",
        Score::Right(Heard::Half) => "half of it",
        Score::Right(Heard::All) | Score::RightlyNothing => "right",
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
