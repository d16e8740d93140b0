//! `frontdesk channel remove`: takes an entry out of the configuration file, and leaves everything else in it as it stands.

use std::ops::Range;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context as _, bail};
use clap::Args;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::replace::replace;
use super::{Which, file_of};
use crate::domain::channel::Channel;
use crate::domain::ids::AccountId;

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
        let (kind, account) = (self.which.kind, &self.which.account);
        let left = match without(&text, kind, account) {
            Ok(left) => left,
            Err(Kept::Missing) => bail!(
                "there is no channel `{kind}.{account}` in {}",
                file.display()
            ),
            Err(Kept::Unread) => bail!(
                "{} is not TOML: `frontdesk config` says where",
                file.display()
            ),
            Err(Kept::Entwined) => bail!(
                "`{kind}.{account}` stands among other things in {}: take it out by hand",
                file.display()
            ),
        };
        replace(&file, &left)?;
        eprintln!(
            "{kind}.{account} is gone from {}: start the desk again; the files of its secrets are yours to delete",
            file.display()
        );
        Ok(ExitCode::SUCCESS)
    }
}

/// Why an entry is not taken out.
#[derive(Debug, PartialEq, Eq)]
enum Kept {
    /// The file cannot be read as TOML.
    Unread,
    /// There is no such entry.
    Missing,
    /// Not without touching something else.
    Entwined,
}

/// The text without the entry. What stands around it stays, whoever's it is: a comment above an entry is not in it, nor is one below.
fn without(text: &str, kind: Channel, account: &AccountId) -> Result<String, Kept> {
    let document = DeTable::parse(text).map_err(|_| Kept::Unread)?;
    let all = document.get_ref().get("channels");
    let all = all.and_then(|all| all.get_ref().as_array());
    let all = || all.into_iter().flat_map(|all| all.iter());
    let is = |one: &Spanned<DeValue<'_>>| {
        let value = |name: &str| one.get_ref().get(name)?.get_ref().as_str();
        value("kind").and_then(|kind| kind.parse().ok()) == Some(kind)
            && value("account")
                .and_then(|text| AccountId::parse(text).ok())
                .as_ref()
                == Some(account)
    };
    let at = all().position(is).ok_or(Kept::Missing)?;
    let entry = all().nth(at).ok_or(Kept::Missing)?;
    let left = cut(text, &lines(text, &whole(entry)));
    // Whatever way it was written: all else says what it said.
    let mut expected: toml::Table = text.parse().map_err(|_| Kept::Unread)?;
    if let Some(toml::Value::Array(all)) = expected.get_mut("channels") {
        all.remove(at);
        if all.is_empty() {
            expected.remove("channels");
        }
    }
    match left.parse::<toml::Table>() {
        Ok(found) if found == expected => Ok(left),
        _ => Err(Kept::Entwined),
    }
}

/// From the head of a table to the end of the last value in it.
fn whole(value: &Spanned<DeValue<'_>>) -> Range<usize> {
    let own = value.span();
    let inner: Vec<_> = match value.get_ref() {
        DeValue::Table(table) => table.iter().map(|(_, inner)| whole(inner)).collect(),
        DeValue::Array(list) => list.iter().map(whole).collect(),
        _ => Vec::new(),
    };
    let end = inner.iter().map(|inner| inner.end).max();
    own.start..end.unwrap_or_default().max(own.end)
}

/// The whole lines that a range is in.
fn lines(text: &str, range: &Range<usize>) -> Range<usize> {
    let start = text[..range.start].rfind('\n').map_or(0, |at| at + 1);
    let rest = text[range.end..].find('\n');
    start..rest.map_or(text.len(), |at| range.end + at + 1)
}

