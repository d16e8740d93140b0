//! The accounts at messaging platforms: `[[channels]]`.

mod checks;
mod places;

use std::collections::BTreeMap;
use std::path::PathBuf;

use ipnet::IpNet;
use reqwest::Url;
use secrecy::{ExposeSecret as _, SecretString};
use serde::Deserialize;
use toml::Spanned;
use toml::de::DeValue;

use super::layers::Origin;
use super::problem::{Problem, did_you_mean, nearest};
use super::recover::{self, is_said};
use super::secret::{self, Said};
use super::sites::SiteConfig;
use super::webhooks::address;
use super::{ConfigFile, Sources};
use crate::channels::{Account, Secret, default_base, is_aes_key, is_public_key, wants_who_speaks};
use crate::domain::channel::{AccountKey, Channel};
use crate::domain::ids::{AccountId, SiteId};
use crate::domain::webhook::SigningSecret;
use places::Places;

/// A secret that is changed is there twice for a while.
const SECRETS: usize = 4;
/// A shorter one is guessed.
const SECRET_BYTES: usize = 16;
/// What makes a secret of our own.
const MADE_WITH: &str = "openssl rand -hex 32";
/// What an account has to say.
const NEEDED: [&str; 3] = ["kind", "account", "site"];
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

/// The accounts of a file.
#[derive(Default)]
pub(super) struct Found {
    /// Those that nothing is wrong with, as far as they can be told apart from the others.
    pub(super) channels: Vec<ChannelConfig>,
    /// The variables of the secrets of all, also of those that something is wrong with.
    pub(super) variables: Vec<String>,
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
    says_who_speaks: Option<bool>,
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
) -> Found {
    let mut found = Found::default();
    let Some(file) = &sources.file else {
        return found;
    };
    let mut known: BTreeMap<String, usize> = BTreeMap::new();
    for table in tables {
        let start = table.span().start;
        let places = Places::of(&table);
        let record: Option<Record> = recover::read(table, &NEEDED, file, problems);
        let Some(record) = record else { continue };
        let line = file.line(start);
        let name = format!("{}.{}", record.kind.get_ref(), record.account.get_ref());
        if is_said(&record.kind)
            && is_said(&record.account)
            && let Some(first) = known.insert(name.clone(), line)
        {
            let message = format!("the channel `{name}` is already there in line {first}");
            problems.push(file.problem(&record.account.span(), &message));
        }
        let origin = Origin::line_of(file, start);
        let mut making = Making {
            file,
            problems,
            sources,
            origin,
            places,
        };
        making.check_site(&record.site, sites);
        let key = making.key(&record);
        let variables = |key: &AccountKey| NAMES.map(|name| variables(key, name)).concat();
        found.variables.extend(key.iter().flat_map(variables));
        found.channels.extend(making.channel(key, record));
    }
    found
}

/// What is needed to turn a record into an account.
struct Making<'a> {
    file: &'a ConfigFile,
    problems: &'a mut Vec<Problem>,
    sources: &'a Sources,
    origin: Origin,
    places: Places,
}

