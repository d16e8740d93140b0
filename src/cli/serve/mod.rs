//! `frontdesk serve`: puts the desk together, lets it work until it is told to stop, and lets it finish what it accepted.

mod backups;
mod greeting;
mod metrics;
mod parts;
mod rule_files;
mod signals;

use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::Context as _;
use tokio::net::TcpListener;
use tokio::runtime::Handle;
use tokio::time::MissedTickBehavior;

use backups::Backups;
pub(super) use parts::hook_address;
pub(super) use signals::{Stop, stopping};

use crate::cli::answering::answering;
use crate::cli::configuration::Configuration;
use crate::cli::memory;
use crate::cli::rules::Rules;
use crate::clock::Clock;
use crate::config::{Config, InvalidConfig, refusals};
use crate::delivery;
use crate::desk::accounts::Roll;
use crate::desk::{self, Desk, DeskError, accounts};
use crate::engine;
use crate::http::{self, App, DemoShop, Pages, Served};
use crate::live::Live;
use crate::rules_folder::{Known, Learned, Watch, built_in_widget_words};
use crate::store::{self, OnStop, Store};
use crate::telemetry::{self, Metrics};

/// The exit code when the disk failed: whoever watches the process starts it again (`EX_SOFTWARE`).
const STOPPED: u8 = 70;
/// How often those who have not asked for long are forgotten.
const FORGET_EVERY: Duration = Duration::from_secs(60);
/// How often to look whether a store that failed works again.
const LOOK_AT_OUTAGE_EVERY: Duration = Duration::from_secs(2);
/// How often to look at what is due.
const LOOK_EVERY: Duration = Duration::from_secs(30);
/// The same, as the desk counts time.
const DUE_WITHIN: jiff::SignedDuration = jiff::SignedDuration::from_secs(30);

/// Serves the desk: widgets, agents, shops
///
/// Rule files are watched: a good save is in force from the next message on, a broken one changes nothing. SIGHUP reads them again.
#[derive(Debug, clap::Args)]
#[command(after_help = "Example: frontdesk serve --listen 127.0.0.1:8787 --data ./data")]
pub struct Serve {
    #[command(flatten)]
    configuration: Configuration,
}

impl Serve {
    /// Serves until SIGINT or SIGTERM.
    ///
    /// # Errors
    /// When the configuration or the rules are wrong, the data folder is in use, or the port is.
    pub fn run(self) -> anyhow::Result<ExitCode> {
        let config = self.configuration.load()?;
        refuse(&config)?;
        telemetry::log(config.log_json, &config.log_level);
        serve(config, None, stopping(), || Ok(()))
    }
}

/// A desk that others can reach must not run with what invites them in.
fn refuse(config: &Config) -> Result<(), InvalidConfig> {
    let found = refusals(config);
    if found.is_empty() {
        return Ok(());
    }
    let listen = config.listen;
    Err(format!("not safe to serve on {listen}:\n  {}", found.join("\n  ")).into())
}

/// Serves a checked configuration until it is told to stop. What introduces it is said when its ports are open, not before: nobody
/// is to be sent to a desk that is not there.
///
/// # Errors
/// As [`Serve::run`].
pub(super) fn serve(
    config: Config,
    shop: Option<DemoShop>,
    (stop, stopped): (Stop, signals::Stopped),
    introduce: impl FnOnce() -> anyhow::Result<()>,
) -> anyhow::Result<ExitCode> {
    let began = Instant::now();
    memory::keep_large_apart();
    let rules = match &config.intents {
        Some(folder) => Rules::of(folder.clone()),
        None => Rules::default(),
    };
    let folder = rules.folder();
    let clock = Clock::system();
    let options = parts::store_options(&config, &clock, on_stop(&stop));
    let ((rules, known), store) = open(&rules, &options)?;
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()?;
    let worked = runtime.block_on(async {
        let started = Started::begin(config, rules, store.clone(), clock).await?;
        let watch =
            folder.map(|folder| rule_files::watch(&folder, known, &started.desk, &started.refused));
        let ask = watch.as_ref().map(Watch::ask);
        signals::on_hangup(move || match &ask {
            Some(ask) => ask.now(),
            None => tracing::info!("the rules are built into the program: nothing to reload"),
        });
        introduce()?;
        let admin = accounts::first_admin(
            Roll::for_operator(&store, started.clock.now()),
            &started.clock,
        )
        .await?;
        greeting::print(&started, &store, admin, began.elapsed()).await;
        started.work(&store, shop, stopped).await
    });
    // What was accepted is on disk before the process is gone, whatever else went wrong.
    store.close();
    let served = worked?;
    if served == Served::CutOff {
        tracing::warn!("stopped while connections were open: they have been cut off");
    }
    Ok(match store.report().stopped {
        Some(_) => ExitCode::from(STOPPED),
        None => ExitCode::SUCCESS,
    })
}

/// Opens the store, and reads the rules.
fn open(
    rules: &Rules,
    options: &store::Options,
) -> anyhow::Result<((engine::Rules, Known), Store)> {
    let store = Store::open(options)?;
    let learned = Learned::beside(&options.folder);
    let rules = rules.accepted().map(|accepted| {
        let known = Known::of(&accepted.book, learned.clone());
        (learned.rules(accepted), known)
    });
    memory::give_back();
    match rules {
        Ok(rules) => Ok((rules, store)),
        Err(mistakes) => {
            store.close();
            Err(mistakes.into())
        }
    }
}

/// The disk failed: stop serving, so that whoever watches the process starts it afresh.
fn on_stop(stop: &Stop) -> OnStop {
    let stop = stop.clone();
    Arc::new(move |_| stop.now())
}

