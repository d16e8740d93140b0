//! `frontdesk token`: the shop's word for a customer, as a shop's server would sign it, and keys for the API.

use std::io::{self, Write as _};
use std::process::ExitCode;

use anyhow::Context as _;
use clap::{Args, Subcommand, ValueEnum};
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use secrecy::{ExposeSecret as _, SecretString};
use serde_json::{Value, json};

use crate::cli::exit::Usage;
use crate::cli::folder::Folder;
use crate::clock::Clock;
use crate::desk::accounts;
use crate::domain::conversation::Role;
use crate::domain::ids::{MerchantId, SiteId};

/// The desk takes no token that lasts longer.
const LONGEST: jiff::SignedDuration = jiff::SignedDuration::from_hours(24);

/// Tokens that name a customer, and keys for the API
#[derive(Debug, Args)]
#[command(
    after_help = "Example: frontdesk token sign --site demo --sub u-1 --email mei@example.com"
)]
pub struct Token {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Sign(Sign),
    New(New),
}

/// Signs a token for a customer, as the shop's server would (JWT, HS256)
///
/// The site's secret comes from the configuration. The desk believes the token: keep it from others.
#[derive(Debug, Args)]
#[command(
    after_help = "Example: frontdesk token sign --site demo --sub u-1 --email mei@example.com --ttl 15m"
)]
struct Sign {
    /// The site it is for; may be left out when there is only one
    #[arg(long, value_name = "KEY", value_parser = SiteId::parse)]
    site: Option<SiteId>,
    /// The shop's own id for the customer
    #[arg(long, value_name = "ID")]
    sub: String,
    /// The customer's e-mail address
    #[arg(long)]
    email: Option<String>,
    /// The customer's phone number
    #[arg(long)]
    phone: Option<String>,
    /// The customer's name, shown to agents
    #[arg(long)]
    name: Option<String>,
    /// A customer who goes to a person sooner
    #[arg(long)]
    vip: bool,
    /// Who speaks
    #[arg(long, value_enum, default_value_t = Speaker::Customer)]
    role: Speaker,
    /// How long it is valid, such as 15m or 8h; at most 24h
    #[arg(long, value_name = "TIME", default_value = "1h", value_parser = ttl)]
    ttl: jiff::SignedDuration,
    #[command(flatten)]
    folder: Folder,
}

/// Makes an API key for a merchant's programs; it is shown once
///
/// The data folder must not be in use by a running desk.
#[derive(Debug, Args)]
#[command(after_help = "Example: frontdesk token new --merchant m_demo")]
struct New {
    /// Whose orders it may read and write
    #[arg(long, value_name = "ID", value_parser = MerchantId::parse)]
    merchant: MerchantId,
    /// Prints one JSON object
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    folder: Folder,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Speaker {
    Customer,
    Merchant,
}

fn ttl(text: &str) -> Result<jiff::SignedDuration, String> {
    let duration: jiff::SignedDuration = text
        .parse()
        .map_err(|_| "no duration: write it as 15m or 8h".to_owned())?;
    if duration.is_positive() && duration <= LONGEST {
        Ok(duration)
    } else {
        Err("more than nothing and at most 24h".to_owned())
    }
}

impl Token {
    /// Does what was asked for.
    ///
    /// # Errors
    /// When the configuration is wrong or the store cannot be used.
    pub fn run(self) -> anyhow::Result<ExitCode> {
        match self.command {
            Command::Sign(sign) => sign.run(),
            Command::New(new) => new.run(),
        }
    }
}

impl Sign {
    fn run(self) -> anyhow::Result<ExitCode> {
        let (site, secret) = self.secret()?;
        let key = EncodingKey::from_secret(secret.expose_secret().as_bytes());
        let claims = self.claims(&site, Clock::system().now());
        let token = jsonwebtoken::encode(&Header::new(Algorithm::HS256), &claims, &key)?;
        writeln!(io::stdout().lock(), "{token}")?;
        Ok(ExitCode::SUCCESS)
    }

    /// The site that is meant, and its secret.
    fn secret(&self) -> anyhow::Result<(SiteId, SecretString)> {
        let sites = self.folder.config()?.sites;
        let found = match (&self.site, sites.as_slice()) {
            (None, [only]) => Some(only),
            (None, _) => {
                let keys: Vec<&str> = sites.iter().map(|entry| entry.site.id.as_str()).collect();
                let why = format!(
                    "say which site: --site KEY (there are: {})",
                    keys.join(", ")
                );
                return Err(Usage(why).into());
            }
            (Some(key), _) => sites.iter().find(|entry| entry.site.id == *key),
        };
        let key = self.site.as_ref().map_or("", SiteId::as_str);
        let found =
            found.with_context(|| format!("there is no site `{key}` in the configuration"))?;
        let secret = found.secret.clone();
        let key = &found.site.id;
        let secret =
            secret.with_context(|| format!("site `{key}` has no secret: add secret_file to it"))?;
        Ok((key.clone(), secret))
    }

    fn claims(&self, site: &SiteId, now: jiff::Timestamp) -> Value {
        let role = match self.role {
            Speaker::Customer => Role::Customer,
            Speaker::Merchant => Role::Merchant,
        };
        let mut claims = json!({
            "sub": self.sub, "aud": site, "iat": now.as_second(),
            "exp": now.as_second() + self.ttl.as_secs(), "role": role,
        });
        let texts = [
            ("email", &self.email),
            ("phone", &self.phone),
            ("name", &self.name),
        ];
        for (claim, text) in texts {
            if let Some(text) = text {
                claims[claim] = json!(text);
            }
        }
        if self.vip {
            claims["vip"] = json!(true);
        }
        claims
    }
}

impl New {
    fn run(self) -> anyhow::Result<ExitCode> {
        let merchant = self.merchant.clone();
        let (key, secret) = self.folder.with_store(async |store, clock| {
            Ok(accounts::add_api_key(store, clock, merchant).await?)
        })?;
        let mut out = io::stdout().lock();
        let secret = secret.expose_secret();
        if self.json {
            let record = json!({"merchant": key.merchant, "prefix": key.prefix, "key": secret});
            writeln!(out, "{record}")?;
        } else {
            eprintln!("API key of {}, shown only now:", key.merchant);
            writeln!(out, "{secret}")?;
        }
        Ok(ExitCode::SUCCESS)
    }
}
