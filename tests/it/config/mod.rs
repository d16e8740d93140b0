//! The configuration: which layer wins, what is refused and how it is said, and that secrets stay secrets.

mod channels;
mod layers;
mod manual;
mod secrets;
mod sites;
mod webhooks;

use frontdesk::config::{
    Config, ConfigFile, InvalidConfig, Kind, Origin, SETTINGS, Sources, reference, refusals,
};
use frontdesk::domain::language::Language;
use frontdesk::domain::proof::ProofLevel;
use proptest::prelude::*;
use secrecy::ExposeSecret as _;

const SECRET: &str = "3f1c0b5a9d8e7f60112233445566778899aabbccddeeff001122334455667788";
const SITE: &str = "[[sites]]\nkey = \"shop\"\nmerchant = \"m_1\"\n";

fn sources(file: &str, env: &[(&str, &str)], flags: &[(&'static str, &str)]) -> Sources {
    Sources {
        file: Some(ConfigFile {
            path: "desk.toml".into(),
            text: file.to_owned(),
        }),
        env: env
            .iter()
            .map(|(name, text)| ((*name).to_owned(), (*text).to_owned()))
            .collect(),
        flags: flags
            .iter()
            .map(|(name, text)| (*name, (*text).to_owned()))
            .collect(),
    }
}

fn load(file: &str) -> Config {
    Config::load(&sources(file, &[], &[])).unwrap()
}

/// All that is said to be wrong.
fn wrong(file: &str, env: &[(&str, &str)], flags: &[(&'static str, &str)]) -> String {
    Config::load(&sources(file, env, flags))
        .unwrap_err()
        .to_string()
}
