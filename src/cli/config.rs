//! `frontdesk config`: what holds, and who said so.

use std::io::{self, Write};
use std::process::ExitCode;

use serde_json::{Value, json};

use crate::cli::configuration::Configuration;
use crate::cli::exit::finish;
use crate::cli::table::Table;
use crate::config::{Config as Settings, InvalidConfig, Origin, SiteConfig, reference, refusals};

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
    table.print(out)
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
    let sites = config.sites.iter().map(|entry| {
        let rows = rows(entry).into_iter();
        let values = rows.map(|(name, text, origin)| {
            (
                name.to_owned(),
                json!({"value": text, "source": source(&origin)}),
            )
        });
        json!({"key": entry.site.id, "values": values.collect::<serde_json::Map<_, _>>()})
    });
    json!({
        "settings": settings.collect::<Vec<_>>(),
        "sites": sites.collect::<Vec<_>>(),
        "refusals": refused,
    })
}

fn source(origin: &Origin) -> Value {
    match origin {
        Origin::Default => json!({"kind": "default"}),
        Origin::File { path, line } => json!({"kind": "file", "path": path, "line": line}),
        Origin::Env(name) => json!({"kind": "env", "name": name}),
        Origin::Flag => json!({"kind": "flag"}),
    }
}
