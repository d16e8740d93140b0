//! The storefronts of a configuration: `[[sites]]`.

use std::collections::BTreeMap;
use std::sync::Arc;

use secrecy::SecretString;
use serde::Deserialize;
use serde::de::IgnoredAny;
use toml::Spanned;
use toml::de::DeValue;

use super::holidays;
use super::layers::Origin;
use super::origin::normalise;
use super::problem::Problem;
use super::recover;
use super::secret::{self, Said};
use super::{ConfigFile, Sources};
use crate::domain::calendar::{Calendar, CalendarRecord};
use crate::domain::ids::{MerchantId, SiteId};
use crate::domain::language::Language;
use crate::domain::proof::ProofLevel;
use crate::domain::service::{Levels, LevelsRecord};
use crate::domain::site::Site;

/// What makes a site's secret.
const MADE_WITH: &str = "openssl rand -hex 32";

/// A storefront and the secret with which the shop signs its customers' tokens.
#[derive(Debug, Clone)]
pub struct SiteConfig {
    /// The storefront.
    pub site: Site,
    /// The secret; without it nobody can be signed in.
    pub secret: Option<SecretString>,
    /// Who said the secret.
    pub secret_origin: Option<Origin>,
    /// Where the site stands.
    pub origin: Origin,
}

/// A storefront as it stands in the file.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Record {
    key: Spanned<SiteId>,
    merchant: MerchantId,
    name: Option<String>,
    #[serde(default)]
    origins: Vec<Spanned<String>>,
    locale: Option<Spanned<String>>,
    secret: Option<Spanned<SecretString>>,
    secret_file: Option<Spanned<std::path::PathBuf>>,
    #[serde(default)]
    payment_hosts: Vec<Spanned<String>>,
    team: Option<String>,
    merchant_team: Option<String>,
    refund_proof: Option<Spanned<u8>>,
    calendar: Option<Spanned<CalendarRecord>>,
    service: Option<Spanned<LevelsRecord>>,
    assign: Option<Spanned<String>>,
    /// Where policies stood once.
    policy: Option<Spanned<IgnoredAny>>,
}

/// Takes the sites of a file, and notes all that is wrong with them.
pub(super) fn read(
    tables: Vec<Spanned<DeValue<'_>>>,
    sources: &Sources,
    problems: &mut Vec<Problem>,
) -> Vec<SiteConfig> {
    let Some(file) = &sources.file else {
        return Vec::new();
    };
    let mut sites = Vec::new();
    let mut known: BTreeMap<SiteId, usize> = BTreeMap::new();
    for table in tables {
        let start = table.span().start;
        let line = file.line(start);
        let before = problems.len();
        let record: Option<Record> = recover::read(table, &["key", "merchant"], file, problems);
        let Some(record) = record else { continue };
        let key = record.key.get_ref();
        // What stands for a name that is wrong is nobody's name twice.
        if problems.len() == before
            && let Some(first) = known.insert(key.clone(), line)
        {
            let message = format!("the site `{key}` is already there in line {first}");
            problems.push(file.problem(&record.key.span(), &message));
        }
        let origin = Origin::line_of(file, start);
        let mut making = Making { file, problems };
        sites.push(making.site(record, origin, sources));
    }
    sites
}

/// What is needed to turn a record into a site.
struct Making<'a> {
    file: &'a ConfigFile,
    problems: &'a mut Vec<Problem>,
}

