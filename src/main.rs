//! The program: everything happens in the library.

use std::process::ExitCode;

use clap::Parser as _;

fn main() -> ExitCode {
    frontdesk::cli::Cli::parse().run()
}
