//! The one table of settings, and how the layers are put on each other. Names, defaults, variables and the README's table all come
//! from here, so that they cannot drift apart.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::str::FromStr;

use super::{InvalidConfig, Sources};

/// One setting.
#[derive(Debug, Clone, Copy)]
pub struct Setting {
    /// Its name in the file, dotted.
    pub name: &'static str,
    /// What holds when nothing is said; empty for nothing.
    pub default: &'static str,
    /// What it is, with its unit.
    pub about: &'static str,
}

const fn setting(name: &'static str, default: &'static str, about: &'static str) -> Setting {
    Setting {
        name,
        default,
        about,
    }
}

/// All settings but the sites.
pub const SETTINGS: &[Setting] = &[
    setting("listen", "127.0.0.1:8787", "address and port for everybody"),
    setting(
        "metrics_listen",
        "127.0.0.1:9187",
        "address and port for the operator's metrics",
    ),
    setting("data", "data", "the data folder"),
    setting(
        "intents",
        "",
        "the folder of rule files; without it `intents` here, or the built-in rules",
    ),
    setting(
        "public_url",
        "",
        "the address that customers' browsers know",
    ),
    setting(
        "trusted_proxies",
        "",
        "networks whose X-Forwarded-For is believed, separated by commas",
    ),
    setting(
        "limits.messages_per_minute",
        "30",
        "messages of one visitor in a minute",
    ),
    setting(
        "limits.sessions_per_minute",
        "30",
        "new sessions from one address in a minute",
    ),
    setting(
        "limits.requests_per_minute",
        "600",
        "requests with one agent's token or one API key in a minute",
    ),
    setting(
        "limits.body_bytes",
        "65536",
        "size of a request's body, in bytes (order batches: 256 times that)",
    ),
    setting(
        "limits.text_chars",
        "10000",
        "length of a message, in characters",
    ),
    setting("limits.connections", "20000", "open connections in all"),
    setting(
        "limits.connections_per_address",
        "200",
        "open connections from one address",
    ),
    setting(
        "limits.streams_per_visitor",
        "4",
        "open event streams of one visitor",
    ),
    setting(
        "dialogue.turn_budget",
        "30",
        "turns of the bot in a conversation, then a person takes over",
    ),
    setting(
        "dialogue.settle_ms",
        "1200",
        "how long an unclear short message waits for the next one, in milliseconds",
    ),
    setting("store.cache_mb", "64", "cache of the store, in MiB"),
    setting(
        "store.free_space_mb",
        "512",
        "below so much free disk space, in MiB, nothing is accepted",
    ),
    setting("log.format", "text", "`text` or `json`"),
    setting(
        "log.level",
        "info",
        "what is logged: `warn`, `info`, `debug`, or a filter such as `frontdesk::http=debug`",
    ),
];

/// Where a value came from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origin {
    /// Nobody said anything.
    Default,
    /// The configuration file.
    File(PathBuf),
    /// An environment variable.
    Env(String),
    /// A flag.
    Flag,
}

impl std::fmt::Display for Origin {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Default => f.write_str("default"),
            Self::File(path) => write!(f, "{}", path.display()),
            Self::Env(name) => f.write_str(name),
            Self::Flag => f.write_str("flag"),
        }
    }
}

/// A setting's value and its source.
#[derive(Debug, Clone)]
pub struct Value {
    /// The setting.
    pub setting: Setting,
    /// What holds.
    pub text: String,
    /// Who said so.
    pub origin: Origin,
}

/// The variable that sets a setting: `limits.body_bytes` is `FRONTDESK_LIMITS_BODY_BYTES`.
pub(super) fn variable(name: &str) -> String {
    format!("FRONTDESK_{}", name.replace('.', "_").to_uppercase())
}

/// Puts the layers on each other.
pub(super) fn layer(sources: &Sources) -> Result<Vec<Value>, InvalidConfig> {
    let file = from_file(sources)?;
    unknown_variables(sources)?;
    Ok(SETTINGS
        .iter()
        .map(|setting| {
            let flag = sources
                .flags
                .iter()
                .find(|(name, _)| *name == setting.name)
                .map(|(_, text)| (text.clone(), Origin::Flag));
            let name = variable(setting.name);
            let env = sources
                .env
                .iter()
                .find(|(known, _)| *known == name)
                .map(|(_, text)| (text.clone(), Origin::Env(name.clone())));
            let path = sources
                .file
                .as_ref()
                .map(|(path, _)| path.clone())
                .unwrap_or_default();
            let file = file
                .iter()
                .find(|(known, _)| known == setting.name)
                .map(|(_, text)| (text.clone(), Origin::File(path)));
            let (text, origin) = flag
                .or(env)
                .or(file)
                .unwrap_or_else(|| (setting.default.to_owned(), Origin::Default));
            Value {
                setting: *setting,
                text,
                origin,
            }
        })
        .collect())
}

/// The file's settings as texts, by dotted name.
fn from_file(sources: &Sources) -> Result<Vec<(String, String)>, InvalidConfig> {
    let Some((path, text)) = &sources.file else {
        return Ok(Vec::new());
    };
    let table: toml::Table = toml::from_str(text)
        .map_err(|error| InvalidConfig(format!("{}: {error}", path.display())))?;
    let mut found = Vec::new();
    flatten("", &table, &mut found);
    let unknown = found
        .iter()
        .filter(|(name, _)| !SETTINGS.iter().any(|setting| setting.name == name));
    let problems: Vec<String> = unknown
        .map(|(name, _)| unknown_in_file(path, text, name))
        .collect();
    if problems.is_empty() {
        Ok(found)
    } else {
        Err(InvalidConfig(problems.join("\n")))
    }
}