impl Making<'_> {
    fn site(&mut self, record: Record, origin: Origin, sources: &Sources) -> SiteConfig {
        let refund_proof = self.refund_proof(record.refund_proof.as_ref());
        let language = self.language(record.locale.as_ref());
        let origins = self.origins(&record.origins);
        let payment_hosts = self.hosts(record.payment_hosts);
        let (secret, secret_origin) = self
            .secret(
                record.key.get_ref(),
                record.secret,
                record.secret_file,
                &origin,
                sources,
            )
            .unzip();
        let calendar = self.calendar(record.calendar);
        let service = self.service(record.service);
        let gives_out = self.gives_out(record.assign.as_ref());
        if let Some(said) = &record.policy {
            self.refuse_policy(said, &record.merchant);
        }
        let site = Site {
            merchant_name: record.name.unwrap_or_else(|| record.merchant.to_string()),
            id: record.key.into_inner(),
            merchant: record.merchant,
            origins,
            language,
            payment_hosts,
            team: record.team,
            merchant_team: record.merchant_team,
            refund_proof,
            calendar: Arc::new(calendar),
            gives_out,
            service,
        };
        SiteConfig {
            site,
            secret,
            secret_origin,
            origin,
        }
    }

    fn refund_proof(&mut self, said: Option<&Spanned<u8>>) -> ProofLevel {
        match said.map(|level| (*level.get_ref(), level.span())) {
            Some((1, _)) => ProofLevel::Contact,
            None | Some((2, _)) => ProofLevel::Owner,
            Some((_, span)) => {
                let message = "refund_proof is 2 (signed in, the default) or 1 (order number and contact are enough)";
                self.problems.push(self.file.problem(&span, message));
                ProofLevel::Owner
            }
        }
    }

    fn language(&mut self, said: Option<&Spanned<String>>) -> Language {
        let Some(locale) = said else {
            return Language::En;
        };
        Language::from_locale(locale.get_ref()).unwrap_or_else(|| {
            let message = "a locale is `zh-Hans`, `zh-Hant` or `en`";
            self.problems
                .push(self.file.problem(&locale.span(), message));
            Language::En
        })
    }

    fn gives_out(&mut self, said: Option<&Spanned<String>>) -> bool {
        match said.map(|said| said.get_ref().as_str()) {
            None | Some("manual") => false,
            Some("automatic") => true,
            Some(_) => {
                let span = said.map(Spanned::span).unwrap_or_default();
                let message =
                    "assign is `manual` (agents claim what waits, the default) or `automatic`";
                self.problems.push(self.file.problem(&span, message));
                false
            }
        }
    }

    fn service(&mut self, said: Option<Spanned<LevelsRecord>>) -> Levels {
        let Some(said) = said else {
            return Levels::default();
        };
        Levels::try_from(*said.get_ref()).unwrap_or_else(|why| {
            let problem = self.file.problem(&said.span(), &why.to_string());
            self.problems.push(problem);
            Levels::default()
        })
    }

    fn calendar(&mut self, said: Option<Spanned<CalendarRecord>>) -> Calendar {
        let Some(said) = said else {
            return Calendar::default();
        };
        let span = said.span();
        let mut record = said.into_inner();
        if let Some(name) = record.holidays_file.take() {
            match holidays::read(&self.file.beside(&name)) {
                Ok(days) => record.add_days(&days),
                Err(message) => self.problems.push(self.file.problem(&span, &message)),
            }
        }
        loop {
            let error = match Calendar::try_from(record.clone()) {
                Ok(calendar) => return calendar,
                Err(error) => error,
            };
            let problem = self.file.problem(&span, &error.to_string());
            self.problems.push(problem);
            if !record.leave_out(&error) {
                return Calendar::default();
            }
        }
    }

    /// Hosts as they stand in an address: nothing but a name.
    fn hosts(&mut self, said: Vec<Spanned<String>>) -> Vec<String> {
        let mut hosts = Vec::new();
        for host in said {
            let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-');
            let name = host.get_ref().to_ascii_lowercase();
            if name.contains('.') && !name.starts_with('.') && name.chars().all(plain) {
                hosts.push(name);
            } else {
                let message = "a payment host is a name such as `pay.example.com`, without https:// and without a path";
                self.problems.push(self.file.problem(&host.span(), message));
            }
        }
        hosts
    }

    fn origins(&mut self, said: &[Spanned<String>]) -> Vec<String> {
        let mut origins = Vec::new();
        for origin in said {
            match normalise(origin.get_ref()) {
                Ok(origin) => origins.push(origin),
                Err(message) => {
                    self.problems
                        .push(self.file.problem(&origin.span(), message));
                }
            }
        }
        origins
    }

    fn secret(
        &mut self,
        site: &SiteId,
        secret: Option<Spanned<SecretString>>,
        file: Option<Spanned<std::path::PathBuf>>,
        site_origin: &Origin,
        sources: &Sources,
    ) -> Option<(SecretString, Origin)> {
        let span = secret.as_ref().map(Spanned::span);
        let span = span.or_else(|| file.as_ref().map(Spanned::span));
        let origin = span.map(|span| Origin::line_of(self.file, span.start));
        let said = Said {
            secret: secret.map(Spanned::into_inner),
            file: file.map(Spanned::into_inner),
            origin: origin.unwrap_or_else(|| site_origin.clone()),
        };
        let variables = secret::variables("SITE", site.as_str());
        secret::find(variables, MADE_WITH, said, sources).unwrap_or_else(|problem| {
            self.problems
                .push(format!("{site_origin}: site `{site}`: {problem}").into());
            None
        })
    }

    /// A policy that stands where policies stood once: it would be passed over, and somebody would rely on it.
    fn refuse_policy(&mut self, said: &Spanned<IgnoredAny>, merchant: &MerchantId) {
        let message = format!(
            "the policy of `{merchant}` belongs beside the rules: `intents/policies/{merchant}.toml`, which begins with `merchant = \"{merchant}\"`"
        );
        let hint =
            "intents/README.md says what may stand there, `frontdesk check` what is wrong in it";
        let mut problem = self.file.problem(&said.span(), &message);
        problem.hint = Some(hint.to_owned());
        self.problems.push(problem);
    }
}
