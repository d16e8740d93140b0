//! What a test's desk is made of: its shops, its rules, its store and its limits.

use std::path::Path;
use std::sync::{Arc, LazyLock};
use std::time::Duration;

use frontdesk::clock::Clock;
use frontdesk::config::{Config, ConfigFile, Sources};
use frontdesk::desk::{self, Desk};
use frontdesk::engine::Rules;
use frontdesk::engine::rules::book::Book;
use frontdesk::engine::rules::check::{Accepted, accept};
use frontdesk::http::{LimitOptions, Rates, SiteAccess, Sites, rate};
use frontdesk::live::Live;
use frontdesk::rules_folder::{built_in_rules, write_folder};
use frontdesk::store::{self, Store};

const SITES: &str = r#"
[[sites]]
key = "linden"
merchant = "m_linden"
origins = ["https://linden.example"]
payment_hosts = ["pay.linden.example"]
merchant_team = "linden-merchant"
secret = "linden-secret-0123456789abcdef0123"

[[sites]]
key = "other"
merchant = "m_other"
origins = ["https://other.example"]
secret = "other-secret-0123456789abcdef01234"
"#;

/// A shop that answers within an hour, and is done within nine; one that gives out what waits; and one where order number and contact
/// are enough for a refund.
const TIMED: &str = r#"
[[sites]]
key = "timed"
merchant = "m_timed"
origins = ["https://timed.example"]
secret = "timed-secret-0123456789abcdef01234"
team = "care"
[sites.service]
first_response = "1h"
next_response = "2h"
resolution = "9h"
urgent = { first_response = "10m" }

[[sites]]
key = "given"
merchant = "m_given"
origins = ["https://given.example"]
secret = "given-secret-0123456789abcdef01234"
assign = "automatic"

[[sites]]
key = "easy"
merchant = "m_easy"
origins = ["https://easy.example"]
secret = "easy-secret-0123456789abcdef012345"
refund_proof = 1
"#;

/// What `linden` promises about refunds.
const POLICY: &str = r#"merchant = "m_linden"
currencies = ["GBP", "EUR"]
offers = ["full", "partial"]

[window]
days = 30

[auto_accept]
GBP = "50.00"

[two_people]
GBP = "5000.00"

[alone]
agent = { EUR = "100.00" }
lead  = { EUR = "1000.00" }
admin = "any"
"#;

/// The built-in rules without what is only learnt from: for tests that start a program and ask nothing that only phrases tell, since each
/// start would learn it anew.
pub fn rules_without_phrases() -> Vec<(String, String)> {
    let all = built_in_rules().into_iter();
    all.filter(|(name, _)| !name.starts_with("phrases/"))
        .collect()
}

/// The same in a folder, for programs that are only told where it is.
pub fn folder_without_phrases() -> &'static str {
    static FOLDER: LazyLock<String> = LazyLock::new(|| {
        let name = format!("rules-{}", std::process::id());
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
        std::fs::create_dir_all(&folder).unwrap();
        write_folder(&folder, &rules_without_phrases()).unwrap();
        folder.to_str().unwrap().to_owned()
    });
    &FOLDER
}

/// The built-in rules, read once for all tests.
static RULES: LazyLock<Accepted> = LazyLock::new(|| {
    let policy = ("policies/m_linden.toml".to_owned(), POLICY.to_owned());
    let files = built_in_rules().into_iter().chain([policy]);
    accept(files.collect()).unwrap_or_else(|_| panic!("the built-in rules have mistakes"))
});
/// The same, as desks work with them.
static READY: LazyLock<Arc<Rules>> =
    LazyLock::new(|| Arc::new(Rules::new(&RULES.book, RULES.replies.clone())));

/// The rules that test desks work with.
pub fn book_in_force() -> &'static Book {
    &RULES.book
}

/// The rule files and policies that test desks work with: a folder with these is no news to whoever watches it.
pub fn files_in_force() -> Vec<(String, String)> {
    let files = RULES.book.files.iter();
    files
        .map(|file| (file.name.to_string(), file.text.to_string()))
        .collect()
}

pub(super) fn config() -> Config {
    let sources = Sources {
        file: Some(ConfigFile {
            path: "frontdesk.toml".into(),
            text: format!("{SITES}{TIMED}"),
        }),
        ..Sources::default()
    };
    Config::load(&sources).unwrap()
}

pub(super) fn sites(config: &Config) -> Sites {
    let access = config.sites.iter().map(|one| {
        let access = SiteAccess {
            origins: one.site.origins.clone(),
            secrets: one.secret.iter().cloned().collect(),
        };
        (one.site.id.clone(), access)
    });
    Sites::new(access.collect())
}

pub(super) fn open_store(folder: &tempfile::TempDir, clock: &Clock) -> Store {
    let options = store::Options {
        min_free: 0,
        ..store::Options::new(folder.path().join("data"), clock.now())
    };
    Store::open(&options).unwrap()
}

pub(super) fn open_desk(
    store: Store,
    config: &Config,
    clock: &Clock,
    live: &Live,
    (keep_days, settle): (u32, Duration),
) -> Arc<Desk> {
    let rules = Arc::clone(&READY);
    let sites = config.sites.iter().map(|one| one.site.clone()).collect();
    let options = desk::Options {
        settle,
        keep_days,
        ..desk::Options::default()
    };
    Desk::new(store, rules, sites, clock.clone(), live.clone(), options)
}

/// Limits that no test meets.
pub fn no_limits() -> LimitOptions {
    let all = Rates {
        network: rate(1_000_000_000, 1_000_000_000),
        caller: rate(1_000_000_000, 1_000_000_000),
    };
    LimitOptions {
        session: all,
        message: all,
        stream: all,
        agent: all,
        order: all,
        batch: all,
        probe: all,
        hook: all,
    }
}
