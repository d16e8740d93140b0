//! The command line: what each command takes, and how its results are shown.

use std::process::ExitCode;

use clap::{Parser, Subcommand};

mod access;
mod agent;
mod answering;
mod asking;
mod audit;
mod backup;
mod channel;
pub mod chat;
mod check;
mod compact;
mod completions;
mod config;
mod configuration;
mod conversations;
mod demo;
pub mod diagnostics;
mod embed;
mod entry;
mod exit;
mod folder;
mod health;
mod init;
mod labelled;
mod memory;
mod notice;
mod orders;
mod out;
mod read;
mod restore;
mod review;
mod rules;
mod serve;
mod slots;
mod table;
mod test;
mod token;
mod verify;

use exit::finish;

/// A self-hosted support desk.
#[derive(Debug, Parser)]
#[command(
    name = "frontdesk",
    version,
    about,
    after_help = "Example: frontdesk demo"
)]
pub struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Agent(agent::Agent),
    Audit(audit::Audit),
    Backup(backup::Backup),
    Channel(channel::Channel),
    /// Talks to the desk in the terminal, or as JSON lines
    #[command(
        after_help = "Example: frontdesk chat --orders orders.json --at 2026-11-20T10:00:00Z"
    )]
    Chat(chat::Chat),
    /// Finds every mistake in the rule files and the configuration, with file, line, column and a hint
    #[command(after_help = "Example: frontdesk check intents frontdesk.toml")]
    Check(check::Check),
    Compact(compact::Compact),
    Completions(completions::Completions),
    Config(config::Config),
    Conversations(conversations::Conversations),
    Demo(demo::Demo),
    Embed(embed::Embed),
    Health(health::Health),
    Init(init::Init),
    Notice(notice::NoticeArgs),
    /// Orders in and out: CSV or JSON lines
    #[command(after_help = "Example: frontdesk orders import orders.csv --merchant m_demo")]
    Orders(orders::Orders),
    /// Says what a message means to the desk, and which rule said so
    #[command(after_help = "Example: frontdesk read \"where is my refund\"")]
    Read(read::Read),
    Restore(restore::Restore),
    Review(review::ReviewArgs),
    Serve(serve::Serve),
    /// Runs the examples in the rule files, or scores a labelled set
    #[command(after_help = "Example: frontdesk test intents")]
    Test(test::Test),
    Token(token::Token),
    Verify(verify::Verify),
}

impl Cli {
    /// Does what was asked for.
    #[must_use]
    pub fn run(self) -> ExitCode {
        match self.command {
            Command::Agent(agent) => finish(agent.run()),
            Command::Audit(audit) => finish(audit.run()),
            Command::Backup(backup) => finish(backup.run()),
            Command::Channel(channel) => finish(channel.run()),
            Command::Chat(chat) => finish(chat.run()),
            Command::Check(check) => finish(check.run()),
            Command::Compact(compact) => finish(compact.run()),
            Command::Completions(completions) => finish(completions.run()),
            Command::Config(config) => finish(config.run()),
            Command::Conversations(conversations) => finish(conversations.run()),
            Command::Demo(demo) => finish(demo.run()),
            Command::Embed(embed) => finish(embed.run()),
            Command::Health(health) => finish(health.run()),
            Command::Init(init) => finish(init.run()),
            Command::Notice(notice) => finish(notice.run()),
            Command::Orders(orders) => finish(orders.run()),
            Command::Read(read) => finish(read.run()),
            Command::Restore(restore) => finish(restore.run()),
            Command::Review(review) => finish(review.run()),
            Command::Serve(serve) => finish(serve.run()),
            Command::Test(test) => finish(test.run()),
            Command::Token(token) => finish(token.run()),
            Command::Verify(verify) => finish(verify.run()),
        }
    }
}

/// Waits for something that goes on elsewhere: a command has one thing to do.
fn block_on<T>(work: impl Future<Output = T>) -> std::io::Result<T> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    Ok(runtime.block_on(work))
}
