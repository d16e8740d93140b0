//! Configuration: defaults, then `frontdesk.toml`, then `FRONTDESK_*` variables, then flags; each value knows where it came from.
//!
//! `settings` is the one table of names, defaults and explanations; `sites` the storefronts; `refusals` what a public desk must
//! not run with. Secrets never come from the command line and are never printed.

mod refusals;
mod settings;
mod sites;

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use ipnet::IpNet;

pub use refusals::refusals;
pub use settings::{Origin, SETTINGS, Setting, Value};
pub use sites::SiteConfig;

/// What is wrong with the configuration, in words that say where and how to mend it.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct InvalidConfig(pub String);

/// The whole configuration, checked.
#[derive(Debug, Clone)]
pub struct Config {
    /// Where the desk listens for everybody.
    pub listen: SocketAddr,
    /// Where it listens for the operator's metrics.
    pub metrics_listen: SocketAddr,
    /// The data folder.
    pub data: PathBuf,
    /// The folder of rule files; none means the built-in ones.
    pub intents: Option<PathBuf>,
    /// The address that customers' browsers know, without a slash at the end.
    pub public_url: Option<String>,
    /// Proxies whose `X-Forwarded-For` is believed.
    pub trusted_proxies: Vec<IpNet>,
    /// What one caller may use.
    pub limits: Limits,
    /// So many turns of the bot, then a person.
    pub turn_budget: u16,
    /// How long an unclear short message waits for the next one.
    pub settle: Duration,
    /// sled's cache, in MiB.
    pub cache_mb: u64,
    /// Below so much free disk space, in MiB, no new conversation begins.
    pub free_space_mb: u64,
    /// Log lines as JSON.
    pub log_json: bool,
    /// What is logged, as a `tracing` filter.
    pub log_level: String,
    /// The storefronts.
    pub sites: Vec<SiteConfig>,
    /// Every setting with its source, as `frontdesk config` prints them.
    pub values: Vec<Value>,
}

/// What one caller may use.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limits {
    /// Messages of one visitor in a minute.
    pub messages_per_minute: u32,
    /// New sessions from one address in a minute.
    pub sessions_per_minute: u32,
    /// Requests with one agent's token or one API key in a minute.
    pub requests_per_minute: u32,
    /// The size of a request's body, in bytes.
    pub body_bytes: usize,
    /// The length of a message, in characters.
    pub text_chars: usize,
    /// Open connections in all.
    pub connections: usize,
    /// Open connections from one address.
    pub connections_per_address: usize,
    /// Open event streams of one visitor.
    pub streams_per_visitor: usize,
}

/// Where the layers come from.
#[derive(Debug, Default)]
pub struct Sources {
    /// The configuration file and its text, if there is one.
    pub file: Option<(PathBuf, String)>,
    /// Environment variables.
    pub env: Vec<(String, String)>,
    /// Flags, by setting name.
    pub flags: Vec<(&'static str, String)>,
}

impl Sources {
    /// Reads the file (`frontdesk.toml` here, unless another is named) and takes the environment.
    ///
    /// # Errors
    /// When a file that was named, or one that is here, cannot be read.
    pub fn read(
        file: Option<&Path>,
        flags: Vec<(&'static str, String)>,
    ) -> Result<Self, InvalidConfig> {
        let path = file.unwrap_or_else(|| Path::new("frontdesk.toml"));
        let file = match std::fs::read_to_string(path) {
            Ok(text) => Some((path.to_owned(), text)),
            Err(error) if file.is_none() && error.kind() == std::io::ErrorKind::NotFound => None,
            Err(error) => {
                return Err(InvalidConfig(format!(
                    "cannot read {}: {error}",
                    path.display()
                )));
            }
        };
        Ok(Self {
            file,
            env: std::env::vars()
                .filter(|(name, _)| name.starts_with("FRONTDESK_"))
                .collect(),
            flags,
        })
    }
}

impl Config {
    /// Puts the layers together and checks them.
    ///
    /// # Errors
    /// With all that is wrong, a line each.
    pub fn load(sources: &Sources) -> Result<Self, InvalidConfig> {
        let values = settings::layer(sources)?;
        let mut read = settings::Reader::new(&values);
        let config = Self {
            listen: read.parse("listen"),
            metrics_listen: read.parse("metrics_listen"),
            data: read.parse("data"),
            intents: read.optional("intents"),
            public_url: read
                .optional::<String>("public_url")
                .map(|url| url.trim_end_matches('/').to_owned()),
            trusted_proxies: read.list("trusted_proxies"),
            limits: Limits {
                messages_per_minute: read.parse("limits.messages_per_minute"),
                sessions_per_minute: read.parse("limits.sessions_per_minute"),
                requests_per_minute: read.parse("limits.requests_per_minute"),
                body_bytes: read.parse("limits.body_bytes"),
                text_chars: read.parse("limits.text_chars"),
                connections: read.parse("limits.connections"),
                connections_per_address: read.parse("limits.connections_per_address"),
                streams_per_visitor: read.parse("limits.streams_per_visitor"),
            },
            turn_budget: read.parse("dialogue.turn_budget"),
            settle: Duration::from_millis(read.parse("dialogue.settle_ms")),
            cache_mb: read.parse("store.cache_mb"),
            free_space_mb: read.parse("store.free_space_mb"),
            log_json: read.parse::<String>("log.format") == "json",
            log_level: read.parse("log.level"),
            sites: sites::read(sources, &mut read),
            values: values.clone(),
        };
        read.finish()?;
        Ok(config)
    }
}
