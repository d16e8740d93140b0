//! The one table of settings. Names, defaults, variables, flags and the README's table all come from here, so that they cannot
//! drift apart.

use std::str::FromStr;
use std::time::Duration;

use tracing_subscriber::EnvFilter;
use tracing_subscriber::filter::LevelFilter;

/// One setting.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Setting {
    /// Its name in the file, dotted.
    pub name: &'static str,
    /// What it takes.
    pub kind: Kind,
    /// What holds when nothing is said; empty for nothing.
    pub default: &'static str,
    /// What it is, with its unit.
    pub about: &'static str,
}

/// What a setting takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// An address and a port.
    Address,
    /// A file or folder. In the configuration file it is taken from where that file is.
    Path,
    /// An address for browsers.
    Url,
    /// Networks; a list in the file, separated by commas elsewhere.
    Networks,
    /// A whole number.
    Number {
        /// The smallest.
        least: u64,
        /// The largest.
        most: u64,
    },
    /// A length of time, or `off`.
    Span,
    /// One of these words.
    Choice(&'static [&'static str]),
    /// What is logged.
    Filter,
}

impl Setting {
    const fn new(name: &'static str, kind: Kind, default: &'static str) -> Self {
        Self {
            name,
            kind,
            default,
            about: "",
        }
    }

    const fn number(name: &'static str, bounds: [u64; 2], default: &'static str) -> Self {
        let [least, most] = bounds;
        Self::new(name, Kind::Number { least, most }, default)
    }

    const fn about(self, about: &'static str) -> Self {
        Self { about, ..self }
    }

    /// The variable that sets it: `limits.body_bytes` is `FRONTDESK_LIMITS_BODY_BYTES`.
    #[must_use]
    pub fn variable(&self) -> String {
        format!("FRONTDESK_{}", self.name.replace('.', "_").to_uppercase())
    }

    /// The flag that sets it, without the dashes: `limits.body_bytes` is `limits.body-bytes`.
    #[must_use]
    pub fn flag(&self) -> String {
        self.name.replace('_', "-")
    }
}

/// All settings but the sites.
pub const SETTINGS: &[Setting] = &[
    Setting::new("listen", Kind::Address, "127.0.0.1:8787").about("address and port for everybody"),
    Setting::new("metrics_listen", Kind::Address, "127.0.0.1:9187")
        .about("address and port for the operator's metrics"),
    Setting::new("data", Kind::Path, "data").about("the data folder"),
    Setting::new("intents", Kind::Path, "")
        .about("the folder of rule files; without it `intents` here, or the built-in rules"),
    Setting::new("public_url", Kind::Url, "").about("the address that customers' browsers know"),
    Setting::new("trusted_proxies", Kind::Networks, "")
        .about("networks whose X-Forwarded-For is believed, such as 10.0.0.0/8"),
    Setting::number("limits.messages_per_minute", [1, 100_000], "30")
        .about("messages of one visitor in a minute, half of them at once"),
    Setting::number("limits.sessions_per_minute", [1, 100_000], "30")
        .about("new sessions from one address in a minute, half of them at once"),
    Setting::number("limits.requests_per_minute", [1, 1_000_000], "600")
        .about("requests with one agent's token or one API key in a minute, half of them at once"),
    Setting::number("limits.body_bytes", [1_024, 16_777_216], "131072")
        .about("size of a request's body, in bytes (order batches: 128 times that)"),
    Setting::number("limits.text_chars", [1, 10_000], "10000")
        .about("length of a message, in characters"),
    Setting::number("limits.connections", [1, 1_000_000], "20000").about("open connections in all"),
    Setting::number("limits.connections_per_address", [1, 1_000_000], "200")
        .about("open connections from one address"),
    Setting::number("limits.streams_per_visitor", [1, 100], "4")
        .about("open event streams of one visitor"),
    Setting::number("dialogue.turn_budget", [1, 1_000], "30")
        .about("turns of the bot in a conversation, then a person takes over"),
    Setting::number("dialogue.settle_ms", [0, 60_000], "1200")
        .about("how long an unclear short message waits for the next one, in milliseconds"),
    Setting::number("dialogue.promise_lead_hours", [0, 80], "2")
        .about("so many working hours before a promise lapses, the desk looks whether it is kept"),
    Setting::number("conversations.keep_days", [0, 36_500], "0").about(
        "after so many days without a word, conversations that are over are erased; 0 keeps them",
    ),
    Setting::number("store.cache_mb", [1, 1_048_576], "64").about("cache of the store, in MiB"),
    Setting::number("store.free_space_mb", [0, 1_048_576], "512")
        .about("below so much free disk space, in MiB, nothing is accepted"),
    Setting::new("backup.every", Kind::Span, "24h")
        .about("how often a backup is taken into the data folder: `24h`, `30m`, `2d`, or `off`"),
    Setting::number("backup.keep", [1, 1_000], "7").about("so many backups are kept"),
    Setting::number("backup.journal_mb", [16, 1_048_576], "1024")
        .about("a backup is taken sooner when the journal is so long, in MiB"),
    Setting::new("log.format", Kind::Choice(&["text", "json"]), "text").about("how log lines look"),
    Setting::new("log.level", Kind::Filter, "info").about(
        "what is logged: `warn`, `info`, `debug`, or a filter such as `frontdesk::http=debug`",
    ),
];

