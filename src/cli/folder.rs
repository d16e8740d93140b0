//! The data folder of a command that works beside the desk, not in it.

use std::path::PathBuf;

use anyhow::Context as _;
use clap::{Arg, Args, value_parser};

use crate::clock::Clock;
use crate::config::{Config, InvalidConfig, Sources};
use crate::store::{Options, Store, StoreError};

/// `--config`, the same wherever it is taken.
pub(super) fn config_argument() -> Arg {
    Arg::new("config")
        .long("config")
        .value_name("FILE")
        .env("FRONTDESK_CONFIG")
        .hide_env_values(true)
        .value_parser(value_parser!(PathBuf))
        .help("The configuration file [default: frontdesk.toml, if there is one]")
}

/// Where the configuration and the data are.
#[derive(Debug, Clone, Args)]
pub struct Folder {
    /// The configuration file [default: frontdesk.toml, if there is one]
    #[arg(
        long,
        value_name = "FILE",
        env = "FRONTDESK_CONFIG",
        hide_env_values = true
    )]
    config: Option<PathBuf>,
    /// The data folder [default: as in frontdesk.toml, or `data`]
    #[arg(long, value_name = "DIR")]
    data: Option<String>,
}

impl Folder {
    /// Whether whoever called named the data folder.
    pub const fn is_named(&self) -> bool {
        self.data.is_some()
    }

    /// The configuration.
    ///
    /// # Errors
    /// When anything is wrong in it.
    pub fn config(&self) -> Result<Config, InvalidConfig> {
        let flags = self.data.iter().map(|data| ("data", data.clone()));
        let sources = Sources::read(self.config.as_deref(), flags.collect())?;
        Config::load(&sources)
    }

    /// Does something with the store in the data folder, which is made if it is missing. When this returns, all of it is on disk.
    ///
    /// # Errors
    /// When the configuration is wrong, a running desk has the folder, or the work fails.
    pub fn with_store<T>(
        &self,
        work: impl AsyncFnOnce(&Store, &Clock) -> anyhow::Result<T>,
    ) -> anyhow::Result<T> {
        let config = self.config()?;
        let clock = Clock::system();
        let store = Store::open(&Options {
            cache: config.cache_mb << 20,
            min_free: config.free_space_mb << 20,
            ..Options::new(&config.data, clock.now())
        });
        let store = store.map_err(|error| match error {
            StoreError::InUse { .. } => {
                anyhow::Error::new(error).context("stop the running desk first")
            }
            other => other.into(),
        })?;
        let done = super::block_on(work(&store, &clock));
        store.close();
        done?
    }

    /// As [`Self::with_store`], for those who only look: a folder that is missing is not made.
    ///
    /// # Errors
    /// As there, and when there is no data folder.
    pub fn with_existing_store<T>(
        &self,
        work: impl AsyncFnOnce(&Store, &Clock) -> anyhow::Result<T>,
    ) -> anyhow::Result<T> {
        let folder = self.config()?.data;
        std::fs::metadata(&folder)
            .with_context(|| format!("there is no data folder {}", folder.display()))?;
        self.with_store(work)
    }
}
