//! `frontdesk channel add`: writes an entry and the files of its secrets, and says what is to be pasted where.

use std::io::{self, BufRead as _, Write as _};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context as _, bail};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use clap::Args;
use ipnet::IpNet;

use super::super::exit::Usage;
use super::super::out::print_line;
use super::replace::{keep, not_given, replace};
use super::words::{beside, called, may_lack, place, sends_with_secret};
use super::{Which, address, file_of, warn_of_paths};
use crate::channels::{Need, needs};
use crate::clock;
use crate::config::{Config, ConfigFile, Sources};
use crate::domain::channel::Channel;
use crate::domain::ids::SiteId;

/// Adds an account, and prints the address to paste at its platform
///
/// Secrets that the platform made are asked for, one line each, and kept in files of their own beside the configuration; those that are
/// ours to make are made.
#[derive(Debug, Args)]
#[command(after_help = "Example: frontdesk channel add telegram shop --site demo")]
pub struct Add {
    #[command(flatten)]
    which: Which,
    /// The storefront whose customers write there
    #[arg(long, value_parser = SiteId::parse)]
    site: SiteId,
    /// The platform's own number or name for the account
    #[arg(long)]
    sender: Option<String>,
    /// The address that answers are sent to, for a program of your own
    #[arg(long)]
    url: Option<String>,
    /// Where requests to the platform go, for an installation of your own (chatwoot) or another region (feishu, mailgun) [default: the platform's]
    #[arg(long, value_name = "URL")]
    api_base: Option<String>,
    /// A network of your own that these addresses may be in, such as 10.0.0.7/32: in plain http too, and at any port
    #[arg(long, value_name = "NETWORK")]
    allow: Vec<IpNet>,
    /// Ask for messages rather than have them brought, for a desk without a public address (telegram)
    #[arg(long)]
    poll: bool,
    /// The configuration file [default: frontdesk.toml]
    #[arg(
        long,
        value_name = "FILE",
        env = "FRONTDESK_CONFIG",
        hide_env_values = true
    )]
    config: Option<PathBuf>,
}

/// A secret and the file that it is kept in.
struct Kept {
    name: &'static str,
    path: PathBuf,
    text: String,
}

impl Add {
    pub(super) fn run(self) -> anyhow::Result<ExitCode> {
        let file = file_of(self.config.as_deref());
        let key = self.which.key()?;
        let channel = key.channel;
        self.check_flags(channel)?;
        let before = std::fs::read_to_string(&file)
            .with_context(|| format!("cannot read {}", file.display()))?;
        let mut secrets = Vec::new();
        for name in names(channel) {
            // Nothing is brought, so nothing is signed.
            if self.poll && name == "secret" {
                continue;
            }
            let path = file.with_file_name(format!("{}.{name}", key.outbox));
            if path.exists() {
                bail!(
                    "{} is there already: remove it, or take another key",
                    path.display()
                );
            }
            if let Some(text) = given(channel, name, &secrets)? {
                secrets.push(Kept { name, path, text });
            }
        }
        let after = format!("{}\n{}", before.trim_end(), self.entry(channel, &secrets));
        let config = written(&file, &after, &secrets)?;
        for one in &secrets {
            eprintln!("{} is kept in {}", one.name, one.path.display());
            if let Some(warning) = not_given(&one.path, &file) {
                eprintln!("Attention: {warning}");
            }
        }
        if self.poll {
            eprintln!("Start the desk again: it asks for the messages");
            return Ok(ExitCode::SUCCESS);
        }
        let address = address(&config, &key);
        // Most platforms ask the address when it is entered, and take none that does not answer.
        eprintln!("Start the desk again, so that it answers there. Then:");
        eprintln!("{}:", place(channel));
        print_line(&address)?;
        if let Some(more) = beside(channel) {
            eprintln!("{}", filled(more, &address, &secrets));
        }
        warn_of_paths(&config);
        Ok(ExitCode::SUCCESS)
    }

    fn check_flags(&self, channel: Channel) -> Result<(), Usage> {
        for need in needs(channel) {
            let is_there = match need {
                Need::Sender => self.sender.is_some(),
                Need::Url => self.url.is_some(),
                Need::Token | Need::Verify | Need::AesKey => true,
            };
            if !is_there {
                let name = need.name();
                let words = called(channel, name);
                return Err(Usage(format!("{channel} needs --{name}: {words}")));
            }
        }
        Ok(())
    }

