//! What a command prints on stdout in one go. A reader that has seen enough, as `head` has, is no failure: the command goes on to the
//! exit code that its result asks for.

use std::fmt::Display;
use std::io::{self, ErrorKind, Write as _};

/// Prints a line.
pub(super) fn print_line(line: impl Display) -> io::Result<()> {
    print(format_args!("{line}\n"))
}

/// Prints a text as it is.
pub(super) fn print(text: impl Display) -> io::Result<()> {
    let mut out = io::stdout().lock();
    match write!(out, "{text}").and_then(|()| out.flush()) {
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(()),
        written => written,
    }
}
