//! `frontdesk agent`: who answers customers. Works on the data folder; a desk that runs there is asked to do it
//! itself.

use std::io::{self, BufRead as _, Write as _};
use std::process::ExitCode;

use clap::{Args, Subcommand};
use secrecy::SecretString;
use serde_json::Value;

use crate::cli::access::Change;
use crate::cli::asking::Asked;
use crate::cli::folder::Folder;
use crate::cli::table::Table;
use crate::desk::accounts::{self, NewAgent};
use crate::domain::ids::{AgentId, MerchantId};
use crate::domain::language::Language;
use crate::domain::password::PasswordHash;
use crate::domain::rights::AgentRole;

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
    Passwd(Passwd),
    Rights(NewRights),
    Load(Load),
    Totp(SecondFactor),
    Token(NewToken),
    Disable(Disable),
}

/// Adds an agent and prints their API token on stdout and their password for the inbox on stderr, which are shown once
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
    /// What they may do: `viewer`, `agent`, `lead` or `admin`
    #[arg(long, default_value = "agent")]
    role: AgentRole,
    /// The team that they belong to
    #[arg(long)]
    team: Option<String>,
    /// Prints one JSON object
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    folder: Folder,
}

/// Gives an agent another password and ends all their log-ins: a new one, shown once, or the first line of stdin
#[derive(Debug, Args)]
#[command(after_help = "Example: frontdesk agent passwd mei")]
struct Passwd {
    /// Who
    #[arg(value_parser = AgentId::parse)]
    id: AgentId,
    /// Reads the password from stdin, 10 characters at least
    #[arg(long)]
    stdin: bool,
    #[command(flatten)]
    folder: Folder,
}

/// Gives an agent another role or team and ends all their log-ins
#[derive(Debug, Args)]
#[command(after_help = "Example: frontdesk agent rights mei --role lead --team payments")]
struct NewRights {
    /// Who
    #[arg(value_parser = AgentId::parse)]
    id: AgentId,
    /// What they may do: `viewer`, `agent`, `lead` or `admin`
    #[arg(long)]
    role: Option<AgentRole>,
    /// The team that they belong to
    #[arg(long)]
    team: Option<String>,
    #[command(flatten)]
    folder: Folder,
}

/// Says how many conversations an agent is given at most, and in which languages, where a site gives out what waits
#[derive(Debug, Args)]
#[command(
    after_help = "Example: frontdesk agent load mei --cap 5 --language zh-Hans --language en"
)]
struct Load {
    /// Who
    #[arg(value_parser = AgentId::parse)]
    id: AgentId,
    /// No more than so many at a time [default: any number]
    #[arg(long, value_name = "N")]
    cap: Option<u16>,
    /// A language that they answer in: `zh-Hans`, `zh-Hant` or `en` [default: all]
    #[arg(long = "language", value_name = "TAG", value_parser = language)]
    languages: Vec<Language>,
    #[command(flatten)]
    folder: Folder,
}

fn language(tag: &str) -> Result<Language, &'static str> {
    let mut all = Language::ALL.into_iter();
    let found = all.find(|language| language.tag() == tag);
    found.ok_or("a language is `zh-Hans`, `zh-Hant` or `en`")
}

impl Load {
    fn run(self) -> anyhow::Result<ExitCode> {
        let made = Change::Load(self.id.clone(), self.cap, self.languages).apply(&self.folder)?;
        let cap = made["cap"]
            .as_u64()
            .map_or("any number".to_owned(), |cap| cap.to_string());
        eprintln!("{} is given {cap} at a time", self.id);
        Ok(ExitCode::SUCCESS)
    }
}

/// Gives an agent a second factor for the inbox and ends all their log-ins: the secret is shown once
#[derive(Debug, Args)]
#[command(after_help = "Example: frontdesk agent totp mei")]
struct SecondFactor {
    /// Who
    #[arg(value_parser = AgentId::parse)]
    id: AgentId,
    /// Takes it away: the password alone opens again
    #[arg(long)]
    off: bool,
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
            Command::Add(add) => add.run(),
            Command::Passwd(passwd) => passwd.run(),
            Command::Rights(rights) => {
                let change = Change::Rights(rights.id.clone(), rights.role, rights.team);
                let made = change.apply(&rights.folder)?;
                let text = |field: &str| made[field].as_str().unwrap_or("none").to_owned();
                eprintln!(
                    "{}: role {}, team {}",
                    rights.id,
                    text("role"),
                    text("team")
                );
                Ok(ExitCode::SUCCESS)
            }
            Command::Load(load) => load.run(),
            Command::Totp(factor) => factor.run(),
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

impl Add {
    fn run(self) -> anyhow::Result<ExitCode> {
        let new = NewAgent {
            id: self.id,
            name: self.name,
            merchant: self.merchant,
            role: self.role,
            team: self.team,
        };
        let made = Change::Add(new).apply(&self.folder)?;
        if !self.json {
            let text = |field: &str| made[field].as_str().unwrap_or_default();
            let (id, password) = (text("id"), text("password"));
            eprintln!("log-in for /inbox, shown only now: {id} / {password}");
        }
        show(&made, self.json)
    }
}

impl SecondFactor {
    fn run(self) -> anyhow::Result<ExitCode> {
        let made = Change::Totp(self.id.clone(), !self.off).apply(&self.folder)?;
        let Some(secret) = made["totp"]["secret"].as_str() else {
            eprintln!("{} comes in by the password alone", self.id);
            return Ok(ExitCode::SUCCESS);
        };
        let address = made["totp"]["address"].as_str().unwrap_or_default();
        eprintln!(
            "secret of {} for an authenticator, shown only now, also as an address:\n{address}",
            self.id
        );
        writeln!(io::stdout().lock(), "{secret}")?;
        Ok(ExitCode::SUCCESS)
    }
}

impl Passwd {
    fn run(self) -> anyhow::Result<ExitCode> {
        let chosen = self.stdin.then(typed).transpose()?;
        let made = Change::Passwd(self.id.clone(), chosen).apply(&self.folder)?;
        match made["password"].as_str() {
            None => eprintln!("{} has the new password; all log-ins have ended", self.id),
            Some(password) => {
                eprintln!("password of {}, shown only now:", self.id);
                writeln!(io::stdout().lock(), "{password}")?;
            }
        }
        Ok(ExitCode::SUCCESS)
    }
}

/// The hash of the password on the first line of stdin.
fn typed() -> anyhow::Result<PasswordHash> {
    let mut line = String::new();
    io::stdin().lock().read_line(&mut line)?;
    let password = SecretString::from(line.trim_end_matches(['\r', '\n']));
    Ok(accounts::hashed(&password)?)
}

impl List {
    fn run(self) -> anyhow::Result<ExitCode> {
        let agents = Asked::Agents.all(&self.folder)?;
        let mut out = io::stdout().lock();
        if self.json {
            for agent in &agents {
                writeln!(out, "{}", agent.record)?;
            }
            return Ok(ExitCode::SUCCESS);
        }
        let mut table = Table::new(["ID", "NAME", "ROLE", "TEAM", "MERCHANT", "STATE", "SINCE"]);
        table.rows(agents.into_iter().map(|agent| agent.cells));
        table.print(&mut out)?;
        Ok(ExitCode::SUCCESS)
    }
}
