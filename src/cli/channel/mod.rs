//! `frontdesk channel`: the accounts at messaging platforms. Works on the configuration file; a desk that runs takes it up when it is
//! started again.

mod add;
mod ask;
mod remove;
mod replace;
mod simulate;
mod words;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Context as _;
use clap::builder::{PossibleValuesParser, TypedValueParser};
use clap::{Args, Subcommand};
use serde_json::json;

use super::folder::Folder;
use super::out::print_line;
use super::serve::hook_address;
use super::table::Table;
use crate::config::{ChannelConfig, Config, FILE};
use crate::domain::channel::{AccountKey, Channel as Kind};
use crate::domain::ids::AccountId;

/// What is said in the place of an address where there is none.
const ASKS: &str = "asks for its messages";

/// The accounts at messaging platforms
#[derive(Debug, Args)]
#[command(after_help = "Example: frontdesk channel add telegram shop --site demo")]
pub struct Channel {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Add(add::Add),
    List(List),
    Test(ask::Test),
    Remove(remove::Remove),
    Simulate(simulate::Simulate),
}

/// Which account.
#[derive(Debug, Args)]
struct Which {
    /// The platform
    #[arg(value_parser = kinds())]
    kind: Kind,
    /// Its key in the configuration
    #[arg(value_parser = AccountId::parse)]
    account: AccountId,
}

/// The platforms, each by its word.
fn kinds() -> impl TypedValueParser<Value = Kind> {
    let names = Kind::ALL.iter().map(|kind| kind.name());
    PossibleValuesParser::new(names).try_map(|name| name.parse::<Kind>())
}

impl Which {
    fn key(&self) -> anyhow::Result<AccountKey> {
        let key = AccountKey::new(self.kind, self.account.clone());
        key.context("an account's key has at most 48 characters")
    }

    /// The account as it is configured.
    fn of<'c>(&self, config: &'c Config) -> anyhow::Result<&'c ChannelConfig> {
        let key = self.key()?;
        let mut all = config.channels.iter();
        all.find(|one| one.key == key)
            .with_context(|| format!("there is no channel `{}`", key.outbox))
    }
}

/// Lists the accounts, and the address that each platform is to be given
#[derive(Debug, Args)]
#[command(after_help = "Example: frontdesk channel list --json")]
struct List {
    /// Prints one JSON object for each
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    folder: Folder,
}

impl Channel {
    /// Does what was asked for.
    ///
    /// # Errors
    /// When the configuration is wrong, or the platform refuses.
    pub fn run(self) -> anyhow::Result<ExitCode> {
        match self.command {
            Command::Add(add) => add.run(),
            Command::List(list) => list.run(),
            Command::Test(test) => test.run(),
            Command::Remove(remove) => remove.run(),
            Command::Simulate(simulate) => simulate.run(),
        }
    }
}

impl List {
    fn run(self) -> anyhow::Result<ExitCode> {
        let config = self.folder.config()?;
        if config.channels.iter().any(|one| !asks(one)) {
            warn_of_paths(&config);
        }
        let rows = config.channels.iter().map(|one| {
            let state = if one.account.is_some() { "on" } else { "off" };
            let address = (!asks(one)).then(|| address(&config, &one.key));
            (one, state, address)
        });
        if self.json {
            for (one, state, address) in rows {
                let (kind, account) = (one.key.channel.name(), one.key.account.as_str());
                print_line(
                    json!({"kind": kind, "account": account, "site": one.site, "state": state, "url": address}),
                )?;
            }
            return Ok(ExitCode::SUCCESS);
        }
        let mut table = Table::new(["KIND", "ACCOUNT", "SITE", "STATE", "URL"]);
        for (one, state, address) in rows {
            let (kind, account) = (one.key.channel.name(), one.key.account.as_str());
            let address = address.as_deref().unwrap_or(ASKS);
            table.row([kind, account, one.site.as_str(), state, address]);
        }
        table.print(&mut std::io::stdout().lock())?;
        Ok(ExitCode::SUCCESS)
    }
}

/// Whether an account asks for its messages, so that its platform is given no address.
fn asks(one: &ChannelConfig) -> bool {
    one.account.as_ref().is_some_and(|account| account.poll)
}

/// The address that a platform is to be given: its path alone while nobody knows what stands before it.
fn address(config: &Config, key: &AccountKey) -> String {
    let path = || format!("/hooks/{}/{}", key.channel, key.account);
    hook_address(config, key).unwrap_or_else(path)
}

/// Says that an address that was printed cannot be given to anybody yet: secrets would be sent to whoever owns what stands before it.
fn warn_of_paths(config: &Config) {
    if config.public_url.is_none() {
        eprintln!("set public_url first: it comes before the path, and no platform takes a path");
    }
}

/// The configuration file that is changed.
fn file_of(config: Option<&Path>) -> PathBuf {
    config.unwrap_or_else(|| Path::new(FILE)).to_owned()
}
