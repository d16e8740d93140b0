//! `frontdesk demo`: a shop with orders, customers, agents and forty-two conversations in a temporary folder, gone when the program stops.

mod ends;
mod orders;
mod seed;
mod shop;
mod talks;

use std::fs::Permissions;
use std::io::Write as _;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Context as _;
use secrecy::{ExposeSecret as _, SecretString};

use crate::clock::{Clock, token};
use crate::config::{Config, ConfigFile, FILE, Sources};
use crate::desk::accounts::Keys;
use crate::domain::account::Agent;
use crate::engine::rules::policy::FOLDER as POLICIES;
use crate::rules_folder::{built_in, write_folder};
use crate::store::{Options, Store};

use super::rules::{FOLDER, Rules};
use super::serve::{serve, stopping};
use ends::Ends;

/// The demo's storefront.
const SITE: &str = "demo";
/// The demo's merchant.
const MERCHANT: &str = "m_demo";

/// Brings up a working desk with a demo shop, in a temporary folder
#[derive(Debug, clap::Args)]
#[command(after_help = "Example: frontdesk demo")]
pub struct Demo {
    /// Address and port to listen on
    #[arg(long, default_value = "127.0.0.1:8787")]
    listen: std::net::SocketAddr,
    /// Address and port for the operator's metrics
    #[arg(long, default_value = "127.0.0.1:9187")]
    metrics_listen: std::net::SocketAddr,
    #[command(flatten)]
    rules: Rules,
}

impl Demo {
    /// Serves the demo until SIGINT, SIGTERM, or the end of its terminal.
    ///
    /// # Errors
    /// When the temporary folder cannot be made, the rules have mistakes, or the port is in use.
    pub fn run(self) -> anyhow::Result<ExitCode> {
        let ends = Ends::watch()?;
        let folder = ends
            .folder(|| {
                tempfile::Builder::new()
                    .prefix("frontdesk-demo-")
                    .permissions(Permissions::from_mode(0o700))
                    .tempdir()
            })
            .context("cannot make a temporary folder")?;
        let served = self.serve_in(folder.path(), &ends);
        ends.settle();
        folder
            .close()
            .context("cannot remove the temporary folder")?;
        served
    }

    /// Fills a folder, and serves what is in it.
    fn serve_in(&self, path: &Path, ends: &Ends) -> anyhow::Result<ExitCode> {
        let secret = token("");
        let intents = self.intents(path)?;
        let config = self.config(path, &intents, &secret)?;
        let access = super::block_on(fill(&config, &Rules::of(intents)))??;
        crate::telemetry::log(config.log_json, &config.log_level);
        let base = format!("http://{}", config.listen);
        let shown = policy_shown(&config);
        let shop = shop::open(&secret, Clock::system());
        let (stop, stopped) = stopping();
        ends.serves(stop.clone());
        let stopping = (stop, stopped.without_signals());
        serve(config, Some(shop), stopping, || {
            tell(&base, &access, path, &shown)
        })
    }

    /// Where the rules and the shop's policy stand: the folder that was named or is here, or one with those of the program, so that
    /// they can be changed while the demo runs.
    fn intents(&self, folder: &Path) -> anyhow::Result<PathBuf> {
        if let Some(named) = self.rules.folder() {
            return Ok(named);
        }
        let intents = folder.join(FOLDER);
        std::fs::create_dir(&intents)?;
        write_folder(&intents, &built_in())?;
        Ok(intents)
    }

    fn config(
        &self,
        folder: &Path,
        intents: &Path,
        secret: &SecretString,
    ) -> anyhow::Result<Config> {
        let file = format!(
            "[[sites]]\nkey = \"{SITE}\"\nmerchant = \"{MERCHANT}\"\nname = \"Linden & Co\"\nsecret = \"{}\"\n\
             assign = \"automatic\"\n\
             origins = [\"http://{}\"]\nrefund_proof = 1\n\
             [sites.calendar]\nhours = {{ mon-sun = \"00:00-24:00\" }}\n\
             [sites.service]\nfirst_response = \"4h\"\nnext_response = \"8h\"\nresolution = \"48h\"\n",
            secret.expose_secret(),
            self.listen,
        );
        let path = folder.join(FILE);
        // The temporary folder is its owner's alone, so the secret in it is, too.
        std::fs::write(&path, &file)?;
        let flags = vec![
            ("listen", self.listen.to_string()),
            ("metrics_listen", self.metrics_listen.to_string()),
            ("data", folder.join("data").display().to_string()),
            ("log.level", "warn".to_owned()),
            ("backup.every", "off".to_owned()),
            ("intents", intents.display().to_string()),
        ];
        Ok(Config::load(&Sources {
            file: Some(ConfigFile { path, text: file }),
            env: Vec::new(),
            flags,
        })?)
    }
}

