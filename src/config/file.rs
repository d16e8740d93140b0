//! The configuration file as it stands: every key with its place, and every key or type that does not belong there.

use std::ops::Range;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::ConfigFile;
use super::problem::{Problem, did_you_mean, nearest};
use super::settings::{Kind, SETTINGS, Setting};

/// What is a list of tables rather than a setting.
const LISTS: [&str; 3] = ["sites", "webhooks", "channels"];

/// A setting that the file makes.
pub(super) struct Entry {
    /// Its dotted name.
    pub name: &'static str,
    /// What the file says, as text.
    pub text: String,
    /// Where the value stands.
    pub span: Range<usize>,
}

/// What stands in a file.
#[derive(Default)]
pub(super) struct Content<'a> {
    /// The settings.
    pub entries: Vec<Entry>,
    /// The tables `[[sites]]`, not looked into yet.
    pub sites: Vec<Spanned<DeValue<'a>>>,
    /// The tables `[[webhooks]]`, neither.
    pub webhooks: Vec<Spanned<DeValue<'a>>>,
    /// The tables `[[channels]]`, neither.
    pub channels: Vec<Spanned<DeValue<'a>>>,
}

/// Reads a file, and notes all that is wrong with it.
pub(super) fn read<'a>(file: &'a ConfigFile, problems: &mut Vec<Problem>) -> Content<'a> {
    let mut content = Content::default();
    match DeTable::parse(&file.text) {
        Ok(table) => Walk { file, problems }.table("", table.into_inner(), &mut content),
        Err(error) => problems.push(file.error(&error)),
    }
    content
}

/// The configuration's name where nobody names another.
pub const FILE: &str = "frontdesk.toml";

/// Whether a TOML file means to be a configuration: by its name, or by what it sets, even if there is a mistake in it.
#[must_use]
pub fn is_configuration(file: &ConfigFile) -> bool {
    let named = file.path.file_name();
    let (table, _) = DeTable::parse_recoverable(&file.text);
    let ours = |name: &str| {
        LISTS.contains(&name)
            || is_section(name)
            || SETTINGS.iter().any(|setting| setting.name == name)
    };
    let mut keys = table.get_ref().keys();
    named.is_some_and(|name| name == FILE) || keys.any(|key| ours(key.get_ref()))
}

struct Walk<'a, 'p> {
    file: &'a ConfigFile,
    problems: &'p mut Vec<Problem>,
}

impl<'a> Walk<'a, '_> {
    fn table(&mut self, prefix: &str, table: DeTable<'a>, content: &mut Content<'a>) {
        for (key, value) in table {
            let name = format!("{prefix}{}", key.get_ref());
            let setting = SETTINGS.iter().find(|setting| setting.name == name);
            if name == "sites" {
                content.sites = self.list("sites", "site", value);
            } else if name == "webhooks" {
                content.webhooks = self.list("webhooks", "webhook", value);
            } else if name == "channels" {
                content.channels = self.list("channels", "channel", value);
            } else if let Some(setting) = setting {
                content.entries.extend(self.entry(setting, &value));
            } else if is_section(&name)
                && let DeValue::Table(inner) = value.get_ref()
            {
                self.table(&format!("{name}."), inner.clone(), content);
            } else {
                let message = format!("unknown setting `{name}`");
                let problem = self.file.problem(&key.span(), &message);
                self.problems.push(problem.hint(suggestion(&name)));
            }
        }
    }

    fn list(
        &mut self,
        name: &str,
        one: &str,
        value: Spanned<DeValue<'a>>,
    ) -> Vec<Spanned<DeValue<'a>>> {
        let span = value.span();
        match value.into_inner() {
            DeValue::Array(list) => list.into_iter().collect(),
            _ => {
                let message = format!("`{name}` is a list: write [[{name}]] above each {one}");
                self.problems.push(self.file.problem(&span, &message));
                Vec::new()
            }
        }
    }

    fn entry(&mut self, setting: &Setting, value: &Spanned<DeValue<'_>>) -> Option<Entry> {
        let Some(text) = as_text(setting.kind, value.get_ref()) else {
            let message = format!(
                "`{}` is {}, not {}",
                setting.name,
                setting.kind.expected(),
                article(value.get_ref().type_str())
            );
            self.problems
                .push(self.file.problem(&value.span(), &message));
            return None;
        };
        let text = match setting.kind {
            Kind::Path if !text.is_empty() => self.file.beside(&text).display().to_string(),
            _ => text,
        };
        Some(Entry {
            name: setting.name,
            text,
            span: value.span(),
        })
    }
}

/// The value as other layers would write it, if the type is right.
fn as_text(kind: Kind, value: &DeValue<'_>) -> Option<String> {
    match (kind, value) {
        (Kind::Number { .. }, DeValue::Integer(number)) => Some(number.to_string()),
        (Kind::Number { .. }, _) => None,
        (Kind::Networks, DeValue::Array(list)) => {
            let texts = list.iter().map(|item| item.get_ref().as_str());
            Some(texts.collect::<Option<Vec<_>>>()?.join(","))
        }
        (_, DeValue::String(text)) => Some(text.clone().into_owned()),
        _ => None,
    }
}

fn article(noun: &str) -> String {
    let article = if noun.starts_with(['a', 'e', 'i', 'o', 'u']) {
        "an"
    } else {
        "a"
    };
    format!("{article} {noun}")
}

fn is_section(name: &str) -> bool {
    SETTINGS.iter().any(|setting| {
        let section = setting.name.split_once('.').map(|(section, _)| section);
        section == Some(name)
    })
}

/// The setting that was probably meant: by its whole name, or by its last part when it stands in the wrong section.
fn suggestion(name: &str) -> Option<String> {
    let names = || SETTINGS.iter().map(|setting| setting.name);
    let last = |name: &'static str| name.rsplit('.').next().unwrap_or(name);
    let moved = names().find(|known| last(known) == name.rsplit('.').next().unwrap_or(name));
    moved
        .or_else(|| nearest(name, names().chain(LISTS)))
        .map(did_you_mean)
}
