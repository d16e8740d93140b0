//! The storefronts of a configuration: `[[sites]]`.

use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;

use super::Sources;
use super::settings::Reader;
use crate::domain::calendar::Calendar;
use crate::domain::ids::{MerchantId, SiteId};
use crate::domain::language::Language;
use crate::domain::policy::{Policy, WindowStart};
use crate::domain::proof::ProofLevel;
use crate::domain::site::Site;

/// A key shorter than the hash it feeds is guessed rather than broken (RFC 7518, section 3.2).
const SECRET_BYTES: usize = 32;

/// A storefront and the secret with which the shop signs its customers' tokens.
#[derive(Debug, Clone)]
pub struct SiteConfig {
    /// The storefront.
    pub site: Site,
    /// The secret; without it nobody can be signed in.
    pub secret: Option<SecretString>,
}

/// The file, as far as sites go.
#[derive(Deserialize)]
struct File {
    #[serde(default)]
    sites: Vec<Record>,
}

/// A storefront as it stands in the file.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Record {
    key: SiteId,
    merchant: MerchantId,
    name: Option<String>,
    #[serde(default)]
    origins: Vec<String>,
    locale: Option<String>,
    secret: Option<SecretString>,
    secret_file: Option<std::path::PathBuf>,
    team: Option<String>,
    refund_proof: Option<u8>,
    #[serde(default)]
    calendar: Calendar,
    #[serde(default)]
    policy: PolicyRecord,
}

/// A policy as it stands in the file.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct PolicyRecord {
    refund_window_days: Option<u32>,
    window_starts: Option<WindowStart>,
    #[serde(default)]
    refund_types: Vec<String>,
    #[serde(default)]
    non_refundable: Vec<String>,
    return_shipping: Option<String>,
    refund_time: Option<String>,
    auto_refund_limit: Option<rust_decimal::Decimal>,
}

pub(super) fn read(sources: &Sources, problems: &mut Reader<'_>) -> Vec<SiteConfig> {
    let Some((path, text)) = &sources.file else {
        return Vec::new();
    };
    let file: File = match toml::from_str(text) {
        Ok(file) => file,
        Err(error) => {
            problems.problem(format!("{}: {error}", path.display()));
            return Vec::new();
        }
    };
    let mut sites: Vec<SiteConfig> = Vec::new();
    for record in file.sites {
        if sites.iter().any(|known| known.site.id == record.key) {
            problems.problem(format!(
                "{}: the site `{}` is there twice",
                path.display(),
                record.key
            ));
        }
        match site(record, sources) {
            Ok(site) => sites.push(site),
            Err(problem) => problems.problem(format!("{}: {problem}", path.display())),
        }
    }
    sites
}

fn site(record: Record, sources: &Sources) -> Result<SiteConfig, String> {
    let secret = secret(&record, sources)?;
    let refund_proof = match record.refund_proof {
        None | Some(2) => ProofLevel::Owner,
        Some(1) => ProofLevel::Contact,
        Some(other) => {
            return Err(format!(
                "site `{}`: refund_proof = {other}: use 1 or 2",
                record.key
            ));
        }
    };
    let language = match record.locale.as_deref() {
        None => Language::En,
        Some(locale) => Language::from_locale(locale).ok_or_else(|| {
            format!(
                "site `{}`: locale `{locale}`: use zh-Hans, zh-Hant or en",
                record.key
            )
        })?,
    };
    if let Some(origin) = record
        .origins
        .iter()
        .find(|origin| *origin != "*" && !is_origin(origin))
    {
        return Err(format!(
            "site `{}`: `{origin}` is no origin: write it as https://shop.example",
            record.key
        ));
    }
    let policy = Policy {
        name: record.name.clone(),
        refund_window_days: record.policy.refund_window_days,
        window_starts: record.policy.window_starts.unwrap_or_default(),
        refund_types: record.policy.refund_types,
        non_refundable: record.policy.non_refundable,
        return_shipping: record.policy.return_shipping,
        refund_time: record.policy.refund_time,
        auto_refund_limit: record.policy.auto_refund_limit,
        ..Policy::unknown(record.merchant.clone())
    };
    let site = Site {
        merchant_name: record.name.unwrap_or_else(|| record.merchant.to_string()),
        id: record.key,
        merchant: record.merchant,
        origins: record.origins,
        language,
        team: record.team,
        refund_proof,
        calendar: record.calendar,
        policy,
    };
    Ok(SiteConfig { site, secret })
}

/// The secret from the environment, a file, or the configuration, in this order.
fn secret(record: &Record, sources: &Sources) -> Result<Option<SecretString>, String> {
    let name = format!(
        "FRONTDESK_SITE_{}_SECRET",
        record.key.as_str().to_uppercase().replace(['-', '.'], "_")
    );
    let env = |name: &str| {
        sources
            .env
            .iter()
            .find(|(known, _)| known == name)
            .map(|(_, text)| text.clone())
    };
    let from_file = env(&format!("{name}_FILE"))
        .map(Into::into)
        .or_else(|| record.secret_file.clone());
    let secret = match (env(&name), from_file) {
        (Some(text), _) => Some(SecretString::from(text)),
        (None, Some(path)) => {
            let text = std::fs::read_to_string(&path).map_err(|error| {
                format!(
                    "site `{}`: cannot read {}: {error}",
                    record.key,
                    path.display()
                )
            })?;
            Some(SecretString::from(text.trim().to_owned()))
        }
        (None, None) => record.secret.clone(),
    };
    match &secret {
        Some(secret) if secret.expose_secret().len() < SECRET_BYTES => Err(format!(
            "site `{}`: the secret is shorter than {SECRET_BYTES} bytes: make one with `openssl rand -hex 32`",
            record.key
        )),
        _ => Ok(secret),
    }
}

/// Scheme, host and port, nothing after it (RFC 6454).
fn is_origin(text: &str) -> bool {
    let host = text
        .strip_prefix("https://")
        .or_else(|| text.strip_prefix("http://"));
    host.is_some_and(|host| !host.is_empty() && !host.contains(['/', '?', '#', '@', ' ', '*']))
}
