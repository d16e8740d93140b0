//! How a command ends: 0 for yes, 1 for a check that failed, 2 for wrong usage, 78 for a wrong configuration.

use std::io;
use std::process::ExitCode;

use crate::cli::rules::NoRules;
use crate::config::InvalidConfig;

/// The exit code of a wrong usage, as clap has it.
pub(super) const USAGE: u8 = 2;
/// The exit code of a wrong configuration (`EX_CONFIG`).
pub(super) const CONFIGURATION: u8 = 78;

/// Arguments that cannot go together, or that mean nothing here.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct Usage(pub String);

/// A command's end: its exit code, or its error on stderr and the code that fits it.
pub fn finish(result: anyhow::Result<ExitCode>) -> ExitCode {
    let error = match result {
        Ok(code) => return code,
        Err(error) => error,
    };
    if is_broken_pipe(&error) {
        return ExitCode::SUCCESS;
    }
    eprintln!("frontdesk: {}", in_full(&error));
    if is::<InvalidConfig>(&error) || is::<NoRules>(&error) {
        ExitCode::from(CONFIGURATION)
    } else if is::<Usage>(&error) {
        ExitCode::from(USAGE)
    } else {
        ExitCode::FAILURE
    }
}

/// An error and its causes. Some tell their cause themselves: it is told once.
fn in_full(error: &anyhow::Error) -> String {
    error
        .chain()
        .map(ToString::to_string)
        .fold(String::new(), |told, cause| match () {
            () if told.is_empty() => cause,
            () if told.ends_with(&cause) => told,
            () => format!("{told}: {cause}"),
        })
}

fn is<E: std::error::Error + Send + Sync + 'static>(error: &anyhow::Error) -> bool {
    error.chain().any(|cause| cause.is::<E>())
}

/// Whoever reads our output has seen enough, as `head` does.
fn is_broken_pipe(error: &anyhow::Error) -> bool {
    let mut causes = error
        .chain()
        .filter_map(|cause| cause.downcast_ref::<io::Error>());
    causes.any(|cause| cause.kind() == io::ErrorKind::BrokenPipe)
}
