//! `frontdesk completions`: what a shell needs to complete our commands, made from their definition.

use std::io::{self, Write as _};
use std::process::ExitCode;

use clap::CommandFactory as _;
use clap_complete::Shell;

/// Prints completions for a shell
#[derive(Debug, clap::Args)]
#[command(after_help = "Example: frontdesk completions bash > /etc/bash_completion.d/frontdesk")]
pub struct Completions {
    /// The shell
    shell: Shell,
}

impl Completions {
    /// Prints them.
    ///
    /// # Errors
    /// When nobody reads them.
    pub fn run(self) -> anyhow::Result<ExitCode> {
        let mut script = Vec::new();
        clap_complete::generate(
            self.shell,
            &mut super::Cli::command(),
            "frontdesk",
            &mut script,
        );
        io::stdout().lock().write_all(&script)?;
        Ok(ExitCode::SUCCESS)
    }
}
