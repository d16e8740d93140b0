//! `frontdesk token`: the shop's word for a customer, as a shop's server would sign it, and keys for the API.

mod keys;
mod sign;

use std::process::ExitCode;

use clap::{Args, Subcommand};

/// Tokens that name a customer, and keys for the API
#[derive(Debug, Args)]
#[command(
    after_help = "Example: frontdesk token sign --site demo --sub u-1 --email mei@example.com"
)]
pub struct Token {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Sign(sign::Sign),
    New(keys::New),
    List(keys::List),
    Revoke(keys::Revoke),
}

impl Token {
    /// Does what was asked for.
    ///
    /// # Errors
    /// When the configuration is wrong or the store cannot be used.
    pub fn run(self) -> anyhow::Result<ExitCode> {
        match self.command {
            Command::Sign(sign) => sign.run(),
            Command::New(new) => new.run(),
            Command::List(list) => list.run(),
            Command::Revoke(revoke) => revoke.run(),
        }
    }
}
