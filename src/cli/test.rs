//! `frontdesk test`: the examples in the rule files as tests, and labelled sets.

use std::io;
use std::path::PathBuf;
use std::process::ExitCode;

use super::labelled::{Labelled, outcome};
use super::out::print_line;
use super::rules::Rules;
use crate::engine::matcher::Matcher;
use crate::engine::reading::{Decision, Reading};
use crate::engine::rules::book::{Book, Examples, Located};

/// What to test.
#[derive(Debug, clap::Args)]
pub struct Test {
    /// Rule folders
    paths: Vec<PathBuf>,
    #[command(flatten)]
    rules: Rules,
    #[command(flatten)]
    labelled: Labelled,
}

impl Test {
    /// Tests and prints.
    pub fn run(self) -> anyhow::Result<ExitCode> {
        let mut folders: Vec<Rules> = self.paths.into_iter().map(Rules::of).collect();
        if folders.is_empty() {
            folders.push(self.rules);
        }
        let mut all_good = true;
        for rules in folders {
            let book = rules.open()?;
            let matcher = Matcher::build(&book);
            all_good &= match self.labelled.run(&book, &matcher)? {
                Some(good) => good,
                None => run_examples(&book, &matcher)?,
            };
        }
        Ok(if all_good {
            ExitCode::SUCCESS
        } else {
            ExitCode::FAILURE
        })
    }
}

/// Runs all examples of a book; says whether all are read as they should be.
fn run_examples(book: &Book, matcher: &Matcher) -> io::Result<bool> {
    let mut tally = Tally::default();
    for intent in &book.intents {
        let id = intent.id.value.as_str();
        let acted = |reading: &Reading| {
            reading.decision == Decision::Answer
                && reading.intents.iter().any(|it| it.intent.as_str() == id)
        };
        tally.run(book, matcher, &intent.examples, id, &acted);
    }
    for topic in &book.off_topic {
        let silent = |reading: &Reading| reading.decision == Decision::None;
        tally.run(book, matcher, &topic.examples, "nothing", &silent);
    }
    for it in &book.circumstances {
        let id = it.name.value.as_str();
        tally.run_told(book, matcher, &it.examples, id);
    }
    let sum = format!(
        "{} examples, {} failed",
        tally.examples,
        tally.failures.len()
    );
    tally.failures.push(sum);
    print_line(tally.failures.join("\n"))?;
    Ok(tally.failures.len() == 1)
}

#[derive(Default)]
struct Tally {
    examples: usize,
    /// A line for each that is read otherwise
    failures: Vec<String>,
}

impl Tally {
    fn run(
        &mut self,
        book: &Book,
        matcher: &Matcher,
        examples: &Examples,
        expected: &str,
        is_met: &dyn Fn(&Reading) -> bool,
    ) {
        let must = examples.matching.iter().map(|example| (example, true));
        let must_not = examples.not.iter().map(|example| (example, false));
        for (example, wanted) in must.chain(must_not) {
            self.examples += 1;
            let reading = matcher.read(&example.value);
            if is_met(&reading) != wanted {
                let wanted = if wanted {
                    expected.to_owned()
                } else {
                    format!("not {expected}")
                };
                self.failures.push(format!(
                    "{}: {:?} should be {wanted}, was read as {}",
                    place(book, example),
                    example.value,
                    outcome(&reading)
                ));
            }
        }
    }

    /// The examples of a circumstance, which is told beside whatever is asked.
    fn run_told(&mut self, book: &Book, matcher: &Matcher, examples: &Examples, id: &str) {
        let must = examples.matching.iter().map(|example| (example, true));
        let must_not = examples.not.iter().map(|example| (example, false));
        for (example, wanted) in must.chain(must_not) {
            self.examples += 1;
            let reading = matcher.read(&example.value);
            if reading.tells(id) != wanted {
                let (at, text) = (place(book, example), &example.value);
                let wanted = if wanted { "" } else { "not " };
                self.failures.push(format!(
                    "{at}: {text:?} should {wanted}tell {id}, tells {:?}",
                    reading.told
                ));
            }
        }
    }
}

fn place(book: &Book, example: &Located<String>) -> String {
    let file = book.files.get(usize::from(example.at.file));
    let name = file.map_or("?", |file| &*file.name);
    format!("{name}:{}", example.at.line)
}