/// A desk with its doors open.
struct Started {
    config: Config,
    desk: Arc<Desk>,
    clock: Clock,
    live: Live,
    metrics: Metrics,
    refused: rule_files::Refused,
    public: TcpListener,
    internal: TcpListener,
}

impl Started {
    async fn begin(
        config: Config,
        rules: engine::Rules,
        store: Store,
        clock: Clock,
    ) -> anyhow::Result<Self> {
        let metrics = Metrics::install()?;
        let live = Live::new();
        let sites = config.sites.iter().map(|one| one.site.clone()).collect();
        let options = parts::desk_options(&config);
        let desk = Desk::new(store, rules, sites, clock.clone(), live.clone(), options);
        desk.set_subscriptions(config.subscriptions());
        desk.set_mailboxes(parts::mailboxes(&config));
        desk.set_hands_over(parts::hands_over(&config));
        desk.set_on(parts::mailboxes(&config).map(|(_, key)| key.outbox));
        desk.set_public(config.public_url.clone());
        let resumed = desk.resume().await?;
        if resumed > 0 {
            tracing::info!(resumed, "answered what was left when the desk last stopped");
        }
        desk.look_at_off().await?;
        Ok(Self {
            public: bind(config.listen, "listen").await?,
            internal: bind(config.metrics_listen, "metrics-listen").await?,
            config,
            desk,
            clock,
            live,
            metrics,
            refused: rule_files::Refused::default(),
        })
    }

    async fn work(
        self,
        store: &Store,
        shop: Option<DemoShop>,
        stopped: signals::Stopped,
    ) -> anyhow::Result<Served> {
        let options = parts::http_options(&self.config);
        let base = greeting::base(&self.config, &self.public);
        let mut senders = parts::senders(&self.config, store, &self.clock, &self.desk, &base)?;
        senders.extend(parts::platform_senders(
            &self.config,
            store,
            &self.clock,
            &self.live,
            &self.desk,
        )?);
        let pullers = parts::pullers(&self.config, &senders, &self.desk);
        let backups = parts::schedule(&self.config)
            .map(|schedule| Arc::new(Backups::new(store.clone(), schedule, self.clock)));
        let readiness =
            parts::readiness(&self.config, store.clone(), backups.clone(), self.refused);
        let due = Arc::clone(&self.desk);
        let told = self.config.subscriptions();
        let pages = Pages::new(built_in_widget_words(), shop);
        let parts = parts::http_parts(&self.config, self.desk, readiness, pages, &options);
        let app = App::new(parts);
        let router = http::router(&app);
        tokio::spawn(self.metrics.clone().upkeep());
        http::count_from_zero(&app);
        desk::count_from_zero();
        tokio::spawn(look_at_outage(app.clone(), store.clone()));
        tokio::spawn(forget_idle(app));
        tokio::spawn(look_at_due(due));
        let pullers = delivery::run_pullers(pullers);
        let senders = delivery::run(senders);
        // Who asks from now on finds all that is counted, from nothing on.
        let measured = metrics::Measured {
            metrics: self.metrics,
            store: store.clone(),
            backups: backups.clone(),
        };
        tokio::spawn(metrics::serve(self.internal, measured));
        let _backups = backups.map(backups::run).transpose()?;
        let asked = answering(store.clone(), told, Handle::current());
        let _control = store.listen(asked)?;
        let stop = stopped.wait();
        let served = http::serve(self.public, router, options, self.live, stop).await;
        pullers.stop().await;
        senders.stop().await;
        Ok(served)
    }
}

async fn bind(address: std::net::SocketAddr, flag: &str) -> anyhow::Result<TcpListener> {
    TcpListener::bind(address).await.with_context(|| {
        format!(
            "cannot listen on {address}: is another desk running? `--{flag}` takes another address"
        )
    })
}

/// Keeps the counts of limits from growing with everybody who ever asked.
async fn forget_idle(app: App) {
    let mut ticks = tokio::time::interval(FORGET_EVERY);
    loop {
        ticks.tick().await;
        app.limits.forget_idle();
    }
}

/// Says in the log when a store that failed works again, also while nobody asks for anything.
async fn look_at_outage(app: App, store: Store) {
    let mut ticks = tokio::time::interval(LOOK_AT_OUTAGE_EVERY);
    loop {
        ticks.tick().await;
        app.outage().look(|| store.is_writable(), Instant::now());
    }
}

/// Does what is due, now and then.
async fn look_at_due(desk: Arc<Desk>) {
    let mut ticks = tokio::time::interval(LOOK_EVERY);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        let next = desk.next_due(DUE_WITHIN).await.ok().flatten();
        let next = next.and_then(|wait| Duration::try_from(wait).ok());
        // What is due before the next pass is done when it is due.
        let done = tokio::select! {
            _ = ticks.tick() => desk.look_at_due().await,
            () = tokio::time::sleep(next.unwrap_or(Duration::MAX)), if next.is_some() => desk.do_what_is_due().await,
        };
        match done {
            Ok(0) | Err(DeskError::Busy) => {}
            Ok(done) => tracing::debug!(done, "did what was due"),
            Err(error) => {
                tracing::error!(%error, "what is due could not be done; it is tried again")
            }
        }
    }
}

/// Where the rules come from, in words.
fn rules_from(config: &Config) -> String {
    let folder = config
        .intents
        .clone()
        .map(Rules::of)
        .unwrap_or_default()
        .folder();
    folder.map_or_else(
        || "built into the program".to_owned(),
        |folder: PathBuf| folder.display().to_string(),
    )
}