impl Making<'_> {
    fn check_site(&mut self, said: &Spanned<SiteId>, sites: &[SiteConfig]) {
        let mut names = sites.iter().map(|one| one.site.id.as_str());
        if is_said(said) && !names.any(|name| name == said.get_ref().as_str()) {
            let message = format!("there is no site `{}`", said.get_ref());
            self.problems
                .push(self.file.problem(&said.span(), &message));
        }
    }

    /// None when something is wrong with it, which has been noted: all of it, so that it can be mended in one go.
    fn channel(&mut self, known: Option<AccountKey>, mut record: Record) -> Option<ChannelConfig> {
        let allow = self.allow(&record.allow);
        let key = known.clone().or_else(|| stand_in(&record))?;
        let url = self.url(key.channel, &record, allow.is_empty());
        let (secrets, secret_origin) = self.secrets(&key, &mut record).unzip();
        let secrets = secrets.or_else(|| without_secret(&key, record.poll));
        let (said, file) = (record.token.take(), record.token_file.take());
        let token = self.secret(&key, "TOKEN", said, file);
        let (said, file) = (record.verify.take(), record.verify_file.take());
        let verify = self.secret(&key, "VERIFY", said, file);
        let (said, file) = (record.aes_key.take(), record.aes_key_file.take());
        let aes_key = self.secret(&key, "AES_KEY", said, file);
        let aes_key = aes_key.and_then(|(text, _)| self.aes_key(&key, &text));
        let shared_keys = self.shared_keys(&key, &mut record);
        let account = secrets.map(|secrets| Account {
            key: key.clone(),
            site: record.site.get_ref().clone(),
            secrets,
            shared_keys,
            token: token.and_then(|(text, _)| self.one("TOKEN", &key, &text)),
            verify: verify.and_then(|(text, _)| self.one("VERIFY", &key, &text)),
            sender: record.sender,
            aes_key,
            plain: record.plain,
            poll: record.poll,
            hands_over: record.hands_over,
            servicer: record.servicer,
            says_who_speaks: record
                .says_who_speaks
                .unwrap_or(wants_who_speaks(key.channel)),
            file_hosts: record.file_hosts,
            public: String::new(),
            base: url
                .as_ref()
                .map_or("", Url::as_str)
                .trim_end_matches('/')
                .to_owned(),
        });
        if let (Some(account), Some(_)) = (&account, &known) {
            self.check(account);
        }
        Some(ChannelConfig {
            key: known?,
            account,
            url: url?,
            secret_origin,
            allow,
            site: record.site.into_inner(),
            origin: self.origin.clone(),
        })
    }

    fn key(&mut self, record: &Record) -> Option<AccountKey> {
        let kind = &record.kind;
        if !is_said(kind) || !is_said(&record.account) {
            return None;
        }
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
            text => address(text, is_public),
        };
        let wrong = match wrong {
            Err(wrong) => wrong,
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
            self.note(name, key, &problem);
            None
        })
    }

    /// The secrets in a text: one, or the new one and the old one, with a space or a line break between them. An empty one is refused:
    /// whoever writes it believes that something is checked.
    fn several(
        &mut self,
        name: &str,
        key: &AccountKey,
        text: &SecretString,
    ) -> Option<Vec<Secret>> {
        let count = text.expose_secret().split_whitespace().count();
        if !(1..=SECRETS).contains(&count) {
            let message = format!("has {count} secrets, not 1 to {SECRETS}");
            self.note(name, key, &message);
            return None;
        }
        let each = text.expose_secret().split_whitespace();
        let each = each.map(|one| self.one(name, key, &SecretString::from(one)));
        // All of them are looked at before one that cannot be taken ends it.
        let looked_at: Vec<Option<Secret>> = each.collect();
        let secrets: Vec<Secret> = looked_at.into_iter().collect::<Option<_>>()?;
        let signs = |one: &Secret| SigningSecret::parse(one.reveal()).is_ok();
        if key.channel == Channel::Webhook && !secrets.iter().all(signs) {
            self.note(name, key, "its secret is `whsec_` and the base64 of 24 to 64 random bytes: `echo whsec_$(openssl rand -base64 32)` makes one");
            return None;
        }
        if key.channel == Channel::Discord && !secrets.iter().all(is_public_key) {
            self.note(name, key, "its secret is the Public Key of the application's General Information page: 64 digits in hexadecimal");
            return None;
        }
        Some(secrets)
    }

    /// None where none are said. Where one cannot be taken, that has been noted, and what else there is to be said does not wait for it.
    fn secrets(&mut self, key: &AccountKey, record: &mut Record) -> Option<(Vec<Secret>, Origin)> {
        let (said, file) = (record.secret.take(), record.secret_file.take());
        let (text, origin) = self.secret(key, "SECRET", said, file)?;
        let secrets = self.several("SECRET", key, &text).unwrap_or_default();
        Some((secrets, origin))
    }

    fn shared_keys(&mut self, key: &AccountKey, record: &mut Record) -> Vec<Secret> {
        let (said, file) = (record.shared_key.take(), record.shared_key_file.take());
        let found = self.secret(key, "SHARED_KEY", said, file);
        let found = found.and_then(|(text, _)| self.several("SHARED_KEY", key, &text));
        found.unwrap_or_default()
    }

    fn one(&mut self, name: &str, key: &AccountKey, text: &SecretString) -> Option<Secret> {
        let found = match Secret::parse(text) {
            Ok(_) if text.expose_secret().trim().len() < SECRET_BYTES => {
                Err(format!("has a secret shorter than {SECRET_BYTES} bytes"))
            }
            other => other.map_err(|error| error.to_string()),
        };
        found.map_err(|problem| self.note(name, key, &problem)).ok()
    }

    fn aes_key(&mut self, key: &AccountKey, text: &SecretString) -> Option<Secret> {
        let found = self.one("AES_KEY", key, text)?;
        if is_aes_key(&found) {
            return Some(found);
        }
        self.note(
            "AES_KEY",
            key,
            "its aes_key is the EncodingAESKey of the platform's console: 43 letters and digits",
        );
        None
    }

    /// Whether a setting is made at all: in the file, or for a secret by a variable.
    fn is_given(&self, key: &AccountKey, name: &str) -> bool {
        let variables = variables(key, &name.to_uppercase());
        let mut variables = variables.iter();
        self.places.has(name) || variables.any(|one| self.sources.variable(one).is_some())
    }

    /// Notes what is wrong where something is said, or with what is said nowhere: then it is wrong with the whole.
    fn note(&mut self, name: &str, key: &AccountKey, problem: &str) {
        let message = format!("channel `{}`: {problem}", key.outbox);
        let place = self.places.of_setting(&name.to_lowercase());
        self.problems.push(self.file.problem(place, &message));
    }
}

/// What an account is looked at as that has no name, or none that can be.
fn stand_in(record: &Record) -> Option<AccountKey> {
    AccountKey::new(Channel::Telegram, record.account.get_ref().clone())
}

/// Nothing is brought to an account that asks for its messages, so there is nothing to be signed; any other is off.
fn without_secret(key: &AccountKey, poll: bool) -> Option<Vec<Secret>> {
    (poll && key.channel == Channel::Telegram).then(Vec::new)
}
