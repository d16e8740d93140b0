//! The command line: what each command takes, and how its results are shown.

use std::process::ExitCode;

use clap::{Parser, Subcommand};

mod chat;
mod check;
pub mod diagnostics;
mod labelled;
mod orders;
mod read;
mod rules;
mod slots;
mod test;

/// A self-hosted support desk.
#[derive(Debug, Parser)]
#[command(name = "frontdesk", version, about)]
pub struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Talks to the desk in the terminal, or as JSON lines
    Chat(chat::Chat),
    /// Finds every mistake in the rule files, with file, line, column and a hint
    Check(check::Check),
    /// Orders in and out: CSV or JSON lines
    Orders(orders::Orders),
    /// Says what a message means to the desk, and which rule said so
    Read(read::Read),
    /// Runs the examples in the rule files, or scores a labelled set
    Test(test::Test),
}

impl Cli {
    /// Does what was asked for.
    #[must_use]
    pub fn run(self) -> ExitCode {
        match self.command {
            Command::Chat(chat) => finish(chat.run()),
            Command::Check(check) => check.run(),
            Command::Orders(orders) => finish(orders.run()),
            Command::Read(read) => read.run(),
            Command::Test(test) => test.run(),
        }
    }
}

/// A command's end: its exit code, or its error on stderr and 1.
fn finish(result: anyhow::Result<ExitCode>) -> ExitCode {
    result.unwrap_or_else(|error| {
        eprintln!("frontdesk: {error:#}");
        ExitCode::FAILURE
    })
}
