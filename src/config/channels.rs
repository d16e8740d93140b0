//! The accounts at messaging platforms: `[[channels]]`.

mod checks;

use std::collections::BTreeMap;
use std::path::PathBuf;

use ipnet::IpNet;
use reqwest::Url;
use secrecy::{ExposeSecret as _, SecretString};
use serde::Deserialize;
use toml::Spanned;
use toml::de::{DeValue, ValueDeserializer};

use super::layers::Origin;
use super::problem::{Problem, did_you_mean, nearest};
use super::secret::{self, Said};
use super::sites::SiteConfig;
use super::webhooks::address;
use super::{ConfigFile, Sources};
use crate::channels::{Account, Secret, default_base, is_aes_key, is_public_key};
use crate::domain::channel::{AccountKey, Channel};
use crate::domain::ids::{AccountId, SiteId};
use crate::domain::webhook::SigningSecret;

/// A secret that is changed is there twice for a while.
const SECRETS: usize = 4;
/// A shorter one is guessed.
const SECRET_BYTES: usize = 16;
/// What makes a secret of our own.
const MADE_WITH: &str = "openssl rand -hex 32";
/// The names of an account's secrets.
const NAMES: [&str; 5] = ["SECRET", "TOKEN", "VERIFY", "AES_KEY", "SHARED_KEY"];

/// An account at a messaging platform.
#[derive(Debug, Clone)]
pub struct ChannelConfig {
    /// Which.
    pub key: AccountKey,
    /// The account; none while it has no secret: then it is off.
    pub account: Option<Account>,
    /// Where requests to its platform go. It may hold a secret of its own.
    pub url: Url,
    /// Who said the secret.
    pub secret_origin: Option<Origin>,
    /// Networks, beside the public internet, that the platform may be in.
    pub allow: Vec<IpNet>,
    /// The storefront of its customers.
    pub site: SiteId,
    /// Where it stands.
    pub origin: Origin,
}

impl ChannelConfig {
    /// The variables of its secrets.
    pub(super) fn variables(&self) -> Vec<String> {
        let each = NAMES.iter();
        each.flat_map(|name| variables(&self.key, name)).collect()
    }
}

fn variables(key: &AccountKey, name: &str) -> [String; 2] {
    secret::variables_of("CHANNEL", key.outbox.as_str(), name)
}

/// An account as it stands in the file.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Record {
    kind: Spanned<String>,
    account: Spanned<AccountId>,
    site: Spanned<SiteId>,
    secret: Option<Spanned<SecretString>>,
    secret_file: Option<PathBuf>,
    token: Option<Spanned<SecretString>>,
    token_file: Option<PathBuf>,
    verify: Option<Spanned<SecretString>>,
    verify_file: Option<PathBuf>,
    aes_key: Option<Spanned<SecretString>>,
    aes_key_file: Option<PathBuf>,
    shared_key: Option<Spanned<SecretString>>,
    shared_key_file: Option<PathBuf>,
    sender: Option<String>,
    #[serde(default)]
    plain: bool,
    #[serde(default)]
    poll: bool,
    #[serde(default)]
    hands_over: bool,
    servicer: Option<String>,
    #[serde(default)]
    file_hosts: Vec<String>,
    url: Option<Spanned<String>>,
    api_base: Option<Spanned<String>>,
    #[serde(default)]
    allow: Vec<Spanned<String>>,
}

/// Takes the accounts of a file, and notes all that is wrong with them.
pub(super) fn read(
    tables: Vec<Spanned<DeValue<'_>>>,
    sources: &Sources,
    sites: &[SiteConfig],
    problems: &mut Vec<Problem>,
) -> Vec<ChannelConfig> {
    let Some(file) = &sources.file else {
        return Vec::new();
    };
    let mut channels = Vec::new();
    let mut known: BTreeMap<String, usize> = BTreeMap::new();
    for table in tables {
        let start = table.span().start;
        let record = match Record::deserialize(ValueDeserializer::from(table)) {
            Ok(record) => record,
            Err(error) => {
                problems.push(file.error(&error));
                continue;
            }
        };
        let line = file.line(start);
        let name = format!("{}.{}", record.kind.get_ref(), record.account.get_ref());
        if let Some(first) = known.insert(name.clone(), line) {
            let message = format!("the channel `{name}` is already there in line {first}");
            problems.push(file.problem(&record.account.span(), &message));
        }
        let origin = Origin::line_of(file, start);
        let mut making = Making {
            file,
            problems,
            sources,
            origin,
        };
        making.check_site(&record.site, sites);
        channels.extend(making.channel(record));
    }
    channels
}

