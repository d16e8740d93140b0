//! The endpoints of merchants that are told of events: `[[webhooks]]`.

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
use super::{ConfigFile, Sources};
use crate::channels::{Robot, Secret};
use crate::delivery::not_for_public;
use crate::domain::ids::{EndpointId, MerchantId};
use crate::domain::language::Language;
use crate::domain::webhook::{EventKind, SigningSecret, Subscription};

/// What makes a webhook's secret.
const MADE_WITH: &str = "echo whsec_$(openssl rand -base64 32)";
/// A secret is changed by having the old one and the new one for a while.
const SECRETS: usize = 4;

/// An endpoint of a merchant, and how it knows the desk.
#[derive(Debug, Clone)]
pub struct WebhookConfig {
    /// Who is told of what.
    pub subscription: Subscription,
    /// Its address. It may hold a secret of its own.
    pub url: Url,
    /// The secrets that events are signed with.
    pub secrets: Vec<SigningSecret>,
    /// Who said them.
    pub secret_origin: Origin,
    /// Whose robot it is, where it says events in words to a group; its secret, and its language.
    pub robot: Option<RobotConfig>,
    /// Networks, beside the public internet, that the endpoint may be in.
    pub allow: Vec<IpNet>,
    /// Where it stands.
    pub origin: Origin,
}

/// A robot in a group of those who work here.
#[derive(Debug, Clone)]
pub struct RobotConfig {
    /// Whose.
    pub robot: Robot,
    /// What it is signed with, where its group wants that.
    pub secret: Option<Secret>,
    /// The language of the group.
    pub language: Language,
}

/// A webhook as it stands in the file.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Record {
    key: Spanned<EndpointId>,
    merchant: MerchantId,
    url: Spanned<String>,
    secret: Option<Spanned<SecretString>>,
    secret_file: Option<Spanned<PathBuf>>,
    robot: Option<Spanned<String>>,
    language: Option<Language>,
    #[serde(default)]
    events: Vec<Spanned<String>>,
    #[serde(default)]
    allow: Vec<Spanned<String>>,
}

/// Takes the webhooks of a file, and notes all that is wrong with them.
pub(super) fn read(
    tables: Vec<Spanned<DeValue<'_>>>,
    sources: &Sources,
    problems: &mut Vec<Problem>,
) -> Vec<WebhookConfig> {
    let Some(file) = &sources.file else {
        return Vec::new();
    };
    let mut webhooks = Vec::new();
    let mut known: BTreeMap<EndpointId, usize> = BTreeMap::new();
    for table in tables {
        let start = table.span().start;
        let line = file.line(start);
        let record = match Record::deserialize(ValueDeserializer::from(table)) {
            Ok(record) => record,
            Err(error) => {
                problems.push(file.error(&error));
                continue;
            }
        };
        let key = record.key.get_ref();
        if let Some(first) = known.insert(key.clone(), line) {
            let message = format!("the webhook `{key}` is already there in line {first}");
            problems.push(file.problem(&record.key.span(), &message));
        }
        let origin = Origin::line_of(file, start);
        let mut making = Making { file, problems };
        webhooks.extend(making.webhook(record, origin, sources));
    }
    webhooks
}

/// What is needed to turn a record into a webhook.
struct Making<'a> {
    file: &'a ConfigFile,
    problems: &'a mut Vec<Problem>,
}

