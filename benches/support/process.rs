//! Other processes for a bench: this program again, in another role, on a processor of its own if there is more than one.
//!
//! A server and its clients on different processors do not steal time from each other, and the memory and the processor time of one
//! are not those of the other. Pinning needs `taskset`; without it, or with one processor, the bench runs unpinned and says so.

use std::io::{BufRead as _, BufReader};
use std::process::{Child, ChildStdin, Command, Stdio};

use anyhow::{Context as _, Result, bail};

/// The processor that servers are put on.
pub const SERVER: usize = 0;
/// The processor that clients are put on.
pub const CLIENT: usize = 1;

/// This program, running in another role. It ends when this is dropped.
pub struct Role {
    child: Child,
    /// Held open: the role ends when it closes.
    _stdin: Option<ChildStdin>,
    /// What it said when it was ready.
    pub ready: String,
}

impl Role {
    /// Starts it and waits until it says, on one line, that it is ready.
    pub fn start(role: &str, arguments: &[&str], processor: usize) -> Result<Self> {
        let program = std::env::current_exe()?;
        let mut command = if can_pin() {
            let mut command = Command::new("taskset");
            command.arg("-c").arg(processor.to_string()).arg(program);
            command
        } else {
            Command::new(program)
        };
        command.arg(role).args(arguments);
        command.stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut child = command.spawn().context("this program does not start")?;
        let stdout = child.stdout.take().context("no output")?;
        let mut ready = String::new();
        BufReader::new(stdout).read_line(&mut ready)?;
        if ready.is_empty() {
            bail!("`{role}` ended before it was ready");
        }
        Ok(Self {
            _stdin: child.stdin.take(),
            child,
            ready: ready.trim().to_owned(),
        })
    }

    /// Its process.
    pub fn id(&self) -> u32 {
        self.child.id()
    }
}

impl Drop for Role {
    fn drop(&mut self) {
        drop(self._stdin.take());
        let _ = self.child.wait();
    }
}

/// The role that this process was started in, and its arguments; none in the process that a person started.
pub fn role() -> Option<(String, Vec<String>)> {
    let mut arguments = std::env::args().skip(1);
    let role = arguments.next().filter(|first| !first.starts_with('-'))?;
    Some((role, arguments.collect()))
}

/// In a role: says that it is ready, then waits until whoever started it is done with it.
pub async fn serve_until_dropped(ready: &str) -> Result<()> {
    println!("{ready}");
    let wait = tokio::task::spawn_blocking(|| std::io::stdin().lock().lines().for_each(drop));
    Ok(wait.await?)
}

/// Puts this process, which must have no other threads yet, on one processor.
pub fn pin(processor: usize) -> Result<()> {
    if can_pin() {
        let me = std::process::id().to_string();
        let mut command = Command::new("taskset");
        command.args(["-cp", &processor.to_string(), &me]);
        command.stdout(Stdio::null()).status()?;
    } else {
        println!("(one processor, or no `taskset`: server and clients share what there is)");
    }
    Ok(())
}

fn can_pin() -> bool {
    let found = Command::new("taskset").arg("--version").output().is_ok();
    let processors = std::fs::read_to_string("/sys/devices/system/cpu/online").unwrap_or_default();
    found && processors.trim() != "0"
}