    fn entry(&self, channel: Channel, secrets: &[Kept]) -> String {
        let mut lines = vec![
            "\n[[channels]]".to_owned(),
            format!("kind = \"{channel}\""),
            format!("account = \"{}\"", self.which.account),
            format!("site = \"{}\"", self.site),
        ];
        if self.poll {
            lines.push("poll = true".to_owned());
        }
        let quoted = |text: &str| toml::Value::String(text.to_owned()).to_string();
        let flags = [
            ("sender", &self.sender),
            ("url", &self.url),
            ("api_base", &self.api_base),
        ];
        lines.extend(flags.iter().filter_map(|(name, value)| {
            let value = value.as_ref()?;
            Some(format!("{name} = {}", quoted(value)))
        }));
        if !self.allow.is_empty() {
            let networks = self.allow.iter().map(|one| quoted(&one.to_string()));
            lines.push(format!(
                "allow = [{}]",
                networks.collect::<Vec<_>>().join(", ")
            ));
        }
        lines.extend(secrets.iter().map(|one| {
            let file = one.path.file_name().unwrap_or_default().to_string_lossy();
            format!("{}_file = {}", one.name, quoted(&file))
        }));
        lines.join("\n") + "\n"
    }
}

/// The secrets of an account, by their names in the configuration.
fn names(channel: Channel) -> Vec<&'static str> {
    let more = needs(channel).iter().filter_map(|need| match need {
        Need::Token | Need::Verify | Need::AesKey => Some(need.name()),
        Need::Sender | Need::Url => None,
    });
    let optional = ["token"];
    let optional = optional.into_iter().filter(|name| may_lack(channel, name));
    let all = std::iter::once("secret").chain(more);
    all.chain(optional).collect()
}

/// A secret: made here, known already, or asked for; none where the account may do without it, and does.
fn given(channel: Channel, name: &str, known: &[Kept]) -> anyhow::Result<Option<String>> {
    if let Some(made) = own(channel, name) {
        return Ok(Some(made));
    }
    if name == "token" && sends_with_secret(channel) {
        return Ok(known.first().map(|secret| secret.text.clone()));
    }
    let text = asked(name, called(channel, name))?;
    if text.is_empty() && !may_lack(channel, name) {
        let why = format!("{name} is empty: type it, or give it on standard input, a line each");
        return Err(Usage(why).into());
    }
    Ok(Some(text).filter(|text| !text.is_empty()))
}

/// What is to be done with the address and the files of secrets.
fn filled(text: &str, address: &str, secrets: &[Kept]) -> String {
    let bare = address.strip_prefix("https://").unwrap_or(address);
    let text = text.replace("{address}", address).replace("{bare}", bare);
    secrets.iter().fold(text, |text, one| {
        text.replace(&format!("@{}", one.name), &one.path.display().to_string())
    })
}

/// A secret that is ours to make: the platform is told it.
fn own(channel: Channel, name: &str) -> Option<String> {
    use secrecy::ExposeSecret as _;
    match (channel, name) {
        (Channel::Webhook, "secret") => {
            let bytes = [clock::random_bytes(), clock::random_bytes()].concat();
            Some(format!("whsec_{}", STANDARD.encode(bytes)))
        }
        (Channel::Telegram, "secret")
        | (Channel::WhatsApp | Channel::Messenger | Channel::Instagram, "verify") => {
            Some(clock::token("").expose_secret().to_owned())
        }
        _ => None,
    }
}

fn asked(name: &str, called: &str) -> anyhow::Result<String> {
    eprint!("{name} ({called}): ");
    io::stderr().flush()?;
    let mut line = String::new();
    io::stdin().lock().read_line(&mut line)?;
    Ok(line.trim().to_owned())
}

/// Writes the secrets and then the entry that names them: all of it, or nothing that would stand in the way of another try.
fn written(file: &Path, after: &str, secrets: &[Kept]) -> anyhow::Result<Config> {
    let mut kept = Vec::new();
    let mut write = || {
        for one in secrets {
            keep(&one.path, &one.text, file)?;
            kept.push(&one.path);
        }
        let config = load(file, after)?;
        replace(file, after)?;
        Ok(config)
    };
    let written = write();
    if written.is_err() {
        for path in kept {
            let _ = std::fs::remove_file(path);
        }
    }
    written
}

fn load(file: &Path, text: &str) -> anyhow::Result<Config> {
    let sources = Sources::read(Some(file), Vec::new())?;
    let changed = Sources {
        file: Some(ConfigFile {
            path: file.to_owned(),
            text: text.to_owned(),
        }),
        ..sources
    };
    Ok(Config::load(&changed)?)
}
