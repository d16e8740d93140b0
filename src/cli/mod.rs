//! The command line: what each command takes, and how its results are shown.

use std::process::ExitCode;

use clap::{Parser, Subcommand};

pub mod check;
pub mod diagnostics;

/// A self-hosted support desk.
#[derive(Debug, Parser)]
#[command(name = "frontdesk", version, about)]
pub struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Finds every mistake in the rule files, with file, line, column and a hint
    Check(check::Check),
}

impl Cli {
    /// Does what was asked for.
    #[must_use]
    pub fn run(self) -> ExitCode {
        match self.command {
            Command::Check(check) => check.run(),
        }
    }
}
