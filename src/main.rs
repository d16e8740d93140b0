//! The program: everything happens in the library.

use std::process::ExitCode;

use clap::Parser as _;

/// Commits are built in one thread and freed in another, which the system's allocator is slow at: it costs an import a third of its
/// processor time.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    frontdesk::cli::Cli::parse().run()
}
