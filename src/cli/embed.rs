//! `frontdesk embed`: what a shop owner pastes, for this installation.

use std::io::{self, Write};
use std::process::ExitCode;

use anyhow::Context as _;
use serde_json::json;

use crate::cli::configuration::Configuration;
use crate::cli::rules::Rules;
use crate::config::Config;
use crate::http::script_for;
use crate::rules_folder::built_in_widget_words;

/// Prints the line that brings the widget onto a page, what the page's policy has to allow, and the script's hash
#[derive(Debug, clap::Args)]
#[command(after_help = "Example: frontdesk embed --public-url https://support.example.com")]
pub struct Embed {
    /// Prints one JSON object
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    configuration: Configuration,
}

/// What is pasted where.
struct Pasted {
    base: String,
    snippets: Vec<String>,
    integrity: String,
}

impl Embed {
    /// Prints it.
    ///
    /// # Errors
    /// When the configuration or the rules are wrong.
    pub fn run(self) -> anyhow::Result<ExitCode> {
        let config = self.configuration.load()?;
        let pasted = Pasted::of(&config)?;
        let mut out = io::stdout().lock();
        if self.json {
            writeln!(out, "{:#}", pasted.to_json())?;
        } else {
            pasted.print(&mut out)?;
        }
        Ok(ExitCode::SUCCESS)
    }
}

impl Pasted {
    fn of(config: &Config) -> anyhow::Result<Self> {
        let base = match &config.public_url {
            Some(url) => url.trim_end_matches('/').to_owned(),
            None => format!("http://{}", config.listen),
        };
        let rules = config.intents.clone().map(Rules::of).unwrap_or_default();
        let (words, _) = rules.in_force()?.widget_words();
        let sites = config.sites.iter().map(|one| &one.site);
        let script = script_for(&words, sites.clone(), &built_in_widget_words());
        let snippet =
            |site: &str| format!("<script async src=\"{base}/widget.js\"{site}></script>");
        let snippets = match config.sites.as_slice() {
            [] | [_] => vec![snippet("")],
            _ => sites
                .map(|site| snippet(&format!(" data-site=\"{}\"", site.id)))
                .collect(),
        };
        Ok(Self {
            snippets,
            integrity: script.context("the program has no widget")?.integrity(),
            base,
        })
    }

    fn print(&self, out: &mut impl Write) -> io::Result<()> {
        writeln!(out, "On every page of the shop, anywhere:\n")?;
        for snippet in &self.snippets {
            writeln!(out, "  {snippet}")?;
        }
        let base = &self.base;
        writeln!(
            out,
            "\nFor a customer who has logged in, with the token that the shop's server signs, and on an order's page with its number:\n\n  \
             data-token=\"JWT\" data-order=\"A1001\"\n\n\
             If the pages have a Content-Security-Policy, it has to allow:\n\n  \
             script-src  {base}\n  connect-src {base}\n\n\
             To pin the script to what this program serves now (to be changed with the program and with `intents/widget.toml`):\n\n  \
             integrity=\"{}\" crossorigin=\"anonymous\"\n\n\
             The same chat as a page, for links, QR codes and mail:\n\n  {base}/chat",
            self.integrity
        )
    }

    fn to_json(&self) -> serde_json::Value {
        let base = &self.base;
        json!({
            "snippets": self.snippets,
            "csp": {"script-src": base, "connect-src": base},
            "integrity": self.integrity,
            "chat": format!("{base}/chat"),
        })
    }
}
