//! What the operator reads when the desk is up: where it is, what it runs with, what is still to be done.

use std::fmt::Write as _;
use std::time::Duration;

use secrecy::ExposeSecret as _;
use tokio::net::TcpListener;

use super::{Started, rules_from};
use crate::config::Config;
use crate::desk::Desk;
use crate::desk::accounts::Keys;
use crate::domain::account::Agent;
use crate::store::Store;

/// Prints it on stderr.
pub async fn print(started: &Started, store: &Store, admin: Option<(Agent, Keys)>, took: Duration) {
    let (config, desk) = (&started.config, &*started.desk);
    let mut out = String::new();
    let version = env!("CARGO_PKG_VERSION");
    let _ = writeln!(out, "frontdesk {version}, ready in {} ms", took.as_millis());
    line(&mut out, "desk", &address(&started.public));
    let base = base(config, &started.public);
    line(
        &mut out,
        "widget",
        &format!("<script async src=\"{base}/widget.js\"></script>"),
    );
    line(&mut out, "inbox", &format!("{base}/inbox"));
    if let Some((agent, keys)) = &admin {
        line(&mut out, "log-in", &log_in(config, agent, keys));
    }
    line(
        &mut out,
        "metrics",
        &format!("{}/metrics", address(&started.internal)),
    );
    line(&mut out, "data", &data(config, store).await);
    line(&mut out, "intents", &intents(config, desk));
    let sites: Vec<&str> = config
        .sites
        .iter()
        .map(|one| one.site.id.as_str())
        .collect();
    if !sites.is_empty() {
        line(&mut out, "sites", &sites.join(", "));
    }
    for (what, mend) in still_to_do(config) {
        let _ = writeln!(out, "  ! {what}\n      -> {mend}");
    }
    if config.log_json {
        // Whoever collects the lines takes nothing but JSON.
        tracing::info!("{}", out.trim_end());
    } else {
        eprint!("{out}");
    }
}

/// What links of the desk begin with: the address that browsers know, else the one that is listened at.
pub fn base(config: &Config, public: &TcpListener) -> String {
    let base = config.public_url.clone();
    let base = base.unwrap_or_else(|| address(public));
    base.trim_end_matches('/').to_owned()
}

/// How the first admin comes in. What is collected as a log is kept, so the password is not said there.
fn log_in(config: &Config, agent: &Agent, keys: &Keys) -> String {
    let (id, password) = (&agent.id, keys.password.expose_secret());
    if config.log_json {
        format!("{id}, a new admin: `frontdesk agent passwd {id}` gives the password")
    } else {
        format!("{id} / {password}   (shown only now; `frontdesk agent passwd {id}` makes another)")
    }
}

/// Where a door is, also when the system chose the port.
fn address(listener: &TcpListener) -> String {
    let found = listener.local_addr();
    found.map_or_else(
        |error| error.to_string(),
        |address| format!("http://{address}"),
    )
}

fn line(out: &mut String, name: &str, value: &str) {
    let _ = writeln!(out, "  {name:<10}{value}");
}

async fn data(config: &Config, store: &Store) -> String {
    let folder = config.data.display();
    match store.counts(None).await {
        Ok(counts) => format!(
            "{folder} ({} with the bot, {} open, {} waiting, {} done)",
            counts.bot, counts.open, counts.waiting, counts.done
        ),
        Err(_) => folder.to_string(),
    }
}

fn intents(config: &Config, desk: &Desk) -> String {
    let counts = desk.rules().counts;
    format!(
        "{} intents, {} rules, {} examples ({})",
        counts.intents,
        counts.rules,
        counts.examples,
        rules_from(config)
    )
}

/// What is missing for customers and agents to be served, and how to mend it.
fn still_to_do(config: &Config) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let mut add = |what: &str, mend: &str| found.push((what.to_owned(), mend.to_owned()));
    if config.sites.is_empty() {
        add(
            "there is no site: nobody can open a session",
            "add [[sites]] to frontdesk.toml; `frontdesk init` writes an example",
        );
    }
    if config.public_url.is_none() {
        add(
            &format!(
                "public_url is not set: links will use http://{}",
                config.listen
            ),
            "set `public_url` or FRONTDESK_PUBLIC_URL",
        );
    }
    if config.listen.ip().is_loopback() {
        add(
            &format!("listening on {} only", config.listen.ip()),
            "--listen 0.0.0.0:8787 behind HTTPS",
        );
    }
    found
}
