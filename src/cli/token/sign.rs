//! `frontdesk token sign`: a token such as the shop's server makes for a customer who has logged in there.

use std::io::{self, Write as _};
use std::process::ExitCode;

use anyhow::Context as _;
use clap::{Args, ValueEnum};
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use secrecy::{ExposeSecret as _, SecretString};
use serde_json::{Value, json};

use crate::cli::exit::Usage;
use crate::cli::folder::Folder;
use crate::clock::Clock;
use crate::domain::conversation::Role;
use crate::domain::ids::SiteId;

/// The desk takes no token that lasts longer.
const LONGEST: jiff::SignedDuration = jiff::SignedDuration::from_hours(24);

/// Signs a token for a customer, as the shop's server would (JWT, HS256)
///
/// The site's secret comes from the configuration. The desk believes the token: keep it from others.
#[derive(Debug, Args)]
#[command(
    after_help = "Example: frontdesk token sign --site demo --sub u-1 --email mei@example.com --ttl 15m"
)]
pub struct Sign {
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

impl Sign {
    /// Prints the token.
    ///
    /// # Errors
    /// When the configuration is wrong, or has no such site or no secret for it.
    pub fn run(self) -> anyhow::Result<ExitCode> {
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
