//! The `frontdesk` program.

use std::process::ExitCode;

use clap::Parser as _;

fn main() -> ExitCode {
    frontdesk::cli::Cli::parse().run()
}
