//! A whole desk as it serves: the real router, the real store, the built-in rules; limits out of the way.

use std::path::Path;
use std::sync::Arc;

use anyhow::{Context as _, Result, anyhow};
use frontdesk::clock::Clock;
use frontdesk::config::{Config, ConfigFile, Sources};
use frontdesk::desk::{self, Desk};
use frontdesk::domain::order::Order;
use frontdesk::domain::order_record::{self, Defaults};
use frontdesk::engine::Rules;
use frontdesk::engine::rules::check::accept;
use frontdesk::http::{
    self, Accounts, App, LimitOptions, Limits, Options, Pages, Parts, Rates, Readiness, SiteAccess,
    Sites, Streams, rate,
};
use frontdesk::live::Live;
use frontdesk::rules_folder::built_in_rules;
use frontdesk::store::{self, Store};
use frontdesk::telemetry::{self, Metrics};
use serde_json::json;
use tokio::net::TcpListener;

/// The storefront's key.
pub const SITE: &str = "linden";

const CONFIG: &str = r#"
[[sites]]
key = "linden"
merchant = "m_linden"
origins = ["https://linden.example"]
secret = "linden-secret-0123456789abcdef0123"
"#;

/// A desk in this process.
pub struct Served {
    /// The application behind the routes.
    pub desk: Arc<Desk>,
    /// Its store.
    pub store: Store,
    /// Where it listens.
    pub port: u16,
}

/// Opens a desk on the store in a folder and serves it on the runtime of the caller. Once in a process: it logs and measures as the
/// program does.
pub async fn serve(folder: &Path) -> Result<Served> {
    telemetry::log(true, "info");
    tokio::spawn(Metrics::install()?.upkeep());
    let clock = Clock::system();
    let live = Live::new();
    let store = Store::open(&store::Options::new(folder, clock.now()))?;
    let text = CONFIG.to_owned();
    let path = "frontdesk.toml".into();
    let config = Config::load(&Sources {
        file: Some(ConfigFile { path, text }),
        ..Sources::default()
    });
    let config = config.map_err(|problems| anyhow!("{problems:?}"))?;
    let desk = open_desk(store.clone(), &config, &clock, &live)?;
    let options = options();
    let app = App::new(Parts {
        desk: Arc::clone(&desk),
        sites: sites(&config),
        limits: Limits::new(&options.limits),
        streams: Streams::new(options.max_streams_per_caller),
        readiness: Readiness::new(Vec::new),
        pages: Pages::default(),
        accounts: Accounts::default(),
        options: options.clone(),
    });
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let port = listener.local_addr()?.port();
    let router = http::router(&app);
    let forever = std::future::pending::<()>();
    tokio::spawn(http::serve(listener, router, options, live, forever));
    Ok(Served { desk, store, port })
}

/// The order of one customer.
pub fn order(number: usize) -> Result<Order> {
    let record = json!({
        "id": order_id(number), "merchant": "m_linden", "status": "refunding", "amount": "64.00", "currency": "GBP",
        "created_at": "2026-07-10T08:00:00Z", "paid_at": "2026-07-10T08:01:00Z", "items": ["lamp"],
        "customer": {"name": "Ann Lee", "email": email(number), "phone": format!("+4477{number:08}")},
    });
    let order = order_record::parse(&record, &Defaults::default());
    order.map_err(|problems| anyhow!("{problems:?}"))
}

/// The number of one customer's order.
pub fn order_id(number: usize) -> String {
    format!("A{}", 1_000_000 + number)
}

/// The address of one customer.
pub fn email(number: usize) -> String {
    format!("customer{number}@example.org")
}

fn open_desk(store: Store, config: &Config, clock: &Clock, live: &Live) -> Result<Arc<Desk>> {
    let rules = accept(built_in_rules()).map_err(|report| anyhow!("{:?}", report.diagnostics))?;
    let rules = Rules::new(&rules.book, rules.replies);
    let sites = config.sites.iter().map(|one| one.site.clone()).collect();
    let (clock, live) = (clock.clone(), live.clone());
    let options = desk::Options::default();
    Ok(Desk::new(store, rules, sites, clock, live, options))
}

fn sites(config: &Config) -> Sites {
    let access = config.sites.iter().map(|one| {
        let access = SiteAccess {
            origins: one.site.origins.clone(),
            secrets: one.secret.iter().cloned().collect(),
        };
        (one.site.id.clone(), access)
    });
    Sites::new(access.collect())
}

/// The limits are counted as always; nobody meets them.
fn options() -> Options {
    let all = Rates {
        network: rate(1_000_000_000, 1_000_000_000),
        caller: rate(1_000_000_000, 1_000_000_000),
    };
    Options {
        max_connections_per_network: 20_000,
        limits: LimitOptions {
            session: all,
            message: all,
            stream: all,
            agent: all,
            order: all,
            batch: all,
            probe: all,
            hook: all,
        },
        ..Options::default()
    }
}

/// A folder of its own beside the build, on a real disk, gone when it is dropped.
pub fn folder() -> Result<tempfile::TempDir> {
    let parent = env!("CARGO_TARGET_TMPDIR");
    std::fs::create_dir_all(parent)?;
    let builder = tempfile::Builder::new().prefix("bench").tempdir_in(parent);
    builder.with_context(|| format!("no folder in {parent}"))
}