impl Kind {
    /// Whether a text can be this, or what would be.
    pub(super) fn check(self, text: &str) -> Result<(), String> {
        let fits = match self {
            Self::Number { least, most } => text
                .parse::<u64>()
                .is_ok_and(|number| (least..=most).contains(&number)),
            Self::Span => text.parse::<Every>().is_ok(),
            Self::Choice(words) => words.contains(&text),
            Self::Url => is_url(text),
            Self::Address => text.parse::<std::net::SocketAddr>().is_ok(),
            Self::Networks => text.parse::<ipnet::IpNet>().is_ok(),
            Self::Filter => is_filter(text),
            Self::Path => !text.is_empty(),
        };
        if fits { Ok(()) } else { Err(self.expected()) }
    }

    /// What this takes, in words.
    pub(super) fn expected(self) -> String {
        match self {
            Self::Address => "an IP address and a port, such as 127.0.0.1:8787".to_owned(),
            Self::Path => "a path".to_owned(),
            Self::Url => "an address such as https://support.example".to_owned(),
            Self::Networks => {
                "a network such as 10.0.0.0/8, or 10.0.0.7/32 for one address".to_owned()
            }
            Self::Number { least, most } => format!("a whole number from {least} to {most}"),
            Self::Span => "a length of time such as `24h`, `30m` or `2d`, or `off`".to_owned(),
            Self::Choice(words) => {
                let words: Vec<String> = words.iter().map(|word| format!("`{word}`")).collect();
                words.join(" or ")
            }
            Self::Filter => {
                "`warn`, `info`, `debug`, or a filter such as `info,frontdesk::http=debug`"
                    .to_owned()
            }
        }
    }
}

/// Whether a text is a filter of log lines. What tells no level is taken for the name of a module by those who read it, which would switch
/// all else off; a level is wanted, then.
fn is_filter(text: &str) -> bool {
    let tells_level = |part: &str| {
        let level = part.rsplit('=').next().unwrap_or(part).trim();
        level.parse::<LevelFilter>().is_ok()
    };
    text.parse::<EnvFilter>().is_ok() && text.split(',').all(tells_level)
}

/// How often something is done; none for never.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Every(pub Option<Duration>);

impl FromStr for Every {
    type Err = ();

