//! `frontdesk read`: what a message means to the desk, explained to people or as JSON.

use std::io::{self, BufRead as _, Write};
use std::process::ExitCode;

use serde::Serialize;
use serde_json::Value;
use unicode_width::UnicodeWidthStr as _;

use super::rules::Rules;
use crate::engine::matcher::{Explanation, Matcher};
use crate::engine::reading::{Decision, Matched, Reading, Scored};

/// What to read and how to show it.
#[derive(Debug, clap::Args)]
pub struct Read {
    /// The message; without it, each line of standard input is one
    text: Option<String>,
    /// Prints one JSON object per message
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    rules: Rules,
}

impl Read {
    /// Reads and prints.
    ///
    /// # Errors
    /// When the rules have mistakes, or the output goes away.
    pub fn run(self) -> anyhow::Result<ExitCode> {
        let book = self.rules.open()?;
        let matcher = Matcher::build(&book);
        match &self.text {
            Some(text) => self.show(&matcher, text, &mut io::stdout().lock())?,
            None => self.stream(&matcher)?,
        }
        Ok(ExitCode::SUCCESS)
    }

    /// One line in, one reading out, at once: whoever waits for the answer to a line gets it before writing the next.
    fn stream(&self, matcher: &Matcher) -> io::Result<()> {
        let mut input = io::stdin().lock();
        let mut output = io::stdout().lock();
        let mut line = Vec::new();
        while input.read_until(b'\n', &mut line)? > 0 {
            while line.last().is_some_and(|byte| b"\r\n".contains(byte)) {
                line.pop();
            }
            match std::str::from_utf8(&line) {
                Ok(text) => self.show(matcher, text, &mut output)?,
                Err(_) => self.show_repaired(matcher, &Repaired::from(&*line), &mut output)?,
            }
            output.flush()?;
            line.clear();
        }
        Ok(())
    }

    fn show(&self, matcher: &Matcher, text: &str, out: &mut impl Write) -> io::Result<()> {
        if self.json {
            write_json(text, &matcher.read(text), out)
        } else {
            explain(text, &matcher.explain(text), out)
        }
    }

    /// The same of a line that is no UTF-8: programs get the places in what they sent.
    fn show_repaired(
        &self,
        matcher: &Matcher,
        line: &Repaired,
        out: &mut impl Write,
    ) -> io::Result<()> {
        if !self.json {
            return self.show(matcher, &line.text, out);
        }
        let mut reading = matcher.read(&line.text);
        line.place(&mut reading);
        write_json(&line.text, &reading, out)
    }
}

/// A line that was no UTF-8, with a sign in the place of each piece that was none, and where each byte of it stood in the line.
struct Repaired {
    text: String,
    origin: Vec<usize>,
}

impl From<&[u8]> for Repaired {
    fn from(sent: &[u8]) -> Self {
        let (mut text, mut origin, mut at) = (String::new(), Vec::new(), 0);
        for chunk in sent.utf8_chunks() {
            text.push_str(chunk.valid());
            origin.extend(at..at + chunk.valid().len());
            at += chunk.valid().len();
            if !chunk.invalid().is_empty() {
                text.push(char::REPLACEMENT_CHARACTER);
                origin.extend([at; char::REPLACEMENT_CHARACTER.len_utf8()]);
                at += chunk.invalid().len();
            }
        }
        origin.push(at);
        Self { text, origin }
    }
}

impl Repaired {
    /// Moves the places of what was found to where it stood in the line as it was sent.
    fn place(&self, reading: &mut Reading) {
        let sent = |at: &mut usize| *at = self.origin.get(*at).copied().unwrap_or(*at);
        let scored = reading.intents.iter_mut();
        for words in scored.flat_map(|scored| &mut scored.matched) {
            sent(&mut words.start);
            sent(&mut words.end);
        }
        reading.slots.each_place(sent);
    }
}

/// The contract of `read --json`, its fields in this order.
#[derive(Serialize)]
struct ReadingLine<'a> {
    text: &'a str,
    language: &'static str,
    decision: &'static str,
    intents: Vec<IntentLine<'a>>,
    slots: Value,
}