/// The text without some lines, and without the gap that they leave.
fn cut(text: &str, lines: &Range<usize>) -> String {
    let (before, mut after) = (&text[..lines.start], &text[lines.end..]);
    let is_blank = |line: &str| line.trim().is_empty();
    let above = before.lines().next_back().unwrap_or_default();
    if is_blank(above) {
        while let Some((line, rest)) = after.split_once('\n')
            && is_blank(line)
        {
            after = rest;
        }
    }
    // A comment that stood above the entry is not to be taken for one about what now follows.
    let is_next = after.lines().next().is_some_and(|line| !is_blank(line));
    let gap = match above.trim_start().starts_with('#') && is_next {
        true if before.ends_with("\r\n") => "\r\n",
        true => "\n",
        false => "",
    };
    [before, gap, after].concat()
}

#[cfg(test)]
mod tests {
    use super::{Kept, without};
    use crate::domain::ids::AccountId;

    fn left(text: &str, kind: &str, account: &str) -> Result<String, Kept> {
        without(
            text,
            kind.parse().unwrap(),
            &AccountId::parse(account).unwrap(),
        )
    }

    #[test]
    fn an_entry_is_taken_out_and_all_else_stays_as_it_stands() {
        let head = "# mine\nlisten = \"127.0.0.1:1\"\n\n";
        let one = "[[channels]]\nkind = \"line\"\naccount = \"tw\" # a note\nsite = \"a\"\n\n";
        let other = "[[channels]]\nkind = \"line\"\naccount = \"jp\"\nsite = \"a\"\nallow = [\"10.0.0.0/8\"]\n";
        let tail = "[log]\nlevel = \"info\"\n";
        let whole = [head, one, other, tail].concat();
        let gone = |text: &str, account| left(text, "line", account).unwrap();
        assert_eq!(gone(&whole, "tw"), [head, other, tail].concat());
        assert_eq!(gone(&whole, "jp"), [head, one, tail].concat());
        assert_eq!(gone(&[head, one].concat(), "tw"), head);
        assert_eq!(left(&whole, "slack", "tw"), Err(Kept::Missing));
        assert_eq!(left("[[channels", "slack", "tw"), Err(Kept::Unread));
    }

    #[test]
    fn comments_around_an_entry_are_their_owners() {
        let entry = |head: &str, account: &str, more: &str| {
            format!("{head}\nkind = \"line\"\naccount = \"{account}\"\n{more}site = \"a\"\n")
        };
        let berlin = entry("[[channels]] # berlin", "de", "# site = \"b\"\n");
        let list = "allow = [\n  # [[channels]]\n  \"10.0.0.0/8\",\n]\n";
        let paris = entry("  [[ channels ]]", "fr", list);
        let text =
            format!("# ours\n\n# Berlin\n{berlin}# Paris, since May\n{paris}\n# rest\n[log]\n");
        assert_eq!(
            left(&text, "line", "de").unwrap(),
            format!("# ours\n\n# Berlin\n\n# Paris, since May\n{paris}\n# rest\n[log]\n")
        );
        assert_eq!(
            left(&text, "line", "fr").unwrap(),
            format!("# ours\n\n# Berlin\n{berlin}# Paris, since May\n\n# rest\n[log]\n")
        );
        let windows = text.replace('\n', "\r\n");
        let expected =
            format!("# Berlin\n{berlin}# Paris, since May\n\n# rest").replace('\n', "\r\n");
        assert!(left(&windows, "line", "fr").unwrap().contains(&expected));
    }

    #[test]
    fn what_cannot_be_taken_out_alone_is_left_to_the_operator() {
        let inline = "channels = [{kind = \"line\", account = \"tw\"}, {kind = \"line\", account = \"jp\"}]\n";
        assert_eq!(left(inline, "line", "tw"), Err(Kept::Entwined));
        let apart = "[[channels]]\nkind = \"line\"\naccount = \"tw\"\n[log]\nlevel = \"info\"\n[channels.more]\na = 1\n";
        assert_eq!(left(apart, "line", "tw"), Err(Kept::Entwined));
    }
}
