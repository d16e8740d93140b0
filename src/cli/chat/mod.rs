//! `frontdesk chat`: a conversation in the terminal, or as JSON lines for programs. Nothing is written to the data folder.

mod lines;
mod room;

use std::io::{BufRead, IsTerminal, Write};
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

use anyhow::Context;
use jiff::Timestamp;

use room::{Room, Said};

use crate::engine;

/// Talk to the desk in the terminal
///
/// Example: frontdesk chat --orders orders.json
#[derive(Debug, clap::Args)]
pub struct Chat {
    /// One JSON object per line in, one per line out
    #[arg(long)]
    json: bool,
    /// Beside each reply, why it was said
    #[arg(long, requires = "json")]
    explain: bool,
    /// Orders that the desk can look up: JSON or JSON lines
    #[arg(long, value_name = "FILE")]
    orders: Option<PathBuf>,
    /// Refund policies per merchant: JSON
    #[arg(long, value_name = "FILE")]
    policies: Option<PathBuf>,
    /// The time it is, RFC 3339; without it, now
    #[arg(long, value_name = "TIME")]
    at: Option<Timestamp>,
    #[command(flatten)]
    rules: crate::cli::rules::Rules,
}

impl Chat {
    /// Talks until the input ends.
    ///
    /// # Errors
    /// When a file cannot be read or has mistakes, or the terminal goes away.
    pub fn run(self) -> anyhow::Result<ExitCode> {
        let world = World {
            rules: Arc::new(self.rules.in_force()?),
            orders: read(self.orders.as_deref())?,
            policies: read(self.policies.as_deref())?,
            at: self.at,
            explains: self.explain,
        };
        if self.json {
            world.hold(std::io::stdin().lock(), std::io::stdout().lock())
        } else {
            talk(world.room()?)
        }
    }
}

/// What conversations are held with.
#[derive(Debug)]
pub struct World {
    /// The rules in force.
    pub rules: Arc<engine::Rules>,
    /// Orders, as the file of `--orders` has them.
    pub orders: Option<String>,
    /// Policies, as the file of `--policies` has them.
    pub policies: Option<String>,
    /// The time it is; without it, now.
    pub at: Option<Timestamp>,
    /// Whether why it was said stands beside each reply.
    pub explains: bool,
}

impl World {
    /// Holds conversations as `chat --json` does: one JSON object per line in, one per line out. Nothing is left of them.
    ///
    /// # Errors
    /// When the orders or policies have mistakes, or what is read from or written to goes away.
    pub fn hold(&self, input: impl BufRead, out: impl Write) -> anyhow::Result<ExitCode> {
        lines::talk(self.room()?, self.explains, input, out)
    }

    fn room(&self) -> anyhow::Result<Room> {
        let Self {
            rules,
            orders,
            policies,
            at,
            explains: _,
        } = self;
        Room::new(
            Arc::clone(rules),
            orders.as_deref(),
            policies.as_deref(),
            *at,
        )
    }
}

fn read(path: Option<&std::path::Path>) -> anyhow::Result<Option<String>> {
    path.map(|path| {
        std::fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))
    })
    .transpose()
}

/// Talks to a person.
fn talk(mut room: Room) -> anyhow::Result<ExitCode> {
    let mut out = std::io::stdout().lock();
    let prompt = std::io::stdin().is_terminal();
    if prompt {
        writeln!(
            out,
            "Write to the desk as a customer would, in Chinese or English. Ctrl-D ends."
        )?;
    }
    ask(&mut out, prompt)?;
    for line in std::io::stdin().lock().lines() {
        show(&mut out, &room.hear("terminal", &line?))?;
        ask(&mut out, prompt)?;
    }
    Ok(ExitCode::SUCCESS)
}

fn ask(out: &mut impl Write, prompt: bool) -> std::io::Result<()> {
    if prompt {
        write!(out, "> ")?;
    }
    out.flush()
}

fn show(out: &mut impl Write, said: &Said) -> std::io::Result<()> {
    for reply in &said.replies {
        writeln!(out, "  {}", reply.text.replace('\n', "\n  "))?;
        for choice in &reply.choices {
            writeln!(out, "    {}. {}", choice.number, choice.label)?;
        }
    }
    if said.replies.is_empty() {
        writeln!(out, "  (with a person: the bot is silent)")?;
    }
    if let Some(reason) = said.handed_over_now {
        writeln!(out, "  [handed over: {reason}]")?;
    }
    Ok(())
}