impl Making<'_> {
    /// None when something is wrong with it, which has been noted.
    fn webhook(
        &mut self,
        record: Record,
        origin: Origin,
        sources: &Sources,
    ) -> Option<WebhookConfig> {
        let allow = self.each(&record.allow, |text| {
            let hint = "a network such as 10.0.0.0/8, or 10.0.0.7/32 for one address";
            text.parse().map_err(|_| (hint.to_owned(), None))
        });
        let events = self.each(&record.events, event);
        let url = self.url(&record.url, allow.is_empty());
        let key = record.key.into_inner();
        let said = self.said(record.secret, record.secret_file, &origin);
        let robot = record.robot.map(|robot| (robot, record.language));
        let (secrets, secret_origin, robot, events) = match robot {
            None => {
                let (secrets, secret_origin) = self.secrets(&key, said, &origin, sources)?;
                (secrets, secret_origin, None, events)
            }
            Some(robot) => {
                let robot = self.robot(&key, robot, said, &origin, sources)?;
                let for_people = [EventKind::HandoffCreated].to_vec();
                let events = if events.is_empty() {
                    for_people
                } else {
                    events
                };
                (Vec::new(), origin.clone(), Some(robot), events)
            }
        };
        Some(WebhookConfig {
            robot,
            subscription: Subscription {
                endpoint: key,
                merchant: record.merchant,
                events,
            },
            url: url?,
            secrets,
            secret_origin,
            allow,
            origin,
        })
    }

    /// What can be read of a list of texts; what cannot is noted.
    fn each<T>(
        &mut self,
        texts: &[Spanned<String>],
        read: impl Fn(&str) -> Result<T, (String, Option<String>)>,
    ) -> Vec<T> {
        let mut found = Vec::new();
        for text in texts {
            match read(text.get_ref()) {
                Ok(value) => found.push(value),
                Err((message, hint)) => {
                    let problem = self.file.problem(&text.span(), &message);
                    self.problems.push(problem.hint(hint));
                }
            }
        }
        found
    }

    fn url(&mut self, said: &Spanned<String>, is_public: bool) -> Option<Url> {
        let wrong = match address(said.get_ref(), is_public) {
            Err(wrong) => wrong,
            Ok(url) => return Some(url),
        };
        let problem = self.file.problem(&said.span(), wrong);
        self.problems.push(problem);
        None
    }

    fn said(
        &self,
        secret: Option<Spanned<SecretString>>,
        file: Option<Spanned<PathBuf>>,
        webhook: &Origin,
    ) -> Said {
        let span = secret.as_ref().map(Spanned::span);
        let span = span.or_else(|| file.as_ref().map(Spanned::span));
        let origin = span.map(|span| Origin::line_of(self.file, span.start));
        Said {
            secret: secret.map(Spanned::into_inner),
            file: file.map(Spanned::into_inner),
            origin: origin.unwrap_or_else(|| webhook.clone()),
        }
    }

    /// A robot needs no secret but its address, unless its group wants one.
    fn robot(
        &mut self,
        key: &EndpointId,
        (said, language): (Spanned<String>, Option<Language>),
        secret: Said,
        webhook: &Origin,
        sources: &Sources,
    ) -> Option<RobotConfig> {
        let mut all = Robot::ALL.into_iter();
        let Some(robot) = all.find(|robot| robot.name() == said.get_ref()) else {
            let names = Robot::ALL.map(Robot::name).join(", ");
            let problem = self.file.problem(&said.span(), "there is no such robot");
            self.problems
                .push(problem.hint(Some(format!("the robots are {names}"))));
            return None;
        };
        let variables = secret::variables("WEBHOOK", key.as_str());
        let found = secret::given(variables, MADE_WITH, secret, sources).and_then(|found| {
            let parsed = found.map(|(text, _)| Secret::parse(&text));
            parsed.transpose().map_err(|error| error.to_string())
        });
        let secret = found
            .map_err(|problem| {
                let message = format!("{webhook}: webhook `{key}`: {problem}");
                self.problems.push(message.into());
            })
            .ok()?;
        Some(RobotConfig {
            robot,
            secret,
            language: language.unwrap_or(Language::En),
        })
    }

    fn secrets(
        &mut self,
        key: &EndpointId,
        said: Said,
        webhook: &Origin,
        sources: &Sources,
    ) -> Option<(Vec<SigningSecret>, Origin)> {
        let variables = secret::variables("WEBHOOK", key.as_str());
        let found = match secret::find(variables, MADE_WITH, said, sources) {
            Ok(Some((text, origin))) => signing(&text).map(|secrets| (secrets, origin)),
            Ok(None) => Err(format!(
                "has no secret: add secret_file = \"/etc/frontdesk/{key}.secret\"; `{MADE_WITH}` makes one"
            )),
            Err(problem) => Err(problem),
        };
        found
            .map_err(|problem| {
                let message = format!("{webhook}: webhook `{key}`: {problem}");
                self.problems.push(message.into());
            })
            .ok()
    }
}

fn event(name: &str) -> Result<EventKind, (String, Option<String>)> {
    name.parse()
        .map_err(|error: crate::domain::webhook::UnknownEvent| {
            let names = EventKind::ALL.iter().map(|kind| kind.name());
            let hint = nearest(name, names.clone()).map(did_you_mean);
            let all = || format!("the events are {}", names.collect::<Vec<_>>().join(", "));
            (error.to_string(), Some(hint.unwrap_or_else(all)))
        })
}

/// An address that events can be sent to, over the public internet or in networks that are named.
pub(super) fn address(text: &str, is_public: bool) -> Result<Url, &'static str> {
    let url = Url::parse(text).map_err(|_| "an address such as https://pay.example/frontdesk")?;
    if !matches!(url.scheme(), "https" | "http") {
        return Err("an address that begins with https://");
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err("an address without a name and a password: events are signed instead");
    }
    if url.fragment().is_some() {
        return Err("an address without a `#`: what follows it is never sent");
    }
    if let Some(wrong) = not_for_public(&url).filter(|_| is_public) {
        return Err(wrong);
    }
    Ok(url)
}

/// The secrets in a text: one, or the new one and the old one, with a space or a line break between them.
fn signing(text: &SecretString) -> Result<Vec<SigningSecret>, String> {
    let each = text.expose_secret().split_whitespace();
    let secrets = each
        .map(SigningSecret::parse)
        .collect::<Result<Vec<_>, _>>();
    let secrets = secrets.map_err(|error| format!("{error}; `{MADE_WITH}` makes one"))?;
    if !(1..=SECRETS).contains(&secrets.len()) {
        return Err(format!("has {} secrets, not 1 to {SECRETS}", secrets.len()));
    }
    Ok(secrets)
}
