//! `frontdesk conversations export`: transcripts as files, of one conversation or of all.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Context as _;
use clap::{Args, ValueEnum};
use serde_json::{Value, json};

use super::told;
use crate::cli::asking::Asked;
use crate::cli::asking::listed::to_json;
use crate::cli::asking::told::Told;
use crate::cli::exit::Usage;
use crate::cli::folder::Folder;
use crate::cli::rules::Rules;
use crate::domain::conversation::Conversation;
use crate::domain::ids::ConversationId;
use crate::domain::language::Language;
use crate::domain::transcript::{self, Labels, Names, Reader};

/// Writes a transcript, or all conversations as JSON lines
///
/// With an id: the log of that conversation in the form and for the reader asked for. Without one: a line for each conversation,
/// followed by a line for each of its events; a desk that runs goes on meanwhile. An export never replaces a file.
#[derive(Debug, Args)]
#[command(after_help = "Example: frontdesk conversations export --out all.jsonl")]
pub struct Export {
    /// The conversation; without it, all
    #[arg(value_parser = ConversationId::parse)]
    id: Option<ConversationId>,
    /// The form
    #[arg(long, value_enum, default_value_t = Format::Jsonl)]
    format: Format,
    /// For whom: a customer's transcript has no notes and no reasons
    #[arg(long, value_enum, default_value_t = Side::Agent)]
    view: Side,
    /// The file [default: standard output]
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    #[command(flatten)]
    folder: Folder,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// One JSON object for each event
    Jsonl,
    /// Plain text
    Text,
    /// A page that stands alone
    Html,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Side {
    Agent,
    Customer,
}

impl Export {
    pub(super) fn run(self) -> anyhow::Result<ExitCode> {
        if self.id.is_none() && self.format != Format::Jsonl {
            let why =
                "all conversations are written as JSON lines: leave --format out, or name one";
            return Err(Usage(why.to_owned()).into());
        }
        if let Some(id) = &self.id {
            let text = self.transcript(&told(&self.folder, id, true)?)?;
            let mut out = self.output()?;
            out.write_all(text.as_bytes())?;
            out.flush()?;
            return Ok(ExitCode::SUCCESS);
        }
        self.all()?;
        Ok(ExitCode::SUCCESS)
    }

    const fn reader(&self) -> Reader {
        match self.view {
            Side::Agent => Reader::Agent,
            Side::Customer => Reader::Customer,
        }
    }

    fn output(&self) -> anyhow::Result<Box<dyn Write>> {
        let Some(path) = &self.out else {
            return Ok(Box::new(BufWriter::new(io::stdout())));
        };
        let file = File::create_new(path);
        let file = file.with_context(|| {
            format!(
                "cannot write {}: an export never replaces a file",
                path.display()
            )
        })?;
        Ok(Box::new(BufWriter::new(file)))
    }

    fn transcript(&self, told: &Told) -> anyhow::Result<String> {
        let reader = self.reader();
        Ok(match self.format {
            Format::Jsonl => transcript::json_lines(&told.events, reader, &told.names),
            Format::Text => {
                let labels = labels(told.row.language)?;
                transcript::plain_text(&told.events, reader, &told.names, &labels)
            }
            Format::Html => {
                let labels = labels(told.row.language)?;
                transcript::page(&told.events, reader, &told.names, &labels)
            }
        })
    }

    /// A page at a time, so that memory does not grow with the store.
    fn all(&self) -> anyhow::Result<()> {
        let mut out = self.output()?;
        let mut names = Names::new();
        let all = Asked::AllConversations { after: None };
        all.each(&self.folder, |entry| {
            let told: Told = serde_json::from_value(entry.record)?;
            names.extend(told.names);
            writeln!(out, "{}", json!({"conversation": to_json(&told.row)}))?;
            for line in transcript::json_lines(&told.events, self.reader(), &names).lines() {
                let event: Value = serde_json::from_str(line)?;
                writeln!(out, "{}", json!({"of": told.row.id, "event": event}))?;
            }
            Ok(())
        })?;
        Ok(out.flush()?)
    }
}

/// A conversation in one line.
pub(super) fn heading(row: &Conversation) -> String {
    let reason = row
        .reason
        .map_or(String::new(), |reason| format!(" ({})", reason.code()));
    format!(
        "{}  {}  {}  owner {}{reason}  status {}",
        row.id,
        row.site,
        row.channel,
        row.owner.name(),
        row.status.name()
    )
}

/// The words of a transcript.
pub(super) fn labels(language: Language) -> anyhow::Result<Labels> {
    Ok(Rules::default().in_force()?.replies.transcript(language))
}