/// What is needed to turn a record into an account.
struct Making<'a> {
    file: &'a ConfigFile,
    problems: &'a mut Vec<Problem>,
    sources: &'a Sources,
    origin: Origin,
}

impl Making<'_> {
    fn check_site(&mut self, said: &Spanned<SiteId>, sites: &[SiteConfig]) {
        let mut names = sites.iter().map(|one| one.site.id.as_str());
        if !names.any(|name| name == said.get_ref().as_str()) {
            let message = format!("there is no site `{}`", said.get_ref());
            self.problems
                .push(self.file.problem(&said.span(), &message));
        }
    }

    /// None when something is wrong with it, which has been noted.
    fn channel(&mut self, mut record: Record) -> Option<ChannelConfig> {
        let key = self.key(&record)?;
        let allow = self.allow(&record.allow);
        let url = self.url(key.channel, &record, allow.is_empty())?;
        let secret = self.secret(
            &key,
            "SECRET",
            record.secret.take(),
            record.secret_file.take(),
        );
        let token = self.secret(&key, "TOKEN", record.token.take(), record.token_file.take());
        let verify = self.secret(
            &key,
            "VERIFY",
            record.verify.take(),
            record.verify_file.take(),
        );
        let aes_key = self.secret(
            &key,
            "AES_KEY",
            record.aes_key.take(),
            record.aes_key_file.take(),
        );
        let aes_key = aes_key.and_then(|(text, _)| self.aes_key(&key, &text));
        let shared_keys = self.shared_keys(&key, &mut record);
        let (secrets, secret_origin) = secret.unzip();
        let secrets = match secrets {
            Some(text) => self.several(&key, &text),
            None => without_secret(&key, record.poll),
        };
        let account = secrets.map(|secrets| Account {
            key: key.clone(),
            site: record.site.get_ref().clone(),
            secrets,
            shared_keys,
            token: token.and_then(|(text, _)| self.one(&key, &text)),
            verify: verify.and_then(|(text, _)| self.one(&key, &text)),
            sender: record.sender,
            aes_key,
            plain: record.plain,
            poll: record.poll,
            hands_over: record.hands_over,
            servicer: record.servicer,
            file_hosts: record.file_hosts,
            public: String::new(),
            base: url.as_str().trim_end_matches('/').to_owned(),
        });
        if let Some(account) = &account {
            self.check(account);
        }
        Some(ChannelConfig {
            key,
            account,
            url,
            secret_origin,
            allow,
            site: record.site.into_inner(),
            origin: self.origin.clone(),
        })
    }

    fn key(&mut self, record: &Record) -> Option<AccountKey> {
        let kind = &record.kind;
        let Ok(channel) = kind.get_ref().parse::<Channel>() else {
            let names = Channel::ALL.iter().map(|channel| channel.name());
            let hint = nearest(kind.get_ref(), names.clone()).map(did_you_mean);
            let all = || format!("the kinds are {}", names.collect::<Vec<_>>().join(", "));
            let message = format!("there is no channel `{}`", kind.get_ref().escape_debug());
            let problem = self.file.problem(&kind.span(), &message);
            self.problems
                .push(problem.hint(Some(hint.unwrap_or_else(all))));
            return None;
        };
        let key = AccountKey::new(channel, record.account.get_ref().clone());
        if key.is_none() {
            let message = "an account's key has at most 48 characters";
            self.problems
                .push(self.file.problem(&record.account.span(), message));
        }
        key
    }

    fn allow(&mut self, texts: &[Spanned<String>]) -> Vec<IpNet> {
        let mut found = Vec::new();
        for text in texts {
            match text.get_ref().parse() {
                Ok(network) => found.push(network),
                Err(_) => {
                    let message = "a network such as 10.0.0.0/8, or 10.0.0.7/32 for one address";
                    self.problems.push(self.file.problem(&text.span(), message));
                }
            }
        }
        found
    }

    /// Where requests go: for a platform its own address unless another is said, for any program the one that is.
    fn url(&mut self, channel: Channel, record: &Record, is_public: bool) -> Option<Url> {
        let base = default_base(channel);
        let said = record.api_base.as_ref().or(record.url.as_ref());
        let wrong = match said.map_or(base, |said| said.get_ref()) {
            "" => Err(
                "the address that answers are sent to is missing: write url = \"https://shop.example/frontdesk\"",
            ),
            text => address(text),
        };
        let wrong = match wrong {
            Err(wrong) => wrong,
            Ok(url) if url.scheme() == "http" && is_public => {
                "http is for networks of your own: write https, or allow = [\"10.0.0.7/32\"]"
            }
            Ok(url) => return Some(url),
        };
        let span = said.map_or_else(|| record.kind.span(), Spanned::span);
        self.problems.push(self.file.problem(&span, wrong));
        None
    }

    /// A secret and who said it; none when nobody did, or when something is wrong with it, which has been noted.
    fn secret(
        &mut self,
        key: &AccountKey,
        name: &str,
        said: Option<Spanned<SecretString>>,
        file: Option<PathBuf>,
    ) -> Option<(SecretString, Origin)> {
        let said = Said {
            secret: said.map(Spanned::into_inner),
            file,
            origin: self.origin.clone(),
        };
        let found = secret::given(variables(key, name), MADE_WITH, said, self.sources);
        found.unwrap_or_else(|problem| {
            self.note(key, &problem);
            None
        })
    }

    /// The secrets in a text: one, or the new one and the old one, with a space or a line break between them. An empty one is refused:
    /// whoever writes it believes that something is checked.
    fn several(&mut self, key: &AccountKey, text: &SecretString) -> Option<Vec<Secret>> {
        let each = text.expose_secret().split_whitespace();
        let secrets: Vec<Secret> = each
            .filter_map(|one| self.one(key, &SecretString::from(one)))
            .collect();
        if !(1..=SECRETS).contains(&secrets.len()) {
            let message = format!("has {} secrets, not 1 to {SECRETS}", secrets.len());
            self.note(key, &message);
            return None;
        }
        let signs = |one: &Secret| SigningSecret::parse(one.reveal()).is_ok();
        if key.channel == Channel::Webhook && !secrets.iter().all(signs) {
            self.note(key, "its secret is `whsec_` and the base64 of 24 to 64 random bytes: `echo whsec_$(openssl rand -base64 32)` makes one");
            return None;
        }
        if key.channel == Channel::Discord && !secrets.iter().all(is_public_key) {
            self.note(key, "its secret is the Public Key of the application's General Information page: 64 digits in hexadecimal");
            return None;
        }
        Some(secrets)
    }

    fn shared_keys(&mut self, key: &AccountKey, record: &mut Record) -> Vec<Secret> {
        let (said, file) = (record.shared_key.take(), record.shared_key_file.take());
        let found = self.secret(key, "SHARED_KEY", said, file);
        let found = found.and_then(|(text, _)| self.several(key, &text));
        found.unwrap_or_default()
    }

    fn one(&mut self, key: &AccountKey, text: &SecretString) -> Option<Secret> {
        let found = match Secret::parse(text) {
            Ok(_) if text.expose_secret().trim().len() < SECRET_BYTES => {
                Err(format!("has a secret shorter than {SECRET_BYTES} bytes"))
            }
            other => other.map_err(|error| error.to_string()),
        };
        found.map_err(|problem| self.note(key, &problem)).ok()
    }

    fn aes_key(&mut self, key: &AccountKey, text: &SecretString) -> Option<Secret> {
        let found = self.one(key, text)?;
        if is_aes_key(&found) {
            return Some(found);
        }
        self.note(
            key,
            "its aes_key is the EncodingAESKey of the platform's console: 43 letters and digits",
        );
        None
    }

    fn note(&mut self, key: &AccountKey, problem: &str) {
        let message = format!("{}: channel `{}`: {problem}", self.origin, key.outbox);
        self.problems.push(message.into());
    }
}

/// Nothing is brought to an account that asks for its messages, so there is nothing to be signed; any other is off.
fn without_secret(key: &AccountKey, poll: bool) -> Option<Vec<Secret>> {
    (poll && key.channel == Channel::Telegram).then(Vec::new)
}