    /// Whole minutes, hours or days, from one minute to a year.
    fn from_str(text: &str) -> Result<Self, ()> {
        if text == "off" {
            return Ok(Self(None));
        }
        let minutes = match text.split_at_checked(text.len().saturating_sub(1)) {
            Some((number, "m")) => number.parse::<u32>().ok(),
            Some((number, "h")) => number.parse::<u32>().ok().and_then(|n| n.checked_mul(60)),
            Some((number, "d")) => number.parse::<u32>().ok().and_then(|n| n.checked_mul(1440)),
            _ => None,
        };
        let minutes = minutes.filter(|minutes| (1..=366 * 1440).contains(minutes));
        let minutes = minutes.ok_or(())?;
        Ok(Self(Some(Duration::from_secs(u64::from(minutes) * 60))))
    }
}

/// A scheme, a host and perhaps a path; nothing that a link could not be appended to.
fn is_url(text: &str) -> bool {
    let rest = text
        .strip_prefix("https://")
        .or_else(|| text.strip_prefix("http://"));
    let strange = |c: char| c.is_whitespace() || c.is_control() || "?#@\"<>\\".contains(c);
    rest.is_some_and(|rest| {
        !rest.is_empty() && !rest.starts_with(['/', ':']) && !rest.contains(strange)
    })
}

#[cfg(test)]
mod tests {
    use super::{Kind, SETTINGS};

    #[test]
    fn every_default_is_of_its_kind() {
        for setting in SETTINGS.iter().filter(|it| !it.default.is_empty()) {
            assert_eq!(
                setting.kind.check(setting.default),
                Ok(()),
                "{}",
                setting.name
            );
            assert!(!setting.about.is_empty(), "{}", setting.name);
        }
    }

    #[test]
    fn names_are_told_apart_as_variables_too() {
        let variables: std::collections::BTreeSet<_> =
            SETTINGS.iter().map(super::Setting::variable).collect();
        assert_eq!(variables.len(), SETTINGS.len());
    }

    #[test]
    fn a_length_of_time_is_whole_minutes_hours_or_days_up_to_a_year() {
        for text in ["24h", "30m", "2d", "1m", "366d", "off"] {
            assert_eq!(Kind::Span.check(text), Ok(()), "{text}");
        }
        for text in [
            "",
            "24",
            "h",
            "0m",
            "-1h",
            "1.5h",
            "1w",
            "24 h",
            "never",
            "367d",
            "99999999d",
            "\u{5929}",
        ] {
            assert!(Kind::Span.check(text).is_err(), "{text}");
        }
    }

    #[test]
    fn each_kind_takes_its_own_and_nothing_else() {
        let number = Kind::Number { least: 1, most: 9 };
        let table: &[(Kind, &[&str], &[&str])] = &[
            (
                number,
                &["1", "9"],
                &[
                    "",
                    "0",
                    "10",
                    "-1",
                    "1.5",
                    "many",
                    "0x5",
                    "99999999999999999999",
                ],
            ),
            (
                Kind::Address,
                &["[::1]:80", "0.0.0.0:1"],
                &["", "8787", "localhost:80", "1.2.3.4"],
            ),
            (
                Kind::Networks,
                &["10.0.0.0/8", "fd00::/8"],
                &["10.0.0.0", "10.0.0.0/33"],
            ),
            (
                Kind::Url,
                &["https://a.example", "http://a:1/desk"],
                &[
                    "",
                    "a.example",
                    "ftp://a",
                    "https://",
                    "https:///x",
                    "https://a b",
                    "https://u@a",
                ],
            ),
            (Kind::Choice(&["text", "json"]), &["json"], &["JSON", ""]),
            (
                Kind::Filter,
                &["warn", "info,frontdesk::http=debug"],
                &["frontdesk=loud"],
            ),
        ];
        for (kind, good, bad) in table {
            for text in *good {
                assert_eq!(kind.check(text), Ok(()), "{text}");
            }
            for text in *bad {
                assert_eq!(kind.check(text), Err(kind.expected()), "{text}");
            }
        }
    }
}
