//! `frontdesk config`: what holds, and who said so.

use std::io::{self, Write};
use std::process::ExitCode;

use serde_json::{Value, json};

use crate::cli::configuration::Configuration;
use crate::cli::exit::finish;
use crate::cli::table::Table;
use crate::config::{
    ChannelConfig, Config as Settings, InvalidConfig, Origin, SiteConfig, WebhookConfig, reference,
    refusals,
};

/// What is printed for a secret.
const REDACTED: &str = "[REDACTED]";

/// Shows every setting with its value and its source
///
/// A flag outdoes a variable, a variable the file, the file the default. Secrets are never shown.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Example: FRONTDESK_LOG_FORMAT=json frontdesk config --listen 127.0.0.1:9000"
)]
pub struct Config {
    /// Prints one JSON object
    #[arg(long)]
    json: bool,
    /// Prints the table of all settings for a manual
    #[arg(long, conflicts_with = "json")]
    markdown: bool,
    #[command(flatten)]
    configuration: Configuration,
}

impl Config {
    /// Prints, and says by the exit code whether a desk would run with this: 0 is yes, 78 no.
    ///
    /// # Errors
    /// When the configuration is wrong.
    pub fn run(self) -> anyhow::Result<ExitCode> {
        let mut out = io::stdout().lock();
        if self.markdown {
            write!(out, "{}", reference::markdown())?;
            return Ok(ExitCode::SUCCESS);
        }
        let config = self.configuration.load()?;
        let refused = refusals(&config);
        if self.json {
            writeln!(out, "{:#}", to_json(&config, &refused))?;
        } else {
            print(&config, &mut out)?;
        }
        if refused.is_empty() {
            return Ok(ExitCode::SUCCESS);
        }
        let listen = config.listen;
        let why = format!("not to be served on {listen}:\n{}", refused.join("\n"));
        Ok(finish(Err(InvalidConfig::from(why).into())))
    }
}

fn print(config: &Settings, out: &mut impl Write) -> io::Result<()> {
    let mut table = Table::new(["SETTING", "VALUE", "SOURCE"]);
    for value in &config.values {
        table.row([value.setting.name, &value.text, &value.origin.to_string()]);
    }
    for site in &config.sites {
        for (name, text, origin) in rows(site) {
            table.row([
                &format!("sites.{}.{name}", site.site.id),
                &text,
                &origin.to_string(),
            ]);
        }
    }
    for webhook in &config.webhooks {
        for (name, text, origin) in rows_of_webhook(webhook) {
            let key = &webhook.subscription.endpoint;
            table.row([
                &format!("webhooks.{key}.{name}"),
                &text,
                &origin.to_string(),
            ]);
        }
    }
    for channel in &config.channels {
        for (name, text, origin) in rows_of_channel(channel) {
            let key = &channel.key.outbox;
            table.row([
                &format!("channels.{key}.{name}"),
                &text,
                &origin.to_string(),
            ]);
        }
    }
    table.print(out)
}

/// What is to be seen of an account at a platform. Its address may hold a secret: only where it leads is shown.
fn rows_of_channel(channel: &ChannelConfig) -> Vec<(&'static str, String, Origin)> {
    let here = &channel.origin;
    let allow = channel.allow.iter().map(ToString::to_string);
    let secret = match &channel.secret_origin {
        Some(origin) => ("secret", REDACTED.to_owned(), origin.clone()),
        None => ("secret", String::new(), Origin::Default),
    };
    let base = channel.url.origin().ascii_serialization();
    vec![
        ("site", channel.site.to_string(), here.clone()),
        ("api_base", base, here.clone()),
        secret,
        ("allow", allow.collect::<Vec<_>>().join(","), here.clone()),
    ]
}

/// What is to be seen of a webhook. Its address may hold a secret: only where it leads is shown.
fn rows_of_webhook(webhook: &WebhookConfig) -> Vec<(&'static str, String, Origin)> {
    let here = &webhook.origin;
    let events = webhook.subscription.events.iter().map(|kind| kind.name());
    let allow = webhook.allow.iter().map(ToString::to_string);
    vec![
        (
            "merchant",
            webhook.subscription.merchant.to_string(),
            here.clone(),
        ),
        (
            "url",
            webhook.url.origin().ascii_serialization(),
            here.clone(),
        ),
        ("secret", REDACTED.to_owned(), webhook.secret_origin.clone()),
        ("events", events.collect::<Vec<_>>().join(","), here.clone()),
        ("allow", allow.collect::<Vec<_>>().join(","), here.clone()),
    ]
}

/// What is to be seen of a site.
fn rows(entry: &SiteConfig) -> Vec<(&'static str, String, Origin)> {
    let site = &entry.site;
    let here = &entry.origin;
    let secret = match &entry.secret_origin {
        Some(origin) => ("secret", REDACTED.to_owned(), origin.clone()),
        None => ("secret", String::new(), Origin::Default),
    };
    vec![
        ("merchant", site.merchant.to_string(), here.clone()),
        ("name", site.merchant_name.clone(), here.clone()),
        ("origins", site.origins.join(","), here.clone()),
        ("locale", site.language.tag().to_owned(), here.clone()),
        secret,
    ]
}

fn to_json(config: &Settings, refused: &[String]) -> Value {
    let settings = config.values.iter().map(|value| {
        json!({"name": value.setting.name, "value": value.text, "source": source(&value.origin)})
    });
    let sites = config
        .sites
        .iter()
        .map(|entry| json!({"key": entry.site.id, "values": values(rows(entry))}));
    let webhooks = config.webhooks.iter().map(|webhook| {
        json!({"key": webhook.subscription.endpoint, "values": values(rows_of_webhook(webhook))})
    });
    json!({
        "settings": settings.collect::<Vec<_>>(),
        "sites": sites.collect::<Vec<_>>(),
        "webhooks": webhooks.collect::<Vec<_>>(),
        "refusals": refused,
    })
}

fn values(rows: Vec<(&'static str, String, Origin)>) -> serde_json::Map<String, Value> {
    let value = |text: String, origin: &Origin| json!({"value": text, "source": source(origin)});
    rows.into_iter()
        .map(|(name, text, origin)| (name.to_owned(), value(text, &origin)))
        .collect()
}

fn source(origin: &Origin) -> Value {
    match origin {
        Origin::Default => json!({"kind": "default"}),
        Origin::File { path, line } => json!({"kind": "file", "path": path, "line": line}),
        Origin::Env(name) => json!({"kind": "env", "name": name}),
        Origin::Flag => json!({"kind": "flag"}),
    }
}
