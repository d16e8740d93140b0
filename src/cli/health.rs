//! `frontdesk health`: whether a running desk is well, asked from outside.

use std::io::{self, Write as _};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::process::ExitCode;
use std::time::Duration;

use serde_json::{Value, json};

use crate::cli::configuration::Configuration;
use crate::cli::table::Table;

/// What is asked for.
const PATHS: [&str; 2] = ["/healthz", "/readyz"];

/// Asks a running desk whether it lives and can take work
///
/// Exits with 1 when it does not answer in time, or says no.
#[derive(Debug, clap::Args)]
#[command(after_help = "Example: frontdesk health --url http://127.0.0.1:8787")]
pub struct Health {
    /// The desk's address [default: where the configuration listens]
    #[arg(long)]
    url: Option<String>,
    /// So many seconds may an answer take
    #[arg(long, value_name = "SECONDS", default_value_t = 5, value_parser = clap::value_parser!(u64).range(1..=600))]
    timeout: u64,
    /// Prints one JSON object
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    configuration: Configuration,
}

/// What came of one question.
struct Answer {
    path: &'static str,
    well: bool,
    detail: String,
}

impl Health {
    /// Asks, prints, and says by the exit code whether all is well.
    ///
    /// # Errors
    /// When the configuration is wrong.
    pub fn run(self) -> anyhow::Result<ExitCode> {
        let url = match &self.url {
            Some(url) => url.trim_end_matches('/').to_owned(),
            None => format!("http://{}", reachable(self.configuration.load()?.listen)),
        };
        let client = reqwest::Client::builder()
            .timeout(Duration::from_secs(self.timeout))
            .redirect(reqwest::redirect::Policy::none())
            .no_proxy()
            .build()?;
        let answers = super::block_on(async {
            let mut answers = Vec::new();
            for path in PATHS {
                answers.push(ask(&client, &url, path).await);
            }
            answers
        })?;
        self.print(&url, &answers)?;
        Ok(match answers.iter().all(|answer| answer.well) {
            true => ExitCode::SUCCESS,
            false => ExitCode::FAILURE,
        })
    }

    fn print(&self, url: &str, answers: &[Answer]) -> io::Result<()> {
        let mut out = io::stdout().lock();
        if self.json {
            let checks = answers.iter().map(
                |answer| json!({"path": answer.path, "ok": answer.well, "detail": answer.detail}),
            );
            let ok = answers.iter().all(|answer| answer.well);
            let record = json!({"url": url, "ok": ok, "checks": checks.collect::<Vec<_>>()});
            return writeln!(out, "{record}");
        }
        let mut table = Table::new(["CHECK", "STATE", "DETAIL"]);
        for answer in answers {
            let state = if answer.well { "ok" } else { "red" };
            table.row([&format!("{url}{}", answer.path), state, &answer.detail]);
        }
        table.print(&mut out)
    }
}

async fn ask(client: &reqwest::Client, url: &str, path: &'static str) -> Answer {
    let answer = match client.get(format!("{url}{path}")).send().await {
        Ok(response) => {
            let well = response.status().is_success();
            let status = response.status();
            response
                .text()
                .await
                .map(|body| (well, detail(status, &body)))
        }
        Err(error) => Err(error),
    };
    let (well, detail) = answer.unwrap_or_else(|error| (false, in_words(&error)));
    Answer { path, well, detail }
}

/// What is said about the checks: why one failed, or what somebody should look at; the status, if nothing is.
fn detail(status: reqwest::StatusCode, body: &str) -> String {
    let body: Value = serde_json::from_str(body).unwrap_or_default();
    let checks = body["checks"].as_array().into_iter().flatten();
    let told = checks.filter(|check| check["ok"] == false || check["detail"].is_string());
    let told = told.map(|check| {
        let name = check["name"].as_str().unwrap_or("?");
        match check["detail"].as_str() {
            Some(why) => format!("{name}: {why}"),
            None => name.to_owned(),
        }
    });
    let told: Vec<String> = told.collect();
    if told.is_empty() {
        status.to_string()
    } else {
        told.join("; ")
    }
}

/// The innermost cause: the others only say that a request failed.
fn in_words(error: &reqwest::Error) -> String {
    if error.is_timeout() {
        return "no answer in time".to_owned();
    }
    let mut cause: &dyn std::error::Error = error;
    while let Some(deeper) = cause.source() {
        cause = deeper;
    }
    cause.to_string()
}

/// A desk that listens on all addresses is asked on this machine's own.
fn reachable(listen: SocketAddr) -> SocketAddr {
    let ip = match listen.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => Ipv4Addr::LOCALHOST.into(),
        IpAddr::V6(ip) if ip.is_unspecified() => Ipv6Addr::LOCALHOST.into(),
        ip => ip,
    };
    SocketAddr::new(ip, listen.port())
}
