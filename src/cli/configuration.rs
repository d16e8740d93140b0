//! Every setting as a flag, made from the table of settings, so that a new setting has its flag at once.

use std::path::PathBuf;

use clap::{Arg, ArgMatches, Args, Command, FromArgMatches};

use crate::config::{Config, InvalidConfig, SETTINGS, Sources};

/// The flags that a short help shows; `--help` shows all.
const COMMON: &[&str] = &["listen", "data", "intents"];

/// The configuration file, and flags for all settings.
#[derive(Debug, Clone, Default)]
pub struct Configuration {
    file: Option<PathBuf>,
    flags: Vec<(&'static str, String)>,
}

impl Configuration {
    /// Reads the file and the environment and puts the flags on top.
    ///
    /// # Errors
    /// When the file cannot be read, or anything is wrong in it, in a variable or in a flag.
    pub fn load(&self) -> Result<Config, InvalidConfig> {
        let sources = Sources::read(self.file.as_deref(), self.flags.clone())?;
        Config::load(&sources)
    }
}

impl Args for Configuration {
    fn augment_args(command: Command) -> Command {
        let flags = SETTINGS.iter().map(|setting| {
            Arg::new(setting.name)
                .long(setting.flag())
                .value_name("VALUE")
                .help(setting.about)
                .hide_short_help(!COMMON.contains(&setting.name))
                .help_heading("Settings")
        });
        command.arg(super::folder::config_argument()).args(flags)
    }

    fn augment_args_for_update(command: Command) -> Command {
        Self::augment_args(command)
    }
}

impl FromArgMatches for Configuration {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, clap::Error> {
        let flag = |name: &'static str| Some((name, matches.get_one::<String>(name)?.clone()));
        Ok(Self {
            file: matches.get_one("config").cloned(),
            flags: SETTINGS
                .iter()
                .filter_map(|setting| flag(setting.name))
                .collect(),
        })
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), clap::Error> {
        *self = Self::from_arg_matches(matches)?;
        Ok(())
    }
}
