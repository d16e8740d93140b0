//! Configuration: defaults, then `frontdesk.toml`, then `FRONTDESK_*` variables, then flags; each value knows where it came from.
//!
//! `settings` is the one table of names, defaults and explanations; `sites` the storefronts; `holidays` their iCalendar files;
//! `webhooks` who is told of events; `channels` the accounts at messaging platforms; `refusals` what a public desk must
//! not run with; `reference` the README's table and the file that `frontdesk init` writes. Secrets never come from the command
//! line and are never printed.

mod channels;
mod file;
mod holidays;
mod layers;
mod origin;
mod problem;
mod reader;
mod recover;
pub mod reference;
mod refusals;
mod secret;
mod settings;
mod sites;
mod sources;
mod webhooks;

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use ipnet::IpNet;

use reader::Reader;
use settings::Every;

use crate::domain::webhook::Subscription;

pub use channels::ChannelConfig;
pub use file::{FILE, is_configuration};
pub use layers::{Origin, Value};
pub use problem::{ConfigFile, InvalidConfig, Problem};
pub use refusals::refusals;
pub use settings::{Kind, SETTINGS, Setting};
pub use sites::SiteConfig;
pub use sources::Sources;
pub use webhooks::{RobotConfig, WebhookConfig};

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
    /// So many working hours before a promise lapses, the desk looks whether it is kept.
    pub promise_lead_hours: u16,
    /// After so many days without a word, what is over is erased; 0 keeps it for ever.
    pub keep_days: u32,
    /// sled's cache, in MiB.
    pub cache_mb: u64,
    /// Below so much free disk space, in MiB, no new conversation begins.
    pub free_space_mb: u64,
    /// How often backups are taken; none for never.
    pub backup_every: Option<Duration>,
    /// How many backups are kept.
    pub backup_keep: usize,
    /// The length of the journal, in MiB, at which one is taken sooner.
    pub backup_journal_mb: u64,
    /// Log lines as JSON.
    pub log_json: bool,
    /// What is logged, as a `tracing` filter.
    pub log_level: String,
    /// The storefronts.
    pub sites: Vec<SiteConfig>,
    /// The endpoints of merchants that are told of events.
    pub webhooks: Vec<WebhookConfig>,
    /// The accounts at messaging platforms.
    pub channels: Vec<ChannelConfig>,
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

impl Config {
    /// Who is told of events.
    #[must_use]
    pub fn subscriptions(&self) -> Vec<Subscription> {
        let webhooks = self.webhooks.iter();
        webhooks.map(|one| one.subscription.clone()).collect()
    }

    /// Puts the layers together and checks them.
    ///
    /// # Errors
    /// With all that is wrong.
    pub fn load(sources: &Sources) -> Result<Self, InvalidConfig> {
        let mut problems = Vec::new();
        let content = sources
            .file
            .as_ref()
            .map(|file| file::read(file, &mut problems));
        let content = content.unwrap_or_default();
        let sites = sites::read(content.sites, sources, &mut problems);
        let webhooks = webhooks::read(content.webhooks, sources, &mut problems);
        let channels = channels::read(content.channels, sources, &sites, &mut problems);
        let mut known = known_variables(&sites, &webhooks);
        known.extend(channels.variables);
        problems.extend(layers::unknown_variables(sources, &known));
        let values = layers::layer(sources, &content.entries);
        let read = Reader::new(sources.file.as_ref(), &values, &mut problems);
        let config = Self {
            webhooks,
            channels: channels.channels,
            ..typed(read, values.clone(), sites)
        };
        if problems.is_empty() {
            Ok(config)
        } else {
            Err(InvalidConfig(problems))
        }
    }
}

/// The variables of all settings, and of the secrets of these sites and webhooks.
fn known_variables(sites: &[SiteConfig], webhooks: &[WebhookConfig]) -> Vec<String> {
    let settings = SETTINGS.iter().map(Setting::variable);
    let sites = sites
        .iter()
        .flat_map(|entry| secret::variables("SITE", entry.site.id.as_str()));
    let webhooks = webhooks
        .iter()
        .flat_map(|one| secret::variables("WEBHOOK", one.subscription.endpoint.as_str()));
    settings.chain(sites).chain(webhooks).collect()
}

fn typed(mut read: Reader<'_>, values: Vec<Value>, sites: Vec<SiteConfig>) -> Config {
    Config {
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
        keep_days: read.parse("conversations.keep_days"),
        promise_lead_hours: read.parse("dialogue.promise_lead_hours"),
        cache_mb: read.parse("store.cache_mb"),
        free_space_mb: read.parse("store.free_space_mb"),
        backup_every: read.parse::<Every>("backup.every").0,
        backup_keep: read.parse("backup.keep"),
        backup_journal_mb: read.parse("backup.journal_mb"),
        log_json: read.parse::<String>("log.format") == "json",
        log_level: read.parse("log.level"),
        sites,
        webhooks: Vec::new(),
        channels: Vec::new(),
        values,
    }
}
