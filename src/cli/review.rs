//! `frontdesk review`: where agents said that the bot was wrong, as test cases for the rule files. Works on the data folder; a desk that runs
//! there is asked instead.

use std::io::{self, Write as _};
use std::process::ExitCode;

use anyhow::anyhow;
use clap::{Args, Subcommand};
use tokio::runtime::Handle;

use crate::cli::folder::Folder;
use crate::clock::Clock;
use crate::desk::accounts::Roll;
use crate::desk::reviews;
use crate::domain::audit::Audited;
use crate::domain::conversation::Seq;
use crate::domain::ids::ConversationId;
use crate::domain::review::{Review, test_cases};
use crate::store::{Store, request};

/// How a running desk is asked.
const WORD: &str = "review\t";

/// Where agents said that the bot was wrong, for whoever writes the rules
#[derive(Debug, Args)]
#[command(after_help = "Example: frontdesk review list >> cases.toml")]
pub struct ReviewArgs {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    List(List),
    Done(Finished),
}

/// Lists the messages with what they are, ready for the examples of a rule file
#[derive(Debug, Args)]
#[command(after_help = "Example: frontdesk review list --json")]
struct List {
    /// With those that somebody is done with
    #[arg(long)]
    all: bool,
    /// Prints one JSON object for each
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    folder: Folder,
}

/// Takes one off the list
#[derive(Debug, Args)]
#[command(after_help = "Example: frontdesk review done 0198c0de-0000-7000-8000-000000000000 4")]
struct Finished {
    /// The conversation
    #[arg(value_parser = ConversationId::parse)]
    conversation: ConversationId,
    /// The number of the bot's answer
    reply: u64,
    #[command(flatten)]
    folder: Folder,
}

/// What is asked for.
enum Asked {
    List(bool),
    Done(ConversationId, Seq),
}

impl Asked {
    fn line(&self) -> String {
        match self {
            Self::List(all) => format!("{WORD}list\t{all}"),
            Self::Done(id, reply) => format!("{WORD}done\t{id}\t{}", reply.0),
        }
    }

    fn parse(line: &str) -> Option<Self> {
        let fields: Vec<&str> = line.strip_prefix(WORD)?.split('\t').collect();
        match fields[..] {
            ["list", all] => Some(Self::List(all.parse().ok()?)),
            ["done", id, reply] => {
                let id = ConversationId::parse(id).ok()?;
                Some(Self::Done(id, Seq(reply.parse().ok()?)))
            }
            _ => None,
        }
    }

    async fn make(&self, store: &Store) -> anyhow::Result<Vec<Review>> {
        let clock = Clock::system();
        let roll = Roll::for_operator(store, clock.now());
        Ok(match self {
            Self::List(all) => {
                let listed = reviews::listed(store, *all).await?;
                if !listed.is_empty() {
                    roll.looked(Audited::ReviewsRead, None).await?;
                }
                listed
            }
            Self::Done(id, reply) => vec![reviews::done(roll, &clock, id, *reply).await?],
        })
    }

    fn apply(&self, folder: &Folder) -> anyhow::Result<Vec<Review>> {
        match request(&folder.config()?.data, &self.line())? {
            Some(answer) => Ok(serde_json::from_str(&answer.map_err(|why| anyhow!(why))?)?),
            None => folder.with_existing_store(async |store, _| self.make(store).await),
        }
    }
}

/// What a running desk answers; none if something else was asked for.
pub(super) fn answer(
    store: &Store,
    runtime: &Handle,
    line: &str,
) -> Option<Result<String, String>> {
    let asked = Asked::parse(line)?;
    let made = runtime.block_on(asked.make(store));
    let words = |all: Vec<Review>| serde_json::to_string(&all).unwrap_or_default();
    Some(made.map(words).map_err(|error| error.to_string()))
}

impl ReviewArgs {
    /// Does what was asked for.
    ///
    /// # Errors
    /// When it is not on the list, or the store cannot be used.
    pub fn run(self) -> anyhow::Result<ExitCode> {
        match self.command {
            Command::List(list) => {
                let all = Asked::List(list.all).apply(&list.folder)?;
                let mut out = io::stdout().lock();
                if !list.json {
                    write!(out, "{}", test_cases(&all))?;
                }
                for review in all.iter().filter(|_| list.json) {
                    writeln!(out, "{}", serde_json::to_string(review)?)?;
                }
                eprintln!(
                    "{} to work through",
                    all.iter().filter(|one| one.done.is_none()).count()
                );
            }
            Command::Done(one) => {
                let asked = Asked::Done(one.conversation, Seq(one.reply));
                asked.apply(&one.folder)?;
                eprintln!("off the list");
            }
        }
        Ok(ExitCode::SUCCESS)
    }
}