#[derive(Serialize)]
struct IntentLine<'a> {
    id: &'a str,
    score: u8,
    rule: String,
    matched: Vec<WordsLine<'a>>,
}

#[derive(Serialize)]
struct WordsLine<'a> {
    text: &'a str,
    start: usize,
    end: usize,
}

fn write_json(text: &str, reading: &Reading, out: &mut impl Write) -> io::Result<()> {
    let line = ReadingLine {
        text,
        language: language(text, reading),
        decision: reading.decision.as_str(),
        intents: reading.intents.iter().map(intent_line).collect(),
        slots: super::slots::to_json(&reading.slots),
    };
    serde_json::to_writer(&mut *out, &line)?;
    writeln!(out)
}

fn intent_line(scored: &Scored) -> IntentLine<'_> {
    let matched = scored.matched.iter().map(|it| WordsLine {
        text: &it.text,
        start: it.start,
        end: it.end,
    });
    IntentLine {
        id: scored.intent.as_str(),
        score: scored.score,
        rule: scored.rule.to_string(),
        matched: matched.collect(),
    }
}

/// A language always; a message without words is taken for English.
fn language(text: &str, reading: &Reading) -> &'static str {
    match reading.language {
        Some(language) => language.tag(),
        None if text.is_ascii() => "en",
        None => "zh-Hans",
    }
}

/// The reading for people.
fn explain(text: &str, explanation: &Explanation, out: &mut impl Write) -> io::Result<()> {
    let reading = &explanation.reading;
    writeln!(out, "{text}")?;
    let all: Vec<&Matched> = reading.intents.iter().flat_map(|it| &it.matched).collect();
    if !text.contains('\n') && !all.is_empty() {
        writeln!(out, "{}", underline(text, &all))?;
    }
    let meaning = match reading.decision {
        Decision::Answer => "acts on",
        Decision::Clarify => "asks which",
        Decision::None if reading.wordless => "nothing: no words",
        Decision::None => "nothing",
    };
    writeln!(out, "{:<12}{}", meaning, language(text, reading))?;
    for intent in &reading.intents {
        writeln!(out, "  {}", line_of(intent))?;
    }
    if let Some(other) = &reading.runner_up {
        writeln!(out, "lost        {}", line_of(other))?;
    }
    if let Some(topic) = &reading.off_topic {
        writeln!(
            out,
            "off topic   {} {} {}",
            topic.name, topic.score, topic.rule
        )?;
    }
    words("asked", &explanation.asked, out)?;
    for told in &explanation.told {
        writeln!(out, "only told   {}", line_of(told))?;
    }
    words("negated", &explanation.negated, out)?;
    words("hidden", &explanation.hidden, out)?;
    for (typed, read_as) in &explanation.corrected {
        writeln!(out, "read as     {} -> {read_as}", typed.text)?;
    }
    for (what, values) in [
        ("mood", format!("{:?}", reading.signals)),
        ("act", format!("{:?}", reading.acts)),
    ] {
        if values != "[]" {
            writeln!(out, "{what:<12}{values}")?;
        }
    }
    if let Some(choice) = reading.choice {
        writeln!(out, "choice      {choice}")?;
    }
    super::slots::print(&reading.slots, text, out)
}

fn line_of(scored: &Scored) -> String {
    let matched: Vec<&str> = scored.matched.iter().map(|it| it.text.as_str()).collect();
    format!(
        "{:<24}{:>4}  {}  {}",
        scored.intent.as_str(),
        scored.score,
        scored.rule,
        matched.join(" | ")
    )
}

fn words(what: &str, list: &[Matched], out: &mut impl Write) -> io::Result<()> {
    if list.is_empty() {
        return Ok(());
    }
    let list: Vec<&str> = list.iter().map(|it| it.text.trim()).collect();
    writeln!(out, "{what:<12}{}", list.join(" | "))
}

/// A line of carets under the words, as wide as a terminal shows them.
fn underline(text: &str, words: &[&Matched]) -> String {
    let is_marked = |at: usize| words.iter().any(|it| it.start <= at && at < it.end);
    let marks = text.char_indices().map(|(at, c)| {
        let sign = if is_marked(at) { "^" } else { " " };
        sign.repeat(c.to_string().width())
    });
    marks.collect::<String>().trim_end().to_owned()
}
