//! `frontdesk channel remove`: takes an entry out of the configuration file, and leaves everything else in it as it stands.

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context as _, bail};
use clap::Args;

use super::{Which, file_of, replace};

/// Removes an account: its platform is refused from then on; what was said stays
#[derive(Debug, Args)]
#[command(after_help = "Example: frontdesk channel remove telegram shop")]
pub struct Remove {
    #[command(flatten)]
    which: Which,
    /// The configuration file [default: frontdesk.toml]
    #[arg(
        long,
        value_name = "FILE",
        env = "FRONTDESK_CONFIG",
        hide_env_values = true
    )]
    config: Option<PathBuf>,
}

impl Remove {
    pub(super) fn run(self) -> anyhow::Result<ExitCode> {
        let file = file_of(self.config.as_deref());
        let text = std::fs::read_to_string(&file)
            .with_context(|| format!("cannot read {}", file.display()))?;
        let (kind, account) = (self.which.kind.name(), self.which.account.as_str());
        let Some(left) = without(&text, kind, account) else {
            bail!(
                "there is no channel `{kind}.{account}` in {}",
                file.display()
            );
        };
        replace(&file, &left)?;
        eprintln!(
            "{kind}.{account} is gone from {}: start the desk again; the files of its secrets are yours to delete",
            file.display()
        );
        Ok(ExitCode::SUCCESS)
    }
}

/// The text without the entry; none when there is no such entry.
fn without(text: &str, kind: &str, account: &str) -> Option<String> {
    let lines: Vec<&str> = text.split_inclusive('\n').collect();
    let is_head = |line: &&str| line.trim_start().starts_with('[');
    let heads = (0..lines.len()).filter(|at| lines[*at].trim() == "[[channels]]");
    for head in heads {
        let rest = &lines[head + 1..];
        let length = rest.iter().position(&is_head).unwrap_or(rest.len());
        let entry: toml::Table = rest[..length].concat().parse().ok()?;
        let is =
            |name: &str, value: &str| entry.get(name).and_then(toml::Value::as_str) == Some(value);
        if is("kind", kind) && is("account", account) {
            return Some([&lines[..head], &rest[length..]].concat().concat());
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::without;

    #[test]
    fn an_entry_is_taken_out_and_all_else_stays_as_it_stands() {
        let head = "# mine\nlisten = \"127.0.0.1:1\"\n\n";
        let one = "[[channels]]\nkind = \"line\"\naccount = \"tw\" # a note\nsite = \"a\"\n\n";
        let other = "[[channels]]\nkind = \"line\"\naccount = \"jp\"\nsite = \"a\"\nallow = [\"10.0.0.0/8\"]\n";
        let tail = "[log]\nlevel = \"info\"\n";
        let whole = [head, one, other, tail].concat();
        assert_eq!(
            without(&whole, "line", "tw"),
            Some([head, other, tail].concat())
        );
        assert_eq!(
            without(&whole, "line", "jp"),
            Some([head, one, tail].concat())
        );
        assert_eq!(without(&whole, "slack", "tw"), None);
        assert_eq!(
            without(&[head, one].concat(), "line", "tw"),
            Some(head.to_owned())
        );
    }
}
