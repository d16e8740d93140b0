//! Where configuration is read from: the file, the environment and the flags. It must not know what any of them means.

use std::path::Path;

use super::file::FILE;
use super::problem::{ConfigFile, InvalidConfig};

/// Where the layers come from.
#[derive(Default)]
pub struct Sources {
    /// The configuration file, if there is one.
    pub file: Option<ConfigFile>,
    /// Environment variables.
    pub env: Vec<(String, String)>,
    /// Flags, by setting name.
    pub flags: Vec<(&'static str, String)>,
}

impl std::fmt::Debug for Sources {
    /// The names alone: the values may be secrets.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Sources")
            .field("file", &self.file)
            .field(
                "env",
                &self.env.iter().map(|(name, _)| name).collect::<Vec<_>>(),
            )
            .field("flags", &self.flags)
            .finish()
    }
}

impl Sources {
    /// Reads the file (`frontdesk.toml` here, unless another is named) and takes the environment.
    ///
    /// # Errors
    /// When a file that was named, or one that is here, cannot be read.
    pub fn read(
        file: Option<&Path>,
        flags: Vec<(&'static str, String)>,
    ) -> Result<Self, InvalidConfig> {
        let path = file.unwrap_or_else(|| Path::new(FILE));
        let file = match std::fs::read_to_string(path) {
            Ok(text) => Some(ConfigFile {
                path: path.to_owned(),
                text,
            }),
            Err(error) if file.is_none() && error.kind() == std::io::ErrorKind::NotFound => None,
            Err(error) => {
                return Err(format!("cannot read {}: {error}", path.display()).into());
            }
        };
        Ok(Self {
            file,
            env: environment()?,
            flags,
        })
    }

    pub(super) fn variable(&self, name: &str) -> Option<&str> {
        let mut env = self.env.iter();
        env.find(|(known, _)| known == name)
            .map(|(_, text)| text.as_str())
    }
}

/// The variables that are meant for us.
fn environment() -> Result<Vec<(String, String)>, InvalidConfig> {
    let mut found = Vec::new();
    for (name, text) in std::env::vars_os() {
        let Some(name) = name.to_str().filter(|name| name.starts_with("FRONTDESK_")) else {
            continue;
        };
        let text = text.into_string();
        let text = text.map_err(|_| format!("`{name}` is not UTF-8"))?;
        found.push((name.to_owned(), text));
    }
    found.sort();
    Ok(found)
}