fn flatten(prefix: &str, table: &toml::Table, found: &mut Vec<(String, String)>) {
    for (key, value) in table {
        let name = if prefix.is_empty() {
            key.clone()
        } else {
            format!("{prefix}.{key}")
        };
        match value {
            toml::Value::Table(inner) => flatten(&name, inner, found),
            toml::Value::Array(_) if name == "sites" => {}
            toml::Value::Array(list) => {
                found.push((name, list.iter().map(plain).collect::<Vec<_>>().join(",")))
            }
            other => found.push((name, plain(other))),
        }
    }
}

fn plain(value: &toml::Value) -> String {
    value
        .as_str()
        .map_or_else(|| value.to_string(), str::to_owned)
}

/// Names the key, its line, and the setting that was probably meant.
fn unknown_in_file(path: &std::path::Path, text: &str, name: &str) -> String {
    let key = name.rsplit('.').next().unwrap_or(name);
    let line = text
        .lines()
        .position(|line| line.trim_start().starts_with(key))
        .map_or(0, |index| index + 1);
    let shown = text.lines().nth(line.saturating_sub(1)).unwrap_or_default();
    format!(
        "{}:{line}: unknown setting `{name}`{}\n  {shown}\n  {}",
        path.display(),
        suggestion(name),
        "^".repeat(key.len())
    )
}

fn unknown_variables(sources: &Sources) -> Result<(), InvalidConfig> {
    let known = |name: &str| {
        SETTINGS
            .iter()
            .any(|setting| variable(setting.name) == name)
            || name.starts_with("FRONTDESK_SITE_")
    };
    let reserved = |name: &str| {
        matches!(
            name,
            "FRONTDESK_CONFIG" | "FRONTDESK_KILLS" | "FRONTDESK_CUTS"
        )
    };
    let unknown = sources
        .env
        .iter()
        .filter(|(name, _)| !known(name) && !reserved(name));
    let problems: Vec<String> = unknown
        .map(|(name, _)| {
            let dotted = name
                .trim_start_matches("FRONTDESK_")
                .to_lowercase()
                .replacen('_', ".", 1);
            format!("unknown variable `{name}`{}", suggestion(&dotted))
        })
        .collect();
    if problems.is_empty() {
        Ok(())
    } else {
        Err(InvalidConfig(problems.join("\n")))
    }
}

fn suggestion(name: &str) -> String {
    let near = SETTINGS
        .iter()
        .map(|setting| (strsim::jaro_winkler(name, setting.name), setting.name));
    let best = near
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .filter(|(score, _)| *score > 0.8);
    best.map(|(_, name)| format!(" - did you mean `{name}`?"))
        .unwrap_or_default()
}

/// Turns texts into typed values and collects all that is wrong.
pub(super) struct Reader<'a> {
    values: &'a [Value],
    problems: Vec<String>,
}

/// A value to go on with after a problem has been noted; the configuration is refused in the end.
pub(super) trait Placeholder {
    fn placeholder() -> Self;
}

macro_rules! placeholder {
    ($($type:ty = $value:expr),* $(,)?) => {
        $(impl Placeholder for $type {
            fn placeholder() -> Self {
                $value
            }
        })*
    };
}

placeholder! {
    u16 = 0, u32 = 0, u64 = 0, usize = 0,
    String = String::new(), PathBuf = PathBuf::new(),
    SocketAddr = SocketAddr::from(([127, 0, 0, 1], 0)),
}

impl<'a> Reader<'a> {
    pub(super) const fn new(values: &'a [Value]) -> Self {
        Self {
            values,
            problems: Vec::new(),
        }
    }

    fn value(&self, name: &str) -> Option<&'a Value> {
        self.values.iter().find(|value| value.setting.name == name)
    }

    /// A value that must be there.
    pub(super) fn parse<T: FromStr + Placeholder>(&mut self, name: &str) -> T
    where
        T::Err: std::fmt::Display,
    {
        let Some(value) = self.value(name) else {
            return T::placeholder();
        };
        self.convert(value, &value.text)
            .unwrap_or_else(T::placeholder)
    }

    /// A value that may be empty.
    pub(super) fn optional<T: FromStr>(&mut self, name: &str) -> Option<T>
    where
        T::Err: std::fmt::Display,
    {
        let value = self.value(name).filter(|value| !value.text.is_empty())?;
        self.convert(value, &value.text)
    }

    /// Values separated by commas.
    pub(super) fn list<T: FromStr>(&mut self, name: &str) -> Vec<T>
    where
        T::Err: std::fmt::Display,
    {
        let Some(value) = self.value(name) else {
            return Vec::new();
        };
        let parts = value
            .text
            .split(',')
            .map(str::trim)
            .filter(|part| !part.is_empty());
        parts.filter_map(|part| self.convert(value, part)).collect()
    }

    fn convert<T: FromStr>(&mut self, value: &Value, text: &str) -> Option<T>
    where
        T::Err: std::fmt::Display,
    {
        let parsed = text.parse();
        if let Err(error) = &parsed {
            self.problem(format!(
                "`{}` = `{text}` ({}): {error}; {}",
                value.setting.name, value.origin, value.setting.about
            ));
        }
        parsed.ok()
    }

    /// Notes something that is wrong.
    pub(super) fn problem(&mut self, problem: String) {
        self.problems.push(problem);
    }

    /// All that is wrong, or nothing.
    pub(super) fn finish(self) -> Result<(), InvalidConfig> {
        if self.problems.is_empty() {
            Ok(())
        } else {
            Err(InvalidConfig(self.problems.join("\n")))
        }
    }
}
