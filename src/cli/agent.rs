//! `frontdesk agent`: who answers customers. Works on the data folder; a desk that runs there is asked to take access
//! away itself.

use std::io::{self, Write as _};
use std::process::ExitCode;

use clap::{Args, Subcommand};
use serde_json::Value;

use crate::cli::access::{Change, to_json, with_token};
use crate::cli::folder::Folder;
use crate::cli::table::Table;
use crate::desk::accounts;
use crate::domain::ids::{AgentId, MerchantId};

/// The people who answer customers
#[derive(Debug, Args)]
#[command(after_help = "Example: frontdesk agent add mei --name \"Mei Lin\"")]
pub struct Agent {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Add(Add),
    List(List),
    Token(NewToken),
    Disable(Disable),
}

/// Adds an agent and prints their API token, which is shown once
#[derive(Debug, Args)]
#[command(after_help = "Example: frontdesk agent add mei --name \"Mei Lin\" --merchant m_demo")]
struct Add {
    /// Their id, which is also their log-in
    #[arg(value_parser = AgentId::parse)]
    id: AgentId,
    /// The name that customers see
    #[arg(long)]
    name: String,
    /// Lets them see this merchant's conversations only [default: all]
    #[arg(long, value_name = "ID", value_parser = MerchantId::parse)]
    merchant: Option<MerchantId>,
    /// Prints one JSON object
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    folder: Folder,
}

/// Lists the agents
#[derive(Debug, Args)]
#[command(after_help = "Example: frontdesk agent list --json")]
struct List {
    /// Prints one JSON object for each
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    folder: Folder,
}

/// Gives an agent a new token: the old one ends, and an agent who was disabled may come back
#[derive(Debug, Args)]
#[command(after_help = "Example: frontdesk agent token mei")]
struct NewToken {
    /// Who
    #[arg(value_parser = AgentId::parse)]
    id: AgentId,
    /// Prints one JSON object
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    folder: Folder,
}

/// Ends an agent's access; what they wrote stays
#[derive(Debug, Args)]
#[command(after_help = "Example: frontdesk agent disable mei")]
struct Disable {
    /// Who
    #[arg(value_parser = AgentId::parse)]
    id: AgentId,
    #[command(flatten)]
    folder: Folder,
}

impl Agent {
    /// Does what was asked for.
    ///
    /// # Errors
    /// When the configuration is wrong or the store cannot be used.
    pub fn run(self) -> anyhow::Result<ExitCode> {
        match self.command {
            Command::Add(add) => {
                let Add {
                    id,
                    name,
                    merchant,
                    json,
                    folder,
                } = add;
                let (agent, token) = folder.with_store(async |store, clock| {
                    Ok(accounts::add_agent(store, clock, id, &name, merchant).await?)
                })?;
                show(&with_token(&agent, &token), json)
            }
            Command::Token(token) => {
                let made = Change::Renew(token.id).apply(&token.folder)?;
                show(&made, token.json)
            }
            Command::Disable(disable) => {
                let id = disable.id.clone();
                Change::Disable(disable.id).apply(&disable.folder)?;
                eprintln!("{id} can no longer log in");
                Ok(ExitCode::SUCCESS)
            }
            Command::List(list) => list.run(),
        }
    }
}

/// The token on stdout, so that a script can take it; the words around it on stderr.
fn show(made: &Value, as_json: bool) -> anyhow::Result<ExitCode> {
    let mut out = io::stdout().lock();
    if as_json {
        writeln!(out, "{made}")?;
    } else {
        let text = |field: &str| made[field].as_str().unwrap_or_default();
        eprintln!("API token of {}, shown only now:", text("id"));
        writeln!(out, "{}", text("token"))?;
    }
    Ok(ExitCode::SUCCESS)
}

impl List {
    fn run(self) -> anyhow::Result<ExitCode> {
        let agents = self
            .folder
            .with_existing_store(async |store, _| Ok(store.agents().await?))?;
        let mut out = io::stdout().lock();
        if self.json {
            for agent in &agents {
                writeln!(out, "{}", to_json(agent))?;
            }
            return Ok(ExitCode::SUCCESS);
        }
        let mut table = Table::new(["ID", "NAME", "MERCHANT", "STATE", "SINCE"]);
        for agent in &agents {
            let merchant = agent.merchant.as_ref().map_or("all", MerchantId::as_str);
            let state = if agent.disabled { "disabled" } else { "active" };
            let since = agent.created_at.to_string();
            table.row([agent.id.as_str(), &agent.name, merchant, state, &since]);
        }
        table.print(&mut out)?;
        Ok(ExitCode::SUCCESS)
    }
}