/// What a visitor of the demo may use.
struct Access {
    agents: Vec<(Agent, Keys)>,
    api_key: SecretString,
}

/// Makes the data folder: orders, an agent, a key, and conversations that were really held with the desk.
async fn fill(config: &Config, rules: &Rules) -> anyhow::Result<Access> {
    let store = Store::open(&Options::new(&config.data, Clock::system().now()))?;
    let access = seed::fill(&store, config, rules.in_force()?).await;
    store.close();
    access
}

/// Where the demo shop's policy stands.
fn policy_shown(config: &Config) -> String {
    let folder = config.intents.clone().unwrap_or_default();
    let policy = folder.join(POLICIES).join(format!("{MERCHANT}.toml"));
    policy.display().to_string()
}

fn tell(base: &str, access: &Access, folder: &Path, policy: &str) -> anyhow::Result<()> {
    let mut out = std::io::stdout().lock();
    writeln!(
        out,
        "demo shop      site key {SITE}, merchant {MERCHANT}, 13 orders; everything is gone when you stop it"
    )?;
    writeln!(
        out,
        "refund policy  {policy}: save it, and the next message is answered by it"
    )?;
    writeln!(out, "storefront     {base}/demo")?;
    writeln!(out, "chat page      {base}/chat")?;
    writeln!(out, "inbox          {base}/inbox")?;
    for (agent, keys) in &access.agents {
        let (id, role) = (&agent.id, agent.rights.role);
        let password = keys.password.expose_secret();
        writeln!(out, "log-in         {id} / {password}   ({role})")?;
    }
    let token = access.agents.first().map(|(_, keys)| &keys.token);
    let token = token.map_or("", |token| token.expose_secret());
    writeln!(out, "agent's token  {token}")?;
    writeln!(out, "shop's key     {}", access.api_key.expose_secret())?;
    writeln!(
        out,
        "sign a customer in   frontdesk token sign --config {} --sub u1 --email mia@example.com",
        folder.join(FILE).display()
    )?;
    writeln!(
        out,
        "try            curl -s {base}/v1/sessions -H 'content-type: application/json' -d '{{\"site\":\"{SITE}\"}}'"
    )?;
    writeln!(
        out,
        "               curl -s '{base}/v1/inbox?view=waiting' -H \"authorization: Bearer {token}\""
    )?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::domain::ids::{MerchantId, OrderId};
    use crate::store::View;

    #[tokio::test]
    async fn a_conversation_that_is_closed_and_a_refund_that_is_paid_can_be_looked_at_too() {
        let folder = tempfile::tempdir().unwrap();
        let nowhere = "127.0.0.1:1".parse().unwrap();
        let demo = Demo {
            listen: nowhere,
            metrics_listen: nowhere,
            rules: Rules::default(),
        };
        let intents = demo.intents(folder.path()).unwrap();
        let config = demo.config(folder.path(), &intents, &token("")).unwrap();
        fill(&config, &Rules::of(intents)).await.unwrap();
        let store = Store::open(&Options::new(&config.data, Clock::system().now())).unwrap();
        let mut seen = BTreeSet::new();
        for view in [View::Waiting, View::Open, View::Bot, View::Done] {
            let rows = store.inbox_rows(view, None, None, 100).await.unwrap().rows;
            seen.extend(rows.into_iter().map(|row| row.status.name()));
        }
        let all = [
            "active",
            "waiting_customer",
            "waiting_third_party",
            "snoozed",
            "resolved",
            "closed",
        ];
        assert_eq!(seen, BTreeSet::from(all));
        for outbox in store.outboxes().await.unwrap() {
            assert_eq!(
                store.count_waiting(&outbox).await.unwrap(),
                0,
                "nobody takes it"
            );
        }
        let merchant = MerchantId::parse(MERCHANT).unwrap();
        let order = OrderId::parse("A1006").unwrap();
        let claims = store.claims(&merchant, &order).await.unwrap().unwrap();
        assert_eq!(claims.latest().unwrap().state.name(), "paid");
        store.close();
    }
}
